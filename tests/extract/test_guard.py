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


def bare(most: int) -> list[bytes]:
    return [b"%x" % number for number in range(most)]


MANY = {
    "spaces": b"<div " + b" ".join(bare(20_000)) + b">",
    "slashes": b"<div " + b"/".join(bare(20_000)) + b">",
    "nothing between": b"<div " + b"".join(each + b'=""' for each in bare(20_000)) + b">",
    "ends of tags in quotes": b"<div " + b" ".join(each + b'=">"' for each in bare(20_000)) + b">",
    "tags in quotes": b"<div " + b" ".join(each + b" = '<p>'" for each in bare(20_000)) + b">",
    "an end tag": b"<p>" + b"</p " + b" ".join(bare(20_000)) + b">",
    "behind a comment": b'<!-- <b x=" --><div ' + b" ".join(bare(20_000)) + b'><b y="">',
    "behind a script": b"<script>i<n y='</script><div " + b" ".join(bare(20_000)) + b"'>",
    "many tags": (b"<div " + b" ".join(bare(6_000)) + b">") * 8,
}


@pytest.mark.parametrize("name", MANY)
def test_no_tag_is_left_very_many_attributes(name: str):
    html = MANY[name] + b"<p id=kept>The text."
    started = time.process_time()
    tree = LexborHTMLParser(guard.tame(html))
    assert time.process_time() - started < 1.0
    assert max(len(node.attributes) for node in tree.css("*")) <= 500
    assert [node.text() for node in tree.css("#kept")] == ["The text."]


@pytest.mark.parametrize(
    "unit",
    [
        b"<a b=c<a<a",
        b"<a b='<a b=\"",
        b"<div </a ",
        b"<a/<a/",
        b"< = = ",
        b"<!--<b x='-->",
        b"\n= '>",
    ],
)
def test_looking_for_long_tags_takes_no_time(unit: bytes):
    started = time.process_time()
    guard.tame(unit * 100_000)
    assert time.process_time() - started < 2.0


def test_scripts_end_where_they_did():
    script = b"<script>for (i=0;i<n;i++) " + b"a b c d e f g h " * 10_000 + b"</script>"
    tree = LexborHTMLParser(guard.tame(script + b"<p>The text.</p>" + script))
    assert [node.text() for node in tree.css("p")] == ["The text."]


def test_tags_that_are_long_because_of_a_picture_or_data_stay():
    picture = b'<img alt=a src="data:image/png;base64,' + b"A/bc+" * 40_000 + b'">'
    data = (
        b"<div data-all='" + b'{"a": "<p class=b>", "c": 1}, ' * 3_000 + b"'><p>The text.</p></div>"
    )
    assert guard.tame(picture + data) == picture + data
