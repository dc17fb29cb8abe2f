"""The index of keys, and the times by which articles are gone through."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_keys",
        sa.Column("article_id", Id, autoincrement=False, nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_keys_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_article_keys"),
    )
    op.create_index("ix_article_keys_rules", "article_keys", ["rules", "article_id"])
    partly = sa.text("NOT whole")
    op.create_index(
        "ix_article_keys_partly",
        "article_keys",
        ["article_id"],
        sqlite_where=partly,
        postgresql_where=partly,
    )
    # The keys of what is stored already are made in the background, as those of new articles are.
    op.execute(
        "INSERT INTO article_keys (article_id, rules, whole, changes)"
        " SELECT id, 0, false, 0 FROM articles"
    )
    op.create_index("ix_articles_seen", "articles", ["first_seen_at", "id"])
    revised = sa.text("revised_at IS NOT NULL")
    op.create_index(
        "ix_articles_revised",
        "articles",
        ["revised_at", "first_seen_at", "id"],
        sqlite_where=revised,
        postgresql_where=revised,
    )
    _create_index_of_keys()


def _create_index_of_keys() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE article_text_keys ("
            " article_id BIGINT PRIMARY KEY REFERENCES articles (id), document TSVECTOR NOT NULL)"
        )
        op.execute(
            "CREATE INDEX ix_article_text_keys_document ON article_text_keys USING gin (document)"
        )
    else:
        # Nothing but which article has which token. See storage.key_query for the tokenizer.
        op.execute("""
            CREATE VIRTUAL TABLE article_text_keys USING fts5(
                tokens, content='', columnsize=0, detail=none, tokenize='ascii'
            )
        """)
