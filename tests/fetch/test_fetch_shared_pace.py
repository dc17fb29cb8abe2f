"""Processes that ask the same hosts take turns. Here they are pacers, and once a real process."""

import asyncio
import logging
import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest

from scraper.errors import FetchError, Trouble
from scraper.fetch.pacing import Pacer
from scraper.fetch.shared_pace import LastRequest, SharedPace, offset_of, shared_pace
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)
HOLDER = """
import fcntl, os, sys
file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.lockf(file, fcntl.LOCK_EX, 32, int(sys.argv[2]), os.SEEK_SET)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tocsin.db.pace"


@contextmanager
def pacers(path, clock, number=2):
    """So many pacers, each as if in a process of its own, but for the locks."""
    with shared_pace(path) as first, shared_pace(path) as second:
        yield [
            Pacer(clock, patience=10 * SECOND, shared=shared) for shared in (first, second)[:number]
        ]


async def ask(paced, clock, key="a.example", pause=SECOND, took=3):
    async with paced.turn(key, pause):
        began = clock.monotonic()
        await clock.sleep(took)
        return began


async def test_the_pause_after_anothers_request_is_kept(path):
    clock = FakeClock()
    with pacers(path, clock) as (one, other):
        assert await ask(one, clock) == 0
        assert await ask(other, clock) == 4
        assert await ask(other, clock, "b.example") == 7
        assert await ask(one, clock) == 10  # long after


async def test_the_longer_pause_of_two_counts(path):
    clock = FakeClock()
    with pacers(path, clock) as (one, other):
        await ask(one, clock, pause=30 * SECOND)  # a Crawl-delay that the other does not know yet
        assert await ask(other, clock) == 33
        assert await ask(one, clock, pause=5 * SECOND) == 41


async def test_a_host_that_refused_one_is_left_alone_by_the_other(path):
    clock = FakeClock()
    with pacers(path, clock) as (one, other):
        async with one.turn("a.example", SECOND) as turn:
            turn.refused(timedelta(minutes=40))
        with pytest.raises(FetchError) as raised:
            await ask(other, clock)
        assert raised.value.retry_after == timedelta(minutes=40)
        assert raised.value.trouble is Trouble.BUSY
        assert await ask(other, clock, "b.example") == 0
        clock.advance(timedelta(minutes=40))
        assert await ask(other, clock) == 2400 + 3


async def test_a_short_back_off_that_the_host_did_not_ask_for_is_ones_own(path):
    clock = FakeClock()
    with pacers(path, clock) as (one, other):
        async with one.turn("a.example", SECOND) as turn:
            assert turn.refused(None) == timedelta(seconds=15)
        assert await ask(other, clock) == 1
        async with other.turn("b.example", SECOND) as turn:
            turn.refused(timedelta(seconds=8))
        assert await ask(one, clock, "b.example") == 12


async def test_a_clock_that_was_set_back_keeps_nobody_waiting(path):
    clock = FakeClock()
    with shared_pace(path) as shared:
        shared.note("a.example", LastRequest(clock.now().timestamp() + 9e9, 1.0))
        paced = Pacer(clock, patience=SECOND, shared=shared)
        assert await ask(paced, clock) == 1


@pytest.fixture
def holder(path):
    """Another process, which asks a host and is not done."""
    arguments = [sys.executable, "-c", HOLDER, str(path), str(offset_of("a.example"))]
    with subprocess.Popen(  # noqa: S603 - our own program
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


async def test_while_another_process_asks_a_host_nobody_else_does(path, holder):
    clock = FakeClock()
    with shared_pace(path) as shared:
        paced = Pacer(clock, patience=SECOND, shared=shared)
        waiting = asyncio.create_task(ask(paced, clock))
        assert await ask(paced, clock, "b.example", took=5) == 0
        assert not waiting.done()
        holder.kill()  # however it ends
        holder.wait()
        assert await waiting >= 5


async def test_what_is_in_the_file_by_chance_is_nobodys_pause(path):
    path.write_bytes(bytes(range(1, 256)) * 10_000)
    clock = FakeClock()
    with pacers(path, clock, 1) as (paced,):
        assert await ask(paced, clock) == 0


async def test_without_the_file_a_process_paces_itself_and_says_so(tmp_path, caplog):
    clock = FakeClock()
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with caplog.at_level(logging.WARNING):
        for path in (tmp_path, tmp_path / "link", tmp_path / "none" / "file"):
            with shared_pace(path) as shared:
                assert shared is None
                assert await ask(Pacer(clock, patience=SECOND, shared=shared), clock) >= 0
    assert len(caplog.records) == 3


async def test_a_file_that_cannot_be_written_any_more_is_given_up_once(path, caplog):
    clock = FakeClock()
    path.touch()
    shared = SharedPace(os.open(path, os.O_RDONLY))
    paced = Pacer(clock, patience=SECOND, shared=shared)
    with caplog.at_level(logging.WARNING):
        assert [await ask(paced, clock), await ask(paced, clock)] == [0, 4]
    assert len(caplog.records) == 1
    assert (shared.take("a"), shared.last("a")) == (True, None)
