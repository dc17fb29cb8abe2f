"""The watches on pages: what they show, to whom, and nothing that acts in the browser."""

import httpx
import pytest

from scraper.web.app import make_app
from storage.database import Database
from storage.records import Passage, Policy, WatchSpec
from tests.fakes import FakeClock
from tests.storage.making import DAY, HOUR, NOW, add_article, add_source

pytestmark = pytest.mark.anyio
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def database(address):
    with Database.open(address) as opened:
        yield opened


@pytest.fixture
async def client(database):
    app = make_app(database, FakeClock(NOW), hosts=[])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as made:
        yield made


def add(database, name="Baghdad", query="Baghdad", **spec):
    with database.begin() as unit:
        return unit.watches.add(WatchSpec(name=name, query=query, **spec), now=NOW)


def match(database, watch, key="a", *, title="Baghdad", at=NOW - HOUR, ring=True):
    with database.begin() as unit:
        source = unit.sources.get(HOSTILE) or add_source(unit, HOSTILE, url="https://s.example/")
        article = add_article(
            unit, key, source_id=source.id, title=title, published_at=at - HOUR, now=at
        )
        passage = Passage(field="title", text=title, highlights=((0, 3),))
        unit.outbox.match(watch.id, article.id, [passage], at)
        if ring:
            unit.outbox.ring(
                watch_id=watch.id,
                article_id=article.id,
                story_id=article.story_id,
                passages=[passage],
                once_key=key,
                now=at,
            )


async def test_without_watches_the_page_says_what_one_is(client):
    page = (await client.get("/watches")).text
    assert "Nothing is watched for yet" in page
    assert 'aria-current="page">Watches' in page


async def test_the_list_says_how_each_watch_fares(database, client):
    match(database, add(database))
    add(database, "broken", "(rocket")
    add(database, "paused", policy=Policy.EVERY)
    add(database, "waiting", outlets=3)
    with database.begin() as unit:
        unit.watches.pause("paused")
        unit.watches.snooze("waiting", NOW + DAY)
    page = (await client.get("/watches")).text
    assert ">1</a>" in page
    assert "1 h ago" in page
    assert "never rings" in page
    assert "snoozed, back" in page
    assert "once for a story that 3 outlets have" in page


async def test_long_lists_go_on_over_pages(database, client):
    for number in range(51):
        add(database, f"w&{number:02}")
    first = (await client.get("/watches")).text
    assert "w&amp;49" in first
    assert "w&amp;50" not in first
    assert "/watches?after=w%2649" in first or "?after=w%2649" in first
    second = (await client.get("/watches", params={"after": "w&49"})).text
    assert "w&amp;50" in second
    assert "More watches" not in second
    assert "There are no more" in (await client.get("/watches?after=w%2650")).text


async def test_a_watch_shows_how_its_query_is_read_and_what_it_matched(database, client):
    watch = add(database, query="Baghdad rocket", channels=("desk",), plans={"desk": {}})
    match(database, watch)
    page = (await client.get(f"/watches/{watch.id}")).text
    assert "Understood as" in page
    assert "Baghdad AND rocket" in page
    assert 'role="img"' in page
    assert "<mark>Bag</mark>hdad" in page


async def test_a_broken_query_is_pointed_at(database, client):
    watch = add(database, query="Baghdad AND (rocket")
    page = (await client.get(f"/watches/{watch.id}")).text
    assert "never rings" in page
    assert "Baghdad AND (rocket\n" in page
    assert "^</pre>" in page


async def test_what_is_removed_or_unknown_is_not_there(database, client):
    watch = add(database)
    with database.begin() as unit:
        unit.watches.remove(watch.name)
    for number in (watch.id, 999, 10**30, -1):
        assert (await client.get(f"/watches/{number}")).status_code in {404, 422}
    assert (await client.get("/watches/x")).status_code in {404, 422}


async def test_hostile_texts_stay_text(database, client):
    watch = add(database, HOSTILE, f"a AND ({HOSTILE}", channels=(HOSTILE,), languages=(HOSTILE,))
    match(database, watch, title=HOSTILE)
    for path in ("/watches", f"/watches/{watch.id}", "/charts"):
        page = await client.get(path)
        assert page.status_code == 200
        assert "<script>" not in page.text
        assert "alert(1)" in page.text


async def test_charts_show_matches_sources_languages_and_lags(database, client):
    assert "No alert has rung yet" in (await client.get("/charts")).text
    match(database, add(database))
    page = (await client.get("/charts")).text
    assert page.count('role="img"') == 2
    assert "not known" in page
    assert "nine of ten" in page
