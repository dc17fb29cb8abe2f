"""Whatever goes wrong is told in words, and nothing from outside steers the terminal."""

import json
import sys
from types import SimpleNamespace

import click
import pytest

from scraper.cli import SECTIONS, main
from tests.end_to_end.outlets import Outlet, story
from tests.servers import LocalSite

STEERING = "red\x1b[31m\x9b2J\u202ereversed\x07"


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    "arguments",
    [
        ("article", "show", "99999999999999999999999"),
        ("story", "show", "99999999999999999999999"),
        ("extract", "http://[::1"),
        ("source", "add", "A", "http://[::1"),
        ("extract", "tocsin.toml", "--url", "http://["),
        ("demo", "--listen", "foo"),
        ("demo", "--listen", "127.0.0.1:²"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(tocsin, arguments):
    done = tocsin(*arguments)
    assert done.code == 2
    assert "internal" not in done.err


def test_a_path_that_no_file_can_have_is_a_bad_line(tocsin, tmp_path):
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": 1, "path": "a\0b"}), "utf-8")
    done = tocsin("extract", "--batch", "in.jsonl")
    assert done.code == 1
    assert "null" in json.loads(done.out)["error"]


@pytest.fixture
def broken(monkeypatch):
    @click.command()
    def broken():
        raise RuntimeError(f"no one thought of this {STEERING}")

    monkeypatch.setitem(sys.modules, "broken_command", SimpleNamespace(broken=broken))
    monkeypatch.setitem(SECTIONS["Upkeep"], "broken", "broken_command")


@pytest.mark.usefixtures("broken")
def test_a_mistake_of_ours_is_told_in_words(tocsin):
    done = tocsin("broken")
    assert done.code == 1
    assert "RuntimeError: no one thought of this" in done.err
    assert "--debug" in done.err
    assert "\x1b" not in done.err


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("by_variable", [True, False])
def test_the_traceback_is_shown_on_request(capsys, monkeypatch, by_variable):
    if by_variable:
        monkeypatch.setenv("TOCSIN_DEBUG", "1")
    assert main([*([] if by_variable else ["--debug"]), "broken"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.usefixtures("settings")
def test_titles_from_outside_do_not_steer_the_terminal(tocsin):
    title = "Rocket \x9b2J \u202ereversed"
    with LocalSite() as site:
        outlet = Outlet(site)
        outlet.publish("one", title, story(1))
        tested = tocsin("source", "test", outlet.feed)
        tocsin("source", "add", "A", outlet.feed)
        tocsin("watch", "add", "W", "rocket")
        assert tocsin("once").code == 0
    shown = tocsin("watch", "test", "W")
    as_json = tocsin("article", "list", "--json")
    for done in (tested, shown, as_json):
        assert "ocket" in done.out
        assert "\x9b" not in done.out
        assert "\u202e" not in done.out


def test_ids_and_error_texts_do_not_steer_the_terminal(tocsin, tmp_path):
    line = {"id": STEERING, "title": "rocket", "text": ""}
    (tmp_path / "in.jsonl").write_text(json.dumps(line), "utf-8")
    assert tocsin("match", "rocket", "--batch", "in.jsonl").out == "red[31m2Jreversed\n"
    refused = tocsin("extract", f"nowhere{STEERING}".replace("\x00", ""))
    assert refused.code == 2
    assert "\x1b" not in refused.err
