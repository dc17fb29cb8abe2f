"""`tocsin set`: lists of terms that queries name."""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import click

from scraper.actions.checked import checked_section
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import moment, plain, print_fields, print_json, print_table, say
from scraper.cli.queries import using_set
from scraper.clock import SystemClock
from scraper.errors import UsageError
from scraper.pipeline.lists import saved_lists
from scraper.settings.model import TermSet as SetSettings
from scraper.settings.queries import wrong_terms
from scraper.settings.terms import distinct, read_terms, read_terms_file, worded_lines
from storage.database import UnitOfWork
from storage.records import TermSet, TermSetSpec, Watch

_MOST_SHOWN = 20  # problems, and watches

_terms_argument = click.argument("terms", nargs=-1)
_file_option = click.option(
    "--file",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    help="A file of terms, one a line, or - for standard input; # begins a comment.",
)


@click.group()
def set() -> None:  # noqa: A001 - as the command is called
    """Saved lists of terms, as in set:officials: add, edit, list, show, remove."""


@set.command()
@click.argument("name")
@_terms_argument
@_file_option
@settings_option
def add(name: str, terms: tuple[str, ...], file: Path | None, config: Path | None) -> None:
    """Add a set: a name, and what could be written as a term of a query, such as 'case:UN'."""
    spec = _checked(name, (*terms, *_read(file)))
    with opened(config) as database, database.begin() as unit:
        _name_is_free(unit, spec.name)
        unit.sets.add(spec, now=SystemClock().now())
    say(f"{spec.name}: added, with {_number(spec)}; queries name it set:{_quoted(spec.name)}")


@set.command()
@click.argument("name")
@_terms_argument
@_file_option
@click.option("--remove", multiple=True, metavar="TERM", help="Take it out; may be repeated.")
@click.option("--replace", is_flag=True, help="Keep none but the terms that are given.")
@click.option("--name", "new_name", metavar="NAME", help="Another name.")
@settings_option
def edit(
    name: str,
    terms: tuple[str, ...],
    file: Path | None,
    remove: tuple[str, ...],
    replace: bool,
    new_name: str | None,
    config: Path | None,
) -> None:
    """Put terms into a set that a command added, take some out, or replace them all.

    Watches that name the set look for its new terms from the next article on.
    """
    given = (*terms, *_read(file))
    if replace and not given:
        raise UsageError("--replace needs the terms that are to be there")
    if not (given or remove or new_name):
        raise UsageError("say what is to be changed, such as a term to put in; see --help")
    with opened(config) as database, database.begin() as unit:
        old = found(unit.sets.get(name), "set", name)
        kept = () if replace else old.spec.terms
        _are_there(remove, (*kept, *given), name)
        left = tuple(term for term in (*kept, *given) if term not in {t.strip() for t in remove})
        spec = _checked(name if new_name is None else new_name, left)
        if spec.name != name:
            _name_is_free(unit, spec.name, but=name)
            _is_not_named(unit, name, "renamed")
        unit.sets.edit(name, spec, now=SystemClock().now())
    say(f"{spec.name}: changed; it has {_number(spec)} now")


@set.command("list")
@settings_option
@json_option
def list_(config: Path | None, as_json: bool) -> None:
    """List the sets."""
    with opened(config) as database, database.read() as unit:
        sets = unit.sets.list()
    if as_json:
        print_json([plain(saved) for saved in sets])
        return
    print_table(
        ("name", "terms", "from", "the first of them"),
        ((s.name, len(s.spec.terms), s.origin, s.spec.terms[:5]) for s in sets),
        empty="There are no sets. Add one: tocsin set add NAME TERM…",
    )


@set.command()
@click.argument("name")
@settings_option
@json_option
def show(name: str, config: Path | None, as_json: bool) -> None:
    """Show a set: its terms, and the watches that name it."""
    with opened(config) as database, database.read() as unit:
        shown = found(unit.sets.get(name), "set", name)
        watches = [watch.name for watch in using_set(name, unit.watches.list(), saved_lists(unit))]
    if as_json:
        print_json({**plain(shown), "watches": watches})
        return
    _print(shown, watches)


def _print(shown: TermSet, watches: Sequence[str]) -> None:
    print_fields(
        {
            "name": shown.name,
            "in queries": f"set:{_quoted(shown.name)}",
            "from": shown.origin,
            "since": moment(shown.created_at),
            "watches": watches or "none names it",
            "terms": len(shown.spec.terms),
        }
    )
    for term in shown.spec.terms:
        say(f"  {term}")


@set.command()
@click.argument("name")
@settings_option
def remove(name: str, config: Path | None) -> None:
    """Remove a set that a command added, and that no watch names."""
    with opened(config) as database, database.begin() as unit:
        found(unit.sets.get(name), "set", name)
        _is_not_named(unit, name, "removed")
        unit.sets.remove(name)
    say(f"{name}: removed")


def _read(file: Path | None) -> tuple[str, ...]:
    """The terms of a file; UsageError lists all that is wrong with it."""
    if file is None:
        return ()
    name = "standard input" if str(file) == "-" else str(file)
    terms, wrong = (
        read_terms(sys.stdin.buffer.read()) if str(file) == "-" else read_terms_file(file)
    )
    if wrong:
        raise UsageError("\n".join(f"{at}: {what}" for at, what in worded_lines(name, wrong)))
    return terms


def _checked(name: str, terms: tuple[str, ...]) -> TermSetSpec:
    """What the settings would take, and queries could look for."""
    settings = checked_section(SetSettings, {"name": name, "terms": terms})
    try:
        distinct(settings.terms)
    except ValueError as error:
        raise UsageError(f"{settings.name}: {error}") from None
    wrong = [f"{settings.name}: {message}" for _, message in wrong_terms(settings.terms)]
    if wrong:
        more = [f"… and {len(wrong) - _MOST_SHOWN} more"] if len(wrong) > _MOST_SHOWN else []
        raise UsageError("\n".join([*wrong[:_MOST_SHOWN], *more]))
    return settings.spec()


def _are_there(remove: Sequence[str], terms: Collection[str], name: str) -> None:
    for term in remove:
        if term.strip() not in terms:
            raise UsageError(f'{name}: there is no term "{term}" in it to be taken out')


def _name_is_free(unit: UnitOfWork, name: str, *, but: str | None = None) -> None:
    """Queries find a set however its name is spelled, so no two may be spelled alike."""
    alike = saved_lists(unit).set_name(name)
    if alike not in {None, but, name}:
        raise UsageError(f'there is a set "{alike}", which queries cannot tell from "{name}"')


def _is_not_named(unit: UnitOfWork, name: str, done: str) -> None:
    """A watch would be left that cannot ring."""
    using = using_set(name, unit.watches.list(), saved_lists(unit))
    if using:
        raise UsageError(
            f"{name} cannot be {done}: {_listed(using)} would look for a set that is not there. "
            "Edit or remove them first"
        )


def _listed(watches: Sequence[Watch]) -> str:
    names = ", ".join(f'"{watch.name}"' for watch in watches[:_MOST_SHOWN])
    more = f" and {len(watches) - _MOST_SHOWN} more" if len(watches) > _MOST_SHOWN else ""
    return f"the watch {names}" if len(watches) == 1 else f"the watches {names}{more}"


def _number(spec: TermSetSpec) -> str:
    return "1 term" if len(spec.terms) == 1 else f"{len(spec.terms):,} terms"


def _quoted(name: str) -> str:
    """A name as a query has it."""
    return name if name.isalnum() else f'"{name}"'
