"""Truths that are probably wrong: pages on which extractors agree with each other, not with it.

    python -m bench.extraction --data DIR --peers all --predictions KEPT
    python -m bench.extraction_truths --data DIR --predictions KEPT

A body is named where all of AGREEING have read nearly the same (F1 of each pair at least 0.9) and
all are far from the truth (below 0.6); a day where all that give one give the same, and it is not
the truth's. Extractors built in different ways seldom make the same mistake; what is named is to
be looked at all the same.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.extraction import load, load_score
from bench.peers import OURS

AGREEING = (OURS, "trafilatura", "readability-lxml")
DATING = (OURS, "trafilatura", "newspaper4k", "goose3")
ALIKE = 0.9
FAR = 0.6
Predictions = dict[str, dict[str, Any]]  # of one page, by extractor


def f1(score: ModuleType, one: list[str], other: list[str]) -> float:
    """Of two bodies, given as words."""
    true, false, missed = score.shingle_counts(one, other)
    precision = true / (true + false) if true + false else 0.0
    recall = true / (true + missed) if true + missed else 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def body(truth: dict[str, Any], read: Predictions, score: ModuleType) -> str | None:
    """What speaks against the truth's body, if all speak against it."""
    if not truth.get("body") or any(name not in read for name in AGREEING):
        return None
    words = [score.tokens(read[name].get("body")) for name in AGREEING]
    expected = [score.tokens(each) for each in (truth["body"], *truth.get("body_alt", []))]
    best = max(f1(score, each, own) for each in expected for own in words)
    if best >= FAR or not all(words):
        return None
    alike = min(f1(score, one, other) for one, other in combinations(words, 2))
    if alike < ALIKE:
        return None
    lengths = f"{len(expected[0])} words, read {len(words[0])}"
    return f"body: at most {best:.2f} to the truth, at least {alike:.2f} to each other ({lengths})"


def day(truth: dict[str, Any], read: Predictions, score: ModuleType) -> str | None:
    """What speaks against the truth's day."""
    expected = score.days(truth.get("date"))
    found = [score.days(read[name].get("date")) for name in DATING if name in read]
    given = [each for each in found if each]
    if not expected or len(given) < 3 or not set.intersection(*given) or expected & given[0]:
        return None
    same = min(set.intersection(*given))
    return f"date: {len(given)} read {same}, the truth has {truth['date'][:10]}"


def doubtful(folder: Path, kept: Path, score: ModuleType) -> Iterator[tuple[str, str, str]]:
    """Set, id and what speaks against the truth."""
    read: dict[tuple[str, str], Predictions] = {}
    for path in sorted(kept.glob("*.jsonl")):
        name, _, extractor = path.stem.partition(".")
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line:
                found = json.loads(line)
                read.setdefault((name, found["id"]), {})[extractor] = found
    for page in load(folder, []):
        theirs = read.get((page.set, page.truth["id"]), {})
        for check in (body, day):
            reason = check(page.truth, theirs, score)
            if reason is not None:
                yield page.set, page.truth["id"], reason


def main() -> None:
    """Print a line for each."""
    parser = argparse.ArgumentParser(
        prog="bench.extraction_truths",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--score", type=Path, metavar="FILE")
    parser.add_argument("--predictions", type=Path, required=True, metavar="DIR")
    options = parser.parse_args()
    score = load_score(options.score or options.data.parent / "score.py")
    for name, identifier, reason in doubtful(options.data, options.predictions, score):
        print(f"{name} {identifier} {reason}")


if __name__ == "__main__":
    main()
