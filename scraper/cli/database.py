"""`tocsin db`."""

from pathlib import Path

import click

from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import opened
from scraper.cli.output import print_fields, print_json, say
from scraper.errors import TocsinError


@click.group()
def db() -> None:
    """The database: show, check, backup, index."""


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
    """Write a consistent copy of an SQLite database, while the daemon runs."""
    with opened(config) as database:
        database.backup(target)
    say(f"wrote {target}")


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
