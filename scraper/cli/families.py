"""What `source`, `watch` and `channel` have in common: pause, resume, remove."""

from collections.abc import Callable
from pathlib import Path

import click

from scraper.actions import upkeep
from scraper.actions.upkeep import Kind
from scraper.cli.groups import settings_option
from scraper.cli.opening import opened
from scraper.cli.output import say
from scraper.cli.person import person
from scraper.clock import SystemClock


def add_upkeep(group: click.Group, kind: Kind) -> None:
    """Add `pause`, `resume` and `remove` to a family's group of commands."""

    def change(config: Path | None, name: str, done: str, action: Callable[..., None]) -> None:
        with opened(config) as database, database.begin() as unit:
            action(unit, kind, name, by=person(), now=SystemClock().now())
        say(f"{name}: {done}")

    @group.command(help=f"Pause a {kind} until it is resumed.")
    @click.argument("name")
    @settings_option
    def pause(name: str, config: Path | None) -> None:
        change(config, name, "paused", upkeep.pause)

    @group.command(help=f"Let a paused {kind} go on.")
    @click.argument("name")
    @settings_option
    def resume(name: str, config: Path | None) -> None:
        change(config, name, "resumed", upkeep.resume)

    @group.command(help=f"Remove a {kind} that a command added.")
    @click.argument("name")
    @settings_option
    def remove(name: str, config: Path | None) -> None:
        change(config, name, "removed", upkeep.remove)
