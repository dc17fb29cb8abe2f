"""The page by which a reader unsubscribes: looking does nothing, and a token is all it needs."""

import httpx
import pytest

from scraper.alerts.email.unsubscribing import PATH, Leaving, Unsubscribing
from scraper.web.app import make_app
from scraper.web.unsubscribe import unsubscribe_routes
from storage.database import Database
from storage.records import WatchSpec
from tests.alerts.samples import NOW
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

ANN = "ann@example.org"
HOSTILE = '"><script>alert(1)</script>'
OUTSIDE = "https://tocsin.example.org"


@pytest.fixture
def database(sqlite_address: str):
    with Database.open(sqlite_address) as opened:
        with opened.begin() as unit:
            unit.watches.add(WatchSpec(name=HOSTILE, query="x"), now=NOW)
        yield opened


@pytest.fixture
def unsubscribing(database: Database):
    return Unsubscribing(database=database, clock=FakeClock(NOW), key=bytes(32), public_url=OUTSIDE)


@pytest.fixture
async def client(database: Database, unsubscribing: Unsubscribing):
    app = make_app(
        database,
        FakeClock(NOW),
        hosts=["127.0.0.1"],
        outside="tocsin.example.org",
        callbacks=unsubscribe_routes(unsubscribing, database),
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=OUTSIDE) as made:
        yield made


@pytest.fixture
def path(unsubscribing: Unsubscribing) -> str:
    link = unsubscribing.link(Leaving("desk", ANN, (1,)))
    assert link is not None
    return link.url.removeprefix(OUTSIDE)


def gone(database: Database) -> list[str]:
    with database.read() as unit:
        return [one.address for one in unit.unsubscriptions.list("desk")]


async def test_looking_says_what_would_be_done_and_does_nothing(client, database, path):
    for method in ("GET", "HEAD", "GET"):
        answer = await client.request(method, path)
        assert answer.status_code == 200
    assert ANN in answer.text
    assert '<form method="post">' in answer.text
    assert "<script>" not in answer.text
    assert gone(database) == []


async def test_one_click_unsubscribes_and_a_second_changes_nothing(client, database, path):
    form = {"List-Unsubscribe": "One-Click"}
    for answer in (await client.post(path, data=form), await client.post(path, files=form)):
        assert answer.status_code == 200
        assert "gets no more e-mails" in answer.text
        assert "set-cookie" not in answer.headers
    assert gone(database) == [ANN]


async def test_a_link_that_is_not_ours_does_nothing(client, database, path):
    for wrong in (path[:-3], path + "x", PATH + "abc", PATH + "a.b", PATH + "%00.%ff"):
        for method in ("GET", "POST"):
            answer = await client.request(method, wrong)
            assert answer.status_code == 404
            assert "does not work" in answer.text
    assert gone(database) == []


async def test_other_methods_are_refused(client, path):
    assert (await client.delete(path)).status_code == 405


async def test_the_page_may_send_its_form_to_us_alone_and_run_nothing(client, path):
    headers = (await client.get(path)).headers
    assert headers.get_list("content-security-policy") == [headers["content-security-policy"]]
    policy = headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"


async def test_under_the_name_outside_there_is_no_dashboard(client, path):
    assert (await client.get("/")).status_code == 400
    assert (await client.get(path)).status_code == 200
