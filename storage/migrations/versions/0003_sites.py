"""How extraction goes on each site, and what the operator is to be told."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, Text, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sites",
        sa.Column("host", Text, nullable=False),
        sa.Column("rule", Text, nullable=True),
        sa.Column("articles", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.Double(), nullable=False),
        sa.Column("lengths", sa.Double(), nullable=False),
        sa.Column("series", Json, nullable=False),
        sa.Column("broken", Json, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_sites"),
    )
    op.create_index("ix_sites_updated", "sites", ["updated_at"])
    op.create_table(
        "notices",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("message", Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("resolved_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    is_open = sa.text("resolved_at IS NULL")
    op.create_index(
        "ix_notices_open",
        "notices",
        ["kind", "subject"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
