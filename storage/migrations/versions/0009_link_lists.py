"""What is remembered of sources' lists of links: see scraper.pipeline.sift."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_lists",
        sa.Column("source_id", Id, autoincrement=False, nullable=False),
        sa.Column("state", Json, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_link_lists_source_id"),
        sa.PrimaryKeyConstraint("source_id", name="pk_link_lists"),
    )
    op.create_table(
        "passed_over",
        sa.Column("source_id", Id, autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_passed_over_source_id"),
        sa.PrimaryKeyConstraint("source_id", "key", name="pk_passed_over"),
    )
