"""The API: what it gives, what it changes, and how it says no."""

import httpx
import pytest

from scraper.accounts import digest, hint, new_token
from scraper.web.app import make_app
from storage.database import Database
from storage.records import Role, Scope, SourceSpec
from tests.fakes import FakeClock
from tests.storage.making import NOW, add_article, add_watch, ring

pytestmark = pytest.mark.anyio
HOSTILE = '"><script>alert(1)</script>'
HOOK = {"name": "soc", "type": "webhook", "url": "https://soc.example/hooks/secret-path"}


@pytest.fixture
def database(tmp_path):
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as opened:
        yield opened


@pytest.fixture
async def api(database):
    app = make_app(database, FakeClock(NOW), hosts=[])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1/api/v1/"
    ) as client:
        yield client


def problem(answer, status):
    """What the problem says, which is of this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    return told


async def test_a_watch_from_first_to_last(api, database):
    added = await api.post("watches", json={"name": "Baghdad", "query": "Baghdad"})
    assert added.status_code == 201
    edited = await api.patch("watches/Baghdad", json={"max_age": "3d", "policy": "every"})
    assert (edited.json()["max_age"], edited.json()["policy"]) == ("3d", "every")
    cleared = await api.patch("watches/Baghdad", json={"max_age": None})
    assert cleared.json()["max_age"] is None
    for action, body in (
        ("pause", None),
        ("resume", None),
        ("snooze", {"duration": "2h"}),
        ("wake", None),
    ):
        assert (await api.post(f"watches/Baghdad/{action}", json=body)).status_code == 204
    assert [watch["name"] for watch in (await api.get("watches")).json()] == ["Baghdad"]
    assert (await api.delete("watches/Baghdad")).status_code == 204
    problem(await api.get("watches/Baghdad"), 404)
    with database.read() as unit:
        noted = [(entry.action, entry.actor.via) for entry in reversed(unit.audit.list())]
    assert noted == [
        (f"watch.{action}", "local")
        for action in ("add", "edit", "edit", "pause", "resume", "snooze", "wake", "remove")
    ]


async def test_what_is_wrong_is_said_with_its_field(api):
    told = problem(await api.post("watches", json={"name": "x", "query": "(Baghdad"}), 422)
    assert (told["position"], told["errors"][0]["field"]) == (0, "query")
    told = problem(await api.post("watches", json={"name": "x", "query": "x", "color": 1}), 422)
    assert told["errors"][0]["field"] == "color"
    told = problem(await api.post("watches", json={"name": "x"}), 422)
    assert told["errors"] == [{"in": "body", "field": "query", "message": "Field required"}]
    problem(
        await api.post("watches", content=b"{", headers={"content-type": "application/json"}), 422
    )
    problem(await api.get("articles", params={"cursor": "nonsense"}), 422)
    problem(await api.get("articles", params={"limit": 1000}), 422)
    problem(await api.get("nothing"), 404)
    problem(await api.put("watches"), 405)
    await api.post("watches", json={"name": "x", "query": "x"})
    problem(await api.post("watches", json={"name": "x", "query": "x"}), 409)


async def test_a_query_is_checked_without_being_kept(api):
    good = (await api.post("watches/check", json={"query": "Baghdad rocket"})).json()
    assert good["ok"]
    bad = (await api.post("watches/check", json={"query": "Baghdad AND"})).json()
    assert not bad["ok"]
    assert bad["position"] is not None
    assert (await api.get("watches")).json() == []


async def test_nobody_overwrites_what_somebody_else_changed(api):
    await api.post("watches", json={"name": "x", "query": "x"})
    seen = (await api.get("watches/x")).headers["etag"]
    assert (await api.get("watches/x", headers={"if-none-match": seen})).status_code == 304
    first = await api.patch("watches/x", json={"query": "y"}, headers={"if-match": seen})
    assert first.status_code == 200
    problem(await api.patch("watches/x", json={"query": "z"}, headers={"if-match": seen}), 412)
    problem(await api.delete("watches/x", headers={"if-match": seen}), 412)
    now = first.headers["etag"]
    assert (await api.delete("watches/x", headers={"if-match": now})).status_code == 204


async def test_no_secret_is_ever_shown(api, database):
    secret = "whsec_c2VjcmV0IG9mIHR3ZW50eS1mb3VyIGI="
    added = await api.post("channels", json={**HOOK, "secret": secret})
    shown = [added.text]
    shown += [(await api.get(path)).text for path in ("channels", "channels/soc")]
    shown.append((await api.patch("channels/soc", json={"timeout": "5s"})).text)
    login = {
        "name": "Wire",
        "url": "https://wire.example/rss",
        "username": "ann",
        "password": "pw-1",
    }
    shown.append((await api.post("sources", json=login)).text)
    shown.append((await api.get("sources")).text)
    for text in shown:
        assert secret not in text
        assert "secret-path" not in text
        assert "pw-1" not in text
    with database.read() as unit:
        assert unit.channels.get("soc").spec.options["secret"] == secret


async def test_a_source_is_added_edited_and_visited(api, database):
    added = await api.post("sources", json={"name": "Wire", "url": "https://wire.example/rss"})
    assert added.status_code == 201
    again = {"name": "Other", "url": "https://wire.example/rss"}
    problem(await api.post("sources", json=again), 422)
    edited = await api.patch("sources/Wire", json={"every": "10m", "render": "browser"})
    assert edited.json()["every"] == "10m"
    assert edited.json()["options"]["render"] == "browser"
    assert (await api.post("sources/Wire/visit")).status_code == 202
    with database.begin() as unit:
        unit.sources.sync([SourceSpec(name="Fixed", url="https://fixed.example/")], now=NOW)
    told = problem(await api.delete("sources/Fixed"), 409)
    assert "settings file" in told["detail"]


async def test_lists_come_in_pages(api, database):
    with database.begin() as unit:
        rang = [ring(unit, f"once {number}") for number in range(5)]
    seen, cursor = [], None
    for _ in range(3):
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("alerts", params=params)).json()
        seen += [alert["id"] for alert in page["items"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(rang)
    assert cursor is None


async def test_stories_come_in_pages(api, database):
    with database.begin() as unit:
        made = [add_article(unit, f"a{number}").story_id for number in range(3)]
    first = (await api.get("stories", params={"limit": 2})).json()
    second = (await api.get("stories", params={"limit": 2, "cursor": first["next"]})).json()
    assert {story["id"] for story in first["items"] + second["items"]} == set(made)
    assert second["next"] is None
    for broken in ("bm9uc2Vuc2U", "WzEsIDBd", "WzFlOTksIDFd"):
        problem(await api.get("stories", params={"cursor": broken}), 422)


async def test_an_alert_is_acknowledged_retried_and_cancelled(api, database):
    with database.begin() as unit:
        alert = ring(unit, "once")
    shown = (await api.get(f"alerts/{alert}")).json()
    assert shown["watch"] == "Baghdad"
    assert shown["deliveries"][0]["state"] == "pending"
    assert (await api.post(f"alerts/{alert}/cancel")).json() == {"deliveries": 1}
    assert (await api.post(f"alerts/{alert}/retry", json={})).json() == {"deliveries": 0}
    assert (await api.post(f"alerts/{alert}/acknowledge")).status_code == 204
    problem(await api.post(f"alerts/{alert}/snooze", json={"duration": "1h"}), 422)
    problem(await api.post("alerts/none/acknowledge"), 404)
    only = (await api.get("alerts", params={"state": "failed"})).json()
    assert only["items"] == []


async def test_articles_and_stories_are_read(api, database):
    with database.begin() as unit:
        article = add_article(unit, body="A rocket struck the compound.")
        unit.search.index_pending()
    shown = (await api.get(f"articles/{article.id}")).json()
    assert (shown["id"], shown["body"]) == (article.id, article.article.body)
    assert (await api.get(f"articles/{article.id}/revisions")).json() == []
    found = (await api.get("articles", params={"search": "rocket"})).json()["items"]
    assert [each["id"] for each in found] == [article.id]
    story = (await api.get(f"stories/{article.story_id}")).json()
    assert story["article_count"] == 1
    assert (await api.post(f"stories/{story['id']}/mute", json={})).status_code == 204
    assert (await api.delete(f"stories/{story['id']}/mute")).status_code == 204
    problem(await api.post(f"stories/{story['id']}/join", json={"other": story["id"]}), 422)
    problem(await api.post("stories/part", json={"articles": []}), 422)


async def test_a_token_does_what_its_scopes_say(api, database):
    with database.begin() as unit:
        unit.accounts.add("ann", Role.ADMIN, password=None, now=NOW)
        add_watch(unit)
        secret = new_token()
        unit.accounts.add_token(
            "ci", digest(secret), hint=hint(secret), scopes=[Scope.READ], user_id=None, now=NOW
        )
    told = problem(await api.get("watches"), 401)
    assert "Authorization: Bearer" in told["detail"]
    headers = {"authorization": f"Bearer {secret}"}
    assert (await api.get("watches", headers=headers)).status_code == 200
    problem(await api.post("watches/Baghdad/pause", headers=headers), 403)


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"cookie": "a=b"}],
)
async def test_a_page_elsewhere_changes_nothing(api, headers):
    problem(await api.post("watches", json={"name": "x", "query": "x"}, headers=headers), 403)
    assert (await api.get("watches")).json() == []
