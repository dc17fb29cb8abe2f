"""A lane of entries is worked through, and what goes wrong with one stays with it."""

import logging
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest

from scraper.discover import pageless
from scraper.errors import FetchError
from scraper.pipeline.admit import Outcome
from scraper.pipeline.sandbox import SandboxBrokenError
from scraper.watch import WatchSet
from storage.database import Database
from storage.errors import DatabaseBusy, StorageError
from storage.records import Backfill, Entry, EntryState, SourceSpec, WatchSpec
from tests.pipeline.room import NOW, Here, Room

pytestmark = pytest.mark.anyio


@pytest.fixture
def room(sqlite_address):
    with Database.open(sqlite_address) as database:
        yield Room(database)


async def test_pages_of_the_sources_own_site_are_asked_for_with_its_options(room):
    with room.database.begin() as unit:
        spec = SourceSpec(name="wire", url="https://a.example/", options={"username": "desk"})
        unit.sources.sync([spec], NOW)
    room.see("https://a.example/1")
    await room.work()
    room.see("https://b.example/2")
    await room.work()
    assert [request.options.username for request in room.site.requests] == ["desk", None]


def fail_once(monkeypatch, room, error, times=1):
    """The next transactions that would write down a failure raise `error`."""
    failures = [error] * times
    original = room.reader._put_off

    def flaky(*arguments):
        if failures:
            raise failures.pop()
        return original(*arguments)

    monkeypatch.setattr(room.reader, "_put_off", flaky)


async def test_the_pages_of_a_lane_become_articles(room):
    room.see(*(f"https://a.example/{n}" for n in range(1, 6)))
    await room.work()
    assert {entry.state for entry in room.entries().values()} == {EntryState.DONE}
    assert len(room.admissions) == 5


async def test_an_entry_without_a_page_is_read_as_its_source_tells_it(room):
    """Nothing is fetched for it: the address of the fake's pages would not even be a number."""
    url = pageless.address("https://a.example/", "1")
    room.see(url, title="Sirens over the port", summary="A rocket fell into the sea.")
    await room.work()
    room.clock.advance(timedelta(hours=1))
    room.see(url, title="Sirens over the old port", summary="Two rockets fell.")
    room.clock.advance(timedelta(seconds=1))
    await room.work()
    assert [one.outcome for one in room.admissions] == [Outcome.NEW, Outcome.REVISION]
    article = room.admissions[1].article.article
    assert (article.url, article.title) == (url, "Sirens over the old port")
    assert article.body == "Two rockets fell."
    with room.database.read() as unit:
        (entry,) = unit.entries.list(EntryState.DONE)
    assert entry.article_id == room.admissions[0].article.id


async def test_no_source_takes_more_than_its_share_of_the_lanes(room):
    """Hosts that hang hold a lane for minutes, and one source may name as many as it likes."""
    room.see(*(f"https://{n}.flood.example/{n}" for n in range(20)))
    assert len(await room.reader.claim(8)) == 2
    assert await room.reader.claim(6) == []
    with room.database.begin() as unit:
        room.source = unit.sources.add(SourceSpec(name="quiet", url="https://q.example"), now=NOW)
    room.see("https://news.example/99")
    (lane,) = await room.reader.claim(6)
    assert lane.host == "news.example"


async def test_what_cannot_be_stored_of_one_entry_leaves_its_neighbours_alone(
    room, monkeypatch, caplog
):
    caplog.set_level(logging.CRITICAL, "scraper")
    room.see(*(f"https://a.example/{n}" for n in range(1, 9)))
    room.site.raises[1] = FetchError("HTTP 503")
    fail_once(monkeypatch, room, DatabaseBusy("locked"))
    await room.work()
    entries = room.entries()
    unlucky = entries.pop(1)
    assert {entry.state for entry in entries.values()} == {EntryState.DONE}
    assert (unlucky.state, unlucky.attempts, unlucky.error) == (EntryState.PENDING, 0, None)
    assert NOW < unlucky.next_attempt_at < NOW + timedelta(minutes=1)


async def test_a_page_that_the_database_refuses_is_that_pages_failure(room, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL, "scraper")
    room.see("https://a.example/1", "https://a.example/2")
    room.site.raises[1] = FetchError("HTTP 503")
    settle = room.reader._settle

    async def refuse(entry, fetched):
        if entry.url.endswith("/1"):
            raise StorageError("a value out of range")
        await settle(entry, fetched)

    monkeypatch.setattr(room.reader, "_settle", refuse)
    await room.work()
    refused = room.entries()[1]
    assert (refused.attempts, refused.state) == (1, EntryState.PENDING)
    assert "internal error" in refused.error


async def test_a_machine_that_cannot_read_pages_is_no_pages_failure(room, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL, "scraper")

    async def broken(_sandbox, _function, *_arguments, **_named):
        raise SandboxBrokenError("no process can be had")

    monkeypatch.setattr(Here, "run", broken)
    room.see("https://a.example/1", title="Told by its source")
    for _ in range(4):
        await room.work()
        room.clock.advance(timedelta(minutes=1))
    (entry,) = room.entries().values()
    assert (entry.state, entry.attempts, entry.article_id) == (EntryState.PENDING, 0, None)


async def test_a_fetch_that_fails_unexpectedly_is_that_pages_failure(room, caplog):
    caplog.set_level(logging.CRITICAL, "scraper")
    room.see("https://a.example/1", "https://a.example/2")
    room.site.raises[1] = UnicodeError("label too long")
    await room.work()
    entries = room.entries()
    assert entries[2].state is EntryState.DONE
    assert (entries[1].state, entries[1].attempts) == (EntryState.PENDING, 1)


async def test_watches_are_matched_while_no_transaction_waits(room, monkeypatch):
    """Matching a hostile page takes a while, and there is only one writer."""
    with room.database.begin() as unit:
        unit.watches.add(WatchSpec(name="rocket", query="rocket"), now=NOW)
    writing = set()  # threads in a transaction
    begin, match = room.database.begin, WatchSet.match

    @contextmanager
    def watched():
        with begin() as unit:
            writing.add(threading.get_ident())
            try:
                yield unit
            finally:
                writing.remove(threading.get_ident())

    def noted(watches, text):
        assert threading.get_ident() not in writing
        return match(watches, text)

    room.see("https://a.example/1")
    room.see("https://a.example/2", title="A rocket, says the feed")
    room.site.raises[2] = FetchError("HTTP 403", permanent=True)
    monkeypatch.setattr(room.database, "begin", watched)
    monkeypatch.setattr(WatchSet, "match", noted)
    await room.work()
    assert {admission.outcome for admission in room.admissions} == {Outcome.NEW}
    assert [len(admission.rang) for admission in room.admissions] == [1, 1]


async def test_an_old_page_that_fails_when_its_backfill_is_stopped_is_left_alone(room):
    with room.database.begin() as unit:
        unit.backfills.begin(
            Backfill(
                source_id=room.source.id,
                since=NOW - timedelta(days=9),
                until=NOW,
                ring=False,
                pause=timedelta(0),
                stopped=False,
                started_at=NOW,
            )
        )
        entry = Entry(url="https://a.example/1")
        unit.entries.add(room.source.id, [(entry.url, "a.example", entry)], now=NOW, old=True)
    room.site.raises[1] = FetchError("busy")
    (lane,) = await room.reader.claim(1)
    with room.database.begin() as unit:
        unit.backfills.stop(room.source.id)
    await room.reader.work(lane)
    room.clock.advance(timedelta(hours=9))
    assert await room.reader.claim(1) == []
    with room.database.begin() as unit:
        unit.backfills.resume(room.source.id, room.clock.now())
    assert len(await room.reader.claim(1)) == 1


async def test_the_log_names_the_article_that_an_alert_is_for(room, caplog):
    spec = WatchSpec(name="rocket", query="rocket", outlets=2)
    with room.database.begin() as unit:
        unit.watches.add(spec, now=NOW)
    room.site.titles = {"https://a.example/1": "As A has it", "https://b.example/1": "As B has it"}
    for url in room.site.titles:
        room.see(url)
        await room.work()
    (line,) = (each for each in caplog.records if getattr(each, "action", "") == "alert.rang")
    assert line.getMessage().startswith("ALERT rocket: As A has it — ")
