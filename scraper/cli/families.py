"""What `source`, `watch` and `channel` have in common: pause, resume, remove."""

from pathlib import Path
from typing import Protocol

import click

from scraper.cli.groups import settings_option
from scraper.cli.opening import opened
from scraper.cli.output import say
from scraper.errors import UsageError
from storage.database import UnitOfWork


class Family(Protocol):
    """Named things in the database."""

    def pause(self, name: str, paused: bool = True) -> bool: ...  # noqa: FBT002, D102 - storage's signature
    def remove(self, name: str) -> bool: ...  # noqa: D102 - storage's signature


def add_upkeep(group: click.Group, kind: str) -> None:
    """Add `pause`, `resume` and `remove` to a family's group of commands."""

    def family(unit: UnitOfWork) -> Family:
        found: Family = getattr(unit, {"watch": "watches"}.get(kind, f"{kind}s"))
        return found

    def change(config: Path | None, name: str, done: str, *, paused: bool | None) -> None:
        with opened(config) as database, database.begin() as unit:
            held = family(unit)
            known = held.remove(name) if paused is None else held.pause(name, paused)
        if not known:
            raise UsageError(f'there is no {kind} "{name}"; `tocsin {kind} list` shows all')
        say(f"{name}: {done}")

    @group.command(help=f"Pause a {kind} until it is resumed.")
    @click.argument("name")
    @settings_option
    def pause(name: str, config: Path | None) -> None:
        change(config, name, "paused", paused=True)

    @group.command(help=f"Let a paused {kind} go on.")
    @click.argument("name")
    @settings_option
    def resume(name: str, config: Path | None) -> None:
        change(config, name, "resumed", paused=False)

    @group.command(help=f"Remove a {kind} that a command added.")
    @click.argument("name")
    @settings_option
    def remove(name: str, config: Path | None) -> None:
        change(config, name, "removed", paused=None)
