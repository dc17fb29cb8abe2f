"""Sources, and the entries that they show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class SourceKind(StrEnum):
    """What a source turned out to be."""

    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    JSON_FEED = "json_feed"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap_index"
    INDEX_PAGE = "index_page"


class EntryState(StrEnum):
    """Where an entry stands on its way to an article."""

    PENDING = "pending"  # in the frontier, due at next_attempt_at
    RECHECK = "recheck"  # its article is stored; looked at again at next_attempt_at
    DONE = "done"  # nothing more to do
    FAILED = "failed"  # given up, error says why


class Health(StrEnum):
    """How a source fares."""

    HEALTHY = "healthy"
    FAILING = "failing"  # visits fail, again and again
    BLOCKED = "blocked"  # it does not let us in
    SILENT = "silent"  # visits succeed, but it publishes far less than it used to
    GONE = "gone"  # there is nothing any more at its address
    MOVED = "moved"  # it answers under another address for good, and is visited there

    @property
    def notice(self) -> str:
        """The kind of notice that tells of it, and the action in the log."""
        return f"source.{self.value}"


# The kind of notice that tells of a source which lists more than is taken of it.
FLOODING = "source.flooding"
# The kind of notice that tells of a source of which some sitemaps cannot be read.
INCOMPLETE = "source.incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a source says of one article."""

    url: str
    title: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    summary: str | None = None
    language: str | None = None
    guid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """A source as a person asked for it. `every` None: learned from how often it publishes."""

    name: str
    url: str
    every: timedelta | None = None
    tags: tuple[str, ...] = ()  # words of a person's own, by which watches choose sources
    # How it wants to be visited, as the settings write it. It may hold secrets.
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a source's permanent redirects lead."""

    to: str
    since: datetime  # when a visit was first led there
    seen: int = 1  # visits that were led there
    settled: bool = False  # often enough: it is visited there


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source fares, and what its schedule was learned from.

    `rhythm` is scraper.pipeline.rhythm's and `recent` scraper.pipeline.looks': storage keeps them.
    """

    health: Health = Health.HEALTHY
    since: datetime | None = None  # of that health
    reason: str | None = None  # of that health, in a sentence, with what to do
    failing_since: datetime | None = None  # the first failure of those in a row
    whole_at: datetime | None = None  # when it last answered in full, not with a 304
    move: Move | None = None
    rhythm: Mapping[str, Any] | None = None
    recent: str = ""
    paced_by: str | None = None  # what decided when the next visit is


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source and the state of its schedule."""

    id: int
    name: str
    url: str
    every: timedelta | None
    origin: str  # "settings" or "command"
    paused: bool
    kind: SourceKind | None
    etag: str | None
    last_modified: str | None
    interval: timedelta  # until the next visit: `every`, or what was learned
    next_visit_at: datetime
    last_visit_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None  # when it last had an entry not seen before
    failures: int  # in a row
    last_error: str | None
    tags: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)  # see SourceSpec
    state: SourceState = field(default_factory=SourceState)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostBackOff:
    """A host that is to be left alone until then."""

    key: str  # as scraper.fetch.address.host_of gives it
    until: datetime
    refusals: int  # in a row
    silences: int  # in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierEntry:
    """An entry as the frontier holds it."""

    id: int
    source_id: int
    url: str
    host: str
    state: EntryState
    title: str | None
    published_at: datetime | None
    modified_at: datetime | None
    summary: str | None
    language: str | None
    seen_at: datetime
    next_attempt_at: datetime | None
    attempts: int
    rechecks: int  # how often its stored article was looked at again
    etag: str | None
    last_modified: str | None
    article_id: int | None
    error: str | None
    old: bool = False  # a backfill found it, and no visit of a source since


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What the settings file changed in the database."""

    added: int = 0
    changed: int = 0
    retired: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What a visit brought: entries never seen before, and those that are another text now."""

    new: int = 0
    changed: int = 0
