"""Stand-ins for what tests must not depend on: time."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

_START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
# How often a sleeper lets every other task run before time jumps, so that tasks which are a few
# steps away from a shorter sleep of their own get there first.
_TURNS_BEFORE_A_JUMP = 8


class FakeClock:
    """A clock whose time passes only by `advance` and by sleeping.

    Nobody waits: when every task had its turn, time jumps to the end of the shortest sleep.
    Sleepers wake in the order of their deadlines, so what overlaps on a real clock overlaps here.
    `sleeps` are the seconds that were asked for, in order.
    """

    def __init__(self, start: datetime = _START) -> None:
        self._start = start
        self._elapsed = 0.0
        self._deadlines: list[tuple[float, int]] = []
        self._order = count()
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def advance(self, by: timedelta) -> None:
        """Let time pass; sleepers whose deadline it reaches wake at their next turn."""
        if by < timedelta(0):
            raise ValueError("time does not run backwards")
        self._elapsed += by.total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Wait for no time at all, and yet `seconds` later; not at all when zero or less."""
        if seconds <= 0:
            return
        self.sleeps.append(seconds)
        deadline = (self._elapsed + seconds, next(self._order))
        heapq.heappush(self._deadlines, deadline)
        try:
            for _ in range(_TURNS_BEFORE_A_JUMP):
                await asyncio.sleep(0)
            while not self._is_next(deadline):  # noqa: ASYNC110 an Event would have to be set by time itself
                await asyncio.sleep(0)
            self._elapsed = max(self._elapsed, deadline[0])
        finally:
            self._deadlines.remove(deadline)
            heapq.heapify(self._deadlines)

    def _is_next(self, deadline: tuple[float, int]) -> bool:
        return self._elapsed >= deadline[0] or self._deadlines[0] is deadline
