"""Times of day as people set them, in the time zone they live in.

A wall-clock time that a clock change leaves out is taken with the offset before the change, so that
02:30 becomes 03:30 on that day; one that comes twice is meant the first time (RFC 5545, section
3.3.5, "Form #3"). So a daily time comes once on every day there is, whatever the clocks do.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = timedelta(days=1)
_EVERY_DAY = frozenset(range(7))
_LOOK_AHEAD = 9  # days: a week, and what a change of the calendar's line may take
_MOST_JOINED = 20  # quiet hours that follow on one another without a gap

_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_HOURLY = re.compile(r"hourly(?:\s+at\s+:([0-5]\d))?", re.IGNORECASE)
_DAILY = re.compile(
    r"daily\s+at\s+(?P<times>[\d:,\s]+?)(?:\s+(?P<zone>[A-Za-z]\S*))?", re.IGNORECASE
)
_WEEKLY = re.compile(
    r"weekly\s+on\s+(?P<days>[A-Za-z,\s-]+?)\s+at\s+"
    r"(?P<times>[\d:,\s]+?)(?:\s+(?P<zone>[A-Za-z]\S*))?",
    re.IGNORECASE,
)
_QUIET = re.compile(
    r"(?:(?P<days>[A-Za-z][A-Za-z,\s-]*?)\s+)?(?P<start>\d{1,2}:\d\d)\s*(?:-|–|to)\s*(?P<end>\d{1,2}:\d\d)"
    r"(?:\s+(?P<zone>[A-Za-z]\S*))?"
)


def moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which the clocks of a zone show so many minutes after midnight.

    Raises OverflowError at the ends of the calendar.
    """
    local = datetime.combine(day, time(), tzinfo=None) + timedelta(minutes=minutes)
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When digests go out. `minutes`: after midnight, or after the hour when it is hourly."""

    text: str
    minutes: tuple[int, ...]
    zone: ZoneInfo | None = None  # None: hourly, whatever the zone
    days: frozenset[int] = _EVERY_DAY  # Monday is 0

    def after(self, now: datetime) -> datetime:
        """The first time later than `now`, in UTC."""
        if self.zone is None:
            hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            each = hour + timedelta(minutes=self.minutes[0])
            return each if each > now else each + timedelta(hours=1)
        return min(time for time in self._times(now, self.zone) if time > now)

    def _times(self, now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        first = now.astimezone(zone).date() - _DAY
        for ahead in range(_LOOK_AHEAD + 1):
            day = first + ahead * _DAY
            if day.weekday() in self.days:
                yield from (moment(day, minutes, zone) for minutes in self.minutes)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which only what is urgent gets through; `days` are those on which they begin."""

    text: str
    start: int  # minutes after midnight
    end: int  # beyond 24 hours when it is on the next day
    zone: ZoneInfo
    days: frozenset[int] = _EVERY_DAY

    def end_of(self, now: datetime) -> datetime | None:
        """When the quiet hours that `now` is in end, in UTC; None outside of them."""
        today = now.astimezone(self.zone).date()
        spans = [
            (moment(day, self.start, self.zone), moment(day, self.end, self.zone))
            for day in (today - 2 * _DAY, today - _DAY, today)
            if day.weekday() in self.days
        ]
        ends = [end for start, end in spans if start <= now < end]
        return max(ends, default=None)


def quiet_until(quiet: Sequence[Quiet], now: datetime) -> tuple[datetime, Quiet] | None:
    """When it is no longer quiet, and by which hours it is quiet now; None when it is not.

    Hours that follow on one another without a gap are one; after twenty of them it is over anyway,
    so that nothing waits for ever where it is always quiet.
    """
    until, first = now, None
    for _ in range(_MOST_JOINED):
        found = [(end, each) for each in quiet if (end := each.end_of(until)) is not None]
        if not found:
            break
        until, which = max(found, key=lambda one: one[0])
        first = first or which
    return None if first is None else (until, first)


@lru_cache(maxsize=1000)
def parse_timetable(text: str) -> Timetable:
    """A timetable from text; ValueError with a remedy otherwise.

    "hourly", "hourly at :30", "daily at 07:00, 19:00 Europe/Berlin",
    "weekly on Mon, Thu at 07:00 Europe/Berlin". Without a zone it is UTC.
    """
    plain = " ".join(text.split())
    if found := _HOURLY.fullmatch(plain):
        return Timetable(plain, (int(found[1] or "0"),))
    if found := _DAILY.fullmatch(plain):
        return Timetable(plain, _times(found["times"]), _zone(found["zone"]))
    if found := _WEEKLY.fullmatch(plain):
        zone = _zone(found["zone"])
        return Timetable(plain, _times(found["times"]), zone, _days(found["days"]))
    raise ValueError(
        f'"{text}" is no timetable: write "instant", "hourly", "daily at 07:00 Europe/Berlin" or '
        '"weekly on Monday at 07:00 Europe/Berlin"'
    )


@lru_cache(maxsize=1000)
def parse_quiet(text: str) -> Quiet:
    """Quiet hours from text; ValueError with a remedy otherwise.

    "22:00-07:00 Europe/Berlin", "Sat, Sun 00:00-24:00", "Mon-Fri 18:00-08:00". Without a zone it
    is UTC.
    """
    plain = " ".join(text.split())
    found = _QUIET.fullmatch(plain)
    if found is None:
        raise ValueError(f'"{text}" are no hours: write them as "22:00-07:00 Europe/Berlin"')
    start, end = _minutes(found["start"]), _minutes(found["end"])
    if start in (end, 24 * 60):
        raise ValueError(f'"{text}" has no length: a whole day is "00:00-24:00"')
    days = _days(found["days"]) if found["days"] else _EVERY_DAY
    return Quiet(plain, start, end if end > start else end + 24 * 60, _zone(found["zone"]), days)


def _times(text: str) -> tuple[int, ...]:
    times = tuple(sorted({_minutes(part) for part in text.split(",")}))
    if 24 * 60 in times:
        raise ValueError('a day begins at "00:00": write that for midnight')
    return times


def _minutes(text: str) -> int:
    found = _TIME.fullmatch(text.strip())
    minutes = int(found[1]) * 60 + int(found[2]) if found else 24 * 60 + 1
    if minutes > 24 * 60:
        raise ValueError(f'"{text.strip()}" is no time of day: write it as "07:00"')
    return minutes


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f'there is no time zone "{name}": write a name such as "Europe/Berlin"'
        ) from None


def _days(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = (side.strip() for side in part.partition("-"))
        start = _day(first)
        end = _day(last) if dash else start
        days.update((start + ahead) % 7 for ahead in range((end - start) % 7 + 1))
    return frozenset(days)


def _day(text: str) -> int:
    found = [
        number
        for number, day in enumerate(DAYS)
        if len(text) >= 2 and day.lower().startswith(text.lower())
    ]
    if len(found) != 1:
        raise ValueError(f'"{text}" is no day of the week: write it as "Monday" or "Mon"')
    return found[0]
