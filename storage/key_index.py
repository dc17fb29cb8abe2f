"""The tokens of each article, in the database's full-text index: FTS5, or tsvector with GIN.

FTS5 keeps nothing but which article has which token. To take an article out it must be told the
very tokens that were put in, so they are kept beside it, compressed. PostgreSQL keeps them itself.
"""

import zlib
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.key_query import token
from storage.statements import AnyRow, chunks
from storage.tables import article_keys as table
from storage.tables import articles

# Of an article's tokens together, in bytes; a tsvector holds 1 MiB at most.
MOST_BYTES = 512 * 1024

_AWAIT = sa.insert(table)
_FTS5_ADD = sa.text("INSERT INTO article_text_keys (rowid, tokens) VALUES (:id, :tokens)")
_FTS5_FORGET = sa.text(
    "INSERT INTO article_text_keys (article_text_keys, rowid, tokens)"
    " VALUES ('delete', :id, :tokens)"
)
_TSVECTOR_PUT = sa.text(
    "INSERT INTO article_text_keys (article_id, document)"
    " VALUES (:id, array_to_tsvector(string_to_array(:tokens, ' ')))"
    " ON CONFLICT (article_id) DO UPDATE SET document = excluded.document"
)
_TSVECTOR_FORGET = sa.text("DELETE FROM article_text_keys WHERE article_id = :id")


def awaits(connection: Connection, article_id: int) -> None:
    """Note that the keys of a new article are to be made."""
    values = {"article_id": article_id, "rules": 0, "whole": False, "changes": 0}
    connection.execute(_AWAIT, values)


def changed(connection: Connection, ids: Sequence[int]) -> None:
    """Note that the texts of these articles are others now, so their keys are to be made again."""
    for some in chunks(ids):
        connection.execute(
            sa.update(table)
            .where(table.c.article_id.in_(some))
            .values(rules=0, whole=False, changes=table.c.changes + 1)
        )


def changed_of_source(connection: Connection, source_id: int) -> None:
    """Note the same of all articles of a source: its name and its tags are among their keys."""
    of_source = sa.select(articles.c.id).where(articles.c.source_id == source_id)
    connection.execute(
        sa.update(table)
        .where(table.c.article_id.in_(of_source))
        .values(rules=0, whole=False, changes=table.c.changes + 1)
    )


def tokens(keys: Collection[str]) -> str | None:
    """The tokens of these keys with spaces between; None where they are too many."""
    joined = " ".join(sorted(set(map(token, filter(None, keys)))))
    return joined if len(joined.encode()) <= MOST_BYTES else None


def replace(connection: Connection, row: AnyRow, now: str | None) -> bytes | None:
    """Index an article by these tokens instead of those it had; none of them: by nothing.

    `row` is the article's of the table as it is; given back is what it must keep.
    """
    if connection.dialect.name == "postgresql":
        statement = _TSVECTOR_PUT if now else _TSVECTOR_FORGET
        connection.execute(statement, {"id": row.article_id, "tokens": now})
        return None
    if row.tokens is not None:
        former = zlib.decompress(row.tokens).decode()
        connection.execute(_FTS5_FORGET, {"id": row.article_id, "tokens": former})
    if not now:
        return None
    connection.execute(_FTS5_ADD, {"id": row.article_id, "tokens": now})
    return zlib.compress(now.encode())
