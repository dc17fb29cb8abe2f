"""What tests/servers.py is made of: threads, a small HTTP server, a log to wait on."""

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast
from urllib.parse import urlsplit

T = TypeVar("T")
LOOPBACK = "127.0.0.1"
PATIENCE = 30.0  # seconds for which the waiting functions wait unless told otherwise
_RESET_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for zero seconds: close sends RST
_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asked for.

    Header names are in lower case; `at` is seconds on the monotonic clock; `connection` tells the
    connections of a server apart.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    at: float
    time: datetime
    connection: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answers, and how badly.

    `delay`: seconds before the first byte. `drip`: (bytes, seconds): so many at a time, and a pause
    after each. `reset_after`: the connection is reset once so many bytes of the body are out.
    `hang`: not a byte is sent. `length`: what Content-Length claims, where it is not the truth.
    `raw`: sent instead of head and body, and then the connection is closed, or reset when
    `reset_after` is set.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: tuple[int, float] | None = None
    reset_after: int | None = None
    hang: bool = False
    length: int | None = None
    raw: bytes | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it can be sent at once."""
        rude = (self.hang, self.delay, self.drip, self.raw is not None)
        return self.reset_after is None and not any(rude)

    def head(self) -> bytes:
        """The status line and the headers."""
        phrase = HTTPStatus(self.status).phrase if self.status in _STATUSES else "Unnamed"
        lines = [f"HTTP/1.1 {self.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.status not in _WITHOUT_BODY:
            lines.append(
                f"content-length: {len(self.body) if self.length is None else self.length}"
            )
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


_STATUSES = {status.value for status in HTTPStatus}
Answer = Callable[[Request], Reply]


class Log(Generic[T]):
    """What arrived, in order; one thread adds while others wait."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._grown = threading.Condition()

    def add(self, item: T) -> None:
        with self._grown:
            self._items.append(item)
            self._grown.notify_all()

    def all(self) -> list[T]:
        with self._grown:
            return list(self._items)

    def wait_for(self, count: int, timeout: float, is_meant: Callable[[T], bool]) -> list[T]:
        """Wait until so many of those that are meant have come; AssertionError when they don't."""

        def meant() -> list[T]:
            return [item for item in self._items if is_meant(item)]

        with self._grown:
            if not self._grown.wait_for(lambda: len(meant()) >= count, timeout):
                raise AssertionError(f"{len(meant())} of {count} came within {timeout} s")
            return meant()


class LoopThread:
    """An event loop on a thread of its own; `stop` cancels what still runs on it."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=PATIENCE)

    def stop(self) -> None:
        self.run(self._cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=PATIENCE)
        self._loop.close()

    async def _cancel_all(self) -> None:
        others = asyncio.all_tasks() - {cast("asyncio.Task[Any]", asyncio.current_task())}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)  # a turn for the transports that were aborted to close their sockets


class HttpServer:
    """Answers on 127.0.0.1, on a port of its own, while the block of `with` runs.

    When `answer` raises, the client gets 500, and the block's end raises what it was.
    """

    def __init__(self) -> None:
        self.port = 0
        self._requests: Log[Request] = Log()
        self._errors: list[Exception] = []
        self._connections: set[_Connection] = set()
        self._opened = 0

    def answer(self, request: Request) -> Reply:
        """The reply to a request; runs on the server's thread and must not block."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread = LoopThread(type(self).__name__)
        self._server = self._thread.run(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._thread.run(self._close())
        self._thread.stop()
        if self._errors and error is None:
            raise ExceptionGroup("a handler failed", self._errors)

    @property
    def base(self) -> str:
        """The server's address, without a path."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def requests(self) -> list[Request]:
        """All that was asked, in order."""
        return self._requests.all()

    @property
    def open_connections(self) -> int:
        """How many clients are connected now."""
        return len(self._connections)

    def respond(self, request: Request) -> Reply:
        """Log the request and find its reply."""
        self._requests.add(request)
        try:
            return self.answer(request)
        except Exception as error:  # noqa: BLE001 - raised again where the test can see it
            self._errors.append(error)
            return Reply(status=500)

    def connected(self, connection: "_Connection") -> int:
        """Take note of a connection; its number."""
        self._connections.add(connection)
        self._opened += 1
        return self._opened

    def disconnected(self, connection: "_Connection") -> None:
        """Forget a connection."""
        self._connections.discard(connection)

    async def _listen(self) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: _Connection(self), LOOPBACK, 0, backlog=1024)

    async def _close(self) -> None:
        self._server.close()
        for connection in list(self._connections):
            connection.transport.abort()


class _Connection(asyncio.Protocol):
    """HTTP/1.1 as far as tests need it: keep-alive, pipelining, bodies with Content-Length."""

    def __init__(self, server: HttpServer) -> None:
        self._server = server
        self._received = b""
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._number = self._server.connected(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._server.disconnected(self)
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._answer_all()

    def _answer_all(self) -> None:
        while self._task is None and (request := self._take_request()) is not None:
            reply = self._server.respond(request)
            if reply.is_plain:
                self.transport.write(reply.head() + self._body(request, reply))
                self._close_if_asked(request)
            else:
                self._task = asyncio.get_running_loop().create_task(self._misbehave(request, reply))

    def _take_request(self) -> Request | None:
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return None
        self._received = rest[length:]
        method, target, _ = first.split(" ", 2)
        return Request(
            method=method,
            target=target,
            headers=headers,
            body=rest[:length],
            at=time.monotonic(),
            time=datetime.now(UTC),
            connection=self._number,
        )

    async def _misbehave(self, request: Request, reply: Reply) -> None:
        if reply.hang:
            await asyncio.get_running_loop().create_future()  # until the connection is lost
        await asyncio.sleep(reply.delay)
        if reply.raw is not None:
            self.transport.write(reply.raw)
            if reply.reset_after is None:
                self.transport.close()
            else:
                self._reset()
            return
        self.transport.write(reply.head())
        body = self._body(request, reply)
        await self._send(body if reply.reset_after is None else body[: reply.reset_after], reply)
        if reply.reset_after is not None:
            self._reset()
            return
        self._task = None
        self._close_if_asked(request)
        self._answer_all()

    def _reset(self) -> None:
        sock = cast("socket.socket", self.transport.get_extra_info("socket"))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
        self.transport.abort()

    async def _send(self, body: bytes, reply: Reply) -> None:
        size, pause = reply.drip or (max(1, len(body)), 0.0)
        for start in range(0, len(body), size):
            self.transport.write(body[start : start + size])
            await asyncio.sleep(pause)

    def _close_if_asked(self, request: Request) -> None:
        if request.headers.get("connection", "").lower() == "close":
            self.transport.close()

    @staticmethod
    def _body(request: Request, reply: Reply) -> bytes:
        return b"" if request.method == "HEAD" or reply.status in _WITHOUT_BODY else reply.body
