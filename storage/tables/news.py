"""Articles and their stories, and what they are found and compared by."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from storage.tables.base import metadata, partial_index
from storage.types import Id, Json, Text, UtcDateTime

stories = Table(
    "stories",
    metadata,
    Column("id", Id, primary_key=True),
    # No foreign key: an article needs its story first, so two of them would wait for each other.
    Column("leader_id", Id),
    Column("article_count", sa.Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    # Whether a person has said what belongs to it.
    Column("pinned", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("merged_into", Id),  # the story that has its articles by now
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
    Column("outlet", Text),  # whose site it is on; NULL: stored before that was asked
)
Index("ix_articles_story", articles.c.story_id, articles.c.id)
Index("ix_articles_outlet", articles.c.story_id, articles.c.outlet, articles.c.id)
Index("ix_articles_source", articles.c.source_id, articles.c.id)
Index("ix_articles_seen", articles.c.first_seen_at, articles.c.id)
partial_index(
    "ix_articles_revised",
    articles.c.revised_at,
    articles.c.first_seen_at,
    articles.c.id,
    where="revised_at IS NOT NULL",
)
Index("ix_articles_language", articles.c.language, articles.c.id)
partial_index("ix_articles_unindexed", articles.c.id, where="NOT indexed")

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
partial_index("ix_article_keys_partly", article_keys.c.article_id, where="NOT whole")

revisions = Table(
    "revisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False),
    Column("title", Text),
    Column("standfirst", Text),
    Column("body", Text, nullable=False),  # empty where there is a delta
    Column("seen_at", UtcDateTime, nullable=False),
    Column("delta", sa.LargeBinary),  # what makes the body of the text after it: storage.revisions
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

# What copies are found by. A sketch is made from the article's text when it is needed.
signatures = Table(
    "signatures",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("exact", Text, nullable=False),
    Column("keys", sa.LargeBinary, nullable=False),  # signed 64-bit, little-endian
    Column("seen_at", UtcDateTime, nullable=False),
)
Index("ix_signatures_exact", signatures.c.exact, signatures.c.seen_at)

# By which keys copies are found: storage.copy_keys. SQLite has a row for each key of an article, as
# short as can be, in the order they are looked up; ids grow with time, so the newest come last.
signature_keys = Table(
    "signature_keys",
    metadata,
    Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# PostgreSQL has the same packed, dozens of keys in a row: the row that begins at a pair of key and
# article has all those from there to the next row.
key_blocks = Table(
    "key_blocks",
    metadata,
    Column("first", sa.LargeBinary, primary_key=True),
    Column("pairs", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
