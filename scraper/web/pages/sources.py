"""The sources: how each fares, when it is visited next, and what is done about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from scraper.actions import sources, upkeep
from scraper.errors import MissingError, UsageError
from scraper.pipeline import source_words
from scraper.pipeline.rhythm import Rhythm
from scraper.settings.units import format_duration
from scraper.web import charts
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.days import Days
from scraper.web.lists import LONGEST_CURSOR, ROWS, Listed, Number, listed, there
from scraper.web.source_view import View, view
from storage.database import UnitOfWork
from storage.errors import ConflictError
from storage.records import Actor, Backfill, BackfillProgress, Scope, StoredArticle, Subscription

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_DAYS: Final = 30
_ARTICLES: Final = 8
_DONE: Final = {
    "added": "Added: it is visited within seconds.",
    "changed": "Changed.",
    "paused": "Paused: it is not visited until it is resumed.",
    "resumed": "It is visited again.",
    "visit": "It is visited within seconds.",
    "removed": "Removed. Its articles stay.",
    "stopped": "The backfill reads no more.",
    "begun": "The backfill is under way; news goes first.",
}
_Text = Annotated[str | None, Query(max_length=LONGEST_CURSOR)]
_Field = Annotated[str, Form(max_length=4000)]


@dataclass(frozen=True, slots=True)
class _Shown:
    view: View
    chart: Markup
    articles: Sequence[StoredArticle]
    pace: str
    publishes: str | None
    pushes: Sequence[Subscription]
    backfill: Backfill | None
    progress: BackfillProgress | None


@router.get("/sources")
@needs(Scope.READ)
async def show_all(
    request: Request, after: _Text = None, only: _Text = None, done: _Text = None
) -> Response:
    """The list, by name; or those alone that somebody should look after."""
    at = web(request)
    now, troubled = at.clock.now(), only == "trouble"

    def read(unit: UnitOfWork) -> Listed[View]:
        found = (
            unit.sources.troubled(ROWS) if troubled else unit.sources.page(ROWS + 1, after=after)
        )
        return listed([view(each, now) for each in found], "after", lambda row: row.source.name)

    page = await at.database.query(read)
    return at.pages.render(
        request,
        "sources.html",
        page=page,
        after=after,
        troubled=troubled,
        done=_DONE.get(done or ""),
    )


@router.get("/sources/{number}")
@needs(Scope.READ)
async def show(request: Request, number: Number, done: _Text = None) -> Response:
    """A source: how it fares, why it is visited when it is, and what came of it."""
    return await _page(request, number, done=done)


@router.post("/sources/{number}/edit")
@needs(Scope.WRITE)
async def edit(
    request: Request,
    number: Number,
    name: _Field = "",
    url: _Field = "",
    every: _Field = "",
    tags: _Field = "",
) -> Response:
    """Change its name, address, interval or tags; how it is asked for stays."""
    typed = {"name": name, "url": url, "every": every.strip(), "tags": tags}
    values: dict[str, Any] = {"name": name, "url": url, "tags": _tags(tags)}
    if every.strip():
        values["every"] = every.strip()

    def work(unit: UnitOfWork, old: str, by: Actor, now: datetime) -> None:
        clear = () if every.strip() else ("every",)
        sources.edit(unit, old, values, {}, clear=clear, by=by, now=now)

    try:
        return await _change(request, number, work, done="changed")
    except MissingError:
        raise
    except (UsageError, ConflictError) as error:
        return await _page(request, number, problem=str(error), typed=typed)


@router.post("/sources/{number}/visit")
@needs(Scope.WRITE)
async def visit(request: Request, number: Number) -> Response:
    """Have it visited now."""

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        sources.visit_now(unit, name, by=by, now=now)

    return await _change(request, number, work, done="visit")


@router.post("/sources/{number}/pause")
@needs(Scope.WRITE)
async def pause(request: Request, number: Number) -> Response:
    """Visit it no more, until it is resumed."""

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        upkeep.pause(unit, "source", name, by=by, now=now)

    return await _change(request, number, work, done="paused")


@router.post("/sources/{number}/resume")
@needs(Scope.WRITE)
async def resume(request: Request, number: Number) -> Response:
    """Visit it again."""

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        upkeep.resume(unit, "source", name, by=by, now=now)

    return await _change(request, number, work, done="resumed")


@router.post("/sources/{number}/remove")
@needs(Scope.WRITE)
async def remove(request: Request, number: Number) -> Response:
    """Visit it no more; its articles stay."""

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        upkeep.remove(unit, "source", name, by=by, now=now)

    return await _change(request, number, work, done="removed", gone=True)


@router.post("/sources/{number}/backfill")
@needs(Scope.WRITE)
async def backfill(
    request: Request,
    number: Number,
    since: Annotated[str, Form(max_length=40)] = "",
    ring: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Read what it published since a day; what an earlier backfill found stays."""
    at = web(request)
    try:
        begins = _day(since, at.clock.now())
        source = there(await at.database.query(lambda unit: unit.sources.numbered(number)))
        if not at.backfills.is_under_way(source.id):
            at.backfills.check()
    except UsageError as error:
        return await _page(request, number, backfill_problem=str(error), since=since)
    pause = at.tools.pause if at.tools else timedelta(seconds=5)

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        unit.backfills.begin(
            Backfill(
                source_id=number,
                since=begins,
                until=now,
                ring=bool(ring),
                pause=pause,
                stopped=False,
                started_at=now,
            )
        )
        unit.backfills.resume(number, now)
        detail = {"since": begins.isoformat(), "ring": bool(ring)}
        unit.audit.note(by, "source.backfill", name, detail=detail, now=now)

    answer = await _change(request, number, work, done="begun")
    at.backfills.go(source)
    return answer


@router.post("/sources/{number}/resume-backfill")
@needs(Scope.WRITE)
async def resume_backfill(request: Request, number: Number) -> Response:
    """Go on where it was."""
    at = web(request)
    source = there(await at.database.query(lambda unit: unit.sources.numbered(number)))
    if not at.backfills.is_under_way(source.id):
        at.backfills.check()

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        unit.backfills.resume(number, now)
        unit.audit.note(by, "source.resume-backfill", name, now=now)

    answer = await _change(request, number, work, done="begun")
    at.backfills.go(source)
    return answer


@router.post("/sources/{number}/stop-backfill")
@needs(Scope.WRITE)
async def stop_backfill(request: Request, number: Number) -> Response:
    """Read no more of its past."""

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        if unit.backfills.stop(number):
            unit.audit.note(by, "source.stop-backfill", name, now=now)

    return await _change(request, number, work, done="stopped")


async def _change(
    request: Request,
    number: int,
    work: Callable[[UnitOfWork, str, Actor, datetime], None],
    *,
    done: str,
    gone: bool = False,
) -> Response:
    """Do it, and show the source again."""
    at, identity, now = web(request), asker(request), web(request).clock.now()

    def of_source(unit: UnitOfWork) -> None:
        work(unit, there(unit.sources.numbered(number)).name, identity.actor, now)

    await at.database.run(of_source)
    return RedirectResponse(f"/sources{'' if gone else f'/{number}'}?done={done}", 303)


async def _page(
    request: Request,
    number: int,
    *,
    done: str | None = None,
    problem: str | None = None,
    typed: Mapping[str, str] | None = None,
    backfill_problem: str | None = None,
    since: str = "",
) -> Response:
    at = web(request)
    now = at.clock.now()
    shown = await at.database.query(lambda unit: _shown(unit, number, now))
    source = shown.view.source
    written = {
        "name": source.name,
        "url": source.url,
        "every": "" if source.every is None else format_duration(source.every),
        "tags": ", ".join(source.tags),
    }
    return at.pages.render(
        request,
        "source.html",
        status=422 if problem or backfill_problem else 200,
        shown=shown,
        under_way=at.backfills.is_under_way(source.id),
        backfill_problem=backfill_problem,
        since=since,
        typed=typed or written,
        problem=problem,
        done=_DONE.get(done or ""),
    )


def _shown(unit: UnitOfWork, number: int, now: datetime) -> _Shown:
    source = there(unit.sources.numbered(number))
    days = Days.last(_DAYS, now)
    ids = unit.tallies.article_ids_at(days.bounds)
    rhythm = Rhythm.of(source.state.rhythm)
    backfill = unit.backfills.get(source.id)
    return _Shown(
        view=view(source, now),
        chart=charts.bars(
            "Articles by day",
            days.days,
            [charts.Series("articles", unit.tallies.articles_by_day(source.id, ids))],
        ),
        articles=unit.articles.list(_ARTICLES, source=source.name),
        pace=source_words.pace(source),
        publishes=_publishes(rhythm),
        pushes=unit.subscriptions.of_source(source.id),
        backfill=backfill,
        progress=None if backfill is None else unit.backfills.progress(source.id),
    )


def _publishes(rhythm: Rhythm | None) -> str | None:
    if rhythm is None:
        return None
    often = source_words.frequency(rhythm).removeprefix("publishes ")
    times = source_words.usual_times(rhythm)
    return f"{often}, {times}" if times else often


def _tags(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _day(text: str, now: datetime) -> datetime:
    """The beginning of a day in UTC that is over; UsageError for all else."""
    try:
        day = datetime.combine(date.fromisoformat(text.strip()), time.min, tzinfo=UTC)
    except ValueError:
        raise UsageError("write a day, such as 2026-01-31") from None
    if day >= now:
        raise UsageError("that day is yet to come")
    return day
