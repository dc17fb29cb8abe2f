"""The lists that a query on the command line may name.

Those of `--set` first; the settings' and the database's only if the query names one that is not
among them, for matching a text needs neither.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scraper.cli.output import say
from scraper.cli.queries import compiled_query
from scraper.errors import SettingsError, TocsinError, UsageError
from scraper.watch import Query
from scraper.watch.lists import ListKind, Lists
from storage.errors import StorageError

if TYPE_CHECKING:
    from scraper.settings import Loaded

_MOST_SHOWN = 20  # problems of a file


class _AskedForMoreError(Exception):
    """A query names a list that is not at hand."""


class _AtHand(Lists):
    """Sets of the command line, which say when another list is asked for."""

    __slots__ = ()

    def set_name(self, name: str) -> str | None:
        known = super().set_name(name)
        if known is None:
            raise _AskedForMoreError(name)
        return known

    def names(self, kind: ListKind, name: str) -> tuple[str, ...] | None:
        raise _AskedForMoreError(kind, name)


def compiled_with_lists(query: str, given: Sequence[str], config: Path | None) -> Query:
    """The query, compiled with the sets of `--set NAME=FILE` and with those that are kept.

    Raises QueryError that points at what is wrong; UsageError for a set's file.
    """
    sets = dict(map(_given, given))
    try:
        return compiled_query(query, _AtHand(sets))
    except _AskedForMoreError:
        return compiled_query(query, _all_lists(sets, config))


def _given(option: str) -> tuple[str, tuple[str, ...]]:
    name, separator, file = option.partition("=")
    if not (separator and name.strip() and file):
        raise UsageError(f"--set {option}: write NAME=FILE, as in --set officials=names.txt")
    # The settings take longer to load than most texts to match.
    from scraper.settings.terms import read_terms_file, worded_lines  # noqa: PLC0415 - see above

    terms, wrong = read_terms_file(Path(file))
    if wrong:
        lines = [f"{at}: {what}" for at, what in worded_lines(file, wrong)]
        more = [f"… and {len(lines) - _MOST_SHOWN} more"] if len(lines) > _MOST_SHOWN else []
        raise UsageError("\n".join([*lines[:_MOST_SHOWN], *more]))
    return name.strip(), terms


def _all_lists(given: Mapping[str, tuple[str, ...]], config: Path | None) -> Lists:
    from scraper.settings import find_file, load  # noqa: PLC0415 - as above

    try:
        file = find_file(config)
    except SettingsError:
        return Lists(given)  # there are no settings: a text can be matched without
    loaded = load(file)
    own = {each.name: each.terms for each in loaded.settings.set}
    try:
        stored, edits = _stored(loaded)
    except (StorageError, TocsinError) as error:
        say(f"warning: the lists in the database are left out: {error}", err=True)
        stored, edits = {}, {}
    return Lists({**stored, **own, **given}, edits)


def _stored(
    loaded: "Loaded",
) -> tuple[
    dict[str, tuple[str, ...]], dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]]
]:
    """The sets and the edited names of the database; it is not made for that."""
    from scraper.composition import open_database  # noqa: PLC0415 - as above
    from storage.engines import parse_url  # noqa: PLC0415 - as above

    url = parse_url(loaded.settings.service.database)
    if url.get_backend_name() == "sqlite":
        path = loaded.folder.absolute() / (url.database or "")
        if not path.exists():
            return {}, {}
    with open_database(loaded) as database, database.read() as unit:
        sets = {saved.name: saved.spec.terms for saved in unit.sets.list()}
        edits = {(edit.kind, edit.key): (edit.added, edit.removed) for edit in unit.names.list()}
    return sets, edits
