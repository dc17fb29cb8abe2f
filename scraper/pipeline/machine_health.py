"""How the machine fares: room on the database's disk, and whether its clock is right.

Decisions are functions of what was seen; `MachineHealth` looks, and writes notices.

    disk    nearly full below `least_space`, or below a tenth of a small disk; over once there is
            half as much again, so that a disk at the brink is told of once
    clock   wrong when the median site's says that it is off by 90 s; over below 45 s
"""

import asyncio
import logging
import shutil
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from scraper.clock import Clock
from scraper.discover.sites import registrable
from scraper.fetch.failures import http_date
from scraper.machine import machine, node_of
from scraper.pipeline.words import span
from storage.database import Database, UnitOfWork

DISK: Final = "disk.full"  # kinds of notices, and actions in the log
CLOCK: Final = "clock.wrong"

_MOST_OF_DISK: Final = 0.1  # of a small disk: 1 GB of 4 GB is no reason to complain
_ENOUGH_AGAIN: Final = 1.5  # times the limit
# What keeps within a minute is of no consequence for news; receivers of signed webhooks allow for
# five (Standard Webhooks).
_WRONG: Final = timedelta(seconds=90)
_RIGHT_AGAIN: Final = timedelta(seconds=45)
_SITES: Final = 25  # the last so many are asked
_LEAST_SITES: Final = 5  # fewer say nothing: half of them have to be wrong to mislead
_YOUNG: Final = timedelta(hours=2)  # a clock that was put right is told to be, by then at last

_log = logging.getLogger(__name__)


class Usage(NamedTuple):
    """A disk: bytes in all, taken, and free for us; as `shutil.disk_usage` has it."""

    total: int
    used: int
    free: int


def is_nearly_full(disk: Usage, least: int, *, was: bool) -> bool:
    """Whether less than `least` bytes are free, or, where that `was` so, not enough more."""
    limit = min(least, disk.total * _MOST_OF_DISK)
    return disk.free < (limit * _ENOUGH_AGAIN if was else limit)


def is_wrong(off: timedelta, *, was: bool) -> bool:
    """Whether a clock that is so far off, either way, is to be told of."""
    return abs(off) >= (_RIGHT_AGAIN if was else _WRONG)


@dataclass(frozen=True, slots=True)
class _Sighting:
    off: float  # seconds by which our clock is ahead of theirs
    at: float  # when, on the clock that nobody sets


class Clocks:
    """What the clocks of sites say of ours, by the Date of answers that come anyway.

    A site counts once, with its last answer, however many hosts it has: to mislead the median,
    half of all sites have to be wrong the same way.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, _Sighting] = OrderedDict()

    def saw(self, host: str, headers: Mapping[str, str], *, now: datetime, at: float) -> None:
        """Take note of an answer; of what a cache kept, the time that it kept it is added."""
        date, age = http_date(headers.get("date", "")), headers.get("age", "0").strip()
        if date is None or not (age.isascii() and age.isdigit() and len(age) < 9):
            return
        site = registrable(host)
        self._seen[site] = _Sighting((now - date).total_seconds() - int(age), at)
        self._seen.move_to_end(site)
        while len(self._seen) > _SITES:
            self._seen.popitem(last=False)

    def off(self, at: float) -> timedelta | None:
        """How far our clock is ahead; None when too few sites answered lately to say."""
        young = [one.off for one in self._seen.values() if at - one.at <= _YOUNG.total_seconds()]
        return timedelta(seconds=median(young)) if len(young) >= _LEAST_SITES else None

    def forget(self) -> None:
        """Our clock was set: what was seen before says nothing of it."""
        self._seen.clear()


class MachineHealth:
    """Looks after this machine. `folder` is the database's; None: it is on a server of its own."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        folder: Path | None,
        least_space: int,
        usage: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage,
        name: str | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder
        self._least = least_space
        self._usage = usage
        self._name = name or node_of(machine()) or "this machine"
        self._unseen: str | None = None  # why the disk could not be looked at
        self._clocks = Clocks()

    def answered(self, host: str, headers: Mapping[str, str]) -> None:
        """A site answered just now."""
        at = self._clock.monotonic()
        self._clocks.saw(host, headers, now=self._clock.now(), at=at)

    def clock_was_set(self) -> None:
        """What the sites' clocks said of ours is said of another time."""
        self._clocks.forget()

    async def check(self) -> None:
        """Look at disk and clock; open or resolve the notices of them."""
        told, living = await self._database.query(_told_and_living)
        await self._check_disk(told[DISK])
        await self._check_clock(told[CLOCK], living)

    async def _check_disk(self, told: set[str]) -> None:
        """There is one disk at most: what was told of another folder is of before a move."""
        if self._folder is None:
            await self._end(DISK, told)
            return
        disk = await self._look(self._folder)
        if disk is None:
            return
        subject = str(self._folder)
        await self._end(DISK, told - {subject})
        message = (
            f"Only {disk.free / 10**6:,.0f} MB are free in {subject}, where the database and the "
            "pages that it keeps are. Make room, or move the database: once the disk is full, "
            "nothing new is stored and no alert goes out."
        )
        if not is_nearly_full(disk, self._least, was=subject in told):
            await self._end(DISK, told & {subject})
        elif subject not in told:
            await self._begin(DISK, subject, message)

    async def _look(self, folder: Path) -> Usage | None:
        """The disk; None when it does not say, which is logged when it begins and ends."""
        try:
            disk = Usage(*await asyncio.to_thread(self._usage, folder))
        except OSError as error:
            words = error.strerror or str(error)
            if words != self._unseen:
                _log.error(
                    "cannot see how much is free in %s: %s", folder, words, extra={"action": DISK}
                )
            self._unseen = words
            return None
        if self._unseen is not None:
            _log.info("how much is free in %s can be seen again", folder, extra={"action": DISK})
        self._unseen = None
        return disk

    async def _check_clock(self, told: set[str], living: set[str]) -> None:
        """What was told of machines where nobody works any more is ours to go on with, or to end.

        A container that is made anew has another name, and the clock that it had.
        """
        off = self._clocks.off(self._clock.monotonic())
        if off is None:
            return
        ours = told - (living - {self._name})
        way = "ahead of" if off > timedelta(0) else "behind"
        message = (
            f"The clock of {self._name} is {span(abs(off))} {way} those of the sites that it "
            "visits. Set it, best by NTP: the times of articles and alerts are wrong meanwhile, "
            "and receivers refuse webhooks whose signature is of another time."
        )
        if not is_wrong(off, was=bool(ours)):
            await self._end(CLOCK, ours)
        elif not ours:
            await self._begin(CLOCK, self._name, message)

    async def _begin(self, kind: str, subject: str, message: str) -> None:
        # Logged first: with the disk full it may be all that gets out.
        _log.critical("%s", message, extra={"action": kind})
        now = self._clock.now()
        await self._database.run(lambda unit: unit.notices.open(kind, subject, message, now=now))

    async def _end(self, kind: str, subjects: set[str]) -> None:
        if not subjects:
            return
        now = self._clock.now()

        def resolve(unit: UnitOfWork) -> None:
            for subject in subjects:
                unit.notices.resolve(kind, subject, now=now)

        await self._database.run(resolve)
        for subject in sorted(subjects):
            _log.info("%s is over: %s", kind, subject, extra={"action": kind})


def _told_and_living(unit: UnitOfWork) -> tuple[Mapping[str, set[str]], set[str]]:
    """What the open notices of disk and clock are about, and the names of machines at work."""
    told: dict[str, set[str]] = {DISK: set(), CLOCK: set()}
    for notice in unit.notices.list():
        if notice.kind in told:
            told[notice.kind].add(notice.subject)
    return told, {node_of(worker.host) for worker in unit.workers.list()}
