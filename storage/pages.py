"""The pages that articles were read from, kept to be read again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import KeptPage, PackedPage
from storage.statements import AnyRow
from storage.tables import articles, sources
from storage.tables import pages as table


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """A kept page without its content: enough to tell whether it is wanted."""

    id: int
    article_id: int
    url: str


class Pages:
    """The kept pages, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def keep(
        self, article_id: int, page: PackedPage, *, entry_id: int | None, another_text: bool
    ) -> None:
        """Keep the page of an article.

        A page the same as the last one is not stored again. One that brought no other text takes
        the place of the last: most pages differ each time in what stands around the article.
        """
        last = self._last(article_id)
        if last is not None and last.digest == page.digest:
            return
        values = {
            "article_id": article_id,
            "entry_id": entry_id,
            "url": page.url,
            "fetched_at": page.fetched_at,
            "headers": dict(page.headers),
            "digest": page.digest,
            "size": page.size,
            "kept_size": len(page.content),
            "codec": page.codec,
            "content": page.content,
        }
        if last is None or another_text:
            self.connection.execute(_KEEP, values)
        else:
            self.connection.execute(sa.update(table).where(table.c.id == last.id).values(values))

    def _last(self, article_id: int) -> AnyRow | None:
        return self.connection.execute(_LAST, {"of_article": article_id}).first()

    def forget(self, article_id: int) -> None:
        """Keep none of the article's pages."""
        self.connection.execute(sa.delete(table).where(table.c.article_id == article_id))

    def latest(self, article_id: int) -> KeptPage | None:
        """The last page of an article that is still kept."""
        return self._one(article_id, table.c.id.desc())

    def earliest(self, article_id: int) -> KeptPage | None:
        """The first page of an article that is still kept."""
        return self._one(article_id, table.c.id.asc())

    def _one(self, article_id: int, order: sa.UnaryExpression[int]) -> KeptPage | None:
        row = self.connection.execute(
            sa.select(table).where(table.c.article_id == article_id).order_by(order).limit(1)
        ).first()
        return None if row is None else _kept(row)

    def walk(
        self,
        *,
        after: int = 0,
        limit: int = 100,
        source: str | None = None,
        since: datetime | None = None,
    ) -> list[PageLine]:
        """The last page of each article whose id is higher than `after`, in the order of these ids.

        `source`: of the source of that name only; `since`: of articles first seen since then only.
        """
        last = (
            sa.select(sa.func.max(table.c.id))
            .where(table.c.article_id > after)
            .group_by(table.c.article_id)
            .order_by(table.c.article_id)
            .limit(limit)
        )
        its_article = sa.select(articles.c.id).where(articles.c.id == table.c.article_id)
        if source is not None:
            of_source = sa.select(sources.c.id).where(sources.c.name == source)
            wanted = its_article.where(articles.c.source_id == of_source.scalar_subquery())
            last = last.where(wanted.exists())
        if since is not None:
            last = last.where(its_article.where(articles.c.first_seen_at >= since).exists())
        ids = self.connection.scalars(last).all()
        rows = self.connection.execute(
            sa.select(table.c.id, table.c.article_id, table.c.url).where(table.c.id.in_(ids))
        )
        lines = [PageLine(id=row.id, article_id=row.article_id, url=row.url) for row in rows]
        return sorted(lines, key=lambda line: line.article_id)


_KEEP = sa.insert(table)
_LAST = (
    sa.select(table.c.id, table.c.digest)
    .where(table.c.article_id == sa.bindparam("of_article"))
    .order_by(table.c.id.desc())
    .limit(1)
)


def _kept(row: AnyRow) -> KeptPage:
    headers: dict[str, Any] = dict(row.headers)
    return KeptPage(
        id=row.id,
        article_id=row.article_id,
        entry_id=row.entry_id,
        page=PackedPage(
            url=row.url,
            headers={name: str(value) for name, value in headers.items()},
            fetched_at=row.fetched_at,
            digest=bytes(row.digest),
            size=row.size,
            codec=row.codec,
            content=bytes(row.content),
        ),
    )
