"""Small pieces of SQL that several tables need."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Row

T = TypeVar("T")
AnyRow: TypeAlias = Row[*tuple[Any, ...]]

CHUNK = 500  # values in one IN (…): both databases take some thousands


def insert(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT: both databases do, each in a class of its own."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_new(
    connection: Connection,
    table: sa.Table,
    rows: Sequence[dict[str, Any]],
    *,
    unique: Sequence[str],
) -> int:
    """Insert those of the rows whose `unique` columns nobody has; gives how many.

    Another worker may be inserting the same at this moment: it is waited for, and its rows stay.
    """
    if not rows:
        return 0
    statement = insert(connection, table).on_conflict_do_nothing(index_elements=unique)
    done = connection.execute(statement, rows, execution_options={"preserve_rowcount": True})
    return done.rowcount


def earlier(
    connection: Connection, column: sa.Column[datetime], by: timedelta
) -> sa.ColumnElement[Any]:
    """A UtcDateTime column's time less `by`: either database counts in its own way."""
    if connection.dialect.name == "postgresql":
        return sa.type_coerce(column, sa.TIMESTAMP(timezone=True)) - sa.literal(by, sa.Interval())
    return sa.type_coerce(column, sa.BigInteger()) - by // timedelta(microseconds=1)


def digest(key: str) -> bytes:
    """16 bytes for a key of any length: an index row in PostgreSQL holds 2,704 bytes at most."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """`values` in pieces of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
