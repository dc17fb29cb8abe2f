"""How fast articles are matched against many watches, beside other ways; and whether rightly.

    python -m bench.matching [--watches 1000 10000 100000] [--articles 2000] [--seed 1]
        [--quick] [--agreement ARTICLES] [--json FILE]

Articles and watches are made up (matching_corpus.py). The other ways (matching_peers.py) know
literal words alone, so they and ours are given the same watches said in literal words; what they
find is compared with what ours finds of these, article by article: who finds the same is correct.
Beside that, ours is measured with the watches as they were written, in the whole language. Each is
measured in a process of its own, in CPU time, from the raw text; every article is new to it but for
a warm-up on others. The medians are of five parts of the articles.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.matching_hostile import CASES, examine
from bench.matching_peers import MOST_WATCHES, PEERS
from bench.peers_process import PEERS as BENCH_PYTHON

ROOT = Path(__file__).resolve().parent.parent
_LONGEST = 7_200.0  # seconds for one question


def ask(python: str, module: str, *arguments: str) -> list[dict[str, Any]]:
    """What a process of its own answers, a JSON object a line; nothing if it cannot be run."""
    command = [python, "-m", f"bench.{module}", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=_LONGEST, check=False
    )
    if done.returncode:
        print(f"{' '.join(arguments)}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
        return []
    return [json.loads(line) for line in done.stdout.splitlines()]


def ours(question: str, count: int, asked: argparse.Namespace, *more: str) -> dict[str, Any]:
    """What ours answers to a question."""
    found = ask(sys.executable, "matching_ours", question, *_size(count, asked), *more)
    return found[0] if found else {}


def _size(count: int, asked: argparse.Namespace) -> tuple[str, ...]:
    numbers = {"--watches": count, "--articles": asked.articles, "--seed": asked.seed}
    return tuple(str(each) for pair in numbers.items() for each in pair)


def compare(count: int, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """The lines of the table for so many watches."""
    whole = ours("speed", count, asked)
    literal = ours("speed", count, asked, "--literal")
    lines = []
    for name, found in (("tocsin, whole language", whole), ("tocsin, literal words", literal)):
        if found:
            row = {"name": name, "watches": count, **found}
            row["matches"] = sum(map(len, row.pop("found"))) / asked.articles
            lines.append(row)
    right = literal.get("found", [])
    python = str(BENCH_PYTHON) if BENCH_PYTHON.exists() else sys.executable
    for name in PEERS:
        if count > MOST_WATCHES.get(name, count):
            continue
        for answer in ask(python, "matching_peers", name, *_size(count, asked)):
            found = answer.pop("found")
            pairs = zip(found, right, strict=False)
            answer["differ"] = sum(len(set(one) ^ set(other)) for one, other in pairs)
            answer["matches"] = sum(map(len, found)) / max(1, len(found))
            answer["total_ms"] = answer["prepare_ms"] + answer["match_ms"]
            lines.append(answer)
    return lines


def show(lines: list[dict[str, Any]]) -> None:
    """The table."""
    print(
        f"{'':34} {'watches':>8} {'ms/article':>10} {'read':>6} {'match':>7} {'matches':>8}"
        f" {'differ':>7} {'build s':>8}"
    )
    for row in lines:
        if "total_ms" in row:
            name = f"{row['name']}, by {row['way']}"
            times = (row["total_ms"], row["prepare_ms"], row["match_ms"])
            differ = f"{row['differ']:>7}"
        else:
            name = row["name"]
            times = (row["match_ms"], row["reading_ms"], row["match_ms"] - row["reading_ms"])
            differ = f"{'':>7}"
        print(
            f"{name:34} {row['watches']:>8,} {times[0]:>10.3f} {times[1]:>6.2f} {times[2]:>7.3f}"
            f" {row['matches']:>8.1f} {differ} {row['build_s']:>8.1f}",
            flush=True,
        )
        if "ids_ms" in row:
            print(f"{'  the same without passages':34} {'':>8} {row['ids_ms']:>10.3f}")


def summary(lines: list[dict[str, Any]]) -> dict[str, float]:
    """What the project asks of the matcher, at the most watches measured."""
    most = max(row["watches"] for row in lines)
    least = min(row["watches"] for row in lines)
    whole = {row["watches"]: row for row in lines if row["name"] == "tocsin, whole language"}
    right = [row["total_ms"] for row in lines if row.get("differ") == 0 and row["watches"] == most]
    found = {}
    if most in whole:
        found["articles a second"] = 1000 / whole[most]["match_ms"]
        found["growth"] = whole[most]["match_ms"] / whole[least]["match_ms"]
        if right:
            found["times the best correct peer"] = whole[most]["match_ms"] / min(right)
            found["the same without passages"] = whole[most]["ids_ms"] / min(right)
    return found


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="bench.matching", description=__doc__)
    parser.add_argument("--watches", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="1,000 watches, 200 articles")
    parser.add_argument(
        "--agreement",
        type=int,
        default=20,
        metavar="ARTICLES",
        help="every query alone on so many (20); hours for thousands",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    asked = parser.parse_args()
    if asked.quick:
        asked.watches, asked.articles = [1_000], 200
    most = max(asked.watches)
    print(f"{asked.articles} articles, seed {asked.seed}; CPU time from raw text")
    lines = [row for count in sorted(asked.watches) for row in compare(count, asked)]
    show(lines)
    figures: dict[str, Any] = {"table": lines, "summary": summary(lines)}
    for name, value in figures["summary"].items():
        print(f"{name}: {value:.2f}")
    figures["memory"] = ours("memory", most, asked)
    if figures["memory"]:
        each = {name: value / most for name, value in figures["memory"].items()}
        print(f"bytes a watch: index {each['index_bytes']:.0f}, all {each['bytes']:.0f}")
    figures["changes"] = ours("changes", most, asked)
    for what, times in figures["changes"].items():
        print(f"{what}: " + ", ".join(f"{name} {ms:.2f} ms" for name, ms in times.items()))
    asked.articles = min(asked.agreement, asked.articles)
    found = figures["agreement"] = ours("agreement", most, asked)
    if found:
        print(
            f"every query alone: {found['pairs']:,} pairs, {found['matches']:,} matches,"
            f" {found['wrong']:,} disagreements;"
            f" oracle: {found['judged']:,} pairs, {found['misjudged']:,} disagreements"
        )
    figures["hostile"] = {name: examine(name) for name in CASES}
    for name, seen in figures["hostile"].items():
        print(f"{name:34} {seen}")
    if asked.json is not None:
        asked.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
