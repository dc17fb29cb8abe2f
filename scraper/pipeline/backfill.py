"""A source's past: lists of links are read, and what they name of a range of time is taken in.

    begin      the source's own address; the site's robots.txt; in reserve, its front page
    list       robots.txt -> the sitemaps that it names, and usual places
               a sitemap index -> the sitemaps that may reach into the range, newest first
               anything with entries -> those of the range, into the frontier, as old ones
               a feed or a page that goes on over several -> the next one
               a page -> the archives by date that it links to, in reserve
    reserve    read when nothing else is left, unless a list goes back beyond the range

All that is to be done is in the database, so whoever begins again goes on where it was. A list that
does not come is asked for again later, a few times.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from scraper.clock import Clock
from scraper.discover import candidates
from scraper.discover.archives import LookBack, look_back
from scraper.discover.candidates import Candidate, Origin
from scraper.discover.contents import sitemaps_of_robots
from scraper.discover.links import host, hostname, normalise
from scraper.discover.sites import registrable
from scraper.errors import AttemptError, DiscoverError
from scraper.fetch import Fetcher, NotModified, Request
from scraper.pipeline import past
from scraper.pipeline.asking import options_for
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

_FEEDS: Final = {SourceKind.RSS, SourceKind.ATOM, SourceKind.RDF}
_FOR_ITS_ARCHIVES: Final = 0  # the page number of what is read for its archives alone


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a list came to: its links of the range, and where it leads."""

    keyed: Sequence[tuple[str, str, Entry]] = ()
    children: Sequence[str] = ()
    guessed: Sequence[str] = ()
    older: Sequence[str] = ()
    older_guessed: bool = False  # it may not be there
    archives: Sequence[str] = ()
    reaches: bool = False  # it goes back beyond the range
    contents: bytes | None = None


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
        """Read the next list; False when there is none now, or the backfill was stopped."""
        now = self._clock.now()

        def look(unit: UnitOfWork) -> tuple[Backfill | None, BackfillList | None, int]:
            return (
                unit.backfills.get(source.id),
                unit.backfills.next_list(source.id, now),
                unit.backfills.count_lists(source.id),
            )

        wanted, chosen, known = await self._database.query(look)
        if wanted is None or wanted.stopped:
            return False
        if not known:
            await self._begin(source)
            return True
        if chosen is None:
            return await self._take_up(source)
        try:
            seen = await self._read(source, wanted, chosen)
        except AttemptError as error:
            await self._failed(source, chosen, error)
        except SandboxError as error:
            await self._failed(source, chosen, AttemptError(str(error)))
        else:
            await self._store(source, chosen, seen)
        return True

    async def next_at(self, source: Source) -> datetime | None:
        """When there is a list to read; None when there is none, or the backfill was stopped."""

        def look(unit: UnitOfWork) -> datetime | None:
            wanted = unit.backfills.get(source.id)
            if wanted is None or wanted.stopped:
                return None
            return unit.backfills.next_list_at(source.id, self._clock.now())

        return await self._database.query(look)

    async def progress(self, source: Source) -> BackfillProgress:
        """How far it has come."""
        return await self._database.query(lambda unit: unit.backfills.progress(source.id))

    async def _begin(self, source: Source) -> None:
        """Write down where to begin: the source itself, and what its site says of its sitemaps."""

        def begin(unit: UnitOfWork) -> None:
            add = unit.backfills.add_lists
            add(source.id, [source.url])
            add(source.id, [_of_site(source, "/robots.txt")], guessed=True)
            add(
                source.id,
                [_of_site(source, "/")],
                page=_FOR_ITS_ARCHIVES,
                guessed=True,
                spare=True,
            )

        await self._database.run(begin)

    async def _take_up(self, source: Source) -> bool:
        """Turn to what was left in reserve; False when there is nothing, or it is not needed."""
        if await self.next_at(source) is not None:
            return False  # a list that is tried again may reach back
        return bool(await self._database.run(lambda unit: unit.backfills.take_up(source.id)))

    async def _read(self, source: Source, wanted: Backfill, chosen: BackfillList) -> _Seen:
        page = await self._page(source, chosen.url)
        if chosen.url == _of_site(source, "/robots.txt"):
            return _of_robots(await self._sandbox.run(sitemaps_of_robots, page))
        looked = await self._sandbox.run(look_back, page)
        if looked.found is None and not (looked.older or looked.archives):
            raise DiscoverError(f"{chosen.url}: {looked.problem}", permanent=True)
        return _seen(looked, wanted, chosen, _site(source.url))

    async def _page(self, source: Source, url: str) -> Page:
        options = options_for(url, source.url, source.options)
        page = await self._fetcher.fetch(Request(url=url, accept="feed", options=options))
        if isinstance(page, NotModified):
            raise DiscoverError(f"{url}: the server says that nothing changed, without being asked")
        return page

    async def _failed(self, source: Source, chosen: BackfillList, error: AttemptError) -> None:
        """Write down that a list could not be read, and when it is tried again, if it is."""
        verdict = past.after_failure(chosen, error)
        now = self._clock.now()

        def store(unit: UnitOfWork) -> None:
            if not unit.backfills.holds(source.id, chosen.id, self._worker):
                return
            if isinstance(verdict, past.Retry):
                unit.backfills.list_later(chosen.id, at=now + verdict.pause, error=str(error))
            elif verdict.failed:
                unit.backfills.list_done(chosen.id, links=0, error=str(error))
            else:
                unit.backfills.list_absent(chosen.id)
            if not isinstance(verdict, past.Retry) and chosen.url == _of_site(
                source, "/robots.txt"
            ):
                usual = [each.url for each in candidates.sitemaps(chosen.url, "")]
                unit.backfills.add_lists(source.id, usual, guessed=True)

        await self._database.run(store)
        _log.info("%s: %s", chosen.url, error, extra={"action": "backfill.failed"})

    async def _store(self, source: Source, chosen: BackfillList, seen: _Seen) -> None:
        """Store what a list names; the list itself is done with the last part.

        Nothing is stored of a list that is not to be read any more: the backfill was stopped.
        """
        now = self._clock.now()
        for first in range(0, max(len(seen.keyed), 1), AT_ONCE):
            part = seen.keyed[first : first + AT_ONCE]
            is_last = first + AT_ONCE >= len(seen.keyed)

            def store(
                unit: UnitOfWork,
                part: Sequence[tuple[str, str, Entry]] = part,
                first: int = first,
                is_last: bool = is_last,  # noqa: FBT001 - bound for this call
            ) -> None:
                if not unit.backfills.holds(source.id, chosen.id, self._worker):
                    return
                unit.entries.add(source.id, part, now=now, first=first, old=True)
                if is_last:
                    _done(unit, source.id, chosen, seen)

            await self._database.run(store)


def _of_site(source: Source, path: str) -> str:
    parts = urlsplit(source.url)
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _site(url: str) -> str:
    """The site of an address as far as a backfill is concerned: a name with all below it."""
    try:
        return registrable(hostname(url))
    except ValueError:
        return ""


def _of_robots(found: Sequence[Candidate]) -> _Seen:
    return _Seen(
        children=[each.url for each in found if each.origin is not Origin.COMMON],
        guessed=[each.url for each in found if each.origin is Origin.COMMON],
    )


def _seen(looked: LookBack, wanted: Backfill, chosen: BackfillList, site: str) -> _Seen:
    """What a list came to. Archives and further pages are those of the source's own site."""
    archives = [
        url for url in looked.archives if _site(url) == site and past.may_reach(url, wanted)
    ]
    older = [url for url in looked.older if _site(url) == site]
    if looked.found is None:
        return _Seen(archives=archives, older=older if chosen.page < past.MOST_UNDATED else [])
    entries = looked.found.entries
    changed = looked.found.changed or (None,) * len(looked.found.children)
    children = list(zip(looked.found.children, changed, strict=True))
    gone_by = [child for child, at in children if past.child_is_older(child, at, wanted)]
    keyed = _keyed([one for one in entries if past.is_wanted(one, wanted)])
    alone = chosen.page == _FOR_ITS_ARCHIVES
    guess = None if older else _next_of_wordpress(looked, chosen)
    return _Seen(
        keyed=[] if alone else keyed,
        children=[
            child
            for child, _ in children
            if child not in set(gone_by) and past.may_reach(child, wanted)
        ],
        older=([guess] if guess else older) if past.goes_on(entries, wanted, chosen.page) else [],
        older_guessed=guess is not None,
        archives=archives,
        reaches=not alone and (bool(gone_by) or past.reaches(entries, wanted)),
        contents=_contents(entries) if entries and not alone else None,
    )


def _next_of_wordpress(looked: LookBack, chosen: BackfillList) -> str | None:
    """The next page of a feed of WordPress, which has one but does not name it."""
    found = looked.found
    if found is None or found.kind not in _FEEDS or not found.entries:
        return None
    return past.wordpress_page(chosen.url, max(chosen.page, 1) + 1)


def _done(unit: UnitOfWork, source_id: int, chosen: BackfillList, seen: _Seen) -> None:
    """Write down that a list was read, and the lists to which it leads."""
    backfills = unit.backfills
    # A page that shows what another did before ends a list that would have no end.
    again = seen.contents is not None and backfills.is_known(source_id, seen.contents)
    room = max(MOST_LISTS - backfills.count_lists(source_id), 0)
    for urls, page, guessed, spare in (
        (seen.children, 1, False, False),
        (seen.guessed, 1, True, False),
        (() if again else seen.older, max(chosen.page, 1) + 1, seen.older_guessed, False),
        (seen.archives, 1, True, True),  # a month without news has none
    ):
        room -= backfills.add_lists(source_id, urls[:room], page=page, guessed=guessed, spare=spare)
    backfills.list_done(
        chosen.id, links=len(seen.keyed), reaches=seen.reaches, contents=seen.contents
    )


def _contents(entries: Sequence[Entry]) -> bytes:
    """A digest of the links of a list, in their order."""
    text = "\n".join(entry.url for entry in entries)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


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
