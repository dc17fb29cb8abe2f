"""The sources on pages: how they fare, what is done about them, and how one is added."""

from datetime import timedelta
from ipaddress import ip_network

import pytest

from scraper.clock import SystemClock
from scraper.errors import UsageError
from scraper.fetch import Fetcher, FetchPolicy
from scraper.pipeline.addresses import as_written
from scraper.pipeline.looks import Look, Outcome, noted
from scraper.web.searches import Searches
from scraper.web.tools import Tools
from storage.database import Database
from storage.records import Backfill, Health, Role, SourceState
from tests.servers import Item, LocalSite, rss
from tests.storage.making import DAY, HOUR, NOW, add_article, add_source
from tests.web.doors import HOSTILE, Desk, is_harmless, send

pytestmark = pytest.mark.anyio


@pytest.fixture
def desk(sqlite_address):
    with Database.open(sqlite_address) as database:
        yield Desk(database)


def source(desk, name="wire", *, health=Health.HEALTHY, error=None, **spec):
    """A source that was visited three times; the last time in vain if there is an error."""
    recent = ""
    for back, outcome in ((3, Outcome.NEW), (2, Outcome.SAME), (1, Outcome.FAILED)):
        recent = noted(
            recent, Look(at=NOW - back * HOUR, outcome=outcome, new=2 if back > 2 else 0)
        )
    with desk.database.begin() as unit:
        made = add_source(unit, name, **spec)
        worker = unit.workers.register(name="w", host="h", pid=1, now=NOW)
        unit.sources.claim(made.id, worker=worker, now=NOW)
        unit.sources.visited(
            made.id,
            worker=worker,
            now=NOW - HOUR,
            kind=None,
            etag=None,
            last_modified=None,
            interval=HOUR,
            next_visit_at=NOW + HOUR,
            new=True,
            error=error,
            state=SourceState(health=health, since=NOW - DAY, reason=error, recent=recent),
        )
    return made


def get(desk, number):
    with desk.database.read() as unit:
        return unit.sources.numbered(number)


def log(desk):
    with desk.database.read() as unit:
        return [(entry.action, entry.subject) for entry in unit.audit.list()]


async def test_the_list_says_how_each_source_fares(desk):
    source(desk)
    source(desk, "bad", health=Health.FAILING, error="bad.example answered 500: it is broken")
    async with desk.browser() as browser:
        page = (await browser.get("/sources")).text
        assert "bad.example answered 500" in page
        assert "failing for 1 d" in page
        assert "Last visits: 3 visits, 1 of them failed" in page
        assert "2026-03-01 03:00 UTC: 2 new" in page
        page = (await browser.get("/sources?only=trouble")).text
        assert ("bad.example" in page, ">wire<" in page) == (True, False)


async def test_an_empty_list_says_what_to_do(desk):
    async with desk.browser() as browser:
        assert "Nothing is visited yet" in (await browser.get("/sources")).text
        assert "No source is in trouble" in (await browser.get("/sources?only=trouble")).text


async def test_a_source_shows_its_articles_and_its_backfill(desk):
    made = source(desk)
    with desk.database.begin() as unit:
        add_article(unit, source_id=made.id, title="Rocket", now=NOW - HOUR)
        unit.backfills.begin(
            Backfill(
                source_id=made.id,
                since=NOW - 30 * DAY,
                until=NOW,
                ring=False,
                pause=timedelta(seconds=5),
                stopped=False,
                started_at=NOW,
            )
        )
    here = f"/sources/{made.id}"
    async with desk.browser(Role.EDITOR) as browser:
        page = (await browser.get(here)).text
        assert "Rocket" in page
        assert 'role="img"' in page
        assert "0 articles stored" in page
        await send(browser, here, f"{here}/stop-backfill")
        assert ", stopped" in (await browser.get(here)).text
        assert (await browser.get("/sources/99")).status_code == 404


async def test_a_source_is_visited_paused_resumed_and_removed(desk):
    made = source(desk)
    here = f"/sources/{made.id}"
    async with desk.browser(Role.EDITOR) as browser:
        await send(browser, here, f"{here}/visit")
        assert get(desk, made.id).next_visit_at <= NOW
        await send(browser, here, f"{here}/pause")
        assert get(desk, made.id).paused
        assert (await send(browser, here, f"{here}/visit")).status_code == 422
        await send(browser, here, f"{here}/resume")
        assert not get(desk, made.id).paused
        gone = await send(browser, here, f"{here}/remove")
        assert gone.headers["location"] == "/sources?done=removed"
    assert [action for action, _ in log(desk)] == [
        "source.remove",
        "source.resume",
        "source.pause",
        "source.visit",
    ]


async def test_a_source_is_changed_and_nothing_is_lost_where_that_is_wrong(desk):
    made = source(desk)
    here = f"/sources/{made.id}"
    sent = {"name": "wires", "url": made.url, "every": "10m", "tags": "war, iraq"}
    async with desk.browser(Role.EDITOR) as browser:
        for wrong in ({"every": "now"}, {"url": "ftp://x"}, {"name": " "}):
            answer = await send(browser, here, f"{here}/edit", **(sent | wrong))
            assert answer.status_code == 422
            assert "war, iraq" in answer.text
            assert next(iter(wrong.values())) in answer.text
        assert (await send(browser, here, f"{here}/edit", **sent)).status_code == 303
        changed = get(desk, made.id)
        assert (changed.name, changed.tags) == ("wires", ("war", "iraq"))
        assert changed.every == timedelta(minutes=10)
        await send(browser, here, f"{here}/edit", **(sent | {"every": ""}))
        assert get(desk, made.id).every is None


async def run(function, *arguments, **named):
    """Stands in for the sandbox: reads in this very process."""
    return function(*arguments, **named)


@pytest.fixture
async def looking(sqlite_address):
    """A desk that can look at addresses of this machine, and a site to look at."""
    policy = FetchPolicy(allow_networks=(ip_network("127.0.0.0/8"),), host_pause=timedelta(0))
    with LocalSite() as site, Database.open(sqlite_address) as database:
        async with Fetcher(policy, clock=SystemClock()) as fetcher:
            desk = Desk(database, tools=Tools(fetcher=fetcher, run=run, sending=None))
            yield desk, site
            desk.app.state.web.searches.close()


def news(site):
    items = [Item(url=site.url(f"/{n}"), title=f"{HOSTILE} number {n}") for n in range(5)]
    return site.add("/feed", rss(items, title=f"Wire {HOSTILE}"), "application/rss+xml")


async def found(browser, address):
    """The search of an address, when it is over, and what its page says."""
    begun = await send(browser, "/sources/new", "/sources/search", address=address)
    assert begun.status_code == 303, begun.text
    while "Looking at" in (page := await browser.get(begun.headers["location"])).text:
        await SystemClock().sleep(0.01)
    return begun.headers["location"].partition("=")[2], page.text


async def test_what_is_at_an_address_is_shown_before_it_is_added(looking):
    desk, site = looking
    address = news(site)
    async with desk.browser(Role.EDITOR) as browser:
        search, page = await found(browser, address)
        assert "an RSS feed" in page
        assert "number 3" in page
        assert is_harmless(page)
        with desk.database.read() as unit:
            assert unit.sources.list() == []
        asked = {"search": search, "choice": "0", "name": "", "tags": "war", "every": "soon"}
        wrong = await send(browser, "/sources/new", "/sources/new", **asked)
        assert (wrong.status_code, "soon" in wrong.text) == (422, True)
        answer = await send(browser, "/sources/new", "/sources/new", **(asked | {"every": "10m"}))
        assert answer.headers["location"] == "/sources/1?done=added"
        assert is_harmless((await browser.get("/sources/1")).text)
        again = await send(browser, "/sources/new", "/sources/new", **(asked | {"every": ""}))
        assert "is visited already" in again.text
    added = get(desk, 1)
    assert (added.url, added.tags, added.every) == (address, ("war",), timedelta(minutes=10))
    assert added.name.startswith("Wire")
    assert [action for action, _ in log(desk)] == ["source.add"]


async def test_where_nothing_is_found_it_says_why_and_takes_the_very_address(looking):
    desk, site = looking
    async with desk.browser(Role.EDITOR) as browser:
        search, page = await found(browser, site.url("/nothing"))
        assert "Nothing to visit was found" in page
        assert "404" in page
        asked = {"search": search, "choice": "exact", "name": "Anyway"}
        assert (await send(browser, "/sources/new", "/sources/new", **asked)).status_code == 303
    assert (get(desk, 1).name, get(desk, 1).url) == ("Anyway", site.url("/nothing"))


async def test_no_address_within_is_reached_and_none_is_read_off_the_disk(sqlite_address):
    policy = FetchPolicy(host_pause=timedelta(0))
    with LocalSite() as site, Database.open(sqlite_address) as database:
        async with Fetcher(policy, clock=SystemClock()) as fetcher:
            desk = Desk(database, tools=Tools(fetcher=fetcher, run=run, sending=None))
            async with desk.browser(Role.EDITOR) as browser:
                _, page = await found(browser, news(site))
                assert "Nothing to visit was found" in page
                assert site.hits("/feed") == []
                for address in ("file:///etc/passwd", "ftp://x.example/", "nonsense", ""):
                    answer = await send(browser, "/sources/new", "/sources/search", address=address)
                    assert answer.status_code == 422
                    assert address in answer.text


async def test_a_search_is_shown_to_who_began_it_alone(looking):
    desk, site = looking
    async with desk.browser(Role.EDITOR) as browser:
        search, _ = await found(browser, news(site))
        async with desk.browser(Role.EDITOR, name="other") as other:
            page = (await other.get(f"/sources/new?search={search}")).text
            assert "not known any more" in page
            asked = {"search": search, "choice": "0"}
            page = await send(other, "/sources/new", "/sources/new", **asked)
            assert "not known any more" in page.text
    assert get(desk, 1) is None


async def test_few_searches_are_under_way_at_once(looking):
    desk, site = looking
    searches = Searches(desk.app.state.web.tools, SystemClock())
    slow = site.hang("/slow")
    for _ in range(3):
        searches.begin(slow, bare=False, owner="a")
    with pytest.raises(UsageError, match="other searches are under way"):
        searches.begin(slow, bare=False, owner="b")
    searches.close()
    with pytest.raises(UsageError, match="cannot look"):
        Searches(None, SystemClock()).begin(slow, bare=False, owner="a")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" example.org ", ("https://example.org", True)),
        ("example.org/a?b=c", ("https://example.org/a?b=c", True)),
        ("http://a.example", ("http://a.example", False)),
        ("FEED://a.example/rss", ("https://a.example/rss", True)),
        ("feed:https://a.example/rss", ("https://a.example/rss", False)),
        ("localhost:8080", ("https://localhost:8080", True)),
    ],
)
def test_addresses_are_taken_as_people_write_them(written, read):
    assert as_written(written) == read


@pytest.mark.parametrize("path", ["new", "search", "1/edit", "1/visit", "1/pause", "1/remove"])
async def test_a_viewer_changes_nothing_and_no_other_site_does(desk, path):
    source(desk)
    async with desk.browser(Role.VIEWER) as browser:
        sent = {"address": "example.org", "name": "x", "url": "https://x.example/"}
        answer = await send(browser, "/account", f"/sources/{path}", **sent)
        assert answer.status_code == 403
        assert (await browser.get("/sources/new")).status_code == 403
        assert f'action="/sources/{path}' not in (await browser.get("/sources/1")).text
    async with desk.browser(Role.EDITOR) as browser:
        assert (await browser.post(f"/sources/{path}", data={})).status_code == 403
    assert (get(desk, 1).name, log(desk)) == ("wire", [])


async def test_hostile_texts_stay_text(desk):
    made = source(
        desk,
        HOSTILE,
        url="https://x.example/",
        tags=(HOSTILE,),
        health=Health.FAILING,
        error=HOSTILE,
    )
    async with desk.browser(Role.EDITOR) as browser:
        for path in ("/sources", "/sources?only=trouble", f"/sources/{made.id}"):
            assert is_harmless((await browser.get(path)).text)
        here = f"/sources/{made.id}"
        sent = {"name": HOSTILE, "url": HOSTILE, "every": HOSTILE, "tags": HOSTILE}
        assert is_harmless((await send(browser, here, f"{here}/edit", **sent)).text)
        answer = await send(browser, "/sources/new", "/sources/search", address=HOSTILE)
        assert is_harmless(answer.text)
