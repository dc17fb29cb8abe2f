"""Who is at work. A claim whose worker is gone is nobody's, and is freed."""

import builtins
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import Worker
from storage.statements import earlier
from storage.tables import backfills, deliveries, entries, hosts, sources
from storage.tables import workers as table

_CLAIMABLE = (sources, entries, deliveries, backfills)
_TIMETABLE = (
    sources.c.next_visit_at,
    entries.c.next_attempt_at,
    deliveries.c.next_attempt_at,
    hosts.c.back_off_until,
    table.c.heartbeat_at,
)
_FREE: dict[str, Any] = {"claimed_by": None, "claimed_at": None}


class Workers:
    """The workers, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def register(
        self, *, name: str, host: str, pid: int, now: datetime, worker_id: str | None = None
    ) -> str:
        """A new worker's id, under which it claims. `host` is the process table, `pid` its process.

        With a `worker_id`, one that was taken for dead comes back under it. An earlier worker of
        the same process number there is gone. That is why a host name will not do: two containers
        may share one, and each has a process 1.
        """
        worker_id = worker_id or str(uuid4())
        self.connection.execute(sa.delete(table).where(table.c.host == host, table.c.pid == pid))
        self.connection.execute(
            sa.insert(table).values(
                id=worker_id, name=name, host=host, pid=pid, started_at=now, heartbeat_at=now
            )
        )
        return worker_id

    def heartbeat(self, worker_id: str, now: datetime) -> bool:
        """It lives. False when it was taken for dead: its claims are gone, so register again."""
        alive = self.connection.execute(
            sa.update(table).where(table.c.id == worker_id).values(heartbeat_at=now)
        )
        return alive.rowcount == 1

    def unregister(self, worker_id: str) -> int:
        """It ends in good order; gives how many claims were freed."""
        freed = sum(
            self.connection.execute(
                sa.update(claimed)
                .where(claimed.c.claimed_by == worker_id)
                .values(
                    **_FREE,
                    **({"attempts": claimed.c.attempts - 1} if "attempts" in claimed.c else {}),
                )
            ).rowcount
            for claimed in _CLAIMABLE
        )
        self.connection.execute(sa.delete(table).where(table.c.id == worker_id))
        return freed

    def reap(
        self,
        now: datetime,
        *,
        older_than: timedelta,
        host: str,
        alive: Callable[[int], bool],
    ) -> int:
        """Free the claims of dead workers; gives how many.

        Dead is a worker whose heartbeat is older than `older_than`, or which ran on this `host`
        (see `register`) under a pid that is not `alive`. What they began counts as an attempt.
        Heartbeats are of the workers' own clocks: these must not differ by as much as `older_than`.
        """
        dead = [
            worker.id
            for worker in self.list()
            if worker.heartbeat_at < now - older_than
            or (worker.host == host and not alive(worker.pid))
        ]
        if dead:
            self.connection.execute(sa.delete(table).where(table.c.id.in_(dead)))
        living = sa.select(table.c.id)
        return sum(
            self.connection.execute(
                sa.update(claimed)
                .where(claimed.c.claimed_by.is_not(None), claimed.c.claimed_by.not_in(living))
                .values(_FREE)
            ).rowcount
            for claimed in _CLAIMABLE
        )

    def last_heartbeat(self) -> datetime | None:
        """When any worker last said that it lives."""
        found: datetime | None = self.connection.scalar(
            sa.select(sa.func.max(table.c.heartbeat_at))
        )
        return found

    def bring_forward(self, now: datetime, *, by: timedelta) -> int:
        """The clock was set back `by` so much: what waits is due as long after now as before.

        Otherwise nothing would happen until the old time is reached again. Gives how many rows.
        """
        return sum(
            self.connection.execute(
                sa.update(column.table)
                .where(column > now)
                .values({column.name: earlier(self.connection, column, by)})
            ).rowcount
            for column in _TIMETABLE
        )

    def probe(self) -> None:
        """Whether this transaction can write, without leaving a trace."""
        probe_id = self.register(name="probe", host="", pid=0, now=datetime.now(UTC))
        self.connection.execute(sa.delete(table).where(table.c.id == probe_id))

    def list(self) -> builtins.list[Worker]:
        """All of them, the first started first."""
        rows = self.connection.execute(sa.select(table).order_by(table.c.started_at, table.c.id))
        return [
            Worker(
                id=row.id,
                name=row.name,
                host=row.host,
                pid=row.pid,
                started_at=row.started_at,
                heartbeat_at=row.heartbeat_at,
            )
            for row in rows
        ]
