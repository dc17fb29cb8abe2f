"""Sends alerts to a workflow of Microsoft Teams."""

import httpx

from scraper.alerts.brief import brief
from scraper.alerts.message import Message
from scraper.alerts.options import needed_address
from scraper.alerts.poster import Poster
from scraper.alerts.teams.format import payload
from scraper.alerts.teams.settings import TeamsOptions
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.alerts.webhook.payload import encode


class TeamsChannel:
    """One workflow."""

    def __init__(self, options: TeamsOptions, context: ChannelContext) -> None:
        self._url = needed_address(options.url, options.url_file, context.folder)
        self._public_url = context.public_url
        self._poster = Poster(
            context,
            where=f"Teams at {httpx.URL(self._url).host}",
            timeout=options.timeout,
            secrets=(self._url,),
            gone=(404,),
            content=True,
        )

    @classmethod
    def build(cls, options: TeamsOptions, context: ChannelContext) -> "TeamsChannel":
        """The channel of these options; SettingsError when its file cannot be read."""
        return cls(options, context)

    async def send(self, message: Message) -> Receipt:
        """Post the message once; the workflow answers before Teams shows it."""
        shown = brief(message, public_url=self._public_url)
        answer = await self._poster.post(self._url, encode(payload(shown)))
        return Receipt(detail=answer.status)
