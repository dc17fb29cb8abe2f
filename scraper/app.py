"""The composition root: builds everything from settings."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random, SystemRandom
from typing import TypeVar

import scraper
from scraper.alerts import ChannelContext, Deliverer
from scraper.clock import Clock, SystemClock
from scraper.draining import a_few_times, together
from scraper.fetch import Fetcher, FetchPolicy, guarded_transport
from scraper.machine import is_alive, machine
from scraper.pipeline.admit import COPY_WINDOW, Admission
from scraper.pipeline.back_offs import BackOffs
from scraper.pipeline.indexing import index_articles, index_words
from scraper.pipeline.pump import Pump
from scraper.pipeline.read import Lane, Reader
from scraper.pipeline.sandbox import Sandbox
from scraper.pipeline.visit import Visit, Visitor
from scraper.pipeline.websub import Callbacks, Subscriber
from scraper.settings import Loaded, Settings
from scraper.settings.channels import smtp_settings
from scraper.settings.proxies import proxies_of
from scraper.settings.sites import sites_of
from storage.database import Database, UnitOfWork
from storage.errors import ConflictError, StorageError
from storage.records import DeliveryState, EntryState, Source

T = TypeVar("T")

_log = logging.getLogger(__name__)

VISITS = 24  # sources visited at once, each at a host of its own
DEAD_AFTER = timedelta(seconds=60)  # without a heartbeat, on another machine
INDEXED_AT_ONCE = 200  # articles added to the indexes in one step
# Together with what the dashboard needs, the seconds of an end are fewer than ten.
GRACE = 4.0  # that work in hand has to finish
LAST_WRITE = 2.0  # that the database has to take note
SIGNED_FOR = COPY_WINDOW + timedelta(days=1)  # after that nothing is compared with a signature


@dataclass(slots=True)
class Hooks:
    """Called as things happen, for those who watch: the demo, and tests."""

    on_visit: Callable[[Visit], None] | None = None
    on_admission: Callable[[Admission], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What `once` did."""

    sources: int
    sources_failed: int
    new_entries: int
    articles: int
    revisions: int
    alerts: int
    delivered: int
    deliveries_failed: int
    deliveries_waiting: int
    entries_waiting: int


@dataclass(slots=True)
class _Tally:
    sources: int = 0
    sources_failed: int = 0
    new_entries: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    alerts: int = 0

    def visited(self, visit: Visit) -> None:
        self.sources += 1
        self.sources_failed += visit.error is not None
        self.new_entries += visit.new

    def admitted(self, admission: Admission) -> None:
        name = admission.outcome.value
        self.outcomes[name] = self.outcomes.get(name, 0) + 1
        self.alerts += len(admission.rang)


@dataclass(slots=True, kw_only=True)
class App:
    """Everything that runs, put together."""

    settings: Settings
    database: Database
    worker: str
    clock: Clock
    visitor: Visitor
    reader: Reader
    deliverer: Deliverer
    fetcher: Fetcher
    sandbox: Sandbox
    back_offs: BackOffs
    tally: _Tally
    subscriber: Subscriber
    callbacks: Callbacks | None = None  # hubs are asked to call, if it is known where they can
    visits: Pump[Source] = field(init=False)
    reading: Pump[Lane] = field(init=False)

    def __post_init__(self) -> None:
        self.visits = self._visits(self.visitor.claim, self.visitor.abandon)
        self.reading = self._reading(self.reader.abandon)

    def _visits(
        self,
        claim: Callable[[int], Awaitable[Sequence[Source]]],
        abandon: Callable[[Source], Awaitable[None]],
    ) -> Pump[Source]:
        return Pump(
            "visit",
            claim=claim,
            work=self._visit,
            abandon=abandon,
            limit=VISITS,
            clock=self.clock,
        )

    def _reading(self, abandon: Callable[[Lane], Awaitable[None]]) -> Pump[Lane]:
        return Pump(
            "read",
            claim=self.reader.claim,
            work=self.reader.work,
            abandon=abandon,
            limit=self.settings.service.hosts,
            clock=self.clock,
        )

    async def _visit(self, source: Source) -> None:
        if await self.visitor.visit(source):
            self.reading.tick()  # what was found is read at once, not at the next tick

    def tick(self) -> None:
        """Ask for due sources and entries."""
        self.visits.tick()
        self.reading.tick()

    async def stop(self, grace: float) -> int:
        """Claim no more and let what is in hand finish; how many pieces were given back."""
        cut_off = await asyncio.gather(
            self.visits.stop(grace), self.reading.stop(grace), self.deliverer.stop(grace)
        )
        return sum(cut_off)

    async def index(self) -> int:
        """Bring the indexes of articles up to date, a bounded step; how many are left."""
        left = await index_words(self.database, INDEXED_AT_ONCE)
        return left + await index_articles(self.database, INDEXED_AT_ONCE)

    async def prune(self) -> dict[str, int]:
        """Delete what is kept no longer; how much of what."""
        now, keep = self.clock.now(), self.settings.service.keep
        return await self.database.tidy(
            signatures=now - SIGNED_FOR, revisions=None if keep is None else now - keep
        )

    async def prune_pages(self) -> int:
        """Delete the pages that are kept no longer; how many."""
        service = self.settings.service
        return await self.database.tidy_pages(
            self.clock.now() - service.keep_pages, most=service.keep_pages_size
        )

    async def keep_back_offs(self) -> None:
        """Write down which hosts are to be left alone, and which no more; learn it of others."""
        changes = self.back_offs.changes()
        if changes is not None:
            await self.database.run(lambda unit: changes.write(unit, self.clock.now()))
            self.back_offs.written(changes)
        now = self.clock.now()
        self.back_offs.learn(await self.database.query(lambda unit: unit.hosts.left_alone(now)))

    def trouble(self) -> str | None:
        """What keeps this worker from doing its work, though it lives; None: nothing."""
        return self.database.lost() or self.sandbox.trouble

    async def beat(self) -> None:
        """Say that this worker lives, and free the claims of those that do not."""
        now = self.clock.now()
        if lost := self.database.lost():
            _log.critical("%s", lost, extra={"action": "database.lost"})

        def beat(unit: UnitOfWork) -> int:
            if not unit.workers.heartbeat(self.worker, now=now):
                # The machine slept, and another worker took this one for dead.
                _register(unit, now, worker=self.worker)
            return unit.workers.reap(now, older_than=DEAD_AFTER, host=machine(), alive=is_alive)

        if freed := await self.database.run(beat):
            _log.warning(
                "took over %d pieces of work from a worker that died",
                freed,
                extra={"action": "worker.reaped", "freed": freed},
            )

    async def clock_went_back(self, by: timedelta) -> None:
        """What was due in the time that is to be lived again is due as long after now as before.

        For all workers on this database: where each has a clock of its own, and several are set
        back, work comes that much too early, which is better than much too late.
        """
        await self.database.run(lambda unit: unit.workers.bring_forward(self.clock.now(), by=by))

    async def once(self) -> Summary:
        """Visit every source, work through the frontier, deliver what is due."""
        await self.beat()
        now = self.clock.now()

        def make_due(unit: UnitOfWork) -> None:
            unit.sources.make_due(now)
            unit.entries.make_due(now)

        await self.database.run(make_due)
        # A source that would be due again before the last page is read is not visited again.
        claim = partial(self.visitor.claim, due=now)
        visiting = self._visits(claim, a_few_times(self.visitor.abandon))
        reading = self._reading(a_few_times(self.reader.abandon))
        await together(visiting.drain(), reading.drain())
        await reading.drain()
        done = await self.deliverer.deliver_due()
        while await self.index():
            pass
        entries, outbox = await self.database.query(
            lambda unit: (unit.entries.counts(), unit.outbox.counts())
        )
        outcomes = self.tally.outcomes
        return Summary(
            sources=self.tally.sources,
            sources_failed=self.tally.sources_failed,
            new_entries=self.tally.new_entries,
            articles=sum(outcomes.get(name, 0) for name in ("new", "copy", "rewrite")),
            revisions=outcomes.get("revision", 0),
            alerts=self.tally.alerts,
            delivered=done.delivered,
            deliveries_failed=done.failed,
            deliveries_waiting=outbox.get(DeliveryState.PENDING, 0),
            entries_waiting=entries.get(EntryState.PENDING, 0),
        )


def sync_settings(unit: UnitOfWork, settings: Settings, clock: Clock) -> None:
    """Write what the settings say of sources, channels, sets and watches into the database."""
    now = clock.now()
    unit.sources.sync([source.spec() for source in settings.source], now=now)
    unit.channels.sync([channel.spec() for channel in settings.channel], now=now)
    unit.sets.sync([given.spec() for given in settings.set], now=now)
    unit.watches.sync([watch.spec() for watch in settings.watch], now=now)


def open_database(loaded: Loaded) -> Database:
    """The settings' database; a relative SQLite path is relative to the settings file."""
    address = loaded.settings.service.database
    prefix = "sqlite:///"
    if address.startswith(prefix):
        address = prefix + str(loaded.folder.absolute() / address.removeprefix(prefix))
    return Database.open(address)


def fetch_policy(settings: Settings) -> FetchPolicy:
    """How pages are fetched, from the settings."""
    fetch = settings.fetch
    return FetchPolicy(
        contact=fetch.contact or None,
        host_pause=fetch.host_pause,
        timeout=fetch.timeout,
        max_bytes=fetch.max_size,
        respect_robots=fetch.respect_robots,
        allow_networks=fetch.allow_networks,
        proxies=proxies_of(fetch, os.environ),
        browser=fetch.browser,
    )


def channel_context(loaded: Loaded, clock: Clock) -> ChannelContext:
    """What channels need to send; whoever asks for it closes `http`."""
    return ChannelContext(
        clock=clock,
        http=guarded_transport(loaded.settings.fetch.allow_networks),
        smtp=smtp_settings(loaded),
        user_agent=fetch_policy(loaded.settings).user_agent,
        folder=loaded.folder,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """What every part of the app is built from."""

    loaded: Loaded
    clock: Clock
    random: Random
    hooks: Hooks
    database: Database
    worker: str
    back_offs: BackOffs


@asynccontextmanager
async def open_app(
    loaded: Loaded,
    *,
    clock: Clock | None = None,
    random: Random | None = None,
    hooks: Hooks | None = None,
) -> AsyncIterator[App]:
    """Build the app on its database; afterwards its claims are free and its processes are gone."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        database = stack.enter_context(open_database(loaded))
        worker = await database.run(lambda unit: _register(unit, clock.now()))
        back_offs = BackOffs(await database.query(lambda unit: unit.hosts.list(clock.now())))
        stack.push_async_callback(_unregister, database, worker, back_offs, clock)
        await _sync(database, loaded.settings, clock)
        base = _Base(
            loaded=loaded,
            clock=clock,
            random=random or SystemRandom(),
            hooks=hooks or Hooks(),
            database=database,
            worker=worker,
            back_offs=back_offs,
        )
        yield await _build(base, stack)


async def _sync(database: Database, settings: Settings, clock: Clock) -> None:
    """As `sync_settings`; once more where another worker, started with this one, was faster."""
    try:
        await database.run(lambda unit: sync_settings(unit, settings, clock))
    except ConflictError:
        await database.run(lambda unit: sync_settings(unit, settings, clock))


async def _build(base: _Base, stack: AsyncExitStack) -> App:
    """The parts, put together; `stack` ends those that must be ended."""
    settings, tally = base.loaded.settings, _Tally()
    fetcher = await stack.enter_async_context(
        Fetcher(fetch_policy(settings), clock=base.clock, memory=base.back_offs)
    )
    sandbox = Sandbox(settings.service.processes or os.cpu_count() or 1)
    stack.callback(sandbox.close)
    context = channel_context(base.loaded, base.clock)
    stack.push_async_callback(context.http.aclose)
    visitor = _visitor(base, fetcher, sandbox, tally)
    reader = _reader(base, fetcher, sandbox, tally)
    deliverer = Deliverer(
        database=base.database, context=context, random=base.random, worker=base.worker
    )
    app = App(
        settings=settings,
        database=base.database,
        worker=base.worker,
        clock=base.clock,
        visitor=visitor,
        reader=reader,
        deliverer=deliverer,
        fetcher=fetcher,
        sandbox=sandbox,
        back_offs=base.back_offs,
        tally=tally,
        subscriber=Subscriber(
            database=base.database,
            transport=context.http,
            clock=base.clock,
            random=base.random,
            public_url=_public_url(settings),
            user_agent=context.user_agent,
            allow_networks=settings.fetch.allow_networks,
        ),
    )
    if _public_url(settings):
        app.callbacks = Callbacks(
            database=base.database,
            sandbox=sandbox,
            clock=base.clock,
            random=base.random,
            take_in=visitor.take_in,
            tick=app.tick,
        )
    return app


def _public_url(settings: Settings) -> str | None:
    """Where hubs can reach us, if they are to."""
    return settings.service.public_url if settings.fetch.websub else None


def _visitor(base: _Base, fetcher: Fetcher, sandbox: Sandbox, tally: _Tally) -> Visitor:
    return Visitor(
        database=base.database,
        fetcher=fetcher,
        sandbox=sandbox,
        clock=base.clock,
        worker=base.worker,
        random=base.random,
        on_visit=_both(tally.visited, base.hooks.on_visit),
        subscribes=_public_url(base.loaded.settings) is not None,
    )


def _reader(base: _Base, fetcher: Fetcher, sandbox: Sandbox, tally: _Tally) -> Reader:
    settings = base.loaded.settings
    return Reader(
        database=base.database,
        fetcher=fetcher,
        sandbox=sandbox,
        clock=base.clock,
        random=base.random,
        worker=base.worker,
        rechecks=settings.fetch.recheck,
        keep_pages=settings.service.keep_pages > timedelta(0),
        sites=sites_of(base.loaded),
        on_admission=_both(tally.admitted, base.hooks.on_admission),
    )


def _register(unit: UnitOfWork, now: datetime, *, worker: str | None = None) -> str:
    return unit.workers.register(
        name=f"tocsin {scraper.__version__}",
        host=machine(),
        pid=os.getpid(),
        now=now,
        worker_id=worker,
    )


async def _unregister(database: Database, worker: str, back_offs: BackOffs, clock: Clock) -> None:
    """The last thing a worker writes: what it claimed is free. Else others will find it dead."""

    def finish(unit: UnitOfWork) -> None:
        if (changes := back_offs.changes()) is not None:
            changes.write(unit, clock.now())
        unit.workers.unregister(worker)

    try:
        await database.finish(finish, patience=LAST_WRITE)
    except StorageError as error:
        _log.error(
            "cannot give back what was claimed (%s); the next worker will take it over",
            error,
            extra={"action": "worker.not_unregistered"},
        )


def _both(first: Callable[[T], None], second: Callable[[T], None] | None) -> Callable[[T], None]:
    def call(value: T) -> None:
        first(value)
        if second is not None:
            second(value)

    return call
