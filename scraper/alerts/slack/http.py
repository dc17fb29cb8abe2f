"""Sends alerts to Slack.

A bot's call is answered with 200 whatever comes of it; `ok` tells.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from scraper.alerts.brief import brief
from scraper.alerts.causes import Side
from scraper.alerts.message import Message
from scraper.alerts.options import needed_address, read_token
from scraper.alerts.poster import Poster
from scraper.alerts.slack.format import blocks
from scraper.alerts.slack.settings import SlackOptions
from scraper.alerts.threads import Threads
from scraper.alerts.transport import Channel, ChannelContext, Receipt
from scraper.alerts.webhook.payload import encode
from scraper.errors import Cause, SettingsError

_OF_THE_MESSAGE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_too_long", "no_text"})
_REMEDIES = {
    "not_in_channel": "invite the bot into the channel",
    "channel_not_found": "look at channel, or invite the bot into it",
    "is_archived": "the channel is archived: name another",
    "missing_scope": "give the bot the scope chat:write",
    "invalid_auth": "the token is not valid: copy it anew",
    "token_revoked": "the token was revoked: make a new one",
    "account_inactive": "the bot was removed from the workspace: install it anew",
}
_CAUSES = {
    "not_in_channel": Cause.FORBIDDEN,
    "missing_scope": Cause.FORBIDDEN,
    "channel_not_found": Cause.MISSING,
    "is_archived": Cause.GONE,
    "invalid_auth": Cause.LOGIN,
    "token_revoked": Cause.LOGIN,
    "account_inactive": Cause.LOGIN,
}


def build(options: SlackOptions, context: ChannelContext) -> Channel:
    """The channel of these options; SettingsError when a file of theirs cannot be read."""
    token = read_token(options.token, options.token_file, context.folder)
    if token is not None:
        return SlackBot(options, token, context)
    return SlackWebhook(options, context)


class SlackWebhook:
    """An incoming webhook: it writes to the one channel that it was made for."""

    def __init__(self, options: SlackOptions, context: ChannelContext) -> None:
        self._url = needed_address(options.url, options.url_file, context.folder)
        self._public_url = context.public_url
        self._poster = Poster(
            context,
            where=f"Slack at {httpx.URL(self._url).host}",
            timeout=options.timeout,
            side=Side.HOSTED_CHAT,
            ca_file=options.ca_file,
            secrets=(self._url,),
            gone=(404,),
            content=True,
        )

    async def aclose(self) -> None:
        """Close the connections that are its own."""
        await self._poster.aclose()

    async def send(self, message: Message) -> Receipt:
        """Post the message once."""
        shown = brief(message, public_url=self._public_url)
        answer = await self._poster.post(self._url, encode(blocks(shown)))
        return Receipt(detail=answer.status)


class SlackBot:
    """A bot's token and a channel (chat.postMessage): a story's alerts are one thread."""

    def __init__(self, options: SlackOptions, token: str, context: ChannelContext) -> None:
        if options.channel is None:
            raise SettingsError("channel is missing: a bot needs to know where to write")
        self._channel = options.channel
        self._url = f"{options.server.rstrip('/')}/api/chat.postMessage"
        self._headers = {"authorization": f"Bearer {token}"}
        self._public_url = context.public_url
        self._threads = Threads() if options.threads else None
        self._poster = Poster(
            context,
            where=f"Slack at {httpx.URL(self._url).host}",
            timeout=options.timeout,
            side=Side.HOSTED_CHAT,
            ca_file=options.ca_file,
            secrets=(token,),
            content=True,
        )

    async def aclose(self) -> None:
        """Close the connections that are its own."""
        await self._poster.aclose()

    async def send(self, message: Message) -> Receipt:
        """Post the message once, into the thread of its story."""
        story = message.story_id
        body = blocks(brief(message, public_url=self._public_url)) | {"channel": self._channel}
        threads = self._threads if story is not None else None
        opening = threads.opening(story) if threads else None
        if opening is not None:
            body["thread_ts"] = opening
        answer = await self._poster.post(self._url, encode(body), headers=self._headers, read=True)
        if answer.values.get("ok") is not True:
            self._refused(answer.values, story)
        if threads and isinstance(answer.values.get("ts"), str):
            threads.opened(story, answer.values["ts"])
        return Receipt(detail=answer.status)

    def _refused(self, values: Mapping[str, Any], story: int | None) -> None:
        error = str(values.get("error") or "it did not say ok")
        if error in {"thread_not_found", "cannot_reply_to_message"} and self._threads:
            self._threads.lost(story)
        remedy = _REMEDIES.get(error)
        self._poster.refuse(
            f"{error} ({remedy})" if remedy else error,
            only_this=error in _OF_THE_MESSAGE,
            cause=_CAUSES.get(error, Cause.MESSAGE),
        )
