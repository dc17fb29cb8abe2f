"""A page is read with the help of what its source said of it."""

from datetime import UTC, datetime, timedelta

import pytest

from scraper.pipeline.packing import pack
from scraper.pipeline.reading import (
    LONGEST_TEXT,
    complete,
    headline,
    read_again,
    read_earlier,
    read_entry,
    read_page,
)
from storage.records import Article, EntryState, FrontierEntry, Page
from tests.end_to_end.outlets import story
from tests.servers import article_html

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def entry(**fields):
    unknown = dict.fromkeys(
        ("title", "published_at", "modified_at", "summary", "language", "next_attempt_at", "etag")
    )
    unknown |= dict.fromkeys(("last_modified", "article_id", "error"))
    known = {"id": 1, "source_id": 1, "url": "https://a.example/1", "host": "a.example"}
    known |= {"state": EntryState.PENDING, "seen_at": NOW, "attempts": 1, "rechecks": 0}
    return FrontierEntry(**(unknown | known | fields))


@pytest.mark.parametrize(
    ("title", "told", "expected"),
    [
        ("The Bay Times - Rocket rises", "Rocket rises", "Rocket rises"),
        ("Rocket rises | The Bay Times", "Rocket rises", "Rocket rises"),
        ("Rocket rises over the bay", "Rocket rises", "Rocket rises over the bay"),
        ("Live: Rocket rises - day two - The Bay Times", "Rocket rises", None),
        ("Rocket rises", "Another headline in the feed", "Rocket rises"),
        (None, "Rocket rises", "Rocket rises"),
        ("Rocket rises", None, "Rocket rises"),
        (None, None, None),
    ],
)
def test_a_name_around_the_headline_is_taken_off(title, told, expected):
    assert headline(title, told) == (expected or title)


def test_what_only_the_source_knows_completes_the_article():
    told = entry(title="Headline", published_at=NOW, summary="In short.", language="en")
    bare = complete(Article(url="u"), told)
    assert (bare.title, bare.published_at, bare.language) == ("Headline", NOW, "en")
    assert bare.standfirst == "In short."


def test_what_the_page_says_goes_first():
    told = entry(title="Feed", published_at=NOW, summary="In short.", language="en")
    page = Article(url="u", title="Page", body="Text.", language="de")
    assert complete(page, told) == Article(
        url="u", title="Page", body="Text.", language="de", published_at=NOW
    )


def test_a_page_is_read_and_signed():
    html = article_html("Rocket rises", story(1), NOW)
    page = Page(
        url="https://a.example/1",
        requested_url="https://a.example/1",
        status=200,
        headers={},
        body=html,
        fetched_at=NOW,
    )
    reading = read_page(page, entry())
    assert reading.article.title == "Rocket rises"
    assert reading.signature.keys


def test_a_page_that_cannot_be_had_is_what_its_source_tells():
    reading = read_entry(entry(title="Border closed", summary="After a rocket fell."))
    assert reading.article.title == "Border closed"
    assert reading.article.body == "After a rocket fell."
    assert reading.article.word_count == 4


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * LONGEST_TEXT, "x" * LONGEST_TEXT),
        ("x" * (LONGEST_TEXT + 1), "x" * LONGEST_TEXT),
        ("a b " * LONGEST_TEXT, ("a b " * (LONGEST_TEXT // 4)).rstrip()),
        ("x" * (LONGEST_TEXT - 9) + "\n\nSome words. More words.", "x" * (LONGEST_TEXT - 9)),
        ("x" * LONGEST_TEXT + "\n\nMore.", "x" * LONGEST_TEXT),
        ("One.\n\n" + "x" * LONGEST_TEXT, "One.\n\n" + "x" * (LONGEST_TEXT - 6)),
    ],
    ids=["as long as may be", "no words", "no paragraphs", "paragraphs", "just so", "one long one"],
)
def test_a_text_is_cut_where_it_is_endless(text, kept):
    assert complete(Article(url="u", body=text), entry()).body == kept
    assert read_entry(entry(title="Title", summary=text)).article.body == kept
    assert complete(Article(url="u"), entry(summary=text)).standfirst == kept


def page_of(html, at=NOW):
    return Page(
        url="https://a.example/1",
        requested_url="https://a.example/1",
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=html,
        fetched_at=at,
    )


def test_a_kept_page_is_read_as_it_was_when_it_came():
    page = page_of(article_html("Rocket rises", story(1), NOW))
    packed = pack(page)
    told = entry(title="Rocket rises")
    read = read_page(page, told)
    assert read_again(packed, told) == read
    assert read_earlier(packed, told, read.article) == read


@pytest.mark.parametrize(
    ("own", "told", "stored", "expected"),
    [
        # What the source tells now is what it told then.
        ("Rocket rises | The Bay Times", "Rocket rises", "Menu", "Rocket rises"),
        ("Home - Rocket rises", "Rocket rises", "Home", "Rocket rises"),
        ("Home - Rocket rises", "Home - Rocket rises", "Home", "Home - Rocket rises"),
        # It has another headline now.
        ("Rocket rises | The Bay Times", "Rocket falls", "Rocket rises", "Rocket rises"),
        ("Rocket rises | The Bay Times", "Rocket falls", "Menu", "Rocket rises | The Bay Times"),
        ("Rocket rises | The Bay Times", None, "Rocket rises", "Rocket rises | The Bay Times"),
        # The page has none, so it was the source's word.
        (None, "Rocket falls", "Rocket rises", "Rocket rises"),
        (None, "Rocket falls", None, None),
    ],
)
def test_the_headline_of_an_earlier_page_is_what_it_was_then(own, told, stored, expected):
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in story(1))
    title = f'<meta property="og:title" content="{own}"><h1>{own}</h1>' if own else ""
    packed = pack(page_of(f"<html><body>{title}{paragraphs}</body></html>".encode()))
    reading = read_earlier(
        packed, entry(title=told), Article(url="https://a.example/1", title=stored)
    )
    assert reading.article.title == expected
    assert reading.article.body


def test_the_time_of_an_earlier_page_is_not_what_the_source_tells_now():
    packed = pack(page_of(article_html("Rocket rises", story(1))))
    stored = Article(url="https://a.example/1", published_at=NOW)
    told = entry(published_at=NOW + timedelta(days=1))
    assert read_earlier(packed, told, stored).article.published_at == NOW
