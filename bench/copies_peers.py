"""Articles a second, signed and looked up: `.venv-bench/bin/python bench/copies_peers.py`.

Ours is looked up in an SQLite database on disk; datasketch's and rensa's MinHashLSH in memory, with
128 permutations of the word pairs, which is what their own examples take, and a threshold of .5.
Each holds N articles that are like no other, and is then asked for 2,000 made-up texts of 100 to
480 words, none of which it holds. One thread, processor time.
"""

import argparse
import importlib
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.copies import Newsroom
from bench.copies_index import AT_ONCE, NOW, fill
from scraper.dedupe import relate, sign
from scraper.pipeline.likeness import sketched
from storage.database import Database

PERMUTATIONS = 128
THRESHOLD = 0.5
ASKED = 2000


def texts(seed: int) -> list[str]:
    """Made-up articles, each but once."""
    room = Newsroom(seed)
    return [" ".join(room.article(room.random.randint(100, 480))) for _ in range(ASKED)]


def pairs(text: str) -> list[str]:
    """The word pairs of a text, as their users would make them."""
    return [f"{one} {two}" for one, two in pairwise(text.split())]


def rate(ask: Callable[[str], object]) -> float:
    """Texts a second, after others that warm the caches."""
    for text in texts(1):
        ask(text)
    asked = texts(2)
    started = time.process_time()
    for text in asked:
        ask(text)
    return len(asked) / (time.process_time() - started)


def tocsin(stored: int) -> float:
    """Ours: signed, looked up in the database, compared with what was found."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/copies.db"
        with Database.open(address) as database:
            for first in range(1, stored + 1, AT_ONCE):
                with database.begin() as unit:
                    fill(unit, first, min(first + AT_ONCE, stored + 1))
        # Opened anew, so that nothing is looked up in the log of what was written last.
        with Database.open(address) as database, database.read() as unit:
            since = NOW - timedelta(days=30)

            def ask(text: str) -> object:
                signature = sign(None, text)
                found = unit.articles.candidates(signature, since=since, limit=50)
                return relate(signature, sketched(found))

            return rate(ask)


def datasketch(stored: int) -> float:
    """MinHash and MinHashLSH of datasketch."""
    module: Any = importlib.import_module("datasketch")
    numpy: Any = importlib.import_module("numpy")
    index = module.MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    chance = numpy.random.default_rng(1)
    scheme = module.MinHash(num_perm=PERMUTATIONS).scheme
    for number in range(stored):
        values = chance.integers(0, 1 << 32, PERMUTATIONS, dtype=numpy.uint64)
        signature = module.MinHash(num_perm=PERMUTATIONS, hashvalues=values, scheme=scheme)
        index.insert(number, signature)

    def ask(text: str) -> object:
        signature = module.MinHash(num_perm=PERMUTATIONS)
        signature.update_batch([pair.encode() for pair in pairs(text)])
        return index.query(signature)

    return rate(ask)


def rensa(stored: int) -> float:
    """RMinHash and RMinHashLSH of rensa."""
    module: Any = importlib.import_module("rensa")
    index = module.RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)
    for number in range(stored):
        signature = module.RMinHash(num_perm=PERMUTATIONS, seed=1)
        signature.update([f"{number} {part}" for part in range(3)])
        index.insert(number, signature)

    def ask(text: str) -> object:
        signature = module.RMinHash(num_perm=PERMUTATIONS, seed=1)
        signature.update(pairs(text))
        return index.query(signature)

    return rate(ask)


def main() -> None:
    """One after the other, a row each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--stored", type=int, default=100_000, metavar="N")
    asked = parser.parse_args()
    print(f"{asked.stored} stored")
    for measure in (tocsin, datasketch, rensa):
        print(f"{measure.__name__:12} {measure(asked.stored):8.0f} articles/s", flush=True)


if __name__ == "__main__":
    main()
