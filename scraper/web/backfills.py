"""Backfills that were begun on a page: their lists are read in the daemon, beside its news.

What they find is read by the daemon, as what a command's backfill finds is. When the daemon ends
they do; they go on where they were when somebody asks for it again.
"""

import asyncio
import logging
from datetime import datetime
from typing import Final, Protocol

from scraper.clock import Clock
from scraper.errors import UsageError
from storage.records import Source

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 3
_SHORTEST, _LONGEST = 0.1, 60.0  # seconds between two looks for a list that is due


class Reads(Protocol):
    """Reads the lists of a source's backfill: scraper.pipeline.backfill.Backfiller."""

    async def claim(self, source: Source) -> bool: ...  # noqa: D102 - as there
    async def step(self, source: Source) -> bool: ...  # noqa: D102 - as there
    async def next_at(self, source: Source) -> datetime | None: ...  # noqa: D102 - as there


class Backfills:
    """Those under way in this daemon, one for each source."""

    def __init__(self, reads: Reads | None, clock: Clock) -> None:
        self._reads = reads
        self._clock = clock
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def check(self) -> None:
        """UsageError where no further one can begin."""
        if self._reads is None:
            raise UsageError("this dashboard reads nothing: the daemon does")
        if len(self._tasks) >= _AT_ONCE:
            raise UsageError(f"{_AT_ONCE} backfills are under way: stop one, or wait for its end")

    def go(self, source: Source) -> None:
        """Read the lists of its backfill, unless that is being done."""
        if self._reads is None or source.id in self._tasks:
            return
        task = asyncio.create_task(self._run(self._reads, source), name="backfill")
        self._tasks[source.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(source.id, None))

    def is_under_way(self, source_id: int) -> bool:
        """Whether its lists are read here."""
        return source_id in self._tasks

    def close(self) -> None:
        """Read no more."""
        for task in self._tasks.values():
            task.cancel()

    async def _run(self, reads: Reads, source: Source) -> None:
        try:
            while True:
                if await reads.claim(source):
                    while await reads.step(source):
                        pass
                due = await reads.next_at(source)
                if due is None:
                    return
                left = (due - self._clock.now()).total_seconds()
                await self._clock.sleep(min(max(left, _SHORTEST), _LONGEST))
        except Exception:  # noqa: BLE001 - the border of a job; somebody asks for it again
            _log.exception(
                "the backfill of %s was broken off",
                source.name,
                extra={"action": "backfill.broken", "source": source.name},
            )
