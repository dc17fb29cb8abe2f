"""The pages that articles were read from are kept, compressed."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, Text, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pages",
        sa.Column("id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("entry_id", Id, nullable=True),
        sa.Column("url", Text, nullable=False),
        sa.Column("fetched_at", UtcDateTime, nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kept_size", sa.BigInteger(), nullable=False),
        sa.Column("codec", Text, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_pages_article_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_pages_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pages"),
    )
    op.create_index("ix_pages_article", "pages", ["article_id", "id"])
    op.create_index("ix_pages_fetched", "pages", ["fetched_at", "id", "kept_size"])
    if op.get_bind().dialect.name == "postgresql":
        # It is compressed already: PostgreSQL would try to, and find that it gains nothing.
        op.execute("ALTER TABLE pages ALTER COLUMN content SET STORAGE EXTERNAL")
