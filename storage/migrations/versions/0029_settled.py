"""Which recipients of a delivery need no other attempt, and whose alert an escalation passes on."""

import sqlalchemy as sa
from alembic import op

from storage.types import Json, Text

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("settled", Json))
    op.add_column("deliveries", sa.Column("escalated_from", Text))
