"""Watches, numbered by their changes, so that one who knows an earlier state learns what is new."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import versions
from storage.named import Pausable
from storage.records import Policy, Watch, WatchActivity, WatchChanges, WatchSpec
from storage.statements import AnyRow
from storage.tables import matches
from storage.tables import watches as table
from storage.types import clean_json


class Watches(Pausable[WatchSpec, Watch]):
    """The watches, within one transaction."""

    table = table
    word, words = "watch", "watches"

    def _record(self, row: AnyRow) -> Watch:
        return watch(row)

    def _values(self, spec: WatchSpec) -> dict[str, Any]:
        return {
            "query": spec.query,
            "channels": list(spec.channels),
            "languages": list(spec.languages),
            "sources": list(spec.sources),
            "tags": list(spec.tags),
            "policy": spec.policy,
            "outlets": spec.outlets,
            "max_age": spec.max_age,
            "priority": spec.priority,
            "plans": clean_json(spec.plans) or None,
        }

    def _first(self, spec: WatchSpec, now: datetime) -> dict[str, Any]:
        return {**super()._first(spec, now), "created_at": now}

    def _stamp(self) -> dict[str, Any]:
        return {"changed": versions.advance(self.connection, table.name)}

    def list(self, include_paused: bool = True) -> list[Watch]:  # noqa: FBT001, FBT002 - as the name says it
        """The watches, by name."""
        return [found for found in super().list() if include_paused or not found.paused]

    def version(self) -> int:
        """A number that grows with every change of any watch; 0 before the first."""
        return versions.version(self.connection, table.name)

    def changes(self, since: int) -> WatchChanges:
        """What changed after the version `since`; 0: everything. Costs what changed, not what is.

        The version is read first: what is committed between the two statements is told twice,
        rather than never.
        """
        version = self.version()
        active: list[Watch] = []
        gone: list[int] = []
        for row in self.connection.execute(sa.select(table).where(table.c.changed > since)):
            if row.retired or row.paused:
                gone.append(row.id)
            else:
                active.append(watch(row))
        return WatchChanges(version=version, active=tuple(active), gone=tuple(gone))

    def snooze(self, name: str, until: datetime | None) -> bool:
        """Let what it rings for wait until then; None: no longer. False when there is none."""
        snoozed = self.connection.execute(
            sa.update(table)
            .where(table.c.name == name, sa.not_(table.c.retired))
            .values({**self._stamp(), "snoozed_until": until})
        )
        return snoozed.rowcount == 1

    def feed(self, name: str) -> str | None:
        """The secret word by which the watch's feed is read; None where it has none."""
        token: str | None = self.connection.scalar(
            sa.select(table.c.feed_token).where(table.c.name == name, sa.not_(table.c.retired))
        )
        return token

    def set_feed(self, name: str, token: str | None) -> bool:
        """Let the watch's feed be read by this word alone; None: by nobody. False: no such watch.

        It changes nothing that the watch matches, so there is no new version of it.
        """
        known = sa.and_(table.c.name == name, sa.not_(table.c.retired))
        done = self.connection.execute(sa.update(table).where(known).values(feed_token=token))
        return done.rowcount == 1

    def of_feed(self, token: str) -> Watch | None:
        """The watch whose feed is read by this word."""
        row = self.connection.execute(
            sa.select(table).where(table.c.feed_token == token, sa.not_(table.c.retired))
        ).first()
        return None if row is None else watch(row)

    def activity(self, watch_id: int, *, since: datetime) -> WatchActivity:
        """How often the watch matched since then, and when it last did."""
        own = matches.c.watch_id == watch_id
        number = self.connection.scalar(
            sa.select(sa.func.count())
            .select_from(matches)
            .where(own, matches.c.matched_at >= since)
        )
        last = self.connection.scalar(
            sa.select(matches.c.matched_at)
            .where(own)
            .order_by(matches.c.matched_at.desc())
            .limit(1)
        )
        return WatchActivity(matches=number or 0, last_match_at=last)


def watch(row: AnyRow) -> Watch:
    """A row of the table as a record."""
    return Watch(
        id=row.id,
        spec=WatchSpec(
            name=row.name,
            query=row.query,
            channels=tuple(row.channels),
            languages=tuple(row.languages),
            sources=tuple(row.sources),
            tags=tuple(row.tags or ()),
            policy=Policy(row.policy),
            outlets=row.outlets,
            max_age=row.max_age,
            priority=row.priority,
            plans=row.plans or {},
        ),
        origin=row.origin,
        paused=row.paused,
        created_at=row.created_at,
        snoozed_until=row.snoozed_until,
    )
