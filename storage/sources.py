"""Sources and the state of their schedule."""

import builtins
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from storage import key_index
from storage.link_lists import LinkLists
from storage.named import COMMAND, Pausable
from storage.records import (
    FLOODING,
    INCOMPLETE,
    Health,
    Move,
    Source,
    SourceKind,
    SourceSpec,
    SourceState,
    Synced,
)
from storage.statements import AnyRow, chunks
from storage.tables import notices
from storage.tables import sources as table
from storage.types import clean_json

FIRST_INTERVAL = timedelta(minutes=15)  # until it is known how often a source publishes

_ACTIVE = sa.not_(table.c.retired)
_UNCLAIMED = table.c.claimed_by.is_(None)
# Written as in the partial index, so that the planner of either database recognises it.
_SCHEDULED = sa.text("claimed_by IS NULL AND NOT retired AND NOT paused")
_ONE = sa.select(table).where(table.c.id == sa.bindparam("of_id"))
_NAME = sa.select(table.c.name).where(table.c.id == sa.bindparam("of_id"))
_TAGS = sa.select(table.c.tags).where(table.c.name == sa.bindparam("of_name"))
_FRESH: dict[str, Any] = {  # what is known of a source before its first visit
    "kind": None,
    "etag": None,
    "last_modified": None,
    "last_success_at": None,
    "failures": 0,
    "last_error": None,
    "health": Health.HEALTHY,
    "health_since": None,
    "health_reason": None,
    "failing_since": None,
    "whole_at": None,
    "move": None,
    "rhythm": None,
    "recent": None,
    "paced_by": None,
}


_CLAIM_LOCK = 0x70C53
_claimed = table.alias("claimed")
_DUE = (
    sa.select(table.c.id, table.c.host)
    .where(
        _SCHEDULED,
        table.c.next_visit_at <= sa.bindparam("due_at", type_=table.c.next_visit_at.type),
        table.c.host.not_in(sa.bindparam("hosts", expanding=True)),
        table.c.host.not_in(sa.select(_claimed.c.host).where(_claimed.c.claimed_by.is_not(None))),
    )
    .order_by(table.c.next_visit_at)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True, of=table)
)


def host_of(url: str) -> str:
    """The host of an address, with its port, without `www.`: what is visited one at a time."""
    try:
        name = urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
    return name.removeprefix("www.")


class Sources(Pausable[SourceSpec, Source]):
    """The sources, within one transaction. A changed address is visited at once, as if new."""

    table = table
    word, words = "source", "sources"

    # What a Named asks of its family.

    def _record(self, row: AnyRow) -> Source:
        return _source(row)

    def _values(self, spec: SourceSpec) -> dict[str, Any]:
        return {
            "url": spec.url,
            "every": spec.every,
            "tags": list(spec.tags),
            "options": clean_json(spec.options) or None,
        }

    def _first(self, spec: SourceSpec, now: datetime) -> dict[str, Any]:
        first = super()._first(spec, now)
        first |= {"host": host_of(spec.url), "interval": spec.every or FIRST_INTERVAL}
        return {**first, **_FRESH, "next_visit_at": now}

    def _again(self, row: AnyRow, spec: SourceSpec, now: datetime) -> dict[str, Any]:
        changes = super()._again(row, spec, now)
        if (spec.name, spec.tags) != (row.name, tuple(row.tags or ())):
            key_index.changed_of_source(self.connection, row.id)
        if spec.name != row.name:
            self._take_back([row.name])  # it is told again under its new name
            changes |= {"health": Health.HEALTHY, "health_since": None, "health_reason": None}
        if spec.url != row.url:
            changes |= {**_FRESH, "host": host_of(spec.url), "next_visit_at": now}
            self._take_back([row.name])
            LinkLists(self.connection).forget(row.id)
        elif row.retired:
            changes["next_visit_at"] = now
        if clean_json(spec.options) != (row.options or {}):
            # Whoever has logged in, say, may be shown another page than before.
            changes |= {"etag": None, "last_modified": None, "next_visit_at": now}
        if spec.every is not None and spec.every != row.interval:
            changes["interval"] = spec.every
            changes.setdefault("next_visit_at", min(row.next_visit_at, now + spec.every))
        return changes

    def _write(
        self,
        writes: Sequence[tuple[AnyRow | None, SourceSpec]],
        *,
        retire: Sequence[int] = (),
        origin: str = COMMAND,
        now: datetime | None = None,
    ) -> Synced:
        for ids in chunks(retire):
            gone = self.connection.scalars(sa.select(table.c.name).where(table.c.id.in_(ids)))
            self._take_back(gone.all())
        return super()._write(writes, retire=retire, origin=origin, now=now)

    def _take_back(self, names: Sequence[str]) -> None:
        """What the operator was told of these sources is of no interest any more."""
        self.connection.execute(
            sa.delete(notices).where(
                notices.c.kind.in_([FLOODING, INCOMPLETE, *(health.notice for health in Health)]),
                notices.c.subject.in_(names),
                notices.c.resolved_at.is_(None),
            )
        )

    def by_id(self, source_id: int, *, lock: bool = False) -> Source | None:
        """The source, even one that was removed: its articles still name it.

        With `lock` nobody else changes it until this transaction ends.
        """
        asked = _ONE.with_for_update() if lock else _ONE
        row = self.connection.execute(asked, {"of_id": source_id}).first()
        return None if row is None else _source(row)

    def name(self, source_id: int) -> str | None:
        """What the source is called, even one that was removed."""
        found: str | None = self.connection.scalar(_NAME, {"of_id": source_id})
        return found

    def troubled(self, limit: int = 50) -> builtins.list[Source]:
        """Those that somebody should look after, the latest to fare ill first."""
        rows = self.connection.execute(
            sa.select(table)
            .where(
                ~table.c.retired,
                ~table.c.paused,
                table.c.health.not_in([Health.HEALTHY, Health.MOVED]),
            )
            .order_by(table.c.health_since.desc(), table.c.id)
            .limit(limit)
        )
        return [_source(row) for row in rows]

    def options(self, ids: Collection[int]) -> dict[int, tuple[str, Mapping[str, Any]]]:
        """Of these sources, those that have options: their address and the options."""
        asked = sa.select(table.c.id, table.c.url, table.c.options).where(
            table.c.id.in_(ids), table.c.options.is_not(None)
        )
        return {
            row.id: (row.url, row.options) for row in self.connection.execute(asked) if row.options
        }

    def tags(self, name: str) -> tuple[str, ...]:
        """The tags that a person gave to the source, even one that was removed."""
        return tuple(self.connection.scalar(_TAGS, {"of_name": name}) or ())

    def claim_due(self, now: datetime, *, worker: str, limit: int) -> builtins.list[Source]:
        """Claim at most `limit` of the sources whose visit is due, the longest due first.

        One of each host at a time, and none of a host at which a source is claimed already: those
        would only wait for their turn there, and keep others from being visited.
        """
        if self.connection.dialect.name == "postgresql":
            # One claim at a time in the cluster: else two workers could choose one host.
            self.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CLAIM_LOCK)))
        chosen: dict[str, int] = {}
        while len(chosen) < limit:
            found = {"due_at": now, "hosts": list(chosen), "most": limit - len(chosen)}
            due = self.connection.execute(_DUE, found).all()
            if not due:
                break
            for row in due:
                chosen.setdefault(row.host, row.id)
        return self._claim(list(chosen.values()), now=now, worker=worker)

    def claim(self, source_id: int, *, worker: str, now: datetime) -> Source | None:
        """Claim this one, due or not; None when it is claimed, removed, or unknown."""
        claimed = self._claim([source_id], now=now, worker=worker)
        return claimed[0] if claimed else None

    def _claim(self, ids: Sequence[int], *, now: datetime, worker: str) -> builtins.list[Source]:
        if not ids:
            return []
        rows = self.connection.execute(
            sa.update(table)
            .where(table.c.id.in_(ids), _UNCLAIMED, _ACTIVE)
            .values(claimed_by=worker, claimed_at=now)
            .returning(table)
        )
        return sorted((_source(row) for row in rows), key=lambda source: source.next_visit_at)

    def names(self, ids: Collection[int]) -> dict[int, str]:
        """The names of these sources, those that were removed among them."""
        found: dict[int, str] = {}
        for some in chunks(sorted(set(ids))):
            rows = self.connection.execute(
                sa.select(table.c.id, table.c.name).where(table.c.id.in_(some))
            )
            found |= {row.id: row.name for row in rows}
        return found

    def hasten(self, name: str, now: datetime) -> bool:
        """Have it visited now, not at its time; False when there is none, or it is due already."""
        hastened = self.connection.execute(
            sa.update(table)
            .where(table.c.name == name, ~table.c.retired, table.c.next_visit_at > now)
            .values(next_visit_at=now)
        )
        return hastened.rowcount == 1

    def visited(
        self,
        source_id: int,
        *,
        worker: str,
        now: datetime,
        kind: SourceKind | None,
        etag: str | None,
        last_modified: str | None,
        interval: timedelta,
        next_visit_at: datetime,
        new: bool,
        error: str | None,
        state: SourceState | None = None,
        address: str | None = None,
    ) -> bool:
        """Record a visit and free the source; False when the claim was no longer the worker's.

        `error` None: a success. Its failures are none again, `etag` and `last_modified` are kept as
        given, `kind` None keeps the one known (a 304 does not tell). With an error all three stay
        as they were, and one more failure is counted. `state` None: as it was. `address` is where
        it is to be visited next, at whose host it takes its turn; None: at the same as before.
        """
        values: dict[str, Any] = {
            "claimed_by": None,
            "claimed_at": None,
            "last_visit_at": now,
            "interval": interval,
            "next_visit_at": next_visit_at,
        }
        if error is None:
            values |= {
                "kind": table.c.kind if kind is None else kind,
                "etag": etag,
                "last_modified": last_modified,
                "last_success_at": now,
                "failures": 0,
                "last_error": None,
            }
        else:
            values |= {"failures": table.c.failures + 1, "last_error": error}
        if new:
            values["last_new_at"] = now
        if state is not None:
            values |= _state_values(state)
        if address is not None:
            values["host"] = host_of(address)
        done = self.connection.execute(
            sa.update(table)
            .where(table.c.id == source_id, table.c.claimed_by == worker)
            .values(values)
        )
        return done.rowcount == 1

    def give_back(self, source_id: int, *, worker: str) -> None:
        """Free a source whose visit came to nothing; it is due as it was."""
        self.connection.execute(
            sa.update(table)
            .where(table.c.id == source_id, table.c.claimed_by == worker)
            .values(claimed_by=None, claimed_at=None)
        )

    def taken_in(self, source_id: int, *, now: datetime, new: bool, state: SourceState) -> None:
        """Record what a source said without a visit; its schedule stays as it is."""
        values = _state_values(state) | ({"last_new_at": now} if new else {})
        self.connection.execute(sa.update(table).where(table.c.id == source_id).values(values))

    def bring_forward(self, source_id: int, at: datetime) -> datetime | None:
        """Have it visited at that time, unless sooner; gives when it was to be, if that changed."""
        was: datetime | None = self.connection.scalar(
            sa.select(table.c.next_visit_at).where(table.c.id == source_id).with_for_update()
        )
        if was is None or was <= at:
            return None
        self.connection.execute(
            sa.update(table).where(table.c.id == source_id).values(next_visit_at=at)
        )
        return was

    def put_off(self, source_id: int, *, was: datetime, to: datetime) -> None:
        """Have a visit that was to be at one time at another, unless somebody changed it since."""
        self.connection.execute(
            sa.update(table)
            .where(table.c.id == source_id, table.c.next_visit_at == was, _UNCLAIMED)
            .values(next_visit_at=to)
        )

    def make_due(self, now: datetime) -> int:
        """Every source that is not paused is due; gives how many were not."""
        made = self.connection.execute(
            sa.update(table)
            .where(_ACTIVE, sa.not_(table.c.paused), table.c.next_visit_at > now)
            .values(next_visit_at=now)
        )
        return made.rowcount

    def next_due_at(self) -> datetime | None:
        """When the next visit is due; None when none is planned."""
        return self.connection.scalar(
            sa.select(table.c.next_visit_at)
            .where(_SCHEDULED)
            .order_by(table.c.next_visit_at)
            .limit(1)
        )

    def release(self, worker: str) -> int:
        """Free what the worker claimed; gives how many."""
        freed = self.connection.execute(
            sa.update(table)
            .where(table.c.claimed_by == worker)
            .values(claimed_by=None, claimed_at=None)
        )
        return freed.rowcount


def _source(row: AnyRow) -> Source:
    return Source(
        id=row.id,
        name=row.name,
        url=row.url,
        every=row.every,
        tags=tuple(row.tags or ()),
        origin=row.origin,
        paused=row.paused,
        kind=None if row.kind is None else SourceKind(row.kind),
        etag=row.etag,
        last_modified=row.last_modified,
        interval=row.interval,
        next_visit_at=row.next_visit_at,
        last_visit_at=row.last_visit_at,
        last_success_at=row.last_success_at,
        last_new_at=row.last_new_at,
        failures=row.failures,
        last_error=row.last_error,
        options=row.options or {},
        state=_state(row),
    )


def _state(row: AnyRow) -> SourceState:
    return SourceState(
        health=Health(row.health),
        since=row.health_since,
        reason=row.health_reason,
        failing_since=row.failing_since,
        whole_at=row.whole_at,
        move=None if row.move is None else _move(row.move),
        rhythm=row.rhythm,
        recent=row.recent or "",
        paced_by=row.paced_by,
    )


def _move(value: dict[str, Any]) -> Move:
    since = datetime.fromisoformat(value["since"])
    return Move(to=value["to"], since=since, seen=value["seen"], settled=value["settled"])


def _state_values(state: SourceState) -> dict[str, Any]:
    move = state.move
    return {
        "health": state.health,
        "health_since": state.since,
        "health_reason": state.reason,
        "failing_since": state.failing_since,
        "whole_at": state.whole_at,
        "move": move
        and {
            "to": move.to,
            "since": move.since.isoformat(),
            "seen": move.seen,
            "settled": move.settled,
        },
        "rhythm": state.rhythm,
        "recent": state.recent,
        "paced_by": state.paced_by,
    }
