"""Why a message was not taken, in words, and what to do about it: for all channels, in one place.

An error or a status becomes a `Cause`; a cause, and who is on the other side, becomes words.
Nothing is done here, and nothing of an address or a password is told.
"""

import errno
import socket
import ssl
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, auto
from typing import Final

import aiosmtplib
import httpx

from scraper.errors import Cause
from scraper.fetch import handshake
from scraper.fetch.failures import causes, reason
from scraper.fetch.guard import AddressRefusedError
from scraper.fetch.transport import UnresolvedError


class Side(Enum):
    """Who is on the other side; what can be set about them differs."""

    CHAT = auto()
    HOSTED_CHAT = auto()  # one that may be on a server of one's own
    WEBHOOK = auto()
    MAIL = auto()


# X509_V_ERR_* of OpenSSL's x509_vfy.h
_CERTIFICATES: Final = {
    9: Cause.CERTIFICATE_EARLY,
    10: Cause.CERTIFICATE_EXPIRED,
    18: Cause.CERTIFICATE_SELF_SIGNED,
    19: Cause.CERTIFICATE_UNKNOWN_ISSUER,
    20: Cause.CERTIFICATE_UNKNOWN_ISSUER,
    21: Cause.CERTIFICATE_UNKNOWN_ISSUER,
    62: Cause.CERTIFICATE_OTHER_NAME,
    64: Cause.CERTIFICATE_OTHER_NAME,
}
_NOT_TLS: Final = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"}
)
_NO_WAY: Final = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
)

_ANSWERS: Final = {
    401: Cause.LOGIN,
    403: Cause.FORBIDDEN,
    404: Cause.MISSING,
    407: Cause.LOGIN,
    410: Cause.GONE,
    413: Cause.TOO_LARGE,
    429: Cause.BUSY,
}

_WORDS: Final = {
    Cause.NAME: "its name leads nowhere",
    Cause.CONNECTION: "nothing listens there",
    Cause.UNREACHABLE: "no way leads there",
    Cause.TIMEOUT: "no connection in time",
}
_OPERATOR: Final = "its operator must mend that"
_FROM_ALL: Final = {
    Cause.TEMPLATE: "mend it, and look at what comes of it with `tocsin channel preview`",
    Cause.CERTIFICATE_EXPIRED: _OPERATOR,
    Cause.CERTIFICATE_EARLY: "look whether this machine's clock is right",
    Cause.UNREACHABLE: "look at this machine's network",
}
_OF_AN_ADDRESS: Final = _FROM_ALL | {
    Cause.NAME: "look at the host in its address, and whether this machine can look up names",
    Cause.CONNECTION: "look whether it runs, and at the port in its address",
    Cause.TIMEOUT: "look whether it runs, and whether a firewall lets us through",
    Cause.CERTIFICATE_OTHER_NAME: "write the host in its address as its certificate has it",
    Cause.CERTIFICATE_SELF_SIGNED: _OPERATOR,
    Cause.CERTIFICATE_UNKNOWN_ISSUER: _OPERATOR,
    Cause.NO_TLS: "write http:// in its address, or the port where it speaks TLS",
    Cause.BROKEN_OFF: "if it speaks TLS on this port, write https:// in its address",
    Cause.MISSING: "look at its address: nothing is there",
    Cause.GONE: "make a new one there, and give the channel its address",
    Cause.TOO_LARGE: "it takes smaller messages only",
    Cause.REDIRECT: "redirects are not followed, write the address that it leads to",
}
_TRUST: Final = f"{_OPERATOR}; if you trust it, name it in the channel's `ca_file`"
_OF_ONES_OWN: Final = {
    Cause.CERTIFICATE_SELF_SIGNED: _TRUST,
    Cause.CERTIFICATE_UNKNOWN_ISSUER: _TRUST,
}
_OF_A_CHAT: Final = _OF_AN_ADDRESS | {
    Cause.LOGIN: "the token or the address is refused, look whether it is still valid",
    Cause.FORBIDDEN: "it is not allowed to send there, look at its rights",
}
_REMEDIES: Final[Mapping[Side, Mapping[Cause, str]]] = {
    Side.CHAT: _OF_A_CHAT,
    Side.HOSTED_CHAT: _OF_A_CHAT | _OF_ONES_OWN,
    Side.WEBHOOK: _OF_AN_ADDRESS
    | _OF_ONES_OWN
    | {
        Cause.LOGIN: "look at the channel's secret and headers",
        Cause.FORBIDDEN: "look at the channel's secret and headers, and whom it lets in",
    },
    Side.MAIL: _FROM_ALL
    | {
        Cause.NAME: "look at smtp.host, and whether this machine can look up names",
        Cause.CONNECTION: "look whether it runs, and at smtp.host and smtp.port",
        Cause.TIMEOUT: (
            "look whether it runs, whether a firewall lets us through (port 25 is often closed), "
            'and whether smtp.port wants smtp.security = "tls", as 465 mostly does'
        ),
        Cause.CERTIFICATE_OTHER_NAME: "set smtp.host to a name that its certificate holds",
        Cause.CERTIFICATE_SELF_SIGNED: "set smtp.ca_file to it, if you trust it",
        Cause.CERTIFICATE_UNKNOWN_ISSUER: "set smtp.ca_file when its authority is your own",
        Cause.NO_TLS: 'look whether smtp.port goes with smtp.security: 587 mostly wants "starttls"',
        Cause.TLS: "look whether smtp.port goes with smtp.security",
        Cause.BROKEN_OFF: "look whether smtp.port goes with smtp.security, and whom it lets in",
        Cause.LOGIN: "check smtp.username and smtp.password",
        Cause.SENDER: "check smtp.sender, and whether it asks for a login",
        Cause.RECIPIENT: "check the addresses in `to`, and whether it asks for a login",
    },
}


def cause_of(error: BaseException) -> Cause:
    """What an error of the network, of HTTP or of a mail server comes to."""
    chain = tuple(causes(error))
    for one in chain:
        if isinstance(one, AddressRefusedError):
            return Cause.ADDRESS_GUARD
        if isinstance(one, UnresolvedError | socket.gaierror):
            return Cause.NAME
        if isinstance(one, ssl.SSLError):
            return _of_tls(one)
    return _of_connection(chain)


def _of_connection(chain: tuple[BaseException, ...]) -> Cause:
    for one in chain:
        if isinstance(one, ConnectionRefusedError):
            return Cause.CONNECTION
        if isinstance(one, OSError) and one.errno in _NO_WAY:
            return Cause.UNREACHABLE
        if isinstance(one, TimeoutError | httpx.TimeoutException):
            return Cause.TIMEOUT
        if isinstance(one, _BROKEN_OFF):
            return Cause.BROKEN_OFF
    return Cause.OTHER


_BROKEN_OFF: Final = (
    httpx.RemoteProtocolError,
    httpx.ReadError,
    ConnectionResetError,
    aiosmtplib.SMTPServerDisconnected,
)


def _of_tls(error: ssl.SSLError) -> Cause:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATES.get(getattr(error, "verify_code", 0), Cause.TLS)
    return Cause.NO_TLS if (error.reason or "") in _NOT_TLS else Cause.TLS


def cause_of_status(code: int) -> Cause:
    """What an answer over HTTP comes to that is neither 2xx nor a redirect."""
    return _ANSWERS.get(code, Cause.UNEXPECTED)


def problem(error: Exception) -> str:
    """What is wrong with the way to the other side, in words that go on after a colon."""
    cause = cause_of(error)
    if isinstance(error, AddressRefusedError):
        return str(error).rstrip(".")
    tls = next((one for one in causes(error) if isinstance(one, ssl.SSLError)), None)
    if tls is not None:
        return handshake.problem(tls)
    if cause in _WORDS:
        return _WORDS[cause]
    return reason(error) if isinstance(error, httpx.HTTPError) else str(error)


def remedy(cause: Cause, side: Side) -> str | None:
    """What to do about it; None where nothing general can be said."""
    return _REMEDIES[side].get(cause)


def with_remedy(words: str, cause: Cause, side: Side) -> str:
    """The words, and what to do about it."""
    advice = remedy(cause, side)
    return f"{words}; {advice}" if advice else words


def pause_words(pause: timedelta | None) -> str | None:
    """The pause that was asked for, in words."""
    return None if pause is None else f"it asks for a pause of {pause.total_seconds():,.0f} s"
