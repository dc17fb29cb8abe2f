"""In PostgreSQL, the keys of signatures are packed, dozens to a row: see storage.copy_keys."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.types import Id

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_IN_A_ROW = 48  # three quarters of what it may hold, so that the next ones find room
_ROWS_AT_ONCE = 200
_signature_keys = sa.table(
    "signature_keys", sa.column("key", sa.BigInteger()), sa.column("article_id", Id)
)
_key_blocks = sa.table(
    "key_blocks", sa.column("first", sa.LargeBinary()), sa.column("pairs", sa.LargeBinary())
)


def upgrade() -> None:
    op.create_table(
        "key_blocks",
        sa.Column("first", sa.LargeBinary(), nullable=False),
        sa.Column("pairs", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("first", name="pk_key_blocks"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    last: sa.Row[Any, Any] | None = None
    while last := _pack(connection, last):
        pass
    connection.execute(sa.text("TRUNCATE signature_keys"))


def _pack(connection: sa.Connection, after: sa.Row[Any, Any] | None) -> sa.Row[Any, Any] | None:
    """Pack some of the keys after this one; gives the last of them, None at the end."""
    columns = _signature_keys.c.key, _signature_keys.c.article_id
    some = sa.select(*columns).order_by(*columns).limit(_ROWS_AT_ONCE * _IN_A_ROW)
    if after is not None:
        some = some.where(sa.tuple_(*columns) > sa.tuple_(*after))
    rows = connection.execute(some).all()
    pairs = [(row.key + (1 << 63)).to_bytes(8) + row.article_id.to_bytes(5) for row in rows]
    added = [
        # The very first row has what is before it as well.
        {
            "first": pairs[start] if start or after is not None else b"",
            "pairs": b"".join(pairs[start : start + _IN_A_ROW]),
        }
        for start in range(0, len(pairs), _IN_A_ROW)
    ]
    if added:
        connection.execute(sa.insert(_key_blocks), added)
    return rows[-1] if rows else None
