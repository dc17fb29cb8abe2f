"""What a search for news came to, and what it may take; `finding` does the search."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, ParamSpec, Protocol, TypeVar

from scraper.discover.candidates import Origin
from storage.records import Entry, SourceKind

P = ParamSpec("P")
T = TypeVar("T")

MOST_REQUESTS: Final = 14  # besides each host's robots.txt, which the fetcher asks for itself
LONGEST: Final = timedelta(seconds=60)  # for all of it, pauses and all


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a search goes."""

    requests: int = MOST_REQUESTS
    time: timedelta = LONGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An address that can be a source, and why it is as good as it is."""

    url: str
    kind: SourceKind
    origin: Origin
    title: str | None
    entries: int
    latest_at: datetime | None
    latest: tuple[Entry, ...]  # the newest, five at most
    score: float
    reasons: tuple[str, ...]
    other_host: str | None = None  # where it is, if that is another site than was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An address that was looked at and is none to visit: why."""

    url: str
    origin: Origin
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a search came to. `others` can be visited as well, the best first."""

    asked: str
    chosen: Found | None
    others: tuple[Found, ...] = ()
    tried: tuple[Tried, ...] = ()
    requests: int = 0
    site_name: str | None = None  # what the page calls its site or itself
    why_not: str | None = None  # with nothing chosen: what is the matter, in a sentence


Report = Callable[[str], None]


class Run(Protocol):
    """Calls a function on a page where it may be killed, as `Sandbox.run` does."""

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function gives; SandboxError when it had to be given up."""
        ...


_KINDS: Final = {
    SourceKind.RSS: "an RSS feed",
    SourceKind.ATOM: "an Atom feed",
    SourceKind.RDF: "an RDF feed",
    SourceKind.JSON_FEED: "a JSON feed",
    SourceKind.SITEMAP: "a sitemap",
    SourceKind.SITEMAP_INDEX: "an index of sitemaps",
    SourceKind.INDEX_PAGE: "a page with links to articles",
}


def called(kind: SourceKind) -> str:
    """A kind of source in words, with its article."""
    return _KINDS[kind]
