"""What the fetcher may do, and what it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal, Protocol

from scraper import __version__
from scraper.fetch.options import NO_OPTIONS, RequestOptions
from scraper.proxies import NO_PROXIES, Proxies
from storage.records import Page

PRODUCT = "Tocsin"  # the product token that robots.txt files address


_ACCEPT = {
    "feed": (
        "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
        "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.7, */*;q=0.5"
    ),
    "page": "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """The limits of every fetch.

    Raises ValueError for values that make no sense.
    """

    contact: str | None = None  # an address or a link by which a site reaches the operator
    host_pause: timedelta = timedelta(
        seconds=1
    )  # from the end of a request to the next one's start
    timeout: timedelta = timedelta(seconds=30)  # a whole fetch: redirects and body, not the pauses
    connect_timeout: timedelta = timedelta(seconds=10)  # name, connection and TLS, each
    max_bytes: int = 10 * 1024 * 1024  # of a body, decoded
    max_redirects: int = 5
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()  # not public, may be reached
    proxies: Proxies = NO_PROXIES  # for what has none of its own
    browser: Path | None = None  # Chromium; None: found by itself
    respect_robots: bool = True
    robots_lifetime: timedelta = timedelta(hours=24)  # the most that RFC 9309, 2.4, allows
    max_crawl_delay: timedelta = timedelta(seconds=60)  # a longer one is cut to this
    patience: timedelta = timedelta(seconds=10)  # a host's longer back-off is an error at once

    def __post_init__(self) -> None:
        """Refuse what could not be sent or would never end."""
        if self.contact is not None and not (self.contact.isascii() and self.contact.isprintable()):
            raise ValueError("contact: write it in plain ASCII characters, on one line")
        if self.host_pause < timedelta(0):
            raise ValueError("host_pause: write zero or more")
        if min(self.timeout, self.connect_timeout) <= timedelta(0):
            raise ValueError("timeout and connect_timeout: write more than zero")
        if self.max_bytes < 1 or self.max_redirects < 0:
            raise ValueError("max_bytes: write 1 or more; max_redirects: 0 or more")

    @property
    def user_agent(self) -> str:
        """How requests introduce themselves: product, version and whom to write to."""
        product = f"{PRODUCT}/{__version__}"
        return f"{product} (+{self.contact})" if self.contact else product


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A page that is wanted.

    `etag` and `last_modified` are those of the copy at hand, as its headers gave them; with them
    the answer may be NotModified. `accept` says what is hoped for; anything readable is taken.
    `options` are what its source has sent along, and the way that it goes.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    accept: Literal["feed", "page"] = "page"
    options: RequestOptions = NO_OPTIONS

    def headers(self) -> dict[str, str]:
        """The headers of this request alone.

        Validators come from a stranger's headers by way of the database: one that could not stand
        in a header is left out, and the page is fetched in full.
        """
        validators = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {"Accept": _ACCEPT[self.accept]} | {
            name: value for name, value in validators.items() if value and _may_be_sent(value)
        }


def _may_be_sent(value: str) -> bool:
    return len(value) <= 1024 and value.isascii() and value.isprintable()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The copy at hand is still right. The validators are those to ask with next time."""

    url: str
    etag: str | None
    last_modified: str | None
    fetched_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)  # lower-case names
    permanent_redirect: bool = False  # the redirects that led to `url`, if any, are for good


class Fetches(Protocol):
    """What gives pages for links: the fetcher, or what stands in for it."""

    async def fetch(self, request: Request) -> Page | NotModified:
        """As `Fetcher.fetch`; raises FetchError."""
        ...
