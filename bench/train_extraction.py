"""Train the forest that tells text from the rest: `python bench/train_extraction.py --data DIR`.

Needs numpy and scikit-learn beside the application's own dependencies; what it writes needs
neither. DIR is laid out as for `bench/extraction.py`. Steps:

1. Each page's blocks are labelled: text of the article where most of their 4-grams (or, for a few
   words, the words in a row) stand in the true body. Snippet sets label the blocks they quote.
2. Words in the names of boxes, and words that short blocks begin with, get weights: the log-odds
   that what they name is text, each publisher counted once. A page is described with weights
   learned from all other publishers, as it will be in use.
3. Gradient-boosted trees learn the labels; a block weighs what it adds to its page's score.
   Pages whose truth contradicts the page (F1 below 0.5 by models that have not seen their
   publisher, in sets where that is the truth's fault) are left out.

It prints the scores of cross-validation over publishers (the honest ones), and with --write
renews `scraper/extract/weights.py` and `forest.py` from all pages.
"""

import argparse
import gzip
import json
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from selectolax.lexbor import LexborHTMLParser
from sklearn.ensemble import HistGradientBoostingClassifier

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.extraction import load_score
from bench.labels import label
from bench.publishers import dealt, publisher_of
from bench.trained_modules import write_forest, write_weights
from scraper.extract import (
    article,
    body,
    features,
    fields,
    links,
    outline,
    regions,
    titles,
    traits,
)
from scraper.extract.head import Head
from scraper.text.charset import to_utf8

SETS = (
    "aeb", "aed", "fundus_eval", "fundus_tests", "wcxb_article", "daniel", "zh_handmade",
    "trafilatura_eval",
)  # fmt: skip
UNSURE_SETS = ("aed", "wcxb_article")  # some truths here are teasers, or cut short
FOLDS = 4
FOREST = {
    "max_iter": 120, "max_leaf_nodes": 8, "learning_rate": 0.12, "max_features": 0.4,
    "min_samples_leaf": 30, "l2_regularization": 5.0, "max_bins": 64, "early_stopping": False,
    "random_state": 0,
}  # fmt: skip
RESAMPLES = 1_000


class Document:
    """A page with its truth, its outline, and what its blocks are."""

    def __init__(
        self, name: str, truth: dict[str, Any], html: bytes, score: ModuleType, salt: str = ""
    ) -> None:
        self.set = name
        self.truth = truth
        self.publisher = publisher_of(truth, name)
        self.fold = dealt(self.publisher, FOLDS, salt)
        tree = LexborHTMLParser(to_utf8(html, {}), options=1)
        head, shown, self.outline = article.survey(tree)
        self.page = hints(head, shown, self.outline, truth.get("url") or "")
        self.outline.marked.clear()  # they hold the tree
        self.outline.scripts.clear()
        self.partial = not truth.get("body")
        self.labels = label(self.outline.blocks, truth, score, headline_unsure=name == "daniel")
        self.describer: features.Describer | None = None  # none where there is nothing to describe
        self.numbers: list[int] = []
        self.rows = np.zeros((0, len(features.NAMES)), dtype=np.float32)

    @property
    def words(self) -> int:
        """How many words of the page are text."""
        return sum(size for is_text, size in self.labels if is_text)


def hints(head: Head, shown: list[str], found: outline.Outline, url: str) -> regions.Page:
    """What the reading of a page is told of it."""
    site = fields.find_site_name(head)
    names = titles.SiteNames(
        (site[0] if site else None,), links.host_of(url), titles.names_of_logos(found)
    )
    title = titles.find_title(head, shown, names, found)
    return article.page_of(head, title[0] if title else "")


def load(folder: Path, score: ModuleType, salt: str = "") -> Iterator[Document]:
    """The pages of all sets that say something of the body."""
    for name in SETS:
        lines = (folder / name / "truth.jsonl").read_text(encoding="utf-8").split("\n")
        for truth in map(json.loads, filter(None, lines)):
            if truth.get("body") or truth.get("with"):
                page = folder / name / "pages" / f"{truth['id']}.html.gz"
                yield Document(name, truth, gzip.decompress(page.read_bytes()), score, salt)


class Weights:
    """For each word the share of text in what it names, publisher by publisher."""

    def __init__(self, base: float, least: int, low: float, high: float) -> None:
        self.base, self.least, self.low, self.high = base, least, low, high
        self.shares: dict[str, dict[str, list[float]]] = defaultdict(dict)
        self.of_publisher: dict[str, set[str]] = defaultdict(set)
        self.whole: dict[str, float] | None = None  # the table of all publishers

    def add(self, words: Iterable[str], publisher: str, share: float, weight: float) -> None:
        """What these words name on a page of the publisher is text by this share."""
        for word in words:
            held = self.shares[word].setdefault(publisher, [0.0, 0.0])
            held[0] += share * weight
            held[1] += weight
            self.of_publisher[publisher].add(word)
        self.whole = None

    def table(self, without: str | None = None) -> dict[str, float]:
        """The weights, as learned from all publishers but one."""
        if self.whole is None:
            self.whole = self._table(self.shares)
        if without is None:
            return dict(self.whole)
        others = self.of_publisher[without]
        kept = {word: weight for word, weight in self.whole.items() if word not in others}
        return kept | self._table(others, without)

    def _table(self, words: Iterable[str], without: str | None = None) -> dict[str, float]:
        found = {}
        for word in words:
            publishers = self.shares[word]
            if len(word) < 2 or len(publishers) < self.least:
                continue
            shares = [own / total for name, (own, total) in publishers.items() if name != without]
            if len(shares) < self.least:
                continue
            mean = (sum(shares) + 2 * self.base) / (len(shares) + 2)
            weight = math.log(mean / (1 - mean)) - math.log(self.base / (1 - self.base))
            if not self.low <= weight <= self.high:
                found[word] = round(weight, 1)
        return found


def names_of(box: outline.Box) -> set[str]:
    """The words in the names of a box."""
    names = f"{box.name} {box.id} {box.others}".split()
    return {word for name in names for word in traits.words_of(name)}


def learn_weights(documents: list[Document]) -> tuple[Weights, Weights]:
    """The weights of names of boxes, and of words that short blocks begin with."""
    names = Weights(0.35, 4, -0.35, 0.35)
    lexicon = Weights(0.3, 5, -0.6, 1.2)
    for document in documents:
        text, known = [0], [0]
        for block, (is_text, size) in zip(document.outline.blocks, document.labels, strict=True):
            text.append(text[-1] + (size if is_text else 0))
            known.append(known[-1] + (size if is_text is not None else 0))
            if is_text is not None and len(block.text) < 300:
                words = set(regions.WORD.findall(block.text[:160].lower())[:14])
                lexicon.add(words, document.publisher, float(is_text), 1.0)
        for box in () if document.partial else document.outline.boxes:
            size = known[box.end] - known[box.start]
            if size:
                share = (text[box.end] - text[box.start]) / size
                names.add(names_of(box), document.publisher, share, min(1.0, size / 30) + 0.1)
    return names, lexicon


def use(names: dict[str, float], lexicon: dict[str, float]) -> None:
    """Let the application read pages with these weights."""
    traits.WEIGHTS.clear()
    traits.WEIGHTS.update(names)
    traits.read.cache_clear()
    features.LEXICON.clear()
    features.LEXICON.update(lexicon)


def describe(document: Document) -> None:
    """Write the rows of a page's candidates, with the weights in use."""
    for box in document.outline.boxes:
        weight = sum(traits.read(name)[1] for name in (box.name, box.id, box.others) if name)
        box.weight = max(-outline.MOST_WEIGHT, min(outline.MOST_WEIGHT, weight))
        box.low = min(box.parent.low if box.parent is not None else 0.0, box.weight)
    if not document.outline.blocks:
        return
    document.describer = features.Describer(document.outline, document.page)
    rows = document.describer.rows()
    document.numbers = [block.number for block, _ in rows]
    document.rows = np.array([row for _, row in rows], dtype=np.float32).reshape(
        len(rows), len(features.NAMES)
    )


def fit(documents: list[Document]) -> HistGradientBoostingClassifier:
    """A forest grown on these pages."""
    rows, labels, weights = [], [], []
    for document in documents:
        whole = document.words or 50
        for row, number in zip(document.rows, document.numbers, strict=True):
            is_text, size = document.labels[number]
            if is_text is not None:
                rows.append(row)
                labels.append(is_text)
                weights.append((size + 3) / (whole + 100) * (0.5 if document.partial else 1.0))
    return HistGradientBoostingClassifier(**FOREST).fit(
        np.array(rows), np.array(labels), sample_weight=np.array(weights)
    )


def validate(
    documents: list[Document], left_out: set[int], score: ModuleType
) -> dict[str, list[tuple[int, dict[str, Any]]]]:
    """The score of each page, by a forest that has not seen its publisher; by set."""
    found: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for fold in range(FOLDS):
        model = fit(
            [each for at, each in enumerate(documents) if each.fold != fold and at not in left_out]
        )
        for at, document in enumerate(documents):
            if document.fold == fold:
                row = score.score_page(document.truth, {"body": predict(model, document)})
                found[document.set].append((at, row))
    return found


def predict(model: HistGradientBoostingClassifier, document: Document) -> str:
    """The body of a page, as the whole of the reading has it with this forest."""
    if document.describer is None:
        return ""
    odds = {}
    if document.numbers:
        verdicts = model.decision_function(document.rows)
        odds = dict(zip(document.numbers, verdicts, strict=True))
    chosen = body.choose(document.describer, lambda block: odds[block.number])
    count = len(document.outline.blocks)
    return article.body_text(chosen, document.page.declared, count)[0]


def show(found: dict[str, list[tuple[int, dict[str, Any]]]], score: ModuleType) -> None:
    """Print for each set its F1, per cent, with a bootstrap interval of 95 %."""
    draw = random.Random(0)
    means = []
    for name, placed in found.items():
        rows = [row for _, row in placed]
        drawn = sorted(f1(draw.choices(rows, k=len(rows)), score) for _ in range(RESAMPLES))
        low, high = drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES)]
        means.append(f1(rows, score))
        print(f"{name:18}{len(rows):5}{means[-1]:8.1f}   [{low:.1f}, {high:.1f}]")
    print(f"{'mean of the sets':23}{sum(means) / len(means):8.2f}")


def f1(rows: list[dict[str, Any]], score: ModuleType) -> float:
    """The F1 of pages of one set: of their bodies, or of the snippets that they quote; per cent."""
    bodies = [row["shingle"] for row in rows if "shingle" in row]
    if bodies:
        return float(score.body_from(bodies)["f1"]) * 100
    columns = zip(*(row["snippets"] for row in rows), strict=True)
    right, wrong, missed, _ = map(sum, columns)
    return 200 * right / max(1, 2 * right + wrong + missed)


def main() -> None:
    """Validate, and write the weights where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--score", type=Path)
    parser.add_argument("--salt", default="", help="deals the publishers out to other folds")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    score = load_score(options.score or options.data.parent / "score.py")
    documents = list(load(options.data, score, options.salt))
    names, lexicon = learn_weights(documents)
    by_publisher = defaultdict(list)
    for document in documents:
        by_publisher[document.publisher].append(document)
    for publisher, theirs in by_publisher.items():
        use(names.table(publisher), lexicon.table(publisher))
        for document in theirs:
            describe(document)
    found = validate(documents, set(), score)
    left_out = {at for name in UNSURE_SETS for at, row in found[name] if row.get("f1", 1.0) < 0.5}
    print(f"{len(left_out)} pages left out of the training")
    show(validate(documents, left_out, score), score)
    if options.write:
        write_weights(names.table(), lexicon.table())
        kept = [each for at, each in enumerate(documents) if at not in left_out]
        write_forest(fit(kept), np.concatenate([each.rows for each in documents]))


if __name__ == "__main__":
    main()
