"""What files that commands import have in common: settings tables and JSON, with their places."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scraper.settings.locate import key_lines, line_of

_TABLE = re.compile(r"^\s*\[\[?\s*[\w-]+\s*\]\]?\s*(#.*)?$", re.MULTILINE)

Record = tuple[str, dict[str, Any]]  # its place, and its values by the keys of the settings


@dataclass(slots=True)
class FileReading:
    """A file, and what of it could not be read: its place, and a sentence for each."""

    name: str
    problems: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # other sections of a settings file

    def line(self, number: int) -> str:
        """How a line of it is named."""
        return f"{self.name}:{number}"


def looks_like_json(text: str) -> bool:
    """Whether a text begins as a JSON object or a list of them."""
    start = text.lstrip()
    return start.startswith("{") or bool(re.match(r"\[\s*(\{|\])", start))


def looks_like_toml(text: str) -> bool:
    """Whether a line of it is the heading of a TOML table."""
    return bool(_TABLE.search(text))


def toml_tables(section: str, text: str, reading: FileReading) -> Iterator[Record]:
    """The tables of one section of a settings file."""
    try:
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        place = f"{reading.name}:{found[1]}:{found[2]}" if found else f"{reading.name} (at its end)"
        words = re.sub(r"\s*\(at .*\)$", "", str(error))
        reading.problems.append((place, f"this is not TOML: {words}"))
        return
    reading.left_out += [key for key in tree if key != section]
    tables = tree.get(section, [])
    if not isinstance(tables, list):
        reading.problems.append(
            (reading.name, f"write [[{section}]] with two brackets on each side")
        )
        return
    lines = key_lines(text)
    for index, table in enumerate(tables):
        place = reading.line(line_of(lines, (section, index)))
        if isinstance(table, dict):
            yield place, table
        else:
            reading.problems.append((place, f"this is no [[{section}]] table"))


def json_objects(text: str, reading: FileReading) -> Iterator[Record]:
    """The objects of a JSON list, or one a line."""
    if text.lstrip().startswith("["):
        yield from _json_list(text, reading)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield from _json_value(line, reading.line(number), reading)


def _json_list(text: str, reading: FileReading) -> Iterator[Record]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        reading.problems.append((reading.name, f"this is not JSON: {error}"))
        return
    for number, value in enumerate(values, start=1):
        yield from _object(value, f"{reading.name}, entry {number}", reading)


def _json_value(line: str, place: str, reading: FileReading) -> Iterator[Record]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        reading.problems.append((place, f"this is not JSON: {error}"))
    else:
        yield from _object(value, place, reading)


def _object(value: object, place: str, reading: FileReading) -> Iterator[Record]:
    if isinstance(value, dict):
        yield place, {key: item for key, item in value.items() if item is not None}
    else:
        reading.problems.append((place, "this is not a JSON object"))
