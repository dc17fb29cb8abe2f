"""The frontier: entries on their way to an article, and what became of them.

An entry is pending until its article is stored; then it is a recheck for as long as the pipeline
wants to look at that article again, and done after that; or it failed. What of it is due waits in
`queue` (see tables/), where a claim finds it: the sources in turn, and of each its hosts in turn;
of a host the new entries before the rechecks, and the newest first.
"""

import builtins
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import sightings
from storage.records import Added, Entry, EntryState, FrontierEntry
from storage.statements import AnyRow
from storage.tables import AGAIN, NEW, OLD
from storage.tables import entries as table

_WAKE_AT_ONCE = 1_000  # entries whose time has come, moved to the queue by one claim
_CLAIM_LOCK = 0x70C52
_FREE: dict[str, Any] = {"claimed_by": None, "claimed_at": None}

# The conditions of the partial indexes, word for word, so that the planners recognise them.
_QUEUED = sa.text("queue IS NOT NULL")
_WAITING = sa.text("queue IS NULL AND claimed_by IS NULL AND next_attempt_at IS NOT NULL")

# Sources with something in the queue, in order: each step is one look into the index.
_SOURCES = sa.text("""
    WITH RECURSIVE walk(source_id) AS (
        SELECT min(source_id) FROM entries WHERE queue IS NOT NULL
        UNION ALL
        SELECT (
            SELECT min(e.source_id) FROM entries e
            WHERE e.queue IS NOT NULL AND e.source_id > walk.source_id
        )
        FROM walk WHERE walk.source_id IS NOT NULL
    )
    SELECT source_id FROM walk WHERE source_id IS NOT NULL
""")

# The first of the hosts at which a source has something in the queue, in order: each step is one
# look into the index, however many entries a host has, and none is taken beyond the one. A host at
# which another worker is at work is that worker's alone. (NOT EXISTS would say so, too, but
# PostgreSQL would make a join of it, and walk to the end, and give the hosts in any order.)
_HOST = sa.text("""
    WITH RECURSIVE walk(host) AS (
        SELECT min(host) FROM entries
        WHERE queue IS NOT NULL AND source_id = :source_id AND host > :after
        UNION ALL
        SELECT (
            SELECT min(e.host) FROM entries e
            WHERE e.queue IS NOT NULL AND e.source_id = :source_id AND e.host > walk.host
        )
        FROM walk WHERE walk.host IS NOT NULL AND (:to_the_end OR walk.host < :until)
    )
    SELECT host FROM walk
    WHERE host IS NOT NULL AND host NOT IN :exclude AND (
        SELECT min(c.id) FROM entries c
        WHERE c.host = walk.host AND c.claimed_by IS NOT NULL AND c.claimed_by <> :worker
    ) IS NULL
    LIMIT 1
""").bindparams(sa.bindparam("exclude", type_=table.c.host.type, expanding=True))

_FIRST_OF_HOST = (
    sa.select(table.c.id, table.c.queue)
    .where(_QUEUED, table.c.host == sa.bindparam("of_host"))
    .order_by(table.c.queue, table.c.newest_at.desc(), table.c.id)
    .limit(sa.bindparam("per_host"))
    .with_for_update(skip_locked=True)  # what a visit is writing now is claimed next time
)
_CLAIM = (
    sa.update(table)
    .where(table.c.id.in_(sa.bindparam("ids", expanding=True)), _QUEUED)
    .values(
        queue=None,
        claimed_by=sa.bindparam("worker"),
        claimed_at=sa.bindparam("now", type_=table.c.claimed_at.type),
        attempts=table.c.attempts + 1,
    )
    .returning(table)
)
_CHANGED_MEANWHILE = table.c.changed_at >= table.c.claimed_at


def _done(*, for_good: bool) -> sa.Update:
    """An entry whose article is stored, or that will never have one."""
    known = sa.func.coalesce(
        sa.bindparam("of_article", type_=table.c.article_id.type), table.c.article_id
    )
    again = sa.case((known.is_(None), EntryState.PENDING), else_=EntryState.RECHECK)
    return (
        sa.update(table)
        .where(
            table.c.id == sa.bindparam("of_entry"), table.c.claimed_by == sa.bindparam("of_worker")
        )
        .values(
            **_FREE,
            state=sa.case(
                (_CHANGED_MEANWHILE, again), else_=EntryState.DONE if for_good else again
            ),
            next_attempt_at=sa.case(
                (_CHANGED_MEANWHILE, table.c.changed_at),
                else_=sa.bindparam("recheck_at", type_=table.c.next_attempt_at.type),
            ),
            article_id=known,
            rechecks=table.c.rechecks + sa.case((table.c.state == EntryState.RECHECK, 1), else_=0),
            attempts=0,
            etag=sa.bindparam("new_etag"),
            last_modified=sa.bindparam("new_last_modified"),
            error=None,
        )
    )


_DONE, _DONE_UNTIL = _done(for_good=True), _done(for_good=False)


@dataclass
class Rotation:
    """Where claims stopped; the next one goes on after that: the source, and the host of each."""

    source_id: int = 0
    hosts: dict[int, str] = field(default_factory=dict)


class Entries:
    """The entries, within one transaction.

    `attempts` counts those begun, so that an entry which kills its worker each time is known by it;
    success sets it back to 0.
    """

    def __init__(self, connection: Connection, rotation: Rotation) -> None:
        self.connection = connection
        self.rotation = rotation

    def add(
        self,
        source_id: int,
        entries: Sequence[tuple[str, str, Entry]],
        *,
        now: datetime,
        first: int = 0,
        old: bool = False,
    ) -> Added:
        """Take in what a visit brought, as (normalised link, host, entry); see `sightings`.

        `first` is the place of the first of them in their source, for a visit told in parts.
        `old`: a backfill found them, and they wait until there is nothing else to read of a host.
        """
        return sightings.record(self.connection, source_id, entries, now=now, first=first, old=old)

    def claim(
        self,
        now: datetime,
        *,
        worker: str,
        hosts: int,
        per_host: int,
        exclude: Collection[str] = (),
        per_source: int | None = None,
        held: Mapping[int, int] = MappingProxyType({}),
    ) -> builtins.list[FrontierEntry]:
        """Claim due entries of at most `hosts` hosts, `per_host` each, none of those in `exclude`.

        The sources take turns in naming a host, so that one which names thousands has no more of
        them than another. None has more than `per_source`, those that it `held` before included.

        They come host by host, new ones before rechecks and the newest first. A host at which
        another worker holds a claim is left out, so one host never sees two workers.
        """
        if self.connection.dialect.name == "postgresql":
            # One claim at a time in the cluster, each seeing those before it: they take
            # milliseconds, and without that two workers could choose one host.
            self.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CLAIM_LOCK)))
        self._wake(now)
        claimed: list[FrontierEntry] = []
        turns = self._turns(worker, exclude, held, hosts if per_source is None else per_source)
        for host in islice(turns, hosts):
            first = self.connection.execute(_FIRST_OF_HOST, {"of_host": host, "per_host": per_host})
            order = _together(first.all())
            if order:
                rows = self.connection.execute(
                    _CLAIM, {"ids": list(order), "worker": worker, "now": now}
                )
                claimed += map(_entry, sorted(rows, key=lambda row: order[row.id]))
        return claimed

    def _wake(self, now: datetime) -> None:
        """Put into the queue what has waited long enough."""
        due = self.connection.scalars(
            sa.select(table.c.id)
            .where(_WAITING, table.c.next_attempt_at <= now)
            .order_by(table.c.next_attempt_at)
            .limit(_WAKE_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        if due:
            self.connection.execute(
                sa.update(table).where(table.c.id.in_(due), _WAITING).values(queue=_due_queue())
            )

    def _turns(
        self, worker: str, exclude: Collection[str], held: Mapping[int, int], most: int
    ) -> Iterator[str]:
        """The hosts that the sources name, one of them after the other, until none has any more.

        One that has as many as it may, or nothing to name, has no further turn.
        """
        lanes = Counter(held)
        taken = set(exclude)
        sources = self.connection.scalars(_SOURCES).all()
        first = bisect_right(sources, self.rotation.source_id)
        turns = deque(
            source for source in [*sources[first:], *sources[:first]] if lanes[source] < most
        )
        while turns:
            source_id = turns.popleft()
            host = self._next_host(source_id, worker, taken)
            if host is None:
                continue
            self.rotation.source_id, self.rotation.hosts[source_id] = source_id, host
            taken.add(host)
            yield host
            lanes[source_id] += 1
            if lanes[source_id] < most:
                turns.append(source_id)

    def _next_host(self, source_id: int, worker: str, taken: Collection[str]) -> str | None:
        last = self.rotation.hosts.get(source_id, "")
        # After the last one to the end, then from the beginning up to it.
        for after, to_the_end in ((last, True), ("", False)):
            if to_the_end or last:
                host: str | None = self.connection.scalar(
                    _HOST,
                    {
                        "source_id": source_id,
                        "after": after,
                        "to_the_end": to_the_end,
                        "until": last,
                        "exclude": list(taken) or [""],
                        "worker": worker,
                    },
                )
                if host is not None:
                    return host
        return None

    def done(
        self,
        entry_id: int,
        *,
        worker: str,
        article_id: int | None,
        recheck_at: datetime | None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> bool:
        """Its article is stored (or there is none, and none will be): nothing to do until then.

        An entry that a source called changed while it was being fetched is due again at once.
        False when the claim was no longer the worker's.
        """
        finished = self.connection.execute(
            _DONE if recheck_at is None else _DONE_UNTIL,
            {
                "of_entry": entry_id,
                "of_worker": worker,
                "of_article": article_id,
                "recheck_at": recheck_at,
                "new_etag": etag,
                "new_last_modified": last_modified,
            },
        )
        return finished.rowcount == 1

    def attach(self, entry_id: int, *, article_id: int) -> bool:
        """An article was stored from what the source said, while its page is still to be had."""
        attached = self.connection.execute(
            sa.update(table).where(table.c.id == entry_id).values(article_id=article_id)
        )
        return attached.rowcount == 1

    def retry(self, entry_id: int, *, worker: str, at: datetime, error: str) -> bool:
        """It failed, and is tried again at `at`. False when the claim was gone."""
        return self._finish(entry_id, worker, next_attempt_at=at, error=error)

    def put_back(self, entry_id: int, *, worker: str, at: datetime) -> bool:
        """It could not be tried, and is due at `at`: no attempt. False when the claim was gone."""
        return self._finish(entry_id, worker, next_attempt_at=at, attempts=table.c.attempts - 1)

    def fail(self, entry_id: int, *, worker: str, error: str) -> bool:
        """It is given up. False when the claim was no longer the worker's."""
        return self._finish(
            entry_id, worker, state=EntryState.FAILED, next_attempt_at=None, error=error
        )

    def _finish(self, entry_id: int, worker: str, **values: Any) -> bool:
        finished = self.connection.execute(
            sa.update(table)
            .where(table.c.id == entry_id, table.c.claimed_by == worker)
            .values(**_FREE, **values)
        )
        return finished.rowcount == 1

    def release(self, worker: str) -> int:
        """Free what the worker claimed and did not begin or end; gives how many."""
        freed = self.connection.execute(
            sa.update(table)
            .where(table.c.claimed_by == worker)
            .values(**_FREE, attempts=table.c.attempts - 1)
        )
        return freed.rowcount

    def make_due(self, now: datetime) -> int:
        """Pending entries that wait to be tried again need wait no more; gives how many."""
        made = self.connection.execute(
            sa.update(table)
            .where(_WAITING, table.c.state == EntryState.PENDING, table.c.next_attempt_at > now)
            .values(next_attempt_at=now)
        )
        return made.rowcount

    def get(self, entry_id: int) -> FrontierEntry | None:
        """The entry."""
        row = self.connection.execute(sa.select(table).where(table.c.id == entry_id)).first()
        return None if row is None else _entry(row)

    def counts(self) -> dict[EntryState, int]:
        """How many there are in each state."""
        rows = self.connection.execute(
            sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
        )
        found = {EntryState(state): number for state, number in rows}
        return {state: found.get(state, 0) for state in EntryState}

    def list(self, state: EntryState, limit: int = 100) -> builtins.list[FrontierEntry]:
        """Those in a state, the last seen first."""
        rows = self.connection.execute(
            sa.select(table).where(table.c.state == state).order_by(table.c.id.desc()).limit(limit)
        )
        return [_entry(row) for row in rows]

    def next_due_at(self) -> datetime | None:
        """When there is something to claim: a time gone by when there is now; None for never.

        Entries on hosts that are busy count, too.
        """
        due = sa.select(table.c.next_attempt_at).limit(1)
        found: datetime | None = self.connection.scalar(due.where(_QUEUED))
        if found is None:
            found = self.connection.scalar(due.where(_WAITING).order_by(table.c.next_attempt_at))
        return found

    def retry_failed(self, now: datetime, source_id: int | None = None) -> int:
        """What was given up, of one source or of all, is due again, as if new; gives how many."""
        known = table.c.article_id.is_not(None)
        given_up = sa.update(table).where(table.c.state == EntryState.FAILED)
        if source_id is not None:
            given_up = given_up.where(table.c.source_id == source_id)
        retried = self.connection.execute(
            given_up.values(
                state=sa.case((known, EntryState.RECHECK), else_=EntryState.PENDING),
                next_attempt_at=now,
                attempts=0,
            )
        )
        return retried.rowcount


def _due_queue() -> sa.ColumnElement[int]:
    pending = table.c.state == EntryState.PENDING
    return sa.case((sa.and_(pending, table.c.old), OLD), (pending, NEW), else_=AGAIN)


def _together(rows: Sequence[AnyRow]) -> dict[int, int]:
    """The places of those that are claimed together.

    An old entry comes alone, so that news of its host, which may come at any moment, waits for no
    more than one of them.
    """
    if rows and rows[0].queue == OLD:
        rows = rows[:1]
    chosen = [row.id for row in rows if len(rows) == 1 or row.queue != OLD]
    return {entry_id: place for place, entry_id in enumerate(chosen)}


def _entry(row: AnyRow) -> FrontierEntry:
    return FrontierEntry(
        id=row.id,
        source_id=row.source_id,
        url=row.url,
        host=row.host,
        state=EntryState(row.state),
        title=row.title,
        published_at=row.published_at,
        modified_at=row.modified_at,
        summary=row.summary,
        language=row.language,
        seen_at=row.seen_at,
        next_attempt_at=row.next_attempt_at,
        attempts=row.attempts,
        rechecks=row.rechecks,
        etag=row.etag,
        last_modified=row.last_modified,
        article_id=row.article_id,
        error=row.error,
        old=row.old,
    )
