"""The editor of watches: what is wrong stands at its place, and nothing is lost."""

import asyncio
from dataclasses import replace

import pytest

from scraper.pipeline.indexing import index_articles
from scraper.watch.lists import NO_LISTS
from scraper.web.trials import Trials
from storage.database import Database
from storage.records import ChannelSpec, Policy, Role, WatchSpec
from tests.fakes import FakeClock
from tests.storage.making import DAY, HOUR, NOW, add_article, add_source
from tests.web.doors import HOSTILE, Desk, is_harmless, send

pytestmark = pytest.mark.anyio
NEW = "/watches/new"


@pytest.fixture
def desk(sqlite_address):
    with Database.open(sqlite_address) as database:
        with database.begin() as unit:
            for name in ("desk", HOSTILE):
                unit.channels.add(ChannelSpec(name=name, type="email", options={}), now=NOW)
        yield Desk(database)


def add(desk, name="Baghdad", query="Baghdad", *, origin="command", **spec):
    with desk.database.begin() as unit:
        return unit.watches.add(WatchSpec(name=name, query=query, **spec), origin=origin, now=NOW)


def get(desk, number):
    with desk.database.read() as unit:
        return unit.watches.numbered(number)


def log(desk):
    with desk.database.read() as unit:
        return [(entry.action, entry.subject) for entry in unit.audit.list()]


async def test_a_watch_is_added_with_all_that_it_can_have(desk):
    with desk.database.begin() as unit:
        add_source(unit, "wire")
    sent = {
        "name": "Baghdad",
        "query": "Baghdad AND\r\nrocket",
        "channel": ["1"],
        "plan-1-send": "hourly",
        "plan-1-quiet": "22:00-07:00",
        "plan-2-send": "left behind, for that channel is not chosen",
        "policy": "first",
        "outlets": "3",
        "max_age": "3d",
        "priority": "urgent",
        "languages": "en, ar",
        "sources": "wire\n",
        "tags": "war",
    }
    async with desk.browser(Role.EDITOR) as browser:
        answer = await send(browser, NEW, NEW, **sent)
        assert (answer.status_code, answer.headers["location"]) == (303, "/watches/1?done=added")
        assert "Added: it rings" in (await browser.get("/watches/1?done=added")).text
        kept = get(desk, 1).spec
        assert replace(kept, plans={}) == WatchSpec(
            name="Baghdad",
            query="Baghdad AND\nrocket",
            channels=("desk",),
            languages=("en", "ar"),
            sources=("wire",),
            outlets=3,
            max_age=3 * DAY,
            tags=("war",),
            priority="urgent",
        )
        assert kept.plans["desk"]["send"] == "hourly"
        shown = (await browser.get("/watches/1/edit")).text
        fields = {key: value for key, value in sent.items() if not key.startswith("plan-2")}
        again = await send(browser, "/watches/1/edit", "/watches/1/edit", **fields)
        assert again.status_code == 303
        assert 'value="hourly"' in shown
        assert get(desk, 1).spec == kept, "what the form shows, saved as it is, changes nothing"
        without = {**fields, "max_age": "", "tags": "", "channel": []}
        await send(browser, "/watches/1/edit", "/watches/1/edit", **without)
        emptied = get(desk, 1).spec
        assert (emptied.max_age, emptied.tags, emptied.channels, emptied.plans) == (
            None,
            (),
            (),
            {},
        )
    assert log(desk) == [
        ("watch.edit", "Baghdad"),
        ("watch.edit", "Baghdad"),
        ("watch.add", "Baghdad"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", " ", "at least 1 character"),
        ("query", "Baghdad AND (rocket", "never closed"),
        ("outlets", "many", "number"),
        ("max_age", "soon", "duration"),
        ("languages", "klingon!", "language"),
        ("sources", "nobody", "there is no source named nobody"),
        ("plan-1-send", "now and then", "send:"),
        ("plan-1-escalate_to", "nobody", "there is no channel named nobody"),
    ],
)
async def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(desk, field, value, told):
    sent = {
        "name": "my name",
        "query": "my query",
        "channel": "1",
        "tags": "my tag",
        "plan-1-throttle": "6/h",
        field: value,
    }
    async with desk.browser(Role.EDITOR) as browser:
        answer = await send(browser, NEW, NEW, **sent)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'role="alert"' in answer.text
    for name, text in sent.items():
        if name != "channel" and text.strip():
            assert text in answer.text, name
    assert 'value="1" checked' in answer.text
    assert log(desk) == []


async def test_a_name_that_is_taken_is_said_at_the_name(desk):
    add(desk)
    async with desk.browser(Role.EDITOR) as browser:
        answer = await send(browser, NEW, NEW, name="Baghdad", query="x")
    assert "There is a watch named" in answer.text
    assert answer.status_code == 422


async def test_outlets_go_with_one_policy_alone(desk):
    async with desk.browser(Role.EDITOR) as browser:
        sent = {"name": "a", "query": "x", "policy": "every", "outlets": "3"}
        answer = await send(browser, NEW, NEW, **sent)
    assert 'id="policy-told"' in answer.text


async def test_the_error_stands_under_the_very_character(desk):
    async with desk.browser(Role.EDITOR) as browser:
        answer = await send(browser, NEW, "/watches/check", query="Baghdad AND (rocket")
        assert "Baghdad AND (rocket\n            ^" in answer.text
        assert "<html" not in answer.text
        answer = await send(browser, NEW, "/watches/check", query="set:nothing")
        assert "remark wrong" in answer.text
        answer = await send(browser, NEW, "/watches/check", query="Baghdad rocket")
        assert "Baghdad AND rocket" in answer.text
        answer = await send(browser, NEW, "/watches/check", query=f"({HOSTILE}")
        assert is_harmless(answer.text)
        assert (await send(browser, NEW, "/watches/check", query="a" * 20_001)).status_code == 422
        assert (await send(browser, NEW, "/watches/check", query="(" * 20_000)).status_code == 200


def come(desk, number, text="A rocket hit Baghdad.", **fields):
    with desk.database.begin() as unit:
        for place in range(number):
            at = NOW - HOUR * (place % 600) - HOUR
            add_article(unit, f"a{place}", body=text, title=HOSTILE, now=at, **fields)


async def index(desk):
    while await index_articles(desk.database, 200):
        pass


async def test_it_shows_what_the_watch_would_have_rung(desk):
    come(desk, 3)
    await index(desk)
    async with desk.browser(Role.EDITOR) as browser:
        answer = await send(browser, NEW, "/watches/try", query="rocket AND Baghdad")
        assert "<b>3 alerts</b> in 30 days, of 3 articles" in answer.text
        assert "<mark>rocket</mark>" in answer.text
        assert 'role="img"' in answer.text
        assert is_harmless(answer.text)
        answer = await send(browser, NEW, "/watches/try", query="nothing like it")
        assert "It would not have rung once" in answer.text
        for wrong in ({"query": "("}, {"query": ""}, {"query": "a", "max_age": "soon"}):
            answer = await send(browser, NEW, "/watches/try", **wrong)
            assert (answer.status_code, "Write a query" in answer.text) == (200, True)
        answer = await send(browser, NEW, NEW, name="", query="rocket", do="try")
        assert "<b>3 alerts</b>" in answer.text, "without a script, too"
    assert log(desk) == []


async def test_it_warns_of_a_flood(desk):
    come(desk, 600)
    await index(desk)
    async with desk.browser(Role.EDITOR) as browser:
        answer = await send(browser, NEW, "/watches/try", query="rocket")
    assert "That is a flood" in answer.text
    assert 'class="remark wrong" role="alert"' in answer.text


class TickingClock(FakeClock):
    """A clock that goes a second further whenever it is looked at."""

    def monotonic(self):
        self.advance(HOUR / 3600)
        return super().monotonic()


async def test_a_trial_ends_in_time_and_says_how_far_it_came(desk):
    come(desk, 300)
    await index(desk)
    trials = Trials(desk.database, TickingClock(NOW))
    report = await trials.run(WatchSpec(name="w", query="rocket"), NO_LISTS, browser="b")
    assert 0 < report.read < report.looked_at == 300
    assert report.read_back_to is not None


async def test_who_asks_again_breaks_off_what_was_asked_before(desk):
    come(desk, 10)
    await index(desk)
    trials = Trials(desk.database, FakeClock(NOW))
    specs = [WatchSpec(name="w", query=query) for query in ("rocket", "Baghdad", "hit")]
    asked = [
        trials.run(spec, NO_LISTS, browser=who) for spec, who in zip(specs, "aba", strict=True)
    ]
    first, other, last = await asyncio.gather(*asked)
    assert first is None
    assert (other.watch.spec.query, last.watch.spec.query) == ("Baghdad", "hit")
    assert trials._newest == {}, "nothing is kept of who asked"


async def test_a_watch_is_paused_snoozed_resumed_and_removed(desk):
    number = add(desk).id
    here = f"/watches/{number}"
    async with desk.browser(Role.EDITOR) as browser:
        await send(browser, here, f"{here}/pause")
        assert get(desk, number).paused
        assert "/pause" not in (await browser.get(here)).text
        await send(browser, here, f"{here}/resume")
        assert not get(desk, number).paused
        wrong = await send(browser, here, f"{here}/snooze", duration="a while")
        assert wrong.status_code == 422
        assert 'value="a while"' in wrong.text
        too_long = await send(browser, here, f"{here}/snooze", duration="99999999d")
        assert too_long.status_code == 422
        await send(browser, here, f"{here}/snooze", duration="2h")
        assert get(desk, number).snoozed_until == NOW + 2 * HOUR
        await send(browser, here, f"{here}/resume")
        assert get(desk, number).snoozed_until is None
        gone = await send(browser, here, f"{here}/remove")
        assert gone.headers["location"] == "/watches?done=removed"
        assert (await browser.get(here)).status_code == 404
    assert [action for action, _ in log(desk)] == [
        "watch.remove",
        "watch.wake",
        "watch.snooze",
        "watch.resume",
        "watch.pause",
    ]


async def test_what_the_settings_name_is_changed_there(desk):
    here = f"/watches/{add(desk, origin='settings').id}"
    async with desk.browser(Role.EDITOR) as browser:
        page = (await browser.get(here)).text
        assert "The settings file names this watch" in page
        assert f"{here}/edit" not in page
        answer = await send(browser, here, f"{here}/edit", name="x", query="y")
        assert "comes from the settings file" in answer.text
        assert (await send(browser, here, f"{here}/remove")).status_code == 409


async def test_a_feed_is_shown_to_editors_alone(desk):
    here = f"/watches/{add(desk).id}"
    async with desk.browser(Role.EDITOR) as browser:
        await send(browser, here, f"{here}/feed")
        with desk.database.read() as unit:
            token = unit.watches.feed("Baghdad")
        assert f"http://127.0.0.1/feeds/{token}.atom" in (await browser.get(here)).text
        await send(browser, here, f"{here}/feed")
        assert token not in (await browser.get(here)).text
        async with desk.browser(Role.VIEWER) as viewer:
            assert "/feeds/" not in (await viewer.get(here)).text
        await send(browser, here, f"{here}/feed", off="true")
        assert "/feeds/" not in (await browser.get(here)).text
    assert token not in str(log(desk))


@pytest.mark.parametrize(
    "path",
    ["new", "check", "try", "1/edit", "1/pause", "1/resume", "1/snooze", "1/remove", "1/feed"],
)
async def test_a_viewer_changes_nothing_and_no_other_site_does(desk, path):
    add(desk)
    async with desk.browser(Role.VIEWER) as browser:
        answer = await send(browser, "/account", f"/watches/{path}", query="x", name="y")
        assert answer.status_code == 403
        assert path not in (await browser.get("/watches/1")).text
    async with desk.browser(Role.EDITOR) as browser:
        assert (await browser.post(f"/watches/{path}", data={"query": "x"})).status_code == 403
    assert get(desk, 1).spec.query == "Baghdad"
    assert log(desk) == []


async def test_hostile_texts_stay_text(desk):
    watch = add(desk, HOSTILE, f"({HOSTILE}", channels=(HOSTILE,), policy=Policy.EVERY)
    async with desk.browser(Role.EDITOR) as browser:
        assert is_harmless((await browser.get(f"/watches/{watch.id}/edit")).text)
        assert is_harmless((await browser.get(f"/watches/{watch.id}")).text)
        sent = {"name": HOSTILE, "query": HOSTILE, "max_age": HOSTILE, "tags": HOSTILE}
        answer = await send(browser, NEW, NEW, **sent, **{"plan-2-send": HOSTILE, "channel": "2"})
        assert (answer.status_code, is_harmless(answer.text)) == (422, True)
