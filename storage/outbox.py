"""The outbox: matches, the alerts they ring, and the deliveries of each alert."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import alerts
from storage.identifiers import new_id
from storage.posting import Posting
from storage.records import (
    Alert,
    Delivery,
    DeliveryAttempt,
    DeliveryKind,
    DeliveryState,
    Match,
    Outcome,
    Passage,
)
from storage.statements import AnyRow, chunks, insert
from storage.tables import alerts as alerts_table
from storage.tables import articles, channels, delivery_attempts, digest_items, matches
from storage.tables import deliveries as table

NOBODY: Mapping[str, str | None] = MappingProxyType({})

_FREE: dict[str, Any] = {"claimed_by": None, "claimed_at": None}
# Word for word the condition of the partial index, so that the planners recognise it.
_UNCLAIMED = sa.text("state = 'pending' AND claimed_by IS NULL")

# The channels that have something pending: one look into the index for each, however much it is.
# SQLite has to be told of it: left to itself it reads all that is pending by its state.
_WAITING_CHANNELS = """
    WITH RECURSIVE walk(channel) AS (
        SELECT min(channel) FROM deliveries {by}
        WHERE state = 'pending' AND claimed_by IS NULL
        UNION ALL
        SELECT (SELECT min(d.channel) FROM deliveries d {by}
                WHERE d.state = 'pending' AND d.claimed_by IS NULL AND d.channel > walk.channel)
        FROM walk WHERE walk.channel IS NOT NULL
    )
    SELECT channel FROM walk WHERE channel IS NOT NULL
"""
_WAITING = {
    "sqlite": sa.text(_WAITING_CHANNELS.format(by="INDEXED BY ix_deliveries_due")),
    "postgresql": sa.text(_WAITING_CHANNELS.format(by="")),
}


@dataclass(frozen=True, slots=True)
class AlertKey:
    """What is asked of an alert when articles change their story."""

    id: str
    watch_id: int
    article_id: int
    once_key: str


class Outbox:
    """The outbox, within one transaction.

    A delivery's `attempts` counts those begun, so that one which kills its worker is known by it.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._posting = Posting(connection)

    # Ringing.

    def match(
        self,
        watch_id: int,
        article_id: int,
        passages: Sequence[Passage],
        now: datetime,
        *,
        quiet: bool = False,
    ) -> None:
        """Record that a watch matched an article; a later text's passages replace the earlier.

        A `quiet` one never rings, whatever becomes of its story, until one that is not replaces it.
        """
        values = {"passages": alerts.pack(passages), "matched_at": now}
        still = matches.c.quiet if quiet else sa.false()
        self.connection.execute(
            insert(self.connection, matches)
            .values(watch_id=watch_id, article_id=article_id, quiet=quiet, **values)
            .on_conflict_do_update(
                index_elements=["watch_id", "article_id"], set_={**values, "quiet": still}
            )
        )

    def matches(self, article_id: int, *, ringing: bool = False) -> list[Match]:
        """The watches that matched an article; if `ringing`, without the quiet matches."""
        asked = (
            sa.select(matches)
            .where(matches.c.article_id == article_id)
            .order_by(matches.c.watch_id)
        )
        rows = self.connection.execute(asked.where(~matches.c.quiet) if ringing else asked)
        return [Match(watch_id=row.watch_id, passages=alerts.unpack(row.passages)) for row in rows]

    def ring(
        self,
        *,
        watch_id: int,
        article_id: int,
        story_id: int,
        passages: Sequence[Passage],
        once_key: str,
        channels: Sequence[str] = (),
        revised: bool = False,
        now: datetime,
    ) -> str | None:
        """Write an alert, and a delivery, due now, for each of the channels; gives the alert's id.

        None when `once_key` rang before, in whichever transaction: it rings but once.
        """
        rang: str | None = self.connection.scalar(
            insert(self.connection, alerts_table)
            .values(
                id=new_id(now),
                watch_id=watch_id,
                article_id=article_id,
                story_id=story_id,
                passages=alerts.pack(passages),
                once_key=once_key,
                revised=revised,
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=["once_key"])
            .returning(alerts_table.c.id)
        )
        if rang is not None:
            for channel in dict.fromkeys(channels):
                self._posting.send(rang, channel, now=now)
        return rang

    # Articles that change their story.

    def of_story(self, story_id: int) -> list[AlertKey]:
        """The alerts of a story, the first first."""
        rows = self.connection.execute(
            sa.select(
                alerts_table.c.id,
                alerts_table.c.watch_id,
                alerts_table.c.article_id,
                alerts_table.c.once_key,
            )
            .where(alerts_table.c.story_id == story_id)
            .order_by(alerts_table.c.id)
        )
        return [AlertKey(row.id, row.watch_id, row.article_id, row.once_key) for row in rows]

    def follow(self, alert_id: str, story_id: int, *, once_key: str | None = None) -> None:
        """Make an alert one of another story, under another key, if nothing rang under that."""
        values: dict[str, Any] = {"story_id": story_id}
        if once_key is not None:
            taken = sa.select(alerts_table.c.id).where(alerts_table.c.once_key == once_key)
            free = self.connection.scalar(taken) is None
            values["once_key"] = once_key if free else f"alert:{alert_id}"
        self.connection.execute(
            sa.update(alerts_table).where(alerts_table.c.id == alert_id).values(values)
        )

    def first_match(
        self, story_id: int, watch_id: int, *, published_since: datetime | None = None
    ) -> tuple[int, Match] | None:
        """The first article of a story that a watch matched, and how. Quiet matches do not count.

        With `published_since`, of those that were published since then, or nobody knows when.
        """
        asked = (
            sa.select(matches)
            .join_from(articles, matches, articles.c.id == matches.c.article_id)
            .where(
                articles.c.story_id == story_id, matches.c.watch_id == watch_id, ~matches.c.quiet
            )
            .order_by(articles.c.id)
            .limit(1)
        )
        if published_since is not None:
            recent = articles.c.published_at >= published_since
            asked = asked.where(sa.or_(articles.c.published_at.is_(None), recent))
        row = self.connection.execute(asked).first()
        if row is None:
            return None
        return row.article_id, Match(watch_id=watch_id, passages=alerts.unpack(row.passages))

    def rang(self, once_keys: Collection[str]) -> set[str]:
        """Those of the keys that have rung."""
        found: set[str] = set()
        for some in chunks(sorted(once_keys)):
            asked = sa.select(alerts_table.c.once_key).where(alerts_table.c.once_key.in_(some))
            found.update(self.connection.scalars(asked))
        return found

    # Delivering.

    def claim_due(
        self,
        now: datetime,
        *,
        worker: str,
        limit: int,
        rooms: Mapping[str, int] | None = None,
        exclude_channels: Collection[str] = (),
    ) -> list[Delivery]:
        """Claim at most `limit` due deliveries: the channels in turn, the longest due first.

        With `rooms` at most so many of each channel that it names, and one of each other. A
        channel that is paused, or in `exclude_channels`, waits.
        """
        waiting = self._waiting()
        paused = set(self.connection.scalars(sa.select(channels.c.name).where(channels.c.paused)))
        due = [
            self._due(channel, now, limit if rooms is None else min(limit, rooms.get(channel, 1)))
            for channel in waiting
            if channel not in paused and channel not in exclude_channels
        ]
        turns = chain.from_iterable(zip_longest(*due))
        chosen = [delivery_id for delivery_id in turns if delivery_id is not None][:limit]
        if not chosen:
            return []
        rows = self.connection.execute(
            sa.update(table)
            .where(table.c.id.in_(chosen), _UNCLAIMED)
            .values(
                claimed_by=worker,
                claimed_at=now,
                attempts=table.c.attempts + 1,
                digest_key=None,  # what rings from now on begins another
            )
            .returning(table)
        )
        claimed = {row.id: _delivery(row) for row in rows}
        return [claimed[delivery_id] for delivery_id in chosen if delivery_id in claimed]

    def _waiting(self) -> Sequence[str]:
        """The channels that have something pending which nobody has claimed."""
        return self.connection.scalars(_WAITING[self.connection.dialect.name]).all()

    def due(self, now: datetime) -> set[str]:
        """The channels that something is due for which nobody has claimed, the paused ones too."""
        return {
            channel
            for channel in self._waiting()
            if (first := self._first_due(channel)) is not None and first <= now
        }

    def _first_due(self, channel: str) -> datetime | None:
        first: datetime | None = self.connection.scalar(
            sa.select(sa.func.min(table.c.next_attempt_at)).where(
                _UNCLAIMED, table.c.channel == channel
            )
        )
        return first

    def _due(self, channel: str, now: datetime, limit: int) -> Sequence[str]:
        return self.connection.scalars(
            sa.select(table.c.id)
            .where(_UNCLAIMED, table.c.channel == channel, table.c.next_attempt_at <= now)
            .order_by(table.c.next_attempt_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()

    def delivered(
        self, delivery_id: str, *, worker: str, now: datetime, refused: str | None = None
    ) -> bool:
        """The channel took it, though not for those of its recipients that `refused` tells of.

        False when the claim was no longer the worker's.
        """
        return self._finish(
            delivery_id,
            worker,
            now,
            Outcome.DELIVERED,
            state=DeliveryState.DELIVERED,
            next_attempt_at=None,
            delivered_at=now,
            last_error=refused,
            settled=sa.null(),
        )

    def delivered_together(self, ids: Sequence[str], *, worker: str, now: datetime) -> set[str]:
        """The channels took these; gives those whose claim was still the worker's."""
        if not ids:
            return set()
        finished = self.connection.scalars(
            sa.update(table)
            .where(table.c.id.in_(ids), table.c.claimed_by == worker)
            .values(
                **_FREE,
                state=DeliveryState.DELIVERED,
                next_attempt_at=None,
                delivered_at=now,
                last_error=None,
            )
            .returning(table.c.id)
        ).all()
        if finished:
            attempt = {"attempted_at": now, "outcome": Outcome.DELIVERED, "error": None}
            self.connection.execute(
                sa.insert(delivery_attempts),
                [{"delivery_id": each, **attempt} for each in finished],
            )
        return {*finished}

    def retry(
        self,
        delivery_id: str,
        *,
        worker: str,
        at: datetime,
        error: str,
        now: datetime,
        settled: Mapping[str, str | None] = NOBODY,
    ) -> bool:
        """It failed, and is tried again at `at`. False when the claim was gone.

        `settled` are the recipients that need no other attempt, as `Delivery.settled` has them.
        """
        return self._finish(
            delivery_id,
            worker,
            now,
            Outcome.RETRY,
            next_attempt_at=at,
            last_error=error,
            settled=_stored(settled),
        )

    def fail(
        self,
        delivery_id: str,
        *,
        worker: str,
        error: str,
        now: datetime,
        settled: Mapping[str, str | None] = NOBODY,
    ) -> bool:
        """It is given up; who took it is kept, should it be tried anew. False as in `retry`."""
        return self._finish(
            delivery_id,
            worker,
            now,
            Outcome.FAILED,
            state=DeliveryState.FAILED,
            next_attempt_at=None,
            last_error=error,
            settled=_stored(settled),
        )

    def _finish(
        self, delivery_id: str, worker: str, now: datetime, outcome: Outcome, **values: Any
    ) -> bool:
        finished = self.connection.execute(
            sa.update(table)
            .where(table.c.id == delivery_id, table.c.claimed_by == worker)
            .values(**_FREE, **values)
        )
        if finished.rowcount != 1:
            return False
        self.connection.execute(
            sa.insert(delivery_attempts).values(
                delivery_id=delivery_id,
                attempted_at=now,
                outcome=outcome,
                error=values["last_error"],
            )
        )
        return True

    def release(
        self,
        worker: str,
        *,
        settled: Mapping[str, Mapping[str, str | None]] = MappingProxyType({}),
    ) -> int:
        """Free what the worker claimed and did not begin or end; gives how many.

        `settled` are, of deliveries that were cut off, the recipients that need no other attempt.
        """
        for delivery_id, who in settled.items():
            self.connection.execute(
                sa.update(table)
                .where(table.c.id == delivery_id, table.c.claimed_by == worker)
                .values(settled=_stored(who))
            )
        freed = self.connection.execute(
            sa.update(table)
            .where(table.c.claimed_by == worker)
            .values(**_FREE, attempts=table.c.attempts - 1)
        )
        return freed.rowcount

    def retry_failed(
        self,
        *,
        now: datetime,
        channel: str | None = None,
        alert_id: str | None = None,
        delivery_id: str | None = None,
    ) -> int:
        """What was given up is due again, with all its attempts; gives how many."""
        again = sa.update(table).where(table.c.state == DeliveryState.FAILED)
        for column, value in (
            (table.c.channel, channel),
            (table.c.alert_id, alert_id),
            (table.c.id, delivery_id),
        ):
            if value is not None:
                again = again.where(column == value)
        values = {"state": DeliveryState.PENDING, "next_attempt_at": now, "attempts": 0}
        return self.connection.execute(again.values(values)).rowcount

    def next_due_at(self) -> datetime | None:
        """When the next delivery is due; None when none is pending.

        Those of paused channels do not count.
        """
        paused = set(self.connection.scalars(sa.select(channels.c.name).where(channels.c.paused)))
        times = [self._first_due(channel) for channel in self._waiting() if channel not in paused]
        return min((time for time in times if time is not None), default=None)

    # Reading.

    def digest(self, delivery_id: str) -> list[Alert]:
        """The alerts of a digest, the first first."""
        ids = self._posting.digest(delivery_id)
        return alerts.read(self.connection, alerts_table.c.id.in_(ids), limit=len(ids))[::-1]

    def alert(self, alert_id: str) -> Alert | None:
        """The alert, with its watch, article and story as they are now."""
        found = alerts.read(self.connection, alerts_table.c.id == alert_id, limit=1)
        return found[0] if found else None

    def alerts_of(self, ids: Collection[str]) -> list[Alert]:
        """The alerts of these ids, the last first, but for those that are stored no more."""
        return alerts.read(self.connection, alerts_table.c.id.in_(ids), limit=len(ids))

    def alerts(
        self,
        limit: int = 50,
        *,
        watch: str | None = None,
        story_id: int | None = None,
        article_id: int | None = None,
        before: str | None = None,
        state: DeliveryState | None = None,
        channel: str | None = None,
    ) -> list[Alert]:
        """The last ones first. `before`: the id of the last one on the page before.

        With `state` or `channel`, those that have such a delivery, alone or in a digest.
        """
        return alerts.listed(
            self.connection,
            limit,
            watch=watch,
            story_id=story_id,
            article_id=article_id,
            before=before,
            state=state,
            channel=channel,
        )

    def deliveries(
        self,
        alert_id: str | None = None,
        *,
        state: DeliveryState | None = None,
        channel: str | None = None,
        limit: int = 100,
    ) -> list[Delivery]:
        """Deliveries, the last first: of an alert, in digests too, in a state, to a channel."""
        found = sa.select(table).order_by(table.c.id.desc()).limit(limit)
        if alert_id is not None:
            own = sa.select(table.c.id).where(table.c.alert_id == alert_id)
            digests = sa.select(digest_items.c.delivery_id).where(
                digest_items.c.alert_id == alert_id
            )
            found = found.where(table.c.id.in_(own.union(digests)))
        for column, value in (
            (table.c.state, state),
            (table.c.channel, channel),
        ):
            if value is not None:
                found = found.where(column == value)
        return [_delivery(row) for row in self.connection.execute(found)]

    def attempts(self, delivery_id: str) -> list[DeliveryAttempt]:
        """The attempts of a delivery, the first first."""
        rows = self.connection.execute(
            sa.select(delivery_attempts)
            .where(delivery_attempts.c.delivery_id == delivery_id)
            .order_by(delivery_attempts.c.id)
        )
        return [
            DeliveryAttempt(
                id=row.id,
                delivery_id=row.delivery_id,
                attempted_at=row.attempted_at,
                outcome=Outcome(row.outcome),
                error=row.error,
            )
            for row in rows
        ]

    def counts(self) -> Mapping[DeliveryState, int]:
        """How many deliveries there are in each state."""
        rows = self.connection.execute(
            sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
        )
        found = {DeliveryState(state): number for state, number in rows}
        return {state: found.get(state, 0) for state in DeliveryState}


def _stored(settled: Mapping[str, str | None]) -> Any:
    return dict(settled) if settled else sa.null()


def _delivery(row: AnyRow) -> Delivery:
    return Delivery(
        id=row.id,
        alert_id=row.alert_id,
        channel=row.channel,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
        last_error=row.last_error,
        kind=DeliveryKind(row.kind),
        notice_id=row.notice_id,
        reason=row.reason,
        alert_count=row.alert_count,
        settled=row.settled or {},
        escalated_from=row.escalated_from,
    )
