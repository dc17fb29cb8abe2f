"""The outbox on pages: what rang, what did not arrive, and what is done about it."""

import pytest

from storage.database import Database
from storage.records import DeliveryState, Role
from tests.storage.making import HOUR, NOW, add_article, add_watch
from tests.web.doors import HOSTILE, Desk, is_harmless, send

pytestmark = pytest.mark.anyio
ACTIONS = ("acknowledge", "retry", "cancel", "snooze")


@pytest.fixture
def desk(address):
    with Database.open(address) as database:
        yield Desk(database)


def ring(desk, key="one", *, title="Rocket", channels=("desk",), error=None, watch="Baghdad"):
    """An alert; with an error its delivery was given up."""
    with desk.database.begin() as unit:
        known = unit.watches.get(watch) or add_watch(unit, watch)
        article = add_article(unit, key, title=title)
        alert_id = unit.outbox.ring(
            watch_id=known.id,
            article_id=article.id,
            story_id=article.story_id,
            passages=[],
            once_key=key,
            channels=channels,
            now=NOW,
        )
        if error:
            unit.workers.register(name="w", host="h", pid=1, now=NOW, worker_id="w")
            for each in unit.outbox.claim_due(NOW, worker="w", limit=10, rooms={"desk": 9}):
                unit.outbox.fail(each.id, worker="w", error=error, now=NOW)
    return alert_id


def states(desk, alert_id):
    with desk.database.read() as unit:
        return [each.state for each in unit.outbox.deliveries(alert_id)]


async def test_an_empty_outbox_says_what_to_do(desk):
    async with desk.browser() as browser:
        assert "No alert has rung yet" in (await browser.get("/alerts")).text
        assert "No alert is like that" in (await browser.get("/alerts?state=failed")).text


async def test_what_was_given_up_is_listed_with_its_reason(desk):
    ring(desk, "fine", title="Delivered soon")
    alert_id = ring(desk, "lost", title="Lost one", error="mail.example: 550 no such box")
    async with desk.browser() as browser:
        page = (await browser.get("/alerts?state=failed")).text
        assert "550 no such box" in page
        assert "Deliver all of these again" in page
        shown = (await browser.get(f"/alerts/{alert_id}")).text
        assert "given up" in shown
        assert "550 no such box" in shown
        assert "<ol" in shown


async def test_alerts_are_shown_by_watch_and_channel(desk):
    ring(desk, "a", title="First one")
    ring(desk, "b", title="Second one", watch="Basra", channels=("soc",))
    async with desk.browser() as browser:
        page = (await browser.get("/alerts?watch=Basra")).text
        assert ("First one" in page, "Second one" in page) == (False, True)
        page = (await browser.get("/alerts?channel=desk")).text
        assert ("First one" in page, "Second one" in page) == (True, False)
        assert "channel=desk" in page, "the other states are of this channel, too"


async def test_the_outbox_goes_on_over_pages(desk):
    ids = sorted(ring(desk, f"k{number:02}") for number in range(51))
    async with desk.browser() as browser:
        page = (await browser.get("/alerts")).text
        assert f"/alerts/{ids[1]}" in page
        assert f"/alerts/{ids[0]}" not in page
        assert f"before={ids[1]}" in page
        assert f"/alerts/{ids[0]}" in (await browser.get(f"/alerts?before={ids[1]}")).text


async def test_an_alert_is_acknowledged_once_and_it_is_noted_by_whom(desk):
    alert_id = ring(desk)
    async with desk.browser(Role.EDITOR) as browser:
        here = f"/alerts/{alert_id}"
        answer = await send(browser, here, f"{here}/acknowledge")
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"{here}?done=acknowledged",
        )
        assert "by <bdi>editor</bdi>" in (await browser.get(here)).text
        answer = await send(browser, here, f"{here}/acknowledge")
        assert answer.headers["location"].endswith("done=known")
    with desk.database.read() as unit:
        noted = unit.audit.list()
    assert noted[-1].action == "alert.acknowledge"
    assert (noted[-1].actor.name, noted[-1].subject) == ("editor", alert_id)


async def test_what_was_given_up_is_tried_again_and_what_waits_cancelled(desk):
    alert_id = ring(desk, error="no")
    async with desk.browser(Role.EDITOR) as browser:
        here = f"/alerts/{alert_id}"
        await send(browser, here, f"{here}/retry")
        assert states(desk, alert_id) == [DeliveryState.PENDING]
        answer = await send(browser, here, f"{here}/cancel")
        assert answer.headers["location"].endswith("done=cancelled")
        assert states(desk, alert_id) == [DeliveryState.CANCELLED]
        assert "cancelled by editor" in (await browser.get(here)).text
        answer = await send(browser, here, f"{here}/cancel")
        assert answer.headers["location"].endswith("done=nothing-waiting")


async def test_all_that_was_given_up_is_tried_again_at_once(desk):
    ids = [ring(desk, key, error="no") for key in ("a", "b")]
    async with desk.browser(Role.EDITOR) as browser:
        answer = await send(browser, "/alerts?state=failed", "/alerts/retry")
        assert answer.headers["location"] == "/alerts?done=retried"
    assert [states(desk, each) for each in ids] == [[DeliveryState.PENDING]] * 2


async def test_an_alert_comes_again_and_a_wrong_time_is_said_at_its_field(desk):
    alert_id = ring(desk)
    here = f"/alerts/{alert_id}"
    async with desk.browser(Role.EDITOR) as browser:
        wrong = await send(browser, here, f"{here}/snooze", duration="soon")
        assert wrong.status_code == 422
        assert 'value="soon"' in wrong.text
        assert 'aria-describedby="duration-problem"' in wrong.text
        answer = await send(browser, here, f"{here}/snooze", duration="2h")
        assert answer.status_code == 303
    with desk.database.read() as unit:
        due = [each.next_attempt_at for each in unit.outbox.deliveries(alert_id)]
    assert NOW + 2 * HOUR in due


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_viewer_changes_nothing(desk, action):
    here = f"/alerts/{ring(desk, error='no')}"
    async with desk.browser(Role.VIEWER) as browser:
        shown = await browser.get(here)
        assert f"{here}/{action}" not in shown.text
        answer = await send(browser, here, f"{here}/{action}", duration="2h")
        assert answer.status_code == 403
        assert (await send(browser, here, "/alerts/retry")).status_code == 403


@pytest.mark.parametrize("action", ACTIONS)
async def test_no_other_site_changes_anything(desk, action):
    here = f"/alerts/{ring(desk, error='no')}"
    async with desk.browser(Role.EDITOR) as browser:
        await browser.get(here)
        assert (await browser.post(f"{here}/{action}", data={})).status_code == 403


async def test_of_what_is_not_there_nothing_is_done(desk):
    ring(desk)
    async with desk.browser(Role.EDITOR) as browser:
        assert (await browser.get("/alerts/none")).status_code == 404
        for action in ACTIONS:
            answer = await send(browser, "/alerts", f"/alerts/none/{action}", duration="1h")
            assert answer.status_code == 404
    with desk.database.read() as unit:
        assert [entry.action for entry in unit.audit.list()] == []


async def test_hostile_texts_stay_text(desk):
    alert_id = ring(desk, title=HOSTILE, error=HOSTILE, channels=(HOSTILE, "desk"), watch=HOSTILE)
    async with desk.browser() as browser:
        for path in (
            "/alerts",
            "/alerts?state=failed",
            f"/alerts/{alert_id}",
            "/alerts?watch=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&channel=%3Cscript%3Ealert(1)",
            "/alerts?done=%3Cscript%3Ealert(1)%3C/script%3E",
        ):
            page = await browser.get(path)
            assert page.status_code == 200
            assert is_harmless(page.text)
