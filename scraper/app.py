"""Everything that runs, put together: what is done all the time, once, and now and then."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import scraper
from scraper.alerts import Deliverer, DeliverySummary
from scraper.alerts.certificates import Certificates
from scraper.alerts.email.unsubscribing import Unsubscribing
from scraper.clock import Clock
from scraper.draining import a_few_times, together
from scraper.fetch import Fetcher
from scraper.machine import is_alive, machine
from scraper.pipeline.admit import Admission
from scraper.pipeline.back_offs import BackOffs
from scraper.pipeline.indexing import index_articles, index_words
from scraper.pipeline.machine_health import MachineHealth
from scraper.pipeline.pump import Pump
from scraper.pipeline.read import Lane, Reader
from scraper.pipeline.sandbox import Sandbox
from scraper.pipeline.visit import Visit, Visitor
from scraper.pipeline.websub import Callbacks, Subscriber
from scraper.settings import Settings
from storage.database import Database, UnitOfWork
from storage.records import DeliveryState, EntryState, Source
from storage.requests import KEPT

_log = logging.getLogger(__name__)

VISITS = 24  # sources visited at once, each at a host of its own
DEAD_AFTER = timedelta(seconds=60)  # without a heartbeat, on another machine
INDEXED_AT_ONCE = 200  # articles added to the indexes in one step
# With scraper.composition.LAST_WRITE and what the dashboard needs, an end takes less than ten.
GRACE = 4.0  # seconds that work in hand has to finish
_MARGIN = timedelta(days=1)  # what is being compared just now


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
    channels_paused: list[str]
    entries_waiting: int


@dataclass(slots=True)
class Tally:
    """Counts what is visited and admitted, for the summary of `once`."""

    sources: int = 0
    sources_failed: int = 0
    new_entries: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    alerts: int = 0

    def visited(self, visit: Visit) -> None:
        """Count a visit."""
        self.sources += 1
        self.sources_failed += visit.error is not None
        self.new_entries += visit.new

    def admitted(self, admission: Admission) -> None:
        """Count what became of a page."""
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
    tally: Tally
    subscriber: Subscriber
    machine_health: MachineHealth
    certificates: Certificates
    unsubscribing: Unsubscribing | None = None  # readers are offered it, if they can reach us
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
            self.visits.stop(grace),
            self.reading.stop(grace),
            self.deliverer.stop(grace),
            self._stop_pushes(grace),
        )
        return sum(cut_off)

    async def _stop_pushes(self, grace: float) -> int:
        return 0 if self.callbacks is None else await self.callbacks.stop(grace)

    async def index(self) -> int:
        """Bring the indexes of articles up to date, a bounded step; how many are left."""
        left = await index_words(self.database, INDEXED_AT_ONCE)
        return left + await index_articles(self.database, INDEXED_AT_ONCE)

    async def prune(self) -> dict[str, int]:
        """Delete what is kept no longer; how much of what."""
        now, keep = self.clock.now(), self.settings.service.keep
        return await self.database.tidy(
            signatures=now - self.settings.copies.window - _MARGIN,
            vectors=now - self.settings.stories.window - _MARGIN,
            requests=now - KEPT,
            revisions=None if keep is None else now - keep,
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
                register(unit, now, worker=self.worker)
            return unit.workers.reap(now, older_than=DEAD_AFTER, host=machine(), alive=is_alive)

        if freed := await self.database.run(beat):
            _log.warning(
                "took over %d pieces of work from a worker that died",
                freed,
                extra={"action": "worker.reaped", "freed": freed},
            )

    async def look_after_machine(self) -> None:
        """Tell of a disk that is nearly full, and of a clock that is wrong."""
        await self.machine_health.check()

    async def clock_went_back(self, by: timedelta) -> None:
        """What was due in the time that is to be lived again is due as long after now as before.

        For all workers on this database: where each has a clock of its own, and several are set
        back, work comes that much too early, which is better than much too late.
        """
        self.machine_health.clock_was_set()
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
        done = await self._deliver()
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
            channels_paused=sorted(done.paused),
            deliveries_waiting=outbox.get(DeliveryState.PENDING, 0),
            entries_waiting=entries.get(EntryState.PENDING, 0),
        )

    async def _deliver(self) -> DeliverySummary:
        """Deliver what is due, and what is to be told of a channel that was paused meanwhile."""
        await self.deliverer.post_notices()
        done = await self.deliverer.deliver_due()
        if done.paused:
            await self.deliverer.post_notices()
            done.join(await self.deliverer.deliver_due())
        return done


def register(unit: UnitOfWork, now: datetime, *, worker: str | None = None) -> str:
    """Enter this process among the workers, anew or under the id that it had; its id."""
    return unit.workers.register(
        name=f"tocsin {scraper.__version__}",
        host=machine(),
        pid=os.getpid(),
        now=now,
        worker_id=worker,
    )
