"""The matcher and the plain evaluator of the language agree, on drawn queries and drawn texts.

What is drawn is in drawn.py, the evaluator in oracle.py. Beside each answer it is counted how often
a query matched: an agreement on texts that never match would say little.
"""

import sys
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.errors import QueryError
from scraper.text.words import words
from scraper.watch import MatchText, Query, compile_query, index_keys, narrow
from scraper.watch.indexed import IndexedText
from scraper.watch.nodes import Node
from storage.records import KeyExpression, KeyIs, KeysAllOf
from tests.watch import oracle
from tests.watch.drawn import FAMILIES, lists_of, queries, texts, trees

QUERIES_PER_TEXT = 5
SOME = settings(max_examples=max(50, settings().max_examples // 2))
FEW = settings(max_examples=max(12, settings().max_examples // 16))  # of each family


@st.composite
def _asked(draw: st.DrawFn) -> tuple[MatchText, list[Query]]:
    """A text and queries of its family."""
    family = draw(st.sampled_from(FAMILIES))
    lists, found = lists_of(family), []
    for typed in draw(st.lists(queries(family), min_size=1, max_size=QUERIES_PER_TEXT)):
        try:
            found.append(compile_query(typed, lists=lists))
        except QueryError:  # only says what must not be there
            continue
    return draw(texts(family)), found


@st.composite
def _planted(draw: st.DrawFn) -> tuple[MatchText, list[Node]]:
    """A text and trees of its family."""
    family = draw(st.sampled_from(FAMILIES))
    found = draw(st.lists(trees(family), min_size=1, max_size=QUERIES_PER_TEXT))
    return draw(texts(family)), found


def _enough(counts: Counter[bool], check: Callable[[], None]) -> None:
    """Run the check; of what it compared, a fifth at least matched, and a fifth did not."""
    check()
    total = counts.total()
    say(counts)
    assert counts[True] >= 0.2 * total
    assert counts[False] >= 0.2 * total


def say(counts: Counter[bool]) -> None:
    """How many answers were compared: read with `pytest -s`."""
    matches = counts[True] / counts.total()
    sys.stdout.write(f"{counts.total()} comparisons, {matches:.0%} of them matches\n")


def test_queries_match_where_the_oracle_says_so() -> None:
    counts: Counter[bool] = Counter()

    @SOME
    @given(_asked())
    def check(drawn: tuple[MatchText, list[Query]]) -> None:
        text, asked = drawn
        for query in asked:
            expected = oracle.holds(query.root, text)
            counts[expected] += 1
            assert (query.match(text) is not None) is expected, query.text

    _enough(counts, check)


def test_trees_hold_where_the_oracle_says_so() -> None:
    counts: Counter[bool] = Counter()

    @SOME
    @given(_planted())
    def check(drawn: tuple[MatchText, list[Node]]) -> None:
        text, planted = drawn
        indexed = IndexedText(text)  # shared, as it is by the watches of a set
        for tree in planted:
            expected = oracle.holds(tree, text)
            counts[expected] += 1
            assert tree.holds(indexed) is expected, repr(tree)

    _enough(counts, check)


@SOME
@given(
    st.sampled_from(FAMILIES).flatmap(lambda family: st.tuples(st.just(family), queries(family)))
)
def test_the_normal_form_of_a_query_is_read_as_the_same_tree(drawn) -> None:
    family, typed = drawn
    lists = lists_of(family)
    try:
        query = compile_query(typed, lists=lists)
    except QueryError:
        return
    again = compile_query(str(query), lists=lists)
    assert again.root == query.root
    assert str(again) == str(query)


@SOME
@given(_asked())
def test_what_is_highlighted_is_whole_words_of_the_passage(drawn) -> None:
    text, asked = drawn
    for query in asked:
        for passage in query.match(text) or ():
            assert passage.highlights, query.text
            shown = words(passage.text)
            starts, ends = {word.start for word in shown}, {word.end for word in shown}
            last = 0
            for start, end in passage.highlights:
                assert last <= start < end <= len(passage.text), query.text
                assert start in starts, (query.text, passage)
                assert end in ends, (query.text, passage)
                last = end


def test_what_matches_satisfies_the_narrowed_query() -> None:
    counts: Counter[bool] = Counter()

    @SOME
    @given(_asked(), _planted())
    def check(drawn: tuple[MatchText, list[Query]], planted: tuple[MatchText, list[Node]]) -> None:
        for text, roots in ((drawn[0], [query.root for query in drawn[1]]), planted):
            keys = index_keys(text)
            for root in roots:
                matches = root.holds(IndexedText(text))
                counts[matches] += 1
                narrowed = narrow(root)
                if matches and narrowed is not None:
                    assert satisfied(narrowed, keys), str(root)

    _enough(counts, check)


def satisfied(expression: KeyExpression, keys: frozenset[str]) -> bool:
    """Whether an article with these keys would be read."""
    if isinstance(expression, KeyIs):
        if expression.prefix:
            return any(key.startswith(expression.text) for key in keys)
        return expression.text in keys
    answers = [satisfied(part, keys) for part in expression.parts]
    return all(answers) if isinstance(expression, KeysAllOf) else any(answers)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_has_matches_and_near_misses(family) -> None:
    counts: Counter[bool] = Counter()

    @FEW
    @given(st.lists(queries(family), min_size=1, max_size=QUERIES_PER_TEXT), texts(family))
    def check(asked: list[str], text: MatchText) -> None:
        for typed in asked:
            try:
                query = compile_query(typed, lists=lists_of(family))
            except QueryError:
                continue
            expected = oracle.holds(query.root, text)
            counts[expected] += 1
            assert (query.match(text) is not None) is expected, typed

    check()
    assert min(counts[True], counts[False]) >= 0.1 * counts.total(), family.name
