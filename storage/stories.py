"""Stories: articles that are copies or rewrites of one another."""

import builtins
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.articles import stored
from storage.records import StoredArticle, Story
from storage.statements import AnyRow
from storage.tables import articles
from storage.tables import stories as table

_WITH_TITLE = sa.select(table, articles.c.title).join_from(
    table, articles, articles.c.id == table.c.leader_id
)


class Stories:
    """The stories, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, story_id: int) -> Story | None:
        """The story."""
        row = self.connection.execute(_WITH_TITLE.where(table.c.id == story_id)).first()
        return None if row is None else _story(row)

    def many(self, ids: Sequence[int]) -> dict[int, Story]:
        """The stories of these ids."""
        rows = self.connection.execute(_WITH_TITLE.where(table.c.id.in_(ids)))
        return {row.id: _story(row) for row in rows}

    def list(self, limit: int = 50, *, before: datetime | None = None) -> builtins.list[Story]:
        """The last touched first. `before`: the `updated_at` of the last one on the page before."""
        found = _WITH_TITLE.order_by(table.c.updated_at.desc(), table.c.id.desc()).limit(limit)
        if before is not None:
            found = found.where(table.c.updated_at < before)
        return [_story(row) for row in self.connection.execute(found)]

    def articles(self, story_id: int, limit: int = 1_000) -> builtins.list[StoredArticle]:
        """Its articles, the leader first, then as they came."""
        rows = self.connection.execute(
            sa.select(articles)
            .where(articles.c.story_id == story_id)
            .order_by(articles.c.id)
            .limit(limit)
        )
        return [stored(row) for row in rows]


def _story(row: AnyRow) -> Story:
    return Story(
        id=row.id,
        leader_id=row.leader_id,
        title=row.title,
        article_count=row.article_count,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
