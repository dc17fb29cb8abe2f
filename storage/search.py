"""Search in the articles. They are indexed after they were admitted: no alert waits for it."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import fulltext
from storage.articles import stored
from storage.records import StoredArticle
from storage.tables import articles

_UNINDEXED = sa.text("NOT indexed")  # word for word the condition of the partial index


class Search:
    """The full-text search, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def index_pending(self, limit: int = 200) -> int:
        """Index at most `limit` new or revised articles, the first first; gives how many."""
        rows = self.connection.execute(
            sa.select(articles.c.id, articles.c.title, articles.c.standfirst, articles.c.body)
            .where(_UNINDEXED)
            .order_by(articles.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        fulltext.add(self.connection, rows)
        return len(rows)

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
