"""Whether a later reading of an article is news of it."""

from dataclasses import replace

import pytest

from scraper.discover.links import normalise
from scraper.pipeline.known import Earlier, canonical_key, is_revision
from storage.records import Article, Signature

KNOWN = Article(url="u", title="Title", standfirst="Standfirst", body="Text of the article.")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"body": "Text  of\nthe article."}, False),
        ({"tags": ("new",)}, False),
        ({"standfirst": None}, False),
        ({"title": "TITLE"}, False),
        ({"body": "Updated 5 minutes ago\n\nText of the article."}, False),
        ({"body": "“Text” of the article.\n\nRead more: Another article"}, False),
        ({"body": ""}, False),
        ({"body": "Another text."}, True),
        ({"title": "Another title"}, True),
        ({"standfirst": "Another standfirst"}, True),
    ],
)
def test_only_what_a_reader_reads_makes_a_revision(changes, expected):
    assert is_revision(KNOWN, replace(KNOWN, **changes)) is expected
    earlier = earlier_of(KNOWN, was=replace(KNOWN, body="Text of."))
    assert earlier.says(replace(KNOWN, url="another", **changes)) is not expected


def earlier_of(article: Article, *, was: Article) -> Earlier:
    signature = Signature(exact="", keys=(), sketch=b"")
    return Earlier(was=was, article=article, signature=signature)


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("0123456789", "01234", False),
        ("0123456789", "0123", True),
        ("0123456789", "", True),
        ("", "", False),
        ("", "0123456789", False),
    ],
)
def test_a_reading_loses_text_if_most_of_it_is_gone(was, now, expected):
    earlier = earlier_of(replace(KNOWN, body=now), was=replace(KNOWN, body=was))
    assert earlier.loses_text is expected


def test_a_page_speaks_for_links_of_its_own_host_only():
    theirs = "https://morning.example/scoop"
    assert canonical_key(Article(url="https://a.example/1", canonical_url=theirs)) is None
    assert canonical_key(Article(url="https://www.morning.example/1", canonical_url=theirs))
    assert (
        canonical_key(Article(url="https://morning.example/1", canonical_url="https://[")) is None
    )


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://e.example/ferry-is-back-48213?ref=1", "https://e.example/ferry-is-back-48213"),
        ("https://e.example/?p=48213", "https://e.example/2026/11/23/ferry-is-back"),
        ("https://m.e.example/a/48213", "https://www.e.example/a/48213"),
        ("https://amp.e.example/ferry-is-back", "https://e.example/ferry-is-back"),
        ("https://mobil.e.example/ferry-is-back", "https://www.e.example/ferry-is-back"),
        ("https://e.example/ferry-is-back-48213/photo/3", "https://e.example/ferry-is-back-48213"),
        ("https://e.example/world/ferry-is-back", "https://e.example/sport/ferry-is-back"),
        ("https://e.example/1", "https://e.example/scoop"),
        ("https://e.example/", "https://e.example/"),
    ],
)
def test_canonical_links_that_are_believed(url, canonical):
    assert canonical_key(Article(url=url, canonical_url=canonical)) == normalise(canonical)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://e.example/ferry-is-back-48213", "https://e.example/"),
        ("https://e.example/ferry-is-back-48213", "https://www.e.example/index.html"),
        ("https://e.example/news/ferry-is-back", "https://e.example/news"),
        ("https://e.example/news/ferry-is-back-again", "https://e.example/news/"),
        ("https://e.example/2026/11/23/ferry-is-back-again-today", "https://e.example/world"),
        ("https://e.example/ferry-is-back-48213", "https://e.example/tag/ferries"),
        ("https://e.example/ferry-is-back-48213", "https://e.example/bridge-is-shut-48214"),
        ("https://e.example/article?id=48213", "https://e.example/article?id=48214"),
        ("https://e.example/ferry-is-back-48213", "https://f.example/ferry-is-back-48213"),
        ("https://ann.wordpress.com/a/48213", "https://bob.wordpress.com/a/48213"),
        ("https://blogs.e.example/ann/1", "https://www.e.example/scoop"),
        ("https://e.example/ferry-is-back-48213", "javascript:void(0)"),
    ],
)
def test_canonical_links_that_are_not_believed(url, canonical):
    assert canonical_key(Article(url=url, canonical_url=canonical)) is None
