"""What is exported: the columns of a table, and its pages."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from storage.database import UnitOfWork
from storage.records import Alert, DeliveryState, StoredArticle

PAGE: Final = 500  # rows that are read at once

Row = Sequence[Any]


class Read(Protocol):
    """Reads a page of rows."""

    def __call__(self, unit: UnitOfWork, before: Any) -> list[Row]:
        """The rows after the one with the id `before`; None: the first."""


class Kind(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    TEXT = "text"
    TEXTS = "texts"
    TIME = "time"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by the name that the API gives it, too."""

    name: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `read` gives rows after the one with this id, None: the first. Their id is first."""

    name: str
    columns: Sequence[Column]
    read: Read


_ARTICLE: Final = (
    Column("url"),
    Column("canonical_url"),
    Column("title"),
    Column("standfirst"),
    Column("authors", Kind.TEXTS),
    Column("published_at", Kind.TIME),
    Column("modified_at", Kind.TIME),
    Column("body"),
    Column("language"),
    Column("section"),
    Column("tags", Kind.TEXTS),
    Column("image_url"),
    Column("image_caption"),
    Column("site_name"),
    Column("publisher"),
    Column("paywalled", Kind.FLAG),
    Column("word_count", Kind.NUMBER),
    Column("kind"),
)
_ARTICLES: Final = (
    Column("id", Kind.NUMBER),
    Column("story_id", Kind.NUMBER),
    Column("copy_of", Kind.NUMBER),
    Column("source"),
    Column("first_seen_at", Kind.TIME),
    Column("revised_at", Kind.TIME),
    Column("revisions", Kind.NUMBER),
    *_ARTICLE,
)
_ALERTS: Final = (
    Column("id"),
    Column("created_at", Kind.TIME),
    Column("watch"),
    Column("query"),
    Column("revised", Kind.FLAG),
    Column("acknowledged_at", Kind.TIME),
    Column("acknowledged_by"),
    Column("passages", Kind.TEXTS),
    Column("story_id", Kind.NUMBER),
    Column("article_id", Kind.NUMBER),
    Column("source"),
    Column("url"),
    Column("title"),
    Column("language"),
    Column("published_at", Kind.TIME),
)


def articles_table(
    *,
    search: str | None = None,
    source: str | None = None,
    language: str | None = None,
    story: int | None = None,
) -> Table:
    """The articles, the newest first; with `search` nothing else narrows them."""

    def read(unit: UnitOfWork, before: Any) -> list[Row]:
        if search is not None:
            found = unit.search.search(search, PAGE, before=before)
        else:
            found = unit.articles.list(
                PAGE, before=before, source=source, language=language, story_id=story
            )
        names = unit.sources.names([each.source_id for each in found if each.source_id])
        return [_article_row(each, names.get(each.source_id or 0)) for each in found]

    return Table("articles", _ARTICLES, read)


def alerts_table(
    *,
    watch: str | None = None,
    channel: str | None = None,
    state: DeliveryState | None = None,
    story: int | None = None,
) -> Table:
    """The alerts, the last first."""

    def read(unit: UnitOfWork, before: Any) -> list[Row]:
        found = unit.outbox.alerts(
            PAGE, watch=watch, channel=channel, state=state, story_id=story, before=before
        )
        return [_alert_row(each) for each in found]

    return Table("alerts", _ALERTS, read)


def pages(read: Callable[[Any], list[Row]]) -> Iterator[list[Row]]:
    """All pages of what `read` reads, which is given the id that a page is to come after."""
    before: Any = None
    while rows := read(before):
        yield rows
        if len(rows) < PAGE:
            return
        before = rows[-1][0]


def _article_row(stored: StoredArticle, source: str | None) -> Row:
    return (
        stored.id,
        stored.story_id,
        stored.copy_of,
        source,
        stored.first_seen_at,
        stored.revised_at,
        stored.revisions,
        *(getattr(stored.article, column.name) for column in _ARTICLE),
    )


def _alert_row(alert: Alert) -> Row:
    article = alert.article.article
    return (
        alert.id,
        alert.created_at,
        alert.watch.name,
        alert.watch.spec.query,
        alert.revised,
        alert.acknowledged_at,
        alert.acknowledged_by,
        [passage.text for passage in alert.passages],
        alert.story.id,
        alert.article.id,
        alert.source_name,
        article.url,
        article.title,
        article.language,
        article.published_at,
    )
