"""Hosts that are to be left alone for a while, so that a restart does not forget it."""

import builtins
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import HostBackOff
from storage.statements import AnyRow, chunks, insert
from storage.tables import hosts as table

MOST_HOSTS = 20_000  # links lead to hosts that outlets choose
# How long it is remembered that a host had refused, so that the next refusal counts as one more.
KEPT = timedelta(days=1)


class Hosts:
    """The hosts, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def put(self, back_offs: Sequence[HostBackOff], *, now: datetime) -> None:
        """Remember these; of a known host the later end counts. What is old is forgotten."""
        for back_off in back_offs:
            added = insert(self.connection, table).values(
                key=back_off.key,
                back_off_until=back_off.until,
                refusals=back_off.refusals,
                silences=back_off.silences,
                updated_at=now,
            )
            told = added.excluded
            later = sa.case(
                (table.c.back_off_until > told.back_off_until, table.c.back_off_until),
                else_=told.back_off_until,
            )
            changes = {
                "back_off_until": later,
                "refusals": told.refusals,
                "silences": told.silences,
                "updated_at": told.updated_at,
            }
            self.connection.execute(
                added.on_conflict_do_update(index_elements=["key"], set_=changes)
            )
        self._prune(now)

    def well(self, keys: Sequence[str]) -> None:
        """These hosts answer again."""
        for some in chunks(keys):
            self.connection.execute(sa.delete(table).where(table.c.key.in_(some)))

    def list(self, now: datetime) -> builtins.list[HostBackOff]:
        """What is remembered, the longest back-off first."""
        return self._later_than(now - KEPT)

    def left_alone(self, now: datetime) -> builtins.list[HostBackOff]:
        """Those that are to be left alone now, the longest back-off first."""
        return self._later_than(now)

    def _later_than(self, moment: datetime) -> builtins.list[HostBackOff]:
        rows = self.connection.execute(
            sa.select(table)
            .where(table.c.back_off_until > moment)
            .order_by(table.c.back_off_until.desc())
        )
        return [_back_off(row) for row in rows]

    def get(self, key: str) -> HostBackOff | None:
        """What is remembered of a host."""
        row = self.connection.execute(sa.select(table).where(table.c.key == key)).first()
        return None if row is None else _back_off(row)

    def _prune(self, now: datetime) -> None:
        self.connection.execute(sa.delete(table).where(table.c.back_off_until < now - KEPT))
        count = self.connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        if count > MOST_HOSTS:
            first = (
                sa.select(table.c.key).order_by(table.c.back_off_until).limit(count - MOST_HOSTS)
            )
            self.connection.execute(sa.delete(table).where(table.c.key.in_(first)))


def _back_off(row: AnyRow) -> HostBackOff:
    return HostBackOff(
        key=row.key, until=row.back_off_until, refusals=row.refusals, silences=row.silences
    )
