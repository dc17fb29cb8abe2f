"""Requests that are to have their effect once, however often they come.

Who asks gives each a key (draft-ietf-httpapi-idempotency-key-header). The key is written down in
the transaction of the effect, with the answer: both are there, or neither.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.statements import insert
from storage.tables import idempotency_keys as table

KEPT: Final = timedelta(hours=24)  # then a key is as good as new
_AT_ONCE: Final = 1_000  # keys that one step forgets


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that came before under its key; `status` None: nothing was answered to it yet."""

    fingerprint: str
    status: int | None
    body: str | None


class Requests:
    """The requests that came with a key, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def claim(self, actor: str, key: str, fingerprint: str, *, now: datetime) -> Asked | None:
        """Take the key for a request of `actor`; the request that had it before, if one did.

        PostgreSQL waits here for a transaction that takes the same key at the same moment.
        """
        ours = (table.c.actor == actor, table.c.key == key)
        self.connection.execute(sa.delete(table).where(*ours, table.c.created_at <= now - KEPT))
        taken = self.connection.scalar(
            insert(self.connection, table)
            .values(actor=actor, key=key, fingerprint=fingerprint, created_at=now)
            .on_conflict_do_nothing(index_elements=["actor", "key"])
            .returning(table.c.id)
        )
        if taken is not None:
            return None
        row = self.connection.execute(sa.select(table).where(*ours)).one()
        return Asked(fingerprint=row.fingerprint, status=row.status, body=row.body)

    def answer(self, actor: str, key: str, status: int, body: str | None) -> None:
        """Keep what is answered to the request of a key that was claimed."""
        self.connection.execute(
            sa.update(table)
            .where(table.c.actor == actor, table.c.key == key)
            .values(status=status, body=body)
        )


def prune_requests(connection: Connection, before: datetime) -> int:
    """Forget keys that were taken before then, a bounded step; gives how many."""
    old = sa.select(table.c.id).where(table.c.created_at < before).limit(_AT_ONCE)
    return connection.execute(sa.delete(table).where(table.c.id.in_(old))).rowcount
