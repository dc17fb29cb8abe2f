"""Ours, as matching.py measures it: each question in a process of its own, answered in JSON.

python -m bench.matching_ours speed|memory|changes|agreement --watches N --articles M --seed S
    [--literal]
"""

import argparse
import gc
import json
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.matching_corpus import Corpus, Literals
from bench.matching_peers import WARM_UP, median_ms, resident, timed
from scraper.watch import MatchText, WatchSet, compile_query
from scraper.watch import query as query_module
from scraper.watch.indexed import IndexedText
from scraper.watch.lists import Lists
from scraper.watch.nodes import Node
from storage.records import Watch, WatchSpec
from tests.watch import oracle

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def watch(number: int, query: str) -> Watch:
    """A watch with this query."""
    return Watch(
        id=number,
        spec=WatchSpec(name=f"watch {number}", query=query),
        origin="command",
        paused=False,
        created_at=NOW,
    )


def said(literals: Literals) -> str:
    """A watch of literals in the language: words in quotation marks are found as they are."""
    groups = (" OR ".join(f'"{each}"' for each in group) for group in literals.all_of)
    return " AND ".join(f"({group})" for group in groups) + "".join(
        f' NOT "{each}"' for each in literals.none_of
    )


class Measured:
    """The watches and articles that all questions are about."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.corpus = Corpus(asked.seed)
        self.count, self.articles, self.literal = asked.watches, asked.articles, asked.literal
        self.queries = self._queries(self.count)
        self.watches = [watch(number, query) for number, query in enumerate(self.queries)]
        self.lists = Lists(self.corpus.sets)

    def _queries(self, count: int) -> list[str]:
        asked = self.corpus.watches(count)
        return [said(each.literals) if self.literal else each.query for each in asked]

    def built(self) -> WatchSet:
        """A set of all watches."""
        made = WatchSet(self.watches, lists=self.lists)
        assert not made.broken, next(iter(made.broken.items()))
        return made

    def warm(self, made: WatchSet) -> None:
        """Let it read articles that are not measured, as a daemon has."""
        for text in self.corpus.articles(WARM_UP, stream=1):
            made.matching(text)

    def texts(self) -> list[MatchText]:
        """The articles."""
        return list(self.corpus.articles(self.articles))


def speed(measured: Measured) -> dict[str, Any]:
    """What an article takes, from raw text: with the passages that an alert shows, and without."""
    before, started = resident(), time.process_time()
    made = measured.built()
    built, held = time.process_time() - started, resident() - before
    measured.warm(made)
    gc.collect()
    gc.freeze()
    texts = measured.texts()
    half = len(texts) // 2
    _, reading = timed(IndexedText, measured.corpus.articles(max(10, half // 4), stream=2))
    # Each article is new to the one that is measured on it; then they change places.
    found_by_match, matching = timed(made.match, texts[:half])
    found, naming = timed(made.matching, texts[half:])
    again, naming_again = timed(made.matching, texts[:half])
    assert [[each.watch_id for each in matches] for matches in found_by_match] == again
    del naming_again
    candidates = sum(map(made.candidates, texts[:200])) / len(texts[:200])
    return {
        "match_ms": median_ms(matching),
        "ids_ms": median_ms(naming),
        "reading_ms": median_ms(reading),
        "candidates": candidates,
        "build_s": built,
        "resident": held,
        "found": again + found,
    }


def memory(measured: Measured) -> dict[str, Any]:
    """Bytes that the set holds, the watches themselves not counted."""
    gc.collect()
    tracemalloc.start()
    made = measured.built()
    compile_query_kept = _clear_caches()
    gc.collect()
    with_queries, peak = tracemalloc.get_traced_memory()
    index = sum(_sizes_of(made))
    return {
        "bytes": with_queries,
        "index_bytes": index,
        "peak": peak,
        "caches": compile_query_kept,
    }


def _clear_caches() -> int:
    """Compiled queries that are kept for the next who asks are no part of an index."""
    kept = 0
    for each in vars(query_module).values():
        if hasattr(each, "cache_clear") and hasattr(each, "cache_info"):
            kept += each.cache_info().currsize
            each.cache_clear()
    return kept


def _sizes_of(made: WatchSet) -> Sequence[int]:
    """The size of everything reached from the index alone, queries' trees and watches left out."""
    seen: set[int] = {id(each) for each in made.watches.values()}
    pending: list[object] = [made._index]  # noqa: SLF001 - what is weighed
    sizes = []
    while pending:
        each = pending.pop()
        if id(each) in seen or isinstance(each, type | Node) or callable(each):
            continue
        seen.add(id(each))
        if type(each).__module__ == "types" or isinstance(each, type(sys)):
            continue
        sizes.append(sys.getsizeof(each))
        pending += gc.get_referents(each)
    return sizes


def changes(measured: Measured) -> dict[str, Any]:
    """Milliseconds for taking one watch out, putting a new one in, and changing one."""
    made = measured.built()
    chance = random.Random(measured.corpus.seed)
    fresh = measured._queries(measured.count + 1_000)[measured.count :]  # noqa: SLF001 - its own
    gc.collect()
    spent: dict[str, list[float]] = {"put": [], "discard": [], "change": []}

    def clocked(what: str, work: Callable[[], object]) -> None:
        started = time.perf_counter()
        work()
        spent[what].append(1000 * (time.perf_counter() - started))

    for number, query in zip(chance.sample(range(measured.count), 1_000), fresh, strict=True):
        new = watch(measured.count + number, query)
        clocked("put", lambda new=new: made.put(new))
        changed = watch(number, query.replace(" ", "  "))
        clocked("change", lambda changed=changed: made.put(changed))
        clocked("discard", lambda number=number: made.discard(number))
    return {
        what: {
            "p50": sorted(times)[len(times) // 2],
            "p99": sorted(times)[len(times) * 99 // 100],
            "max": max(times),
        }
        for what, times in spent.items()
    }


def agreement(measured: Measured) -> dict[str, Any]:
    """The set beside every query by itself, and both beside the oracle."""
    made = measured.built()
    chance = random.Random(measured.corpus.seed)
    roots = [compile_query(query, lists=measured.lists).root for query in measured.queries]
    texts = measured.texts()
    pairs = wrong = matches = 0
    judged = misjudged = 0
    for number, text in enumerate(texts):
        indexed = IndexedText(text)
        alone = [at for at, root in enumerate(roots) if root.holds(indexed)]
        together = made.matching(text)
        pairs += len(roots)
        matches += len(alone)
        wrong += len(set(alone) ^ set(together))
        if number % max(1, len(texts) // 10) == 0:
            print(f"agreement: {number} of {len(texts)} articles", file=sys.stderr, flush=True)
            reading = oracle.Reading(text)
            found = set(together)
            sample = {*chance.sample(range(len(roots)), min(100, len(roots))), *found}
            for at in sample:
                judged += 1
                misjudged += oracle.holds_for(roots[at], reading) is not (at in found)
    return {
        "pairs": pairs,
        "matches": matches,
        "wrong": wrong,
        "judged": judged,
        "misjudged": misjudged,
    }


QUESTIONS = {"speed": speed, "memory": memory, "changes": changes, "agreement": agreement}


def main() -> None:
    """Answer one question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("question", choices=QUESTIONS)
    parser.add_argument("--watches", type=int, required=True)
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--literal", action="store_true")
    asked = parser.parse_args()
    print(json.dumps(QUESTIONS[asked.question](Measured(asked))))


if __name__ == "__main__":
    main()
