"""A reader that keeps pages, and one entry whose page changes."""

from datetime import timedelta

from scraper.pipeline.packing import unpack
from scraper.pipeline.read import Reader
from storage.database import Database
from storage.records import Page
from tests.pipeline.room import Here, Room

URL = "https://a.example/1"


class Desk(Room):
    """A reader that keeps pages, and one entry whose page changes."""

    def __init__(self, database: Database, *, keep: bool = True) -> None:
        super().__init__(database)
        self.html = b""
        self.read_on(keep=keep)
        self.see(URL)

    def read_on(self, *, keep: bool) -> None:
        """Read with another setting from now on."""
        self.reader = Reader(
            database=self.database,
            fetcher=self,
            sandbox=Here(),
            clock=self.clock,
            random=self.reader._random,
            worker=self.worker,
            rechecks=[timedelta(hours=hours) for hours in range(1, 9)],
            keep_pages=keep,
            on_admission=self.admissions.append,
        )

    async def fetch(self, request):
        return Page(
            url=request.url,
            requested_url=request.url,
            status=200,
            headers={"content-type": "text/html; charset=utf-8"},
            body=self.html,
            fetched_at=self.clock.now(),
        )

    async def look(self, html: bytes) -> str:
        """The page is fetched again, an hour later; what admission made of it."""
        self.html = html
        await self.work()
        self.clock.advance(timedelta(hours=1))
        return self.admissions[-1].outcome.value

    def kept(self) -> list[bytes]:
        """The kept pages of the article, the first one and the last one."""
        with self.database.read() as unit:
            first, last = unit.pages.earliest(1), unit.pages.latest(1)
            found = {page.id: unpack(page.page) for page in (first, last) if page is not None}
            assert unit.connection.exec_driver_sql("SELECT count(*) FROM pages").scalar() == len(
                found
            )
        return list(found.values())
