"""Write docs/commands.md from the commands themselves."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from scraper.cli import tocsin
from scraper.cli.groups import SectionedGroup

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"

_HEAD = """\
# Commands

Exit codes: 0 done (`match`: it matches), 1 failed (`match`: no), 2 wrong usage or settings.
After a mistake in Tocsin itself, `tocsin --debug …` (or TOCSIN_DEBUG=1) shows where.
Every listing takes `--json` and prints a JSON list; times in JSON are ISO 8601 in UTC.

<!-- Written by scripts/commands.py from the commands' own help. -->
"""


def page() -> str:
    """The page as it must be."""
    return "\n".join([_HEAD, *_sections()]).rstrip() + "\n"


def _sections() -> Iterator[str]:
    assert isinstance(tocsin, SectionedGroup)
    context = click.Context(tocsin)
    for section, names in tocsin.sections.items():
        yield f"## {section}\n"
        for name in names:
            command = tocsin.get_command(context, name)
            assert command is not None
            yield from _described(command, f"tocsin {name}")


def _described(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _described(below, f"{path} {name}")
        return
    context = click.Context(command, info_name=path)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"### `{path} {usage}`\n\n{command.get_short_help_str(400)}\n"
    rows = [
        record
        for parameter in command.get_params(context)
        if (record := parameter.get_help_record(context)) and "--help" not in record[0]
    ]
    if rows:
        yield "\n".join(f"- `{names}`: {text}" for names, text in rows) + "\n"


def main() -> None:
    """Write the page, or with --check say whether it is out of date."""
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text("utf-8") != page())
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
