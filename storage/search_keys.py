"""The index of keys: which articles a query may match, so that not all of them have to be read.

Whoever indexes says what the keys of an article are (words, their common forms, pairs of
characters, marks such as ":lang:en"), and under which rules it made them. What is asked for is an
expression over such keys. The answer may hold too many articles, never too few: those that are not
indexed, or were by other rules, or have more keys than the index takes, are always in it.

A key becomes a token of the database's full-text index: FTS5 in SQLite, which keeps nothing but
which article has which token, and a tsvector with GIN in PostgreSQL. SQLite forgets an article's
tokens only when it is given the same ones again, so they are kept, compressed.

Admission only notes that a text is to be indexed. A step of indexing reads (`stale`), leaves the
database alone while the keys are made, and writes (`put`) what has not changed meanwhile.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import key_index, key_query
from storage.articles import stored
from storage.idset import IdSet
from storage.records import KeyExpression, Revision, StoredArticle
from storage.revisions import revisions_of
from storage.statements import AnyRow, chunks
from storage.tables import article_keys as table
from storage.tables import articles, revisions, sources

_REVISED = sa.text("revised_at IS NOT NULL")  # word for word the condition of the partial index
_PARTLY = sa.text("NOT whole")  # likewise
_FEW = 600  # articles: reading them costs less than reading the ids of all of a language


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleTexts:
    """An article with its earlier texts, the first seen first, as far as they are kept.

    The source is that which brought it first, as it is called and tagged today.
    """

    stored: StoredArticle
    earlier: tuple[Revision, ...]
    source_name: str | None
    source_tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """An article whose keys are to be made; `rules` and `changes` tell whether it still is."""

    texts: ArticleTexts
    rules: int
    changes: int


class Candidates(NamedTuple):
    """The articles that may match, and how many there are in that time."""

    ids: IdSet
    stored: int


def tokens(keys: Collection[str] | None) -> str | None:
    """What the index holds of an article with these keys, as `SearchKeys.put` takes it; pure.

    None where there are more than the index takes, or none can be told.
    """
    return None if keys is None else key_index.tokens(keys)


class SearchKeys:
    """The index of keys, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    # Indexing.

    def stale(self, rules: int, limit: int) -> list[Stale]:
        """Some of the articles that are not indexed by these rules: new texts first."""
        found: list[tuple[int, int, int]] = []
        for condition in _not_by(rules):
            rows = self.connection.execute(
                sa.select(table.c.article_id, table.c.rules, table.c.changes)
                .where(condition)
                .order_by(table.c.rules.desc(), table.c.article_id.desc())
                .limit(limit - len(found))
            )
            found += [(row.article_id, row.rules, row.changes) for row in rows]
            if len(found) == limit:
                break
        texts = {each.stored.id: each for each in self.texts([row[0] for row in found])}
        return [
            Stale(texts=texts[article_id], rules=was, changes=changes)
            for article_id, was, changes in found
        ]

    def pending(self, rules: int) -> int:
        """How many articles are not indexed by these rules."""
        counted = sa.select(sa.func.count()).select_from(table)
        return sum(
            self.connection.scalar(counted.where(condition)) or 0 for condition in _not_by(rules)
        )

    def put(self, rules: int, made: Iterable[tuple[Stale, str | None]]) -> int:
        """Index articles by the tokens of their keys (see `tokens`).

        Gives how many were, without those that changed meanwhile. Tokens of None: the article is a
        candidate whatever is asked.
        """
        return sum(self._put(rules, stale, tokens) for stale, tokens in made)

    def _put(self, rules: int, stale: Stale, tokens: str | None) -> bool:
        article_id = stale.texts.stored.id
        row = self.connection.execute(
            sa.select(table)
            .where(
                table.c.article_id == article_id,
                table.c.rules == stale.rules,
                table.c.changes == stale.changes,
            )
            .with_for_update()
        ).first()
        if row is None:
            return False
        kept = key_index.replace(self.connection, row, tokens)
        self.connection.execute(
            sa.update(table)
            .where(table.c.article_id == article_id)
            .values(rules=rules, whole=tokens is not None, tokens=kept)
        )
        return True

    # Asking.

    def candidates(
        self, wanted: KeyExpression | None, *, since: datetime, until: datetime, rules: int
    ) -> Candidates:
        """The articles with a text first seen from `since` until before `until` that may match.

        An article counts where it was first seen in that time, or revised in it. `wanted` None: all
        of them. `rules`: those by which what is wanted was made.
        """
        seen = self._seen(since, until)
        if not seen:
            return Candidates(IdSet(0), 0)
        low, high = min(seen), max(seen)
        everything = IdSet.of(seen, low=low, high=high)
        if wanted is None:
            return Candidates(everything, len(everything))
        found = key_query.find(self.connection, wanted, low=low, high=high)
        if found is None:
            return Candidates(everything, len(everything))
        found |= IdSet.of(self._always(rules, low, high), low=low, high=high)
        return Candidates(everything & found, len(everything))

    def within(
        self,
        wanted: KeyExpression,
        *,
        low: int,
        high: int,
        rules: int,
        source_id: int | None = None,
        language: str | None = None,
    ) -> IdSet:
        """The ids, from `low` to `high`, of the articles that may match.

        With `source_id` or `language` only the articles of that source, or in that language, unless
        there are so few that whoever reads them finds out sooner.
        """
        found = key_query.find(self.connection, wanted, low=low, high=high)
        if found is None:
            found = IdSet.of(self._ids(low, high), low=low, high=high)
        else:
            found |= IdSet.of(self._always(rules, low, high), low=low, high=high)
        for column, value in (
            (articles.c.source_id, source_id),
            (articles.c.language, language),
        ):
            if value is not None and len(found) > _FEW:
                found &= IdSet.of(self._ids(low, high, column == value), low=low, high=high)
        return found

    def _ids(self, low: int, high: int, *only: sa.ColumnElement[bool]) -> Sequence[int]:
        within = articles.c.id.between(low, high)
        return self.connection.scalars(sa.select(articles.c.id).where(within, *only)).all()

    def first_since(self, moment: datetime) -> int | None:
        """The first article that came since then; None: none has."""
        return self.connection.scalar(
            sa.select(articles.c.id)
            .where(articles.c.first_seen_at >= moment)
            .order_by(articles.c.first_seen_at, articles.c.id)
            .limit(1)
        )

    def newest(self) -> int:
        """The id of the last article; 0 before the first."""
        return self.connection.scalar(sa.select(sa.func.max(articles.c.id))) or 0

    def _seen(self, since: datetime, until: datetime) -> "array[int]":
        new = sa.select(articles.c.id).where(
            articles.c.first_seen_at >= since, articles.c.first_seen_at < until
        )
        revised = sa.select(articles.c.id).where(
            _REVISED, articles.c.revised_at >= since, articles.c.first_seen_at < until
        )
        ids = array("q", self.connection.scalars(new))
        ids.extend(self.connection.scalars(revised))
        return ids

    def _always(self, rules: int, low: int, high: int) -> list[int]:
        within = table.c.article_id.between(low, high)
        conditions: tuple[sa.ColumnElement[bool] | sa.TextClause, ...] = (*_not_by(rules), _PARTLY)
        return [
            article_id
            for condition in conditions
            for article_id in self.connection.scalars(
                sa.select(table.c.article_id).where(condition, within)
            )
        ]

    def oldest(self) -> datetime | None:
        """When the first of all articles was first seen."""
        return self.connection.scalar(
            sa.select(articles.c.first_seen_at).order_by(articles.c.first_seen_at).limit(1)
        )

    def texts(self, ids: Sequence[int]) -> list[ArticleTexts]:
        """The articles of these ids, in their order, each with its earlier texts."""
        found: dict[int, ArticleTexts] = {}
        for some in chunks(ids):
            earlier = self._earlier(some)
            rows = self.connection.execute(
                sa.select(articles, sources.c.name, sources.c.tags.label("source_tags"))
                .join_from(articles, sources, isouter=True)
                .where(articles.c.id.in_(some))
            )
            for row in rows:
                found[row.id] = ArticleTexts(
                    stored=stored(row),
                    earlier=tuple(revisions_of(earlier[row.id], row.body)),
                    source_name=row.name,
                    source_tags=tuple(row.source_tags or ()),
                )
        return [found[number] for number in ids if number in found]

    def _earlier(self, ids: Sequence[int]) -> defaultdict[int, list[AnyRow]]:
        rows = self.connection.execute(
            sa.select(revisions)
            .where(revisions.c.article_id.in_(ids))
            .order_by(revisions.c.article_id, revisions.c.id)
        )
        earlier: defaultdict[int, list[AnyRow]] = defaultdict(list)
        for row in rows:
            earlier[row.article_id].append(row)
        return earlier


def _not_by(rules: int) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of being indexed by other rules, those not indexed at all first.

    Each is a range of the index; put into one condition they would be none.
    """
    return (
        table.c.rules == 0,
        sa.and_(table.c.rules > 0, table.c.rules < rules),
        table.c.rules > rules,
    )
