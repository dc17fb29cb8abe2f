"""Charts as SVG, made here: bars by day, lines by day, and tables with a bar in each row.

What lies across is in per cent and text has its own size, so a chart is as wide as its place and
stays readable on a phone, without a script. For whom cannot see it, each has a title, a sentence
that sums it up, and its numbers as a table. Colours are the style sheet's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import floor, log10
from typing import Final

from markupsafe import Markup

HEIGHT: Final = 170  # pixels, of all of it
_TOP: Final = 20  # above the highest line
_FLOOR: Final = 148  # where the bars stand
_LABELS: Final = 5  # days that are named, at most
_STEPS: Final = (1, 2, 4, 6, 8, 10)  # half of each is whole, but for the first

Words = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Series:
    """What one colour shows: a name, and a value for each day; None where there is none."""

    name: str
    values: Sequence[float | None]


def plainly(value: float) -> str:
    """A number as people write it."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def bars(
    title: str, days: Sequence[date], series: Sequence[Series], *, at: str | None = None
) -> Markup:
    """A chart with bars for each day; those of the second series stand before the first's.

    `at` is where its title leads.
    """
    words = plainly
    top = _round_up(_most(series))
    parts = [_frame(top, days, words)]
    for place, each in enumerate(series):
        parts += [
            _bar(at, len(days), place, value / top, f"{_day(day)}: {words(value)} {each.name}")
            for at, (day, value) in enumerate(zip(days, each.values, strict=True))
            if value
        ]
    return _figure(title, parts, days, series, words, at=at)


def lines(
    title: str, days: Sequence[date], series: Sequence[Series], *, words: Words = plainly
) -> Markup:
    """A chart with a line for each series; a day without a value interrupts it."""
    top = _round_up(_most(series))
    parts = [_frame(top, days, words)]
    for place, each in enumerate(series):
        points = [
            None if value is None else (_middle(at, len(days)), _height(value / top))
            for at, value in enumerate(each.values)
        ]
        parts += [_line(one, other, place) for one, other in pairwise(points) if one and other]
        parts += [
            _dot(point, place, f"{_day(day)}: {words(value)} {each.name}")
            for day, point, value in zip(days, points, each.values, strict=True)
            if point and value is not None
        ]
    return _figure(title, parts, days, series, words)


def bar(share: float) -> Markup:
    """A bar for a row of a table, which says the number itself."""
    return Markup(
        '<svg class="chart-row" aria-hidden="true" width="100%" height="12">'
        '<rect class="series-0" width="{}%" height="12"></rect></svg>'
    ).format(_percent(max(0.0, min(share, 1.0)) * 100))


def _figure(
    title: str,
    parts: Sequence[Markup],
    days: Sequence[date],
    series: Sequence[Series],
    words: Words,
    *,
    at: str | None = None,
) -> Markup:
    caption = title if at is None else Markup('<a href="{}">{}</a>').format(at, title)
    drawing = Markup(
        '<svg class="chart" role="img" width="100%" height="{}"><title>{}</title><desc>{}</desc>{}'
        "</svg>"
    ).format(HEIGHT, title, _summary(days, series, words), Markup().join(parts))
    legend = Markup().join(
        Markup('<li><span class="key series-{}"></span>{}</li>').format(place, each.name)
        for place, each in enumerate(series)
    )
    shown = Markup('<ul class="legend">{}</ul>').format(legend) if len(series) > 1 else ""
    return Markup('<figure><figcaption dir="auto">{}</figcaption>{}{}{}</figure>').format(
        caption, shown, drawing, _table(title, days, series, words)
    )


def _table(title: str, days: Sequence[date], series: Sequence[Series], words: Words) -> Markup:
    head = Markup().join(Markup('<th scope="col">{}</th>').format(each.name) for each in series)
    rows = Markup().join(
        Markup('<tr><th scope="row"><time datetime="{0}">{0}</time></th>{1}</tr>').format(
            day.isoformat(),
            Markup().join(
                Markup("<td>{}</td>").format("–" if each.values[at] is None else words(value))
                for each in series
                for value in [each.values[at] or 0]
            ),
        )
        for at, day in enumerate(days)
    )
    return Markup(
        '<details><summary>As a table<span class="unseen">: {}</span></summary><table>'
        '<thead><tr><th scope="col">Day (UTC)</th>{}</tr></thead><tbody>{}</tbody>'
        "</table></details>"
    ).format(title, head, rows)


def _summary(days: Sequence[date], series: Sequence[Series], words: Words) -> str:
    """The chart in a sentence: from when to when, and the most of each."""
    if not days:
        return "There are no days to show."
    told = []
    for each in series:
        known = [(value, day) for value, day in zip(each.values, days, strict=True) if value]
        if known:
            most, day = max(known)
            told.append(f"{each.name}: at most {words(most)}, on {_day(day)}")
        else:
            told.append(f"{each.name}: none")
    return f"{_day(days[0])} to {_day(days[-1])}. {'; '.join(told)}."


def _frame(top: float, days: Sequence[date], words: Words) -> Markup:
    """The lines across with what they stand for, and the days below."""
    across = [
        Markup(
            '<line class="grid" x1="0" x2="100%" y1="{0}" y2="{0}"></line>'
            '<text class="label" x="0" y="{1}">{2}</text>'
        ).format(y, y - 4, "" if share == 0 else words(top * share))
        for share in (0.0, 0.5, 1.0)
        for y in [_height(share)]
        if share != 0.5 or top >= 2
    ]
    return Markup().join([*across, *_days(days)])


def _days(days: Sequence[date]) -> list[Markup]:
    number = min(_LABELS, len(days))
    if number == 0:
        return []
    places = sorted({round(at * (len(days) - 1) / max(number - 1, 1)) for at in range(number)})
    return [
        Markup('<text class="label" x="{}%" y="{}" text-anchor="{}">{}</text>').format(
            *_anchored(at, len(days)), _day(days[at])
        )
        for at in places
    ]


def _anchored(at: int, of: int) -> tuple[str, int, str]:
    """Where the name of a day stands: those at the ends stay inside."""
    if at == 0 and of > 1:
        return "0", HEIGHT - 6, "start"
    if at == of - 1 and of > 1:
        return "100", HEIGHT - 6, "end"
    return _percent(_middle(at, of)), HEIGHT - 6, "middle"


def _bar(at: int, of: int, place: int, share: float, told: str) -> Markup:
    width = 100 / of
    y = _height(share)
    # The one before is narrower, so that both are seen.
    inset = width * (0.12 if place == 0 else 0.27)
    return Markup(
        '<rect class="series-{}" x="{}%" y="{}" width="{}%" height="{}"><title>{}</title></rect>'
    ).format(place, _percent(at * width + inset), y, _percent(width - 2 * inset), _FLOOR - y, told)


def _line(one: tuple[float, float], other: tuple[float, float], place: int) -> Markup:
    return Markup('<line class="series-{}" x1="{}%" y1="{}" x2="{}%" y2="{}"></line>').format(
        place, _percent(one[0]), one[1], _percent(other[0]), other[1]
    )


def _dot(point: tuple[float, float], place: int, told: str) -> Markup:
    return Markup(
        '<circle class="series-{}" cx="{}%" cy="{}" r="3"><title>{}</title></circle>'
    ).format(place, _percent(point[0]), point[1], told)


def _height(share: float) -> float:
    return round(_FLOOR - share * (_FLOOR - _TOP), 1)


def _middle(at: int, of: int) -> float:
    return (at + 0.5) * 100 / of


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _most(series: Sequence[Series]) -> float:
    return max((value for each in series for value in each.values if value), default=0)


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 6, 8, 10, 20 …: the lines across stand for round numbers."""
    if value <= 1:
        return 1
    power = 10 ** floor(log10(value))
    return next(float(step * power) for step in _STEPS if step * power >= value - 1e-9)


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
