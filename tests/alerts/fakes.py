"""Hand-written stand-ins: a database in memory, and channels that do as they are told."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict

from scraper.alerts.message import AlertMessage
from scraper.alerts.store import Unit
from scraper.alerts.transport import Channel, ChannelContext, ChannelType, Receipt
from scraper.errors import DeliveryError, SettingsError
from storage import records
from storage.records import Alert, ChannelSpec, Delivery, DeliveryState
from tests.alerts.samples import NOW, alert, delivery
from tests.fakes import FakeClock

T = TypeVar("T")


@dataclass
class FakeOutbox:
    """The outbox in memory. `claims` maps a delivery to the worker that claimed it."""

    deliveries: dict[str, Delivery] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    log: list[tuple[str, str, str | None]] = field(default_factory=list)  # what, delivery, error
    most_claimed: int = 0
    cursed: str | None = None  # a delivery whose outcome cannot be written

    def due(self, now: datetime) -> set[str]:
        return {
            one.channel
            for one in self.deliveries.values()
            if one.state is DeliveryState.PENDING
            and one.id not in self.claims
            and one.next_attempt_at is not None
            and one.next_attempt_at <= now
        }

    def claim_due(
        self,
        now: datetime,
        *,
        worker: str,
        limit: int,
        rooms: Mapping[str, int] | None = None,
        exclude_channels: Collection[str] = (),
    ) -> list[Delivery]:
        due = [
            one
            for one in self.deliveries.values()
            if one.state is DeliveryState.PENDING
            and one.id not in self.claims
            and one.channel not in exclude_channels
            and one.next_attempt_at is not None
            and one.next_attempt_at <= now
        ]
        due.sort(key=lambda one: (one.next_attempt_at, one.id))
        if rooms is not None:
            left = {one.channel: rooms.get(one.channel, 1) for one in due}
            due = [one for one in due if _takes_a_place(left, one.channel)]
        claimed = [replace(one, attempts=one.attempts + 1) for one in due[:limit]]
        for one in claimed:
            self.deliveries[one.id] = one
            self.claims[one.id] = worker
        self.most_claimed = max(self.most_claimed, len(self.claims))
        return claimed

    def alerts_of(self, ids: Collection[str]) -> list[Alert]:
        return [self.alerts[each] for each in ids if each in self.alerts]

    def delivered(
        self, delivery_id: str, *, worker: str, now: datetime, refused: str | None = None
    ) -> bool:
        return self._finish(
            "delivered",
            delivery_id,
            worker,
            refused,
            state=DeliveryState.DELIVERED,
            next_attempt_at=None,
            delivered_at=now,
        )

    def delivered_together(self, ids: Sequence[str], *, worker: str, now: datetime) -> set[str]:
        return {each for each in ids if self.delivered(each, worker=worker, now=now)}

    def retry(
        self,
        delivery_id: str,
        *,
        worker: str,
        at: datetime,
        error: str,
        now: datetime,
        settled: Mapping[str, str | None],
    ) -> bool:
        del now
        changes = {"next_attempt_at": at, "settled": settled}
        return self._finish("retry", delivery_id, worker, error, **changes)

    def fail(
        self,
        delivery_id: str,
        *,
        worker: str,
        error: str,
        now: datetime,
        settled: Mapping[str, str | None],
    ) -> bool:
        del now
        changes = {"state": DeliveryState.FAILED, "next_attempt_at": None, "settled": settled}
        return self._finish("fail", delivery_id, worker, error, **changes)

    def digest(self, delivery_id: str) -> list[Alert]:
        raise AssertionError(f"there are none: {delivery_id}")

    def release(self, worker: str, *, settled: Mapping[str, Mapping[str, str | None]]) -> int:
        mine = [name for name, owner in self.claims.items() if owner == worker]
        for name in mine:
            del self.claims[name]
            one = self.deliveries[name]
            known = settled.get(name, one.settled)
            self.deliveries[name] = replace(one, attempts=one.attempts - 1, settled=known)
            self.log.append(("release", name, None))
        return len(mine)

    def _finish(
        self, what: str, delivery_id: str, worker: str, error: str | None, **changes: Any
    ) -> bool:
        if delivery_id == self.cursed:
            raise OSError("no space left on device")
        if self.claims.get(delivery_id) != worker:
            return False
        del self.claims[delivery_id]
        self.deliveries[delivery_id] = replace(
            self.deliveries[delivery_id], last_error=error, **changes
        )
        self.log.append((what, delivery_id, error))
        return True


def _takes_a_place(left: dict[str, int], channel: str) -> bool:
    left[channel] -= 1
    return left[channel] >= 0


class StillClock(FakeClock):
    """A clock whose time passes by `advance` alone: sleeping does not move it."""

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.sleeps.append(seconds)
        until = self.monotonic() + seconds
        while self.monotonic() < until:  # noqa: ASYNC110 - `advance` is no coroutine, and wakes nobody
            await asyncio.sleep(0)


@dataclass
class FakeChannels:
    channels: dict[str, records.Channel] = field(default_factory=dict)

    def list(self) -> list[records.Channel]:
        return list(self.channels.values())

    def stop(self, name: str, because: str) -> bool:
        found = self.channels[name]
        self.channels[name] = replace(found, paused=True, paused_because=because)
        return not found.paused

    def works(self, name: str) -> None:
        self.channels[name] = replace(self.channels[name], failing_since=None)

    def fails(self, name: str, now: datetime) -> None:
        since = self.channels[name].failing_since or now
        self.channels[name] = replace(self.channels[name], failing_since=since)


@dataclass
class FakePosting:
    def has_untold(self) -> bool:
        return False

    def post_notices(self, channels: Sequence[str], now: datetime) -> int:
        raise AssertionError(f"there are none: {channels} {now}")


@dataclass
class FakeNotices:
    told: dict[tuple[str, str], str] = field(default_factory=dict)

    def get(self, notice_id: int) -> records.Notice | None:
        raise AssertionError(f"there are none: {notice_id}")

    def open(self, kind: str, subject: str, message: str, *, now: datetime) -> bool:
        del now
        self.told.setdefault((kind, subject), message)
        return True

    def resolve(self, kind: str, subject: str, *, now: datetime) -> bool:
        del now
        return self.told.pop((kind, subject), None) is not None

    def list(self) -> Sequence[records.Notice]:
        return [
            records.Notice(
                id=1, kind=kind, subject=subject, message=said, created_at=NOW, resolved_at=None
            )
            for (kind, subject), said in self.told.items()
        ]


@dataclass
class FakeUnit:
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    posting: FakePosting = field(default_factory=FakePosting)
    notices: FakeNotices = field(default_factory=FakeNotices)
    channels: FakeChannels = field(default_factory=FakeChannels)


class FakeDatabase:
    """Transactions in memory; `failures` are raised by the next writes, one each.

    `turns` is how long a transaction takes: so many turns of all other tasks.
    """

    def __init__(self) -> None:
        self.turns = 1
        self.runs = 0  # transactions that write
        self.unit = FakeUnit()
        self.failures: list[Exception] = []
        self.reads_fail: list[Exception] = []

    async def run(self, work: Callable[[Unit], T]) -> T:
        self.runs += 1
        await self._take_time()
        if self.failures:
            raise self.failures.pop(0)
        return work(self.unit)

    async def query(self, work: Callable[[Unit], T]) -> T:
        await self._take_time()
        if self.reads_fail:
            raise self.reads_fail.pop(0)
        return work(self.unit)

    async def _take_time(self) -> None:
        for _ in range(self.turns):
            await asyncio.sleep(0)

    # What tests arrange and look at.

    def add_channel(self, name: str, *, paused: bool = False, **options: Any) -> None:
        spec = ChannelSpec(name=name, type="fake", options={"label": name, **options})
        number = len(self.unit.channels.channels) + 1
        self.unit.channels.channels[name] = records.Channel(
            id=number, spec=spec, origin="settings", paused=paused
        )

    def add(self, identifier: str, channel: str, *, due: datetime = NOW, **changes: Any) -> None:
        self.unit.outbox.alerts["alert-1"] = alert()
        self.unit.outbox.deliveries[identifier] = delivery(
            identifier, channel=channel, attempts=0, next_attempt_at=due, **changes
        )

    def state(self, identifier: str) -> DeliveryState:
        return self.unit.outbox.deliveries[identifier].state

    def get(self, identifier: str) -> Delivery:
        return self.unit.outbox.deliveries[identifier]

    def events(self, what: str) -> list[str]:
        return [name for kind, name, _ in self.unit.outbox.log if kind == what]


class FakeOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: str
    number: int = 0


Behaviour = Callable[[AlertMessage], Awaitable[Receipt]]


async def take(message: AlertMessage) -> Receipt:
    del message
    await asyncio.sleep(0)
    return Receipt(detail="taken")


async def hang(message: AlertMessage) -> Receipt:
    del message
    await asyncio.Event().wait()
    raise AssertionError("nobody sets that event")


async def refuse(message: AlertMessage) -> Receipt:
    del message
    raise DeliveryError("down for now")


@dataclass
class FakeChannel:
    """Does with each message what `behave` says; `sent` are the deliveries it was given."""

    behave: Behaviour = take
    sent: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    async def send(self, message: AlertMessage) -> Receipt:
        self.sent.append(message.delivery_id)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            receipt = await self.behave(message)
        finally:
            self.under_way -= 1
        self.taken.append(message.delivery_id)
        return receipt


class FakeTypes:
    """A registry with one type, "fake"; its channels are made by name, once."""

    def __init__(self, concurrency: int = 2) -> None:
        self.channels: dict[str, FakeChannel] = {}
        self.broken: str | None = None
        self.built: list[str] = []
        self.types: Mapping[str, ChannelType] = {
            "fake": ChannelType(options=FakeOptions, build=self._build, concurrency=concurrency)
        }

    def __getitem__(self, name: str) -> FakeChannel:
        return self.channels.setdefault(name, FakeChannel())

    def _build(self, options: FakeOptions, context: ChannelContext) -> Channel:
        del context
        if self.broken:
            raise SettingsError(self.broken)
        self.built.append(options.label)
        return self[options.label]


async def eventually(holds: Callable[[], bool], *, turns: int = 10_000) -> None:
    """Let all tasks have their turns until it holds."""
    for _ in range(turns):
        if holds():
            return
        await asyncio.sleep(0)
    raise AssertionError(f"it did not come true in {turns} turns")


def fake_context(clock: FakeClock | None = None) -> ChannelContext:
    """A context whose transport refuses every request."""

    def no_network(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"no request was expected, and here is {request.url}")

    return ChannelContext(clock=clock or FakeClock(), http=httpx.MockTransport(no_network))
