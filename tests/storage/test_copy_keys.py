"""The index of keys finds the same in both databases, though each keeps it in its own way."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import copy_keys
from storage.copy_keys import PER_KEY, Pair
from storage.database import Database
from storage.tables import key_blocks
from storage.unit import UnitOfWork
from tests.storage.making import DAY, NOW, add_article, signature

LOWEST, HIGHEST = -(1 << 63), (1 << 63) - 1
KEYS = st.sampled_from([LOWEST, LOWEST + 1, -1, 0, 1, HIGHEST - 1, HIGHEST])
PAIRS = st.sets(st.tuples(KEYS, st.integers(1, 400)), max_size=300)


@contextmanager
def undone(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as unit:
        yield unit
        unit.connection.rollback()


def expected(pairs: set[Pair], keys: set[int]) -> list[int]:
    having: defaultdict[int, list[int]] = defaultdict(list)
    for key, article_id in sorted(pairs):
        having[key].append(article_id)
    return sorted(article_id for key in keys for article_id in having[key][-PER_KEY:])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(PAIRS, PAIRS), min_size=1, max_size=4),
    asked=st.sets(KEYS, min_size=1),
)
def test_the_newest_articles_of_keys_are_found(
    database: Database, changes: list[tuple[set[Pair], set[Pair]]], asked: set[int]
):
    there: set[Pair] = set()
    with undone(database) as unit:
        for added, gone in changes:
            copy_keys.put(unit.connection, added - there)
            copy_keys.take_out(unit.connection, gone)
            there = (there | added) - gone
            assert sorted(copy_keys.newest(unit.connection, asked)) == expected(there, asked)


def test_both_databases_find_the_same_candidates(sqlite_address: str, postgres_address: str):
    found = []
    for address in (sqlite_address, postgres_address):
        chance = Random(7)
        with Database.open(address) as database, database.begin() as unit:
            for number in range(300):  # 1 is a phrase that all have, the low keys are common
                keys = {1, *(int(chance.paretovariate(0.3)) for _ in range(15))}
                signed = signature(
                    *sorted(key % (1 << 47) for key in keys), exact=str(number % 250)
                )
                add_article(unit, f"{number}", signed=signed, now=NOW + number * DAY / 100)
            for number in range(1, 300, 7):
                stored = unit.articles.get(number)
                assert stored is not None
                unit.articles.revise(
                    number, stored.article, signature=signature(2, number), now=NOW + 4 * DAY
                )
        with Database.open(address) as database:
            assert database.prune(NOW + DAY / 2)["signatures"] > 40
            with database.read() as unit:
                for asked in (signature(1), signature(*range(40)), signature(3, 5, exact="7")):
                    near = unit.articles.candidates(asked, since=NOW, limit=90)
                    found.append([each.article_id for each in near])
    assert found[:3] == found[3:]
    assert [len(each) > 5 for each in found] == [True] * 6


def test_rows_of_packed_keys_stay_short_and_go_when_they_are_empty(postgres_address: str):
    pairs = [(number * 7919 % 100_003, number) for number in range(1, 3000)]
    with Database.open(postgres_address) as database, database.begin() as unit:
        for start in range(0, len(pairs), 100):
            copy_keys.put(unit.connection, pairs[start : start + 100])
        lengths = unit.connection.scalars(sa.select(sa.func.length(key_blocks.c.pairs))).all()
        assert max(lengths) <= 64 * 13
        assert sum(lengths) == 13 * len(pairs)
        assert len(lengths) < 2.2 * len(pairs) / 64  # each is half full at least
        copy_keys.take_out(unit.connection, pairs)
        assert unit.connection.execute(sa.select(key_blocks)).all() == [(b"", b"")]


def test_an_article_beyond_what_is_packed_is_refused(postgres_address: str):
    with (
        Database.open(postgres_address) as database,
        database.begin() as unit,
        pytest.raises(ValueError, match="no place"),
    ):
        copy_keys.put(unit.connection, [(1, 1 << 40)])
