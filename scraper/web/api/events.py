"""What happens, as it happens: server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from typing import Annotated, Any, Final

from fastapi import Header, HTTPException, Query, Request
from pydantic import AwareDatetime
from starlette.responses import Response, StreamingResponse

from scraper.web.access import needs
from scraper.web.api.models import Out
from scraper.web.api.routing import make_router
from scraper.web.context import Web, web
from scraper.web.frames import event
from scraper.web.happenings import Place, Reader, place_of
from storage.errors import StorageError
from storage.happenings import Rang, Tried
from storage.records import Scope

router = make_router("events")

_HEARTBEAT: Final = 15.0  # seconds after which a stream shows that it lives
_LONGEST: Final = 600.0  # seconds of a stream: whoever comes back is asked again who it is
_STREAM: Final = {"content-type": "text/event-stream", "x-accel-buffering": "no"}
_RETRY: Final = "retry: 3000\n\n"  # milliseconds until a program comes back
_ALIVE: Final = ":\n\n"
_EXAMPLE: Final = (
    "event: alert\nid: 01983c1e-7d52-7c1b-9c2a-3f6f0c9f7e11.4711\n"
    'data: {"id": "01983c1e-7d52-7c1b-9c2a-3f6f0c9f7e11", "watch": "Baghdad", "article_id": 42}\n\n'
)
_EVENT: Final = {
    "type": "object",
    "description": "One event of the stream; its data is JSON.",
    "required": ["event", "data"],
    "properties": {
        "event": {"enum": ["alert", "delivery", "sources"]},
        "id": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}
_DESCRIBED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events `alert`, `delivery` and `sources`, until the connection ends.",
        "content": {"text/event-stream": {"schema": _EVENT, "example": _EXAMPLE}},
    }
}


class AlertEvent(Out):
    """A watch rang; `GET /alerts/{id}` gives all of it."""

    id: str
    at: AwareDatetime
    watch: str
    revised: bool
    story_id: int
    article_id: int
    title: str | None
    url: str
    language: str | None


class DeliveryEvent(Out):
    """A delivery was tried: the outcome of that, and the delivery's state now.

    Of digests and notices `alert` and `watch` are null.
    """

    id: int
    at: AwareDatetime
    outcome: str
    error: str | None
    delivery: str
    channel: str
    kind: str
    state: str
    attempts: int
    next_attempt_at: AwareDatetime | None
    alert: str | None
    watch: str | None


class SourceHealth(Out):
    """A source that somebody should look after."""

    name: str
    health: str
    since: AwareDatetime | None
    reason: str | None


class SourcesEvent(Out):
    """The sources that somebody should look after, 200 at most: all of them, at each change."""

    troubled: list[SourceHealth]


@router.get("/events", response_class=Response, responses=_DESCRIBED)
@needs(Scope.READ)
async def stream_events(
    request: Request,
    *,
    watch: Annotated[
        list[str], Query(max_length=100, description="Only of these watches; all without.")
    ] = [],  # noqa: B006 - FastAPI copies it
    last_event_id: Annotated[
        str | None,
        Header(max_length=100, description="The `id` of the last event: go on after it."),
    ] = None,
) -> Response:
    """What happens from now on, or after an event: `alert`, `delivery`, and `sources`.

    Nothing is lost to who comes back with Last-Event-ID; what was told within the last minute may
    come twice, with the same `id` in its data. A stream ends after ten minutes: come back.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise HTTPException(403, "Another site's page may not listen.")
    at = web(request)
    if at.live.is_full:
        raise HTTPException(503, "Too many listen at once.", headers={"retry-after": "30"})
    place = place_of(last_event_id) if last_event_id else await at.happenings.last()
    return StreamingResponse(_stream(at, place, frozenset(watch)), headers=_STREAM)


async def _stream(at: Web, place: Place, watches: Collection[str]) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + _LONGEST
    reader, shown = Reader(at.happenings, place), ""
    yield _RETRY
    try:
        async with at.live.listening(None, with_deliveries=True) as listener:
            while loop.time() < ends_at:
                more = True
                while more:
                    former = reader.place
                    rang, tried, more = await reader.read(at.live.looks)
                    for frame in _frames(rang, tried, former, watches):
                        yield frame
                    if reader.place != former:
                        # No data, so no event: but whoever comes back goes on from here.
                        yield f"id: {reader.place}\n\n"
                health = await _health(at)
                if health != shown:
                    shown = health
                    yield event("sources", health)
                try:
                    beat = await listener.next(_HEARTBEAT)
                except TimeoutError:
                    yield _ALIVE
                    continue
                if beat is None:
                    return
    except StorageError:
        return  # who comes back goes on from where it was


def _frames(
    rang: list[Rang], tried: list[Tried], place: Place, watches: Collection[str]
) -> Iterator[str]:
    """The events of a page. Each bears the place before the page, for the rest may get lost."""
    for alert in rang:
        if not watches or alert.watch in watches:
            told = AlertEvent.model_validate(alert).model_dump_json()
            yield event("alert", told, last=str(place))
    for attempt in tried:
        if not watches or attempt.watch in watches:
            told = DeliveryEvent.model_validate(attempt).model_dump_json()
            yield event("delivery", told, last=str(place))


async def _health(at: Web) -> str:
    troubled = [
        SourceHealth(
            name=source.name,
            health=source.state.health,
            since=source.state.since,
            reason=source.state.reason,
        )
        for source in await at.happenings.troubled(at.live.looks)
    ]
    return SourcesEvent(troubled=troubled).model_dump_json()
