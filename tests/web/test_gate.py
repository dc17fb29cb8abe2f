"""Who is let in: by session, token, proxy, or because nobody else can ask."""

import re
from datetime import timedelta
from ipaddress import ip_network

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Mount, Route

from scraper.accounts import digest, hash_password, hint, new_token
from scraper.web.access import GuardedRoute, access_of, needs
from scraper.web.app import DASHBOARD_TITLE, make_app
from scraper.web.gate import BROWSER_COOKIE, CSRF_HEADER, SESSION_COOKIE, GateKeeping
from storage.database import Database
from storage.records import Role, Scope
from tests.fakes import FakeClock
from tests.storage.making import NOW

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"
HASH = hash_password(PASSWORD)
HOME = "http://127.0.0.1"


class Door:
    """An application, and browsers and programs that ask it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FakeClock(NOW)
        self.keeping = GateKeeping()

    def hire(self, name="ann", role=Role.ADMIN, password=HASH):
        with self.database.begin() as unit:
            return unit.accounts.add(name, role, password=password, now=NOW)

    def token(self, *scopes, name="ci"):
        secret = new_token()
        with self.database.begin() as unit:
            unit.accounts.add_token(
                name, digest(secret), hint=hint(secret), scopes=scopes, user_id=None, now=NOW
            )
        return {"authorization": f"Bearer {secret}"}

    def browser(self, *, base=HOME, peer="127.0.0.1", **headers):
        app = make_app(self.database, self.clock, hosts=["news.example"], keeping=self.keeping)
        app.state.web.live.close()  # or what is streamed would never end
        transport = httpx.ASGITransport(app, client=(peer, 1234))
        return httpx.AsyncClient(transport=transport, base_url=base, headers=headers)


@pytest.fixture
def door(tmp_path):
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as database:
        yield Door(database)


def csrf(page):
    return re.search(r'name="csrf" value="(\w+)"', page.text)[1]


async def log_in(browser, name="ann", password=PASSWORD, **fields):
    page = await browser.get("/login")
    data = {"csrf": csrf(page), "name": name, "password": password, **fields}
    return await browser.post("/login", data=data)


async def test_on_this_machine_nobody_need_log_in_until_somebody_has_an_account(door):
    async with door.browser() as browser:
        assert (await browser.get("/")).status_code == 200
        assert (await browser.get("/login")).status_code == 303
        door.hire()
        answer = await browser.get("/")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/")


@pytest.mark.parametrize(
    "asked",
    [
        {"peer": "192.0.2.9"},
        {"base": "http://news.example"},
        {"x-forwarded-for": "192.0.2.9"},
        {"forwarded": "for=192.0.2.9"},
        {"peer": "a socket"},
    ],
)
async def test_who_comes_from_elsewhere_must_log_in(door, asked):
    async with door.browser(**asked) as browser:
        assert (await browser.get("/")).status_code == 303
        page = await browser.get("/login")
        assert "tocsin user add" in page.text
        assert DASHBOARD_TITLE not in page.content  # which the doctor would take for an open door


async def test_a_person_logs_in_and_out(door):
    door.hire()
    async with door.browser() as browser:
        answer = await log_in(browser, name="ANN", next="/sources?page=2")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sources?page=2")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        page = await browser.get("/")
        assert (page.status_code, "ann" in page.text) == (200, True)
        secret = browser.cookies[SESSION_COOKIE]
        left = await browser.post("/logout", data={"csrf": csrf(page)})
        assert left.status_code == 303
        browser.cookies.set(SESSION_COOKIE, secret)
        assert (await browser.get("/")).status_code == 303
    with door.database.read() as unit:
        noted = [(entry.action, entry.actor.name) for entry in unit.audit.list()]
    assert noted == [("session.end", "ann"), ("session.begin", "ann")]


async def test_cookies_are_for_https_where_that_is_spoken(door):
    door.hire()
    async with door.browser(base="https://127.0.0.1") as browser:
        assert "Secure" in (await log_in(browser)).headers["set-cookie"]


@pytest.mark.parametrize(
    "next_page",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "//["],
)
async def test_nobody_is_led_elsewhere_after_logging_in(door, next_page):
    door.hire()
    async with door.browser() as browser:
        assert (await log_in(browser, next=next_page)).headers["location"] == "/"


@pytest.mark.parametrize(
    ("name", "password"), [("ann", "wrong"), ("bob", PASSWORD), ("ann", "x" * 400)]
)
async def test_a_wrong_name_and_a_wrong_password_look_the_same(door, name, password):
    door.hire()
    async with door.browser() as browser:
        answer = await log_in(browser, name=name, password=password)
        assert answer.status_code == 401
        assert "not the name and password" in answer.text
        assert SESSION_COOKIE not in browser.cookies


async def test_who_guesses_waits_even_with_the_right_password(door):
    door.hire()
    async with door.browser() as browser:
        for _ in range(10):
            assert (await log_in(browser, password="wrong")).status_code == 401
        answer = await log_in(browser)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) == 15 * 60 + 1
        door.clock.advance(timedelta(minutes=15))
        assert (await log_in(browser)).status_code == 303


async def test_a_session_ends_without_use_and_at_the_latest_after_a_month(door):
    door.hire()
    async with door.browser() as browser:
        await log_in(browser)
        for _ in range(4):
            door.clock.advance(timedelta(days=6))
            assert (await browser.get("/")).status_code == 200
        door.clock.advance(timedelta(days=6, seconds=1))
        assert (await browser.get("/")).status_code == 303
        await log_in(browser)
        door.clock.advance(timedelta(days=7, seconds=1))
        assert (await browser.get("/")).status_code == 303


async def test_who_may_no_more_is_out_at_once(door):
    door.hire("root")
    door.hire("ann", Role.VIEWER)
    async with door.browser() as browser:
        await log_in(browser)
        with door.database.begin() as unit:
            unit.accounts.edit("ann", disabled=True)
        assert (await browser.get("/")).status_code == 303
        assert (await log_in(browser)).status_code == 401


async def test_a_program_shows_a_token(door):
    door.hire()
    async with door.browser() as browser:
        assert (await browser.get("/", headers=door.token(Scope.READ))).status_code == 200
        assert (await browser.get("/", headers=door.token(name="none"))).status_code == 403
        for wrong in ("Bearer tocsin_wrong", "Bearer", "Basic YTpi"):
            answer = await browser.get("/", headers={"authorization": wrong})
            assert answer.status_code == 303
    with door.database.read() as unit:
        used = {token.name: token.used_at for token in unit.accounts.tokens()}
    assert used == {"ci": NOW, "none": NOW}


async def test_a_trusted_proxy_says_who_asks(door):
    door.keeping = GateKeeping(
        proxy_header="Remote-User", proxies=[ip_network("10.0.0.0/8")], proxy_role=Role.EDITOR
    )
    async with door.browser(peer="10.1.2.3") as browser:
        page = await browser.get("/", headers={"remote-user": "Ann"})
        assert (page.status_code, "Ann" in page.text) == (200, True)
        assert (await browser.get("/")).status_code == 303
        twice = [("remote-user", "root"), ("remote-user", "Ann")]
        assert (await browser.get("/", headers=twice)).status_code == 303
        with door.database.begin() as unit:
            assert unit.accounts.user("ann").role is Role.EDITOR
            unit.accounts.edit("ann", disabled=True)
        assert (await browser.get("/", headers={"remote-user": "Ann"})).status_code == 303
    async with door.browser(peer="192.0.2.9") as stranger:
        assert (await stranger.get("/", headers={"remote-user": "Ann"})).status_code == 303


async def test_a_change_comes_from_our_own_pages_or_not_at_all(door):
    door.hire()
    async with door.browser() as browser:
        await log_in(browser)
        token = csrf(await browser.get("/"))
        forged = [
            {},
            {"data": {"csrf": "wrong"}},
            {"headers": {CSRF_HEADER: "wrong"}},
            {"data": {"csrf": token}, "headers": {"origin": "https://evil.example"}},
            {"data": {"csrf": token}, "headers": {"origin": "null"}},
            {"data": {"csrf": token}, "headers": {"sec-fetch-site": "cross-site"}},
            {"data": {"csrf": token}, "headers": {"sec-fetch-site": "same-site"}},
            {"json": {"csrf": token}},
        ]
        for each in forged:
            assert (await browser.post("/logout", **each)).status_code == 403
        headers = {CSRF_HEADER: token, "origin": HOME, "sec-fetch-site": "same-origin"}
        assert (await browser.post("/logout", headers=headers)).status_code == 303


async def test_the_token_of_one_browser_is_nothing_in_another(door):
    door.hire()
    async with door.browser() as ann, door.browser() as eve:
        await log_in(ann)
        token = csrf(await eve.get("/login"))
        assert (await ann.post("/logout", data={"csrf": token})).status_code == 403
        assert BROWSER_COOKIE in eve.cookies


def test_a_route_without_a_rule_cannot_be_made():
    async def endpoint():
        """Says nothing."""

    with pytest.raises(TypeError, match="does not say who may call it"):
        GuardedRoute("/x", endpoint)
    assert GuardedRoute("/x", needs(Scope.WRITE)(endpoint)).access is Scope.WRITE
    assert access_of(endpoint) is Scope.WRITE


def routes(app, under=""):
    """Every route of the application with its path, those of what is included or mounted too."""
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, FastAPI):
            yield from routes(route.app, route.path)
        elif isinstance(route, Route | Mount):
            yield f"{under}{route.path}", route
        else:
            yield from routes(route.original_router, under)


async def test_every_route_asks_each_role_for_what_it_needs(door):
    """A walk over all routes with all roles: who lacks the scope comes no further than the gate."""
    door.hire("root")
    tokens = {role: door.token(*role.scopes, name=role) for role in Role}
    async with door.browser() as browser:
        app = browser._transport.app
        guarded = [each for each in routes(app) if isinstance(each[1], GuardedRoute)]
        open_to_all = {path for path, route in routes(app) if not isinstance(route, GuardedRoute)}
        # A description of the API names no more than the documentation does.
        assert open_to_all == {"/healthz", "/static", "/api/v1/openapi.json"}
        assert len(guarded) >= 40
        for place, route in guarded:
            for method in route.methods:
                path = re.sub(r"{[^}]*}", "1", place)
                if route.access is None:
                    continue
                nobody = await browser.request(method, path)
                assert nobody.status_code in {303, 401}, path
                for role, headers in tokens.items():
                    answer = await browser.request(method, path, headers=headers)
                    if place.startswith("/account/"):  # one's own, which a program has none of
                        assert answer.status_code == 403
                        continue
                    assert (answer.status_code == 403) is (route.access not in role.scopes), path
