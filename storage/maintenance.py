"""What an operator asks of the whole database: how much, is it sound, a copy, less of it."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage import key_index, migrations
from storage.articles import unsign
from storage.errors import DatabaseDamaged, DatabaseUnavailable, StorageError
from storage.revisions import read as read_revisions
from storage.tables import articles, metadata, pages, revisions, signatures, stories

_PRUNED_AT_ONCE = 500  # rows in one transaction: nobody waits long for the write lock
_SIGNATURES_AT_ONCE = 200  # admissions wait meanwhile: each has sixteen keys, all over the index
_PAGES_AT_ONCE = 100  # of the largest rows
_COUNTED = (
    "sources",
    "watches",
    "channels",
    "entries",
    "articles",
    "revisions",
    "stories",
    "matches",
    "alerts",
    "deliveries",
    "pages",
)


def stats(connection: Connection) -> dict[str, int | str]:
    """What database it is, its size in bytes, and the rows of its tables."""
    if connection.dialect.name == "postgresql":
        product = f"PostgreSQL {connection.scalar(sa.text('SHOW server_version'))}"
        size = sa.text("SELECT pg_database_size(current_database())")
    else:
        product = f"SQLite {sqlite3.sqlite_version}"
        size = sa.text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    found: dict[str, int | str] = {
        "database": product,
        "revision": migrations.current(connection) or "",
        "bytes": int(connection.scalar(size) or 0),
    }
    for name in _COUNTED:
        counted = sa.select(sa.func.count()).select_from(metadata.tables[name])
        found[name] = int(connection.scalar(counted) or 0)
    found["pages_bytes"] = _pages_size(connection)
    return found


def check(connection: Connection) -> list[str]:
    """What is wrong, a line each. PostgreSQL looks after its files itself."""
    problems: list[str] = []
    if connection.dialect.name == "sqlite":
        lines = connection.scalars(sa.text("PRAGMA integrity_check")).all()
        problems += [line for line in lines if line != "ok"]
        problems += [
            f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there"
            for row in connection.execute(sa.text("PRAGMA foreign_key_check"))
        ]
    leaderless = (
        sa.select(stories.c.id)
        .join_from(stories, articles, articles.c.id == stories.c.leader_id, isouter=True)
        .where(articles.c.id.is_(None))
    )
    problems += [f"story {story} has no leader" for story in connection.scalars(leaderless)]
    problems += [
        f"the earlier texts of article {article_id} cannot be read"
        for article_id in _articles_with_revisions(connection)
        if not _are_readable(connection, article_id)
    ]
    return problems


def _articles_with_revisions(connection: Connection) -> Iterator[int]:
    last = 0
    while True:
        some = connection.scalars(
            sa.select(revisions.c.article_id)
            .where(revisions.c.article_id > last)
            .distinct()
            .order_by(revisions.c.article_id)
            .limit(_PRUNED_AT_ONCE)
        ).all()
        yield from some
        if len(some) < _PRUNED_AT_ONCE:
            return
        last = some[-1]


def _are_readable(connection: Connection, article_id: int) -> bool:
    """Whether each earlier text can be made of the one after it."""
    try:
        read_revisions(connection, article_id)
    except DatabaseDamaged:
        return False
    return True


def backup(engine: Engine, target: Path) -> None:
    """Copy an SQLite database, as it is at one moment, while others go on writing to it.

    The copy is written beside `target` and then takes its name, so there is never half of one.
    """
    if engine.dialect.name != "sqlite":
        raise StorageError(
            "PostgreSQL has its own tools for backups.", remedy="Use pg_dump, or a base backup."
        )
    source_path = Path(engine.url.database or "").resolve()
    target = target.absolute()
    if target.resolve() == source_path:
        raise StorageError("That is the database itself.", remedy="Name another file.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with engine.connect() as connection, closing(sqlite3.connect(part)) as copy:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.backup(copy)
        shutil.copymode(source_path, part)
        _flush(part)
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseUnavailable(
            f"The backup {target} cannot be written: {error}.",
            remedy="Is the folder there and writable, with enough room?",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def vacuum(engine: Engine) -> None:
    """Give unused space back, and refresh what the planner knows. It needs the database alone."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            free = connection.execution_options(isolation_level="AUTOCOMMIT")
            free.execute(sa.text("VACUUM (ANALYZE)"))
            return
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        for statement in ("VACUUM", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"):
            driver.execute(statement)


def prune_revisions(connection: Connection, before: datetime) -> int:
    """Delete some of the earlier texts first seen before then; gives how many.

    Each is read from the texts after it, so those stored before it go with it, whatever the clock
    said when they were.
    """
    old = connection.execute(
        sa.select(revisions.c.id, revisions.c.article_id)
        .where(revisions.c.seen_at < before)
        .order_by(revisions.c.seen_at)
        .limit(_PRUNED_AT_ONCE)
    ).all()
    last: dict[int, int] = {}
    for row in old:
        last[row.article_id] = max(row.id, last.get(row.article_id, 0))
    gone = [
        connection.execute(
            sa.delete(revisions).where(
                revisions.c.article_id == article_id, revisions.c.id <= revision_id
            )
        ).rowcount
        for article_id, revision_id in sorted(last.items())
    ]
    if last:
        key_index.changed(connection, sorted(last))
    return sum(gone)


def prune_signatures(connection: Connection, before: datetime) -> int:
    """Delete some of the signatures of articles first seen before then; gives how many."""
    old = connection.scalars(
        sa.select(signatures.c.article_id)
        .where(signatures.c.seen_at < before)
        .order_by(signatures.c.article_id)
        .limit(_SIGNATURES_AT_ONCE)
    ).all()
    unsign(connection, old)
    return len(old)


def _pages_size(connection: Connection) -> int:
    return int(connection.scalar(sa.select(sa.func.sum(pages.c.kept_size))) or 0)


def old_pages(connection: Connection, before: datetime, most: int) -> list[int]:
    """Some of the pages fetched before then, and of those beyond `most` bytes in all: their ids.

    The oldest come first.
    """
    excess = _pages_size(connection) - most
    oldest = connection.execute(
        sa.select(pages.c.id, pages.c.fetched_at, pages.c.kept_size)
        .order_by(pages.c.fetched_at, pages.c.id)
        .limit(_PAGES_AT_ONCE)
    )
    old: list[int] = []
    for row in oldest:
        if row.fetched_at >= before and excess <= 0:
            break
        old.append(row.id)
        excess -= row.kept_size
    return old


def prune_pages(connection: Connection, before: datetime, most: int) -> int:
    """Delete the `old_pages`; gives how many."""
    old = old_pages(connection, before, most)
    if old:
        connection.execute(sa.delete(pages).where(pages.c.id.in_(old)))
    return len(old)


def repeat(step: Callable[[], int]) -> int:
    """Take steps until one does nothing; gives the sum of what they did."""
    total = 0
    while done := step():
        total += done
    return total
