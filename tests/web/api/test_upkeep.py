"""The log of changes, saved sets, and attempts to deliver."""

import httpx
import pytest

from scraper.web.app import make_app
from storage.database import Database
from storage.records import TermSetSpec
from tests.fakes import FakeClock
from tests.storage.making import NOW, ring

pytestmark = pytest.mark.anyio


@pytest.fixture
def database(tmp_path):
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as opened:
        yield opened


@pytest.fixture
async def api(database):
    transport = httpx.ASGITransport(make_app(database, FakeClock(NOW), hosts=[]))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1/api/v1/"
    ) as client:
        yield client


async def test_the_log_comes_in_pages(api):
    for name in ("a", "b", "c"):
        await api.post("watches", json={"name": name, "query": name})
    first = (await api.get("audit", params={"limit": 2})).json()
    second = (await api.get("audit", params={"limit": 2, "cursor": first["next"]})).json()
    assert [each["subject"] for each in first["items"] + second["items"]] == ["c", "b", "a"]
    only = (await api.get("audit", params={"subject": "b"})).json()["items"]
    assert [(each["action"], each["via"]) for each in only] == [("watch.add", "local")]


async def test_sets_are_listed(api, database):
    with database.begin() as unit:
        unit.sets.add(TermSetSpec(name="officials", terms=("Ann", "Bob")), now=NOW)
    (shown,) = (await api.get("sets")).json()
    assert (shown["name"], shown["terms"]) == ("officials", ["Ann", "Bob"])


async def test_attempts_are_listed(api, database):
    with database.begin() as unit:
        alert = ring(unit, "once")
        (delivery,) = unit.outbox.claim_due(NOW, worker="w", limit=1)
        unit.outbox.delivered(delivery.id, worker="w", now=NOW)
    (shown,) = (await api.get(f"alerts/{alert}/attempts")).json()
    assert (shown["delivery_id"], shown["outcome"]) == (delivery.id, "delivered")
    assert (await api.get("alerts/none/attempts")).status_code == 404
