"""How results are printed: tables for people, JSON for programs."""

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from scraper.masking import masked
from scraper.printable import columns, printable, printable_json
from storage.records import Article, Source

NO_ADDRESS = "about:blank"  # of a page from a file, where none is given
SCREENFUL = 50  # rows of a table, unless --limit says otherwise


def plain(value: object) -> Any:
    """A record as JSON has it: times ISO 8601 in UTC, durations as the settings write them."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, Source):  # its options may hold secrets
        value = dataclasses.replace(value, options=masked(value.options))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def fields_of(article: Article) -> dict[str, Any]:
    """The fields of an article as JSON has them: an address that is not known is null, too."""
    fields: dict[str, Any] = plain(article)
    if fields["url"] == NO_ADDRESS:
        fields["url"] = None
    return fields


def print_json(value: object) -> None:
    """Print a value as JSON; characters as they are, what cannot be encoded replaced."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=2)
    click.echo(printable_json(text))


def print_json_list(values: Iterable[object]) -> None:
    """Print a list item by item, so that a long one is never held in memory."""
    separator = "["
    for value in values:
        click.echo(f"{separator}\n{json_line(value)}", nl=False)
        separator = ","
    click.echo("[]" if separator == "[" else "\n]")


def json_line(value: object) -> str:
    """A value as one line of JSON."""
    return printable_json(json.dumps(plain(value), ensure_ascii=False))


def say(text: object, *, err: bool = False) -> None:
    """Print words that may hold something from outside: nothing in them steers the terminal."""
    click.echo(printable(str(text)), err=err)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print aligned columns; `empty` where there are no rows."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        click.echo(empty)
        return
    widths = [
        max(columns(heading), *(columns(row[column]) for row in cells))
        for column, heading in enumerate(headings)
    ]
    click.echo(click.style(_line(headings, widths), bold=True))
    for row in cells:
        click.echo(_line(row, widths))


def print_fields(fields: Mapping[str, object]) -> None:
    """Print names and values, a line each; what is unknown is left out."""
    known = {name: value for name, value in fields.items() if value not in (None, "", (), [])}
    width = max(map(len, known), default=0)
    for name, value in known.items():
        click.echo(f"{click.style(name.ljust(width), bold=True)}  {_cell(value, limit=2000)}")


def moment(value: datetime | None) -> str:
    """A time in the reader's own zone, to the minute."""
    return "" if value is None else value.astimezone().strftime("%Y-%m-%d %H:%M")


def _duration(value: timedelta) -> str:
    # The settings take longer to load than most commands that do without them.
    from scraper.settings.units import format_duration  # noqa: PLC0415 - see above

    return format_duration(value)


def _cell(value: object, *, limit: int = 72) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, tuple | list):
        return ", ".join(_cell(item, limit=limit) for item in value)
    text = " ".join(printable(str(value)).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (width - columns(cell)) for cell, width in zip(cells, widths, strict=True)
    )
    return "  ".join(padded).rstrip()
