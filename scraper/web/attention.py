"""What somebody should look after, read in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from scraper.web.queries import Queries
from storage.database import UnitOfWork
from storage.pulse import Figures
from storage.records import (
    CHANNEL_PAUSED,
    Channel,
    Delivery,
    DeliveryState,
    EntryState,
    FrontierEntry,
    Notice,
    Source,
    Watch,
)

_FEW: Final = 8  # shown of each sort
_NOTICES: Final = 25
_STALE: Final = timedelta(minutes=2)  # without a sign of life


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """What needs attention. Of each sort a few are shown; `figures` has how many there are."""

    figures: Figures
    notices: Sequence[Notice]
    sources: Sequence[Source]  # in trouble, as no notice tells
    channels: Sequence[Channel]  # paused, as no notice tells
    deliveries: Sequence[Delivery]  # given up
    entries: Sequence[FrontierEntry]  # given up
    names: Mapping[int, str]  # of the sources of these entries
    watches: int
    broken: Sequence[tuple[Watch, str]]  # watches that never ring, and why
    silent_since: datetime | None  # no worker has shown that it lives since then
    last_article_at: datetime | None

    @property
    def is_all_well(self) -> bool:
        """Whether nothing needs attention."""
        return not (
            self.notices
            or self.sources
            or self.channels
            or self.deliveries
            or self.entries
            or self.broken
            or self.silent_since
        )


@dataclass(frozen=True, slots=True)
class _Watches:
    """How many there are, and which never ring, and why, by today's rules and lists."""

    number: int
    broken: Sequence[tuple[Watch, str]]


class Attendant:
    """Looks what needs attention. The queries of watches are read again when one has changed."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries
        self._read: tuple[tuple[int, int], _Watches] | None = None

    def look(self, unit: UnitOfWork, now: datetime) -> Attention:
        """What needs attention now."""
        return _attention(unit, now, self._watches(unit))

    def _watches(self, unit: UnitOfWork) -> _Watches:
        versions = unit.versions()
        if self._read is None or self._read[0] != versions:
            self._read = versions, _watches(unit, self._queries)
        return self._read[1]


def _attention(unit: UnitOfWork, now: datetime, watches: _Watches) -> Attention:
    notices = unit.notices.list(limit=_NOTICES)
    told = {(notice.kind, notice.subject) for notice in notices}
    entries = unit.entries.list(EntryState.FAILED, _FEW)
    heartbeat = unit.pulse.heartbeat()
    return Attention(
        figures=unit.pulse.figures(),
        notices=notices,
        sources=[
            source
            for source in unit.sources.troubled(_FEW + _NOTICES)
            if (source.state.health.notice, source.name) not in told
        ][:_FEW],
        channels=[
            channel
            for channel in unit.channels.list()
            if channel.paused and (CHANNEL_PAUSED, channel.name) not in told
        ],
        deliveries=unit.outbox.deliveries(state=DeliveryState.FAILED, limit=_FEW),
        entries=entries,
        names={
            number: unit.sources.name(number) or "" for number in {e.source_id for e in entries}
        },
        watches=watches.number,
        broken=watches.broken,
        silent_since=heartbeat if heartbeat is None or now - heartbeat > _STALE else None,
        last_article_at=unit.pulse.last_article_at(),
    )


def _watches(unit: UnitOfWork, queries: Queries) -> _Watches:
    watches = unit.watches.list()
    problems = (
        (watch, queries.problem(watch.spec.query, unit)) for watch in watches if not watch.paused
    )
    broken = [(watch, problem) for watch, problem in problems if problem]
    return _Watches(len(watches), broken[:_FEW])
