"""What sources, watches and channels have in common: a name, an origin, and settings to obey.

The settings file is the truth for what it names (origin "settings"); what a command added (origin
"command") stays until a command removes it. Nothing is ever deleted: articles and alerts name it,
so it is retired, and brought back with its history when it is asked for again.
"""

import builtins
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.errors import ConflictError
from storage.records import Synced
from storage.statements import AnyRow

SETTINGS, COMMAND = "settings", "command"


class HasName(Protocol):
    """A spec."""

    @property
    def name(self) -> str:
        """The name a person gave it."""
        ...


Spec = TypeVar("Spec", bound=HasName)
Record = TypeVar("Record")


class Named(Generic[Spec, Record]):
    """A table of named things, within one transaction."""

    table: ClassVar[sa.Table]
    word: ClassVar[str]  # what a person calls one of them
    words: ClassVar[str]  # and several

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    # What each family tells of itself.

    def _record(self, row: AnyRow) -> Record:
        """The row as a record."""
        raise NotImplementedError

    def _values(self, spec: Spec) -> dict[str, Any]:
        """The columns that the spec decides, besides its name."""
        raise NotImplementedError

    def _first(self, spec: Spec, now: datetime) -> dict[str, Any]:
        """The other columns of a new row."""
        raise NotImplementedError

    def _again(self, row: AnyRow, spec: Spec, now: datetime) -> dict[str, Any]:  # noqa: ARG002 - for those who need it
        """The other columns that change as the spec of a row becomes `spec`."""
        return {}

    def _changed(self) -> None:
        """Called after something changed."""

    # What all of them can do.

    def add(self, spec: Spec, *, origin: str = COMMAND, now: datetime) -> Record:
        """Add one, or bring a removed one back. Raises ConflictError when the name is taken."""
        row = self._row(spec.name, active=False)
        if row is not None and not row.retired:
            raise ConflictError(
                f"There is a {self.word} named {spec.name!r} already.",
                remedy="Choose another name, or remove that one first.",
            )
        self._write(row, spec, origin=origin, now=now)
        self._changed()
        added = self.get(spec.name)
        assert added is not None
        return added

    def list(self) -> builtins.list[Record]:
        """All of them, by name."""
        rows = self.connection.execute(
            sa.select(self.table).where(sa.not_(self.table.c.retired)).order_by(self.table.c.name)
        )
        return [self._record(row) for row in rows]

    def get(self, name: str) -> Record | None:
        """The one of that name."""
        row = self._row(name, active=True)
        return None if row is None else self._record(row)

    def remove(self, name: str) -> bool:
        """Retire it; False when there is none.

        Raises ConflictError for one that the settings name: it would be back at the next start.
        """
        row = self._row(name, active=True)
        if row is None:
            return False
        if row.origin == SETTINGS:
            raise ConflictError(
                f"The {self.word} {name!r} comes from the settings file.",
                remedy="Remove it there, or pause it.",
            )
        self._retire([row.id])
        self._changed()
        return True

    def pause(self, name: str, paused: bool = True) -> bool:  # noqa: FBT001, FBT002 - as a command says it
        """Pause it, or let it go on; False when there is none."""
        done = self.connection.execute(
            sa.update(self.table)
            .where(self.table.c.name == name, sa.not_(self.table.c.retired))
            .values(paused=paused)
        )
        if done.rowcount:
            self._changed()
        return done.rowcount == 1

    def sync(self, specs: Sequence[Spec], now: datetime) -> Synced:
        """Make those of the settings file these: add, change, bring back, retire the missing.

        What a command added stays, unless the file names it now: then the file decides. Whether a
        person paused it stays, too. Raises ConflictError when two have one name.
        """
        names = Counter(spec.name for spec in specs)
        for name, number in names.items():
            if number > 1:
                raise ConflictError(
                    f"Two {self.words} of the settings are named {name!r}.",
                    remedy="Give each a name of its own.",
                )
        rows = {row.name: row for row in self.connection.execute(sa.select(self.table))}
        added = changed = 0
        for spec in specs:
            row = rows.get(spec.name)
            if row is None or row.retired:
                self._write(row, spec, origin=SETTINGS, now=now)
                added += 1
            elif self._differs(row, spec):
                self._write(row, spec, origin=SETTINGS, now=now)
                changed += 1
        missing = [
            row.id
            for name, row in rows.items()
            if row.origin == SETTINGS and not row.retired and name not in names
        ]
        self._retire(missing)
        if added or changed or missing:
            self._changed()
        return Synced(added=added, changed=changed, retired=len(missing))

    def _differs(self, row: AnyRow, spec: Spec) -> bool:
        return row.origin != SETTINGS or any(
            row._mapping[column] != value  # noqa: SLF001 - SQLAlchemy's documented name
            for column, value in self._values(spec).items()
        )

    def _write(self, row: AnyRow | None, spec: Spec, *, origin: str, now: datetime) -> None:
        values = {**self._values(spec), "origin": origin, "retired": False}
        if row is None:
            values |= {"name": spec.name, "paused": False, **self._first(spec, now)}
            self.connection.execute(sa.insert(self.table).values(values))
            return
        if row.retired:
            values["paused"] = False  # it was asked for anew
        values |= self._again(row, spec, now)
        self.connection.execute(
            sa.update(self.table).where(self.table.c.id == row.id).values(values)
        )

    def _retire(self, ids: Sequence[int]) -> None:
        if ids:
            self.connection.execute(
                sa.update(self.table).where(self.table.c.id.in_(ids)).values(retired=True)
            )

    def _row(self, name: str, *, active: bool) -> AnyRow | None:
        found = sa.select(self.table).where(self.table.c.name == name)
        if active:
            found = found.where(sa.not_(self.table.c.retired))
        return self.connection.execute(found).first()
