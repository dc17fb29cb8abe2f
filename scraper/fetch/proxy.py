"""Requests by way of an HTTP proxy: tunnels for https, forwarding for http.

The proxy is one that the operator named, so its own address is not judged. It resolves the names of
the pages itself: what can be judged here is what a link spells, and `refuse_local` does.
"""

import ssl
from base64 import b64encode
from collections.abc import Iterable, Sequence
from ipaddress import ip_address, ip_network

import httpcore
import httpx

from scraper.fetch import guard
from scraper.fetch.network import GuardedBackend, Resolve, Stream
from scraper.fetch.pool import Exchanged, Pool
from scraper.fetch.transport import GuardedTransport, public_authorities
from scraper.proxies import Proxy

_MOST_HEAD = 16 * 1024  # bytes of a proxy's answer to CONNECT
_ANYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
_LOOPBACK = ip_address("127.0.0.1")
_LOCAL_SUFFIXES = (".localhost", ".localdomain", ".local", ".internal", ".home.arpa", ".lan")
_HOP_BY_HOP = frozenset({b"proxy-authorization", b"proxy-connection"})


def refuse_local(host: str, allow_networks: Sequence[guard.Network] = ()) -> None:
    """AddressRefusedError for a name that means something else at the proxy than to the world.

    A proxy resolves names in its own network, where nothing is judged: `localhost` would be the
    proxy itself, `metadata.google.internal` the keys of the machine that it runs on. `host` is in
    lower case. With a network of loopback allowed, `localhost` is, too.
    """
    guard.check_host(host, allow_networks)
    if guard.literal(host) is not None:
        return
    name = host.removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        if any(_LOOPBACK in each for each in allow_networks):
            return
    elif "." in name and not name.endswith(_LOCAL_SUFFIXES):
        return
    raise guard.AddressRefusedError(
        f"{host} is a name of a network of its own, and is not asked for through a proxy. If it is "
        'meant to be reached, give the source proxy = "direct".'
    )


class ProxiedTransport(GuardedTransport):
    """httpcore's connections, each by way of one proxy."""

    def __init__(
        self,
        proxy: Proxy,
        allow_networks: Sequence[guard.Network],
        *,
        resolve: Resolve,
        ssl_context: ssl.SSLContext,
        max_connections: int,
    ) -> None:
        super().__init__(
            allow_networks,
            resolve=resolve,
            ssl_context=ssl_context,
            max_connections=max_connections,
        )
        self._proxy = proxy
        self._allow_networks = tuple(allow_networks)
        self._way = ProxyNetwork(proxy, resolve)
        self._network = _Tunnels(self._way)
        self._forwards = Pool(self._forward, 10)

    async def send(self, request: httpcore.Request) -> Exchanged:
        """The answer, its body unread."""
        refuse_local(request.url.host.decode("ascii").strip("[]"), self._allow_networks)
        if request.url.scheme == b"https":
            return await super().send(request)
        exchanged = await self._forwards.send(_forwarded(request, self._proxy))
        if exchanged.answer.status == 407:
            await exchanged.aclose()
            raise _refused(self._proxy, 407)
        return exchanged

    def _forward(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        return self.connection(origin, self._way)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._forwards.aclose()
        await super().aclose()


def _forwarded(request: httpcore.Request, proxy: Proxy) -> httpcore.Request:
    """The request as a proxy takes it: in absolute form (RFC 9112, 3.2.2)."""
    url = httpcore.URL(
        scheme=b"http",  # to the proxy; `ProxyNetwork` adds TLS where it speaks that
        host=proxy.host.encode("ascii"),
        port=proxy.port,
        target=bytes(request.url),
    )
    kept = [(name, value) for name, value in request.headers if name.lower() not in _HOP_BY_HOP]
    return httpcore.Request(
        method=request.method,
        url=url,
        headers=[*kept, *_login(proxy)],
        content=request.stream,
        extensions=request.extensions,
    )


def _login(proxy: Proxy) -> list[tuple[bytes, bytes]]:
    if not proxy.username:
        return []
    login = b64encode(f"{proxy.username}:{proxy.password}".encode())
    return [(b"Proxy-Authorization", b"Basic " + login)]


class ProxyNetwork(httpcore.AsyncNetworkBackend):
    """The network, all of it at the proxy."""

    def __init__(self, proxy: Proxy, resolve: Resolve) -> None:
        self._proxy = proxy
        self._network = GuardedBackend(resolve, _ANYWHERE)
        self._ssl_context = public_authorities() if proxy.scheme == "https" else None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the proxy, whatever is asked for; raises httpcore.ProxyError."""
        del host, port
        try:
            stream = await self._network.connect_tcp(
                self._proxy.host, self._proxy.port, timeout, local_address, socket_options
            )
            if self._ssl_context is None:
                return stream
            return Stream(await stream.start_tls(self._ssl_context, self._proxy.host, timeout))
        except (httpcore.NetworkError, httpcore.TimeoutException, httpx.ConnectError) as error:
            reason = f": {error}" if str(error) else ""
            raise httpcore.ProxyError(
                f"the proxy {self._proxy} could not be reached{reason}"
            ) from error

    async def tunnel(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 as above
    ) -> httpcore.AsyncNetworkStream:
        """A connection to `host` through a tunnel (RFC 9110, 9.3.6); raises httpcore.ProxyError."""
        name = f"[{host}]" if ":" in host else host
        stream = await self.connect_tcp(host, port, timeout)
        try:
            status = await self._ask(stream, f"{name}:{port}".encode("ascii"), timeout)
        except BaseException:
            await stream.aclose()
            raise
        if not 200 <= status < 300:
            await stream.aclose()
            raise _refused(self._proxy, status)
        return stream

    async def _ask(
        self,
        stream: httpcore.AsyncNetworkStream,
        target: bytes,
        timeout: float | None,  # noqa: ASYNC109 as above
    ) -> int:
        """The status with which a tunnel was opened, or was not."""
        lines = [b"CONNECT " + target + b" HTTP/1.1", b"Host: " + target]
        lines += [name + b": " + value for name, value in _login(self._proxy)]
        try:
            await stream.write(b"\r\n".join([*lines, b"", b""]), timeout)
            return await _status(stream, timeout)
        except (httpcore.NetworkError, httpcore.TimeoutException) as error:
            raise httpcore.ProxyError(f"the proxy {self._proxy} did not open a tunnel") from error

    async def sleep(self, seconds: float) -> None:
        """Wait, for httpcore's retries."""
        await self._network.sleep(seconds)


class _Tunnels(httpcore.AsyncNetworkBackend):
    """The network as it is at the other end of tunnels through the proxy."""

    def __init__(self, way: ProxyNetwork) -> None:
        self._way = way

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to `host` through a tunnel; raises httpcore.ProxyError."""
        del local_address, socket_options
        return await self._way.tunnel(host, port, timeout)

    async def sleep(self, seconds: float) -> None:
        """Wait, for httpcore's retries."""
        await self._way.sleep(seconds)


async def _status(stream: httpcore.AsyncNetworkStream, timeout: float | None) -> int:  # noqa: ASYNC109 as above
    """The status of the answer to CONNECT; 0 for what is none.

    Nobody speaks in a tunnel before the request does: what follows the head is no answer either.
    """
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = await stream.read(_MOST_HEAD, timeout)
        head += piece
        if not piece or len(head) > _MOST_HEAD:
            return 0
    words = head.split(b"\r\n", 1)[0].split(b" ", 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
        return 0
    return int(words[1][:4])


def _refused(proxy: Proxy, status: int) -> httpcore.ProxyError:
    if status == 407:
        reason = "it wants a login: write it into the proxy's address, as http://name:password@…"
    elif status == 0:
        reason = "it does not speak as an HTTP proxy does"
    else:
        reason = f"it answered {status}"
    return httpcore.ProxyError(f"the proxy {proxy} did not let the request through: {reason}")
