"""Earlier texts of an article, each kept as what makes it of the text after it.

An edit changes a sentence, and a live blog grows by a post: kept whole, the earlier texts of one
would take a hundred times the room of the last. So each is compressed with the text after it as the
dictionary (reverse deltas: Tichy, "RCS: a system for version control", 1985), and is read from the
present text backwards. docs/decisions/revisions.md has the measurements.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import sqlalchemy as sa
import zstandard
from sqlalchemy.engine import Connection

from storage.errors import DatabaseDamaged
from storage.records import Revision
from storage.statements import AnyRow
from storage.tables import articles
from storage.tables import revisions as table

# Of edited articles level 1 leaves 26 bytes, and level 19, at three times the cost, 24.
_LEVEL: Final = 1
_LEAST_DICTIONARY: Final = 8  # bytes: zstd takes no shorter one


def keep(connection: Connection, former: AnyRow, body: str, *, seen_at: datetime) -> None:
    """Keep the former text of an article, whose body is now `body`."""
    connection.execute(
        sa.insert(table).values(
            article_id=former.id,
            title=former.title,
            standfirst=former.standfirst,
            body="",
            seen_at=seen_at,
            delta=delta(former.body, body),
        )
    )


def rebase(connection: Connection, article_id: int, was: str, body: str) -> None:
    """Keep the earlier texts readable from another present body than there was."""
    if was == body:
        return
    last = connection.execute(
        sa.select(table.c.id, table.c.delta)
        .where(table.c.article_id == article_id)
        .order_by(table.c.id.desc())
        .limit(1)
    ).first()
    if last is not None and last.delta is not None:
        again = delta(earlier(last.delta, was), body)
        connection.execute(sa.update(table).where(table.c.id == last.id).values(delta=again))


def read(connection: Connection, article_id: int) -> list[Revision]:
    """The earlier texts of an article, the first seen first."""
    rows = connection.execute(
        sa.select(table).where(table.c.article_id == article_id).order_by(table.c.id)
    ).all()
    if not rows:
        return []
    present = connection.scalar(sa.select(articles.c.body).where(articles.c.id == article_id))
    return revisions_of(rows, present or "")


def delta(text: str, later: str) -> bytes:
    """What makes `text` of the text after it."""
    compressor = zstandard.ZstdCompressor(level=_LEVEL, dict_data=_dictionary(later))
    return compressor.compress(text.encode())


def earlier(packed: bytes, later: str) -> str:
    """The text of which `packed` is the delta. Raises DatabaseDamaged where that is damaged."""
    decompressor = zstandard.ZstdDecompressor(dict_data=_dictionary(later))
    try:
        return decompressor.decompress(packed).decode()
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        raise DatabaseDamaged(
            f"An earlier text of an article is damaged: {error}.",
            remedy="Is the database sound? tocsin db check",
        ) from error


def _dictionary(text: str) -> zstandard.ZstdCompressionDict | None:
    data = text.encode()
    if len(data) < _LEAST_DICTIONARY:
        return None
    return zstandard.ZstdCompressionDict(data, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def revisions_of(rows: Iterable[AnyRow], present: str) -> list[Revision]:
    """The earlier texts of one article whose body is `present`, the first seen first.

    `rows` are those of the table, the first stored first; the oldest may be gone.
    """
    found = []
    body = present
    for row in reversed([*rows]):
        body = row.body if row.delta is None else earlier(row.delta, body)
        found.append(
            Revision(
                id=row.id,
                article_id=row.article_id,
                title=row.title,
                standfirst=row.standfirst,
                body=body,
                seen_at=row.seen_at,
            )
        )
    return found[::-1]
