"""`tocsin channel preview`."""

import asyncio
import json
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from secrets import token_bytes

import click

from scraper.alerts.email.unsubscribing import KEY_BYTES, Unsubscribing
from scraper.alerts.message import Message
from scraper.alerts.preview import Posted, Preview, preview
from scraper.alerts.sample import sample_alert, sample_digest, sample_message, sample_notice
from scraper.cli.files import write_bytes
from scraper.cli.groups import settings_option
from scraper.cli.opening import found, opened, read_settings
from scraper.cli.output import say
from scraper.cli.sending import sending
from scraper.clock import SystemClock
from scraper.errors import UsageError
from scraper.printable import printable
from scraper.settings import Loaded
from storage.database import Database
from storage.records import Alert, Channel, DeliveryKind

_OF_NO_ALERT = ("notice", "test")
_KINDS = ("alert", "escalation", "reminder", "digest", *_OF_NO_ALERT)


@click.command("preview")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(_KINDS),
    default="alert",
    show_default=True,
    help="What it tells: an alert, the same again, several, what an operator is told, a test.",
)
@click.option("--alert", "alert_id", metavar="ID", help="Of this alert; else one is made up.")
@click.option(
    "--raw",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it as it would be sent, byte for byte: a request's body, an e-mail (.eml).",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the page of an e-mail into a file, for a browser.",
)
@settings_option
def preview_command(
    name: str,
    kind: str,
    alert_id: str | None,
    raw: Path | None,
    html: Path | None,
    config: Path | None,
) -> None:
    """Show what a channel would be sent; nothing is sent, and no secret is shown.

    With --raw - or --html - standard output gets nothing but that.
    """
    if alert_id is not None and kind in _OF_NO_ALERT:
        raise UsageError(f"a {kind} tells of no alert: leave out --alert, or write --kind alert")
    loaded = read_settings(config)
    with opened(config) as database:
        with database.read() as unit:
            shown = found(unit.channels.get(name), "channel", name)
            alert = (
                None if alert_id is None else found(unit.outbox.alert(alert_id), "alert", alert_id)
            )
        made = asyncio.run(_preview(loaded, database, shown, _message(kind, name, alert)))
    if html is not None:
        write_bytes(html, _page(made))
    if raw is not None:
        write_bytes(raw, made.body if isinstance(made, Posted) else made.as_bytes())
    if Path("-") in (raw, html):
        return
    if isinstance(made, Posted):
        _show_request(made)
    else:
        _show_mail(made)


def _message(kind: str, channel: str, alert: Alert | None) -> Message:
    now = SystemClock().now()
    match kind:
        case "digest":
            return sample_digest(channel, now=now, alert=alert)
        case "notice":
            return sample_notice(channel, now=now)
        case "test":
            return sample_message(channel, now=now, identifier="preview")
        case _:
            return sample_alert(channel, now=now, kind=DeliveryKind(kind), alert=alert)


async def _preview(loaded: Loaded, database: Database, shown: Channel, message: Message) -> Preview:
    async with sending(loaded) as context:
        if not context.public_url:
            return await preview(shown, message, context)
        unsubscribing = Unsubscribing(
            database=database,
            clock=context.clock,
            # Not the database's own: its links look like the real ones, and unsubscribe nobody.
            key=token_bytes(KEY_BYTES),
            public_url=context.public_url,
        )
        return await preview(shown, message, replace(context, unsubscribing=unsubscribing))


def _page(made: Preview) -> bytes:
    html = made.get_body(("html",)) if isinstance(made, EmailMessage) else None
    if html is None:
        raise UsageError("--html is for e-mails: what this channel is sent has no page; use --raw")
    return str(html.get_content()).encode()


def _show_request(made: Posted) -> None:
    say(f"{made.method} to {made.host}")
    for name, value in made.headers.items():
        say(f"{name}: {value}")
    click.echo()
    text = made.body.decode("utf-8", "replace")
    indented = _indented(text)
    _show_text(indented or text)
    if indented:
        say("(The body is sent on one line, and indented here: see --raw.)", err=True)


def _indented(text: str) -> str | None:
    """A JSON object on one line, made readable; None for all else."""
    if "\n" in text:
        return None
    try:
        values = json.loads(text)
    except ValueError:
        return None
    return json.dumps(values, ensure_ascii=False, indent=2) if isinstance(values, dict) else None


def _show_mail(mail: EmailMessage) -> None:
    for name, value in mail.items():
        say(f"{name}: {value}")
    click.echo()
    text = mail.get_body(("plain",))
    _show_text(str(text.get_content()) if text else "")
    say("(Its page, for a browser: see --html.)", err=True)


def _show_text(text: str) -> None:
    """The text as it is, but for what steers a terminal."""
    safe = printable(text)
    click.echo(safe, nl=not safe.endswith("\n"))
    if safe != text:
        say("(Control characters are left out here: see --raw.)", err=True)
