"""Subscriptions to the hubs of sources."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Text, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", Id, nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("hub", Text, nullable=False),
        sa.Column("topic", Text, nullable=False),
        sa.Column("token", Text, nullable=False),
        sa.Column("secret", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("next_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("verified_at", UtcDateTime, nullable=True),
        sa.Column("lease_until", UtcDateTime, nullable=True),
        sa.Column("pushed_at", UtcDateTime, nullable=True),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("error", Text, nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_subscriptions_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.UniqueConstraint("token", name="uq_subscriptions_token"),
    )
    op.create_index("ix_subscriptions_due", "subscriptions", ["next_at"])
    op.create_index("ix_subscriptions_source", "subscriptions", ["source_id"])
