"""What sources, watches and channels have in common in the API."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from scraper.actions import upkeep
from scraper.actions.missing import known
from scraper.actions.upkeep import Kind
from scraper.web.access import needs
from scraper.web.api.routing import refuse_stale
from scraper.web.context import asker, web
from storage.database import UnitOfWork
from storage.records import Actor, Scope

Name = Annotated[str, Path(min_length=1, max_length=200)]
Read = Callable[[UnitOfWork, str], Any]  # one of them, as it is shown; None: there is none


def add_upkeep(router: APIRouter, kind: Kind, read: Read) -> None:
    """Add pause, resume and remove to the routes of a family."""
    path = {"watch": "/watches"}.get(kind, f"/{kind}s")

    @router.post(f"{path}/{{name}}/pause", status_code=204, summary=f"Pause a {kind}")
    @needs(Scope.WRITE)
    async def pause(request: Request, name: Name) -> None:
        """Let it rest until it is resumed."""
        await _change(request, upkeep.pause, kind, name)

    @router.post(f"{path}/{{name}}/resume", status_code=204, summary=f"Resume a {kind}")
    @needs(Scope.WRITE)
    async def resume(request: Request, name: Name) -> None:
        """Let it go on."""
        await _change(request, upkeep.resume, kind, name)

    @router.delete(f"{path}/{{name}}", status_code=204, summary=f"Remove a {kind}")
    @needs(Scope.WRITE)
    async def remove(request: Request, name: Name) -> None:
        """Take it out. What the settings name is refused: 409."""

        def change(unit: UnitOfWork, *_: object, by: Actor, now: datetime) -> None:
            refuse_stale(request, known(read(unit, name), kind, name))
            upkeep.remove(unit, kind, name, by=by, now=now)

        await _change(request, change, kind, name)


async def _change(request: Request, change: Callable[..., None], kind: Kind, name: str) -> None:
    by, now = asker(request).actor, web(request).clock.now()
    await web(request).database.run(lambda unit: change(unit, kind, name, by=by, now=now))
