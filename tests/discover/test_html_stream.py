from hypothesis import given
from hypothesis import strategies as st

from scraper.discover.html_stream import MAX_TAGS, Tag, attributes_of, stream


def names(text: str) -> list[str]:
    return [
        f"/{event.name}" if event.closing else event.name
        for event in stream(text)
        if isinstance(event, Tag)
    ]


def first(text: str) -> dict[str, str]:
    return attributes_of(next(event for event in stream(text) if isinstance(event, Tag)))


def test_tags_and_texts_in_order():
    assert list(stream("a<B c=d>e</b >f")) == [
        "a",
        Tag("b", " c=d", closing=False),
        "e",
        Tag("b", "", closing=True),
        "f",
    ]


def test_what_only_looks_like_a_tag_is_text():
    assert "".join(map(str, stream("1 < 2 <3 <= <> </> <"))) == "1 < 2 <3 <= <> </> <"


def test_quotes_hide_the_end_of_a_tag():
    assert first('<a title="1 > 0" href=\'x"y\'>') == {"title": "1 > 0", "href": 'x"y'}


def test_attributes_as_browsers_read_them():
    written = '<a HREF = /x?a=1&copy=2&amp;b=3 disabled class=one class=two data-x="&lt;" =y/>'
    assert first(written) == {
        "href": "/x?a=1&copy=2&b=3",
        "disabled": "",
        "class": "one",
        "data-x": "<",
        "y": "",
    }


def test_a_quote_left_open_swallows_the_rest():
    assert names('<p><a href="x><b><i>') == ["p", "a"]


def test_scripts_comments_and_styles_are_left_out():
    page = (
        "<script>'<a>'</script><style><b></style><!-- <i> --><!--><u><![CDATA[x]]>"
        "<?php <s> ?><TITLE>T &amp; <q></TITLE><textarea><a></textarea>"
    )
    assert names(page) == [
        "script", "/script", "style", "/style", "u", "title", "/title", "textarea", "/textarea",
    ]  # fmt: skip
    assert "T &amp; <q>" in list(stream(page))


def test_the_number_of_tags_is_bounded():
    assert len(names("<b>" * (MAX_TAGS + 10))) == MAX_TAGS


@given(st.text(alphabet="<>/!-='\" abA&;\n?", max_size=200))
def test_never_raises_and_never_loses_its_way(text):
    for event in stream(text):
        if isinstance(event, Tag):
            assert event.name == event.name.lower()
            attributes_of(event)
