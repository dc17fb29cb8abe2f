"""A server on loopback that says exactly what a test wants it to say, byte by byte."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Talk = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """Where it listens, what it was asked for, and how many connections it saw."""

    host: str
    port: int = 0
    requests: list[str] = field(default_factory=list)  # the heads of the requests
    connections: int = 0
    open: int = 0  # of these, those not closed yet
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.requests]


@asynccontextmanager
async def serve(
    talk: Talk, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """Answer every request with `talk(path, writer)`; a connection is kept until talk closes it."""
    server = Server(host)
    talks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        server.open += 1
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        said = b""
        try:
            while not writer.is_closing():
                head = (said + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                server.requests.append(head)
                said = await _until_gone(talk(head.split(" ")[1], writer), reader)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return  # the end of the test, too: asyncio would log a cancelled talk as an error
        finally:
            talks.discard(task)
            writer.close()
            async with server.changed:
                server.open -= 1
                server.changed.notify_all()

    listener = await asyncio.start_server(connected, host, 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        ending = list(talks)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await listener.wait_closed()


async def _until_gone(talk: Awaitable[None], reader: asyncio.StreamReader) -> bytes:
    """Let the talk go on until it ends, or the other side has closed the connection.

    What the other side said meanwhile is the beginning of its next request.
    """
    talking = asyncio.ensure_future(talk)
    listening = asyncio.ensure_future(reader.read(1))
    try:
        await asyncio.wait({talking, listening}, return_when=asyncio.FIRST_COMPLETED)
        if listening.done() and listening.result():
            await talking
    finally:
        talking.cancel()
        listening.cancel()
        _, said = await asyncio.gather(talking, listening, return_exceptions=True)
    return said if isinstance(said, bytes) else b""


async def all_closed(server: Server, but: int = 0) -> None:
    """Wait until the other side has closed every connection, but so many."""
    async with server.changed:
        await server.changed.wait_for(lambda: server.open == but)


def answer(
    body: bytes = b"", status: str = "200 OK", headers: tuple[str, ...] = (), *, length: int = -1
) -> bytes:
    """A whole HTTP answer; `length` is a Content-Length other than the body's."""
    size = len(body) if length < 0 else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
