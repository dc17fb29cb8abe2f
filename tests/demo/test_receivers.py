"""The demo's mail server and webhook receiver, used by clients that are not ours."""

import asyncio
import base64
import json
import smtplib
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage

import httpx
import pytest
from standardwebhooks import Webhook

from scraper.demo.receivers import HookReceiver, MailReceiver, ReceivedHook, ReceivedMail
from scraper.errors import UsageError
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

_SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
_BODY = json.dumps({"type": "article.matched", "data": {"alert": {"id": "a1"}}, "é": "ü"})


def send_mail(receiver: MailReceiver) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Baghdad: بغداد"
    mail["From"] = "tocsin@example.org"
    mail["To"] = "desk@example.org"
    mail.set_content("The passage.")
    with smtplib.SMTP(receiver.host, receiver.port, timeout=10) as client:
        client.send_message(mail)


@pytest.fixture(scope="module")
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
async def running(clock: FakeClock) -> AsyncIterator[HookReceiver]:
    async with HookReceiver(_SECRET, clock=clock) as receiver:
        yield receiver


@pytest.fixture
def receiver(running: HookReceiver) -> HookReceiver:
    """As it was before anything came."""
    running.received.clear()
    running.refused = 0
    return running


class TestMailReceiver:
    async def test_keeps_and_tells(self):
        told: list[ReceivedMail] = []
        async with MailReceiver(on_mail=told.append) as receiver:
            await asyncio.to_thread(send_mail, receiver)
            await asyncio.to_thread(send_mail, receiver)
        assert told == receiver.received
        assert [mail.subject for mail in told] == ["Baghdad: بغداد"] * 2
        assert told[0].sender == "tocsin@example.org"
        assert told[0].recipients == ("desk@example.org",)
        assert told[0].message.get_content().strip() == "The passage."

    async def test_closes_while_a_client_is_connected(self):
        async with MailReceiver() as receiver:
            reader, writer = await asyncio.open_connection(receiver.host, receiver.port)
            assert (await reader.readline()).startswith(b"220 ")
        assert await reader.read() == b""
        writer.close()

    async def test_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setitem(sys.modules, "aiosmtpd.smtp", None)
        with pytest.raises(UsageError, match=r"tocsin\[demo\]"):
            async with MailReceiver():
                pytest.fail("there is no mail server to run")


class TestHookReceiver:
    def headers(
        self, clock: FakeClock, *, secret: str = _SECRET, age: timedelta = timedelta(0)
    ) -> dict[str, str]:
        time = clock.now() - age
        return {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(time.timestamp())),
            "webhook-signature": Webhook(secret).sign("msg_1", time, _BODY),
        }

    async def post(self, receiver: HookReceiver, headers: dict[str, str], body: str = _BODY) -> int:
        async with httpx.AsyncClient() as client:
            response = await client.post(receiver.url, content=body.encode(), headers=headers)
        return response.status_code

    async def test_keeps_and_tells_what_is_signed(self, clock: FakeClock):
        told: list[ReceivedHook] = []
        async with HookReceiver(_SECRET, clock=clock, on_hook=told.append) as receiver:
            assert await self.post(receiver, self.headers(clock)) == 204
        assert told == receiver.received
        assert (told[0].id, told[0].payload) == ("msg_1", json.loads(_BODY))
        assert receiver.refused == 0

    async def test_takes_one_good_signature_among_several(
        self, clock: FakeClock, receiver: HookReceiver
    ):
        headers = self.headers(clock)
        headers["webhook-signature"] = "v1a,AAAA v1,%%% v1 v1,AAAA " + headers["webhook-signature"]
        assert await self.post(receiver, headers) == 204

    @pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    async def test_refuses_what_lacks_a_header(
        self, clock: FakeClock, receiver: HookReceiver, missing: str
    ):
        headers = self.headers(clock)
        del headers[missing]
        assert await self.post(receiver, headers) == 401
        assert (receiver.received, receiver.refused) == ([], 1)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"webhook-id": "msg_2"},
            {"webhook-timestamp": "0"},
            {"webhook-timestamp": "soon"},
            {"webhook-timestamp": "-1"},
            {"webhook-signature": "v1,"},
            {"webhook-signature": "v1,AAAA"},
            {"webhook-signature": "v1,not base64"},
        ],
        ids=str,
    )
    async def test_refuses_what_was_changed_on_the_way(
        self, clock: FakeClock, receiver: HookReceiver, wrong: dict[str, str]
    ):
        assert await self.post(receiver, self.headers(clock) | wrong) == 401
        assert await self.post(receiver, self.headers(clock), _BODY + " ") == 401
        assert (receiver.received, receiver.refused) == ([], 2)

    @pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6)], ids=str)
    async def test_refuses_what_is_of_another_time(
        self, clock: FakeClock, receiver: HookReceiver, age: timedelta
    ):
        assert await self.post(receiver, self.headers(clock, age=age)) == 401

    async def test_refuses_another_secret(self, clock: FakeClock, receiver: HookReceiver):
        other = "whsec_" + base64.b64encode(b"o" * 32).decode()
        assert await self.post(receiver, self.headers(clock, secret=other)) == 401

    async def test_refuses_what_is_no_json(self, clock: FakeClock, receiver: HookReceiver):
        headers = self.headers(clock)
        headers["webhook-signature"] = Webhook(_SECRET).sign("msg_1", clock.now(), "{")
        assert await self.post(receiver, headers, "{") == 400

    def test_a_secret_that_is_none_is_refused(self, clock: FakeClock):
        with pytest.raises(UsageError, match="base64"):
            HookReceiver("whsec_%%%", clock=clock)
