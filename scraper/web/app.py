"""The web application: pages, the API, health, put together."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from scraper.accounts import Throttle
from scraper.clock import Clock
from scraper.web.api import PREFIX, make_api
from scraper.web.attention import Attendant
from scraper.web.backfills import Backfills
from scraper.web.context import Web
from scraper.web.errors import add_error_pages
from scraper.web.frames import Frames
from scraper.web.gate import Gate, GateKeeping
from scraper.web.guards import KnownHosts, SecurityHeaders
from scraper.web.happenings import Happenings
from scraper.web.live import Live
from scraper.web.pages import (
    account,
    accounts,
    alerts,
    articles,
    channels,
    charts,
    login,
    now,
    source_add,
    sources,
    stories,
    watch_changes,
    watch_editor,
    watches,
)
from scraper.web.pages.render import STATIC, Pages
from scraper.web.queries import Queries
from scraper.web.readings import Readings
from scraper.web.searches import Searches
from scraper.web.static_files import StaticPages
from scraper.web.tools import Tools
from scraper.web.trials import Trials
from storage.database import Database
from storage.errors import StorageError

DASHBOARD_TITLE: Final = b"<title>Tocsin"  # by which the dashboard is known where it should not be
_PAGES: Final = (
    login,
    now,
    watch_editor,  # its addresses go before those of watches that have a number
    watches,
    watch_changes,
    alerts,
    articles,
    charts,
    account,
    accounts,
)
_GUESSES: Final = 10  # wrong passwords of a name, or from an address …
_FORGET: Final = timedelta(minutes=15)  # … in so long a time
_STALE: Final = timedelta(minutes=2)
_LARGEST_REQUEST: Final = 2**20  # bytes


def make_app(
    database: Database,
    clock: Clock,
    *,
    hosts: Sequence[str],
    outside: str | None = None,
    callbacks: Sequence[Route] = (),
    trouble: Callable[[], str | None] = lambda: None,
    keeping: GateKeeping | None = None,
    public_url: str | None = None,
    tools: Tools | None = None,
) -> FastAPI:
    """The application; `hosts` are names by which it may be called, besides its IP addresses.

    By the name `outside` the `callbacks` may be called, and nothing else. `trouble` says
    what keeps the daemon from its work, though it lives. Without `tools` no address is looked at
    and nothing is sent.
    """
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(KnownHosts, names=hosts, outside=outside),
        ],
        max_body_size=_LARGEST_REQUEST,
    )
    gate = Gate(database, clock, keeping or GateKeeping())
    pages, queries = Pages(clock), Queries()
    attendant = Attendant(queries)
    app.state.gate = gate
    app.state.web = Web(
        database=database,
        clock=clock,
        gate=gate,
        pages=pages,
        guesses=Throttle(most=_GUESSES, window=_FORGET),
        queries=queries,
        trials=Trials(database, clock),
        public_url=public_url,
        tools=tools,
        searches=Searches(tools, clock),
        readings=Readings(tools),
        backfills=Backfills(None if tools is None else tools.backfiller, clock),
        attendant=attendant,
        live=Live(database),
        happenings=Happenings(database, clock),
        frames=Frames(database, clock, pages, attendant),
    )
    add_error_pages(app)
    for each in (
        login,
        now,
        source_add,
        sources,
        watch_changes,
        watch_editor,
        watches,
        alerts,
        channels,
        charts,
        account,
        accounts,
        articles,
        stories,
    ):
        app.include_router(each.router)
    # What is open to all, and shows nothing of what is stored.
    app.router.routes += [
        Route("/healthz", _health(database, clock, trouble)),
        Mount("/static", StaticPages(STATIC)),
        Mount(PREFIX, make_api(app.state.web)),
        *callbacks,
    ]
    return app


def _health(
    database: Database, clock: Clock, trouble: Callable[[], str | None]
) -> Callable[[Request], object]:
    async def healthz(request: Request) -> Response:
        del request
        if reason := trouble():
            return JSONResponse({"status": "failing", "reason": reason}, status_code=503)
        try:
            workers = await database.query(lambda unit: unit.workers.list())
        except StorageError as error:
            return JSONResponse({"status": "failing", "reason": str(error)}, status_code=503)
        alive = max((worker.heartbeat_at for worker in workers), default=None)
        stale = alive is None or clock.now() - alive > _STALE
        status = {"status": "stale" if stale else "ok", "heartbeat": _iso(alive)}
        return JSONResponse(status, status_code=503 if stale else 200)

    return healthz


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
