"""Proxies: how their addresses are written, and which one a request goes through."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9._-]+")
_HOW = 'write a proxy as "http://proxy.example.org:3128", or with "https://" if it speaks TLS'
DIRECT = "direct"  # written instead of a proxy's address: no proxy


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An HTTP proxy. Text of it never shows its password."""

    scheme: str  # "http", or "https": the way to the proxy itself is TLS
    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{name}:{self.port}"


def parse_proxy(text: str) -> Proxy:
    """The proxy at an address; ValueError says what is wrong, and quotes nothing of it."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise ValueError(_HOW) from None
    host = (parts.hostname or "").lower()
    if parts.scheme.startswith("socks"):
        raise ValueError(
            "SOCKS proxies are not spoken to: name an HTTP proxy, which Tor (HTTPTunnelPort) and "
            "most SOCKS servers offer as well"
        )
    if parts.scheme not in _PORTS or not _is_host(host) or parts.path.strip("/") or parts.query:
        raise ValueError(_HOW)
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (username + password).isprintable() or ":" in username:
        raise ValueError("leave control characters, and colons in its name, out of its login")
    return Proxy(
        scheme=parts.scheme,
        host=host,
        port=port or _PORTS[parts.scheme],
        username=username,
        password=password,
    )


def _is_host(host: str) -> bool:
    if ":" not in host:
        return _HOST.fullmatch(host) is not None
    try:
        return ip_address(host).version == 6
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """The proxies for all that has none of its own; None: it goes straight to its host.

    `bypass` are hosts that are reached without one: "example.org" with all below it, or "*".
    """

    http: Proxy | None = None
    https: Proxy | None = None
    bypass: tuple[str, ...] = ()

    def choose(self, scheme: str, host: str) -> Proxy | None:
        """The proxy for a request to `host`, in lower case."""
        if any(_covers(each, host) for each in self.bypass):
            return None
        return self.https if scheme == "https" else self.http


def _covers(pattern: str, host: str) -> bool:
    return pattern in {"*", host} or host.endswith(f".{pattern}")


NO_PROXIES = Proxies()


def from_environment(environ: Mapping[str, str]) -> Proxies:
    """The proxies that http_proxy, https_proxy, all_proxy and no_proxy name.

    Raises ValueError, which names the variable, for what is no proxy's address.
    Names in small letters go before those in capitals, as in curl. HTTP_PROXY in capitals is
    not read: in a CGI program it would be a header of a stranger's request.
    """

    def read(name: str, *, capitals: bool = True) -> str:
        return environ.get(name) or (environ.get(name.upper(), "") if capitals else "")

    def proxy(name: str, text: str) -> Proxy | None:
        if not text:
            return None
        try:
            return parse_proxy(text if "://" in text else f"http://{text}")
        except ValueError as error:
            raise ValueError(f"{name} in the environment: {error}") from None

    every = read("all_proxy")
    words = (word.strip().lower().rpartition("://")[2] for word in read("no_proxy").split(","))
    return Proxies(
        http=proxy("http_proxy", read("http_proxy", capitals=False) or every),
        https=proxy("https_proxy", read("https_proxy") or every),
        bypass=tuple(word.removeprefix("*.").lstrip(".") for word in words if word),
    )
