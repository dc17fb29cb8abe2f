"""The packed form of a sketch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.dedupe.sketch import CAPACITY, EMPTY, pack, unpack

PAIRS = st.lists(st.integers(0, 2**32 - 1), max_size=50)


@given(PAIRS, PAIRS)
def test_what_is_packed_comes_back_in_order_and_without_repeats(pairs, figures):
    sketch = unpack(pack(pairs, figures))
    assert sketch.pairs == tuple(dict.fromkeys(pairs))
    assert sketch.members == set(pairs)
    assert sketch.figures == set(sorted(set(figures))[:32])
    assert sketch.halvings == 0


@given(st.integers(1, 8))
def test_a_sketch_never_outgrows_its_bound(times):
    pairs = [number * 2_654_435_761 % 2**32 for number in range(times * CAPACITY)]
    packed = pack(pairs)
    assert len(packed) <= 4 + 4 * CAPACITY
    sketch = unpack(packed)
    assert list(sketch.pairs) == [pair for pair in pairs if pair < 2**32 >> sketch.halvings]


def test_hashes_that_all_fall_below_the_bound_are_thinned_until_they_fit():
    # Nobody meets this by chance; a page made for it must not blow up the sketch either.
    assert len(unpack(pack(range(5000))).pairs) <= CAPACITY


def test_a_sketch_of_another_version_is_like_nothing():
    assert unpack(b"\x02" + pack([1, 2, 3])[1:]) == EMPTY


@pytest.mark.parametrize("packed", [b"", b"\x01", pack([1, 2])[:-1], b"\x01\x00\x09\x00aaaa"])
def test_a_damaged_sketch_is_refused(packed):
    with pytest.raises(ValueError, match="a sketch"):
        unpack(packed)
