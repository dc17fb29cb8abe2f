"""Serves the feeds. Whoever knows an address may read what is there; nothing else is told."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from scraper.web.feeds.atom import MEDIA_TYPE as ATOM
from scraper.web.feeds.atom import atom
from scraper.web.feeds.feed import MOST_ITEMS, PATH, Feed, feed_of, is_token
from scraper.web.feeds.json_feed import MEDIA_TYPE as JSON_FEED
from scraper.web.feeds.json_feed import json_feed
from storage.database import Database, UnitOfWork
from storage.records import Alert, Watch

_FORMATS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "atom": (ATOM, atom),
    "json": (JSON_FEED, json_feed),
}
_HEADERS = {
    "cache-control": "private, max-age=60",
    "x-robots-tag": "noindex, nofollow",
}


def feed_routes(database: Database, *, public_url: str | None) -> tuple[Route, ...]:
    """The route. Without `public_url` a feed names the address by which it was asked for."""

    async def feed(request: Request) -> Response:
        token, _, name = str(request.path_params["file"]).rpartition(".")
        if name not in _FORMATS or not is_token(token):
            return _nothing()

        def read(unit: UnitOfWork) -> tuple[Watch, Sequence[Alert]] | None:
            watch = unit.watches.of_feed(token)
            if watch is None:
                return None
            return watch, unit.outbox.alerts(MOST_ITEMS, watch=watch.name)

        found = await database.query(read)
        if found is None:
            return _nothing()
        base = public_url or str(request.base_url)
        made = feed_of(*found, address=f"{base.rstrip('/')}{PATH}{token}")
        media_type, write = _FORMATS[name]
        body = write(made)
        headers = _HEADERS | {
            "etag": f'"{sha256(body).hexdigest()[:32]}"',
            "last-modified": format_datetime(made.updated_at.astimezone(UTC), usegmt=True),
        }
        if _is_known(request, headers["etag"], made.updated_at):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=media_type)

    return (Route(PATH + "{file}", feed, methods=["GET"]),)


def _nothing() -> Response:
    return PlainTextResponse("There is no such feed.\n", 404, _HEADERS)


def _is_known(request: Request, etag: str, updated_at: datetime) -> bool:
    """Whether the reader has it already (RFC 9110, section 13.2.2)."""
    if (tags := request.headers.get("if-none-match")) is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return etag in known or "*" in known
    since = _time(request.headers.get("if-modified-since"))
    return since is not None and updated_at.replace(microsecond=0) <= since


def _time(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        time = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
