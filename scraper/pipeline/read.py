"""From entries to articles: fetch, extract, sign, admit, one host's entries after another."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from random import Random
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

from scraper.clock import Clock
from scraper.dedupe import COPY_WINDOW, STORY_WINDOW
from scraper.discover.pageless import has_page
from scraper.errors import AttemptError, FetchError, PageGoneError
from scraper.extract import NO_SITES, Sites
from scraper.fetch import Fetcher, NotModified, Request
from scraper.pipeline import site_watch
from scraper.pipeline.admit import Admission, Admitter, Candidate, Outcome
from scraper.pipeline.asking import options_for
from scraper.pipeline.doorstep import Doorstep
from scraper.pipeline.health import Watched
from scraper.pipeline.keeping import keep_page
from scraper.pipeline.past import is_of_range
from scraper.pipeline.persist import persistently
from scraper.pipeline.reading import Reading, read_entry, read_page
from scraper.pipeline.sandbox import Sandbox, SandboxBrokenError, SandboxError
from scraper.pipeline.schedule import RETRY_PAUSES, next_recheck, retry_entry
from scraper.pipeline.words import span
from storage.database import Database, UnitOfWork
from storage.errors import ConflictError, DatabaseUnavailable
from storage.records import (
    Article,
    ArticleKind,
    FrontierEntry,
    Page,
    SourceKind,
)

T = TypeVar("T")
Options: TypeAlias = Mapping[int, tuple[str, Mapping[str, Any]]]  # by source
Pauses: TypeAlias = Mapping[int, timedelta]  # by source

_log = logging.getLogger(__name__)

ENTRIES_PER_LANE = 10  # claimed at a time, so that newer news of the same host waits no longer
PAGES_IN_HAND = 8  # fetched and being read or admitted, in one lane
SHARE = 4  # one source has at most a fourth of the lanes, or hosts that hang could take them all
ATTEMPTS_AT_MISSING_PAGE = 5  # within 36 minutes: some link to pages before they publish them
ATTEMPTS_BEFORE_SUMMARY = 2  # then the source's own words must do, until the page can be had
INTERNAL = "an internal error; the log has the traceback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Entries of one host, worked through one after the other.

    `options` are those of their sources that have any: the source's address, and what storage keeps
    of them. `pause` is kept after them, with the host still taken: a backfill's. `unsettled` are
    those whose end, good or bad, is not yet in the database: the id, and why if that is known.
    """

    host: str
    entries: Sequence[FrontierEntry]
    options: Options = field(default_factory=dict, repr=False)
    pause: timedelta = timedelta(0)
    unsettled: dict[int, Exception | None] = field(default_factory=dict)


class Reader:
    """Works through the frontier."""

    def __init__(
        self,
        *,
        database: Database,
        fetcher: Fetcher,
        sandbox: Sandbox,
        clock: Clock,
        random: Random,
        worker: str,
        rechecks: Sequence[timedelta],
        copy_window: timedelta = COPY_WINDOW,
        story_window: timedelta = STORY_WINDOW,
        keep_pages: bool = False,
        sites: Sites = NO_SITES,
        on_admission: Callable[[Admission], None] | None = None,
    ) -> None:
        self._database = database
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._clock = clock
        self._random = random
        self._worker = worker
        self._rechecks = rechecks
        self._keep_pages = keep_pages
        self.sites = sites  # the rules that pages are read by
        self._on_admission = on_admission
        self._admitter = Admitter(clock, copy_window=copy_window, story_window=story_window)
        self._doorstep = Doorstep(
            database=database, sandbox=sandbox, sites=sites, admitter=self._admitter
        )
        self._busy_hosts: dict[str, int] = {}  # and the source that is the reason

    async def claim(self, room: int) -> Sequence[Lane]:
        """Due entries, now this worker's, in lanes; hosts that have a lane already are left out.

        `room` and the lanes under way are all there may be; no source has more than its share.
        """
        busy = dict(self._busy_hosts)

        def claim(unit: UnitOfWork) -> tuple[Sequence[FrontierEntry], Options, Pauses]:
            claimed = unit.entries.claim(
                self._clock.now(),
                worker=self._worker,
                hosts=room,
                per_host=ENTRIES_PER_LANE,
                exclude=busy.keys(),
                per_source=ceil((room + len(busy)) / SHARE),
                held=Counter(busy.values()),
            )
            if old := [one.id for one in claimed if one.old]:
                held = unit.backfills.hold_back(old, worker=self._worker)
                claimed = [one for one in claimed if one.id not in held]
            pauses = unit.backfills.pauses({one.source_id for one in claimed if one.old})
            options = unit.sources.options({entry.source_id for entry in claimed})
            return claimed, options, pauses

        entries, options, pauses = await self._database.run(claim, urgent=True)
        lanes: dict[str, list[FrontierEntry]] = {}
        for entry in entries:
            lanes.setdefault(entry.host, []).append(entry)
        self._busy_hosts.update((host, found[0].source_id) for host, found in lanes.items())
        return [
            Lane(host=host, entries=found, options=options, pause=_pause(found, pauses))
            for host, found in lanes.items()
        ]

    async def work(self, lane: Lane) -> None:
        """Fetch a lane's entries in turn, reading and admitting each while the next is fetched.

        Raises one of the errors for which some of them are unsettled at the end, if any are.
        """
        in_hand = asyncio.Semaphore(PAGES_IN_HAND)
        lane.unsettled.update((entry.id, None) for entry in lane.entries)
        try:
            async with asyncio.TaskGroup() as group:
                for entry in lane.entries:
                    await in_hand.acquire()
                    fetched = await self._fetch(lane, entry) if has_page(entry.url) else None
                    task = group.create_task(self._finish(lane, entry, fetched))
                    task.add_done_callback(lambda _: in_hand.release())
            await self._clock.sleep(lane.pause.total_seconds())
        finally:
            self._busy_hosts.pop(lane.host, None)
        for error in filter(None, lane.unsettled.values()):
            raise error

    async def abandon(self, lane: Lane) -> None:
        """What is unsettled is tried again soon; it was no attempt if the database is to blame."""
        now = self._clock.now()

        def give_back(unit: UnitOfWork) -> None:
            for entry in lane.entries:
                if isinstance(lane.unsettled.get(entry.id), DatabaseUnavailable | ConflictError):
                    unit.entries.put_back(entry.id, worker=self._worker, at=now + RETRY_PAUSES[0])
                elif entry.id in lane.unsettled:
                    self._put_off(unit, entry, AttemptError(INTERNAL), now)

        await self._database.run(give_back)

    async def _fetch(self, lane: Lane, entry: FrontierEntry) -> Page | NotModified | AttemptError:
        home, options = lane.options.get(entry.source_id, ("", {}))
        try:
            request = Request(
                url=entry.url,
                etag=entry.etag,
                last_modified=entry.last_modified,
                options=options_for(entry.url, home, options),
            )
            page = await self._fetcher.fetch(request)
        except FetchError as error:
            return error
        except Exception:  # noqa: BLE001 - the border of a page
            return self._unexpected(entry)
        if isinstance(page, Page) and _is_front_page(page.url) and not _is_front_page(entry.url):
            return FetchError("it leads to the site's front page", permanent=True)
        return page

    async def _finish(
        self, lane: Lane, entry: FrontierEntry, fetched: Page | NotModified | AttemptError | None
    ) -> None:
        """One entry to its end. Whatever goes wrong with it stays with it."""
        try:
            try:
                await self._settle(entry, fetched)
            except DatabaseUnavailable:
                raise
            except Exception:  # noqa: BLE001 - the border of a page
                await self._failed(entry, self._unexpected(entry))
        except Exception as error:  # noqa: BLE001 - work() raises it when the others are done
            lane.unsettled[entry.id] = error
        else:
            del lane.unsettled[entry.id]

    def _unexpected(self, entry: FrontierEntry) -> AttemptError:
        _log.exception("%s: cannot be read", entry.url, extra={"action": "read.error"})
        return AttemptError(INTERNAL)

    async def _settle(
        self, entry: FrontierEntry, fetched: Page | NotModified | AttemptError | None
    ) -> None:
        if fetched is None:
            await self._admit_as_told(entry)
            return
        if isinstance(fetched, NotModified):
            await self._unchanged(entry)
            return
        try:
            if isinstance(fetched, AttemptError):
                raise fetched
            site = self.sites.find(fetched.url)
            reading = await self._sandbox.run(
                read_page, fetched, entry, site, keep=self._keep_pages
            )
            candidate = await self._doorstep.candidate(entry, reading)
        except AttemptError as error:
            await self._failed(entry, error, page=fetched if isinstance(fetched, Page) else None)
        except SandboxBrokenError as error:
            await self._put_back(entry, error)
        except SandboxError as error:
            # Once more, in case the machine was short of something; then it is the page.
            await self._failed(entry, AttemptError(str(error), permanent=entry.attempts > 1))
        else:
            await self._admit(candidate, reading, fetched)

    async def _put_back(self, entry: FrontierEntry, error: SandboxBrokenError) -> None:
        """Try again soon what the machine could not do; it was no attempt at the page."""
        pause = RETRY_PAUSES[0]
        at = self._clock.now() + pause
        await self._database.run(
            lambda unit: unit.entries.put_back(entry.id, worker=self._worker, at=at)
        )
        next_try = f"next try in {span(pause)}"
        _log.error("%s: %s; %s", entry.url, error, next_try, extra={"action": "read.put_back"})

    async def _admit(self, candidate: Candidate, reading: Reading, page: Page) -> None:
        entry = candidate.entry

        def admit(unit: UnitOfWork) -> tuple[Admission | None, Watched | None]:
            if _is_index(unit, entry, reading.article) or _is_beyond(unit, entry, reading.article):
                unit.entries.done(
                    entry.id,
                    worker=self._worker,
                    article_id=None,
                    recheck_at=None,
                    etag=None,
                    last_modified=None,
                )
                return None, None
            admission = self._admitter.admit(unit, candidate)
            keep_page(unit, admission, reading, entry_id=entry.id)
            unit.entries.done(
                entry.id,
                worker=self._worker,
                article_id=admission.article.id,
                recheck_at=(
                    None if entry.old else self._recheck_at(admission.article.first_seen_at)
                ),
                etag=page.headers.get("etag"),
                last_modified=page.headers.get("last-modified"),
            )
            if not site_watch.is_first(admission):
                return admission, None
            sighting = site_watch.sighting_of(page.url, reading)
            return admission, site_watch.record(unit, sighting, self._clock.now())

        admission, watched = await self._persistently(admit)
        self._tell(entry, admission)
        site_watch.tell(watched)

    async def _admit_as_told(self, entry: FrontierEntry) -> None:
        """An entry without a page: its source's words are the text, and other words a revision."""
        candidate = await self._doorstep.candidate(entry, read_entry(entry))

        def admit(unit: UnitOfWork) -> Admission:
            admission = self._admitter.admit(unit, candidate)
            unit.entries.done(
                entry.id,
                worker=self._worker,
                article_id=admission.article.id,
                recheck_at=None,
                etag=None,
                last_modified=None,
            )
            return admission

        self._tell(entry, await self._persistently(admit))

    async def _persistently(self, work: Callable[[UnitOfWork], T]) -> T:
        return await persistently(self._database, work, clock=self._clock, random=self._random)

    def _recheck_at(self, first_seen_at: datetime) -> datetime | None:
        return next_recheck(first_seen_at, now=self._clock.now(), rechecks=self._rechecks)

    async def _unchanged(self, entry: FrontierEntry) -> None:
        def store(unit: UnitOfWork) -> None:
            known = unit.articles.get(entry.article_id) if entry.article_id else None
            unit.entries.done(
                entry.id,
                worker=self._worker,
                article_id=entry.article_id,
                recheck_at=self._recheck_at(known.first_seen_at if known else entry.seen_at),
                etag=entry.etag,
                last_modified=entry.last_modified,
            )

        await self._database.run(store)

    async def _failed(
        self, entry: FrontierEntry, error: AttemptError, *, page: Page | None = None
    ) -> None:
        """Try again later. Where that takes long or is of no use, the source's words must do.

        `page`: it could be had, but not read.
        """
        now = self._clock.now()
        candidate = None
        if _should_use_summary(entry, error):
            candidate = await self._doorstep.candidate(entry, read_entry(entry), from_source=True)

        def store(
            unit: UnitOfWork,
        ) -> tuple[timedelta | None, Admission | None, Watched | None]:
            admission = watched = None
            if candidate is not None:
                admission = self._admitter.admit(unit, candidate)
                unit.entries.attach(entry.id, article_id=admission.article.id)
            pause = self._put_off(unit, entry, error, now)
            if page is not None and pause is None and entry.article_id is None:
                watched = site_watch.record(unit, site_watch.sighting_of(page.url, None), now)
            return pause, admission, watched

        pause, admission, watched = await self._persistently(store)
        site_watch.tell(watched)
        if pause is not None:
            next_try = f"next try in {span(pause)}"
            _log.info("%s: %s; %s", entry.url, error, next_try, extra={"action": "read.retry"})
        else:
            _log.warning("%s: given up: %s", entry.url, error, extra={"action": "read.failed"})
        if admission is not None:
            self._tell(entry, admission)

    def _put_off(
        self,
        unit: UnitOfWork,
        entry: FrontierEntry,
        error: AttemptError,
        now: datetime,
    ) -> timedelta | None:
        """Write down a failed attempt; the pause before the next one, None when it was the last."""
        pause = None
        missing = isinstance(error, PageGoneError) and entry.attempts >= ATTEMPTS_AT_MISSING_PAGE
        if not error.permanent and not missing:
            pause = retry_entry(
                attempts=entry.attempts,
                retry_after=error.retry_after,
                random=self._random,
            )
        if pause is None:
            unit.entries.fail(entry.id, worker=self._worker, error=str(error))
        else:
            unit.entries.retry(entry.id, worker=self._worker, at=now + pause, error=str(error))
        return pause

    def _tell(self, entry: FrontierEntry, admission: Admission | None) -> None:
        if admission is None:
            _log.info("%s: an index page, or of another time: no article", entry.url)
            return
        if admission.outcome is not Outcome.UNCHANGED:
            _log.info(
                "%s: %s",
                admission.outcome.value,
                admission.article.article.title or entry.url,
                extra={"action": f"admit.{admission.outcome.value}", "url": entry.url},
            )
        for rung in admission.rang:  # perhaps for an article that came before
            name, article, passages = rung.watch.name, rung.article.article, rung.match.passages
            _log.warning(
                "ALERT %s: %s — %s",
                name,
                article.title or article.url,
                passages[0].text if passages else "",
                extra={"action": "alert.rang", "watch": name, "alert": rung.alert_id},
            )
        if self._on_admission is not None:
            self._on_admission(admission)


def _should_use_summary(entry: FrontierEntry, error: AttemptError) -> bool:
    """Whether to admit the article as its source tells it.

    Not on the first failure, which is mostly a hiccup, and not for a page that is gone. If the page
    can be had later, its text becomes a revision.
    """
    if entry.article_id is not None or not entry.title or isinstance(error, PageGoneError):
        return False
    return error.permanent or entry.attempts >= ATTEMPTS_BEFORE_SUMMARY


def _is_index(unit: UnitOfWork, entry: FrontierEntry, article: Article) -> bool:
    """Whether a link that was taken from an index page leads to another index page."""
    if article.kind is not ArticleKind.INDEX:
        return False
    source = unit.sources.by_id(entry.source_id)
    return source is not None and source.kind is SourceKind.INDEX_PAGE


def _is_beyond(unit: UnitOfWork, entry: FrontierEntry, article: Article) -> bool:
    """Whether a backfill's page turned out to be of another time than was asked for."""
    wanted = unit.backfills.get(entry.source_id) if entry.old else None
    return wanted is not None and not is_of_range(article.published_at, wanted)


def _pause(entries: Sequence[FrontierEntry], pauses: Pauses) -> timedelta:
    """The longest pause that a backfill of these asks for."""
    asked = (pauses.get(entry.source_id, timedelta(0)) for entry in entries if entry.old)
    return max(asked, default=timedelta(0))


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query
