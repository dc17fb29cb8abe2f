"""How a source is put into words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scraper.pipeline import source_words
from scraper.pipeline.looks import Look, Outcome, noted
from scraper.pipeline.rhythm import Rhythm
from scraper.pipeline.schedule import PacedBy
from storage.records import Health, Source, SourceState

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def rhythm(per_day, hours=range(24), days=range(7), **fields) -> Rhythm:
    """Four weeks of it."""
    weeks = 4.0
    each_hour = per_day * len(days) * weeks / len(hours)
    return Rhythm(
        until=NOW,
        last=NOW,
        hours=tuple(each_hour if hour in hours else 0.0 for hour in range(24)),
        hours_seen=(7 * weeks,) * 24,
        days=tuple(per_day * weeks if day in days else 0.0 for day in range(7)),
        days_seen=(weeks,) * 7,
        entries=per_day * len(days) * weeks,
        active=min(per_day * len(days) * weeks, len(days) * weeks),
        **fields,
    )


def source(state: SourceState, **fields) -> Source:
    known = {
        "id": 1,
        "name": "wire",
        "url": "https://a.example/rss",
        "every": None,
        "origin": "command",
        "paused": False,
        "kind": None,
        "etag": None,
        "last_modified": None,
        "interval": 4 * MINUTE,
        "next_visit_at": NOW,
        "last_visit_at": NOW,
        "last_success_at": NOW,
        "last_new_at": NOW,
        "failures": 0,
        "last_error": None,
    }
    return Source(**(known | fields), state=state)


@pytest.mark.parametrize(
    ("per_day", "words"),
    [
        (40, "publishes about 40 a day"),
        (1234, "publishes about 1,200 a day"),
        (1, "publishes about 1 a day"),
        (3 / 7, "publishes about 3 a week"),
        (1 / 10, "publishes about 3 a month"),
        (1 / 60, "publishes less than once a month"),
    ],
)
def test_how_often(per_day, words):
    assert source_words.frequency(rhythm(per_day)) == words


def test_nothing_is_said_of_what_is_not_known():
    assert "not been looked at for long enough" in source_words.frequency(Rhythm(until=NOW))
    assert source_words.usual_times(Rhythm(until=NOW)) == ""


@pytest.mark.parametrize(
    ("hours", "days", "words"),
    [
        (range(24), range(7), ""),
        (range(5, 21), range(7), "mostly 05–21 h UTC"),
        ([22, 23, 0, 1], range(7), "mostly 22–02 h UTC"),
        ([6], range(7), "mostly 06–07 h UTC"),
        (range(24), range(5), "mostly Mon–Fri"),
        (range(6, 18), range(5), "mostly Mon–Fri, 06–18 h UTC"),
        ([14], [3], "mostly Thu, 14–15 h UTC"),
    ],
)
def test_when(hours, days, words):
    assert source_words.usual_times(rhythm(10, hours, days)) == words


def test_why_the_next_visit_is_when_it_is():
    state = SourceState(rhythm=rhythm(40, range(5, 21), asks=2700.0).raw())
    words = {by: source_words.pace(source(replace(state, paced_by=by))) for by in (*PacedBy, None)}
    assert words[PacedBy.LEARNED] == (
        "learned: publishes about 40 a day, mostly 05–21 h UTC; visited every 4 min at this time"
    )
    assert words[PacedBy.EVERY] == "every 4 min, as it was set"
    assert words[PacedBy.ASKED].endswith(
        "it asks to be left alone for 45 min, and is visited every 4 min"
    )
    assert len(set(words.values())) == len(words)
    assert source_words.pace(source(state, last_visit_at=None)) == "not visited yet: due at once"


def test_the_last_visits_are_a_sign_each_the_oldest_first():
    recent = ""
    for minute, outcome in enumerate((Outcome.NEW, Outcome.SAME, Outcome.MISSING)):
        recent = noted(recent, Look(at=NOW + minute * MINUTE, outcome=outcome, new=0))
    signs = source_words.strip(source(SourceState(recent=recent)))
    assert signs == "+=0"
    assert source_words.legend(signs) == "+ something new, = not modified, 0 nothing there"


def test_how_it_fares_and_since_when():
    silent = SourceState(health=Health.SILENT, since=NOW - timedelta(hours=9))
    assert source_words.fares(source(silent), NOW) == "silent for 9 h"
    assert source_words.fares(source(SourceState()), NOW) == "healthy"
    assert source_words.fares(source(SourceState(), last_visit_at=None), NOW) == "not visited yet"
    failed = source(SourceState(), last_success_at=None, failures=1, last_error="it broke")
    assert source_words.fares(failed, NOW) == "not visited with success yet"
