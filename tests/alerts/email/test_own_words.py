"""E-mails in words of one's own."""

import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scraper.alerts import EmailOptions, SmtpSettings
from scraper.alerts.email.smtp import EmailChannel
from scraper.alerts.email.unsubscribing import Unsubscribing
from scraper.alerts.message import Message
from scraper.alerts.sample import sample_digest, sample_notice
from scraper.errors import Cause, DeliveryError, SettingsError
from storage.database import Database
from storage.records import WatchSpec
from tests.alerts.email.mailserver import mail_server
from tests.alerts.fakes import fake_context
from tests.alerts.samples import NOW, message
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

PAGE = """
<h1><a href="{{ data.article.url|link }}">{{ data.article.title }}</a></h1>
{% for passage in data.passages %}
<p>{{ passage|marked }}</p>
{% endfor %}
{% if unsubscribe %}
<a href="{{ unsubscribe }}">leave</a>
{% endif %}
"""
HOSTILE = 'A "<script>" & {{ 7 * 7 }}'

Compose = Callable[..., Any]


@pytest.fixture
def composed(tmp_path: Path) -> Compose:
    async def compose(told: Message, **options: Any) -> EmailMessage:
        """The mail as the receiver reads it."""
        context = replace(
            fake_context(FakeClock(NOW)),
            smtp=SmtpSettings(sender="tocsin@example.org"),
            folder=tmp_path,
            public_url="https://news.example.org",
        )
        made = EmailOptions.model_validate({"to": ["desk@example.org"]} | options)
        mail = await EmailChannel.build(made, context).compose(told)
        return message_from_bytes(mail.as_bytes(), policy=policy.default)

    return compose


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


async def test_each_part_can_be_written_anew_and_the_rest_stays(composed: Compose):
    told = message()
    plain = await composed(told)
    subject = await composed(told, subject_template="!{{ summary }}!")
    text = await composed(told, text_template="{{ data.passages[0]|marked }}")
    page = await composed(told, html_template=PAGE)
    assert subject["Subject"] == "!Baghdad attacks: Rockets land near Baghdad airport!"
    assert part(text, "plain").strip() == "Two *rockets* landed near *Baghdad* airport before dawn."
    assert "<p>Two <mark>rockets</mark> landed near <mark>Baghdad" in part(page, "html")
    assert part(subject, "plain") == part(page, "plain") == part(plain, "plain")
    assert part(subject, "html") == part(text, "html") == part(plain, "html")
    assert text["Subject"] == page["Subject"] == plain["Subject"]


async def test_what_programs_read_stays(composed: Compose):
    own = await composed(
        message(), subject_template="s", text_template="t", html_template="<p>h</p>"
    )
    plain = await composed(message())
    assert own["Message-ID"] == "<delivery-1@example.org>"
    assert own.keys() == plain.keys()
    changed = {name for name in plain if own[name] != plain[name]}
    assert changed == {"Subject", "Content-Type"}  # the second has a boundary that is drawn
    assert own.get_content_type() == plain.get_content_type()


async def test_the_link_to_unsubscribe_is_there_in_header_and_page(sqlite_address: str):
    with Database.open(sqlite_address) as database:
        with database.begin() as unit:
            for name in "abc":
                unit.watches.add(WatchSpec(name=name, query="x"), now=NOW)
        clock = FakeClock(NOW)
        context = replace(
            fake_context(clock),
            smtp=SmtpSettings(sender="tocsin@example.org"),
            unsubscribing=Unsubscribing(
                database=database, clock=clock, key=bytes(32), public_url="https://n.example.org"
            ),
        )
        options = EmailOptions.model_validate({"to": ["a@example.org"], "html_template": PAGE})
        mail = await EmailChannel.build(options, context).compose(message())
    link = mail["List-Unsubscribe"].strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.startswith("https://n.example.org/unsubscribe/")
    assert f'<a href="{link}">leave</a>' in part(mail, "html")


@pytest.mark.parametrize(
    "title",
    ["A\r\nBcc: spy@example.net", "A\nX: y\n\nbody", "=?utf-8?q?=0d=0aBcc:_x?=", "\u2028Bcc: x"],
)
async def test_no_title_and_no_template_adds_a_header(composed: Compose, title: str):
    plain = await composed(message(title="A"))
    for template in ("{{ data.article.title }}", f"{{{{ {title!r} }}}}", title):
        mail = await composed(message(title=title), subject_template=template)
        assert mail.keys() == plain.keys()
        assert mail["Bcc"] is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(subject=st.text(max_size=80), title=st.text(max_size=80))
async def test_whatever_a_subject_holds_the_headers_are_ours(
    composed: Compose, subject: str, title: str
):
    literal = "".join(f"\\U{ord(character):08x}" for character in subject)
    template = f"{{{{ '{literal}' }}}}{{{{ data.article.title }}}}"
    mail = await composed(message(title=title), subject_template=template)
    assert [name for name in mail if not name.startswith("X-")][:6] == [
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")
    ]


async def test_an_empty_subject_is_ours(composed: Compose):
    mail = await composed(message(), subject_template="{% if false %}x{% endif %} ")
    assert mail["Subject"].startswith("[Baghdad attacks] Rockets land")


async def test_a_page_is_escaped_and_a_text_is_not(composed: Compose):
    mail = await composed(
        message(title=HOSTILE, url="javascript:alert(1)"),
        html_template=PAGE,
        text_template="{{ data.article.title }}",
    )
    assert '<h1><a href="">A &#34;&lt;script&gt;&#34; &amp; {{ 7 * 7 }}</a></h1>' in part(
        mail, "html"
    )
    assert part(mail, "plain").strip() == HOSTILE


async def test_digests_and_notices_go_through_the_same_templates(composed: Compose):
    template = "{{ type }}: {{ data.alerts|length if data.alerts is defined else summary }}"
    digest = await composed(sample_digest("desk", now=NOW), text_template=template)
    assert part(digest, "plain").strip() == "alerts.digest: 2"
    notice = await composed(sample_notice("desk", now=NOW), text_template=template)
    assert part(notice, "plain").startswith("operator.notice: Tocsin: source silent")


async def test_files_are_read_again_when_they_change(tmp_path: Path):
    file = tmp_path / "alert.html"
    file.write_text("one", "utf-8")
    options = EmailOptions.model_validate(
        {"to": ["a@example.org"], "html_template_file": "alert.html"}
    )
    context = replace(fake_context(FakeClock(NOW)), smtp=SmtpSettings(), folder=tmp_path)
    channel = EmailChannel.build(options, context)
    assert part(await channel.compose(message()), "html").strip() == "one"
    file.write_text("two", "utf-8")
    assert part(await channel.compose(message()), "html").strip() == "two"
    file.unlink()
    with pytest.raises(DeliveryError, match=r"html_template_file: alert\.html cannot be") as caught:
        await channel.compose(message())
    assert caught.value.cause is Cause.SETTINGS


async def test_a_template_that_cannot_be_filled_in_sends_nothing_and_waits():
    async with mail_server() as server:
        options = EmailOptions.model_validate(
            {"to": ["a@example.org"], "text_template": "\n{{ data.alerts }}"}
        )
        smtp = SmtpSettings(host="127.0.0.1", port=server.port, sender="t@example.org")
        context = replace(fake_context(FakeClock(NOW)), smtp=smtp)
        said = (
            'text_template cannot be filled in: line 2: there is no "alerts" here: did you mean '
            '"alert"?; mend it, and look at what comes of it with `tocsin channel preview`'
        )
        with pytest.raises(DeliveryError, match=re.escape(said)) as caught:
            await EmailChannel.build(options, context).send(message())
        assert (caught.value.permanent, caught.value.cause) == (False, Cause.TEMPLATE)
        assert server.taken == []


@pytest.mark.parametrize("kind", ["subject", "text", "html"])
def test_what_is_no_template_is_refused_at_once(tmp_path: Path, kind: str):
    key = f"{kind}_template"
    with pytest.raises(ValidationError, match="line 2: "):
        EmailOptions.model_validate({"to": ["a@example.org"], key: "a\n{{"})
    with pytest.raises(ValidationError, match=f"{key} and {key}_file are both set"):
        EmailOptions.model_validate({"to": ["a@example.org"], key: "a", f"{key}_file": "b"})
    (tmp_path / "bad").write_text("a\n{% for %}", "utf-8")
    options = EmailOptions.model_validate({"to": ["a@example.org"], f"{key}_file": "bad"})
    context = replace(fake_context(), smtp=SmtpSettings(), folder=tmp_path)
    with pytest.raises(SettingsError, match=f"{key}_file: bad: line 2: "):
        EmailChannel.build(options, context)
