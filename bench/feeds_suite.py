"""What feedparser's own tests expect of feeds, as far as a news monitor has it.

A test is a feed whose first comment holds a Python expression, `Expect: not bozo and
entries[0]['title'] == 'Example'`, and perhaps headers. Taken are the comparisons of a field of the
first entry, or of the feed's title and language, with a constant. The rest of an expression speaks
of what only feedparser has (whether a feed is well formed, the kinds of its texts).
"""

import ast
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_EXPECT = re.compile(r"Expect:\s*(.*?)\s*-->", re.DOTALL)
_HEADER = re.compile(r"^Header:\s+([^:]+):(.*)$", re.MULTILINE)
_FIELDS = {
    "title": "title", "link": "link", "id": "id", "guid": "id", "summary": "summary",
    "description": "summary", "content": "content", "language": "language",
    "published_parsed": "published", "updated_parsed": "updated", "created_parsed": "created",
    "published": "published", "updated": "updated", "created": "created",
    "title_detail": "title", "summary_detail": "summary", "subtitle": None,
}  # fmt: skip
_ENCODINGS = ("utf-8", "utf-16", "utf-32-be", "utf-32-le", "utf-16-be", "utf-16-le", "cp037")


@dataclass(frozen=True, slots=True)
class Expected:
    """One field as a test expects it; `where` is "feed" or "first"."""

    where: str
    field: str
    value: Any


@dataclass(frozen=True, slots=True)
class Case:
    """A test: its file, its group (the folder), the feed, and what is expected of it."""

    name: str
    group: str
    body: bytes
    headers: dict[str, str]
    expected: tuple[Expected, ...]


def cases(folder: Path) -> Iterator[Case]:
    """The tests below a folder `tests` of feedparser that speak of fields that we have."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".xml", ".z", ".gz", ".json"} or not path.is_file():
            continue
        body = path.read_bytes()
        text = _text(body)
        stated = _EXPECT.search(text)
        found = tuple(_expected(stated[1])) if stated else ()
        if found:
            headers = {name.lower(): value.strip() for name, value in _HEADER.findall(text)}
            name = path.relative_to(folder).as_posix()
            yield Case(name, name.rpartition("/")[0], body, headers, found)


def _text(body: bytes) -> str:
    if body.startswith(b"\x1f\x8b"):
        body = gzip.decompress(body)
    for encoding in _ENCODINGS:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "Expect:" in text:
            return text
    return body.decode("latin-1")


def _expected(expression: str) -> Iterator[Expected]:
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        return
    parts = tree.values if isinstance(tree, ast.BoolOp) else [tree]
    for part in parts:
        if not (isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Eq)):
            continue
        place = _place(part.left)
        try:
            value = _value(part.comparators[0])
        except ValueError:
            continue
        if place:
            yield Expected(*place, value)


def _value(node: ast.expr) -> Any:
    """A constant, or `datetime.datetime(...)` and its tuple, as feedparser's tests write times."""
    if isinstance(node, ast.Attribute | ast.Call):
        calls = [one for one in ast.walk(node) if isinstance(one, ast.Call) and one.args]
        if len(calls) != 1:
            raise ValueError("no constant")
        parts = ast.literal_eval(ast.Tuple(elts=calls[0].args, ctx=ast.Load()))
        return parts if len(parts) > 1 else parts[0]
    return ast.literal_eval(node)


def _place(node: ast.expr) -> tuple[str, str] | None:
    """`entries[0]['title']` as ("first", "title")."""
    keys: list[Any] = []
    while isinstance(node, ast.Subscript):
        if not isinstance(node.slice, ast.Constant):
            return None
        keys.insert(0, node.slice.value)
        node = node.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        keys.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    if node.id == "feed" and keys in (["title"], ["language"]):
        return "feed", keys[0]
    if node.id != "entries" or len(keys) < 2 or keys[0] != 0:
        return None
    field = _FIELDS.get(keys[1])
    rest = keys[2:]
    fitting = not rest or rest in (["value"], [0, "value"])
    return ("first", field) if field and fitting else None


def moment(value: Any) -> datetime | None:
    """A time as a test states it: a `struct_time`, or text that is left to a reader."""
    if isinstance(value, tuple) and len(value) >= 6:
        year, month, day, hour, minute, second = value[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    return None
