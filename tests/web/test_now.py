"""The first page: a card for each story that rang, and what needs attention, all of it escaped."""

import re
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from markupsafe import escape

from scraper.web.app import make_app
from scraper.web.cards import joined
from storage.database import Database
from storage.records import ChannelSpec, Passage, TermSetSpec
from storage.tables import sources
from tests.fakes import FakeClock
from tests.storage.making import NOW, add_article, add_source, add_watch, signature

pytestmark = pytest.mark.anyio
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/tocsin.db"
    else:
        address = request.getfixturevalue("postgres_address")
    with Database.open(address) as opened:
        yield opened


@pytest.fixture
async def client(database):
    transport = httpx.ASGITransport(make_app(database, FakeClock(NOW), hosts=[]))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as made:
        yield made


def rang(unit, watch, stored, *, text="A rocket hit.", span=(2, 8), key, channels=()):
    return unit.outbox.ring(
        watch_id=watch.id,
        article_id=stored.id,
        story_id=stored.story_id,
        passages=[Passage(field="body", text=text, highlights=(span,))],
        once_key=key,
        channels=channels,
        now=NOW - timedelta(minutes=3),
    )


async def test_the_alerts_of_a_story_are_one_card(database, client):
    with database.begin() as unit:
        one, two = add_watch(unit, "one"), add_watch(unit, "two", priority="urgent")
        stored = add_article(unit, title="A rocket hit.", signed=signature(1))
        add_article(unit, "copy", story_id=stored.story_id, signed=signature(2))
        rang(unit, one, stored, key="a", channels=["desk"])
        rang(unit, two, stored, key="b", span=(9, 12))
        last = unit.outbox.alerts(1)[0].id
    page = (await client.get("/")).text
    assert page.count("<article") == 1
    assert "A <mark>rocket</mark> <mark>hit</mark>." in page
    assert "2 articles" in page
    assert "3 min ago" in page
    assert "<bdi>desk</bdi> pending" in page
    assert 'class="watch urgent"' in page
    assert f'href="/alerts/{last}">not acknowledged' in page
    assert f"/live?after={last}" in page
    with database.begin() as unit:
        for alert in unit.outbox.alerts():
            unit.posting.acknowledge(alert.id, by=HOSTILE, now=NOW)
    page = (await client.get("/")).text
    assert "acknowledged by" in page
    assert "<script>" not in page


async def test_all_that_needs_attention_is_told_and_escaped(database, client):
    with database.begin() as unit:
        ill = add_source(unit, HOSTILE)
        told = add_source(unit, "told")
        for each in (ill, told):
            values = {"health": "failing", "last_error": HOSTILE, "health_since": NOW}
            unit.connection.execute(
                sa.update(sources).where(sources.c.id == each.id).values(values)
            )
        unit.notices.open("source.failing", "told", f"told: {HOSTILE}", now=NOW)
        unit.channels.add(ChannelSpec(name=HOSTILE, type="email", options={}), now=NOW)
        unit.channels.pause(HOSTILE)
        unit.channels.add(ChannelSpec(name="desk", type="email", options={}), now=NOW)
        watch = add_watch(unit, HOSTILE, query="(")
        rang(unit, watch, add_article(unit, title=HOSTILE), key="k", channels=["desk"])
        (claimed,) = unit.outbox.claim_due(NOW, worker="w", limit=5)
        unit.outbox.fail(claimed.id, worker="w", error=HOSTILE, now=NOW)
        unit.workers.register(name="t", host="h", pid=1, now=NOW - timedelta(hours=1))
    page = (await client.get("/")).text
    assert "<script>" not in page
    shown = str(escape(HOSTILE))
    assert f'<a href="/sources/{ill.id}">{shown}</a></strong> is failing' in page
    assert page.count("is failing") == 1
    assert f"told: {shown}" in page
    assert "is paused" in page
    assert "never rings" in page
    assert "<strong>1</strong> delivery given up" in page
    assert "The daemon is silent" in page
    assert "All is well" not in page


async def test_a_watch_that_names_a_saved_set_is_well(database, client):
    with database.begin() as unit:
        add_watch(unit, "w", query="set:arms")
    assert "never rings" in (await client.get("/")).text
    with database.begin() as unit:
        unit.sets.add(TermSetSpec(name="arms", terms=("rocket",)), now=NOW)
    page = (await client.get("/")).text
    assert "never rings" not in page
    assert "All is well" in page


async def test_who_begins_is_told_what_to_do_next(database, client):
    assert "Add a source" in (await client.get("/")).text
    with database.begin() as unit:
        add_source(unit)
    assert "Add a watch" in (await client.get("/")).text
    with database.begin() as unit:
        add_watch(unit)
    assert "appears here by itself" in (await client.get("/")).text


async def test_the_first_load_is_small(client):
    page = await client.get("/")
    total = len(page.content)
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        packed = await client.get(address, headers={"accept-encoding": "br"})
        total += int(packed.headers["content-length"])
    assert total < 150_000


def test_passages_that_touch_are_marked_as_one():
    def passage(*spans, text="A rocket hit"):
        return Passage(field="body", text=text, highlights=spans)

    together = joined(
        [passage((2, 5)), passage((4, 8)), passage((9, 12)), passage((0, 1), text="B")]
    )
    assert together == [passage((2, 8), (9, 12)), passage((0, 1), text="B")]
