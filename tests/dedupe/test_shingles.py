"""Runs of words, and of characters where a script has no spaces."""

from hypothesis import given
from hypothesis import strategies as st

from scraper.dedupe.shingles import shingle

TOKENS = st.lists(st.sampled_from(["rocket", "baghdad", "火", "箭", "จ", "한"]), max_size=40)


def test_spaced_words_make_runs_of_two_and_of_four():
    found = shingle(["a", "b", "c", "d", "e"])
    assert len(found.pairs) == 4
    assert len(found.quads) == 2
    assert shingle(["b", "c"]).pairs == [found.pairs[1]]
    assert shingle(["b", "c", "d", "e"]).quads == [found.quads[1]]


def test_where_one_word_ends_and_the_next_begins_matters():
    assert shingle(["ab", "c"]).pairs != shingle(["a", "bc"]).pairs


def test_the_order_of_words_matters():
    assert shingle(["a", "b"]).pairs != shingle(["b", "a"]).pairs


def test_characters_weigh_less_than_words():
    assert len(shingle(list("火箭袭击")).pairs) == 1  # four characters are two words
    assert len(shingle(list("火箭袭击巴格达城")).quads) == 1
    assert len(shingle(list("กขคงจฉชซ")).pairs) == 1  # eight Thai letters are
    assert len(shingle(list("한국어말")).pairs) == 1


def test_a_word_among_characters_counts_as_a_word():
    mixed = shingle(["火", "箭", "nasa", "发", "射"])
    assert len(mixed.pairs) == 3  # 火箭nasa, 箭nasa发, nasa发射


def test_too_few_words_make_no_run():
    assert shingle([]) == ([], [])
    assert shingle(["word"]) == ([], [])
    assert shingle(["火", "箭", "袭"]) == ([], [])


@given(TOKENS, TOKENS, TOKENS)
def test_runs_are_local(before, text, after):
    inner = shingle(text)
    outer = shingle([*before, *text, *after])
    assert set(inner.pairs) <= set(outer.pairs)
    assert set(inner.quads) <= set(outer.quads)


def test_hashes_are_those_that_articles_are_stored_with():
    found = shingle(["rocket", "hits", "baghdad", "at", "noon"])
    assert found.pairs == [491934149, 3731902896, 3500945663, 1581302423]
    assert found.quads == [-5250783725432122262, 7214587932693546572]
    mixed = shingle([*"火箭袭击", "nasa", *"กขคงจฉชซ"])
    assert mixed.pairs[:3] == [3531009466, 2842844873, 2686358616]
    assert mixed.quads[:2] == [4904525750824212110, -4077721870170201011]
