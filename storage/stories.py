"""Stories: articles on one event, copies of one another or not."""

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.articles import stored
from storage.records import Belonging, Outlet, StoredArticle, Story, StoryDecision
from storage.statements import AnyRow, chunks, insert
from storage.tables import articles, story_decisions, story_vectors
from storage.tables import stories as table

_NO_OUTLETS: tuple[int, tuple[Outlet, ...]] = (0, ())
_WITH_TITLE = sa.select(table, articles.c.title).join_from(
    table, articles, articles.c.id == table.c.leader_id
)


MOST_OUTLETS = 20  # of a story that are named


@dataclass(frozen=True, slots=True)
class Moved:
    """Articles that changed their story: those that left each, and where they are now."""

    into: int
    left: Mapping[int, tuple[int, ...]]


class Stories:
    """The stories, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, story_id: int) -> Story | None:
        """The story."""
        return self.many([story_id]).get(story_id)

    def many(self, ids: Sequence[int]) -> dict[int, Story]:
        """The stories of these ids."""
        found = self._stories(_WITH_TITLE.where(table.c.id.in_(ids)))
        return {story.id: story for story in found}

    def list(
        self, limit: int = 50, *, before: tuple[datetime, int] | None = None
    ) -> builtins.list[Story]:
        """The last touched first.

        `before`: the `updated_at` and the id of the last one on the page before.
        """
        found = (
            _WITH_TITLE.where(table.c.merged_into.is_(None))
            .order_by(table.c.updated_at.desc(), table.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            touched_at, story_id = before
            place = (
                sa.literal(touched_at, table.c.updated_at.type),
                sa.literal(story_id, table.c.id.type),
            )
            found = found.where(sa.tuple_(table.c.updated_at, table.c.id) < sa.tuple_(*place))
        return self._stories(found)

    def _stories(self, asked: sa.Select[Any]) -> builtins.list[Story]:
        rows = self.connection.execute(asked).all()
        outlets = self._outlets([row.id for row in rows])
        return [_story(row, outlets.get(row.id, _NO_OUTLETS)) for row in rows]

    def _outlets(self, ids: Sequence[int]) -> dict[int, tuple[int, tuple[Outlet, ...]]]:
        """Of each story how many outlets have it, and the first of them."""
        first = sa.func.min(articles.c.id).label("first")
        firsts: dict[int, builtins.list[int]] = {}
        for some in chunks(ids):
            rows = self.connection.execute(
                sa.select(articles.c.story_id, first)
                .where(articles.c.story_id.in_(some), articles.c.outlet.is_not(None))
                .group_by(articles.c.story_id, articles.c.outlet)
            )
            for row in rows:
                firsts.setdefault(row.story_id, []).append(row.first)
        named = {
            story_id: (len(found), sorted(found)[:MOST_OUTLETS])
            for story_id, found in firsts.items()
        }
        known = self._outlets_of([each for _, shown in named.values() for each in shown])
        return {
            story_id: (number, tuple(known[each] for each in shown))
            for story_id, (number, shown) in named.items()
        }

    def _outlets_of(self, article_ids: Sequence[int]) -> dict[int, Outlet]:
        found: dict[int, Outlet] = {}
        for ids in chunks(article_ids):
            rows = self.connection.execute(
                sa.select(
                    articles.c.id,
                    articles.c.outlet,
                    articles.c.url,
                    articles.c.site_name,
                    articles.c.publisher,
                ).where(articles.c.id.in_(ids))
            )
            found |= {
                row.id: Outlet(domain=row.outlet, name=row.site_name or row.publisher, url=row.url)
                for row in rows
            }
        return found

    def outlet_count(self, story_id: int) -> int:
        """How many outlets have the story."""
        number = sa.select(sa.func.count(articles.c.outlet.distinct()))
        return self.connection.scalar(number.where(articles.c.story_id == story_id)) or 0

    def is_first_of_outlet(self, article_id: int) -> bool:
        """Whether no other article of its story is on the same outlet's site."""
        own = sa.select(articles.c.story_id, articles.c.outlet).where(articles.c.id == article_id)
        row = self.connection.execute(own).one()
        other = sa.select(articles.c.id).where(
            articles.c.story_id == row.story_id,
            articles.c.outlet == row.outlet,
            articles.c.id != article_id,
        )
        return row.outlet is not None and self.connection.scalar(other.limit(1)) is None

    def spread_at(self, ids: Sequence[int], outlets: int) -> dict[int, datetime]:
        """When so many outlets had each of these stories; without those that they never had."""
        spread: dict[int, datetime] = {}
        for some in chunks(ids):
            first = sa.func.min(articles.c.first_seen_at).label("first")
            rows = self.connection.execute(
                sa.select(articles.c.story_id, first)
                .where(articles.c.story_id.in_(some), articles.c.outlet.is_not(None))
                .group_by(articles.c.story_id, articles.c.outlet)
            )
            times: dict[int, builtins.list[datetime]] = {}
            for row in rows:
                times.setdefault(row.story_id, []).append(row.first)
            spread |= {
                story_id: sorted(found)[outlets - 1]
                for story_id, found in times.items()
                if len(found) >= outlets
            }
        return spread

    def articles(self, story_id: int, limit: int = 1_000) -> builtins.list[StoredArticle]:
        """Its articles, the leader first, then as they came."""
        rows = self.connection.execute(
            sa.select(articles)
            .where(articles.c.story_id == story_id)
            .order_by(articles.c.id)
            .limit(limit)
        )
        return [stored(row) for row in rows]

    # What a story is made of.

    def move(self, article_ids: Sequence[int], into: int | None, *, now: datetime) -> Moved:
        """Put articles, and the copies of them, into another story; None: into a new one.

        The first of them leads the new one. A story that is left without articles is merged; one
        that is left by its leader is led by the first that stays.
        """
        rows = self.connection.execute(
            sa.select(articles.c.id, articles.c.story_id)
            .where(articles.c.id.in_(article_ids))
            .order_by(articles.c.id)
        ).all()
        story = self._begin(rows[0].id, now) if into is None else into
        moved: dict[int, tuple[int, ...]] = {}
        for home in sorted({row.story_id for row in rows} - {story}):
            ids = [row.id for row in rows if row.story_id == home]
            going = sa.or_(articles.c.id.in_(ids), articles.c.copy_of.in_(ids))
            moved[home] = self._move(home, story, going, now)
        return Moved(story, moved)

    def merge(self, story_id: int, into: int, *, now: datetime) -> Moved:
        """Put all articles of a story into another."""
        return Moved(into, {story_id: self._move(story_id, into, sa.true(), now)})

    def pin(self, story_id: int) -> None:
        """Remember that a person has said what belongs to the story."""
        self.connection.execute(sa.update(table).where(table.c.id == story_id).values(pinned=True))

    def _begin(self, leader: int, now: datetime) -> int:
        made = self.connection.execute(
            sa.insert(table)
            .values(leader_id=leader, article_count=0, created_at=now, updated_at=now, pinned=False)
            .returning(table.c.id)
        )
        return int(made.scalar_one())

    def _move(
        self, home: int, into: int, going: sa.ColumnElement[bool], now: datetime
    ) -> tuple[int, ...]:
        moved = tuple(
            self.connection.scalars(
                sa.update(articles)
                .where(articles.c.story_id == home, going)
                .values(story_id=into)
                .returning(articles.c.id)
            )
        )
        for ids in chunks(moved):
            for other in (story_vectors, story_decisions):
                self.connection.execute(
                    sa.update(other)
                    .where(other.c.story_id == home, other.c.article_id.in_(ids))
                    .values(story_id=into)
                )
        self._count(into, len(moved), now)
        self._count(home, -len(moved), now)
        self._lead(home, into)
        return tuple(sorted(moved))

    def _count(self, story_id: int, more: int, now: datetime) -> None:
        self.connection.execute(
            sa.update(table)
            .where(table.c.id == story_id)
            .values(
                article_count=table.c.article_count + more,
                updated_at=now,
                **({"merged_into": None} if more > 0 else {}),
            )
        )

    def _lead(self, story_id: int, into: int) -> None:
        """Give a story that articles have left its first one as leader, or say where all went."""
        first = sa.select(sa.func.min(articles.c.id)).where(articles.c.story_id == story_id)
        leader = self.connection.scalar(first)
        own = sa.update(table).where(table.c.id == story_id)
        if leader is None:
            self.connection.execute(own.values(merged_into=into))
            return
        stays = sa.exists().where(
            articles.c.id == table.c.leader_id, articles.c.story_id == story_id
        )
        self.connection.execute(own.where(~stays).values(leader_id=leader))

    # Why.

    def decide(self, decision: StoryDecision) -> None:
        """Remember what put an article into its story; a later decision takes the place of it."""
        values = {
            "story_id": decision.story_id,
            "kind": decision.kind,
            "other_id": decision.other_id,
            "score": decision.score,
            "evidence": decision.evidence,
            "decided_at": decision.decided_at,
        }
        self.connection.execute(
            insert(self.connection, story_decisions)
            .values(article_id=decision.article_id, **values)
            .on_conflict_do_update(index_elements=["article_id"], set_=values)
        )

    def decisions(self, article_ids: Sequence[int]) -> dict[int, StoryDecision]:
        """What put these articles into their stories; nothing is known of those of old."""
        found: dict[int, StoryDecision] = {}
        for ids in chunks(article_ids):
            rows = self.connection.execute(
                sa.select(story_decisions).where(story_decisions.c.article_id.in_(ids))
            )
            found |= {row.article_id: _decision(row) for row in rows}
        return found


def _decision(row: AnyRow) -> StoryDecision:
    return StoryDecision(
        article_id=row.article_id,
        story_id=row.story_id,
        kind=Belonging(row.kind),
        decided_at=row.decided_at,
        other_id=row.other_id,
        score=row.score,
        evidence=row.evidence,
    )


def _story(row: AnyRow, outlets: tuple[int, tuple[Outlet, ...]]) -> Story:
    return Story(
        id=row.id,
        leader_id=row.leader_id,
        title=row.title,
        article_count=row.article_count,
        created_at=row.created_at,
        updated_at=row.updated_at,
        pinned=row.pinned,
        merged_into=row.merged_into,
        outlet_count=outlets[0],
        outlets=outlets[1],
    )
