"""Sends alerts by a bot of Telegram (core.telegram.org/bots/api#sendmessage)."""

import httpx

from scraper.alerts.brief import brief
from scraper.alerts.causes import Side
from scraper.alerts.message import Message
from scraper.alerts.options import read_token
from scraper.alerts.poster import Poster
from scraper.alerts.telegram.format import parameters
from scraper.alerts.telegram.settings import TelegramOptions
from scraper.alerts.threads import Threads
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.alerts.webhook.payload import encode


class TelegramChannel:
    """One chat."""

    def __init__(self, options: TelegramOptions, context: ChannelContext) -> None:
        token = read_token(options.token, options.token_file, context.folder) or ""
        # The token stands in the path: see `secrets`.
        self._url = f"{options.server.rstrip('/')}/bot{token}/sendMessage"
        self._fixed = {"chat_id": options.chat_id, "disable_notification": options.silent}
        if options.topic is not None:
            self._fixed["message_thread_id"] = options.topic
        self._public_url = context.public_url
        self._threads = Threads() if options.threads else None
        self._poster = Poster(
            context,
            where=f"Telegram at {httpx.URL(options.server).host}",
            timeout=options.timeout,
            side=Side.HOSTED_CHAT,
            ca_file=options.ca_file,
            secrets=(token,),
            content=True,
        )

    @classmethod
    def build(cls, options: TelegramOptions, context: ChannelContext) -> "TelegramChannel":
        """The channel of these options; SettingsError when its file cannot be read."""
        return cls(options, context)

    async def aclose(self) -> None:
        """Close the connections that are its own."""
        await self._poster.aclose()

    async def send(self, message: Message) -> Receipt:
        """Send the message once, as an answer to the first of its story."""
        story = message.story_id
        values = parameters(brief(message, public_url=self._public_url)) | self._fixed
        threads = self._threads if story is not None else None
        opening = threads.opening(story) if threads else None
        if opening is not None:
            values["reply_parameters"] = {
                "message_id": int(opening),
                "allow_sending_without_reply": True,
            }
        answer = await self._poster.post(self._url, encode(values), read=True)
        if answer.values.get("ok") is not True:
            self._poster.refuse(str(answer.values.get("description") or "it did not say ok"))
        result = answer.values.get("result")
        number = result.get("message_id") if isinstance(result, dict) else None
        if threads and isinstance(number, int):
            threads.opened(story, str(number))
        return Receipt(detail=answer.status)
