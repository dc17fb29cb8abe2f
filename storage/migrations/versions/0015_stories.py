"""Stories of events: vectors of articles, terms they are found by, decisions on stories."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, Text, UtcDateTime

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "stories", sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("stories", sa.Column("merged_into", Id, nullable=True))
    op.create_table(
        "story_vectors",
        sa.Column("story_id", Id, autoincrement=False, nullable=False),
        sa.Column("article_id", Id, autoincrement=False, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("tied_to", Id, nullable=True),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "article_id", name="pk_story_vectors"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_terms",
        sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("article_id", Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "article_id", name="pk_story_terms"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "term_counts",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_term_counts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_decisions",
        sa.Column("article_id", Id, autoincrement=False, nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("other_id", Id, nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("evidence", Json, nullable=True),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_story_decisions_article_id"
        ),
        sa.PrimaryKeyConstraint("article_id", name="pk_story_decisions"),
    )
