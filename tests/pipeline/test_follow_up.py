"""What follows from a visit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from scraper.errors import FetchError, Trouble
from scraper.pipeline import follow_up
from scraper.pipeline.follow_up import Sight
from scraper.pipeline.schedule import PacedBy
from storage.records import Entry, Health, Source, SourceState

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WIRE = Source(
    id=1,
    name="wire",
    url="https://a.example/rss",
    every=HOUR,
    origin="command",
    paused=False,
    kind=None,
    etag=None,
    last_modified=None,
    interval=HOUR,
    next_visit_at=NOW,
    last_visit_at=NOW - HOUR,
    last_success_at=NOW - HOUR,
    last_new_at=None,
    failures=0,
    last_error=None,
)
NOTHING = Sight(published=(), new=0, whole=True)


def pauses(source: Source) -> list[timedelta]:
    return [
        follow_up.after_visit(source, NOTHING, now=NOW, random=Random(seed)).plan.pause
        for seed in range(200)
    ]


@pytest.mark.parametrize(
    "source",
    [replace(WIRE, last_visit_at=None), replace(WIRE, next_visit_at=NOW - 8 * HOUR)],
    ids=["new", "the machine slept"],
)
def test_those_that_are_due_at_once_part(source):
    spread = pauses(source)
    assert max(spread) <= HOUR
    assert max(spread) - min(spread) > 50 * MINUTE


def test_those_that_are_visited_in_time_keep_their_pace():
    assert all(abs(pause - HOUR) <= HOUR / 100 for pause in pauses(WIRE))


def test_who_failed_together_does_not_come_again_together():
    tried = {
        follow_up.after_failure(WIRE, FetchError("x"), now=NOW, random=Random(seed)).plan.pause
        for seed in range(50)
    }
    assert min(tried) >= MINUTE
    assert len(tried) > 40


def test_what_a_server_asked_for_is_never_cut_short():
    busy = FetchError("x", trouble=Trouble.BUSY, retry_after=3 * HOUR)
    then = follow_up.after_failure(WIRE, busy, now=NOW, random=Random(1))
    assert 3 * HOUR <= then.plan.pause <= 3 * HOUR + 2 * MINUTE
    assert then.plan.by is PacedBy.RETRY_AFTER
    gone = replace(WIRE, state=SourceState(health=Health.GONE), failures=9)
    missing = FetchError("x", trouble=Trouble.MISSING)
    then = follow_up.after_failure(gone, missing, now=NOW, random=Random(1))
    assert (then.plan.by, then.plan.pause >= DAY) == (PacedBy.GONE, True)


def test_of_very_many_times_the_newest_are_taken():
    entries = [Entry(url=f"https://a.example/{n}", published_at=NOW + n * MINUTE) for n in range(9)]
    entries.append(Entry(url="https://a.example/x"))
    assert follow_up.times(entries) == [NOW + n * MINUTE for n in range(9)]
    many = [Entry(url="https://a.example/1", published_at=NOW - n * MINUTE) for n in range(6000)]
    assert len(follow_up.times(many)) == 5000
    assert follow_up.times(many)[-1] == NOW
