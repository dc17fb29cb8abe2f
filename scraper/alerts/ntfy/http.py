"""Publishes alerts to a topic of ntfy (docs.ntfy.sh/publish)."""

import hashlib

import httpx

from scraper.alerts.brief import brief
from scraper.alerts.causes import Side
from scraper.alerts.message import Message
from scraper.alerts.ntfy.format import notification
from scraper.alerts.ntfy.settings import NtfyOptions
from scraper.alerts.options import read_token
from scraper.alerts.poster import Poster
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.alerts.webhook.payload import encode


class NtfyChannel:
    """One topic."""

    def __init__(self, options: NtfyOptions, context: ChannelContext) -> None:
        token = read_token(options.token, options.token_file, context.folder)
        self._options = options
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._public_url = context.public_url
        self._poster = Poster(
            context,
            where=f"ntfy at {httpx.URL(options.server).host}",
            timeout=options.timeout,
            side=Side.HOSTED_CHAT,
            ca_file=options.ca_file,
            secrets=(token,) if token else (),
            content=True,
        )

    @classmethod
    def build(cls, options: NtfyOptions, context: ChannelContext) -> "NtfyChannel":
        """The channel of these options; SettingsError when its file cannot be read."""
        return cls(options, context)

    async def aclose(self) -> None:
        """Close the connections that are its own."""
        await self._poster.aclose()

    async def send(self, message: Message) -> Receipt:
        """Publish the message once; a repeat takes the place of the first on the phone."""
        # ntfy takes identifiers of at most 64 letters, digits, "-" and "_".
        sequence = hashlib.sha256(message.delivery_id.encode()).hexdigest()[:32]
        shown = brief(message, public_url=self._public_url)
        body = encode(notification(shown, self._options, sequence=sequence))
        # JSON is published at the root of the server; the topic stands in it.
        answer = await self._poster.post(self._options.server, body, headers=self._headers)
        return Receipt(detail=answer.status)
