"""Since when a channel took nothing."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("failing_since", UtcDateTime))
