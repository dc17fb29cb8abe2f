"""The dashboard's application: pages, headers, health."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scraper.alerts.email.unsubscribing import PATH as UNSUBSCRIBE
from scraper.clock import Clock
from scraper.pipeline.websub import PATH as WEBSUB
from scraper.web.feeds.feed import PATH as FEEDS
from scraper.web.overview import Overview, overview
from storage.database import Database
from storage.errors import StorageError
from storage.records import Passage

_HERE = Path(__file__).parent
_HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; img-src 'self'; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
}
_OUTSIDE = (WEBSUB, UNSUBSCRIBE, FEEDS)  # what is answered under service.public_url
DASHBOARD_TITLE = b"<title>Tocsin"  # by which the dashboard is known where it should not be shown


class SecurityHeaders:
    """Adds headers that keep a page from running scripts, being framed, or telling where it is.

    A page that brings one of them keeps its own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                ours = [header for header in _HEADERS.items() if header[0] not in given]
                message["headers"] = [*message["headers"], *ours]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class KnownHosts:
    """Refuses requests to names that are not known to be this machine's.

    A page in a browser could otherwise read the dashboard through a name of its own that it points
    at this machine (DNS rebinding). An IP address is no such name, nor is localhost.
    """

    def __init__(self, app: ASGIApp, *, names: Collection[str], outside: str | None = None) -> None:
        self._app = app
        self._names = {"localhost", *map(str.lower, names)}
        self._outside = outside  # by this name hubs and readers of e-mails know us, nobody else

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and not self._lets_in(scope):
            refusal = PlainTextResponse(
                "Unknown host name; service.hostnames lists those that may be used.\n", 400
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _lets_in(self, scope: Scope) -> bool:
        host = Headers(scope=scope).get("host", "")
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
            if name in self._names:
                return True
            if name == self._outside:
                return str(scope["path"]).startswith(_OUTSIDE)
            return bool(ip_address(name))
        except ValueError:
            return False


def make_app(
    database: Database,
    clock: Clock,
    *,
    hosts: Sequence[str],
    outside: str | None = None,
    callbacks: Sequence[Route] = (),
    trouble: Callable[[], str | None] = lambda: None,
) -> Starlette:
    """The application; `hosts` are names by which it may be called, besides its IP addresses.

    By the name `outside` the `callbacks` may be called, and nothing else. `trouble` says
    what keeps the daemon from its work, though it lives.
    """
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "ago": ago,
        "in_time": in_time,
        "weblink": weblink,
        "marked": marked,
    }

    async def index(request: Request) -> Response:
        del request
        shown: Overview = await database.query(overview)
        page = environment.get_template("overview.html").render(shown=shown, now=clock.now())
        return HTMLResponse(page)

    async def healthz(request: Request) -> Response:
        del request
        if reason := trouble():
            return JSONResponse({"status": "failing", "reason": reason}, status_code=503)
        try:
            workers = await database.query(lambda unit: unit.workers.list())
        except StorageError as error:
            return JSONResponse({"status": "failing", "reason": str(error)}, status_code=503)
        alive = max((worker.heartbeat_at for worker in workers), default=None)
        stale = alive is None or clock.now() - alive > timedelta(minutes=2)
        status = {"status": "stale" if stale else "ok", "heartbeat": _iso(alive)}
        return JSONResponse(status, status_code=503 if stale else 200)

    return Starlette(
        routes=[
            Route("/", index),
            Route("/healthz", healthz),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
            *callbacks,
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(KnownHosts, names=hosts, outside=outside),
        ],
    )


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit."""
    if moment is None:
        return "never"
    return f"{_largest_unit(now - moment)} ago"


def in_time(moment: datetime | None, now: datetime) -> str:
    """How far ahead, in the largest unit."""
    if moment is None:
        return ""
    return "now" if moment <= now else f"in {_largest_unit(moment - now)}"


def weblink(url: str) -> str | None:
    """The link, if it is one to the web: what comes from outside could be javascript:."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None


def marked(passage: Passage) -> Markup:
    """A passage with what matched marked; everything in it is escaped."""
    parts, at = [], 0
    for start, end in passage.highlights:
        parts += [
            escape(passage.text[at:start]),
            Markup("<mark>{}</mark>").format(passage.text[start:end]),
        ]
        at = end
    return Markup().join([*parts, escape(passage.text[at:])])


def _largest_unit(duration: timedelta) -> str:
    seconds = max(0, int(duration.total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
