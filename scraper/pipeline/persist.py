"""Transactions that go on when another worker gets in first."""

from collections.abc import Callable
from random import Random
from typing import TypeVar

from scraper.clock import Clock
from storage.database import Database, UnitOfWork
from storage.errors import ConflictError

T = TypeVar("T")

_MOST_CONFLICTS = 5  # times that another worker may get in before us
_LONGEST_PAUSE = 0.1  # seconds


async def persistently(
    database: Database, work: Callable[[UnitOfWork], T], *, clock: Clock, random: Random
) -> T:
    """Run a transaction, and again when another worker wrote the same just before.

    Raises the ConflictError of the last try, and every other StorageError at once.
    """
    for _ in range(_MOST_CONFLICTS - 1):
        try:
            return await database.run(work)
        except ConflictError:
            await clock.sleep(random.uniform(0, _LONGEST_PAUSE))
    return await database.run(work)
