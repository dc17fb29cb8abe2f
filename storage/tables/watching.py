"""What people watch for: watches, their lists of terms, and their names of places."""

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table

from storage.tables.base import metadata
from storage.types import Duration, Id, Json, Text, UtcDateTime

watches = Table(
    "watches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("query", Text, nullable=False),
    Column("channels", Json, nullable=False),
    Column("languages", Json, nullable=False),
    Column("sources", Json, nullable=False),
    Column("tags", Json),  # NULL: none, as in sources
    Column("policy", Text, nullable=False),
    Column("outlets", sa.Integer, nullable=False, server_default=sa.text("1")),
    Column("max_age", Duration),
    Column("priority", Text, nullable=False, server_default=sa.text("'normal'")),
    Column("plans", Json),  # by channel
    Column("snoozed_until", UtcDateTime),
    Column("feed_token", Text),  # whoever knows it may read what rang
    Column("origin", Text, nullable=False),
    Column("paused", sa.Boolean, nullable=False),
    Column("retired", sa.Boolean, nullable=False),  # removed: kept for the alerts it rang
    Column("created_at", UtcDateTime, nullable=False),
    # The version of the watches (see versions) that the row's last change made.
    Column("changed", sa.BigInteger, nullable=False, server_default=sa.text("0")),
)
Index("ix_watches_changed", watches.c.changed)
Index("ix_watches_feed_token", watches.c.feed_token, unique=True)

# Saved lists of terms. `terms` is one value: a list is read and written as a whole.
term_sets = Table(
    "term_sets",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("terms", Json, nullable=False),
    Column("origin", Text, nullable=False),
    Column("retired", sa.Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# What people changed in the names of places and countries.
name_edits = Table(
    "name_edits",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("added", Json, nullable=False),
    Column("removed", Json, nullable=False),
)
