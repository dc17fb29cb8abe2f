"""All measurements, one after the other: `make bench`, or `python -m bench --data DIR`.

DIR holds `extract/dev`, `dedupe/copies.jsonl.gz` and `dedupe/stories.jsonl.gz`: pages and texts
with their truth, which are not part of the project; without it, what needs them is left out, and
said so.
"""

import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.peers import GROUPS

HERE = Path(__file__).parent


def main() -> None:
    """Run each as a process of its own, so that none warms up or weighs on another."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="DIR")
    parser.add_argument("--articles", type=int, default=2000, help="of the run from end to end")
    extraction = parser.add_argument_group("extraction")
    extraction.add_argument("--sets", nargs="*", default=[], metavar="SET", help="only these")
    extraction.add_argument(
        "--peers",
        nargs="*",
        default=["all"],
        metavar="PEER",
        help=f"measured beside ours: none, fast, all (the default), or {', '.join(GROUPS['all'])}",
    )
    extraction.add_argument("--json", type=Path, metavar="FILE", help="write its figures there too")
    chosen = parser.parse_args()
    runs = [
        ("Matching: many watches on one article", ["matching.py", "--articles", "500"]),
        ("Inflection: words that should meet, and words that should not", ["inflection.py"]),
        ("Names of places: found, noise, cost", ["names.py"]),
        ("Backtests: what would have rung", ["backtest.py"]),
        ("Copies: speed and, with data, quality", ["copies.py", *_data(chosen.data, "dedupe")]),
        ("Copies: the index on disk", ["copies_index.py"]),
        ("Stories: cost and, with data, quality", ["stories.py", *_stories(chosen.data)]),
        ("Stories in the database", ["stories_stored.py", "--articles", "5000"]),
        ("Alerts: how soon, how many, and what bad receivers cost", ["alerts.py"]),
        ("Feeds: entries a second", ["feeds.py"]),
        ("Schedule: a hundred thousand sources", ["schedule.py"]),
        ("From a site to the database", ["throughput.py", "--articles", str(chosen.articles)]),
    ]
    if chosen.data is not None:
        runs.append(("Extraction", ["extraction.py", *_extraction(chosen)]))
    else:
        print(
            "Extraction is left out, and of copies and stories the quality: they need --data DIR."
        )
    for title, (script, *arguments) in runs:
        print(f"\n## {title}\n", flush=True)
        command = [sys.executable, "-m", f"bench.{script.removesuffix('.py')}", *arguments]
        done = subprocess.run(command, cwd=HERE.parent, check=False)
        if done.returncode:
            sys.exit(f"{script} failed")


def _extraction(chosen: argparse.Namespace) -> list[str]:
    arguments = [*_data(chosen.data, "extract"), "--unseen", "--peers", *chosen.peers]
    if chosen.sets:
        arguments += ["--sets", *chosen.sets]
    if chosen.json is not None:
        arguments += ["--json", str(chosen.json.resolve())]
    return arguments


def _stories(folder: Path | None) -> list[str]:
    return ["--stream", "10000", *_data(folder, "stories")]


def _data(folder: Path | None, what: str) -> list[str]:
    if folder is None:
        return []
    where = {
        "dedupe": folder / "dedupe" / "copies.jsonl.gz",
        "stories": folder / "dedupe" / "stories.jsonl.gz",
        "extract": folder / "extract" / "dev",
    }
    return ["--data", str(where[what].resolve())]


if __name__ == "__main__":
    main()
