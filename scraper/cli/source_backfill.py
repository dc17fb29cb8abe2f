"""`tocsin source backfill`."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from scraper.app import App
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import found, opened, read_settings
from scraper.cli.output import moment, print_json, say
from scraper.clock import Clock
from scraper.composition import open_app
from scraper.errors import UsageError
from scraper.pipeline.backfill import Backfiller
from scraper.pipeline.past import backfill_pause, time_left
from scraper.pipeline.words import span
from scraper.settings.units import parse_duration
from storage.database import Database, UnitOfWork
from storage.records import Backfill, BackfillProgress, Source

_DATE = click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"))
_BEAT = 10.0  # seconds
_LOOK = 2.0  # seconds between two looks at how far it is, on a terminal
_LINE = 60.0  # seconds between two lines elsewhere
_SHORTEST_REST = 0.1  # seconds
_ALIVE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    name: str
    since: datetime | None
    until: datetime | None
    ring: bool
    pause: timedelta
    restart: bool


@click.command()
@click.argument("name")
@click.option("--since", type=_DATE, metavar="DATE", help="Articles since then (UTC).")
@click.option("--until", type=_DATE, metavar="DATE", help="And before then; else until now.")
@click.option("--pause", metavar="DURATION", help="Between two pages of a host; else 5s or more.")
@click.option("--ring", is_flag=True, help="Let watches ring for what it brings.")
@click.option("--restart", is_flag=True, help="Begin anew, with another range perhaps.")
@click.option("--status", is_flag=True, help="Show how far it is, and read nothing.")
@click.option("--stop", is_flag=True, help="Read no more, until it is asked for again.")
@settings_option
@json_option
def backfill(
    *,
    name: str,
    since: datetime | None,
    until: datetime | None,
    pause: str | None,
    ring: bool,
    restart: bool,
    status: bool,
    stop: bool,
    config: Path | None,
    as_json: bool,
) -> int:
    """Read what a source published before: by sitemaps, the pages of a feed, and archives.

    It may be interrupted, and goes on where it was when it is asked for again. News always goes
    first. Nothing rings, unless with --ring.
    """
    if status or stop:
        return _look(config, name, stop=stop, as_json=as_json)
    loaded = read_settings(config, warn=True)
    wanted = _Wanted(
        name=name,
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC),
        ring=ring,
        pause=_pause(pause, loaded.settings.fetch.host_pause),
        restart=restart,
    )

    async def run() -> BackfillProgress:
        async with open_app(loaded) as app:
            return await _run(app, wanted)

    try:
        progress = asyncio.run(run())
    except KeyboardInterrupt:
        say("interrupted; what is done stays. Run it again to go on", err=True)
        raise
    return _tell(progress, as_json=as_json)


def _pause(text: str | None, host_pause: timedelta) -> timedelta:
    if text is None:
        return backfill_pause(host_pause)
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(f"--pause: {error}") from None


def _look(config: Path | None, name: str, *, stop: bool, as_json: bool) -> int:
    with opened(config) as database, database.begin() as unit:
        source = found(unit.sources.get(name), "source", name)
        known = unit.backfills.get(source.id)
        if known is None:
            raise UsageError(f"{name}: it has no backfill; begin one with --since DATE")
        if stop:
            unit.backfills.stop(source.id)
        progress = unit.backfills.progress(source.id)
    if as_json:
        print_json(asdict(progress) | {"since": known.since, "until": known.until})
        return 0
    state = "stopped" if stop or known.stopped else "under way" if _is_open(progress) else "done"
    say(f"{name}: {moment(known.since)} to {moment(known.until)}, {state}; {_sentence(progress)}")
    _say_failures(progress)
    return 0


def _is_open(progress: BackfillProgress) -> bool:
    return bool(progress.lists_waiting or progress.waiting)


def _tell(progress: BackfillProgress, *, as_json: bool) -> int:
    if as_json:
        print_json(progress)
    else:
        say(_sentence(progress))
    _say_failures(progress)
    if progress.links or progress.stored or _is_open(progress):
        if progress.waiting:
            say("what waits is tried again later, by the daemon or by this command", err=True)
        return 0
    why = f" ({progress.error})" if progress.error else ""
    say(
        f"nothing of that time is listed in its sitemaps, in its feed or in its archives{why}",
        err=True,
    )
    return 1


def _say_failures(progress: BackfillProgress) -> None:
    """The lists that never came; with --restart they are asked for again."""
    for failure in progress.failures:
        say(f"not read: {failure}", err=True)
    if (more := progress.lists_failed - len(progress.failures)) > 0:
        say(f"not read: and {more} more", err=True)


def _sentence(progress: BackfillProgress) -> str:
    later = f" (the next at {moment(progress.next_list_at)})" if progress.next_list_at else ""
    return (
        f"{progress.lists_read} lists read, {progress.lists_failed} failed, "
        f"{progress.lists_waiting} to read{later}; {progress.links} links found; "
        f"{progress.stored} articles stored, {progress.failed} failed, "
        f"{progress.passed_over} of another time or no articles, {progress.waiting} waiting"
    )


def _begun(unit: UnitOfWork, wanted: _Wanted, now: datetime) -> Source:
    """The source; its backfill is begun, or goes on."""
    source = found(unit.sources.get(wanted.name), "source", wanted.name)
    known = unit.backfills.get(source.id)
    if known is not None and not wanted.restart:
        if wanted.since not in {None, known.since} or wanted.until not in {None, known.until}:
            raise UsageError(
                f"{wanted.name}: its backfill is of {moment(known.since)} to "
                f"{moment(known.until)}; for another range add --restart"
            )
        unit.backfills.resume(source.id, now)
        return source
    if wanted.since is None:
        raise UsageError("--since: say from when on, such as --since 2026-01-01")
    until = wanted.until or now
    if wanted.since >= until:
        raise UsageError("--since: it must lie before --until, and before now")
    unit.backfills.begin(
        Backfill(
            source_id=source.id,
            since=wanted.since,
            until=until,
            ring=wanted.ring,
            pause=wanted.pause,
            stopped=False,
            started_at=now,
        )
    )
    unit.backfills.resume(source.id, now)
    return source


async def _run(app: App, wanted: _Wanted) -> BackfillProgress:
    await app.beat()  # what a command that died had claimed is free
    source = await app.database.run(lambda unit: _begun(unit, wanted, app.clock.now()))
    worker = Backfiller(
        database=app.database,
        fetcher=app.fetcher,
        sandbox=app.sandbox,
        clock=app.clock,
        worker=app.worker,
    )
    async with _beating(app), _showing(app.clock, lambda: worker.progress(source)):
        while True:
            if reads := await worker.claim(source):
                while await worker.step(source):
                    pass
            await _read_pages(app, worker, source)
            due = await worker.next_at(source)
            if due is None:
                break
            left = (due - app.clock.now()).total_seconds() if reads else _LOOK
            await app.clock.sleep(min(max(left, _SHORTEST_REST), _LOOK))
    return await worker.progress(source)


async def _read_pages(app: App, worker: Backfiller, source: Source) -> None:
    """Have the pages read that were found: by the daemon, if there is one."""
    await _wait(app, worker, source)
    if not await _daemon_at_work(app.database, app):
        await app.reading.drain()
        while await app.index():
            pass


async def _daemon_at_work(database: Database, app: App) -> bool:
    """Whether another worker reads the frontier: then it reads the backfill's pages, too."""
    workers = await database.query(lambda unit: unit.workers.list())
    since = app.clock.now() - _ALIVE
    return any(one.id != app.worker and one.heartbeat_at > since for one in workers)


async def _wait(app: App, worker: Backfiller, source: Source) -> None:
    """Watch the daemon read, if there is one; who stops it, or the daemon, ends the watching.

    So does a list whose time has come.
    """
    while (await worker.progress(source)).waiting and await _daemon_at_work(app.database, app):
        known = await app.database.query(lambda unit: unit.backfills.get(source.id))
        due = await worker.next_at(source)
        if known is None or known.stopped or (due is not None and due <= app.clock.now()):
            return
        await app.clock.sleep(_LOOK)


@asynccontextmanager
async def _beating(app: App) -> AsyncIterator[None]:
    async def beat() -> None:
        while True:
            await app.beat()
            await app.clock.sleep(_BEAT)

    task = asyncio.create_task(beat(), name="heartbeat")
    try:
        yield
    finally:
        task.cancel()


def _done(progress: BackfillProgress) -> int:
    return progress.stored + progress.passed_over + progress.failed


def _left(passed: timedelta, done: int, progress: BackfillProgress) -> str:
    """How long it may take, by how long the pages took that were read."""
    left = time_left(passed, done, progress.waiting)
    if left is None:
        return ""
    return f", {'at least' if progress.lists_waiting else 'about'} {span(left)} left"


@asynccontextmanager
async def _showing(
    clock: Clock, progress: Callable[[], Awaitable[BackfillProgress]]
) -> AsyncIterator[None]:
    """Show how far it is: one line over and over on a terminal, else a line a minute."""
    live = sys.stderr.isatty()

    async def show() -> None:
        began, first = clock.monotonic(), _done(await progress())
        while True:
            await clock.sleep(_LOOK if live else _LINE)
            now = await progress()
            passed = timedelta(seconds=clock.monotonic() - began)
            line = _sentence(now) + _left(passed, _done(now) - first, now)
            click.echo(f"\r\x1b[K{line}" if live else line, nl=not live, err=True)

    task = asyncio.create_task(show(), name="progress")
    try:
        yield
    finally:
        task.cancel()
        if live:
            click.echo("\r\x1b[K", nl=False, err=True)
