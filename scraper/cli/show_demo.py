"""`tocsin demo`."""

import asyncio
import base64
import errno
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from pydantic import TypeAdapter

from scraper import log
from scraper.actions.checked import checked
from scraper.clock import SystemClock
from scraper.composition import Hooks, open_app
from scraper.demo import (
    EMAIL_CHANNEL,
    SHOW_SECONDS,
    WATCHES,
    WEBHOOK_CHANNEL,
    DemoShow,
    HookReceiver,
    MailReceiver,
    NewsSite,
    wants_colour,
)
from scraper.jobs import run_local
from scraper.settings import Loaded, Settings
from scraper.settings.model import Listen
from scraper.settings.units import format_duration
from scraper.web import bind, host_of, serve

_LISTEN: TypeAdapter[str] = TypeAdapter(Listen)
_LATEST = 15.0  # seconds after the end of the show that alerts may take on a slow machine


@click.command()
@click.option(
    "--listen",
    default="127.0.0.1:0",
    metavar="HOST:PORT",
    help="Where the dashboard is shown meanwhile; port 0: any that is free.",
)
def demo(listen: str) -> int:
    """Run the whole service on a news site of its own, on loopback; half a minute."""
    listen = checked(_LISTEN, listen, "--listen")
    log.set_up("error", "text", colour=sys.stderr.isatty())
    with closing(bind(listen)) as bound:
        return 0 if asyncio.run(_demo(bound, host_of(listen))) else 1


async def _demo(bound: socket.socket, host: str) -> bool:
    clock = SystemClock()
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    async with NewsSite(clock=clock) as site, _stopping() as stop:
        show = DemoShow(
            site,
            clock=clock,
            stream=sys.stdout,
            colour=wants_colour(sys.stdout, os.environ),
            width=min(shutil.get_terminal_size((100, 24)).columns, 140),
        )
        async with (
            MailReceiver(on_mail=show.mailed) as mail,
            HookReceiver(secret, clock=clock, on_hook=show.hooked) as hook,
        ):
            with TemporaryDirectory(prefix="tocsin-demo-") as folder:
                loaded = demo_settings(Path(folder), site, mail, hook, secret)
                hooks = Hooks(on_visit=show.visited, on_admission=show.admitted)
                async with (
                    open_app(loaded, clock=clock, hooks=hooks) as app,
                    serve(app, bound, host=host) as dashboard,
                ):
                    click.echo(f"Dashboard while it runs: {dashboard}")
                    daemon = asyncio.create_task(run_local(app, stop))
                    await _play(show, site, stop)
                    stop.set()
                    await daemon
        is_right = show.closed()
        if show.is_unheard:
            raise BrokenPipeError(errno.EPIPE, "nobody reads along any more")
        return is_right


@asynccontextmanager
async def _stopping() -> AsyncIterator[asyncio.Event]:
    """An event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    yield stop


async def _play(show: DemoShow, site: NewsSite, stop: asyncio.Event) -> None:
    """The programme, then the rest of the show's time, and longer if an alert is still missing."""
    show.opened()
    loop = asyncio.get_running_loop()
    end = loop.time() + SHOW_SECONDS
    playing = asyncio.create_task(site.play(show.published))
    while not (stop.is_set() or show.is_unheard):
        now = loop.time()
        if now >= end + _LATEST or (now >= end and show.ledger.is_right):
            break
        await asyncio.sleep(0.1)
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)


def demo_settings(
    folder: Path, site: NewsSite, mail: MailReceiver, hook: HookReceiver, secret: str
) -> Loaded:
    """The settings of the demo: as a person would write them, but for the ports."""
    settings = Settings.model_validate(
        {
            "service": {"database": f"sqlite:///{folder / 'tocsin.db'}"},
            "fetch": {"host_pause": "100ms", "allow_networks": ["127.0.0.0/8"]},
            "smtp": {"host": mail.host, "port": mail.port},
            "source": [
                {"name": spec.name, "url": spec.url, "every": format_duration(spec.every)}
                for spec in site.sources
                if spec.every is not None
            ],
            "channel": [
                {"name": EMAIL_CHANNEL, "type": "email", "to": ["desk@example.org"]},
                {"name": WEBHOOK_CHANNEL, "type": "webhook", "url": hook.url, "secret": secret},
            ],
            "watch": [
                {"name": spec.name, "query": spec.query, "channels": list(spec.channels)}
                for spec in WATCHES
            ],
        }
    )
    return Loaded(settings=settings, file=None, place=lambda _: "the demo")
