"""Earlier texts as deltas to the text after them. Those that are there stay whole."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revisions", sa.Column("delta", sa.LargeBinary(), nullable=True))
