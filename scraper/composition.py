"""The composition root: builds everything from settings."""

import logging
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from random import Random, SystemRandom
from secrets import token_hex
from typing import Protocol, TypeVar

from scraper.alerts import ChannelContext, Deliverer, RetryPolicy
from scraper.alerts.certificates import Certificates
from scraper.alerts.email.unsubscribing import KEY_BYTES, Unsubscribing
from scraper.alerts.transport import Apart, EndedError
from scraper.app import App, Tally, register
from scraper.clock import Clock, SystemClock
from scraper.errors import DeliveryError
from scraper.fetch import Fetcher, FetchPolicy, guarded_transport, shared_pace
from scraper.pipeline.admit import Admission
from scraper.pipeline.back_offs import BackOffs
from scraper.pipeline.machine_health import MachineHealth
from scraper.pipeline.read import Reader
from scraper.pipeline.sandbox import Sandbox, SandboxBrokenError, SandboxError
from scraper.pipeline.visit import Visit, Visitor
from scraper.pipeline.websub import Callbacks, Subscriber
from scraper.settings import Loaded, Settings
from scraper.settings.channels import smtp_settings
from scraper.settings.proxies import proxies_of
from scraper.settings.sites import sites_of
from storage.database import Database, UnitOfWork
from storage.engines import parse_url
from storage.errors import ConflictError, StorageError

T = TypeVar("T")

_log = logging.getLogger(__name__)

LAST_WRITE = 2.0  # seconds that the database has to take note, at the end (see scraper.app.GRACE)


@dataclass(slots=True)
class Hooks:
    """Called as things happen, for those who watch: the demo, and tests."""

    on_visit: Callable[[Visit], None] | None = None
    on_admission: Callable[[Admission], None] | None = None


def sync_settings(unit: UnitOfWork, settings: Settings, clock: Clock) -> None:
    """Write what the settings say of sources, channels, sets and watches into the database."""
    now = clock.now()
    unit.sources.sync([source.spec() for source in settings.source], now=now)
    unit.channels.sync([channel.spec() for channel in settings.channel], now=now)
    unit.sets.sync([given.spec() for given in settings.set], now=now)
    unit.watches.sync([watch.spec() for watch in settings.watch], now=now)


def open_database(loaded: Loaded) -> Database:
    """The settings' database; a relative SQLite path is relative to the settings file."""
    address = loaded.settings.service.database
    prefix = "sqlite:///"
    if address.startswith(prefix):
        address = prefix + str(loaded.folder.absolute() / address.removeprefix(prefix))
    return Database.open(address)


def pace_file(loaded: Loaded) -> Path:
    """Where the processes of this machine that share a database tell each other of their requests.

    That is beside an SQLite database; for another, in the folder for what is temporary.
    """
    address = loaded.settings.service.database
    prefix = "sqlite:///"
    if address.startswith(prefix):
        return loaded.folder.absolute() / f"{address.removeprefix(prefix)}.pace"
    name = blake2b(address.encode(), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"tocsin-{os.getuid()}-{name}.pace"


def fetch_policy(settings: Settings) -> FetchPolicy:
    """How pages are fetched, from the settings."""
    fetch = settings.fetch
    return FetchPolicy(
        contact=fetch.contact or None,
        host_pause=fetch.host_pause,
        timeout=fetch.timeout,
        max_bytes=fetch.max_size,
        respect_robots=fetch.respect_robots,
        allow_networks=fetch.allow_networks,
        proxies=proxies_of(fetch, os.environ),
        browser=fetch.browser,
    )


def database_folder(loaded: Loaded) -> Path | None:
    """Where the SQLite file is, or is to be; None for a database on a server."""
    file = sqlite_path(loaded)
    if file is None:
        return None
    return next(folder for folder in file.parents if folder.is_dir())


def sqlite_path(loaded: Loaded) -> Path | None:
    """The file of an SQLite database; None for a database on a server."""
    url = parse_url(loaded.settings.service.database)
    if url.get_backend_name() != "sqlite":
        return None
    return loaded.folder.absolute() / (url.database or "")


def channel_context(loaded: Loaded, clock: Clock) -> ChannelContext:
    """What channels need to send; whoever asks for it closes `http`."""
    networks = loaded.settings.fetch.allow_networks
    return ChannelContext(
        clock=clock,
        http=guarded_transport(networks),
        over_tls=lambda tls: guarded_transport(networks, ssl_context=tls),
        smtp=smtp_settings(loaded),
        user_agent=fetch_policy(loaded.settings).user_agent,
        folder=loaded.folder,
        allow_networks=networks,
        public_url=loaded.settings.service.public_url,
    )


class _Run(Protocol):
    async def __call__(self, function: Callable[..., T], /, *args: object) -> T:
        """As `Sandbox.run`."""
        ...


def apart(run: _Run) -> Apart:
    """Where channels render templates: in processes that may be ended."""

    async def call(function: Callable[..., T], /, *args: object) -> T:
        try:
            return await run(function, *args)
        except SandboxBrokenError as error:
            raise DeliveryError(f"there is no process to fill the template in: {error}") from error
        except SandboxError as error:
            raise EndedError(error.ending) from error

    return call


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """What every part of the app is built from."""

    loaded: Loaded
    clock: Clock
    random: Random
    hooks: Hooks
    database: Database
    worker: str
    back_offs: BackOffs


@asynccontextmanager
async def open_app(
    loaded: Loaded,
    *,
    clock: Clock | None = None,
    random: Random | None = None,
    hooks: Hooks | None = None,
) -> AsyncIterator[App]:
    """Build the app on its database; afterwards its claims are free and its processes are gone."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        database = stack.enter_context(open_database(loaded))
        worker = await database.run(lambda unit: register(unit, clock.now()))
        back_offs = BackOffs(await database.query(lambda unit: unit.hosts.list(clock.now())))
        stack.push_async_callback(_unregister, database, worker, back_offs, clock)
        await _sync(database, loaded.settings, clock)
        base = _Base(
            loaded=loaded,
            clock=clock,
            random=random or SystemRandom(),
            hooks=hooks or Hooks(),
            database=database,
            worker=worker,
            back_offs=back_offs,
        )
        yield await _build(base, stack)


async def _sync(database: Database, settings: Settings, clock: Clock) -> None:
    """As `sync_settings`; once more where another worker, started with this one, was faster."""
    try:
        await database.run(lambda unit: sync_settings(unit, settings, clock))
    except ConflictError:
        await database.run(lambda unit: sync_settings(unit, settings, clock))


async def _build(base: _Base, stack: AsyncExitStack) -> App:
    """The parts, put together; `stack` ends those that must be ended."""
    settings, tally = base.loaded.settings, Tally()
    shared = stack.enter_context(shared_pace(pace_file(base.loaded)))
    machine_health = MachineHealth(
        database=base.database,
        clock=base.clock,
        folder=database_folder(base.loaded),
        least_space=settings.operator.least_space,
    )
    fetcher = await stack.enter_async_context(
        Fetcher(
            fetch_policy(settings),
            clock=base.clock,
            memory=base.back_offs,
            shared=shared,
            on_answer=machine_health.answered,
        )
    )
    sandbox = Sandbox(settings.service.processes or os.cpu_count() or 1)
    stack.callback(sandbox.close)
    unsubscribing = await _unsubscribing(base)
    context = replace(
        channel_context(base.loaded, base.clock),
        unsubscribing=unsubscribing,
        apart=apart(sandbox.run_first),  # an alert must not wait for pages
    )
    stack.push_async_callback(context.http.aclose)
    visitor = _visitor(base, fetcher, sandbox, tally)
    deliverer = Deliverer(
        operator=base.loaded.settings.operator.channels,
        database=base.database,
        context=context,
        random=base.random,
        worker=base.worker,
        policy=RetryPolicy().hurried(settings.development.hurry),
    )
    stack.push_async_callback(deliverer.aclose)
    reader = _reader(base, fetcher, sandbox, tally, deliverer)
    app = App(
        settings=settings,
        database=base.database,
        worker=base.worker,
        clock=base.clock,
        visitor=visitor,
        reader=reader,
        deliverer=deliverer,
        fetcher=fetcher,
        sandbox=sandbox,
        back_offs=base.back_offs,
        tally=tally,
        machine_health=machine_health,
        certificates=Certificates(
            database=base.database, clock=base.clock, folder=base.loaded.folder
        ),
        unsubscribing=unsubscribing,
        subscriber=Subscriber(
            database=base.database,
            transport=context.http,
            clock=base.clock,
            random=base.random,
            public_url=_public_url(settings),
            user_agent=context.user_agent,
            allow_networks=settings.fetch.allow_networks,
        ),
    )
    if _public_url(settings):
        app.callbacks = Callbacks(
            database=base.database,
            sandbox=sandbox,
            clock=base.clock,
            random=base.random,
            take_in=visitor.take_in,
            tick=app.tick,
        )
    return app


async def _unsubscribing(base: _Base) -> Unsubscribing | None:
    """What lets readers unsubscribe, if they can reach us."""
    address = base.loaded.settings.service.public_url
    if not address:
        return None
    now = base.clock.now()
    key = await base.database.run(
        lambda unit: unit.unsubscriptions.key(lambda: token_hex(KEY_BYTES), now=now)
    )
    return Unsubscribing(
        database=base.database, clock=base.clock, key=bytes.fromhex(key), public_url=address
    )


def _public_url(settings: Settings) -> str | None:
    """Where hubs can reach us, if they are to."""
    return settings.service.public_url if settings.fetch.websub else None


def _visitor(base: _Base, fetcher: Fetcher, sandbox: Sandbox, tally: Tally) -> Visitor:
    return Visitor(
        database=base.database,
        fetcher=fetcher,
        sandbox=sandbox,
        clock=base.clock,
        worker=base.worker,
        random=base.random,
        on_visit=_both(tally.visited, base.hooks.on_visit),
        subscribes=_public_url(base.loaded.settings) is not None,
    )


def _reader(
    base: _Base, fetcher: Fetcher, sandbox: Sandbox, tally: Tally, deliverer: Deliverer
) -> Reader:
    settings = base.loaded.settings

    def admitted(admission: Admission) -> None:
        tally.admitted(admission)
        if admission.rang:
            deliverer.wake()

    return Reader(
        database=base.database,
        fetcher=fetcher,
        sandbox=sandbox,
        clock=base.clock,
        random=base.random,
        worker=base.worker,
        rechecks=settings.fetch.recheck,
        copy_window=settings.copies.window,
        story_window=settings.stories.window,
        keep_pages=settings.service.keep_pages > timedelta(0),
        sites=sites_of(base.loaded),
        on_admission=_both(admitted, base.hooks.on_admission),
    )


async def _unregister(database: Database, worker: str, back_offs: BackOffs, clock: Clock) -> None:
    """The last thing a worker writes: what it claimed is free. Else others will find it dead."""

    def finish(unit: UnitOfWork) -> None:
        if (changes := back_offs.changes()) is not None:
            changes.write(unit, clock.now())
        unit.workers.unregister(worker)

    try:
        await database.finish(finish, patience=LAST_WRITE)
    except StorageError as error:
        _log.error(
            "cannot give back what was claimed (%s); the next worker will take it over",
            error,
            extra={"action": "worker.not_unregistered"},
        )


def _both(first: Callable[[T], None], second: Callable[[T], None] | None) -> Callable[[T], None]:
    def call(value: T) -> None:
        first(value)
        if second is not None:
            second(value)

    return call
