import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes import FakeClock


def test_starts_where_it_is_told_and_moves_only_when_told():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    clock = FakeClock(start)

    clock.advance(timedelta(minutes=2))

    assert clock.now() == start + timedelta(minutes=2)
    assert clock.monotonic() == 120


def test_time_does_not_run_backwards():
    with pytest.raises(ValueError, match="backwards"):
        FakeClock().advance(timedelta(seconds=-1))


@pytest.mark.anyio
async def test_sleepers_overlap_and_wake_in_the_order_of_their_deadlines():
    clock = FakeClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, *pauses: float) -> None:
        for pause in pauses:
            await clock.sleep(pause)
            woken.append((name, clock.monotonic()))

    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper("slow", 5))
        group.create_task(sleeper("quick", 2, 2, 2))

    assert woken == [("quick", 2), ("quick", 4), ("slow", 5), ("quick", 6)]


@pytest.mark.anyio
async def test_a_cancelled_sleeper_holds_nobody_up():
    clock = FakeClock()
    cancelled = asyncio.create_task(clock.sleep(1))
    await asyncio.sleep(0)
    cancelled.cancel()

    await clock.sleep(60)

    assert clock.monotonic() == 60
    assert cancelled.cancelled()


@pytest.mark.anyio
async def test_no_wait_is_no_sleep():
    clock = FakeClock()

    await clock.sleep(0)
    await clock.sleep(-1)

    assert clock.sleeps == []
