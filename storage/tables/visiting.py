"""What is visited, and what is remembered of it between two visits."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from storage.tables.base import metadata, partial_index
from storage.types import Duration, Id, Json, Text, UtcDateTime

sources = Table(
    "sources",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("host", Text, nullable=False, server_default=sa.text("''")),  # of its address
    Column("every", Duration),
    Column("tags", Json),  # NULL: none; rows from before there were any have it
    Column("origin", Text, nullable=False),
    Column("paused", sa.Boolean, nullable=False),
    Column(
        "retired", sa.Boolean, nullable=False
    ),  # removed: kept for the articles that came from it
    Column("kind", Text),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("interval", Duration, nullable=False),
    Column("next_visit_at", UtcDateTime, nullable=False),
    Column("last_visit_at", UtcDateTime),
    Column("last_success_at", UtcDateTime),
    Column("last_new_at", UtcDateTime),
    Column("failures", sa.Integer, nullable=False),
    Column("last_error", Text),
    Column("claimed_by", Text),
    Column("claimed_at", UtcDateTime),
    # How it fares, and what its schedule was learned from: see storage.records.SourceState.
    Column("health", Text, nullable=False, server_default=sa.text("'healthy'")),
    Column("health_since", UtcDateTime),
    Column("health_reason", Text),
    Column("failing_since", UtcDateTime),
    Column("whole_at", UtcDateTime),
    Column("move", Json),
    Column("rhythm", Json),
    Column("recent", Text),
    Column("paced_by", Text),
    Column("options", Json),  # how it wants to be visited: see scraper.settings.visiting
)
partial_index(
    "ix_sources_due",
    sources.c.next_visit_at,
    sources.c.host,  # a busy host's are passed over without being read
    where="claimed_by IS NULL AND NOT retired AND NOT paused",
)
partial_index("ix_sources_claimed", sources.c.claimed_by, where="claimed_by IS NOT NULL")

# What hubs were asked to push (scraper.pipeline.websub).
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", Id, ForeignKey("sources.id"), nullable=False),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("token", Text, nullable=False, unique=True),
    Column("secret", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("attempts", sa.Integer, nullable=False),
    Column("verified_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("pushed_at", UtcDateTime),
    Column("trusted", sa.Boolean, nullable=False),
    Column("missed", sa.Integer, nullable=False),
    Column("error", Text),
)
Index("ix_subscriptions_due", subscriptions.c.next_at)
Index("ix_subscriptions_source", subscriptions.c.source_id)

# What is remembered of sources' lists of links, to tell news from what changes with every load.
link_lists = Table(
    "link_lists",
    metadata,
    Column("source_id", Id, ForeignKey("sources.id"), primary_key=True, autoincrement=False),
    Column("state", Json, nullable=False),  # scraper.pipeline.sift's
)

# Links that a source listed and that nobody is going to fetch: old, when it was first visited.
passed_over = Table(
    "passed_over",
    metadata,
    Column("source_id", Id, ForeignKey("sources.id"), primary_key=True, autoincrement=False),
    Column("key", sa.LargeBinary, primary_key=True),  # digest of the normalised link
)

# Hosts that are to be left alone, so that a restart does not forget it. Rows are few, and pruned.
hosts = Table(
    "hosts",
    metadata,
    Column("key", Text, primary_key=True),  # as scraper.fetch.address.host_of gives it
    Column("back_off_until", UtcDateTime, nullable=False),
    Column("refusals", sa.Integer, nullable=False),  # in a row
    Column("silences", sa.Integer, nullable=False),  # in a row
    Column("updated_at", UtcDateTime, nullable=False),
)
