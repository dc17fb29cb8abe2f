"""What tells that articles report one event: their vectors, and how common words are."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import OpenStory, StoryMember
from storage.statements import AnyRow, chunks, insert
from storage.tables import articles, stories, story_terms, story_vectors, term_counts

TERM_PARTS = 64  # in which terms are pruned
_TERMS = 1 << 20
_PRUNED_AT_ONCE = 500


class Events:
    """Vectors of articles, and counts of words, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    # How common words are.

    def counts(self, keys: Iterable[int]) -> dict[int, int]:
        """How many articles were counted under each of these keys, if any were."""
        found: dict[int, int] = {}
        for some in chunks(sorted(set(keys))):
            rows = self.connection.execute(_COUNTS, {"of_keys": some})
            found |= {row.key: row.articles for row in rows}
        return found

    def count(self, keys: Iterable[int]) -> None:
        """Count one more article under each key."""
        rows = [{"key": key, "articles": 1} for key in sorted(set(keys))]
        if rows:
            statement = insert(self.connection, term_counts).on_conflict_do_update(
                index_elements=["key"], set_={"articles": term_counts.c.articles + 1}
            )
            self.connection.execute(statement, rows)

    # Articles.

    def add(
        self,
        member: StoryMember,
        *,
        story_id: int,
        terms: Sequence[int],
        seen_at: datetime,
    ) -> None:
        """Let an article of the story be found under these of its terms."""
        values = {
            "story_id": story_id,
            "article_id": member.article_id,
            "seen_at": seen_at,
            "tied_to": member.tied_to,
            "vector": member.vector,
        }
        self.connection.execute(_ADD, values)
        if terms:
            rows = [{"term": term, "article_id": member.article_id} for term in sorted(set(terms))]
            self.connection.execute(_ADD_TERMS, rows)

    def member(self, article_id: int, story_id: int) -> StoryMember | None:
        """An article as new ones are compared with it; None for a copy, and for what is pruned."""
        row = self.connection.execute(
            sa.select(story_vectors).where(
                story_vectors.c.story_id == story_id, story_vectors.c.article_id == article_id
            )
        ).first()
        return None if row is None else _member(row)

    def near(
        self,
        terms: Sequence[int],
        *,
        since: datetime,
        until: datetime,
        per_term: int,
        candidates: int,
        most: int,
        members: int,
    ) -> list[OpenStory]:
        """The stories of the articles that are found under the most of these terms, `most` of them.

        For each term the newest `per_term` articles are looked at; of all these the `candidates`
        that share the most, the newer first among equals, name their stories. Of a story those
        articles are shown that were news between the two times: the first and the newest, `members`
        at most; a story without any is passed over.
        """
        if not terms:
            return []
        values: dict[str, object] = {f"term_{number}": term for number, term in enumerate(terms)}
        statement = _homes_of_most_shared(len(terms), per_term)
        rows = self.connection.execute(statement, values | {"candidates": candidates})
        near = list(dict.fromkeys(row.story_id for row in rows))
        found: list[OpenStory] = []
        # As a rule none of the first is passed over, and the others need not be read.
        for some in chunks(near, most):
            found += self._open(some, since=since, until=until, members=members)
            if len(found) >= most:
                break
        return found[:most]

    def _open(
        self, story_ids: Sequence[int], *, since: datetime, until: datetime, members: int
    ) -> list[OpenStory]:
        values: dict[str, object] = {
            f"story_{number}": story for number, story in enumerate(story_ids)
        }
        values |= {"since": since, "until": until}
        found: dict[int, dict[int, StoryMember]] = {}
        statement = _members_of(len(story_ids), members)
        for row in self.connection.execute(statement, values):
            found.setdefault(row.story_id, {})[row.article_id] = _member(row)
        pinned = self._pinned(list(found))
        return [
            OpenStory(
                story_id=story_id,
                members=tuple(found[story_id][each] for each in sorted(found[story_id])),
                pinned=story_id in pinned,
            )
            for story_id in story_ids
            if story_id in found
        ]

    def _pinned(self, story_ids: Sequence[int]) -> set[int]:
        return set(self.connection.scalars(_PINNED, {"ids": story_ids})) if story_ids else set()


_COUNTS = sa.select(term_counts).where(
    term_counts.c.key.in_(sa.bindparam("of_keys", expanding=True))
)
_ADD = sa.insert(story_vectors)
_ADD_TERMS = sa.insert(story_terms)
_PINNED = sa.select(stories.c.id).where(
    stories.c.id.in_(sa.bindparam("ids", expanding=True)), stories.c.pinned
)


@lru_cache(maxsize=64)
def _homes_of_most_shared(number: int, per_term: int) -> sa.Select[tuple[int]]:
    """The stories of the articles under the most of term_0, term_1, …, a row for each article.

    The database counts: of up to `number` times `per_term` rows it hands over a few dozen.
    """
    parts = []
    for index in range(number):
        newest = (
            sa.select(story_terms.c.article_id)
            .where(story_terms.c.term == sa.bindparam(f"term_{index}", type_=sa.Integer))
            .order_by(story_terms.c.article_id.desc())
            .limit(per_term)
            .subquery()
        )
        parts.append(sa.select(newest.c.article_id))
    found = sa.union_all(*parts).subquery()
    terms = sa.func.count().label("terms")
    best = (
        sa.select(found.c.article_id, terms)
        .group_by(found.c.article_id)
        .order_by(terms.desc(), found.c.article_id.desc())
        .limit(sa.bindparam("candidates", type_=sa.Integer))
        .subquery()
    )
    return (
        sa.select(articles.c.story_id)
        .join_from(best, articles, articles.c.id == best.c.article_id)
        .order_by(best.c.terms.desc(), best.c.article_id.desc())
    )


@lru_cache(maxsize=64)
def _members_of(number: int, members: int) -> sa.CompoundSelect[tuple[int, ...]]:
    """Of each of story_0, story_1, … the first article of the time, and the newest."""
    parts = [
        sa.select(some.subquery())
        for index in range(number)
        for some in _first_and_newest(f"story_{index}", members)
    ]
    return sa.union_all(*parts)


def _first_and_newest(story: str, members: int) -> Iterator[sa.Select[tuple[int, ...]]]:
    time = story_vectors.c.seen_at.type
    of_story = sa.select(story_vectors).where(
        story_vectors.c.story_id == sa.bindparam(story, type_=sa.BigInteger),
        story_vectors.c.seen_at >= sa.bindparam("since", type_=time),
        story_vectors.c.seen_at <= sa.bindparam("until", type_=time),
    )
    yield of_story.order_by(story_vectors.c.article_id).limit(1)
    yield of_story.order_by(story_vectors.c.article_id.desc()).limit(members - 1)


def _member(row: AnyRow) -> StoryMember:
    return StoryMember(row.article_id, bytes(row.vector), row.tied_to)


def prune_vectors(connection: Connection, before: datetime) -> int:
    """Delete some of the vectors of what was news before then; gives how many."""
    old = connection.execute(
        sa.select(story_vectors.c.story_id, story_vectors.c.article_id)
        .where(story_vectors.c.seen_at < before)
        .limit(_PRUNED_AT_ONCE)
    ).all()
    if old:
        connection.execute(
            sa.delete(story_vectors).where(
                story_vectors.c.story_id == sa.bindparam("of_story"),
                story_vectors.c.article_id == sa.bindparam("of_article"),
            ),
            [{"of_story": row.story_id, "of_article": row.article_id} for row in old],
        )
    return len(old)


def prune_terms(connection: Connection, before: datetime, part: int) -> int:
    """Delete a part of the terms that articles first seen before then were found under; how many.

    There are TERM_PARTS parts: nobody waits long for the write lock.
    """
    newest = connection.scalar(
        sa.select(articles.c.id)
        .where(articles.c.first_seen_at < before)
        .order_by(articles.c.first_seen_at.desc(), articles.c.id.desc())
        .limit(1)
    )
    if newest is None:
        return 0
    size = _TERMS // TERM_PARTS
    done = connection.execute(
        sa.delete(story_terms).where(
            story_terms.c.term >= part * size,
            story_terms.c.term < (part + 1) * size,
            story_terms.c.article_id <= newest,
        )
    )
    return done.rowcount
