"""Sends a webhook over HTTP; what an answer means is told in `scraper.alerts.poster`."""

import asyncio
from collections.abc import Sequence

import httpx

from scraper.alerts.message import Message
from scraper.alerts.poster import Poster
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.alerts.webhook.payload import encode, payload
from scraper.alerts.webhook.settings import WebhookOptions
from scraper.alerts.webhook.signature import sign
from scraper.errors import DeliveryError, SettingsError


class WebhookChannel:
    """One receiver."""

    def __init__(self, options: WebhookOptions, context: ChannelContext) -> None:
        self._url = httpx.URL(options.url)
        self._headers = dict(options.headers)
        self._options = options
        self._folder = context.folder
        options.keys(context.folder)  # what is wrong with them is said at once
        self._clock = context.clock
        # By its host: the rest of an address is often a secret. No hints: whose receiver it is
        # knows best why it refuses.
        self._poster = Poster(
            context,
            where=f"the webhook at {self._url.host}",
            timeout=options.timeout,
            hints=False,
        )

    @classmethod
    def build(cls, options: WebhookOptions, context: ChannelContext) -> "WebhookChannel":
        """The channel of these options; SettingsError when its secret cannot be read."""
        return cls(options, context)

    async def send(self, message: Message) -> Receipt:
        """Post the message once."""
        body = encode(payload(message))
        headers = self._signed(message, body, await self._keys())
        answer = await self._poster.post(self._url, body, headers=headers)
        return Receipt(detail=answer.status)

    async def _keys(self) -> list[bytes]:
        """Read for each message: files change when secrets are rotated."""
        try:
            return await asyncio.to_thread(self._options.keys, self._folder)
        except SettingsError as error:
            raise DeliveryError(str(error)) from error

    def _signed(self, message: Message, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
        timestamp = int(self._clock.now().timestamp())
        headers = self._headers | {
            "webhook-id": message.delivery_id,
            "webhook-timestamp": str(timestamp),
        }
        if keys:
            headers["webhook-signature"] = sign(
                keys, message_id=message.delivery_id, timestamp=timestamp, body=body
            )
        return headers
