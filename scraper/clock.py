"""Time and waiting, passed in so that no test waits."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the time is, and how to wait."""

    def now(self) -> datetime:
        """The wall clock, UTC-aware: for what is stored and shown."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards: for pauses and limits."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; not at all when `seconds` is zero or less."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait; not at all when `seconds` is zero or less."""
        if seconds > 0:
            await asyncio.sleep(seconds)
