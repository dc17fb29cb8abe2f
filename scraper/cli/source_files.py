"""`tocsin source import` and `export`: lists of sources, OPML first of all."""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from scraper.cli.files import file_bytes, file_name, told
from scraper.cli.groups import settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import say
from scraper.clock import SystemClock
from scraper.discover import links
from scraper.errors import TocsinError, UsageError
from scraper.pipeline.naming import source_name, unique
from scraper.settings.source_reading import NOTATIONS, Entry, Reading, read_sources
from scraper.settings.source_writing import WRITERS
from storage.database import UnitOfWork
from storage.records import SourceSpec


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format",
    "notation",
    type=click.Choice([*WRITERS]),
    help="opml for other programs, toml for a settings file, json (an object a line) for programs."
    " Left out: by the name of the file, else opml.",
)
@click.option("--name", "names", multiple=True, help="Only this one; may be repeated.")
@settings_option
def export(
    file: Path | None, notation: str | None, names: tuple[str, ...], config: Path | None
) -> None:
    """Write the sources to a file, or to standard output.

    How a source wants to be visited (headers, a login) is left out, for it may be secret.
    """
    with opened(config) as database, database.read() as unit:
        sources = (
            [found(unit.sources.get(name), "source", name) for name in names]
            if names
            else unit.sources.list()
        )
    ending = "" if file is None else file.suffix.lstrip(".").lower()
    notation = notation or (ending if ending in WRITERS else "opml")
    text = WRITERS[notation](sources)
    if file is None or str(file) == "-":
        click.echo(text.encode(), nl=False)
    else:
        _write(file, text)
        say(f"{file}: {len(sources)} sources")
    paused = sum(source.paused for source in sources)
    if paused and notation == "toml":
        say(
            f"{paused} of them paused: they are written as comments, for in a settings file they "
            "would be visited. --format json tells all",
            err=True,
        )
    options = sum(bool(source.options) for source in sources)
    if options:
        say(f"{options} of them have headers, a login or the like: left out", err=True)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None


@dataclass(slots=True)
class _Plan:
    """What an import comes to."""

    writes: list[SourceSpec] = field(default_factory=list)
    pauses: list[str] = field(default_factory=list)
    visited: int = 0  # that are sources already
    twice: int = 0  # that stand in the file more than once


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@click.option(
    "--format",
    "notation",
    type=click.Choice(NOTATIONS),
    help="How it is written; left out: seen from the file. text: an address a line.",
)
@click.option("--tag", "tags", multiple=True, help="A tag for all of them, besides their own.")
@click.option("--strict", is_flag=True, help="Add none if one of them is wrong.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@settings_option
def import_(
    file: Path,
    notation: str | None,
    tags: tuple[str, ...],
    strict: bool,
    dry_run: bool,
    config: Path | None,
) -> None:
    """Add the sources of a file, or of standard input (-): of OPML, or an address a line.

    Folders become tags. What is visited already is passed over; what is wrong is told with its
    line, and the rest is added. Reads what `tocsin source export` writes, and the [[source]]
    tables of a settings file.
    """
    reading = read_sources(file_bytes(file), name=file_name(file), notation=notation)
    if reading.problems and (strict or not reading.entries):
        raise _failure(told("nothing was imported:", reading.problems), strict=strict)
    with opened(config) as database, database.begin() as unit:
        plan = _plan(unit, reading, tags)
        if not dry_run:
            unit.sources.put(plan.writes, now=SystemClock().now())
            for name in plan.pauses:
                unit.sources.pause(name)
    if reading.problems:
        say(told(f"{len(reading.problems)} left out:", reading.problems), err=True)
    if reading.left_out:
        say(f"Only [[source]] is read here, not: {', '.join(reading.left_out)}", err=True)
    would = "would be " if dry_run else ""
    say(
        f"{len(plan.writes)} {would}added, {plan.visited} visited already, "
        f"{plan.twice} twice in the file, {len(reading.problems)} wrong"
    )
    if plan.writes and not dry_run:
        say(
            "Their addresses were taken as they are. `tocsin once`, or a running daemon, visits "
            "them; `tocsin source list` then says which of them fail",
            err=True,
        )


def _failure(message: str, *, strict: bool) -> TocsinError:
    return UsageError(message) if strict else TocsinError(message)


def _plan(unit: UnitOfWork, reading: Reading, tags: tuple[str, ...]) -> _Plan:
    """What is to be written: each link once, under a name that no other source has."""
    plan = _Plan()
    sources = unit.sources.list()
    visited = {links.key_or_itself(source.url) for source in sources}
    names = _Names({source.name for source in sources})
    seen: set[str] = set()
    for entry in reading.entries:
        key = links.key_or_itself(entry.source.url)
        if key in visited:
            plan.visited += 1
        elif key in seen:
            plan.twice += 1
        else:
            seen.add(key)
            spec = entry.source.spec()
            every_tag = tuple(dict.fromkeys((*spec.tags, *tags)))
            spec = replace(spec, name=names.one_for(entry), tags=every_tag)
            plan.writes.append(spec)
            if entry.paused:
                plan.pauses.append(spec.name)
    return plan


class _Names:
    """Names that are given once each, however many ask for the same."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._asked: Counter[str] = Counter()

    def one_for(self, entry: Entry) -> str:
        """The entry's own name, or its host, with a number where that is taken."""
        source = entry.source
        wish = source.name if entry.named else source_name((), source.url, ())
        name = wish
        if name in self._taken:
            name = unique(wish, self._taken, first=2 + self._asked[wish])
            self._asked[wish] += 1
        self._taken.add(name)
        return name
