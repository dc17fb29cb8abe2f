"""Posts a message over HTTP, and says what the answer means for the next attempt.

    2xx                       taken, unless its body says otherwise: `Poster.refuse` is for that
    410 Gone, and `gone`      permanent, and the channel is paused: what was there is there no more
    413                       permanent, and of this message alone: it is too large
    400, 422 with `content`   of this message alone: other messages may well be taken
    3xx                       temporary: redirects are not followed, they could lead anywhere
    429, 503 …                temporary; the pause that it asks for is kept, whatever the status
    all other 4xx and 5xx     temporary: what is on the other side gets mended (a route, a token)
    no connection, no answer  temporary

Nothing of an address but its host is told, and no secret.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any, NoReturn

import httpx

from scraper.alerts.causes import (
    Side,
    cause_of,
    cause_of_status,
    pause_words,
    problem,
    remedy,
    with_remedy,
)
from scraper.alerts.clean import one_line
from scraper.alerts.transport import ChannelContext
from scraper.alerts.trust import TrustingTransport
from scraper.alerts.waiting import within
from scraper.errors import AttemptError, Cause, DeliveryError, SettingsError

_READ_AT_MOST = 4096  # bytes of an answer: enough for the words of an error
_READ_OF_JSON = 65_536  # bytes of an answer that is judged by what it says
_END_OF_ANSWER = timedelta(milliseconds=250)  # for what is left of one that said yes
_LONGEST_ANSWER = 200  # characters of the words that are kept
# The events of httpcore (its "trace" extension) that tell how far a request came.
_STEPS = {
    "connection.connect_tcp.complete": "connected",
    "connection.start_tls.complete": "encrypted",
    "http11.send_request_body.complete": "sent",
    "http11.receive_response_headers.complete": "answered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A message was answered with 2xx; `values` are those of its body when that is read as JSON."""

    status: str
    values: Mapping[str, Any]


class Poster:
    """Posts to one receiver, `where` in words; `secrets` are struck out of whatever is told.

    With a `ca_file` that alone vouches for it: SettingsError when it holds no certificates.
    """

    def __init__(
        self,
        context: ChannelContext,
        *,
        where: str,
        timeout: timedelta,
        secrets: Collection[str] = (),
        gone: Collection[int] = (),
        content: bool = False,
        side: Side = Side.CHAT,
        transport: httpx.AsyncBaseTransport | None = None,
        ca_file: Path | None = None,
    ) -> None:
        self._where = where
        self._clock = context.clock
        self._agent = context.user_agent
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)
        self._gone = frozenset({httpx.codes.GONE, *gone})
        self._content = content
        self._side = side
        self._extensions = {"trace": _tracing(context.on_step)} if context.on_step else {}
        self._own = (
            TrustingTransport(ca_file, context.folder, context.over_tls) if ca_file else None
        )
        # Not closed here: it holds nothing of its own but the transport, which belongs to whoever
        # passed it, or is closed by `aclose`. Nothing is taken from the environment (proxies,
        # .netrc), no cookie is kept.
        self._client = httpx.AsyncClient(
            transport=self._own or transport or context.http,
            timeout=timeout.total_seconds(),
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )

    async def post(
        self,
        url: str | httpx.URL,
        body: bytes,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
        media_type: str = "application/json",
        read: bool = False,
    ) -> Answer:
        """Send the body once; with `read` the answer's JSON is read as well.

        Raises DeliveryError for every answer but 2xx, and for none.
        """
        sent = dict(headers or {}) | {
            "content-type": media_type,
            "accept-encoding": "identity",
            "user-agent": self._agent,
        }
        try:
            request = self._client.build_request(
                method, url, content=body, headers=sent, extensions=dict(self._extensions)
            )
            response = await self._client.send(request, stream=True)
            async with aclosing(response):
                return await self._judge(response, read=read)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unreached(error) from error
        except DeliveryError:
            raise
        except SettingsError as error:  # a file that was replaced by what it should not be
            raise DeliveryError(str(error), cause=Cause.SETTINGS) from error
        except AttemptError as error:  # the guard of addresses: allow_networks mends it
            raise DeliveryError(
                f"{self._where} may not be reached: {error}", cause=Cause.ADDRESS_GUARD
            ) from error

    async def aclose(self) -> None:
        """Close the connections that are its own: those that trust `ca_file`."""
        if self._own is not None:
            await self._own.aclose()

    def _unreached(self, error: httpx.HTTPError | httpx.InvalidURL) -> DeliveryError:
        cause = cause_of(error)
        if cause is Cause.TIMEOUT and not isinstance(error, httpx.ConnectTimeout):
            words = f"{self._where} did not answer in time: if it is only slow, raise `timeout`"
            return DeliveryError(words, cause=cause)
        may = "may not" if cause is Cause.ADDRESS_GUARD else "cannot"
        words = f"{self._where} {may} be reached: {self._clean(problem(error))}"
        return DeliveryError(with_remedy(words, cause, self._side), cause=cause)

    def refuse(
        self,
        said: str,
        *,
        permanent: bool = False,
        only_this: bool = False,
        retry_after: timedelta | None = None,
        cause: Cause = Cause.MESSAGE,
    ) -> NoReturn:
        """Raise that the message was answered and not taken, in the words of the answer."""
        raise DeliveryError(
            f"{self._where} refused it: {self._clean(said)}",
            permanent=permanent,
            only_this=only_this,
            retry_after=retry_after,
            cause=cause,
        )

    async def _judge(self, response: httpx.Response, *, read: bool) -> Answer:
        code = response.status_code
        status = self._clean(f"HTTP {code} {response.reason_phrase}")
        if response.is_success:
            text = await _beginning(response, _READ_OF_JSON) if read else ""
            await self._finish(response)
            return Answer(status=status, values=_values(text))
        if response.has_redirect_location:
            raise DeliveryError(
                with_remedy(f"{self._where} answered {status}", Cause.REDIRECT, self._side),
                cause=Cause.REDIRECT,
            )
        text = await _beginning(response, _READ_AT_MOST)
        header = retry_after(response.headers.get("retry-after"), self._clock.now())
        pause = max(filter(None, (header, _asked_in(_values(text)))), default=header)
        cause = cause_of_status(code)
        advice = pause_words(pause) if cause is Cause.BUSY else remedy(cause, self._side)
        said = self._clean(text)
        told = (f": {said}" if said else "") + (f" ({advice})" if advice else "")
        too_large = code == httpx.codes.REQUEST_ENTITY_TOO_LARGE and self._content
        raise DeliveryError(
            f"{self._where} answered {status}{told}",
            permanent=code in self._gone or too_large,
            gone=code in self._gone,
            only_this=too_large or (self._content and code in {400, 422}),
            retry_after=pause,
            cause=cause,
        )

    async def _finish(self, response: httpx.Response) -> None:
        """Take in what is left of a short answer, so that its connection can be used again.

        The message was taken, whatever becomes of that.
        """
        if response.is_stream_consumed:
            return
        if response.status_code == httpx.codes.NO_CONTENT:  # nothing to wait for
            with suppress(httpx.HTTPError):
                await _rest(response)
            return
        with suppress(DeliveryError, httpx.HTTPError):
            await within(self._clock, _END_OF_ANSWER, _rest(response))

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return one_line(text, limit=_LONGEST_ANSWER)


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


def _asked_in(values: Mapping[str, Any]) -> timedelta | None:
    """The pause that a body asks for, if any.

    It is in seconds (Discord; Telegram, among its parameters), or in milliseconds (Matrix).
    """
    parameters = values.get("parameters")
    within = parameters if isinstance(parameters, Mapping) else {}
    for number, scale in (
        (values.get("retry_after"), 1),
        (within.get("retry_after"), 1),
        (values.get("retry_after_ms"), 0.001),
    ):
        if isinstance(number, int | float) and 0 <= number <= 10**9:
            return timedelta(seconds=number * scale)
    return None


def _tracing(on_step: Callable[[str], None]) -> Callable[[str, Any], Awaitable[None]]:
    """What httpcore calls as a request goes on its way."""

    async def trace(event: str, info: Any) -> None:
        del info
        if event in _STEPS:
            on_step(_STEPS[event])

    return trace


def _values(text: str) -> Mapping[str, Any]:
    """The values of a JSON object; none when the text is anything else."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


async def _rest(response: httpx.Response) -> None:
    read = 0
    async for chunk in response.aiter_raw():
        read += len(chunk)
        if read > _READ_AT_MOST:
            break


async def _beginning(response: httpx.Response, limit: int) -> str:
    """The first words of an answer; what can be had of them when it breaks off."""
    if response.is_stream_consumed:  # the transport has read it already
        return response.content[:limit].decode("utf-8", "replace")
    read = bytearray()
    try:
        async for chunk in response.aiter_raw(4096):
            read += chunk
            if len(read) >= limit:
                break
    except httpx.HTTPError:
        read += b" (and broke off)"
    return bytes(read[:limit]).decode("utf-8", "replace")
