"""The outbox worker.

    claim ─► attempt ─► record the outcome ─► tell
    storage  a channel  storage               on_delivered

What holds, whatever goes wrong:

- No more is claimed than is sent at once, so a delivery waits in the outbox, where another worker
  can have it, and never in here.
- Each channel has its own few places and its own circuit. One that hangs is cut off at the time
  limit, and until then takes up its own places only. One that is down is asked again after a
  growing pause, by one delivery, while the others wait without using up their attempts.
- An outcome is recorded after the effect. If it cannot be (a full disk), the place stays taken
  until it can: what could not be marked as done is not sent a second time by this process.
- What rings in this process is sent at once: `wake` is called after the admission. What rings in
  another, or becomes due with time, is found at the next look.
- Cancelled, it gives back what it claimed; nothing is marked as failed that was interrupted only.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from scraper.alerts.channels import CHANNEL_TYPES
from scraper.alerts.circuit import Circuit
from scraper.alerts.line import Line
from scraper.alerts.message import AlertMessage, Message
from scraper.alerts.recorder import Recorder
from scraper.alerts.report import (
    DeliverySummary,
    Listener,
    Report,
    about,
    given_up,
    log_report,
)
from scraper.alerts.retry import GiveUp, RetryPolicy
from scraper.alerts.store import Database, Unit
from scraper.alerts.transport import TIME_LIMIT, ChannelContext, ChannelType, Receipt, close
from scraper.alerts.transport import Channel as Transport
from scraper.alerts.waiting import to_its_end, within
from scraper.alerts.writing import written
from scraper.errors import DeliveryError
from storage.errors import StorageError
from storage.records import CHANNEL_PAUSED, Alert, Channel, Delivery, Outcome

_log = logging.getLogger(__name__)

_LOOK_AGAIN = 1.0  # seconds between two looks into the outbox while channels are busy
_PAUSE_AFTER_ERROR = 1.0  # seconds until the database is asked again, doubled up to a minute
_LONGEST_PAUSE = 60.0


class Deliverer:
    """Takes due deliveries from the outbox to their channels.

    `worker` is the name of this process in the database; only one deliverer may claim under it.
    `operator` are the channels that are told what needs attention.
    `on_delivered(alert, delivery, report)` is called after each attempt, once its outcome is
    recorded; the alert is None when it is stored no more.
    """

    def __init__(
        self,
        *,
        database: Database,
        context: ChannelContext,
        worker: str,
        random: Random,
        policy: RetryPolicy | None = None,
        types: Mapping[str, ChannelType] = CHANNEL_TYPES,
        time_limit: timedelta = TIME_LIMIT,
        on_delivered: Listener | None = None,
        operator: Sequence[str] = (),
    ) -> None:
        self._database = database
        self._context = context
        self._clock = context.clock
        self._worker = worker
        self._random = random
        self._policy = policy or RetryPolicy()
        self._types = types
        self._time_limit = time_limit
        self._recorder = Recorder(database=database, clock=self._clock, worker=worker)
        self._on_delivered = on_delivered
        self._operator = operator
        self._lines: dict[str, Line] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._held: set[str] = set()  # deliveries that are claimed, and no outcome recorded
        self._sending: dict[str, Message] = {}  # of those, what went to the channel
        self._one_at_a_time = asyncio.Lock()
        self._stopping = False
        self._bell = asyncio.Event()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def context(self) -> ChannelContext:
        """What its channels are given."""
        return self._context

    async def run(self) -> None:
        """Deliver what becomes due, until `stop`."""
        pause = _LOOK_AGAIN
        while not self._stopping:
            try:
                await self.post_notices()
                await self.deliver_due()
                pause = _LOOK_AGAIN
            except StorageError as error:  # it may be back later
                pause = min(pause * 2, _LONGEST_PAUSE)
                _log.error(
                    "cannot look into the outbox (%s), next try in %g s",
                    error,
                    pause,
                    extra={"action": "deliver.error"},
                )
            except Exception:  # noqa: BLE001 - the border of a job
                pause = min(pause * 2, _LONGEST_PAUSE)
                _log.exception("cannot look into the outbox", extra={"action": "deliver.error"})
            await self._rest(pause)

    def wake(self) -> None:
        """Something has just become due: look at once, and not at the next look."""
        self._bell.set()

    async def _rest(self, seconds: float, *others: "asyncio.Future[Any]") -> None:
        """Until so many seconds have passed, it is woken, or one of the others is done."""
        bell = asyncio.ensure_future(self._bell.wait())
        alarm = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({bell, alarm, *others}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            bell.cancel()
            alarm.cancel()
            self._bell.clear()

    async def stop(self, grace: float) -> int:
        """Claim no more, and cut off what has not ended after `grace` seconds: how many that were.

        They are given back to the outbox, and are due at once.
        """
        self._stopping = True
        late: set[asyncio.Task[None]] = set()
        if self._under_way:
            late = await self._end(self._under_way, grace)
        for task in late:
            task.cancel()
        async with self._one_at_a_time:  # the call of deliver_due that started them has ended
            return len(late)

    async def aclose(self) -> None:
        """Let go of what channels keep open between messages; nothing is delivered afterwards."""
        for line in self._lines.values():
            self._retire(line.retired())
        if self._closing:
            await asyncio.wait(self._closing)

    def _retire(self, channel: Transport | None) -> None:
        """Close a channel that is used no more, beside the work."""
        if channel is not None:
            task = asyncio.create_task(close(channel))
            self._closing.add(task)
            task.add_done_callback(self._closed)

    def _closed(self, task: "asyncio.Task[None]") -> None:
        self._closing.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning(
                "a channel closed badly", exc_info=error, extra={"action": "deliver.close"}
            )

    async def deliver_due(self, *, limit: int | None = None) -> DeliverySummary:
        """Deliver until nothing is due that can be sent now, or `limit` deliveries were claimed.

        What becomes due in the meantime is delivered too: a busy channel keeps no other waiting.
        A second call at the same time waits for the first. An error of the database is raised, once
        what is under way has ended.
        """
        async with self._one_at_a_time:
            summary = DeliverySummary()
            try:
                while True:
                    # Asked first: what ends while the outbox is looked into frees a place there.
                    busy = bool(self._under_way)
                    if not await self._start(summary, limit) and not busy:
                        break
                    if self._under_way:
                        await self._rest(_LOOK_AGAIN, *self._under_way)
                if self._held:
                    await self._give_back()
            except Exception:
                if self._under_way:
                    await asyncio.wait(self._under_way)
                raise
            except BaseException:
                await self._give_back()
                raise
            return summary

    async def post_notices(self) -> None:
        """Put what the operator was not told yet into the outbox."""
        await self._end_of_pauses()
        if await self._database.query(lambda unit: unit.posting.has_untold()):
            await self._database.run(
                lambda unit: unit.posting.post_notices(self._operator, self._clock.now())
            )

    async def _end_of_pauses(self) -> None:
        """It is over when somebody let the channel go on, or removed it."""

        def over(unit: Unit) -> list[str]:
            told = [each.subject for each in unit.notices.list() if each.kind == CHANNEL_PAUSED]
            paused = {each.name for each in unit.channels.list() if each.paused} if told else ()
            return [name for name in told if name not in paused]

        if names := await self._database.query(over):
            now = self._clock.now()
            await self._database.run(
                lambda unit: [unit.notices.resolve(CHANNEL_PAUSED, name, now=now) for name in names]
            )

    async def _start(self, summary: DeliverySummary, limit: int | None) -> bool:
        """Claim as long as there is something due and a place for it; True if anything began."""
        started = False
        while claimed := await self._claim(None if limit is None else limit - summary.claimed):
            self._held.update(delivery.id for delivery in claimed)
            if self._stopping:
                break
            started = True
            summary.claimed += len(claimed)
            messages = self._read(claimed)
            for delivery in claimed:
                line = self._lines.get(delivery.channel)
                if line is not None:
                    line.begun(self._clock.monotonic())
                task = asyncio.create_task(self._deliver(delivery, line, summary, messages))
                self._under_way.add(task)
                task.add_done_callback(self._ended)
            if all(delivery.channel in self._lines for delivery in claimed):
                break  # each has no room left, or nothing more that is due
        return started

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a delivery ended badly", exc_info=error, extra={"action": "deliver.error"})

    async def _claim(self, left: int | None) -> list[Delivery]:
        if self._stopping or (left is not None and left <= 0):
            return []
        now = self._clock.now()
        channels, due = await self._database.query(
            lambda unit: (unit.channels.list(), unit.outbox.due(now))
        )
        rooms = self._rooms(channels)
        excluded = frozenset(name for name, room in rooms.items() if room == 0)
        if excluded.issuperset(due):
            return []  # without a transaction that writes
        # A delivery whose channel was removed needs no place: it only has to be told so.
        limit = sum(rooms.values()) + 1
        return await to_its_end(
            self._database.run(
                lambda unit: unit.outbox.claim_due(
                    now,
                    worker=self._worker,
                    limit=limit if left is None else min(limit, left),
                    rooms=rooms,
                    exclude_channels=excluded,
                )
            )
        )

    def _rooms(self, channels: Sequence[Channel]) -> Mapping[str, int]:
        """How many more each channel may be given now; those that must wait: none."""
        self._follow(channels)
        now = self._clock.monotonic()
        return {
            channel.spec.name: 0
            if channel.paused
            else self._lines[channel.spec.name].room(self._types.get(channel.spec.type), now)
            for channel in channels
        }

    def _read(self, claimed: Sequence[Delivery]) -> "asyncio.Task[Mapping[str, Message | None]]":
        """Read what was claimed together at once; each of them takes its own from the task."""
        task = asyncio.create_task(self._database.query(lambda unit: written(unit, claimed)))
        task.add_done_callback(lambda task: task.cancelled() or task.exception())  # looked at
        return task

    def _follow(self, channels: Sequence[Channel]) -> None:
        """Keep a line for each channel as it is set now, and for no other."""
        names = {channel.spec.name for channel in channels}
        for name in [name for name, line in self._lines.items() if not line.under_way]:
            if name not in names:
                self._retire(self._lines.pop(name).retired())
        for channel in channels:
            spec = channel.spec
            line = self._lines.setdefault(spec.name, Line(spec, Circuit(self._policy)))
            self._retire(line.follow(channel, self._policy))

    async def _deliver(
        self,
        delivery: Delivery,
        line: Line | None,
        summary: DeliverySummary,
        messages: "asyncio.Task[Mapping[str, Message | None]]",
    ) -> None:
        try:
            alert, report = await self._attempt(delivery, line, messages)
            report = replace(report, settled=_settled(delivery, messages))
            await self._recorder.record(delivery, report, line)
            self._held.discard(delivery.id)
            self._sending.pop(delivery.id, None)
        finally:
            if line is not None:
                line.under_way -= 1
        if line is not None and report.retry_at is None:
            line.ended(delivery.id)
        summary.add(delivery.channel, report)
        self._tell(alert, delivery, report)

    async def _attempt(
        self,
        delivery: Delivery,
        line: Line | None,
        messages: "asyncio.Task[Mapping[str, Message | None]]",
    ) -> tuple[Alert | None, Report]:
        started = self._clock.monotonic()
        alert = None
        try:
            message = (await asyncio.shield(messages))[delivery.id]
            if message is None:
                return None, given_up("what it tells of is stored no more")
            if isinstance(message, AlertMessage):
                alert = message.alert
            if line is None:
                return alert, given_up(f'there is no channel "{delivery.channel}" any more')
            self._sending[delivery.id] = message
            receipt = await self._send(message, line)
        except DeliveryError as error:
            assert line is not None
            self._mind(line, error, started)
            return alert, self._failed(delivery, error, line)
        except Exception as error:  # noqa: BLE001 - the border of a job: the unforeseen is retried
            _log.exception(
                "delivery %s: unexpected failure", delivery.id, extra=about(delivery, "error")
            )
            assert line is not None
            unforeseen = DeliveryError(f"unexpected failure: {type(error).__name__}")
            self._mind(line, unforeseen, started)
            return alert, self._failed(delivery, unforeseen, line)
        line.circuit.answered()
        return alert, Report(
            outcome=Outcome.DELIVERED, detail=receipt.detail, refused=receipt.refused
        )

    async def _send(self, message: Message, line: Line) -> Receipt:
        channel = line.channel(self._context, self._types)
        return await within(self._clock, self._time_limit, channel.send(message))

    def _mind(self, line: Line, error: DeliveryError, started: float) -> None:
        """What a failure says of the channel."""
        if error.permanent or error.only_this:
            line.circuit.answered()
        else:
            now = self._clock.monotonic()
            line.circuit.failed(error, started=started, now=now, random=self._random)

    def _failed(self, delivery: Delivery, error: DeliveryError, line: Line) -> Report:
        now = self._clock.now()
        if error.gone:  # it waits for whoever mends the channel, and so do all that come after it
            said = str(error)
            return Report(outcome=Outcome.RETRY, detail=said, retry_at=now, stops=said)
        alone = line.failed(delivery.id, error)
        decision = self._policy.decide(
            error,
            attempts=delivery.attempts,
            alone=alone,
            age=now - delivery.created_at,
            random=self._random,
        )
        if isinstance(decision, GiveUp):
            return given_up(decision.reason)
        return Report(
            outcome=Outcome.RETRY,
            detail=str(error),
            retry_at=now + decision.after,
            works=alone > 0,
            stops=None if alone else self._is_over(line, error, now),
        )

    def _is_over(self, line: Line, error: DeliveryError, now: datetime) -> str | None:
        """Why a channel that fails is to be paused; None as long as it may come back."""
        since = line.failing_since or now
        if not self._policy.is_over(failures=line.circuit.failures, lasting=now - since):
            return None
        return f"it has taken nothing since {since:%Y-%m-%d %H:%M} UTC: {error}"

    def _tell(self, alert: Alert | None, delivery: Delivery, report: Report) -> None:
        log_report(delivery, report)
        if self._on_delivered is None:
            return
        try:
            self._on_delivered(alert, delivery, report)
        except Exception:  # noqa: BLE001 - the border of a listener: it must not stop the work
            _log.exception("a listener failed", extra=about(delivery, "listener"))

    async def _give_back(self) -> None:
        """Cut off what is still under way, and free all that is claimed."""
        for task in self._under_way:
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way)
        settled = {each: dict(sent.settled) for each, sent in self._sending.items() if sent.settled}
        try:
            freed = await to_its_end(
                self._database.run(lambda unit: unit.outbox.release(self._worker, settled=settled))
            )
        except Exception:  # noqa: BLE001 - the claims are freed when this worker is gone, too
            _log.exception(
                "cannot give deliveries back to the outbox", extra={"action": "deliver.error"}
            )
            return
        self._held.clear()
        self._sending.clear()
        if freed:
            _log.info(
                "gave %d deliveries back to the outbox",
                freed,
                extra={"action": "deliver.released", "freed": freed},
            )

    async def _end(
        self, under_way: Collection["asyncio.Task[None]"], seconds: float
    ) -> set["asyncio.Task[None]"]:
        """Wait for all the tasks, for so many seconds at most; those that are not done."""
        tasks = set(under_way)
        done = asyncio.ensure_future(asyncio.wait(tasks))
        alarm = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({done, alarm}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            done.cancel()
            alarm.cancel()
        return {task for task in tasks if not task.done()}


def _settled(
    delivery: Delivery, messages: "asyncio.Task[Mapping[str, Message | None]]"
) -> Mapping[str, str | None]:
    """The recipients that need no other attempt, after one that ended in whichever way."""
    if not messages.done() or messages.cancelled() or messages.exception() is not None:
        return delivery.settled
    message = messages.result().get(delivery.id)
    return delivery.settled if message is None else dict(message.settled)
