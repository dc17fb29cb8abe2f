"""Serves ASGI applications on loopback inside the running event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Sequence

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"


class _Guest(uvicorn.Server):
    """A server that lives in somebody else's process, and so leaves the signals to its host."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen() -> socket.socket:
    """A listening socket on loopback, on a port that the system chose."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, 0))
    # Whoever connects before the server runs waits in the queue instead of being refused.
    listener.listen(128)
    return listener


def address(listener: socket.socket) -> str:
    """The address of a listener as a URL without a path: "http://127.0.0.1:40123"."""
    host, port = listener.getsockname()
    return f"http://{host}:{port}"


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listeners: Sequence[socket.socket]) -> AsyncIterator[None]:
    """Serve `app` on all `listeners` while the block runs; they are closed at its end."""
    config = uvicorn.Config(
        app,
        access_log=False,
        lifespan="off",
        log_config=None,
        log_level="critical",
        server_header=False,
        timeout_graceful_shutdown=1,
        ws="none",
    )
    server = _Guest(config)
    task = asyncio.create_task(server.serve(sockets=list(listeners)))
    try:
        yield
    finally:
        server.should_exit = True
        await task
