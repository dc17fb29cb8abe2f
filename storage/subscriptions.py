"""Subscriptions to hubs: what is to be asked of which, and what they brought."""

import builtins
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import Subscription, SubscriptionState
from storage.statements import AnyRow
from storage.tables import sources
from storage.tables import subscriptions as table

_ENDING = table.c.state == SubscriptionState.ENDING
_OF_NONE = (
    sa.select(sources.c.id)
    .where(sources.c.id == table.c.source_id, sa.or_(sources.c.retired, sources.c.paused))
    .exists()
)


class Subscriptions:
    """The subscriptions, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def want(
        self,
        source_id: int,
        *,
        topic: str,
        hubs: Sequence[str],
        now: datetime,
        secrets: Callable[[], tuple[str, str]],
    ) -> builtins.list[Subscription]:
        """Have the source subscribed to `topic` at these hubs and no others; what there is then.

        `secrets` makes a token and a secret for each new one. One that was about to end is wanted
        again; a hub that denied it is asked again in its time.
        """
        wanted = dict.fromkeys(hubs)
        for known in self.of_source(source_id):
            is_ending = known.state is SubscriptionState.ENDING
            if known.topic == topic and known.hub in wanted:
                del wanted[known.hub]
                if is_ending:
                    self._set(known.id, state=SubscriptionState.WANTED, next_at=now, attempts=0)
            elif not is_ending:
                self._set(known.id, state=SubscriptionState.ENDING, next_at=now, attempts=0)
        for hub in wanted:
            token, secret = secrets()
            self.connection.execute(
                sa.insert(table).values(
                    source_id=source_id,
                    hub=hub,
                    topic=topic,
                    token=token,
                    secret=secret,
                    state=SubscriptionState.WANTED,
                    next_at=now,
                    attempts=0,
                    trusted=False,
                    missed=0,
                )
            )
        return self.of_source(source_id)

    def of_source(self, source_id: int) -> builtins.list[Subscription]:
        """Those of a source."""
        rows = self.connection.execute(
            sa.select(table).where(table.c.source_id == source_id).order_by(table.c.id)
        )
        return [_subscription(row) for row in rows]

    def counts(self, now: datetime) -> tuple[int, int]:
        """How many are live, and how many there are."""
        is_live = sa.and_(table.c.state == SubscriptionState.ACTIVE, table.c.lease_until > now)
        row = self.connection.execute(
            sa.select(
                sa.func.count().filter(is_live).label("live"), sa.func.count().label("known")
            ).select_from(table)
        ).one()
        return row.live, row.known

    def by_token(self, token: str) -> Subscription | None:
        """The one whose callback has this token."""
        row = self.connection.execute(sa.select(table).where(table.c.token == token)).first()
        return None if row is None else _subscription(row)

    def needs_care(self, now: datetime, *, every: bool) -> bool:
        """Whether there is something to do: for `every` one that there is, or for some."""
        asked = sa.select(table.c.id).limit(1)
        if not every:
            asked = asked.where(sa.or_(table.c.next_at <= now, sa.and_(sa.not_(_ENDING), _OF_NONE)))
        return self.connection.scalar(asked) is not None

    def end_unwanted(self, now: datetime) -> int:
        """Those of sources that are paused or removed end; gives how many."""
        ended = self.connection.execute(
            sa.update(table)
            .where(sa.not_(_ENDING), _OF_NONE)
            .values(state=SubscriptionState.ENDING, next_at=now, attempts=0)
        )
        return ended.rowcount

    def end_all(self, now: datetime) -> int:
        """All of them end; gives how many."""
        ended = self.connection.execute(
            sa.update(table)
            .where(sa.not_(_ENDING))
            .values(state=SubscriptionState.ENDING, next_at=now, attempts=0)
        )
        return ended.rowcount

    def claim_due(
        self, now: datetime, *, limit: int, pause: Callable[[int], timedelta]
    ) -> builtins.list[Subscription]:
        """At most `limit` of those for which something is to be done, the longest due first.

        Each is due again after `pause(attempts)`, unless something comes of it before: whoever dies
        with it in hand, it is tried again. No two workers are given the same one.
        """
        due = self.connection.execute(
            sa.select(table)
            .where(table.c.next_at <= now)
            .order_by(table.c.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        claimed = []
        for row in due:
            taken = self.connection.execute(
                sa.update(table)
                .where(table.c.id == row.id, table.c.next_at == row.next_at)
                .values(next_at=now + pause(row.attempts + 1), attempts=row.attempts + 1)
            )
            if taken.rowcount:
                claimed.append(_subscription(row))
        return claimed

    def asked(self, subscription_id: int) -> None:
        """The hub took the request; one that is active stays so."""
        self.connection.execute(
            sa.update(table)
            .where(table.c.id == subscription_id)
            .values(
                state=sa.case(
                    (table.c.state == SubscriptionState.WANTED, SubscriptionState.ASKED),
                    (table.c.state == SubscriptionState.DENIED, SubscriptionState.ASKED),
                    else_=table.c.state,
                ),
                error=None,
            )
        )

    def failed(self, subscription_id: int, error: str) -> None:
        """The hub could not be asked, or did not take the request."""
        self._set(subscription_id, error=error)

    def verified(
        self, subscription_id: int, *, now: datetime, lease_until: datetime, next_at: datetime
    ) -> None:
        """The hub verified that it was asked: it pushes until `lease_until`."""
        self._set(
            subscription_id,
            state=SubscriptionState.ACTIVE,
            verified_at=sa.func.coalesce(
                table.c.verified_at, sa.bindparam("at", now, table.c.verified_at.type)
            ),
            lease_until=lease_until,
            next_at=next_at,
            attempts=0,
            error=None,
        )

    def denied(self, subscription_id: int, *, reason: str, next_at: datetime) -> None:
        """The hub will not push, or not any more."""
        self._set(
            subscription_id,
            state=SubscriptionState.DENIED,
            verified_at=None,
            lease_until=None,
            trusted=False,
            next_at=next_at,
            error=reason,
        )

    def pushed(self, subscription_id: int, *, now: datetime, new: bool) -> None:
        """It brought something; `new`: something that no visit had found before."""
        changes: dict[str, Any] = {"pushed_at": now}
        if new:
            changes |= {"trusted": True, "missed": 0}
        self._set(subscription_id, **changes)

    def missed(
        self, subscription_id: int, *, missed: int, trusted: bool, next_at: datetime
    ) -> None:
        """A visit found something that it had not brought."""
        self._set(subscription_id, missed=missed, trusted=trusted, next_at=next_at)

    def forget(self, subscription_id: int) -> None:
        """It is over."""
        self.connection.execute(sa.delete(table).where(table.c.id == subscription_id))

    def _set(self, subscription_id: int, **values: Any) -> None:
        self.connection.execute(
            sa.update(table).where(table.c.id == subscription_id).values(**values)
        )


def _subscription(row: AnyRow) -> Subscription:
    return Subscription(
        id=row.id,
        source_id=row.source_id,
        hub=row.hub,
        topic=row.topic,
        token=row.token,
        secret=row.secret,
        state=SubscriptionState(row.state),
        next_at=row.next_at,
        attempts=row.attempts,
        verified_at=row.verified_at,
        lease_until=row.lease_until,
        pushed_at=row.pushed_at,
        trusted=row.trusted,
        missed=row.missed,
        error=row.error,
    )
