"""What rings, told to everybody who listens: one question a second, however many they are.

    newest alerts ─► those not told yet ─► a Beat ─► the queue of each listener ─► its stream

Ids of alerts follow the time at which they were made; they become visible as transactions end, not
always in that order. So what is new is what was not among the newest at the last look, and whoever
comes back after a pause is told what came after the last thing that it was told, in the order of
the telling.

Nobody is waited for: who does not take what it is told is dropped, comes back, and is told then.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from storage.database import Database, UnitOfWork
from storage.errors import StorageError

_log = logging.getLogger(__name__)

MOST_LISTENERS: Final = 800
_PAUSE: Final = 1.0  # seconds between two looks
_AT_ONCE: Final = 100  # alerts that are told of one look; of more only the last
_ATTEMPTS: Final = 20  # to deliver, by which it is seen that there were others
_REMEMBERED: Final = 500  # alerts that whoever comes back is told
_BEHIND: Final = 16  # beats that a listener may be behind
_TROUBLES_EVERY: Final = 5  # looks


@dataclass(frozen=True, slots=True)
class Beat:
    """What is new: the ids of alerts, the first first; whether something else needs attention.

    `deliveries`: deliveries were tried; only who asked for that is told of it.
    """

    alerts: tuple[str, ...]
    troubles: bool = False
    deliveries: bool = False


class Listener:
    """One who listens. It is told what it missed first; what comes until then waits."""

    def __init__(self, *, with_deliveries: bool = False) -> None:
        self._with_deliveries = with_deliveries
        self._beats: asyncio.Queue[Beat | None] = asyncio.Queue(_BEHIND)
        self._waiting: list[Beat] | None = []
        self._missed: frozenset[str] = frozenset()
        self._gone = False

    async def next(self, patience: float) -> Beat | None:
        """What is new. Raises TimeoutError when nothing is for `patience` seconds.

        None: nothing more will be told.
        """
        if self._gone and self._beats.empty():
            return None
        async with asyncio.timeout(patience):
            return await self._beats.get()

    def begin(self, missed: Sequence[str]) -> None:
        """Tell it these alerts first, and then what came meanwhile."""
        waiting, self._waiting = self._waiting or [], None
        if missed:
            self.tell(Beat(tuple(missed)))
        self._missed = frozenset(missed)
        for beat in waiting:
            self.tell(beat)

    def tell(self, beat: Beat) -> None:
        """Tell it, or let it go if it does not listen."""
        if self._waiting is not None:
            self._waiting.append(beat)
            return
        new = tuple(each for each in beat.alerts if each not in self._missed)
        deliveries = beat.deliveries and self._with_deliveries
        if self._gone or not (new or beat.troubles or deliveries):
            return
        try:
            self._beats.put_nowait(Beat(new, beat.troubles, deliveries))
        except asyncio.QueueFull:
            self.dismiss()

    def dismiss(self) -> None:
        """Tell it nothing more."""
        self._gone = True
        with suppress(asyncio.QueueFull):  # then it finds out when it has read what is there
            self._beats.put_nowait(None)


class Live:
    """Asks the database for all who listen, and only while somebody does."""

    def __init__(
        self, database: Database, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._database = database
        self._pause = pause
        self._listeners: set[Listener] = set()
        self._asking: asyncio.Task[None] | None = None
        self._one_look = asyncio.Lock()
        self._newest: Sequence[str] | None = None  # at the last look, the last first
        self._remembered: deque[str] = deque(maxlen=_REMEMBERED)
        self._marks: tuple[Any, ...] | None = None
        self._attempts: Sequence[int] | None = None  # at the last look
        self._looks = 0
        self._closed = False

    @property
    def is_full(self) -> bool:
        """Whether as many listen as may."""
        return len(self._listeners) >= MOST_LISTENERS

    @property
    def looks(self) -> int:
        """How often the database was looked at."""
        return self._looks

    @asynccontextmanager
    async def listening(
        self, after: str | None, *, with_deliveries: bool = False
    ) -> AsyncIterator[Listener]:
        """Listen while the block runs, from the alert with the id `after` on; None: from now on."""
        if self._asking is None:
            await self.look()  # what came while nobody listened is no news to who comes now
        listener = Listener(with_deliveries=with_deliveries)
        self._listeners.add(listener)
        try:
            self._ask()
            listener.begin([] if after is None else await self._missed(after))
            if self._closed:
                listener.dismiss()
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._asking is not None:
                self._asking.cancel()
                self._asking = None

    def close(self) -> None:
        """Dismiss all who listen."""
        self._closed = True
        for listener in self._listeners:
            listener.dismiss()

    async def look(self) -> None:
        """Look for what is new, and tell it."""
        async with self._one_look:
            with_troubles = self._looks % _TROUBLES_EVERY == 0
            self._looks += 1
            newest, attempts, marks = await self._database.query(
                lambda unit: _look(unit, with_troubles)
            )
            new = self._not_told(newest)
            self._newest = newest
            self._remembered.extend(new)
            troubles = marks is not None and self._marks is not None and marks != self._marks
            self._marks = marks or self._marks
            deliveries = self._attempts is not None and attempts != self._attempts
            self._attempts = attempts
        if new or troubles or deliveries:
            beat = Beat(tuple(new), troubles, deliveries)
            for listener in tuple(self._listeners):
                listener.tell(beat)

    def _not_told(self, newest: Sequence[str]) -> list[str]:
        """The alerts that were not there at the last look, the first first."""
        former = self._newest
        if former is None:
            return []
        known = set(former)
        oldest = former[-1] if len(former) == _AT_ONCE else ""  # what is before it was there, too
        return [each for each in reversed(newest) if each not in known and each > oldest]

    async def _missed(self, after: str) -> list[str]:
        remembered = list(self._remembered)
        if after in remembered:
            return remembered[remembered.index(after) + 1 :][-_AT_ONCE:]
        found = await self._database.query(lambda unit: unit.pulse.alerts_after(after, _AT_ONCE))
        return list(reversed(found))

    def _ask(self) -> None:
        if self._asking is None and not self._closed:
            self._asking = asyncio.create_task(self._go_on(), name="live")

    async def _go_on(self) -> None:
        well = True
        while True:
            await self._pause(_PAUSE)
            try:
                await self.look()
                well = True
            except StorageError as error:
                if well:
                    _log.warning("%s", error, extra={"action": "web.live.failed"})
                well = False


def _look(
    unit: UnitOfWork,
    with_troubles: bool,  # noqa: FBT001 - called once, above
) -> tuple[Sequence[str], Sequence[int], tuple[Any, ...] | None]:
    marks = unit.pulse.marks() if with_troubles else None
    newest = unit.pulse.newest_alerts(_AT_ONCE)
    return newest, unit.pulse.newest_attempts(_ATTEMPTS), marks
