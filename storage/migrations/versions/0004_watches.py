"""Watches know when they last changed; tags, saved lists of terms, and edited names of places."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, Text, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("tags", Json, nullable=True))
    op.add_column("watches", sa.Column("tags", Json, nullable=True))
    op.add_column(
        "watches",
        sa.Column("changed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    # Whoever asks what changed since 0 is to hear of all that were there before.
    op.execute(
        "UPDATE watches SET changed ="
        " COALESCE((SELECT value FROM versions WHERE name = 'watches'), 1)"
    )
    op.create_index("ix_watches_changed", "watches", ["changed"])
    op.create_index("ix_matches_watch", "matches", ["watch_id", "matched_at"])
    op.create_table(
        "term_sets",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("terms", Json, nullable=False),
        sa.Column("origin", Text, nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_term_sets"),
        sa.UniqueConstraint("name", name="uq_term_sets_name"),
    )
    op.create_table(
        "name_edits",
        sa.Column("kind", Text, nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("added", Json, nullable=False),
        sa.Column("removed", Json, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_name_edits"),
    )
