"""The channels on pages: no secret is shown, and a test says how far it came."""

import httpx
import pytest

from scraper.alerts import ChannelContext
from scraper.alerts.masking import without_path
from scraper.web.tools import Tools
from storage.database import Database
from storage.records import ChannelSpec, Role
from tests.fakes import FakeClock
from tests.storage.making import NOW
from tests.web.doors import HOSTILE, Desk, is_harmless, send

pytestmark = pytest.mark.anyio
URL = "https://soc.example.org/hooks/a-secret-path?key=a-secret-key"


class Receiver:
    """Stands in for the network: keeps what is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.status = 200
        self.sent: list[httpx.Request] = []

    def __call__(self, request):
        self.sent.append(request)
        return httpx.Response(self.status, text=HOSTILE)


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def desk(sqlite_address, receiver):
    sending = ChannelContext(clock=FakeClock(NOW), http=httpx.MockTransport(receiver))
    with Database.open(sqlite_address) as database:
        yield Desk(database, tools=Tools(fetcher=None, run=None, sending=sending))


def add(desk, name="soc", kind="webhook", **options):
    with desk.database.begin() as unit:
        spec = ChannelSpec(name=name, type=kind, options=options or {"url": URL})
        return f"/channels/{unit.channels.add(spec, now=NOW).id}"


def log(desk):
    with desk.database.read() as unit:
        return [(entry.action, entry.subject) for entry in unit.audit.list()]


async def test_without_channels_the_page_says_how_to_add_one(desk):
    async with desk.browser() as browser:
        assert "tocsin channel add" in (await browser.get("/channels")).text


async def test_no_secret_is_shown_to_anybody(desk):
    here = add(desk)
    add(desk, "own", "webhook", url="https://ann:a-secret@x.example/", secret="whsec_a-secret")
    add(desk, "odd", "no-such-type", token="a-secret")
    async with desk.browser(Role.ADMIN) as browser:
        for path in ("/channels", here, "/channels/2", "/channels/3"):
            page = await browser.get(path)
            assert page.status_code == 200
            assert "a-secret" not in page.text
        assert "https://soc.example.org/…" in (await browser.get(here)).text
        shown = (await browser.get(f"{here}?kind=alert")).text
        assert "POST to soc.example.org" in shown
        assert "a-secret" not in shown


async def test_a_test_is_sent_and_it_is_told_what_came_of_it(desk, receiver):
    here = add(desk)
    async with desk.browser(Role.EDITOR) as browser:
        answer = await send(browser, here, f"{here}/test")
        assert "The test was taken" in answer.text
        assert len(receiver.sent) == 1
        receiver.status = 500
        answer = await send(browser, here, f"{here}/test")
        assert "The test was not taken" in answer.text
        assert "500" in answer.text
        assert is_harmless(answer.text)
    assert log(desk) == [("channel.test", "soc")] * 2


@pytest.mark.parametrize("kind", ["alert", "escalation", "reminder", "digest", "notice", "test"])
async def test_a_preview_shows_what_would_be_sent_and_sends_nothing(desk, receiver, kind):
    here = add(desk)
    async with desk.browser(Role.EDITOR) as browser:
        page = (await browser.get(f"{here}?kind={kind}")).text
    assert "POST to soc.example.org" in page
    assert "webhook-id" in page
    assert receiver.sent == []


async def test_what_cannot_be_shown_says_why(desk):
    here = add(desk, "odd", "no-such-type", token="x")
    async with desk.browser(Role.EDITOR) as browser:
        page = (await browser.get(f"{here}?kind=alert")).text
        assert 'role="alert"' in page
        answer = await send(browser, here, f"{here}/test")
        assert "The test was not taken" in answer.text
        assert (await browser.get(f"{here}?kind=nothing")).status_code == 200


async def test_a_channel_that_was_paused_says_why_and_goes_on(desk):
    here = add(desk)
    with desk.database.begin() as unit:
        unit.channels.stop("soc", f"answered 410 {HOSTILE}")
    async with desk.browser(Role.EDITOR) as browser:
        for path in (here, "/channels"):
            page = (await browser.get(path)).text
            assert "answered 410" in page
            assert is_harmless(page)
        await send(browser, here, f"{here}/resume")
        assert "answered 410" not in (await browser.get(here)).text
        await send(browser, here, f"{here}/pause")
    assert log(desk) == [("channel.pause", "soc"), ("channel.resume", "soc")]


@pytest.mark.parametrize("path", ["pause", "resume", "test"])
async def test_a_viewer_changes_nothing_and_no_other_site_does(desk, receiver, path):
    here = add(desk)
    async with desk.browser(Role.VIEWER) as browser:
        assert (await send(browser, "/account", f"{here}/{path}")).status_code == 403
        page = (await browser.get(f"{here}?kind=alert")).text
        assert "What it would be sent" not in page
        assert f"{here}/{path}" not in page
    async with desk.browser(Role.EDITOR) as browser:
        assert (await browser.post(f"{here}/{path}", data={})).status_code == 403
    assert (receiver.sent, log(desk)) == ([], [])


async def test_hostile_names_stay_text(desk):
    here = add(desk, HOSTILE, "ntfy", url="https://ntfy.example/", topic=HOSTILE)
    async with desk.browser(Role.EDITOR) as browser:
        for path in ("/channels", here, f"{here}?kind=alert"):
            assert is_harmless((await browser.get(path)).text)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x", "https://a.example/…"),
        ("https://a.example", "https://a.example/"),
        ("https://u:p@a.example:8/?k=v", "https://a.example:8/…"),
        ("slack://token/x", "slack://…"),
    ],
)
def test_of_an_address_only_the_host_is_shown(url, shown):
    assert without_path(url) == shown
