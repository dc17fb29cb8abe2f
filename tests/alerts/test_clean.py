import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.alerts.clean import (
    encodable,
    header_text,
    link_host,
    one_line,
    printable,
    safe_link,
)

ANY_TEXT = st.text(st.characters(), max_size=80)  # lone surrogates too


@given(ANY_TEXT)
@example("a\r\nBcc: x@example.org")
@example("\ud800\u202eevil\u2028")
def test_printable_text_has_no_character_that_controls(text: str):
    cleaned = printable(text)
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in cleaned)
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert printable(cleaned) == cleaned


def test_marks_that_arabic_text_needs_are_kept():
    assert printable("\u0645\u200f \u0646\u200c\u0627") == "\u0645\u200f \u0646\u200c\u0627"


@given(ANY_TEXT, st.integers(10, 60))
def test_one_line_is_one_line_and_short_enough(text: str, limit: int):
    line = one_line(text, limit=limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert line == line.strip()


def test_a_long_line_is_cut_at_a_word():
    assert one_line("rockets land near the airport", limit=20) == "rockets land near…"


def test_a_line_without_words_is_cut_where_it_must():
    assert one_line("x" * 30, limit=10) == "x" * 9 + "…"


@given(ANY_TEXT)
def test_header_text_opens_no_encoded_word(text: str):
    assert "=?" not in header_text(text + "=?utf-8?q?=0D=0ABcc=3A_x?=", limit=200)


@given(ANY_TEXT)
def test_encodable_text_can_be_encoded_and_keeps_its_offsets(text: str):
    cleaned = encodable(text)
    cleaned.encode("utf-8")
    assert len(cleaned) == len(text)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTP://Example.ORG:8080/", "http://example.org:8080/"),
        ("https://bücher.example/ä b", None),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://example.org/%D8%B5?q=%20", "https://example.org/%D8%B5?q=%20"),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("javascript:alert(1)", None),
        (" java\nscript:alert(1)", None),
        ("data:text/html,<script>alert(1)</script>", None),
        ("//example.org/", None),
        ("https://", None),
        ("https://exa\u202emple.org/", None),
        ("https://example.org:port/", None),
        ("https://example.org/" + "x" * 3000, None),
        ("https://user:password@example.org/", "https://example.org/"),
        ("https://exam<ple.org/", None),
        ("ftp://example.org/", None),
    ],
)
def test_only_web_links_are_links(url: str, link: str | None):
    assert safe_link(url) == link


@given(ANY_TEXT)
@example("http://[")
@example("http://\ufe0f.example/")
def test_whatever_is_taken_for_a_link_is_plain_ascii(text: str):
    for url in (text, "https://" + text, "https://example.org/" + text):
        link = safe_link(url)
        if link is not None:
            assert link.startswith(("http://", "https://"))
            assert link.isascii()
            assert not set(link) & set(' <>"\r\n')
            assert safe_link(link) == link


def test_the_host_of_a_link_is_what_the_network_sees():
    assert link_host("https://аpple.example/") == "xn--pple-43d.example"
    assert link_host("javascript:alert(1)") is None
