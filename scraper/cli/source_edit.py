"""`tocsin source edit`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from scraper.cli.checked import checked_section
from scraper.cli.groups import settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import say
from scraper.cli.visiting import visiting_options, visiting_values
from scraper.clock import SystemClock
from scraper.discover import links
from scraper.errors import UsageError
from scraper.pipeline.asking import options_at
from scraper.settings.model import Source as SourceSettings
from storage.database import UnitOfWork
from storage.records import Source, SourceSpec

_VISITING = {  # what --clear takes away of how it is visited
    "headers": ("headers", "headers_file"),
    "cookies": ("cookies", "cookies_file"),
    "login": ("username", "password", "password_file"),
    "proxy": ("proxy", "proxy_file"),
    "ca_file": ("ca_file",),
    "render": ("render",),
}
_CLEARABLE = ("every", "tags", *_VISITING)
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
    if both := {*clear} & {*changes, *(what for what in _VISITING if _is_of(what, asked))}:
        raise UsageError(f"--clear {min(both)} goes with no other word on {min(both)}")
    if not changes and not asked and not clear:
        raise UsageError("say what is to be changed, such as --url; see --help")
    with opened(config) as database, database.begin() as unit:
        old = found(unit.sources.get(name), "source", name)
        spec = _changed(old, changes, asked, clear)
        _refuse_visited(unit, old, spec)
        unit.sources.edit(name, spec, now=SystemClock().now())
        followed = _follow(unit, name, spec.name)
    say(f"{spec.name}: changed")
    if followed:
        say(f"{followed} of the watches named it, and do so by its new name")


def _changed(
    old: Source, changes: dict[str, Any], asked: dict[str, Any], clear: tuple[str, ...]
) -> SourceSpec:
    """The source as it is to be. `asked` is how it is to be visited, as far as that is named."""
    values = {key: getattr(old, key) for key in _KEYS if key not in clear}
    kept = {key: value for key, value in values.items() if value is not None}
    options = _still_there(old, asked, clear)
    spec = checked_section(SourceSettings, kept | options | changes | asked).spec()
    if options_at(spec.url, old.url, options) != options:
        raise UsageError(
            f"the headers, cookies or login of {old.name} are for {old.url}, and {spec.url} is of "
            "another site, or is not https: clear them with --clear, or give them anew"
        )
    return spec


def _still_there(old: Source, asked: dict[str, Any], clear: tuple[str, ...]) -> dict[str, Any]:
    """How it was visited, without what is cleared and what something else takes the place of."""
    replaced = {what for what in _VISITING if _is_of(what, asked)}
    gone = {key for what in (*clear, *replaced) for key in _VISITING.get(what, ())}
    if "login" in replaced and "username" not in asked:  # another password of the same name
        gone.discard("username")
    return {key: value for key, value in old.options.items() if key not in gone}


def _is_of(what: str, asked: dict[str, Any]) -> bool:
    return not asked.keys().isdisjoint(_VISITING[what])


def _refuse_visited(unit: UnitOfWork, old: Source, spec: SourceSpec) -> None:
    if spec.url == old.url:
        return
    for other in unit.sources.list():
        if other.id != old.id and links.key_or_itself(other.url) == links.key_or_itself(spec.url):
            raise UsageError(f'{spec.url} is visited already: it is the source "{other.name}"')


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
