"""What is read off pages of publishers that no model has seen; `bench.extraction --unseen` asks.

Publishers are parted in folds as `bench/train_extraction.py` does. For each fold the weights and
the forest are learned from the other folds alone, take the place of those that are shipped, and
the whole extraction reads the fold's pages: what comes out is what to expect on a new site, as far
as the model goes. Needs numpy and scikit-learn.
"""

import argparse
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import train_extraction as train
from bench.extraction import load, load_score
from bench.peers import EXTRACTORS, OURS
from bench.publishers import dealt, publisher_of
from bench.trained_modules import expression
from scraper.extract import features, forest


def prepare(folder: Path, score: ModuleType) -> tuple[list[train.Document], set[int]]:
    """The pages to learn from, described; and the places of those that training leaves out."""
    documents = list(train.load(folder, score))
    names, lexicon = train.learn_weights(documents)
    by_publisher: dict[str, list[train.Document]] = defaultdict(list)
    for each in documents:
        by_publisher[each.publisher].append(each)
    for publisher, theirs in by_publisher.items():
        train.use(names.table(publisher), lexicon.table(publisher))
        for each in theirs:
            train.describe(each)
    found = train.validate(documents, set(), score)
    return documents, {
        at for name in train.UNSURE_SETS for at, row in found[name] if row.get("f1", 1.0) < 0.5
    }


def scorer(model: Any) -> Callable[[list[float]], float]:
    """A trained forest as a function of a block's features, as fast as the one that is shipped."""
    trees = [predictors[0].nodes for predictors in model._predictors]  # noqa: SLF001  # no other way
    base = float(np.ravel(model._baseline_prediction)[0])  # noqa: SLF001  # no other way
    total = " + ".join([f"{base:.6g}", *(expression(tree, 0) for tree in trees)])
    made: Callable[..., float] = eval(f"lambda {', '.join(features.NAMES)}: {total}")  # noqa: S307 - our own trees
    return lambda row: made(*row)


def main() -> None:
    """Write a line for each page: its set, its id, and what was read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    score = load_score(options.score)
    say("reading the pages to learn from")
    documents, left_out = prepare(options.data, score)
    pages = load(options.data, [])
    read = EXTRACTORS[OURS].make()
    with options.out.open("w", encoding="utf-8") as out:
        for fold in range(train.FOLDS):
            say(f"fold {fold + 1} of {train.FOLDS}")
            others = [
                each
                for at, each in enumerate(documents)
                if each.fold != fold and at not in left_out
            ]
            forest.score = scorer(train.fit(others))
            names, lexicon = train.learn_weights([each for each in documents if each.fold != fold])
            train.use(names.table(), lexicon.table())
            for page in pages:
                if dealt(publisher_of(page.truth, page.set), train.FOLDS) == fold:
                    found = read(gzip.decompress(page.path.read_bytes()), page.url)
                    line = {"set": page.set, "id": page.truth["id"], "prediction": found}
                    out.write(json.dumps(line) + "\n")


def say(what: str) -> None:
    """Progress, on standard error."""
    print(f"publishers not seen: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
