"""Formatting elements that differ and are never closed make no page grow without end."""

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract import extract
from scraper.extract.formatting import calm

LINE = "The harbour reopened on Tuesday after engineers had cleared the wreckage."


def hostile(number: int) -> bytes:
    return b"".join(b"<p><font a=%d>x" % at for at in range(number))


def test_attributes_go_where_formatting_piles_up():
    html = hostile(2_000)
    tamed = calm(html, html.count(b"<"))
    assert tamed == b"<p><font>x" * 2_000
    assert len(LexborHTMLParser(tamed).css("font")) < 10_000


@pytest.mark.parametrize("tag", [b"b", b"STRONG", b"i", b"u"])
def test_all_formatting_is_meant(tag: bytes):
    html = b"".join(b"<p><%s class=c%d>x" % (tag, at) for at in range(2_000))
    assert b"class" not in calm(html, html.count(b"<"))


def test_end_tags_do_not_hide_it():
    html = hostile(3_000).replace(b">x", b">x</b></i>")
    assert b"a=1>" not in calm(html, html.count(b"<"))


def test_such_a_page_is_read_soon():
    html = f"<h1>Harbour</h1><p>{LINE}</p>".encode() + hostile(3_000)
    before = time.process_time()
    extract(html, "https://news.example/a")
    assert time.process_time() - before < 4.0


def test_ordinary_formatting_stays_as_it_is():
    html = b"<p><b>x</b><i>y</i></p>" * 1_000 + b'<font color="red">z</font>' * 100
    assert calm(html, html.count(b"<")) is html


def test_thousands_of_tags_go_and_their_text_stays():
    html = b"".join(b"<p><b><i><u>word%d " % at for at in range(8_000))
    tamed = calm(html, html.count(b"<"))
    assert tamed == b"".join(b"<p>word%d " % at for at in range(8_000))


def test_a_link_that_is_never_closed_is_not_copied_with_all_it_says():
    html = b'<a data-x="<p>%s">x' % (b"y" * 400_000) + b"<p>word</p>" * 9_000
    assert calm(html, html.count(b"<")) == b"<a>x" + b"<p>word</p>" * 9_000
