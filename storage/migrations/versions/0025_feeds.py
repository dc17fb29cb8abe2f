"""The secret words by which feeds of watches are read."""

import sqlalchemy as sa
from alembic import op

from storage.types import Text

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("watches", sa.Column("feed_token", Text))
    op.create_index("ix_watches_feed_token", "watches", ["feed_token"], unique=True)
