"""What is to be had of sources' pasts."""

import sqlalchemy as sa
from alembic import op

from storage.types import Duration, Id, Text, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "entries", sa.Column("old", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    is_old = sa.text("old")
    op.create_index(
        "ix_entries_old",
        "entries",
        ["source_id", "state"],
        sqlite_where=is_old,
        postgresql_where=is_old,
    )
    op.create_table(
        "backfills",
        sa.Column("source_id", Id, autoincrement=False, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("ring", sa.Boolean(), nullable=False),
        sa.Column("pause", Duration, nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("claimed_by", Text, nullable=True),
        sa.Column("claimed_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_backfills_source_id"),
        sa.PrimaryKeyConstraint("source_id", name="pk_backfills"),
    )
    is_claimed = sa.text("claimed_by IS NOT NULL")
    op.create_index(
        "ix_backfills_claimed",
        "backfills",
        ["claimed_by"],
        sqlite_where=is_claimed,
        postgresql_where=is_claimed,
    )
    op.create_table(
        "backfill_lists",
        sa.Column("id", Id, nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("url", Text, nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("error", Text, nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_backfill_lists_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_backfill_lists"),
        sa.UniqueConstraint("source_id", "key", name="uq_backfill_lists_source_id_key"),
    )
    op.create_index("ix_backfill_lists_state", "backfill_lists", ["source_id", "state"])
