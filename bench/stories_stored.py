"""Stories in the database: what an article costs in time and room, when few are stored and many.

    python -m bench.stories_stored --articles 300000

admits made-up reports into an SQLite database in a folder for what is temporary, and prints what
the story of an article cost when 10,000, 30,000, 100,000 … were stored: the mean of the last 2,000
before. Copies are not looked for, no watch is matched, and the articles themselves are stored
without their text: it is the stories that are measured. `cpu` is the time of the processor, `wall`
what passed, which the disk is in, both without the commit. The clock goes on by half a second with
each article, so all of up to a million are within the window.
"""

import argparse
import sqlite3
import tempfile
import time
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bench.stories import made_up
from scraper.dedupe import sign
from scraper.pipeline.stories import place
from storage.database import Database
from storage.records import Article
from storage.unit import UnitOfWork

TABLES = ("story_vectors", "story_terms", "term_counts", "story_decisions")
AT_ONCE = 20  # in one transaction
MEASURED = 2_000  # articles before each size
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
START = datetime(2026, 1, 1, tzinfo=UTC)


class Spent(NamedTuple):
    """Seconds."""

    cpu: float
    wall: float


def admit(unit: UnitOfWork, number: int, body: str) -> Spent:
    """Admit an article; what its story cost."""
    now = START + timedelta(seconds=number / 2)
    article = Article(url=f"https://a.example/{number}", body=body, language="en")
    stored_as = replace(article, body=f"Report {number}")
    signature = sign(None, stored_as.body, "en")
    begun = _clocks()
    placement = place(unit, article, signature, None, now=now, at=now)
    decided = _clocks()
    stored = unit.articles.add(
        stored_as,
        keys=[article.url],
        source_id=None,
        story_id=placement.story_id,
        copy_of=None,
        signature=signature,
        now=now,
    )
    added = _clocks()
    placement.write(unit, stored, now, now)
    written = _clocks()
    return Spent(
        decided.cpu - begun.cpu + written.cpu - added.cpu,
        decided.wall - begun.wall + written.wall - added.wall,
    )


def _clocks() -> Spent:
    return Spent(time.process_time(), time.perf_counter())


def fill(database: Database, count: int) -> None:
    """Admit so many, and print the cost at each of the sizes, and at the end."""
    texts = enumerate(made_up(count))
    last: deque[Spent] = deque(maxlen=MEASURED)
    done = 0
    while batch := list(islice(texts, AT_ONCE)):
        with database.begin() as unit:
            last.extend(admit(unit, number, text.text) for number, text in batch)
        done += len(batch)
        if done in SIZES or done == count:
            cpu, wall = (1000 * sum(column) / len(last) for column in zip(*last, strict=True))
            print(f"{done:>9} stored: {cpu:.2f} ms cpu, {wall:.2f} ms wall an article", flush=True)


def sizes(path: Path) -> dict[str, int]:
    """The bytes of each table, by the pages that are its own."""
    with sqlite3.connect(path) as connection:
        found = {}
        for table in TABLES:
            (size,) = connection.execute(
                "SELECT sum(pgsize) FROM dbstat WHERE name = ?", (table,)
            ).fetchone()
            found[table] = int(size or 0)
        return found


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=20_000, metavar="N")
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stories.db"
        with Database.open(f"sqlite:///{path}") as database:
            fill(database, count)
            with database.read() as unit:
                stories = len(unit.stories.list(count))
        found = sizes(path)
    print(f"{count} articles in {stories} stories")
    for table, size in found.items():
        print(f"{table:16} {size / count:6.0f} bytes an article")
    print(f"{'together':16} {sum(found.values()) / count:6.0f}")


if __name__ == "__main__":
    main()
