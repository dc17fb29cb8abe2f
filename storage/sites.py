"""How extraction goes on each site: a row for each host, of bounded size and number."""

import builtins
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import Series, SiteHealth
from storage.statements import AnyRow, insert
from storage.tables import sites as table

# Links lead to hosts that outlets choose, so their number must not be theirs to choose.
MOST_HOSTS = 10_000
_LET_GO = 100  # hosts forgotten together, so that the next new ones cost nothing


class Sites:
    """The sites, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, host: str, *, lock: bool = False) -> SiteHealth | None:
        """What is known of a host; with `lock` nobody else changes it until this transaction ends.

        Lock it last, right before `put`: the articles of one host are admitted at the same time.
        """
        asked = _ONE_LOCKED if lock else _ONE
        row = self.connection.execute(asked, {"of_host": host}).first()
        return None if row is None else _health(row)

    def put(self, health: SiteHealth) -> None:
        """Store it. Of too many hosts those heard of longest ago are forgotten, never broken ones.

        A broken one has an open notice, which only what is known of the host can close.
        """
        values = _values(health)
        changed = self.connection.execute(_PUT, {"of_host": health.host, **values})
        if changed.rowcount:
            return
        self.connection.execute(
            insert(self.connection, table)
            .values(host=health.host, **values)
            # Two workers may meet a host at the same moment: one observation is lost, no more.
            .on_conflict_do_nothing(index_elements=["host"])
        )
        self._make_room()

    def _make_room(self) -> None:
        count = self.connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        if count <= MOST_HOSTS:
            return
        oldest = (
            sa.select(table.c.host)
            .where(sa.cast(table.c.broken, sa.Text) == "[]")
            .order_by(table.c.updated_at)
            .limit(count - MOST_HOSTS + _LET_GO)
            .with_for_update(skip_locked=True)
        )
        self.connection.execute(sa.delete(table).where(table.c.host.in_(oldest.scalar_subquery())))

    def list(self) -> builtins.list[SiteHealth]:
        """All of them, in the order of their hosts."""
        return [_health(row) for row in self.connection.execute(_IN_ORDER)]

    def forget(self, host: str) -> bool:
        """Begin anew with a host; False when nothing was known of it."""
        gone = self.connection.execute(sa.delete(table).where(table.c.host == host))
        return gone.rowcount == 1


_ONE = sa.select(table).where(table.c.host == sa.bindparam("of_host"))
_ONE_LOCKED = _ONE.with_for_update()
_PUT = sa.update(table).where(table.c.host == sa.bindparam("of_host"))
_IN_ORDER = sa.select(table).order_by(table.c.host)


def _health(row: AnyRow) -> SiteHealth:
    return SiteHealth(
        host=row.host,
        rule=row.rule,
        articles=row.articles,
        length=row.length,
        lengths=row.lengths,
        series={name: _series(value) for name, value in row.series.items()},
        broken=tuple(row.broken),
        updated_at=row.updated_at,
    )


def _series(value: dict[str, Any]) -> Series:
    return Series(
        recent=tuple(outcome == "1" for outcome in value["recent"]),
        seen=value["seen"],
        failed=value["failed"],
    )


def _values(health: SiteHealth) -> dict[str, Any]:
    return {
        "rule": health.rule,
        "articles": health.articles,
        "length": health.length,
        "lengths": health.lengths,
        "series": {
            name: {
                "recent": "".join("01"[failed] for failed in series.recent),
                "seen": round(series.seen, 6),
                "failed": round(series.failed, 6),
            }
            for name, series in health.series.items()
        },
        "broken": list(health.broken),
        "updated_at": health.updated_at,
    }
