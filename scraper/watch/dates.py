"""From what follows `published:` to the time it stands for."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, NamedTuple

from scraper.errors import QueryError
from scraper.watch.lexer import Kind, Piece
from scraper.watch.nodes import Published

_MOMENT: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})"
    r"(?:[Tt\s]\s*(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,6})\d*)?)?"
    r"\s*(?P<zone>[Zz]|[+\u2212-]\d{2}:?(?:\d{2})?)?)?)?)?"
)
_TO: Final = re.compile(r"(?<=\s)TO(?=\s)")
_NOT_QUITE_TO: Final = re.compile(
    r"\s*(?P<low>[^\s,;]+?)(?:\s+(?:(?i:to)|[-\u2013\u2014])\s+|\s*(?:\.\.+|\u2026|[,;])\s*)"
    r"(?P<high>[^\s,;]+?)\s*",
    re.DOTALL,
)
_LONGEST_RANGE: Final = 100  # characters, looked at to guess what is meant
_COMPARED: Final = re.compile(
    r"(?P<sign>[<>]=?|=|[\u2264\u2265])(?P<space>\s*)(?P<value>.*)", re.DOTALL
)
_GERMAN: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_LOOSE: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SPACE: Final = re.compile(r"\s*")


class _Period(NamedTuple):
    """The time that a date or a moment stands for: a year, a month, a day, a minute, a second.

    None where it lies before the first or after the last year that there is.
    """

    start: datetime | None
    end: datetime | None


def published(piece: Piece) -> Published:
    """When an article is published that satisfies it. Raises QueryError."""
    since, before = _bounds(piece)
    if since is None and before is None:
        raise QueryError(
            "A range that is open at both ends says nothing",
            position=piece.position,
            remedy="Write a date in place of one *, or leave out the field.",
        )
    return Published(since, before, piece.written)


def _bounds(piece: Piece) -> tuple[datetime | None, datetime | None]:
    if piece.kind is not Kind.RANGE:
        text = piece.text.strip()
        inside = piece.position + piece.written.find(text)
        return (None, None) if text == "*" else _period(text, inside)
    if piece.text[0] in "[{":
        return _range(piece)
    compared = _COMPARED.match(piece.text)
    assert compared, "the lexer takes no other"
    value = compared["value"]
    period = _period(value, piece.position + compared.start("value"))
    sign = compared["sign"].replace("\u2265", ">=").replace("\u2264", "<=")
    return {
        ">=": (period.start, None),
        ">": (period.end, None),
        "<": (None, period.start),
        "<=": (None, period.end),
        "=": period,
    }[sign]


def _range(piece: Piece) -> tuple[datetime | None, datetime | None]:
    if piece.text[-1] not in "]}":
        raise QueryError(
            f"This {piece.text[0]} is never closed",
            position=piece.position,
            remedy="Write ] where the range ends, as in published:[2026-01-01 TO 2026-01-31].",
        )
    inside = piece.text[1:-1]
    between = _TO.search(inside)
    low_text = inside[: between.start()].strip() if between else ""
    high_text = inside[between.end() :].strip() if between else ""
    if between is None or not low_text or not high_text:
        near = _NOT_QUITE_TO.fullmatch(inside[:_LONGEST_RANGE])
        shown = f"[{near['low']} TO {near['high']}]" if near else "[2026-01-01 TO 2026-01-31]"
        raise QueryError(
            "A range goes from one date TO another",
            position=piece.position,
            remedy=f"Write published:{shown}, with TO in upper case; * leaves an end open.",
        )
    start = piece.position + 1
    low = _bound(low_text, start + inside.index(low_text))
    high = _bound(high_text, start + inside.index(high_text, between.end()))
    since = low and (low.start if piece.text[0] == "[" else low.end)
    before = high and (high.end if piece.text[-1] == "]" else high.start)
    if since is not None and before is not None and since >= before:
        raise QueryError(
            "The range ends before it begins",
            position=piece.position,
            remedy=f"Write the earlier date first, as in [{high_text} TO {low_text}]."
            if piece.text[0] == "[" and piece.text[-1] == "]"
            else "Write [ and ] to include both days.",
        )
    return since, before


def _bound(text: str, position: int) -> _Period | None:
    if text == "*":
        return None
    if len(text) > 2 and text[0] == text[-1] == '"':
        return _period(text[1:-1], position + 1)
    return _period(text, position)


def _period(text: str, position: int) -> _Period:
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise QueryError(
            f"{text!r} is no date" if text else "The date is missing",
            position=position,
            remedy=f"Write {_suggested(text)}; a time as in 2026-01-31T18:00, in UTC.",
        )
    try:
        return _of_moment(match)
    except ValueError:
        raise QueryError(
            f"There is no such date as {text}",
            position=position,
            remedy="Check the month, the day and the time, as in 2026-01-31 or 2026-01-31T18:00.",
        ) from None


def _suggested(text: str) -> str:
    if match := _GERMAN.fullmatch(text):
        day, month, year = match.groups()
    elif match := _LOOSE.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = match.groups()
    else:
        return "the year, month and day, as in 2026-01-31"
    return f"the year, month and day: {year}-{month:0>2}-{day:0>2}"


def _of_moment(match: re.Match[str]) -> _Period:
    """ValueError: there is no such day or time."""
    given = {name: int(match[name]) for name in ("year", "month", "day", "hour", "minute", "second")
             if match[name]}  # fmt: skip
    micros = int(match["part"].ljust(6, "0")) if match["part"] else 0
    start = datetime(
        given["year"],
        given.get("month", 1),
        given.get("day", 1),
        given.get("hour", 0),
        given.get("minute", 0),
        given.get("second", 0),
        micros,
        tzinfo=_zone(match["zone"]),
    )
    return _Period(_in_utc(start), _in_utc(_end(start, given, exact=bool(match["part"]))))


def _zone(written: str | None) -> timezone:
    if not written or written in "Zz":
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(offset if written[0] == "+" else -offset)


def _end(start: datetime, given: dict[str, int], *, exact: bool) -> datetime | None:
    """The end of the period that a moment so exact stands for; None: never."""
    try:
        if "month" not in given:
            return start.replace(year=start.year + 1)
        if "day" not in given:
            return (start + timedelta(days=31)).replace(day=1)
        if "hour" not in given:
            return start + timedelta(days=1)
        if "second" not in given:
            return start + timedelta(minutes=1)
        return start + timedelta(microseconds=1 if exact else 1_000_000)
    except (OverflowError, ValueError):  # after the year 9999
        return None


def _in_utc(moment: datetime | None) -> datetime | None:
    try:
        return moment and moment.astimezone(UTC)
    except OverflowError:
        return None
