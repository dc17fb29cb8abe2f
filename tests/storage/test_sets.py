"""Saved lists: sets of terms, and what people changed in the names of places."""

import pytest

from storage.database import Database
from storage.errors import ConflictError
from storage.records import NameEdit, Synced, TermSetSpec
from tests.storage.making import NOW

OFFICIALS = TermSetSpec(name="officials", terms=("Muqtada al-Sadr", '"exact"', "case:UN", "ракета"))
BAGHDAD = NameEdit(kind="place", key="98182", added=("Bagdade",), removed=("tip", "gaz"))


def test_a_set_comes_back_as_it_was_given(database: Database):
    with database.begin() as unit:
        added = unit.sets.add(OFFICIALS, now=NOW)
    with database.read() as unit:
        assert unit.sets.get("officials") == added
        assert unit.sets.list() == [added]
    assert (added.spec, added.name, added.origin) == (OFFICIALS, "officials", "command")
    assert added.created_at == NOW


def test_a_large_set_is_stored(database: Database):
    terms = tuple(f"name {number}" for number in range(50_000))
    with database.begin() as unit:
        assert unit.sets.add(TermSetSpec(name="many", terms=terms), now=NOW).spec.terms == terms


def test_sets_of_the_settings_are_theirs(database: Database):
    with database.begin() as unit:
        assert unit.sets.sync([OFFICIALS], NOW) == Synced(added=1)
        with pytest.raises(
            ConflictError, match=r"set 'officials' .* settings file. Remove it ther"
        ):
            unit.sets.remove("officials")
        with pytest.raises(ConflictError, match="Edit it there"):
            unit.sets.edit("officials", TermSetSpec(name="officials", terms=()), now=NOW)
        assert unit.sets.sync([], NOW) == Synced(retired=1)
        assert unit.sets.list() == []


def test_an_edit_comes_back_as_it_was_given(database: Database):
    with database.begin() as unit:
        unit.names.put(BAGHDAD)
        unit.names.put(NameEdit(kind="country", key="IQ", added=("Mesopotamia",)))
    with database.read() as unit:
        assert unit.names.get("place", "98182") == BAGHDAD
        assert unit.names.get("country", "98182") is None
        assert [edit.key for edit in unit.names.list()] == ["IQ", "98182"]


def test_an_edit_is_replaced_and_undone(database: Database):
    later = NameEdit(kind="place", key="98182", added=("Bagdade", "Dar as-Salam"))
    with database.begin() as unit:
        unit.names.put(BAGHDAD)
        unit.names.put(later)
        assert unit.names.list() == [later]
        assert unit.names.clear("place", "98182")
        assert not unit.names.clear("place", "98182")
        unit.names.put(later)
        unit.names.put(NameEdit(kind="place", key="98182"))
        assert unit.names.list() == []


def test_every_change_of_a_list_has_its_own_version(database: Database):
    shorter = TermSetSpec(name="officials", terms=("case:UN",))
    seen = []
    with database.begin() as unit:
        for change in (
            lambda: None,
            lambda: unit.sets.add(OFFICIALS, now=NOW),
            lambda: unit.sets.edit("officials", shorter, now=NOW),
            lambda: unit.sets.remove("officials"),
            lambda: unit.sets.sync([OFFICIALS], NOW),
            lambda: unit.names.put(BAGHDAD),
            lambda: unit.names.clear("place", "98182"),
        ):
            change()
            seen.append(unit.lists_version())
        for no_change in (
            lambda: unit.sets.sync([OFFICIALS], NOW),
            lambda: unit.sets.remove("no such"),
            lambda: unit.names.clear("place", "98182"),
            lambda: unit.names.put(NameEdit(kind="place", key="98182")),
        ):
            no_change()
            assert unit.lists_version() == seen[-1]
        assert unit.watches.version() == 0
    assert seen == sorted(set(seen))
    assert seen[0] == 0
