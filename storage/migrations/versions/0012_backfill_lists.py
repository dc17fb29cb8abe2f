"""Lists of backfills that are tried again, guessed, or kept for later; and what was on them."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    no, none = sa.false(), sa.text("0")
    for column in (
        sa.Column("guessed", sa.Boolean(), nullable=False, server_default=no),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=none),
        sa.Column("next_at", UtcDateTime, nullable=True),
        sa.Column("reaches", sa.Boolean(), nullable=False, server_default=no),
        sa.Column("contents", sa.LargeBinary(), nullable=True),
    ):
        op.add_column("backfill_lists", column)
