"""The watches: what is watched for, how often it matched, and what cannot ring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from scraper.settings.watch_writing import plan_texts
from scraper.web import charts
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.days import Days
from scraper.web.feeds.feed import PATH
from scraper.web.lists import LONGEST_CURSOR, ROWS, Listed, Number, listed, there
from scraper.web.queries import Queries, Reading, read
from storage.database import UnitOfWork
from storage.records import Alert, Policy, Scope, Watch
from storage.tallies import Tally

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_LATELY: Final = timedelta(days=7)
_DAYS: Final = 30
_ALERTS: Final = 5
_RINGS: Final = {
    Policy.FIRST: "once for a story",
    Policy.EVERY: "for every article",
    Policy.UPDATES: "once for a story, and for updates",
}
_DONE: Final = {
    "added": "Added: it rings for articles that come from now on.",
    "changed": "Changed: so it rings for articles that come from now on.",
    "paused": "Paused: it matches nothing until it is resumed.",
    "resumed": "It rings again.",
    "snoozed": "What it rings for waits, and comes then as a digest.",
    "removed": "Removed. What it rang stays.",
    "feed": "It has a new feed address; another it had before is gone.",
    "feed-off": "It has no feed any more.",
}
_Text = Annotated[str | None, Query(max_length=LONGEST_CURSOR)]


@dataclass(frozen=True, slots=True)
class _Listing:
    page: Listed[Watch]
    tallies: Mapping[int, Tally]
    broken: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Shown:
    watch: Watch
    reading: Reading
    tally: Tally
    chart: Markup
    alerts: Sequence[Alert]
    plans: Mapping[str, Sequence[str]]
    feed: str | None  # its secret word; of those alone who may change it


@router.get("/watches")
@needs(Scope.READ)
async def show_all(request: Request, after: _Text = None, done: _Text = None) -> Response:
    """The list, by name."""
    at = web(request)
    now = at.clock.now()
    shown = await at.database.query(lambda unit: _listing(unit, after, now, at.queries))
    return at.pages.render(
        request, "watches.html", shown=shown, rings=rings, after=after, done=_DONE.get(done or "")
    )


@router.get("/watches/{number}")
@needs(Scope.READ)
async def show(request: Request, number: Number, done: _Text = None) -> Response:
    """A watch: how its query is understood, how often it matched, what it rang for."""
    return await page(request, number, done=done)


async def page(
    request: Request,
    number: int,
    *,
    done: str | None = None,
    problem: str | None = None,
    duration: str = "2h",
) -> Response:
    """The page of a watch; `problem` is what is wrong with `duration`, which was asked for."""
    at, may_write = web(request), asker(request).may(Scope.WRITE)
    now = at.clock.now()
    shown = await at.database.query(lambda unit: _shown(unit, number, now, at.queries, may_write))
    return at.pages.render(
        request,
        "watch.html",
        status=422 if problem else 200,
        shown=shown,
        rings=rings,
        feeds=_feed_addresses(request, shown.feed),
        done=_DONE.get(done or ""),
        problem=problem,
        duration=duration,
    )


def rings(watch: Watch) -> str:
    """How often it rings, in words."""
    if watch.spec.outlets > 1:
        return f"once for a story that {watch.spec.outlets} outlets have"
    return _RINGS[watch.spec.policy]


def _listing(unit: UnitOfWork, after: str | None, now: datetime, queries: Queries) -> _Listing:
    page = listed(unit.watches.page(ROWS + 1, after=after), "after", lambda watch: watch.name)
    problems = {each.id: queries.problem(each.spec.query, unit) for each in page.rows}
    return _Listing(
        page=page,
        tallies=unit.tallies.matches([each.id for each in page.rows], since=now - _LATELY),
        broken={number: problem for number, problem in problems.items() if problem},
    )


def _shown(
    unit: UnitOfWork,
    number: int,
    now: datetime,
    queries: Queries,
    may_write: bool,  # noqa: FBT001 - who asks
) -> _Shown:
    watch = there(unit.watches.numbered(number))
    days = Days.last(_DAYS, now)
    counts = unit.tallies.matches_by_day(watch.id, days.bounds)
    return _Shown(
        watch=watch,
        reading=read(watch.spec.query, queries.lists(unit), now),
        tally=unit.tallies.matches([watch.id], since=now - _LATELY)[watch.id],
        chart=charts.bars(
            "Articles that matched, by day",
            days.days,
            [charts.Series("articles", counts)],
        ),
        alerts=unit.outbox.alerts(_ALERTS, watch=watch.name),
        plans={
            channel: [f"{key} = {value}" for key, value in plan_texts(keys).items()]
            for channel, keys in watch.spec.plans.items()
        },
        feed=unit.watches.feed(watch.name) if may_write else None,
    )


def _feed_addresses(request: Request, token: str | None) -> dict[str, str]:
    """Where its feed is, as Atom and JSON."""
    if token is None:
        return {}
    base = (web(request).public_url or str(request.base_url)).rstrip("/")
    return {name: f"{base}{PATH}{token}.{name}" for name in ("atom", "json")}
