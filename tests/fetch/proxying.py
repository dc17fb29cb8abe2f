"""A real HTTP proxy on loopback that logs what it is asked for."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class ProxyServer:
    """Where it listens, and the heads of the requests that it had.

    Every name leads to `host` here. `login` is what Proxy-Authorization must say, if anything.
    """

    host: str = "127.0.0.1"
    port: int = 0
    login: str | None = None
    heads: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def targets(self) -> list[str]:
        return [" ".join(head.split(" ")[:2]) for head in self.heads]


@asynccontextmanager
async def proxying(
    login: str | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[ProxyServer]:
    proxy = ProxyServer(login=login)
    talks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        proxy.connections += 1
        try:
            await _serve(proxy, reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return
        finally:
            talks.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, proxy.host, 0, ssl=tls)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        ending = list(talks)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await server.wait_closed()


async def _serve(
    proxy: ProxyServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        proxy.heads.append(head)
        method, target, _ = head.split(" ", 2)
        if proxy.login and f"Proxy-Authorization: {proxy.login}\r\n" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        parts = urlsplit(target if method != "CONNECT" else f"//{target}")
        far_reader, far_writer = await asyncio.open_connection(proxy.host, parts.port or 80)
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                both = (_pump(reader, far_writer), _pump(far_reader, writer))
                await asyncio.gather(*both)
                return
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            far_writer.write(head.replace(target, path, 1).encode("latin-1"))
            answered = await far_reader.readuntil(b"\r\n\r\n")
            length = int(answered.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            writer.write(answered + await far_reader.readexactly(length))
        finally:
            far_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65536):
        writer.write(piece)
    writer.close()
