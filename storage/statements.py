"""Small pieces of SQL that several tables need."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

T = TypeVar("T")

CHUNK = 500  # values in one IN (…): both databases take some thousands


def insert(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT: both databases do, each in a class of its own."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def digest(key: str) -> bytes:
    """16 bytes for a key of any length: an index row in PostgreSQL holds 2,704 bytes at most."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """`values` in pieces of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
