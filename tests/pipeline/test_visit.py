"""A visit stores what its source shows, in transactions that others need not wait for long."""

import asyncio
import logging
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from scraper.discover import discover
from scraper.pipeline import sift, source_words, visit
from scraper.pipeline.visit import Visitor
from storage.database import Database
from storage.entries import Entries
from storage.errors import ConflictError, DatabaseUnavailable
from storage.records import Page, SourceSpec
from storage.sources import Sources
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MOST = 5


def sitemap(numbers):
    """The pages of these numbers, the higher the newer."""
    links = "".join(
        f"<url><loc>https://a.example/{number}</loc>"
        f"<lastmod>{(NOW - timedelta(hours=99 - number)).isoformat()}</lastmod></url>"
        for number in numbers
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{links}</urlset>'.encode()


class Site:
    """Stands in for the fetcher."""

    def __init__(self, body) -> None:
        self.body = body
        self.requests = []

    async def fetch(self, request):
        self.requests.append(request)
        return Page(
            url=request.url,
            requested_url=request.url,
            status=200,
            headers={"etag": '"1"', "content-type": "application/xml"},
            body=self.body,
            fetched_at=NOW,
        )


class Here:
    """Stands in for the sandbox: reads in this very process."""

    async def run(self, function, *arguments):
        return function(*arguments)

    run_first = run


@pytest.fixture
def database(sqlite_address):
    with Database.open(sqlite_address) as opened:
        with opened.begin() as unit:
            unit.sources.add(SourceSpec(name="wire", url="https://a.example/sitemap.xml"), now=NOW)
        yield opened


@pytest.fixture
def room(database, monkeypatch):
    """A visitor of a source with twelve pages, the oldest first."""
    monkeypatch.setattr(visit, "MOST_AT_ONCE", MOST)
    site, visits, clock = Site(sitemap(range(12))), [], FakeClock(NOW)
    visitor = Visitor(
        database=database,
        fetcher=site,
        sandbox=Here(),
        clock=clock,
        worker="worker",
        on_visit=visits.append,
    )
    return SimpleNamespace(
        database=database, site=site, visitor=visitor, visits=visits, clock=clock
    )


def hook_add(monkeypatch, called):
    """Call `called` with the numbers of the pages that a transaction adds."""
    original = Entries.add

    def add(entries, source_id, found, **where):
        called([int(key.rpartition("/")[2]) for key, _, _ in found])
        return original(entries, source_id, found, **where)

    monkeypatch.setattr(Entries, "add", add)


def known(room):
    with room.database.read() as unit:
        return unit.sources.get("wire"), sum(unit.entries.counts().values())


async def test_no_claim_waits_for_thousands_of_entries():
    assert visit.MOST_AT_ONCE <= 500


async def test_many_entries_are_stored_in_parts_the_newest_first(room, monkeypatch):
    parts = []
    hook_add(monkeypatch, parts.append)
    (source,) = await room.visitor.claim(1)
    await room.visitor.visit(source)
    assert parts == [[11, 10, 9, 8, 7], [6, 5, 4, 3, 2], [1, 0]]
    source, entries = known(room)
    assert (source.etag, entries) == ('"1"', 12)
    assert [(found.new, found.entries) for found in room.visits] == [(12, 12)]


async def test_a_source_and_its_sitemaps_are_asked_for_with_its_options(room):
    room.site.body = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <sitemap><loc>https://www.a.example/1.xml</loc></sitemap>
      <sitemap><loc>https://b.example/2.xml</loc></sitemap></sitemapindex>"""
    source, _ = known(room)
    await room.visitor.visit(replace(source, options={"username": "desk"}))
    asked = {request.url: request.options.username for request in room.site.requests}
    assert asked == {
        "https://a.example/sitemap.xml": "desk",
        "https://www.a.example/1.xml": "desk",
        "https://b.example/2.xml": None,
    }


async def test_a_visit_says_whether_there_is_anything_to_read(room):
    room.site.body = sitemap(range(3))
    source, _ = known(room)
    assert await room.visitor.visit(source)
    assert not await room.visitor.visit(source)
    room.site.body = b"no source at all"
    assert not await room.visitor.visit(source)


async def test_what_has_neither_a_page_nor_a_word_is_not_stored(room):
    room.site.body = b"""<rss><channel><item><title>Sirens</title></item>
      <item><guid isPermaLink="false">2</guid></item><item><link>/3</link></item></channel></rss>"""
    source, _ = known(room)
    assert await room.visitor.visit(source)
    assert known(room)[1] == 2


@pytest.mark.parametrize("number", [0, 1, MOST, MOST + 1])
async def test_any_number_of_entries_ends_the_visit(room, number):
    room.site.body = sitemap(range(number))
    (source,) = await room.visitor.claim(1)
    await room.visitor.visit(source)
    source, entries = known(room)
    assert (source.etag, entries, source.last_error) == ('"1"', number, None)


async def test_a_visit_that_breaks_off_between_parts_is_made_again_as_a_whole(room, monkeypatch):
    def break_off(numbers):
        if 6 in numbers:
            raise DatabaseUnavailable("the disk is full")

    (source,) = await room.visitor.claim(1)
    with monkeypatch.context() as broken:
        hook_add(broken, break_off)
        with pytest.raises(DatabaseUnavailable):
            await room.visitor.visit(source)
    source, entries = known(room)
    assert (source.etag, entries) == (None, 5)
    await room.visitor.visit(source)
    assert known(room)[1] == 12
    assert room.site.requests[-1].etag is None


async def test_a_visit_is_stored_although_another_worker_wrote_at_the_same_moment(
    room, monkeypatch, caplog
):
    caplog.set_level(logging.CRITICAL, "scraper")
    times = Counter()

    def conflict(numbers):
        times[numbers[0]] += 1
        if times[numbers[0]] == 1:
            raise ConflictError("deadlock detected")

    hook_add(monkeypatch, conflict)
    (source,) = await room.visitor.claim(1)
    await room.visitor.visit(source)
    assert known(room)[1] == 12
    assert [found.new for found in room.visits] == [12]


async def test_a_source_is_asked_for_as_a_feed(room):
    (source,) = await room.visitor.claim(1)
    await room.visitor.visit(source)
    assert [request.accept for request in room.site.requests] == ["feed"]


async def test_the_sitemaps_of_an_index_are_asked_for_as_feeds(room):
    room.site.body = (
        b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        b"<sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>"
    )
    (source,) = await room.visitor.claim(1)
    await room.visitor.visit(source)
    assert [request.accept for request in room.site.requests] == ["feed", "feed"]


async def test_what_is_pushed_is_taken_in_and_is_no_visit(room):
    source, _ = known(room)
    pushed = discover(await room.site.fetch(SimpleNamespace(url=source.url)))
    added = await room.visitor.take_in(source, pushed)
    after, entries = known(room)
    assert (added.new, entries) == (12, 12)
    assert (after.last_visit_at, after.last_new_at) == (None, NOW)
    assert (after.next_visit_at, after.interval) == (source.next_visit_at, source.interval)
    again = await room.visitor.take_in(source, pushed)
    assert (again.new, room.visits) == (0, [])


def front_page(load):
    """Thirty links that stay, and forty that are drawn anew at every load."""
    numbers = [*range(30), *range(1_000 * load, 1_000 * load + 40)]
    return "".join(
        f'<h2><a href="https://a.example/news/story-number-{number}.html">'
        f"A headline of the story with the number {number}</a></h2>"
        for number in numbers
    ).encode()


async def test_a_page_that_draws_its_links_anew_at_every_load_does_not_flood(room, caplog):
    new = []
    for load in range(1, 8):
        room.site.body = front_page(load)
        (source,) = await room.visitor.claim(1, due=NOW + timedelta(days=1))
        with caplog.at_level(logging.WARNING):
            await room.visitor.visit(source)
        new.append(room.visits[-1].new)
    assert new == [70, 0, 0, 0, 0, 0, 0]
    assert "lists other links at every visit" in caplog.text
    assert not_taken(room) == "40 wait until they are seen again, as it shows others at every visit"


def not_taken(room):
    source, _ = known(room)
    with room.database.read() as unit:
        return source_words.not_taken(unit.link_lists.state(source.id))


def feed(numbers):
    items = "".join(
        f"<item><title>Story {number}</title><link>https://a.example/{number}</link></item>"
        for number in numbers
    )
    return f'<rss version="2.0"><channel><title>A</title>{items}</channel></rss>'.encode()


def flooding(room):
    with room.database.read() as unit:
        return [(one.kind, one.subject) for one in unit.notices.list()]


async def visit_after(room, pause):
    room.clock.advance(pause)
    with room.database.begin() as unit:
        unit.sources.make_due(room.clock.now())
    (source,) = await room.visitor.claim(1)
    await room.visitor.visit(source)
    return room.visits[-1].new


async def test_a_feed_that_is_another_at_every_load_has_a_limit_a_day(room, monkeypatch, caplog):
    monkeypatch.setattr(sift, "MOST_OF_LIST_A_DAY", 25)
    new = []
    for load in range(6):
        room.site.body = feed(range(10 * load, 10 * load + 10))
        with caplog.at_level(logging.WARNING):
            new.append(await visit_after(room, timedelta(minutes=5)))
    assert new == [10, 10, 10, 5, 0, 0]  # the first shows what there was
    assert flooding(room) == [("source.flooding", "wire")]
    assert caplog.text.count("lists more new links than are taken in a day") == 1
    assert known(room)[0].etag is None  # what is left is to be seen again
    day = room.clock.now().date()
    assert not_taken(room) == (
        f"10 are left for later visits; on {day} there were more new ones than are taken in a day"
    )
    room.site.body = feed(range(60, 61))
    assert [await visit_after(room, timedelta(days=1)) for _ in range(2)] == [1, 0]
    assert flooding(room) == []
    assert not_taken(room) == ""
    assert known(room)[0].etag == '"1"'


async def test_what_is_pushed_counts_among_what_a_day_may_have(room, monkeypatch):
    monkeypatch.setattr(sift, "MOST_OF_LIST_A_DAY", 25)
    room.site.body = feed(range(3))
    await visit_after(room, timedelta(0))
    source, _ = known(room)
    new = []
    for load in range(1, 5):
        room.site.body = feed(range(10 * load, 10 * load + 10))
        pushed = discover(await room.site.fetch(SimpleNamespace(url=source.url)))
        new.append((await room.visitor.take_in(source, pushed)).new)
    assert new == [10, 10, 5, 0]


async def test_pushes_at_the_same_moment_have_no_more_than_a_day_may_have(room, monkeypatch):
    monkeypatch.setattr(sift, "MOST_OF_LIST_A_DAY", 25)
    room.site.body = feed(range(3))
    await visit_after(room, timedelta(0))
    source, _ = known(room)
    pushed = []
    for load in range(1, 5):
        room.site.body = feed(range(10 * load, 10 * load + 10))
        pushed.append(discover(await room.site.fetch(SimpleNamespace(url=source.url))))
    added = await asyncio.gather(*(room.visitor.take_in(source, each) for each in pushed))
    assert sum(each.new for each in added) == 25


async def test_what_a_page_has_too_much_of_is_seen_again_though_the_page_is_the_same(
    room, monkeypatch
):
    monkeypatch.setattr(sift, "MOST_A_VISIT", 30)
    room.site.body = front_page(1)
    await visit_after(room, timedelta(0))
    assert known(room)[0].etag == '"1"'
    room.site.body = front_page(2)
    assert await visit_after(room, timedelta(minutes=5)) == 0
    assert known(room)[0].etag is None


async def test_the_first_visit_to_a_sitemap_passes_over_what_is_old(room, monkeypatch):
    monkeypatch.setattr(sift, "FIRST", 3)
    monkeypatch.setattr(sift, "HORIZON", timedelta(hours=90))
    (source,) = await room.visitor.claim(1)
    await room.visitor.visit(source)
    assert known(room)[1] == 3
    assert room.visits[-1].new == 3
    assert not_taken(room) == "9 older ones were passed over"
    pushed = discover(await room.site.fetch(SimpleNamespace(url=source.url)))
    await room.visitor.take_in(source, pushed)  # a part of the list, which says nothing of it all
    assert not_taken(room) == "9 older ones were passed over"


async def test_links_without_dates_that_were_passed_over_stay_so(room, monkeypatch):
    monkeypatch.setattr(sift, "FIRST", 3)
    room.site.body = b"".join(b"https://a.example/%d\n" % number for number in range(12))
    for _ in range(3):
        (source,) = await room.visitor.claim(1, due=NOW + timedelta(days=1))
        await room.visitor.visit(source)
    assert known(room)[1] == 3
    assert [found.new for found in room.visits] == [3, 0, 0]


def stamped(*times):
    entries = "".join(
        f"<entry><title>Story {number}</title><id>{number}</id>"
        f'<link href="https://a.example/{number}"/><updated>{time.isoformat()}</updated></entry>'
        for number, time in enumerate(times)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>{entries}</feed>'.encode()


def read_all(room):
    """All that waits is read."""
    with room.database.begin() as unit:
        at = room.clock.now() + timedelta(seconds=1)
        for entry in unit.entries.claim(at, worker="worker", hosts=1, per_host=100):
            unit.entries.done(entry.id, worker="worker", article_id=None, recheck_at=None)


@pytest.mark.parametrize(("minutes", "changed"), [(0, 0), (2, 6)])
async def test_a_feed_that_calls_all_changed_when_it_is_made_is_not_believed(
    room, minutes, changed
):
    for _ in range(2):
        room.clock.advance(timedelta(minutes=5))
        now = room.clock.now()
        room.site.body = stamped(*(now - timedelta(minutes=minutes * n) for n in range(6)))
        await visit_after(room, timedelta(minutes=5))
        read_all(room)
    assert room.visits[-1].changed == changed


async def test_a_claim_waits_for_no_row_of_commits(room, monkeypatch):
    begun, go_on, order = threading.Event(), threading.Event(), []
    original = Sources.claim_due

    def claim_due(sources, *arguments, **named):
        order.append("claim")
        return original(sources, *arguments, **named)

    def commit(_unit):
        begun.set()
        assert go_on.wait(10)
        order.append("commit")

    monkeypatch.setattr(Sources, "claim_due", claim_due)
    commits = [asyncio.create_task(room.database.run(commit)) for _ in range(3)]
    await asyncio.to_thread(begun.wait, 10)
    claim = asyncio.create_task(room.visitor.claim(1))
    await asyncio.sleep(0)  # now it waits for its turn
    go_on.set()
    await asyncio.gather(claim, *commits)
    assert order == ["commit", "claim", "commit", "commit"]
