"""Articles, their revisions, and the stories that they tell."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ArticleKind(StrEnum):
    """What sort of page an article is."""

    ARTICLE = "article"
    LIVE_BLOG = "live_blog"
    VIDEO = "video"
    GALLERY = "gallery"
    INDEX = "index"
    OPINION = "opinion"
    PAID = "paid"


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
class Signature:
    """What is kept of a text to recognise its copies.

    `exact` is a digest of the folded text; `keys` are signed 64-bit integers to be indexed: two
    texts that are copies share some; `sketch` is the packed form that the comparison reads. It is
    not stored, for it can be made from the text again: what storage gives has none (b"").
    """

    exact: str
    keys: tuple[int, ...]
    sketch: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedArticle:
    """A stored article as the comparison sees it; its text is there to make the sketch from."""

    article_id: int
    story_id: int
    copy_of: int | None
    signature: Signature
    first_seen_at: datetime
    title: str | None = None
    body: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article of a story, as new articles on the same event are compared with it.

    `vector` is the packed form that the comparison reads. `tied_to` is the article that it is a
    rewrite of: the two are of one story whatever their vectors say.
    """

    article_id: int
    vector: bytes
    tied_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStory:
    """A story that new articles may join, with some of its members, never none: the first first.

    Copies are no members, for they go where their original goes. `pinned`: a person has said what
    belongs to it.
    """

    story_id: int
    members: tuple[StoryMember, ...]
    pinned: bool = False


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
    outlet: str | None = None  # the domain that published it; None: stored before that was asked


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
class Outlet:
    """Who published an article: a registered domain, as its first article in a story names it."""

    domain: str
    name: str | None
    url: str  # of that article


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles on one event, copies of one another or not; the first leads."""

    id: int
    leader_id: int
    title: str | None  # the leader's
    article_count: int
    created_at: datetime
    updated_at: datetime
    pinned: bool = False  # a person has said what belongs to it, and it stays so
    merged_into: int | None = None  # the story that its articles are of by now
    outlet_count: int = 0
    outlets: tuple[Outlet, ...] = ()  # the first ones that had it, in their order


class Belonging(StrEnum):
    """How an article came to be in its story."""

    LEAD = "lead"  # it began it
    COPY = "copy"  # it has another article's text
    REWRITE = "rewrite"  # it shares much with another article's text
    EVENT = "event"  # it reports the same event, in words of its own
    HAND = "hand"  # a person said so


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDecision:
    """What put an article into its story.

    `other_id` is the article that it was compared with, `score`, 0 to 1, how alike they were; for
    an event, how like the article is to those of the story on average. `evidence`: "near" are the
    other stories it was compared with and how like them it is, "from" the story that it was in
    before, "by" the article that showed that it belongs elsewhere.
    """

    article_id: int
    story_id: int
    kind: Belonging
    decided_at: datetime
    other_id: int | None = None
    score: float | None = None
    evidence: dict[str, Any] | None = None
