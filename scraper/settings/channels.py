"""What settings say of channels, as the alerts understand it."""

from collections.abc import Iterator

import httpx
from pydantic import ValidationError

from scraper.alerts import (
    CHANNEL_TYPES,
    ChannelContext,
    SmtpSettings,
    build_channel,
    check_options,
    secret_keys,
)
from scraper.clock import SystemClock
from scraper.errors import SettingsError
from scraper.settings.load import Loaded, worded
from scraper.settings.model import Channel
from storage.records import ChannelSpec

Place = tuple[str | int, ...]


def smtp_settings(loaded: Loaded) -> SmtpSettings:
    """The mail server, from the settings; SettingsError for what cannot work."""
    smtp = loaded.settings.smtp
    return SmtpSettings(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        sender=smtp.sender,
        username=smtp.username,
        password=smtp.password.get_secret_value() if smtp.password else None,
        timeout=smtp.timeout,
        ca_file=loaded.folder / smtp.ca_file if smtp.ca_file else None,
    )


def smtp_problems(loaded: Loaded) -> Iterator[tuple[Place, str]]:
    """What is wrong with the mail server's settings: keys and sentences."""
    try:
        settings = smtp_settings(loaded)
        if settings.ca_file is not None:  # the machine's own take a while to read, and are in order
            settings.tls_context()
    except SettingsError as error:
        key, _, words = str(error).partition(": ")
        yield tuple(key.split(".")), words


def check_files(spec: ChannelSpec) -> None:
    """SettingsError unless the options are right, and the files that they name are as needed.

    The channel is built for that, and sends nothing.
    """
    nowhere = httpx.AsyncBaseTransport()
    context = ChannelContext(
        clock=SystemClock(), http=nowhere, over_tls=lambda _: nowhere, smtp=SmtpSettings()
    )
    build_channel(spec, context)
    check_options(spec)


def channel_problems(channel: Channel) -> Iterator[tuple[Place, str]]:
    """What is wrong with a channel's own options: keys within the channel, and sentences."""
    kind = CHANNEL_TYPES[channel.type]
    try:
        kind.options.model_validate(channel.options)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            yield worded(
                details, known=kind.options.model_fields, secrets=secret_keys(kind.options)
            )
        return
    try:
        check_files(channel.spec())
    except SettingsError as error:
        words = str(error).removeprefix(f'channel "{channel.name}": ')
        key, _, rest = words.partition(": ")
        yield ((key,), rest) if key in channel.options else ((), words)
