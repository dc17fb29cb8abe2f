"""Watches as text that another Tocsin, a settings file or a spreadsheet takes.

What is written here, `watch_reading` reads back as it was; a property test holds the two together.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from scraper.printable import printable, printable_json
from scraper.settings.units import format_duration
from storage.records import Policy, Watch

LIST_KEYS = ("channels", "languages", "sources", "tags")
KEYS = ("name", "query", *LIST_KEYS, "policy", "outlets", "max_age", "priority", "on", "paused")
# A spreadsheet takes a cell that begins so for a formula, and saves what that came to instead of
# the query "=rocket": https://owasp.org/www-community/attacks/CSV_Injection. An apostrophe before
# it keeps it text; one more for each that is there already, so that none is lost on the way back.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
WITHIN_CELL = ";"


def toml(watches: Iterable[Watch]) -> str:
    """[[watch]] tables for a settings file; paused ones stand there as comments."""
    return "\n".join(map(_table, watches))


def json_lines(watches: Iterable[Watch]) -> str:
    """A JSON object a line, with every key."""
    return "".join(
        printable_json(json.dumps(_values(watch), ensure_ascii=False)) + "\n" for watch in watches
    )


def comma_separated(watches: Iterable[Watch]) -> str:
    """A table as RFC 4180 has it; several values of one cell are parted by semicolons."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(KEYS)
    for watch in watches:
        values = _values(watch)
        writer.writerow(
            [
                _text_cell(values["name"]),
                _text_cell(values["query"]),
                *(_text_cell(_several(values[key])) for key in LIST_KEYS),
                values["policy"],
                values["outlets"],
                values["max_age"] or "",
                values["priority"],
                json.dumps(values["on"], ensure_ascii=False) if values["on"] else "",
                "yes" if values["paused"] else "",
            ]
        )
    return out.getvalue()


WRITERS = {"toml": toml, "json": json_lines, "csv": comma_separated}


def _values(watch: Watch) -> dict[str, Any]:
    """The watch by the keys of the settings file, in the order of KEYS."""
    spec = watch.spec
    return {
        "name": spec.name,
        "query": spec.query,
        **{key: list(getattr(spec, key)) for key in LIST_KEYS},
        "policy": spec.policy.value,
        "outlets": spec.outlets,
        "max_age": None if spec.max_age is None else format_duration(spec.max_age),
        "priority": spec.priority,
        "on": {name: plan_texts(keys) for name, keys in spec.plans.items()},
        "paused": watch.paused,
    }


def plan_texts(keys: Mapping[str, Any]) -> dict[str, Any]:
    """What a watch sets for a channel, as the settings have it."""
    values = dict(keys)
    if "escalate_after" in values:
        values["escalate_after"] = format_duration(timedelta(seconds=values["escalate_after"]))
    return values


def _table(watch: Watch) -> str:
    lines = "\n".join(["[[watch]]", *_assignments(_values(watch))]) + "\n"
    if not watch.paused:
        return lines
    return "# This one is paused.\n" + re.sub(r"^", "# ", lines[:-1], flags=re.MULTILINE) + "\n"


def _assignments(values: dict[str, Any]) -> Iterator[str]:
    """Each key and its value; without those that are as when they are left out."""
    yield f"name = {toml_string(values['name'])}"
    yield f"query = {toml_string(values['query'])}"
    for key in LIST_KEYS:
        if values[key]:
            yield f"{key} = [{', '.join(map(toml_string, values[key]))}]"
    if values["policy"] != Policy.FIRST:
        yield f"policy = {toml_string(values['policy'])}"
    if values["outlets"] > 1:
        yield f"outlets = {values['outlets']}"
    if values["max_age"] is not None:
        yield f"max_age = {toml_string(values['max_age'])}"
    if values["priority"] != "normal":
        yield f"priority = {toml_string(values['priority'])}"
    for name, keys in values["on"].items():
        yield f"[watch.on.{toml_string(name)}]"
        for key, value in keys.items():
            several = isinstance(value, list)
            shown = f"[{', '.join(map(toml_string, value))}]" if several else toml_string(value)
            yield f"{key} = {shown}"


def toml_string(text: str) -> str:
    """A TOML string, in the notation that needs the fewest escapes (TOML 1.0, "String")."""
    plain = text.replace("\n", "").replace("\t", "")
    if printable(plain) == plain and "\r" not in text:
        if "\n" in text:
            if "'''" not in text and not text.endswith("'"):
                return f"'''\n{text}'''"
        elif '"' not in text and "\\" not in text:
            return f'"{text}"'
        elif "'" not in text:
            return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + re.sub(r"[^\x20-\x7e\xa0-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]", _escape, escaped)
        + '"'
    )


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _text_cell(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def _several(values: Sequence[str]) -> str:
    """Values as one cell, which is a line of such a table itself."""
    if not values:
        return ""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=WITHIN_CELL).writerow(values)
    return out.getvalue().removesuffix("\r\n")
