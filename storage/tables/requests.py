"""What programs asked to have done once, and what they were answered."""

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table, UniqueConstraint

from storage.tables.base import metadata
from storage.types import Id, Text, UtcDateTime

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("actor", Text, nullable=False),  # whose key it is: others may use the same
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),  # of the request
    Column("created_at", UtcDateTime, nullable=False),
    Column("status", sa.Integer),  # NULL: the request is under way
    Column("body", Text),  # of the answer; NULL: it has none
    UniqueConstraint("actor", "key"),
)
Index("ix_idempotency_keys_created", idempotency_keys.c.created_at)
