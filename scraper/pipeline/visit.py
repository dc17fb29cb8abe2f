"""A visit: one scheduled look at a source."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random, SystemRandom
from typing import TypeAlias, TypeVar

from scraper.clock import Clock
from scraper.discover import Discovery, discover
from scraper.discover.links import host, normalise
from scraper.discover.pageless import has_page
from scraper.errors import AttemptError, DiscoverError, FetchError
from scraper.fetch import Fetcher, NotModified, Request
from scraper.pipeline.persist import persistently
from scraper.pipeline.sandbox import Sandbox, SandboxError
from scraper.pipeline.schedule import back_off, learned_interval
from scraper.pipeline.words import span
from storage.database import Database, UnitOfWork
from storage.records import Added, Entry, Page, Source, SourceKind

T = TypeVar("T")
Keyed: TypeAlias = tuple[str, str, Entry]  # the link's key, its host, and what its source said

_log = logging.getLogger(__name__)

_LAST = datetime.max.replace(tzinfo=UTC)

MOST_AT_ONCE = 2_000  # entries stored in one transaction; other writers wait for it
MOST_CHILDREN = 50  # sitemaps of one index that a visit reads, newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a visit found: for those who watch."""

    source: Source
    entries: int
    new: int
    changed: int
    next_in: timedelta
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What came back from a source, before it is stored."""

    kind: SourceKind | None
    etag: str | None
    last_modified: str | None
    ttl: timedelta | None
    entries: Sequence[Entry]


class Visitor:
    """Visits sources."""

    def __init__(
        self,
        *,
        database: Database,
        fetcher: Fetcher,
        sandbox: Sandbox,
        clock: Clock,
        worker: str,
        random: Random | None = None,
        on_visit: Callable[[Visit], None] | None = None,
    ) -> None:
        self._database = database
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._clock = clock
        self._worker = worker
        self._random = random or SystemRandom()
        self._on_visit = on_visit

    async def claim(self, room: int, *, due: datetime | None = None) -> Sequence[Source]:
        """Sources that are due now, or were at the time `due`; they are now this worker's."""
        return await self._database.run(
            lambda unit: unit.sources.claim_due(
                due or self._clock.now(), worker=self._worker, limit=room
            )
        )

    async def visit(self, source: Source) -> bool:
        """Look at a source, store the entries not seen before, say when to come again.

        True when there is something to read now.
        """
        try:
            seen = await self._look(source)
        except AttemptError as error:
            await self._failed(source, str(error), error.retry_after)
        except SandboxError as error:
            await self._failed(source, str(error), None)
        else:
            visit = await self._store(source, seen)
            return bool(visit.new or visit.changed)
        return False

    async def abandon(self, source: Source) -> None:
        """After a failure that nobody expected: report it, and come again later."""
        await self._failed(source, "an internal error; the log has the traceback", None)

    async def _look(self, source: Source) -> _Seen:
        page = await self._fetcher.fetch(
            Request(
                url=source.url,
                etag=source.etag,
                last_modified=source.last_modified,
                accept="feed",
            )
        )
        if isinstance(page, NotModified):
            return _Seen(
                kind=source.kind,
                etag=page.etag or source.etag,
                last_modified=page.last_modified or source.last_modified,
                ttl=None,
                entries=(),
            )
        discovery = await self._sandbox.run_first(discover, page)
        if discovery.kind is SourceKind.SITEMAP_INDEX:
            # No validators: an index that has not changed says nothing of the sitemaps in it.
            return _Seen(
                kind=discovery.kind,
                etag=None,
                last_modified=None,
                ttl=discovery.ttl,
                entries=[*discovery.entries, *await self._children(source, discovery)],
            )
        return _Seen(
            kind=discovery.kind,
            etag=page.headers.get("etag"),
            last_modified=page.headers.get("last-modified"),
            ttl=discovery.ttl,
            entries=discovery.entries,
        )

    async def _children(self, source: Source, discovery: Discovery) -> list[Entry]:
        """The entries of the sitemaps that a sitemap index names, newest first."""
        entries: list[Entry] = []
        failure: AttemptError | None = None
        read = 0
        for child in discovery.children[:MOST_CHILDREN]:
            try:
                page = await self._fetcher.fetch(Request(url=child, accept="feed"))
                if isinstance(page, Page):
                    entries += (await self._sandbox.run_first(discover, page)).entries
                read += 1
            except (FetchError, DiscoverError) as error:
                failure = error
                _log.warning(
                    "%s: its sitemap %s was passed over: %s",
                    source.name,
                    child,
                    error,
                    extra={"action": "visit.child_failed", "source": source.name},
                )
            except SandboxError as error:
                failure = DiscoverError(str(error))
        if failure is not None and not read:
            raise failure
        return entries

    async def take_in(self, source: Source, discovery: Discovery) -> Added:
        """Store what a source said without being asked, as a hub pushes it; no visit is recorded.

        Its entries are taken in as a visit would, its schedule and its validators stay as they are.
        """
        keyed = _newest_first(_keyed(discovery.entries))
        now = self._clock.now()
        added = await self._store_first(source, keyed, now)
        if added.new:
            await self._persistently(
                lambda unit: unit.sources.taken_in(
                    source.id,
                    now=now,
                    new=True,
                    state=(unit.sources.by_id(source.id) or source).state,
                )
            )
        _log.info(
            "%s: %d new of %d, pushed",
            source.name,
            added.new,
            len(keyed),
            extra={"action": "visit.pushed", "source": source.name, "new": added.new},
        )
        return added

    async def _store(self, source: Source, seen: _Seen) -> Visit:
        # In a thread: the links of a large sitemap take a second, which others need not wait for.
        keyed = await asyncio.to_thread(_arranged, seen.entries)
        now = self._clock.now()
        # The visit itself is recorded with the last part, and with it what makes the next one
        # conditional: if anything comes in between, the source is asked for all of them again.
        rest = max(len(keyed) - 1, 0) // MOST_AT_ONCE * MOST_AT_ONCE
        before = await self._store_first(source, keyed[:rest], now)

        def store(unit: UnitOfWork) -> Visit:
            last = unit.entries.add(source.id, keyed[rest:], now=now, first=rest)
            added = Added(new=before.new + last.new, changed=before.changed + last.changed)
            interval = learned_interval(source.every, source.interval, new=added.new, ttl=seen.ttl)
            unit.sources.visited(
                source.id,
                worker=self._worker,
                now=now,
                kind=seen.kind,
                etag=seen.etag,
                last_modified=seen.last_modified,
                interval=interval,
                next_visit_at=now + interval,
                new=bool(added.new),
                error=None,
            )
            return Visit(
                source=source,
                entries=len(keyed),
                new=added.new,
                changed=added.changed,
                next_in=interval,
            )

        visit = await self._persistently(store)
        _log.info(
            "%s: %d new of %d, again in %s",
            source.name,
            visit.new,
            visit.entries,
            span(visit.next_in),
            extra={"action": "visit.done", "source": source.name, "new": visit.new},
        )
        self._report(visit)
        return visit

    async def _store_first(self, source: Source, keyed: Sequence[Keyed], now: datetime) -> Added:
        """Store entries, a bounded number of them in each transaction."""
        new = changed = 0
        for first in range(0, len(keyed), MOST_AT_ONCE):
            part = keyed[first : first + MOST_AT_ONCE]
            added = await self._persistently(
                partial(_add, source_id=source.id, part=part, now=now, first=first)
            )
            new, changed = new + added.new, changed + added.changed
        return Added(new=new, changed=changed)

    async def _failed(self, source: Source, error: str, retry_after: timedelta | None) -> None:
        now = self._clock.now()
        interval = source.every or source.interval
        pause = back_off(interval, failures=source.failures + 1, retry_after=retry_after)
        await self._persistently(
            lambda unit: unit.sources.visited(
                source.id,
                worker=self._worker,
                now=now,
                kind=source.kind,
                etag=source.etag,
                last_modified=source.last_modified,
                interval=interval,
                next_visit_at=now + pause,
                new=False,
                error=error,
            )
        )
        _log.warning(
            "%s: cannot be visited: %s Next try in %s",
            source.name,
            error if error.endswith((".", "!", "?")) else f"{error}.",
            span(pause),
            extra={"action": "visit.failed", "source": source.name},
        )
        self._report(Visit(source=source, entries=0, new=0, changed=0, next_in=pause, error=error))

    async def _persistently(self, work: Callable[[UnitOfWork], T]) -> T:
        return await persistently(self._database, work, clock=self._clock, random=self._random)

    def _report(self, visit: Visit) -> None:
        if self._on_visit is not None:
            self._on_visit(visit)


def _add(
    unit: UnitOfWork, *, source_id: int, part: Sequence[Keyed], now: datetime, first: int
) -> Added:
    return unit.entries.add(source_id, part, now=now, first=first)


def _arranged(entries: Sequence[Entry]) -> list[Keyed]:
    return _newest_first(_keyed(entries))


def _newest_first(keyed: Sequence[Keyed]) -> list[Keyed]:
    """What has no time may be new, and is as its source put it."""

    def time(seen: Keyed) -> datetime:
        entry = seen[2]
        return entry.published_at or entry.modified_at or _LAST

    return sorted(keyed, key=time, reverse=True)


def _keyed(entries: Sequence[Entry]) -> list[Keyed]:
    """Entries under the key of their link, the first of each.

    Left out is what is no web link, and what has neither a page nor a word to say.
    """
    keyed: dict[str, Keyed] = {}
    for entry in entries:
        if not (entry.title or entry.summary or has_page(entry.url)):
            continue
        try:
            key = normalise(entry.url)
            keyed.setdefault(key, (key, host(entry.url), entry))
        except ValueError:
            _log.debug("not a link to follow: %.200s", entry.url)
    return list(keyed.values())
