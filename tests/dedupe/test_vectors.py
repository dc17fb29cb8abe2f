"""Vectors of terms, packed and compared."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.dedupe.terms import TERM_BITS
from scraper.dedupe.vectors import (
    ASKED,
    CASELESS,
    FOREIGN,
    INDEXED,
    KEPT,
    KEPT_PAIRS,
    MORE_PAIRS,
    NUMBER,
    PAIR,
    asked,
    indexed,
    likeness,
    packed,
    shares,
    similarity,
    unpacked,
)

terms = st.integers(0, (1 << TERM_BITS) - 1).filter(lambda term: term & 3 != PAIR)
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


def test_a_vector_takes_less_than_a_hundred_and_fifty_bytes():
    assert len(packed({4 * term: term + 1.0 for term in range(1000)})) == 4 + 3 * KEPT


@given(weights, weights)
def test_likeness_is_the_same_both_ways_and_at_most_one(one, two):
    first, second = unpacked(packed(one)), unpacked(packed(two))
    assert math.isclose(likeness(first, second), likeness(second, first), abs_tol=1e-12)
    assert 0 <= likeness(first, second) <= 1 + 1e-9


def test_numbers_alone_make_nothing_alike():
    one = unpacked(packed({NUMBER: 9.0, 4: 1.0, 8: 1.0}))
    two = unpacked(packed({NUMBER: 9.0, 12: 1.0, 16: 1.0}))
    both = unpacked(packed({NUMBER: 9.0, 4: 1.0, 16: 1.0}))
    assert likeness(one, two) == 0
    assert 0 < likeness(one, both) < 0.1
    assert likeness(unpacked(packed({4: 9.0, 8: 1.0})), unpacked(packed({4: 9.0, 12: 1.0}))) > 0.9
    assert sum(shares(one, both).values()) == likeness(one, both)


def test_the_heaviest_are_indexed_and_asked_for():
    content = packed({4 * term: 100.0 - term for term in range(50)})
    assert indexed(content) == [4 * term for term in range(INDEXED)]
    assert asked(content) == [4 * term for term in range(ASKED)]
    assert indexed(packed({4: 1.0})) == [4]


def test_of_pairs_of_characters_there_are_more():
    content = packed({4 * term + PAIR: 200.0 - term for term in range(150)})
    assert len(unpacked(content)) == KEPT_PAIRS
    assert len(indexed(content)) == MORE_PAIRS * INDEXED
    assert len(asked(content)) == MORE_PAIRS * ASKED


def test_what_cannot_have_capitals_counts_for_more_and_pairs_for_still_more():
    alike = [
        likeness(
            unpacked(packed({4 + kind: 1.0, 8 + kind: 3.0})),
            unpacked(packed({4 + kind: 1.0, 12 + kind: 3.0})),
        )
        for kind in (0, CASELESS, PAIR)
    ]
    assert alike == sorted(alike)
    assert alike[2] == pytest.approx(2.6 * alike[0])
    assert likeness(unpacked(content := packed({7: 1.0})), unpacked(content)) == 1


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [
        ("de", "de", 1),
        ("de", "vi", FOREIGN),
        ("fil", "ceb", FOREIGN),
        ("de", "", 1),
        ("", "", 1),
        ("de", "mul", 1),
        ("de", "und", 1),
        ("de", "german", 1),
        ("de", "ελ", 1),
        ("de", "deu", 1),
    ],
)
def test_in_two_known_languages_the_same_words_make_less_alike(one, other, factor):
    weights = {4: 3.0, 8: 2.0, 12: 1.0}
    ours = packed({**weights, 16: 2.0}, one)
    theirs = packed({**weights, 20: 2.0}, other)
    expected = factor * likeness(unpacked(ours), unpacked(theirs))
    assert similarity(ours, theirs) == similarity(theirs, ours) == pytest.approx(expected)


def test_the_language_changes_no_weight():
    weights = {4: 3.0, 8: 2.0}
    assert unpacked(packed(weights, "de")) == unpacked(packed(weights))


def test_a_vector_of_before_languages_were_kept_is_still_read():
    ours = packed({4: 3.0, 8: 2.0}, "de")
    before = b"\x01" + packed({4: 3.0, 8: 2.0}, "vi")[4:]
    assert unpacked(before) == unpacked(ours)
    assert similarity(before, ours) == pytest.approx(1)


def test_a_vector_of_another_version_is_like_nothing():
    assert unpacked(b"\x63" + packed({2: 1.0})[1:]) == {}


@pytest.mark.parametrize("content", [b"", b"\x01\x02", b"\x01\x02\x03"])
def test_a_damaged_vector_is_refused(content):
    with pytest.raises(ValueError, match="packed vector"):
        unpacked(content)
