"""What sources, watches and channels have in common in the API."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from scraper.actions import upkeep
from scraper.actions.missing import known
from scraper.actions.upkeep import Kind
from scraper.web.access import needs
from scraper.web.api.once import KEYED, change
from scraper.web.api.routing import refuse_stale
from scraper.web.context import asker, web
from storage.database import UnitOfWork
from storage.records import Scope

Name = Annotated[str, Path(min_length=1, max_length=200)]
Read = Callable[[UnitOfWork, str], Any]  # one of them, as it is shown; None: there is none


def add_upkeep(router: APIRouter, kind: Kind, read: Read) -> None:
    """Add pause, resume and remove to the routes of a family."""
    path = {"watch": "/watches"}.get(kind, f"/{kind}s")

    @router.post(
        f"{path}/{{name}}/pause", status_code=204, summary=f"Pause a {kind}", dependencies=KEYED
    )
    @needs(Scope.WRITE)
    async def pause(request: Request, name: Name) -> Response:
        """Let it rest until it is resumed."""
        by, now = asker(request).actor, web(request).clock.now()
        return await change(request, lambda unit: upkeep.pause(unit, kind, name, by=by, now=now))

    @router.post(
        f"{path}/{{name}}/resume", status_code=204, summary=f"Resume a {kind}", dependencies=KEYED
    )
    @needs(Scope.WRITE)
    async def resume(request: Request, name: Name) -> Response:
        """Let it go on."""
        by, now = asker(request).actor, web(request).clock.now()
        return await change(request, lambda unit: upkeep.resume(unit, kind, name, by=by, now=now))

    @router.delete(f"{path}/{{name}}", status_code=204, summary=f"Remove a {kind}")
    @needs(Scope.WRITE)
    async def remove(request: Request, name: Name) -> None:
        """Take it out. What the settings name is refused: 409."""
        by, now = asker(request).actor, web(request).clock.now()

        def take_out(unit: UnitOfWork) -> None:
            refuse_stale(request, known(read(unit, name), kind, name))
            upkeep.remove(unit, kind, name, by=by, now=now)

        await web(request).database.run(take_out)
