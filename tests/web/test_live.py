"""What rings reaches every page that listens, once, in order, whatever happens meanwhile."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from anyio.lowlevel import checkpoint

from scraper.web.app import make_app
from scraper.web.frames import event
from scraper.web.live import Beat, Live
from storage.database import Database
from storage.errors import DatabaseUnavailable
from tests.fakes import FakeClock
from tests.storage.making import NOW, PASSAGE, add_article, add_watch, ring

pytestmark = pytest.mark.anyio
HOSTILE = '"><script>alert(1)</script>\n\nevent: ring\rdata: x'


async def never(seconds):
    """Looks are made by hand."""
    del seconds
    await asyncio.Event().wait()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/tocsin.db"
    else:
        address = request.getfixturevalue("postgres_address")
    with Database.open(address) as opened:
        yield opened


@pytest.fixture
def live(database):
    return Live(database, pause=never)


def ring_at(database, key, *, seconds=0):
    with database.begin() as unit:
        return ring(unit, key, now=NOW + timedelta(seconds=seconds))


async def told(listener):
    return (await listener.next(5)).alerts


async def test_each_listener_is_told_what_rings_and_nothing_that_rang_before(database, live):
    ring_at(database, "before")
    async with live.listening(None) as one, live.listening(None) as two:
        ring_at(database, "a", seconds=1)
        ring_at(database, "b", seconds=2)
        await live.look()
        first, second = await told(one), await told(two)
        assert first == second
        assert len(first) == 2
        await live.look()
        with pytest.raises(TimeoutError):
            await one.next(0)


async def test_an_alert_that_became_visible_late_is_told(database, live):
    ring_at(database, "early", seconds=1)
    async with live.listening(None) as listener:
        late = ring_at(database, "late", seconds=-30)  # its transaction took half a minute
        await live.look()
        assert await told(listener) == (late,)


async def test_who_comes_back_is_told_what_came_meanwhile_once(database, live):
    last = ring_at(database, "seen")
    async with live.listening(None):
        missed = [ring_at(database, f"missed {n}", seconds=n) for n in (1, 2)]
        await live.look()
    missed.append(ring_at(database, "while nobody listened", seconds=3))
    async with live.listening(last) as listener:
        assert await told(listener) == tuple(missed)
        new = ring_at(database, "new", seconds=4)
        await live.look()
        assert await told(listener) == (new,)


async def test_nobody_is_told_of_alerts_older_than_those_it_looks_at(database, live):
    for number in range(103):
        ring_at(database, f"n{number}", seconds=number)
    async with live.listening(None) as listener:
        last = ring_at(database, "last", seconds=200)
        await live.look()
        assert await told(listener) == (last,)


async def test_who_does_not_take_what_it_is_told_is_let_go(database, live):
    async with live.listening(None) as slow, live.listening(None) as quick:
        for number in range(20):
            new = ring_at(database, f"n{number}", seconds=number)
            await live.look()
            assert await told(quick) == (new,)
        kept = [await slow.next(5) for _ in range(16)]
        assert None not in kept
        assert await slow.next(5) is None


async def test_the_database_is_asked_only_while_somebody_listens(database):
    looks = []

    async def pause(seconds):
        looks.append(seconds)
        await asyncio.sleep(0)

    live = Live(database, pause=pause)
    async with live.listening(None):
        while len(looks) < 3:
            await checkpoint()
    await checkpoint()
    number = len(looks)
    for _ in range(10):
        await checkpoint()
    assert len(looks) == number
    assert set(looks) == {1.0}


async def test_a_database_that_is_away_for_a_while_ends_nothing(database, caplog):
    go_on = asyncio.Queue()

    class Flaky:
        away = False

        async def query(self, work):
            if self.away:
                raise DatabaseUnavailable("It is away.")
            return await database.query(work)

    async def pause(seconds):
        del seconds
        await go_on.get()

    flaky = Flaky()
    live = Live(flaky, pause=pause)
    async with live.listening(None) as listener:
        flaky.away = True
        for _ in range(3):
            go_on.put_nowait(None)
        while not go_on.empty():
            await checkpoint()
        flaky.away = False
        new = ring_at(database, "new")
        go_on.put_nowait(None)
        assert await told(listener) == (new,)
    assert caplog.text.count("It is away.") == 1


async def test_what_else_needs_attention_is_told_when_it_changes(database, live):
    async with live.listening(None) as listener:
        with database.begin() as unit:
            unit.notices.open("site.broken", "s.example", "no text", now=NOW)
        for _ in range(5):
            await live.look()
        assert await listener.next(5) == Beat((), troubles=True)


def test_nothing_in_the_data_of_an_event_begins_another():
    shown = event("ring", HOSTILE, last="id")
    head, *data = shown.rstrip("\n").split("\n")
    assert (head, data[0]) == ("event: ring", "id: id")
    assert all(line.startswith("data: ") for line in data[1:])
    assert "\r" not in shown


class Page:
    """The application, with looks made by hand."""

    def __init__(self, database):
        self.app = make_app(database, FakeClock(NOW), hosts=[])
        self.live = self.app.state.web.live
        self.live._pause = never

    async def listen(self, path="/live", **headers):
        """All that the stream brings until it is closed."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, headers=headers)

    async def until(self, listeners):
        while len(self.live._listeners) < listeners:
            await checkpoint()

    async def begun(self):
        """Until the one who listens was told what it missed."""
        await self.until(1)
        (listener,) = self.live._listeners
        while listener._waiting is not None:
            await checkpoint()


async def test_a_stream_brings_cards_that_are_escaped_and_ends_with_the_daemon(database):
    page = Page(database)
    asked = asyncio.create_task(page.listen())
    await page.until(1)
    with database.begin() as unit:
        watch = add_watch(unit, HOSTILE, query="x")
        stored = add_article(unit, title=HOSTILE, url="javascript:alert(1)")
        rang = unit.outbox.ring(
            watch_id=watch.id,
            article_id=stored.id,
            story_id=stored.story_id,
            passages=[PASSAGE],
            once_key="k",
            now=NOW,
        )
    await page.live.look()
    page.live.close()
    answer = await asked
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith("retry: 3000\n\n")
    assert answer.text.count("\nevent: ") == 1
    assert f"event: ring\nid: {rang}\ndata: " in answer.text
    assert f'id="story-{stored.story_id}"' in answer.text
    assert "<script>" not in answer.text
    assert 'href="javascript' not in answer.text


async def test_a_browser_that_comes_back_is_told_what_it_missed(database):
    page = Page(database)
    first = ring_at(database, "a")
    second = ring_at(database, "b", seconds=1)
    for path, headers in (
        (f"/live?after={first}", {}),
        ("/live?after=0", {"last-event-id": first}),
    ):
        asked = asyncio.create_task(page.listen(path, **headers))
        await page.begun()
        page.live.close()
        assert f"id: {second}" in (await asked).text
        page = Page(database)


async def test_the_page_of_another_site_may_not_listen(database):
    page = Page(database)
    answer = await page.listen(**{"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


async def test_hundreds_listen_to_one_look_a_second_and_one_rendering(database, monkeypatch):
    page = Page(database)
    asked = [asyncio.create_task(page.listen()) for _ in range(500)]
    await page.until(500)
    made = []
    frames = page.app.state.web.frames
    make = frames._make

    async def counted(beat):
        made.append(beat)
        return await make(beat)

    monkeypatch.setattr(frames, "_make", counted)
    ring_at(database, "a")
    await page.live.look()
    page.live.close()
    answers = await asyncio.gather(*asked)
    assert all("event: ring" in answer.text for answer in answers)
    assert len(made) == 1


async def test_more_than_may_listen_are_asked_to_come_later(database, monkeypatch):
    page = Page(database)
    monkeypatch.setattr("scraper.web.live.MOST_LISTENERS", 0)
    answer = await page.listen()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
