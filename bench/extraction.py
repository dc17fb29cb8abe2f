"""How good and how fast extraction is: `python -m bench.extraction --data DIR [--peers all]`.

DIR is the folder with the sets of pages: for each set a folder with `truth.jsonl` and
`pages/<id>.html.gz`, and one level up (or given by --score) `score.py`, which defines the measures.
Each extractor runs in a process of its own; every page goes to one after the other.

The model that is shipped has learned from all these pages. For our own the pages are shown in two
parts as well, by a hash of the publisher's name: "train" (four fifths) and "check". What is to be
expected of publishers that it has never seen is measured with --unseen, by models that have not:
see `bench/extraction_unseen.py`.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.extraction_table import (
    MEASURES,
    Row,
    Speed,
    Value,
    goal_table,
    measure,
    set_table,
    speed,
    speed_table,
)
from bench.peers import EXTRACTORS, GROUPS, OURS
from bench.peers_process import PEERS, ROOT, Peer, python_for
from bench.publishers import dealt, publisher_of

PARTS = 5  # of the publishers, one of which is "check"
SPEED_SETS = ("aeb", "fundus_eval", "fundus_tests")
FAST = "trafilatura fast"
UNSEEN = f"{OURS}, unseen"
TOLD = (
    "The model that is shipped has learned from all these pages, check publishers included: the\n"
    "lines of publishers not seen are those with “unseen”, where models that were trained without\n"
    "a page's publisher read it (--unseen)."
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its truth."""

    set: str
    truth: dict[str, Any]
    path: Path
    authors_annotated: bool

    @property
    def url(self) -> str:
        """Its address, empty where the set has none."""
        return self.truth.get("url") or ""


@dataclass(slots=True)
class Results:
    """What was measured: per set, per extractor (or part of ours), the scores of its pages."""

    rows: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    peaks: dict[str, int] = field(default_factory=dict)
    given: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, page: Page, label: str, row: Row, given: Iterable[str]) -> None:
        """Note the score of a page, and which fields the extractor gives at all."""
        self.given[label].update(given)
        self.rows.setdefault(page.set, {}).setdefault(label, []).append(row)


def load_score(path: Path) -> ModuleType:
    """The module that defines the measures."""
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None or not path.exists():
        message = f"no score.py at {path}"
        raise SystemExit(message)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def part_of(truth: dict[str, Any], name: str) -> str:
    """Whether a page's publisher is one to learn from or one to check with."""
    return "train" if dealt(publisher_of(truth, name), PARTS) else "check"


def load(folder: Path, only: list[str]) -> list[Page]:
    """All pages; those of the speed sets first, so that their memory is measured alone."""
    found = []
    for path in folder.glob("*/truth.jsonl"):
        name = path.parent.name
        if only and name not in only:
            continue
        truths = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        annotated = any(truth.get("authors") for truth in truths)
        for truth in truths:
            page = path.parent / "pages" / f"{truth['id']}.html.gz"
            found.append(Page(name, truth, page, annotated))
    return sorted(found, key=lambda page: (page.set not in SPEED_SETS, page.set))


def shown(pages: list[Page]) -> Iterator[Page]:
    """The pages, with a line on standard error every few seconds."""
    started = last = time.monotonic()
    for at, page in enumerate(pages):
        now = time.monotonic()
        if now - last > 5:
            left = (now - started) / at * (len(pages) - at)
            print(f"{at} of {len(pages)} pages, {left:.0f} s to go", file=sys.stderr, flush=True)
            last = now
        yield page


def run(pages: list[Page], peers: list[Peer], score: ModuleType, save: Path | None) -> Results:
    """Ask every extractor about every page, one after the other."""
    results = Results()
    for page in shown(pages):
        timed = page.set in SPEED_SETS
        for peer in peers:
            prediction, seconds = peer.ask(page.path, page.url)
            if timed and seconds is not None:
                results.seconds[peer.name].append(seconds)
                results.peaks[peer.name] = peer.peak
            row = score.score_page(page.truth, prediction, authors_annotated=page.authors_annotated)
            results.add(page, peer.name, row, prediction)
            if peer.name == OURS:
                results.add(page, f"  {part_of(page.truth, page.set)}", row, prediction)
            if save is not None:
                line = json.dumps({"id": page.truth["id"], **prediction})
                with (save / f"{page.set}.{peer.name}.jsonl").open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
    return results


def add_unseen(
    results: Results, pages: list[Page], folder: Path, score: ModuleType, score_path: Path
) -> None:
    """Score what models that have not seen a page's publisher read off it."""
    with tempfile.TemporaryDirectory() as made:
        out = Path(made) / "unseen.jsonl"
        command = [
            str(PEERS if PEERS.exists() else sys.executable),
            "-m",
            "bench.extraction_unseen",
        ]
        command += ["--data", str(folder), "--score", str(score_path), "--out", str(out)]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            print("Publishers not seen: could not be measured; the reason is above.")
            return
        read = {}
        for line in out.read_text(encoding="utf-8").split("\n"):
            if line:
                found = json.loads(line)
                read[found["set"], found["id"]] = found["prediction"]
    for page in pages:
        prediction = read.get((page.set, page.truth["id"]))
        if prediction is not None:
            row = score.score_page(page.truth, prediction, authors_annotated=page.authors_annotated)
            results.add(page, UNSEEN, row, prediction)


def agree(rows: list[Row], found: dict[str, Value], score: ModuleType) -> None:
    """Make sure that our arithmetic is that of score.py."""
    summary = score.summarise(rows)
    for each in MEASURES:
        if each.name in found:
            theirs = summary[each.place[0]][each.place[1]]
            assert abs(found[each.name].value - theirs) < 1e-9, (each.name, theirs)


def tell(
    results: Results, peers: list[Peer], score: ModuleType
) -> tuple[dict[str, Any], dict[str, Speed]]:
    """Print the tables; what they hold is returned."""
    order = [OURS, "  train", "  check", UNSEEN, *(peer.name for peer in peers[1:])]
    versions = {peer.name: f"{peer.name} {peer.version}" for peer in peers[1:]}
    sets: dict[str, dict[str, dict[str, Value]]] = {}
    for name in sorted(results.rows):
        held = results.rows[name]
        sets[name] = {}
        for label in order:
            if label in held:
                sets[name][label] = measure(held[label], results.given[label])
                agree(held[label], sets[name][label], score)
        print(f"\n{name}, {len(held[OURS])} pages ({len(held.get('  check', []))} check)")
        labelled = {versions.get(label, label): row for label, row in sets[name].items()}
        print("\n".join(set_table(labelled)))
    speeds = {
        peer.name: found
        for peer in peers
        if (found := speed(results.seconds[peer.name], results.peaks.get(peer.name, 0)))
    }
    print("\nTo be reached")
    ours = [
        label for label in (OURS, "  check", UNSEEN) if any(label in row for row in sets.values())
    ]
    print("\n".join(goal_table(sets, ours, [peer.name for peer in peers[1:]])))
    if speeds:
        count = len(results.seconds[OURS])
        print(f"\nCPU and memory, over the {count} pages of {', '.join(SPEED_SETS)}")
        print("\n".join(speed_table(speeds, FAST)))
    tell_failures(peers)
    print(f"\n{TOLD}")
    return sets, speeds


def tell_failures(peers: list[Peer]) -> None:
    """Print which extractors, and pages, failed; a page that fails scores as empty."""
    for peer in peers:
        if peer.failure is not None:
            print(f"\n{peer.name}: {peer.failure}")
        if peer.errors:
            page, reason = next(iter(peer.errors.items()))
            print(f"\n{peer.name} failed on {len(peer.errors)} pages; {page}: {reason}")


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(prog="bench.extraction", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--score", type=Path, metavar="FILE")
    parser.add_argument("--sets", nargs="*", default=[], metavar="SET")
    parser.add_argument(
        "--peers",
        nargs="*",
        default=["none"],
        metavar="PEER",
        help=f"none, fast, all, or names: {', '.join(GROUPS['all'])}",
    )
    parser.add_argument("--unseen", action="store_true", help="read each page by a model that has "
                        "not seen its publisher as well; takes minutes")  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--predictions", type=Path, metavar="DIR", help="keep what was read there")
    options = parser.parse_args()
    names = [name for group in options.peers for name in GROUPS.get(group, (group,))]
    if unknown := [name for name in names if name not in EXTRACTORS]:
        parser.error(f"no such extractor: {', '.join(unknown)}")
    measure_all(options, [OURS, *dict.fromkeys(names)])


def measure_all(options: argparse.Namespace, names: list[str]) -> None:
    """One run with these extractors."""
    score_path = (options.score or options.data.parent / "score.py").resolve()
    score = load_score(score_path)
    pages = load(options.data, options.sets)
    if not pages:
        raise SystemExit(f"no sets of pages in {options.data}")
    if options.predictions is not None:
        options.predictions.mkdir(parents=True)
    with ExitStack() as stack:
        peers = [stack.enter_context(Peer(name, python_for(name, OURS))) for name in names]
        results = run(pages, peers, score, options.predictions)
        if options.unseen:
            add_unseen(results, pages, options.data.resolve(), score, score_path)
        sets, speeds = tell(results, peers, score)
    if options.json is not None:
        versions = {peer.name: peer.version for peer in peers}
        failures = {peer.name: peer.failure for peer in peers if peer.failure is not None}
        write_json(options.json, sets, speeds, versions, failures)


def write_json(
    path: Path,
    sets: dict[str, dict[str, dict[str, Value]]],
    speeds: dict[str, Speed],
    versions: dict[str, str],
    failures: dict[str, str],
) -> None:
    """The figures, unrounded."""
    scores = {
        name: {
            label.strip(): {key: value._asdict() for key, value in values.items()}
            for label, values in rows.items()
        }
        for name, rows in sets.items()
    }
    costs = {name: each._asdict() for name, each in speeds.items()}
    held = {"versions": versions, "failures": failures, "sets": scores, "speed": costs}
    path.write_text(json.dumps(held, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
