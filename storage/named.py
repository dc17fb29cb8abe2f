"""What sources, watches, channels and sets have in common: a name, an origin, settings to obey.

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
from storage.statements import AnyRow, chunks

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
    instead_of_removing: ClassVar[str] = "Remove it there."  # where the settings name it

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

    def _stamp(self) -> dict[str, Any]:
        """Called once before a change: columns that every row gets which it writes."""
        return {}

    # What all of them can do.

    def add(self, spec: Spec, *, origin: str = COMMAND, now: datetime) -> Record:
        """Add one, or bring a removed one back. Raises ConflictError when the name is taken."""
        row = self._row(spec.name, active=False)
        if row is not None and not row.retired:
            raise self._taken(spec.name)
        self._write([(row, spec)], origin=origin, now=now)
        return self._known(spec.name)

    def edit(self, name: str, spec: Spec, *, now: datetime) -> Record:
        """Make the one of that name this, perhaps with another name.

        Raises ConflictError when there is none, when the settings name it, for they would undo it,
        and when its new name is taken.
        """
        row = self._row(name, active=True)
        if row is None:
            raise ConflictError(f"There is no {self.word} named {name!r}.")
        if row.origin == SETTINGS:
            raise self._of_settings(name, "Edit it there.")
        if spec.name != name:
            self._make_free(spec.name)
        if spec.name != name or self._differs(row, spec, COMMAND):
            self._write([(row, spec)], origin=COMMAND, now=now)
        return self._known(spec.name)

    def put(self, specs: Sequence[Spec], *, now: datetime) -> Synced:
        """Add those whose name is free, and make the others these.

        Raises ConflictError when two have one name, and for one that the settings say differently.
        """
        self._distinct(specs, "to be added")
        rows = self._rows([spec.name for spec in specs])
        writes: builtins.list[tuple[AnyRow | None, Spec]] = []
        for spec in specs:
            row = rows.get(spec.name)
            if row is not None and not row.retired:
                if not self._differs(row, spec, row.origin):
                    continue
                if row.origin == SETTINGS:
                    raise self._of_settings(spec.name, "Edit it there.")
            writes.append((row, spec))
        return self._write(writes, origin=COMMAND, now=now)

    def list(self) -> builtins.list[Record]:
        """All of them, by name."""
        rows = self.connection.execute(
            sa.select(self.table).where(sa.not_(self.table.c.retired)).order_by(self.table.c.name)
        )
        return [self._record(row) for row in rows]

    def page(self, limit: int, *, after: str | None = None) -> builtins.list[Record]:
        """The first of them by name; `after`: the name of the last one on the page before."""
        asked = sa.select(self.table).where(sa.not_(self.table.c.retired))
        if after is not None:
            asked = asked.where(self.table.c.name > after)
        rows = self.connection.execute(asked.order_by(self.table.c.name).limit(limit))
        return [self._record(row) for row in rows]

    def numbered(self, number: int) -> Record | None:
        """The one with this id, if it was not removed."""
        asked = sa.select(self.table).where(self.table.c.id == number, ~self.table.c.retired)
        row = self.connection.execute(asked).first()
        return None if row is None else self._record(row)

    def get(self, name: str) -> Record | None:
        """The one of that name."""
        row = self._row(name, active=True)
        return None if row is None else self._record(row)

    def of_names(self, names: Sequence[str]) -> dict[str, Record]:
        """Those that there are of these names."""
        rows = self._rows(names)
        return {name: self._record(row) for name, row in rows.items() if not row.retired}

    def remove(self, name: str) -> bool:
        """Retire it; False when there is none.

        Raises ConflictError for one that the settings name: it would be back at the next start.
        """
        row = self._row(name, active=True)
        if row is None:
            return False
        if row.origin == SETTINGS:
            raise self._of_settings(name, self.instead_of_removing)
        self._write([], retire=[row.id])
        return True

    def sync(self, specs: Sequence[Spec], now: datetime) -> Synced:
        """Make those of the settings file these: add, change, bring back, retire the missing.

        What a command added stays, unless the file names it now: then the file decides. Whether a
        person paused it stays, too. Raises ConflictError when two have one name.
        """
        self._distinct(specs, "of the settings")
        names = {spec.name for spec in specs}
        rows = self._rows([*names])
        theirs = self.connection.execute(
            sa.select(self.table.c.id, self.table.c.name).where(
                self.table.c.origin == SETTINGS, sa.not_(self.table.c.retired)
            )
        )
        missing = [row.id for row in theirs if row.name not in names]
        writes = [
            (row, spec)
            for spec in specs
            if (row := rows.get(spec.name)) is None
            or row.retired
            or self._differs(row, spec, SETTINGS)
        ]
        return self._write(writes, retire=missing, origin=SETTINGS, now=now)

    def _distinct(self, specs: Sequence[Spec], which: str) -> None:
        for name, number in Counter(spec.name for spec in specs).items():
            if number > 1:
                raise ConflictError(
                    f"Two {self.words} {which} are named {name!r}.",
                    remedy="Give each a name of its own.",
                )

    def _taken(self, name: str) -> ConflictError:
        return ConflictError(
            f"There is a {self.word} named {name!r} already.",
            remedy="Choose another name, or remove that one first.",
        )

    def _of_settings(self, name: str, remedy: str) -> ConflictError:
        return ConflictError(
            f"The {self.word} {name!r} comes from the settings file.", remedy=remedy
        )

    def _make_free(self, name: str) -> None:
        """A removed one does not keep others from its name; ConflictError for any other."""
        row = self._row(name, active=False)
        if row is None:
            return
        if not row.retired:
            raise self._taken(name)
        self.connection.execute(
            sa.update(self.table)
            .where(self.table.c.id == row.id)
            .values(name=f"{name} (removed, {row.id})")
        )

    def _differs(self, row: AnyRow, spec: Spec, origin: str) -> bool:
        return row.origin != origin or any(
            row._mapping[column] != value  # noqa: SLF001 - SQLAlchemy's documented name
            for column, value in self._values(spec).items()
        )

    def _write(
        self,
        writes: Sequence[tuple[AnyRow | None, Spec]],
        *,
        retire: Sequence[int] = (),
        origin: str = COMMAND,
        now: datetime | None = None,
    ) -> Synced:
        """Write specs into their rows, None for a new one, and retire others; all as one change."""
        if not writes and not retire:
            return Synced()
        stamp = self._stamp()
        new = []
        added = 0
        for row, spec in writes:
            assert now is not None
            values = {**self._values(spec), **stamp, "origin": origin, "retired": False}
            if row is None:
                new.append({**values, "name": spec.name, **self._first(spec, now)})
                continue
            added += row.retired
            values |= {"name": spec.name, **self._again(row, spec, now)}
            self.connection.execute(
                sa.update(self.table).where(self.table.c.id == row.id).values(values)
            )
        if new:
            self.connection.execute(sa.insert(self.table), new)
        for ids in chunks(retire):
            self.connection.execute(
                sa.update(self.table)
                .where(self.table.c.id.in_(ids))
                .values({**stamp, "retired": True})
            )
        added += len(new)
        return Synced(added=added, changed=len(writes) - added, retired=len(retire))

    def _known(self, name: str) -> Record:
        known = self.get(name)
        assert known is not None
        return known

    def _rows(self, names: Sequence[str]) -> dict[str, AnyRow]:
        """The rows of these names, retired ones too."""
        rows: dict[str, AnyRow] = {}
        for some in chunks(names):
            found = sa.select(self.table).where(self.table.c.name.in_(some))
            rows |= {row.name: row for row in self.connection.execute(found)}
        return rows

    def _row(self, name: str, *, active: bool) -> AnyRow | None:
        found = sa.select(self.table).where(self.table.c.name == name)
        if active:
            found = found.where(sa.not_(self.table.c.retired))
        return self.connection.execute(found).first()


class Pausable(Named[Spec, Record]):
    """Named things that a person may pause."""

    instead_of_removing = "Remove it there, or pause it."

    def pause(self, name: str, paused: bool = True) -> bool:  # noqa: FBT001, FBT002 - as a command says it
        """Pause it, or let it go on; False when there is none."""
        row = self._row(name, active=True)
        if row is None:
            return False
        self.connection.execute(
            sa.update(self.table)
            .where(self.table.c.id == row.id)
            .values({**self._stamp(), "paused": paused})
        )
        return True

    def _first(self, spec: Spec, now: datetime) -> dict[str, Any]:  # noqa: ARG002 - the base class's signature
        return {"paused": False}

    def _again(self, row: AnyRow, spec: Spec, now: datetime) -> dict[str, Any]:  # noqa: ARG002 - the base class's signature
        return {"paused": False} if row.retired else {}  # it was asked for anew
