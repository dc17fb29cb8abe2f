"""The log: one line for people, one object for machines, nothing that steers a terminal."""

import io
import json
import logging
import sys

import pytest

from scraper import log


@pytest.fixture
def written():
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    yield lambda form, **more: log.set_up("info", form, stream=stream, **more) or stream
    root.handlers[:] = before
    root.setLevel(level)
    for name in ("scraper", "storage", "apscheduler"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_text_is_a_line_with_a_time_and_a_mark(written):
    stream = written("text")
    logging.getLogger("scraper.test").warning("%s failed", "A source")
    assert stream.getvalue().endswith(" ! A source failed\n")


def test_control_characters_from_outside_are_taken_out(written):
    stream = written("text")
    logging.getLogger("scraper.test").info("title: %s", "red\x1b[31m\x9b0m\x07 and\rback")
    assert stream.getvalue().endswith("title: red[31m0m andback\n")


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_from_outside_steers_the_terminal_that_shows_the_log(written, form):
    stream = written(form)
    steering = "\x1b[2J \x9b2J \x85 \u202e \u2066 \x07"

    def fail():
        raise ValueError(steering)

    try:
        fail()
    except ValueError:
        logging.getLogger("scraper.test").exception("title: %s", steering, extra={"x": steering})
    assert not set("\x1b\x9b\x85\u202e\u2066\x07") & set(stream.getvalue())
    if form == "json":
        record = json.loads(stream.getvalue())
        assert record["message"] == f"title: {steering}"
        assert record["x"] == steering


def test_an_alert_stands_out_where_there_is_colour(written):
    stream = written("text", colour=True)
    logging.getLogger("scraper.test").warning("ALERT", extra={"action": "alert.rang"})
    assert stream.getvalue().startswith("\033[1;35m")


def test_json_has_the_records_own_keys(written):
    stream = written("json")
    try:
        int("x")
    except ValueError:
        logging.getLogger("scraper.test").exception("no", extra={"action": "a.b", "new": 3})
    record = json.loads(stream.getvalue())
    assert (record["level"], record["message"]) == ("error", "no")
    assert (record["action"], record["new"]) == ("a.b", 3)
    assert "ValueError" in record["traceback"]


def test_other_libraries_are_heard_only_when_they_warn(written):
    stream = written("text")
    logging.getLogger("somebody.else").info("chatter")
    assert stream.getvalue() == ""
    assert sys.stderr not in [handler.stream for handler in logging.getLogger().handlers]
