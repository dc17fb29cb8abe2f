"""What keeps the service going, and tells its operator."""

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table

from storage.tables.base import metadata, partial_index
from storage.types import Id, Json, Text, UtcDateTime

# Who is working. A claim names a row here; a claim without one is nobody's.
workers = Table(
    "workers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", sa.BigInteger, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("heartbeat_at", UtcDateTime, nullable=False),
)

# Numbers that say whether something changed, so that nobody has to read it all to know.
versions = Table(
    "versions",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", sa.BigInteger, nullable=False),
)

# How extraction goes on each site (scraper.pipeline.health). Rows are of bounded size and number.
sites = Table(
    "sites",
    metadata,
    Column("host", Text, primary_key=True),
    Column("rule", Text),  # the rule last applied to a page of it
    Column("articles", sa.BigInteger, nullable=False),
    Column("length", sa.Double, nullable=False),  # mean logarithm of the words of its texts
    Column("lengths", sa.Double, nullable=False),  # the weight of that mean
    Column("series", Json, nullable=False),  # for each thing that may fail: recent, seen, failed
    Column("broken", Json, nullable=False),  # the names of those that do
    Column("updated_at", UtcDateTime, nullable=False),
)
Index("ix_sites_updated", sites.c.updated_at)

# What the operator is to be told. Of one kind and subject there is one that is open.
notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    # Whether the operator's channels were told of it, and of its end: `told` and `told_of_end`.
    Column("told", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("told_of_end", sa.Boolean, nullable=False, server_default=sa.false()),
)
partial_index("ix_notices_untold", notices.c.id, where="NOT told OR NOT told_of_end")
partial_index(
    "ix_notices_open",
    notices.c.kind,
    notices.c.subject,
    where="resolved_at IS NULL",
    unique=True,
)
