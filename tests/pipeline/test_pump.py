"""A pump keeps work under way, within its limit, whatever happens to a piece."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from scraper.pipeline.pump import Pump
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
