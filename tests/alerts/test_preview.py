"""What a channel would be sent can be looked at, and nothing is sent."""

import json
from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage
from ipaddress import ip_network
from typing import Any

import httpx
import pytest

from scraper.alerts.channels import CHANNEL_TYPES, build_channel
from scraper.alerts.email.settings import SmtpSettings
from scraper.alerts.message import Message
from scraper.alerts.preview import Posted, preview
from scraper.alerts.sample import sample_alert, sample_digest, sample_message, sample_notice
from scraper.alerts.slack.http import SlackWebhook
from scraper.alerts.transport import Receipt
from scraper.clock import SystemClock
from scraper.errors import DeliveryError
from storage.records import Channel, ChannelSpec, DeliveryKind
from tests.alerts.fakes import fake_context
from tests.alerts.samples import NOW, alert
from tests.fakes import FakeClock
from tests.servers import LocalSite

pytestmark = pytest.mark.anyio

TOKEN = "123456:aSecretThatNobodyIsShown"
OPTIONS: dict[str, dict[str, Any]] = {
    "webhook": {
        "url": "https://soc.example.org/hooks/secret-part",
        "secret": "whsec_c2VjcmV0LXBhcnQ=",
        "headers": {"Authorization": "Bearer secret-part"},
    },
    "email": {"to": ["desk@example.org"]},
    "slack": {"url": "https://hooks.slack.com/services/T0/B0/secret-part"},
    "discord": {"url": "https://discord.com/api/webhooks/1/secret-part"},
    "telegram": {"token": "123456:secret-part-of-a-token-000000000", "chat_id": "-1"},
    "teams": {"url": "https://example.webhook.office.com/secret-part"},
    "matrix": {
        "server": "https://matrix.example.org",
        "room": "!room:example.org",
        "token": "secret-part",
    },
    "ntfy": {"topic": "desk", "token": "secret-part"},
    "apprise": {"url": "json://localhost/secret-part"},
}
MESSAGES = {
    "test": sample_message("desk", now=NOW, identifier="preview"),
    "alert": sample_alert("desk", now=NOW, alert=alert()),
    "escalation": sample_alert("desk", now=NOW, kind=DeliveryKind.ESCALATION, alert=alert()),
    "digest": sample_digest("desk", now=NOW, alert=alert()),
    "notice": sample_notice("desk", now=NOW),
}


def channel(kind: str, **more: Any) -> Channel:
    spec = ChannelSpec(name="desk", type=kind, options=OPTIONS[kind] | more)
    return Channel(id=1, spec=spec, origin="command", paused=False)


def test_every_kind_of_channel_is_here():
    assert OPTIONS.keys() == CHANNEL_TYPES.keys()


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize("told", MESSAGES)
async def test_what_would_be_sent_is_shown_without_secrets(kind: str, told: str):
    clock = SystemClock() if kind == "apprise" else FakeClock()  # a process takes real time
    context = replace(fake_context(), smtp=SmtpSettings(sender="tocsin@example.org"), clock=clock)
    made = await preview(channel(kind), MESSAGES[told], context)
    words = {
        "test": "This is a test of Tocsin",
        "alert": "Rockets land near Baghdad airport",
        "escalation": "escalation" if kind == "webhook" else "UNANSWERED",
        "digest": "Rockets land near Baghdad airport",
        "notice": "Nothing new for 9 hours",
    }[told]
    if isinstance(made, EmailMessage):
        text = made.get_body(("plain",))
        assert text is not None
        assert words in f"{made['Subject']} {text.get_content()}"
        assert made["To"] == "desk@example.org"
        return
    assert isinstance(made, Posted)
    body = made.body.decode()
    shown = f"{made.host} {dict(made.headers)} {body}"
    assert words in body.replace("<b>", "").replace("</b>", "").replace("*", "")
    assert "secret-part" not in shown
    assert kind == "apprise" or made.headers["content-type"] == "application/json"
    json.loads(body)


async def test_words_that_apprise_would_carry_are_not_sent():
    with LocalSite() as site:
        url = site.url("/secret-part").replace("http", "json")
        context = replace(
            fake_context(), clock=SystemClock(), allow_networks=(ip_network("127.0.0.0/8"),)
        )
        made = await preview(channel("apprise", url=url), MESSAGES["alert"], context)
        assert site.requests == []
    assert isinstance(made, Posted)
    assert (made.method, made.host) == ("apprise", "JSON")
    assert set(json.loads(made.body)["messages"][0]) == {"service", "title", "text"}


async def test_the_headers_that_tell_of_the_message_are_shown():
    made = await preview(channel("webhook"), MESSAGES["alert"], fake_context())
    assert isinstance(made, Posted)
    assert made.headers["webhook-id"] == "preview"
    assert made.headers["webhook-signature"].startswith("v1,")
    assert made.headers["authorization"] == "***"


async def test_a_template_that_cannot_be_filled_in_is_said():
    with pytest.raises(DeliveryError, match='there is no "notice" here'):
        await preview(
            channel("webhook", template="{{ data.notice }}"), MESSAGES["alert"], fake_context()
        )


async def test_what_is_previewed_is_what_is_sent():
    template = "{{ summary }}\n  {{ data.watch.name }}\n"
    shaped = channel("webhook", template=template, content_type="text/plain")
    made = await preview(shaped, MESSAGES["alert"], fake_context())
    assert isinstance(made, Posted)
    sent: list[httpx.Request] = []
    take = httpx.MockTransport(lambda request: sent.append(request) or httpx.Response(204))
    real = build_channel(shaped.spec, replace(fake_context(), http=take))
    await real.send(MESSAGES["alert"])
    assert made.body == sent[0].content
    assert made.headers["webhook-signature"] == sent[0].headers["webhook-signature"]


async def test_a_channel_that_nobody_reads_any_more_says_so():
    class Left:
        async def left(self, channel: str, watches: Sequence[int]) -> set[tuple[str, int]]:
            assert channel == "desk"
            return {("desk@example.org", watch) for watch in watches}

    context = replace(fake_context(), smtp=SmtpSettings(), unsubscribing=Left())  # type: ignore[arg-type]
    with pytest.raises(DeliveryError, match="nobody gets it"):
        await preview(channel("email"), MESSAGES["alert"], context)


async def test_errors_of_sending_are_not_swallowed():
    """A channel whose answer is none that its service gives must not look well."""

    class Refusing(SlackWebhook):
        async def send(self, message: Message) -> Receipt:
            await super().send(message)
            raise DeliveryError("that was no answer")

    types = {"slack": replace(CHANNEL_TYPES["slack"], build=Refusing)}
    with pytest.raises(DeliveryError, match="that was no answer"):
        await preview(channel("slack"), MESSAGES["alert"], fake_context(), types=types)
