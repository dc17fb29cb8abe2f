"""Charts: how much matched, came, and how soon it rang."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from scraper.pipeline.words import span
from scraper.web import charts
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import web
from scraper.web.days import Days
from storage.database import UnitOfWork
from storage.records import Scope
from storage.tallies import MOST, MOST_OF_LANGUAGE, Rang

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_DAYS: Final = 30
_LATELY: Final = timedelta(days=7)  # of which sources and languages are counted
_WATCHES: Final = 9  # those that matched the most
_SOURCES: Final = 20
_LANGUAGES: Final = 20
_ALERTS: Final = 1_000  # the newest, whose lags are shown
_SLOWEST: Final = 0.9  # of the alerts of a day were sooner


@dataclass(frozen=True, slots=True)
class _Share:
    """A row of a ranking; `at` where it leads."""

    name: str
    number: int
    share: float
    is_all: bool  # otherwise there are more
    at: str | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    watches: Sequence[Markup]
    sources: Sequence[_Share]
    languages: Sequence[_Share]
    lag: Markup | None
    lag_alerts: int


@router.get("/charts")
@needs(Scope.READ)
async def show(request: Request) -> Response:
    """The page."""
    at = web(request)
    now = at.clock.now()
    shown = await at.database.query(lambda unit: _shown(unit, now))
    return at.pages.render(request, "charts.html", shown=shown, bar=charts.bar)


def _shown(unit: UnitOfWork, now: datetime) -> _Shown:
    days = Days.last(_DAYS, now)
    first_id = unit.tallies.article_ids_at([now - _LATELY])[0]
    sources = unit.tallies.articles_of_sources(first_id, _SOURCES)
    languages = unit.tallies.articles_of_languages(first_id)
    rang = unit.tallies.rang(_ALERTS)
    return _Shown(
        watches=_busiest(unit, days),
        sources=_shares(
            [(name, count, f"/sources/{number}") for name, number, count in sources], most=MOST
        ),
        languages=_shares(
            [(name or "not known", count, None) for name, count in languages.items()],
            most=MOST_OF_LANGUAGE,
        )[:_LANGUAGES],
        lag=lag_chart(rang, days) if rang else None,
        lag_alerts=len(rang),
    )


def _busiest(unit: UnitOfWork, days: Days) -> list[Markup]:
    found = unit.tallies.matches(since=days.bounds[0])
    ids = sorted(
        (number for number in found if found[number].count),
        key=lambda number: (-found[number].count, number),
    )[:_WATCHES]
    watches = [watch for number in ids if (watch := unit.watches.numbered(number))]
    return [
        charts.bars(
            watch.name,
            days.days,
            [charts.Series("articles", unit.tallies.matches_by_day(watch.id, days.bounds))],
            at=f"/watches/{watch.id}",
        )
        for watch in watches
    ]


def _shares(rows: Sequence[tuple[str, int, str | None]], *, most: int) -> list[_Share]:
    """The rows, the largest first, with how they compare with that."""
    ranked = sorted(rows, key=lambda row: (-row[1], row[0]))
    largest = ranked[0][1] if ranked else 1
    return [
        _Share(name, number, number / largest, number < most, at) for name, number, at in ranked
    ]


def lag_chart(rang: Sequence[Rang], days: Days) -> Markup:
    """How long after it was published each day's articles rang, in minutes."""
    lags: list[list[float]] = [[] for _ in days.days]
    for each in rang:
        place = days.place(each.rang_at)
        if place is not None:
            passed = (each.rang_at - each.published_at).total_seconds() / 60
            lags[place].append(max(passed, 0.0))  # some say that they come from the future
    return charts.lines(
        "From publication to alert, by day",
        days.days,
        [
            charts.Series("half of the alerts", [median(day) if day else None for day in lags]),
            charts.Series("nine of ten", [_slowest(day) if day else None for day in lags]),
        ],
        words=lambda minutes: span(timedelta(minutes=minutes)) if minutes else "0 s",
    )


def _slowest(lags: Sequence[float]) -> float:
    ranked = sorted(lags)
    return ranked[min(int(len(ranked) * _SLOWEST), len(ranked) - 1)]
