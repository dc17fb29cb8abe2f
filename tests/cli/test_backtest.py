"""`tocsin watch test`, and how it is shown."""

import os
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from scraper.cli import backtest as command
from scraper.cli import barchart
from scraper.cli.barchart import Row, by_week, chart
from scraper.clock import SystemClock
from tests.storage.making import add_article, signature

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """It is a Tuesday afternoon."""
    monkeypatch.setattr(SystemClock, "now", lambda _: NOW)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("COLUMNS", "100")


def store(database, count, *, body="A rocket over Baghdad.", at=NOW, **fields):
    with database.begin() as unit:
        for _ in range(count):
            number = len(unit.articles.list(10_000))
            add_article(unit, str(number), body=body, now=at, signed=signature(number), **fields)


def test_a_query_is_tested_without_a_watch(tocsin, database, settings):
    store(database, 1, at=NOW - 5 * DAY)
    store(database, 2, at=NOW - 2 * DAY)
    store(database, 1, body="Rain.", at=NOW - DAY)
    done = tocsin("watch", "test", "Baghdad AND rocket", "--days", "7", "-c", settings)
    assert done.code == 0, done.err
    assert done.err == ""
    assert "The query Baghdad AND rocket\n" in done.out
    assert "3 articles matched in the last 7 days; 3 alerts, one for each story" in done.out
    rows = re.findall(r"^(2026-03-\d\d \w+) +(\d+) +(\d+) *(\S*)$", done.out, re.MULTILINE)
    assert rows == [
        ("2026-03-04 Wed", "0", "0", ""),
        ("2026-03-05 Thu", "1", "1", "█" * 25),
        ("2026-03-06 Fri", "0", "0", ""),
        ("2026-03-07 Sat", "0", "0", ""),
        ("2026-03-08 Sun", "2", "2", "█" * 50),
        ("2026-03-09 Mon", "0", "0", ""),
        ("2026-03-10 today", "0", "0", ""),
    ]
    assert "Articles are stored since 2026-03-05 only" in done.out
    assert "On a median day 0, on the busiest (2026-03-08) 2." in done.out
    assert "A *rocket* over *Baghdad*." in done.out
    assert done.out.index("\n3  Title of 2") < done.out.index("\n1  Title of 0")
    assert "4 of 4 articles looked at" in done.out


def test_a_watch_is_tested_by_its_name(tocsin, database, settings):
    store(database, 1, language="en")
    store(database, 1, language="de")
    add = ("watch", "add", "Rockets", "rocket", "--language", "de", "-c", settings)
    assert tocsin(*add).code == 0
    done = tocsin("watch", "test", "Rockets", "-c", settings)
    assert "The watch Rockets: rocket\nOnly articles in de\n1 article matched" in done.out
    asked = ("watch", "test", "Rockets", "--language", "en", "--language", "de", "-c", settings)
    other = tocsin(*asked)
    assert "Only articles in en, de\n2 articles matched" in other.out


def test_the_json_is_an_object_of_the_same(tocsin, database, settings):
    store(database, 1, url="https://news.example/1", published_at=NOW - DAY)
    store(database, 1, body="Rain.")
    done = tocsin("watch", "test", "rocket", "--days", "2", "--json", "-c", settings).json
    (latest,) = done.pop("latest")
    assert done == {
        "query": "rocket",
        "watch": None,
        "since": "2026-03-09T00:00:00Z",
        "until": "2026-03-10T15:00:00Z",
        "stored_since": "2026-03-10T15:00:00Z",
        "days": [
            {"date": "2026-03-09", "articles": 0, "alerts": 0},
            {"date": "2026-03-10", "articles": 1, "alerts": 1},
        ],
        "articles": 1,
        "alerts": 1,
        "too_old": 0,
        "looked_at": 2,
        "stored": 2,
    }
    passages = latest.pop("passages")
    assert [passage["text"] for passage in passages] == ["A rocket over Baghdad."]
    assert latest == {
        "id": 1,
        "title": "Title of 0",
        "url": "https://news.example/1",
        "source": None,
        "published_at": "2026-03-09T15:00:00Z",
        "admitted_at": "2026-03-10T15:00:00Z",
        "matched_at": "2026-03-10T15:00:00Z",
        "rings": True,
    }


def test_a_story_rings_once_and_the_rest_of_it_is_silent(tocsin, database, settings):
    store(database, 1)
    store(database, 2, story_id=1)
    done = tocsin("watch", "test", "rocket", "-c", settings)
    assert "3 articles matched in the last 30 days; 1 alert, one for each story" in done.out
    assert done.out.count("silent: its story rang before") == 2
    every = tocsin("watch", "test", "rocket", "--policy", "every", "-c", settings)
    assert "3 alerts, one for each article" in every.out
    assert "silent" not in every.out


def test_what_was_published_too_long_before_is_silent(tocsin, database, settings):
    store(database, 1, published_at=NOW - 9 * DAY)
    settings.write_text("[[watch]]\nname = 'W'\nquery = 'rocket'\nmax_age = '2d'\n", "utf-8")
    done = tocsin("watch", "test", "W", "-c", settings)
    assert "1 article matched in the last 30 days; 0 alerts" in done.out
    assert "1 article had been published too long before to ring" in done.out
    assert "It would not have rung once." in done.out
    assert "silent: published too long before" in done.out


def test_a_flood_is_warned_of(tocsin, database, settings):
    for back in (3, 2, 1):
        store(database, 30, at=NOW - back * DAY)
    store(database, 1)
    done = tocsin("watch", "test", "rocket", "--days", "4", "-c", settings)
    assert "That is a flood, about 30 a day" in done.out
    assert "On a median day 30, on the busiest (2026-03-07) 30." in done.out
    assert done.out.count("*rocket*") == 10
    assert tocsin("watch", "test", "rocket", "--limit", "3", "-c", settings).out.count("*rock") == 3


def test_silence_is_said_in_words(tocsin, database, settings):
    empty = tocsin("watch", "test", "rocket", "-c", settings)
    assert "It would not have rung once." in empty.out
    assert "No article came in that time: is the daemon running?" in empty.out
    store(database, 1, body="Rain.")
    done = tocsin("watch", "test", "rocket", "--days", "1", "-c", settings)
    assert "0 articles matched today; 0 alerts" in done.out
    assert "is the daemon running" not in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rocket AND",), "^"),
        (("rocket", "--days", "0"), "--days"),
        (("rocket", "--source", "Nobody"), 'no source "Nobody"'),
        (("rocket", "--policy", "hour"), "--policy"),
    ],
)
def test_what_makes_no_sense_is_refused(tocsin, settings, arguments, words):
    done = tocsin("watch", "test", *arguments, "-c", settings)
    assert done.code == 2
    assert words in done.err


def test_what_is_indexed_is_looked_at_only_where_it_may_match(tocsin, database, settings):
    store(database, 3)
    store(database, 2, body="Rain.")
    assert "5 of 5 articles looked at" in tocsin("watch", "test", "rain", "-c", settings).out
    assert "5 for tests of watches" in tocsin("db", "index", "-c", settings).out
    done = tocsin("watch", "test", "rain", "-c", settings)
    assert "2 of 5 articles looked at" in done.out
    assert "2 articles matched" in done.out
    assert "0 for tests of watches" in tocsin("db", "index", "-c", settings).out


def test_progress_is_told_when_it_takes_longer(tocsin, database, settings, monkeypatch):
    store(database, 120)
    moments = iter(range(1000))
    monkeypatch.setattr(command.time, "monotonic", lambda: float(next(moments)))
    done = tocsin("watch", "test", "rocket", "-c", settings)
    assert done.code == 0
    assert "50 of 120 articles looked at\n" in done.err
    assert "looked at" in done.out


def rows(*values: int) -> list[Row]:
    first = date(2026, 3, 1)
    return [Row(first + number * DAY, value, 2 * value) for number, value in enumerate(values)]


def test_a_bar_is_as_long_as_its_value(monkeypatch):
    monkeypatch.setattr(barchart, "_shows_blocks", lambda: True)
    lines = list(chart(rows(0, 1, 50, 100, 1000), ("alerts", "all"), today=date(2026, 3, 5)))
    assert lines == [
        "                   alerts    all",
        "2026-03-01 Sun          0      0",
        "2026-03-02 Mon          1      2  ▏",
        "2026-03-03 Tue         50    100  ██▌",
        "2026-03-04 Wed        100    200  █████",
        "2026-03-05 today    1,000  2,000  " + "█" * 50,
    ]


def test_a_terminal_without_blocks_has_plain_bars(monkeypatch):
    monkeypatch.setattr(barchart, "_shows_blocks", lambda: False)
    lines = list(chart(rows(0, 1, 100), ("alerts", "all"), today=date(2026, 3, 5)))
    assert [line.partition("#")[2] for line in lines] == ["", "", "", "#" * 49]
    assert "#" in lines[2]


@pytest.mark.parametrize(("encoding", "shows"), [("utf-8", True), ("ascii", False), ("?", False)])
def test_what_a_terminal_shows_is_asked(monkeypatch, encoding, shows):
    class Out:
        pass

    Out.encoding = encoding
    monkeypatch.setattr(barchart.sys, "stdout", Out)
    assert barchart._shows_blocks() is shows


def test_a_narrow_terminal_has_short_bars(monkeypatch):
    monkeypatch.setattr(barchart.shutil, "get_terminal_size", lambda: os.terminal_size((60, 24)))
    for line in chart(rows(3, 10), ("alerts", "articles"), today=date(2026, 3, 5)):
        assert len(line) < 60


def test_many_days_are_shown_by_weeks():
    few = rows(*range(62))
    assert by_week(few) == few
    weeks = by_week(rows(*([1] * 90)))
    assert weeks[0] == Row(date(2026, 3, 1), 1, 2, 1)  # a Sunday
    assert weeks[1] == Row(date(2026, 3, 2), 7, 14, 7)
    assert sum(week.value for week in weeks) == 90
    lines = list(chart(weeks, ("alerts", "articles"), today=weeks[-1].day + 3 * DAY))
    assert "2026-03-02 week " in lines[2]
    assert "2026-05-25 to now " in lines[-1]
