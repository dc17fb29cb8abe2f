"""The stream of events: what happens is told in order, and nothing is lost to who comes back."""

import asyncio
import json
from datetime import timedelta

import httpx
import pytest
from anyio.lowlevel import checkpoint

from scraper.errors import UsageError
from scraper.web.app import make_app
from scraper.web.happenings import Happenings, Place, Reader, place_of
from storage.database import Database
from tests.fakes import FakeClock
from tests.storage.making import NOW, ring

pytestmark = pytest.mark.anyio
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def database(address):
    with Database.open(address) as opened:
        yield opened


def ring_at(database, key, *, seconds=0):
    with database.begin() as unit:
        return ring(unit, key, now=NOW + timedelta(seconds=seconds))


def deliver(database):
    """Deliver one of what is due."""
    with database.begin() as unit:
        (delivery,) = unit.outbox.claim_due(SOON, worker="w", limit=1)
        unit.outbox.delivered(delivery.id, worker="w", now=SOON)
    return delivery.id


async def never(seconds):
    """Looks are made by hand."""
    del seconds
    await asyncio.Event().wait()


class Program:
    """The application, and one who listens to it."""

    def __init__(self, database):
        self.app = make_app(database, FakeClock(NOW), hosts=[])
        self.live = self.app.state.web.live
        self.live._pause = never

    async def listen(self, during=lambda: None, *, query="", **headers):
        """Listen, and have something done meanwhile: the answer, and its events."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            asked = asyncio.create_task(client.get(f"/api/v1/events{query}", headers=headers))
            while not self.live._listeners and not asked.done():
                await checkpoint()
            if not asked.done():
                during()
                await self.live.look()
                self.live.close()
            answer = await asked
        return answer, [parsed(part) for part in answer.text.split("\n\n") if "data:" in part]


def parsed(part):
    fields = dict(line.split(": ", 1) for line in part.split("\n"))
    return fields["event"], fields.get("id"), json.loads(fields["data"])


def told(events, kind):
    return [data["id"] for name, _, data in events if name == kind]


async def test_what_happens_is_told(database):
    ring_at(database, "before")
    rang = []

    def happen():
        rang.append(ring_at(database, "new", seconds=1))
        deliver(database)

    answer, events = await Program(database).listen(happen)
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.text.startswith("retry: 3000\n\n")
    assert told(events, "alert") == rang
    (attempt,) = [data for name, _, data in events if name == "delivery"]
    assert (attempt["outcome"], attempt["state"]) == ("delivered", "delivered")
    assert attempt["watch"] == "Baghdad"
    assert [data for name, _, data in events if name == "sources"] == [{"troubled": []}]


async def test_who_comes_back_to_another_process_misses_nothing(database):
    first = ring_at(database, "first")
    place = str(Place(first, 0))
    missed = [ring_at(database, f"missed {number}", seconds=number + 1) for number in range(3)]
    deliver(database)
    _, events = await Program(database).listen(**{"last-event-id": place})
    assert told(events, "alert") == missed
    assert len(told(events, "delivery")) == 1


async def test_only_of_the_watches_that_are_named(database):
    new = lambda: ring_at(database, "new")  # noqa: E731 - shorter
    _, events = await Program(database).listen(new, query="?watch=Basra&watch=Mosul")
    assert told(events, "alert") == []
    _, events = await Program(database).listen(
        lambda: ring_at(database, "newer", seconds=1), query="?watch=Basra&watch=Baghdad"
    )
    assert len(told(events, "alert")) == 1


@pytest.mark.parametrize("broken", ["x", "-", "-.x", "-.1.1", "a" * 36 + ".1" * 2, "-.²"])
def test_a_place_that_is_none_is_refused(broken):
    with pytest.raises(UsageError):
        place_of(broken)


def test_a_place_is_read_as_it_was_written():
    for place in (Place("", 0), Place("01983c1e-7d52-7c1b-9c2a-3f6f0c9f7e11", 4711)):
        assert place_of(str(place)) == place


async def test_a_broken_place_is_a_problem_and_another_site_may_not_listen(database):
    answer, _ = await Program(database).listen(**{"last-event-id": "nonsense"})
    assert answer.status_code == 422
    answer, _ = await Program(database).listen(**{"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


async def test_what_becomes_visible_late_is_told_once_and_lost_to_nobody(database):
    clock = FakeClock(NOW)
    happenings = Happenings(database, clock)
    reader = Reader(happenings, await happenings.last())
    early = ring_at(database, "early", seconds=-10)
    assert [each.id for each in (await reader.read(1))[0]] == [early]
    late = ring_at(database, "late", seconds=-30)  # its transaction took half a minute
    assert [each.id for each in (await reader.read(2))[0]] == [late]
    assert (await reader.read(3))[0] == []
    back = Reader(happenings, reader.place)
    assert {each.id for each in (await back.read(4))[0]} == {early, late}
    clock.advance(timedelta(minutes=2))
    assert (await reader.read(5))[0] == []
    settled = Reader(happenings, reader.place)
    assert (await settled.read(6))[0] == []  # it is not told again for ever
    assert (reader.alerts, reader.attempts) == (set(), set())


async def test_a_flood_is_told_page_by_page(database, monkeypatch):
    monkeypatch.setattr("scraper.web.happenings.PAGE", 4)
    happenings = Happenings(database, FakeClock(NOW))
    reader = Reader(happenings, Place("", 0))
    rang = [ring_at(database, f"n{number}", seconds=number) for number in range(10)]
    seen, more = [], True
    while more:
        found, _, more = await reader.read(1)
        assert len(found) <= 4
        assert len(reader.alerts) <= 4
        seen += [each.id for each in found]
    assert seen == rang


async def test_those_at_the_same_place_are_read_for_once(database):
    asked = []

    class Counted:
        async def query(self, work):
            asked.append(work)
            return await database.query(work)

    ring_at(database, "new")
    happenings = Happenings(Counted(), FakeClock(NOW))
    readers = [Reader(happenings, Place("", 0)) for _ in range(20)]
    found = await asyncio.gather(*(reader.read(1) for reader in readers))
    assert {len(rang) for rang, _, _ in found} == {1}
    assert len(asked) == 1
