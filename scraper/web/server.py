"""Serves the dashboard within the daemon's own loop."""

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from ipaddress import ip_address
from urllib.parse import urlsplit

import uvicorn

from scraper.accounts import set_admin_password
from scraper.app import App
from scraper.errors import SettingsError
from scraper.pipeline.backfill import Backfiller
from scraper.pipeline.past import backfill_pause
from scraper.settings.model import Accounts
from scraper.web.app import make_app
from scraper.web.feeds.routes import feed_routes
from scraper.web.gate import GateKeeping
from scraper.web.live import MOST_LISTENERS
from scraper.web.tools import Tools
from scraper.web.unsubscribe import unsubscribe_routes
from scraper.web.websub import callback_routes
from storage.database import UnitOfWork

_log = logging.getLogger(__name__)

_BACKLOG = 100  # connections that wait to be taken
_OTHERS = 200  # connections at once besides those of pages that listen
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
    await app.database.run(partial(_let_somebody_in, app, host))
    known = app.callbacks
    callbacks = () if known is None else callback_routes(known, app.settings.fetch.max_size)
    callbacks += feed_routes(app.database, public_url=service.public_url)
    if app.unsubscribing is not None:
        callbacks += unsubscribe_routes(app.unsubscribing, app.database)
    application = make_app(
        app.database,
        app.clock,
        hosts=[host, *service.hostnames],
        outside=urlsplit(service.public_url or "").hostname,
        callbacks=callbacks,
        trouble=app.trouble,
        keeping=_keeping(app.settings.accounts),
        tools=Tools(
            fetcher=app.fetcher,
            run=app.sandbox.run_first,  # type: ignore[arg-type]  # it loses what that takes
            sending=app.deliverer.context,
            sites=app.reader.sites,
            backfiller=Backfiller(
                database=app.database,
                fetcher=app.fetcher,
                sandbox=app.sandbox,
                clock=app.clock,
                worker=app.worker,
            ),
            pause=backfill_pause(app.settings.fetch.host_pause),
        ),
        public_url=service.public_url,
    )
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_CLOSING,
        limit_concurrency=MOST_LISTENERS + _OTHERS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]), name="dashboard")
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}/"
    _log.info("dashboard at %s", address, extra={"action": "web.listening"})
    try:
        yield address
    finally:
        application.state.web.searches.close()
        application.state.web.backfills.close()
        application.state.web.live.close()  # or each stream would be waited for
        server.should_exit = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(task, timeout=_CLOSING + 1)


def _let_somebody_in(app: App, host: str, unit: UnitOfWork) -> None:
    """Make the account of the settings; SettingsError where others could ask and nobody log in."""
    accounts = app.settings.accounts
    if accounts.admin_password is not None:
        password = accounts.admin_password.get_secret_value()
        set_admin_password(unit, password, now=app.clock.now())
    if _is_loopback(host) or accounts.proxy_header is not None or unit.accounts.has_users():
        return
    raise SettingsError(
        f"service.listen is {app.settings.service.listen}, which other machines reach, and nobody "
        "has an account. Add one with `tocsin user add NAME`, set accounts.admin_password_file, or "
        "listen at 127.0.0.1"
    )


def _keeping(accounts: Accounts) -> GateKeeping:
    return GateKeeping(
        session=accounts.session,
        longest_session=accounts.longest_session,
        proxy_header=accounts.proxy_header,
        proxies=accounts.proxies,
        proxy_role=accounts.proxy_role,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
