"""What tells that articles report one event, and how each came to its story."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Table

from storage.tables.base import metadata
from storage.types import Id, Json, Text, UtcDateTime

# Articles that copy nothing, beside the others of their story: those are read together.
story_vectors = Table(
    "story_vectors",
    metadata,
    Column("story_id", Id, primary_key=True, autoincrement=False),
    Column("article_id", Id, primary_key=True, autoincrement=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("tied_to", Id),  # the article that it is a rewrite of
    Column("vector", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Under which of its terms an article is found: short rows, in the order they are looked up.
story_terms = Table(
    "story_terms",
    metadata,
    Column("term", sa.Integer, primary_key=True, autoincrement=False),
    Column("article_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# In how many articles a term was, and, under negative keys, how many there were of a language. A
# term is a number of twenty bits, so there are a million rows at most.
term_counts = Table(
    "term_counts",
    metadata,
    Column("key", sa.Integer, primary_key=True, autoincrement=False),
    Column("articles", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

# How each article came to be in its story.
story_decisions = Table(
    "story_decisions",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    # No foreign key: it would need an index, and that only for stories to be deleted: none is.
    Column("story_id", Id, nullable=False),
    Column("kind", Text, nullable=False),
    Column("other_id", Id),  # the article that it was compared with
    Column("score", sa.Float),
    Column("evidence", Json),
    Column("decided_at", UtcDateTime, nullable=False),
)
