"""Sends a webhook over HTTP; what an answer means is told in `scraper.alerts.poster`."""

import httpx

from scraper.alerts.message import Message
from scraper.alerts.poster import Poster
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.alerts.webhook.payload import encode, payload
from scraper.alerts.webhook.settings import WebhookOptions
from scraper.alerts.webhook.signature import sign


class WebhookChannel:
    """One receiver."""

    def __init__(self, options: WebhookOptions, context: ChannelContext) -> None:
        self._url = httpx.URL(options.url)
        self._headers = dict(options.headers)
        self._key = options.key(context.folder)
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
        answer = await self._poster.post(self._url, body, headers=self._signed(message, body))
        return Receipt(detail=answer.status)

    def _signed(self, message: Message, body: bytes) -> dict[str, str]:
        timestamp = int(self._clock.now().timestamp())
        headers = self._headers | {
            "webhook-id": message.delivery_id,
            "webhook-timestamp": str(timestamp),
        }
        if self._key is not None:
            headers["webhook-signature"] = sign(
                self._key, message_id=message.delivery_id, timestamp=timestamp, body=body
            )
        return headers
