"""How many articles a second can be matched against how many watches.

    python bench/matching.py [--watches 100 1000 10000] [--articles 200] [--seed 1]

The articles are made up: 600 words drawn from a vocabulary of 40,000 by Zipf's law, as in natural
text. One watch in six asks for a single word, the others for several, with phrases, prefixes,
proximities and exclusions among them; no word is of the 1,000 commonest. "Each alone" evaluates
every query on the text that was read before, as one would without anchors. Times are of the
processor, so that a busy machine does not blur them.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from typing import TypeVar

from scraper.watch import MatchText, WatchSet, compile_query
from scraper.watch.indexed import IndexedText
from storage.records import Watch, WatchSpec

T = TypeVar("T")

WORDS_PER_ARTICLE = 600
VOCABULARY = 40_000
_SYLLABLES = [first + vowel for first in "bcdfghklmnprstvz" for vowel in "aeiou"]


def vocabulary(chance: random.Random) -> list[str]:
    """Distinct made-up words, the commonest first and mostly the shorter."""
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        length = 1 + min(4, len(found).bit_length() // 4)
        found["".join(chance.choices(_SYLLABLES, k=length + chance.randint(0, 1)))] = None
    return list(found)


def articles(count: int, words: Sequence[str], chance: random.Random) -> list[MatchText]:
    """Articles of 600 words in sentences and paragraphs."""
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))
    made = []
    for _ in range(count):
        drawn = chance.choices(words, cum_weights=weights, k=WORDS_PER_ARTICLE)
        sentences = [
            " ".join(drawn[at : at + 15]).capitalize() + "." for at in range(0, len(drawn), 15)
        ]
        paragraphs = [" ".join(sentences[at : at + 4]) for at in range(1, len(sentences), 4)]
        made.append(MatchText(title=sentences[0], body="\n\n".join(paragraphs), language="en"))
    return made


def queries(count: int, words: Sequence[str], chance: random.Random) -> list[str]:
    """Different queries of the kinds that people write."""

    def word() -> str:
        return chance.choice(words[4_000:])

    def often() -> str:
        return chance.choice(words[1_000:4_000])

    kinds: list[Callable[[], str]] = [
        word,
        lambda: f'"{often()} {often()}"',
        lambda: f"{often()} AND ({word()} OR {often()})",
        lambda: f"{often()} AND ({often()} OR {often()} OR {word()[:5]}*) NOT {word()}",
        lambda: f"title:{often()} OR {often()} NEAR/5 {often()}",
        lambda: f"({often()} OR {often()}) AND {word()}",
    ]
    found: dict[str, None] = {}
    while len(found) < count:
        found[chance.choice(kinds)()] = None
    return list(found)


def watch_set(texts: Sequence[str]) -> WatchSet:
    """The queries as watches."""
    now = datetime(2024, 1, 1, tzinfo=UTC)
    return WatchSet(
        Watch(
            id=number,
            spec=WatchSpec(name=f"watch {number}", query=query),
            origin="command",
            paused=False,
            created_at=now,
        )
        for number, query in enumerate(texts)
    )


def each_alone(texts: Sequence[str], sample: Sequence[MatchText]) -> int:
    """Matches found without anchors."""
    compiled = [compile_query(text) for text in texts]
    indexed = [IndexedText(text) for text in sample]
    return sum(query.match_indexed(text) is not None for text in indexed for query in compiled)


def row(count: int, words: Sequence[str], texts: Sequence[MatchText], seed: int) -> str:
    """One line of the table: the same watches with anchors and each alone."""
    asked = queries(count, words, random.Random(seed))
    compile_query.cache_clear()
    watches, cold = timed(lambda: watch_set(asked))
    _, warm = timed(lambda: watch_set(asked))
    matches, took = timed(lambda: sum(len(watches.match(text)) for text in texts))
    evaluated = sum(watches.candidates(text) for text in texts)
    sample = texts[: max(1, len(texts) // 20)]
    found = sum(len(watches.match(text)) for text in sample)
    alone, slowly = timed(lambda: each_alone(asked, sample))
    assert alone == found, "anchors lose no match"
    per_article, without = took / len(texts), slowly / len(sample)
    return (
        f"{count:>8,} {cold:>8.2f} {warm:>8.2f} {per_article * 1000:>11.2f}"
        f" {1 / per_article:>11,.0f} {evaluated / len(texts):>10.1f}"
        f" {matches / len(texts):>9.1f} {without * 1000:>14.1f}"
    )


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What `work` gives, and the seconds of processor time it took."""
    start = time.process_time()
    return work(), time.process_time() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Match synthetic articles against many watches.")
    parser.add_argument("--watches", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    words = vocabulary(chance)
    texts = articles(options.articles, words, chance)
    print(f"{options.articles} articles of {WORDS_PER_ARTICLE} words, seed {options.seed}")
    print(
        f"{'watches':>8} {'build s':>8} {'again s':>8} {'ms/article':>11} {'articles/s':>11}"
        f" {'evaluated':>10} {'matches':>9} {'each alone ms':>14}"
    )
    for count in options.watches:
        print(row(count, words, texts, options.seed))


if __name__ == "__main__":
    main()
