"""What is to be had of sources' past."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from storage.tables.base import metadata, partial_index
from storage.types import Duration, Id, Text, UtcDateTime

# What is to be had of a source's past, and the lists of links (sitemaps, pages of a feed, archives)
# that are to be read for it.
backfills = Table(
    "backfills",
    metadata,
    Column("source_id", Id, ForeignKey("sources.id"), primary_key=True, autoincrement=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("ring", sa.Boolean, nullable=False),
    Column("pause", Duration, nullable=False),
    Column("stopped", sa.Boolean, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_at", UtcDateTime),
)
partial_index("ix_backfills_claimed", backfills.c.claimed_by, where="claimed_by IS NOT NULL")

backfill_lists = Table(
    "backfill_lists",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", Id, ForeignKey("sources.id"), nullable=False),
    Column("key", sa.LargeBinary, nullable=False),  # digest of the address
    Column("url", Text, nullable=False),
    Column("page", sa.Integer, nullable=False),  # of what goes on over pages, counted from 1
    Column("state", Text, nullable=False),
    Column("links", sa.Integer, nullable=False),  # those in the range
    Column("error", Text),
    # It is at a usual place, and may well not be there.
    Column("guessed", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
    Column("next_at", UtcDateTime),  # when it is tried again; NULL: at once
    # It goes back beyond the range.
    Column("reaches", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("contents", sa.LargeBinary),  # digest of its links
    sa.UniqueConstraint("source_id", "key"),
)
Index("ix_backfill_lists_state", backfill_lists.c.source_id, backfill_lists.c.state)
