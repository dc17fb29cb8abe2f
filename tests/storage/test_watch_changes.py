"""One who knows an earlier state of the watches learns what is new, and nothing else."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.database import Database
from storage.errors import ConflictError
from storage.records import Synced, Watch, WatchSpec
from storage.unit import UnitOfWork
from tests.storage.making import DAY, HOUR, NOW, PASSAGE, add_article, add_watch


def names(watches: tuple[Watch, ...]) -> list[str]:
    return sorted(watch.name for watch in watches)


def test_whoever_knows_nothing_learns_all(database: Database):
    with database.begin() as unit:
        add_watch(unit, "a")
        paused = add_watch(unit, "b")
        unit.watches.pause("b")
        removed = add_watch(unit, "c")
        unit.watches.remove("c")
        changes = unit.watches.changes(0)
        assert changes.version == unit.watches.version()
        assert names(changes.active) == ["a"]
        assert sorted(changes.gone) == [paused.id, removed.id]
        nothing = unit.watches.changes(changes.version)
        assert (nothing.version, nothing.active, nothing.gone) == (changes.version, (), ())


def test_only_what_changed_since_is_told(database: Database):
    with database.begin() as unit:
        one, two = add_watch(unit, "a"), add_watch(unit, "b")
        unit.watches.sync([WatchSpec(name="s", query="s"), WatchSpec(name="t", query="t")], NOW)
        for change, active, gone in (
            (lambda: unit.watches.pause("a"), [], [one.id]),
            (lambda: unit.watches.pause("a", paused=False), ["a"], []),
            (lambda: unit.watches.edit("b", replace(two.spec, query="x"), now=NOW), ["b"], []),
            (lambda: unit.watches.put([replace(two.spec, query="y")], now=NOW), ["b"], []),
            (lambda: unit.watches.remove("b"), [], [two.id]),
            (lambda: add_watch(unit, "b"), ["b"], []),
            (lambda: unit.watches.sync([WatchSpec(name="t", query="u")], NOW), ["t"], [3]),
            (lambda: unit.watches.sync([WatchSpec(name="t", query="u")], NOW), [], []),
        ):
            before = unit.watches.version()
            change()
            changes = unit.watches.changes(before)
            assert (names(changes.active), list(changes.gone)) == (active, gone)
            assert changes.version == unit.watches.version()


def test_one_sync_is_one_change(database: Database):
    specs = [WatchSpec(name=str(number), query="x") for number in range(1200)]
    with database.begin() as unit:
        assert unit.watches.sync(specs, NOW) == Synced(added=1200)
        assert unit.watches.version() == 1
        assert unit.watches.sync([], NOW) == Synced(retired=1200)
        assert unit.watches.version() == 2
        assert len(unit.watches.changes(1).gone) == 1200


NAMES = ("a", "b", "c", "d")
STEP = st.tuples(
    st.sampled_from(["add", "pause", "resume", "remove", "edit", "sync", "look"]),
    st.sampled_from(NAMES),
    st.sampled_from(["x", "y"]),
)


def take(unit: UnitOfWork, action: str, name: str, query: str) -> None:
    spec = WatchSpec(name=name, query=query)
    match action:
        case "add":
            unit.watches.add(spec, now=NOW)
        case "pause" | "resume":
            unit.watches.pause(name, paused=action == "pause")
        case "remove":
            unit.watches.remove(name)
        case "edit":
            unit.watches.edit(name, replace(spec, name="d" if query == "y" else name), now=NOW)
        case "sync":
            unit.watches.sync([spec], NOW)


@pytest.fixture(scope="module")
def empty(sqlite_template: Path) -> Iterator[Database]:
    path = sqlite_template.with_name("changes.db")
    shutil.copyfile(sqlite_template, path)
    with Database.open(f"sqlite:///{path}") as database:
        yield database


@given(st.lists(STEP, max_size=25))
@settings(max_examples=100, deadline=None)
def test_what_is_told_adds_up_to_what_there_is(empty: Database, steps: list[tuple[str, str, str]]):
    """However often one looks, and whatever happened in between."""
    with empty.begin() as unit:
        savepoint = unit.connection.begin_nested()
        known: dict[int, Watch] = {}
        version = 0
        for action, name, query in [*steps, ("look", "", "")]:
            try:
                take(unit, action, name, query)
            except ConflictError:
                continue
            if action == "look":
                changes = unit.watches.changes(version)
                version = changes.version
                known |= {watch.id: watch for watch in changes.active}
                for watch_id in changes.gone:
                    known.pop(watch_id, None)
        assert known == {w.id: w for w in unit.watches.list(include_paused=False)}
        savepoint.rollback()


def test_a_watch_is_edited_and_renamed(database: Database):
    with database.begin() as unit:
        old = add_watch(unit, "old", channels=("desk",))
        unit.watches.pause("old")
        spec = replace(old.spec, name="new", query="Basra", tags=("war",))
        edited = unit.watches.edit("old", spec, now=NOW + DAY)
        assert (edited.id, edited.spec, edited.paused) == (old.id, spec, True)
        assert edited.created_at == NOW
        assert unit.watches.get("old") is None


def test_an_edit_that_changes_nothing_is_no_change(database: Database):
    with database.begin() as unit:
        watch = add_watch(unit, "a")
        before = unit.watches.version()
        assert unit.watches.edit("a", watch.spec, now=NOW) == watch
        assert unit.watches.put([watch.spec], now=NOW) == Synced()
        assert unit.watches.version() == before


def test_what_cannot_be_edited(database: Database):
    with database.begin() as unit:
        mine = add_watch(unit, "mine")
        add_watch(unit, "other")
        unit.watches.sync([WatchSpec(name="theirs", query="x")], NOW)
        with pytest.raises(ConflictError, match=r"'theirs' comes from the settings.*Edit it there"):
            unit.watches.edit("theirs", WatchSpec(name="theirs", query="y"), now=NOW)
        with pytest.raises(ConflictError, match=r"'theirs' comes from the settings.*Edit it there"):
            unit.watches.put([WatchSpec(name="theirs", query="y")], now=NOW)
        with pytest.raises(ConflictError, match="There is a watch named 'other' already"):
            unit.watches.edit("mine", replace(mine.spec, name="other"), now=NOW)
        with pytest.raises(ConflictError, match="There is no watch named 'none'"):
            unit.watches.edit("none", mine.spec, now=NOW)
        with pytest.raises(ConflictError, match="Two watches to be added are named 'x'"):
            unit.watches.put([WatchSpec(name="x", query=q) for q in "ab"], now=NOW)
        same = unit.watches.put([WatchSpec(name="theirs", query="x")], now=NOW)
        assert same == Synced()


def test_a_removed_watch_keeps_nobody_from_its_name(database: Database):
    with database.begin() as unit:
        removed = add_watch(unit, "good name")
        unit.watches.remove("good name")
        mine = add_watch(unit, "mine")
        renamed = unit.watches.edit("mine", replace(mine.spec, name="good name"), now=NOW)
        assert renamed.id == mine.id
        row = unit.connection.execute(
            sa.text("SELECT name FROM watches WHERE id = :id"), {"id": removed.id}
        )
        assert row.scalar() == f"good name (removed, {removed.id})"


def test_many_are_put_at_once(database: Database):
    many = [WatchSpec(name=f"{n:04}", query="x") for n in range(1100)]
    with database.begin() as unit:
        add_watch(unit, "0003", query="other")
        add_watch(unit, "0004", query="x")
        add_watch(unit, "0005", query="x")
        unit.watches.remove("0005")
        assert unit.watches.put(many, now=NOW) == Synced(added=1098, changed=1)
        assert [watch.spec for watch in unit.watches.list()] == many


def test_how_often_a_watch_matched(database: Database):
    with database.begin() as unit:
        watch, quiet = add_watch(unit, "a"), add_watch(unit, "b")
        for number in range(5):
            article = add_article(unit, f"story {number}")
            unit.outbox.match(watch.id, article.id, [PASSAGE], NOW + number * DAY)
        active = unit.watches.activity(watch.id, since=NOW + 2 * DAY)
        assert (active.matches, active.last_match_at) == (3, NOW + 4 * DAY)
        old = unit.watches.activity(watch.id, since=NOW + 4 * DAY + HOUR)
        assert (old.matches, old.last_match_at) == (0, NOW + 4 * DAY)
        none = unit.watches.activity(quiet.id, since=NOW)
        assert (none.matches, none.last_match_at) == (0, None)
