"""What matched, and its way out: matches, alerts, and their deliveries to channels."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from storage.tables.base import metadata, partial_index
from storage.types import Id, Json, Text, UtcDateTime

channels = Table(
    "channels",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("options", Json, nullable=False),
    # When alerts go there (scraper.plans), how many at once, and how often.
    Column("plan", Json),
    Column("origin", Text, nullable=False),
    Column("paused", sa.Boolean, nullable=False),
    Column("paused_because", Text),  # where Tocsin paused it by itself
    Column("failing_since", UtcDateTime),  # it took nothing since then
    Column("retired", sa.Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# Who wants no more e-mails of a watch on a channel.
unsubscriptions = Table(
    "unsubscriptions",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),  # in small letters
    Column("watch_id", Id, ForeignKey("watches.id"), primary_key=True, autoincrement=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# What we sign with, so that we know it again: by what for.
signing_keys = Table(
    "signing_keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    Column("watch_id", Id, ForeignKey("watches.id"), primary_key=True, autoincrement=False),
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("passages", Json, nullable=False),
    Column("matched_at", UtcDateTime, nullable=False),
    Column("quiet", sa.Boolean, nullable=False, server_default=sa.false()),  # never to ring
)
Index("ix_matches_article", matches.c.article_id)
Index("ix_matches_watch", matches.c.watch_id, matches.c.matched_at)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("watch_id", Id, ForeignKey("watches.id"), nullable=False),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False),
    Column("story_id", Id, ForeignKey("stories.id"), nullable=False),
    Column("passages", Json, nullable=False),
    Column("once_key", Text, nullable=False, unique=True),  # what may ring but once
    Column("revised", sa.Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("acknowledged_at", UtcDateTime),
    Column("acknowledged_by", Text),
)
# An alert's id begins with its time, so in the order of ids is in the order of time.
Index("ix_alerts_watch", alerts.c.watch_id, alerts.c.id)
Index("ix_alerts_article", alerts.c.article_id, alerts.c.id)
Index("ix_alerts_story", alerts.c.story_id, alerts.c.id)

# One message to one channel: an alert, several in a digest, or a notice for the operator.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("alert_id", Text, ForeignKey("alerts.id")),  # NULL: a digest or a notice
    Column("notice_id", Id, ForeignKey("notices.id", ondelete="SET NULL")),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", sa.Integer, nullable=False),
    Column("next_attempt_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("last_error", Text),
    Column("reason", Text),  # why it had to wait, or was cancelled
    Column(
        "settled", Json
    ),  # recipients that need no other attempt: why not, or null if it was taken
    Column("escalated_from", Text),  # the channel where nobody acknowledged it
    # What further alerts find a digest by, as long as it is open: until it is claimed, or full.
    Column("digest_key", Text, unique=True),
    Column("alert_count", sa.Integer, nullable=False),  # the alerts of a digest
    Column("claimed_by", Text),
    Column("claimed_at", UtcDateTime),
)
Index("ix_deliveries_alert", deliveries.c.alert_id)
Index("ix_deliveries_channel", deliveries.c.channel, deliveries.c.created_at)
Index("ix_deliveries_notice", deliveries.c.notice_id)
partial_index(
    "ix_deliveries_due",
    deliveries.c.channel,
    deliveries.c.next_attempt_at,
    where="state = 'pending' AND claimed_by IS NULL",
)
partial_index("ix_deliveries_claimed", deliveries.c.claimed_by, where="claimed_by IS NOT NULL")
Index("ix_deliveries_state", deliveries.c.state, deliveries.c.id)

digest_items = Table(
    "digest_items",
    metadata,
    Column("delivery_id", Text, ForeignKey("deliveries.id"), primary_key=True),
    Column("alert_id", Text, ForeignKey("alerts.id"), primary_key=True),
)
Index("ix_digest_items_alert", digest_items.c.alert_id)

# Stories that nobody wants to hear of any more, or not until a time.
mutes = Table(
    "mutes",
    metadata,
    Column("story_id", Id, ForeignKey("stories.id"), primary_key=True, autoincrement=False),
    Column("until", UtcDateTime),  # NULL: for good
    Column("created_at", UtcDateTime, nullable=False),
)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", Text, ForeignKey("deliveries.id"), nullable=False),
    Column("attempted_at", UtcDateTime, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("error", Text),
)
Index("ix_delivery_attempts_delivery", delivery_attempts.c.delivery_id, delivery_attempts.c.id)
