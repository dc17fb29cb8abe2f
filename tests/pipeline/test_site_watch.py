"""What is written down of a site with each admission, and what is told of it."""

import logging
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

import pytest

from scraper.errors import ExtractError
from scraper.extract import Sites
from scraper.extract.sites import Pick, Site, Version
from scraper.pipeline.health import Sighting
from scraper.pipeline.read import Reader
from scraper.pipeline.site_watch import BROKEN, CHANGED, record, site_of, tell
from storage.database import Database
from storage.records import Entry, Page, SourceSpec
from tests.end_to_end.outlets import story
from tests.fakes import FakeClock
from tests.servers import article_html

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EMPTY = Sighting(host="news.example", words=0)
FINE = Sighting(host="news.example", words=400)


@pytest.fixture
def database(sqlite_address):
    with Database.open(sqlite_address) as opened:
        yield opened


class Web:
    """Stands in for the fetcher: every page redirects to the site's other name."""

    def __init__(self) -> None:
        self.pages = {}

    async def fetch(self, request):
        number = int(request.url.rpartition("/")[2])
        html = article_html(f"Headline {number}", story(number), NOW)
        return Page(
            url=f"https://www.news.example/{number}",
            requested_url=request.url,
            status=200,
            headers={},
            body=self.pages.get(number, html),
            fetched_at=NOW,
        )


class Here:
    """Stands in for the sandbox: reads in this very process."""

    async def run(self, function, *arguments, **named):
        return function(*arguments, **named)


class Desk:
    """A reader and its database."""

    def __init__(self, database, sites=None) -> None:
        self.database = database
        self.web = Web()
        with database.begin() as unit:
            self.source = unit.sources.add(SourceSpec(name="w", url="https://w.example/"), now=NOW)
            worker = unit.workers.register(name="t", host="h", pid=1, now=NOW)
        self.clock = FakeClock(NOW)
        self.reader = Reader(
            database=database,
            fetcher=self.web,
            sandbox=Here(),
            clock=self.clock,
            random=Random(1),
            worker=worker,
            rechecks=[],
            sites=sites or Sites(),
        )

    async def read(self, *numbers):
        with self.database.begin() as unit:
            entries = [
                (f"k{number}", "link.example", Entry(url=f"https://link.example/{number}"))
                for number in numbers
            ]
            unit.entries.add(self.source.id, entries, now=self.clock.now())
        while lanes := await self.reader.claim(4):
            for lane in lanes:
                await self.reader.work(lane)

    def known(self):
        with self.database.read() as unit:
            return {each.host: each for each in unit.sites.list()}


class TestReading:
    async def test_each_new_article_counts_for_the_host_it_came_from(self, database):
        desk = Desk(database)
        await desk.read(1, 2, 3)
        known = desk.known()
        assert known.keys() == {"news.example"}
        assert known["news.example"].articles == 3
        assert known["news.example"].series["body"].recent == (False, False, False)

    async def test_a_rule_counts_for_what_it_names(self, database):
        picks = {"title": (Pick("h1"),), "section": (Pick(".section"),)}
        rule = Site(name="x.toml", hosts=("news.example",), versions=(Version(picks=picks),))
        desk = Desk(database, Sites([rule]))
        await desk.read(1, 2)
        (known,) = desk.known().values()
        assert known.rule == "x.toml"
        assert known.series["rule.title"].recent == (False, False)
        assert known.series["rule.section"].recent == (True, True)

    async def test_a_page_without_any_text_counts_once_it_is_given_up(self, database):
        desk = Desk(database)
        desk.web.pages[2] = b"<html></html>"
        await desk.read(1, 2)
        (known,) = desk.known().values()
        assert sorted(known.series["body"].recent) == [False, True]

    async def test_the_same_article_again_counts_no_more(self, database):
        desk = Desk(database)
        await desk.read(1)
        with database.begin() as unit:
            entry = ("other", "link.example", Entry(url="https://news.example/link/1"))
            unit.entries.add(desk.source.id, [entry], now=NOW)
            unit.entries.make_due(NOW)
        await desk.read()
        (known,) = desk.known().values()
        assert known.articles == 1

    async def test_what_cannot_be_fetched_says_nothing_of_extraction(self, database, monkeypatch):
        async def fail(_request):
            raise ExtractError("not even fetched", permanent=True)

        desk = Desk(database)
        monkeypatch.setattr(desk.web, "fetch", fail)
        await desk.read(1)
        assert desk.known() == {}


class TestTelling:
    def see(self, database, sighting, times):
        told = []
        for _ in range(times):
            with database.begin() as unit:
                told.append(record(unit, sighting, NOW))
            tell(told[-1])
        return told

    def test_one_breakage_is_one_notice_and_one_record(self, database, caplog):
        caplog.set_level(logging.INFO, "scraper.pipeline.site_watch")
        self.see(database, FINE, 60)
        self.see(database, EMPTY, 60)
        (logged,) = caplog.records
        assert (logged.action, logged.site, logged.levelname) == (BROKEN, "news.example", "WARNING")
        with database.read() as unit:
            (notice,) = unit.notices.list()
        assert (notice.kind, notice.subject) == (BROKEN, "news.example")
        assert notice.message == logged.getMessage()

    def test_the_notice_says_what_is_broken_now(self, database, caplog):
        caplog.set_level(logging.INFO, "scraper.pipeline.site_watch")

        def seen(words, *missed):
            matched = tuple({"title", "body"}.difference(missed))
            return Sighting(
                host="news.example", words=words, rule="x.toml", matched=matched, missed=missed
            )

        self.see(database, seen(400), 60)
        self.see(database, seen(0), 20)
        self.see(database, seen(0, "title"), 20)
        self.see(database, seen(400, "title"), 40)
        assert [each.action for each in caplog.records] == [BROKEN, CHANGED, CHANGED]
        textless, both, unmatched = (each.getMessage() for each in caplog.records)
        assert ("have no text" in textless, "(title)" in textless) == (True, False)
        assert ("have no text" in both, "(title)" in both) == (True, True)
        assert ("have no text" in unmatched, "(title)" in unmatched) == (False, True)
        with database.read() as unit:
            (notice,) = unit.notices.list(resolved=True)
        assert (notice.message, notice.created_at) == (unmatched, NOW)

    def test_a_recovery_closes_the_notice_and_is_logged(self, database, caplog):
        caplog.set_level(logging.INFO, "scraper.pipeline.site_watch")
        self.see(database, FINE, 60)
        self.see(database, EMPTY, 20)
        self.see(database, FINE, 40)
        assert [each.action for each in caplog.records] == [BROKEN, "site.recovered"]
        with database.read() as unit:
            assert unit.notices.list() == []
            (past,) = unit.notices.list(resolved=True)
        assert past.resolved_at == NOW

    def test_a_transaction_that_is_rolled_back_leaves_nothing(self, database):
        self.see(database, FINE, 60)
        with suppress(ZeroDivisionError), database.begin() as unit:
            for _ in range(20):
                record(unit, EMPTY, NOW)
            raise ZeroDivisionError
        with database.read() as unit:
            (known,) = unit.sites.list()
            assert (known.articles, unit.notices.list()) == (60, [])

    def test_where_there_is_no_host_nothing_is_written(self, database):
        assert self.see(database, Sighting(host="", words=0), 1) == [None]
        with database.read() as unit:
            assert unit.sites.list() == []


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.news.example/x", "news.example"),
        ("https://m.news.example:8443/x", "news.example"),
        ("http://127.0.0.1:9/x", "127.0.0.1"),
        ("https://live.news.example/", "live.news.example"),
        ("about:blank", ""),
        ("https://[", ""),
    ],
)
def test_a_site_is_known_by_its_bare_host(url, host):
    assert site_of(url) == host
