"""What happened since a place in the order of ids: alerts that rang, deliveries that were tried.

Ids follow the time at which they were made, and become visible as transactions end. So whoever
reads on from a place reads again what came shortly before it, or may miss what was late.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.tables import alerts, articles, deliveries, delivery_attempts, watches


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang:
    """An alert that rang; the article as it is now."""

    id: str
    at: datetime
    watch: str
    revised: bool
    story_id: int
    article_id: int
    title: str | None
    url: str
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An attempt to deliver; `state` is the delivery's now. No alert, no watch: not one alone."""

    id: int
    at: datetime
    outcome: str
    error: str | None
    delivery: str
    channel: str
    kind: str
    state: str
    attempts: int
    next_attempt_at: datetime | None
    alert: str | None
    watch: str | None


class Happenings:
    """What happened, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def last(self) -> tuple[str, int]:
        """The ids of the last alert and of the last attempt; "" and 0 before the first."""
        alert = self.connection.scalar(_LAST_ALERT)
        return alert or "", self.connection.scalar(_LAST_ATTEMPT) or 0

    def rang(self, after: str, limit: int) -> list[Rang]:
        """The alerts with ids after that one, the first first."""
        rows = self.connection.execute(_RANG, {"after": after, "most": limit})
        return [Rang(**row._mapping) for row in rows]  # noqa: SLF001 - its documented name

    def tried(self, after: int, limit: int) -> list[Tried]:
        """The attempts with ids after that one, the first first."""
        rows = self.connection.execute(_TRIED, {"after": after, "most": limit})
        return [Tried(**row._mapping) for row in rows]  # noqa: SLF001 - its documented name


_MOST = sa.bindparam("most", type_=sa.Integer)
_AFTER: sa.BindParameter[Any] = sa.bindparam("after")
_LAST_ALERT = sa.select(sa.func.max(alerts.c.id))
_LAST_ATTEMPT = sa.select(sa.func.max(delivery_attempts.c.id))
_RANG = (
    sa.select(
        alerts.c.id,
        alerts.c.created_at.label("at"),
        watches.c.name.label("watch"),
        alerts.c.revised,
        alerts.c.story_id,
        alerts.c.article_id,
        articles.c.title,
        articles.c.url,
        articles.c.language,
    )
    .join_from(alerts, watches, alerts.c.watch_id == watches.c.id)
    .join(articles, alerts.c.article_id == articles.c.id)
    .where(alerts.c.id > _AFTER)
    .order_by(alerts.c.id)
    .limit(_MOST)
)
_TRIED = (
    sa.select(
        delivery_attempts.c.id,
        delivery_attempts.c.attempted_at.label("at"),
        delivery_attempts.c.outcome,
        delivery_attempts.c.error,
        deliveries.c.id.label("delivery"),
        deliveries.c.channel,
        deliveries.c.kind,
        deliveries.c.state,
        deliveries.c.attempts,
        deliveries.c.next_attempt_at,
        deliveries.c.alert_id.label("alert"),
        watches.c.name.label("watch"),
    )
    .join_from(delivery_attempts, deliveries, delivery_attempts.c.delivery_id == deliveries.c.id)
    .join(alerts, deliveries.c.alert_id == alerts.c.id, isouter=True)
    .join(watches, alerts.c.watch_id == watches.c.id, isouter=True)
    .where(delivery_attempts.c.id > _AFTER)
    .order_by(delivery_attempts.c.id)
    .limit(_MOST)
)
