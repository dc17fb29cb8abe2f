"""Opening settings and the database, for the commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from scraper.cli.output import say
from scraper.clock import SystemClock
from scraper.composition import open_database, sync_settings
from scraper.errors import UsageError
from scraper.settings import Loaded, find_file, load
from scraper.settings.check import check
from storage.database import Database

T = TypeVar("T")

_ALIVE = timedelta(minutes=2)  # a daemon that was heard of in this time is at work


def read_settings(config: Path | None, *, warn: bool = False) -> Loaded:
    """The settings, checked. Warnings go to standard error when they are asked for."""
    loaded = load(find_file(config))
    for problem in check(loaded, now=SystemClock().now() if warn else None):
        if warn:
            say(str(problem), err=True)
    return loaded


@contextmanager
def opened(config: Path | None) -> Iterator[Database]:
    """The database of the settings, with what the settings name written into it.

    Not while a daemon works on it: that one was started with settings of its own, perhaps from
    another environment, and a command that only looks must not change what it does.
    """
    loaded = read_settings(config)
    clock = SystemClock()
    with open_database(loaded) as database:
        with database.begin() as unit:
            heartbeat = unit.workers.last_heartbeat()
            if heartbeat is None or clock.now() - heartbeat > _ALIVE:
                sync_settings(unit, loaded.settings, clock)
        yield database


def found(value: T | None, kind: str, name: str) -> T:
    """The value, or an error that says what is not there."""
    if value is None:
        raise UsageError(f'there is no {kind} "{name}"; `tocsin {kind} list` shows all')
    return value
