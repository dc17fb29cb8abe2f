"""How well and how fast copies are recognised: `python bench/copies.py --data copies.jsonl.gz`.

The file has lines {"id", "text", "cluster"}; texts of one cluster are copies of one another.
Clusters are parted in two halves by a hash of their name: thresholds are chosen on the first and
reported on the second. What is measured is pairs (precision, recall, F1), and of ours B-cubed on
both halves (Bagga and Baldwin, "Entity-based cross-document coreferencing", 1998). Ours is the
`cluster` command's answer, with the thresholds that it has. The three others of the table are the
usual ways, with every pair of texts compared, each with the threshold that is best on the first
half. `--stream N` runs N made-up articles, a fifth of them copies, through `cluster`.
"""

import argparse
import gzip
import json
import random
import resource
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import accumulate, combinations, pairwise
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scraper.dedupe import ClusterText, cluster, relate, sign
from scraper.dedupe.sketch import unpack
from scraper.text.words import words
from storage.records import SignedArticle

NOW = datetime(2026, 1, 1, tzinfo=UTC)
Pair = tuple[int, int]


class Text(NamedTuple):
    """One text of the set. `half` is 0 for choosing thresholds, 1 for reporting."""

    id: str
    text: str
    cluster: str
    half: int


class Score(NamedTuple):
    """Of pairs, or B-cubed."""

    precision: float
    recall: float
    f1: float


def load(path: Path) -> list[Text]:
    """The texts of a JSON Lines file, compressed or not."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    rows = [json.loads(line) for line in content.splitlines()]
    return [
        Text(row["id"], row["text"], row["cluster"], crc32(row["cluster"].encode()) % 2)
        for row in rows
    ]


def score(texts: Sequence[Text], found: Iterable[Pair], half: int | None) -> Score:
    """Pairs within one half of the set, or within all of it."""
    within = [half is None or text.half == half for text in texts]
    sizes = Counter(text.cluster for text, counts in zip(texts, within, strict=True) if counts)
    gold = sum(size * (size - 1) // 2 for size in sizes.values())
    told = [pair for pair in found if within[pair[0]] and within[pair[1]]]
    right = sum(texts[one].cluster == texts[two].cluster for one, two in told)
    precision = right / len(told) if told else 1.0
    recall = right / gold if gold else 1.0
    return Score(precision, recall, 2 * right / (len(told) + gold) if told or gold else 1.0)


def b_cubed(texts: Sequence[Text], labels: Sequence[str], half: int | None) -> Score:
    """What one text sees of its group, on average, within one half of the set or all of it."""
    told = [
        (text.cluster, label)
        for text, label in zip(texts, labels, strict=True)
        if half is None or text.half == half
    ]
    both = Counter(told)
    gold = Counter(cluster for cluster, _ in told)
    groups = Counter(label for _, label in told)
    precision = sum(n * n / groups[label] for (_, label), n in both.items()) / len(told)
    recall = sum(n * n / gold[cluster] for (cluster, _), n in both.items()) / len(told)
    return Score(precision, recall, 2 * precision * recall / (precision + recall))


def grouped(labels: Sequence[str]) -> list[Pair]:
    """All pairs of texts that have a label in common."""
    members = defaultdict(list)
    for number, label in enumerate(labels):
        members[label].append(number)
    return [pair for group in members.values() for pair in combinations(group, 2)]


def ours(texts: Sequence[Text]) -> list[str]:
    """The original of each text, itself if it is no copy."""
    found = cluster(ClusterText(id=text.id, text=text.text) for text in texts)
    return [one.copy_of or one.id for one in found]


def hashed_pairs(text: str) -> set[int]:
    """64-bit hashes of the word pairs of a text."""
    tokens = [word.text.encode() for word in words(text)]
    return {
        int.from_bytes(blake2b(b"%s %s" % pair, digest_size=8).digest(), "big")
        for pair in pairwise(tokens)
    }


def containment(shingles: Sequence[set[int]]) -> dict[Pair, float]:
    """Broder's containment of the smaller set, for all pairs that share anything."""
    postings = defaultdict(list)
    for number, hashes in enumerate(shingles):
        for value in hashes:
            postings[value].append(number)
    shared: Counter[Pair] = Counter()
    for numbers in postings.values():
        shared.update(combinations(numbers, 2))
    return {
        (one, two): count / min(len(shingles[one]), len(shingles[two]))
        for (one, two), count in shared.items()
        if count > 2
    }


def minhash(shingles: Sequence[set[int]], size: int = 128) -> dict[Pair, float]:
    """Resemblance estimated from the smallest hashes of the union of both sets."""
    sketches = [set(sorted(hashes)[:size]) for hashes in shingles]
    return {
        (one, two): len(set(sorted(sketches[one] | sketches[two])[:size]) & shared) / size
        for one, two in combinations(range(len(sketches)), 2)
        if len(shared := sketches[one] & sketches[two]) > size // 16
    }


def simhash(shingles: Sequence[set[int]]) -> dict[Pair, float]:
    """Charikar's fingerprints of 64 bits: the share of equal bits."""
    prints = [_fingerprint(hashes) for hashes in shingles]
    return {
        (one, two): 1 - distance / 64
        for one, two in combinations(range(len(prints)), 2)
        if (distance := (prints[one] ^ prints[two]).bit_count()) <= 24
    }


def _fingerprint(hashes: set[int]) -> int:
    counts = [0] * 64
    for value in hashes:
        for bit in range(64):
            counts[bit] += value >> bit & 1
    return sum(1 << bit for bit, count in enumerate(counts) if 2 * count > len(hashes))


PEERS: dict[str, Callable[[Sequence[set[int]]], dict[Pair, float]]] = {
    "containment of word pairs": containment,
    "MinHash, 128 smallest": minhash,
    "simhash, 64 bits": simhash,
}


def best_threshold(texts: Sequence[Text], scores: dict[Pair, float]) -> float:
    """The one, in hundredths, with the highest F1 on the first half."""
    within = [pair for pair in scores if texts[pair[0]].half == texts[pair[1]].half == 0]

    def f1(threshold: float) -> float:
        return score(texts, [pair for pair in within if scores[pair] >= threshold], 0).f1

    return max((step / 100 for step in range(20, 95)), key=f1)


def show(name: str, texts: Sequence[Text], found: Sequence[Pair], seconds: float) -> None:
    """One row of the table."""
    held, whole = score(texts, found, 1), score(texts, found, None)
    numbers = " ".join(f"{value:9.3f}" for value in (*held, *whole))
    print(f"{name:34} {numbers} {seconds:8.1f} s", flush=True)


def compare(texts: Sequence[Text], *, peers: bool) -> None:
    """The table: us and the others."""
    print(f"{len(texts)} texts\n{'':34} {'second half: P, R, F1':>29} {'whole: P, R, F1':>29}")
    started = time.process_time()
    labels = ours(texts)
    show("tocsin", texts, grouped(labels), time.process_time() - started)
    for name, half in (("first half", 0), ("second half", 1), ("whole", None)):
        pairs, cubed = score(texts, grouped(labels), half), b_cubed(texts, labels, half)
        print(f"  {name:12} pairs F1 {pairs.f1:.3f}, B-cubed F1 {cubed.f1:.3f}")
    if not peers:
        return
    shingles = [hashed_pairs(text.text) for text in texts]
    for name, measure in PEERS.items():
        started = time.process_time()
        scores = measure(shingles)
        spent = time.process_time() - started
        threshold = best_threshold(texts, scores)
        found = [pair for pair, value in scores.items() if value >= threshold]
        show(f"{name}, {threshold:.2f}", texts, found, spent)


class Newsroom:
    """Articles made of words that are as unevenly common as words are (Zipf's law)."""

    def __init__(self, seed: int, vocabulary: int = 50_000) -> None:
        self.random = random.Random(seed)
        self.words = [f"w{number:x}" for number in range(vocabulary)]
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(vocabulary)))

    def article(self, length: int) -> list[str]:
        """So many words."""
        return self.random.choices(self.words, cum_weights=self.weights, k=length)

    def copy(self, article: Sequence[str]) -> list[str]:
        """It, with some words changed, cut at the end, and boilerplate added."""
        kept = article[: self.random.randint(len(article) // 2, len(article))]
        changed = [
            self.random.choice(self.words) if self.random.random() < 0.05 else w for w in kept
        ]
        return changed + self.words[:20]

    def stream(self, count: int) -> Iterator[ClusterText]:
        """Articles of 100 to 600 words, every fifth a copy of one of the last thousand."""
        recent: list[list[str]] = []
        for number in range(count):
            if number % 5 == 4:
                made, id_ = self.copy(self.random.choice(recent)), f"copy {number}"
            else:
                made, id_ = self.article(self.random.randint(100, 600)), f"own {number}"
                recent = [*recent[-999:], made]
            yield ClusterText(id=id_, text=" ".join(made))


def median_ms(work: Callable[[], object], times: int) -> float:
    """Milliseconds of CPU, after a first run that warms the caches."""
    work()
    spent = []
    for _ in range(times):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return 1000 * statistics.median(spent)


def speed() -> None:
    """What one article costs."""
    room = Newsroom(1)
    article = room.article(600)
    text = " ".join(article)
    subject = sign("A headline of seven words or so", text)
    print(f"\nsign, 600 words: {median_ms(lambda: sign('A headline', text), 30):.2f} ms")
    for name, one_story, bodies in (
        ("copies of one story", True, [room.copy(article) for _ in range(50)]),
        ("copies in fifty stories", False, [room.copy(article) for _ in range(50)]),
        ("articles of their own", False, [room.article(600) for _ in range(50)]),
    ):
        candidates = [
            SignedArticle(
                article_id=number,
                story_id=0 if one_story else number,
                copy_of=0 if one_story and number else None,
                signature=sign(None, " ".join(body)),
                first_seen_at=NOW,
            )
            for number, body in enumerate(bodies)
        ]

        def cold(candidates: Sequence[SignedArticle] = candidates) -> None:
            unpack.cache_clear()
            relate(subject, candidates)

        def warm(candidates: Sequence[SignedArticle] = candidates) -> None:
            relate(subject, candidates)

        print(f"relate, 50 {name}: {median_ms(warm, 30):.2f} ms, cold {median_ms(cold, 30):.2f} ms")


def run_stream(count: int) -> None:
    """How long a stream takes, what it needs, and whether the copies in it are found."""
    started = time.process_time()
    copies = found = false = 0
    for text in cluster(Newsroom(2).stream(count)):
        is_copy = text.id.startswith("copy")
        copies += is_copy
        found += is_copy and text.copy_of is not None
        false += not is_copy and text.story != text.id
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\n{count} texts in {time.process_time() - started:.0f} s of CPU (the making included), "
        f"at most {peak:.0f} MB; {found} of {copies} copies found, {false} others taken for such"
    )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, help="texts with their clusters, JSON Lines")
    parser.add_argument("--no-peers", action="store_true", help="leave the other ways out")
    parser.add_argument("--stream", type=int, metavar="N", help="run N made-up texts")
    asked = parser.parse_args()
    if asked.data:
        compare(load(asked.data), peers=not asked.no_peers)
    speed()
    if asked.stream:
        run_stream(asked.stream)


if __name__ == "__main__":
    main()
