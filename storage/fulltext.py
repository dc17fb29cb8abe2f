"""The full-text index: FTS5 in SQLite, tsvector with GIN in PostgreSQL.

SQLite's table keeps no text of its own (content=''), only the index. To take an article out it must
be told the very text that was put in, which `forget` does before the text changes.
"""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.folding import fold, phrases
from storage.statements import AnyRow
from storage.tables import articles

_FTS5_ADD = sa.text(
    "INSERT INTO article_text (rowid, title, standfirst, body)"
    " VALUES (:id, :title, :standfirst, :body)"
)
_FTS5_FORGET = sa.text(
    "INSERT INTO article_text (article_text, rowid, title, standfirst, body)"
    " VALUES ('delete', :id, :title, :standfirst, :body)"
)
_TSVECTOR_ADD = sa.text(
    "INSERT INTO article_text (article_id, document) VALUES (:id,"
    " setweight(to_tsvector('simple', :title), 'A')"
    " || setweight(to_tsvector('simple', :standfirst), 'B')"
    " || to_tsvector('simple', :body))"
)
_TSVECTOR_FORGET = sa.text("DELETE FROM article_text WHERE article_id = :id")
# A search reads from the newest article back, so it may stop at its limit.
_FTS5_FIND = sa.text(
    "SELECT rowid FROM article_text WHERE article_text MATCH :query AND rowid < :before"
    " ORDER BY rowid DESC LIMIT :limit"
)
_NO_LIMIT = 2**62


class Texts(NamedTuple):
    """What is indexed of an article: as it is written, or folded."""

    id: int
    title: str | None
    standfirst: str | None
    body: str


def texts_of(row: AnyRow) -> Texts:
    """The texts of a row with these columns."""
    return Texts(row.id, row.title, row.standfirst, row.body)


def folded(texts: Texts) -> Texts:
    """The texts as the index takes them; pure."""
    return Texts(texts.id, fold(texts.title), fold(texts.standfirst), fold(texts.body))


def add(connection: Connection, texts: Sequence[Texts]) -> None:
    """Index these texts, which are folded, and mark the articles as indexed."""
    if not texts:
        return
    statement = _TSVECTOR_ADD if connection.dialect.name == "postgresql" else _FTS5_ADD
    connection.execute(statement, [each._asdict() for each in texts])
    connection.execute(
        sa.update(articles)
        .where(articles.c.id.in_([each.id for each in texts]))
        .values(indexed=True)
    )


def forget(connection: Connection, row: AnyRow) -> None:
    """Take the text of this row (as it is now, with `indexed`) out of the index."""
    if row.indexed:
        postgres = connection.dialect.name == "postgresql"
        statement = _TSVECTOR_FORGET if postgres else _FTS5_FORGET
        connection.execute(statement, folded(texts_of(row))._asdict())


def find(connection: Connection, query: str, *, limit: int, before: int | None) -> list[int]:
    """The ids of the newest articles in which every word and phrase of the query occurs."""
    wanted = phrases(query)
    if not wanted:
        return []
    limits = {"limit": limit, "before": _NO_LIMIT if before is None else before}
    if connection.dialect.name == "postgresql":
        # Each phrase is its own function call: no syntax in it can reach the database.
        match = " && ".join(f"phraseto_tsquery('simple', :p{n})" for n in range(len(wanted)))
        statement = sa.text(
            f"SELECT article_id FROM article_text WHERE document @@ ({match})"  # noqa: S608 - numbered parameters only
            " AND article_id < :before ORDER BY article_id DESC LIMIT :limit"
        )
        values = {f"p{n}": phrase for n, phrase in enumerate(wanted)}
        return [int(found) for found in connection.scalars(statement, {**values, **limits})]
    # A string in quotes is a phrase; no quote can be within, for folding left only words.
    match = " AND ".join(f'"{phrase}"' for phrase in wanted)
    return [int(found) for found in connection.scalars(_FTS5_FIND, {"query": match, **limits})]
