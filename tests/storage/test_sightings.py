"""What makes a link new, or another text."""

from datetime import datetime
from typing import Any

import pytest

from storage.database import Database
from storage.records import Added, EntryState, FrontierEntry
from storage.sightings import FREELY
from storage.unit import UnitOfWork
from tests.storage.making import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    add_article,
    add_entries,
    add_source,
    claim,
    sighting,
)


def see(
    unit: UnitOfWork, *, source: str = "wire", now: datetime = NOW, key: str = "a", **fields: Any
) -> Added:
    """The source shows one entry."""
    seen_by = unit.sources.get(source) or add_source(unit, source)
    return unit.entries.add(seen_by.id, [sighting(key, **fields)], now=now)


def finish(unit: UnitOfWork, *, now: datetime = NOW, recheck_at: datetime | None = None) -> None:
    """The entry is fetched, and its article stored."""
    (entry,) = claim(unit, now)
    article = unit.articles.find(["a"]) or add_article(unit, "a")
    assert unit.entries.done(
        entry.id, worker="worker", article_id=article.id, recheck_at=recheck_at
    )


def the_entry(unit: UnitOfWork) -> FrontierEntry:
    entry = unit.entries.get(1)
    assert entry is not None
    return entry


def test_what_was_never_seen_is_pending_and_due(database: Database):
    with database.begin() as unit:
        fields: dict[str, Any] = {
            "title": "Rocket hits Baghdad",
            "published_at": NOW - HOUR,
            "modified_at": NOW - MINUTE,
            "summary": "A rocket …",
            "language": "en",
        }
        assert see(unit, **fields) == Added(new=1)
        entry = the_entry(unit)
        assert {name: getattr(entry, name) for name in fields} == fields
        assert (entry.state, entry.next_attempt_at) == (EntryState.PENDING, NOW)
        assert (entry.seen_at, entry.attempts, entry.rechecks) == (NOW, 0, 0)


def test_many_at_once_and_the_same_link_twice(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        many = [sighting(f"k{number % 1200}") for number in range(1500)]
        assert unit.entries.add(source.id, many, now=NOW) == Added(new=1200)
        assert unit.entries.add(source.id, many, now=NOW) == Added()
        assert unit.entries.add(source.id, [*many, sighting("new")], now=NOW) == Added(new=1)
        assert unit.entries.add(source.id, [], now=NOW) == Added()
        assert unit.entries.counts()[EntryState.PENDING] == 1201


def test_a_link_longer_than_an_index_takes_is_told_from_its_like(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        longest = "https://news.example/" + "x" * 100_000
        pair = [sighting(longest), sighting(longest + "y")]
        assert unit.entries.add(source.id, pair, now=NOW) == Added(new=2)
        assert unit.entries.add(source.id, pair, now=NOW) == Added()


@pytest.mark.parametrize(
    ("first", "later", "changed"),
    [
        ({"title": "A"}, {"title": "B"}, True),
        ({"title": "A"}, {"title": "A"}, False),
        ({"title": "A\x00\ud800"}, {"title": "A\x00\ud800"}, False),
        ({}, {"title": "B"}, False),
        ({"title": "A"}, {}, False),
        ({"modified_at": NOW - HOUR}, {"modified_at": NOW - MINUTE}, True),
        ({"modified_at": NOW - HOUR}, {"modified_at": NOW - HOUR}, False),
        ({"modified_at": NOW - MINUTE}, {"modified_at": NOW - HOUR}, False),
        ({}, {"modified_at": NOW - HOUR}, False),
        ({}, {"modified_at": NOW + HOUR}, True),
        ({"modified_at": NOW - HOUR}, {"modified_at": NOW + DAY}, False),
        ({"modified_at": NOW + DAY}, {"modified_at": NOW + MINUTE}, True),
        ({"summary": "A"}, {"summary": "B"}, False),
    ],
)
def test_the_source_that_saw_it_first_says_what_changed(
    database: Database, first: dict[str, Any], later: dict[str, Any], *, changed: bool
):
    with database.begin() as unit:
        see(unit, **first)
        finish(unit)
        again = see(unit, now=NOW + HOUR, **later)
        entry = the_entry(unit)
    assert again == Added(changed=int(changed))
    assert entry.state == (EntryState.RECHECK if changed else EntryState.DONE)
    assert entry.next_attempt_at == (NOW + HOUR if changed else None)


@pytest.mark.parametrize(
    ("later", "changed"),
    [
        ({"title": "As the other words it"}, False),
        ({"modified_at": NOW - MINUTE}, False),  # it was fetched after that
        ({"modified_at": NOW + MINUTE}, True),
    ],
)
def test_another_source_counts_only_by_a_time_after_the_entry_was_seen(
    database: Database, later: dict[str, Any], *, changed: bool
):
    with database.begin() as unit:
        see(unit, title="A", modified_at=NOW - HOUR)
        finish(unit)
        assert see(unit, source="other", now=NOW + HOUR, **later) == Added(changed=int(changed))
        assert the_entry(unit).title == "A"


def test_two_sources_that_word_a_title_differently_do_not_start_a_quarrel(database: Database):
    with database.begin() as unit:
        see(unit, title="A")
        finish(unit)
        for hour in range(1, 5):
            for source, title in (("other", "A | The Site"), ("wire", "A")):
                again = see(unit, source=source, title=title, now=NOW + hour * HOUR)
                assert again == Added()


def test_another_source_fills_the_gaps(database: Database):
    with database.begin() as unit:
        see(unit, summary="First words")
        see(unit, source="other", title="T", summary="Other words", published_at=NOW - DAY)
        entry = the_entry(unit)
    assert (entry.title, entry.summary, entry.published_at) == ("T", "First words", NOW - DAY)


def test_a_change_of_a_pending_entry_only_brings_news_of_it(database: Database):
    with database.begin() as unit:
        see(unit, title="A")
        (entry,) = claim(unit)
        unit.entries.retry(entry.id, worker="worker", at=NOW + DAY, error="HTTP 503")
        assert see(unit, title="B", now=NOW + HOUR) == Added()
        after = the_entry(unit)
        assert (after.title, after.attempts, after.next_attempt_at) == ("B", 1, NOW + DAY)
        assert claim(unit, NOW + HOUR) == []


def test_a_change_of_what_waits_for_its_recheck_makes_it_due_now(database: Database):
    with database.begin() as unit:
        see(unit, title="A")
        finish(unit, recheck_at=NOW + DAY)
        assert claim(unit, NOW + HOUR) == []
        assert see(unit, title="B", now=NOW + HOUR) == Added(changed=1)
        assert [entry.title for entry in claim(unit, NOW + HOUR)] == ["B"]


def test_a_change_while_it_is_fetched_makes_it_due_again_when_that_is_done(database: Database):
    with database.begin() as unit:
        see(unit, title="A")
        (entry,) = claim(unit)
        see(unit, title="B", now=NOW + MINUTE)
        assert claim(unit, NOW + MINUTE, worker="other") == []
        article = add_article(unit, "a")
        unit.entries.done(entry.id, worker="worker", article_id=article.id, recheck_at=NOW + DAY)
        after = the_entry(unit)
        assert (after.state, after.next_attempt_at) == (EntryState.RECHECK, NOW + MINUTE)
        assert len(claim(unit, NOW + MINUTE)) == 1


def test_a_change_while_it_is_looked_at_again_makes_nobody_else_do_the_same(database: Database):
    with database.begin() as unit:
        see(unit, title="A")
        finish(unit, recheck_at=NOW)
        (entry,) = claim(unit)
        assert entry.state is EntryState.RECHECK
        see(unit, title="B", now=NOW + MINUTE)
        assert claim(unit, NOW + MINUTE) == []
        unit.entries.retry(entry.id, worker="worker", at=NOW + HOUR, error="HTTP 503")
        assert claim(unit, NOW + MINUTE) == []
        assert len(claim(unit, NOW + HOUR)) == 1


def test_what_had_failed_has_another_chance_when_it_changes(database: Database):
    with database.begin() as unit:
        see(unit, title="A")
        (entry,) = claim(unit)
        unit.entries.fail(entry.id, worker="worker", error="HTTP 410")
        assert see(unit, title="A", now=NOW + HOUR) == Added()
        assert see(unit, title="B", now=NOW + HOUR) == Added(changed=1)
        (again,) = claim(unit, NOW + HOUR)
    assert (again.state, again.attempts) == (EntryState.PENDING, 1)


def test_what_changes_at_every_load_is_looked_at_again_with_pauses_that_grow(database: Database):
    """A title that counts the minutes, visited every five: a day of it, and then another."""
    looked_at = []
    with database.begin() as unit:
        see(unit, title="Story, 0 minutes ago")
        for minutes in range(5, 2 * 24 * 60, 5):
            now = NOW + minutes * MINUTE
            for entry in claim(unit, now):
                article = unit.articles.find(["a"]) or add_article(unit, "a")
                unit.entries.done(entry.id, worker="worker", article_id=article.id, recheck_at=None)
                looked_at.append(minutes)
            see(unit, title=f"Story, {minutes} minutes ago", now=now)
    assert looked_at[: FREELY + 1] == [5 * number for number in range(1, FREELY + 2)]
    assert len(looked_at) < 60  # of 575 visits that saw another title
    assert looked_at[-1] > 24 * 60  # none the less


@pytest.mark.parametrize("is_claimed", [False, True])
def test_a_change_that_waits_is_put_off_by_no_later_one(
    database: Database,
    is_claimed: bool,  # noqa: FBT001 - pytest gives it by its name
):
    with database.begin() as unit:
        see(unit, title="0")
        finish(unit)
        for number in range(1, FREELY + 1):
            see(unit, title=f"{number}!", now=NOW + number * MINUTE)
            finish(unit, now=NOW + number * MINUTE + SECOND)
        now = NOW + 10 * HOUR
        if is_claimed:  # while its regular look is under way
            see(unit, title="soon")
            (entry,) = claim(unit, now)
        for minutes in range(3):
            see(unit, title=f"{minutes} minutes ago", now=now + minutes * MINUTE)
        if is_claimed:
            article = unit.articles.find(["a"])
            assert article is not None
            unit.entries.done(entry.id, worker="worker", article_id=article.id, recheck_at=None)
        assert claim(unit, now + 59 * MINUTE) == []
        assert len(claim(unit, now + 63 * MINUTE)) == 1


def test_many_may_change_between_two_visits(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a", "b", "c"], title="Before")
        waiting, done, failed = claim(unit)
        unit.entries.retry(waiting.id, worker="worker", at=NOW + DAY, error="HTTP 503")
        article = add_article(unit, "a")
        unit.entries.done(done.id, worker="worker", article_id=article.id, recheck_at=None)
        unit.entries.fail(failed.id, worker="worker", error="HTTP 410")
        source = unit.sources.get("wire")
        assert source is not None
        seen = [sighting(key, title="After") for key in "abc"]
        assert unit.entries.add(source.id, seen, now=NOW + HOUR) == Added(changed=2)
        again = {entry.id: entry for entry in claim(unit, NOW + HOUR)}
        assert again.keys() == {done.id, failed.id}
        assert {(entry.title, entry.attempts) for entry in again.values()} == {("After", 1)}
        left = unit.entries.get(waiting.id)
        assert left is not None
        assert (left.title, left.attempts, left.next_attempt_at) == ("After", 1, NOW + DAY)


def test_a_time_that_has_not_come_does_not_put_an_entry_first(database: Database):
    with database.begin() as unit:
        see(unit, key="lies", published_at=NOW + 365 * DAY, modified_at=NOW + 365 * DAY)
        see(unit, key="new", now=NOW + MINUTE, published_at=NOW + MINUTE)
        assert [entry.url[-4:] for entry in claim(unit, NOW + MINUTE)] == ["/new", "lies"]
        assert the_entry(unit).modified_at is None
