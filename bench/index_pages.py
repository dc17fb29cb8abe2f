"""Index pages: of the links of saved pages, which are articles, and which are taken for ones.

    python -m bench.index_pages LABELS.jsonl

A line of LABELS is one page: {"site", "language", "url", "path", "articles", "ignored"}. `path` is
the saved page (.html or .html.gz), relative to LABELS; `articles` is a regular expression that the
site's articles match, somewhere in host, path and query, percent escapes decoded; `ignored` is one
for what may be either (videos, advertisements): it counts neither for nor against. Pages and labels
are not part of the project.
"""

import argparse
import gzip
import json
import re
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from selectolax.lexbor import LexborHTMLParser

from scraper.discover import index_page, links
from scraper.discover.sites import registrable
from scraper.errors import DiscoverError
from scraper.text import charset

FEWEST = 3  # articles that a page must have to count for the mean over the pages


@dataclass(frozen=True)
class Outcome:
    """What became of the links of one page."""

    site: str
    language: str
    found: int
    wrong: int
    missed: int
    seconds: float
    length: int

    @property
    def precision(self) -> float:
        """The share of articles among what was found."""
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 0.0

    @property
    def recall(self) -> float:
        """The share of the articles that was found."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 0.0


def main() -> None:
    """Print a line for each page, and the totals."""
    parser = argparse.ArgumentParser(prog="bench.index_pages", description=__doc__)
    parser.add_argument("labels", type=Path)
    labels = parser.parse_args().labels
    outcomes = [
        measure(json.loads(line), labels.parent)
        for line in labels.read_text("utf-8").splitlines()
        if line.strip()
    ]
    for one in outcomes:
        print(
            f"{one.site:28} {one.language:3} found {one.found:4} wrong {one.wrong:3}"
            f" missed {one.missed:3}  precision {one.precision:.2f} recall {one.recall:.2f}"
            f"  {one.seconds * 1e3:4.0f} ms"
        )
    total(outcomes)


def total(outcomes: list[Outcome]) -> None:
    """Print precision and recall over all links, and their means over the pages."""
    found, wrong, missed = (
        sum(getattr(one, name) for one in outcomes) for name in ("found", "wrong", "missed")
    )
    counted = [one for one in outcomes if one.found + one.missed >= FEWEST]
    print(
        f"\n{len(outcomes)} pages of {len({one.site for one in outcomes})} sites in"
        f" {len({one.language for one in outcomes})} languages, {found + missed} articles:"
        f" precision {found / (found + wrong):.3f}, recall {found / (found + missed):.3f};"
        f" mean over the {len(counted)} pages with {FEWEST} articles or more:"
        f" {statistics.mean(one.precision for one in counted):.3f},"
        f" {statistics.mean(one.recall for one in counted):.3f};"
        f" {sum(one.length for one in outcomes) / 1e6 / sum(one.seconds for one in outcomes):.1f}"
        " million characters a second"
    )


def measure(label: dict[str, Any], folder: Path) -> Outcome:
    """Read one page, and hold what was found against its label."""
    path, url = folder / label["path"], label["url"]
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = charset.decode(body, {})
    articles, ignored = re.compile(label["articles"]), re.compile(label.get("ignored") or "(?!)")

    def is_article(link: str) -> bool | None:
        shown = unquote(link.partition("://")[2])
        return None if ignored.search(shown) else bool(articles.search(shown))

    true = {links.normalise(link) for link in linked(text, url) if is_article(link)}
    true.discard(links.normalise(url))
    start = time.perf_counter()
    try:
        entries = index_page.read(text, url, datetime.now(UTC)).entries
    except DiscoverError:
        entries = ()
    seconds = time.perf_counter() - start
    taken = {links.normalise(entry.url): entry.url for entry in entries}
    return Outcome(
        site=label["site"],
        language=label["language"],
        found=sum(key in true for key in taken),
        wrong=sum(key not in true and is_article(taken[key]) is not None for key in taken),
        missed=len(true - set(taken)),
        seconds=seconds,
        length=len(text),
    )


def linked(text: str, url: str) -> Iterator[str]:
    """The links of a page to its own site, by another parser than the one that is measured."""
    tree = LexborHTMLParser(text)
    site, base = registrable(links.hostname(url)), url
    stated = tree.css_first("base[href]")
    if stated is not None:
        base = links.resolve(stated.attributes.get("href") or "", url) or url
    for anchor in tree.css("a[href]"):
        link = links.resolve(anchor.attributes.get("href") or "", base)
        if link and registrable(links.hostname(link)) == site:
            yield link


if __name__ == "__main__":
    main()
