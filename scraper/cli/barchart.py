"""A bar chart for a terminal: a row for each day, bars in eighths of a character."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_EIGHTHS = "▏▎▍▌▋▊▉█"
_PLAIN = "#"  # where the terminal cannot show these
_WIDEST = 50  # columns of a bar
_NARROWEST = 10
_MOST_ROWS = 62  # two months; with more days each row is a week
_LABEL = 17  # columns of "2026-11-16 to now"


@dataclass(frozen=True, slots=True)
class Row:
    """A day, or several from this one on: what is drawn, and the number that stands beside it."""

    day: date
    value: int
    beside: int
    days: int = 1


def by_week(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows as they are, or weeks from Monday on where they are too many to take in."""
    if len(rows) <= _MOST_ROWS:
        return rows
    weeks: dict[date, list[Row]] = {}
    for row in rows:
        weeks.setdefault(row.day - timedelta(days=row.day.weekday()), []).append(row)
    return [
        Row(
            some[0].day,
            sum(row.value for row in some),
            sum(row.beside for row in some),
            days=sum(row.days for row in some),
        )
        for some in weeks.values()
    ]


def chart(rows: Sequence[Row], headings: tuple[str, str], *, today: date) -> Iterator[str]:
    """The lines of the chart: day, the two numbers, a bar for the first of them.

    The greatest value has the longest bar, and none but 0 has no bar at all.
    """
    widths = [
        max(len(heading), *(len(f"{number:,}") for number in numbers))
        for heading, numbers in zip(
            headings, zip(*((row.value, row.beside) for row in rows), strict=True), strict=True
        )
    ]
    yield "  ".join([" " * _LABEL, *map(str.rjust, headings, widths)])
    left = _LABEL + sum(widths) + 6  # two spaces after each
    room = max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size().columns - left - 1))
    greatest = max(row.value for row in rows)
    for row in rows:
        numbers = map(str.rjust, (f"{row.value:,}", f"{row.beside:,}"), widths)
        bar = _bar(row.value, greatest, room)
        yield "  ".join([_label(row, today).ljust(_LABEL), *numbers, bar]).rstrip()


def _label(row: Row, today: date) -> str:
    if row.days > 1:
        return f"{row.day} {'to now' if today < row.day + timedelta(days=row.days) else 'week'}"
    return f"{row.day} {'today' if row.day == today else f'{row.day:%a}'}"


def _bar(value: int, greatest: int, room: int) -> str:
    if not value:
        return ""
    if not _shows_blocks():
        return _PLAIN * max(1, round(value / greatest * room))
    whole, eighths = divmod(max(1, round(value / greatest * room * 8)), 8)
    return _EIGHTHS[-1] * whole + (_EIGHTHS[eighths - 1] if eighths else "")


def _shows_blocks() -> bool:
    try:
        _EIGHTHS.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
