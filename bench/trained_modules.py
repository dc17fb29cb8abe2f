"""What was learned, written as modules of the extraction; `bench/train_extraction.py` does it."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from scraper.extract import body, features

FOLDER = Path(__file__).resolve().parent.parent / "scraper" / "extract"
STEP = 20  # trees, after which a block whose verdict is clear is asked no further
MARGIN = 0.05  # log-odds


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
    (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(text.encode()) / 1e3:.0f} kB")
