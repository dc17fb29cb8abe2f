from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from scraper.watch.rows import follow, loose

PLACES = st.lists(
    st.lists(st.integers(0, 12), max_size=5, unique=True).map(
        lambda starts: [(start, start) for start in sorted(starts)]
    ),
    min_size=2,
    max_size=4,
)


@given(PLACES)
def test_a_row_is_word_after_word(places: list[list[tuple[int, int]]]) -> None:
    expected = {
        (chosen[0][0], chosen[-1][1])
        for chosen in product(*places)
        if all(one[1] + 1 == two[0] for one, two in pairwise(chosen))
    }
    assert follow(places) == sorted(expected)


def test_a_row_goes_on_after_words_that_are_several() -> None:
    assert follow([[(0, 0)], [(1, 1), (1, 2)], [(3, 3)]]) == [(0, 3)]


@given(PLACES, st.integers(0, 4))
def test_a_loose_phrase_is_lucenes(places: list[list[tuple[int, int]]], slop: int) -> None:
    expected = set()
    for chosen in product(*places):
        starts = [first for first, _ in chosen]
        moved = [start - number for number, start in enumerate(starts)]
        if len(set(starts)) == len(starts) and max(moved) - min(moved) <= slop:
            expected.add((min(starts), max(starts)))
    assert loose(places, [1] * len(places), slop) == sorted(expected)


def test_a_text_that_repeats_the_words_has_an_end() -> None:
    everywhere = [(at, at) for at in range(20_000)]
    assert len(loose([everywhere] * 8, [1] * 8, 100)) <= 1_000
    apart = [[(at, at)] * 1 for at in range(0, 8_000, 1_000)]
    assert loose(apart, [1] * 8, 100) == []


def test_words_repeated_before_a_loose_phrase_do_not_hide_it() -> None:
    ones = [(at, at) for at in range(0, 6_000, 2)]
    others = [(at, at) for at in range(1, 6_000, 2)]
    phrase = [(7_000 + at, 7_000 + at) for at in range(3)]
    places = [[*ones, phrase[0]], [*others, phrase[1]], [phrase[2]]]
    assert loose(places, [1, 1, 1], 100) == [(7_000, 7_002)]
