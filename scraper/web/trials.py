"""Backtests for pages: a few seconds each, one at a time, so that the daemon goes on with its work.

Whoever types on asks again and again; the one before, of the same browser, is then broken off.
"""

import asyncio
from datetime import UTC
from typing import Final

from scraper.clock import Clock
from scraper.pipeline.backtest import Report, Window, backtest, question
from scraper.watch.lists import Lists
from storage.database import Database
from storage.records import Watch, WatchSpec

DAYS: Final = 30
SECONDS: Final = 3.0  # that one takes, at most, to read articles
SAMPLES: Final = 8


class Trials:
    """Runs backtests beside the daemon's work."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._turn = asyncio.Semaphore(1)
        self._newest: dict[str, int] = {}  # by browser; only of those that wait or run

    async def run(self, spec: WatchSpec, lists: Lists, *, browser: str) -> Report | None:
        """What the watch would have done; None where the same browser asked again meanwhile.

        Raises QueryError for a query that is wrong.
        """
        number = self._newest[browser] = self._newest.get(browser, 0) + 1
        try:
            async with self._turn:
                if self._newest.get(browser) != number:
                    return None
                report = await asyncio.to_thread(self._run, spec, lists, browser, number)
        finally:
            if self._newest.get(browser) == number:
                del self._newest[browser]
                number = 0  # nobody asked after it
        return None if number else report

    def _run(self, spec: WatchSpec, lists: Lists, browser: str, number: int) -> Report:
        now, end = self._clock.now(), self._clock.monotonic() + SECONDS
        watch = Watch(id=0, spec=spec, origin="command", paused=False, created_at=now)
        return backtest(
            self._database,
            question(watch, lists),
            Window.last(DAYS, now=now, zone=UTC),
            latest=SAMPLES,
            enough=lambda: (
                self._clock.monotonic() >= end or self._newest.get(browser, number) != number
            ),
        )
