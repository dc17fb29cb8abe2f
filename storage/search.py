"""Search in the articles. They are indexed after they were admitted: no alert waits for it.

A step of indexing reads texts (`unindexed`), leaves the database alone while they are folded, and
writes (`put`) those that have not changed meanwhile.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import fulltext
from storage.articles import stored
from storage.fulltext import Texts, folded, texts_of
from storage.records import StoredArticle
from storage.tables import articles

_UNINDEXED = sa.text("NOT indexed")  # word for word the condition of the partial index
_TEXTS = sa.select(articles.c.id, articles.c.title, articles.c.standfirst, articles.c.body)
_FIRST_UNINDEXED = _TEXTS.where(_UNINDEXED).order_by(articles.c.id)


class Search:
    """The full-text search, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def index_pending(self, limit: int = 200) -> int:
        """Index at most `limit` new or revised articles, the first first; gives how many."""
        rows = self.connection.execute(
            _FIRST_UNINDEXED.limit(limit).with_for_update(skip_locked=True)
        )
        found = [folded(texts_of(row)) for row in rows]
        fulltext.add(self.connection, found)
        return len(found)

    def unindexed(self, limit: int) -> list[Texts]:
        """The texts of at most `limit` new or revised articles, the first first."""
        return [texts_of(row) for row in self.connection.execute(_FIRST_UNINDEXED.limit(limit))]

    def put(self, made: Sequence[tuple[Texts, Texts]]) -> int:
        """Index these articles by their folded texts, which come second; gives how many were.

        Left out are those whose text is another now, and those that another was faster with.
        """
        rows = self.connection.execute(
            _TEXTS.where(
                articles.c.id.in_([texts.id for texts, _ in made]), _UNINDEXED
            ).with_for_update()
        )
        now = {row.id: texts_of(row) for row in rows}
        same = [folded for texts, folded in made if now.get(texts.id) == texts]
        fulltext.add(self.connection, same)
        return len(same)

    def pending(self) -> int:
        """How many articles are not indexed yet."""
        counted = self.connection.scalar(
            sa.select(sa.func.count()).select_from(articles).where(_UNINDEXED)
        )
        return int(counted or 0)

    def search(
        self, query: str, limit: int = 50, *, before: int | None = None
    ) -> list[StoredArticle]:
        """The newest articles in which every word and every "phrase" of the query occurs.

        Case and accents make no difference, and no query is an error. `before`: the id of the last
        article on the page before.
        """
        ids = fulltext.find(self.connection, query, limit=limit, before=before)
        rows = self.connection.execute(
            sa.select(articles).where(articles.c.id.in_(ids)).order_by(articles.c.id.desc())
        )
        return [stored(row) for row in rows]
