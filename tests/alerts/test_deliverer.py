import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from scraper.alerts import Deliverer, Receipt, Report, send_test
from scraper.alerts.message import AlertMessage, Event
from scraper.errors import DeliveryError, SettingsError
from storage.errors import DatabaseUnavailable
from storage.records import Alert, Delivery, DeliveryState
from tests.alerts.fakes import (
    FakeDatabase,
    FakeTypes,
    StillClock,
    eventually,
    fake_context,
    hang,
    refuse,
    take,
)
from tests.alerts.samples import NOW
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio


class Bench:
    """A deliverer on fakes."""

    def __init__(
        self, *, concurrency: int = 2, clock: FakeClock | None = None, **options: Any
    ) -> None:
        self.clock = clock or FakeClock(NOW)
        self.database = FakeDatabase()
        self.types = FakeTypes(concurrency)
        self.told: list[tuple[str, Report]] = []
        self.deliverer = Deliverer(
            database=self.database,
            context=fake_context(self.clock),
            worker="worker-1",
            random=Random(1),
            types=self.types.types,
            on_delivered=self._tell,
            **options,
        )

    def _tell(self, alert: Alert | None, delivery: Delivery, report: Report) -> None:
        del alert
        self.told.append((delivery.id, report))

    def behave(self, channel: str, *steps: Callable[[AlertMessage], Awaitable[Receipt]]) -> None:
        """What a channel does with each message in turn; the last step repeats."""
        left = list(steps)

        async def step(message: AlertMessage) -> Receipt:
            return await (left.pop(0) if len(left) > 1 else left[0])(message)

        self.types[channel].behave = step

    def fill(self, channel: str, count: int) -> list[str]:
        self.database.add_channel(channel)
        names = [f"{channel}-{number:03}" for number in range(count)]
        for name in names:
            self.database.add(name, channel)
        return names


def failing(**about: Any) -> Callable[[AlertMessage], Awaitable[Receipt]]:
    async def fail(message: AlertMessage) -> Receipt:
        raise DeliveryError(f"no to {message.delivery_id}", **about)

    return fail


def poisoned_by(name: str) -> Callable[[AlertMessage], Awaitable[Receipt]]:
    async def judge(message: AlertMessage) -> Receipt:
        return await (refuse if message.delivery_id == name else take)(message)

    return judge


async def test_what_is_due_is_delivered_and_marked_done_afterwards():
    bench = Bench()
    bench.fill("desk", 3)
    states = []

    async def look(message: AlertMessage) -> Receipt:
        states.append(bench.database.state(message.delivery_id))
        return await take(message)

    bench.behave("desk", look)
    summary = await bench.deliverer.deliver_due()
    assert (summary.claimed, summary.delivered, summary.retried, summary.failed) == (3, 3, 0, 0)
    assert states == [DeliveryState.PENDING] * 3
    assert bench.database.events("delivered") == ["desk-000", "desk-001", "desk-002"]
    assert [report.detail for _, report in bench.told] == ["taken"] * 3


async def test_nothing_due_costs_no_claims():
    bench = Bench()
    bench.database.add_channel("desk")
    bench.database.add("later", "desk", due=NOW + timedelta(hours=1))
    summary = await bench.deliverer.deliver_due()
    assert summary.claimed == 0
    assert bench.types["desk"].sent == []


async def test_the_limit_is_kept():
    bench = Bench()
    bench.fill("desk", 9)
    assert (await bench.deliverer.deliver_due(limit=4)).claimed == 4
    assert (await bench.deliverer.deliver_due()).claimed == 5


async def test_a_place_that_becomes_free_while_the_outbox_is_read_is_used():
    bench = Bench(concurrency=1)
    bench.fill("desk", 4)
    reading = bench.database.query

    async def slow(work: Callable[[Any], Any]) -> Any:
        for _ in range(50):
            await asyncio.sleep(0)
        return await reading(work)

    async def fast(message: AlertMessage) -> Receipt:
        bench.database.query = slow  # type: ignore[method-assign] - slow from now on
        return Receipt(detail=message.headline)

    bench.behave("desk", fast)
    assert (await bench.deliverer.deliver_due()).delivered == 4


async def test_no_more_is_claimed_than_is_sent_at_once():
    bench = Bench(concurrency=3)
    bench.fill("desk", 20)
    bench.fill("soc", 20)
    await bench.deliverer.deliver_due()
    assert bench.types["desk"].most_under_way == 3
    assert bench.database.unit.outbox.most_claimed <= 6
    assert len(bench.types["soc"].taken) == 20


async def test_a_hanging_channel_is_cut_off_and_slows_no_other():
    clock = StillClock(NOW)
    bench = Bench(concurrency=1, clock=clock, time_limit=timedelta(seconds=30))
    bench.fill("slow", 1)
    bench.fill("fast", 20)
    bench.behave("slow", hang)
    task = asyncio.create_task(bench.deliverer.deliver_due())
    await eventually(lambda: len(bench.types["fast"].taken) == 20)
    assert clock.monotonic() == 0.0
    bench.database.add("late", "fast")  # rung while the other channel hangs
    clock.advance(timedelta(seconds=1))
    await eventually(lambda: bench.database.state("late") is DeliveryState.DELIVERED)
    assert not task.done()
    clock.advance(timedelta(seconds=29))
    summary = await task
    assert (summary.delivered, summary.retried) == (21, 1)
    assert bench.database.get("slow-000").last_error == "it did not come to an end within 30 s"


async def test_who_has_a_message_is_written_down_however_the_attempt_ends():
    async def half(message: AlertMessage) -> Receipt:
        message.settled["ann"] = None
        return await hang(message)

    async def nobody_more(message: AlertMessage) -> Receipt:
        assert message.settled == {"ann": None}
        raise DeliveryError("no", permanent=True)

    bench = Bench(concurrency=1, time_limit=timedelta(seconds=30))
    bench.fill("desk", 1)
    bench.behave("desk", half, nobody_more)
    await bench.deliverer.deliver_due()
    assert bench.database.get("desk-000").settled == {"ann": None}
    bench.clock.advance(timedelta(days=1))
    await bench.deliverer.deliver_due()
    given_up = bench.database.get("desk-000")
    assert (given_up.state, given_up.settled) == (DeliveryState.FAILED, {"ann": None})


async def test_while_a_channel_is_down_its_deliveries_wait_and_keep_their_attempts():
    bench = Bench(concurrency=1)
    bench.fill("desk", 10)
    bench.behave("desk", refuse)
    summary = await bench.deliverer.deliver_due()
    assert (summary.claimed, summary.retried) == (1, 1)
    assert [bench.database.get(f"desk-{n:03}").attempts for n in range(10)] == [1] + [0] * 9
    assert (await bench.deliverer.deliver_due()).claimed == 0


async def test_what_failed_together_is_one_failure_and_then_one_goes_ahead():
    bench = Bench(concurrency=4)
    bench.fill("desk", 10)
    bench.behave("desk", refuse)
    assert (await bench.deliverer.deliver_due()).retried == 4
    bench.clock.advance(timedelta(seconds=10))  # the first pause is at most that long
    assert (await bench.deliverer.deliver_due()).retried == 1
    bench.clock.advance(timedelta(seconds=10))
    assert bench.types["desk"].most_under_way <= 4
    assert (await bench.deliverer.deliver_due()).claimed <= 1


async def test_when_the_channel_is_back_all_goes_out():
    bench = Bench()
    names = bench.fill("desk", 10)
    bench.behave("desk", refuse, refuse, refuse, take)
    for _ in range(6):
        await bench.deliverer.deliver_due()
        bench.clock.advance(timedelta(minutes=20))
    assert sorted(bench.types["desk"].taken) == names
    assert {bench.database.state(name) for name in names} == {DeliveryState.DELIVERED}


async def test_an_outage_of_a_weekend_loses_nothing_and_is_over_within_the_longest_pause():
    bench = Bench()
    names = bench.fill("desk", 30)
    bench.behave("desk", refuse)
    knocks = 0
    while bench.clock.now() < NOW + timedelta(days=3, hours=6):
        knocks += (await bench.deliverer.deliver_due()).claimed
        bench.clock.advance(timedelta(minutes=1))
    assert {bench.database.state(name) for name in names} == {DeliveryState.PENDING}
    assert knocks < 1000  # for all thirty: four knocks an hour, not four for each
    bench.behave("desk", take)
    for _ in range(31):
        await bench.deliverer.deliver_due()
        bench.clock.advance(timedelta(minutes=1))
    assert {bench.database.state(name) for name in names} == {DeliveryState.DELIVERED}


async def test_what_fails_for_days_while_others_are_taken_is_given_up_with_the_reason():
    bench = Bench(concurrency=1)
    [bad] = bench.fill("desk", 1)
    bench.behave("desk", poisoned_by(bad))
    for number in range(5 * 24 * 6):
        bench.database.add(f"good-{number}", "desk", due=bench.clock.now())
        await bench.deliverer.deliver_due()
        bench.clock.advance(timedelta(minutes=10))
    given_up = bench.database.get(bad)
    assert given_up.state is DeliveryState.FAILED
    assert 15 <= given_up.attempts <= 20
    assert given_up.last_error is not None
    assert given_up.last_error.endswith("while others were taken: down for now")
    assert given_up.last_error.startswith(f"given up after {given_up.attempts} attempts in 3 days")
    assert not bench.database.unit.channels.channels["desk"].paused


async def test_a_channel_that_takes_nothing_for_five_days_is_paused_and_nothing_is_given_up():
    bench = Bench()
    names = bench.fill("desk", 3)
    bench.behave("desk", refuse)
    channels = bench.database.unit.channels.channels
    while not channels["desk"].paused:
        await bench.deliverer.deliver_due()
        bench.clock.advance(timedelta(minutes=5))
    assert timedelta(days=5) <= bench.clock.now() - NOW < timedelta(days=5, hours=1)
    because = f"it has taken nothing since {NOW:%Y-%m-%d %H:%M} UTC: down for now"
    assert channels["desk"].paused_because == because
    assert bench.database.unit.notices.told.keys() == {("channel.paused", "desk")}
    assert {bench.database.state(name) for name in names} == {DeliveryState.PENDING}
    channels["desk"] = replace(channels["desk"], paused=False, failing_since=None)
    bench.behave("desk", take)
    await bench.deliverer.deliver_due()  # one is asked, at once
    bench.clock.advance(timedelta(minutes=15))
    await bench.deliverer.deliver_due()
    assert {bench.database.state(name) for name in names} == {DeliveryState.DELIVERED}


async def test_a_channel_that_takes_something_now_and_then_is_not_paused():
    bench = Bench(concurrency=1)
    bench.fill("desk", 1)
    channels = bench.database.unit.channels.channels
    for day in range(8):
        bench.behave("desk", refuse)
        for number in range(20):
            bench.database.add(f"{day}-{number}", "desk", due=bench.clock.now())
            await bench.deliverer.deliver_due()
            bench.clock.advance(timedelta(hours=1))
        assert channels["desk"].failing_since is not None
        bench.behave("desk", take)
        await bench.deliverer.deliver_due()
        assert channels["desk"].failing_since is None
        bench.clock.advance(timedelta(hours=4))
    assert not channels["desk"].paused


async def test_a_permanent_refusal_fails_that_one_at_once_and_no_other():
    bench = Bench(concurrency=1)
    bench.fill("desk", 3)
    bench.behave("desk", failing(permanent=True), take)
    summary = await bench.deliverer.deliver_due()
    assert (summary.failed, summary.delivered) == (1, 2)
    assert bench.database.get("desk-000").last_error == "no to desk-000"


async def test_a_receiver_that_is_gone_pauses_its_channel_and_nothing_is_given_up():
    bench = Bench(concurrency=1)
    bench.fill("desk", 3)
    bench.behave("desk", failing(permanent=True, gone=True), take)
    summary = await bench.deliverer.deliver_due()
    assert (summary.failed, summary.delivered, summary.retried) == (0, 0, 1)
    unit = bench.database.unit
    assert unit.channels.channels["desk"].paused_because == "no to desk-000"
    [((kind, subject), said)] = unit.notices.told.items()
    assert (kind, subject) == ("channel.paused", "desk")
    assert "tocsin channel resume desk" in said
    await bench.deliverer.post_notices()
    assert unit.notices.told  # as long as it is paused
    unit.channels.channels["desk"] = replace(unit.channels.channels["desk"], paused=False)
    await bench.deliverer.post_notices()
    assert unit.notices.told == {}
    assert (await bench.deliverer.deliver_due()).delivered == 3


async def test_a_failure_of_one_message_only_keeps_no_other_waiting():
    bench = Bench(concurrency=1)
    bench.fill("desk", 3)
    bench.behave("desk", failing(only_this=True), take)
    summary = await bench.deliverer.deliver_due()
    assert (summary.retried, summary.delivered) == (1, 2)


async def test_the_pause_a_channel_asks_for_holds_for_all_its_deliveries():
    bench = Bench(concurrency=1)
    bench.fill("desk", 2)
    bench.behave("desk", failing(retry_after=timedelta(minutes=30)), take)
    await bench.deliverer.deliver_due()
    assert bench.database.get("desk-000").next_attempt_at == NOW + timedelta(minutes=30)
    bench.clock.advance(timedelta(minutes=29))
    assert (await bench.deliverer.deliver_due()).claimed == 0
    bench.clock.advance(timedelta(minutes=2))
    assert (await bench.deliverer.deliver_due()).delivered == 2


async def test_a_message_that_always_fails_does_not_starve_the_others():
    bench = Bench(concurrency=1)
    names = bench.fill("desk", 5)

    bench.behave("desk", poisoned_by(names[0]))
    for _ in range(3):
        await bench.deliverer.deliver_due()
        bench.clock.advance(timedelta(minutes=1))
    assert bench.types["desk"].taken == names[1:]
    assert bench.database.state(names[0]) is DeliveryState.PENDING


async def test_an_unforeseen_error_is_tried_again_and_stops_nothing(
    caplog: pytest.LogCaptureFixture,
):
    bench = Bench(concurrency=1)
    bench.fill("desk", 2)

    async def trip(message: AlertMessage) -> Receipt:
        raise ZeroDivisionError(message.headline)

    bench.behave("desk", trip, take)
    assert (await bench.deliverer.deliver_due()).retried == 1
    assert bench.database.get("desk-000").last_error == "unexpected failure: ZeroDivisionError"
    assert any(record.exc_info for record in caplog.records)
    bench.clock.advance(timedelta(minutes=1))
    assert (await bench.deliverer.deliver_due()).delivered == 2


async def test_a_paused_channel_waits():
    bench = Bench()
    bench.fill("desk", 2)
    bench.database.add_channel("desk", paused=True)
    assert (await bench.deliverer.deliver_due()).claimed == 0
    bench.database.add_channel("desk")
    assert (await bench.deliverer.deliver_due()).delivered == 2


async def test_a_removed_channel_fails_its_deliveries_with_the_reason():
    bench = Bench()
    bench.database.add("orphan", "gone")
    assert (await bench.deliverer.deliver_due()).failed == 1
    assert bench.database.get("orphan").last_error == 'there is no channel "gone" any more'


async def test_an_alert_that_is_stored_no_more_fails_with_the_reason():
    bench = Bench()
    bench.fill("desk", 1)
    bench.database.unit.outbox.alerts.clear()
    assert (await bench.deliverer.deliver_due()).failed == 1
    assert bench.database.get("desk-000").last_error == "what it tells of is stored no more"


async def test_wrong_options_wait_for_whoever_mends_them_and_are_tried_at_once_then():
    bench = Bench()
    bench.fill("desk", 3)
    bench.database.add_channel("desk", number="many")
    summary = await bench.deliverer.deliver_due()
    assert summary.retried >= 1
    assert "number" in str(bench.database.get("desk-000").last_error)
    bench.database.add_channel("desk", number=1)
    assert (await bench.deliverer.deliver_due()).delivered >= 1
    bench.clock.advance(timedelta(minutes=1))
    await bench.deliverer.deliver_due()
    assert len(bench.types["desk"].taken) == 3


async def test_a_channel_is_built_once_and_again_when_it_was_set_anew():
    bench = Bench()
    bench.fill("desk", 4)
    await bench.deliverer.deliver_due()
    assert bench.types.built == ["desk"]
    bench.database.add_channel("desk", number=2)
    bench.database.add("another", "desk")
    await bench.deliverer.deliver_due()
    assert bench.types.built == ["desk", "desk"]


async def test_an_outcome_that_cannot_be_recorded_is_kept_and_the_message_not_sent_twice():
    bench = Bench(concurrency=1)
    bench.fill("desk", 2)
    full = OSError("no space left on device")

    async def fill_the_disk(message: AlertMessage) -> Receipt:
        bench.database.failures = [full] * 5
        return await take(message)

    bench.behave("desk", fill_the_disk, take)
    assert (await bench.deliverer.deliver_due()).delivered == 2
    assert bench.types["desk"].sent == ["desk-000", "desk-001"]
    assert bench.database.events("delivered") == ["desk-000", "desk-001"]
    assert bench.database.events("release") == []


async def test_an_error_of_the_database_is_raised_once_what_is_under_way_has_ended():
    bench = Bench(concurrency=2)
    bench.fill("desk", 4)

    async def fill_the_disk(message: AlertMessage) -> Receipt:
        await bench.clock.sleep(1)
        bench.database.add("late", "other")
        bench.database.add_channel("other")
        bench.database.failures = [OSError("no space left on device")] * 8
        return await take(message)

    bench.behave("desk", fill_the_disk, take)
    with pytest.raises(OSError, match="no space left"):
        await bench.deliverer.deliver_due()
    assert bench.database.unit.outbox.claims == {}
    assert len(bench.database.events("delivered")) == len(bench.types["desk"].sent)


async def test_outcomes_that_come_together_are_written_together():
    bench = Bench(concurrency=4)
    bench.fill("desk", 4)
    before = bench.database.runs
    assert (await bench.deliverer.deliver_due()).delivered == 4
    assert bench.database.runs - before == 2  # the claim, and the outcomes
    assert sorted(bench.database.events("delivered")) == [f"desk-00{n}" for n in range(4)]


async def test_an_outcome_that_cannot_be_written_keeps_none_that_came_with_it():
    bench = Bench(concurrency=3)
    bench.fill("desk", 3)
    outbox = bench.database.unit.outbox
    outbox.cursed = "desk-001"
    running = asyncio.create_task(bench.deliverer.deliver_due())
    await eventually(lambda: len(bench.database.events("delivered")) == 2)
    assert set(outbox.claims) == {"desk-001"}
    outbox.cursed = None
    assert (await running).delivered == 3
    assert bench.types["desk"].sent.count("desk-001") == 1


async def test_what_becomes_due_is_sent_at_once_when_it_is_told():
    bench = Bench(clock=StillClock(NOW))  # time does not pass
    bench.fill("desk", 1)
    running = asyncio.create_task(bench.deliverer.run())
    await eventually(lambda: len(bench.types["desk"].taken) == 1)
    bench.database.add("next", "desk")
    bench.deliverer.wake()
    await eventually(lambda: len(bench.types["desk"].taken) == 2)
    bench.fill("slow", 1)
    bench.behave("slow", hang)
    bench.deliverer.wake()
    await eventually(lambda: bool(bench.types["slow"].sent))
    bench.database.add("while the other hangs", "desk")
    bench.deliverer.wake()
    await eventually(lambda: len(bench.types["desk"].taken) == 3)
    running.cancel()
    await asyncio.wait({running})


async def test_a_claim_that_was_taken_over_is_said(caplog: pytest.LogCaptureFixture):
    bench = Bench()
    bench.fill("desk", 1)

    async def lose(message: AlertMessage) -> Receipt:
        bench.database.unit.outbox.claims[message.delivery_id] = "another"
        return await take(message)

    bench.behave("desk", lose)
    await bench.deliverer.deliver_due()
    assert "another worker took it over" in caplog.text
    assert bench.database.state("desk-000") is DeliveryState.PENDING


async def started(bench: Bench, channel: str) -> "asyncio.Task[Any]":
    task = asyncio.create_task(bench.deliverer.deliver_due())
    await eventually(lambda: bool(bench.types[channel].sent))
    return task


async def test_cancelled_while_it_sends_it_gives_back_what_it_claimed():
    bench = Bench(concurrency=2)
    bench.fill("desk", 5)
    bench.behave("desk", hang)
    task = await started(bench, "desk")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert bench.database.unit.outbox.claims == {}
    assert sorted(bench.database.events("release")) == ["desk-000", "desk-001"]
    assert bench.database.events("fail") == bench.database.events("retry") == []
    assert [bench.database.get(f"desk-{n:03}").attempts for n in range(5)] == [0] * 5
    bench.behave("desk", take)
    assert (await bench.deliverer.deliver_due()).delivered == 5


async def test_who_has_a_message_is_written_down_as_it_is_given_back():
    async def half(message: AlertMessage) -> Receipt:
        message.settled["ann"] = None
        return await hang(message)

    bench = Bench(concurrency=2, clock=StillClock(NOW))
    bench.fill("desk", 3)
    bench.behave("desk", half)
    task = await started(bench, "desk")
    await eventually(lambda: len(bench.types["desk"].sent) == 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    outbox = bench.database.unit.outbox
    assert outbox.claims == {}
    settled = {each.id: each.settled for each in outbox.deliveries.values()}
    assert settled == {"desk-000": {"ann": None}, "desk-001": {"ann": None}, "desk-002": {}}


@pytest.mark.parametrize("turns", range(30))
async def test_cancelled_at_any_moment_nothing_stays_claimed_and_what_was_taken_is_done(turns: int):
    bench = Bench(concurrency=2)
    bench.fill("desk", 3)
    bench.fill("soc", 3)
    task = asyncio.create_task(bench.deliverer.deliver_due())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    outbox = bench.database.unit.outbox
    assert outbox.claims == {}
    done = bench.database.events("delivered")
    assert bench.database.events("fail") == bench.database.events("retry") == []
    await bench.deliverer.deliver_due()
    assert len(bench.database.events("delivered")) == 6
    for channel in ("desk", "soc"):
        repeated = len(bench.types[channel].taken) - 3
        # A message may go twice only when it was cut off between being taken and being recorded.
        assert repeated <= 6 - len(done)


async def test_stop_lets_what_is_under_way_finish_and_claims_no_more():
    bench = Bench(concurrency=1)
    bench.fill("desk", 3)
    gate = asyncio.Event()

    async def wait(message: AlertMessage) -> Receipt:
        await gate.wait()
        return await take(message)

    bench.behave("desk", wait)
    task = await started(bench, "desk")
    stopping = asyncio.create_task(bench.deliverer.stop(5.0))
    await asyncio.sleep(0)
    gate.set()
    assert await stopping == 0
    assert (await task).delivered == 1
    assert bench.database.unit.outbox.claims == {}
    assert (await bench.deliverer.deliver_due()).claimed == 0


async def test_what_is_claimed_as_it_stops_is_given_back_unsent():
    bench = Bench(concurrency=1)
    bench.fill("desk", 1)
    bench.database.turns = 20
    task = asyncio.create_task(bench.deliverer.deliver_due())
    for _ in range(30):  # the outbox is being read
        await asyncio.sleep(0)
    assert await bench.deliverer.stop(5.0) == 0
    assert (await task).claimed == 0
    assert bench.types["desk"].sent == []
    assert bench.database.events("release") == ["desk-000"]
    assert bench.database.get("desk-000").attempts == 0


async def test_stop_cuts_off_what_does_not_finish_and_gives_it_back():
    clock = StillClock(NOW)
    bench = Bench(concurrency=2, clock=clock)
    bench.fill("desk", 3)
    bench.behave("desk", hang)
    task = await started(bench, "desk")
    stopping = asyncio.create_task(bench.deliverer.stop(5.0))
    await eventually(lambda: 5.0 in clock.sleeps)
    assert bench.database.events("release") == []
    clock.advance(timedelta(seconds=5))
    assert await stopping == 2
    assert (await task).delivered == 0
    assert bench.database.unit.outbox.claims == {}
    assert sorted(bench.database.events("release")) == ["desk-000", "desk-001"]


async def test_run_goes_on_when_the_database_comes_back(caplog: pytest.LogCaptureFixture):
    bench = Bench()
    bench.fill("desk", 1)
    bench.database.reads_fail = [OSError("gone")] * 3
    running = asyncio.create_task(bench.deliverer.run())
    await eventually(lambda: bool(bench.types["desk"].taken))
    assert await bench.deliverer.stop(5.0) == 0
    await running
    assert caplog.text.count("cannot look into the outbox") == 3
    assert bench.database.state("desk-000") is DeliveryState.DELIVERED


async def test_a_database_that_cannot_be_had_is_said_in_a_line(caplog: pytest.LogCaptureFixture):
    bench = Bench()
    bench.fill("desk", 1)
    bench.database.reads_fail = [DatabaseUnavailable("The disk of the database is full.")] * 2
    running = asyncio.create_task(bench.deliverer.run())
    await eventually(lambda: bool(bench.types["desk"].taken))
    await bench.deliverer.stop(5.0)
    await running
    said = [record for record in caplog.records if "cannot look" in record.message]
    assert [record.message for record in said] == [
        "cannot look into the outbox (The disk of the database is full.), next try in 2 s",
        "cannot look into the outbox (The disk of the database is full.), next try in 4 s",
    ]
    assert [record.exc_info for record in said] == [None, None]


async def test_run_delivers_what_becomes_due():
    bench = Bench()
    bench.database.add_channel("desk")
    bench.database.add("later", "desk", due=NOW + timedelta(minutes=5))
    running = asyncio.create_task(bench.deliverer.run())
    await eventually(lambda: bool(bench.types["desk"].taken))
    assert bench.clock.now() - NOW == pytest.approx(timedelta(minutes=5), abs=timedelta(seconds=2))
    await bench.deliverer.stop(0.0)
    await running


async def test_a_second_call_at_the_same_time_sends_nothing_twice():
    bench = Bench()
    bench.fill("desk", 6)
    one, other = await asyncio.gather(bench.deliverer.deliver_due(), bench.deliverer.deliver_due())
    assert one.delivered + other.delivered == 6
    assert len(bench.types["desk"].sent) == 6


async def test_a_listener_that_fails_stops_nothing(caplog: pytest.LogCaptureFixture):
    bench = Bench()
    bench.fill("desk", 2)

    def fail(alert: Alert | None, delivery: Delivery, report: Report) -> None:
        raise ValueError(alert, delivery, report)

    bench.deliverer._on_delivered = fail
    assert (await bench.deliverer.deliver_due()).delivered == 2
    assert "a listener failed" in caplog.text


async def test_recipients_that_get_nothing_are_named_in_the_log(caplog: pytest.LogCaptureFixture):
    bench = Bench()
    bench.fill("desk", 1)

    async def partly(message: AlertMessage) -> Receipt:
        del message
        return Receipt(detail="250 OK", refused={"b@example.org": "550 no such user"})

    bench.behave("desk", partly)
    with caplog.at_level(logging.INFO):
        assert (await bench.deliverer.deliver_due()).delivered == 1
    assert "b@example.org will not get it: 550 no such user" in caplog.text
    assert {record.__dict__["action"] for record in caplog.records} == {
        "deliver.delivered",
        "deliver.refused",
    }


class TestSendTest:
    async def test_it_is_marked_as_a_test_and_new_each_time(self):
        bench = Bench()
        bench.database.add_channel("desk")
        [channel] = bench.database.unit.channels.list()
        seen: list[AlertMessage] = []

        async def look(message: AlertMessage) -> Receipt:
            seen.append(message)
            return Receipt(detail="taken")

        bench.behave("desk", look)
        context = fake_context(bench.clock)
        for _ in range(2):
            receipt = await send_test(channel, context, types=bench.types.types)
            assert receipt.detail == "taken"
        assert [message.event for message in seen] == [Event.TEST, Event.TEST]
        assert seen[0].delivery_id != seen[1].delivery_id
        assert seen[0].channel == "desk"
        assert any(part for part in seen[0].passages[0].highlights)

    async def test_what_is_wrong_is_raised(self):
        bench = Bench()
        bench.database.add_channel("desk", colour="red")
        [channel] = bench.database.unit.channels.list()
        with pytest.raises(SettingsError, match="colour: there is no such key"):
            await send_test(channel, fake_context(), types=bench.types.types)

    async def test_it_comes_to_an_end(self):
        bench = Bench()
        bench.database.add_channel("desk")
        [channel] = bench.database.unit.channels.list()
        bench.behave("desk", hang)
        with pytest.raises(DeliveryError, match="within 60 s"):
            await send_test(channel, fake_context(), types=bench.types.types)
