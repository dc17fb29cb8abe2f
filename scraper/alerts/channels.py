"""The sorts of channels there are, and how one is made from what a person set."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from scraper.alerts.apprise.channel import AppriseChannel, examine
from scraper.alerts.apprise.settings import AppriseOptions
from scraper.alerts.discord.http import DiscordChannel
from scraper.alerts.discord.settings import DiscordOptions
from scraper.alerts.email.settings import EmailOptions
from scraper.alerts.email.smtp import EmailChannel
from scraper.alerts.matrix.http import MatrixChannel
from scraper.alerts.matrix.settings import MatrixOptions
from scraper.alerts.ntfy.http import NtfyChannel
from scraper.alerts.ntfy.settings import NtfyOptions
from scraper.alerts.slack import http as slack
from scraper.alerts.slack.settings import SlackOptions
from scraper.alerts.teams.http import TeamsChannel
from scraper.alerts.teams.settings import TeamsOptions
from scraper.alerts.telegram.http import TelegramChannel
from scraper.alerts.telegram.settings import TelegramOptions
from scraper.alerts.transport import Channel, ChannelContext, ChannelType
from scraper.alerts.webhook.http import WebhookChannel
from scraper.alerts.webhook.settings import WebhookOptions
from scraper.errors import SettingsError
from storage.records import ChannelSpec

CHANNEL_TYPES: dict[str, ChannelType] = {
    "email": ChannelType(options=EmailOptions, build=EmailChannel.build, concurrency=2),
    # One at a time where a story's second alert answers its first, and where a service takes no
    # more than one message a second anyway.
    "slack": ChannelType(options=SlackOptions, build=slack.build, concurrency=1),
    "discord": ChannelType(options=DiscordOptions, build=DiscordChannel.build, concurrency=1),
    "telegram": ChannelType(options=TelegramOptions, build=TelegramChannel.build, concurrency=1),
    "teams": ChannelType(options=TeamsOptions, build=TeamsChannel.build, concurrency=1),
    "matrix": ChannelType(options=MatrixOptions, build=MatrixChannel.build, concurrency=1),
    "ntfy": ChannelType(options=NtfyOptions, build=NtfyChannel.build, concurrency=2),
    "webhook": ChannelType(options=WebhookOptions, build=WebhookChannel.build, concurrency=4),
    # One at a time: each is a process of its own.
    "apprise": ChannelType(
        options=AppriseOptions, build=AppriseChannel.build, concurrency=1, examine=examine
    ),
}


def check_options(spec: ChannelSpec, types: Mapping[str, ChannelType] = CHANNEL_TYPES) -> BaseModel:
    """The channel's options, checked; SettingsError names each key that is wrong, with a remedy.

    The message holds no value that was set, for it may be a secret. Relative paths start here.
    """
    options = _validated(spec, types)
    examine = types[spec.type].examine
    if examine is not None:
        with _of(spec):
            examine(options, Path())
    return options


def _validated(spec: ChannelSpec, types: Mapping[str, ChannelType]) -> BaseModel:
    kind = types.get(spec.type)
    if kind is None:
        known = ", ".join(f'"{name}"' for name in sorted(types))
        raise SettingsError(f'channel "{spec.name}": type: there is no "{spec.type}": use {known}')
    try:
        return kind.options.model_validate(dict(spec.options))
    except ValidationError as error:
        lines = (f'channel "{spec.name}": {line}' for line in _lines(error))
        raise SettingsError("\n".join(lines)) from None


def build_channel(
    spec: ChannelSpec, context: ChannelContext, types: Mapping[str, ChannelType] = CHANNEL_TYPES
) -> Channel:
    """The channel, ready to send; SettingsError when its options or what they name are wrong."""
    options = _validated(spec, types)
    with _of(spec):
        return types[spec.type].build(options, context)


@contextmanager
def _of(spec: ChannelSpec) -> Iterator[None]:
    """What is wrong is said of this channel."""
    try:
        yield
    except SettingsError as error:
        raise SettingsError(f'channel "{spec.name}": {error}') from error


def _lines(error: ValidationError) -> list[str]:
    return [_line(problem) for problem in error.errors(include_input=False, include_url=False)]


def _line(problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    words = {
        "extra_forbidden": "there is no such key: leave it out, or mend its name",
        "missing": "it is missing",
    }
    said = words.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    return f"{key}: {said}" if key else said
