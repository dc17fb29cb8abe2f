"""Backfills, and the lists of links that are read for them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import Backfill, BackfillList, BackfillProgress, EntryState
from storage.statements import digest, insert_new
from storage.tables import OLD, entries
from storage.tables import backfill_lists as lists
from storage.tables import backfills as table

_WAITING, _READ, _FAILED = "waiting", "read", "failed"
_HELD_BACK = sa.and_(
    entries.c.old,
    entries.c.state == EntryState.PENDING,
    entries.c.queue.is_(None),
    entries.c.claimed_by.is_(None),
    entries.c.next_attempt_at.is_(None),
)


class Backfills:
    """The backfills, one a source, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, source_id: int) -> Backfill | None:
        """The source's backfill."""
        row = self.connection.execute(
            sa.select(table).where(table.c.source_id == source_id)
        ).first()
        if row is None:
            return None
        return Backfill(
            source_id=row.source_id,
            since=row.since,
            until=row.until,
            ring=row.ring,
            pause=row.pause,
            stopped=row.stopped,
            started_at=row.started_at,
        )

    def begin(self, wanted: Backfill) -> None:
        """A backfill in the place of the source's former one; what that one found stays."""
        of_source = wanted.source_id
        self.connection.execute(sa.delete(lists).where(lists.c.source_id == of_source))
        self.connection.execute(sa.delete(table).where(table.c.source_id == of_source))
        self.connection.execute(
            sa.insert(table).values(
                source_id=of_source,
                since=wanted.since,
                until=wanted.until,
                ring=wanted.ring,
                pause=wanted.pause,
                stopped=wanted.stopped,
                started_at=wanted.started_at,
            )
        )

    def stop(self, source_id: int) -> bool:
        """Read no more of it until `resume`. False when there is none."""
        stopped = self.connection.execute(
            sa.update(table).where(table.c.source_id == source_id).values(stopped=True)
        )
        self.connection.execute(
            sa.update(entries)
            .where(
                entries.c.source_id == source_id,
                entries.c.old,
                entries.c.state == EntryState.PENDING,
                entries.c.claimed_by.is_(None),
            )
            .values(queue=None, next_attempt_at=None)
        )
        return stopped.rowcount == 1

    def resume(self, source_id: int, now: datetime) -> None:
        """Go on with it."""
        self.connection.execute(
            sa.update(table).where(table.c.source_id == source_id).values(stopped=False)
        )
        self.connection.execute(
            sa.update(entries)
            .where(entries.c.source_id == source_id, _HELD_BACK)
            .values(queue=OLD, next_attempt_at=now)
        )

    def claim(self, source_id: int, *, worker: str, now: datetime) -> bool:
        """Be the one who reads its lists. False when another worker is."""
        claimed = self.connection.execute(
            sa.update(table)
            .where(
                table.c.source_id == source_id,
                sa.or_(table.c.claimed_by.is_(None), table.c.claimed_by == worker),
            )
            .values(claimed_by=worker, claimed_at=now)
        )
        return claimed.rowcount == 1

    def pauses(self, source_ids: Collection[int]) -> dict[int, timedelta]:
        """The pauses of the backfills of these sources."""
        rows = self.connection.execute(
            sa.select(table.c.source_id, table.c.pause).where(table.c.source_id.in_(source_ids))
        )
        return {row.source_id: row.pause for row in rows}

    # Its lists.

    def add_lists(self, source_id: int, urls: Sequence[str], *, page: int = 1) -> int:
        """Lists to read, in this order; those that are known stay as they are. How many are new."""
        rows = [
            {
                "source_id": source_id,
                "key": digest(url),
                "url": url,
                "page": page,
                "state": _WAITING,
                "links": 0,
            }
            for url in dict.fromkeys(urls)
        ]
        return insert_new(self.connection, lists, rows, unique=["source_id", "key"])

    def count_lists(self, source_id: int) -> int:
        """How many lists it has, read or not."""
        count = sa.select(sa.func.count()).where(lists.c.source_id == source_id)
        return int(self.connection.scalar(count) or 0)

    def next_list(self, source_id: int) -> BackfillList | None:
        """The list that is to be read next."""
        row = self.connection.execute(
            sa.select(lists)
            .where(lists.c.source_id == source_id, lists.c.state == _WAITING)
            .order_by(lists.c.id)
            .limit(1)
        ).first()
        return None if row is None else BackfillList(id=row.id, url=row.url, page=row.page)

    def list_done(self, list_id: int, *, links: int, error: str | None = None) -> None:
        """It was read, or could not be."""
        self.connection.execute(
            sa.update(lists)
            .where(lists.c.id == list_id)
            .values(state=_READ if error is None else _FAILED, links=links, error=error)
        )

    def progress(self, source_id: int) -> BackfillProgress:
        """How far it has come."""
        rows = self.connection.execute(
            sa.select(lists.c.state, sa.func.count(), sa.func.sum(lists.c.links))
            .where(lists.c.source_id == source_id)
            .group_by(lists.c.state)
        )
        of_state = {state: (count, links) for state, count, links in rows}
        error = self.connection.scalar(
            sa.select(lists.c.error)
            .where(lists.c.source_id == source_id, lists.c.state == _FAILED)
            .order_by(lists.c.id.desc())
            .limit(1)
        )
        known = entries.c.article_id.is_not(None)
        found = {
            (state, has_article): count
            for state, has_article, count in self.connection.execute(
                sa.select(entries.c.state, known, sa.func.count())
                .where(entries.c.source_id == source_id, sa.text("old"))
                .group_by(entries.c.state, known)
            )
        }
        stored = sum(count for (_, has_article), count in found.items() if has_article)
        return BackfillProgress(
            lists_waiting=of_state.get(_WAITING, (0, 0))[0],
            lists_read=of_state.get(_READ, (0, 0))[0],
            lists_failed=of_state.get(_FAILED, (0, 0))[0],
            links=int(of_state.get(_READ, (0, 0))[1] or 0),
            waiting=found.get((EntryState.PENDING, False), 0),
            stored=stored,
            passed_over=found.get((EntryState.DONE, False), 0),
            failed=found.get((EntryState.FAILED, False), 0),
            error=error,
        )
