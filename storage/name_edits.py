"""What people changed in the names that `place:` and `country:` stand for."""

import builtins

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import versions
from storage.records import NameEdit
from storage.statements import AnyRow, insert
from storage.tables import name_edits as table


class NameEdits:
    """The changes, within one transaction; one at most for each place or country."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, kind: str, key: str) -> NameEdit | None:
        """What was changed in the names of this one."""
        row = self.connection.execute(
            sa.select(table).where(table.c.kind == kind, table.c.key == key)
        ).first()
        return None if row is None else _edit(row)

    def list(self) -> builtins.list[NameEdit]:
        """All of them, by kind and key."""
        rows = self.connection.execute(sa.select(table).order_by(table.c.kind, table.c.key))
        return [_edit(row) for row in rows]

    def put(self, edit: NameEdit) -> None:
        """Make this the change of its place or country. One that changes nothing is no more."""
        if not edit.added and not edit.removed:
            self.clear(edit.kind, edit.key)
            return
        if self.get(edit.kind, edit.key) == edit:
            return
        versions.advance(self.connection, versions.LISTS)
        names = {"added": list(edit.added), "removed": list(edit.removed)}
        statement = insert(self.connection, table).values(kind=edit.kind, key=edit.key, **names)
        self.connection.execute(
            statement.on_conflict_do_update(index_elements=["kind", "key"], set_=names)
        )

    def clear(self, kind: str, key: str) -> bool:
        """Undo what was changed in the names of this one; False when that was nothing."""
        if self.get(kind, key) is None:
            return False
        versions.advance(self.connection, versions.LISTS)
        self.connection.execute(sa.delete(table).where(table.c.kind == kind, table.c.key == key))
        return True


def _edit(row: AnyRow) -> NameEdit:
    return NameEdit(kind=row.kind, key=row.key, added=tuple(row.added), removed=tuple(row.removed))
