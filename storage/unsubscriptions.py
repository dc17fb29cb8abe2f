"""Who wants no more messages of a watch on a channel, and the key that links for that have."""

import builtins
from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import Unsubscription
from storage.statements import insert, insert_new
from storage.tables import signing_keys, watches
from storage.tables import unsubscriptions as table


class Unsubscriptions:
    """The unsubscriptions, within one transaction. Addresses are compared in small letters."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, channel: str, address: str, watch_ids: Sequence[int], *, now: datetime) -> int:
        """Note that the address wants no more of these watches; of how many it did until now.

        Watches that are stored no more are passed over.
        """
        known = self.connection.scalars(sa.select(watches.c.id).where(watches.c.id.in_(watch_ids)))
        about = {"channel": channel, "address": address.lower(), "created_at": now}
        rows = [{**about, "watch_id": watch_id} for watch_id in known.all()]
        unique = ["channel", "address", "watch_id"]
        return insert_new(self.connection, table, rows, unique=unique)

    def remove(self, channel: str, address: str, *, watch_id: int | None = None) -> int:
        """Have messages of one watch, or of all, go to the address again; of how many they do."""
        undone = sa.delete(table).where(
            table.c.channel == channel, table.c.address == address.lower()
        )
        if watch_id is not None:
            undone = undone.where(table.c.watch_id == watch_id)
        return self.connection.execute(undone).rowcount

    def list(self, channel: str) -> builtins.list[Unsubscription]:
        """All of a channel, by address and watch."""
        asked = (
            sa.select(table, watches.c.name)
            .join(watches, watches.c.id == table.c.watch_id)
            .where(table.c.channel == channel)
        )
        found = [
            Unsubscription(
                channel=row.channel,
                address=row.address,
                watch_id=row.watch_id,
                watch=row.name,
                created_at=row.created_at,
            )
            for row in self.connection.execute(asked)
        ]
        return sorted(found, key=lambda one: (one.address, one.watch))

    def of(self, channel: str, watch_ids: Sequence[int]) -> frozenset[tuple[str, int]]:
        """Which addresses want no more of these watches: pairs of address and watch."""
        asked = sa.select(table.c.address, table.c.watch_id).where(
            table.c.channel == channel, table.c.watch_id.in_(watch_ids)
        )
        return frozenset((row.address, row.watch_id) for row in self.connection.execute(asked))

    def key(self, make: Callable[[], str], *, now: datetime) -> str:
        """The key that signs links, made once for the life of the database."""
        known = sa.select(signing_keys.c.key).where(signing_keys.c.name == table.name)
        if (key := self.connection.scalar(known)) is not None:
            return str(key)
        made = {"name": table.name, "key": make(), "created_at": now}
        self.connection.execute(
            insert(self.connection, signing_keys).values(made).on_conflict_do_nothing()
        )
        return str(self.connection.scalar(known))  # another worker may have been faster
