"""Backfills, and the lists of links that are read for them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import Backfill, BackfillList, BackfillProgress, EntryState
from storage.records.backfills import MOST_FAILURES
from storage.statements import digest, insert_new
from storage.tables import OLD, entries
from storage.tables import backfill_lists as lists
from storage.tables import backfills as table

_WAITING, _READ, _FAILED = "waiting", "read", "failed"
_SPARE = "spare"  # read when the others do not reach back far enough
_ABSENT = "absent"  # it was guessed, and is not there
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

    def hold_back(self, entry_ids: Collection[int], *, worker: str) -> Collection[int]:
        """Of old entries that the worker claimed, those of stopped backfills wait for `resume`.

        Their page was being read when it was stopped, and is to be tried again. Gives which.
        """
        stopped = sa.select(table.c.source_id).where(table.c.stopped)
        held = self.connection.scalars(
            sa.update(entries)
            .where(
                entries.c.id.in_(entry_ids),
                entries.c.claimed_by == worker,
                entries.c.state == EntryState.PENDING,
                entries.c.source_id.in_(stopped),
            )
            .values(
                queue=None,
                claimed_by=None,
                claimed_at=None,
                next_attempt_at=None,
                attempts=entries.c.attempts - 1,
            )
            .returning(entries.c.id)
        )
        return set(held)

    # Its lists.

    def add_lists(
        self,
        source_id: int,
        urls: Sequence[str],
        *,
        page: int = 1,
        guessed: bool = False,
        spare: bool = False,
    ) -> int:
        """Lists to read, in this order; those that are known stay as they are. How many are new.

        `spare` ones wait until `take_up`.
        """
        rows = [
            {
                "source_id": source_id,
                "key": digest(url),
                "url": url,
                "page": page,
                "state": _SPARE if spare else _WAITING,
                "links": 0,
                "guessed": guessed,
            }
            for url in dict.fromkeys(urls)
        ]
        return insert_new(self.connection, lists, rows, unique=["source_id", "key"])

    def count_lists(self, source_id: int) -> int:
        """How many lists it has, read or not."""
        count = sa.select(sa.func.count()).where(lists.c.source_id == source_id)
        return int(self.connection.scalar(count) or 0)

    def next_list(self, source_id: int, now: datetime) -> BackfillList | None:
        """The list that is to be read next."""
        row = self.connection.execute(
            sa.select(lists)
            .where(
                lists.c.source_id == source_id,
                lists.c.state == _WAITING,
                sa.or_(lists.c.next_at.is_(None), lists.c.next_at <= now),
            )
            .order_by(lists.c.id)
            .limit(1)
        ).first()
        if row is None:
            return None
        return BackfillList(
            id=row.id, url=row.url, page=row.page, guessed=row.guessed, attempts=row.attempts
        )

    def next_list_at(self, source_id: int, now: datetime) -> datetime | None:
        """When there is a list to read: now, later, or never."""
        found: datetime | None = self.connection.scalar(
            sa.select(sa.func.coalesce(lists.c.next_at, sa.literal(now, lists.c.next_at.type)))
            .where(lists.c.source_id == source_id, lists.c.state == _WAITING)
            .order_by(lists.c.next_at.is_not(None), lists.c.next_at)
            .limit(1)
        )
        return found

    def take_up(self, source_id: int) -> int:
        """The spare lists are to be read, if the others do not reach far enough; how many."""
        of_source = lists.c.source_id == source_id
        reached = self.connection.scalar(
            sa.select(sa.func.count()).where(of_source, lists.c.reaches)
        )
        found = self.connection.scalar(sa.select(sa.func.sum(lists.c.links)).where(of_source))
        if reached and found:
            return 0
        taken = self.connection.execute(
            sa.update(lists).where(of_source, lists.c.state == _SPARE).values(state=_WAITING)
        )
        return taken.rowcount

    def holds(self, source_id: int, list_id: int, worker: str) -> bool:
        """Whether the worker is to read that list still: nobody stopped it, or began it anew."""
        held = (
            sa.select(lists.c.id)
            .join(table, table.c.source_id == lists.c.source_id)
            .where(
                lists.c.id == list_id,
                lists.c.source_id == source_id,
                lists.c.state == _WAITING,
                table.c.claimed_by == worker,
                sa.not_(table.c.stopped),
            )
        )
        return self.connection.execute(held).first() is not None

    def is_known(self, source_id: int, contents: bytes) -> bool:
        """Whether a list with these very links was read before."""
        found = sa.select(lists.c.id).where(
            lists.c.source_id == source_id, lists.c.contents == contents
        )
        return self.connection.execute(found.limit(1)).first() is not None

    def list_done(
        self,
        list_id: int,
        *,
        links: int,
        reaches: bool = False,
        contents: bytes | None = None,
        error: str | None = None,
    ) -> None:
        """It was read, or could not be. `reaches`: it goes back beyond the range."""
        self.connection.execute(
            sa.update(lists)
            .where(lists.c.id == list_id)
            .values(
                state=_READ if error is None else _FAILED,
                links=links,
                error=error,
                reaches=reaches,
                contents=contents,
            )
        )

    def list_absent(self, list_id: int) -> None:
        """It was guessed, and there is none."""
        self.connection.execute(sa.update(lists).where(lists.c.id == list_id).values(state=_ABSENT))

    def list_later(self, list_id: int, *, at: datetime, error: str) -> None:
        """It could not be read now, and is tried again at `at`."""
        self.connection.execute(
            sa.update(lists)
            .where(lists.c.id == list_id)
            .values(attempts=lists.c.attempts + 1, next_at=at, error=error)
        )

    def progress(self, source_id: int) -> BackfillProgress:
        """How far it has come."""
        rows = self.connection.execute(
            sa.select(lists.c.state, sa.func.count(), sa.func.sum(lists.c.links))
            .where(lists.c.source_id == source_id)
            .group_by(lists.c.state)
        )
        of_state = {state: (count, links) for state, count, links in rows}
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
        failures = self._failures(source_id)
        return BackfillProgress(
            lists_waiting=of_state.get(_WAITING, (0, 0))[0],
            lists_read=of_state.get(_READ, (0, 0))[0],
            lists_failed=of_state.get(_FAILED, (0, 0))[0],
            links=int(of_state.get(_READ, (0, 0))[1] or 0),
            waiting=found.get((EntryState.PENDING, False), 0),
            stored=stored,
            passed_over=found.get((EntryState.DONE, False), 0),
            failed=found.get((EntryState.FAILED, False), 0),
            error=failures[0] if failures else None,
            next_list_at=self.connection.scalar(
                sa.select(sa.func.min(lists.c.next_at)).where(
                    lists.c.source_id == source_id, lists.c.state == _WAITING
                )
            ),
            failures=failures,
        )

    def _failures(self, source_id: int) -> tuple[str, ...]:
        """The lists that could not be read, the last first."""
        rows = self.connection.execute(
            sa.select(lists.c.url, lists.c.error)
            .where(lists.c.source_id == source_id, lists.c.state == _FAILED)
            .order_by(lists.c.id.desc())
            .limit(MOST_FAILURES)
        )
        return tuple(
            row.error if row.error.startswith(row.url) else f"{row.url}: {row.error}"
            for row in rows
        )
