"""Column types: what goes into the database is made harmless here, on its way in.

PostgreSQL refuses NUL characters, and neither database takes a lone surrogate; both come from
hostile or broken pages, and neither means anything, so no caller has to think of them.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HARMFUL = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` without NUL characters, and with U+FFFD for each lone surrogate."""
    return _HARMFUL.sub(lambda found: "" if found[0] == "\x00" else "\ufffd", str(text))


def clean_json(value: Any) -> Any:
    """A JSON value with all texts in it cleaned; tuples become lists."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): clean_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(part) for part in value]
    return value


def to_utc(moment: datetime) -> datetime:
    """`moment` in UTC; the first or last moment there is when its offset carries it beyond.

    Raises ValueError for a naive datetime: what it means depends on who reads it.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _FIRST if moment.year == 1 else _LAST


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC: timestamptz, or in SQLite whole microseconds since 1970."""

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has a type of its own for it."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Into the database."""
        if value is None:
            return None
        moment = to_utc(value)
        return moment if dialect.name == "postgresql" else (moment - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Out of the database."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return to_utc(value)
        return _EPOCH + timedelta(microseconds=value)


class Duration(TypeDecorator[timedelta]):
    """A timedelta, as whole microseconds."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the base class's signature
        """Into the database."""
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> timedelta | None:  # noqa: ARG002 - the base class's signature
        """Out of the database."""
        return None if value is None else timedelta(microseconds=value)


class Text(TypeDecorator[str]):
    """Text that either database takes."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class's signature
        """Into the database."""
        return None if value is None else clean(value)


class Json(TypeDecorator[Any]):
    """A JSON value that either database takes."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - the base class's signature
        """Into the database."""
        return clean_json(value)


# SQLite only numbers rows by itself in a column that is exactly INTEGER PRIMARY KEY.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
