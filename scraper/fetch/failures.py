"""What came back, or failed to, as an error that says whether and when to try again."""

import re
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from scraper.errors import FetchError, PageGoneError, Trouble
from scraper.fetch import handshake
from scraper.fetch.address import shorten
from scraper.fetch.guard import AddressRefusedError
from scraper.fetch.transport import UnresolvedError

HEAVY_LOAD = frozenset({429, 503})  # the host asks for fewer requests: the pacer is told
_BARRED_PAUSE = timedelta(hours=1)  # blocks are lifted by people, not by asking every minute

_HINTS = {
    401: "it wants a login: give the source a `username` and a `password_file`, or an open address",
    402: "it is to be paid for",
    403: "it does not let us in; the contact in the settings may help its operator to change that",
    404: "nothing is there, or not yet; if it stays so, correct the address",
    410: "it is gone for good; remove it, or give its new address",
    429: "we are asked to come less often",
    451: "it is withheld for legal reasons",
    500: "the server failed",
    502: "what stands before the server cannot reach it",
    503: "the server is overloaded, or under repair",
    504: "what stands before the server cannot reach it in time",
}
# Other client errors are permanent: the same request will not fare better. These are not:
# a 404 may be a page linked a moment before it is published (the caller bounds the attempts).
_TEMPORARY_4XX = frozenset({401, 403, 404, 408, 409, 421, 423, 425, 429})

_REASONS: tuple[tuple[type[httpx.HTTPError], str], ...] = (
    (httpx.ConnectTimeout, "no connection in time"),
    (httpx.TimeoutException, "no answer in time"),
    (httpx.ConnectError, "no connection"),
    (httpx.ProtocolError, "it does not speak proper HTTP"),
    (httpx.HTTPError, "the connection broke"),
)
# What h11 and httpcore say of answers, and what it comes to.
_IN_PLAIN_WORDS = (
    ("peer closed connection without", "the server closed the connection before the answer's end"),
    ("Server disconnected without", "the server closed the connection without an answer in HTTP"),
    ("Receive buffer too long", "it sends headers, or marks between its chunks, without end"),
)
_OCTETS = re.compile(r"bytearray\(b(['\"].*['\"])\)", re.DOTALL)

# Families of content of which neither a source nor an article can be made.
_BINARY_FAMILIES = ("audio/", "font/", "image/", "model/", "video/")
_BINARY_TYPES = frozenset(
    {
        "application/epub+zip",
        "application/java-archive",
        "application/msword",
        "application/pdf",
        "application/postscript",
        "application/vnd.android.package-archive",
        "application/vnd.rar",
        "application/wasm",
        "application/x-7z-compressed",
        "application/x-bittorrent",
        "application/x-msdownload",
        "application/x-rar-compressed",
        "application/x-shockwave-flash",
        "application/x-tar",
        "application/x-zip-compressed",
        "application/zip",
    }
)
_BINARY_PREFIXES = (
    "application/vnd.ms-",
    "application/vnd.oasis.opendocument",
    "application/vnd.openxmlformats",
)


_TROUBLES = {
    401: Trouble.BARRED,
    402: Trouble.BARRED,
    403: Trouble.BARRED,
    404: Trouble.MISSING,
    407: Trouble.BARRED,
    410: Trouble.GONE,
    429: Trouble.BUSY,
    451: Trouble.BARRED,
    503: Trouble.BUSY,
}


def from_status(url: object, status: int, asked: timedelta | None) -> FetchError:
    """The error for an answer that is no page. `asked` is the pause the host asked for, if any."""
    try:
        phrase = f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        phrase = str(status)
    hint = _HINTS.get(status)
    kind = PageGoneError if status in {404, 410} else FetchError
    return kind(
        f"{shorten(url)} answered {phrase}" + (f": {hint}" if hint else ""),
        permanent=400 <= status < 500 and status not in _TEMPORARY_4XX,
        retry_after=_BARRED_PAUSE if asked is None and status in {401, 403} else asked,
        trouble=_TROUBLES.get(status, Trouble.OTHER),
    )


def from_exception(url: object, error: httpx.HTTPError) -> FetchError:
    """The error for a request that was not answered."""
    if isinstance(error, AddressRefusedError):
        return FetchError(str(error), permanent=True)
    is_unresolved = any(isinstance(cause, UnresolvedError) for cause in causes(error))
    return FetchError(
        f"{shorten(url)} could not be fetched: {reason(error)}",
        trouble=Trouble.UNRESOLVED if is_unresolved else Trouble.OTHER,
    )


def reason(error: httpx.HTTPError, *, whose: str = "source") -> str:
    """Why a request was not answered, in words that go on after a colon.

    `whose` options may name an authority to trust, where that would help.
    """
    said = str(error)
    if isinstance(error, AddressRefusedError):
        return said
    if isinstance(error, httpx.ProxyError):
        return said  # which names the proxy: what is wrong there is not the site's
    tls = next((cause for cause in causes(error) if isinstance(cause, ssl.SSLError)), None)
    if tls is not None:
        return handshake.explain(tls, whose=whose)
    if isinstance(error, UnresolvedError):
        return said
    for theirs, ours in _IN_PLAIN_WORDS:
        if said.startswith(theirs):
            return ours
    words = next(words for kind, words in _REASONS if isinstance(error, kind))
    return f"{words} ({shorten(_OCTETS.sub(_quoted, said))})" if said else words


def _quoted(match: re.Match[str]) -> str:
    return match[1]


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, then what it came of, one after the other."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def refuse_binary(url: object, headers: Mapping[str, str]) -> None:
    """Raise a permanent FetchError for a type that can hold neither a source nor an article.

    Other types pass, right or wrong: feeds are sent as text/html, text/plain, octet-stream.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _BINARY_TYPES or kind.startswith(_BINARY_FAMILIES + _BINARY_PREFIXES):
        raise FetchError(f"{shorten(url)} is {kind}, neither a page nor a feed", permanent=True)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The pause that a Retry-After header asks for (RFC 9110, 10.2.3); None without a sound one.

    A date is taken relative to the answer's own Date, so that a wrong clock there does not matter.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:10]), 10**9))
    until = http_date(value)
    if until is None:
        return None
    return max(until - (http_date(headers.get("date", "")) or now), timedelta(0))


def http_date(value: str) -> datetime | None:
    """The time that a header names, in UTC; None for what is none."""
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
