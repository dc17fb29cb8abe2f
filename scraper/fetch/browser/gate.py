"""The only way out for the browser: a proxy on loopback that judges each address and counts.

Chromium names here what it wants to reach, by CONNECT or in absolute form. Names are resolved here,
and the connection goes to an address that was judged (see `network`), so neither a script nor a
frame, a redirect, a socket or a name that changes its address reaches what a link could not. Each
page has a pass, without which nothing is let through; when the page is done, its pass and its
connections end.
"""

import asyncio
import logging
import secrets
from base64 import b64encode
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import httpcore
import httpx

from scraper.errors import FetchError
from scraper.fetch import address, guard
from scraper.fetch.network import GuardedBackend, Resolve
from scraper.fetch.proxy import ProxyNetwork, refuse_local
from scraper.proxies import Proxy

logger = logging.getLogger(__name__)

_MOST_HEAD = 64 * 1024  # bytes of a request's head
_MOST_BODY = 1024 * 1024  # bytes that a page may send with one request
_PIECE = 64 * 1024
_CONNECT = 10.0  # seconds for a connection
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_NOT_PASSED_ON = ("proxy-", "connection:", "keep-alive:", "upgrade:", "te:", "trailer:")
_WANTED = b'HTTP/1.1 407 A pass is needed\r\nProxy-Authenticate: Basic realm="tocsin"\r\n'
_NO_BODY = b"Content-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(slots=True, eq=False)
class Pass:
    """What one page may still do; its `username` and `password` are what Chromium shows.

    `refused` are the targets that were not let through, with the reason.
    """

    bytes_left: int
    connections_left: int
    proxy: Proxy | None = None
    username: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    refused: list[tuple[str, str]] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def header(self) -> str:
        """The value of Proxy-Authorization that shows it."""
        login = b64encode(f"{self.username}:{self.password}".encode())
        return f"Basic {login.decode('ascii')}"

    def count(self, size: int) -> None:
        """Take what went to or fro off what is left; raises EOFError when there is no more."""
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise EOFError


class _RefusedError(Exception):
    """It is not let through."""


class Gate:
    """The proxy. Open it with `start`."""

    def __init__(self, allow_networks: Sequence[guard.Network], resolve: Resolve) -> None:
        self._allow_networks = tuple(allow_networks)
        self._resolve = resolve
        self._network = GuardedBackend(resolve, allow_networks)
        self._passes: dict[str, Pass] = {}
        self._server: asyncio.Server | None = None
        self._strangers: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        """Listen on loopback; gives the port."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=_MOST_HEAD)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def issue(self, issued: Pass) -> None:
        """Let through what shows this pass."""
        self._passes[issued.header] = issued

    async def withdraw(self, issued: Pass) -> None:
        """End a pass, and every connection that showed it."""
        self._passes.pop(issued.header, None)
        await _cancel(issued.tasks)

    async def aclose(self) -> None:
        """Listen no more, and end every connection."""
        if self._server is not None:
            self._server.close()
        for issued in list(self._passes.values()):
            await self.withdraw(issued)
        await _cancel(self._strangers)
        if self._server is not None:
            await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._strangers.add(task)
        shown: Pass | None = None
        head = ""
        try:
            while shown is None:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                shown = self._passes.get(_header(head, "proxy-authorization"))
                if shown is None:
                    writer.write(_WANTED + b"Content-Length: 0\r\n\r\n")
            self._strangers.discard(task)
            shown.tasks.add(task)
            await self._serve(shown, head, reader, writer)
        except (asyncio.CancelledError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # the end of the page, or of the browser
        except (OSError, EOFError, httpcore.NetworkError, httpcore.TimeoutException):
            return  # either side broke off, or the page has had all that it may have
        finally:
            self._strangers.discard(task)
            if shown is not None:
                shown.tasks.discard(task)
            writer.close()

    async def _serve(
        self, shown: Pass, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        method, _, rest = head.partition(" ")
        target = rest.partition(" ")[0]
        try:
            far, sent = await self._open(shown, method, target, head)
        except _RefusedError as error:
            shown.refused.append((target[:200], str(error)))
            logger.info(
                "a page in the browser was not let through to %s: %s",
                address.shorten(target),
                error,
                extra={"action": "fetch.browser_refused", "target": target[:200]},
            )
            writer.write(b"HTTP/1.1 403 Not let through\r\n" + _NO_BODY)
            return
        try:
            if sent is None:
                writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
                await _both_ways(shown, far, reader, writer)
            else:
                await far.write(sent + await _body(head, reader))
                await _answer(shown, far, reader, writer)
        finally:
            await far.aclose()

    async def _open(
        self, shown: Pass, method: str, target: str, head: str
    ) -> tuple[httpcore.AsyncNetworkStream, bytes | None]:
        """The connection for a request, and what is to be sent over it; None for a tunnel."""
        shown.connections_left -= 1
        if shown.connections_left < 0:
            raise _RefusedError("the page has had all the connections that it may have")
        is_tunnel = method == "CONNECT"
        if not is_tunnel and method not in _METHODS:
            raise _RefusedError(f"{address.shorten(method)} is no method of pages")
        url = self._parsed(f"https://{target}/" if is_tunnel else target)
        host, port = url.raw_host.decode("ascii"), url.port or (443 if is_tunnel else 80)
        try:
            far = await self._connect(shown.proxy, host, port, is_tunnel=is_tunnel)
        except (httpx.ConnectError, httpcore.ProxyError, httpcore.NetworkError) as error:
            raise _RefusedError(str(error)) from error
        except httpcore.TimeoutException:
            raise _RefusedError("it did not answer in time") from None
        return far, None if is_tunnel else _passed_on(method, url, head, shown.proxy)

    def _parsed(self, url: str) -> httpx.URL:
        try:
            return address.parse(url, self._allow_networks)
        except FetchError as error:
            raise _RefusedError(str(error)) from error

    async def _connect(
        self, proxy: Proxy | None, host: str, port: int, *, is_tunnel: bool
    ) -> httpcore.AsyncNetworkStream:
        if proxy is None:
            return await self._network.connect_tcp(host, port, timeout=_CONNECT)
        refuse_local(host, self._allow_networks)
        way = ProxyNetwork(proxy, self._resolve)
        if is_tunnel:
            return await way.tunnel(host, port, timeout=_CONNECT)
        return await way.connect_tcp(host, port, timeout=_CONNECT)


def _header(head: str, name: str) -> str:
    for line in head.split("\r\n")[1:]:
        known, _, value = line.partition(":")
        if known.strip().lower() == name:
            return value.strip()
    return ""


def _passed_on(method: str, url: httpx.URL, head: str, proxy: Proxy | None) -> bytes:
    """The head of a request as its server or the next proxy is to have it, the last on its way."""
    target = str(url) if proxy is not None else url.raw_path.decode("ascii")
    lines = [
        line
        for line in head.split("\r\n")[1:]
        if line and not line.lower().startswith(_NOT_PASSED_ON)
    ]
    if proxy is not None and proxy.username:
        login = b64encode(f"{proxy.username}:{proxy.password}".encode()).decode("ascii")
        lines.append(f"Proxy-Authorization: Basic {login}")
    first = f"{method} {target} HTTP/1.1"
    return "\r\n".join([first, *lines, "Connection: close", "", ""]).encode("latin-1")


async def _body(head: str, reader: asyncio.StreamReader) -> bytes:
    """What is sent with a request. Nothing else is read after it: one connection, one request."""
    length = _header(head, "content-length")
    if not (length.isascii() and length.isdigit()):
        return b""
    if int(length[:12]) > _MOST_BODY:
        raise EOFError
    return await reader.readexactly(int(length))


async def _answer(
    shown: Pass,
    far: httpcore.AsyncNetworkStream,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    """Pass on the answer to one request, as the last of its connection whatever the server says.

    The browser, told so, hangs up once it has the whole: nothing else may follow on a connection
    that was judged for this request.
    """
    head = b""
    while b"\r\n\r\n" not in head and len(head) <= _MOST_HEAD:
        piece = await far.read(_PIECE)
        if not piece:
            break
        shown.count(len(piece))
        head += piece
    told, end, rest = head.partition(b"\r\n\r\n")
    if not end:
        raise EOFError
    kept = [
        line
        for line in told.split(b"\r\n")
        if not line.lower().startswith((b"connection:", b"keep-alive:", b"proxy-"))
    ]
    writer.write(b"\r\n".join([*kept, b"Connection: close", b"", rest]))
    await _until_either_ends(_back(shown, far, writer), _hung_up(reader))


async def _hung_up(reader: asyncio.StreamReader) -> None:
    """Wait until the browser hangs up; what it says meanwhile is not heard."""
    while await reader.read(_PIECE):
        pass


async def _back(
    shown: Pass, far: httpcore.AsyncNetworkStream, writer: asyncio.StreamWriter
) -> None:
    while piece := await far.read(_PIECE):
        shown.count(len(piece))
        writer.write(piece)
        await writer.drain()


async def _both_ways(
    shown: Pass,
    far: httpcore.AsyncNetworkStream,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    """Pass on what either side says, until one of them ends or the page has had enough."""

    async def there() -> None:
        while piece := await reader.read(_PIECE):
            shown.count(len(piece))
            await far.write(piece)

    await _until_either_ends(there(), _back(shown, far, writer))


async def _until_either_ends(*ways: Coroutine[None, None, None]) -> None:
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _cancel(set(tasks))


async def _cancel(tasks: set[asyncio.Task[None]]) -> None:
    ending = list(tasks)
    for task in ending:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*ending, return_exceptions=True)
