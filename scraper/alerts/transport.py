"""What every channel is given, and what it gives back."""

import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

import httpx
from pydantic import BaseModel

from scraper.alerts.email.settings import SmtpSettings
from scraper.alerts.email.unsubscribing import Unsubscribing
from scraper.alerts.message import Message
from scraper.clock import Clock
from scraper.fetch.guard import Network

T = TypeVar("T")

TIME_LIMIT = timedelta(seconds=60)  # for one attempt, whatever a channel's own limits are


class EndedError(Exception):
    """It was ended: it took too long, or too much memory."""


class Apart(Protocol):
    """Calls a picklable function where it may be ended."""

    async def __call__(self, function: Callable[..., T], /, *args: object) -> T:
        """What the function gives; its own errors are raised as they are.

        Raises EndedError when it was ended, and DeliveryError when there is no place to call it.
        """
        ...


async def here(function: Callable[..., T], /, *args: object) -> T:
    """Calls it in this very process: for tests, and where there are no templates."""
    return function(*args)


def _no_tls(context: ssl.SSLContext) -> httpx.AsyncBaseTransport:
    raise NotImplementedError(f"nothing here makes transports for {context}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A message was taken.

    `detail` is what the other side answered, on one line. `refused` are the recipients that will
    not get it (address: reason), when others do.
    """

    detail: str
    refused: Mapping[str, str] = field(default_factory=dict)


class Channel(Protocol):
    """Where messages go."""

    async def send(self, message: Message) -> Receipt:
        """Hand the message over; return once the other side has taken it.

        Raises DeliveryError: permanent when this message will never be taken, with `retry_after`
        when the other side asked for a pause. May be called for several messages at once. When it
        is cancelled, the message may or may not have been taken.
        """
        ...


@runtime_checkable
class Closing(Protocol):
    """A channel that keeps something open between messages."""

    async def aclose(self) -> None:
        """Let go of it; a message that is under way comes to its end, and no other follows."""
        ...


async def close(channel: Channel) -> None:
    """End the use of a channel, whether or not it keeps anything open."""
    if isinstance(channel, Closing):
        await channel.aclose()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelContext:
    """What the composition root hands to every channel.

    `http` carries all requests (its owner closes it) and is where private addresses are refused;
    `over_tls` makes another such, for a channel that trusts other authorities or shows a
    certificate: the channel closes that. `allow_networks` is for a channel whose connections are
    made elsewhere: those private ones that may be reached. `smtp` None: no mail server is set.
    `unsubscribing` None: no reader can be offered a link to us. Relative paths in options start at
    `folder`. `public_url` is where readers reach us, if they can. `on_step` is told how far a
    message came: "connected", "encrypted" … `apart` is where templates are rendered.
    """

    clock: Clock
    http: httpx.AsyncBaseTransport
    over_tls: Callable[[ssl.SSLContext], httpx.AsyncBaseTransport] = _no_tls
    smtp: SmtpSettings | None = None
    user_agent: str = "Tocsin"
    unsubscribing: Unsubscribing | None = None
    folder: Path = Path()
    allow_networks: Sequence[Network] = ()
    public_url: str | None = None
    on_step: Callable[[str], None] | None = None
    apart: Apart = here


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelType:
    """A sort of channel.

    `options` validates what a person set (extra keys are errors); `build` makes the channel from
    those options, and raises SettingsError when something that they name, such as a file, is not
    there. `concurrency` is how many messages it may be given at once. `examine` looks closer at
    options when a person sets them, and may take a second: SettingsError for what cannot work.
    """

    options: type[BaseModel]
    build: Callable[[Any, ChannelContext], Channel]
    concurrency: int
    examine: Callable[[Any, Path], None] | None = None
