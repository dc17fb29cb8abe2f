"""A server on loopback that says exactly what a test wants it to say, byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Talk = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """Where it listens, what it was asked for, and how many connections it saw."""

    port: int = 0
    requests: list[str] = field(default_factory=list)  # the heads of the requests
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.requests]


@asynccontextmanager
async def serve(talk: Talk, host: str = "127.0.0.1") -> AsyncIterator[Server]:
    """Answer every request with `talk(path, writer)`; a connection is kept until talk closes it."""
    server = Server()
    writers: set[asyncio.StreamWriter] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        writers.add(writer)
        try:
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                server.requests.append(head)
                await talk(head.split(" ")[1], writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writers.discard(writer)
            writer.close()

    listener = await asyncio.start_server(connected, host, 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for writer in list(writers):
            writer.transport.abort()
        await listener.wait_closed()


def answer(
    body: bytes = b"", status: str = "200 OK", headers: tuple[str, ...] = (), *, length: int = -1
) -> bytes:
    """A whole HTTP answer; `length` is a Content-Length other than the body's."""
    size = len(body) if length < 0 else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
