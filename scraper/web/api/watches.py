"""Watches."""

import asyncio

from fastapi import Request
from starlette.responses import Response

from scraper.actions import watches as actions
from scraper.actions.missing import known
from scraper.errors import QueryError
from scraper.pipeline.lists import saved_lists
from scraper.settings.queries import warnings
from scraper.watch import compile_query
from scraper.watch.lists import Lists
from scraper.web.access import needs
from scraper.web.api.asked import Changes, Length, NewWatch, Query, QueryCheck
from scraper.web.api.models import WatchOut
from scraper.web.api.named import Name, add_upkeep
from scraper.web.api.once import KEYED, change
from scraper.web.api.routing import make_router, refuse_stale, tagged
from scraper.web.context import asker, web
from storage.database import UnitOfWork
from storage.records import Scope, Watch

router = make_router("watches")


@router.get("/watches")
@needs(Scope.READ)
async def list_watches(request: Request) -> list[WatchOut]:
    """All watches, by name."""

    def read(unit: UnitOfWork) -> tuple[list[Watch], Lists]:
        return unit.watches.list(), saved_lists(unit)

    found, lists = await web(request).database.query(read)
    return await asyncio.to_thread(lambda: [_shown(watch, lists) for watch in found])


@router.post("/watches", status_code=201, response_model=WatchOut, dependencies=KEYED)
@needs(Scope.WRITE)
async def add_watch(request: Request, body: NewWatch) -> Response:
    """Add a watch: it rings for articles that come from now on."""
    by, now = asker(request).actor, web(request).clock.now()

    def add(unit: UnitOfWork) -> WatchOut:
        watch, _ = actions.add(unit, body.model_dump(), by=by, now=now)
        return WatchOut.of(watch)

    return await change(request, add, status=201)


@router.post("/watches/check")
@needs(Scope.READ)
async def check_query(request: Request, body: Query) -> QueryCheck:
    """Is this query right, and how is it read? Nothing is changed."""
    lists = await web(request).database.query(saved_lists)
    now = web(request).clock.now()

    def check() -> QueryCheck:
        try:
            query = compile_query(body.query, lists=lists)
        except QueryError as error:
            return QueryCheck(
                ok=False, error=str(error), position=error.position, remedy=error.remedy
            )
        told = [str(warning) for warning in warnings(query, now)]
        return QueryCheck(ok=True, normal_form=str(query), warnings=told)

    return await asyncio.to_thread(check)


@router.get("/watches/{name}", response_model=WatchOut)
@needs(Scope.READ)
async def show_watch(request: Request, name: Name) -> Response:
    """A watch."""
    shown = await web(request).database.query(lambda unit: _read(unit, name))
    return tagged(request, known(shown, "watch", name))


@router.patch("/watches/{name}", response_model=WatchOut)
@needs(Scope.WRITE)
async def edit_watch(request: Request, name: Name, body: Changes) -> Response:
    """Change what is named; null: as if it had never been said. With If-Match only if unchanged."""
    by, now = asker(request).actor, web(request).clock.now()
    given = body.model_dump()
    values = {key: value for key, value in given.items() if value is not None}
    clear = given.keys() - values.keys()

    def edit(unit: UnitOfWork) -> WatchOut:
        refuse_stale(request, known(_read(unit, name), "watch", name))
        watch, _ = actions.edit(unit, name, values, clear=clear, by=by, now=now)
        return WatchOut.of(watch)

    return tagged(request, await web(request).database.run(edit))


@router.post("/watches/{name}/snooze", status_code=204, dependencies=KEYED)
@needs(Scope.ALERTS)
async def snooze_watch(request: Request, name: Name, body: Length) -> Response:
    """Let what it rings for wait; then it comes as a digest."""
    by, now = asker(request).actor, web(request).clock.now()
    return await change(
        request, lambda unit: actions.snooze(unit, name, body.duration, by=by, now=now)
    )


@router.post("/watches/{name}/wake", status_code=204, dependencies=KEYED)
@needs(Scope.ALERTS)
async def wake_watch(request: Request, name: Name) -> Response:
    """Let a snoozed watch ring again at once."""
    by, now = asker(request).actor, web(request).clock.now()
    return await change(request, lambda unit: actions.wake(unit, name, by=by, now=now))


def _read(unit: UnitOfWork, name: str) -> WatchOut | None:
    watch = unit.watches.get(name)
    return None if watch is None else _shown(watch, saved_lists(unit))


def _shown(watch: Watch, lists: Lists) -> WatchOut:
    try:
        compile_query(watch.spec.query, lists=lists)
    except QueryError as error:
        return WatchOut.of(watch, str(error))
    return WatchOut.of(watch)


add_upkeep(router, "watch", _read)
