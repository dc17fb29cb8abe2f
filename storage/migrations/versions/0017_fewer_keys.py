"""Copies are found by half as many keys, of 48 bits, and sketches are made when they are needed.

The sixteen keys of today are the smallest of the thirty-two of before, so no text is read again.
"""

from struct import pack, unpack

import sqlalchemy as sa
from alembic import op

from storage.types import Id

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_KEYS = 16
_signatures = sa.table(
    "signatures", sa.column("article_id", Id), sa.column("keys", sa.LargeBinary())
)
_signature_keys = sa.table(
    "signature_keys", sa.column("key", sa.BigInteger()), sa.column("article_id", Id)
)


def upgrade() -> None:
    op.drop_table("signature_keys")
    op.create_table(
        "signature_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "article_id", name="pk_signature_keys"),
        sqlite_with_rowid=False,
    )
    op.drop_column("signatures", "sketch")
    last = 0
    while last := _convert(op.get_bind(), last):
        pass


def _convert(connection: sa.Connection, after: int) -> int:
    """Convert some of the signatures after this article; gives the last one, 0 at the end."""
    rows = connection.execute(
        sa.select(_signatures)
        .where(_signatures.c.article_id > after)
        .order_by(_signatures.c.article_id)
        .limit(_AT_ONCE)
    ).all()
    changed, added = [], []
    for row in rows:
        kept = sorted(unpack(f"<{len(row.keys) // 8}q", row.keys))[:_KEYS]
        keys = sorted({key >> 16 for key in kept})
        changed.append({"of": row.article_id, "packed": pack(f"<{len(keys)}q", *keys)})
        added += [{"key": key, "article_id": row.article_id} for key in keys]
    if changed:
        connection.execute(
            sa.update(_signatures)
            .where(_signatures.c.article_id == sa.bindparam("of"))
            .values(keys=sa.bindparam("packed")),
            changed,
        )
    if added:
        connection.execute(sa.insert(_signature_keys), added)
    return int(rows[-1].article_id) if rows else 0
