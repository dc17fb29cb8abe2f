"""`tocsin init`, `check` and `doctor`."""

import asyncio
import os
import shutil
import sqlite3
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import click

from scraper.cli.fetching import fetch_page
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import read_settings
from scraper.cli.output import print_json, say
from scraper.cli.queries import broken_watches
from scraper.clock import SystemClock
from scraper.composition import (
    database_folder,
    fetch_policy,
    open_database,
    pace_file,
    sqlite_path,
)
from scraper.errors import SettingsError, TocsinError, Trouble, UsageError
from scraper.fetch import Request
from scraper.fetch.browser import find_chromium, try_chromium
from scraper.packaged import packaged_file
from scraper.pipeline.lists import saved_lists
from scraper.pipeline.machine_health import Usage, is_nearly_full
from scraper.pipeline.sandbox import Sandbox, SandboxError
from scraper.pipeline.site_watch import BROKEN
from scraper.printable import printable
from scraper.settings import FILE_NAME, Loaded, find_file, load
from scraper.settings.check import check as check_settings
from scraper.settings.check import names_other_sets
from scraper.settings.sites import sites_of
from scraper.web import DASHBOARD_TITLE, bind
from storage.engines import parse_url
from storage.errors import StorageError
from storage.records import FLOODING, INCOMPLETE, Health

_TOLD = 5  # sources in trouble that are told of one by one
_PATIENCE = timedelta(seconds=5)  # for the one page that is asked for
_SHORTLY = timedelta(seconds=2)  # for one of this very machine
_LEAST_SQLITE = (3, 35, 0)  # RETURNING


@click.command()
@click.option(
    "-c",
    "--config",
    "config",
    type=click.Path(path_type=Path),
    default=Path(FILE_NAME),
    show_default=True,
    metavar="FILE",
    help="Where to write it.",
)
def init(config: Path) -> None:
    """Write an annotated settings file with well-known sources and two watches."""
    try:
        with config.open("x", encoding="utf-8") as file:
            file.write(packaged_file("tocsin.toml").read_text("utf-8"))
    except FileExistsError:
        raise UsageError(f"{config} is there already: name another with -c FILE") from None
    except OSError as error:
        raise UsageError(f"{config} cannot be written: {error.strerror}") from None
    click.echo(f"Wrote {config}. Look through it, then start with: tocsin run -c {config}")


@click.command()
@settings_option
def check(config: Path | None) -> None:
    """Read the settings, and say what is wrong and where."""
    loaded = load(find_file(config))
    stored = _stored_sets(loaded) if names_other_sets(loaded) else None
    for problem in check_settings(loaded, stored=stored, now=SystemClock().now()):
        say(str(problem), err=True)
    settings = loaded.settings
    click.echo(
        f"{loaded.file}: fine. {len(settings.source)} sources, {len(settings.watch)} watches, "
        f"{len(settings.channel)} channels."
    )


def _stored_sets(loaded: Loaded) -> dict[str, tuple[str, ...]]:
    """The sets of terms in the database; it is not made for that."""
    path = sqlite_path(loaded)
    if path is not None and not path.exists():
        return {}
    with open_database(loaded) as database, database.read() as unit:
        return {saved.name: saved.spec.terms for saved in unit.sets.list()}


@click.command()
@settings_option
@json_option
def doctor(config: Path | None, as_json: bool) -> int:
    """Say whether all that Tocsin needs is here, and works."""
    findings = list(_findings(config))
    if as_json:
        print_json(
            [
                {"check": name, "ok": not problem, "finding": problem or fine}
                for name, fine, problem in findings
            ]
        )
    else:
        for name, fine, problem in findings:
            mark = click.style("no", fg="red") if problem else click.style("ok", fg="green")
            click.echo(f"{mark}  {name.ljust(14)}  {printable(problem or fine)}")
    return 1 if any(problem for _, _, problem in findings) else 0


def _findings(config: Path | None) -> Iterator[tuple[str, str, str | None]]:
    """Each check's name, what it found to be fine, and the problem if there is one."""
    yield "Python", sys.version.split()[0], None
    loaded: Loaded | None = None
    try:
        loaded = read_settings(config)
    except TocsinError as error:
        yield "settings", "", str(error)
    else:
        yield "settings", f"{loaded.file}", None
    looks: dict[str, Callable[[], str]] = {"SQLite": _sqlite, "TLS": _tls, "sandbox": _sandbox}
    if loaded is not None:
        known = loaded
        looks |= {
            "database": lambda: _database(known),
            "watches": lambda: _watches(known),
            "sources": lambda: _sources(known),
            "sites": lambda: _sites(known),
            "push": lambda: _push(known),
            "browser": lambda: _browser(known),
            "disk": lambda: _disk(known),
            "dashboard": lambda: _listen(known),
        }
    failed: set[str] = set()
    for name, look in looks.items():
        if name in {"watches", "sources", "sites", "push", "browser"} and "database" in failed:
            continue
        try:
            yield name, look(), None
        except (UsageError, TocsinError, StorageError, SandboxError, OSError) as error:
            failed.add(name)
            yield name, "", str(error)


def _sqlite() -> str:
    if sqlite3.sqlite_version_info < _LEAST_SQLITE:
        raise UsageError(f"SQLite {sqlite3.sqlite_version} is too old: 3.35 or later is needed")
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
        except sqlite3.OperationalError:
            raise UsageError(
                "SQLite was built without FTS5: `article list --search` needs it"
            ) from None
    return f"{sqlite3.sqlite_version}, with full-text search"


def _tls() -> str:
    ssl.create_default_context()
    return ssl.OPENSSL_VERSION


def _sandbox() -> str:
    async def probe() -> int:
        sandbox = Sandbox(1, timeout=30)
        try:
            return await sandbox.run(abs, -1)
        finally:
            sandbox.close()

    asyncio.run(probe())
    return "parsers run in processes of their own"


def _database(loaded: Loaded) -> str:
    with open_database(loaded) as database:
        with database.begin() as unit:
            unit.workers.probe()
        return f"{shown_address(loaded.settings.service.database)}: can be read and written"


def _watches(loaded: Loaded) -> str:
    with open_database(loaded) as database, database.read() as unit:
        watches = unit.watches.list(include_paused=True)
        broken = broken_watches(watches, saved_lists(unit))
    names = {watch.id: watch.name for watch in watches}
    if broken:
        reasons = "; ".join(f'"{names[key]}": {error}' for key, error in broken.items())
        raise UsageError(f"these can never ring, for their query is wrong: {reasons}")
    return f"{len(watches)}, all of them can ring"


def _sources(loaded: Loaded) -> str:
    with open_database(loaded) as database, database.read() as unit:
        sources, notices = unit.sources.list(), unit.notices.list()
    trouble = {FLOODING, INCOMPLETE, *(health.notice for health in Health)} - {Health.MOVED.notice}
    if told := [notice.message for notice in notices if notice.kind in trouble]:
        more = f" And {len(told) - _TOLD} more: tocsin source list" if len(told) > _TOLD else ""
        raise UsageError(f"{' '.join(told[:_TOLD])}{more}")
    return f"{len(sources)}, none of them in trouble"


def _sites(loaded: Loaded) -> str:
    with open_database(loaded) as database, database.read() as unit:
        sites, notices = unit.sites.list(), unit.notices.list()
    if told := [notice.message for notice in notices if notice.kind == BROKEN]:
        raise UsageError(f"{'. '.join(told)}. See `tocsin site list`, and docs/sites.md")
    rules = len(sites_of(loaded))
    return f"articles were read from {len(sites)}, all as usual; {rules} have rules of their own"


def _browser(loaded: Loaded) -> str:
    with open_database(loaded) as database, database.read() as unit:
        asking = [source.name for source in unit.sources.list() if "render" in source.options]
    asking += [source.name for source in loaded.settings.source if source.render]
    named = loaded.settings.fetch.browser
    if not asking and named is None:
        return "no source asks for one"
    program = find_chromium(named)
    asyncio.run(try_chromium(program))
    without = "; as root it runs without its sandbox: run Tocsin as another user"
    return f"{program} works{without if os.geteuid() == 0 else ''}"


def shown_address(address: str) -> str:
    """A database's address without what may be secret in it: the password, the parameters."""
    url = parse_url(address).set(query={})
    return url.render_as_string(hide_password=True).replace("+psycopg", "", 1)


def _disk(loaded: Loaded) -> str:
    folder = database_folder(loaded)
    if folder is None:
        return "the database's server looks after its own"
    disk = Usage(*shutil.disk_usage(folder))
    if is_nearly_full(disk, loaded.settings.operator.least_space, was=False):
        raise UsageError(
            f"only {disk.free // 10**6} MB are free in {folder}, where the database is: make room, "
            "or move it; operator.least_space says how much is to be free"
        )
    return f"{disk.free / 10**9:.1f} GB free in {folder}"


def _push(loaded: Loaded) -> str:
    address, is_wanted = loaded.settings.service.public_url, loaded.settings.fetch.websub
    if address is None or not is_wanted:
        return "sources are visited only; with service.public_url hubs can push what is new"
    if _shows_dashboard(loaded, address):
        raise UsageError(
            f"{address} shows everybody the dashboard: the proxy before it must pass on nothing "
            "but /websub/, and hand on the name that it was called by (nginx: proxy_set_header "
            "Host $host). See docs/sources.md"
        )
    if not address.startswith("https://"):
        raise UsageError(
            f"service.public_url is {address}: in the clear the secrets that hubs sign with can be "
            "read on the way. Put a proxy with TLS before it, and write its https:// address here"
        )
    with open_database(loaded) as database, database.read() as unit:
        live, known = unit.subscriptions.counts(SystemClock().now())
    return f"{live} of {known} subscriptions are live; hubs call {address}"


def _shows_dashboard(loaded: Loaded, address: str) -> bool:
    """Whether the address for hubs leads to the dashboard; no, too, where it is not reached."""
    policy = replace(fetch_policy(loaded.settings), respect_robots=False, timeout=_PATIENCE)
    front = Request(url=address.rstrip("/") + "/")
    try:
        page = fetch_page(front, policy, pace_file(loaded))
    except TocsinError:
        return False
    return DASHBOARD_TITLE in page.body


def _listen(loaded: Loaded) -> str:
    listen = loaded.settings.service.listen
    try:
        bind(listen).close()
    except SettingsError:
        is_well = _daemon_at(loaded, listen)
        if is_well is None:
            raise
        if not is_well:
            raise UsageError(
                f"a daemon runs at http://{listen}/, and fails: http://{listen}/healthz says why"
            ) from None
        return f"a daemon runs at http://{listen}/, and is well"
    return f"http://{listen}/ is free"


def _daemon_at(loaded: Loaded, listen: str) -> bool | None:
    """Whether a daemon of ours that listens there says that it is well; None if there is none."""
    host, _, port = listen.rpartition(":")
    here = "127.0.0.1" if host in {"", "0.0.0.0", "[::]"} else host  # noqa: S104 - compared only
    policy = replace(
        fetch_policy(loaded.settings),
        respect_robots=False,
        timeout=_SHORTLY,
        allow_networks=(ip_network("0.0.0.0/0"), ip_network("::/0")),  # it is this very machine
    )
    try:
        page = fetch_page(Request(url=f"http://{here}:{port}/healthz"), policy, None)
    except TocsinError as error:
        return False if getattr(error, "trouble", None) is Trouble.BUSY else None
    return page.body.startswith(b'{"status":') or None
