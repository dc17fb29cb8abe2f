"""A source's past: lists of links are read, and what they name of a range of time is taken in.

    begin      the source's own address, the sitemaps of its robots.txt and at usual places
    list       a sitemap index -> the sitemaps that may reach into the range, newest first
               a sitemap or a feed -> its entries of the range, into the frontier, as old ones
               a feed that had any -> its next page, as WordPress has them

All that is to be done is in the database, so whoever begins again goes on where it was.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from scraper.clock import Clock
from scraper.discover import Discovery, candidates, discover
from scraper.discover.contents import sitemaps_of_robots
from scraper.discover.links import host, normalise
from scraper.errors import AttemptError, DiscoverError
from scraper.fetch import Fetcher, NotModified, Request
from scraper.pipeline.asking import options_for
from scraper.pipeline.past import is_wanted, may_reach, next_page
from scraper.pipeline.sandbox import Sandbox, SandboxError
from storage.database import Database, UnitOfWork
from storage.records import (
    Backfill,
    BackfillList,
    BackfillProgress,
    Entry,
    Page,
    Source,
    SourceKind,
)

_log = logging.getLogger(__name__)

MOST_LISTS: Final = 2_000  # of one backfill: an endless calendar has an end
AT_ONCE: Final = 2_000  # entries stored in one transaction; other writers wait for it

_SITEMAPS: Final = {SourceKind.SITEMAP, SourceKind.SITEMAP_INDEX}
_FEEDS: Final = {SourceKind.RSS, SourceKind.ATOM, SourceKind.RDF}


class Backfiller:
    """Reads the lists of a source's backfill; one worker does, for each source."""

    def __init__(
        self, *, database: Database, fetcher: Fetcher, sandbox: Sandbox, clock: Clock, worker: str
    ) -> None:
        self._database = database
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._clock = clock
        self._worker = worker

    async def claim(self, source: Source) -> bool:
        """Be the one who reads the lists; False when another worker is."""
        now = self._clock.now()
        return await self._database.run(
            lambda unit: unit.backfills.claim(source.id, worker=self._worker, now=now)
        )

    async def step(self, source: Source) -> bool:
        """Read the next list; False when there is none, or the backfill was stopped."""

        def look(unit: UnitOfWork) -> tuple[Backfill | None, BackfillList | None, int]:
            return (
                unit.backfills.get(source.id),
                unit.backfills.next_list(source.id),
                unit.backfills.count_lists(source.id),
            )

        wanted, chosen, known = await self._database.query(look)
        if wanted is None or wanted.stopped:
            return False
        if not known:
            await self._begin(source)
            return True
        if chosen is None:
            return False
        try:
            found = await self._read(source, chosen.url)
        except (AttemptError, SandboxError) as error:
            reason = str(error)
            # A page after the last one of a feed is no failure: it is how feeds end.
            ended = chosen.page > 1
            await self._database.run(
                lambda unit: unit.backfills.list_done(
                    chosen.id, links=0, error=None if ended else reason
                )
            )
            return True
        await self._store(source, wanted, chosen, found)
        return True

    async def progress(self, source: Source) -> BackfillProgress:
        """How far it has come."""
        return await self._database.query(lambda unit: unit.backfills.progress(source.id))

    async def _begin(self, source: Source) -> None:
        """Write down where to begin: the site's sitemaps, and the source itself."""
        parts = urlsplit(source.url)
        robots = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        try:
            page = await self._page(source, robots)
            sitemaps = await self._sandbox.run(sitemaps_of_robots, page)
        except (AttemptError, SandboxError) as error:
            _log.info("%s: %s", robots, error)
            sitemaps = candidates.sitemaps(robots, "")
        urls = [source.url, *(candidate.url for candidate in sitemaps)]
        await self._database.run(lambda unit: unit.backfills.add_lists(source.id, urls))

    async def _read(self, source: Source, url: str) -> Discovery:
        return await self._sandbox.run(discover, await self._page(source, url))

    async def _page(self, source: Source, url: str) -> Page:
        options = options_for(url, source.url, source.options)
        page = await self._fetcher.fetch(Request(url=url, accept="feed", options=options))
        if isinstance(page, NotModified):
            raise DiscoverError(f"{url}: the server says that nothing changed, without being asked")
        return page

    async def _store(
        self, source: Source, wanted: Backfill, chosen: BackfillList, found: Discovery
    ) -> None:
        """Store what a list names; the list itself is done with the last part."""
        keyed = _keyed([one for one in found.entries if is_wanted(one, wanted)])
        now = self._clock.now()
        new = 0
        for first in range(0, max(len(keyed), 1), AT_ONCE):
            part, is_last = keyed[first : first + AT_ONCE], first + AT_ONCE >= len(keyed)
            new += await self._database.run(
                lambda unit, part=part, first=first: (  # type: ignore[misc] # bound for this call
                    unit.entries.add(source.id, part, now=now, first=first, old=True).new
                )
            )
            if is_last:
                more = self._more(wanted, chosen, found, new=new)
                await self._database.run(
                    lambda unit, more=more: _done(  # type: ignore[misc] # bound for this call
                        unit, source.id, chosen, links=len(keyed), more=more
                    )
                )

    def _more(
        self, wanted: Backfill, chosen: BackfillList, found: Discovery, *, new: int
    ) -> tuple[Sequence[str], int]:
        """The lists that a list leads to, and which page of a feed they are."""
        if found.kind in _SITEMAPS:
            return [child for child in found.children if may_reach(child, wanted)], 1
        # The first page is mostly known from visits; a later one that brings nothing is the last.
        if found.kind in _FEEDS and found.entries and (new or chosen.page == 1):
            return [next_page(chosen.url, chosen.page + 1)], chosen.page + 1
        return [], 1


def _done(
    unit: UnitOfWork,
    source_id: int,
    chosen: BackfillList,
    *,
    links: int,
    more: tuple[Sequence[str], int],
) -> None:
    urls, page = more
    room = max(MOST_LISTS - unit.backfills.count_lists(source_id), 0)
    unit.backfills.add_lists(source_id, urls[:room], page=page)
    unit.backfills.list_done(chosen.id, links=links)


def _keyed(entries: Sequence[Entry]) -> list[tuple[str, str, Entry]]:
    """Entries under the key of their link, the newest first; what is no web link is left out."""
    keyed: dict[str, tuple[str, str, Entry]] = {}
    for entry in entries:
        try:
            key = normalise(entry.url)
            keyed.setdefault(key, (key, host(entry.url), entry))
        except ValueError:
            _log.debug("not a link to follow: %.200s", entry.url)
    long_ago = datetime.min.replace(tzinfo=UTC)
    return sorted(
        keyed.values(),
        key=lambda seen: seen[2].published_at or seen[2].modified_at or long_ago,
        reverse=True,
    )
