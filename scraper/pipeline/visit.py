"""A visit: one scheduled look at a source."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random, SystemRandom
from typing import TypeVar
from weakref import WeakValueDictionary

from scraper.clock import Clock
from scraper.discover import Discovery, discover
from scraper.errors import AttemptError, DiscoverError
from scraper.fetch import Fetches, NotModified, Request, fresh_for
from scraper.pipeline import follow_up, sifting, sitemaps, source_health
from scraper.pipeline.asking import options_for
from scraper.pipeline.follow_up import Sight
from scraper.pipeline.persist import persistently
from scraper.pipeline.rhythm import Rhythm
from scraper.pipeline.sandbox import Sandbox, SandboxError
from scraper.pipeline.sift import Keyed, Sifted
from scraper.pipeline.sitemaps import Children, read_children
from scraper.pipeline.websub import Hubs, after_visit
from scraper.pipeline.words import span
from storage.database import Database, UnitOfWork
from storage.records import Added, Entry, Page, Source, SourceKind

T = TypeVar("T")

_log = logging.getLogger(__name__)

MOST_AT_ONCE = 500  # entries stored in one transaction, in 20 ms; claims wait for it


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
    entries: Sequence[Entry]
    whole: bool = True  # not merely that nothing was modified
    ttl: timedelta | None = None
    fresh: timedelta = timedelta(0)
    redirected_to: str | None = None  # for good
    hubs: Hubs | None = None  # what it names; None: it did not tell
    children: Children | None = None  # the sitemaps of an index


class Visitor:
    """Visits sources."""

    def __init__(
        self,
        *,
        database: Database,
        fetcher: Fetches,
        sandbox: Sandbox,
        clock: Clock,
        worker: str,
        random: Random | None = None,
        on_visit: Callable[[Visit], None] | None = None,
        subscribes: bool = False,
    ) -> None:
        self._database = database
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._clock = clock
        self._worker = worker
        self._random = random or SystemRandom()
        self._on_visit = on_visit
        self._subscribes = subscribes
        self._taking: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def claim(self, room: int, *, due: datetime | None = None) -> Sequence[Source]:
        """Sources that are due now, or were at the time `due`; they are now this worker's."""
        return await self._database.run(
            lambda unit: unit.sources.claim_due(
                due or self._clock.now(), worker=self._worker, limit=room
            ),
            urgent=True,
        )

    async def visit(self, source: Source) -> bool:
        """Look at a source, store the entries not seen before, say when to come again.

        True when there is something to read now.
        """
        try:
            seen = await self._look(source)
        except AttemptError as error:
            await self._failed(source, error)
        except SandboxError as error:
            await self._failed(source, DiscoverError(str(error)))
        else:
            async with self._one_after_the_other(source):
                visit = await self._store(source, seen)
            return bool(visit.new or visit.changed)
        return False

    async def abandon(self, source: Source) -> None:
        """After a failure that nobody expected: report it, and come again later."""
        await self._failed(source, AttemptError("an internal error; the log has the traceback"))

    async def _look(self, source: Source) -> _Seen:
        now = self._clock.now()
        is_whole = source_health.wants_whole(source, Rhythm.of(source.state.rhythm), now)
        url = source_health.address(source)
        page = await self._fetcher.fetch(
            Request(
                url=url,
                etag=None if is_whole else source.etag,
                last_modified=None if is_whole else source.last_modified,
                accept="feed",
                options=options_for(url, source.url, source.options),
            )
        )
        redirected_to = page.url if page.permanent_redirect else None
        fresh = fresh_for(page.headers, page.fetched_at)
        if isinstance(page, NotModified):
            return _Seen(
                kind=source.kind,
                etag=page.etag or source.etag,
                last_modified=page.last_modified or source.last_modified,
                entries=(),
                whole=False,
                fresh=fresh,
                redirected_to=redirected_to,
            )
        discovery = await self._read(source, page)
        # No validators: an index that has not changed says nothing of the sitemaps in it.
        is_index = discovery.kind is SourceKind.SITEMAP_INDEX
        children = None
        if is_index:
            children = await read_children(
                source,
                discovery,
                fetcher=self._fetcher,
                sandbox=self._sandbox,
                clock=self._clock,
            )
        return _Seen(
            kind=discovery.kind,
            etag=None if is_index else page.headers.get("etag"),
            last_modified=None if is_index else page.headers.get("last-modified"),
            entries=(*discovery.entries, *(children.entries if children else ())),
            ttl=discovery.ttl or timedelta(0),
            fresh=fresh,
            redirected_to=redirected_to,
            hubs=Hubs(topic=discovery.self_url, hubs=discovery.hubs),
            children=children,
        )

    async def _read(self, source: Source, page: Page) -> Discovery:
        """What the page says. DiscoverError for what is no source, or none of its kind."""
        try:
            discovery = await self._sandbox.run_first(discover, page)
        except DiscoverError as error:
            if source_health.is_wall(page.body):
                raise source_health.walled(page) from error
            raise
        if source_health.is_no_list_any_more(source.kind, discovery.kind):
            if source_health.is_wall(page.body):
                raise source_health.walled(page)
            raise DiscoverError(
                f"{page.url} answered with a web page, where there was a {source.kind} before. If "
                "it is to be read as a page from now on, remove the source and add it again."
            )
        return discovery

    async def take_in(self, source: Source, discovery: Discovery) -> Added:
        """Store what a source said without being asked, as a hub pushes it; no visit is recorded.

        Its entries are taken in as a visit would, its schedule and its validators stay as they are.
        """
        async with self._one_after_the_other(source):
            return await self._take_in(source, discovery)

    def _one_after_the_other(self, source: Source) -> asyncio.Lock:
        """For what takes links of a source: at the same moment each would have the day's room."""
        return self._taking.setdefault(source.id, asyncio.Lock())

    async def _take_in(self, source: Source, discovery: Discovery) -> Added:
        arranged, published = await asyncio.to_thread(_arranged, discovery.entries)
        now = self._clock.now()
        keyed = (await self._sifted(source, SourceKind.RSS, arranged, now)).keyed
        added = await self._store_first(source, keyed, now)

        def store(unit: UnitOfWork) -> Sequence[source_health.Change]:
            known = unit.sources.by_id(source.id, lock=True) or source
            state = follow_up.after_push(known, published, new=added.new, now=now)
            unit.sources.taken_in(source.id, now=now, new=bool(added.new), state=state)
            changes = follow_up.record(unit, known, state, now)
            return [*changes, *sifting.count(unit, source, SourceKind.RSS, added.new, now)]

        follow_up.tell(source, await self._persistently(store))
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
        arranged, published = await asyncio.to_thread(_arranged, seen.entries, seen.kind)
        now = self._clock.now()
        sifted = await self._sifted(source, seen.kind, arranged, now)
        keyed = sifted.keyed
        # The visit itself is recorded with the last part, and with it what makes the next one
        # conditional: if anything comes in between, the source is asked for all of them again.
        rest = max(len(keyed) - 1, 0) // MOST_AT_ONCE * MOST_AT_ONCE
        before = await self._store_first(source, keyed[:rest], now)

        def store(unit: UnitOfWork) -> tuple[Visit, Sequence[source_health.Change]]:
            last = unit.entries.add(source.id, keyed[rest:], now=now, first=rest)
            added = Added(new=before.new + last.new, changed=before.changed + last.changed)
            # As it is now: a hub may have brought something while it was visited.
            known = unit.sources.by_id(source.id, lock=True) or source
            if not source_health.is_as_it_was(known, source):
                return self._give_back(unit, source, added), ()
            sight = Sight(
                published=published,
                new=added.new,
                whole=seen.whole,
                asks=seen.ttl,
                fresh=seen.fresh,
                redirected_to=seen.redirected_to,
                pushed=self._subscribes
                and after_visit(unit, known, seen.hubs, new=added.new, now=now),
            )
            then = follow_up.after_visit(known, sight, now=now, random=self._random)
            is_ours = unit.sources.visited(
                source.id,
                worker=self._worker,
                now=now,
                kind=seen.kind,
                # What is left is to be seen again, although the list is the same.
                etag=seen.etag if sifted.is_all else None,
                last_modified=seen.last_modified if sifted.is_all else None,
                interval=then.plan.interval,
                next_visit_at=now + then.plan.pause,
                new=bool(added.new),
                error=None,
                state=then.state,
                address=then.address,
            )
            visit = _visit(source, added, entries=len(keyed), next_in=then.plan.pause)
            if not is_ours:
                return visit, ()
            changes = follow_up.record(unit, known, then.state, now)
            whole = sifted if seen.whole else None
            over = sifting.count(unit, source, seen.kind, added.new, now, sifted=whole)
            is_index = SourceKind.SITEMAP_INDEX in {seen.kind, source.kind} and seen.whole
            missed = sitemaps.note(unit, source, seen.children, now) if is_index else ()
            return visit, [*changes, *over, *missed]

        visit, changes = await self._persistently(store)
        _log.info(
            "%s: %d new of %d, again in %s",
            source.name,
            visit.new,
            visit.entries,
            span(visit.next_in),
            extra={"action": "visit.done", "source": source.name, "new": visit.new},
        )
        follow_up.tell(source, changes)
        self._report(visit)
        return visit

    async def _sifted(
        self, source: Source, kind: SourceKind | None, keyed: Sequence[Keyed], now: datetime
    ) -> Sifted:
        """Without what its source lists of its archive, draws anew at each load, or pours out."""
        sifted = await self._database.query(
            lambda unit: sifting.decide(unit, source, kind, keyed, now)
        )
        if sifted.state or sifted.passed_over:
            changes = await self._persistently(
                lambda unit: sifting.remember(unit, source, sifted, now)
            )
            follow_up.tell(source, changes)
        sifting.tell(source, sifted)
        return sifted

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

    async def _failed(self, source: Source, error: AttemptError) -> None:
        now = self._clock.now()

        def store(unit: UnitOfWork) -> tuple[timedelta, Sequence[source_health.Change]]:
            known = unit.sources.by_id(source.id, lock=True) or source
            if not source_health.is_as_it_was(known, source):
                return self._give_back(unit, source, Added()).next_in, ()
            then = follow_up.after_failure(known, error, now=now, random=self._random)
            is_ours = unit.sources.visited(
                source.id,
                worker=self._worker,
                now=now,
                kind=source.kind,
                etag=source.etag,
                last_modified=source.last_modified,
                interval=then.plan.interval,
                next_visit_at=now + then.plan.pause,
                new=False,
                error=str(error),
                state=then.state,
                address=then.address,
            )
            changes = follow_up.record(unit, known, then.state, now) if is_ours else ()
            return then.plan.pause, changes

        pause, changes = await self._persistently(store)
        words = str(error)
        _log.warning(
            "%s: cannot be visited: %s Next try in %s",
            source.name,
            words if words.endswith((".", "!", "?")) else f"{words}.",
            span(pause),
            extra={"action": "visit.failed", "source": source.name},
        )
        follow_up.tell(source, changes)
        self._report(_visit(source, Added(), entries=0, next_in=pause, error=words))

    def _give_back(self, unit: UnitOfWork, source: Source, added: Added) -> Visit:
        """Somebody gave it another address meanwhile, and that is due: nothing is known of it."""
        unit.sources.give_back(source.id, worker=self._worker)
        return _visit(source, added, entries=added.new, next_in=timedelta(0))

    async def _persistently(self, work: Callable[[UnitOfWork], T]) -> T:
        return await persistently(self._database, work, clock=self._clock, random=self._random)

    def _report(self, visit: Visit) -> None:
        if self._on_visit is not None:
            self._on_visit(visit)


def _visit(
    source: Source, added: Added, *, entries: int, next_in: timedelta, error: str | None = None
) -> Visit:
    return Visit(
        source=source,
        entries=entries,
        new=added.new,
        changed=added.changed,
        next_in=next_in,
        error=error,
    )


def _add(
    unit: UnitOfWork, *, source_id: int, part: Sequence[Keyed], now: datetime, first: int
) -> Added:
    return unit.entries.add(source_id, part, now=now, first=first)


def _arranged(
    entries: Sequence[Entry], kind: SourceKind | None = None
) -> tuple[list[Keyed], list[datetime]]:
    return sifting.arranged(entries, kind), follow_up.times(entries)
