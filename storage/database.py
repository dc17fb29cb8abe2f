"""The database: opening it, transactions, and the threads that run them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import exc
from sqlalchemy.engine import Connection, Engine

from storage import engines, events, maintenance, migrations
from storage.entries import Rotation
from storage.errors import DatabaseDamaged, DatabaseUnavailable
from storage.requests import prune_requests
from storage.threads import Threads
from storage.unit import UnitOfWork

T = TypeVar("T")

_SQLITE_READERS = 3
_POSTGRES_THREADS = 4
_AFTER_THE_CUT = 0.25  # seconds until a transaction that was broken off has noticed


class Database:
    """A database that is at the head of its migrations. Any thread may use it.

    SQLite has one writer at a time, so `run` queues its work in one thread, and readers never wait
    for it; PostgreSQL has a few threads, each with its connection.
    """

    def __init__(
        self, writer: Engine, reader: Engine, *, write_threads: int, lines: engines.Lines
    ) -> None:
        self.writer = writer
        self.reader = reader
        self._lines = lines
        self._rotation = Rotation()
        self._file: engines.Identity | None = None  # which file it is
        self._write_threads = Threads(write_threads, name="db-write")
        self._read_threads = Threads(_SQLITE_READERS, name="db-read")

    @classmethod
    def open(cls, address: str) -> Self:
        """Open it, make it if need be, and bring its tables up to date.

        `address`: sqlite:///relative.db, sqlite:////absolute.db, or postgresql://user@host/name.
        Raises StorageError with a remedy.
        """
        url = engines.parse_url(address)
        lines = engines.Lines()
        if url.get_backend_name() == "postgresql":
            engine = engines.make_engine(url, threads=_POSTGRES_THREADS, lines=lines)
            database = cls(engine, engine, write_threads=_POSTGRES_THREADS, lines=lines)
        else:
            engines.check_file(Path(url.database or ""))
            database = cls(
                engines.make_engine(url, threads=2, lines=lines),
                engines.make_engine(url, threads=_SQLITE_READERS, read_only=True, lines=lines),
                write_threads=1,
                lines=lines,
            )
        try:
            with translated(), database._upkeep() as engine:
                migrations.upgrade(engine)
        except BaseException:
            database.close()
            raise
        database._file = engines.identity(database.path)
        return database

    @property
    def path(self) -> Path | None:
        """The file, when it is SQLite."""
        if self.writer.dialect.name == "sqlite":
            return Path(self.writer.url.database or "")
        return None

    def lost(self) -> str | None:
        """Why what is written is lost, with the remedy; None: it is not."""
        if self.path is None or engines.identity(self.path) == self._file:
            return None
        return (
            f"The database's file {self.path} was deleted or replaced while it was in use: what is "
            "written now goes into the file that was. Stop Tocsin, put the right file there, and "
            "start it again."
        )

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """One write transaction: committed at the end of the block, rolled back by an exception.

        Raises ConflictError when another worker did the same at the same moment (begin again), and
        DatabaseUnavailable when the database is.
        """
        with (
            translated(),
            self.writer.connect() as connection,
            engines.for_writing(connection).begin(),
        ):
            yield UnitOfWork(connection, self._rotation)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """One read transaction: all that is read in the block is one moment's state."""
        with (
            translated(),
            self.reader.connect() as connection,
            engines.for_reading(connection).begin(),
        ):
            yield UnitOfWork(connection, self._rotation)

    async def run(self, work: Callable[[UnitOfWork], T], *, urgent: bool = False) -> T:
        """`begin()` around `work`, in the database's own thread.

        A caller that is cancelled does not stop `work`: it is committed as a whole or not at all.
        With `urgent` it does not wait behind the others that wait: for what takes a millisecond,
        and of which there is never much, such as a claim.
        """
        return await _done(self._write_threads, lambda: self._write(work), urgent=urgent)

    async def finish(self, work: Callable[[UnitOfWork], T], *, patience: float) -> T:
        """The last write, in `patience` seconds; then nothing waits for this database any more.

        What waits for its turn is refused, and what is under way when the time is over fails.
        Raises DatabaseUnavailable when the last write was among that.
        """
        self._lines.end_in(patience)
        self._write_threads.shutdown(wait=False, cancel_futures=True)
        last = Threads(1, name="db-last")
        task = asyncio.ensure_future(_done(last, lambda: self._write(work)))
        try:
            await asyncio.wait({task}, timeout=patience)
        finally:
            self._lines.cut()
            last.shutdown(wait=False)
            self._read_threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.wait({task}, timeout=_AFTER_THE_CUT)
        if not task.done():  # it waits for a connection, which has a time limit of its own
            task.cancel()
            raise DatabaseUnavailable("The database does not answer.")
        return await task

    async def query(self, work: Callable[[UnitOfWork], T]) -> T:
        """`read()` around `work`, in a thread of the database's readers."""
        return await _done(self._read_threads, lambda: self._read(work))

    def _write(self, work: Callable[[UnitOfWork], T]) -> T:
        with self.begin() as unit:
            return work(unit)

    def _read(self, work: Callable[[UnitOfWork], T]) -> T:
        with self.read() as unit:
            return work(unit)

    def stats(self) -> dict[str, int | str]:
        """What database it is, its size in bytes, and the rows of its tables."""
        with self.read() as unit:
            return maintenance.stats(unit.connection)

    def check(self) -> list[str]:
        """Look for damage: what is wrong, a line each."""
        try:
            with self.read() as unit:
                return maintenance.check(unit.connection)
        except DatabaseDamaged as error:  # so badly that it cannot even be looked at
            return [error.message]

    def backup(self, target: Path) -> None:
        """Copy an SQLite database into a file, while others go on writing to it."""
        with translated():
            maintenance.backup(self.reader, target)

    def vacuum(self) -> None:
        """Give unused space back to the disk, and refresh what the planner knows."""
        with translated(), self._upkeep() as engine:
            maintenance.vacuum(engine)

    @contextmanager
    def _upkeep(self) -> Iterator[Engine]:
        """An engine whose statements may take their time."""
        if self.writer.dialect.name == "sqlite":
            yield self.writer
            return
        engine = engines.make_engine(self.writer.url, threads=1, unhurried=True)
        try:
            yield engine
        finally:
            engine.dispose()

    def prune(self, before: datetime) -> dict[str, int]:
        """Delete the earlier texts, signatures and vectors of what was first seen before then.

        An article whose signature is gone is not recognised in copies that come later, so `before`
        should lie before the time in which copies are looked for. Articles and alerts stay.
        """

        def step(work: Callable[[Connection, datetime], int]) -> int:
            with self.begin() as unit:
                return work(unit.connection, before)

        return {
            "revisions": maintenance.repeat(lambda: step(maintenance.prune_revisions)),
            "signatures": maintenance.repeat(lambda: step(maintenance.prune_signatures)),
            "vectors": maintenance.repeat(lambda: step(events.prune_vectors)),
            "terms": sum(
                step(partial(events.prune_terms, part=part)) for part in range(events.TERM_PARTS)
            ),
        }

    def prune_pages(self, before: datetime, *, most: int) -> int:
        """Delete the pages fetched before then, and the oldest beyond `most` bytes; how many."""

        def step() -> int:
            with self.begin() as unit:
                return maintenance.prune_pages(unit.connection, before, most)

        return maintenance.repeat(step)

    async def tidy_pages(self, before: datetime, *, most: int) -> int:
        """As `prune_pages`, and between two steps it is the turn of others.

        Nobody waits while there is nothing to delete.
        """
        if not await self.query(lambda unit: maintenance.old_pages(unit.connection, before, most)):
            return 0
        return await self._in_steps(
            lambda connection, before: maintenance.prune_pages(connection, before, most), before
        )

    async def tidy(
        self,
        *,
        signatures: datetime,
        vectors: datetime,
        requests: datetime,
        revisions: datetime | None,
    ) -> dict[str, int]:
        """As `prune`, with a time for each, and between two steps it is the turn of others.

        `revisions` of None: the earlier texts are kept for ever. `requests`: those of programs
        that came with a key.
        """
        done = {"revisions": 0, "signatures": 0, "vectors": 0, "terms": 0, "requests": 0}
        if revisions is not None:
            done["revisions"] = await self._in_steps(maintenance.prune_revisions, revisions)
        done["signatures"] = await self._in_steps(maintenance.prune_signatures, signatures)
        done["vectors"] = await self._in_steps(events.prune_vectors, vectors)
        done["requests"] = await self._in_steps(prune_requests, requests)
        for part in range(events.TERM_PARTS):
            done["terms"] += await self.run(partial(_prune_terms, vectors, part))
        return done

    async def _in_steps(self, step: Callable[[Connection, datetime], int], before: datetime) -> int:
        total = 0
        while done := await self.run(lambda unit: step(unit.connection, before)):
            total += done
        return total

    def close(self) -> None:
        """Let the work at hand end, then close every connection. What comes later is refused."""
        self._write_threads.shutdown()
        self._read_threads.shutdown()
        self.reader.dispose()
        self.writer.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


async def _done(threads: Threads, work: Callable[[], T], *, urgent: bool = False) -> T:
    try:
        queued = threads.submit(work, urgent=urgent)
    except RuntimeError as error:  # the threads' word for: they were shut down
        raise DatabaseUnavailable("The database is closed.") from error
    try:
        return await asyncio.wrap_future(queued)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and not task.cancelling():  # not we: the database was closed
            raise DatabaseUnavailable("The database is closed.") from None
        raise


@contextmanager
def translated() -> Iterator[None]:
    """The driver's errors as StorageErrors."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        raise engines.translate(error) from error


__all__ = ["Database", "UnitOfWork"]


def _prune_terms(before: datetime, part: int, unit: UnitOfWork) -> int:
    return events.prune_terms(unit.connection, before, part)
