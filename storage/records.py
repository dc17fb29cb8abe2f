"""The vocabulary: frozen values that the stages take and return.

Every time is an aware datetime in UTC. What is unknown is None, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias


class SourceKind(StrEnum):
    """What a source turned out to be."""

    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    JSON_FEED = "json_feed"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap_index"
    INDEX_PAGE = "index_page"


class ArticleKind(StrEnum):
    """What sort of page an article is."""

    ARTICLE = "article"
    LIVE_BLOG = "live_blog"
    VIDEO = "video"
    GALLERY = "gallery"
    INDEX = "index"
    OPINION = "opinion"
    PAID = "paid"


class EntryState(StrEnum):
    """Where an entry stands on its way to an article."""

    PENDING = "pending"  # in the frontier, due at next_attempt_at
    RECHECK = "recheck"  # its article is stored; looked at again at next_attempt_at
    DONE = "done"  # nothing more to do
    FAILED = "failed"  # given up, error says why


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"  # given up: the channel refused it, or too many attempts


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The bytes that came back for a link, with its headers.

    `body` is without content encoding; `headers` has lower-case names; `url` is the address after
    redirects.
    """

    url: str
    requested_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    permanent_redirect: bool = False  # every redirect on the way was permanent (301, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPage:
    """A page as it is kept: compressed, with the headers that tell how to read it.

    `digest` is that of its bytes as they came, `size` their number; `content` is packed by `codec`.
    """

    url: str
    headers: Mapping[str, str]
    fetched_at: datetime
    digest: bytes
    size: int
    codec: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A kept page, and the article that was read from it.

    `entry_id` is the entry that led to it, whose words complete what the page says.
    """

    id: int
    article_id: int
    entry_id: int | None
    page: PackedPage


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
class Article:
    """The fields of a page. The names are those of the JSON that commands print."""

    url: str
    canonical_url: str | None = None
    title: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    body: str = ""
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    image_caption: str | None = None
    site_name: str | None = None
    publisher: str | None = None
    paywalled: bool | None = None
    word_count: int = 0
    kind: ArticleKind = ArticleKind.ARTICLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Where an article satisfied a query.

    `text` is the sentence around the hits, without markup; `highlights` are (start, end) offsets in
    characters into `text`.
    """

    field: str  # "title", "standfirst", "body" …
    text: str
    highlights: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class KeyIs:
    """Articles that have this key; `prefix`: one that begins with it."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class KeysAllOf:
    """Articles that satisfy every part. Without parts: every article."""

    parts: "tuple[KeyExpression, ...]"


@dataclass(frozen=True, slots=True)
class KeysAnyOf:
    """Articles that satisfy one of the parts. Without parts: none."""

    parts: "tuple[KeyExpression, ...]"


# Which articles a query may match, by the keys under which they are indexed. It may name too many
# articles, never too few: what is named is read, and the query decides.
KeyExpression: TypeAlias = KeyIs | KeysAllOf | KeysAnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What is kept of a text to recognise its copies.

    `exact` is a digest of the folded text; `keys` are signed 64-bit integers to be indexed: two
    texts that are copies share some; `sketch` is the packed form that the comparison reads.
    """

    exact: str
    keys: tuple[int, ...]
    sketch: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedArticle:
    """A stored article as the comparison sees it."""

    article_id: int
    story_id: int
    copy_of: int | None
    signature: Signature
    first_seen_at: datetime


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
class StoredArticle:
    """An article with its place in the database."""

    id: int
    article: Article
    source_id: int | None
    story_id: int
    copy_of: int | None  # the id of the article that this one copies
    first_seen_at: datetime
    revised_at: datetime | None
    revisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """An earlier text of an article."""

    id: int
    article_id: int
    title: str | None
    standfirst: str | None
    body: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles that are copies or rewrites of one another; the first leads."""

    id: int
    leader_id: int
    title: str | None  # the leader's
    article_count: int
    created_at: datetime
    updated_at: datetime


class AlertPer(StrEnum):
    """How often a watch rings."""

    STORY = "story"  # once for a story, whoever copies it
    ARTICLE = "article"  # once for every article, copies too


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSpec:
    """A watch as a person asked for it. Empty `languages`, `sources` or `tags`: all of them.

    An article is in the scope of `tags` if one of them is among its own tags, is its section, or is
    among the tags of its source.
    """

    name: str
    query: str
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    alert_per: AlertPer = AlertPer.STORY
    max_age: timedelta | None = None  # an article published longer ago does not ring
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A watch and its place in the database."""

    id: int
    spec: WatchSpec
    origin: str
    paused: bool
    created_at: datetime

    @property
    def name(self) -> str:
        """The name a person gave it."""
        return self.spec.name


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchChanges:
    """What changed in the watches; `gone` has the ids of those that were paused or removed."""

    version: int  # to ask with next time
    active: tuple[Watch, ...]
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchActivity:
    """What a watch did: its matches in some time, and when it last matched at all."""

    matches: int
    last_match_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSetSpec:
    """A saved list of terms as a person asked for it; a query names it set:NAME."""

    name: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSet:
    """A saved list of terms and its place in the database."""

    id: int
    spec: TermSetSpec
    origin: str
    created_at: datetime

    @property
    def name(self) -> str:
        """The name a person gave it."""
        return self.spec.name


@dataclass(frozen=True, slots=True, kw_only=True)
class NameEdit:
    """What a person changed in the names of a place or country.

    `key` says which one it is; what it says is for those who know the names.
    """

    kind: str  # "place" or "country"
    key: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """A channel as a person asked for it; `options` are its type's own, secrets named by file."""

    name: str
    type: str  # "email", "webhook"
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel and its place in the database."""

    id: int
    spec: ChannelSpec
    origin: str
    paused: bool

    @property
    def name(self) -> str:
        """The name a person gave it."""
        return self.spec.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A watch, an article, and the passages that satisfied the query."""

    watch_id: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a match asks to be sent. `id` is stable: by it a receiver drops repeats."""

    id: str
    created_at: datetime
    watch: Watch
    article: StoredArticle
    story: Story
    passages: tuple[Passage, ...]
    source_name: str | None
    revised: bool  # it was a later text of the article that matched


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One alert on its way to one channel. `id` is stable over all its attempts."""

    id: str
    alert_id: str
    channel: str
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None
    last_error: str | None


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


class Outcome(StrEnum):
    """How an attempt to deliver ended."""

    DELIVERED = "delivered"
    RETRY = "retry"  # it is tried again later
    FAILED = "failed"  # given up


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttempt:
    """One attempt to deliver an alert to a channel."""

    id: int
    delivery_id: str
    attempted_at: datetime
    outcome: Outcome
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """How one thing went with a site's articles, one after the other; True: it failed.

    `recent` are the latest outcomes, the newest last. Those before are added up with weights that
    fade with each further one: `seen` is the sum of all, `failed` that of the failures.
    """

    recent: tuple[bool, ...] = ()
    seen: float = 0.0
    failed: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteHealth:
    """How extraction goes on a site.

    `length` is the mean natural logarithm of its texts' words, `lengths` the weight of that mean.
    """

    host: str
    updated_at: datetime
    rule: str | None = None  # the rule last applied to a page of it
    articles: int = 0
    length: float = 0.0
    lengths: float = 0.0
    series: Mapping[str, Series] = field(default_factory=dict)  # "body", "rule.title" …
    broken: tuple[str, ...] = ()  # the names of the series that fail as they did not use to


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the operator is to be told: trouble with a `subject`, open until it is resolved."""

    id: int
    kind: str  # "site.broken"
    subject: str
    message: str
    created_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process at work on this database."""

    id: str
    name: str
    host: str  # the machine
    pid: int
    started_at: datetime
    heartbeat_at: datetime
