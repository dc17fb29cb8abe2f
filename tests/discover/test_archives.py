"""The pages of a site that lead into its past."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discover.archives import MAX_ARCHIVES, is_archive, look_back
from storage.records import Page, SourceKind

URL = "https://news.example/news"


def look(html: str, url: str = URL):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return look_back(
        Page(url=url, requested_url=url, status=200, headers={}, body=html.encode(), fetched_at=now)
    )


@pytest.mark.parametrize(
    "path",
    [
        *("/2026", "/2026/", "/2026/03", "/2026/3/5", "/2026-03-05/", "/news/2026/03/05.html"),
        *("/archive/202603", "/sitemap-2026", "/20260305", "/archive", "/News/Archives/"),
        *("/archiv.html", "/sitemap.html", "/news-archive/", "/list?date=2026-03-05", "/?m=202603"),
    ],
)
def test_an_archive_is_known_by_its_address(path):
    assert is_archive("https://news.example" + path)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "/2026/03/05/a-ferry-sails",
            "/news/archive-of-a-poet-found",
            "/a-year-2026-in-review",
        ),
        *("/20260305123", "/2026/13", "/list?date=today", "/?id=20260", "/1234"),
        *("/search?from=2026-03-01&to=2026-03-02", "/archives/a-box"),
    ],
)
def test_other_addresses_are_no_archives(path):

    assert not is_archive("https://news.example" + path)


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/news?page=2">2</a>',
        '<a href="/news/page/2/">2</a>',
        '<a href="/x" rel="next">more</a>',
        '<a href="/x" class="btn older">more</a>',
        '<a href="/x">« Older posts</a>',
        '<a href="/x"><span>Ältere Beiträge</span></a>',
        '<a href="/x">次のページ',
        '<head><base href="/news/"><link rel="next" href="page/2"></head><a href="/a">A</a>',
    ],
)
def test_the_page_that_goes_on_is_found(link):
    cards = "".join(
        f'<article><h2><a href="/2026/02/0{day}/a-ferry-sails">A ferry sails, day {day}</a></h2>'
        "</article>"
        for day in range(1, 5)
    )
    found = look(f"<!doctype html><html>{link}{cards}</html>")
    assert len(found.older) == 1
    assert found.found is not None
    assert len(found.found.entries) == 4


def test_of_a_page_with_a_number_the_one_after_it_is_meant():
    html = "".join(f'<a href="/news/page/{number}">{number}</a>' for number in range(1, 9))
    assert look(html, f"{URL}/page/4").older == ("https://news.example/news/page/5",)


def test_archives_are_those_of_the_very_host_each_once_and_bounded():
    links = [f"/{year}/{month:02}/" for year in range(1950, 2050) for month in range(1, 13)]
    html = "".join(f'<a href="{link}">{link}</a>' for link in [*links, *links])
    found = look(f'<html><a href="https://other.example/2026/03/">x</a>{html}<a href="{URL}">y</a>')
    assert len(found.archives) == len(set(found.archives)) == MAX_ARCHIVES
    assert found.archives[0] == "https://news.example/1950/01/"
    assert found.found is None
    assert "no article links" in (found.problem or "")


def test_a_feed_names_its_past():
    link = '<link rel="next" href="?p=2"/><link rel="prev-archive" href="/2026/02.atom"/>'
    feed = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>{link}'
        '<entry><title>One</title><link href="/1"/></entry></feed>'
    )
    found = look(feed)
    assert found.older == ("https://news.example/2026/02.atom",)
    assert found.found is not None
    assert found.found.kind is SourceKind.ATOM
    listed = '{"version": "https://jsonfeed.org/version/1.1", "next_url": "/2", "items": []}'
    assert look(listed).older == ("https://news.example/2",)


def test_what_is_no_page_leads_nowhere():
    found = look("\x89PNG\r\n")
    assert (found.found, found.older, found.archives) == (None, (), ())
    assert found.problem


@given(
    st.lists(
        st.sampled_from(['<a href="', "/2026/03", '">', "</a>", " rel=next ", "?page=2", "<base "])
    ).map("".join)
)
def test_whatever_a_page_holds_it_is_read(html):
    found = look(f"<html>{html}")
    assert all(link.startswith("https://news.example/") for link in found.archives)
    assert len(found.older) <= 2
