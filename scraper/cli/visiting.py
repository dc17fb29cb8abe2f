"""How a source wants to be visited, as a command line has it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from scraper.cli.output import plain
from scraper.errors import UsageError
from scraper.masking import masked

F = TypeVar("F", bound=Callable[..., Any])
_FILE = click.Path(dir_okay=False, path_type=Path)

_OPTIONS = (
    click.option("--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Sent along."),
    click.option("--headers-file", type=_FILE, help="Headers, one on each line: NAME: VALUE."),
    click.option("--cookie", "cookies", multiple=True, metavar="NAME=VALUE", help="Sent along."),
    click.option("--cookies-file", type=_FILE, help="Cookies, one on each line: NAME=VALUE."),
    click.option("--user", "username", metavar="NAME", help="For a login (Basic)."),
    click.option("--password-file", type=_FILE, help="The login's password."),
    click.option("--proxy", metavar="URL", help='An HTTP proxy, or "direct" for none.'),
    click.option("--proxy-file", type=_FILE, help="The proxy's address, where it has a password."),
    click.option("--ca-file", type=_FILE, help="Authorities (PEM) to trust besides the usual."),
    click.option("--render", type=click.Choice(["browser"]), help="Show its pages in Chromium."),
)


def visiting_options(command: F) -> F:
    """Give a command the options that `visiting_values` takes, as keyword arguments."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def visiting_values(
    *, headers: Sequence[str] = (), cookies: Sequence[str] = (), **others: object
) -> dict[str, Any]:
    """What was written, as keys of `[[source]]`, for `checked_section`.

    Raises UsageError, which says what to write instead. `others` are the rest of
    `visiting_options`; None is left out. Paths are made absolute.
    """
    values: dict[str, Any] = {
        key: value.absolute() if isinstance(value, Path) else value
        for key, value in others.items()
        if value is not None
    }
    if "@" in str(values.get("proxy", "")):
        raise UsageError(
            "a password on the command line is seen by others: write the proxy's address into a "
            "file, and use --proxy-file"
        )
    if headers:
        values["headers"] = _pairs(headers, ":", "--header 'X-Key: …'")
    if cookies:
        values["cookies"] = _pairs(cookies, "=", "--cookie consent=yes")
    return values


def _pairs(written: Sequence[str], parting: str, example: str) -> dict[str, str]:
    pairs = {}
    for number, text in enumerate(written, 1):
        name, parted, value = text.partition(parting)
        if not parted:
            raise UsageError(f"number {number} has no {parting!r}: write {example}")
        pairs[name.strip()] = value.strip()
    return pairs


def shown_visiting(options: Mapping[str, Any]) -> dict[str, object]:
    """A source's options for `print_fields`, without their secrets."""
    return {
        key: ", ".join(value) if isinstance(value, Mapping) else plain(value)
        for key, value in masked(options).items()
    }
