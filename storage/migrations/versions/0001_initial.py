"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.types import Duration, Id, Json, Text, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("type", Text, nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("origin", Text, nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
        sa.UniqueConstraint("name", name="uq_channels_name"),
    )
    op.create_table(
        "signature_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen_at", UtcDateTime, autoincrement=False, nullable=False),
        sa.Column("article_id", Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "seen_at", "article_id", name="pk_signature_keys"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sources",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("url", Text, nullable=False),
        sa.Column("every", Duration, nullable=True),
        sa.Column("origin", Text, nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("kind", Text, nullable=True),
        sa.Column("etag", Text, nullable=True),
        sa.Column("last_modified", Text, nullable=True),
        sa.Column("interval", Duration, nullable=False),
        sa.Column("next_visit_at", UtcDateTime, nullable=False),
        sa.Column("last_visit_at", UtcDateTime, nullable=True),
        sa.Column("last_success_at", UtcDateTime, nullable=True),
        sa.Column("last_new_at", UtcDateTime, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", Text, nullable=True),
        sa.Column("claimed_by", Text, nullable=True),
        sa.Column("claimed_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("name", name="uq_sources_name"),
    )
    op.create_index(
        "ix_sources_claimed", "sources", ["claimed_by"], **_where("claimed_by IS NOT NULL")
    )
    op.create_index(
        "ix_sources_due",
        "sources",
        ["next_visit_at"],
        **_where("claimed_by IS NULL AND NOT retired AND NOT paused"),
    )
    op.create_table(
        "stories",
        sa.Column("id", Id, nullable=False),
        sa.Column("leader_id", Id, nullable=True),
        sa.Column("article_count", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stories"),
    )
    op.create_index("ix_stories_updated", "stories", ["updated_at", "id"])
    op.create_table(
        "versions",
        sa.Column("name", Text, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_versions"),
    )
    op.create_table(
        "watches",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("query", Text, nullable=False),
        sa.Column("channels", Json, nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("sources", Json, nullable=False),
        sa.Column("alert_per", Text, nullable=False),
        sa.Column("max_age", Duration, nullable=True),
        sa.Column("origin", Text, nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watches"),
        sa.UniqueConstraint("name", name="uq_watches_name"),
    )
    op.create_table(
        "workers",
        sa.Column("id", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.Column("host", Text, nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("heartbeat_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )
    op.create_table(
        "articles",
        sa.Column("id", Id, nullable=False),
        sa.Column("url", Text, nullable=False),
        sa.Column("canonical_url", Text, nullable=True),
        sa.Column("title", Text, nullable=True),
        sa.Column("standfirst", Text, nullable=True),
        sa.Column("authors", Json, nullable=False),
        sa.Column("published_at", UtcDateTime, nullable=True),
        sa.Column("modified_at", UtcDateTime, nullable=True),
        sa.Column("body", Text, nullable=False),
        sa.Column("language", Text, nullable=True),
        sa.Column("section", Text, nullable=True),
        sa.Column("tags", Json, nullable=False),
        sa.Column("image_url", Text, nullable=True),
        sa.Column("image_caption", Text, nullable=True),
        sa.Column("site_name", Text, nullable=True),
        sa.Column("publisher", Text, nullable=True),
        sa.Column("paywalled", sa.Boolean(), nullable=True),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("source_id", Id, nullable=True),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("copy_of", Id, nullable=True),
        sa.Column("first_seen_at", UtcDateTime, nullable=False),
        sa.Column("revised_at", UtcDateTime, nullable=True),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("indexed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["copy_of"], ["articles.id"], name="fk_articles_copy_of"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_articles_source_id"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_articles_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    op.create_index("ix_articles_language", "articles", ["language", "id"])
    op.create_index("ix_articles_source", "articles", ["source_id", "id"])
    op.create_index("ix_articles_story", "articles", ["story_id", "id"])
    op.create_index("ix_articles_unindexed", "articles", ["id"], **_where("NOT indexed"))
    op.create_table(
        "alerts",
        sa.Column("id", Text, nullable=False),
        sa.Column("watch_id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("passages", Json, nullable=False),
        sa.Column("once_key", Text, nullable=False),
        sa.Column("revised", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_alerts_article_id"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_alerts_story_id"),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name="fk_alerts_watch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("once_key", name="uq_alerts_once_key"),
    )
    op.create_index("ix_alerts_article", "alerts", ["article_id", "id"])
    op.create_index("ix_alerts_story", "alerts", ["story_id", "id"])
    op.create_index("ix_alerts_watch", "alerts", ["watch_id", "id"])
    op.create_table(
        "entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("host", Text, nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("url", Text, nullable=False),
        sa.Column("title", Text, nullable=True),
        sa.Column("published_at", UtcDateTime, nullable=True),
        sa.Column("modified_at", UtcDateTime, nullable=True),
        sa.Column("summary", Text, nullable=True),
        sa.Column("language", Text, nullable=True),
        sa.Column("guid", Text, nullable=True),
        sa.Column("state", Text, nullable=False),
        sa.Column("queue", sa.SmallInteger(), nullable=True),
        sa.Column("newest_at", UtcDateTime, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=True),
        sa.Column("next_attempt_at", UtcDateTime, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("rechecks", sa.Integer(), nullable=False),
        sa.Column("etag", Text, nullable=True),
        sa.Column("last_modified", Text, nullable=True),
        sa.Column("article_id", Id, nullable=True),
        sa.Column("error", Text, nullable=True),
        sa.Column("claimed_by", Text, nullable=True),
        sa.Column("claimed_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_entries_article_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_entries_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("key", name="uq_entries_key"),
    )
    op.create_index(
        "ix_entries_article", "entries", ["article_id"], **_where("article_id IS NOT NULL")
    )
    op.create_index(
        "ix_entries_claimed", "entries", ["host", "claimed_by"], **_where("claimed_by IS NOT NULL")
    )
    op.create_index(
        "ix_entries_queue",
        "entries",
        ["host", "queue", sa.literal_column("newest_at DESC"), "id"],
        **_where("queue IS NOT NULL"),
    )
    op.create_index(
        "ix_entries_turns",
        "entries",
        ["source_id", "host"],
        **_where("queue IS NOT NULL"),
    )
    op.create_index("ix_entries_state", "entries", ["state", "id"])
    op.create_index(
        "ix_entries_waiting",
        "entries",
        ["next_attempt_at"],
        **_where("queue IS NULL AND claimed_by IS NULL AND next_attempt_at IS NOT NULL"),
    )
    op.create_table(
        "link_keys",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_link_keys_article_id"),
        sa.PrimaryKeyConstraint("key", name="pk_link_keys"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "matches",
        sa.Column("watch_id", Id, autoincrement=False, nullable=False),
        sa.Column("article_id", Id, autoincrement=False, nullable=False),
        sa.Column("passages", Json, nullable=False),
        sa.Column("matched_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_matches_article_id"),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name="fk_matches_watch_id"),
        sa.PrimaryKeyConstraint("watch_id", "article_id", name="pk_matches"),
    )
    op.create_index("ix_matches_article", "matches", ["article_id"])
    op.create_table(
        "revisions",
        sa.Column("id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("title", Text, nullable=True),
        sa.Column("standfirst", Text, nullable=True),
        sa.Column("body", Text, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_revisions_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
    )
    op.create_index("ix_revisions_article", "revisions", ["article_id", "id"])
    op.create_index("ix_revisions_seen", "revisions", ["seen_at"])
    op.create_table(
        "signatures",
        sa.Column("article_id", Id, autoincrement=False, nullable=False),
        sa.Column("exact", Text, nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_signatures_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_signatures"),
    )
    op.create_index("ix_signatures_exact", "signatures", ["exact", "seen_at"])
    op.create_table(
        "deliveries",
        sa.Column("id", Text, nullable=False),
        sa.Column("alert_id", Text, nullable=False),
        sa.Column("channel", Text, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("delivered_at", UtcDateTime, nullable=True),
        sa.Column("last_error", Text, nullable=True),
        sa.Column("claimed_by", Text, nullable=True),
        sa.Column("claimed_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_deliveries_alert_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("alert_id", "channel", name="uq_deliveries_alert_id_channel"),
    )
    op.create_index(
        "ix_deliveries_claimed", "deliveries", ["claimed_by"], **_where("claimed_by IS NOT NULL")
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["channel", "next_attempt_at"],
        **_where("state = 'pending' AND claimed_by IS NULL"),
    )
    op.create_index("ix_deliveries_state", "deliveries", ["state", "id"])
    op.create_table(
        "delivery_attempts",
        sa.Column("id", Id, nullable=False),
        sa.Column("delivery_id", Text, nullable=False),
        sa.Column("attempted_at", UtcDateTime, nullable=False),
        sa.Column("outcome", Text, nullable=False),
        sa.Column("error", Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_delivery_attempts_delivery_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_attempts"),
    )
    op.create_index("ix_delivery_attempts_delivery", "delivery_attempts", ["delivery_id", "id"])
    _create_full_text_index()


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _create_full_text_index() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE article_text ("
            " article_id BIGINT PRIMARY KEY REFERENCES articles (id), document TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_article_text_document ON article_text USING gin (document)")
    else:
        # Without a copy of the texts (content=''). Marks belong to words: see storage.folding.
        op.execute("""
            CREATE VIRTUAL TABLE article_text USING fts5(
                title, standfirst, body, content='',
                tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
            )
        """)
