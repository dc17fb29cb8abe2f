"""Channels: where alerts go."""

from datetime import datetime
from typing import Any

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
            spec=ChannelSpec(name=row.name, type=row.type, options=row.options),
            origin=row.origin,
            paused=row.paused,
        )

    def _values(self, spec: ChannelSpec) -> dict[str, Any]:
        return {"type": spec.type, "options": clean_json(spec.options)}

    def _first(self, spec: ChannelSpec, now: datetime) -> dict[str, Any]:
        return {**super()._first(spec, now), "created_at": now}
