"""How sources fare, what their schedule was learned from, and hosts that are left alone."""

import sqlalchemy as sa
from alembic import op

from storage.types import Json, Text, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    healthy = sa.text("'healthy'")
    for column in (
        sa.Column("health", Text, nullable=False, server_default=healthy),
        sa.Column("health_since", UtcDateTime, nullable=True),
        sa.Column("health_reason", Text, nullable=True),
        sa.Column("failing_since", UtcDateTime, nullable=True),
        sa.Column("whole_at", UtcDateTime, nullable=True),
        sa.Column("move", Json, nullable=True),
        sa.Column("rhythm", Json, nullable=True),
        sa.Column("recent", Text, nullable=True),
        sa.Column("paced_by", Text, nullable=True),
    ):
        op.add_column("sources", column)
    op.create_table(
        "hosts",
        sa.Column("key", Text, nullable=False),
        sa.Column("back_off_until", UtcDateTime, nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("silences", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_hosts"),
    )
