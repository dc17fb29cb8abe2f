"""Exports: what a list has, as a file, page by page."""

import csv
import io
import json
import sys

import httpx
import pyarrow.parquet as pq
import pytest

from scraper.web.app import make_app
from storage.database import Database
from tests.fakes import FakeClock
from tests.storage.making import NOW, add_article, ring

pytestmark = pytest.mark.anyio


@pytest.fixture
def database(address):
    with Database.open(address) as opened:
        yield opened


@pytest.fixture
async def api(database):
    transport = httpx.ASGITransport(make_app(database, FakeClock(NOW), hosts=[]))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1/api/v1/"
    ) as client:
        yield client


@pytest.fixture
def articles(database, monkeypatch):
    for module in ("scraper.exports.tables", "scraper.web.api.exports"):
        monkeypatch.setattr(f"{module}.PAGE", 3)
    with database.begin() as unit:
        made = [add_article(unit, f"a{n}", title=f"=cmd|{n}").id for n in range(7)]
        unit.search.index_pending()
    return made[::-1]


async def test_all_articles_come_whatever_the_pages(api, articles):
    answer = await api.get("articles/export")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["content-disposition"] == "attachment; filename=articles.jsonl"
    read = [json.loads(line) for line in answer.text.splitlines()]
    assert [each["id"] for each in read] == articles
    one = (await api.get(f"articles/{articles[0]}")).json()
    assert read[0].keys() == one.keys()
    assert {key: read[0][key] for key in ("id", "title", "body", "url", "authors")} == {
        key: one[key] for key in ("id", "title", "body", "url", "authors")
    }


async def test_csv_runs_nothing_in_a_spreadsheet(api, articles):
    answer = await api.get("articles/export", params={"format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [int(row["id"]) for row in rows] == articles
    assert {row["title"][:2] for row in rows} == {"'="}


async def test_parquet_is_a_table(api, articles):
    answer = await api.get("articles/export", params={"format": "parquet"})
    table = pq.read_table(io.BytesIO(answer.content))
    assert table.column("id").to_pylist() == articles


async def test_filters_are_those_of_the_list(api, articles):
    assert (await api.get("articles/export", params={"language": "xx"})).text == ""
    assert (await api.get("articles/export", params={"source": "none"})).text == ""
    one = (await api.get(f"articles/{articles[0]}")).json()
    told = (await api.get("articles/export", params={"story": one["story_id"]})).text
    assert [json.loads(line)["id"] for line in told.splitlines()] == [articles[0]]
    told = (await api.get("articles/export", params={"search": "cmd"})).text
    assert [json.loads(line)["id"] for line in told.splitlines()] == articles


async def test_alerts_come_with_their_articles(api, database):
    with database.begin() as unit:
        rang = [ring(unit, f"once {number}") for number in range(3)]
    told = (await api.get("alerts/export", params={"watch": "Baghdad"})).text
    read = [json.loads(line) for line in told.splitlines()]
    assert {each["id"] for each in read} == set(rang)
    assert read[0]["passages"]
    assert (await api.get("alerts/export", params={"watch": "Basra"})).text == ""


async def test_without_pyarrow_it_is_said_what_to_install(api, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = await api.get("articles/export", params={"format": "parquet"})
    assert answer.status_code == 501
    assert "tocsin[parquet]" in answer.json()["detail"]
    assert (await api.get("articles/export", params={"format": "xls"})).status_code == 422
