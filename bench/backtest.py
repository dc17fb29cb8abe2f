"""How long a backtest takes, and what the index behind it costs.

    python -m bench.backtest [--articles 100000] [--days 30] [--database ADDRESS] [--seed 1]

The articles are made up: 500 words drawn from a vocabulary of 60,000 by Zipf's law, as in natural
text, spread evenly over the days. Asked are queries that few, some and most of the articles match,
and lists of names. "Without the index" is the same backtest with every article read; where that is
many, it is reckoned from the articles that were read with it. ADDRESS is of an empty database; if
none is given, one in SQLite is made and deleted.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from scraper.pipeline.backtest import Report, Window, backtest, question
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


def fill(database: Database, made: Iterator[Article], count: int, days: int) -> float:
    """Store the articles, evenly over the days; the seconds it took, without making them."""
    took = 0.0
    apart = timedelta(days=days) / count
    first = NOW - timedelta(days=days) + apart
    for begin in range(0, count, TOGETHER):
        some = [next(made) for _ in range(min(TOGETHER, count - begin))]
        started = time.perf_counter()
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
        took += time.perf_counter() - started
        tell(f"{begin + len(some):,} articles stored")
    return took


def index(database: Database) -> float:
    """Make the keys of all of them; the seconds it took."""
    started = time.perf_counter()
    while left := asyncio.run(index_articles(database, 2_000)):
        tell(f"{left:,} articles to be indexed")
    return time.perf_counter() - started


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


def ask(
    database: Database, query: str, lists: Lists, options: argparse.Namespace
) -> tuple[Report, float, float]:
    """The report, the seconds it took, and those of them until the first article was read."""
    watch = Watch(
        id=1,
        spec=WatchSpec(name="", query=query),
        origin="command",
        paused=False,
        created_at=NOW,
    )
    started = time.perf_counter()
    until_first: list[float] = []
    report = backtest(
        database,
        question(watch, lists),
        Window.last(options.days + 1, now=NOW, zone=UTC),
        processes=options.processes,
        progress=lambda *_: until_first.append(time.perf_counter() - started),
    )
    return report, time.perf_counter() - started, until_first[0]


def tell(words: str) -> None:
    """How far it is, on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{words}\x1b[K")


def measure(database: Database, options: argparse.Namespace) -> None:
    """Fill, index, ask; print what it took."""
    chance = random.Random(options.seed)
    words = vocabulary(chance)
    count = options.articles
    took = fill(database, articles(count, words, chance), count, options.days)
    stored = size(database)
    indexed = index(database)
    tell("")
    total = size(database)
    print(
        f"{count:,} articles of {WORDS} words stored, {took / count * 1000:.2f} ms and"
        f" {stored / count:,.0f} bytes each;\nindexed, {indexed / count * 1000:.2f} ms and"
        f" {(total - stored) / count:,.0f} bytes each\n"
    )
    heading = f"{'asked for':24} {'looked at':>9} {'matched':>9} {'index s':>8} {'all s':>8}"
    print(heading)
    slowest = 0.0
    for name, query, lists in questions(words, chance):
        report, seconds, until_first = ask(database, query, lists, options)
        if report.looked_at:
            slowest = max(slowest, (seconds - until_first) / report.looked_at)
        print(
            f"{name:24} {report.looked_at:>9,} {report.articles:>9,}"
            f" {until_first:>8.2f} {seconds:>8.2f}",
            flush=True,
        )
    print(f"\nwithout the index each would take about {slowest * count:,.0f} s")


def main() -> None:
    """Measure in the database that is named, or in one for this once."""
    parser = argparse.ArgumentParser(description="Backtest queries on made-up articles.")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--database", metavar="ADDRESS")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = options.database or f"sqlite:///{Path(folder) / 'bench.db'}"
        with Database.open(address) as database:
            measure(database, options)


if __name__ == "__main__":
    main()
