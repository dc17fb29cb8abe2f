"""How commands are grouped in the help, and the options that many of them take."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class SectionedGroup(click.Group):
    """A group whose help lists its commands under headings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections: dict[str, list[str]] = {}

    def add_to(self, section: str, command: click.Command) -> None:
        """Add a command under a heading."""
        assert command.name is not None
        self.sections.setdefault(section, []).append(command.name)
        self.add_command(command)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of their headings."""
        del ctx
        return [name for names in self.sections.values() for name in names]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a list of commands under each heading."""
        del ctx
        width = max(map(len, self.commands))
        for section, names in self.sections.items():
            with formatter.section(section):
                formatter.write_dl(
                    [
                        (name.ljust(width), self.commands[name].get_short_help_str(70))
                        for name in names
                        if not self.commands[name].hidden
                    ]
                )


def settings_option(command: F) -> F:
    """`-c FILE`."""
    return click.option(
        "-c",
        "--config",
        "config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The settings file; else tocsin.toml here, in ~/.config/tocsin or in /etc/tocsin.",
    )(command)


def json_option(command: F) -> F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def limit_option(command: F) -> F:
    """`--limit N`."""
    return click.option(
        "--limit",
        type=click.IntRange(1),
        help="How many at most, the newest first; else 50 in a table, all of them with --json.",
    )(command)
