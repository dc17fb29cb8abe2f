"""The editor of watches: the query is checked while one types, and tried on the last 30 days."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from scraper.actions import watches
from scraper.errors import QueryError
from scraper.pipeline.backtest import Report
from scraper.pipeline.backtest_words import FLOOD, daily, verdict
from scraper.watch import compile_query
from scraper.watch.lists import Lists
from scraper.web import charts
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.lists import Number, there
from scraper.web.queries import LONGEST, Reading, read
from scraper.web.trials import SECONDS
from scraper.web.watch_form import (
    PLAN_KEYS,
    WatchForm,
    form_of,
    new_form,
    sent_form,
    unknown,
)
from storage.database import UnitOfWork
from storage.errors import ConflictError
from storage.records import Channel, Policy, Scope, Watch

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_PRIORITIES: Final = ("low", "normal", "high", "urgent")
_NAMELESS: Final = "tried"  # the name of a watch that is tried before it has one
_PLAN_WORDS: Final = {
    "send": ("When they go", "instant, hourly, or daily at 07:00 Europe/Berlin"),
    "quiet": ("Quiet hours", "22:00-07:00 Europe/Berlin; several parted by semicolons"),
    "break_through": ("What gets through these", "high, urgent or never"),
    "throttle": ("At most", "6/h; what is more comes as a digest"),
    "escalate_to": ("Escalate to the channel", "if nobody acknowledges it"),
    "escalate_after": ("… after", "15m"),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a watch would have rung, for the page."""

    report: Report
    chart: Markup
    verdict: list[str]
    floods: bool
    seconds: float = SECONDS


@router.get("/watches/new")
@needs(Scope.WRITE)
async def ask_new(
    request: Request, query: Annotated[str, Query(max_length=LONGEST)] = ""
) -> Response:
    """The form of a new watch."""
    return await _editor(request, new_form(query), None)


@router.get("/watches/{number}/edit")
@needs(Scope.WRITE)
async def ask(request: Request, number: Number) -> Response:
    """The form of a watch."""
    watch = await _watch(request, number)
    return await _editor(request, form_of(watch.spec), watch)


@router.post("/watches/check")
@needs(Scope.WRITE)
async def check(request: Request, query: Annotated[str, Form(max_length=LONGEST)] = "") -> Response:
    """How a query is read, while one types it: a part of the page."""
    at = web(request)
    lists = await at.database.query(at.queries.lists)
    reading = await asyncio.to_thread(read, query, lists, at.clock.now())
    return at.pages.render(request, "parts/reading.html", read=reading)


@router.post("/watches/try")
@needs(Scope.WRITE)
async def try_out(request: Request) -> Response:
    """What the watch in the form would have rung: a part of the page."""
    at = web(request)
    form, lists, _ = await _sent(request)
    return at.pages.render(request, "parts/trial.html", trial=await _trial(request, form, lists))


@router.post("/watches/new")
@needs(Scope.WRITE)
async def add(request: Request) -> Response:
    """Add the watch in the form, or show what is wrong with it, or what it would do."""
    identity, now = asker(request), web(request).clock.now()

    def save(unit: UnitOfWork, values: Mapping[str, Any]) -> int:
        made, _ = watches.add(unit, values, by=identity.actor, now=now)
        return made.id

    return await _save(request, None, save)


@router.post("/watches/{number}/edit")
@needs(Scope.WRITE)
async def edit(request: Request, number: Number) -> Response:
    """Make the watch that of the form, or show what is wrong with it, or what it would do."""
    watch = await _watch(request, number)
    identity, now = asker(request), web(request).clock.now()

    def save(unit: UnitOfWork, values: Mapping[str, Any]) -> int:
        emptied = watches.CLEARABLE - values.keys()
        made, _ = watches.edit(unit, watch.name, values, clear=emptied, by=identity.actor, now=now)
        return made.id

    return await _save(request, watch, save)


async def _watch(request: Request, number: int) -> Watch:
    return there(await web(request).database.query(lambda unit: unit.watches.numbered(number)))


async def _sent(request: Request) -> tuple[WatchForm, Lists, list[Channel]]:
    at = web(request)
    lists, channels = await at.database.query(
        lambda unit: (at.queries.lists(unit), unit.channels.list())
    )
    return sent_form(await request.form(), channels), lists, channels


async def _save(
    request: Request, watch: Watch | None, save: Callable[[UnitOfWork, Mapping[str, Any]], int]
) -> Response:
    """Save what was sent; nothing of it is lost where something is wrong with it."""
    at = web(request)
    form, lists, _ = await _sent(request)
    if (await request.form()).get("do") == "try":
        trial = await _trial(request, form, lists)
        return await _editor(request, form, watch, trial=trial)
    spec = form.spec()
    if isinstance(spec, dict):
        return await _editor(request, form.with_problems(spec), watch)
    try:
        await asyncio.to_thread(compile_query, spec.query, lists=lists)
    except QueryError:  # the editor points at it
        return await _editor(request, form.with_problems({"query": ""}), watch)

    def work(unit: UnitOfWork) -> int | dict[str, str]:
        return dict(unknown(unit, spec)) or save(unit, form.settings())

    try:
        saved = await at.database.run(work)
    except ConflictError as error:
        saved = {"name": str(error)}
    if isinstance(saved, dict):
        return await _editor(request, form.with_problems(saved), watch)
    done = "changed" if watch else "added"
    return RedirectResponse(f"/watches/{saved}?done={done}", 303)


async def _editor(
    request: Request, form: WatchForm, watch: Watch | None, *, trial: Trial | None = None
) -> Response:
    at = web(request)
    lists, channels = await at.database.query(
        lambda unit: (at.queries.lists(unit), unit.channels.list())
    )
    query = form.value("query")[:LONGEST]
    reading: Reading = await asyncio.to_thread(read, query, lists, at.clock.now())
    return at.pages.render(
        request,
        "watch_editor.html",
        status=422 if form.problems else 200,
        form=form,
        watch=watch,
        channels=channels,
        read=reading,
        trial=trial,
        policies=list(Policy),
        priorities=_PRIORITIES,
        plan_keys=PLAN_KEYS,
        plan_words=_PLAN_WORDS,
    )


async def _trial(request: Request, form: WatchForm, lists: Lists) -> Trial | None:
    """What the form's watch would have rung; None while it is not one, or asked again."""
    name = form.value("name").strip() or _NAMELESS
    spec = WatchForm({**form.values, "name": name}, form.channels).spec()
    if isinstance(spec, dict):
        return None
    try:
        report = await web(request).trials.run(spec, lists, browser=asker(request).secret)
    except QueryError:
        return None
    return None if report is None else trial_of(report)


def trial_of(report: Report) -> Trial:
    """A report as a page shows it."""
    chart = charts.bars(
        "What it would have rung, by day",
        [day.date for day in report.days],
        [
            charts.Series("articles that match", [day.articles for day in report.days]),
            charts.Series("alerts", [day.alerts for day in report.days]),
        ],
    )
    return Trial(report, chart, list(verdict(report)), daily(report) >= FLOOD)
