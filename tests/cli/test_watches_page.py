"""The page on keeping watches: its files are read, and its commands do what they say."""

import re
import shlex
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.settings.watch_reading import READERS, notation_of, read_watches
from storage.records import WatchSpec

PAGE = (Path(__file__).parents[2] / "docs" / "watches.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = re.findall(r"^    (tocsin .+)$", PAGE, re.MULTILINE)


def test_there_is_an_example_of_every_notation():
    assert set(BLOCKS) == set(READERS)
    assert {notation: notation_of(text) for notation, text in BLOCKS.items()} == {
        notation: notation for notation in READERS
    }


@pytest.mark.parametrize("notation", ["toml", "json", "csv"])
def test_the_same_watch_stands_in_each(notation):
    reading = read_watches(BLOCKS[notation], name="page")
    assert reading.problems == []
    assert [entry.watch.spec() for entry in reading.entries] == [
        WatchSpec(
            name="Baghdad attacks",
            query='Baghdad AND (rocket OR "car bomb")',
            channels=("desk", "soc"),
            max_age=timedelta(days=3),
        )
    ]


def test_plain_queries_are_their_own_names():
    entries = read_watches(BLOCKS["text"], name="page").entries
    assert [(entry.watch.name, entry.watch.query) for entry in entries] == [
        ("Baghdad rocket", "Baghdad rocket"),
        ('"car bomb" OR "truck bomb"', '"car bomb" OR "truck bomb"'),
    ]


@pytest.mark.usefixtures("settings")
def test_the_commands_do_what_they_say(tocsin, tmp_path):
    (tmp_path / "officials.txt").write_text("# who\nFuad Hussein\n", "utf-8")
    assert tocsin("channel", "add", "desk", "email", "to=desk@example.org").code == 0
    assert len(COMMANDS) > 5
    for line in COMMANDS:
        done = tocsin(*shlex.split(line)[1:])
        assert (done.code, done.err) == (0, ""), line
    shown = tocsin("watch", "show", "Baghdad attacks", "--json").json
    assert shown["paused"] is True
    assert shown["spec"]["tags"] == ["Iraq"]
    assert shown["spec"]["query"] == "Baghdad AND (rocket OR missile OR drone)"
    assert tocsin("set", "show", "officials", "--json").json["spec"]["terms"] == ["Fuad Hussein"]
