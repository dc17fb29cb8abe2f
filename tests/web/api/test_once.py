"""A change that a program sends again under its key is made once."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from scraper.accounts import digest, hint, new_token
from scraper.web.app import make_app
from storage.database import Database
from storage.records import Scope
from storage.requests import KEPT, prune_requests
from tests.fakes import FakeClock
from tests.storage.making import NOW, ring

pytestmark = pytest.mark.anyio
WATCH = {"name": "Baghdad", "query": "Baghdad"}
KEY = {"idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


@pytest.fixture
def database(address):
    with Database.open(address) as opened:
        yield opened


@pytest.fixture
def clock():
    return FakeClock(NOW)


@pytest.fixture
async def api(database, clock):
    transport = httpx.ASGITransport(make_app(database, clock, hosts=[]))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1/api/v1/"
    ) as client:
        yield client


def noted(database):
    with database.read() as unit:
        return [entry.action for entry in reversed(unit.audit.list())]


async def test_the_answer_of_the_first_time_is_given_again(api, database):
    first = await api.post("watches", json=WATCH, headers=KEY)
    assert "idempotency-replayed" not in first.headers
    await api.patch("watches/Baghdad", json={"query": "Basra"})
    again = await api.post("watches", json=WATCH, headers=KEY)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotency-replayed"] == "true"
    assert noted(database) == ["watch.add", "watch.edit"]


async def test_what_has_no_answer_is_done_once_too(api, database):
    await api.post("watches", json=WATCH)
    for _ in range(2):
        assert (await api.post("watches/Baghdad/pause", headers=KEY)).status_code == 204
    assert noted(database) == ["watch.add", "watch.pause"]


async def test_a_key_is_of_one_request(api, database):
    await api.post("watches", json=WATCH, headers=KEY)
    other = await api.post("watches", json={**WATCH, "name": "Basra"}, headers=KEY)
    assert other.status_code == 422
    assert "another request came with this key" in other.json()["detail"]
    elsewhere = await api.post("watches/Baghdad/pause", headers=KEY)
    assert elsewhere.status_code == 422
    assert noted(database) == ["watch.add"]


async def test_a_key_is_of_one_program(api, database):
    await api.post("watches", json=WATCH, headers=KEY)
    secret = new_token()
    with database.begin() as unit:
        unit.accounts.add_token(
            "ci", digest(secret), hint=hint(secret), scopes=list(Scope), user_id=None, now=NOW
        )
    headers = KEY | {"authorization": f"Bearer {secret}"}
    own = await api.post("watches", json={**WATCH, "name": "Basra"}, headers=headers)
    assert own.status_code == 201


async def test_what_was_refused_is_tried_again(api):
    for _ in range(2):
        refused = await api.post("watches/Baghdad/pause", headers=KEY)
        assert refused.status_code == 404
        assert "idempotency-replayed" not in refused.headers
    await api.post("watches", json=WATCH)
    assert (await api.post("watches/Baghdad/pause", headers=KEY)).status_code == 204


async def test_a_second_request_while_the_first_is_under_way_is_refused(api, database):
    answers = await asyncio.gather(
        *(api.post("watches", json=WATCH, headers=KEY) for _ in range(3))
    )
    # Who comes when the first is done already is told what it was told.
    assert sorted({answer.status_code for answer in answers}) in ([201], [201, 409])
    assert noted(database) == ["watch.add"]
    assert (await api.post("watches", json=WATCH, headers=KEY)).status_code == 201


async def test_a_request_under_way_is_told_apart(api):
    app = api._transport.app
    mounted = next(r.app for r in app.router.routes if getattr(r, "path", "") == "/api/v1")
    mounted.state.under_way.add(("local:local", KEY["idempotency-key"].strip('"')))
    refused = await api.post("watches", json=WATCH, headers=KEY)
    assert refused.status_code == 409
    assert "under way" in refused.json()["detail"]
    assert (await api.get("watches")).json() == []


async def test_the_effect_and_the_key_are_written_together(api, monkeypatch):
    def crash(*_: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr("storage.requests.Requests.answer", crash)
        with pytest.raises(RuntimeError):
            await api.post("watches", json=WATCH, headers=KEY)
    assert (await api.get("watches")).json() == []
    assert (await api.post("watches", json=WATCH, headers=KEY)).status_code == 201


async def test_keys_are_kept_for_a_day(api, database, clock):
    with database.begin() as unit:
        alert = ring(unit, "once")
    path = f"alerts/{alert}/cancel"
    assert (await api.post(path, headers=KEY)).json() == {"deliveries": 1}
    clock.advance(KEPT - timedelta(seconds=1))
    assert (await api.post(path, headers=KEY)).json() == {"deliveries": 1}
    clock.advance(timedelta(seconds=1))
    assert (await api.post(path, headers=KEY)).json() == {"deliveries": 0}
    with database.begin() as unit:
        assert prune_requests(unit.connection, clock.now()) == 0
        assert prune_requests(unit.connection, clock.now() + KEPT) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "two words"])
async def test_what_is_no_key_is_refused(api, key):
    refused = await api.post("watches", json=WATCH, headers={"idempotency-key": key})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_every_change_by_post_takes_a_key(api):
    described = (await api.get("openapi.json")).json()["paths"]
    posts = {path: told["post"] for path, told in described.items() if "post" in told}
    without = {
        path
        for path, told in posts.items()
        if "Idempotency-Key" not in {each["name"] for each in told.get("parameters", ())}
    }
    assert without == {"/watches/check"}  # which changes nothing
