"""Waiting with an end, by the clock that is passed in."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from scraper.clock import Clock
from scraper.errors import Cause, DeliveryError

T = TypeVar("T")


async def within(clock: Clock, limit: timedelta, work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; DeliveryError when it takes longer than the limit, and is cut off."""
    task = asyncio.ensure_future(work)
    alarm = asyncio.ensure_future(clock.sleep(limit.total_seconds()))
    try:
        await asyncio.wait({task, alarm}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
        if task.cancelled():
            raise DeliveryError(
                f"it did not come to an end within {limit.total_seconds():g} s",
                cause=Cause.TIMEOUT,
            )
        return task.result()  # perhaps it came to an end just as it was cut off: then that counts
    finally:
        alarm.cancel()
        task.cancel()
        await asyncio.wait({task, alarm})


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """What the work gives. When the caller is cancelled, that takes effect after the work."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # looked at, so that it is not reported as forgotten
        raise
