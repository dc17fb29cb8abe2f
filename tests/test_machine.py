"""Two processes are on one machine only when their process ids tell them apart."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scraper.machine import is_alive, machine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


def proc(folder: Path, name: str, boot: str) -> Path:
    made = folder / name
    (made / "sys/kernel/random").mkdir(parents=True)
    (made / "sys/kernel/random/boot_id").write_text(boot)
    (made / "self/ns").mkdir(parents=True)
    (made / "self/ns/pid").touch()  # a file of its own, and so a number of its own
    return made


def test_it_stays_the_same():
    machine.cache_clear()
    before = machine()
    machine.cache_clear()
    assert machine() == before


def test_containers_of_one_name_are_machines_of_their_own(tmp_path):
    assert machine(proc(tmp_path, "a", "boot")) != machine(proc(tmp_path, "b", "boot"))


def test_after_a_restart_it_is_another(tmp_path):
    made = proc(tmp_path, "a", "first")
    before = machine(made)
    machine.cache_clear()
    (made / "sys/kernel/random/boot_id").write_text("second")
    assert machine(made) != before


def test_where_it_cannot_be_told_nobody_shares_it(tmp_path):
    before = machine(tmp_path / "absent")
    assert machine(tmp_path / "absent") == before
    machine.cache_clear()
    assert machine(tmp_path / "absent") != before


def test_processes_that_live_are_told_from_those_that_do_not():
    assert is_alive(os.getpid())
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not is_alive(ended.pid)
