"""Backfills on both databases: their lists, their entries, and what rings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scraper.dedupe import sign
from scraper.pipeline.admit import Admitter, Candidate
from storage.database import Database
from storage.records import Article, Backfill, WatchSpec
from tests.end_to_end.outlets import story
from tests.fakes import FakeClock
from tests.storage.making import DAY, HOUR, NOW, add_source, claim, sighting

TEXT = "\n\n".join(story(1, mention="a rocket"))


def begin(unit, source, *, ring=False):
    unit.backfills.begin(
        Backfill(
            source_id=source.id,
            since=NOW - 90 * DAY,
            until=NOW,
            ring=ring,
            pause=timedelta(seconds=5),
            stopped=False,
            started_at=NOW,
        )
    )


def add_old(unit, source, *names, **fields):
    entries = [sighting(name, **fields) for name in names]
    return unit.entries.add(source.id, entries, now=NOW, old=True).new


def names(entries):
    return [entry.url.rpartition("/")[2] for entry in entries]


def test_news_of_a_host_goes_before_the_old_which_come_one_at_a_time(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        begin(unit, source)
        assert add_old(unit, source, "old1", "old2") == 2
        unit.entries.add(source.id, [sighting("new1"), sighting("new2")], now=NOW)
        assert names(claim(unit)) == ["new1", "new2"]
        assert names(claim(unit)) == ["old1"]
        assert names(claim(unit)) == ["old2"]


def test_what_the_source_lists_before_it_was_read_is_news(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        begin(unit, source)
        add_old(unit, source, "a", "b")
        unit.entries.add(source.id, [sighting("b")], now=NOW)
        first, second = claim(unit), claim(unit)
    assert [(names(found), found[0].old) for found in (first, second)] == [
        (["b"], False),
        (["a"], True),
    ]


def test_a_backfill_changes_nothing_of_what_is_known(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        unit.entries.add(source.id, [sighting("a", title="One")], now=NOW)
        assert add_old(unit, source, "a", title="Another") == 0
        (entry,) = claim(unit)
    assert (entry.title, entry.old) == ("One", False)


def test_a_stopped_backfill_waits_until_it_goes_on(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        begin(unit, source)
        add_old(unit, source, "a")
        assert unit.backfills.stop(source.id)
        assert claim(unit, NOW + DAY) == []
        assert unit.backfills.progress(source.id).waiting == 1
        unit.backfills.resume(source.id, NOW)
        assert names(claim(unit)) == ["a"]


def test_lists_are_read_once_and_one_worker_reads_them(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        begin(unit, source)
        assert unit.backfills.add_lists(source.id, ["https://a/1", "https://a/2"]) == 2
        assert unit.backfills.add_lists(source.id, ["https://a/2"]) == 0
        assert unit.backfills.claim(source.id, worker="one", now=NOW)
        assert not unit.backfills.claim(source.id, worker="two", now=NOW)
        first = unit.backfills.next_list(source.id, NOW)
        unit.backfills.list_done(first.id, links=7)
        second = unit.backfills.next_list(source.id, NOW)
        unit.backfills.list_done(second.id, links=0, error="broken")
        assert unit.backfills.next_list(source.id, NOW) is None
        progress = unit.backfills.progress(source.id)
    assert (progress.lists_read, progress.lists_failed, progress.links) == (1, 1, 7)
    assert progress.failures == ("https://a/2: broken",)


def test_a_page_that_was_read_when_its_backfill_was_stopped_is_not_tried_again(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        begin(unit, source)
        add_old(unit, source, "a")
        (entry,) = claim(unit)
        unit.backfills.stop(source.id)
        unit.entries.retry(entry.id, worker="worker", at=NOW, error="busy")
        (again,) = claim(unit)
        assert unit.backfills.hold_back([again.id], worker="another") == set()
        assert unit.backfills.hold_back([again.id], worker="worker") == {entry.id}
        assert claim(unit, NOW + DAY) == []
        unit.backfills.resume(source.id, NOW)
        (again,) = claim(unit)
        assert again.attempts == 2
        assert unit.backfills.hold_back([again.id], worker="worker") == set()


def test_a_list_is_no_longer_held_when_its_backfill_was_stopped_or_begun_anew(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        for end in (unit.backfills.stop, lambda _: begin(unit, source)):
            begin(unit, source)
            unit.backfills.add_lists(source.id, ["https://a/1"])
            unit.backfills.claim(source.id, worker="one", now=NOW)
            (held,) = [unit.backfills.next_list(source.id, NOW)]
            assert unit.backfills.holds(source.id, held.id, "one")
            assert not unit.backfills.holds(source.id, held.id, "two")
            end(source.id)
            assert not unit.backfills.holds(source.id, held.id, "one")


def test_a_list_that_failed_comes_back_at_its_time(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        begin(unit, source)
        unit.backfills.add_lists(source.id, ["https://a/1"])
        assert unit.backfills.next_list_at(source.id, NOW) == NOW
        first = unit.backfills.next_list(source.id, NOW)
        unit.backfills.list_later(first.id, at=NOW + HOUR, error="busy")
        assert unit.backfills.next_list(source.id, NOW) is None
        assert unit.backfills.next_list_at(source.id, NOW) == NOW + HOUR
        assert unit.backfills.progress(source.id).next_list_at == NOW + HOUR
        assert unit.backfills.next_list(source.id, NOW + HOUR).attempts == 1


def test_spare_lists_are_taken_up_unless_another_reaches_back(database: Database):
    with database.begin() as unit:
        source = add_source(unit)
        for reaches, taken in ((True, 0), (False, 1)):
            begin(unit, source)
            unit.backfills.add_lists(source.id, ["https://a/1"])
            unit.backfills.add_lists(source.id, ["https://a/2"], spare=True)
            first = unit.backfills.next_list(source.id, NOW)
            unit.backfills.list_done(first.id, links=2, reaches=reaches, contents=b"x")
            assert unit.backfills.next_list_at(source.id, NOW) is None
            assert unit.backfills.take_up(source.id) == taken
            assert unit.backfills.is_known(source.id, b"x")


class Door:
    """Articles at the door, found by a backfill or not."""

    def __init__(self, database) -> None:
        self.database = database
        self.clock = FakeClock(NOW)
        self.admitter = Admitter(self.clock)
        with database.begin() as unit:
            self.source = add_source(unit)
            unit.watches.add(WatchSpec(name="rocket", query="rocket"), now=NOW)

    def admit(self, name, *, old, published_at):
        with self.database.begin() as unit:
            now = self.clock.now()
            unit.entries.add(self.source.id, [sighting(name)], now=now, old=old)
            (entry,) = claim(unit, now)
            article = Article(url=entry.url, title=name, body=TEXT, published_at=published_at)
            candidate = Candidate(
                article=article, signature=sign(name, TEXT, None), entry=entry, source_name=None
            )
            return self.admitter.admit(unit, candidate)


@pytest.fixture
def door(database: Database) -> Door:
    return Door(database)


def begin_at(door, *, ring=False):
    with door.database.begin() as unit:
        begin(unit, door.source, ring=ring)


def test_a_story_that_an_old_article_began_rings_with_its_first_new_one(door):
    begin_at(door)
    old = door.admit("old", old=True, published_at=NOW - 5 * DAY)
    assert (old.rang, old.muted) == ((), ())
    with door.database.read() as unit:
        assert len(unit.outbox.matches(old.article.id)) == 1
        assert unit.outbox.alerts() == []
    fresh = door.admit("fresh", old=False, published_at=NOW)
    assert fresh.article.story_id == old.article.story_id
    assert len(fresh.rang) == 1
    again = door.admit("again", old=False, published_at=NOW)
    assert (again.rang, len(again.muted)) == ((), 1)


def test_an_old_text_is_no_candidate_for_the_copies_of_today(door):
    begin_at(door)
    old = door.admit("old", old=True, published_at=NOW - 60 * DAY)
    same_day = door.admit("same", old=True, published_at=NOW - 60 * DAY + HOUR)
    assert same_day.article.story_id == old.article.story_id
    fresh = door.admit("fresh", old=False, published_at=NOW)
    assert fresh.article.story_id != old.article.story_id
    assert old.article.first_seen_at == NOW


def test_what_is_news_rings_though_a_backfill_found_it(door):
    begin_at(door)
    assert len(door.admit("young", old=True, published_at=NOW - HOUR).rang) == 1


def test_a_backfill_may_be_asked_to_ring(door):
    begin_at(door, ring=True)
    assert len(door.admit("old", old=True, published_at=NOW - 60 * DAY).rang) == 1


def test_an_old_article_is_compared_with_those_of_its_time(door):
    begin_at(door)
    fresh = door.admit("fresh", old=False, published_at=NOW)
    old = door.admit("old", old=True, published_at=NOW - 60 * DAY)
    assert old.article.story_id != fresh.article.story_id


@pytest.mark.parametrize("change", ["revise", "repair"])
def test_an_old_article_stays_of_its_time_when_its_text_changes(door, change):
    begin_at(door)
    old = door.admit("old", old=True, published_at=NOW - 60 * DAY).article
    article = replace(old.article, title="Another title")
    signature = sign("Another title", TEXT, None)
    with door.database.begin() as unit:
        if change == "revise":
            unit.articles.revise(old.id, article, signature=signature, now=NOW)
        else:
            assert unit.articles.repair(old.id, article, was=old.article, signature=signature)
    fresh = door.admit("fresh", old=False, published_at=NOW)
    assert fresh.article.story_id != old.story_id
