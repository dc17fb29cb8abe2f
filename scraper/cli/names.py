"""`tocsin watch names`: what place: and country: expand to, and a person's changes of it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import opened
from scraper.cli.output import plain, print_fields, print_json, print_table, say
from scraper.errors import QueryError, SettingsError, UsageError
from scraper.settings import find_file
from scraper.text import names as gazetteer
from scraper.text.languages import is_common
from scraper.text.names import Kind, Names
from scraper.text.names.naming import as_words
from scraper.text.names.naming import plain as without_sign
from scraper.text.names.sounds import script
from scraper.watch import compile_query
from scraper.watch.lists import Lists
from storage.records import NameEdit

_SCRIPTS = {"CJK": "Han", "MIXED": "several"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A name as it is listed. `origin`: data, ours, added, removed, or ordinary (left out)."""

    name: str
    script: str
    origin: str


@click.command("names")
@click.argument("name")
@click.option("--country", "is_country", is_flag=True, help="A country, not a place.")
@click.option("--add", "added", multiple=True, metavar="NAME", help="Look for it too.")
@click.option("--remove", "removed", multiple=True, metavar="NAME", help="Do not look for it.")
@click.option("--reset", is_flag=True, help="Undo what was added and removed.")
@settings_option
@json_option
def names(
    name: str,
    is_country: bool,
    added: tuple[str, ...],
    removed: tuple[str, ...],
    reset: bool,
    config: Path | None,
    as_json: bool,
) -> None:
    """Show the names that place:NAME stands for in a query, and change them.

    A name to be added may be written like a term of a query: case:UN, "exact". Watches that use the
    place look for the changed names from the next article on.
    """
    kind: Kind = "country" if is_country else "place"
    meant = _meant(kind, name)
    if reset and (added or removed):
        raise UsageError("--reset undoes all changes; leave it, or --add and --remove, out")
    if reset or added or removed:
        edit = _changed(meant, added, removed, config)
        _warn_of_common_words(meant, added)
    else:
        edit = _kept(meant, config)
    if as_json:
        print_json(_as_json(meant, edit))
        return
    _print(meant, edit)


def _meant(kind: Kind, name: str) -> Names:
    meant = gazetteer.country(name) if kind == "country" else gazetteer.place(name)
    if meant is not None:
        return meant
    message = f'there is no {kind} "{name}"'
    if kind == "place" and gazetteer.country(name):
        message += "; there is a country: add --country, and write country: in queries"
    elif near := gazetteer.nearest(kind, name):
        message += f"; did you mean {' or '.join(near)}?"
    elif kind == "country" and gazetteer.place(name):
        message += "; there is a place: leave out --country, and write place: in queries"
    raise UsageError(message)


def _kept(meant: Names, config: Path | None) -> NameEdit:
    """What was changed before; nothing where there are no settings, so no database."""
    nothing = NameEdit(kind=meant.kind, key=meant.key)
    if config is None:
        try:
            find_file(None)
        except SettingsError:
            return nothing
    with opened(config) as database, database.read() as unit:
        return unit.names.get(meant.kind, meant.key) or nothing


def _changed(
    meant: Names, added: Collection[str], removed: Collection[str], config: Path | None
) -> NameEdit:
    """The changes after these, kept; after none, all are undone."""
    with opened(config) as database, database.begin() as unit:
        if not added and not removed:
            unit.names.clear(meant.kind, meant.key)
            return NameEdit(kind=meant.kind, key=meant.key)
        old = unit.names.get(meant.kind, meant.key) or NameEdit(kind=meant.kind, key=meant.key)
        edit = _edited(meant, old, added, removed)
        _can_be_looked_for(meant, edit)
        unit.names.put(edit)
    return edit


def _edited(
    meant: Names, old: NameEdit, added: Collection[str], removed: Collection[str]
) -> NameEdit:
    """What is added is no longer removed, and the other way round."""
    now = {_key(name): name for name in meant.edited(old.added, old.removed)}
    for name in removed:
        if _key(name) not in now:
            raise UsageError(f'{meant.english} is not looked for as "{name}"; so it stays')
    gone = {_key(name): name for name in (*old.removed, *removed)}
    more = {_key(name): name for name in old.added}
    for name in added:
        gone.pop(_key(name), None)
        more[_key(name)] = name.strip()
    ours = {_key(name): name for name in meant.names}
    return NameEdit(
        kind=meant.kind,
        key=meant.key,
        added=tuple(n for key, n in more.items() if key not in gone and ours.get(key) != n),
        removed=tuple(n for key, n in gone.items() if key in ours),
    )


def _can_be_looked_for(meant: Names, edit: NameEdit) -> None:
    if not meant.edited(edit.added, edit.removed):
        raise UsageError(f"no name of {meant.english} would be left; leave one")
    for name in edit.added:
        try:
            compile_query(
                "set:names", lists=Lists(sets={"names": (name,)})
            )  # an entry of a set is written the same way
        except QueryError as error:
            raise UsageError(f'"{name}" cannot be looked for. {error.remedy}'.strip()) from None


def _warn_of_common_words(meant: Names, added: Collection[str]) -> None:
    for name in added:
        if is_common(name.strip()):
            say(
                f'"{name}" is a very common word: queries with {meant.english} will match most'
                f' articles; --remove "{name}" takes it out',
                err=True,
            )


def _key(name: str) -> tuple[str, ...]:
    return as_words(without_sign(name.strip()))


def _lines(meant: Names, edit: NameEdit) -> Iterator[Line]:
    for name in meant.edited(edit.added, edit.removed):
        if name in edit.added:
            yield _line(name, "added")
        else:
            yield _line(name, "ours" if name in meant.ours else "data")
    for name in edit.removed:
        yield _line(name, "removed")
    added = {_key(name) for name in edit.added}
    for name in meant.left_out:
        if _key(name) not in added:
            yield _line(name, "ordinary")


def _line(name: str, origin: str) -> Line:
    written = script(without_sign(name))
    return Line(name=name, script=_SCRIPTS.get(written, written.capitalize()), origin=origin)


def _as_json(meant: Names, edit: NameEdit) -> dict[str, object]:
    return {
        "kind": meant.kind,
        "key": meant.key,
        "name": meant.english,
        "country": meant.country,
        "population": meant.population,
        "others": meant.others,
        "names": [plain(line) for line in _lines(meant, edit)],
    }


def _print(meant: Names, edit: NameEdit) -> None:
    lines = list(_lines(meant, edit))
    looked_for = sum(line.origin not in {"removed", "ordinary"} for line in lines)
    print_fields(
        {
            meant.kind: meant.english,
            "in": meant.country if meant.kind == "place" else None,
            "people": f"{meant.population:,}" if meant.population else None,
            "not": meant.others,
            "names": looked_for,
        }
    )
    say("")
    print_table(
        ("name", "script", "from"),
        ((line.name, line.script, _FROM[line.origin]) for line in lines),
        empty="It has no names.",
    )


_FROM = {
    "data": "data",
    "ours": "ours",
    "added": "added by you",
    "removed": "removed by you: not looked for",
    "ordinary": "not looked for: too ordinary a word; --add puts it in",
}
