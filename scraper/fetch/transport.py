"""The guarded way to the network, as an httpx transport."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache

import certifi
import httpcore
import httpx

from scraper.fetch import guard
from scraper.fetch.network import GuardedBackend, NameNotFoundError, Resolve, SystemResolver
from scraper.fetch.pool import Exchanged, KeptConnectionLostError, Pool

_MAX_CONNECTIONS = 200  # in use at one time
_MAX_IDLE = 50  # kept for the next request
_IDLE_SECONDS = 15.0  # servers close idle connections after about this long

# httpcore's errors, the most special first, as httpx names them.
_ERRORS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.ProxyError, httpx.ProxyError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
    (httpcore.TimeoutException, httpx.TimeoutException),
    (httpcore.NetworkError, httpx.NetworkError),
    (httpcore.ProtocolError, httpx.ProtocolError),
)


class UnresolvedError(httpx.ConnectError):
    """The name could not be resolved."""


class LostError(httpx.RemoteProtocolError):
    """A kept connection ended as it was used again; the request may be sent once more."""


@cache
def public_authorities() -> ssl.SSLContext:
    """Trusts certifi's authorities: read once, for it takes longer than many a page.

    It is shared: whoever trusts others besides makes a context of their own.
    """
    return ssl.create_default_context(cafile=certifi.where())


def guarded_transport(
    allow_networks: Sequence[guard.Network] = (),
    *,
    resolve: Resolve | None = None,
    ssl_context: ssl.SSLContext | None = None,
    max_connections: int = _MAX_CONNECTIONS,
) -> httpx.AsyncBaseTransport:
    """A transport that reaches the public internet and `allow_networks`, and nothing else.

    Every connection is checked, whatever link, redirect or name led to it; one that is refused
    raises AddressRefusedError, an httpx.ConnectError. Proxies named in the environment are not
    used. `resolve` gives the addresses of a name, by default the system's; certificates are checked
    against certifi's unless `ssl_context` says otherwise. Close it with `aclose`.
    """
    return GuardedTransport(
        allow_networks,
        resolve=resolve or SystemResolver(),
        ssl_context=ssl_context or public_authorities(),
        max_connections=max_connections,
    )


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpcore's connections over the guarded network."""

    def __init__(
        self,
        allow_networks: Sequence[guard.Network],
        *,
        resolve: Resolve,
        ssl_context: ssl.SSLContext,
        max_connections: int,
    ) -> None:
        self._resolve = resolve
        self._ssl_context = ssl_context
        self._network: httpcore.AsyncNetworkBackend = GuardedBackend(resolve, allow_networks)
        self._places = asyncio.Semaphore(max_connections)
        self._pool = Pool(self._connection, min(_MAX_IDLE, max_connections))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the caller closes the response."""
        await self._take_place(request)
        try:
            with _as_httpx():
                exchanged = await self.send(_as_httpcore(request))
        except BaseException:
            self._places.release()
            raise
        answer = exchanged.answer
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(exchanged, self._places.release),
            extensions=answer.extensions,
        )

    async def send(self, request: httpcore.Request) -> Exchanged:
        """The answer, its body unread; raises what httpcore raises."""
        return await self._pool.send(request)

    def _connection(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        return self.connection(origin, self._network)

    def connection(
        self, origin: httpcore.Origin, network: httpcore.AsyncNetworkBackend
    ) -> httpcore.AsyncHTTPConnection:
        """A connection to `origin` over a network."""
        return httpcore.AsyncHTTPConnection(
            origin,
            ssl_context=self._ssl_context,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=network,
        )

    async def _take_place(self, request: httpx.Request) -> None:
        limit = request.extensions.get("timeout", {}).get("pool")
        try:
            async with asyncio.timeout(limit):
                await self._places.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout("too many connections are in use") from error

    async def aclose(self) -> None:
        """Close every connection."""
        with _as_httpx():
            await self._pool.aclose()
        if isinstance(self._resolve, SystemResolver):
            self._resolve.close()


class _Body(httpx.AsyncByteStream):
    """The body as it comes; gives its place back once it is closed."""

    def __init__(self, exchanged: Exchanged, release: Callable[[], None]) -> None:
        self._exchanged = exchanged
        self._release: Callable[[], None] | None = release

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for chunk in self._exchanged:
                yield chunk

    async def aclose(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            try:
                with _as_httpx():
                    await self._exchanged.aclose()
            finally:
                release()


def _as_httpcore(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Raise what httpcore raises as the error of the same name in httpx."""
    try:
        yield
    except NameNotFoundError as error:
        raise UnresolvedError(str(error)) from error
    except KeptConnectionLostError as error:
        raise LostError(str(error)) from error
    except tuple(theirs for theirs, _ in _ERRORS) as error:
        ours = next(ours for theirs, ours in _ERRORS if isinstance(error, theirs))
        raise ours(str(error)) from error
