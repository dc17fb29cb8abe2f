"""Sends a webhook over HTTP; what an answer means is told in `scraper.alerts.poster`."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import httpx

from scraper.alerts.causes import Side
from scraper.alerts.certificates import OwnCertificate
from scraper.alerts.filling import fill_in, values_of
from scraper.alerts.message import Message
from scraper.alerts.poster import Poster
from scraper.alerts.templates import Form, OwnTemplate
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.alerts.webhook.payload import encode, payload
from scraper.alerts.webhook.settings import JSON, WebhookOptions
from scraper.alerts.webhook.signature import sign
from scraper.alerts.webhook.tls import Stamps, stamps, tls_context
from scraper.errors import Cause, DeliveryError, SettingsError

# What receivers do that look at our certificate: TLS breaks off, or they answer.
_OF_OUR_CERTIFICATE: Final = frozenset(
    {Cause.TLS, Cause.BROKEN_OFF, Cause.LOGIN, Cause.FORBIDDEN, Cause.UNEXPECTED}
)


_SHORTEST_SECRET: Final = 8  # characters; without what is shorter, answers could not be read


def _secrets(url: httpx.URL, headers: Iterable[str]) -> Iterator[str]:
    """What a receiver may echo of the request, and nobody is told: whole, and word for word."""
    path = url.raw_path.decode("ascii")
    words = (word for value in headers for word in (value, *value.split()))
    for secret in (str(url), path, url.path, *url.params.values(), *words):
        if len(secret) >= _SHORTEST_SECRET:
            yield secret


class WebhookChannel:
    """One receiver. Files that its options name are read again when they have changed."""

    def __init__(self, options: WebhookOptions, context: ChannelContext) -> None:
        self._url = httpx.URL(options.url)
        self._headers = dict(options.headers)
        self._options = options
        self._files = any(name.endswith("_file") for name in options.model_fields_set)
        self._context = context
        self._own: list[httpx.AsyncBaseTransport] = []  # the last one is in use
        self._stamps: Stamps = stamps(options, context.folder)
        self._shown: OwnCertificate | None = None
        self._poster = self._build()
        self._read()  # what is wrong with a file is said at once

    @classmethod
    def build(cls, options: WebhookOptions, context: ChannelContext) -> "WebhookChannel":
        """The channel of these options; SettingsError when a file that they name is wrong."""
        return cls(options, context)

    async def send(self, message: Message) -> Receipt:
        """Post the message once."""
        try:
            found = await asyncio.to_thread(self._read) if self._files else self._read()
        except SettingsError as error:
            raise DeliveryError(str(error), cause=Cause.SETTINGS) from error
        keys, template = found
        body = await self._body(message, template)
        headers = self._signed(message, body, keys)
        media_type = self._options.content_type
        try:
            answer = await self._poster.post(
                self._url, body, headers=headers, media_type=media_type
            )
        except DeliveryError as error:
            raise self._of_our_certificate(error) from error
        warning = self._warning()
        return Receipt(detail=f"{answer.status}; {warning}" if warning else answer.status)

    async def aclose(self) -> None:
        """Close the connections that are its own."""
        while self._own:
            await self._own.pop().aclose()

    async def _body(self, message: Message, template: OwnTemplate | None) -> bytes:
        if template is None:
            return encode(payload(message))
        context = self._context
        text = await fill_in(
            template,
            values_of(message, public_url=context.public_url),
            form=Form.JSON if self._options.content_type == JSON else Form.TEXT,
            apart=context.apart,
            side=Side.WEBHOOK,
        )
        return text.encode()

    def _read(self) -> tuple[list[bytes], OwnTemplate | None]:
        """The keys that sign, and the template; certificates are taken anew where they changed."""
        found = stamps(self._options, self._context.folder)
        if found != self._stamps:
            self._poster = self._build()
            self._stamps = found
        return self._options.keys(self._context.folder), self._options.body(self._context.folder)

    def _build(self) -> Poster:
        context, certificate = self._context, self._options.certificate_file
        self._shown = OwnCertificate.read(context.folder / certificate) if certificate else None
        tls = tls_context(self._options, context.folder)
        if tls is not None:
            self._own.append(context.over_tls(tls))  # messages may be under way on the one before
        # By its host: the rest of an address is often a secret.
        return Poster(
            context,
            where=f"the webhook at {self._url.host}",
            timeout=self._options.timeout,
            secrets=tuple(_secrets(self._url, self._headers.values())),
            side=Side.WEBHOOK,
            transport=self._own[-1] if self._own else None,
        )

    def _warning(self) -> str | None:
        return self._shown.warning(self._context.clock.now()) if self._shown else None

    def _of_our_certificate(self, error: DeliveryError) -> DeliveryError:
        """The error, where it may come of our certificate, with what is wrong with that."""
        warning = self._warning()
        if self._shown is None or warning is None or error.cause not in _OF_OUR_CERTIFICATE:
            return error
        expired = self._shown.has_expired(self._context.clock.now())
        return DeliveryError(
            f"{error}; {warning}",
            permanent=error.permanent,
            retry_after=error.retry_after,
            only_this=error.only_this,
            gone=error.gone,
            cause=Cause.OWN_CERTIFICATE if expired else error.cause,
        )

    def _signed(self, message: Message, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
        timestamp = int(self._context.clock.now().timestamp())
        headers = self._headers | {
            "webhook-id": message.delivery_id,
            "webhook-timestamp": str(timestamp),
        }
        if keys:
            headers["webhook-signature"] = sign(
                keys, message_id=message.delivery_id, timestamp=timestamp, body=body
            )
        return headers
