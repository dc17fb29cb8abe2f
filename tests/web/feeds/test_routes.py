"""Feeds are read by whoever knows their address, and by nobody else."""

import json
from collections.abc import AsyncIterator, Iterator

import feedparser
import httpx
import pytest

from scraper.web.app import make_app
from scraper.web.feeds.feed import PATH, new_token
from scraper.web.feeds.routes import feed_routes
from storage.database import Database
from storage.records import WatchSpec
from tests.fakes import FakeClock
from tests.storage.making import HOUR, NOW, ring

pytestmark = pytest.mark.anyio

OUTSIDE = "https://tocsin.example.org"
WORD = "kZ3vQ8mN1xB7cT5yR2wL9pJ4hG6fD0sA"


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    with Database.open(address) as opened:
        yield opened


@pytest.fixture
async def client(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    with database.begin() as unit:
        ring(unit)  # for "Baghdad"
        unit.watches.add(WatchSpec(name="other", query="x"), now=NOW)
        assert unit.watches.set_feed("Baghdad", WORD)
    app = make_app(
        database,
        FakeClock(NOW),
        hosts=["127.0.0.1"],
        outside="tocsin.example.org",
        callbacks=feed_routes(database, public_url=OUTSIDE),
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=OUTSIDE) as made:
        yield made


async def test_it_is_served_in_two_formats(client: httpx.AsyncClient):
    atom = await client.get(f"{PATH}{WORD}.atom")
    assert atom.headers["content-type"] == "application/atom+xml"
    parsed = feedparser.parse(atom.content)
    assert not parsed.bozo
    assert len(parsed.entries) == 1
    found = await client.get(f"{PATH}{WORD}.json")
    assert found.headers["content-type"] == "application/feed+json"
    document = json.loads(found.content)
    assert document["feed_url"] == f"{OUTSIDE}{PATH}{WORD}.json"
    assert [item["id"] for item in document["items"]] == [parsed.entries[0].id]
    for answer in (atom, found):
        assert answer.headers["cache-control"].startswith("private")
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_reader_that_has_it_gets_nothing_again(
    client: httpx.AsyncClient, database: Database
):
    first = await client.get(f"{PATH}{WORD}.atom")
    for headers in (
        {"if-none-match": first.headers["etag"]},
        {"if-none-match": f'"x", W/{first.headers["etag"]}'},
        {"if-none-match": "*"},
        {"if-modified-since": first.headers["last-modified"]},
    ):
        again = await client.get(f"{PATH}{WORD}.atom", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    for headers in (
        {"if-none-match": '"x"', "if-modified-since": first.headers["last-modified"]},
        {"if-modified-since": "Sun, 01 Mar 1970 06:00:00 GMT"},
        {"if-modified-since": "yesterday"},
    ):
        assert (await client.get(f"{PATH}{WORD}.atom", headers=headers)).status_code == 200
    with database.begin() as unit:
        ring(unit, "another", now=NOW + HOUR)
    changed = await client.get(
        f"{PATH}{WORD}.atom", headers={"if-none-match": first.headers["etag"]}
    )
    assert changed.status_code == 200
    assert len(feedparser.parse(changed.content).entries) == 2


async def test_head_is_answered_without_a_body(client: httpx.AsyncClient):
    answer = await client.head(f"{PATH}{WORD}.atom")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "file",
    [
        "guess.atom",
        f"{WORD}",
        f"{WORD}.html",
        f"{WORD[:-1]}.atom",
        f"{WORD.swapcase()}.atom",
        ".atom",
        "%00.atom",
        f"../{WORD}.atom",
    ],
)
async def test_other_addresses_tell_nothing(client: httpx.AsyncClient, file: str):
    answer = await client.get(PATH + file)
    assert answer.status_code in {400, 404}
    assert "Baghdad" not in answer.text


async def test_a_feed_that_was_turned_off_rotated_or_removed_is_not_there(
    client: httpx.AsyncClient, database: Database
):
    other = new_token()
    with database.begin() as unit:
        version = unit.watches.version()
        unit.watches.set_feed("Baghdad", other)
        assert unit.watches.version() == version
    assert (await client.get(f"{PATH}{WORD}.atom")).status_code == 404
    assert (await client.get(f"{PATH}{other}.atom")).status_code == 200
    with database.begin() as unit:
        unit.watches.pause("Baghdad")
    assert (await client.get(f"{PATH}{other}.atom")).status_code == 200
    with database.begin() as unit:
        unit.watches.remove("Baghdad")
        assert unit.watches.feed("Baghdad") is None
    assert (await client.get(f"{PATH}{other}.atom")).status_code == 404


async def test_by_the_public_name_there_is_nothing_else(client: httpx.AsyncClient):
    assert (await client.get("/")).status_code == 400
