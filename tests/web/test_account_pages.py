"""One's own account, and those of others, on pages."""

import re

import pytest

from scraper.accounts import digest, is_right
from storage.database import Database
from storage.records import Actor, Role, Scope
from tests.storage.making import NOW
from tests.web.doors import HOSTILE, PASSWORD, Desk, is_harmless, send

pytestmark = pytest.mark.anyio
NEW = "another horse, another battery"


@pytest.fixture
def desk(sqlite_address):
    with Database.open(sqlite_address) as database:
        yield Desk(database)


def change(**given):
    return {"old": PASSWORD, "new": NEW, "again": NEW, **given}


async def test_one_changes_ones_own_password_and_must_log_in_again(desk):
    async with desk.browser(Role.VIEWER) as browser:
        answer = await send(browser, "/account", "/account/password", **change())
        assert answer.status_code == 303
        assert (await browser.get("/account")).status_code == 303
    with desk.database.read() as unit:
        assert is_right(NEW, unit.accounts.password("viewer"))
        (noted,) = unit.audit.list()
    assert (noted.action, noted.detail) == ("user.edit", {"password": "changed"})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"old": "wrong"}, "that is not your password"),
        ({"new": "short", "again": "short"}, "fewer than 10 characters"),
        ({"again": "something else"}, "that is another one"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_no_password_comes_back(desk, given, told):
    async with desk.browser(Role.VIEWER) as browser:
        answer = await send(browser, "/account", "/account/password", **change(**given))
        assert answer.status_code == 422
        assert told in answer.text
        assert answer.text.count('aria-invalid="true"') == 1
        assert NEW not in answer.text
    with desk.database.read() as unit:
        assert is_right(PASSWORD, unit.accounts.password("viewer"))


async def test_who_holds_a_session_cannot_guess_the_password(desk):
    async with desk.browser(Role.VIEWER) as browser:
        for _ in range(10):
            await send(browser, "/account", "/account/password", **change(old="wrong"))
        answer = await send(browser, "/account", "/account/password", **change())
        assert answer.status_code == 429


async def test_one_logs_out_everywhere(desk):
    async with desk.browser(Role.VIEWER) as browser:
        page = await browser.get("/account")
        assert "this one" in page.text
        assert is_harmless(page.text)
        assert (await send(browser, "/account", "/account/logout-everywhere")).status_code == 303
        assert (await browser.get("/account")).status_code == 303


async def test_where_nobody_has_an_account_the_page_says_so(desk):
    async with desk.browser() as browser:
        assert "Nobody has an account" in (await browser.get("/account")).text
        answer = await send(browser, "/accounts", "/account/password", **change())
        assert answer.status_code == 403


async def test_the_first_person_is_an_admin(desk):
    async with desk.browser() as browser:
        given = {"name": "ann", "password": PASSWORD}
        answer = await send(browser, "/accounts", "/accounts/people", **given, role="viewer")
        assert answer.status_code == 422
        assert "the first person must be an admin" in answer.text
        assert 'value="ann"' in answer.text
        assert PASSWORD not in answer.text
        answer = await send(browser, "/accounts", "/accounts/people", **given, role="admin")
        assert answer.status_code == 303
        assert (await browser.get("/accounts")).status_code == 303, "from now on one logs in"


async def test_an_admin_adds_changes_and_removes_people(desk):
    desk.hire(Role.VIEWER, "bob")
    async with desk.browser(Role.ADMIN) as browser:

        async def do(path, **fields):
            return await send(browser, "/accounts", f"/accounts/people{path}", **fields)

        assert (await do("", name="eve", role="editor", password=PASSWORD)).status_code == 303
        assert "already" in (await do("", name="EVE", role="editor")).text
        await do("/edit", name="bob", role="editor", disabled="true", password=NEW)
        with desk.database.read() as unit:
            bob = unit.accounts.user("bob")
        assert (bob.role, bob.disabled) == (Role.EDITOR, True)
        assert "fewer than 10" in (await do("/edit", name="bob", password="x")).text
        answer = await do("/edit", name="admin", role="viewer")
        assert "Nobody would be left" in answer.text
        assert (await do("/remove", name="bob")).status_code == 303
        assert (await do("/logout", name="eve")).status_code == 303
        assert (await do("/remove", name="nobody")).status_code == 404
    with desk.database.read() as unit:
        assert [user.name for user in unit.accounts.users()] == ["admin", "eve"]
        noted = [(entry.action, entry.subject) for entry in unit.audit.list()]
    assert noted == [
        ("session.end", "eve"),
        ("user.remove", "bob"),
        ("user.edit", "bob"),
        ("user.add", "eve"),
    ]


async def test_a_token_is_shown_once(desk):
    async with desk.browser(Role.ADMIN) as browser:
        answer = await send(
            browser,
            "/accounts",
            "/accounts/tokens",
            name="ci",
            scope=["read", "alerts"],
            owner="admin",
            expires="90d",
        )
        (secret,) = re.findall(r"tocsin_[\w-]{20,}", answer.text)
        assert secret not in (await browser.get("/accounts")).text
        with desk.database.read() as unit:
            token = unit.accounts.token(digest(secret), now=NOW)
            assert token.scopes == {Scope.READ, Scope.ALERTS}
            assert token.user.name == "admin"
            assert (token.expires_at - NOW).days == 90
            (noted,) = unit.audit.list()
        assert secret not in str(noted)
        await send(browser, "/accounts", "/accounts/tokens/revoke", name="ci")
    with desk.database.read() as unit:
        assert unit.accounts.tokens() == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"scope": []}, "say what it may do"),
        ({"expires": "soon"}, "how long it lasts"),
        ({"name": ""}, "the name"),
    ],
)
async def test_a_token_that_makes_no_sense_is_refused(desk, given, told):
    asked = {"name": "ci", "scope": ["read"], "expires": "1d", **given}
    async with desk.browser(Role.ADMIN) as browser:
        answer = await send(browser, "/accounts", "/accounts/tokens", **asked)
    assert answer.status_code == 422
    assert told in answer.text


async def test_the_log_is_for_admins_and_goes_on_over_pages(desk):
    with desk.database.begin() as unit:
        for number in range(51):
            actor = Actor(name=HOSTILE, via="token")
            unit.audit.note(actor, "watch.edit", f"w{number:02}", detail={HOSTILE: 1}, now=NOW)
    async with desk.browser(Role.ADMIN) as browser:
        page = (await browser.get("/log")).text
        assert is_harmless(page)
        assert "w01" in page
        assert ">w00<" not in page
        assert ">w00<" in (await browser.get("/log?before=2")).text
        assert ">w07<" in (await browser.get("/log?subject=w07")).text
        assert ">w08<" not in (await browser.get("/log?subject=w07")).text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
async def test_others_see_and_change_no_accounts(desk, role):
    async with desk.browser(role) as browser:
        for path in ("/accounts", "/log"):
            assert (await browser.get(path)).status_code == 403
        assert "/accounts" not in (await browser.get("/account")).text.replace("/account/", "")
        for path in ("people", "people/edit", "people/remove", "people/logout", "tokens"):
            given = {"name": "admin", "role": "viewer", "scope": "read"}
            answer = await send(browser, "/account", f"/accounts/{path}", **given)
            assert answer.status_code == 403


async def test_hostile_names_stay_text(desk):
    desk.hire(Role.ADMIN)
    with desk.database.begin() as unit:
        unit.accounts.add(HOSTILE, Role.VIEWER, password=None, now=NOW)
        unit.accounts.add_token(
            HOSTILE, "d", hint="tocsin_x", scopes=[Scope.READ], user_id=None, now=NOW
        )
    async with desk.browser(Role.ADMIN) as browser:
        assert is_harmless((await browser.get("/accounts")).text)
