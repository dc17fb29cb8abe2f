import asyncio
from datetime import timedelta

import pytest

from scraper.alerts.waiting import to_its_end, within
from scraper.errors import DeliveryError
from tests.alerts.fakes import StillClock, eventually
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

LIMIT = timedelta(seconds=5)


async def at_once() -> str:
    return "done"


async def never() -> str:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets that event")


async def test_what_ends_in_time_gives_its_result():
    clock = FakeClock()
    assert await within(clock, LIMIT, at_once()) == "done"
    assert clock.monotonic() == 0.0


async def test_what_does_not_end_is_cut_off():
    clock = FakeClock()
    with pytest.raises(DeliveryError, match="it did not come to an end within 5 s"):
        await within(clock, LIMIT, never())
    assert clock.monotonic() == 5.0


async def test_what_ends_just_as_it_is_cut_off_counts():
    async def stubborn() -> str:
        try:
            return await never()
        except asyncio.CancelledError:
            return "taken all the same"

    assert await within(FakeClock(), LIMIT, stubborn()) == "taken all the same"


async def test_errors_are_handed_on():
    async def fail() -> str:
        raise DeliveryError("no", permanent=True)

    with pytest.raises(DeliveryError, match="no"):
        await within(FakeClock(), LIMIT, fail())


async def test_whoever_is_cancelled_leaves_nothing_running():
    cut_off = asyncio.Event()

    async def work() -> str:
        try:
            return await never()
        finally:
            cut_off.set()

    clock = StillClock()
    task = asyncio.create_task(within(clock, LIMIT, work()))
    await eventually(lambda: bool(clock.sleeps))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cut_off.is_set()


async def test_cancelling_takes_effect_after_the_work():
    gate, done = asyncio.Event(), []

    async def work() -> None:
        await gate.wait()
        done.append("written")

    task = asyncio.create_task(to_its_end(work()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["written"]


async def test_errors_of_work_that_must_end_are_handed_on():
    async def fail() -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        await to_its_end(fail())
