"""Which patterns the words of a text match, found once for each word however patterns change."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.watch import MatchText, WatchSet, compile_query
from scraper.watch import shapes as module
from scraper.watch.indexed import IndexedText
from scraper.watch.pattern_keys import (
    decides,
    key_of_expression,
    key_of_fuzzy,
    key_of_wildcard,
    shape_of,
)
from scraper.watch.patterns import expression, is_within, spans_several, wildcard
from scraper.watch.shapes import Shapes
from tests.watch.making import watch

WORDS = st.text("abcе́ж", max_size=6)


@pytest.mark.parametrize(
    ("pattern", "key"),
    [
        ("rocket*", "rocket*"),
        ("rocket**", "rocket*"),
        ("*rocket*", "*rocket*"),
        ("*rocket", "*rocket*\x01**rocket"),
        ("wom?n", "wom*\x01*wom?n"),
        ("w?men", "*men*\x01*w?men"),
        ("ракет*", "ракет*"),
        ("w?m?n", None),
    ],
)
def test_the_key_of_a_wildcard(pattern: str, key: str | None):
    assert key_of_wildcard(pattern) == key


@pytest.mark.parametrize(
    ("pattern", "shape"),
    [
        ("rocket(s|ry)?", "*rocket*"),
        ("Rakéte[ns]?", "*rakete*"),
        ("ракет[аы]", "*ракет*"),
        ("rocket attacks?", "*rocket*"),
        ("北京市", None),
        ("rocket|missile", None),
        (r"\brocket", None),
        ("a.b", None),
        ("ᎠᎡᎢᎣ", "*ᎠᎡᎢᎣ*"),
        ("rocket{|missile}?", None),
        (r"(\A)rocket", None),
        ("(?-i)rocket", None),
        ("(?:big )?rocket{1,2}", "*rocke*"),
    ],
)
def test_the_shape_of_an_expression(pattern: str, shape: str | None):
    key = key_of_expression(pattern, cased=False)
    assert (None if key is None else shape_of(key)) == shape


def test_what_the_letters_do_not_decide_is_not_decided_by_the_key():
    for key in (
        key_of_expression("rocket attack", cased=False),
        key_of_expression("Rocket", cased=True),
    ):
        assert key == "*rocket*"
        assert decides(key) is None


@given(WORDS, st.text("abcж*?", min_size=1, max_size=6))
def test_what_a_wildcard_matches_has_its_shape_and_is_decided_alike(word: str, pattern: str):
    key = key_of_wildcard(pattern)
    start, chosen = wildcard(pattern)
    matches = word.startswith(start) and (chosen is None or bool(chosen(word)))
    if key is not None:
        assert _has(word, key) == matches


@given(WORDS, st.text("abcж.?*+[]()", min_size=1, max_size=8))
def test_what_an_expression_matches_has_its_shape_and_is_decided_alike(word: str, pattern: str):
    try:
        compiled = expression(pattern, cased=False)
    except Exception:  # noqa: BLE001 - RE2 has an error of its own for what is no expression
        return
    key = key_of_expression(pattern, cased=False)
    if key is not None and not spans_several(pattern):
        assert _has(word, key) == bool(compiled.fullmatch(word))


def _has(word: str, key: str) -> bool:
    shapes = Shapes()
    shapes.add(key)
    return key in shapes.of([word])


PATTERNS = st.one_of(
    st.builds(key_of_wildcard, st.text("abж*?", min_size=2, max_size=5)),
    st.builds(key_of_fuzzy, st.text("abж", min_size=3, max_size=5), st.integers(0, 2)),
    st.builds(
        lambda pattern: key_of_expression(re.escape(pattern), cased=False),
        st.text("abж", min_size=2, max_size=4),
    ),
).filter(bool)


@given(st.lists(st.tuples(st.booleans(), PATTERNS, st.lists(WORDS, max_size=3)), max_size=12))
def test_patterns_may_come_and_go_between_texts(steps):
    shapes, asked = Shapes(), []
    for adds, key, words in steps:
        if adds or key not in asked:
            shapes.add(key)
            asked.append(key)
        else:
            shapes.remove(key)
            asked.remove(key)
        found = shapes.of(words)
        fresh = Shapes()
        for each in set(asked):
            fresh.add(each)
        expected = fresh.of(words)
        assert {key: set(found[key]) for key in found} == {
            key: set(expected[key]) for key in expected
        }
    for key in asked:
        shapes.remove(key)
    assert not shapes
    assert not shapes._keys
    assert not shapes._grams
    assert not shapes._alike


def test_a_pattern_that_was_taken_out_is_not_known_by_halves():
    """It is still found in the field that another watch looks for it in, and under NOT."""
    queries = ["zebra*", "title:rock*", "fell AND NOT title:rock*", 'fell AND NOT "rock* fell"']
    watches = WatchSet([watch(0, "rock*"), *(watch(n, q) for n, q in enumerate(queries, 1))])
    assert watches.matching(MatchText(body="rocks fell")) == [0, 3]
    watches.discard(0)
    text = MatchText(title="rockett", body="rocks fell, rocky fell.")
    assert watches.matching(text) == [2]
    assert watches.matching(MatchText(body="rockish fell")) == [3]


@pytest.mark.parametrize(
    "query", ["author:*smit*", "author:/smith?/", "tag:*ocke*", "section:*orl*", "title:*ead*"]
)
def test_what_a_field_must_have_besides_is_found(query: str):
    text = MatchText(
        title="Headline",
        body="Nothing.",
        url="https://www.example.org/1",
        authors=("Jane Smith",),
        tags=("rockets",),
        section="World",
    )
    watches = WatchSet([watch(1, f"site:example.org AND {query}"), watch(2, query)])
    assert watches.matching(text) == [1, 2]
    watches.discard(2)
    assert watches.matching(text) == [1]


def test_numbers_among_capitals_are_found():
    text = MatchText(body="3,5 per cent, and 13,5.")
    watches = WatchSet([watch(1, "case:/35/"), watch(2, "case:/135/")])
    alone = [n for n in (1, 2) if compile_query(watches.watches[n].spec.query).match(text)]
    assert watches.matching(text) == alone


@given(st.lists(st.lists(WORDS, min_size=1, max_size=4), max_size=12), st.data())
def test_words_are_known_though_few_are_kept(texts, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MOST_KEPT", 6)
        patch.setattr(module, "_MOST_ADDED", 2)
        shapes, asked = Shapes(), set()
        for words in texts:
            if key := data.draw(st.none() | PATTERNS):
                shapes.add(key)
                asked.add(key)
            fresh = Shapes()
            for each in asked:
                fresh.add(each)
            found, expected = shapes.of(words), fresh.of(words)
            assert {key: set(found[key]) for key in found} == {
                key: set(expected[key]) for key in expected
            }
            assert len(shapes._words) + len(shapes._before) <= 6


def test_words_are_learnt_anew_where_many_patterns_were_added():
    shapes = Shapes()
    shapes.add("rocket*")
    assert shapes.of(["rockets"]) == {"rocket*": ["rockets"]}
    for number in range(2 * module._MOST_ADDED):
        shapes.add(f"word{number}*")
    shapes.add("*ckets*")
    assert set(shapes.of(["rockets"])) == {"rocket*", "*ckets*"}


@given(WORDS, WORDS, st.integers(0, 2))
def test_likeness_is_that_of_the_leaf(token: str, word: str, edits: int):
    key = key_of_fuzzy(token, edits)
    assert key is not None
    assert _has(word, key) == is_within(token, word, edits)


def test_what_stands_in_another_field_is_not_taken_for_the_texts_own():
    queries = ["*ocke*", "/rockets?/", "author:*ocke*", "tag:rock*", "rock*", "author:rocker~1"]
    watches = WatchSet(watch(number, query) for number, query in enumerate(queries))
    text = MatchText(body="Nothing of that kind.", authors=("Rocket Smith",), tags=("rockets",))
    assert watches.matching(text) == [
        number
        for number, query in enumerate(queries)
        if compile_query(query).root.holds(IndexedText(text))
    ]
    assert watches.matching(text) == [2, 3, 5]
