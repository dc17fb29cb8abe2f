"""What a channel would be sent, for whoever wants to see it first: nothing leaves the machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import Protocol, TypeAlias, runtime_checkable

import httpx

from scraper.alerts.channels import CHANNEL_TYPES, build_channel
from scraper.alerts.message import Message
from scraper.alerts.transport import ChannelContext, ChannelType, close
from scraper.alerts.webhook.payload import encode
from storage.records import Channel

# Headers that tell of the message; all others may be secrets, or are the connection's.
_SHOWN = frozenset(
    {
        "content-type",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "user-agent",
    }
)
_OF_THE_CONNECTION = frozenset(
    {"host", "accept", "accept-encoding", "connection", "content-length"}
)
_HIDDEN = "***"
_YES = {"ok": True, "event_id": "$preview"}  # what Slack and Telegram say, and what Matrix says


@dataclass(frozen=True, slots=True)
class Posted:
    """A request. Of its address only the host is told: the rest is often a secret.

    For services that another library sends to, it is what that is given, with their names.
    """

    method: str
    host: str
    headers: Mapping[str, str]
    body: bytes


Preview: TypeAlias = Posted | EmailMessage


@runtime_checkable
class Composing(Protocol):
    """A channel whose messages are e-mails."""

    async def compose(self, message: Message) -> EmailMessage:
        """The message as its first recipient would get it."""
        ...


@runtime_checkable
class Wording(Protocol):
    """A channel whose messages are sent elsewhere, in words alone."""

    async def worded(self, message: Message) -> Sequence[tuple[str, str, str]]:
        """For each service its name, the title and the text that it would get."""
        ...


async def preview(
    channel: Channel,
    message: Message,
    context: ChannelContext,
    *,
    types: Mapping[str, ChannelType] = CHANNEL_TYPES,
) -> Preview:
    """What the message would be for the channel.

    Raises SettingsError when the channel's options are wrong, and DeliveryError when there is no
    such message: a template that cannot be filled in, or nobody who would get it.
    """
    network = _Nowhere()
    built = build_channel(
        channel.spec, replace(context, http=network, over_tls=lambda _: network), types
    )
    try:
        if isinstance(built, Composing):
            return await built.compose(message)
        if isinstance(built, Wording):
            return _words(channel, await built.worded(message))
        await built.send(message)
    finally:
        await close(built)
    assert network.posted is not None, "what sends says so"
    return network.posted


def _words(channel: Channel, texts: Sequence[tuple[str, str, str]]) -> Posted:
    names = dict.fromkeys(service for service, _, _ in texts)
    messages = [
        {"service": service, "title": title, "text": text} for service, title, text in texts
    ]
    return Posted(
        method=channel.spec.type,
        host=", ".join(names),
        headers={},
        body=encode({"messages": messages}),
    )


class _Nowhere(httpx.AsyncBaseTransport):
    """Keeps the request, and answers it as if all were well."""

    def __init__(self) -> None:
        self.posted: Posted | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.posted = Posted(
            method=request.method,
            host=request.url.host,
            headers={
                name: value if name in _SHOWN else _HIDDEN
                for name, value in request.headers.items()
                if name not in _OF_THE_CONNECTION
            },
            body=await request.aread(),
        )
        return httpx.Response(200, json=_YES)
