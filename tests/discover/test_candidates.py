"""Where news may be, by what a page says, by the form of an address, and as is usual."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discover.candidates import (
    MAX_NAMED,
    MAX_SITEMAPS,
    Origin,
    are_comments,
    by_form,
    common,
    is_article,
    named,
    section_of,
    sitemaps,
)
from scraper.discover.contents import look

PAGE = "https://news.example/world/"


def urls(candidates):
    return [one.url for one in candidates]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<link rel=alternate type=application/rss+xml href="/a">', "https://news.example/a"),
        (
            "<LINK REL='ALTERNATE feed' TYPE='application/atom+xml; charset=utf-8' HREF='b.xml'>",
            "https://news.example/world/b.xml",
        ),
        ('<link rel="feed" href="/c">', "https://news.example/c"),
        ('<base href="/x/"><link rel=alternate type=text/xml href=d>', "https://news.example/x/d"),
        (
            '<link rel="alternate" type="application/feed+json" href="//e.example/e?a=1&amp;b=2">',
            "https://e.example/e?a=1&b=2",
        ),
    ],
)
def test_the_feeds_that_a_page_names(markup, expected):
    assert urls(named(f"<head>{markup}</head>", PAGE, {}).feeds) == [expected]


@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="alternate" hreflang="de" href="/de/">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        '<link rel="stylesheet" type="text/xml" href="/a">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml">',
        '<!-- <link rel="alternate" type="application/rss+xml" href="/a"> -->',
        '<script>"<link rel=alternate type=application/rss+xml href=/a>"</script>',
    ],
)
def test_what_is_no_feed_of_the_page(markup):
    assert named(markup, PAGE, {}).feeds == ()


@pytest.mark.parametrize(
    ("link", "is_feed"),
    [
        ("/feed/", True),
        ("/services/rss/world.xml", True),
        ("feed:https://a.example/rss", True),
        ("/rss_top.xml", True),
        ("/?feed=rss2", True),
        ("/x.atom", True),
        ("/feedback", False),
        ("/newsfeed-strike-ends-today", False),
        ("/atomic/power.html", False),
        ("/a?type=text", False),
    ],
)
def test_links_that_look_like_feeds(link, is_feed):
    assert bool(named(f'<a href="{link}">x</a>', PAGE, {}).links) is is_feed


def test_titles_and_names_come_along():
    found = named(
        '<meta property="og:site_name" content="Gazette &amp; Co">'
        '<link rel="sitemap" href="/map.xml"><a href="/rss"><b>All</b> news</a>'
        '<a href="/rss">again',
        PAGE,
        {"link": '</h>; rel="alternate"; type="application/rss+xml"; title="Wire", </s>; rel=next'},
    )
    assert found.site_name == "Gazette & Co"
    assert [(one.url, one.title) for one in found.links] == [
        ("https://news.example/rss", "All news")
    ]
    assert [(one.title, one.origin) for one in found.feeds] == [("Wire", Origin.NAMED)]
    assert urls(found.sitemaps) == ["https://news.example/map.xml"]


def test_what_a_page_names_is_bounded():
    page = '<link rel="alternate" type="application/rss+xml" href="/%d"><a href="/feed/%d">x</a>'
    found = named("".join(page % (n, n) for n in range(20_000)), PAGE, {})
    assert len(found.feeds) == MAX_NAMED
    assert len(found.links) <= MAX_NAMED
    robots = "".join(f"Sitemap: https://news.example/{n}.xml\n" for n in range(20_000))
    assert len(sitemaps(PAGE, robots)) <= MAX_SITEMAPS + 3


@given(st.text(max_size=300), st.text(max_size=50))
def test_no_page_and_no_header_is_an_error(text, header):
    found = named(f'<a href="/feed"><link rel="feed" href="{text}">{text}', PAGE, {"link": header})
    assert all(url.startswith("http") for url in urls(found.feeds + found.links))


@given(st.text(max_size=200))
def test_no_robots_txt_is_an_error(text):
    assert urls(sitemaps(PAGE, f"sitemap: {text}"))


@pytest.mark.parametrize(
    ("url", "feed"),
    [
        (
            "https://www.youtube.com/channel/UC0123456789abcdefghijkl",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UC0123456789abcdefghijkl",
        ),
        (
            "https://www.youtube.com/playlist?list=PL0123456789",
            "https://www.youtube.com/feeds/videos.xml?playlist_id=PL0123456789",
        ),
        ("https://old.reddit.com/r/worldnews/", "https://www.reddit.com/r/worldnews/.rss"),
        ("https://medium.com/@gazette", "https://medium.com/feed/@gazette"),
        ("https://gazette.medium.com/", "https://gazette.medium.com/feed"),
        ("https://gazette.substack.com/archive", "https://gazette.substack.com/feed"),
        ("https://gazette.blogspot.com/", "https://gazette.blogspot.com/feeds/posts/default"),
        ("https://social.example/@gazette", "https://social.example/@gazette.rss"),
        ("https://bsky.app/profile/a.example", "https://bsky.app/profile/a.example/rss"),
        ("https://github.com/a/b/releases", "https://github.com/a/b/releases.atom"),
    ],
)
def test_large_platforms_are_known_by_the_form_of_the_address(url, feed):
    assert by_form(url)[0].url == feed


@pytest.mark.parametrize(
    "url",
    ["https://news.example/", "https://github.com/", "https://www.youtube.com/@gazette", PAGE],
)
def test_other_addresses_have_no_form(url):
    assert by_form(url) == ()


def test_common_places_are_at_the_root_or_below_a_section():
    assert "https://news.example/feed" in urls(common(PAGE))
    assert "https://news.example/world/feed/" in urls(common(PAGE, section="/world/"))


def test_sitemaps_of_news_come_first_and_those_of_pictures_last():
    robots = (
        "User-agent: *\r\nSitemap: https://news.example/images.xml\r\n"
        "SITEMAP:/sitemap.xml\r\nSitemap : https://cdn.example/google-news.xml # fresh\r\n"
    )
    found = urls(sitemaps(PAGE, robots))
    assert found[0] == "https://cdn.example/google-news.xml"
    assert found[1] == "https://news.example/sitemap.xml"
    assert found[-1] == "https://news.example/images.xml"


@pytest.mark.parametrize(
    ("url", "section"),
    [
        ("https://news.example/", ""),
        ("https://news.example/index.html", ""),
        ("https://news.example/world", "/world/"),
        ("https://news.example/world/asia/?page=1", "/world/asia/"),
        ("https://news.example/2026/03/01/a-rocket-is-launched-from-the-harbour", ""),
    ],
)
def test_the_section_that_an_address_names(url, section):
    assert section_of(url) == section


def test_articles_are_told_from_sections():
    assert is_article("https://news.example/world/a-rocket-is-launched-from-the-harbour")
    assert not is_article(PAGE)


@pytest.mark.parametrize(
    ("url", "title", "expected"),
    [
        ("https://a.example/comments/feed/", None, True),
        ("https://a.example/?feed=comments-rss2", None, True),
        ("https://a.example/x", "Comments on: A rocket is launched", True),
        ("https://a.example/x", "Gazette » Comments Feed", True),
        ("https://a.example/comment/rss.xml", "Opinion", True),
        ("https://a.example/feed/", "Gazette", False),
        ("https://a.example/commentary/feed/", "Commentary", False),
    ],
)
def test_feeds_of_comments(url, title, expected):
    assert are_comments(url, title) is expected


@given(st.binary(max_size=400))
def test_no_bytes_are_an_error_for_who_looks(make_page, body):
    contents = look(make_page(body, "https://news.example/"))
    assert (contents.kind is None) is (contents.problem is not None)
