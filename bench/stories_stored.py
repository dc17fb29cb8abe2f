"""Stories in the database: what an article costs in time and room, when few are stored and many.

    python -m bench.stories_stored --articles 20000

admits made-up reports, six of an event, into an SQLite database in a folder for what is temporary.
Copies are not looked for, and no watch is matched: it is the stories that are measured. The clock
goes on by a second with each article, so all of them are within the window.
"""

import argparse
import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench.stories import made_up
from scraper.dedupe import sign
from scraper.pipeline.stories import place
from storage.database import Database
from storage.records import Article
from storage.unit import UnitOfWork

TABLES = ("story_vectors", "story_terms", "term_counts", "story_decisions")
AT_ONCE = 20  # in one transaction
START = datetime(2026, 1, 1, tzinfo=UTC)


def admit(unit: UnitOfWork, number: int, body: str) -> float:
    """Admit an article; the seconds of CPU that its story cost."""
    now = START + timedelta(seconds=number)
    article = Article(url=f"https://a.example/{number}", body=body, language="en")
    signature = sign(None, body, "en")
    started = time.process_time()
    placement = place(unit, article, signature, None, now=now, at=now)
    spent = time.process_time() - started
    stored = unit.articles.add(
        article,
        keys=[article.url],
        source_id=None,
        story_id=placement.story_id,
        copy_of=None,
        signature=signature,
        now=now,
    )
    started = time.process_time()
    placement.write(unit, stored, now, now)
    return spent + time.process_time() - started


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
    step = max(AT_ONCE, count // 10)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stories.db"
        with Database.open(f"sqlite:///{path}") as database:
            texts = enumerate(made_up(count))
            done, spent = 0, 0.0
            while batch := list(islice(texts, AT_ONCE)):
                with database.begin() as unit:
                    spent += sum(admit(unit, number, text.text) for number, text in batch)
                done += len(batch)
                if done % step < AT_ONCE:
                    print(f"{done:>9} stored: {1000 * spent / step:.2f} ms an article", flush=True)
                    spent = 0.0
            with database.read() as unit:
                stories = len(unit.stories.list(count))
        found = sizes(path)
    print(f"{done} articles in {stories} stories")
    for table, size in found.items():
        print(f"{table:16} {size / done:6.0f} bytes an article")
    print(f"{'together':16} {sum(found.values()) / done:6.0f}")


if __name__ == "__main__":
    main()
