"""What is taken out of pages before they are parsed, and what is left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scraper.extract import guard


def depth(html: bytes) -> int:
    """How deep the elements of a page are nested."""
    deepest = 0
    for node in LexborHTMLParser(html).css("i, div, section, table"):
        above, found = node.parent, 1
        while above is not None:
            above, found = above.parent, found + 1
        deepest = max(deepest, found)
    return deepest


@pytest.mark.parametrize(
    "html",
    [
        b"<b><div>" + b"<i>" * 390 + b"</b>" * 80_000,
        b"<b><div>" + b"<i>" * 50_000 + b"</b>" * 150_000,
        (b"<b><div>" + b"<i>" * 100 + b"</b>" * 300) * 400,
    ],
)
def test_end_tags_that_close_nothing_take_no_time(html: bytes):
    started = time.process_time()
    guard.tame(html)
    assert time.process_time() - started < 1.0


@given(
    st.lists(
        st.sampled_from([b"div", b"b", b"i", b"table", b"section", b"a"]), max_size=60
    ).flatmap(lambda names: st.tuples(*(st.tuples(st.booleans(), st.just(name)) for name in names)))
)
def test_end_tags_close_as_if_the_open_elements_were_looked_through(steps):
    opened, names = guard._Open(), []
    for is_end, name in steps:
        if not is_end:
            opened.open(name)
            names.append(name)
            continue
        closed = False
        for at in range(len(names) - 1, -1, -1):
            if names[at] == name:
                del names[at:]
                closed = True
                break
            if names[at] == b"table" or (
                name in {b"b", b"i", b"a"} and names[at] not in {b"b", b"i", b"a"}
            ):
                break
        assert opened.close(name) == closed
        assert opened.names == names


def test_what_is_nested_too_deep_is_taken_out():
    html = b"<section>" * 20_000 + b"<p>The text."
    tamed = guard.tame(html)
    assert depth(tamed) <= guard.MAX_DEPTH + 3
    assert tamed.endswith(b"<p>The text.")
