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
import bisect
import gzip
import hashlib
import json
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from extraction import load_score
from selectolax.lexbor import LexborHTMLParser
from sklearn.ensemble import HistGradientBoostingClassifier

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scraper.extract import (  # noqa: E402  # after the path
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
from scraper.extract.head import Head  # noqa: E402  # after the path
from scraper.text.charset import to_utf8  # noqa: E402  # after the path

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
STEP = 20  # trees, after which a block whose verdict is clear is asked no further
RESAMPLES = 1_000
MARGIN = 0.05  # log-odds


class Document:
    """A page with its truth, its outline, and what its blocks are."""

    def __init__(
        self, name: str, truth: dict[str, Any], html: bytes, score: ModuleType, salt: str = ""
    ) -> None:
        self.set = name
        self.truth = truth
        domain = truth.get("domain") or f"{name}:{truth['id']}"
        self.publisher = domain.split(".")[-2] if "." in domain else domain
        digest = hashlib.md5((salt + self.publisher).encode(), usedforsecurity=False).hexdigest()
        self.fold = int(digest, 16) % FOLDS
        tree = LexborHTMLParser(to_utf8(html, {}), options=1)
        head, shown, self.outline = article.survey(tree)
        self.page = hints(head, shown, self.outline, truth.get("url") or "")
        self.outline.marked.clear()  # they hold the tree
        self.outline.scripts.clear()
        self.partial = not truth.get("body")
        self.labels = label(self, score)
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


def label(document: Document, score: ModuleType) -> list[tuple[bool | None, int]]:
    """For each block whether it is text (None: unknown), and its number of words."""
    blocks = document.outline.blocks
    truth = document.truth
    if document.partial:
        return [quoted(block.text, truth, score) for block in blocks]
    found = contained(blocks, truth["body"], score)
    for other in truth.get("body_alt", []):
        # What only some of the accepted bodies hold is neither.
        found = [
            (own if own == known else None, size)
            for (own, size), (known, _) in zip(found, contained(blocks, other, score), strict=True)
        ]
    return tidied(found, blocks, headline_unsure=document.set == "daniel")


def quoted(text: str, truth: dict[str, Any], score: ModuleType) -> tuple[bool | None, int]:
    """A block of a set that only has snippets."""
    size = len(score.tokens(text))
    if any(score.squash(snippet) in text for snippet in truth.get("with", [])):
        return True, size
    if any(score.squash(snippet) in text for snippet in truth.get("without", [])):
        return False, size
    return None, size


def contained(
    blocks: list[outline.Block], body: str, score: ModuleType
) -> list[tuple[bool | None, int]]:
    """Whether most of each block stands in the body."""
    words = score.tokens(body)
    joined = f" {' '.join(words)} "
    grams = {tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))}
    found: list[tuple[bool | None, int]] = []
    for block in blocks:
        own = score.tokens(block.text)
        if not own:
            found.append((None, 0))
        elif len(own) < 5:
            found.append((f" {' '.join(own)} " in joined, len(own)))
        else:
            held = Counter(tuple(own[at : at + 4]) for at in range(len(own) - 3))
            inside = sum(count for gram, count in held.items() if gram in grams)
            found.append((inside * 2 > sum(held.values()), len(own)))
    return found


def tidied(
    labels: list[tuple[bool | None, int]], blocks: list[outline.Block], *, headline_unsure: bool
) -> list[tuple[bool | None, int]]:
    """The labels without chance hits: a lone word counts only close to real text."""
    sure = [at for at, (is_text, size) in enumerate(labels) if is_text and size >= 8]
    if not sure:
        return labels
    found: list[tuple[bool | None, int]] = []
    for at, (is_text, size) in enumerate(labels):
        known = is_text
        if is_text and size < 5:
            place = bisect.bisect(sure, at)
            near = min(abs(at - sure[i]) for i in (place - 1, place) if 0 <= i < len(sure))
            known = near <= 6 and sure[0] - 3 <= at <= sure[-1] + 3
        if headline_unsure and at <= sure[0] + 1 and blocks[at].box.tag in {"h1", "h2", "h3"}:
            known = None
        found.append((known, size))
    return found


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
    return article._text(chosen, document.page.declared, count)[0]  # noqa: SLF001  # what a reader gets


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


def write_weights(names: dict[str, float], lexicon: dict[str, float]) -> None:
    """Renew the module of weights: a line a weight."""
    lines = [
        '"""What words in names of boxes, and at the beginning of short blocks, tell of text.',
        "",
        "Log-odds, and the words that have them.",
        "Written by bench/train_extraction.py: do not edit.",
        '"""',
        "# ruff: noqa: E501  # a line a weight, as a machine wrote it",
        "# fmt: off",
    ]
    for name, table in (("NAMES", names), ("LEXICON", lexicon)):
        by_weight = defaultdict(list)
        for word, weight in table.items():
            by_weight[weight].append(word)
        lines += ["", f"{name} = {{"]
        lines += [f'    {key}: "{" ".join(sorted(by_weight[key]))}",' for key in sorted(by_weight)]
        lines.append("}")
    write("weights.py", lines)


def write_forest(model: Any, rows: Any) -> None:
    """Renew the module of trees: a line a tree. `rows` tell from where on a verdict is clear."""
    trees = [predictors[0].nodes for predictors in model._predictors]  # noqa: SLF001  # no other way
    used = {int(node["feature_idx"]) for tree in trees for node in tree if not node["is_leaf"]}
    names = [name if at in used else "_" for at, name in enumerate(features.NAMES)]
    base = float(np.ravel(model._baseline_prediction)[0])  # noqa: SLF001  # no other way
    lines = [f"    total = {base:.4g}"]
    for at, (tree, sums) in enumerate(
        zip(trees, model.staged_decision_function(rows), strict=True), 1
    ):
        lines.append(f"    total += {expression(tree, 0)}")
        if at % STEP == 0 and at < len(trees):
            no, yes = clear(sums, model.decision_function(rows))
            lines += [f"    if not {no:.4g} < total < {yes:.4g}:", "        return total"]
    write(
        "forest.py",
        [
            '"""The trees that tell text from the rest.',
            "",
            "Written by bench/train_extraction.py: do not edit.",
            '"""',
            "# ruff: noqa: E501, PLR0915  # a line a tree, as a machine wrote it",
            "# fmt: off",
            "",
            "",
            "def score(features: list[float]) -> float:",
            '    """The log-odds that a block with these features is text of the article.',
            "",
            "    Where they are clear after some of the trees, the rest is not asked.",
            '    """',
            f"    ({', '.join(names)}) = features",
            *lines,
            "    return total",
        ],
    )


def clear(sums: Any, ends: Any) -> tuple[float, float]:
    """The sums of some trees, below and above which all of them have never said otherwise."""
    sums, ends = np.ravel(sums), np.ravel(ends)
    text = ends > body.THRESHOLD
    return float(sums[text].min()) - MARGIN, float(sums[~text].max()) + MARGIN


def expression(tree: Any, at: int) -> str:
    """A tree as a Python expression over the features' names."""
    node = tree[at]
    if node["is_leaf"]:
        return f"{node['value']:.3g}"
    test = f"{features.NAMES[int(node['feature_idx'])]}<={node['num_threshold']:.5g}"
    return f"({expression(tree, node['left'])} if {test} else {expression(tree, node['right'])})"


def write(name: str, lines: list[str]) -> None:
    """Write a module of the extraction."""
    text = "\n".join(lines) + "\n"
    (ROOT / "scraper" / "extract" / name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(text.encode()) / 1e3:.0f} kB")


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
