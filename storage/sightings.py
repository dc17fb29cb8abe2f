"""What a source says of articles, taken into the frontier.

A link never seen before becomes a pending entry, due now. Of one that is known, the newest
information is kept; and it is due again when it is another text now, which is so when

- its source, the one that named it first, gives it another title or a later `modified_at`, or
- another source gives it a `modified_at` later than both the one known and when it was first seen.

The titles of other sources do not count: two feeds of one site often word them differently, and
would call each other changed at every visit. Nor does a `modified_at` that has not come yet.

A feed may give all its entries other titles at every load ("… 3 minutes ago"). So an entry that was
looked at again `FREELY` times already is so with pauses from then on, which grow with its age.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.records import Added, Entry, EntryState
from storage.statements import AnyRow, chunks, digest, insert_new
from storage.tables import AGAIN, NEW, OLD
from storage.tables import entries as table
from storage.types import clean

_CLOCK_SKEW = timedelta(minutes=10)  # by which a publisher's clock may be ahead of ours

FREELY: Final = 10  # times that an entry is looked at again as soon as it changes
_SHARE_OF_AGE: Final = 0.1  # by then: of a live blog of five hours, half an hour
_LONGEST_PAUSE: Final = timedelta(days=1)

_OLDEST = datetime(1970, 1, 1, tzinfo=UTC)  # the order among those before does not matter
_IN_ORDER = timedelta(microseconds=1)  # what has no time of its own stays as its source put it

_KNOWN = sa.select(
    table.c.id,
    table.c.key,
    table.c.source_id,
    table.c.title,
    table.c.summary,
    table.c.language,
    table.c.published_at,
    table.c.modified_at,
    table.c.seen_at,
    table.c.state,
    table.c.old,
    table.c.rechecks,
)
_INFORMATION = ("title", "summary", "language", "published_at", "modified_at")
_LEARN = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"))
    .values({name: sa.bindparam(f"new_{name}") for name in _INFORMATION})
)
# What a row is at this very moment decides, not what it was when it was read: another worker may
# have claimed or finished it since. Whoever holds a claim sees `changed_at` when it is done.
_CLAIMED = table.c.claimed_by.is_not(None)
_PENDING = table.c.state == EntryState.PENDING
# Not "IN", whose list could not be expanded in a statement for many rows.
_ENDED = sa.or_(table.c.state == EntryState.DONE, table.c.state == EntryState.FAILED)
_QUEUED = table.c.queue.is_not(None)
_DUE = sa.bindparam("due", type_=table.c.changed_at.type)
_CHANGE = _LEARN.values(
    changed_at=_DUE,  # what is claimed now is due again then
    state=sa.case(
        (sa.or_(_PENDING, table.c.article_id.is_(None)), EntryState.PENDING),
        else_=EntryState.RECHECK,
    ),
    queue=sa.case(
        (_CLAIMED, None),
        (_PENDING, table.c.queue),
        (table.c.article_id.is_(None), NEW),
        else_=AGAIN,
    ),
    next_attempt_at=sa.case(
        (sa.or_(_CLAIMED, _PENDING), table.c.next_attempt_at),
        else_=_DUE,
    ),
    attempts=sa.case((_ENDED, 0), else_=table.c.attempts),
)
# As `_CHANGE`, of what has changed often: what waits, waits no longer than it did.
_CHANGE_LATER = _CHANGE.values(
    queue=sa.case((_CLAIMED, None), else_=table.c.queue),
    next_attempt_at=sa.case(
        (sa.or_(_CLAIMED, _PENDING, _QUEUED), table.c.next_attempt_at),
        (table.c.next_attempt_at < _DUE, table.c.next_attempt_at),
        else_=_DUE,
    ),
)


def record(
    connection: Connection,
    source_id: int,
    entries: Sequence[tuple[str, str, Entry]],
    *,
    now: datetime,
    first: int = 0,
    old: bool = False,
) -> Added:
    """Take in `entries`, each as (normalised link, host, entry), the first at place `first`.

    The cost is that of the entries given, and no row is written for what was known already.
    """
    rows: dict[bytes, tuple[dict[str, Any], Entry]] = {}
    for position, (key, host, entry) in enumerate(entries, first):
        told = _sound(entry, now)
        row = _new_row(told, now=now, position=position, old=old)
        row |= {"key": digest(key), "host": host, "source_id": source_id}
        rows.setdefault(row["key"], (row, told))
    new = changed = 0
    # In one order for all: visits at the same time, which name the same links, would else wait for
    # each other in a circle.
    for keys in chunks(sorted(rows)):
        known = {row.key: row for row in connection.execute(_KNOWN.where(table.c.key.in_(keys)))}
        unseen = [rows[key][0] for key in keys if key not in known]
        new += insert_new(connection, table, unseen, unique=["key"])
        seen = [(known[key], rows[key][1]) for key in keys if key in known]
        if old:  # a backfill says nothing of what is known already
            continue
        _make_live(connection, [row.id for row, _ in seen if row.old])
        changed += _update(connection, seen, source_id=source_id, now=now)
    return Added(new=new, changed=changed)


def _sound(entry: Entry, now: datetime) -> Entry:
    """The entry as the database will give it back, so that the two can be compared."""
    modified_at = entry.modified_at
    if modified_at is not None and modified_at > now + _CLOCK_SKEW:
        modified_at = None
    return replace(
        entry,
        title=entry.title and clean(entry.title),
        summary=entry.summary and clean(entry.summary),
        language=entry.language and clean(entry.language),
        modified_at=modified_at,
    )


def _new_row(entry: Entry, *, now: datetime, position: int, old: bool) -> dict[str, Any]:
    # A time to come would keep the entry in front of all that is really new.
    newest_at = max(min(entry.published_at or entry.modified_at or now, now), _OLDEST)
    return {
        "url": entry.url,
        "title": entry.title,
        "published_at": entry.published_at,
        "modified_at": entry.modified_at,
        "summary": entry.summary,
        "language": entry.language,
        "guid": entry.guid,
        "state": EntryState.PENDING,
        "queue": OLD if old else NEW,
        "old": old,
        "newest_at": newest_at - position * _IN_ORDER,
        "seen_at": now,
        "next_attempt_at": now,
        "attempts": 0,
        "rechecks": 0,
    }


def _update(
    connection: Connection,
    seen: Sequence[tuple[AnyRow, Entry]],
    *,
    source_id: int,
    now: datetime,
) -> int:
    learned: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    later: list[dict[str, Any]] = []
    again = 0
    for row, entry in seen:
        newest = _newest(row, entry, own=row.source_id == source_id)
        values = {"of_id": row.id, **{f"new_{name}": newest[name] for name in _INFORMATION}}
        if is_changed(row, entry, source_id=source_id):
            pause = pause_of(row.rechecks, age=now - row.seen_at)
            (later if pause else changed).append({**values, "due": now + pause})
            again += row.state != EntryState.PENDING
        elif any(newest[name] != row._mapping[name] for name in _INFORMATION):  # noqa: SLF001 - SQLAlchemy's documented name
            learned.append(values)
    _lock(connection, [row["of_id"] for row in learned + changed + later])
    if learned:
        connection.execute(_LEARN, learned)
    if changed:
        connection.execute(_CHANGE, changed)
    if later:
        connection.execute(_CHANGE_LATER, later)
    return again


def pause_of(rechecks: int, *, age: timedelta) -> timedelta:
    """How long a change waits of an entry that was looked at again so often since it was seen."""
    if rechecks < FREELY:
        return timedelta(0)
    return min(max(age, timedelta(0)) * _SHARE_OF_AGE, _LONGEST_PAUSE)


def _make_live(connection: Connection, ids: Sequence[int]) -> None:
    """A source lists what a backfill found: it is news as any other, unless it was read already."""
    if not ids:
        return
    _lock(connection, ids)
    connection.execute(
        sa.update(table)
        .where(table.c.id.in_(ids), table.c.old)
        .values(old=False, queue=sa.case((table.c.queue == OLD, NEW), else_=table.c.queue))
    )


def _lock(connection: Connection, ids: Sequence[int]) -> None:
    """Take the rows in the order of their keys, before they are written in another."""
    if ids and connection.dialect.name == "postgresql":
        connection.execute(
            sa.select(table.c.id).where(table.c.id.in_(ids)).order_by(table.c.key).with_for_update()
        )


def is_changed(row: Any, entry: Entry, *, source_id: int) -> bool:
    """Whether a known entry is another text now. `row`: source_id, title, modified_at, seen_at."""
    own = row.source_id == source_id
    if own and entry.title is not None and row.title is not None and entry.title != row.title:
        return True
    if entry.modified_at is None:
        return False
    if row.modified_at is None or not own:
        return bool(entry.modified_at > max(row.modified_at or row.seen_at, row.seen_at))
    return bool(entry.modified_at > row.modified_at)


def _newest(row: AnyRow, entry: Entry, *, own: bool) -> dict[str, Any]:
    """What is known after this sighting: the first source's own words win, others fill gaps."""
    newest: dict[str, Any] = {}
    for name in ("title", "summary", "language", "published_at"):
        told, known = getattr(entry, name), row._mapping[name]  # noqa: SLF001 - SQLAlchemy's documented name
        newest[name] = told if told is not None and (own or known is None) else known
    times = [time for time in (row.modified_at, entry.modified_at) if time is not None]
    newest["modified_at"] = max(times, default=None)
    return newest
