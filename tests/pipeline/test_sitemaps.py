"""An index of sitemaps: bounded in time, and what did not come is told."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from scraper.errors import FetchError
from scraper.pipeline import sitemaps, source_words
from scraper.pipeline.visit import Visitor
from storage.database import Database
from storage.records import Page, SourceSpec
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
INDEX = "https://a.example/sitemap.xml"
SLOW = timedelta(seconds=30)
SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Site:
    """Stands in for the fetcher: an index of ten sitemaps, some of which never come whole."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.dripping = set()
        self.children = [f"https://a.example/{number}.xml" for number in range(10)]
        self.requests = []

    async def fetch(self, request):
        self.requests.append(request.url)
        if request.url in self.dripping:
            self.clock.advance(SLOW)
            raise FetchError("it was not whole within 30 seconds")
        body = f"<urlset {SCHEMA}><url><loc>{request.url}.html</loc></url></urlset>"
        if request.url == INDEX:
            links = "".join(f"<sitemap><loc>{child}</loc></sitemap>" for child in self.children)
            body = f"<sitemapindex {SCHEMA}>{links}</sitemapindex>"
        return Page(
            url=request.url,
            requested_url=request.url,
            status=200,
            headers={"content-type": "application/xml"},
            body=body.encode(),
            fetched_at=self.clock.now(),
        )


class Here:
    """Stands in for the sandbox: reads in this very process."""

    async def run_first(self, function, *arguments):
        return function(*arguments)


@pytest.fixture
def room(sqlite_address):
    clock, visits = FakeClock(NOW), []
    site = Site(clock)
    with Database.open(sqlite_address) as database:
        with database.begin() as unit:
            unit.sources.add(SourceSpec(name="wire", url=INDEX), now=NOW)
        visitor = Visitor(
            database=database,
            fetcher=site,
            sandbox=Here(),
            clock=clock,
            worker="worker",
            on_visit=visits.append,
        )
        yield SimpleNamespace(
            database=database, site=site, visitor=visitor, clock=clock, visits=visits
        )


async def visit(room):
    with room.database.begin() as unit:
        known = unit.sources.get("wire")
        source = unit.sources.claim(known.id, worker="worker", now=room.clock.now())
    await room.visitor.visit(source)
    return room.visits[-1]


def told(room):
    with room.database.read() as unit:
        source = unit.sources.get("wire")
        links = source_words.not_taken(unit.link_lists.state(source.id))
        return links, [(notice.kind, notice.message) for notice in unit.notices.list()]


async def test_what_drips_holds_no_visit_for_longer_than_its_time(room):
    room.site.children = [f"https://a.example/{number}.xml" for number in range(50)]
    room.site.dripping = set(room.site.children[1:])
    found = await visit(room)
    assert (found.error, found.new) == (None, 1)
    assert room.clock.now() - NOW <= sitemaps.LONGEST + SLOW
    links, _ = told(room)
    assert links == "49 sitemaps could not be read (it was not whole within 30 seconds)"


async def test_that_some_sitemaps_never_come_is_told_once_it_lasts_and_taken_back(room):
    room.site.dripping = set(room.site.children[:2])
    for notices in (0, 0, 1, 1):
        assert (await visit(room)).error is None
        links, open_notices = told(room)
        assert links == "2 sitemaps could not be read (it was not whole within 30 seconds)"
        assert len(open_notices) == notices
    kind, message = open_notices[0]
    assert kind == "source.incomplete"
    assert message.startswith("wire is read in part only: 2 of its sitemaps could not be had")
    room.site.dripping = set()
    await visit(room)
    assert told(room) == ("", [])


async def test_an_index_of_which_nothing_comes_is_a_failure(room):
    room.site.dripping = set(room.site.children)
    assert (await visit(room)).error == "it was not whole within 30 seconds"


async def test_what_was_told_of_sitemaps_is_taken_back_with_their_source(room):
    room.site.dripping = set(room.site.children[:1])
    for _ in range(3):
        await visit(room)
    assert len(told(room)[1]) == 1
    with room.database.begin() as unit:
        unit.sources.remove("wire")
    with room.database.read() as unit:
        assert unit.notices.list() == []
