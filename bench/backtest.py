"""How long a backtest takes, and what the index behind it costs.

    python -m bench.backtest [--articles 100000] [--days 30] [--database ADDRESS] [--seed 1]

The articles are made up: 500 words drawn from a vocabulary of 60,000 by Zipf's law, as in natural
text, spread evenly over the days. Asked are queries that few, some and most of the articles match,
and lists of names. Each is given with the seconds of the processor that this process takes, so that
a busy machine does not blur them (not those of PostgreSQL, nor of further --processes), and with
those of the clock. If no ADDRESS is given, a database in SQLite is made and deleted; one that has
articles is taken as it is.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from scraper.pipeline.backtest import Window, backtest, question
from scraper.pipeline.indexing import index_articles
from scraper.watch.lists import Lists
from storage.database import Database
from storage.records import Article, Signature, Watch, WatchSpec

WORDS = 500
VOCABULARY = 60_000
TOGETHER = 500  # articles in one transaction
NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
_SYLLABLES = [first + vowel for first in "bcdfghklmnprstvz" for vowel in "aeiou"]


def vocabulary(chance: random.Random) -> list[str]:
    """Distinct made-up words, the commonest first and mostly the shorter."""
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        length = 1 + min(4, len(found).bit_length() // 4)
        found["".join(chance.choices(_SYLLABLES, k=length + chance.randint(0, 1)))] = None
    return list(found)


def articles(count: int, words: Sequence[str], chance: random.Random) -> Iterator[Article]:
    """Articles in sentences and paragraphs."""
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))
    for number in range(count):
        drawn = chance.choices(words, cum_weights=weights, k=WORDS)
        sentences = [
            " ".join(drawn[at : at + 15]).capitalize() + "." for at in range(0, len(drawn), 15)
        ]
        paragraphs = [" ".join(sentences[at : at + 4]) for at in range(1, len(sentences), 4)]
        yield Article(
            url=f"https://outlet{number % 50}.example/{number}",
            title=sentences[0],
            body="\n\n".join(paragraphs),
            language="en",
            published_at=NOW,
        )


class Stopwatch:
    """Seconds of this process, and of the clock, since it was started."""

    def __init__(self) -> None:
        self._process, self._clock = time.process_time(), time.perf_counter()

    def read(self) -> tuple[float, float]:
        """Both, until now."""
        return time.process_time() - self._process, time.perf_counter() - self._clock


def fill(database: Database, made: Iterator[Article], count: int, days: int) -> float:
    """Store the articles, evenly over the days; the seconds it took, without making them."""
    took = 0.0
    apart = timedelta(days=days) / count
    first = NOW - timedelta(days=days) + apart
    for begin in range(0, count, TOGETHER):
        some = [next(made) for _ in range(min(TOGETHER, count - begin))]
        watch = Stopwatch()
        with database.begin() as unit:
            for number, article in enumerate(some, begin):
                unit.articles.add(
                    article,
                    keys=[article.url],
                    source_id=None,
                    story_id=None,
                    copy_of=None,
                    signature=Signature(exact=str(number), keys=(), sketch=b""),
                    now=first + number * apart,
                )
        took += watch.read()[0]
        tell(f"{begin + len(some):,} articles stored")
    return took


def index(database: Database) -> float:
    """Make the keys of all of them; the seconds it took."""
    watch = Stopwatch()
    while left := asyncio.run(index_articles(database, 2_000)):
        tell(f"{left:,} articles to be indexed")
    return watch.read()[0]


def size(database: Database) -> int:
    """Bytes of the database, without those that are free."""
    if database.path is not None:
        database.vacuum()
    return int(database.stats()["bytes"])


def questions(words: Sequence[str], chance: random.Random) -> Iterator[tuple[str, str, Lists]]:
    """What is asked: in words, as a query, and what its lists are."""
    lists = Lists(
        sets={
            "names": tuple(" ".join(chance.sample(words[2_000:], 2)) for _ in range(50_000)),
            "rare": tuple(chance.sample(words[30_000:], 200)),
        }
    )
    rare, some = words[40_000:], words[1_500:3_000]
    yield "a rare word", chance.choice(rare), lists
    yield "two words", " AND ".join(chance.sample(some, 2)), lists
    yield "a phrase", f'"{" ".join(chance.sample(words[300:600], 2))}"', lists
    yield "a beginning", f"{chance.choice(rare)[:7]}*", lists
    yield "an ending", f"*{chance.choice(rare)[-7:]}", lists
    yield "nearness", f"{chance.choice(some)} NEAR/5 ({' OR '.join(chance.sample(some, 3))})", lists
    yield "a list of 200 words", "set:rare", lists
    yield "a list of 50,000 names", "set:names", lists
    yield "a name and a list", f"{chance.choice(some)} AND set:names", lists
    yield "a frequent word", words[150], lists
    yield "the most frequent", words[5], lists


def ask(database: Database, query: str, lists: Lists, options: argparse.Namespace) -> str:
    """Test a query: the columns of its row."""
    asked = Watch(
        id=1,
        spec=WatchSpec(name="", query=query),
        origin="command",
        paused=False,
        created_at=NOW,
    )
    watch = Stopwatch()
    told: list[tuple[float, float]] = []  # the first: what the index left out is known
    report = backtest(
        database,
        question(asked, lists),
        Window.last(options.days + 1, now=NOW, zone=UTC),
        processes=options.processes,
        progress=lambda *_: told.append(watch.read()),
    )
    process, clock = watch.read()
    return (
        f"{report.looked_at:>9,} {report.articles:>9,}"
        f" {told[0][0]:>12.2f} {process:>8.2f} {clock:>8.2f}"
    )


def tell(words: str) -> None:
    """How far it is, on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{words}\x1b[K")


def prepare(database: Database, words: Sequence[str], options: argparse.Namespace) -> None:
    """Fill the database and index it, and print what that took."""
    count = options.articles
    made = articles(count, words, random.Random(options.seed))
    took = fill(database, made, count, options.days)
    stored = size(database)
    indexed = index(database)
    total = size(database)
    tell("")
    print(
        f"{count:,} articles of {WORDS} words stored, {took / count * 1000:.2f} ms and"
        f" {stored / count:,.0f} bytes each;\nindexed, {indexed / count * 1000:.2f} ms and"
        f" {(total - stored) / count:,.0f} bytes each\n",
        flush=True,
    )


def measure(database: Database, options: argparse.Namespace) -> None:
    """Fill, index, ask; print what it took."""
    words = vocabulary(random.Random(options.seed))
    if not database.stats()["articles"]:
        prepare(database, words, options)
    print(
        f"{'asked for':24} {'looked at':>9} {'matched':>9}"
        f" {'s till first':>12} {'s, all':>8} {'by clock':>8}"
    )
    for name, query, lists in questions(words, random.Random(options.seed)):
        print(f"{name:24} {ask(database, query, lists, options)}", flush=True)


def main() -> None:
    """Measure in the database that is named, or in one for this once."""
    parser = argparse.ArgumentParser(description="Backtest queries on made-up articles.")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--database", metavar="ADDRESS")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = options.database or f"sqlite:///{Path(folder) / 'bench.db'}"
        with Database.open(address) as database:
            measure(database, options)


if __name__ == "__main__":
    main()
