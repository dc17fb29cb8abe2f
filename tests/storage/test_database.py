import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

import storage
from storage.database import Database
from storage.engines import parse_url
from storage.errors import (
    DatabaseAddressError,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseUnavailable,
    DatabaseVersionError,
    StorageError,
)
from storage.unit import UnitOfWork
from tests.storage.making import add_article, add_source, add_watch, ring


def source_names(unit: UnitOfWork) -> list[str]:
    return [source.name for source in unit.sources.list()]


def test_what_was_done_is_there_when_the_database_is_opened_again(address: str):
    with Database.open(address) as database, database.begin() as unit:
        add_source(unit)
    with Database.open(address) as database, database.read() as unit:
        assert source_names(unit) == ["wire"]


def test_a_new_file_is_made_with_all_tables(tmp_path: Path):
    path = tmp_path / "new.db"
    with Database.open(f"sqlite:///{path}") as database, database.begin() as unit:
        add_article(unit)
    assert database.path == path


def test_a_file_that_another_took_the_place_of_is_noticed(tmp_path: Path):
    path = tmp_path / "tocsin.db"
    with Database.open(f"sqlite:///{path}") as database:
        assert database.lost() is None
        (tmp_path / "restored.db").write_bytes(path.read_bytes())
        (tmp_path / "restored.db").replace(path)
        assert str(path) in (database.lost() or "")


def test_a_server_has_no_file_to_lose(postgres_address: str):
    with Database.open(postgres_address) as database:
        assert database.lost() is None


def test_an_exception_rolls_all_of_it_back(database: Database):
    def fail() -> None:
        with database.begin() as unit:
            add_source(unit)
            add_watch(unit)
            ring(unit)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as unit:
        assert source_names(unit) == []
        assert unit.watches.version() == 0
        assert unit.outbox.alerts() == []


def test_nobody_sees_what_is_not_committed(database: Database):
    with database.begin() as writing, database.read() as reading:
        add_source(writing)
        assert source_names(reading) == []


def test_a_reader_sees_one_moment_and_holds_no_writer_up(database: Database):
    with database.read() as reading:
        assert source_names(reading) == []
        with database.begin() as unit:
            add_source(unit)
        assert source_names(reading) == []
    with database.read() as reading:
        assert source_names(reading) == ["wire"]


def test_a_reader_cannot_write(database: Database):
    with pytest.raises(StorageError), database.read() as unit:
        add_source(unit)
    with database.read() as unit:
        assert source_names(unit) == []


@pytest.mark.anyio
async def test_work_is_run_off_the_event_loop(database: Database):
    def write(unit: UnitOfWork) -> int:
        assert threading.current_thread() is not threading.main_thread()
        return add_source(unit).id

    written = await database.run(write)
    assert await database.query(lambda unit: [s.id for s in unit.sources.list()]) == [written]


@pytest.mark.anyio
async def test_errors_of_the_work_arrive_at_its_caller(database: Database):
    def fail(unit: UnitOfWork) -> None:
        add_source(unit)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.run(fail)
    assert await database.query(source_names) == []


@pytest.mark.anyio
async def test_many_at_once_wait_for_each_other(database: Database):
    def rename(unit: UnitOfWork) -> None:
        unit.watches.pause("Baghdad", not unit.watches.list()[0].paused)

    await database.run(add_watch)
    await asyncio.gather(*(database.run(rename) for _ in range(20)))
    assert await database.query(lambda unit: unit.watches.version()) == 21


@pytest.mark.anyio
async def test_a_caller_that_gives_up_does_not_break_the_work(database: Database):
    started, go_on = threading.Event(), threading.Event()

    def slow(unit: UnitOfWork) -> None:
        started.set()
        assert go_on.wait(10)
        add_source(unit)

    task = asyncio.create_task(database.run(slow))
    await asyncio.to_thread(started.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await database.run(source_names)  # its turn comes after the slow one
    with database.read() as unit:
        assert source_names(unit) in ([], ["wire"])


def test_work_at_hand_is_ended_before_the_database_closes(address: str):
    database = Database.open(address)
    future = database._write_threads.submit(
        lambda: database._write(lambda unit: add_source(unit).id)
    )
    database.close()
    assert future.done()
    with Database.open(address) as again, again.read() as unit:
        assert source_names(unit) == ["wire"]


def test_sqlite_is_set_up_to_survive_a_power_cut(sqlite_address: str):
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with Database.open(sqlite_address) as database:
        for transaction in (database.begin, database.read):
            with transaction() as unit:
                found = {
                    name: unit.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                    for name in expected
                }
            assert found == expected


def test_a_writer_of_another_process_is_waited_for_and_then_named(
    sqlite_address: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("storage.engines.BUSY_TIMEOUT_MS", 50)
    with Database.open(sqlite_address) as database:
        other = sqlite3.connect(str(database.path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match=r"locked.*Another process"), database.begin():
            pass
        with database.read() as unit:  # a reader does not mind
            assert source_names(unit) == []
        other.execute("ROLLBACK")
        other.close()
        with database.begin() as unit:
            add_source(unit)


KILLED = """
import os, signal, sys
from storage.database import Database
from tests.storage.making import add_article, add_source, ring

database = Database.open(sys.argv[1])
with database.begin() as unit:
    add_source(unit, "committed")
with database.begin() as unit:
    add_source(unit, "lost")
    ring(unit)
    for number in range(200):
        add_article(unit, f"lost {number}", body="x" * 10_000)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_what_it_committed_and_nothing_else(
    address: str, pytestconfig: pytest.Config
):
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", KILLED, address], check=False, cwd=pytestconfig.rootpath
    )
    assert ended.returncode == -9
    with Database.open(address) as database:
        with database.begin() as unit:
            assert source_names(unit) == ["committed"]
            assert unit.outbox.alerts() == unit.articles.list() == unit.watches.list() == []
            add_source(unit, "after")
        assert database.check() == []


@pytest.mark.anyio
async def test_a_closed_database_says_so(address: str):
    database = Database.open(address)
    database.close()
    for ask in (database.run, database.query):
        with pytest.raises(DatabaseUnavailable, match="is closed"):
            await ask(source_names)


def lock_all(address: str) -> Callable[[], None]:
    """Another process that writes and does not end; gives what ends it."""
    if address.startswith("sqlite"):
        other = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return other.close
    server = psycopg.connect(address)
    server.execute("LOCK TABLE sources IN ACCESS EXCLUSIVE MODE")
    return server.close


@pytest.mark.anyio
async def test_a_database_that_does_not_answer_holds_up_no_end(address: str):
    database = Database.open(address)
    unlock = lock_all(address)
    try:
        waiting = [asyncio.create_task(database.run(add_source)) for _ in range(8)]
        await asyncio.sleep(0)
        started = time.monotonic()
        with pytest.raises(DatabaseUnavailable):
            await database.finish(add_source, patience=0.5)
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        database.close()
        assert time.monotonic() - started < 5
    finally:
        unlock()
    assert {isinstance(error, StorageError) for error in ended} == {True}
    with Database.open(address) as again, again.read() as unit:
        assert source_names(unit) == []


@pytest.mark.anyio
async def test_the_last_write_is_written(address: str):
    database = Database.open(address)
    await database.finish(lambda unit: add_source(unit).id, patience=30)
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await database.run(source_names)
    database.close()
    with Database.open(address) as again, again.read() as unit:
        assert source_names(unit) == ["wire"]


def test_no_statement_of_a_worker_takes_for_ever(postgres_address: str):
    with Database.open(postgres_address) as database:
        with database.read() as unit:
            shown = unit.connection.exec_driver_sql("SHOW statement_timeout").scalar()
        with database._upkeep() as engine, engine.connect() as connection:
            unhurried = connection.exec_driver_sql("SHOW statement_timeout").scalar()
    assert (shown, unhurried) == ("1min", "0")


# What a person may get wrong.


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tocsin.db", "'tocsin.db' is not the address of a database.*Write sqlite:///"),
        ("", "is not the address of a database"),
        ("mysql://root@localhost/x", "'mysql' is not a kind of database"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file.*sqlite:///tocsin.db"),
        ("sqlite:///file:x?mode=memory&uri=true", "must be a file"),
        ("postgresql://u:secret@host:port/x", "is not the address"),
    ],
)
def test_a_wrong_address_is_refused_in_words(address: str, words: str):
    with pytest.raises(DatabaseAddressError, match=words) as refused:
        Database.open(address)
    assert "secret" not in str(refused.value)


def test_postgresql_addresses_name_the_driver_that_we_use():
    for scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        url = parse_url(f"{scheme}://user:pw@db.example/tocsin?sslmode=require")
        assert url.drivername == "postgresql+psycopg"
        assert (url.host, url.password, url.query["sslmode"]) == ("db.example", "pw", "require")


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(DatabaseUnavailable, match=r"folder .*absent .*does not exist.*mkdir -p"):
        Database.open(f"sqlite:///{tmp_path}/absent/tocsin.db")


def test_a_folder_is_no_database(tmp_path: Path):
    with pytest.raises(DatabaseAddressError, match="is a folder"):
        Database.open(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 100)
    with pytest.raises(DatabaseDamaged, match=r"not a database.*another file"):
        Database.open(f"sqlite:///{path}")
    assert path.read_text().startswith("Dear diary")


def set_pages(database: Database, most: int) -> None:
    """A disk on which the database may grow to so many pages."""
    with database.begin() as unit:
        unit.connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")


def test_a_full_disk_is_named_and_spoils_nothing(sqlite_address: str):
    with Database.open(sqlite_address) as database:
        set_pages(database, 1)  # SQLite takes it for as many as there are
        with (
            pytest.raises(DatabaseUnavailable, match=r"disk .* is full.*Make room"),
            database.begin() as unit,
        ):
            add_article(unit, body="x" * 1_000_000)
        with database.read() as unit:
            assert unit.articles.list() == []
        set_pages(database, 1_000_000)
        with database.begin() as unit:
            add_article(unit, body="x" * 1_000_000)
        assert database.check() == []


def test_a_server_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(DatabaseUnavailable, match=r"cannot be reached.*Is the server running"):
        Database.open(f"postgresql://postgres@/tocsin?host={tmp_path}")


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseAddressError, match=r"pip install tocsin\[postgres\]"):
        Database.open("postgresql://localhost/tocsin")


def test_another_programs_database_is_left_alone(tmp_path: Path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE articles (id)")
    other.close()
    with pytest.raises(DatabaseDamaged, match=r"another program \(articles\)"):
        Database.open(f"sqlite:///{path}")


def test_a_database_of_a_later_version_is_left_alone(address: str):
    with Database.open(address) as database, database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE tocsin_version SET version_num = '9999'")
    with pytest.raises(DatabaseVersionError, match=r"newer than this program \(revision 9999\)"):
        Database.open(address)


def test_the_package_tells_its_errors_and_loads_the_rest_when_it_is_needed(
    pytestconfig: pytest.Config,
):
    loaded = "import sys, storage.records; print('sqlalchemy' in sys.modules)"
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", loaded],
        check=True,
        capture_output=True,
        text=True,
        cwd=pytestconfig.rootpath,
    )
    assert told.stdout.strip() == "False"
    assert storage.Database is Database
    assert storage.UnitOfWork is UnitOfWork
    with pytest.raises(AttributeError):
        _ = storage.nothing_of_that_name  # type: ignore[attr-defined]  # that is what is tested


def test_an_error_says_what_to_do():
    error = DatabaseBusy(remedy="Wait.")
    assert str(error) == "Another process is writing to the database for too long. Wait."
    assert (error.message, error.remedy) == (str(error)[:-6], "Wait.")
    assert str(StorageError()) == "The database failed."
