"""The saved lists of the database, as queries are compiled with them."""

from scraper.watch.lists import Lists
from storage.database import UnitOfWork


def saved_lists(unit: UnitOfWork) -> Lists:
    """What `set:`, `place:` and `country:` stand for at this moment.

    Compiled lists are kept in the value, so make another one only when `unit.lists_version()` says
    that something changed.
    """
    return Lists(
        sets={saved.name: saved.spec.terms for saved in unit.sets.list()},
        edits={(edit.kind, edit.key): (edit.added, edit.removed) for edit in unit.names.list()},
    )
