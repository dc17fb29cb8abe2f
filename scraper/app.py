"""The composition root: builds everything from settings."""

import asyncio
import logging
import os
import platform
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random, SystemRandom
from typing import TypeVar

import scraper
from scraper.alerts import ChannelContext, Deliverer, Report
from scraper.clock import Clock, SystemClock
from scraper.fetch import Fetcher, FetchPolicy, guarded_transport
from scraper.pipeline.admit import Admission
from scraper.pipeline.pump import Pump
from scraper.pipeline.read import Lane, Reader
from scraper.pipeline.sandbox import Sandbox
from scraper.pipeline.visit import Visit, Visitor
from scraper.settings import Loaded, Settings
from scraper.settings.channels import smtp_settings
from storage.database import Database, UnitOfWork
from storage.records import Alert, Delivery, DeliveryState, EntryState, Source
from storage.records import Outcome as DeliveryOutcome

T = TypeVar("T")

_log = logging.getLogger(__name__)

VISITS = 16  # sources visited at once
DEAD_AFTER = timedelta(seconds=60)  # without a heartbeat, on another machine
INDEXED_AT_ONCE = 200  # articles added to the full-text index in one transaction
GRACE = 6.0  # seconds that work in hand has to finish when the daemon stops


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
    visits: Pump[Source]
    reading: Pump[Lane]
    deliverer: Deliverer
    tally: _Tally

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
        """Bring the full-text index up to date, a bounded step; how many articles are left."""
        return await self.database.run(
            lambda unit: unit.search.index_pending(INDEXED_AT_ONCE) and unit.search.pending()
        )

    async def beat(self) -> None:
        """Say that this worker lives, and free the claims of those that do not."""
        now = self.clock.now()

        def beat(unit: UnitOfWork) -> int:
            if not unit.workers.heartbeat(self.worker, now=now):
                # The machine slept, and another worker took this one for dead.
                _register(unit, now, worker=self.worker)
            return unit.workers.reap(
                now, older_than=DEAD_AFTER, host=platform.node(), alive=_is_alive
            )

        if freed := await self.database.run(beat):
            _log.warning(
                "took over %d pieces of work from a worker that died",
                freed,
                extra={"action": "worker.reaped", "freed": freed},
            )

    async def clock_went_back(self, by: timedelta) -> None:
        """What was due in the time that is to be lived again is due as long after now as before."""
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
        visits = Pump(
            "visit",
            claim=partial(self.visitor.claim, due=now),
            work=self.visitor.visit,
            abandon=self.visitor.abandon,
            limit=VISITS,
            clock=self.clock,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(visits.drain())
            group.create_task(self.reading.drain())
        await self.reading.drain()
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
    """Write what the settings say of sources, channels and watches into the database."""
    now = clock.now()
    unit.sources.sync([source.spec() for source in settings.source], now=now)
    unit.channels.sync([channel.spec() for channel in settings.channel], now=now)
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


@asynccontextmanager
async def open_app(
    loaded: Loaded,
    *,
    clock: Clock | None = None,
    random: Random | None = None,
    hooks: Hooks | None = None,
) -> AsyncIterator[App]:
    """Build the app on its database; afterwards its claims are free and its processes are gone."""
    settings, clock, random = loaded.settings, clock or SystemClock(), random or SystemRandom()
    hooks = hooks or Hooks()
    async with AsyncExitStack() as stack:
        database = stack.enter_context(open_database(loaded))
        worker = await database.run(lambda unit: _register(unit, clock.now()))
        stack.push_async_callback(
            lambda: database.run(lambda unit: unit.workers.unregister(worker))
        )
        await database.run(lambda unit: sync_settings(unit, settings, clock))
        fetcher = await stack.enter_async_context(Fetcher(fetch_policy(settings), clock=clock))
        sandbox = Sandbox(settings.service.processes or os.cpu_count() or 1)
        stack.callback(sandbox.close)
        context = channel_context(loaded, clock)
        stack.push_async_callback(context.http.aclose)
        tally = _Tally()
        visitor = Visitor(
            database=database,
            fetcher=fetcher,
            sandbox=sandbox,
            clock=clock,
            worker=worker,
            on_visit=_both(tally.visited, hooks.on_visit),
        )
        reader = Reader(
            database=database,
            fetcher=fetcher,
            sandbox=sandbox,
            clock=clock,
            random=random,
            worker=worker,
            rechecks=settings.fetch.recheck,
            on_admission=_both(tally.admitted, hooks.on_admission),
        )
        reading = Pump(
            "read",
            claim=reader.claim,
            work=reader.work,
            abandon=reader.abandon,
            limit=settings.service.hosts,
            clock=clock,
        )
        visits = Pump(
            "visit",
            claim=visitor.claim,
            work=visitor.visit,
            abandon=visitor.abandon,
            limit=VISITS,
            clock=clock,
        )
        yield App(
            settings=settings,
            database=database,
            worker=worker,
            clock=clock,
            visitor=visitor,
            visits=visits,
            reading=reading,
            deliverer=Deliverer(
                database=database,
                context=context,
                random=random,
                worker=worker,
                on_delivered=_log_delivery,
            ),
            tally=tally,
        )


def _register(unit: UnitOfWork, now: datetime, *, worker: str | None = None) -> str:
    return unit.workers.register(
        name=f"tocsin {scraper.__version__}",
        host=platform.node(),
        pid=os.getpid(),
        now=now,
        worker_id=worker,
    )


def _both(first: Callable[[T], None], second: Callable[[T], None] | None) -> Callable[[T], None]:
    def call(value: T) -> None:
        first(value)
        if second is not None:
            second(value)

    return call


def _log_delivery(alert: Alert | None, delivery: Delivery, report: Report) -> None:
    """One line for each attempt."""
    title = (alert.article.article.title or alert.article.article.url) if alert else "(removed)"
    level = logging.INFO if report.outcome is DeliveryOutcome.DELIVERED else logging.WARNING
    _log.log(
        level,
        "%s %s: %s: %s",
        delivery.channel,
        report.outcome.value,
        title,
        report.detail,
        extra={"action": f"deliver.{report.outcome.value}", "delivery": delivery.id},
    )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
