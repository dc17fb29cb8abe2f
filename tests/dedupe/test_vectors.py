"""Vectors of terms, packed and compared."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.dedupe.terms import TERM_BITS
from scraper.dedupe.vectors import KEPT, heaviest, likeness, packed, unpacked

terms = st.integers(0, (1 << TERM_BITS) - 1)
weights = st.dictionaries(terms, st.floats(1e-3, 1e3), max_size=2 * KEPT)


@given(weights)
def test_the_heaviest_terms_come_back_in_their_order(given_weights):
    vector = unpacked(packed(given_weights))
    assert len(vector) == min(KEPT, len(given_weights))
    assert set(vector) == set(
        sorted(given_weights, key=lambda term: (-given_weights[term], term))[:KEPT]
    )
    assert list(vector.values()) == sorted(vector.values(), reverse=True)
    assert not vector or math.isclose(sum(value**2 for value in vector.values()), 1)


@given(st.dictionaries(terms, st.floats(1, 30), min_size=1, max_size=KEPT))
def test_weights_are_right_to_an_eighth(given_weights):
    vector = unpacked(packed(given_weights))
    top = max(given_weights.values())
    first = max(vector.values())
    for term, value in given_weights.items():
        assert vector[term] / first == pytest.approx(value / top, rel=0.125)


def test_a_vector_takes_less_than_two_hundred_bytes():
    assert len(packed({term: term + 1.0 for term in range(1000)})) == 1 + 3 * KEPT


@given(weights, weights)
def test_likeness_is_the_same_both_ways_and_at_most_one(one, two):
    first, second = unpacked(packed(one)), unpacked(packed(two))
    assert math.isclose(likeness(first, second), likeness(second, first), abs_tol=1e-12)
    assert 0 <= likeness(first, second) <= 1 + 1e-9


def test_numbers_alone_make_nothing_alike():
    one = unpacked(packed({1: 9.0, 2: 1.0, 4: 1.0}))
    two = unpacked(packed({1: 9.0, 6: 1.0, 8: 1.0}))
    both = unpacked(packed({1: 9.0, 2: 1.0, 8: 1.0}))
    assert likeness(one, two) == 0
    assert 0 < likeness(one, both) < 0.1
    assert likeness(unpacked(packed({2: 9.0, 4: 1.0})), unpacked(packed({2: 9.0, 6: 1.0}))) > 0.9


def test_the_heaviest_are_told():
    content = packed({2: 1.0, 4: 3.0, 6: 2.0})
    assert heaviest(content, 2) == [4, 6]
    assert heaviest(content, 9) == [4, 6, 2]


def test_a_vector_of_another_version_is_like_nothing():
    assert unpacked(b"\x63" + packed({2: 1.0})[1:]) == {}


@pytest.mark.parametrize("content", [b"", b"\x01\x02", b"\x01\x02\x03"])
def test_a_damaged_vector_is_refused(content):
    with pytest.raises(ValueError, match="packed vector"):
        unpacked(content)
