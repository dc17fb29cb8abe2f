"""What a link must look like before anything is sent, and by what key its host is paced."""

import re
from collections.abc import Sequence

import httpx

from scraper.errors import FetchError
from scraper.fetch import guard

MAX_LENGTH = 8000  # RFC 9110, 4.1, recommends that 8000 octets be supported at least
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._")

_LOGIN = re.compile(r"[/\\]{2}[^/\\?#]*@")  # even where the link cannot be taken apart

# The Fetch standard's bad ports (2.9): services that are no web servers, and that might take a
# request for one of their own.
# fmt: off
_BAD_PORTS = frozenset({  # a table, not one number to a line
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389,
    427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
    989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
    6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})
# fmt: on


def parse(url: str, allow_networks: Sequence[guard.Network] = ()) -> httpx.URL:
    """The link in its canonical form, without a fragment.

    Raises a permanent FetchError, which names the reason, for what must not or cannot be fetched.
    """
    if len(url) > MAX_LENGTH:
        raise _refuse(url, f"it has more than {MAX_LENGTH} characters")
    try:
        parsed = httpx.URL(url.strip())
    except (httpx.InvalidURL, UnicodeError) as error:  # the latter for half a surrogate pair
        raise _refuse(url, str(error)) from error
    if parsed.scheme not in _DEFAULT_PORTS:
        raise _refuse(url, "only http:// and https:// links can be")
    if parsed.userinfo:
        # Not quoted: what precedes the @ may be a password.
        raise FetchError(
            f"a link to {parsed.host} cannot be fetched: it carries a user name or password, "
            "which links must not. Leave out what stands before the @.",
            permanent=True,
        )
    port = parsed.port
    if port is not None and (not 0 < port < 65536 or port in _BAD_PORTS):
        raise _refuse(url, f"port {port} is not one for web pages")
    return parsed.copy_with(host=_host(url, parsed, allow_networks), fragment=None)


def _host(url: str, parsed: httpx.URL, allow_networks: Sequence[guard.Network]) -> str:
    host = parsed.raw_host.decode("ascii").lower().removesuffix(".")
    try:
        guard.check_host(host, allow_networks)
    except guard.AddressRefusedError as error:
        raise FetchError(str(error), permanent=True) from error
    if ":" not in host and not (0 < len(host) <= 253 and _HOST_CHARACTERS.issuperset(host)):
        raise _refuse(url, "it names no host" if not host else "its host name is not one")
    return host


def _refuse(url: str, reason: str) -> FetchError:
    return FetchError(f"{shorten(url)} cannot be fetched: {reason}", permanent=True)


def shorten(url: object) -> str:
    """A link as a message shows it: on one line and without a login, whatever a stranger wrote."""
    shown = _LOGIN.sub("//***@", str(url)[: 2 * MAX_LENGTH])
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in shown[:201])
    return text if len(text) <= 200 else f"{text[:199]}…"


def origin_of(url: httpx.URL) -> str:
    """Scheme, host and port: what a robots.txt file speaks for."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def host_of(url: str | httpx.URL) -> str:
    """The key by which requests are paced: one for all that is most likely one server.

    The host name in lower case without a leading `www.` and without a final dot, and the port if it
    is not the scheme's own: `http://example.org`, `https://www.example.org` and `example.org:443`
    share a key; two servers on loopback have two. Raises ValueError for what has no host.
    """
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ValueError(str(error)) from error
    name = parsed.raw_host.decode("ascii").lower().removesuffix(".")
    if not name:
        raise ValueError(f"{shorten(url)} names no host")
    bare = name.removeprefix("www.")
    if "." in bare:
        name = bare
    if ":" in name:
        name = f"[{name}]"
    return f"{name}:{parsed.port}" if parsed.port is not None else name
