"""What one source may have sent along, and the way that its requests go.

What is told to a site (headers, cookies, a login, authorities of its own) is for that site alone:
the caller gives it along for pages of the source's own site, and the fetcher drops it for good as
soon as a redirect leaves the origin. How a page is got (proxy, browser) holds wherever it leads.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from scraper.errors import FetchError
from scraper.headers import check_cookie, check_header
from scraper.proxies import DIRECT, Proxy, parse_proxy

_MOST_BYTES = 64 * 1024  # of a file with secrets
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The way that a request goes; requests share connections only where all of it is the same.

    `identity` tells apart what is sent along: two logins at one host have two connections.
    """

    proxy: Proxy | None = None
    ca_file: Path | None = None
    identity: str = ""


STRAIGHT = Route()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptions:
    """What goes along with a request, and how it goes.

    `proxy` None: the policy's, if it has any; with `direct` none at all. `ca_file`: authorities
    (PEM) to trust besides the usual ones. `render`: the page as a browser shows it.
    """

    headers: Pairs = field(default=(), repr=False)
    cookies: Pairs = field(default=(), repr=False)
    username: str | None = None
    password: str = field(default="", repr=False)
    proxy: Proxy | None = None
    direct: bool = False
    ca_file: Path | None = None
    render: bool = False

    def elsewhere(self) -> "RequestOptions":
        """What of it holds for pages of other sites."""
        return RequestOptions(proxy=self.proxy, direct=self.direct, render=self.render)

    def sent(self) -> dict[str, str]:
        """The headers that it comes to."""
        sent = dict(self.headers)
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies)
        if self.username is not None:
            login = f"{self.username}:{self.password}".encode()  # RFC 7617, 2.1
            sent["Authorization"] = f"Basic {b64encode(login).decode('ascii')}"
        return sent

    @property
    def identity(self) -> str:
        """A digest of what it has sent along; empty for nothing."""
        sent = sorted(self.sent().items())
        return blake2b(repr(sent).encode(), digest_size=16).hexdigest() if sent else ""


NO_OPTIONS = RequestOptions()


def request_options(options: Mapping[str, Any]) -> RequestOptions:
    """A source's options, as storage keeps them, with what their files hold.

    Raises FetchError, which names the key and the file and quotes neither, when a file cannot be
    read or holds something else than it should.
    """
    proxy = _text(options, "proxy")
    return RequestOptions(
        headers=_pairs(options, "headers", ":", check_header),
        cookies=_pairs(options, "cookies", "=", check_cookie),
        username=options.get("username"),
        password=_text(options, "password") or "",
        proxy=None if proxy in {None, DIRECT} else _proxy(options, str(proxy)),
        direct=proxy == DIRECT,
        ca_file=Path(options["ca_file"]) if "ca_file" in options else None,
        render=options.get("render") == "browser",
    )


def _proxy(options: Mapping[str, Any], text: str) -> Proxy:
    try:
        return parse_proxy(text)
    except ValueError as error:
        key = "proxy" if "proxy" in options else "proxy_file"
        raise FetchError(f"the source's {key}: {error}") from None


def _text(options: Mapping[str, Any], key: str) -> str | None:
    """A secret as it is given, or the one line of its file."""
    if key in options:
        return str(options[key])
    read = _read(options, f"{key}_file")
    if read is None:
        return None
    if not read.isprintable():
        raise FetchError(f"the source's {key}_file: it has more than one line")
    return read


def _pairs(
    options: Mapping[str, Any], key: str, parting: str, check: Callable[[str, str], None]
) -> Pairs:
    """Headers or cookies: those given, and those of a file that has one on each line."""
    pairs = dict(options.get(key) or {})
    for number, line in _lines(_read(options, f"{key}_file") or ""):
        try:
            name, value = _pair(line, parting, check)
        except ValueError as error:
            raise FetchError(f"the source's {key}_file, line {number}: {error}") from None
        pairs[name] = value
    return tuple(pairs.items())


def _pair(line: str, parting: str, check: Callable[[str, str], None]) -> tuple[str, str]:
    name, parted, value = line.partition(parting)
    if not parted:
        raise ValueError(f"write one on each line, as name{parting}value")
    check(name.strip(), value.strip())
    return name.strip(), value.strip()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _read(options: Mapping[str, Any], key: str) -> str | None:
    if key not in options:
        return None
    try:
        with Path(options[key]).open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        text = content.decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise FetchError(f"the source's {key}: {options[key]} cannot be read ({reason})") from None
    if len(content) > _MOST_BYTES:
        raise FetchError(f"the source's {key}: {options[key]} is too large to be meant")
    return text
