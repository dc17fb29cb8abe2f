"""The times that feeds, sitemaps and pages state, as they write them and not as they should.

Read are RFC 822 and 2822 with the malformations seen in feeds (no weekday or the wrong one, full or
localised month names, two-digit years, missing seconds, any kind of zone), RFC 3339, ISO 8601 and
W3C-DTF down to the day, asctime, JavaScript's and Java's `Date`, half-day clocks, Unix times, and
numeric dates where day and month cannot be mistaken for each other.

What is not stated is not invented: a bare year or month, `03/04/2024` (March or April?), a month
name that means two months, and nonsense are None. Only two things are filled in: a missing or
unknown zone is UTC, a missing time of day is midnight.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from scraper.discover.date_names import AFTERNOON, MONTHS, MORNING, ZONES

AHEAD: Final = timedelta(days=1)
"""How far a stated time may lie in the future: a local time labelled UTC is up to 14 hours ahead.

A time further ahead is no time of publication (an event's date, a clock gone wrong) and is None.
"""

EARLIEST_YEAR: Final = 1800  # archives of newspapers state such; .NET's year 1 is "no date"
_MAX_LENGTH: Final = 100

_RFC822 = re.compile(
    r"(?:[A-Za-z]{3}, )?(\d\d?) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) "
    r"(?:([+-]\d\d)(\d\d)|GMT|UTC|Z)",
    re.ASCII,
)
_COMMENT = re.compile(r"\([^()]*\)")
_UNIX = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
_TIME = re.compile(
    r"(?<![\d:])(\d{1,2})\s*(?::|h|時|时|点|點|시)\s*(\d{1,2})"
    r"(?:\s*(?::|m|分|분)\s*(\d{1,2})(?:[.,]\d{1,12})?)?(?![\d:])\s*[분분秒초]?"
)
_DOTTED_TIME = re.compile(r"(?<=[\s,])(\d{1,2})\.([0-5]\d)(?:\.([0-5]\d))?(?=\s|$)")
_HOUR = re.compile(r"(?<![\d:])(\d{1,2})(?=\s?[ap]\.?m\b)")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?:t?(\d\d)(\d\d)(\d\d)?)?(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[-/.年년]\s*0?(\d{1,2})\s*[-/.月월]\s*(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
_DAY_FIRST_SHORT = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d\d)(?!\d)")
_EITHER = re.compile(r"(?<!\d)(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)")
_LONG_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+(?:[\u0900-\u097f]+)?")
_NUMBER = re.compile(r"\d+")
_OFFSET = re.compile(r"([+\u2212-])\s?(\d{1,2}):?(\d\d)?(?!\d)")
_PLACE = re.compile(r"\b[a-z]+(?:/[a-z_+-]+){1,2}\b")

_SEASONAL: Final = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
"""Zones whose offset is that of the season."""

_Clock = tuple[int, int, int]
_Found = tuple[int, int, int, _Clock | None]  # year, month, day, and a time written without a sign


def parse(text: str | None, *, now: datetime) -> datetime | None:
    """The time, in UTC, or None if `text` states none that can be.

    `now` is when the page was fetched: see `AHEAD`. The Unix epoch is what software writes that
    does not know the time, so it is None too.
    """
    moment = read(text) if text else None
    if moment is None or moment > now + AHEAD or moment.year < EARLIEST_YEAR:
        return None
    return None if moment.year == 1970 and moment.timetuple().tm_yday == 1 else moment


@lru_cache(maxsize=1_024)
def read(text: str) -> datetime | None:
    """The time that `text` states, in UTC, however far off; None for nonsense."""
    text = text.strip()
    if not text or len(text) > _MAX_LENGTH:
        return None
    try:
        return _read_usual(text) or _read_any(text)
    except (ValueError, OverflowError):
        return None


def _read_usual(text: str) -> datetime | None:
    """The two forms that nearly all feeds write, without a detour."""
    usual = _RFC822.fullmatch(text)
    if usual:
        day, name, year, hour, minute, second, hours, minutes = usual.groups()
        month = MONTHS.get(name.lower())
        if month and int(hour) < 24 and int(second) < 60:
            moment = datetime(
                int(year), month, int(day), int(hour), int(minute), int(second), tzinfo=UTC
            )
            if not hours or (minutes == "00" and hours[1:] == "00"):
                return moment
            zone = _offset(hours[0], hours[1:], minutes)
            return moment.replace(tzinfo=zone or UTC).astimezone(UTC)
    if text[:4].isdecimal() and text[4:5] == "-" and len(text) >= 10:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    return None


def _read_any(text: str) -> datetime | None:
    """Date, time of day and zone, each found wherever it stands."""
    if _UNIX.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    plain = _COMMENT.sub(" ", _with_ascii_digits(unicodedata.normalize("NFKC", text)).lower())
    rest, clock, tail = _take_time(plain)
    found = _date(rest)
    if found is None:
        return None
    year, month, day, joined = found
    if joined:
        clock, tail = joined, _COMPACT.sub(" ", rest, count=1)
    hour, minute, second = clock
    if hour > 24 or (hour == 24 and (minute or second)):
        return None
    moment = datetime(_full_year(year), month, day, hour % 24, minute, min(second, 59), tzinfo=UTC)
    moment += timedelta(days=hour // 24)
    return moment.replace(tzinfo=_zone(tail)).astimezone(UTC)


def _with_ascii_digits(text: str) -> str:
    """Arabic, Persian, Devanagari … digits as ASCII; combining marks of letters are kept."""
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in text
    )


def _take_time(text: str) -> tuple[str, _Clock, str]:
    """`text` without its time of day, the time, and what may name the zone."""
    found = _TIME.search(text) or _HOUR.search(text)
    if not found and _LONG_YEAR.search(text):  # without one, 10.11.12 may be the date
        found = _DOTTED_TIME.search(text)
    if not found:
        return text, (0, 0, 0), ""
    hour, minute, second = (int(part or 0) for part in (*found.groups(), None, None)[:3])
    around = {word.strip(".") for word in re.split(r"[\s\d:]+", text)}
    if (around & AFTERNOON or re.search(r"\bp\.?m\b", text)) and hour < 12:
        hour += 12
    elif (around & MORNING or re.search(r"\ba\.?m\b", text)) and hour == 12:
        hour = 0
    before, after = text[: found.start()], text[found.end() :]
    offset = _OFFSET.match(after.lstrip(" abcdefghijklmnopqrstuvwxyz.,"))
    rest = before + " " + (after.replace(offset[0], " ", 1) if offset else after)
    return rest, (hour, minute, second), after


def _date(text: str) -> _Found | None:
    """The date, read in the first of these ways that fits: the least ambiguous come first."""
    readers = (_year_first, _day_first, _named_month, _short_or_compact)
    return next((found for reader in readers if (found := reader(text))), None)


def _year_first(text: str) -> _Found | None:
    found = _YEAR_FIRST.search(text)
    return (int(found[1]), int(found[2]), int(found[3]), None) if found else None


def _day_first(text: str) -> _Found | None:
    """`5.3.2024`; with slashes or hyphens only if day and month cannot be mistaken."""
    found = _DAY_FIRST.search(text)
    if found:
        return int(found[3]), int(found[2]), int(found[1]), None
    found = _EITHER.search(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if first > 12 or first == second:
        return year, second, first, None
    return (year, first, second, None) if second > 12 else None


def _named_month(text: str) -> _Found | None:
    """A date with a month's name: the last one, for `mar` is also Tuesday in Romance languages."""
    months = [MONTHS[word] for word in _WORD.findall(text) if word in MONTHS]
    numbers = _NUMBER.findall(text)
    if not months or len(numbers) < 2:
        return None
    year = next((number for number in numbers if len(number) == 4), numbers[1])
    numbers.remove(year)
    day = next((number for number in numbers if len(number) <= 2), None)
    if day is None or len(year) > 4:
        return None
    return int(year), months[-1], int(day), None


def _short_or_compact(text: str) -> _Found | None:
    found = _DAY_FIRST_SHORT.search(text)
    if found:
        return int(found[3]), int(found[2]), int(found[1]), None
    found = _COMPACT.search(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return year, month, day, (hour, minute, second) if found[4] else None


def _full_year(year: int) -> int:
    """Two- and three-digit years as RFC 2822, section 4.3, reads them."""
    if year < 50:
        return year + 2000
    return year + 1900 if year < 1000 else year


def _zone(text: str) -> tzinfo:
    """The zone named after the time of day; UTC if there is none, or none that is known."""
    offset = _OFFSET.search(text)
    if offset:
        return _offset(offset[1], offset[2], offset[3]) or UTC
    place = _PLACE.search(text)
    if place and place[0] in _places():
        return ZoneInfo(_places()[place[0]])
    for word in _WORD.findall(text):
        if word.upper() in ZONES:
            return timezone(ZONES[word.upper()])
        if word in _SEASONAL:
            return ZoneInfo(_SEASONAL[word])
    return UTC


def _offset(sign: str, hours: str, minutes: str | None) -> tzinfo | None:
    """The zone of `+0530`, `-5` or `+05:30`; None if there is no such place on Earth."""
    distance = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if distance > timedelta(hours=14) or int(minutes or 0) > 59:
        return None
    return timezone(distance if sign == "+" else -distance)


@cache
def _places() -> dict[str, str]:
    """The names of the IANA time zone database, by their lower-case form."""
    return {name.lower(): name for name in available_timezones()}
