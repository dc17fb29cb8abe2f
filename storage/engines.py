"""Connections: what an address means, and how each kind of database is set up."""

import json
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

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
_BEGIN = "tocsin_begin"  # the execution option that holds SQLite's BEGIN statement

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


def make_engine(url: URL, *, threads: int, read_only: bool = False) -> Engine:
    """An engine for `threads` threads at once. A read-only one refuses to write."""
    if url.get_backend_name() == "postgresql":
        return _postgres_engine(url, threads=threads)
    return _sqlite_engine(url, threads=threads, read_only=read_only)


def _postgres_engine(url: URL, *, threads: int) -> Engine:
    query = dict(url.query)
    query.setdefault("connect_timeout", "10")
    query.setdefault("application_name", "tocsin")
    query.setdefault("keepalives_idle", "30")  # a dead network is found out in a minute or two
    query.setdefault("keepalives_interval", "10")
    query.setdefault("tcp_user_timeout", "60000")
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
        for statement in _POSTGRES_SESSION:
            connection.execute(statement)
        connection.autocommit = False

    return engine


def _sqlite_engine(url: URL, *, threads: int, read_only: bool) -> Engine:
    engine = sa.create_engine(
        url,
        pool_size=threads,
        max_overflow=threads,
        json_serializer=_to_json,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
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

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine


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
        remedy="Look at the system's log; a network file system is no place for SQLite.",
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
