"""Serves the dashboard within the daemon's own loop."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from scraper.app import App
from scraper.errors import SettingsError
from scraper.web.app import make_app

_log = logging.getLogger(__name__)

_CLOSING = 2  # seconds that a request under way has when the daemon stops


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the daemon."""
        yield


@asynccontextmanager
async def serve(app: App, listen: str) -> AsyncIterator[str]:
    """Serve while the block runs; gives the address. SettingsError when it cannot be had."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    bound = _bind(host, int(port))
    port_bound = bound.getsockname()[1]
    config = uvicorn.Config(
        make_app(app.database, app.clock, hosts=_hosts(host)),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_CLOSING,
        limit_concurrency=200,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]), name="dashboard")
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port_bound}/"
    _log.info("dashboard at %s", address, extra={"action": "web.listening"})
    try:
        yield address
    finally:
        server.should_exit = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(task, timeout=_CLOSING + 1)
        bound.close()


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host}:{port}: {error.strerror}. Is a daemon running already? "
            "Else choose another service.listen, such as 127.0.0.1:8081"
        ) from None
    bound.settimeout(0)
    return bound


def _hosts(host: str) -> list[str]:
    """The names by which the dashboard may be called.

    On loopback only by its own: a page in a browser could otherwise read it through a name that it
    points at this machine (DNS rebinding). Elsewhere whoever listens there knows their names.
    """
    if host in {"127.0.0.1", "::1", "localhost"}:
        return ["127.0.0.1", "[::1]", "localhost"]
    return ["*"]
