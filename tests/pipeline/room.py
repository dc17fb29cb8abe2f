"""A reader with a site, a database and entries to read."""

import asyncio
from datetime import UTC, datetime
from random import Random

from scraper.pipeline.pump import Pump
from scraper.pipeline.read import Reader
from storage.records import Entry, EntryState, Page, SourceSpec
from tests.end_to_end.outlets import story
from tests.fakes import FakeClock
from tests.servers import article_html

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Site:
    """Stands in for the fetcher: every page has an article, but for those that raise."""

    def __init__(self) -> None:
        self.raises = {}
        self.titles = {}
        self.requests = []

    async def fetch(self, request):
        self.requests.append(request)
        number = int(request.url.rpartition("/")[2])
        if number in self.raises:
            raise self.raises[number]
        return Page(
            url=request.url,
            requested_url=request.url,
            status=200,
            headers={},
            body=article_html(
                self.titles.get(request.url, f"Headline {number}"),
                story(number, mention="a rocket"),
                NOW,
            ),
            fetched_at=NOW,
        )


class Here:
    """Stands in for the sandbox: reads in this very process."""

    async def run(self, function, *arguments, **named):
        await asyncio.sleep(0)
        return function(*arguments, **named)


class Room:
    """A reader, its database, a source, and entries of one host."""

    def __init__(self, database) -> None:
        self.database = database
        self.clock = FakeClock(NOW)
        self.site = Site()
        self.admissions = []
        with database.begin() as unit:
            self.source = unit.sources.add(
                SourceSpec(name="wire", url="https://a.example/"), now=NOW
            )
            self.worker = unit.workers.register(name="t", host="h", pid=1, now=NOW)
        self.reader = Reader(
            database=database,
            fetcher=self.site,
            sandbox=Here(),
            clock=self.clock,
            random=Random(1),
            worker=self.worker,
            rechecks=[],
            on_admission=self.admissions.append,
        )

    def see(self, *urls, **fields):
        with self.database.begin() as unit:
            entries = [(url, url.split("/")[2], Entry(url=url, **fields)) for url in urls]
            unit.entries.add(self.source.id, entries, now=self.clock.now())

    async def work(self):
        """One lane, as the pump works it."""
        lanes = await self.reader.claim(1)

        async def claim(_room):
            claimed, lanes[:] = lanes[:], []
            return claimed

        await Pump(
            "read",
            claim=claim,
            work=self.reader.work,
            abandon=self.reader.abandon,
            limit=1,
            clock=self.clock,
        ).drain()

    def entries(self):
        """By the number of the page."""
        with self.database.read() as unit:
            found = [entry for state in EntryState for entry in unit.entries.list(state)]
        return {int(entry.url.rpartition("/")[2]): entry for entry in found}
