"""Headers and cookies that a person may add to the requests of a source."""

import re

LONGEST_VALUE = 8192  # characters, as most servers take in one header
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_COOKIE_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")  # RFC 6265, 4.1.1

# What HTTP says of the message and its connection, and what Tocsin says of itself.
_OURS = frozenset(
    """
    accept-encoding connection content-encoding content-length content-type expect host
    http2-settings if-match if-modified-since if-none-match if-range if-unmodified-since keep-alive
    proxy-authenticate proxy-authorization proxy-connection range te trailer transfer-encoding
    upgrade via
    """.split()  # noqa: SIM905 - a list in quotation marks is no easier to read
)
_ELSEWHERE = {
    "cookie": "write cookies",
    "user-agent": (
        "Tocsin says honestly who asks, so that a site can write to you: set fetch.contact instead"
    ),
}


def check_header(name: str, value: str) -> None:
    """ValueError unless it is a header that a person may add; its value is never quoted."""
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a header")
    if name.lower() in _OURS:
        raise ValueError(f"{name} is set by Tocsin: leave it out")
    if name.lower() in _ELSEWHERE:
        raise ValueError(f"{name} is no header to set here: {_ELSEWHERE[name.lower()]}")
    if not _VALUE.fullmatch(value) or len(value) > LONGEST_VALUE:
        raise ValueError(f"the value of {name} is empty, too long, or not plain ASCII on one line")


def check_cookie(name: str, value: str) -> None:
    """ValueError unless a cookie may be so; its value is never quoted."""
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a cookie")
    if not _COOKIE_VALUE.fullmatch(value) or len(value) > LONGEST_VALUE:
        raise ValueError(
            f"the value of {name} is too long, or has what a cookie must not have: spaces, commas, "
            "semicolons, quotation marks, backslashes, or anything but ASCII"
        )
