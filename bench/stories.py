"""Stories: how well reports of one event are put together, and what an article costs.

    python -m bench.stories --data stories.jsonl.gz

reads texts with `id`, `text`, `cluster` and perhaps `title`, `lang`, `date` and `topic`, in the
order of the stream, and prints how well `tocsin cluster` sorts them, beside online TF-IDF centroids
(Yang, Pierce and Carbonell, 1998, with log weights), each over its thresholds. A topic is in one
half as a whole, so that two similar events of it stay near misses; each threshold is chosen on one
half and reported on the other, both ways round. Answers are taken as they come, one text after the
other: nothing is corrected afterwards.

There is no such set in scripts without capitals or without spaces, so the same texts are run again
written in such letters: each letter as a Hebrew one, and each word as two Han characters. That has
the statistics of neither language; it shows what depends on capitals and on spaces.

    python -m bench.stories --stream 20000

runs made-up texts, and prints what one costs when few, and when many are remembered.
"""

import argparse
import gzip
import json
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple
from zlib import crc32

from scraper.dedupe import ClusterText, cluster
from scraper.dedupe.events import ALIKE
from scraper.text.words import texts as words_of

WORDS, NAMES = 2_000_000, 50_000  # of a made-up language
THRESHOLDS = tuple(step / 100 for step in range(19, 33))


class Text(NamedTuple):
    """One text of the set. `half` is 0 or 1."""

    text: ClusterText
    cluster: str
    half: int


class Score(NamedTuple):
    """Pairs, and B-cubed (Bagga and Baldwin, 1998): the mean over the texts."""

    precision: float
    recall: float
    f1: float
    b_cubed: float


@dataclass(frozen=True, slots=True)
class Run:
    """The labels that one way gives the texts at each of its thresholds, and the time of one."""

    name: str
    labels: dict[float, list[str]]
    seconds: float


def load(path: Path) -> list[Text]:
    """The texts of a JSON Lines file, compressed or not."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    rows = [json.loads(line) for line in content.splitlines()]
    return [
        Text(
            ClusterText(
                id=row["id"],
                title=row.get("title") or None,
                text=row["text"],
                lang=row.get("lang"),
                date=row.get("date"),
            ),
            row["cluster"],
            crc32(row.get("topic", row["cluster"]).encode()) % 2,
        )
        for row in rows
    ]


def score(texts: Sequence[Text], labels: Sequence[str], half: int | None = None) -> Score:
    """How well the labels fit the clusters, within one half of the set or all of it."""
    within = [
        (text.cluster, label)
        for text, label in zip(texts, labels, strict=True)
        if half is None or text.half == half
    ]
    cells = Counter(within)
    gold, told = Counter(one for one, _ in within), Counter(label for _, label in within)
    right = sum(map(_pairs, cells.values()))
    precision = right / (sum(map(_pairs, told.values())) or 1)
    recall = right / (sum(map(_pairs, gold.values())) or 1)
    near = sum(count * count / told[label] for (_, label), count in cells.items()) / len(within)
    far = sum(count * count / gold[one] for (one, _), count in cells.items()) / len(within)
    return Score(precision, recall, _f1(precision, recall), _f1(near, far))


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def ours(texts: Sequence[ClusterText], threshold: float) -> list[str]:
    """By the decisions of the service."""
    return [found.story for found in cluster(texts, alike=threshold)]


def centroids(texts: Sequence[ClusterText], threshold: float) -> list[str]:
    """Each text goes to the nearest centroid, or begins one; rarity is counted as they come."""
    seen: Counter[str] = Counter()
    groups: list[tuple[str, dict[str, float]]] = []
    labels = []
    for number, text in enumerate(texts, 1):
        counts = Counter(words_of(f"{text.title or ''}\n{text.text}"))
        seen.update(counts.keys())
        vector = {
            word: math.log(1 + count) * math.log((number + 1) / (seen[word] + 0.5))
            for word, count in counts.items()
            if seen[word] <= number / 2
        }
        vector = _unit(vector)
        best, label, centre = threshold, "", None
        for name, sums in groups:
            length = math.sqrt(sum(weight * weight for weight in sums.values())) or 1.0
            near = sum(weight * sums.get(word, 0.0) for word, weight in vector.items()) / length
            if near >= best:
                best, label, centre = near, name, sums
        if centre is None:
            groups.append((text.id, dict(vector)))
            label = text.id
        else:
            for word, weight in vector.items():
                centre[word] = centre.get(word, 0.0) + weight
        labels.append(label)
    return labels


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {word: weight / length for word, weight in vector.items()}


WAYS: dict[str, Callable[[Sequence[ClusterText], float], list[str]]] = {
    "tocsin": ours,
    "online TF-IDF centroids": centroids,
}


def run(name: str, texts: Sequence[Text], thresholds: Sequence[float]) -> Run:
    """One way, at each threshold."""
    stream = [text.text for text in texts]
    started = time.process_time()
    labels = {threshold: WAYS[name](stream, threshold) for threshold in thresholds}
    return Run(name, labels, (time.process_time() - started) / len(thresholds))


def best_on(run: Run, texts: Sequence[Text], half: int) -> float:
    """The threshold with the highest sum of pair F1 and B-cubed on this half."""

    def worth(threshold: float) -> float:
        found = score(texts, run.labels[threshold], half)
        return found.f1 + found.b_cubed

    return max(run.labels, key=worth)


def show(run: Run, texts: Sequence[Text]) -> None:
    """What was chosen on one half, reported on the other, both ways round; and all of it."""
    for chosen in (0, 1):
        threshold = best_on(run, texts, chosen)
        for half in (chosen, 1 - chosen):
            verb = "chosen" if half == chosen else "reported"
            _row(f"{run.name}, {threshold:.2f} {verb}", f"half {half}", texts, run, threshold, half)


def disguised(texts: Sequence[Text]) -> None:
    """The same texts in other letters."""
    for name, letters in (("in letters without capitals", hebrew), ("without spaces", han)):
        stream = [replace(text.text, text=letters(text.text.text)) for text in texts]
        found = Run(name, {ALIKE: ours(stream, ALIKE)}, 0)
        for half in (0, 1, None):
            part = "whole" if half is None else f"half {half}"
            _row(f"tocsin, {name}", part, texts, found, ALIKE, half)


def hebrew(text: str) -> str:
    """Each Latin letter as a Hebrew one, which has no capitals."""
    return text.lower().translate({97 + place: 0x5D0 + place for place in range(26)})


def han(text: str) -> str:
    """Each word as two Han characters, without the space after it."""
    return re.sub(r"[^\W\d]+\s?", _as_han, text)


def _as_han(word: re.Match[str]) -> str:
    number = crc32(word[0].strip().lower()[:7].encode())
    return chr(0x4E00 + number % 3000) + chr(0x4E00 + number // 3000 % 3000)


def _row(
    name: str, part: str, texts: Sequence[Text], run: Run, threshold: float, half: int | None
) -> None:
    numbers = " ".join(f"{value:7.3f}" for value in score(texts, run.labels[threshold], half))
    print(f"{name:42} {part:8} {numbers}", flush=True)


def compare(texts: Sequence[Text], *, peers: bool) -> None:
    """The table: us and the others."""
    print(f"{len(texts)} texts\n{'':42} {'':8} {'P':>7} {'R':>7} {'F1':>7} {'B3':>7}")
    for name in WAYS:
        if name == "tocsin" or peers:
            found = run(name, texts, THRESHOLDS)
            show(found, texts)
            if name == "tocsin":
                for half in (0, 1, None):
                    part = "whole" if half is None else f"half {half}"
                    _row(f"tocsin as it is, {ALIKE:.2f}", part, texts, found, ALIKE, half)
                disguised(texts)
            print(f"{name}: {1000 * found.seconds / len(texts):.2f} ms a text", flush=True)


def made_up(count: int, seed: int = 3) -> Iterator[ClusterText]:
    """Reports of 150 to 400 words, whose words and names are as uneven as those of real news.

    Words follow Zipf's law over WORDS, so new ones never cease. An event has four names that many
    events have, by the same law over NAMES, four that are its own, and a number. One report in four
    is of a new event, the others of one of the last 500, of the newest the most: many events have
    one report, a few have dozens.
    """
    random = Random(seed)
    events: list[list[str]] = []
    for number in range(count):
        if not events or random.random() < 0.25:
            known = [f"N{_zipf(random, NAMES):x}" for _ in range(4)]
            own = [f"P{random.randrange(1 << 24):x}" for _ in range(4)]
            events = [[*known, *own, str(random.randrange(3, 9999))], *events[:499]]
        about = events[_zipf(random, len(events)) - 1]
        body = [f"w{_zipf(random, WORDS):x}" for _ in range(random.randint(150, 400))]
        for word in about * 2:
            body.insert(random.randrange(len(body)), word)
        yield ClusterText(id=str(number), text=" ".join(body), lang="en")


def _zipf(random: Random, most: int) -> int:
    """A rank from 1 to `most`, each about as likely as its inverse."""
    return int(most ** random.random())


def run_stream(count: int) -> None:
    """What a text costs, a tenth of the stream at a time."""
    stream = cluster(made_up(count), capacity=count)
    step = max(1, count // 10)
    for part in range(0, count, step):
        started = time.process_time()
        read = sum(1 for _ in islice(stream, step))
        spent = 1000 * (time.process_time() - started) / max(1, read)
        print(f"{part:>9} remembered: {spent:.2f} ms a text, the making included", flush=True)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, help="texts with their clusters, JSON Lines")
    parser.add_argument("--no-peers", action="store_true", help="leave the other way out")
    parser.add_argument("--stream", type=int, metavar="N", help="run N made-up texts")
    asked = parser.parse_args()
    if asked.data:
        compare(load(asked.data), peers=not asked.no_peers)
    if asked.stream:
        run_stream(asked.stream)


if __name__ == "__main__":
    main()
