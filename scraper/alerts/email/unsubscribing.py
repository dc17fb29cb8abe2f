"""One-click unsubscription (RFC 8058): a link in a message by which its reader leaves its watch.

    token     channel, address and watches, signed (HMAC-SHA256) with the database's own key
    link      public_url + PATH + token: GET shows what it would do, POST does it (scraper.web)
    left      (address, watch) pairs that the transport asks for before it sends

A token names one address. So a channel that offers this sends every recipient a message of its own:
whoever clicks, or forwards the message to somebody who does, speaks for that address alone. Tokens
do not expire: what they do is little, is shown by `tocsin channel unsubscribed`, and is undone by
`tocsin channel resubscribe`.
"""

import hmac
import json
import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from typing import Final, Protocol, TypeVar
from urllib.parse import urlsplit

from scraper.alerts.message import AlertMessage, DigestMessage, Message
from scraper.clock import Clock

_log = logging.getLogger(__name__)

T = TypeVar("T")

PATH: Final = "/unsubscribe/"  # a token follows
KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 16  # of HMAC-SHA256; RFC 2104, section 5, allows half
_PURPOSE: Final = b"unsubscribe\0"  # the key signs nothing else, and nothing else signs this
_LONGEST_LINK: Final = 900  # characters; a line has at most 998 (RFC 5322), and this is one
_MOST_WATCHES: Final = 200


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a token stands for: the address wants no more messages of the watches on the channel."""

    channel: str
    address: str
    watches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Where to unsubscribe; `one_click` when a mail program may do it with one request."""

    url: str
    one_click: bool


class Unsubscriptions(Protocol):
    """What is kept of this."""

    def add(self, channel: str, address: str, watch_ids: Sequence[int], *, now: datetime) -> int:
        """Note that the address wants no more of these watches."""
        ...

    def of(self, channel: str, watch_ids: Sequence[int]) -> Collection[tuple[str, int]]:
        """Which addresses, in small letters, want no more of these watches."""
        ...


class Unit(Protocol):
    """One transaction."""

    @property
    def unsubscriptions(self) -> Unsubscriptions:
        """The unsubscriptions."""
        ...


class Database(Protocol):
    """Runs work in a transaction: `storage.database.Database` does."""

    async def run(self, work: Callable[[Unit], T]) -> T:
        """Do the work and commit it."""
        ...

    async def query(self, work: Callable[[Unit], T]) -> T:
        """Do work that only reads."""
        ...


class Unsubscribing:
    """Makes links, and does what they say. `key` has KEY_BYTES; `public_url` is where we are."""

    def __init__(self, *, database: Database, clock: Clock, key: bytes, public_url: str) -> None:
        self._database = database
        self._clock = clock
        self._key = key
        self._address = public_url.rstrip("/") + PATH
        self._one_click = _is_private(public_url)

    def link(self, leaving: Leaving) -> Link | None:
        """The link for a message; None when it would be longer than a header can be."""
        url = self._address + make_token(self._key, leaving)
        return Link(url, self._one_click) if len(url) <= _LONGEST_LINK else None

    def read(self, token: str) -> Leaving | None:
        """What the token stands for; None when we did not make it."""
        return read_token(self._key, token)

    async def left(self, channel: str, watches: Sequence[int]) -> Collection[tuple[str, int]]:
        """Pairs of an address, in small letters, and a watch of which it wants no more."""
        return await self._database.query(lambda unit: unit.unsubscriptions.of(channel, watches))

    async def leave(self, leaving: Leaving) -> None:
        """Send the address no more of that; done already, it stays done."""
        now = self._clock.now()
        noted = await self._database.run(
            lambda unit: unit.unsubscriptions.add(
                leaving.channel, leaving.address, leaving.watches, now=now
            )
        )
        if noted:
            _log.warning(
                "%s wants no more messages of %d watches on the channel %s; "
                "`tocsin channel resubscribe` undoes it",
                leaving.address,
                noted,
                leaving.channel,
                extra={"action": "channel.unsubscribed", "channel": leaving.channel},
            )


def watches_of(message: Message) -> tuple[int, ...]:
    """The watches that a message is of, and that may be left: none for a test or a notice."""
    match message:
        case AlertMessage(test=False):
            return (message.alert.watch.id,)
        case DigestMessage():
            return tuple(dict.fromkeys(each.alert.watch.id for each in message.messages))
        case _:
            return ()


def without(message: Message, watches: Collection[int]) -> Message | None:
    """The message for somebody who left these watches; None when nothing of it is left."""
    staying = [watch for watch in watches_of(message) if watch not in watches]
    if not staying and watches:
        return None
    if isinstance(message, DigestMessage):
        kept = (each for each in message.messages if each.alert.watch.id not in watches)
        return replace(message, messages=tuple(kept))
    return message


def make_token(key: bytes, leaving: Leaving) -> str:
    """What it stands for and its signature, in characters that need no escaping in a link."""
    content = json.dumps(
        [leaving.channel, leaving.address, *leaving.watches], separators=(",", ":")
    ).encode()
    return f"{_encoded(content)}.{_encoded(_signature(key, content))}"


def read_token(key: bytes, token: str) -> Leaving | None:
    """What a token of ours stands for; None for any other."""
    head, dot, tail = token.partition(".")
    if not dot or len(token) > _LONGEST_LINK or not token.isascii():
        return None
    try:
        content, signature = _decoded(head), _decoded(tail)
    except ValueError:
        return None
    if not hmac.compare_digest(signature, _signature(key, content)):
        return None
    channel, address, *watches = json.loads(content)  # ours, so it is as we made it
    return Leaving(channel, address, tuple(watches[:_MOST_WATCHES]))


def _signature(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + content, "sha256")[:_SIGNATURE_BYTES]


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _is_private(url: str) -> bool:
    """Whether a request to it is seen by nobody else: RFC 8058 asks for https."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
