"""Which links of a page are articles."""

from datetime import UTC, datetime

import pytest

from scraper.discover import article_links
from scraper.errors import DiscoverError
from storage.records import SourceKind

FRONT = "https://www.news.example/"

PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><title>River Post &amp; Sons</title>
<link rel="alternate" type="application/rss+xml" href="/rss">
<link rel="alternate" type="application/atom+xml" href="https://feeds.news.example/atom">
<link rel="alternate" hreflang="de" href="/de"><link rel="hub" href="https://hub.example/">
<link rel="alternate" type="application/json+oembed" href="/oembed">
</head><body>
<header><a href="/">River Post</a><a href="/login">Log in</a></header>
<nav><ul><li><a href="/world">World</a><li><a href="/world/middle-east">Middle East</a>
  <li><a href="/live-tv-and-radio-programme-schedule">
  Live television and radio schedule</a></ul></nav>
<main>
  <h2><a href="/world/middle-east">The latest news from the Middle East</a></h2>
  <article>
    <a href="/world/middle-east/2024/03/05/ferry-service-resumes">
      <img src="f.jpg" alt="A ferry"></a>
    <h3><a href="/world/middle-east/2024/03/05/ferry-service-resumes">
      Ferry service resumes after a <em>week</em></a></h3>
    <time datetime="2024-03-05T09:30:00Z">2 hours ago</time>
    <a href="/tag/ferries">Ferries</a>
    <a href="/world/middle-east/2024/03/05/ferry-service-resumes">Read more</a>
  </article>
  <article><h3>Council votes on the new harbour bridge</h3><p>Text</p>
    <a href="/world/middle-east/council-votes-on-new-bridge-48213">Continue reading</a>
    <time>5 March 2024</time></article>
  <div class="card"><a href="/world/middle-east/storm-warning-for-the-northern-coast">
     <span>Weather</span>
     <h4>Storm warning for the northern coast</h4><p>Winds of up to 120 km/h.</p></a></div>
  <ul>
    <li><a href="https://news.example/a/0c9f3b7d21">Hospital reopens its emergency ward tonight</a>
    <li><a href="http://local.news.example/item.php?id=90210#top">
      Market square to be rebuilt next year</a>
    <li><a href="https://other.example/2024/03/05/a-story-of-another-site">
      A story of quite another site</a>
    <li><a href="/2024/03/05/annual-report.pdf">
      The annual report of the council in full</a>
    <li><a href="/author/ann-example-reporter-1234">
      Every article by our own reporter Ann</a>
    <li><a href="mailto:desk@news.example">Write to the desk</a>
  </ul>
  <a href="?page=2">Older articles than those shown above</a>
</main>
<footer><a href="/about-us">About us</a>
  <a href="/help/how-we-handle-your-complaints">
  How we handle your complaints</a></footer>
<script>document.write('<a href="/2024/03/05/not-a-link-at-all">A script</a>')</script>
<!-- <a href="/2024/03/05/commented-out-and-gone">Gone for good</a> -->
</body></html>"""


def test_front_page(read):
    found = read(PAGE, FRONT)
    base = "https://www.news.example/world/middle-east"
    assert [(entry.url, entry.title, entry.published_at) for entry in found.entries] == [
        (
            f"{base}/2024/03/05/ferry-service-resumes",
            "Ferry service resumes after a week",
            datetime(2024, 3, 5, 9, 30, tzinfo=UTC),
        ),
        (
            f"{base}/council-votes-on-new-bridge-48213",
            "Council votes on the new harbour bridge",
            datetime(2024, 3, 5, tzinfo=UTC),
        ),
        (
            f"{base}/storm-warning-for-the-northern-coast",
            "Storm warning for the northern coast",
            None,
        ),
        (
            "https://news.example/a/0c9f3b7d21",
            "Hospital reopens its emergency ward tonight",
            None,
        ),
        (
            "http://local.news.example/item.php?id=90210",
            "Market square to be rebuilt next year",
            None,
        ),
    ]
    assert found.kind is SourceKind.INDEX_PAGE
    assert (found.title, found.language) == ("River Post & Sons", "en")
    assert found.feeds == ("https://www.news.example/rss", "https://feeds.news.example/atom")
    assert found.hubs == ("https://hub.example/",)


def test_a_small_site_with_short_addresses(read):
    page = """<h1>Harbour news</h1>
      <article><h2><a href="/ferry">The ferry sails again after the storm</a></h2></article>
      <article><h2><a href="/bridge">The bridge stays closed for one more week</a></h2></article>
      <article><h2><a href="/market">The market square is to be rebuilt</a></h2></article>"""
    assert [entry.url for entry in read(page, "https://h.example/news").entries] == [
        "https://h.example/ferry",
        "https://h.example/bridge",
        "https://h.example/market",
    ]


def test_headlines_in_east_asian_scripts_are_short(read):
    page = """<ul><li><a href="/article/20240305001">港の連絡船が運航を再開</a></li>
      <li><a href="/article/20240305002">새 다리 개통 일정 발표</a></li>
      <li><a href="/news">新闻</a></li></ul>"""
    assert len(read(page, "https://h.example/").entries) == 2


def test_a_page_wrapped_in_navigation_is_still_read(read):
    links = "".join(
        f'<li><a href="/2024/03/05/story-of-day-{n}">A headline long enough, number {n}</a></li>'
        for n in range(5)
    )
    assert len(read(f'<div class="nav-open"><ul>{links}</ul></div>', FRONT).entries) == 5


def test_base_element(read):
    page = """<head><base href="https://www.news.example/archive/"></head>
      <h2><a href="2024/03/05/ferry-service-resumes">Ferry service resumes after a week</a></h2>"""
    (entry,) = read(page, FRONT).entries
    assert entry.url == "https://www.news.example/archive/2024/03/05/ferry-service-resumes"


def test_bare_ampersands_in_links_are_no_entities(read):
    page = (
        '<h2><a href="/item.php?id=90210&section=1&copy=2">Ferry service resumes after a week</a>'
    )
    (entry,) = read(page, FRONT).entries
    assert entry.url.endswith("/item.php?id=90210&section=1&copy=2")


def test_a_time_beside_many_links_is_lent_to_none(read):
    page = """<time datetime="2024-03-05">Today</time>
      <h2><a href="/2024/03/05/ferry-service-resumes">Ferry service resumes after a week</a></h2>
      <h2><a href="/2024/03/05/bridge-stays-closed">The bridge stays closed for a week</a></h2>"""
    assert [entry.published_at for entry in read(page, FRONT).entries] == [None, None]


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("<html><head><title>404</title></head><body>Not found</body></html>", "titled “404”"),
        ("<p>Just a text", "HTML page with no article links"),
        ("<div id=app></div><script>draw(100)</script>", 'render = "browser" shows it'),
        (
            '<link rel=alternate type=application/rss+xml href=/rss><a href="/world">World</a>',
            "these feeds; give one of them: https://www.news.example/rss",
        ),
    ],
)
def test_a_page_without_articles_says_so(read, page, says):
    with pytest.raises(DiscoverError, match=says):
        read(page, FRONT)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/2024/",
        "/2024/03/05/",
        "/tag/some-long-tag-name-here",
        "/en/author/ann-example",
        "/world/page/2",
        "/world?page=3",
        "/report.pdf",
        "/feed.xml",
        "/wp-content/uploads/2024/03/x",
        "/login?id=12345",
        "/service/terms-of-use-6902768.html",
        "/service/community-guidelines-9729850.html",
        "/news/einstellungen/datenschutzeinstellungen",
        "/news/articleComments/ferry-service-resumes-14848060.php",
    ],
)
def test_addresses_that_are_never_articles(path):
    assert not article_links.is_possible(f"https://e.example{path}")


@pytest.mark.parametrize(
    "path",
    [
        "/2024/03/05/ferry",
        "/2024/mar/05/ferry-sails",
        "/news/ferry-service-resumes-after-a-week",
        "/news/articles/cx2k9p7d3lro",
        "/story/123456.html",
        "/?p=1234",
        "/item.php?id=90210",
        "/news/20240305-ferry",
        "/international/archive/2024/03/ferry-service-resumes-after-a-week/677123/",
        "/%D8%B1%D8%AD%D9%84%D8%A9-%D8%A7%D9%84-%D8%B9%D8%A8-%D8%A7%D8%B1-%D8%A9",
    ],
)
def test_addresses_of_articles(path):
    url = f"https://e.example{path}"
    assert article_links.is_possible(url)
    assert article_links.score(url) >= 2


@pytest.mark.parametrize("path", ["/world", "/world/middle-east", "/topics/climate", "/sport/live"])
def test_addresses_of_sections(path):
    assert article_links.score(f"https://e.example{path}") < 1.5


def listed(addresses: list[str], title: str = "A headline that is long enough, number {}") -> str:
    return "".join(
        f'<li><a href="{address}">{title.format(number)}</a></li>'
        for number, address in enumerate(addresses)
    )


def test_a_list_of_short_addresses_is_read_where_a_page_has_no_other_articles(read):
    page = f"<main><ul>{listed([f'/blog/{name}' for name in 'abcdefg'])}</ul></main>"
    assert len(read(page, "https://h.example/blog").entries) == 7


def test_such_a_list_is_not_read_beside_articles(read):
    guides = listed([f"/guides/{name}" for name in "abcdefg"])
    news = listed([f"/2024/03/05/story-of-day-{number}" for number in range(6)])
    entries = read(f"<main><ol>{guides}</ol><ul>{news}</ul></main>", FRONT).entries
    assert all("/2024/" in entry.url for entry in entries)
    assert len(entries) == 6


def test_where_articles_are_numbered_an_address_without_number_is_doubted(read):
    news = listed([f"/news/story-of-the-day-{number}" for number in range(481_000, 481_012)])
    hub = '<p><a href="/news/how-our-editors-work">How our editors work</a></p>'
    named = listed([f"/news/story-of-the-day-{name}" for name in "abcdefghijkl"])

    def found(page: str) -> bool:
        return "https://h.example/news/how-our-editors-work" in {
            entry.url for entry in read(page, "https://h.example/news").entries
        }

    assert found(f"<main>{hub}<ul>{named}</ul></main>")
    assert not found(f"<main>{hub}<ul>{news}</ul></main>")


def test_company_announces_a_headline_whose_address_says_little(read):
    news = listed([f"/news/story-of-the-day-{name}" for name in "abcd"])
    short = listed(["/news/Kernel-7.1"], "Seventh kernel released with faster file systems")
    entries = read(f"<ul>{news}{short}</ul>", "https://h.example/").entries
    assert entries[-1].url == "https://h.example/news/Kernel-7.1"


@pytest.mark.parametrize("name", ["shop", "jobs", "abo", "search", "suche"])
def test_services_under_a_name_of_their_own_have_no_articles(read, name):
    news = listed([f"/2024/03/05/story-of-day-{number}" for number in range(3)])
    other = listed([f"https://{name}.news.example/2024/03/05/the-offer-of-this-week"])
    assert len(read(f"<ul>{news}{other}</ul>", FRONT).entries) == 3
    own = f"https://{name}.news.example/"
    assert len(read(f"<ul>{other}</ul>", own).entries) == 1


def test_a_count_of_comments_is_no_title(read):
    page = """<main><h3>Council votes on the new harbour bridge</h3>
      <a href="/council-votes-on-new-bridge-48213">Comments: 12</a></main>"""
    (entry,) = read(page, FRONT).entries
    assert entry.title == "Council votes on the new harbour bridge"


@pytest.mark.parametrize(
    ("url", "identified"),
    [
        ("https://e.example/2024/03/05/ferry", True),
        ("https://e.example/ferry-48213.html", True),
        ("https://e.example/48213/ferry", True),
        ("https://e.example/a/0c9f3b7d21", True),
        ("https://e.example/article.asp?catid=26514&subid=2&pubid=113024743", True),
        ("https://e.example/?p=12", True),
        ("https://e.example/topic/2024", False),
        ("https://e.example/list.asp?catid=26514", False),
        ("https://e.example/ferry-service-resumes", False),
        ("https://e.example/list/1-10/ferries.html", False),
    ],
)
def test_what_articles_are_numbered_by(url, identified):
    assert article_links.identified(url) is identified
