"""Sends alerts into a room of Matrix (Client-Server API, PUT …/rooms/{room}/send/…).

The delivery's id is the transaction's: a homeserver that took a message does not take it again.
"""

from urllib.parse import quote

import httpx

from scraper.alerts.brief import brief
from scraper.alerts.causes import Side
from scraper.alerts.matrix.format import content
from scraper.alerts.matrix.settings import MatrixOptions
from scraper.alerts.message import Message
from scraper.alerts.options import read_token
from scraper.alerts.poster import Poster
from scraper.alerts.threads import Threads
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.alerts.webhook.payload import encode


class MatrixChannel:
    """One room."""

    def __init__(self, options: MatrixOptions, context: ChannelContext) -> None:
        token = read_token(options.token, options.token_file, context.folder) or ""
        room = quote(options.room, safe="")
        self._send = (
            f"{options.server.rstrip('/')}/_matrix/client/v3/rooms/{room}/send/m.room.message/"
        )
        self._headers = {"authorization": f"Bearer {token}"}
        self._public_url = context.public_url
        self._threads = Threads() if options.threads else None
        self._poster = Poster(
            context,
            where=f"Matrix at {httpx.URL(options.server).host}",
            timeout=options.timeout,
            side=Side.HOSTED_CHAT,
            ca_file=options.ca_file,
            secrets=(token,),
            content=True,
        )

    @classmethod
    def build(cls, options: MatrixOptions, context: ChannelContext) -> "MatrixChannel":
        """The channel of these options; SettingsError when its file cannot be read."""
        return cls(options, context)

    async def aclose(self) -> None:
        """Close the connections that are its own."""
        await self._poster.aclose()

    async def send(self, message: Message) -> Receipt:
        """Send the message, however often it is called for one delivery; in its story's thread."""
        story = message.story_id
        body = content(brief(message, public_url=self._public_url))
        threads = self._threads if story is not None else None
        opening = threads.opening(story) if threads else None
        if opening is not None:
            body["m.relates_to"] = {"rel_type": "m.thread", "event_id": opening}
        answer = await self._poster.post(
            self._send + quote(message.delivery_id, safe=""),
            encode(body),
            headers=self._headers,
            method="PUT",
            read=True,
        )
        event = answer.values.get("event_id")
        if not isinstance(event, str):
            self._poster.refuse("it named no event: is this the address of a homeserver?")
        if threads:
            threads.opened(story, event)
        return Receipt(detail=answer.status)
