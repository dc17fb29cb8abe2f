"""A pump keeps work under way, within its limit, whatever happens to a piece."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from scraper.pipeline.pump import Pump
from storage.errors import DatabaseUnavailable
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio


class Work:
    def __init__(self, pieces):
        self.waiting = list(pieces)
        self.gate = asyncio.Event()
        self.all_started = asyncio.Event()
        self.total = len(self.waiting)
        self.started = 0
        self.done = []
        self.abandoned = []
        self.most = 0
        self.current = 0
        self.refuse_abandon = 0

    async def claim(self, room):
        claimed, self.waiting = self.waiting[:room], self.waiting[room:]
        return claimed

    async def work(self, piece):
        self.current += 1
        self.started += 1
        if self.started == self.total:
            self.all_started.set()
        self.most = max(self.most, self.current)
        try:
            await self.gate.wait()
            if piece == "bad":
                raise RuntimeError("nobody expected this")
            self.done.append(piece)
        finally:
            self.current -= 1

    async def abandon(self, piece):
        if self.refuse_abandon:
            self.refuse_abandon -= 1
            raise OSError("the disk is full")
        self.abandoned.append(piece)


def pump_for(work, limit=3):
    clock = FakeClock(datetime(2026, 3, 1, tzinfo=UTC))
    return Pump(
        "test", claim=work.claim, work=work.work, abandon=work.abandon, limit=limit, clock=clock
    )


async def test_everything_is_done_within_the_limit():
    work = Work(range(20))
    work.gate.set()
    await pump_for(work).drain()
    assert sorted(work.done) == list(range(20))
    assert work.most <= 3


async def test_work_that_was_held_back_by_the_last_piece_is_still_done():
    """As a host's entries are, which may only be claimed once its lane has ended."""
    done = []
    slow_ended = asyncio.Event()
    claims = 0

    async def claim(_room):
        nonlocal claims
        claims += 1
        if claims == 1:
            return ["quick", "slow"]
        if claims == 2:  # asked for while the slow piece holds the rest back, which ends meanwhile
            await slow_ended.wait()
            await asyncio.sleep(0)
            return []
        return ["held back"] if claims == 3 else []

    async def work(piece):
        if piece == "slow":
            while claims < 2:  # noqa: ASYNC110 - a few turns of the loop, until it is asked for more
                await asyncio.sleep(0)
        done.append(piece)
        if piece == "slow":
            slow_ended.set()

    clock = FakeClock(datetime(2026, 3, 1, tzinfo=UTC))
    await Pump("test", claim=claim, work=work, abandon=work, limit=3, clock=clock).drain()
    assert done == ["quick", "slow", "held back"]


async def test_a_piece_that_fails_is_given_back_and_the_rest_goes_on(caplog):
    caplog.set_level(logging.CRITICAL, "scraper")
    work = Work(["a", "bad", "b"])
    work.gate.set()
    work.refuse_abandon = 3
    await pump_for(work).drain()
    assert work.done == ["a", "b"]
    assert work.abandoned == ["bad"]


async def test_a_claim_that_fails_is_tried_at_the_next_tick(caplog):
    caplog.set_level(logging.CRITICAL, "scraper")
    work = Work(["a"])
    work.gate.set()
    claim, failures = work.claim, [OSError("no database")]

    async def flaky(room):
        if failures:
            raise failures.pop()
        return await claim(room)

    work.claim = flaky
    pump = pump_for(work)
    running = asyncio.create_task(pump.run())
    while not work.done:
        pump.tick()
        await asyncio.sleep(0)
    assert await pump.stop(grace=1) == 0
    await running


async def test_an_outage_of_the_database_is_a_line_now_and_then(caplog):
    caplog.set_level(logging.ERROR, "scraper.pipeline.pump")
    work = Work(["a"])
    work.gate.set()
    claim, failures = work.claim, [DatabaseUnavailable("No such server.")] * 9

    async def flaky(room):
        if failures:
            raise failures.pop()
        return await claim(room)

    work.claim = flaky
    pump = pump_for(work)
    running = asyncio.create_task(pump.run())
    pump.tick()  # no second one is needed: it goes on by itself
    await work.all_started.wait()
    assert pump._clock.sleeps == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len(caplog.records) == 9
    assert not any(record.exc_info for record in caplog.records)
    assert await pump.stop(grace=1) == 0
    await running


async def test_stopping_does_not_wait_for_a_database_to_come_back(caplog):
    caplog.set_level(logging.CRITICAL, "scraper")
    asked = asyncio.Event()

    class Patient(FakeClock):
        async def sleep(self, seconds):  # noqa: ARG002 - it lasts for ever
            asked.set()
            await asyncio.Event().wait()

    async def claim(_room):
        raise DatabaseUnavailable

    work = Work([])
    pump = Pump("test", claim=claim, work=work.work, abandon=work.abandon, limit=1, clock=Patient())
    running = asyncio.create_task(pump.run())
    pump.tick()
    await asked.wait()
    assert await pump.stop(grace=1) == 0
    await running


async def test_work_that_cannot_be_stored_is_one_line_and_given_back(caplog):
    caplog.set_level(logging.ERROR, "scraper.pipeline.pump")
    work = Work(["a"])

    async def fail(_piece):
        raise DatabaseUnavailable("The disk is full.")

    work.work = fail
    await pump_for(work).drain()
    assert work.abandoned == ["a"]
    (record,) = caplog.records
    assert record.exc_info is None
    assert "The disk is full." in record.getMessage()


async def test_stopping_lets_work_in_hand_finish():
    work = Work(["a", "b"])
    pump = pump_for(work)
    running = asyncio.create_task(pump.run())
    pump.tick()
    await work.all_started.wait()
    asyncio.get_running_loop().call_soon(work.gate.set)
    assert await pump.stop(grace=5) == 0
    await running
    assert sorted(work.done) == ["a", "b"]


async def test_stopping_cuts_off_what_takes_too_long():
    work = Work(["a"])
    pump = pump_for(work)
    running = asyncio.create_task(pump.run())
    pump.tick()
    await work.all_started.wait()
    assert await pump.stop(grace=0) == 1
    await running
    assert work.done == []
    assert work.current == 0
