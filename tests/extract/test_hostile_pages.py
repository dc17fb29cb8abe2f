"""Pages made to hurt: whatever the bytes, an article or an ExtractError, and soon."""

import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scraper.errors import ExtractError
from scraper.extract import Extraction, extract, guard
from scraper.extract.outline import MAX_BLOCKS, outline

PAGES = [path.read_bytes() for path in (Path(__file__).parent / "pages").glob("*.html")]
TEXT = (
    b"<p>The minister said that the talks would go on, and that nobody should expect "
    b"a deal soon.</p>"
)
LINKED = b'<script type="application/ld+json">%s</script>'
SECONDS = 4.0  # of CPU: twice what a page may take, for slow machines

MARKUP = (
    b"\0", b"<", b">", b'"', b"<!--", b"<div>" * 40, b"</div>" * 40, b"\xff\xfe", b"\xed\xa0\x80",
    b"<table><td>", b"<svg><title>", b"<template>", b"<plaintext>", b"<select><option>",
    b"&#x110000;&#xd800;", b"<frameset>", b"<h1></h1>", b"<br><br>", b"<title>",
    b"<a href='http://[::1'>",
    b'<time datetime="0000-00-00">32.13.2020</time>', b'<img src="http://[bad" srcset=",,">',
    b'<meta property="article:published_time" content="99999-99-99T99:99:99+99:99">',
    b'<link rel="canonical" href="//[">', b'<a rel="author" class="byline">By , | </a>',
    LINKED % b'{"@type":["NewsArticle",1],"author":[[1,{}],null,{"name":{"a":[]}}],"image":[[]],'
    b'"datePublished":[1,{}],"headline":{"@value":[1]},"keywords":{"a":1},"publisher":[[1]],'
    b'"mainEntityOfPage":[1],"articleSection":[{}],"isAccessibleForFree":{},"@id":[1],"url":{}}',
)  # fmt: skip


def attempt(html: bytes, url: str = "https://outlet.example/news/1") -> Extraction | None:
    try:
        return extract(html, url)
    except ExtractError:
        return None


@pytest.mark.parametrize(
    "html", [b"", b"\0" * 500, b"<script>var a = 1;</script>", b"<!--", b"<p> </p>"]
)
def test_a_page_that_holds_nothing_is_refused(html: bytes):
    with pytest.raises(ExtractError) as caught:
        extract(html, "https://outlet.example/")
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("nested blocks", b"<div>" * 100_000 + TEXT),
        ("nested blocks, closed", b"<div>" * 100_000 + TEXT + b"</div>" * 100_000),
        ("nested lists", b"<ul><li>" * 50_000 + TEXT),
        ("nested tables", b"<table><tr><td>" * 20_000 + TEXT),
        ("captions", b"<h1>A</h1>" + b"<p><img src=a.jpg>Ships in the harbour</p>" * 20_000 + TEXT),
        ("dates", b"<h1>A</h1>" + TEXT + b"<p>9 June 2020</p>" * 20_000 + TEXT),
        ("nested spans", b"<span>" * 100_000 + TEXT),
        ("attributes", b"<div " + b" ".join(b"a%d=b" % n for n in range(50_000)) + b">" + TEXT),
        ("unclosed attribute", b'<p>A line of text.</p><a title="' + b"x" * 3_000_000),
        ("breaks", b"<br>" * 100_000 + TEXT),
        ("a long class", b'<div class="' + b"x y " * 50_000 + b'">' + TEXT),
        ("a title without end", b"<title>" + b"word - word | " * 30_000),
        ("brackets of JSON", LINKED % (b"[" * 200_000) + TEXT),
        (
            "things of JSON",
            LINKED % json.dumps([{"@type": "NewsArticle"}] * 40_000).encode() + TEXT,
        ),
        ("many pictures", b"<figure><img src=a.jpg></figure>" * 30_000 + TEXT),
        ("many dates", b"<time>9 June 2020</time>" * 30_000 + TEXT),
        (
            "authors in meta elements",
            b"".join(
                b"<meta name=author content='%s'>" % (f"X{n} Y, ".encode() + b"Jule Li, " * 55)
                for n in range(4_000)
            )
            + TEXT,
        ),
        (
            "references to one author",
            LINKED
            % json.dumps(
                [
                    {"@type": "NewsArticle", "headline": "A", "author": [{"@id": "#a"}] * 10_000},
                    {"@id": "#a", "@type": "Person", "name": ["Jule Lander, " * 40] * 1_000},
                ]
            ).encode()
            + TEXT,
        ),
        (
            "references to an author of many types",
            LINKED
            % json.dumps(
                [
                    {"@type": "NewsArticle", "headline": "A", "author": [{"@id": "#a"}] * 10_000},
                    {"@id": "#a", "@type": ["x"] * 20_000, "name": 1},
                ]
            ).encode()
            + TEXT,
        ),
    ],
)
def test_a_page_made_to_be_slow_is_not(name: str, html: bytes):
    started = time.process_time()
    attempt(html)
    assert time.process_time() - started < SECONDS, name


@pytest.mark.parametrize("name", ["a\npaywall", "a\rpaywall", "paywall\n:", "\npaywall"])
def test_names_of_meta_elements_may_have_lines(name: str):
    found = attempt(f'<meta name="{name}" content="true">'.encode() + TEXT)
    assert found is not None
    assert found.article.paywalled is (True if name.strip() == "paywall" else None)


@pytest.mark.parametrize("number", [["x"], {}, {"@id": "x"}, 1, None])
def test_a_reference_may_be_anything(number: object):
    thing = {key: {"@id": number} for key in ("author", "publisher", "image", "headline")}
    html = LINKED % json.dumps({"@type": "NewsArticle", **thing}).encode() + TEXT
    found = attempt(html)
    assert found is not None
    assert "the talks would go on" in found.article.body


def test_a_page_of_ten_megabytes_is_read():
    html = b"<html><body><h1>Talks go on</h1><article>" + TEXT * 110_000 + b"</article>"
    assert len(html) > 10_000_000
    started = time.process_time()
    found = attempt(html)
    assert time.process_time() - started < SECONDS
    assert found is not None
    assert "the talks would go on" in found.article.body


def test_a_page_is_cut_where_it_has_more_tags_than_any_article():
    tamed = guard.tame(b"<p>The first line." + b"<br>" * (guard.MAX_TAGS + 100_000))
    assert tamed.startswith(b"<p>The first line.<br>")
    assert guard.MAX_TAGS - 50_000 < tamed.count(b"<") <= guard.MAX_TAGS


def test_the_text_below_deep_nesting_is_still_found():
    found = attempt(b"<div>" * 100_000 + TEXT + b"</div>" * 100_000)
    assert found is not None
    assert "the talks would go on" in found.article.body


@pytest.mark.parametrize("seed", range(60))
def test_a_mutated_page_is_an_article_or_refused(seed: int):
    rng = random.Random(seed)
    html = bytearray(rng.choice(PAGES))
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(len(html) + 1)
        end = min(len(html), at + rng.choice((1, 10, 200, 2_000)))
        match rng.randrange(5):
            case 0:
                del html[at:end]
            case 1:
                html[at:at] = rng.choice(MARKUP)
            case 2:
                html[at:end] = rng.randbytes(min(50, end - at))
            case 3:
                html = html[: max(1, at)]
            case _:
                html[at:at] = html[at:end]
    attempt(
        bytes(html), rng.choice(("https://outlet.example/2020/13/45/x", "", "http://[", "ftp://x"))
    )


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_an_article_or_refused(html: bytes):
    attempt(html)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*MARKUP, TEXT]), max_size=30))
def test_any_mixture_of_broken_markup_is_an_article_or_refused(parts: list[bytes]):
    attempt(b"".join(parts))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["@type", "@id", "@graph", "name", "author", "headline", "image", "url", "publisher",
             "datePublished", "keywords", "articleSection", "isAccessibleForFree",
             "mainEntityOfPage"]
        ),
        inner | st.sampled_from(["NewsArticle", "Person", "WebSite"]),
        max_size=6,
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(_JSON)
def test_any_linked_data_is_survived(value: object):
    found = attempt(LINKED % json.dumps(value).encode() + TEXT)
    assert found is not None
    assert "the talks would go on" in found.article.body


@pytest.mark.parametrize(("start", "end"), [("<!-- ", " -->"), ("<script>", "</script>")])
def test_what_looks_like_a_long_tag_takes_no_text_along(start: str, end: str):
    words = " ".join(f"word{number}" for number in range(30_000))
    html = f"<h1>Talks</h1>{start}for(i=0;i<n;i++) {words}{end}<p>{TEXT.decode()}</p>"
    assert b"a deal soon." in guard.tame(html.encode())
    found = attempt(html.encode())
    assert found is not None
    assert "a deal soon." in found.article.body


def test_a_page_of_flat_paragraphs_has_no_more_blocks_than_are_read():
    tree = LexborHTMLParser("<p>One of very many lines.</p>" * (MAX_BLOCKS + 500))
    assert len(outline(tree.body).blocks) == MAX_BLOCKS
    tree = LexborHTMLParser("<div>" + "One of very many lines.<br><br>" * (MAX_BLOCKS + 500))
    assert len(outline(tree.body).blocks) == MAX_BLOCKS
