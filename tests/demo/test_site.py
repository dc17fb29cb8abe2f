"""The three outlets, asked over HTTP as a monitor would ask them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from lxml import etree, html

from scraper.demo import news, story
from scraper.demo.content import DISALLOWED, OUTLETS, DemoArticle
from scraper.demo.programme import PROGRAMME, Moment
from scraper.demo.site import NewsSite
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

_ATOM = "{http://www.w3.org/2005/Atom}"
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
_PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def site(clock: FakeClock) -> AsyncIterator[NewsSite]:
    async with NewsSite(clock=clock) as running:
        yield running


@pytest.fixture(scope="module")
async def printer() -> AsyncIterator[NewsSite]:
    """A site that is kept for all the tests which only look at single pages."""
    async with NewsSite(clock=FakeClock()) as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(headers={"user-agent": "tests"}) as running:
        yield running


def text_of(page: bytes, charset: str) -> str:
    """All the text of a page, white space made plain."""
    tree = html.fromstring(page, parser=html.HTMLParser(encoding=charset))
    return " ".join(" ".join(tree.itertext()).split())


async def test_outlets_differ_in_address_and_in_how_they_tell(site: NewsSite):
    parts = [urlsplit(online.url) for online in site.outlets]
    assert {part.hostname for part in parts} == {"127.0.0.1"}
    assert len({part.port for part in parts}) == 3
    assert [part.path for part in parts] == ["/rss.xml", "/sitemaps/news.xml", "/index.html"]
    assert [(spec.name, spec.url) for spec in site.sources] == [
        (online.name, online.url) for online in site.outlets
    ]
    assert {spec.every for spec in site.sources} == {timedelta(seconds=1)}


async def test_nothing_is_out_before_it_is_published(site: NewsSite, client: httpx.AsyncClient):
    for online in site.outlets:
        assert (await client.get(online.url)).status_code == 200
    assert (await client.get(site.url_of(story.STRIKE))).status_code == 404


async def test_the_programme_is_followed_to_the_second(site: NewsSite, clock: FakeClock):
    seen: list[tuple[float, str]] = []

    def tell(moment: Moment) -> None:
        assert site.article_at(site.url_of(moment.article)) == moment.article
        seen.append((clock.monotonic(), moment.article.key))

    await site.play(tell)
    assert seen == [(moment.seconds, moment.article.key) for moment in PROGRAMME]


@pytest.mark.parametrize("moment", PROGRAMME, ids=lambda m: f"{m.article.key}@{m.seconds}")
async def test_a_page_holds_its_article(
    printer: NewsSite, client: httpx.AsyncClient, moment: Moment
):
    article = moment.article
    page = await client.get(printer.publish(article))
    outlet = printer.outlet(article.outlet).outlet
    text = text_of(page.content, outlet.charset)
    assert article.headline in text
    assert all(paragraph in text for paragraph in article.paragraphs)
    assert (article.standfirst or "") in text
    if article.byline:
        assert f"By {article.byline}" in text
    if article.picture:
        assert article.picture.caption in text
        picture = await client.get(urljoin(str(page.url), f"/images/{article.picture.file}"))
        assert picture.headers["content-type"] == "image/png"
        assert picture.content.startswith(_PNG)
        assert len(picture.content) < 1000


async def test_the_strike_looks_like_a_page_of_the_day(site: NewsSite, client: httpx.AsyncClient):
    site.publish(news.FOOTBALL)
    page = await client.get(site.publish(story.STRIKE))
    text = text_of(page.content, "utf-8")
    for furniture in (
        "2 min read",
        "09 June, 2020",
        "[Getty]",
        "Share on Facebook",
        "Related",
        news.FOOTBALL.headline,
        "newsletter",
        "Follow us on Facebook Twitter and Instagram to stay connected",
    ):
        assert furniture in text


async def test_every_page_of_the_wire_says_rocket_in_its_menu(
    printer: NewsSite, client: httpx.AsyncClient
):
    page = await client.get(printer.publish(news.FERRY))
    assert "Rocket science" in text_of(page.content, "utf-8")


async def test_an_old_site_names_its_charset_in_the_page_alone(
    printer: NewsSite, client: httpx.AsyncClient
):
    page = await client.get(printer.publish(news.BOOK_FAIR))
    assert page.headers["content-type"] == "text/html"
    assert b"charset=windows-1256" in page.content
    assert news.BOOK_FAIR.headline in page.content.decode("cp1256")
    assert "الثلاثاء 9 حزيران 2020" in page.content.decode("cp1256")


async def test_one_outlet_compresses(printer: NewsSite, client: httpx.AsyncClient):
    packed = [
        (await client.get(printer.publish(article))).headers.get("content-encoding")
        for article in (story.STRIKE, story.STRIKE_WIRE, story.LAUNCH)
    ]
    assert packed == [None, "gzip", None]


async def test_the_feed_lists_the_newest_first_and_dates_the_edit(
    site: NewsSite, client: httpx.AsyncClient
):
    for article in (news.FOOTBALL, story.STRIKE):
        site.publish(article)
    first = etree.fromstring((await client.get(site.outlet("lantern").url)).content)
    site.publish(story.STRIKE_EDITED)
    second = etree.fromstring((await client.get(site.outlet("lantern").url)).content)

    assert first.xpath("//item/title/text()") == [story.STRIKE.headline, news.FOOTBALL.headline]
    links = first.xpath("//item/link/text()")
    assert [link.partition("?")[0] for link in links] == [
        site.url_of(story.STRIKE),
        site.url_of(news.FOOTBALL),
    ]
    assert (await client.get(links[0])).status_code == 200
    published = parsedate_to_datetime(first.xpath("//item/pubDate/text()")[0])
    assert published == story.STRIKE.published_at
    for tree, article in ((first, story.STRIKE), (second, story.STRIKE_EDITED)):
        updated = tree.find(f".//item/{_ATOM}updated")
        assert updated is not None
        assert datetime.fromisoformat(updated.text or "") == article.changed_at
    assert first.xpath("//item/guid/text()") == second.xpath("//item/guid/text()")
    assert first.findtext("channel/lastBuildDate") != second.findtext("channel/lastBuildDate")


async def test_the_sitemap_lists_what_is_published(site: NewsSite, client: httpx.AsyncClient):
    for article in (news.RATES, story.STRIKE_WIRE):
        site.publish(article)
    tree = etree.fromstring((await client.get(site.outlet("northquay").url)).content)
    rows = [
        (
            url.findtext(f"{_SITEMAP}loc"),
            url.findtext(f"{_NEWS}news/{_NEWS}title"),
            datetime.fromisoformat(url.findtext(f"{_NEWS}news/{_NEWS}publication_date") or ""),
        )
        for url in tree.iter(f"{_SITEMAP}url")
    ]
    assert rows == [
        (site.url_of(article), article.headline, article.published_at)
        for article in (story.STRIKE_WIRE, news.RATES)
    ]
    robots = await client.get(site.outlet("northquay").base_url + "/robots.txt")
    assert f"Sitemap: {site.outlet('northquay').url}" in robots.text


async def test_the_front_page_links_even_what_robots_may_not_see(
    site: NewsSite, client: httpx.AsyncClient
):
    site.publish(news.EARLY_EDITION)
    site.publish(story.LAUNCH)
    page = await client.get(site.outlet("gazette").url)
    tree = html.fromstring(page.content)
    linked = {link.get("href"): link.text for link in tree.iter("a")}
    assert linked[story.LAUNCH.path] == story.LAUNCH.headline
    assert linked[news.EARLY_EDITION.path] == news.EARLY_EDITION.headline

    robots = await client.get(site.outlet("gazette").base_url + "/robots.txt")
    assert f"Disallow: {DISALLOWED}" in robots.text
    assert site.trespasses == []
    await client.get(site.url_of(news.EARLY_EDITION))
    assert [(asked.path, asked.user_agent) for asked in site.trespasses] == [
        (news.EARLY_EDITION.path, "tests")
    ]


@pytest.mark.parametrize("article", [story.STRIKE, news.RATES, news.BRIDGE], ids=lambda a: a.outlet)
async def test_a_page_is_sent_again_only_when_it_changed(
    site: NewsSite, client: httpx.AsyncClient, clock: FakeClock, article: DemoArticle
):
    url = site.publish(article)
    first = await client.get(url)
    clock.advance(timedelta(seconds=90))
    site.publish(news.HERONS if article.outlet == "lantern" else article)
    known = [
        {"if-none-match": first.headers["etag"]},
        {"if-none-match": f'"other", {first.headers["etag"]}'},
        {"if-none-match": "*"},
        {"if-modified-since": first.headers["last-modified"]},
    ]
    unknown = [
        {"if-none-match": '"other"', "if-modified-since": first.headers["last-modified"]},
        {"if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"if-modified-since": "yesterday"},
    ]
    for headers in known:
        again = await client.get(url, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    for headers in unknown:
        assert (await client.get(url, headers=headers)).content == first.content

    site.publish(replace(article, paragraphs=(*article.paragraphs, "One more.")))
    for headers in (known[0], known[3]):
        changed = await client.get(url, headers=headers)
        assert changed.status_code == 200
        assert changed.headers["etag"] != first.headers["etag"]


async def test_last_modified_is_when_the_site_published_it(
    site: NewsSite, client: httpx.AsyncClient, clock: FakeClock
):
    clock.advance(timedelta(minutes=3))
    page = await client.get(site.publish(story.STRIKE))
    assert parsedate_to_datetime(page.headers["last-modified"]) == clock.now()
    assert clock.now().tzinfo is UTC


async def test_every_link_leads_somewhere(site: NewsSite, client: httpx.AsyncClient):
    await site.play()
    for online in site.outlets:
        waiting, seen = [f"{online.base_url}/"], set[str]()
        while waiting:
            url = waiting.pop()
            if url in seen:
                continue
            seen.add(url)
            page = await client.get(url)
            assert page.status_code == 200, url
            if page.headers["content-type"].startswith("text/html"):
                waiting += local_links(page, online.base_url)
        assert {online.url_of(article) for article in online.articles} <= seen


def local_links(page: httpx.Response, base: str) -> list[str]:
    """What a page links to or shows, on its own site; the search is not there to be read."""
    tree = html.fromstring(page.content)
    links = [urljoin(str(page.url), link) for link in tree.xpath("//a/@href | //img/@src")]
    return [
        link for link in links if link.startswith(base) and not link.startswith(f"{base}/search")
    ]


async def test_an_article_is_found_by_its_address(site: NewsSite):
    for article in (story.STRIKE, story.LAUNCH):
        assert site.article_at(site.url_of(article)) is None
        site.publish(article)
    assert site.article_at(f"{site.url_of(story.STRIKE)}?utm_source=rss") == story.STRIKE
    assert site.article_at(site.url_of(story.LAUNCH)) == story.LAUNCH
    assert site.article_at("http://127.0.0.1:9/news") is None


async def test_an_edit_takes_the_place_of_the_text(site: NewsSite, client: httpx.AsyncClient):
    first = await client.get(site.publish(story.STRIKE))
    second = await client.get(site.publish(story.STRIKE_EDITED))
    assert first.url == second.url
    assert "video link" not in first.text
    assert "video link" in second.text
    assert "Last updated" in second.text
    assert site.outlet("lantern").articles == [story.STRIKE_EDITED]


async def test_requests_are_logged(site: NewsSite, client: httpx.AsyncClient, clock: FakeClock):
    await client.get(site.outlet("gazette").base_url + "/nowhere?a=1")
    (asked,) = site.asked
    assert (asked.outlet, asked.path, asked.status) == ("gazette", "/nowhere?a=1", 404)
    assert asked.at == clock.now()


async def test_ports_are_free_again_afterwards(clock: FakeClock):
    async with NewsSite(clock=clock) as site:
        urls = [online.url for online in site.outlets]
    assert len(urls) == len(OUTLETS)
    async with httpx.AsyncClient() as client:
        for url in urls:
            with pytest.raises(httpx.ConnectError):
                await client.get(url)
