"""`tocsin run`, `tocsin worker` and `tocsin once`."""

import asyncio
import signal
import sys
from contextlib import closing
from pathlib import Path

import click

from scraper import log
from scraper.app import Summary
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import read_settings
from scraper.cli.output import print_json
from scraper.composition import open_app
from scraper.errors import UsageError
from scraper.jobs import run_local
from scraper.settings import Loaded
from scraper.web import bind, host_of, serve


@click.command()
@settings_option
def run(config: Path | None) -> int:
    """Run the daemon: schedule, pipeline, alerts and dashboard, until it is told to stop."""
    loaded = read_settings(config, warn=True)
    _log_as_set(loaded)
    return 0 if asyncio.run(_run(loaded)) else 1


async def _run(loaded: Loaded) -> bool:
    stop = _stop_event()
    listen = loaded.settings.service.listen
    # First: if its port is taken, nothing else need be started.
    with closing(bind(listen)) as bound:
        async with open_app(loaded) as app, serve(app, bound, host=host_of(listen)):
            return await run_local(app, stop)


@click.command()
@settings_option
def worker(config: Path | None) -> int:
    """Run one more worker on the daemon's PostgreSQL database: all but the dashboard."""
    loaded = read_settings(config, warn=True)
    if not loaded.settings.service.database.startswith("postgres"):
        raise UsageError(
            "several workers need a PostgreSQL database: set service.database to "
            "postgresql://user@host/name. With SQLite, `tocsin run` is the one worker"
        )
    _log_as_set(loaded)
    return 0 if asyncio.run(_work(loaded)) else 1


async def _work(loaded: Loaded) -> bool:
    stop = _stop_event()
    async with open_app(loaded) as app:
        return await run_local(app, stop)


def _stop_event() -> asyncio.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


@click.command()
@settings_option
@json_option
def once(config: Path | None, as_json: bool) -> int:
    """Visit every source now, deliver what is due, print a summary, and exit."""
    loaded = read_settings(config, warn=True)
    _log_as_set(loaded)
    summary = asyncio.run(_once(loaded))
    if as_json:
        print_json(summary)
    else:
        click.echo(_sentence(summary))
    nothing_seen = summary.sources and summary.sources_failed == summary.sources
    return 1 if nothing_seen or summary.deliveries_failed or summary.channels_paused else 0


async def _once(loaded: Loaded) -> Summary:
    async with open_app(loaded) as app:
        return await app.once()


def _sentence(summary: Summary) -> str:
    done = f"{summary.delivered} done, {summary.deliveries_failed} failed"
    lines = [
        f"sources     {summary.sources} visited, {summary.sources_failed} failed",
        f"entries     {summary.new_entries} new, {summary.entries_waiting} waiting",
        f"articles    {summary.articles} new, {summary.revisions} revised",
        f"alerts      {summary.alerts} rang",
        f"deliveries  {done}, {summary.deliveries_waiting} waiting",
    ]
    if summary.channels_paused:
        names = ", ".join(summary.channels_paused)
        lines.append(f"channels    paused: {names}; `tocsin channel list` says why")
    return "\n".join(lines)


def _log_as_set(loaded: Loaded) -> None:
    service = loaded.settings.service
    log.set_up(service.log_level, service.log_format, colour=sys.stderr.isatty())
