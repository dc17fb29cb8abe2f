"""Which matches are of old articles that a backfill brought, and ring for nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "matches", sa.Column("quiet", sa.Boolean, nullable=False, server_default=sa.false())
    )
