"""The tables' history: one Alembic revision after the other, run when a database is opened."""

from threading import Lock

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage.engines import for_writing
from storage.errors import DatabaseDamaged, DatabaseVersionError
from storage.tables import metadata

HEAD = "0031"  # the newest revision in versions/; a test compares
VERSION_TABLE = "tocsin_version"  # not Alembic's usual name: others may share the database

_alembic = Lock()  # it keeps its context in globals, so one migration at a time in a process
_LOCK = 0x70C51  # two workers that start at once migrate one after the other


def upgrade(engine: Engine) -> None:
    """Bring the tables up to date, in one transaction. Cheap when they are."""
    with engine.connect() as connection, connection.begin():
        if current(connection) == HEAD:
            return
    with _alembic, engine.connect() as connection, for_writing(connection).begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL lock_timeout = 0"))  # it may take its time
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        revision = current(connection)
        if revision != HEAD:  # nobody was faster
            _upgrade(connection, revision)


def current(connection: Connection) -> str | None:
    """The revision of the tables; None when there are none yet.

    Raises DatabaseDamaged when another program's tables have the names of ours.
    """
    tables = set(sa.inspect(connection).get_table_names())
    if VERSION_TABLE in tables:
        version = sa.table(VERSION_TABLE, sa.column("version_num", sa.Text))
        return connection.scalar(sa.select(version.c.version_num))
    strangers = tables & set(metadata.tables)
    if strangers:
        raise DatabaseDamaged(
            f"The database has tables of another program ({', '.join(sorted(strangers))}).",
            remedy="Give Tocsin a database of its own.",
        )
    return None


def _upgrade(connection: Connection, revision: str | None) -> None:
    # Alembic is needed only here: a database that is up to date opens without loading it.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise DatabaseVersionError(
            f"The database is newer than this program (revision {revision}).",
            remedy="Install the version of Tocsin that made it, or a later one.",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
