"""What is done with a watch besides editing it: pause, snooze, resume, remove, its feed."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from scraper.actions import upkeep, watches
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.feeds.feed import new_token
from scraper.web.fields import LONGEST_DURATION, length_of
from scraper.web.lists import Number, there
from scraper.web.pages.watches import page
from storage.database import UnitOfWork
from storage.records import Actor, Scope

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_Duration = Annotated[str, Form(max_length=LONGEST_DURATION)]
_Switch = Annotated[str, Form(max_length=5)]  # empty: not set


@router.post("/watches/{number}/pause")
@needs(Scope.WRITE)
async def pause(request: Request, number: Number) -> Response:
    """Match nothing, until it is resumed."""

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        upkeep.pause(unit, "watch", name, by=by, now=now)

    return await _change(request, number, work, done="paused")


@router.post("/watches/{number}/resume")
@needs(Scope.WRITE)
async def resume(request: Request, number: Number) -> Response:
    """Go on, whether it was paused or snoozed."""

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        watch = there(unit.watches.get(name))
        if watch.snoozed_until is not None:
            watches.wake(unit, name, by=by, now=now)
        if watch.paused:
            upkeep.resume(unit, "watch", name, by=by, now=now)

    return await _change(request, number, work, done="resumed")


@router.post("/watches/{number}/snooze")
@needs(Scope.WRITE)
async def snooze(request: Request, number: Number, duration: _Duration = "") -> Response:
    """Let what it rings for wait, and come as a digest."""
    length = length_of(duration)
    if isinstance(length, str):
        return await page(request, number, problem=length, duration=duration)

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        watches.snooze(unit, name, length, by=by, now=now)

    return await _change(request, number, work, done="snoozed")


@router.post("/watches/{number}/remove")
@needs(Scope.WRITE)
async def remove(request: Request, number: Number) -> Response:
    """Watch for it no more; what it rang stays."""

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        upkeep.remove(unit, "watch", name, by=by, now=now)

    return await _change(request, number, work, done="removed", gone=True)


@router.post("/watches/{number}/feed")
@needs(Scope.WRITE)
async def feed(request: Request, number: Number, off: _Switch = "") -> Response:
    """Give its feed a new address, the one before is gone; or none any more."""
    done = "feed-off" if off else "feed"

    def work(unit: UnitOfWork, name: str, by: Actor, now: datetime) -> None:
        unit.watches.set_feed(name, None if off else new_token())
        unit.audit.note(by, f"watch.{done}", name, now=now)

    return await _change(request, number, work, done=done)


async def _change(
    request: Request,
    number: int,
    work: Callable[[UnitOfWork, str, Actor, datetime], None],
    *,
    done: str,
    gone: bool = False,
) -> Response:
    """Do it, and show the watch again."""
    at, identity, now = web(request), asker(request), web(request).clock.now()

    def of_watch(unit: UnitOfWork) -> None:
        work(unit, there(unit.watches.numbered(number)).name, identity.actor, now)

    await at.database.run(of_watch)
    return RedirectResponse(f"/watches{'' if gone else f'/{number}'}?done={done}", 303)
