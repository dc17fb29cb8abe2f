"""Who wants no more e-mails of a watch, and the keys that links are signed with."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Text, UtcDateTime

revision = "0021"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsubscriptions",
        sa.Column("channel", Text, nullable=False),
        sa.Column("address", Text, nullable=False),
        sa.Column("watch_id", Id, autoincrement=False, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name="fk_unsubscriptions_watch_id"),
        sa.PrimaryKeyConstraint("channel", "address", "watch_id", name="pk_unsubscriptions"),
    )
    op.create_table(
        "signing_keys",
        sa.Column("name", Text, nullable=False),
        sa.Column("key", Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_signing_keys"),
    )
