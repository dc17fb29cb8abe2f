"""How good and how fast extraction is: `python bench/extraction.py --data DIR`.

DIR is the folder with the sets of pages: for each set a folder with `truth.jsonl` and
`pages/<id>.html.gz`, and one level up (or given by --score) `score.py`, which defines the measures.
Publishers are parted in two by a hash of their name: the model learns from "train" (four fifths),
"check" is what it has never seen.
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scraper.errors import ExtractError
from scraper.extract import extract

SPEED_SETS = ("aeb", "fundus_eval", "fundus_tests")


def load_score(path: Path) -> ModuleType:
    """The module that defines the measures."""
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        message = f"no score.py at {path}"
        raise SystemExit(message)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def part_of(truth: dict[str, Any], name: str) -> str:
    """Whether a page's publisher is one to learn from or one to check with."""
    domain = truth.get("domain") or f"{name}:{truth['id']}"
    publisher = domain.split(".")[-2] if "." in domain else domain
    digest = hashlib.md5(publisher.encode(), usedforsecurity=False).hexdigest()
    return "check" if int(digest, 16) % 5 == 0 else "train"


def predict(html: bytes, url: str) -> tuple[dict[str, Any], float]:
    """The prediction for one page as score.py reads it, and the seconds of CPU it took."""
    started = time.process_time()
    try:
        found = extract(html, url)
    except ExtractError:
        return {}, time.process_time() - started
    spent = time.process_time() - started
    article = found.article
    written = found.evidence.get("published_at", "").rpartition(": ")[2]
    return {
        "body": article.body,
        "title": article.title,
        "authors": list(article.authors),
        "date": written or None,  # as written on the page: its own day, not that in UTC
        "lead_image": article.image_url,
    }, spent


def run(folder: Path, score: ModuleType, only: list[str]) -> tuple[dict[str, Any], list[float]]:
    """The measures of each set and part, and the seconds of the pages of the speed sets."""
    results: dict[str, Any] = {}
    seconds: list[float] = []
    for path in sorted(folder.glob("*/truth.jsonl")):
        name = path.parent.name
        if only and name not in only:
            continue
        truths = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        annotated = any(truth.get("authors") for truth in truths)
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for truth in truths:
            page = path.parent / "pages" / f"{truth['id']}.html.gz"
            prediction, spent = predict(gzip.decompress(page.read_bytes()), truth.get("url") or "")
            row = score.score_page(truth, prediction, authors_annotated=annotated)
            rows[part_of(truth, name)].append(row)
            rows["all"].append(row)
            if name in SPEED_SETS:
                seconds.append(spent)
        for part, those in rows.items():
            results[f"{name} {part}"] = score.summarise(those)
    return results, seconds


def line(name: str, found: dict[str, Any]) -> str:
    """One line of the table, per cent."""
    cells = (
        ("body", "f1"), ("snippets", "f1"), ("title", "exact"), ("authors", "exact"),
        ("authors", "invented"), ("date", "same_day"), ("lead_image", "match"), ("start", "match"),
    )  # fmt: skip
    values = [found.get(field, {}).get(key) for field, key in cells]
    shown = "".join(f"{value * 100:9.1f}" if value is not None else f"{'–':>9}" for value in values)
    return f"{name:26}{found['pages']:6}{shown}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--score", type=Path)
    parser.add_argument("--sets", nargs="*", default=[])
    parser.add_argument("--parts", nargs="*", default=["all", "train", "check"])
    options = parser.parse_args()
    score = load_score(options.score or options.data.parent / "score.py")
    results, seconds = run(options.data, score, options.sets)
    print(
        f"{'set, part':26}{'pages':>6}"
        + "".join(
            f"{name:>9}"
            for name in (
                "body",
                "snippet",
                "title",
                "authors",
                "invented",
                "date",
                "image",
                "start",
            )
        )
    )
    for name, found in results.items():
        if name.split()[1] in options.parts:
            print(line(name, found))
    if seconds:
        ordered = sorted(seconds)
        median = statistics.median(ordered)
        late = ordered[int(len(ordered) * 0.95)]
        print(f"pages/s CPU, median: {1 / median:.0f}   95th percentile: {late * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
