"""What a page turned out to say."""

from dataclasses import dataclass
from datetime import timedelta

from storage.records import Entry, SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """The entries of a page, and what else it says of itself as a source.

    `entries` are in the order of the page, each link once. `children` are the sitemaps that a
    sitemap index names, newest first. `feeds` are those that an index page advertises. `ttl` is how
    long the source asks to be left alone. `hub` and `self_url` are the WebSub hub and the topic to
    subscribe to there. `language` is an ISO 639 code ("en"), as stated.
    """

    kind: SourceKind
    title: str | None = None
    entries: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    language: str | None = None
    ttl: timedelta | None = None
    hub: str | None = None
    self_url: str | None = None
