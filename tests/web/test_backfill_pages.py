"""Backfills are begun, stopped and taken up on the page of a source."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from scraper.web.tools import Tools
from storage.database import Database
from storage.records import Role
from tests.storage.making import DAY, NOW, add_source
from tests.web.doors import Desk, send

pytestmark = pytest.mark.anyio


class Reads:
    """Stands in for what reads lists: counts what it is asked, and has some to read."""

    def __init__(self) -> None:
        self.claimed: list[str] = []
        self.lists = 3
        self.due: datetime | None = None
        self.broken = False
        self.hold = asyncio.Event()

    async def claim(self, source):
        self.claimed.append(source.name)
        if self.broken:
            raise RuntimeError("the parser is broken")
        return True

    async def step(self, source):  # noqa: ARG002 - as the one it stands in for
        self.lists -= 1
        if self.lists < 0:
            await self.hold.wait()
        return self.lists >= 0

    async def next_at(self, source):  # noqa: ARG002 - as above
        return self.due


@pytest.fixture
def reads():
    return Reads()


@pytest.fixture
def desk(sqlite_address, reads):
    with Database.open(sqlite_address) as database:
        with database.begin() as unit:
            for name in ("wire", "b", "c", "d"):
                add_source(unit, name)
        tools = Tools(fetcher=None, run=None, sending=None, backfiller=reads, pause=5 * DAY / 86400)
        made = Desk(database, tools=tools)
        yield made
        made.app.state.web.backfills.close()


def get(desk, number=1):
    with desk.database.read() as unit:
        return unit.backfills.get(number)


async def begin(browser, number=1, **sent):
    here = f"/sources/{number}"
    return await send(browser, here, f"{here}/backfill", **({"since": "2026-01-01"} | sent))


async def test_a_backfill_begins_and_its_lists_are_read(desk, reads):
    async with desk.browser(Role.EDITOR) as browser:
        assert (await begin(browser, ring="on")).status_code == 303
        for _ in range(20):
            await asyncio.sleep(0)
        known = get(desk)
        assert (known.since, known.until) == (datetime(2026, 1, 1, tzinfo=UTC), NOW)
        assert (known.ring, known.pause, known.stopped) == (True, timedelta(seconds=5), False)
        assert (reads.claimed, reads.lists) == (["wire"], -1)
        assert "under way" in (await browser.get("/sources/1")).text
        await begin(browser)
        assert reads.claimed == ["wire"], "one reads its lists, not two"
        await send(browser, "/sources/1", "/sources/1/stop-backfill")
        assert get(desk).stopped
        reads.hold.set()
        for _ in range(20):
            await asyncio.sleep(0)
        assert "Go on" in (await browser.get("/sources/1")).text
        await send(browser, "/sources/1", "/sources/1/resume-backfill")
        assert not get(desk).stopped
        for _ in range(20):
            await asyncio.sleep(0)
        assert reads.claimed == ["wire", "wire"]
    with desk.database.read() as unit:
        noted = [entry.action for entry in unit.audit.list()]
    assert noted[0] == "source.resume-backfill"
    assert noted[-1] == "source.backfill"


@pytest.mark.parametrize("since", ["", "soon", "2026-13-01", "2026-03-02", "9999-12-31"])
async def test_a_wrong_day_is_said_and_nothing_begins(desk, since):
    async with desk.browser(Role.EDITOR) as browser:
        answer = await begin(browser, since=since)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert get(desk) is None


async def test_few_are_under_way_at_once(desk):
    async with desk.browser(Role.EDITOR) as browser:
        for number in (1, 2, 3):
            assert (await begin(browser, number)).status_code == 303
        answer = await begin(browser, 4)
        assert "3 backfills are under way" in answer.text
    assert get(desk, 4) is None


async def test_one_that_breaks_is_logged_and_may_be_taken_up_again(desk, reads, caplog):
    reads.broken = True
    async with desk.browser(Role.EDITOR) as browser:
        await begin(browser)
        for _ in range(20):
            await asyncio.sleep(0)
        assert "was broken off" in caplog.text
        assert "Go on" in (await browser.get("/sources/1")).text


async def test_a_viewer_begins_none(desk):
    async with desk.browser(Role.VIEWER) as browser:
        answer = await send(browser, "/account", "/sources/1/backfill", since="2026-01-01")
        assert answer.status_code == 403
        assert (await send(browser, "/account", "/sources/1/resume-backfill")).status_code == 403
    assert get(desk) is None
