"""How what two texts share lies in them."""

from hypothesis import given
from hypothesis import strategies as st

from scraper.dedupe.overlap import compare
from scraper.dedupe.sketch import pack, unpack

PAIRS = st.lists(st.integers(0, 60), max_size=60)


def overlap(one, two, without=frozenset()):
    first, second = unpack(pack(one)), unpack(pack(two))
    return compare(first, second, first.members & second.members, without=without)


def test_small_holes_are_filled_and_large_ones_are_not():
    one = list(range(100))
    changed = [pair if pair % 4 else 1000 + pair for pair in one]  # one pair in four
    assert overlap(one, changed).long.containment == 0.75
    assert overlap(one, changed).long.coverage > 0.95
    cut = one[:40] + list(range(1000, 1020)) + one[60:]
    assert overlap(one, cut).long.coverage == 0.8


def test_a_quoted_passage_is_one_block():
    quoting = [*range(1000, 1100), *range(50, 80), *range(1100, 1150)]
    found = overlap(list(range(120)), quoting)
    assert (found.short.length, found.long.length) == (120, 180)
    assert found.short.shared == found.short.largest == found.short.covered == 30
    assert found.short.first == 50
    assert found.long.first == 100


def test_single_pairs_far_apart_cover_nothing():
    other = [pair if pair % 10 == 0 else 1000 + pair for pair in range(100)]
    found = overlap(list(range(100)), other)
    assert found.short.shared == 10
    assert found.short.coverage == 0


def test_what_is_passed_over_stands_in_neither():
    found = overlap([1, 2, 3, 4, 50, 51], [1, 2, 3, 4, 60, 61, 62], without={1, 2, 3, 4})
    assert (found.short.length, found.long.length) == (2, 3)
    assert found.short.shared == 0


def test_a_long_text_is_compared_at_the_same_rate():
    pairs = [number * 2_654_435_761 % 2**32 for number in range(4000)]
    found = overlap(pairs[:900], pairs)
    assert found.short.containment == 1
    assert found.short.coverage == 1
    assert abs(found.long.coverage - 0.225) < 0.05


@given(PAIRS, PAIRS, st.frozensets(st.integers(0, 60)))
def test_it_is_the_same_both_ways_round_and_within_bounds(one, two, without):
    found = overlap(one, two, without)
    assert found == overlap(two, one, without)
    for side in (found.short, found.long):
        assert 0 <= side.containment <= 1
        assert 0 <= side.coverage <= 1
        assert side.largest <= side.shared <= side.length
        assert side.first <= side.length


@given(st.lists(st.integers(0, 2**32 - 1), min_size=2, unique=True))
def test_a_text_covers_itself(pairs):
    assert overlap(pairs, pairs).short.coverage == 1
