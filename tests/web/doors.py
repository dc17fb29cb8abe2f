"""An application on a database, and browsers of people who may do this or that."""

import re

import httpx

from scraper.accounts import digest, hash_password
from scraper.web.app import make_app
from scraper.web.gate import SESSION_COOKIE
from storage.database import Database
from storage.records import Role
from tests.fakes import FakeClock
from tests.storage.making import DAY, NOW

PASSWORD = "correct horse battery"
HASH = hash_password(PASSWORD)
HOSTILE = '"><script>alert(1)</script>'


class Desk:
    """Opens browsers; `role` None: nobody has an account, and it is this very machine."""

    def __init__(self, database: Database, **given) -> None:
        self.database = database
        self.clock = FakeClock(NOW)
        self.app = make_app(database, self.clock, hosts=[], **given)

    def hire(self, role, name=None):
        name = name or role.value
        with self.database.begin() as unit:
            if unit.accounts.user(name) is None:
                unit.accounts.add(name, role, password=HASH, now=NOW)
        return name

    def browser(self, role=None, *, name=None):
        cookies = {}
        if role is not None:
            if role is not Role.ADMIN:
                self.hire(Role.ADMIN)
            name = self.hire(role, name)
            secret = f"secret-of-{name}"
            with self.database.begin() as unit:
                user = unit.accounts.user(name)
                unit.accounts.begin(
                    user.id, digest(secret), now=NOW, expires_at=NOW + DAY, agent=HOSTILE
                )
            cookies = {SESSION_COOKIE: secret}
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies=cookies)


def csrf(page):
    return re.search(r'name="csrf" value="(\w+)"', page.text)[1]


async def send(browser, page, path, **fields):
    """Send the form on a page, with its token."""
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text[:300]
    return await browser.post(path, data={"csrf": csrf(shown), **fields})


def is_harmless(text):
    """Whether nothing that was stored acts in the browser."""
    return "<script>alert" not in text and 'href="javascript:' not in text
