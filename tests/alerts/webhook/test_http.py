import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scraper.alerts.poster import retry_after
from scraper.alerts.transport import ChannelContext
from scraper.alerts.webhook.http import WebhookChannel
from scraper.alerts.webhook.settings import WebhookOptions
from scraper.clock import SystemClock
from scraper.errors import DeliveryError, FetchError, SettingsError
from scraper.fetch import guarded_transport
from tests.alerts.fakes import fake_context
from tests.alerts.samples import NOW, message
from tests.fakes import FakeClock
from tests.servers import HookSink, LocalSite, Reply

pytestmark = pytest.mark.anyio

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "https://soc.example.org/hooks/secret-part"


def channel(
    handler: Callable[[httpx.Request], httpx.Response],
    clock: FakeClock | None = None,
    **options: Any,
) -> WebhookChannel:
    context = replace(fake_context(clock or FakeClock(NOW)), http=httpx.MockTransport(handler))
    return WebhookChannel(WebhookOptions.model_validate({"url": URL} | options), context)


async def failure(sender: WebhookChannel) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await sender.send(message())
    return caught.value


def answering(status: int, **about: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(status, **about)


def raising(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    return fail


@pytest.fixture
async def transport() -> AsyncIterator[httpx.AsyncBaseTransport]:
    async with httpx.AsyncHTTPTransport() as opened:
        yield opened


class TestOverTheNet:
    async def test_a_real_receiver_verifies_it(self, transport: httpx.AsyncBaseTransport):
        context = ChannelContext(clock=SystemClock(), http=transport, user_agent="Tocsin/1")
        with HookSink(SECRET) as sink:
            options = WebhookOptions.model_validate(
                {"url": sink.url, "secret": SECRET, "headers": {"X-Desk": "night"}}
            )
            receipt = await WebhookChannel(options, context).send(message("d-7", title="صاروخ"))
        assert receipt.detail == "HTTP 204 No Content"
        [hook] = sink.received
        assert hook.verified
        assert hook.id == "d-7"
        assert hook.payload["data"]["article"]["title"] == "صاروخ"
        assert hook.headers["content-type"] == "application/json"
        assert hook.headers["user-agent"] == "Tocsin/1"
        assert hook.headers["x-desk"] == "night"

    async def test_another_secret_is_refused(self, transport: httpx.AsyncBaseTransport):
        context = ChannelContext(clock=SystemClock(), http=transport)
        with HookSink(SECRET) as sink:
            options = WebhookOptions.model_validate({"url": sink.url, "secret": "whsec_YWJj"})
            error = await failure(WebhookChannel(options, context))
        assert not error.permanent
        assert "HTTP 401" in str(error)

    async def test_a_repeat_has_the_same_id_and_body_and_a_signature_of_its_own(
        self, transport: httpx.AsyncBaseTransport
    ):
        clock = FakeClock(NOW)
        context = ChannelContext(clock=clock, http=transport)
        with HookSink() as sink:
            sink.fail_first(1)
            options = WebhookOptions.model_validate({"url": sink.url, "secret": SECRET})
            sender = WebhookChannel(options, context)
            await failure(sender)
            clock.advance(timedelta(minutes=1))
            await sender.send(message())
        first, second = sink.received
        assert first.id == second.id == "delivery-1"
        assert first.body == second.body
        timestamps = [int(hook.headers["webhook-timestamp"]) for hook in (first, second)]
        assert timestamps == [int(NOW.timestamp()), int(NOW.timestamp()) + 60]
        assert first.headers["webhook-signature"] != second.headers["webhook-signature"]

    async def test_success_counts_though_the_body_never_ends(
        self, transport: httpx.AsyncBaseTransport
    ):
        context = ChannelContext(clock=FakeClock(NOW), http=transport)
        with LocalSite() as site:
            url = site.handle("/hook", Reply(body=b"x" * 10, length=10**9, reset_after=5))
            options = WebhookOptions(url=url)
            receipt = await WebhookChannel(options, context).send(message())
        assert receipt.detail == "HTTP 200 OK"

    @pytest.mark.parametrize(
        ("reply", "connections"),
        [
            (Reply(status=204), 1),
            (Reply(status=200, body=b"thank you"), 1),
            (Reply(status=200, body=b"x" * 100_000), 3),  # so much is not waited for
        ],
    )
    async def test_a_connection_is_used_again_after_a_short_answer(
        self, reply: Reply, connections: int
    ):
        async with guarded_transport([ip_network("127.0.0.0/8")]) as transport:
            context = ChannelContext(clock=SystemClock(), http=transport)
            with LocalSite() as site:
                url = site.handle("/hook", reply)
                sender = WebhookChannel(WebhookOptions(url=url), context)
                for number in range(3):
                    await sender.send(message(f"d-{number}"))
                used = {hit.connection for hit in site.hits("/hook")}
        assert len(used) == connections

    async def test_an_answer_that_drips_is_not_waited_for(
        self, transport: httpx.AsyncBaseTransport
    ):
        clock = FakeClock(NOW)
        context = ChannelContext(clock=clock, http=transport)
        with LocalSite() as site:
            url = site.drip("/hook", b"x" * 1000)
            receipt = await WebhookChannel(WebhookOptions(url=url), context).send(message())
        assert receipt.detail == "HTTP 200 OK"
        assert clock.now() - NOW < timedelta(seconds=1)

    async def test_an_endless_error_is_read_only_so_far(self, transport: httpx.AsyncBaseTransport):
        context = ChannelContext(clock=FakeClock(NOW), http=transport)
        with LocalSite() as site:
            url = site.handle("/hook", Reply(status=500, body=b"no! " * 10**6))
            error = await failure(WebhookChannel(WebhookOptions(url=url), context))
        assert "no! no!" in str(error)
        assert len(str(error)) < 400

    @pytest.mark.parametrize("after", [0, 3])
    async def test_a_connection_that_breaks_is_tried_again(
        self, transport: httpx.AsyncBaseTransport, after: int
    ):
        context = ChannelContext(clock=FakeClock(NOW), http=transport)
        with LocalSite() as site:
            url = site.handle(
                "/hook", Reply(status=503, body=b"broken", length=99, reset_after=after)
            )
            error = await failure(WebhookChannel(WebhookOptions(url=url), context))
        assert not error.permanent

    async def test_a_redirect_is_not_followed(self, transport: httpx.AsyncBaseTransport):
        context = ChannelContext(clock=FakeClock(NOW), http=transport)
        with LocalSite() as site:
            site.add("/new", "here")
            url = site.redirect("/hook", "/new", status=308)
            error = await failure(WebhookChannel(WebhookOptions(url=url), context))
            assert site.hits("/new") == []
        assert not error.permanent
        assert "redirects are not followed" in str(error)

    async def test_no_one_listening_is_tried_again(self, transport: httpx.AsyncBaseTransport):
        context = ChannelContext(clock=FakeClock(NOW), http=transport)
        with HookSink() as sink:
            url = sink.url
        error = await failure(WebhookChannel(WebhookOptions(url=url), context))
        assert not error.permanent
        assert str(error).startswith("the webhook at 127.0.0.1 cannot be reached: ")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206])
async def test_every_2xx_is_success(status: int):
    receipt = await channel(answering(status)).send(message())
    assert receipt.detail.startswith(f"HTTP {status}")


@pytest.mark.parametrize("status", [301, 304, 400, 401, 403, 404, 422, 429, 500, 502, 503, 504])
async def test_every_other_answer_is_tried_again(status: int):
    error = await failure(channel(answering(status)))
    assert not error.permanent
    assert f"HTTP {status}" in str(error)


async def test_gone_is_gone():
    error = await failure(channel(answering(410, text="This hook was removed.")))
    assert error.gone
    assert error.permanent
    assert "This hook was removed." in str(error)


@pytest.mark.parametrize("status", [429, 503, 500])
async def test_a_pause_that_is_asked_for_is_handed_on(status: int):
    error = await failure(channel(answering(status, headers={"retry-after": "120"})))
    assert error.retry_after == timedelta(minutes=2)


async def test_what_the_other_side_says_is_made_printable_and_the_address_is_not_told():
    error = await failure(channel(answering(500, content=b"\x1b[2J\r\nERROR fake log line\xff")))
    assert "\x1b" not in str(error)
    assert "\n" not in str(error)
    assert "ERROR fake log line" in str(error)
    assert "secret-part" not in str(error)
    assert "soc.example.org" in str(error)


@pytest.mark.parametrize(
    "said",
    [
        "no such token: Basic bm9ib2R5Omh1bnRlcjI=",
        "no such token: bm9ib2R5Omh1bnRlcjI=",
        "cannot POST /hooks/secret-part?key=s3cr3t-key",
        "cannot POST https://soc.example.org/hooks/secret-part?key=s3cr3t-key",
        "the key s3cr3t-key has expired",
    ],
)
@pytest.mark.parametrize("place", ["content", "extensions"])
async def test_what_is_echoed_of_the_address_and_of_headers_is_not_told(place: str, said: str):
    about = {"content": said.encode()} if place == "content" else {}
    reason = {"reason_phrase": said.encode()} if place == "extensions" else {}
    error = await failure(
        channel(
            answering(401, **about, extensions=reason),
            url=f"{URL}?key=s3cr3t-key",
            headers={"Authorization": "Basic bm9ib2R5Omh1bnRlcjI=", "X-Desk": "401"},
        )
    )
    assert "***" in str(error)
    for secret in ("bm9ib2R5Omh1bnRlcjI=", "s3cr3t-key", "secret-part"):
        assert secret not in str(error)
    assert "answered HTTP 401" in str(error)  # short words are told: all would be stars else


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("slow"),
        httpx.ConnectTimeout("slow"),
        httpx.PoolTimeout("busy"),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("nonsense"),
        httpx.ReadError(""),
        FetchError("10.0.0.1 is a private address", permanent=True),
    ],
)
async def test_no_answer_is_tried_again(error: Exception):
    failed = await failure(channel(raising(error)))
    assert not failed.permanent
    assert "soc.example.org" in str(failed)


async def test_an_address_that_is_guarded_says_so():
    guard = FetchError("10.0.0.1 is a private address", permanent=True)
    failed = await failure(channel(raising(guard)))
    assert "may not be reached: 10.0.0.1 is a private address" in str(failed)


async def test_an_answer_without_end_is_left_alone():
    class Endless(httpx.AsyncByteStream):
        chunks = 0

        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                self.chunks += 1
                assert self.chunks < 100, "it reads on and on"
                yield b"no! " * 256

    error = await failure(channel(lambda _: httpx.Response(500, stream=Endless())))
    assert "no! no!" in str(error)


async def test_no_cookie_is_kept():
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("cookie"))
        return httpx.Response(204, headers={"set-cookie": "track=1; Path=/"})

    sender = channel(answer)
    await sender.send(message())
    await sender.send(message())
    assert seen == [None, None]


async def test_without_a_secret_it_is_not_signed():
    seen: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(204)

    await channel(answer).send(message())
    assert "webhook-signature" not in seen[0]
    assert seen[0]["webhook-id"] == "delivery-1"


async def test_the_secret_may_be_in_a_file_beside_the_settings(tmp_path: Path):
    (tmp_path / "soc.secret").write_text(SECRET + "\n")
    options = WebhookOptions.model_validate({"url": URL, "secret_file": "soc.secret"})
    in_text = WebhookOptions.model_validate({"url": URL, "secret": SECRET})
    assert options.keys(tmp_path) == in_text.keys(tmp_path) != []


async def test_secrets_are_rotated_without_a_message_that_either_side_refuses(
    tmp_path: Path, transport: httpx.AsyncBaseTransport
):
    new, other = "whsec_bmV3LWtleS1vZi1zb21lLWxlbmd0aA==", "whsec_b3RoZXI="
    (tmp_path / "now").write_text(SECRET)
    (tmp_path / "before").write_text(other)
    context = ChannelContext(clock=SystemClock(), http=transport, folder=tmp_path)
    files = {"secret_file": "now", "previous_secret_file": "before"}
    with HookSink(SECRET) as sink, HookSink(new) as changed:
        senders = {
            one: WebhookChannel(WebhookOptions.model_validate({"url": one.url} | files), context)
            for one in (sink, changed)
        }
        await senders[sink].send(message())
        (tmp_path / "before").write_text(SECRET)
        (tmp_path / "now").write_text(new)
        await senders[sink].send(message())
        await senders[changed].send(message())  # the receiver took the new one, at any time
        (tmp_path / "before").write_text(other)
        await senders[changed].send(message())
        assert "HTTP 401" in str(await failure(senders[sink]))
        assert [hook.verified for hook in sink.received] == [True, True, False]
        assert all(hook.verified for hook in changed.received)


async def test_a_secret_file_that_went_away_is_said_so_and_the_message_waits(tmp_path: Path):
    (tmp_path / "now").write_text(SECRET)
    context = replace(fake_context(), folder=tmp_path)
    options = WebhookOptions.model_validate({"url": URL, "secret_file": "now"})
    sender = WebhookChannel(options, context)
    (tmp_path / "now").unlink()
    error = await failure(sender)
    assert not error.permanent
    assert "secret_file: now cannot be read" in str(error)
    with pytest.raises(SettingsError, match="secret_file: now cannot be read"):
        WebhookChannel(options, context)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"previous_secret": SECRET}, "secret is missing"),
        ({"secret": SECRET, "secret_file": "x"}, "secret and secret_file are both set"),
        (
            {"secret": SECRET, "previous_secret": SECRET, "previous_secret_file": "x"},
            "previous_secret and previous_secret_file are both set",
        ),
        ({"secret": SECRET, "previous_secret": "hunter2!"}, "openssl rand"),
    ],
)
async def test_secrets_that_cannot_be_meant_are_refused(options: dict[str, str], said: str):
    with pytest.raises(ValidationError, match=said):
        WebhookOptions.model_validate({"url": URL} | options)


async def test_the_body_is_json():
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.read())
        return httpx.Response(204)

    await channel(answer).send(message())
    assert json.loads(seen[0])["type"] == "article.matched"


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        (None, None),
        ("0", timedelta(0)),
        (" 30 ", timedelta(seconds=30)),
        ("Sun, 01 Mar 2026 06:05:00 GMT", timedelta(minutes=5)),
        ("Sun, 01 Mar 2026 05:00:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣٠", None),
        ("9" * 500, timedelta(seconds=10**9)),
    ],
)
async def test_retry_after_is_seconds_or_a_date(value: str | None, pause: timedelta | None):
    assert retry_after(value, NOW) == pause


@given(st.text(max_size=60))
async def test_retry_after_takes_anything(value: str):
    pause = retry_after(value, datetime(2026, 3, 1, tzinfo=UTC))
    assert pause is None or pause >= timedelta(0)
