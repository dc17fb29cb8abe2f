"""Keeps a number of pieces of work under way, and claims more as they finish."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from scraper.clock import Clock
from storage.errors import StorageError

T = TypeVar("T")

_log = logging.getLogger(__name__)

_PAUSE_AFTER_ERROR = 1.0  # seconds, doubled up to a minute
_LONGEST_PAUSE = 60.0


class Pump(Generic[T]):
    """Claims work and does it, at most `limit` pieces at once.

    `claim(room)` gives at most `room` pieces. `work(piece)` does one and handles the failures it
    expects; after any other, `abandon(piece)` gives the claim back, and is tried until it succeeds:
    the usual reason is a database that cannot be written to just then.
    """

    def __init__(
        self,
        name: str,
        *,
        claim: Callable[[int], Awaitable[Sequence[T]]],
        work: Callable[[T], Awaitable[None]],
        abandon: Callable[[T], Awaitable[None]],
        limit: int,
        clock: Clock,
    ) -> None:
        self._name = name
        self._claim = claim
        self._work = work
        self._abandon = abandon
        self._limit = limit
        self._clock = clock
        self._under_way: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()

    @property
    def busy(self) -> int:
        """Pieces under way."""
        return len(self._under_way)

    def tick(self) -> None:
        """Ask for work soon; ticks that come close together are one."""
        self._wake.set()

    async def run(self) -> None:
        """Claim at each tick, and whenever a piece ends, until `stop`.

        While the database cannot be had, ticks are let pass for longer and longer.
        """
        pause = _PAUSE_AFTER_ERROR
        while not self._stopping.is_set():
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._start()
            except StorageError as error:
                _log.error(
                    "%s: cannot claim work (%s), next try in %g s",
                    self._name,
                    error,
                    pause,
                    extra=self._action("error"),
                )
                await self._rest(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            except Exception:  # noqa: BLE001 - the border of a job; the next tick asks again
                _log.exception("%s: cannot claim work", self._name, extra=self._action("error"))
            else:
                pause = _PAUSE_AFTER_ERROR

    async def _rest(self, seconds: float) -> None:
        """Do nothing for a while, or until `stop`; then claim without waiting for a tick."""
        ends = [
            asyncio.create_task(self._clock.sleep(seconds)),
            asyncio.create_task(self._stopping.wait()),
        ]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
        self._wake.set()

    async def drain(self) -> None:
        """Claim and work until there is nothing left to claim and nothing under way."""
        while not self._stopping.is_set():
            was_idle = not self._under_way
            await self._start()
            if self._under_way:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            elif was_idle:
                # Only now: what ended while the claim was under way may have held back other work.
                return

    async def stop(self, grace: float) -> int:
        """Claim no more, let what is in hand finish for `grace` seconds; how many were cut off."""
        self._stopping.set()
        self._wake.set()
        if not self._under_way:
            return 0
        _, late = await asyncio.wait(self._under_way, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    async def _start(self) -> None:
        room = self._limit - self.busy
        if room <= 0 or self._stopping.is_set():
            return
        for piece in await self._claim(room):
            task = asyncio.create_task(self._do(piece), name=self._name)
            self._under_way.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        self._wake.set()

    async def _do(self, piece: T) -> None:
        try:
            await self._work(piece)
        except StorageError as error:
            _log.error("%s: put off: %s", self._name, error, extra=self._action("error"))
            await self._give_back(piece)
        except Exception:  # noqa: BLE001 - the border of a piece of work
            _log.exception("%s: unexpected failure", self._name, extra=self._action("error"))
            await self._give_back(piece)

    async def _give_back(self, piece: T) -> None:
        pause = _PAUSE_AFTER_ERROR
        while True:
            await self._clock.sleep(pause)
            try:
                await self._abandon(piece)
            except Exception as error:  # noqa: BLE001 - the border of a piece of work
                pause = min(pause * 2, _LONGEST_PAUSE)
                _log.error(
                    "%s: cannot give work back (%s), next try in %g s",
                    self._name,
                    error,
                    pause,
                    extra=self._action("stuck"),
                )
            else:
                return

    def _action(self, what: str) -> dict[str, str]:
        return {"action": f"{self._name}.{what}"}
