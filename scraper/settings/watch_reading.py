"""Watches from a file that was exported, or written by hand: TOML, JSON, CSV, or plain queries.

Nothing is passed over: whatever cannot be read is listed, with its place.
"""

import csv
import difflib
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import ValidationError

from scraper.settings.load import dotted, worded
from scraper.settings.model import Watch
from scraper.settings.table_reading import (
    FileReading,
    Record,
    json_objects,
    looks_like_json,
    looks_like_toml,
    toml_tables,
)
from scraper.settings.watch_writing import FORMULA, KEYS, LIST_KEYS, WITHIN_CELL

_COLUMNS = (*KEYS, "alert_per")  # as `policy` was called once
_LONGEST_HEADER = 2000  # characters of which it is made out whether they name columns
_LONGEST_NAME = 200  # characters, as the settings have it
_DELIMITERS = ",;\t"  # spreadsheets take the semicolon where the comma parts decimals
_YES, _NO = {"yes", "true", "1", "paused"}, {"", "no", "false", "0"}


class UnreadableCellError(ValueError):
    """A cell does not hold what its column is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A watch as it was read. `paused` None: nothing was said of that."""

    place: str  # "watches.csv:14"
    watch: Watch
    paused: bool | None = None


@dataclass(slots=True)
class Reading(FileReading):
    """The watches that were read, and what could not be."""

    entries: list[Entry] = field(default_factory=list)


def read_watches(text: str, *, name: str, notation: str | None = None) -> Reading:
    """The watches of a text; `notation` is one of READERS, None: seen from the text."""
    text = text.removeprefix("\ufeff")
    reading = Reading(name)
    seen: dict[str, str] = {}
    for place, values in READERS[notation or notation_of(text)](text, reading):
        entry = _entry(place, values, reading)
        if entry is None:
            continue
        first = seen.setdefault(entry.watch.name, place)
        if first != place:
            reading.problems.append(
                (place, f'"{entry.watch.name}" stands at {first} already: give each its own name')
            )
        reading.entries.append(entry)
    return reading


def notation_of(text: str) -> str:
    """How a text notes its watches, by the look of it: a key of READERS."""
    if looks_like_json(text):
        return "json"
    if looks_like_toml(text):
        return "toml"
    header, _ = _header(text)
    return "csv" if {"name", "query"} <= set(header) else "text"


def _csv(text: str, reading: Reading) -> Iterator[Record]:
    keys, delimiter = _header(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = False
    line = 1
    try:
        for row in rows:
            place, line = reading.line(line), rows.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if header:
                yield from _row(place, row, keys, reading)
            elif wrong := _wrong_header(keys):
                reading.problems.append((place, wrong))
                return
            header = True
    except csv.Error as error:
        reading.problems.append((reading.line(line), f"this is not CSV: {error}"))


def _header(text: str) -> tuple[list[str], str]:
    """The first line's cells as keys, and the character that parts them."""
    line = re.split(r"[\r\n]", text.lstrip()[:_LONGEST_HEADER], maxsplit=1)[0]
    delimiter = max(_DELIMITERS, key=line.count)
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return [cell.strip().lower().replace(" ", "_") for cell in cells], delimiter


def _wrong_header(keys: Sequence[str]) -> str | None:
    for key in keys:
        if key not in _COLUMNS:
            close = difflib.get_close_matches(key, KEYS, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"known are: {', '.join(KEYS)}"
            return f'there is no column "{key}"; {hint}'
    if missing := [key for key in ("name", "query") if key not in keys]:
        return f"the first line names the columns, and lacks: {', '.join(missing)}"
    if len(set(keys)) < len(keys):
        return "two columns have the same name"
    return None


def _row(place: str, row: Sequence[str], keys: Sequence[str], reading: Reading) -> Iterator[Record]:
    if len(row) > len(keys):
        reading.problems.append((place, f"it has more than the {len(keys)} cells above"))
        return
    try:
        values = ((key, _cell(key, cell)) for key, cell in zip(keys, row, strict=False))
        yield place, {key: value for key, value in values if value is not None}
    except UnreadableCellError as error:
        reading.problems.append((place, str(error)))


def _cell(key: str, raw: str) -> Any:
    """A cell as its setting has it; None where it says nothing."""
    cell = raw[1:] if raw.startswith("'") and FORMULA.match(raw[1:]) else raw
    if key == "paused":
        said = cell.strip().lower()
        return said in _YES if said in _YES | _NO else cell
    if key in {"name", "query"}:
        return cell
    if not cell.strip():
        return None
    if key == "on":
        return _object(cell)
    return _several(key, cell) if key in LIST_KEYS else cell


def _object(cell: str) -> dict[str, Any]:
    try:
        values = json.loads(cell)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise UnreadableCellError('on: write a JSON object such as {"desk": {"send": "hourly"}}')
    return values


def _several(key: str, cell: str) -> list[str]:
    lines = csv.reader(
        io.StringIO(cell.strip(), newline=""),
        delimiter=WITHIN_CELL,
        skipinitialspace=True,
        strict=True,
    )
    try:
        return [value for line in lines for value in line if value.strip()]
    except csv.Error as error:
        raise UnreadableCellError(f"{key}: not several values with semicolons: {error}") from None


def _text(text: str, reading: Reading) -> Iterator[Record]:
    """A query a line, which is its own name; lines that begin with # do not count."""
    for number, line in enumerate(text.split("\n"), start=1):
        query = line.strip()
        if query and not query.startswith("#"):
            name = " ".join(query.split())
            if len(name) > _LONGEST_NAME:
                name = name[: _LONGEST_NAME - 1] + "…"
            yield reading.line(number), {"name": name, "query": query}


READERS: dict[str, Callable[[str, Reading], Iterator[Record]]] = {
    "toml": partial(toml_tables, "watch"),
    "json": json_objects,
    "csv": _csv,
    "text": _text,
}


def _entry(place: str, values: dict[str, Any], reading: Reading) -> Entry | None:
    paused = values.pop("paused", None)
    problems: list[tuple[str, str]] = []
    watch: Watch | None = None
    if paused is not None and not isinstance(paused, bool):
        problems.append((place, "paused: must be true or false"))
    try:
        watch = Watch.model_validate(values)
    except ValidationError as error:
        for details in error.errors():
            path, message = worded(details, known=KEYS)
            problems.append((place, f"{dotted(path)}: {message}"))
    reading.problems += problems
    if problems or watch is None:
        return None
    return Entry(place=place, watch=watch, paused=paused)
