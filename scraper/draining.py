"""What `once` needs beyond the daemon: an end, also where the database fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from storage.errors import StorageError

T = TypeVar("T")

_log = logging.getLogger(__name__)

MOST_FAILURES = 5  # of giving work back, in a row, before it is left


async def together(*work: Coroutine[Any, Any, None]) -> None:
    """Do all of it at once; the first error cuts the rest off, and is raised as it is."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def a_few_times(abandon: Callable[[T], Awaitable[None]]) -> Callable[[T], Awaitable[None]]:
    """`abandon` for one who means to end: what cannot be given back soon is left to the end.

    It stays claimed, and unregistering frees it, or whoever finds this worker gone.
    """
    failures = 0

    async def try_to(piece: T) -> None:
        nonlocal failures
        try:
            await abandon(piece)
        except StorageError as error:
            failures += 1
            if failures < MOST_FAILURES:
                raise
            _log.error(
                "cannot give work back (%s): left for later", error, extra={"action": "once.left"}
            )
        else:
            failures = 0

    return try_to
