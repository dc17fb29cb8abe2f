"""`tocsin db`."""

from datetime import timedelta
from pathlib import Path

import click
from pydantic import TypeAdapter

from scraper.cli.checked import checked
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import opened
from scraper.cli.output import print_fields, print_json, say
from scraper.clock import SystemClock
from scraper.errors import TocsinError, UsageError
from scraper.pipeline.admit import COPY_WINDOW
from scraper.settings import format_duration
from scraper.settings.model import Duration

_DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)
_SHORTEST = COPY_WINDOW + timedelta(days=1)  # the margin: what is being compared just now


@click.group()
def db() -> None:
    """The database: show, check, backup, prune, index."""


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
    required=True,
    help="How long to keep them, such as 90d; the shortest is 31d.",
)
@settings_option
@json_option
def prune(before: str, config: Path | None, as_json: bool) -> None:
    """Delete earlier texts of articles, and what copies are found by, that are older than this.

    Articles, stories and alerts stay.
    """
    keep = checked(_DURATION, before, "--before")
    if keep < _SHORTEST:
        raise UsageError(
            f"--before: the shortest is {format_duration(_SHORTEST)}: for so long copies of an "
            "article are looked for"
        )
    with opened(config) as database:
        deleted = database.prune(SystemClock().now() - keep)
    if as_json:
        print_json(deleted)
        return
    print_fields({f"{name} deleted": str(count) for name, count in deleted.items()})


@db.command()
@settings_option
def index(config: Path | None) -> None:
    """Bring the full-text index up to date; the daemon does so by itself."""
    total = 0
    with opened(config) as database:
        while True:
            with database.begin() as unit:
                done = unit.search.index_pending(500)
            total += done
            if not done:
                break
            click.echo(f"\r{total} articles indexed", nl=False, err=True)
    click.echo(f"{total} articles indexed")
