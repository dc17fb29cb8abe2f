"""Where browsers have the head of a page end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scraper.discover.html_head import Head
from scraper.discover.html_stream import Tag, attributes_of, stream


def held(page: str) -> str:
    """The links that are in the head, by the letter they lead to."""
    head = Head()
    return "".join(
        attributes_of(event)["href"]
        for event in stream(page)
        if head.holds(event) and isinstance(event, Tag) and event.name == "link"
    )


LINK = "<link href=x>"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "<!doctype html>\n<html>\n<head>\n",
        "<head><title>The <b>words</b> &amp; all</title>",
        "<meta charset=utf-8><base href=/><style>p{}</style>",
        "<script>document.write('<body>')</script>",
        "<!-- <body> --><noframes><p>x</p></noframes>",
        "<head></p></div></script></head>\n",
        "<head></head><html lang=en><head>",
        "<title></title>",
        "<noscript><img src=/pixel><p>Words</p></noscript>",
        "<template><p>Words</p><template></template><div></div></template>",
    ],
)
def test_a_head_goes_on(before):
    assert held(before + LINK) == "x"


@pytest.mark.parametrize(
    "before",
    [
        "<body>",
        "<head></head><body>",
        "<head>Words",
        "<head>&nbsp;",
        "<head>\xa0",
        "<title>T</title>Words",
        "<p></p>",
        "<img>",
        "<head><div></div></head><head>",
        "<svg><title>",
        "<frameset>",
        "</body>",
        "</html>",
        "</br>",
        "<iframe></iframe>",
        "<head></head><noscript></noscript>",
        "<noscript>",
        "<template><template></template>",
        "<noscript></template>",
        "<textarea><head></textarea>",
        "<custom-head>",
    ],
)
def test_a_head_is_over(before):
    assert held(before + LINK + "<head>" + LINK) == ""


PIECES = (
    *("<html>", "</html>", "<head>", "</head>", "<body>", "</body>", "<p>", "</p>", "</br>"),
    *("<title>T</title>", "<meta>", "<script>x</script>", "text", " ", "&nbsp;", "<!-- x -->"),
    *("<template>", "</template>", "<link href=x>", "<link href=y>", "<frameset>", "<x-head>"),
    *("<svg>", "</svg>", "<!doctype html>", "<3", "<base>", "<style></style>", "<br>"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_parser_of_whole_trees_has_the_same_links_in_the_head(page):
    """What is in <noscript> apart: lexbor runs no scripts, and browsers do."""
    tree = LexborHTMLParser(page)
    links = "".join(link.attributes["href"] or "" for link in tree.css("head > link"))
    assert held(page) == links


@given(st.lists(st.sampled_from([*PIECES, "<noscript>", "</noscript>"]), max_size=12))
def test_once_over_it_stays_so(parts):
    before = held("".join(parts))
    assert held("".join([*parts, "<body>", LINK])) == before
    assert held("".join(["<body>", *parts])) == ""
