"""Sources, and the entries that they show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


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
