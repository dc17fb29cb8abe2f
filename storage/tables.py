"""The tables. Migrations make them; a test compares the two on SQLite and PostgreSQL.

Every question that the pipeline asks has its index, most of them partial: an index of what is due
holds what is still to be done, not all that was ever stored, so it stays small as the database
grows.
"""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from storage.types import Duration, Id, Json, Text, UtcDateTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _partial(
    name: str,
    *columns: Column[object] | sa.ColumnElement[object],
    where: str,
    unique: bool = False,
) -> Index:
    condition = sa.text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


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
_partial(
    "ix_sources_due",
    sources.c.next_visit_at,
    sources.c.host,  # a busy host's are passed over without being read
    where="claimed_by IS NULL AND NOT retired AND NOT paused",
)
_partial("ix_sources_claimed", sources.c.claimed_by, where="claimed_by IS NOT NULL")

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

# The frontier, and what became of each entry. `queue` says where an entry waits:
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
    Column("changed_at", UtcDateTime),  # when a source last said that it is another text now
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
_partial(
    "ix_entries_queue",
    entries.c.host,
    entries.c.queue,
    entries.c.newest_at.desc(),
    entries.c.id,
    where="queue IS NOT NULL",
)
_partial(
    "ix_entries_turns",
    entries.c.source_id,
    entries.c.host,
    where="queue IS NOT NULL",
)
_partial(
    "ix_entries_waiting",
    entries.c.next_attempt_at,
    where="queue IS NULL AND claimed_by IS NULL AND next_attempt_at IS NOT NULL",
)
_partial(
    "ix_entries_claimed",
    entries.c.host,
    entries.c.claimed_by,
    where="claimed_by IS NOT NULL",
)
Index("ix_entries_state", entries.c.state, entries.c.id)
_partial("ix_entries_old", entries.c.source_id, entries.c.state, where="old")
_partial("ix_entries_article", entries.c.article_id, where="article_id IS NOT NULL")

stories = Table(
    "stories",
    metadata,
    Column("id", Id, primary_key=True),
    # No foreign key: an article needs its story first, so two of them would wait for each other.
    Column("leader_id", Id),
    Column("article_count", sa.Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
Index("ix_stories_updated", stories.c.updated_at, stories.c.id)

articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Text, nullable=False),
    Column("canonical_url", Text),
    Column("title", Text),
    Column("standfirst", Text),
    Column("authors", Json, nullable=False),
    Column("published_at", UtcDateTime),
    Column("modified_at", UtcDateTime),
    Column("body", Text, nullable=False),
    Column("language", Text),
    Column("section", Text),
    Column("tags", Json, nullable=False),
    Column("image_url", Text),
    Column("image_caption", Text),
    Column("site_name", Text),
    Column("publisher", Text),
    Column("paywalled", sa.Boolean),
    Column("word_count", sa.Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source_id", Id, ForeignKey("sources.id")),
    Column("story_id", Id, ForeignKey("stories.id"), nullable=False),
    Column("copy_of", Id, ForeignKey("articles.id")),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("revised_at", UtcDateTime),
    Column("revisions", sa.Integer, nullable=False),
    Column("indexed", sa.Boolean, nullable=False),  # is its present text in the full-text index
)
Index("ix_articles_story", articles.c.story_id, articles.c.id)
Index("ix_articles_source", articles.c.source_id, articles.c.id)
Index("ix_articles_seen", articles.c.first_seen_at, articles.c.id)
_partial(
    "ix_articles_revised",
    articles.c.revised_at,
    articles.c.first_seen_at,
    articles.c.id,
    where="revised_at IS NOT NULL",
)
Index("ix_articles_language", articles.c.language, articles.c.id)
_partial("ix_articles_unindexed", articles.c.id, where="NOT indexed")

# By which keys each article is indexed, so that queries need not read them all. Every article has
# a row. See storage.search_keys.
article_keys = Table(
    "article_keys",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("rules", sa.Integer, nullable=False),  # that the keys were made by; 0: not made yet
    Column("whole", sa.Boolean, nullable=False),  # all keys of the present text are in the index
    Column("changes", sa.Integer, nullable=False),  # how often the text has changed
    Column("tokens", sa.LargeBinary),  # what SQLite's index holds of it, compressed
)
Index("ix_article_keys_rules", article_keys.c.rules, article_keys.c.article_id)
_partial("ix_article_keys_partly", article_keys.c.article_id, where="NOT whole")

revisions = Table(
    "revisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False),
    Column("title", Text),
    Column("standfirst", Text),
    Column("body", Text, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
Index("ix_revisions_article", revisions.c.article_id, revisions.c.id)
Index("ix_revisions_seen", revisions.c.seen_at)

# The pages that articles were read from, compressed, to be read again when the rules improve. The
# content stands last, so that what is before it is read without it.
pages = Table(
    "pages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False),
    Column("entry_id", Id, ForeignKey("entries.id")),
    Column("url", Text, nullable=False),  # after redirects
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("headers", Json, nullable=False),
    Column("digest", sa.LargeBinary, nullable=False),  # of the page as it came
    Column("size", sa.BigInteger, nullable=False),  # bytes of the page as it came
    Column("kept_size", sa.BigInteger, nullable=False),  # bytes of `content`
    Column("codec", Text, nullable=False),
    Column("content", sa.LargeBinary, nullable=False),
)
Index("ix_pages_article", pages.c.article_id, pages.c.id)
# With the sizes in it, the sum of them all is read from the index alone.
Index("ix_pages_fetched", pages.c.fetched_at, pages.c.id, pages.c.kept_size)

# Every link under which an article is known, as a digest: a link may be longer than an index takes.
link_keys = Table(
    "link_keys",
    metadata,
    Column("key", sa.LargeBinary, primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False),
    sqlite_with_rowid=False,
)

signatures = Table(
    "signatures",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("exact", Text, nullable=False),
    Column("keys", sa.LargeBinary, nullable=False),  # signed 64-bit, little-endian
    Column("sketch", sa.LargeBinary, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
Index("ix_signatures_exact", signatures.c.exact, signatures.c.seen_at)

# The largest table: some dozen short rows for each article, in the order they are looked up.
signature_keys = Table(
    "signature_keys",
    metadata,
    Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("seen_at", UtcDateTime, primary_key=True, autoincrement=False),
    Column("article_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

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
    Column("alert_per", Text, nullable=False),
    Column("max_age", Duration),
    Column("origin", Text, nullable=False),
    Column("paused", sa.Boolean, nullable=False),
    Column("retired", sa.Boolean, nullable=False),  # removed: kept for the alerts it rang
    Column("created_at", UtcDateTime, nullable=False),
    # The version of the watches (see versions) that the row's last change made.
    Column("changed", sa.BigInteger, nullable=False, server_default=sa.text("0")),
)
Index("ix_watches_changed", watches.c.changed)

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

channels = Table(
    "channels",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("options", Json, nullable=False),
    Column("origin", Text, nullable=False),
    Column("paused", sa.Boolean, nullable=False),
    Column("retired", sa.Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    Column("watch_id", Id, ForeignKey("watches.id"), primary_key=True, autoincrement=False),
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("passages", Json, nullable=False),
    Column("matched_at", UtcDateTime, nullable=False),
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
)
# An alert's id begins with its time, so in the order of ids is in the order of time.
Index("ix_alerts_watch", alerts.c.watch_id, alerts.c.id)
Index("ix_alerts_article", alerts.c.article_id, alerts.c.id)
Index("ix_alerts_story", alerts.c.story_id, alerts.c.id)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("alert_id", Text, ForeignKey("alerts.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", sa.Integer, nullable=False),
    Column("next_attempt_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("last_error", Text),
    Column("claimed_by", Text),
    Column("claimed_at", UtcDateTime),
    sa.UniqueConstraint("alert_id", "channel"),
)
_partial(
    "ix_deliveries_due",
    deliveries.c.channel,
    deliveries.c.next_attempt_at,
    where="state = 'pending' AND claimed_by IS NULL",
)
_partial("ix_deliveries_claimed", deliveries.c.claimed_by, where="claimed_by IS NOT NULL")
Index("ix_deliveries_state", deliveries.c.state, deliveries.c.id)

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
)
_partial(
    "ix_notices_open",
    notices.c.kind,
    notices.c.subject,
    where="resolved_at IS NULL",
    unique=True,
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
_partial("ix_backfills_claimed", backfills.c.claimed_by, where="claimed_by IS NOT NULL")
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
