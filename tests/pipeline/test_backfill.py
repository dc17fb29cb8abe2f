"""A backfill reads the lists of a site's past, each once, and nothing without end."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from scraper.errors import FetchError, PageGoneError
from scraper.pipeline import backfill
from scraper.pipeline.backfill import Backfiller
from scraper.pipeline.past import MOST_UNDATED, RETRIES
from storage.database import Database
from storage.records import Backfill, Page, SourceSpec
from tests.fakes import FakeClock
from tests.pages import Item, atom, index_html, news_sitemap, sitemap_index

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SINCE = NOW - 40 * DAY
SITE = "https://a.example"


class Site:
    """Stands in for the fetcher: paths and their bodies, functions of the path, or errors."""

    def __init__(self) -> None:
        self.pages = {}
        self.asked = []

    async def fetch(self, request):
        path = request.url.removeprefix(SITE)
        self.asked.append(path)
        found = self.pages.get(path, PageGoneError("404", permanent=False))
        if callable(found):
            found = found(path)
        if isinstance(found, Exception):
            raise found
        return Page(
            url=request.url,
            requested_url=request.url,
            status=200,
            headers={},
            body=found if isinstance(found, bytes) else found.encode(),
            fetched_at=NOW,
        )


class Here:
    """Stands in for the sandbox: reads in this very process."""

    async def run(self, function, *arguments):
        return function(*arguments)


@pytest.fixture
def room(sqlite_address):
    site, clock = Site(), FakeClock(NOW)
    with Database.open(sqlite_address) as database:
        yield SimpleNamespace(database=database, site=site, clock=clock)


async def fill(room, path="/feed", until=NOW):
    """Begin the backfill of the source at a path."""
    with room.database.begin() as unit:
        room.source = unit.sources.add(SourceSpec(name="bay", url=SITE + path), now=NOW)
        unit.backfills.begin(
            Backfill(
                source_id=room.source.id,
                since=SINCE,
                until=until,
                ring=False,
                pause=timedelta(0),
                stopped=False,
                started_at=NOW,
            )
        )
    room.worker = Backfiller(
        database=room.database,
        fetcher=room.site,
        sandbox=Here(),
        clock=room.clock,
        worker="worker",
    )
    assert await room.worker.claim(room.source)
    return await go_on(room)


async def go_on(room):
    """Read lists until there is none, waiting for those that are tried again."""
    while True:
        while await room.worker.step(room.source):
            pass
        due = await room.worker.next_at(room.source)
        if due is None:
            return await room.worker.progress(room.source)
        await room.clock.sleep((due - room.clock.now()).total_seconds())


def items(*days, name="story"):
    """Articles of so many days ago."""
    return [
        Item(url=f"{SITE}/{name}-{day}-of-the-harbour-town", title=name, published=NOW - day * DAY)
        for day in days
    ]


def linked(feed, relation, href):
    link = f'<title>Local News</title><link rel="{relation}" href="{href}"/>'.encode()
    return feed.replace(b"<title>Local News</title>", link, 1)


async def test_the_archives_of_a_feed_are_read_until_they_are_older(room):
    for page in range(9):
        days = range(page * 10, page * 10 + 10)
        feed = linked(atom(items(*days)), "prev-archive", f"/feed/{page + 1}")
        room.site.pages[f"/feed/{page}" if page else "/feed"] = feed
    progress = await fill(room)
    asked = [path for path in room.site.asked if path.startswith("/feed")]
    assert asked == ["/feed", *(f"/feed/{page}" for page in range(1, 6))]  # 50 to 59 days ago
    assert (progress.links, progress.lists_failed) == (40, 0)
    assert "/" not in room.site.asked  # the feed reached back far enough


async def test_pages_that_lead_to_each_other_end(room):
    for path, following in (("/feed", "/b"), ("/b", "/feed")):
        listed = [{"id": path, "url": f"{SITE}{path}-1", "title": "T"}]
        room.site.pages[path] = json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "next_url": following,
                "items": listed,
            }
        )
    await fill(room)
    assert [path for path in room.site.asked if path in {"/feed", "/b"}] == ["/feed", "/b"]


async def test_a_feed_may_not_lead_to_another_site(room):
    room.site.pages["/feed"] = linked(atom(items(1)), "next", "https://b.example/feed")
    await fill(room)
    assert [path for path in room.site.asked if path.startswith("https")] == []


def front(*links):
    """A page with an article, and other links."""
    written = "".join(f'<a href="{link}">{link}</a>' for link in links)
    return index_html(items(1, 2, 3, 4, 5, name="front")) + written.encode()


async def test_archives_are_read_where_sitemaps_do_not_reach_back(room):
    room.site.pages["/feed"] = atom(items(0, 1))
    room.site.pages["/robots.txt"] = f"Sitemap: {SITE}/news.xml"
    room.site.pages["/news.xml"] = news_sitemap(items(0, 1, 2))
    room.site.pages["/"] = front("/archive", "https://b.example/archive", "/about")
    room.site.pages["/archive"] = front("/2025/11/", "/2026/02/", "/2026/1/", "/2026/01/05/")
    room.site.pages["/2026/02/"] = index_html(items(10, 11, name="february"))
    progress = await fill(room)
    archives = ["/", "/archive", "/2026/02/", "/2026/1/"]
    assert [path for path in room.site.asked if path in archives] == archives
    assert not {"/2025/11/", "/about", "/2026/01/05/"}.intersection(room.site.asked)
    assert progress.failures == ()  # January is not there
    with room.database.read() as unit:
        found = {each.url for each in unit.entries.list("pending", limit=99)}
    assert {item.url for item in items(10, 11, name="february")} <= found


async def test_archives_are_not_needed_where_sitemaps_reach_back(room):
    room.site.pages["/robots.txt"] = f"Sitemap: {SITE}/maps.xml"
    names = [f"{SITE}/map-{number}.xml" for number in range(3)]
    index = sitemap_index(names).decode()
    index = index.replace(
        f"<loc>{names[2]}</loc>", f"<loc>{names[2]}</loc><lastmod>2025-12-01</lastmod>"
    )
    room.site.pages["/maps.xml"] = index
    for number in range(2):
        room.site.pages[f"/map-{number}.xml"] = news_sitemap(items(number, 20 + number))
    room.site.pages["/feed"] = atom(items(0))
    await fill(room)
    assert {"/map-0.xml", "/map-1.xml"} <= set(room.site.asked)
    assert not {"/map-2.xml", "/"}.intersection(room.site.asked)


async def test_a_page_without_end_ends(room):
    undated = [Item(url=item.url, title=item.title) for item in items(1, 2, 3)]

    def page(path):
        number = int(path.rpartition("=")[2]) if "=" in path else 1
        other = [Item(url=f"{each.url}-{number}", title=each.title) for each in undated]
        return index_html(other) + f'<a href="/news?page={number + 1}">more</a>'.encode()

    for number in range(2, 99):
        room.site.pages[f"/news?page={number}"] = page
    room.site.pages["/news"] = page
    await fill(room, "/news")
    asked = [path for path in room.site.asked if path.startswith("/news?")]
    assert len(asked) == MOST_UNDATED - 1


async def test_a_site_that_shows_the_same_for_each_number_is_asked_twice(room):
    for number in range(1, 99):
        body = index_html(items(1, 2, 3)) + f'<a href="/news?page={number + 1}">more</a>'.encode()
        room.site.pages[f"/news?page={number}" if number > 1 else "/news"] = body
    await fill(room, "/news")
    asked = [path for path in room.site.asked if path.startswith("/news?")]
    assert asked == ["/news?page=2"]


async def test_an_endless_calendar_ends(room, monkeypatch):
    monkeypatch.setattr(backfill, "MOST_LISTS", 12)
    for day in range(1, 29):
        room.site.pages[f"/2026/02/{day:02}/"] = front(f"/2026/02/{day + 1:02}/")
    room.site.pages["/"] = front("/2026/02/01/")
    await fill(room)
    assert 2 < len([path for path in room.site.asked if path.startswith("/2026")]) < 12


async def test_a_list_that_is_busy_is_asked_for_again_later(room):
    answers = [atom(items(1)), FetchError("busy", retry_after=timedelta(hours=2)), FetchError("x")]
    room.site.pages["/feed"] = lambda _: answers.pop()
    progress = await fill(room)
    assert room.clock.now() == NOW + RETRIES[0] + timedelta(hours=2)
    assert (progress.lists_failed, progress.links) == (0, 1)


async def test_a_list_that_never_comes_is_named_at_the_end(room):
    room.site.pages["/feed"] = FetchError("it is broken")
    room.site.pages["/robots.txt"] = FetchError("it is broken, too")
    progress = await fill(room)
    assert room.clock.now() == NOW + sum(RETRIES, timedelta(0))
    assert room.site.asked.count("/feed") == 1 + len(RETRIES)
    assert f"{SITE}/feed: it is broken" in progress.failures
    assert "/sitemap.xml" in room.site.asked  # usual places, though nothing names them
    assert progress.lists_failed == len(progress.failures) == 2


async def test_what_is_in_flight_when_it_is_stopped_is_not_stored(room):
    def stop(_):
        with room.database.begin() as unit:
            unit.backfills.stop(room.source.id)
        return atom(items(1, 2))

    room.site.pages["/feed"] = stop
    progress = await fill(room)
    assert (progress.links, progress.lists_waiting, progress.waiting) == (0, 2, 0)
    room.site.pages["/feed"] = atom(items(1, 2))
    with room.database.begin() as unit:
        unit.backfills.resume(room.source.id, NOW)
    assert (await go_on(room)).links == 2


async def test_the_pages_of_a_feed_of_wordpress_are_turned_though_it_names_none(room):
    for page in range(1, 4):
        days = range(page * 5, page * 5 + 5)
        room.site.pages["/feed/" if page == 1 else f"/feed/?paged={page}"] = atom(items(*days))
    progress = await fill(room, "/feed/")
    asked = [path for path in room.site.asked if path.startswith("/feed")]
    assert asked == ["/feed/", "/feed/?paged=2", "/feed/?paged=3", "/feed/?paged=4"]
    assert (progress.links, progress.lists_failed) == (15, 0)
