"""Alerts, read with all that they tell of."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.articles import stored
from storage.records import Alert, DeliveryState, Passage
from storage.stories import Stories
from storage.tables import alerts as table
from storage.tables import articles, deliveries, digest_items, sources, watches
from storage.watches import watch as watch_record

# States that few deliveries are in for long.
_FEW = frozenset({DeliveryState.PENDING, DeliveryState.FAILED, DeliveryState.CANCELLED})


def pack(passages: Sequence[Passage]) -> list[dict[str, Any]]:
    """Passages as JSON."""
    return [
        {
            "field": passage.field,
            "text": passage.text,
            "highlights": [list(span) for span in passage.highlights],
        }
        for passage in passages
    ]


def unpack(passages: Sequence[dict[str, Any]]) -> tuple[Passage, ...]:
    """Passages from JSON."""
    return tuple(
        Passage(
            field=passage["field"],
            text=passage["text"],
            highlights=tuple((start, end) for start, end in passage["highlights"]),
        )
        for passage in passages
    )


def listed(
    connection: Connection,
    limit: int,
    *,
    watch: str | None,
    story_id: int | None,
    article_id: int | None,
    before: str | None,
    state: DeliveryState | None = None,
    channel: str | None = None,
) -> list[Alert]:
    """The last alerts first: of a watch, a story, an article; with such a delivery."""
    conditions: list[sa.ColumnElement[bool]] = []
    if watch is not None:
        of_watch = sa.select(watches.c.id).where(watches.c.name == watch).scalar_subquery()
        conditions.append(table.c.watch_id == of_watch)
    if story_id is not None:
        conditions.append(table.c.story_id == story_id)
    if article_id is not None:
        conditions.append(table.c.article_id == article_id)
    if before is not None:
        conditions.append(table.c.id < before)
    if state is not None or channel is not None:
        conditions.append(_with_delivery(state, channel))
    return read(connection, *conditions, limit=limit)


def _with_delivery(state: DeliveryState | None, channel: str | None) -> sa.ColumnElement[bool]:
    """Alerts with a delivery in this state, or to this channel, alone or in a digest."""
    asked = [
        column == value
        for column, value in ((deliveries.c.state, state), (deliveries.c.channel, channel))
        if value is not None
    ]
    own = sa.select(deliveries.c.alert_id).where(deliveries.c.alert_id.is_not(None), *asked)
    in_digests = (
        sa.select(digest_items.c.alert_id)
        .join_from(deliveries, digest_items, deliveries.c.id == digest_items.c.delivery_id)
        .where(*asked)
    )
    if state in _FEW:  # found by their state, however old they are
        return table.c.id.in_(own.union(in_digests))
    return sa.or_(
        own.where(deliveries.c.alert_id == table.c.id).exists(),
        in_digests.where(digest_items.c.alert_id == table.c.id).exists(),
    )


def read(connection: Connection, *conditions: sa.ColumnElement[bool], limit: int) -> list[Alert]:
    """The alerts that meet the conditions, the last first.

    Each of the tables has columns that are named alike, so each is read by itself: four statements,
    however many alerts.
    """
    rows = connection.execute(
        sa.select(table).where(*conditions).order_by(table.c.id.desc()).limit(limit)
    ).all()
    found_articles = {
        row.id: row
        for row in connection.execute(
            sa.select(articles).where(articles.c.id.in_({row.article_id for row in rows}))
        )
    }
    found_watches = {
        row.id: watch_record(row)
        for row in connection.execute(
            sa.select(watches).where(watches.c.id.in_({row.watch_id for row in rows}))
        )
    }
    stories = Stories(connection).many([row.story_id for row in rows])
    names = {
        row.id: row.name
        for row in connection.execute(
            sa.select(sources.c.id, sources.c.name).where(
                sources.c.id.in_({row.source_id for row in found_articles.values()})
            )
        )
    }
    return [
        Alert(
            id=row.id,
            created_at=row.created_at,
            watch=found_watches[row.watch_id],
            article=stored(found_articles[row.article_id]),
            story=stories[row.story_id],
            passages=unpack(row.passages),
            source_name=names.get(found_articles[row.article_id].source_id),
            revised=row.revised,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=row.acknowledged_by,
        )
        for row in rows
    ]
