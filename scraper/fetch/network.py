"""Connections that only go where the guard allows, however a name is resolved.

A name is resolved here, its addresses are judged, and the connection goes to an address that was
judged: nothing resolves the name a second time, so a DNS server that changes its answer in between
(rebinding) gains nothing. TLS is still made out to the name.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from itertools import chain, zip_longest
from typing import Any, cast

import httpcore

from scraper.fetch import guard

# Name and port -> addresses in the order of preference; raises OSError.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_RESOLVER_THREADS = 32  # so that names whose servers are silent do not hold up the others
_HEAD_START = 0.25  # seconds until the next address is tried beside the last: RFC 8305, 8
_MAX_ADDRESSES = 6  # of one name that are tried


class SystemResolver:
    """Names resolved as the system does it, in threads of its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> list[str]:
        """The addresses of `host`, in the system's order of preference; raises OSError."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _resolve, host, port)

    def close(self) -> None:
        """Let go of the threads, without waiting for a silent name server."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long
        raise socket.gaierror(socket.EAI_NONAME, "the name is malformed") from error
    return list(dict.fromkeys(cast("str", address[0]) for *_, address in found))


class NameNotFoundError(httpcore.ConnectError):
    """The name could not be resolved."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """The network as the guard lets it be seen.

    `network` makes the connections, to addresses only; `head_start` is what each address of a name
    has over the next, in seconds. `connect_tcp` raises AddressRefusedError,
    NameNotFoundError, and what httpcore's own backends raise.
    """

    def __init__(
        self,
        resolve: Resolve,
        allow_networks: Sequence[guard.Network] = (),
        network: httpcore.AsyncNetworkBackend | None = None,
        *,
        head_start: float = _HEAD_START,
    ) -> None:
        self._resolve = resolve
        self._allow_networks = tuple(allow_networks)
        self._network = network or httpcore.AnyIOBackend()
        self._head_start = head_start

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of `host` that may be reached and answers."""
        options = None if socket_options is None else list(socket_options)

        async def connect(address: str) -> httpcore.AsyncNetworkStream:
            stream = await self._network.connect_tcp(address, port, timeout, local_address, options)
            await _require_peer(stream, address)
            return Stream(stream)

        try:
            async with asyncio.timeout(timeout):
                addresses = await self._addresses(host, port)
                return await _first_to_answer(addresses, connect, self._head_start)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} did not answer") from error

    async def _addresses(self, host: str, port: int) -> list[str]:
        address = guard.literal(host)
        if address is not None:
            found: Sequence[str] = [str(address)]
        else:
            try:
                found = await self._resolve(host, port)
            except OSError as error:
                reason = error.strerror or str(error)
                raise NameNotFoundError(f"{host} does not resolve: {reason}") from error
        if not found:
            raise NameNotFoundError(f"{host} does not resolve: it has no address")
        allowed = guard.reachable(host, found, self._allow_networks)
        return [str(address) for address in _alternating(allowed)][:_MAX_ADDRESSES]

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 the signature is httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refused: the guard is for addresses."""
        del timeout, socket_options
        raise guard.AddressRefusedError(f"{path} is not an address of the public internet")

    async def sleep(self, seconds: float) -> None:
        """Wait, for httpcore's retries."""
        await self._network.sleep(seconds)


class Stream(httpcore.AsyncNetworkStream):
    """A connection that is closed when its TLS handshake is cancelled; httpcore's are left open."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 the signature is httpcore's
    ) -> httpcore.AsyncNetworkStream:
        """The connection with TLS on it."""
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 as above
        """What comes next, `max_bytes` at most; nothing at the end."""
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 as above
        """Send it all."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close it."""
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        """What is known of the connection, by httpcore's names."""
        return self._stream.get_extra_info(info)


def _alternating(addresses: Sequence[guard.Address]) -> list[guard.Address]:
    """The two families in turn, beginning with the first one's: RFC 8305, 4."""
    first = [address for address in addresses if address.version == addresses[0].version]
    second = [address for address in addresses if address.version != addresses[0].version]
    pairs = chain.from_iterable(zip_longest(first, second))
    return [address for address in pairs if address is not None]


async def _require_peer(stream: httpcore.AsyncNetworkStream, address: str) -> None:
    """Make sure that the other end is the address that was judged."""
    peer = stream.get_extra_info("server_addr")
    if peer is not None and ip_address(peer[0]) != ip_address(address):
        await stream.aclose()
        raise guard.AddressRefusedError(f"the connection to {address} ended at {peer[0]}")


Connect = Callable[[str], Awaitable[httpcore.AsyncNetworkStream]]


async def _first_to_answer(
    addresses: Sequence[str], connect: Connect, head_start: float
) -> httpcore.AsyncNetworkStream:
    """The connection that stands first; each address has a head start over the next (RFC 8305)."""
    if len(addresses) == 1:
        return await connect(addresses[0])
    attempts: list[asyncio.Task[httpcore.AsyncNetworkStream]] = []
    winner: asyncio.Task[httpcore.AsyncNetworkStream] | None = None
    try:
        for address in addresses:
            attempts.append(asyncio.ensure_future(connect(address)))
            if winner := await _winner(attempts, wait=head_start):
                return winner.result()
        winner = await _winner(attempts, wait=None)
        # Nobody answered: the failure of the address that the system prefers says why.
        return (winner or attempts[0]).result()
    finally:
        await _abandon([attempt for attempt in attempts if attempt is not winner])


async def _winner(
    attempts: Sequence[asyncio.Task[httpcore.AsyncNetworkStream]], wait: float | None
) -> asyncio.Task[httpcore.AsyncNetworkStream] | None:
    """The first attempt that succeeds within `wait` seconds; None too when all have failed."""
    loop = asyncio.get_running_loop()
    end = None if wait is None else loop.time() + wait
    while True:
        for attempt in attempts:
            if attempt.done() and not attempt.cancelled() and attempt.exception() is None:
                return attempt
        running = [attempt for attempt in attempts if not attempt.done()]
        left = None if end is None else end - loop.time()
        if not running or (left is not None and left <= 0):
            return None
        await asyncio.wait(running, timeout=left, return_when=asyncio.FIRST_COMPLETED)


async def _abandon(attempts: Sequence[asyncio.Task[httpcore.AsyncNetworkStream]]) -> None:
    """End the attempts that lost, and close what they opened."""
    for attempt in attempts:
        attempt.cancel()
    for outcome in await asyncio.gather(*attempts, return_exceptions=True):
        if isinstance(outcome, httpcore.AsyncNetworkStream):
            await outcome.aclose()
