"""Where the demo's alerts go: a mail server and a webhook receiver on loopback."""

import asyncio
import base64
import binascii
import contextlib
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scraper.clock import Clock
from scraper.demo.serving import LOOPBACK, address, listen, serving
from scraper.errors import UsageError

_TOLERANCE = timedelta(minutes=5)  # of a webhook's timestamp, as Standard Webhooks advises
_SECRET_PREFIX = "whsec_"  # noqa: S105 - marks a secret, is none
_HOOK_PATH = "/hooks/news"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """A mail that arrived, with the addresses of its envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """Its subject, decoded; empty when it has none."""
        return str(self.message.get("subject", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedHook:
    """A webhook whose signature is good. `id` stays the same when a delivery is repeated."""

    id: str
    payload: Any


class MailReceiver:
    """An SMTP server, up while the block of `async with` runs; it keeps all it gets.

    `on_mail` is called with every mail, in the event loop. UsageError when aiosmtpd is missing.
    """

    def __init__(self, *, on_mail: Callable[[ReceivedMail], None] | None = None) -> None:
        self._on_mail = on_mail
        self._protocols: list[Any] = []
        self.host = LOOPBACK
        self.port = 0
        self.received: list[ReceivedMail] = []

    async def __aenter__(self) -> Self:
        try:
            from aiosmtpd.smtp import SMTP  # noqa: PLC0415 - only the demo's extra brings it
        except ImportError as error:
            raise UsageError(
                "The demo's mail server is not installed. "
                "Install Tocsin with its extra for the demo: pip install 'tocsin[demo]'"
            ) from error

        def connected() -> Any:
            protocol = SMTP(
                self, hostname="localhost", enable_SMTPUTF8=True, loop=asyncio.get_running_loop()
            )
            self._protocols.append(protocol)
            return protocol

        self._server = await asyncio.get_running_loop().create_server(connected, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        for protocol in self._protocols:
            if protocol.transport is not None:
                protocol.transport.abort()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd looks its hooks up by the command's name
        """Keep a mail; the reply of RFC 5321 that says so."""
        del server, session
        mail = ReceivedMail(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            message=message_from_bytes(envelope.content, policy=policy.default),
        )
        self.received.append(mail)
        if self._on_mail is not None:
            self._on_mail(mail)
        return "250 2.0.0 Received"


class HookReceiver:
    """A receiver of Standard Webhooks, up while the block of `async with` runs.

    What is not signed with `secret` ("whsec_" and base64) or minutes old is answered with
    401 and counted in `refused`; the rest is kept, a repeated delivery too. `on_hook` is called
    with every one that is kept.
    """

    def __init__(
        self,
        secret: str,
        *,
        clock: Clock,
        on_hook: Callable[[ReceivedHook], None] | None = None,
    ) -> None:
        self._key = _key(secret)
        self._clock = clock
        self._on_hook = on_hook
        self._stack = contextlib.AsyncExitStack()
        self.url = ""
        self.received: list[ReceivedHook] = []
        self.refused = 0

    async def __aenter__(self) -> Self:
        listener = listen()
        self.url = address(listener) + _HOOK_PATH
        app = Starlette(routes=[Route(_HOOK_PATH, self._receive, methods=["POST"])])
        await self._stack.enter_async_context(serving(app, [listener]))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _receive(self, request: Request) -> Response:
        body = await request.body()
        identity = request.headers.get("webhook-id", "")
        timestamp = request.headers.get("webhook-timestamp", "")
        signatures = request.headers.get("webhook-signature", "")
        if not (
            self._is_recent(timestamp) and self._is_signed(identity, timestamp, body, signatures)
        ):
            self.refused += 1
            return Response("The signature is wrong or too old.\n", status_code=401)
        try:
            payload = json.loads(body)
        except ValueError:
            self.refused += 1
            return Response("The body is no JSON.\n", status_code=400)
        hook = ReceivedHook(id=identity, payload=payload)
        self.received.append(hook)
        if self._on_hook is not None:
            self._on_hook(hook)
        return Response(status_code=204)

    def _is_recent(self, timestamp: str) -> bool:
        if not (timestamp.isascii() and timestamp.isdigit()):
            return False
        age = self._clock.now().timestamp() - int(timestamp)
        return abs(age) <= _TOLERANCE.total_seconds()

    def _is_signed(self, identity: str, timestamp: str, body: bytes, signatures: str) -> bool:
        """Whether one of the signatures is ours: Standard Webhooks 1.0.0, "Signature scheme"."""
        signed = f"{identity}.{timestamp}.".encode() + body
        wanted = hmac.digest(self._key, signed, hashlib.sha256)
        return any(hmac.compare_digest(wanted, given) for given in _symmetric(signatures))


def _symmetric(signatures: str) -> Iterator[bytes]:
    """The signatures of version 1, decoded; a sender that changes its secret sends several."""
    for signature in signatures.split():
        version, _, encoded = signature.partition(",")
        if version == "v1":
            with contextlib.suppress(
                binascii.Error, ValueError
            ):  # one that is garbled matches none
                yield base64.b64decode(encoded, validate=True)


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise UsageError(
            f'A webhook secret is "{_SECRET_PREFIX}" and then base64, which this one is not.'
        ) from error
