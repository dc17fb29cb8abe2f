"""What the routes work with."""

from dataclasses import dataclass

from starlette.requests import Request

from scraper.accounts import Throttle
from scraper.clock import Clock
from scraper.web.attention import Attendant
from scraper.web.backfills import Backfills
from scraper.web.frames import Frames
from scraper.web.gate import Gate, Identity
from scraper.web.happenings import Happenings
from scraper.web.live import Live
from scraper.web.pages.render import Pages
from scraper.web.queries import Queries
from scraper.web.readings import Readings
from scraper.web.searches import Searches
from scraper.web.tools import Tools
from scraper.web.trials import Trials
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What the routes work with: one for each application."""

    database: Database
    clock: Clock
    gate: Gate
    pages: Pages
    guesses: Throttle  # of passwords
    queries: Queries
    attendant: Attendant
    live: Live
    happenings: Happenings
    frames: Frames
    trials: Trials
    tools: Tools | None
    searches: Searches
    readings: Readings
    backfills: Backfills
    public_url: str | None  # where readers outside reach us


def web(request: Request) -> Web:
    """What the application of a request works with."""
    found: Web = request.app.state.web
    return found


def asker(request: Request) -> Identity:
    """Who asks; known since the request came in."""
    found: Identity = request.state.identity
    return found
