"""Given an address, the news is found: on sites of many shapes, each on a real server."""

import gzip
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network

import pytest

from scraper.clock import SystemClock
from scraper.discover.candidates import Origin
from scraper.discover.contents import Contents
from scraper.fetch import Fetcher, FetchPolicy
from scraper.pipeline.finding import find
from scraper.pipeline.findings import MOST_REQUESTS, Limits
from scraper.pipeline.judging import Sort, is_same
from storage.records import SourceKind
from tests.servers import (
    Item,
    LocalSite,
    Reply,
    article_html,
    atom,
    index_html,
    news_sitemap,
    rss,
    sitemap_index,
)

pytestmark = pytest.mark.anyio

HEADLINES = [
    "A rocket is launched from the old harbour at dawn",
    "The bakery on the quay reopens after the great flood",
    "Council votes for a second bridge across the river",
    "Striking bus drivers go back to work on Monday",
    "The lighthouse keeper retires after forty winters",
    "A comet is to be seen with the naked eye this week",
    "Farmers fear a late frost for their cherry trees",
    "The museum shows letters that nobody has read before",
    "An orchestra of children plays in the railway station",
    "Snow closes the pass for the third time this year",
]
_RSS = "application/rss+xml"
_XML = "application/xml"


async def run(function, *arguments):
    """Stands in for the sandbox: reads in this very process."""
    return function(*arguments)


@pytest.fixture
def site():
    with LocalSite() as site:
        yield site


@asynccontextmanager
async def fetching(**policy):
    networks = policy.pop("allow_networks", (ip_network("127.0.0.0/8"),))
    policy = {"host_pause": timedelta(0), "timeout": timedelta(seconds=20), **policy}
    async with Fetcher(
        FetchPolicy(allow_networks=networks, **policy), clock=SystemClock()
    ) as fetcher:
        yield fetcher


async def look(url, *, limits=None, sort=None, bare=False, asked=None, **policy):
    async with fetching(**policy) as fetcher:
        return await find(
            url,
            fetcher=fetcher,
            run=run,
            clock=SystemClock(),
            sort=sort,
            bare=bare,
            limits=limits,
            report=None if asked is None else asked.append,
        )


def items(site, section="news", *, number=10, days=0):
    now = SystemClock().now() - timedelta(days=days)
    return [
        Item(
            url=site.url(f"/{section}/{'-'.join(title.lower().split())}"),
            title=title,
            published=now - timedelta(hours=2 * count + 1),
            summary="What happened, and what comes of it.",
        )
        for count, title in enumerate(HEADLINES[:number])
    ]


def front(site, *links, extra="", listed=None):
    """A front page that lists articles and has these <link> elements in its head."""
    body = index_html(listed if listed is not None else items(site), title="Harbour Gazette")
    head = "".join(links).encode()
    return body.replace(b"</head>", head + b"</head>").replace(
        b"</main>", extra.encode() + b"</main>"
    )


def alternate(path, title="", kind=_RSS):
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{path}">'


async def test_a_feed_is_taken_as_it_is_after_one_request(site):
    url = site.add("/rss.xml", rss(items(site), title="Gazette"), _RSS)
    asked = []
    findings = await look(url, asked=asked)
    assert (findings.chosen.url, findings.chosen.kind) == (url, SourceKind.RSS)
    assert findings.chosen.origin is Origin.ADDRESS
    assert findings.chosen.entries == 10
    assert [entry.title for entry in findings.chosen.latest] == HEADLINES[:5]
    assert asked == [url]


async def test_of_two_feeds_that_a_page_names_the_one_of_comments_is_refused(site):
    site.add("/", front(site, alternate("/comments/feed/", "Comments"), alternate("/feed/", "All")))
    site.add("/feed/", rss(items(site)), _RSS)
    comments = site.add("/comments/feed/", rss(items(site)), _RSS)
    findings = await look(site.url("/"))
    assert findings.chosen.url == site.url("/feed/")
    assert findings.chosen.origin is Origin.NAMED
    assert "all are dated" in findings.chosen.reasons
    assert [(t.url, t.why) for t in findings.tried] == [(comments, "a feed of readers' comments")]
    assert site.hits("/comments/feed/") == []


async def test_a_feed_of_comments_is_known_by_what_it_holds(site):
    said = [Item(url=item.url + "/c", title=f"By: reader {item.title[:4]}") for item in items(site)]
    site.add("/", front(site, alternate("/talk.xml"), alternate("/all.xml")))
    site.add("/talk.xml", rss(said), _RSS)
    site.add("/all.xml", rss(items(site)), _RSS)
    findings = await look(site.url("/"))
    assert findings.chosen.url == site.url("/all.xml")
    assert [t.url for t in findings.tried] == [site.url("/talk.xml")]


async def test_the_feed_of_the_whole_site_is_taken_for_its_front_page(site):
    sport = items(site, "sport", number=10)
    site.add("/", front(site, alternate("/sport.xml"), alternate("/all.xml")))
    site.add("/sport.xml", rss(sport, title="Sport"), _RSS)
    site.add("/all.xml", rss([*items(site), *sport[:1]], title="All"), _RSS)
    findings = await look(site.url("/"))
    assert findings.chosen.url == site.url("/all.xml")
    assert [other.url for other in findings.others[:1]] == [site.url("/sport.xml")]


async def test_the_feed_of_a_section_is_taken_for_its_page(site):
    sport = items(site, "sport")
    site.add("/sport/", front(site, alternate("/all.xml"), alternate("/s.xml"), listed=sport))
    site.add("/all.xml", rss([*items(site), *sport[:1]], title="All"), _RSS)
    site.add("/s.xml", rss(sport, title="Sport"), _RSS)
    findings = await look(site.url("/sport/"))
    assert findings.chosen.url == site.url("/s.xml")
    assert "100% of the newest belong to /sport/" in findings.chosen.reasons


async def test_a_section_without_a_feed_of_its_own_is_watched_by_its_page(site):
    site.add("/sport/", front(site, alternate("/all.xml"), listed=items(site, "sport")))
    site.add("/all.xml", rss(items(site), title="All"), _RSS)
    findings = await look(site.url("/sport/"))
    assert (findings.chosen.url, findings.chosen.kind) == (
        site.url("/sport/"),
        SourceKind.INDEX_PAGE,
    )
    assert [other.url for other in findings.others] == [site.url("/all.xml")]


async def test_a_section_may_have_its_feed_below_it(site):
    sport = items(site, "sport")
    site.add("/sport/", front(site, alternate("/all.xml"), listed=sport))
    site.add("/all.xml", rss(items(site)), _RSS)
    site.add("/sport/feed/", rss(sport), _RSS)
    assert (await look(site.url("/sport/"))).chosen.url == site.url("/sport/feed/")


async def test_an_article_stands_for_its_site(site):
    article = items(site)[0].url
    site.add(article.removeprefix(site.base), front(site, alternate("/all.xml")))
    site.add("/all.xml", rss(items(site)), _RSS)
    assert (await look(article)).chosen.url == site.url("/all.xml")


async def test_a_feed_at_a_common_place_is_found(site):
    site.add("/", front(site))
    site.add("/atom.xml", atom(items(site)), "text/html")
    findings = await look(site.url("/"))
    assert (findings.chosen.url, findings.chosen.kind) == (site.url("/atom.xml"), SourceKind.ATOM)
    assert findings.chosen.origin is Origin.COMMON


async def test_a_feed_that_readers_may_click_is_found(site):
    site.add("/", front(site, extra='<a href="/service/feeds/top-stories.rss">RSS</a>'))
    site.add("/service/feeds/top-stories.rss", rss(items(site)), _RSS)
    findings = await look(site.url("/"))
    assert findings.chosen.origin is Origin.LINKED


async def test_a_page_that_lists_feeds_leads_to_them(site):
    site.add("/", front(site, extra='<a href="/rss">RSS</a>'))
    site.add("/rss", '<h1>Our feeds</h1><a href="/rss/sport.xml">Sport</a><a href="/rss/all.xml">')
    site.add("/rss/sport.xml", rss(items(site, "sport")), _RSS)
    site.add("/rss/all.xml", rss(items(site)), _RSS)
    findings = await look(site.url("/"))
    assert findings.chosen.url == site.url("/rss/all.xml")
    assert findings.chosen.origin is Origin.LISTED


async def test_a_feed_that_a_header_names_is_found(site):
    header = {"link": '</x/y>; rel="alternate"; type="application/rss+xml"; title="Wire"'}
    site.add("/", front(site), headers=header)
    site.add("/x/y", rss(items(site)), _RSS)
    assert (await look(site.url("/"))).chosen.url == site.url("/x/y")


async def test_a_page_that_is_served_for_a_missing_feed_is_none(site):
    site.otherwise(lambda _: Reply(body=front(site), headers={"content-type": "text/html"}))
    findings = await look(site.url("/"))
    assert findings.chosen.kind is SourceKind.INDEX_PAGE
    assert "a page, no feed" in {tried.why for tried in findings.tried}
    assert findings.requests <= MOST_REQUESTS


async def test_robots_txt_leads_to_the_news_sitemap(site):
    site.add("/", front(site))
    site.add(
        "/robots.txt",
        f"User-agent: *\nSitemap: {site.url('/all.xml')}\nSitemap: {site.url('/g/news.xml')}\n",
        "text/plain",
    )
    site.add("/all.xml", sitemap_index([site.url("/1.xml")]), _XML)
    site.add("/g/news.xml", news_sitemap(items(site)), _XML)
    findings = await look(site.url("/"))
    assert (findings.chosen.url, findings.chosen.kind) == (
        site.url("/g/news.xml"),
        SourceKind.SITEMAP,
    )
    assert findings.chosen.origin is Origin.ROBOTS
    assert site.hits("/all.xml") == []


async def test_an_index_of_packed_sitemaps_is_read_down_to_the_news(site):
    site.add("/", front(site))
    site.add("/robots.txt", f"sitemap:{site.url('/map.xml.gz')}", "text/plain")
    packed = gzip.compress(sitemap_index([site.url("/old-2019.xml"), site.url("/news.xml.gz")]))
    site.add("/map.xml.gz", packed, "application/gzip")
    site.add("/news.xml.gz", gzip.compress(news_sitemap(items(site))), "application/x-gzip")
    findings = await look(site.url("/"))
    assert findings.chosen.url == site.url("/news.xml.gz")
    assert findings.chosen.origin is Origin.INDEX
    assert findings.chosen.entries == 10


async def test_an_index_whose_sitemaps_change_their_names_is_visited_itself(site):
    site.add("/", front(site))
    children = [site.url("/news-2026-03.xml"), site.url("/news-2026-02.xml")]
    site.add("/sitemap.xml", sitemap_index(children), _XML)
    site.add("/news-2026-03.xml", news_sitemap(items(site)), _XML)
    findings = await look(site.url("/"))
    assert findings.chosen.url == site.url("/sitemap.xml")
    assert findings.chosen.kind is SourceKind.SITEMAP_INDEX
    assert findings.chosen.entries == 10


async def test_an_index_that_is_given_is_what_is_meant(site):
    children = [site.url("/old.xml"), site.url("/news.xml")]
    url = site.add("/sitemap.xml", sitemap_index(children), _XML)
    site.add("/news.xml", news_sitemap(items(site)), _XML)
    findings = await look(url)
    assert (findings.chosen.url, findings.chosen.entries) == (url, 10)


async def test_a_sitemap_of_all_there_ever_was_is_not_preferred_to_the_page(site):
    site.add("/", front(site))
    everything = "".join(f"<url><loc>{site.url(f'/about/{n}')}</loc></url>" for n in range(500))
    site.add(
        "/sitemap.xml",
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{everything}</urlset>',
        _XML,
    )
    findings = await look(site.url("/"))
    assert findings.chosen.kind is SourceKind.INDEX_PAGE
    assert [other.url for other in findings.others] == [site.url("/sitemap.xml")]


async def test_a_page_of_articles_is_watched_where_there_is_nothing_else(site):
    site.add("/", front(site))
    findings = await look(site.url("/"))
    assert (findings.chosen.url, findings.chosen.kind) == (site.url("/"), SourceKind.INDEX_PAGE)
    assert findings.chosen.entries == 10
    assert findings.requests <= MOST_REQUESTS
    assert findings.site_name == "Harbour Gazette"


async def test_a_feed_that_died_is_not_preferred_to_the_living_page(site):
    site.add("/", front(site, alternate("/feed.xml")))
    site.add("/feed.xml", rss(items(site, days=800)), _RSS)
    findings = await look(site.url("/"))
    assert findings.chosen.kind is SourceKind.INDEX_PAGE
    (dead,) = (other for other in findings.others if other.url == site.url("/feed.xml"))
    assert "only" in dead.reasons[0]


async def test_a_podcast_is_not_preferred_to_the_news(site):
    listen = rss(items(site)).replace(
        b"</item>", b'<enclosure url="https://a.example/1.mp3" type="audio/mpeg"/></item>'
    )
    site.add("/", front(site, alternate("/listen.xml"), alternate("/read.xml")))
    site.add("/listen.xml", listen, _RSS)
    site.add("/read.xml", rss(items(site)[1:]), _RSS)
    findings = await look(site.url("/"))
    assert findings.chosen.url == site.url("/read.xml")
    assert "it is a podcast" in findings.others[0].reasons


async def test_a_hub_decides_between_equals(site):
    hub = rss(items(site)).replace(
        b"<language>", b'<atom:link rel="hub" href="https://hub.example/"/><language>'
    )
    site.add("/", front(site, alternate("/a.xml"), alternate("/b.xml")))
    site.add("/a.xml", atom(items(site)), _XML)
    site.add("/b.xml", hub, _RSS)
    assert (await look(site.url("/"))).chosen.url == site.url("/b.xml")


async def test_a_permanent_redirect_is_followed_for_good_and_another_is_not(site):
    site.add("/rss.xml", rss(items(site)), _RSS)
    site.redirect("/old", "/rss.xml", 301)
    site.redirect("/today", "/rss.xml", 302)
    assert (await look(site.url("/old"))).chosen.url == site.url("/rss.xml")
    assert (await look(site.url("/today"))).chosen.url == site.url("/today")


async def test_a_feed_on_another_host_is_taken_and_said_to_be_there(site):
    with LocalSite() as other:
        elsewhere = other.add("/gazette", rss(items(site)), _RSS)
        site.add("/", front(site, alternate(elsewhere)))
        findings = await look(site.url("/"))
    assert findings.chosen.url == elsewhere
    assert findings.chosen.other_host in elsewhere


async def test_where_nothing_is_all_that_was_tried_is_told(site):
    site.add("/", "<html><title>Parked</title><p>This domain is for sale.</p></html>")
    findings = await look(site.url("/"))
    assert findings.chosen is None
    assert "no article links" in findings.why_not
    tried = {tried.url: tried.why for tried in findings.tried}
    assert "404" in tried[site.url("/feed")]
    assert "404" in tried[site.url("/sitemap.xml")]
    assert findings.requests <= MOST_REQUESTS


async def test_a_page_that_bars_us_may_have_a_feed_that_does_not(site):
    site.handle("/", Reply(status=403))
    site.add("/rss.xml", rss(items(site)), _RSS)
    assert (await look(site.url("/"))).chosen.url == site.url("/rss.xml")


async def test_what_robots_txt_forbids_is_not_asked_for(site):
    site.add("/robots.txt", "User-agent: *\nDisallow: /\n", "text/plain")
    site.add("/", front(site, alternate("/feed")))
    site.add("/feed", rss(items(site)), _RSS)
    findings = await look(site.url("/"))
    assert findings.chosen is None
    assert "robots.txt" in findings.why_not
    assert {request.path for request in site.requests} == {"/robots.txt"}


async def test_a_private_address_is_refused(site):
    site.add("/", front(site))
    findings = await look(site.url("/"), allow_networks=())
    assert findings.chosen is None
    assert "127.0.0.1" in findings.why_not
    assert site.requests == []


async def test_a_page_does_not_lead_us_to_private_addresses(site):
    site.add("/", front(site, alternate("http://10.0.0.1/feed"), alternate("/feed")))
    site.add("/feed", rss(items(site)), _RSS)
    findings = await look(site.url("/"))
    assert findings.chosen.url == site.url("/feed")
    assert any(tried.url == "http://10.0.0.1/feed" for tried in findings.tried)


async def test_a_slow_server_is_given_up_within_the_time_for_all_of_it(site):
    site.add("/", front(site, *(alternate(f"/{n}.xml") for n in range(6))))
    for number in range(6):
        site.hang(f"/{number}.xml")
    findings = await look(site.url("/"), limits=Limits(time=timedelta(seconds=1)))
    assert findings.chosen.kind is SourceKind.INDEX_PAGE
    assert findings.tried[0].why == "not here when the search had taken 1 s"
    assert len(site.hits("/0.xml")) == 1
    assert site.hits("/1.xml") == []


async def test_a_host_that_does_not_answer_is_not_asked_again_and_again(site):
    site.hang("/")
    site.otherwise(lambda _: Reply(hang=True))
    findings = await look(site.url("/"), timeout=timedelta(milliseconds=200))
    assert findings.chosen is None
    assert len(site.requests) <= 3


async def test_thousands_of_feeds_that_a_page_names_are_bounded(site):
    many = [alternate(f"/{number}.xml") for number in range(5_000)]
    site.add("/", front(site, *many))
    findings = await look(site.url("/"))
    assert findings.requests <= MOST_REQUESTS
    assert findings.chosen.kind is SourceKind.INDEX_PAGE
    assert len(findings.tried) < 30


async def test_one_sort_may_be_asked_for(site):
    site.add("/", front(site, alternate("/feed")))
    site.add("/feed", rss(items(site)), _RSS)
    site.add("/sitemap.xml", news_sitemap(items(site)), _XML)
    kinds = {sort: (await look(site.url("/"), sort=sort)).chosen.kind for sort in Sort}
    assert kinds == {
        Sort.FEED: SourceKind.RSS,
        Sort.SITEMAP: SourceKind.SITEMAP,
        Sort.INDEX: SourceKind.INDEX_PAGE,
    }


async def test_an_address_without_its_scheme_is_tried_both_ways(site):
    site.add("/rss.xml", rss(items(site)), _RSS)
    url = site.url("/rss.xml")
    patience = timedelta(milliseconds=300)  # for what speaks no TLS to say something
    findings = await look(url.replace("http://", "https://"), bare=True, connect_timeout=patience)
    assert findings.chosen.url == url


async def test_a_feed_with_nothing_in_it_yet_is_a_feed(site):
    url = site.add("/rss.xml", rss([]), _RSS)
    findings = await look(url)
    assert findings.chosen.url == url
    assert findings.chosen.reasons == ("it lists nothing at the moment",)


@pytest.mark.parametrize(
    "url",
    [
        "http://a_b!.example/",
        "http://[::1]:99999/",
        "http://127.1/",
        "http://%31/",
        "http://ex\u00e4mple.invalid/\ud800",
        "http://" + "a" * 300 + "/",
    ],
)
async def test_odd_addresses_come_to_nothing(url):
    findings = await look(url, timeout=timedelta(seconds=1))
    assert findings.chosen is None
    assert findings.why_not


async def test_the_page_of_an_article_is_no_list(site):
    site.add("/", article_html(HEADLINES[0], ["It happened.", "Then it was over."]))
    assert (await look(site.url("/"))).chosen is None


def test_two_addresses_too_long_for_a_key_are_two():
    one, other = (
        Contents(url=f"https://a.example/{'x' * 5_000}{letter}", kind=SourceKind.RSS)
        for letter in "yz"
    )
    assert is_same(one, one)
    assert not is_same(one, other)
