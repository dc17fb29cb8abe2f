"""Unsubscriptions: noted once, honoured for their channel and watch alone, and undone."""

from datetime import timedelta
from itertools import count

import pytest

from storage.database import Database
from storage.records import WatchSpec
from tests.storage.making import NOW


@pytest.fixture
def watches(database: Database) -> tuple[int, int]:
    with database.begin() as unit:
        first, second = (
            unit.watches.add(WatchSpec(name=name, query="x"), now=NOW).id for name in ("b", "a")
        )
    return first, second


def test_what_is_noted_is_known_by_channel_address_and_watch(
    database: Database, watches: tuple[int, int]
):
    first, second = watches
    with database.begin() as unit:
        gone = unit.unsubscriptions
        assert gone.add("desk", "Ann@Example.org", [first, second], now=NOW) == 2
        assert gone.add("desk", "ann@example.org", [first], now=NOW + timedelta(days=1)) == 0
        assert gone.add("soc", "bo@example.org", [second, 12345], now=NOW) == 1
        assert gone.of("desk", [first]) == {("ann@example.org", first)}
        assert gone.of("soc", [first]) == frozenset()
        assert gone.of("desk", []) == frozenset()
        assert [(one.address, one.watch, one.created_at) for one in gone.list("desk")] == [
            ("ann@example.org", "a", NOW),
            ("ann@example.org", "b", NOW),
        ]


def test_it_is_undone_for_a_watch_or_for_all(database: Database, watches: tuple[int, int]):
    first, second = watches
    with database.begin() as unit:
        gone = unit.unsubscriptions
        gone.add("desk", "ann@example.org", watches, now=NOW)
        gone.add("desk", "bo@example.org", watches, now=NOW)
        assert gone.remove("desk", "ANN@example.org", watch_id=first) == 1
        assert gone.of("desk", watches) == {
            ("ann@example.org", second),
            ("bo@example.org", first),
            ("bo@example.org", second),
        }
        assert gone.remove("desk", "bo@example.org") == 2
        assert gone.remove("desk", "bo@example.org") == 0
        assert gone.remove("soc", "ann@example.org") == 0


def test_the_key_is_made_once(database: Database):
    numbers = count()

    def make() -> str:
        return f"key {next(numbers)}"

    with database.begin() as unit:
        assert unit.unsubscriptions.key(make, now=NOW) == "key 0"
    with database.begin() as unit:
        assert unit.unsubscriptions.key(make, now=NOW) == "key 0"
    assert next(numbers) == 1
