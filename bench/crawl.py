"""From 200 hosts to the database, beside Scrapy: pages a second, of one process tree.

    python -m bench.crawl --pages FOLDER --peer-python .venv-bench/bin/python

One local site (`crawl_site.py`) in a process of its own on the same processors; no pauses between
requests, but one at a time to each host, and robots.txt heeded, by all. Ours fetches, extracts,
compares, matches and stores; Scrapy with trafilatura extracts, and writes lines of JSON; the
trivial spider only fetches. The runs take turns, and medians are printed with all runs beside them.
CPU is the seconds of the process tree; memory is its proportional set size.
"""

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.throughput import memory
from tests.end_to_end.daemon import environment, write_settings

HERE = Path(__file__).parent
RUNNERS = ("ours", "trafilatura", "trivial")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took."""

    pages: int
    seconds: float
    cpu: float  # seconds
    course: tuple[int, ...]  # bytes, at every tenth of the time

    @property
    def peak(self) -> int:
        """The most bytes at once."""
        return max(self.course)

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


@contextmanager
def site(hosts: int, articles: int, pages: Path | None) -> Iterator[list[str]]:
    """The local site; the addresses of its feeds. Its report goes to stderr at the end."""
    command = [sys.executable, "-m", "bench.crawl_site", f"--hosts={hosts}"]
    command += [f"--articles={articles}", *(["--pages", str(pages)] if pages else [])]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        names = [f"127.0.{1 + number // 250}.{1 + number % 250}" for number in range(hosts)]
        yield [f"http://{name}:{port}/rss.xml" for name in names]
        report, _ = process.communicate()
    print(f"the site's own log: {report.strip()}", file=sys.stderr)


def watched(command: Sequence[str], folder: Path, env: dict[str, str]) -> tuple[str, Run]:
    """Run a command to its end: what it printed, and what it took."""
    began, seen = time.perf_counter(), [0]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=(folder / "errors.log").open("w"),
        start_new_session=True,
    ) as process:
        while process.poll() is None:
            seen.append(memory(process.pid))
            time.sleep(0.5)
        seconds = time.perf_counter() - began
        assert process.stdout is not None
        printed = process.stdout.read().decode()
        if process.returncode:
            sys.exit(f"{command[0]} failed: {(folder / 'errors.log').read_text()[-2000:]}")
    course = tuple(
        max(seen[len(seen) * part // 10 : len(seen) * (part + 1) // 10 + 1]) for part in range(10)
    )
    return printed, Run(0, seconds, 0.0, course)


def ours(feeds: Sequence[str], folder: Path, python: str) -> Run:
    """`tocsin once`."""
    sources = [(f"host {number}", feed) for number, feed in enumerate(feeds)]
    write_settings(folder, sources=sources, every="1h")
    before = _children()
    _, run = watched([python, "-m", "scraper", "once", "--json"], folder, environment(folder))
    with closing(sqlite3.connect(folder / "tocsin.db")) as database:
        (pages,) = database.execute("SELECT count(*) FROM articles").fetchone()
    return Run(pages, run.seconds, _children() - before, run.course)


def scrapy(kind: str, feeds: Sequence[str], folder: Path, python: str) -> Run:
    """Scrapy, with one of the spiders."""
    spider = str(HERE / "crawl_spider.py")
    before = _children()
    command = [python, spider, kind, str(folder / "out.jsonl"), *feeds]
    printed, run = watched(command, folder, dict(os.environ))
    return Run(int(printed.split()[-1]), run.seconds, _children() - before, run.course)


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def main() -> None:
    """Measure in turns, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help="real pages; else made up")
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--articles", type=int, default=4_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer-python", metavar="FILE", help="a Python that has Scrapy")
    parser.add_argument("--only", choices=RUNNERS, nargs="*", default=RUNNERS)
    chosen = parser.parse_args()
    runs: dict[str, list[Run]] = {name: [] for name in chosen.only}
    with site(chosen.hosts, chosen.articles, chosen.pages) as feeds:
        for _ in range(chosen.runs):
            for name in chosen.only:
                with tempfile.TemporaryDirectory() as folder:
                    if name == "ours":
                        run = ours(feeds, Path(folder), sys.executable)
                    elif chosen.peer_python:
                        python = str(Path(chosen.peer_python).absolute())
                        run = scrapy(name, feeds, Path(folder), python)
                    else:
                        continue
                runs[name].append(run)
                print(
                    name, json.dumps({"rate": round(run.rate, 1), "pages": run.pages}), flush=True
                )
    _print(runs)


def _print(runs: dict[str, list[Run]]) -> None:
    print(
        f"{'':12} {'pages':>6} {'pages/s':>8} {'all runs':>24} {'CPU ms/page':>12} {'peak MiB':>9}"
    )
    for name, done in runs.items():
        if not done:
            print(f"{name:12} left out: it needs --peer-python")
            continue
        rates = " ".join(f"{run.rate:.0f}" for run in done)
        print(
            f"{name:12} {done[0].pages:6} {statistics.median(run.rate for run in done):8.1f} "
            f"{rates:>24} {statistics.median(1000 * run.cpu / run.pages for run in done):12.1f} "
            f"{max(run.peak for run in done) / 2**20:9.0f}"
        )
    for name, done in runs.items():
        for run in done:
            course = " ".join(f"{size / 2**20:.0f}" for size in run.course)
            print(f"{name}: MiB at every tenth of the time: {course}")


if __name__ == "__main__":
    main()
