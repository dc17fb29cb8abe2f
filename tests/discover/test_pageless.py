"""Items that have no page of their own, or share one, are told apart all the same."""

import pytest

from scraper.discover import links, pageless

HOME = "https://e.example/"


def rss(*items: str, around: str = f"<link>{HOME}</link>") -> str:
    return (
        f"<rss><channel>{around}{''.join(f'<item>{one}</item>' for one in items)}</channel></rss>"
    )


def test_an_item_without_a_link_belongs_to_the_page_of_its_feed(read):
    (entry,) = read(rss("<title>Sirens</title><description>Two rockets.</description>")).entries
    assert entry.url.startswith(f"{HOME}#!entry-")
    assert (entry.title, entry.summary) == ("Sirens", "Two rockets.")
    assert not pageless.has_page(entry.url)
    assert links.resolve(entry.url, HOME) == entry.url
    assert links.normalise(entry.url) == entry.url


@pytest.mark.parametrize(
    ("feed", "home"),
    [
        (rss("<title>A</title>", around=""), "https://news.example/rss"),
        (rss("<title>A</title>", around="<link>javascript:x</link>"), "https://news.example/rss"),
        (rss("<title>A</title>", around="<link>/front#top</link>"), "https://news.example/front"),
        (rss("<title>A</title><link>ftp://e.example/a</link>"), HOME),
        (rss('<title>A</title><guid isPermaLink="false">https://e.example/g</guid>'), HOME),
        (rss("<guid>tag:e.example,2024:1</guid>"), HOME),
        (rss("<pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate>"), HOME),
        (f'<feed><link href="{HOME}"/><entry><title>A</title></entry></feed>', HOME),
        ("<feed><entry><id>urn:uuid:1</id></entry></feed>", "https://news.example/rss"),
        (
            """{"version": "https://jsonfeed.org/version/1", "home_page_url": "https://e.example/",
                "items": [{"id": "1", "content_text": "A"}]}""",
            HOME,
        ),
    ],
)
def test_where_it_belongs(read, feed, home):
    (entry,) = read(feed).entries
    assert not pageless.has_page(entry.url)
    assert entry.url.partition("#")[0] == home


def test_it_is_known_again_by_its_identity_else_by_what_it_says(read):
    first = read(rss("<guid>1</guid><title>Sirens</title>", "<title>Calm</title>")).entries
    again = read(rss("<title>Calm</title>", "<title>Sirens again</title><guid>1</guid>")).entries
    other = read(rss("<guid>2</guid><title>Sirens</title>", "<title>Calm at sea</title>")).entries
    assert {one.url for one in first} == {one.url for one in again}
    assert not {one.url for one in first} & {one.url for one in other}


def test_of_one_identity_the_latest_counts(read):
    early = "<guid>1</guid><title>A</title><pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate>"
    late = early.replace("10:00", "11:00") + "<description>B</description>"
    assert [one.summary for one in read(rss(late, early)).entries] == ["B"]


def test_a_guid_of_different_items_names_none_of_them(read):
    items = [f"<guid>1</guid><title>{title}</title>" for title in "ab"]
    found = read(rss(*items)).entries
    assert [one.title for one in found] == ["a", "b"]
    assert {one.url for one in read(rss(*reversed(items))).entries} == {one.url for one in found}


TICKER = "https://e.example/live"


@pytest.mark.parametrize(
    ("items", "titles"),
    [
        ([f"<title>{n}</title><link>{TICKER}#p{n}</link>" for n in "abcde"], list("abcde")),
        ([f"<title>{n}</title><link>{TICKER}#p{n}</link>" for n in "abcd"], ["a"]),
        ([f"<title>{n}</title><link>{TICKER}</link><guid>{n}</guid>" for n in "abc"], list("abc")),
        ([f"<title>{n}</title><link>{HOME}</link>" for n in "ab"], ["a", "b"]),
        ([f"<title>{n}</title><link>{TICKER}</link>" for n in "ab"], ["a"]),
        ([f"<title>{n}</title><link>{TICKER}</link><guid>1</guid>" for n in "abc"], ["a"]),
        ([f"<title>a</title><link>{TICKER}</link><guid>{n}</guid>" for n in "abc"], ["a"]),
    ],
)
def test_a_link_that_many_items_share_is_the_page_of_none(read, items, titles):
    found = read(rss(*items)).entries
    assert [one.title for one in found] == titles
    assert {pageless.has_page(one.url) for one in found} == {len(titles) == 1}


def test_items_without_titles_are_told_apart_by_their_texts(read):
    texts = [f"<description>{text}</description><link>{HOME}</link>" for text in "ab"]
    assert [one.summary for one in read(rss(*texts)).entries] == ["a", "b"]


def test_of_a_feed_that_breaks_off_the_last_item_needs_its_link(read):
    feed = rss("<title>One</title>", "<title>Two</title>", "<title>Three</title>")
    assert [one.title for one in read(feed + "<!-- 5 ms -->").entries] == ["One", "Two", "Three"]
    assert [one.title for one in read(feed[: feed.index("</item></channel>")]).entries] == [
        "One",
        "Two",
    ]


def test_a_link_to_the_home_page_of_a_single_item_is_believed(read):
    (entry,) = read(rss(f"<title>A</title><link>{HOME}</link>")).entries
    assert entry.url == HOME


def test_items_of_one_page_can_hardly_be_taken_for_each_other():
    addresses = {pageless.address(HOME, *parts) for parts in [("a", "b"), ("ab",), ("a", None)]}
    assert len(addresses) == 3
    assert pageless.has_page(HOME + "#!entry-1")
