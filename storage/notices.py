"""What the operator is to be told: a notice is open from when something breaks until it is well."""

import builtins
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import Notice
from storage.statements import AnyRow, insert
from storage.tables import notices as table

MOST_KEPT = 10_000  # of those that are resolved

# Written as in the partial index, so that the planner of either database recognises it.
_OPEN = sa.text("resolved_at IS NULL")


class Notices:
    """The notices, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def open(self, kind: str, subject: str, message: str, *, now: datetime) -> bool:
        """Tell of a kind of trouble with a subject.

        False when a notice of that is open already: then it says from now on what is wrong now.
        """
        opened = self.connection.execute(
            insert(self.connection, table)
            .values(kind=kind, subject=subject, message=message, created_at=now)
            .on_conflict_do_nothing(index_elements=["kind", "subject"], index_where=_OPEN)
            .returning(table.c.id)
        )
        opened_id = opened.scalar()
        if opened_id is None:
            self.connection.execute(
                sa.update(table)
                .where(table.c.kind == kind, table.c.subject == subject, _OPEN)
                .values(message=message)
            )
            return False
        self.connection.execute(
            sa.delete(table).where(
                table.c.id <= opened_id - MOST_KEPT, table.c.resolved_at.is_not(None)
            )
        )
        return True

    def resolve(self, kind: str, subject: str, *, now: datetime) -> bool:
        """The trouble is over; False when no notice of it was open."""
        done = self.connection.execute(
            sa.update(table)
            .where(table.c.kind == kind, table.c.subject == subject, _OPEN)
            .values(resolved_at=now)
        )
        return done.rowcount == 1

    def get(self, notice_id: int) -> Notice | None:
        """The notice of that id."""
        row = self.connection.execute(sa.select(table).where(table.c.id == notice_id)).first()
        return None if row is None else _notice(row)

    def list(self, *, limit: int | None = None, resolved: bool = False) -> builtins.list[Notice]:
        """The open ones, and with `resolved` those that were; the newest first."""
        # By their time first: in the order of ids alone all that was ever resolved would be read.
        newest_first = (table.c.created_at.desc(), table.c.id.desc())
        asked = sa.select(table).order_by(*newest_first).limit(limit)
        rows = self.connection.execute(asked if resolved else asked.where(_OPEN))
        return [_notice(row) for row in rows]


def _notice(row: AnyRow) -> Notice:
    return Notice(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        message=row.message,
        created_at=row.created_at,
        resolved_at=row.resolved_at,
    )
