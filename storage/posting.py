"""Where the alerts that rang go, and when: deliveries, digests, mutes, acknowledgements."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.identifiers import new_id
from storage.records import CHANNEL_PAUSED, OVER, DeliveryKind, DeliveryState
from storage.statements import insert
from storage.tables import alerts, digest_items, mutes, notices, stories
from storage.tables import channels as channels_table
from storage.tables import deliveries as table

MOST_IN_A_DIGEST = 200  # the next alert begins another one, which is due at the same time

# As in the partial index, so that the planners recognise it; and what of those is news.
_UNTOLD = sa.text("(NOT told OR NOT told_of_end)")
_NEWS = sa.or_(sa.not_(notices.c.told), notices.c.resolved_at.is_not(None))
_PENDING = table.c.state == DeliveryState.PENDING
_UNANSWERED = (DeliveryKind.ESCALATION, DeliveryKind.REMINDER)


class Posting:
    """What is done with alerts after they rang, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    # On their way.

    def send(
        self,
        alert_id: str,
        channel: str,
        *,
        now: datetime,
        due: datetime | None = None,
        kind: DeliveryKind = DeliveryKind.ALERT,
        escalated_from: str | None = None,
    ) -> str:
        """Write the delivery of an alert, due now or at `due`; gives its id.

        `escalated_from` is the channel where nobody acknowledged it, if that is why it goes there.
        """
        return self._add(
            now,
            channel=channel,
            kind=kind,
            due=due or now,
            alert_id=alert_id,
            escalated_from=escalated_from,
        )

    def withhold(self, alert_id: str, channel: str, *, reason: str, now: datetime) -> str:
        """Write down that an alert does not go to a channel, and why."""
        return self._add(
            now,
            channel=channel,
            kind=DeliveryKind.ALERT,
            due=None,
            alert_id=alert_id,
            state=DeliveryState.CANCELLED,
            reason=reason,
        )

    def hold(
        self, alert_id: str, channel: str, *, key: str, reason: str, due: datetime, now: datetime
    ) -> str:
        """Put an alert into the open digest of that key, or begin one that is due at `due`.

        Gives the digest's id. The one statement takes the row's lock: whoever claims the digest
        does so before this alert, which then begins another, or after it and has it.
        """
        full = table.c.alert_count + 1 >= MOST_IN_A_DIGEST
        added = (
            insert(self.connection, table)
            .values(
                id=new_id(now),
                kind=DeliveryKind.DIGEST,
                channel=channel,
                state=DeliveryState.PENDING,
                attempts=0,
                next_attempt_at=due,
                created_at=now,
                reason=reason,
                digest_key=key,
                alert_count=1,
            )
            .on_conflict_do_update(
                index_elements=["digest_key"],
                set_={
                    "alert_count": table.c.alert_count + 1,
                    "digest_key": sa.case((full, sa.null()), else_=table.c.digest_key),
                },
            )
            .returning(table.c.id)
        )
        digest: str = self.connection.execute(added).scalar_one()
        self.connection.execute(
            sa.insert(digest_items).values(delivery_id=digest, alert_id=alert_id)
        )
        return digest

    def _add(
        self,
        now: datetime,
        *,
        channel: str,
        kind: DeliveryKind,
        due: datetime | None,
        alert_id: str | None = None,
        notice_id: int | None = None,
        state: DeliveryState = DeliveryState.PENDING,
        reason: str | None = None,
        escalated_from: str | None = None,
    ) -> str:
        delivery_id = new_id(now)
        self.connection.execute(
            sa.insert(table).values(
                id=delivery_id,
                kind=kind,
                alert_id=alert_id,
                notice_id=notice_id,
                channel=channel,
                state=state,
                attempts=0,
                next_attempt_at=due,
                created_at=now,
                reason=reason,
                escalated_from=escalated_from,
                alert_count=0,
            )
        )
        return delivery_id

    def sent(
        self, channel: str, *, since: datetime, limit: int, watch_id: int | None = None
    ) -> Sequence[datetime]:
        """When alerts went to a channel at once since then, the last `limit` of them.

        With `watch_id` those of that watch alone. The channel's row is locked until the transaction
        ends: two that ring at the same instant do not both find room for one.
        """
        if self.connection.dialect.name == "postgresql":  # SQLite has but one writer anyway
            self.connection.execute(
                sa.select(channels_table.c.id)
                .where(channels_table.c.name == channel)
                .with_for_update(key_share=True)
            )
        asked = (
            sa.select(table.c.created_at)
            .where(
                table.c.channel == channel,
                table.c.created_at > since,
                table.c.kind == DeliveryKind.ALERT,
                table.c.state != DeliveryState.CANCELLED,
            )
            .order_by(table.c.created_at.desc())
            .limit(limit)
        )
        if watch_id is not None:
            asked = asked.join(alerts, alerts.c.id == table.c.alert_id).where(
                alerts.c.watch_id == watch_id
            )
        return self.connection.scalars(asked).all()

    def digest(self, delivery_id: str) -> Sequence[str]:
        """The alerts of a digest, the first first."""
        return self.connection.scalars(
            sa.select(digest_items.c.alert_id)
            .where(digest_items.c.delivery_id == delivery_id)
            .order_by(digest_items.c.alert_id)
        ).all()

    def release(self, key_prefix: str, now: datetime) -> int:
        """Let the open digests whose keys begin so go now; gives how many."""
        freed = self.connection.execute(
            sa.update(table)
            .where(table.c.digest_key.startswith(key_prefix, autoescape=True), _PENDING)
            .values(next_attempt_at=now)
        )
        return freed.rowcount

    # What people say of alerts.

    def acknowledge(self, alert_id: str, *, by: str, now: datetime) -> bool:
        """Somebody has seen to it: nothing escalates or reminds any more. False: it was before."""
        done = self.connection.execute(
            sa.update(alerts)
            .where(alerts.c.id == alert_id, alerts.c.acknowledged_at.is_(None))
            .values(acknowledged_at=now, acknowledged_by=by)
        )
        self.cancel(alert_id, reason=f"acknowledged by {by}", now=now, kinds=_UNANSWERED)
        return done.rowcount == 1

    def remind(self, alert_id: str, *, at: datetime, now: datetime) -> int:
        """Send the alert again at that time to where it went, and escalate no sooner than then.

        Gives the number of channels. A reminder that waits is moved.
        """
        waiting = self.connection.scalars(
            sa.select(table.c.channel).where(
                table.c.alert_id == alert_id, table.c.kind == DeliveryKind.REMINDER, _PENDING
            )
        ).all()
        self.connection.execute(
            sa.update(table)
            .where(
                table.c.alert_id == alert_id,
                table.c.kind.in_(_UNANSWERED),
                _PENDING,
                sa.or_(
                    table.c.kind == DeliveryKind.REMINDER,
                    table.c.next_attempt_at < at,
                ),
            )
            .values(next_attempt_at=at)
        )
        went = self._channels(alert_id)
        for channel in went:
            if channel not in waiting:
                self.send(alert_id, channel, now=now, due=at, kind=DeliveryKind.REMINDER)
        return len(went)

    def _channels(self, alert_id: str) -> list[str]:
        """Where an alert went, or goes, alone or in a digest."""
        alone = sa.select(table.c.channel).where(
            table.c.alert_id == alert_id,
            table.c.kind == DeliveryKind.ALERT,
            table.c.state != DeliveryState.CANCELLED,
        )
        together = (
            sa.select(table.c.channel)
            .join_from(digest_items, table, table.c.id == digest_items.c.delivery_id)
            .where(digest_items.c.alert_id == alert_id)
        )
        return sorted(self.connection.scalars(alone.union(together)))

    def cancel(
        self,
        alert_id: str,
        *,
        reason: str,
        now: datetime,
        channel: str | None = None,
        kinds: Sequence[DeliveryKind] | None = None,
    ) -> int:
        """Nobody wants what waits of an alert any more; gives the number of deliveries.

        What is being sent at this moment is not held back. Without `kinds` it is taken out of the
        digests that wait, too: in place of each there is a delivery of its own then, cancelled.
        """
        chosen = sa.update(table).where(
            table.c.alert_id == alert_id, _PENDING, table.c.claimed_by.is_(None)
        )
        if channel is not None:
            chosen = chosen.where(table.c.channel == channel)
        if kinds is not None:
            chosen = chosen.where(table.c.kind.in_(kinds))
        values = {
            "state": DeliveryState.CANCELLED,
            "next_attempt_at": None,
            "reason": reason,
        }
        number = self.connection.execute(chosen.values(values)).rowcount
        return number + (self._take_out(alert_id, channel, reason, now) if kinds is None else 0)

    def _take_out(self, alert_id: str, channel: str | None, reason: str, now: datetime) -> int:
        """Take an alert out of the digests that are open; one that is empty then is cancelled."""
        found = (
            sa.select(table.c.id, table.c.channel)
            .join_from(table, digest_items, table.c.id == digest_items.c.delivery_id)
            .where(digest_items.c.alert_id == alert_id, table.c.digest_key.is_not(None), _PENDING)
            .with_for_update(of=table)
        )
        if channel is not None:
            found = found.where(table.c.channel == channel)
        digests = self.connection.execute(found).all()
        for digest, name in digests:
            self.withhold(alert_id, name, reason=reason, now=now)
            self.connection.execute(
                sa.delete(digest_items).where(
                    digest_items.c.delivery_id == digest, digest_items.c.alert_id == alert_id
                )
            )
            fewer = sa.update(table).where(table.c.id == digest)
            self.connection.execute(fewer.values(alert_count=table.c.alert_count - 1))
            empty = {
                "state": DeliveryState.CANCELLED,
                "next_attempt_at": None,
                "digest_key": None,
                "reason": reason,
            }
            self.connection.execute(fewer.where(table.c.alert_count == 0).values(empty))
        return len(digests)

    def mute(self, story_id: int, *, until: datetime | None, now: datetime) -> None:
        """Send nothing of a story any more, or not until a time."""
        self.connection.execute(
            insert(self.connection, mutes)
            .values(story_id=story_id, until=until, created_at=now)
            .on_conflict_do_update(index_elements=["story_id"], set_={"until": until})
        )

    def unmute(self, story_id: int) -> bool:
        """Send what comes of it again; False when it was not muted."""
        gone = self.connection.execute(sa.delete(mutes).where(mutes.c.story_id == story_id))
        return gone.rowcount == 1

    def muted(self, story_id: int, now: datetime) -> bool:
        """Whether nobody wants to hear of a story now."""
        found = self.connection.execute(
            sa.select(mutes.c.until).where(mutes.c.story_id == story_id)
        ).first()
        return found is not None and (found.until is None or found.until > now)

    def follow_mute(self, story_id: int, into: int) -> None:
        """A story that was muted became part of another: that is muted, too."""
        former = self.connection.execute(
            sa.select(mutes).where(mutes.c.story_id == story_id)
        ).first()
        if former is None:
            return
        self.connection.execute(sa.delete(mutes).where(mutes.c.story_id == story_id))
        known = sa.select(stories.c.id).where(stories.c.id == into)
        if self.connection.scalar(known) is not None:
            self.connection.execute(
                insert(self.connection, mutes)
                .values(story_id=into, until=former.until, created_at=former.created_at)
                .on_conflict_do_nothing(index_elements=["story_id"])
            )

    # What the operator is told.

    def has_untold(self) -> bool:
        """Whether there are notices, or ends of them, that nobody was told of."""
        asked = sa.select(notices.c.id).where(_UNTOLD, _NEWS).limit(1)
        return self.connection.scalar(asked) is not None

    def post_notices(self, channels: Sequence[str], now: datetime) -> int:
        """Write deliveries of the notices that nobody was told of; gives how many notices.

        Those that are over before anybody was told are not told. Without channels they are marked
        as told all the same: they are on the dashboard, and not sent years later. That a channel
        is paused is not told there; if nobody else is left to tell, the other channels are told.
        """
        untold = sa.select(
            notices.c.id, notices.c.kind, notices.c.subject, notices.c.told, notices.c.resolved_at
        ).where(_UNTOLD, _NEWS)
        posted = 0
        for row in self.connection.execute(untold.with_for_update(skip_locked=True)).all():
            values = {"told": True, "told_of_end": row.resolved_at is not None}
            self.connection.execute(sa.update(notices).where(notices.c.id == row.id).values(values))
            if not row.told and row.resolved_at is not None:
                continue
            paused = row.subject if row.kind == CHANNEL_PAUSED else None
            for channel in self._told_of(channels, paused):
                self._add(
                    now,
                    channel=channel,
                    kind=DeliveryKind.NOTICE,
                    due=now,
                    notice_id=row.id,
                    reason=OVER if row.resolved_at is not None else None,
                )
            posted += 1
        return posted

    def _told_of(self, channels: Sequence[str], paused: str | None) -> Sequence[str]:
        """The channels that a notice goes to; `paused` is the one that it tells is paused."""
        told = [name for name in channels if name != paused]
        if told or paused is None:
            return told
        others = sa.select(channels_table.c.name).where(
            sa.not_(channels_table.c.retired),
            sa.not_(channels_table.c.paused),
            channels_table.c.name != paused,
        )
        return self.connection.scalars(others.order_by(channels_table.c.name)).all()
