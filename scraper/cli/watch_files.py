"""`tocsin watch import` and `export`: watches as files that settings, programs and people read."""

import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from scraper.cli.files import MOST_SHOWN, Problem, file_name, file_text, told
from scraper.cli.groups import settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import say
from scraper.cli.queries import say_warnings
from scraper.clock import SystemClock
from scraper.errors import QueryError, UsageError
from scraper.pipeline.lists import saved_lists
from scraper.settings.queries import pointed
from scraper.settings.watch_reading import READERS, Entry, Reading, read_watches
from scraper.settings.watch_writing import WRITERS
from scraper.watch import Query, compile_query
from scraper.watch.lists import Lists
from storage.database import UnitOfWork
from storage.named import SETTINGS
from storage.records import Watch, WatchSpec


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--format",
    "notation",
    type=click.Choice([*WRITERS]),
    default="toml",
    show_default=True,
    help="For a settings file, for programs (a JSON object a line), or for spreadsheets.",
)
@settings_option
def export(names: tuple[str, ...], notation: str, config: Path | None) -> None:
    """Write the watches, or those that are named, to standard output."""
    with opened(config) as database, database.read() as unit:
        watches = (
            [found(unit.watches.get(name), "watch", name) for name in names]
            if names
            else unit.watches.list()
        )
    click.echo(WRITERS[notation](watches).encode(), nl=False)
    paused = sum(watch.paused for watch in watches)
    if paused and notation == "toml":
        say(
            f"{paused} of them paused: they are written as comments, for in a settings file they "
            "would ring. --format json tells all",
            err=True,
        )


@dataclass(slots=True)
class Plan:
    """What an import comes to."""

    problems: list[Problem] = field(default_factory=list)
    writes: list[WatchSpec] = field(default_factory=list)
    written: list[tuple[str, Query]] = field(default_factory=list)  # the queries of the writes
    pauses: list[tuple[str, bool]] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@click.option(
    "--format",
    "notation",
    type=click.Choice([*READERS]),
    help="How it is written; left out: seen from the text. text: a query a line.",
)
@click.option("--channel", "channels", multiple=True, help="Where those ring that name no channel.")
@click.option("--replace", "may_replace", is_flag=True, help="Change watches that are there.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@settings_option
def import_(
    file: Path,
    notation: str | None,
    channels: tuple[str, ...],
    may_replace: bool,
    dry_run: bool,
    config: Path | None,
) -> None:
    """Add the watches of a file, or of standard input (-): all of them, or none if one is wrong.

    Reads what `tocsin watch export` writes, the [[watch]] tables of a settings file, and plain
    text with a query a line.
    """
    reading = read_watches(file_text(file), name=file_name(file), notation=notation)
    with opened(config) as database:
        with database.read() as unit:
            version, lists = unit.lists_version(), saved_lists(unit)
        # Beforehand, for the daemon waits for nobody who writes as long as a file takes to compile.
        queries = [_compiled(entry, lists, reading) for entry in reading.entries]
        with database.begin() as unit:
            if unit.lists_version() != version:
                raise UsageError("the sets were changed at this moment: import again")
            plan = _plan(unit, reading, queries, channels, may_replace=may_replace)
            if not dry_run:
                unit.watches.put(plan.writes, now=SystemClock().now())
                for name, paused in plan.pauses:
                    unit.watches.pause(name, paused)
    _say_some_warnings(plan.written)
    if reading.left_out:
        say(f"Only [[watch]] is read here, not: {', '.join(reading.left_out)}", err=True)
    would = "would be " if dry_run else ""
    say(f"{plan.added} {would}added, {plan.changed} changed, {plan.unchanged} unchanged")
    silent = sum(not spec.channels for spec in plan.writes)
    if silent:
        say(f"{silent} without channels: they ring in the log and on the dashboard only", err=True)


def _plan(
    unit: UnitOfWork,
    reading: Reading,
    queries: Iterable[Query | None],
    channels: tuple[str, ...],
    *,
    may_replace: bool,
) -> Plan:
    """What is to be done; UsageError lists all that is wrong."""
    plan = Plan(problems=[*reading.problems])
    there = unit.watches.of_names([entry.watch.name for entry in reading.entries])
    names = _Names(unit)
    for entry, query in zip(reading.entries, queries, strict=True):
        spec = entry.watch.spec()
        if channels and not spec.channels:
            spec = replace(spec, channels=channels)
        plan.problems += ((entry.place, message) for message in names.unknown(spec))
        if _is_another(entry, spec, there.get(spec.name), plan, may_replace=may_replace):
            plan.writes.append(spec)
            if query is not None:
                plan.written.append((entry.place, query))
    if plan.problems:
        raise UsageError(told("nothing was imported:", plan.problems))
    return plan


class _Names:
    """The names that a watch may name."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._channels = {channel.name for channel in unit.channels.list()}
        self._sources = {source.name for source in unit.sources.list()}

    def unknown(self, spec: WatchSpec) -> Iterator[str]:
        """What is wrong with the names in a watch."""
        yield from _unknown("channel", spec.channels, self._channels)
        yield from _unknown("source", spec.sources, self._sources)


def _unknown(kind: str, names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"`tocsin {kind} list` shows all"
            yield f'there is no {kind} "{name}"; {hint}'


def _compiled(entry: Entry, lists: Lists, reading: Reading) -> Query | None:
    query = entry.watch.query
    try:
        return compile_query(query, lists=lists)
    except QueryError as error:
        reading.problems.append((entry.place, f"{entry.watch.name}: {pointed(error, query)}"))
        return None


def _say_some_warnings(queries: Iterable[tuple[str, Query]]) -> None:
    """A hundred thousand queries may well have as many warnings."""
    warned = 0
    for place, query in queries:
        if warned == MOST_SHOWN:
            say("… there may be more: `tocsin watch show NAME` tells of each", err=True)
            return
        warned += say_warnings(query, place=f"{place}: ") > 0


def _is_another(
    entry: Entry, spec: WatchSpec, there: Watch | None, plan: Plan, *, may_replace: bool
) -> bool:
    """Whether the watch must be written: it is new, or another than the one of its name.

    Counts it in the plan, with what is to be done about its pause.
    """
    paused = entry.paused if entry.paused is not None else there is not None and there.paused
    if there is None:
        plan.added += 1
    elif there.spec == spec and there.paused == paused:
        plan.unchanged += 1
        return False
    elif there.spec != spec and there.origin == SETTINGS:
        message = f'"{spec.name}" comes from the settings file, and is another there: edit it there'
        plan.problems.append((entry.place, message))
        return False
    elif not may_replace:
        message = f'there is another watch "{spec.name}" already: --replace changes it'
        plan.problems.append((entry.place, message))
        return False
    else:
        plan.changed += 1
    if paused != (there is not None and there.paused):
        plan.pauses.append((spec.name, paused))
    return there is None or there.spec != spec
