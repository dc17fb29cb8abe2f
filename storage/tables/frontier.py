"""The frontier: what sources say of articles, until each is read."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from storage.tables.base import metadata, partial_index
from storage.types import Id, Text, UtcDateTime

# Every entry, and what became of it. `queue` says where an entry waits:
#   0 to 2 it is due: new (0), to be looked at again (1), or old, from a backfill (2); it may be
#          claimed at once
#   NULL   it is claimed, or done, or its time, next_attempt_at, has not come
# Entries whose time has come are moved from the second to the first when somebody claims, each
# once. So a claim reads what it takes, however many wait for later, on whichever host.
NEW, AGAIN, OLD = 0, 1, 2
entries = Table(
    "entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", sa.LargeBinary, nullable=False, unique=True),  # digest of the normalised link
    Column("host", Text, nullable=False),
    Column("source_id", Id, ForeignKey("sources.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text),
    Column("published_at", UtcDateTime),
    Column("modified_at", UtcDateTime),
    Column("summary", Text),
    Column("language", Text),
    Column("guid", Text),
    Column("state", Text, nullable=False),
    Column("queue", sa.SmallInteger),
    # Found by a backfill, and by no visit of a source since.
    Column("old", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("newest_at", UtcDateTime, nullable=False),  # the order within a host, latest first
    Column("seen_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime),  # since when it is due, as its source called it another text
    Column("next_attempt_at", UtcDateTime),
    Column("attempts", sa.Integer, nullable=False),
    Column("rechecks", sa.Integer, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("article_id", Id, ForeignKey("articles.id")),
    Column("error", Text),
    Column("claimed_by", Text),
    Column("claimed_at", UtcDateTime),
)
partial_index(
    "ix_entries_queue",
    entries.c.host,
    entries.c.queue,
    entries.c.newest_at.desc(),
    entries.c.id,
    where="queue IS NOT NULL",
)
partial_index(
    "ix_entries_turns",
    entries.c.source_id,
    entries.c.host,
    where="queue IS NOT NULL",
)
partial_index(
    "ix_entries_waiting",
    entries.c.next_attempt_at,
    where="queue IS NULL AND claimed_by IS NULL AND next_attempt_at IS NOT NULL",
)
partial_index(
    "ix_entries_claimed",
    entries.c.host,
    entries.c.claimed_by,
    where="claimed_by IS NOT NULL",
)
Index("ix_entries_state", entries.c.state, entries.c.id)
partial_index("ix_entries_old", entries.c.source_id, entries.c.state, where="old")
partial_index("ix_entries_article", entries.c.article_id, where="article_id IS NOT NULL")
