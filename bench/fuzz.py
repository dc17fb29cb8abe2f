"""Extract mutated pages, and tell what should not be: `python -m bench.fuzz --data DIR`.

Each seed is one page (`bench/fuzz_mutations.py`), extracted in a process that is watched. Findings
are: any exception but ExtractError, more than 2 s of CPU, a process of more than 300 MB, one that
crashes or hangs, and an article that cannot be stored (a lone surrogate, a NUL, a time without a
zone). They are kept, page and all, in --out. The same seed with the same DIR is the same page:

    python -m bench.fuzz --data DIR --replay SEED

shows what is wrong with it, and with --keep FILE writes the page.
"""

import argparse
import ctypes
import dataclasses
import faulthandler
import gzip
import json
import os
import re
import resource
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.fuzz_mutations import Case, mutated
from bench.peers import peak_memory
from bench.peers_process import Lines, LinesError
from scraper.errors import ExtractError
from scraper.extract import Extraction, extract

SECONDS = 2.0  # of CPU for a page
MEMORY = 300_000_000  # bytes of a process
ALARM = 10.0  # seconds of CPU after which Python code is interrupted
HANG = 90.0  # seconds of the clock after which a process is killed
MOST_SHOWN = 5  # findings of one sort
ADDRESS_SPACE = 4 * 2**30  # bytes: a page that eats memory takes no more of the machine


class AlarmError(BaseException):
    """Raised into an extraction that does not end. No `except Exception` stops it."""


def pages_in(folder: Path) -> list[Path]:
    """All pages below a folder, in an order that stays."""
    found = sorted(folder.rglob("*.html.gz")) + sorted(folder.rglob("*.html"))
    if not found:
        raise SystemExit(f"no pages in {folder}")
    return found


def read_page(path: Path) -> bytes:
    """The bytes of a page, which may be compressed."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def case_of(seed: int, pages: Sequence[Path]) -> Case:
    """The page that a seed makes."""
    return mutated(seed, len(pages), lambda number: read_page(pages[number]))


def unsound(found: Extraction) -> str | None:
    """Why this article cannot be stored, if it cannot."""
    for name, value in [
        *(
            (each.name, getattr(found.article, each.name))
            for each in dataclasses.fields(found.article)
        ),
        *((f"evidence of {name}", value) for name, value in found.evidence.items()),
    ]:
        if isinstance(value, datetime) and value.tzinfo is None:
            return f"{name} has no zone"
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and (reason := unstorable(text)):
                return f"{name} {reason}"
    return None


def unstorable(text: str) -> str | None:
    """Why a database refuses this text."""
    if "\0" in text:
        return "holds a NUL"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "holds a lone surrogate"
    return None


def forget_mutation() -> None:
    """Give back the memory that making the page took, and let Linux count the peak anew."""
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def attempt(case: Case) -> dict[str, Any]:
    """Extract one page; what it cost, and what is wrong, if anything is."""
    forget_mutation()
    signal.setitimer(signal.ITIMER_PROF, ALARM)
    started = time.process_time()
    outcome, wrong, trace = "article", None, ""
    try:
        wrong = unsound(extract(case.html, case.url, case.headers, now=case.now))
    except ExtractError:
        outcome = "refused"
    except (AlarmError, Exception) as error:  # noqa: BLE001 - to find them is what this is for
        wrong, trace = f"{type(error).__name__}: {error}"[:300], traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    seconds, peak = time.process_time() - started, peak_memory()
    if wrong is None and seconds > SECONDS:
        wrong = f"{seconds:.1f} s of CPU"
    if wrong is None and peak > MEMORY:
        wrong = f"{peak / 1e6:.0f} MB"
    return {"outcome": outcome, "wrong": wrong, "trace": trace, "seconds": seconds, "peak": peak}


def on_alarm(_signal: int, _frame: FrameType | None) -> None:
    """End the extraction where it is."""
    raise AlarmError(f"interrupted after {ALARM:.0f} s of CPU")


def work(pages: Sequence[Path], answers: TextIO) -> None:
    """Extract the page of each seed that is asked for."""
    faulthandler.enable()
    signal.signal(signal.SIGPROF, on_alarm)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, hard))
    print(json.dumps({"ready": len(pages)}), file=answers, flush=True)
    for line in sys.stdin:
        case = case_of(json.loads(line)["seed"], pages)
        found = {**attempt(case), "bytes": len(case.html)}
        print(json.dumps(found), file=answers, flush=True)


class Run:
    """The seeds still to do, and what was found; used by several threads."""

    def __init__(self, seeds: Iterator[int], total: int, out: Path, pages: list[Path]) -> None:
        self.total = total
        self.done = 0
        self.refused = 0
        self.findings = 0
        self.sorts: Counter[str] = Counter()
        self.slowest = (0.0, 0)
        self.biggest = (0, 0)
        self.size = 0
        self._seeds = seeds
        self._out = out
        self._pages = pages
        self._started = time.monotonic()
        self._told = self._started
        self._lock = threading.Lock()

    def next_seed(self) -> int | None:
        """The next one, or None when all are given out."""
        with self._lock:
            return next(self._seeds, None)

    def note(self, seed: int, found: dict[str, Any]) -> None:
        """Count a page; keep it when something is wrong with it."""
        with self._lock:
            self.done += 1
            self.size += found.get("bytes", 0)
            self.refused += found.get("outcome") == "refused"
            self.slowest = max(self.slowest, (found.get("seconds", 0.0), seed))
            self.biggest = max(self.biggest, (found.get("peak", 0), seed))
            if found["wrong"] is not None:
                self.findings += 1
                self._keep(seed, found)
                self._say(seed, found["wrong"])
            self._tell()

    def _say(self, seed: int, wrong: str) -> None:
        sort = re.sub(r"[\d.]+", "N", wrong)[:60]
        self.sorts[sort] += 1
        if self.sorts[sort] <= MOST_SHOWN:
            print(f"seed {seed}: {wrong}", flush=True)
        elif self.sorts[sort] == MOST_SHOWN + 1:
            print(f"… and more of the same: {sort}", flush=True)

    def _keep(self, seed: int, found: dict[str, Any]) -> None:
        self._out.mkdir(parents=True, exist_ok=True)
        case = case_of(seed, self._pages)
        (self._out / f"{seed}.html.gz").write_bytes(gzip.compress(case.html))
        about = {
            "seed": seed,
            "url": case.url,
            "headers": dict(case.headers),
            "now": case.now and case.now.isoformat(),
            "steps": case.steps,
            **found,
        }
        path = self._out / f"{seed}.json"
        path.write_text(json.dumps(about, indent=1), encoding="utf-8")

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told > 20 or self.done == self.total:
            self._told = now
            left = (now - self._started) / self.done * (self.total - self.done)
            print(
                f"{self.done} of {self.total} pages, {self.findings} findings, "
                f"{left / 60:.0f} min to go",
                file=sys.stderr,
                flush=True,
            )


def drive(run: Run, command: Sequence[str]) -> None:
    """Give seeds to one process, and to another when it is gone, until there are none."""
    lines = Lines(command)
    try:
        while (seed := run.next_seed()) is not None:
            try:
                if not lines.running:
                    lines.start()
                found = lines.ask({"seed": seed}, HANG)
            except LinesError as error:
                found = {"wrong": f"crash or hang: {error}"}
            run.note(seed, found)
    finally:
        lines.close()


def summary(run: Run) -> str:
    """The result in a few lines."""
    return (
        f"{run.done} pages, {run.size / 1e9:.1f} GB; {run.refused} refused as holding nothing; "
        f"{run.findings} findings\n"
        f"longest: {run.slowest[0]:.2f} s of CPU (seed {run.slowest[1]}); "
        f"most memory: {run.biggest[0] / 1e6:.0f} MB (seed {run.biggest[1]})"
    )


def replay(seed: int, pages: Sequence[Path], keep: Path | None) -> int:
    """Extract one page again, in this process, and print what is known of it."""
    case = case_of(seed, pages)
    if keep is not None:
        keep.write_bytes(case.html)
    signal.signal(signal.SIGPROF, on_alarm)
    print(f"seed {seed}: {len(case.html)} bytes, {', '.join(case.steps)}")
    print(f"url {case.url[:100]!r}, headers {dict(case.headers)}, now {case.now}")
    found = attempt(case)
    print(f"{found['seconds']:.2f} s of CPU, {found['peak'] / 1e6:.0f} MB: {found['outcome']}")
    print(found["trace"] or f"wrong: {found['wrong']}")
    return int(found["wrong"] is not None)


def main() -> None:
    """Run, and end with 1 if anything was found."""
    parser = argparse.ArgumentParser(
        prog="bench.fuzz",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="of pages")
    parser.add_argument("--pages", type=int, default=1000, help="how many are made (1000)")
    parser.add_argument("--seed", type=int, default=0, help="of the first page (0)")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--out", type=Path, default=Path("fuzz-findings"), metavar="DIR")
    parser.add_argument("--replay", type=int, metavar="SEED")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="where --replay writes the page")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    pages = pages_in(options.data)
    if options.worker:
        work(pages, sys.stdout)
    elif options.replay is not None:
        sys.exit(replay(options.replay, pages, options.keep))
    else:
        sys.exit(fuzz(options, pages))


def fuzz(options: argparse.Namespace, pages: list[Path]) -> int:
    """All seeds, in as many processes as asked for."""
    seeds = iter(range(options.seed, options.seed + options.pages))
    run = Run(seeds, options.pages, options.out, pages)
    command = [
        sys.executable,
        "-m",
        "bench.fuzz",
        "--data",
        str(options.data.resolve()),
        "--worker",
    ]
    threads = [threading.Thread(target=drive, args=(run, command)) for _ in range(options.jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(summary(run))
    return int(run.findings > 0)


if __name__ == "__main__":
    main()
