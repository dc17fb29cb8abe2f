import fnmatch
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.watch import MatchText
from scraper.watch.indexed import IndexedText
from scraper.watch.patterns import deletions, expression_spans, is_within, wildcard

WORDS = st.text("abc", max_size=7)


def distance(one: str, other: str) -> int:
    """The optimal string alignment distance, by its definition."""
    rows = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            found = min(
                rows[i - 1, j] + 1,
                rows[i, j - 1] + 1,
                rows[i - 1, j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 < j and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                found = min(found, rows[i - 2, j - 2] + 1)
            rows[i, j] = found
    return rows[len(one), len(other)]


@given(WORDS, WORDS, st.integers(0, 2))
def test_words_are_as_close_as_their_distance_says(one: str, other: str, edits: int) -> None:
    assert is_within(one, other, edits) is (distance(one, other) <= edits)


@given(WORDS, WORDS, st.integers(0, 2))
def test_close_words_share_a_word_with_letters_left_out(one: str, other: str, edits: int) -> None:
    if is_within(one, other, edits):
        assert not set(deletions(one, edits)).isdisjoint(deletions(other, 2))


@given(st.text("ab*?", min_size=1, max_size=6), WORDS)
def test_a_wildcard_is_a_glob(pattern: str, word: str) -> None:
    start, chosen = wildcard(pattern)
    found = word.startswith(start) and (chosen is None or bool(chosen(word)))
    assert found is fnmatch.fnmatchcase(word, pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("rocket(s|ry)?", "a rocket, Rockets and rocketry; sprocket", [(1, 1), (2, 2), (4, 4)]),
        ("ocke", "rocket", []),
        ("f16", "the F-16 flew", [(1, 2)]),
        (r"\d+ killed", "in 12 killed, 3\n\nkilled", [(1, 2)]),
        (r"a+ b", "aa b aa b", [(0, 1), (2, 3)]),
        ("火.弹", "巴格达遭火箭弹袭击", [(4, 6)]),
        ("火.弹", "火箭 弹", []),
        ("bağdat", "Bağdat'ta", [(0, 0)]),
        (r"рак\Dта", "ракета, рак1та", [(0, 0)]),
    ],
)
def test_where_an_expression_matches(
    pattern: str, text: str, expected: list[tuple[int, int]]
) -> None:
    # The title has no words, and fields are far apart.
    first = IndexedText(MatchText(body=text)).layout.fields["body"][0]
    found = expression_spans(IndexedText(MatchText(body=text)), pattern, None, cased=False)
    assert [(start - first, end - first) for start, end in found] == expected


def test_capitals_count_where_they_are_asked_for() -> None:
    text = IndexedText(MatchText(body="US us U.S. Us"))
    assert len(expression_spans(text, "U[SN]", None, cased=True)) == 2
    assert len(expression_spans(text, "U[SN]", None, cased=False)) == 4


@pytest.mark.parametrize("capitals", ["[А-Я]+", "[Α-Ω]+", "É+"])
def test_capitals_of_other_alphabets_count_too(capitals: str) -> None:
    shouted, said = (
        IndexedText(MatchText(body=body)) for body in ("США και ΕΥ ÉÉ", "сша και ευ éé")
    )
    assert len(expression_spans(shouted, capitals, None, cased=True)) == 1
    assert not expression_spans(said, capitals, None, cased=True)


def test_an_expression_takes_no_longer_than_its_text() -> None:
    text = IndexedText(MatchText(body="a" * 200_000 + "! " + "a " * 50_000))
    began = time.process_time()
    assert not expression_spans(text, "(a+)+$b", None, cased=False)
    assert time.process_time() - began < 5
