"""`tocsin source edit`."""

from pathlib import Path
from typing import Any

import click

from scraper.actions import sources
from scraper.actions.sources import CLEARABLE, VISITING, is_of
from scraper.cli.groups import settings_option
from scraper.cli.opening import opened
from scraper.cli.output import say
from scraper.cli.person import person
from scraper.cli.visiting import visiting_options, visiting_values
from scraper.clock import SystemClock
from scraper.errors import UsageError


@click.command()
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help="Another name.")
@click.option("--url", help="Another address, taken as it is.")
@click.option("--every", metavar="DURATION", help="Such as 10m.")
@click.option("--tag", "tags", multiple=True, help="A word by which watches choose sources.")
@click.option(
    "--clear",
    multiple=True,
    type=click.Choice(CLEARABLE),
    help="every: learn it again; the others: have none any more. May be repeated.",
)
@visiting_options
@settings_option
def edit(
    name: str,
    new_name: str | None,
    url: str | None,
    every: str | None,
    tags: tuple[str, ...],
    clear: tuple[str, ...],
    config: Path | None,
    **visiting: Any,
) -> None:
    """Change a source that a command added; what is not named stays as it is.

    A --tag replaces all that were there, and so do a --header and a --cookie. Watches that name the
    source follow it to its new name.
    """
    given = {"name": new_name, "url": url, "every": every, "tags": tags}
    changes = {key: value for key, value in given.items() if value not in (None, ())}
    asked = visiting_values(**visiting)
    if both := {*clear} & {*changes, *(what for what in VISITING if is_of(what, asked))}:
        raise UsageError(f"--clear {min(both)} goes with no other word on {min(both)}")
    if not changes and not asked and not clear:
        raise UsageError("say what is to be changed, such as --url; see --help")
    with opened(config) as database, database.begin() as unit:
        edited, followed = sources.edit(
            unit, name, changes, asked, clear=clear, by=person(), now=SystemClock().now()
        )
    say(f"{edited.name}: changed")
    if followed:
        say(f"{followed} of the watches named it, and do so by its new name")
