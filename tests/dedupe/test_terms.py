"""What a text is about, told from how it is written."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.dedupe.terms import IN_LEAD, LEAST_TERMS, NAME, TERM_BITS, YEAR, describe
from scraper.dedupe.vectors import CASELESS, KIND_BITS, NUMBER, PAIR, WORD

FILLER = "one two three four five six seven eight nine ten"


def weight(text: str, word: str, title: str | None = None) -> float:
    """What a word weighs in a text: what is missing when another stands in its place."""
    terms = describe(title, text)
    return max(
        terms.weights[term]
        for term in describe(None, f"{word} {FILLER}").weights
        if term in terms.weights and term not in describe(None, FILLER).weights
    )


def test_a_name_weighs_more_than_a_word_but_not_at_the_start_of_a_sentence():
    named = weight(f"{FILLER} and Kaldholm too", "kaldholm")
    plain = weight(f"{FILLER} and kaldholm too", "kaldholm")
    start = weight(f"{FILLER}. Kaldholm too", "kaldholm")
    assert named == pytest.approx(plain * NAME**0.7)
    assert start == plain


def test_what_stands_early_weighs_more():
    far = " ".join([FILLER] * 8)
    assert weight(f"reef {far}", "reef") == pytest.approx(
        weight(f"{far} reef", "reef") * IN_LEAD**0.7
    )
    assert weight(far, "reef", title="reef") == weight(f"reef {far}", "reef")


def test_a_year_weighs_more_than_a_number_and_a_number_more_than_a_word():
    year, number, word = (weight(f"{FILLER} {each}", each) for each in ("2026", "2126", "reef"))
    assert year > number > word
    assert year == pytest.approx(word * YEAR)


def test_numbers_are_told_from_words():
    with_number, without = describe(None, f"{FILLER} 14"), describe(None, FILLER)
    (number,) = with_number.weights.keys() - without.weights.keys()
    assert number & KIND_BITS == NUMBER
    assert {term & KIND_BITS for term in without.weights} == {WORD}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("قال مسؤولون إن صاروخا سقط قرب مطار بغداد مساء", CASELESS),
        ("昨日上午十一时三十分在巴格达机场附近发生爆炸", PAIR),
        ("сообщили вечером власти страны о взрыве возле аэропорта столицы", WORD),
    ],
)
def test_scripts_are_told(text, kind):
    assert {term & KIND_BITS for term in describe(None, text).weights} == {kind}


def test_inflected_words_are_one_where_inflection_is_at_the_end():
    assert (
        describe(None, f"{FILLER} bombardieren").weights
        == describe(None, f"{FILLER} bombardierte").weights
    )


def test_scripts_without_spaces_are_read_by_pairs():
    text = "昨日上午十一时三十分在巴格达机场附近发生爆炸"
    moved = describe(None, f"据报道，{text}").weights
    shared = describe(None, text).weights.keys() & moved.keys()
    assert len(shared) >= len(set(pairwise(text))) - 1
    assert not describe(None, text[::-1]).weights.keys() & shared


def test_arabic_has_terms_without_capitals():
    text = "قال مسؤولون إن صاروخا سقط قرب مطار بغداد مساء الثلاثاء وأصاب ثلاثة حراس"
    assert len(describe(None, text, "ar-IQ").weights) == len(text.split())
    assert describe(None, text, "ar-IQ").language == "ar"


@pytest.mark.parametrize(
    "text", ["", "   ", "Watch the video here", "a a a a a a a a a a a", "😀" * 50]
)
def test_next_to_nothing_is_about_nothing(text):
    assert describe(None, text).weights == {}


def test_of_a_page_without_end_the_beginning_is_read():
    long = f"{FILLER} " * 100_000
    assert describe(None, f"{long}zebra").weights.keys() == describe(None, long).weights.keys()


@given(st.text(max_size=300), st.none() | st.text(max_size=20))
def test_any_text_has_terms_of_positive_weight(text, language):
    weights = describe("Title", text, language).weights
    assert not weights or len(weights) >= LEAST_TERMS // 2
    assert all(value > 0 and 0 <= term < 1 << TERM_BITS for term, value in weights.items())
