"""Sends alerts to a webhook of Discord."""

import httpx

from scraper.alerts.brief import brief
from scraper.alerts.discord.format import payload
from scraper.alerts.discord.settings import DiscordOptions
from scraper.alerts.message import Message
from scraper.alerts.options import needed_address
from scraper.alerts.poster import Poster
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.alerts.webhook.payload import encode


class DiscordChannel:
    """One webhook."""

    def __init__(self, options: DiscordOptions, context: ChannelContext) -> None:
        address = needed_address(options.url, options.url_file, context.folder)
        # Without `wait` Discord answers before it has kept the message, whatever comes of it.
        self._url = httpx.URL(address).copy_merge_params({"wait": "true"})
        if options.thread_id is not None:
            self._url = self._url.copy_merge_params({"thread_id": options.thread_id})
        self._public_url = context.public_url
        self._poster = Poster(
            context,
            where=f"Discord at {self._url.host}",
            timeout=options.timeout,
            secrets=(address, str(self._url)),
            gone=(404,),
            content=True,
        )

    @classmethod
    def build(cls, options: DiscordOptions, context: ChannelContext) -> "DiscordChannel":
        """The channel of these options; SettingsError when its file cannot be read."""
        return cls(options, context)

    async def send(self, message: Message) -> Receipt:
        """Post the message once."""
        shown = brief(message, public_url=self._public_url)
        answer = await self._poster.post(self._url, encode(payload(shown)))
        return Receipt(detail=answer.status)
