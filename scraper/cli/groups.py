"""How commands are grouped in the help, and the options that many of them take."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


_WHOLE_SENTENCE = 300  # characters: the help wraps lines itself, and click would cut the sentence


class SectionedGroup(click.Group):
    """A group whose help lists its commands under headings.

    A command's module is imported when it is asked for: matching a text needs no database.
    `sections` maps headings to commands, and these to their module.
    """

    def __init__(self, *args: Any, sections: Mapping[str, Mapping[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.sections = sections

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of their headings."""
        del ctx
        return [name for commands in self.sections.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported."""
        del ctx
        for commands in self.sections.values():
            if cmd_name in commands:
                command = getattr(import_module(commands[cmd_name]), cmd_name)
                assert isinstance(command, click.Command)
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a list of commands under each heading."""
        width = max(map(len, self.list_commands(ctx)))
        for section, names in self.sections.items():
            with formatter.section(section):
                formatter.write_dl(
                    [
                        (name.ljust(width), command.get_short_help_str(_WHOLE_SENTENCE))
                        for name in names
                        if (command := self.get_command(ctx, name)) is not None
                    ]
                )


# The numbers that articles and stories have in the database.
NUMBER = click.IntRange(1, 2**63 - 1)


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
