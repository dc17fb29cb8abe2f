"""Feeds: what they say, and what reading them costs, beside feedparser and fastfeedparser.

    python -m bench.feeds                          # cost alone, on feeds that are made up
    python -m bench.feeds --suite DIR              # and feedparser's tests; DIR is its folder tests
    python -m bench.feeds --suite DIR --failures   # and each case that ours does not meet

Times are those of the processor, the readers in turns, the median of several runs; a ratio is the
median of the ratios of the turns. Of the suite only what a news monitor has is compared, as text
without markup: see feeds_suite.
"""

import argparse
import base64
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import lxml.html

from bench.feeds_made import made
from bench.feeds_peers import OURS, READERS
from bench.feeds_suite import Case, Expected, cases, moment
from bench.peers_process import Lines, LinesError, python_for
from scraper.discover import dates

URL = "http://127.0.0.1:8097/tests/"
SECONDS = 60.0
TURNS = 11
SIZES = (20, 100, 500)


class Reader:
    """One reader of feeds, in its process."""

    def __init__(self, name: str, python: Path) -> None:
        self.name = name
        self.failure: str | None = None
        self._lines = Lines([str(python), "-m", "bench.feeds_peers", name])
        try:
            self.version = self._lines.start()["version"]
        except LinesError as error:
            self.failure = str(error)

    def ask(self, body: bytes, headers: dict[str, str], url: str, times: int = 1) -> dict[str, Any]:
        """What it says of a feed."""
        question = {
            "body": base64.b64encode(body).decode(),
            "headers": headers,
            "url": url,
            "times": times,
        }
        try:
            if not self._lines.running:
                self._lines.start()
            return self._lines.ask(question, SECONDS)
        except LinesError as error:
            return {"error": str(error)}

    def close(self) -> None:
        """End it."""
        self._lines.close()


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def _readings(text: str) -> set[str]:
    """A text as it stands, and what is left of it without markup; neither with blanks."""
    found = {_squeezed(text)}
    if "<" in text or "&" in text:
        with suppress(ValueError, lxml.etree.ParserError):
            found.add(_squeezed(lxml.html.fromstring(f"<div>{text}</div>").text_content()))
    return found


def _got(expected: Expected, answer: dict[str, Any], name: str) -> Any:
    if expected.where == "feed":
        return answer["feed"].get(expected.field)
    field = expected.field
    if name == OURS:
        field = {"content": "summary", "created": "published"}.get(field, field)
    return answer["first"].get(field)


def _meets(expected: Expected, got: Any) -> bool:
    if expected.field in {"published", "updated", "created"}:
        wanted = moment(expected.value)
        if isinstance(expected.value, str):
            wanted = dates.read(expected.value)
        return wanted is not None and got == wanted.replace(microsecond=0).isoformat()
    if not isinstance(expected.value, str):
        return bool(got == expected.value)
    if not got:
        return "" in _readings(expected.value)
    if expected.field == "language":
        return str(got).split("-")[0] == expected.value.split("-")[0].lower()
    wanted_texts, texts = _readings(expected.value), _readings(str(got))
    cut = str(got).endswith("…") and any(
        one.startswith(_squeezed(str(got))[:-1]) for one in wanted_texts
    )
    return cut or bool(wanted_texts & texts)


def suite(folder: Path, readers: Sequence[Reader], *, failures: bool) -> None:
    """How many cases of each group each reader meets."""
    met: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    total: dict[str, int] = defaultdict(int)
    for case in cases(folder):
        url = case.headers.get("content-location") or f"{URL}{case.name}"
        if not url.startswith("http"):
            url = f"{URL}{case.name}"
        for kind in {case.group, "all"}:
            total[kind] += 1
        for reader in readers:
            answer = reader.ask(case.body, case.headers, url)
            missed = _missed(case, answer, reader.name)
            for kind in {case.group, "all"} if not missed else ():
                met[kind][reader.name] += 1
            if missed and failures and reader.name == OURS:
                print(f"- {case.name}: {'; '.join(missed)}")
    print("| cases | number | " + " | ".join(one.name for one in readers) + " |")
    print("|---|---|" + "---|" * len(readers))
    for kind in sorted(total):
        counts = " | ".join(str(met[kind][one.name]) for one in readers)
        print(f"| {kind} | {total[kind]} | {counts} |")


def _missed(case: Case, answer: dict[str, Any], name: str) -> list[str]:
    if "error" in answer:
        return [answer["error"]]
    return [
        f"{one.where} {one.field}: expected {one.value!r:.200}, got {got!r:.200}"
        for one in case.expected
        if not _meets(one, got := _got(one, answer, name))
    ]


def cost(readers: Sequence[Reader]) -> None:
    """Entries a second, and how often ours reads what the others read in the same time."""
    others = [one for one in readers if one.name != OURS]
    print("| feed | entries | kB | " + " | ".join(f"{one.name}, 1/s" for one in readers), end="")
    print(" | " + " | ".join(f"ours ÷ {one.name}" for one in others) + " |")
    print("|---|---|---|" + "---|" * (len(readers) + len(others)))
    for size in SIZES:
        seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
        weight: dict[str, int] = {}
        for turn in range(TURNS):
            for kind, body in made(size, turn).items():
                weight[kind] = len(body)
                for reader in readers:
                    answer = reader.ask(body, {}, "https://news.example.org/feed")
                    if answer.get("entries") == size:
                        seconds[kind, reader.name].append(answer["seconds"])
        for kind, size_in_bytes in weight.items():
            row = [kind, str(size), f"{size_in_bytes / 1000:.0f}"]
            row += [_rate(seconds[kind, one.name], size) for one in readers]
            row += [_ratio(seconds[kind, one.name], seconds[kind, OURS]) for one in others]
            print("| " + " | ".join(row) + " |", flush=True)


def _rate(seconds: Sequence[float], entries: int) -> str:
    return f"{entries / statistics.median(seconds):,.0f}" if seconds else "–"


def _ratio(theirs: Sequence[float], ours: Sequence[float]) -> str:
    if len(theirs) != len(ours):
        return "–"
    return f"{statistics.median(a / b for a, b in zip(theirs, ours, strict=True)):.1f}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="bench.feeds", description=__doc__)
    parser.add_argument("--suite", type=Path, metavar="DIR")
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--peers-python", type=Path, metavar="FILE", help="runs the others")
    chosen = parser.parse_args()
    readers = []
    for name in READERS:
        python = python_for(name, OURS)
        if chosen.peers_python is not None and name != OURS:
            python = chosen.peers_python
        reader = Reader(name, python)
        if reader.failure:
            print(f"{name} cannot be run: {reader.failure}")
        else:
            readers.append(reader)
    try:
        cost(readers)
        if chosen.suite is not None:
            suite(chosen.suite, readers, failures=chosen.failures)
    finally:
        for reader in readers:
            reader.close()


if __name__ == "__main__":
    main()
