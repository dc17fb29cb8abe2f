"""What the numbers of a backtest mean, in words: for the terminal and the dashboard."""

from collections.abc import Iterator, Sequence
from datetime import date
from statistics import fmean, median
from typing import Final

from scraper.pipeline.backtest import Day, Report

FLOOD: Final = 20  # alerts a day, from which on nobody reads them any more


def daily(report: Report) -> float:
    """How many alerts a day there would have been, of the days that are over and known."""
    return fmean(_full(report)) if _covered(report) else 0.0


def verdict(report: Report) -> Iterator[str]:
    """What the numbers mean for whoever would be rung."""
    first = _first(report)
    if first is not None and first > report.days[0].date:
        why = "were looked at back to" if report.read_back_to else "are stored since"
        yield f"Articles {why} {first} only; the days before say nothing."
    covered = _covered(report)
    if not report.alerts:
        yield "It would not have rung once."
        if report.articles:
            return
        if not report.stored:
            yield "No article came in that time: is the daemon running?"
        return
    full = _full(report)
    busiest = max(covered, key=_alerts)
    yield (f"On a median day {median(full):g}, on the busiest ({busiest.date}) {busiest.alerts:,}.")
    mean = daily(report)
    if mean >= FLOOD:
        yield (
            f"That is a flood, about {mean:,.0f} a day: more than anyone reads. Narrow it with AND,"
            " with title:, or by language and source."
        )


def _alerts(day: Day) -> int:
    return day.alerts


def _covered(report: Report) -> Sequence[Day]:
    """The days of which something is known."""
    first = _first(report)
    return [day for day in report.days if first is not None and day.date >= first]


def _full(report: Report) -> Sequence[int]:
    """The alerts of each of these days, but for today, which is not over yet."""
    covered = _covered(report)
    return [day.alerts for day in covered[:-1] or covered]


def _first(report: Report) -> date | None:
    """The first day of which something is known: articles are stored since then, and were read."""
    known = [at for at in (report.stored_since, report.read_back_to) if at is not None]
    return None if report.stored_since is None else report.window.day(max(known))
