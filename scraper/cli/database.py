"""`tocsin db`."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import click
from pydantic import TypeAdapter

from scraper.actions.checked import checked
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import opened, read_settings
from scraper.cli.output import print_fields, print_json, say
from scraper.clock import SystemClock
from scraper.errors import TocsinError, UsageError
from scraper.pipeline.indexing import index_articles
from scraper.settings import format_duration
from scraper.settings.model import Duration, DurationOrNever
from scraper.watch import RULES
from storage.database import Database

_DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)
_OR_NEVER: TypeAdapter[timedelta] = TypeAdapter(DurationOrNever)
_STEP = 500  # articles indexed between two words about it
_MARGIN = timedelta(days=1)  # what is being compared just now


@click.group()
def db() -> None:
    """The database: show, check, backup, prune, vacuum, index."""


@db.command()
@settings_option
@json_option
def show(config: Path | None, as_json: bool) -> None:
    """Show how much there is, and how large it is."""
    with opened(config) as database:
        stats = database.stats()
    if as_json:
        print_json(stats)
        return
    print_fields(dict(stats))


@db.command()
@settings_option
def check(config: Path | None) -> None:
    """Look for damage."""
    with opened(config) as database:
        problems = database.check()
    if problems:
        raise TocsinError(
            "the database is damaged; restore the last backup:\n" + "\n".join(problems)
        )
    click.echo("no damage found")


@db.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE")
@settings_option
def backup(target: Path, config: Path | None) -> None:
    """Write a consistent copy of an SQLite database, while the daemon runs.

    It holds all that the database does, secrets of channels too: keep it as safe.
    """
    if target.exists():
        raise UsageError(f"{target} is there already: name a new file")
    with opened(config) as database:
        database.backup(target)
    say(f"wrote {target}")


@db.command()
@click.option(
    "--before",
    metavar="DURATION",
    help="How long to keep earlier texts, such as 90d; at least a day over [copies] window.",
)
@click.option(
    "--pages",
    metavar="DURATION",
    help="How long to keep pages, such as 7d; 0 keeps none. Left out: as the settings say.",
)
@settings_option
@json_option
def prune(before: str | None, pages: str | None, config: Path | None, as_json: bool) -> None:
    """Delete earlier texts of articles, what copies are found by, and pages that are too old.

    Articles, stories and alerts stay. The space is used again; `tocsin db vacuum` gives it back.
    """
    if before is None and pages is None:
        raise click.UsageError("say what to delete: --before, --pages, or both")
    keep = None if before is None else checked(_DURATION, before, "--before")
    settings = read_settings(config).settings
    shortest = settings.copies.window + _MARGIN
    if keep is not None and keep < shortest:
        raise UsageError(
            f"--before: the shortest is {format_duration(shortest)}: for so long copies of an "
            "article are looked for"
        )
    service = settings.service
    keep_pages = service.keep_pages if pages is None else checked(_OR_NEVER, pages, "--pages")
    now = SystemClock().now()
    deleted = {}
    with opened(config) as database:
        if keep is not None:
            deleted = database.prune(now - keep)
        deleted["pages"] = database.prune_pages(now - keep_pages, most=service.keep_pages_size)
    if as_json:
        print_json(deleted)
        return
    print_fields({f"{name} deleted": str(count) for name, count in deleted.items()})


@db.command()
@settings_option
def vacuum(config: Path | None) -> None:
    """Give space that is used no longer back to the disk; with SQLite, while no daemon runs."""
    with opened(config) as database:
        before = int(database.stats()["bytes"])
        database.vacuum()
        after = int(database.stats()["bytes"])
    say(f"{before - after} bytes given back, {after} left")


@db.command()
@settings_option
def index(config: Path | None) -> None:
    """Bring the indexes of articles up to date; the daemon does so by itself."""
    with opened(config) as database:
        total = 0
        while done := _indexed(database):
            total += done
            _progress(f"{total:,} articles indexed for searches")
        with database.read() as unit:
            waiting = left = unit.keys.pending(RULES)
        while left:
            left = asyncio.run(index_articles(database, _STEP))
            _progress(f"{waiting - left:,} of {waiting:,} articles indexed for tests of watches")
    _progress("")
    click.echo(f"{total} articles indexed, {waiting} for tests of watches")


def _indexed(database: Database) -> int:
    with database.begin() as unit:
        return unit.search.index_pending(_STEP)


def _progress(line: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{line}\x1b[K", nl=False, err=True)
