"""`tocsin channel`."""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from scraper.actions import channels
from scraper.alerts import CHANNEL_TYPES, secret_keys
from scraper.alerts.masking import masked, target
from scraper.alerts.webhook.payload import schema as webhook_schema
from scraper.cli.channel_preview import preview_command
from scraper.cli.channel_test import test
from scraper.cli.families import add_upkeep
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import plain, print_fields, print_json, print_table, say
from scraper.cli.person import person
from scraper.clock import SystemClock
from scraper.errors import UsageError
from scraper.settings.watch_writing import plan_texts
from storage.records import Channel

_LISTS = {"to", "cc", "tags"}  # written as one,two


@click.group()
def channel() -> None:
    """The channels: add, list, show, preview, test, pause, resume, remove; who unsubscribed."""


@channel.command()
@click.argument("name")
@click.argument("kind", metavar="TYPE", type=click.Choice(sorted(CHANNEL_TYPES)))
@click.argument("options", nargs=-1, metavar="KEY=VALUE…")
@settings_option
def add(name: str, kind: str, options: tuple[str, ...], config: Path | None) -> None:
    """Add a channel, such as: add soc webhook url=https://soc.example.org/hook."""
    secrets = secret_keys(CHANNEL_TYPES[kind].options)
    given = dict(_option(option, secrets) for option in options)
    values = {**given, "name": name, "type": kind}
    with opened(config) as database, database.begin() as unit:
        added = channels.add(unit, values, by=person(), now=SystemClock().now())
    say(f"{added.name}: added; try it with: tocsin channel test {added.name}")


def _option(text: str, secrets: Collection[str]) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f'"{text}" is no option: write KEY=VALUE, such as to=desk@example.org')
    if key in secrets and key != "headers":
        raise UsageError(f"a secret on the command line is seen by others: use {key}_file=PATH")
    if key.endswith("template"):  # its first character may be a brace
        return key, value
    if value[:1] in "[{":
        try:
            return key, tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            raise UsageError(f'"{text}": write a list as ["one", "two"]') from None
    if key.endswith("_file"):
        return key, str(Path(value).absolute())
    if key == "quiet":
        return key, [value]
    return key, [part.strip() for part in value.split(",")] if key in _LISTS else value


@channel.command()
def schema() -> None:
    """Print the JSON Schema of what webhooks are sent."""
    click.echo(webhook_schema(), nl=False)


@channel.command("list")
@settings_option
@json_option
def list_(config: Path | None, as_json: bool) -> None:
    """List the channels."""
    with opened(config) as database, database.read() as unit:
        listed = unit.channels.list()
    if as_json:
        print_json([_json(shown) for shown in listed])
        return
    print_table(
        ("name", "type", "goes to", "state"),
        ((c.name, c.spec.type, target(c.spec.options), _state(c)) for c in listed),
        empty="There are no channels. Add one: tocsin channel add NAME email to=desk@example.org",
    )


def _state(shown: Channel) -> str:
    if shown.paused_because:
        return f"paused: {shown.paused_because}"
    return "paused" if shown.paused else "on"


def _json(shown: Channel) -> dict[str, Any]:
    return {
        "id": shown.id,
        "name": shown.spec.name,
        "type": shown.spec.type,
        "options": plain(masked(shown.spec)),
        "plan": plain(shown.spec.plan),
        "origin": shown.origin,
        "paused": shown.paused,
        "paused_because": shown.paused_because,
    }


@channel.command()
@click.argument("name")
@settings_option
@json_option
def show(name: str, config: Path | None, as_json: bool) -> None:
    """Show a channel; without its secrets, and of an address only the host."""
    with opened(config) as database, database.read() as unit:
        shown = found(unit.channels.get(name), "channel", name)
    if as_json:
        print_json(_json(shown))
        return
    print_fields(
        {
            "name": name,
            "type": shown.spec.type,
            **plain(masked(shown.spec)),
            **plan_texts(shown.spec.plan),
            "from": shown.origin,
            "state": _state(shown),
        }
    )


@channel.command()
@click.argument("name")
@settings_option
@json_option
def unsubscribed(name: str, config: Path | None, as_json: bool) -> None:
    """List who unsubscribed from which watches, by the link in an e-mail."""
    with opened(config) as database, database.read() as unit:
        found(unit.channels.get(name), "channel", name)
        gone = unit.unsubscriptions.list(name)
    if as_json:
        print_json(
            [
                {"address": one.address, "watch": one.watch, "since": plain(one.created_at)}
                for one in gone
            ]
        )
        return
    print_table(
        ("address", "watch", "since"),
        ((one.address, one.watch, one.created_at) for one in gone),
        empty=f"Nobody has unsubscribed from {name}.",
    )


@channel.command()
@click.argument("name")
@click.argument("address")
@click.option("--watch", metavar="NAME", help="Of this watch alone; else of all.")
@settings_option
def resubscribe(name: str, address: str, watch: str | None, config: Path | None) -> None:
    """Send e-mails to an address again that had unsubscribed."""
    with opened(config) as database, database.begin() as unit:
        found(unit.channels.get(name), "channel", name)
        watch_id = None if watch is None else found(unit.watches.get(watch), "watch", watch).id
        undone = unit.unsubscriptions.remove(name, address, watch_id=watch_id)
    if not undone:
        raise UsageError(
            f"{address} had not unsubscribed from that; see: tocsin channel unsubscribed {name}"
        )
    say(f"{address}: gets e-mails of {undone} {'watch' if undone == 1 else 'watches'} again")


channel.add_command(preview_command)
channel.add_command(test)
add_upkeep(channel, "channel")
