"""Hosts that keep a log of how they were asked, while they fail in many ways.

Each is a port on loopback, with several sources and their articles, some of which are the next
host's. What the log says holds from the host's own view: a request begins when its head has come,
and ends just before the last byte of its answer goes out, which is before the client can know of
it. So the client's pause cannot look shorter here than it was.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import TracebackType
from typing import Self, cast

from tests.pages import Item, article_html, index_html, rss
from tests.serving import LOOPBACK, Log, LoopThread

SOURCES = ("/feed/0", "/feed/1", "/feed/2", "/index")
REST = 1.0  # seconds that a host asks for in Retry-After
SLOW = 0.3  # seconds that a slow answer takes
# What happens to a host's requests in turn, but for robots.txt.
FAULTS = (
    *("ok", "ok", "slow", "ok", "reset", "ok", "ok", "busy", "ok", "ok"),
    *("cut", "ok", "missing", "ok", "elsewhere", "ok", "broken", "ok", "too many", "ok"),
    *("ok", "hang", "ok", "ok", "ok"),
)
_REFUSALS = {
    "busy": ("503 Service Unavailable", f"Retry-After: {REST:.0f}"),
    "too many": ("429 Too Many Requests", f"Retry-After: {REST:.0f}"),
    "missing": ("404 Not Found",),
    "broken": ("500 Internal Server Error",),
}
_TEXT = "The council met again over the harbour and its plans. " * 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request; times are monotonic seconds. `rest` is the pause that the answer asked for."""

    host: int
    path: str
    fault: str
    began: float
    ended: float
    rest: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a host was asked: the shortest time between two requests beyond what was due, and more.

    `spare` is the least by which a pause was longer than it had to be, so that none of it may be
    negative; `gap` the shortest pause; `at_once` the most requests that overlapped.
    """

    requests: int
    gap: float
    spare: float
    at_once: int


def pace(asked: Iterable[Asked], pause: float) -> Pace:
    """What a host's log says of those who asked it; `pause` is due after each request."""
    log = sorted(asked, key=lambda each: each.began)
    gaps = [(later.began - earlier.ended, earlier) for earlier, later in pairwise(log)]
    spares = [gap - max(pause, earlier.rest) for gap, earlier in gaps]
    changes = sorted([(each.began, 1) for each in log] + [(each.ended, -1) for each in log])
    at_once = most = 0
    for _, change in changes:
        at_once += change
        most = max(most, at_once)
    return Pace(
        requests=len(log),
        gap=min((gap for gap, _ in gaps), default=float("inf")),
        spare=min(spares, default=float("inf")),
        at_once=most,
    )


@dataclass
class PoliteHosts:
    """So many hosts while the block of `with` runs; `delays` are the Crawl-delays of the first."""

    count: int
    timeout: float  # seconds after which the client gives up
    delays: Sequence[float] = ()
    faults: Sequence[str] = FAULTS
    ports: list[int] = field(default_factory=list)
    log: Log[Asked] = field(default_factory=Log)

    def __enter__(self) -> Self:
        self._turns = [0] * self.count
        self._loads = 0
        self._talking: set[asyncio.Task[None]] = set()
        self._thread = LoopThread("PoliteHosts")
        self._thread.run(self._listen())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._thread.run(self._close())
        self._thread.stop()

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Names and addresses: several for each host."""
        return [
            (f"host {host} {path}", self._url(host, path))
            for host in range(self.count)
            for path in SOURCES
        ]

    def of(self, host: int) -> list[Asked]:
        """What was asked of one host so far."""
        return [asked for asked in self.log.all() if asked.host == host]

    def _url(self, host: int, path: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[host % self.count]}{path}"

    async def _listen(self) -> None:
        self._servers = []
        for host in range(self.count):
            server = await asyncio.start_server(self._connected(host), LOOPBACK, 0, backlog=256)
            self.ports.append(server.sockets[0].getsockname()[1])
            self._servers.append(server)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()

    def _connected(
        self, host: int
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = cast("asyncio.Task[None]", asyncio.current_task())
            self._talking.add(task)
            try:
                while not writer.is_closing():
                    head = await reader.readuntil(b"\r\n\r\n")
                    await self._answer(host, head.split(b" ")[1].decode(), reader, writer)
            except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                return
            finally:
                self._talking.discard(task)
                writer.close()

        return connected

    async def _answer(
        self, host: int, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        began = time.monotonic()
        fault = "ok"
        if path != "/robots.txt":
            fault = self.faults[self._turns[host] % len(self.faults)]
            self._turns[host] += 1
        if fault == "slow":
            await asyncio.sleep(SLOW)
        # Of a request that is never answered the client's end is not seen here; it comes after
        # most of its time limit.
        ended = began + self.timeout * 0.7 if fault == "hang" else time.monotonic()
        rest = REST if fault in {"busy", "too many"} else 0.0
        asked = Asked(host=host, path=path, fault=fault, began=began, ended=ended, rest=rest)
        self.log.add(asked)
        if fault == "hang":
            await reader.read()  # until the client goes
            writer.close()
        elif fault == "reset":
            _reset(writer)
        else:
            writer.write(self._said(host, path, fault))
            await writer.drain()
            if fault == "cut":
                writer.close()

    def _said(self, host: int, path: str, fault: str) -> bytes:
        if fault in _REFUSALS:
            return _http(b"", *_REFUSALS[fault])
        if fault == "elsewhere":
            return _http(b"", "302 Found", f"Location: {self._url(host + 1, path)}")
        whole = _http(self._body(host, path))
        return whole[:-20] if fault == "cut" else whole

    def _body(self, host: int, path: str) -> bytes:
        if path == "/robots.txt":
            delay = f"Crawl-delay: {self.delays[host]}\n" if host < len(self.delays) else ""
            return f"User-agent: *\n{delay}Disallow: /closed\n".encode()
        if path not in SOURCES:
            return article_html(f"News of {path}", [f"{path}: {_TEXT}"] * 3)
        self._loads += 1
        items = [
            Item(
                url=self._url(host + (index == 3), f"/2026/03/{self._loads}-{index}.html"),
                title=f"The council meets for time {self._loads} on item {index}",
            )
            for index in range(4)
        ]
        return rss(items) if path != "/index" else index_html(items)


def _http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])
    return head.encode() + body


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = cast("socket.socket", writer.get_extra_info("socket"))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
