"""Serves the dashboard within the daemon's own loop."""

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit

import uvicorn

from scraper.app import App
from scraper.errors import SettingsError
from scraper.web.app import make_app
from scraper.web.feeds.routes import feed_routes
from scraper.web.unsubscribe import unsubscribe_routes
from scraper.web.websub import callback_routes

_log = logging.getLogger(__name__)

_BACKLOG = 100  # connections that wait to be taken
_CLOSING = 2  # seconds that a request under way has when the daemon stops


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the daemon."""
        yield


@asynccontextmanager
async def serve(app: App, bound: socket.socket, *, host: str) -> AsyncIterator[str]:
    """Serve on a socket of `bind` while the block runs; gives the address.

    `host` is the name or number it was bound to, which requests may name.
    """
    port = bound.getsockname()[1]
    service = app.settings.service
    known = app.callbacks
    callbacks = () if known is None else callback_routes(known, app.settings.fetch.max_size)
    callbacks += feed_routes(app.database, public_url=service.public_url)
    if app.unsubscribing is not None:
        callbacks += unsubscribe_routes(app.unsubscribing, app.database)
    config = uvicorn.Config(
        make_app(
            app.database,
            app.clock,
            hosts=[host, *service.hostnames],
            outside=urlsplit(service.public_url or "").hostname,
            callbacks=callbacks,
            trouble=app.trouble,
        ),
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
    address = f"http://{shown}:{port}/"
    _log.info("dashboard at %s", address, extra={"action": "web.listening"})
    try:
        yield address
    finally:
        server.should_exit = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(task, timeout=_CLOSING + 1)


def host_of(listen: str) -> str:
    """The host of an address such as `127.0.0.1:8080` or `[::1]:8080`."""
    return listen.rpartition(":")[0].strip("[]")


def bind(listen: str) -> socket.socket:
    """A socket that listens at `listen`, host and port; SettingsError says why there is none.

    Whoever connects before it is served waits.
    """
    host, port = host_of(listen), listen.rpartition(":")[2]
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "this cannot be the name of a host"
        raise SettingsError(
            f'cannot listen on {listen}: there is no host "{host}" here ({reason}). '
            "Choose another service.listen, such as 127.0.0.1:8080"
        ) from None
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(_BACKLOG)
    except OSError as error:
        bound.close()
        raise SettingsError(
            f"cannot listen on {listen}: {error.strerror}. {_remedy(error)}"
        ) from None
    bound.settimeout(0)
    return bound


def _remedy(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "Is a daemon running already? Else choose another service.listen"
    if error.errno == errno.EADDRNOTAVAIL:
        return "Choose an address of this machine for service.listen, such as 127.0.0.1:8080"
    return "Choose another service.listen, such as 127.0.0.1:8080"
