"""What a page turned out to say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from storage.records import Entry, SourceKind

MAX_HUBS: Final = 10
"""More are not taken; sources that name several name two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """The entries of a page, and what else it says of itself as a source.

    `entries` are in the order of the page, each link once. `children` are the sitemaps that a
    sitemap index names, newest first. `feeds` are those that an index page advertises. `ttl` is how
    long the source asks to be left alone. `hubs` are the WebSub hubs in the order in which they are
    named, each once and at most `MAX_HUBS`, and `self_url` is the topic to subscribe to there:
    absolute http(s) links, named by one and the same place, both of them needed for a subscription
    (a hub without a topic, or a topic without a hub, is told as found). `language` is an ISO 639
    code ("en"), as stated. `changed` says of each of `children` when it changed last, None where
    the index does not. `older` are the pages that go on where this one ends, farther into the past.
    """

    kind: SourceKind
    title: str | None = None
    entries: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()
    changed: tuple[datetime | None, ...] = ()
    older: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    language: str | None = None
    ttl: timedelta | None = None
    hubs: tuple[str, ...] = ()
    self_url: str | None = None

    @property
    def hub(self) -> str | None:
        """The hub that is named first."""
        return self.hubs[0] if self.hubs else None
