"""Sends a webhook over HTTP.

What an answer means for the next attempt:

    2xx                       taken; the body is not waited for
    410 Gone                  permanent: the receiver says that it is there no more
    3xx                       temporary: redirects are not followed, they could lead anywhere
    429, 503 …                temporary; Retry-After is kept, whatever the status it comes with
    all other 4xx and 5xx     temporary: receivers get mended (a route, a password, a bug)
    no connection, no answer  temporary
"""

from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from scraper.alerts.clean import one_line
from scraper.alerts.message import AlertMessage
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.alerts.webhook.payload import encode, payload
from scraper.alerts.webhook.settings import WebhookOptions
from scraper.alerts.webhook.signature import sign
from scraper.errors import AttemptError, DeliveryError

_READ_AT_MOST = 4096  # bytes of an error's body: enough for the words of it
_LONGEST_ANSWER = 200  # characters of those that are kept


class WebhookChannel:
    """One receiver."""

    def __init__(self, options: WebhookOptions, context: ChannelContext) -> None:
        self._url = httpx.URL(options.url)
        self._headers = dict(options.headers)
        self._key = options.key(context.folder)
        self._clock = context.clock
        self._agent = context.user_agent
        # Not closed here: it holds nothing of its own but the transport, which belongs to whoever
        # passed it. Nothing is taken from the environment (proxies, .netrc), no cookie is kept.
        self._client = httpx.AsyncClient(
            transport=context.http,
            timeout=options.timeout.total_seconds(),
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )

    @classmethod
    def build(cls, options: WebhookOptions, context: ChannelContext) -> "WebhookChannel":
        """The channel of these options; SettingsError when its secret cannot be read."""
        return cls(options, context)

    async def send(self, message: AlertMessage) -> Receipt:
        """Post the message once."""
        request = self._request(message)
        try:
            response = await self._client.send(request, stream=True)
            async with aclosing(response):
                return await self._judge(response)
        except httpx.TimeoutException as error:
            raise DeliveryError(f"{self._where} did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = one_line(str(error), limit=_LONGEST_ANSWER) or type(error).__name__
            raise DeliveryError(f"{self._where} cannot be reached: {said}") from error
        except DeliveryError:
            raise
        except AttemptError as error:  # the guard of addresses: allow_networks mends it
            raise DeliveryError(f"{self._where} may not be reached: {error}") from error

    @property
    def _where(self) -> str:
        """The receiver by its host: the rest of an address is often a secret."""
        return f"the webhook at {self._url.host}"

    def _request(self, message: AlertMessage) -> httpx.Request:
        body = encode(payload(message))
        timestamp = int(self._clock.now().timestamp())
        headers = self._headers | {
            "content-type": "application/json",
            "accept-encoding": "identity",
            "user-agent": self._agent,
            "webhook-id": message.delivery_id,
            "webhook-timestamp": str(timestamp),
        }
        if self._key is not None:
            headers["webhook-signature"] = sign(
                self._key, message_id=message.delivery_id, timestamp=timestamp, body=body
            )
        return self._client.build_request("POST", self._url, content=body, headers=headers)

    async def _judge(self, response: httpx.Response) -> Receipt:
        status = f"HTTP {response.status_code} {response.reason_phrase}"
        status = one_line(status, limit=_LONGEST_ANSWER)
        if response.is_success:
            return Receipt(detail=status)
        if response.has_redirect_location:
            raise DeliveryError(
                f"{self._where} answered {status}: redirects are not followed, "
                "write the address that it leads to"
            )
        said = one_line(await _beginning(response), limit=_LONGEST_ANSWER)
        raise DeliveryError(
            f"{self._where} answered {status}" + (f": {said}" if said else ""),
            permanent=response.status_code == httpx.codes.GONE,
            retry_after=retry_after(response.headers.get("retry-after"), self._clock.now()),
        )


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The pause that a header Retry-After asks for (RFC 9110, section 10.2.3); None without one.

    It names seconds or a date; what is neither, or lies in the past, asks for nothing.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:12]), 10**9))
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return date - now if date > now else None


async def _beginning(response: httpx.Response) -> str:
    """The first words of an answer; what can be had of them when it breaks off."""
    if response.is_stream_consumed:  # the transport has read it already
        return response.content[:_READ_AT_MOST].decode("utf-8", "replace")
    read = bytearray()
    try:
        async for chunk in response.aiter_raw(_READ_AT_MOST):
            read += chunk
            if len(read) >= _READ_AT_MOST:
                break
    except httpx.HTTPError:
        read += b" (and broke off)"
    return bytes(read[:_READ_AT_MOST]).decode("utf-8", "replace")
