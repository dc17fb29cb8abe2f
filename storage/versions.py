"""Numbers that say whether something changed, so that nobody has to read it all to know."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.statements import insert
from storage.tables import versions

LISTS = "lists"  # the saved lists: sets of terms, and what people changed in names of places

_VALUE = sa.select(versions.c.value).where(versions.c.name == sa.bindparam("of_name"))


def version(connection: Connection, name: str) -> int:
    """The number of the latest change; 0 before the first."""
    found = connection.scalar(_VALUE, {"of_name": name})
    return 0 if found is None else int(found)


_ALL = sa.select(versions.c.name, versions.c.value)


def every(connection: Connection) -> dict[str, int]:
    """All of them by their names, in one question; a name that is missing never changed."""
    return {row.name: row.value for row in connection.execute(_ALL)}


def advance(connection: Connection, name: str) -> int:
    """The number of a change that is about to be made, to be called before it.

    Two who change the same wait for each other here, until the first has committed. So no two
    changes share a number, and whoever sees a number sees every change up to it.
    """
    statement = insert(connection, versions).values(name=name, value=1)
    advanced = connection.scalar(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"value": versions.c.value + 1}
        ).returning(versions.c.value)
    )
    assert advanced is not None
    return int(advanced)
