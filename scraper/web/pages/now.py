"""The first page: what rings as it comes in, and what needs attention."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response, StreamingResponse

from scraper.web.access import GuardedRoute, needs
from scraper.web.cards import latest_cards
from scraper.web.context import Web, web
from storage.database import UnitOfWork
from storage.errors import StorageError
from storage.records import Scope

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_ALERTS: Final = 60  # of which the page tells
_LONGEST_ID: Final = 64  # characters
_HEARTBEAT: Final = 15.0  # seconds after which a stream shows that it lives
_LONGEST: Final = 600.0  # seconds of a stream: whoever comes back is asked again who it is
_STREAM: Final = {"content-type": "text/event-stream", "x-accel-buffering": "no"}
_RETRY: Final = b"retry: 3000\n\n"  # milliseconds until a browser comes back
_ALIVE: Final = b":\n\n"
_BACK_SOON: Final = {"retry-after": "30"}


@router.get("/")
@needs(Scope.READ)
async def show(request: Request) -> Response:
    """The page."""
    at = web(request)
    now = at.clock.now()

    def read(unit: UnitOfWork) -> dict[str, Any]:
        newest = unit.pulse.newest_alerts(1)
        return {
            "cards": latest_cards(unit, _ALERTS),
            "attention": at.attendant.look(unit, now),
            "after": newest[0] if newest else "",
        }

    shown = await at.database.query(read)
    return at.pages.render(request, "now.html", **shown)


@router.get("/live")
@needs(Scope.READ)
async def live(request: Request, after: str = "") -> Response:
    """What rings from now on, or from the alert `after` on, as server-sent events."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise HTTPException(403, "Another site's page may not listen.")
    at = web(request)
    if at.live.is_full:
        raise HTTPException(503, "Too many pages listen at once.", headers=_BACK_SOON)
    last = request.headers.get("last-event-id", after)[:_LONGEST_ID]
    return StreamingResponse(_stream(at, last or None), headers=_STREAM)


async def _stream(at: Web, after: str | None) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + _LONGEST
    yield _RETRY
    try:
        async with at.live.listening(after) as listener:
            while loop.time() < ends_at:
                try:
                    beat = await listener.next(_HEARTBEAT)
                except TimeoutError:
                    yield _ALIVE
                    continue
                if beat is None:
                    return
                if frame := await at.frames.of(beat):
                    yield frame
    except StorageError:
        return  # the browser comes back, and is told from where it was
