"""Connections: what an address means, and how each kind of database is set up."""

import json
import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, Connection, Engine, make_url

from storage.errors import (
    ConflictError,
    DatabaseAddressError,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseUnavailable,
    StorageError,
)

BUSY_TIMEOUT_MS = 15_000  # how long a writer waits for another process's transaction
# A worker that is frozen in a transaction must not freeze the others: who waits for its locks gives
# up (a ConflictError, to be tried again), and in the end the server takes them from it.
_POSTGRES_SESSION = (
    "SET timezone = 'UTC'",
    "SET lock_timeout = '30s'",
    "SET idle_in_transaction_session_timeout = '5min'",
)
# A worker must not wait for one statement for ever. Upkeep (migrations, VACUUM) may take its time.
_STATEMENT_LIMIT = "SET statement_timeout = '60s'"
_BEGIN = "tocsin_begin"  # the execution option that holds SQLite's BEGIN statement
_ANY_TIME = 60.0  # seconds, more than any wait
_LOOK_UP_MS = 200  # how often one who waits for SQLite's write lock asks whether to go on waiting

_to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


def parse_url(address: str) -> URL:
    """The address as SQLAlchemy takes it. Raises DatabaseAddressError with a remedy."""
    try:
        url = make_url(address)
    except (exc.ArgumentError, ValueError):
        raise DatabaseAddressError(
            f"{_without_password(address)!r} is not the address of a database.",
            remedy="Write sqlite:///tocsin.db or postgresql://user@host/database.",
        ) from None
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername == "postgresql+psycopg":
        return url
    if url.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise DatabaseAddressError(
            f"{url.drivername!r} is not a kind of database that Tocsin knows.",
            remedy="Use sqlite:///… or postgresql://….",
        )
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise DatabaseAddressError(
            "The database must be a file: what is in memory is lost in a crash, and so are alerts.",
            remedy="Write sqlite:///tocsin.db, or sqlite:////var/lib/tocsin/tocsin.db.",
        )
    return url


def _without_password(address: str) -> str:
    scheme, mark, rest = address.partition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}" if mark and "@" in rest else address


def check_file(path: Path) -> None:
    """Refuse, in words, a place where SQLite could not work."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise DatabaseUnavailable(
            f"The folder {folder} for the database does not exist.",
            remedy=f"Make it: mkdir -p {folder}",
        )
    if path.is_dir():
        raise DatabaseAddressError(
            f"{path} is a folder, not a database.", remedy="Name a file inside it."
        )


Identity = tuple[int, int]  # of a file, whatever its name: the device, and the number on it


def identity(path: Path | None) -> Identity | None:
    """Which file is at that path; None: there is none."""
    try:
        found = None if path is None else path.stat()
    except OSError:
        return None
    return None if found is None else (found.st_dev, found.st_ino)


class Lines:
    """The connections of one database, which may all be given a last term.

    A thread that waits for the database cannot be stopped, only what it waits for can.
    """

    def __init__(self) -> None:
        self._connections: WeakSet[Any] = WeakSet()
        self._ends_at: float | None = None

    def opened(self, connection: Any) -> None:
        """There is one more."""
        self._connections.add(connection)

    def end_in(self, seconds: float) -> None:
        """From now on nobody waits for a lock, or connects, later than that."""
        self._ends_at = time.monotonic() + seconds

    def left(self, patience: float) -> float:
        """How many of these seconds one may still wait."""
        if self._ends_at is None:
            return patience
        return min(patience, self._ends_at - time.monotonic())

    def cut(self) -> None:
        """Break off what is under way, from any thread: it fails, and is rolled back."""
        self._ends_at = time.monotonic()
        for connection in list(self._connections):
            if isinstance(connection, sqlite3.Connection):
                with suppress(sqlite3.ProgrammingError):  # it was closed just now
                    connection.interrupt()
            elif not connection.closed:
                # Not close(): it would wait for the statement. What reads from the socket sees its
                # end, as if the server had gone.
                with suppress(OSError), socket.socket(fileno=_own(connection.fileno())) as line:
                    line.shutdown(socket.SHUT_RDWR)


class _SqliteConnection(sqlite3.Connection):
    """The driver's, but one that can be referred to weakly."""


def _own(descriptor: int) -> int:
    return socket.dup(descriptor)


def make_engine(
    url: URL,
    *,
    threads: int,
    read_only: bool = False,
    lines: Lines | None = None,
    unhurried: bool = False,
) -> Engine:
    """An engine for `threads` threads at once. A read-only one refuses to write.

    `lines` may break off what its threads wait for. An unhurried one has no limit for a statement.
    """
    lines = lines or Lines()
    if url.get_backend_name() == "postgresql":
        return _postgres_engine(url, threads=threads, lines=lines, unhurried=unhurried)
    return _sqlite_engine(url, threads=threads, read_only=read_only, lines=lines)


def _postgres_engine(url: URL, *, threads: int, lines: Lines, unhurried: bool) -> Engine:
    query = dict(url.query)
    query.setdefault("connect_timeout", "3")
    query.setdefault("application_name", "tocsin")
    query.setdefault("keepalives_idle", "15")  # a dead network is found out in half a minute
    query.setdefault("keepalives_interval", "5")
    query.setdefault("keepalives_count", "3")
    query.setdefault("tcp_user_timeout", "30000")
    try:
        engine = sa.create_engine(
            url.set(query=query),
            pool_size=threads,
            max_overflow=threads,
            pool_pre_ping=True,  # a server that was restarted costs no failed transaction
            json_serializer=_to_json,
        )
    except ModuleNotFoundError as error:
        raise DatabaseAddressError(
            "The driver for PostgreSQL is missing.", remedy="pip install tocsin[postgres]"
        ) from error

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.autocommit = True
        for statement in (*_POSTGRES_SESSION, *([] if unhurried else [_STATEMENT_LIMIT])):
            connection.execute(statement)
        connection.autocommit = False
        lines.opened(connection)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, _args: object, options: dict[str, Any]) -> None:
        left = lines.left(_ANY_TIME)
        if left <= 0:
            raise DatabaseUnavailable("The database is closed.")
        if left < _ANY_TIME:
            options["connect_timeout"] = 2  # the least that libpq knows

    return engine


def _sqlite_engine(url: URL, *, threads: int, read_only: bool, lines: Lines) -> Engine:
    engine = sa.create_engine(
        url,
        pool_size=threads,
        max_overflow=threads,
        json_serializer=_to_json,
        connect_args={
            "timeout": BUSY_TIMEOUT_MS / 1000,
            "check_same_thread": False,
            "factory": _SqliteConnection,
        },
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not begin transactions of its own: it would begin them too late.
        connection.isolation_level = None
        for statement in (
            f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",  # a committed alert survives a power cut
            "PRAGMA foreign_keys = ON",
            "PRAGMA temp_store = MEMORY",
            "PRAGMA cache_size = -32768",  # in KiB
            "PRAGMA journal_size_limit = 67108864",  # in bytes: the log shrinks after a peak
            *(["PRAGMA query_only = ON"] if read_only else []),
        ):
            connection.execute(statement)
        lines.opened(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
        if statement != "BEGIN":
            _wait_for_lock(connection, statement, lines)
        else:
            connection.exec_driver_sql(statement)

    return engine


def _wait_for_lock(connection: Connection, statement: str, lines: Lines) -> None:
    """Begin to write, in steps: SQLite's own wait of fifteen seconds cannot be broken off."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    driver.execute(f"PRAGMA busy_timeout = {min(_LOOK_UP_MS, BUSY_TIMEOUT_MS)}")
    try:
        while True:
            try:
                driver.execute(statement)
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or lines.left(deadline - time.monotonic()) <= 0:
                    raise exc.OperationalError(statement, None, error) from error
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def for_writing(connection: Connection) -> Connection:
    """SQLite takes the write lock at once: a transaction that read first could not get it later."""
    return connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})


def for_reading(connection: Connection) -> Connection:
    """What is read is one moment's state. SQLite in WAL mode does that by itself."""
    if connection.dialect.name == "postgresql":
        return connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    return connection


def translate(error: exc.SQLAlchemyError) -> StorageError:
    """The error in our words."""
    origin = getattr(error, "orig", None)
    if isinstance(origin, sqlite3.Error):
        return _translate_sqlite(error, origin)
    if isinstance(error, exc.IntegrityError):
        return ConflictError(f"The database refused a second one of the same: {_line(origin)}.")
    # Deadlock, serialisation failure, lock not available: https://www.postgresql.org/docs/current/errcodes-appendix.html
    if getattr(origin, "sqlstate", None) in {"40001", "40P01", "55P03"}:
        return ConflictError(f"Another worker wrote at the same moment: {_line(origin)}.")
    if isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError):
        return DatabaseUnavailable(
            f"The database cannot be reached: {_line(origin or error)}.",
            remedy="Is the server running, and do address, user and password fit?",
        )
    return StorageError(f"The database refused a statement: {_line(origin or error)}.")


def _translate_sqlite(error: exc.SQLAlchemyError, origin: sqlite3.Error) -> StorageError:
    # The names: https://www.sqlite.org/rescode.html. The part after the second _ is detail.
    name = "_".join((getattr(origin, "sqlite_errorname", "") or "").split("_")[:2])
    words = _SQLITE_ERRORS.get(name)
    if words is not None:
        return words(_line(origin))
    if isinstance(error, exc.IntegrityError):
        return ConflictError(f"The database refused a second one of the same: {_line(origin)}.")
    return StorageError(f"The database refused a statement: {_line(origin)}.")


def _line(error: BaseException | None) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")


def _busy(reason: str) -> StorageError:
    return DatabaseBusy(
        f"The database is locked: {reason}.",
        remedy="Another process has been writing for too long; find it, or try again.",
    )


def _full(_reason: str) -> StorageError:
    return DatabaseUnavailable(
        "The disk of the database is full.", remedy="Make room, or move the database."
    )


def _not_writable(reason: str) -> StorageError:
    return DatabaseUnavailable(
        f"The database cannot be written: {reason}.",
        remedy="The file and its folder must belong to the user that runs Tocsin.",
    )


def _not_opened(reason: str) -> StorageError:
    return DatabaseUnavailable(
        f"The database cannot be opened: {reason}.",
        remedy="The file and its folder must be readable and writable.",
    )


def _disk_error(reason: str) -> StorageError:
    return DatabaseUnavailable(
        f"The disk of the database failed: {reason}.",
        remedy="Is it full? If not, look at the system's log; a network file system is no place "
        "for SQLite.",
    )


def _not_a_database(_reason: str) -> StorageError:
    return DatabaseDamaged(remedy="Name another file, or restore a backup.")


def _damaged(reason: str) -> StorageError:
    return DatabaseDamaged(f"The database is damaged: {reason}.", remedy="Restore a backup.")


_SQLITE_ERRORS: dict[str, Callable[[str], StorageError]] = {
    "SQLITE_BUSY": _busy,
    "SQLITE_LOCKED": _busy,
    "SQLITE_FULL": _full,
    "SQLITE_READONLY": _not_writable,
    "SQLITE_PERM": _not_writable,
    "SQLITE_CANTOPEN": _not_opened,
    "SQLITE_IOERR": _disk_error,
    "SQLITE_NOTADB": _not_a_database,
    "SQLITE_CORRUPT": _damaged,
}
