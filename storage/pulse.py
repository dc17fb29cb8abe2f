"""What whoever looks at the dashboard asks again and again, so that each question must be cheap.

Numbers are counted up to a limit: nobody reads more than "1,000 and more", and counting all of a
million rows takes longer than everything else on a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import DeliveryState, EntryState
from storage.statements import chunks
from storage.tables import (
    alerts,
    articles,
    channels,
    deliveries,
    delivery_attempts,
    digest_items,
    entries,
    notices,
    sources,
    workers,
)

MOST: Final = 1_000  # that are counted


@dataclass(frozen=True, slots=True)
class Way:
    """Where an alert goes, and how far it has come."""

    channel: str
    state: DeliveryState
    reason: str | None  # why it waits, failed, or was cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many there are of what; of the last four, `MOST` and one more at most."""

    sources: int
    pending_entries: int
    failed_entries: int
    pending_deliveries: int
    failed_deliveries: int


class Pulse:
    """What goes on, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def newest_alerts(self, limit: int) -> Sequence[str]:
        """The ids of the last alerts, the last first."""
        return self.connection.scalars(_NEWEST, {"most": limit}).all()

    def alerts_after(self, alert_id: str, limit: int) -> Sequence[str]:
        """The ids of the last alerts that rang after that one, the last first."""
        return self.connection.scalars(_AFTER, {"after": alert_id, "most": limit}).all()

    def newest_attempts(self, limit: int) -> Sequence[int]:
        """The ids of the last attempts to deliver, the last first."""
        return self.connection.scalars(_NEWEST_ATTEMPTS, {"most": limit}).all()

    def marks(self) -> tuple[Any, ...]:
        """What is another value when something else needs attention."""
        return (
            tuple(self.connection.scalars(_OPEN_NOTICES)),
            tuple(self.connection.scalars(_PAUSED_CHANNELS)),
            self.connection.scalar(_LAST_FAILED_DELIVERY),
            self.connection.scalar(_LAST_FAILED_ENTRY),
        )

    def figures(self) -> Figures:
        """How much there is to do, and to look after."""
        return Figures(
            sources=self._count(sources.c.id, ~sources.c.retired),
            pending_entries=self._few(entries, EntryState.PENDING),
            failed_entries=self._few(entries, EntryState.FAILED),
            pending_deliveries=self._few(deliveries, DeliveryState.PENDING),
            failed_deliveries=self._few(deliveries, DeliveryState.FAILED),
        )

    def last_article_at(self) -> datetime | None:
        """When the last article came."""
        last: datetime | None = self.connection.scalar(_LAST_ARTICLE)
        return last

    def heartbeat(self) -> datetime | None:
        """When a worker last showed that it lives."""
        last: datetime | None = self.connection.scalar(sa.select(sa.func.max(_HEARTBEAT)))
        return last

    def ways(self, alert_ids: Sequence[str]) -> dict[str, list[Way]]:
        """Where each of these alerts goes, alone or in a digest, by their ids."""
        found: dict[str, list[Way]] = {}
        for ids in chunks(sorted(alert_ids)):
            own = sa.select(deliveries.c.alert_id.label("of_alert"), *_WAY)
            digests = sa.select(digest_items.c.alert_id.label("of_alert"), *_WAY).join_from(
                digest_items, deliveries, digest_items.c.delivery_id == deliveries.c.id
            )
            both = own.where(deliveries.c.alert_id.in_(ids)).union_all(
                digests.where(digest_items.c.alert_id.in_(ids))
            )
            for row in self.connection.execute(both):
                way = Way(row.channel, DeliveryState(row.state), row.last_error or row.reason)
                found.setdefault(row.of_alert, []).append(way)
        return found

    def _count(self, column: sa.Column[Any], condition: sa.ColumnElement[bool]) -> int:
        asked = sa.select(sa.func.count(column)).where(condition)
        return self.connection.scalar(asked) or 0

    def _few(self, table: sa.Table, state: EntryState | DeliveryState) -> int:
        some = sa.select(table.c.id).where(table.c.state == state).limit(MOST + 1)
        asked = sa.select(sa.func.count()).select_from(some.subquery())
        return self.connection.scalar(asked) or 0


_MOST = sa.bindparam("most", type_=sa.Integer)
_NEWEST = sa.select(alerts.c.id).order_by(alerts.c.id.desc()).limit(_MOST)
_AFTER = _NEWEST.where(alerts.c.id > sa.bindparam("after"))
_NEWEST_ATTEMPTS = (  # with a condition on the key, so that the plan is seen to go by it
    sa.select(delivery_attempts.c.id)
    .where(delivery_attempts.c.id > 0)
    .order_by(delivery_attempts.c.id.desc())
    .limit(_MOST)
)
_OPEN = sa.text("resolved_at IS NULL")  # word for word the condition of the partial index
_OPEN_NOTICES = sa.select(notices.c.id).where(_OPEN).order_by(notices.c.kind, notices.c.subject)
_PAUSED_CHANNELS = (
    sa.select(channels.c.name)
    .where(channels.c.paused, ~channels.c.retired)
    .order_by(channels.c.name)
)
_LAST_FAILED_DELIVERY = sa.select(sa.func.max(deliveries.c.id)).where(
    deliveries.c.state == DeliveryState.FAILED
)
_LAST_FAILED_ENTRY = sa.select(sa.func.max(entries.c.id)).where(
    entries.c.state == EntryState.FAILED
)
_LAST_ARTICLE = sa.select(sa.func.max(articles.c.first_seen_at))
_HEARTBEAT = workers.c.heartbeat_at
_WAY = (deliveries.c.channel, deliveries.c.state, deliveries.c.last_error, deliveries.c.reason)
