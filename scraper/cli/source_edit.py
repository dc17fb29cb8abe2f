"""`tocsin source edit`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from scraper.cli.checked import checked_section
from scraper.cli.groups import settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import say
from scraper.clock import SystemClock
from scraper.discover import links
from scraper.errors import UsageError
from scraper.pipeline.asking import options_at
from scraper.settings.model import Source as SourceSettings
from storage.database import UnitOfWork
from storage.records import Source, SourceSpec

_CLEARABLE = ("every", "tags")
_KEYS = ("name", "url", "every", "tags")


@click.command()
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help="Another name.")
@click.option("--url", help="Another address, taken as it is.")
@click.option("--every", metavar="DURATION", help="Such as 10m.")
@click.option("--tag", "tags", multiple=True, help="A word by which watches choose sources.")
@click.option(
    "--clear",
    multiple=True,
    type=click.Choice(_CLEARABLE),
    help="every: learn it again; tags: have none any more. May be repeated.",
)
@settings_option
def edit(
    name: str,
    new_name: str | None,
    url: str | None,
    every: str | None,
    tags: tuple[str, ...],
    clear: tuple[str, ...],
    config: Path | None,
) -> None:
    """Change a source that a command added; what is not named stays as it is.

    A --tag replaces all that were there. Watches that name the source follow it to its new name.
    """
    given = {"name": new_name, "url": url, "every": every, "tags": tags}
    changes = {key: value for key, value in given.items() if value not in (None, ())}
    if both := {*clear} & changes.keys():
        raise UsageError(f"--clear {min(both)} goes with no other word on {min(both)}")
    if not changes and not clear:
        raise UsageError("say what is to be changed, such as --url; see --help")
    with opened(config) as database, database.begin() as unit:
        old = found(unit.sources.get(name), "source", name)
        spec = _changed(old, changes, clear)
        _refuse_visited(unit, old, spec)
        unit.sources.edit(name, spec, now=SystemClock().now())
        followed = _follow(unit, name, spec.name)
    say(f"{spec.name}: changed")
    if followed:
        say(f"{followed} of the watches named it, and do so by its new name")


def _changed(old: Source, changes: dict[str, Any], clear: tuple[str, ...]) -> SourceSpec:
    """The source as it is to be; how it is to be visited stays."""
    values = {key: getattr(old, key) for key in _KEYS if key not in clear}
    kept = {key: value for key, value in values.items() if value is not None}
    spec = checked_section(SourceSettings, kept | changes).spec()
    if options_at(spec.url, old.url, old.options) != old.options:
        raise UsageError(
            f"the headers, cookies or login of {old.name} are for {old.url}, and {spec.url} is of "
            "another site, or is not https: remove the source, and add that address anew"
        )
    return replace(spec, options=old.options)


def _refuse_visited(unit: UnitOfWork, old: Source, spec: SourceSpec) -> None:
    if spec.url == old.url:
        return
    for other in unit.sources.list():
        if other.id != old.id and _key(other.url) == _key(spec.url):
            raise UsageError(f'{spec.url} is visited already: it is the source "{other.name}"')


def _key(url: str) -> str:
    try:
        return links.normalise(url)
    except ValueError:
        return url


def _follow(unit: UnitOfWork, name: str, new_name: str) -> int:
    """Have the watches that name the source name it as it is called now; how many did."""
    if name == new_name:
        return 0
    naming = [watch for watch in unit.watches.list() if name in watch.spec.sources]
    for watch in naming:
        sources = tuple(new_name if each == name else each for each in watch.spec.sources)
        spec = replace(watch.spec, sources=sources)
        unit.watches.edit(watch.name, spec, now=SystemClock().now())
    return len(naming)
