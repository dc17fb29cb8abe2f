"""Bodies of a receiver's own shape."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from scraper.alerts.message import Message
from scraper.alerts.sample import sample_digest, sample_notice
from scraper.alerts.webhook.http import WebhookChannel
from scraper.alerts.webhook.settings import WebhookOptions
from scraper.clock import SystemClock
from scraper.errors import Cause, DeliveryError, SettingsError
from tests.alerts.fakes import fake_context
from tests.alerts.samples import NOW, message
from tests.fakes import FakeClock
from tests.servers import HookSink

pytestmark = pytest.mark.anyio

URL = "https://tickets.example.org/hook"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TICKET = """
{
  "summary": {{ summary|tojson }},
{% if type == "article.matched" or type == "channel.test" %}
  "where": {{ data.article.url|tojson }}
{% elif type == "alerts.digest" %}
  "number": {{ data.alerts|length }}
{% else %}
  "note": {{ data.notice.message|tojson }}
{% endif %}
}
"""

Send = Callable[..., Any]


@pytest.fixture
def sent(tmp_path: Path) -> Send:
    async def send(told: Message, **options: Any) -> httpx.Request:
        requests: list[httpx.Request] = []

        def take(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return httpx.Response(204)

        context = replace(
            fake_context(FakeClock(NOW)), http=httpx.MockTransport(take), folder=tmp_path
        )
        made = WebhookOptions.model_validate({"url": URL} | options)
        await WebhookChannel(made, context).send(told)
        return requests[0]

    return send


async def test_the_body_is_what_the_template_makes_of_it(sent: Send):
    request = await sent(message(title='"Rockets" \U0001f680 </script>'), template=TICKET)
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == {
        "summary": 'Baghdad attacks: "Rockets" \U0001f680 </script>',
        "where": "https://news.example.org/world/baghdad-rockets",
    }


async def test_one_template_serves_every_kind_of_message(sent: Send):
    digest = await sent(sample_digest("soc", now=NOW), template=TICKET)
    assert json.loads(digest.content)["number"] == 2
    notice = await sent(sample_notice("soc", now=NOW), template=TICKET)
    assert json.loads(notice.content)["note"].startswith("Nothing new for 9 hours")


async def test_it_need_not_be_json(sent: Send):
    request = await sent(
        message(), template="{{ summary }}", content_type="text/plain; charset=utf-8"
    )
    assert request.content == b"Baghdad attacks: Rockets land near Baghdad airport"
    assert request.headers["content-type"] == "text/plain; charset=utf-8"


async def test_what_is_signed_is_what_is_sent():
    with HookSink(SECRET) as sink:
        async with httpx.AsyncHTTPTransport() as transport:
            options = WebhookOptions.model_validate(
                {"url": sink.url, "secret": SECRET, "template": TICKET}
            )
            # The receiver takes nothing that is five minutes old.
            context = replace(fake_context(), http=transport, clock=SystemClock())
            await WebhookChannel(options, context).send(message())
        assert [hook.verified for hook in sink.received] == [True]
        assert "where" in sink.received[0].payload


async def test_a_file_is_read_again_when_it_changes(sent: Send, tmp_path: Path):
    file = tmp_path / "ticket.json"
    for text in ('{"a": 1}', '{"b": 2}'):
        file.write_text(text)
        request = await sent(message(), template_file="ticket.json")
        assert request.content == text.encode()


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (
            "\n{{ data.notice.message }}",
            'template cannot be filled in: line 2: there is no "notice" here',
        ),
        (
            '{"a": {{ data.article.title }}}',
            'no JSON comes of it (Expecting value in line 1 of that, at "Rockets land near Ba")',
        ),
        ("", "no JSON comes of it"),
        ("{{ '[' * 100000 }}", "the JSON that comes of it is nested too deeply"),
        ("[NaN]", "there is no NaN in JSON"),
        ("{{ '1' * 5000 }}", "template cannot be filled in: "),
    ],
)
async def test_what_cannot_be_filled_in_is_said_and_the_message_waits(
    sent: Send, template: str, said: str
):
    with pytest.raises(DeliveryError, match=re.escape(said)) as caught:
        await sent(message(), template=template)
    assert not caught.value.permanent
    assert caught.value.cause is Cause.TEMPLATE


async def test_the_file_of_a_template_that_cannot_be_filled_in_is_named(sent: Send, tmp_path: Path):
    (tmp_path / "ticket.json").write_text("\n{{ data.notice }}")
    said = 'template_file: ticket.json cannot be filled in: line 2: there is no "notice" here'
    with pytest.raises(DeliveryError, match=said):
        await sent(message(), template_file="ticket.json")


async def test_a_file_that_is_gone_is_said_and_the_message_waits(tmp_path: Path):
    file = tmp_path / "ticket.json"
    file.write_text("1")
    options = WebhookOptions.model_validate({"url": URL, "template_file": "ticket.json"})
    channel = WebhookChannel(options, replace(fake_context(), folder=tmp_path))
    file.unlink()
    with pytest.raises(DeliveryError, match=r"template_file: ticket\.json cannot be") as caught:
        await channel.send(message())
    assert caught.value.cause is Cause.SETTINGS
    assert not caught.value.permanent


async def test_what_a_page_says_is_never_a_template(sent: Send):
    hostile = '{{ 7 * 7 }}{% for x in range(9) %}", "admin": true, "x": "{# #}'
    request = await sent(message(title=hostile, standfirst="{{ data }}"), template=TICKET)
    told = json.loads(request.content)
    assert told["summary"] == f"Baghdad attacks: {hostile}"
    assert told.keys() == {"summary", "where"}


async def test_what_cannot_be_encoded_is_replaced(sent: Send):
    request = await sent(message(), template="{{ '\\ud800'|tojson }}")
    assert json.loads(request.content) == "\N{REPLACEMENT CHARACTER}"


async def test_the_page_where_an_alert_is_acknowledged_can_be_named():
    requests: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(204)

    context = replace(
        fake_context(), http=httpx.MockTransport(take), public_url="https://news.example.org/"
    )
    options = WebhookOptions.model_validate({"url": URL, "template": "{{ acknowledge|tojson }}"})
    channel = WebhookChannel(options, context)
    await channel.send(message())
    await channel.send(sample_notice("soc", now=NOW))
    bodies = [json.loads(request.content) for request in requests]
    assert bodies == ["https://news.example.org/alerts/alert-1", None]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"template": "a\n{{ b"}, "line 2: "),
        ({"template": "a", "template_file": "b"}, "template and template_file are both set"),
        ({"content_type": "text/plain"}, "content_type goes with a template"),
        ({"template": "a", "content_type": "text"}, "write a media type"),
        ({"template": "a", "content_type": "text/plain\r\nx: y"}, "write a media type"),
    ],
)
async def test_what_cannot_be_meant_is_refused(options: dict[str, str], said: str):
    with pytest.raises(ValidationError, match=said):
        WebhookOptions.model_validate({"url": URL} | options)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe\x00", "ticket.json: it is no text"),
        (b"{% if %}", "ticket.json: line 1: "),
    ],
)
async def test_a_file_that_holds_no_template_is_named(
    tmp_path: Path, content: bytes | None, said: str
):
    if content is not None:
        (tmp_path / "ticket.json").write_bytes(content)
    options = WebhookOptions.model_validate({"url": URL, "template_file": "ticket.json"})
    with pytest.raises(SettingsError, match=f"template_file: .*{said}"):
        WebhookChannel(options, replace(fake_context(), folder=tmp_path))
