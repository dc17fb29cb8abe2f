"""The tables. Migrations make them; a test compares the two on SQLite and PostgreSQL.

Every question that the pipeline asks has its index, most of them partial: an index of what is due
holds what is still to be done, not all that was ever stored, so it stays small as the database
grows.

A module a subject, named otherwise than any table: `storage.tables.articles` is a table.
"""

from storage.tables.accounts import audit, identities, logins, sessions, tokens, users
from storage.tables.alerting import (
    alerts,
    channels,
    deliveries,
    delivery_attempts,
    digest_items,
    matches,
    mutes,
    signing_keys,
    unsubscriptions,
)
from storage.tables.base import metadata
from storage.tables.events import story_decisions, story_terms, story_vectors, term_counts
from storage.tables.frontier import AGAIN, NEW, OLD, entries
from storage.tables.news import (
    article_keys,
    articles,
    key_blocks,
    link_keys,
    pages,
    revisions,
    signature_keys,
    signatures,
    stories,
)
from storage.tables.past import backfill_lists, backfills
from storage.tables.requests import idempotency_keys
from storage.tables.upkeep import notices, sites, versions, workers
from storage.tables.visiting import hosts, link_lists, passed_over, sources, subscriptions
from storage.tables.watching import name_edits, term_sets, watches

__all__ = [
    "AGAIN",
    "NEW",
    "OLD",
    "alerts",
    "article_keys",
    "articles",
    "audit",
    "backfill_lists",
    "backfills",
    "channels",
    "deliveries",
    "delivery_attempts",
    "digest_items",
    "entries",
    "hosts",
    "idempotency_keys",
    "identities",
    "key_blocks",
    "link_keys",
    "link_lists",
    "logins",
    "matches",
    "metadata",
    "mutes",
    "name_edits",
    "notices",
    "pages",
    "passed_over",
    "revisions",
    "sessions",
    "signature_keys",
    "signatures",
    "signing_keys",
    "sites",
    "sources",
    "stories",
    "story_decisions",
    "story_terms",
    "story_vectors",
    "subscriptions",
    "term_counts",
    "term_sets",
    "tokens",
    "unsubscriptions",
    "users",
    "versions",
    "watches",
    "workers",
]
