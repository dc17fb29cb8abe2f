"""What happens, read from the database once for all who stand at the same place.

    a Beat ─► whoever listens ─► the page after its place ─► events, and the next place

A place is an alert's id and an attempt's. It stays a minute behind, because what is late becomes
visible with an id before those that were told; what a stream told since is known to it, and is not
told again. Whoever comes back goes on from its place: nothing is lost, and what was told within
that minute comes twice. A stream holds its place, the ids of one page at most, and nothing else.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from scraper.clock import Clock
from scraper.errors import UsageError
from storage.database import Database, UnitOfWork
from storage.happenings import Rang, Tried
from storage.records import Source

PAGE: Final = 1_000  # alerts, and attempts, that are read at once
_SETTLED: Final = timedelta(minutes=1)  # after which nothing becomes visible before it
_KEPT: Final = 16  # pages
_NO_PLACE: Final = "Last-Event-ID: this is none; take the `id` of the last event, as it is"


@dataclass(frozen=True, slots=True)
class Place:
    """After which alert and which attempt one reads on."""

    alert: str
    attempt: int

    def __str__(self) -> str:
        return f"{self.alert or '-'}.{self.attempt}"


def place_of(text: str) -> Place:
    """The place that the id of an event stands for. Raises UsageError for what is none."""
    alert, dot, attempt = text.partition(".")
    is_id = alert == "-" or (len(alert) == 36 and set(alert) <= set("0123456789abcdef-"))
    if not (dot and is_id and attempt.isascii() and attempt.isdigit() and len(attempt) < 19):
        raise UsageError(_NO_PLACE)
    return Place("" if alert == "-" else alert, int(attempt))


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what happened after a place."""

    rang: list[Rang]
    tried: list[Tried]

    @property
    def is_full(self) -> bool:
        """Whether there may be more after it."""
        return PAGE in (len(self.rang), len(self.tried))

    def next(self, place: Place, settled: datetime) -> Place:
        """From where one reads on: behind by what is not settled, unless that is a whole page."""
        alert = [each.id for each in self.rang if len(self.rang) == PAGE or each.at <= settled]
        tried = [each.id for each in self.tried if len(self.tried) == PAGE or each.at <= settled]
        return Place(alert[-1] if alert else place.alert, tried[-1] if tried else place.attempt)


class Happenings:
    """Reads what happens."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._pages: OrderedDict[tuple[Place, int], asyncio.Future[Found]] = OrderedDict()
        self._troubled: tuple[int, asyncio.Future[list[Source]]] | None = None

    async def last(self) -> Place:
        """The place after everything that happened."""
        alert, attempt = await self._database.query(lambda unit: unit.happenings.last())
        return Place(alert, attempt)

    def settled(self) -> datetime:
        """Before which everything is visible that was done."""
        return self._clock.now() - _SETTLED

    async def after(self, place: Place, look: int) -> Found:
        """A page of what happened after a place; `look`: at which look this is asked."""
        key = (place, look)
        page = self._pages.get(key)
        if page is None or _is_broken(page):
            page = asyncio.ensure_future(self._database.query(lambda unit: _read(unit, place)))
            self._pages[key] = page
            while len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        return await asyncio.shield(page)  # who goes away leaves it to the others

    async def troubled(self, look: int) -> list[Source]:
        """The sources that somebody should look after."""
        if self._troubled is None or self._troubled[0] != look or _is_broken(self._troubled[1]):
            asked = self._database.query(lambda unit: unit.sources.troubled(200))
            self._troubled = (look, asyncio.ensure_future(asked))
        return await asyncio.shield(self._troubled[1])


@dataclass(slots=True)
class Reader:
    """One who reads on from a place, and what it was told after it."""

    happenings: Happenings
    place: Place
    alerts: set[str] = field(default_factory=set)
    attempts: set[int] = field(default_factory=set)

    async def read(self, look: int) -> tuple[list[Rang], list[Tried], bool]:
        """What is new, a page at most, and whether there is more."""
        settled = self.happenings.settled()
        found = await self.happenings.after(self.place, look)
        rang = [each for each in found.rang if each.id not in self.alerts]
        tried = [each for each in found.tried if each.id not in self.attempts]
        self.place = found.next(self.place, settled)
        self.alerts = {each.id for each in found.rang if each.id > self.place.alert}
        self.attempts = {each.id for each in found.tried if each.id > self.place.attempt}
        return rang, tried, found.is_full


def _read(unit: UnitOfWork, place: Place) -> Found:
    return Found(
        unit.happenings.rang(place.alert, PAGE), unit.happenings.tried(place.attempt, PAGE)
    )


def _is_broken(page: "asyncio.Future[Found] | asyncio.Future[list[Source]]") -> bool:
    return page.done() and (page.cancelled() or page.exception() is not None)
