"""The dashboard shows what is stored, and lets nothing from outside act in the browser."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from markupsafe import escape

from scraper.web.app import DASHBOARD_TITLE, make_app
from scraper.web.pages.render import ago, in_time, marked, weblink
from storage.database import Database
from storage.records import (
    Article,
    ChannelSpec,
    Entry,
    Passage,
    Signature,
    SourceSpec,
    WatchSpec,
)
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def clock():
    return FakeClock(NOW)


@pytest.fixture
def database(sqlite_address):
    with Database.open(sqlite_address) as opened:
        yield opened


@pytest.fixture
async def client(database, clock):
    app = make_app(database, clock, hosts=["127.0.0.1"])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as made:
        yield made


def fill(database):
    with database.begin() as unit:
        source = unit.sources.add(SourceSpec(name=HOSTILE, url="https://s.example/rss"), now=NOW)
        unit.channels.add(ChannelSpec(name="desk", type="email", options={}), now=NOW)
        watch = unit.watches.add(WatchSpec(name="rocket", query="rocket"), now=NOW)
        unit.entries.add(source.id, [("k", "s.example", Entry(url="https://s.example/1"))], now=NOW)
        stored = unit.articles.add(
            Article(url="javascript:alert(1)", title=HOSTILE, body="A rocket."),
            keys=["k"],
            source_id=source.id,
            story_id=None,
            copy_of=None,
            signature=Signature(exact="x", keys=(1,), sketch=b""),
            now=NOW,
        )
        passage = Passage(field="body", text=f"{HOSTILE} rocket", highlights=((28, 34),))
        unit.outbox.ring(
            watch_id=watch.id,
            article_id=stored.id,
            story_id=stored.story_id,
            passages=[passage],
            once_key="once",
            channels=["desk"],
            now=NOW,
        )


async def test_an_empty_database_is_shown_too(client):
    page = await client.get("/")
    assert page.status_code == 200
    assert DASHBOARD_TITLE in page.content
    assert "No alert has rung yet" in page.text


async def test_what_needs_attention_is_shown_until_it_is_well(database, client):
    with database.begin() as unit:
        unit.notices.open("site.broken", "s.example", f"s.example: no text {HOSTILE}", now=NOW)
    page = (await client.get("/")).text
    assert "Needs attention" in page
    assert f"s.example: no text {escape(HOSTILE)}" in page
    with database.begin() as unit:
        unit.notices.resolve("site.broken", "s.example", now=NOW)
    assert "Needs attention" not in (await client.get("/")).text


async def test_what_is_stored_is_shown_and_escaped(database, client):
    fill(database)
    page = (await client.get("/")).text
    assert "rocket" in page
    assert "<bdi>desk</bdi> pending" in page
    assert "javascript:" not in "".join(re.findall(r'href="[^"]*"', page))
    assert "<script>" not in page


async def test_what_was_given_up_is_shown_with_its_reason(database, client):
    fill(database)
    with database.begin() as unit:
        assert "given up" not in (await client.get("/")).text
        (claimed,) = unit.entries.claim(NOW, worker="w", hosts=1, per_host=1)
        unit.entries.fail(claimed.id, worker="w", error=HOSTILE)
    page = (await client.get("/")).text
    assert "<strong>1</strong> page given up" in page
    assert "https://s.example/1" in page
    assert str(escape(HOSTILE)) in page
    assert "<script>" not in page


async def test_a_watch_that_can_never_ring_is_pointed_at(database, client):
    fill(database)
    assert "never rings" not in (await client.get("/")).text
    with database.begin() as unit:
        unit.watches.add(WatchSpec(name="worn", query=f"({HOSTILE}"), now=NOW)
    page = (await client.get("/")).text
    assert "never rings: " in page
    assert "<script>" not in page


async def test_pages_may_run_no_scripts_and_not_be_framed(client):
    headers = (await client.get("/")).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


async def test_a_foreign_name_for_this_machine_is_refused(client):
    answer = await client.get("/", headers={"host": "attacker.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("127.0.0.1:8080", 200),
        ("[::1]:8080", 200),
        ("192.0.2.7:8080", 303),
        ("localhost", 200),
        ("Tocsin.Example.org.:8080", 303),
        ("other.example.org", 400),
        ("127.0.0.1.attacker.example", 400),
        ("127.0.0.1@attacker.example", 400),
        ("tocsin.example.org@attacker.example", 400),
        ("[::1", 400),
        ("", 400),
    ],
)
async def test_it_answers_to_addresses_and_to_the_names_it_was_given(database, clock, host, code):
    app = make_app(database, clock, hosts=["0.0.0.0", "tocsin.example.org"])  # noqa: S104 - as listened on
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.get("/", headers={"host": host})
    assert answer.status_code == code


async def test_files_outside_of_static_are_not_served(client):
    assert (await client.get("/static/tocsin.css")).status_code == 200
    assert (await client.get("/static/../app.py")).status_code == 404
    assert (await client.get("/static/%2e%2e/app.py")).status_code == 404


async def test_health_follows_the_heartbeat(database, client, clock):
    assert (await client.get("/healthz")).status_code == 503
    with database.begin() as unit:
        unit.workers.register(name="t", host="h", pid=1, now=NOW)
    healthy = await client.get("/healthz")
    assert (healthy.status_code, healthy.json()["status"]) == (200, "ok")
    clock.advance(timedelta(minutes=5))
    stale = await client.get("/healthz")
    assert (stale.status_code, stale.json()["status"]) == (503, "stale")


async def test_health_tells_of_what_keeps_a_living_daemon_from_its_work(database, clock):
    trouble = ["no process can be had"]
    app = make_app(database, clock, hosts=[], trouble=lambda: trouble[-1])
    with database.begin() as unit:
        unit.workers.register(name="t", host="h", pid=1, now=NOW)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        failing = await client.get("/healthz")
        trouble.append(None)
        healthy = await client.get("/healthz")
    assert failing.status_code == 503
    assert failing.json() == {"status": "failing", "reason": "no process can be had"}
    assert healthy.status_code == 200


async def test_spans_are_in_the_largest_unit():
    assert ago(NOW - timedelta(seconds=59), NOW) == "59 s ago"
    assert ago(NOW - timedelta(days=3), NOW) == "3 d ago"
    assert ago(None, NOW) == "never"
    assert in_time(NOW + timedelta(minutes=90), NOW) == "in 1 h"
    assert in_time(NOW, NOW) == "now"


async def test_only_web_links_become_links():
    assert weblink("https://a.example/") == "https://a.example/"
    assert weblink("javascript:alert(1)") is None
    assert weblink("http://[broken") is None


async def test_marks_stand_around_what_matched_and_nothing_else():
    passage = Passage(field="body", text="<b>a rocket</b>", highlights=((5, 11),))
    assert str(marked(passage)) == "&lt;b&gt;a <mark>rocket</mark>&lt;/b&gt;"
