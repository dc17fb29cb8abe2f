"""Channels: where alerts go."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.named import Pausable
from storage.records import Channel, ChannelSpec
from storage.statements import AnyRow
from storage.tables import channels as table
from storage.types import clean_json


class Channels(Pausable[ChannelSpec, Channel]):
    """The channels, within one transaction. The deliveries of a paused one wait."""

    table = table
    word, words = "channel", "channels"

    def _record(self, row: AnyRow) -> Channel:
        return Channel(
            id=row.id,
            spec=ChannelSpec(
                name=row.name, type=row.type, options=row.options, plan=row.plan or {}
            ),
            origin=row.origin,
            paused=row.paused,
            paused_because=row.paused_because if row.paused else None,
            failing_since=row.failing_since,
        )

    def _values(self, spec: ChannelSpec) -> dict[str, Any]:
        return {
            "type": spec.type,
            "options": clean_json(spec.options),
            "plan": clean_json(spec.plan) or None,
        }

    def _first(self, spec: ChannelSpec, now: datetime) -> dict[str, Any]:
        return {**super()._first(spec, now), "created_at": now}

    def _again(self, row: AnyRow, spec: ChannelSpec, now: datetime) -> dict[str, Any]:
        return {**super()._again(row, spec, now), "failing_since": None}  # perhaps it is mended

    def works(self, name: str) -> None:
        """It took a message."""
        failing = sa.and_(table.c.name == name, table.c.failing_since.is_not(None))
        self.connection.execute(sa.update(table).where(failing).values(failing_since=None))

    def fails(self, name: str, now: datetime) -> None:
        """It took nothing now; what is kept is when that began."""
        first = sa.and_(table.c.name == name, table.c.failing_since.is_(None))
        self.connection.execute(sa.update(table).where(first).values(failing_since=now))

    def stop(self, name: str, because: str) -> bool:
        """Pause it for a reason that Tocsin found itself; False when it is paused or not there."""
        stopped = self.connection.execute(
            sa.update(table)
            .where(table.c.name == name, sa.not_(table.c.retired), sa.not_(table.c.paused))
            .values({**self._stamp(), "paused": True, "paused_because": because})
        )
        return stopped.rowcount == 1

    def pause(self, name: str, paused: bool = True) -> bool:  # noqa: FBT001, FBT002 - as a command says it
        """Pause it, or let it go on; False when there is none."""
        known = super().pause(name, paused)
        self.connection.execute(
            sa.update(table)
            .where(table.c.name == name)
            .values(paused_because=None, failing_since=None)
        )
        return known
