"""Sources from a file: OPML, [[source]] tables, JSON, or an address a line.

What cannot be read is listed, with its place.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from pydantic import ValidationError

from scraper.discover import opml
from scraper.errors import DiscoverError
from scraper.printable import printable
from scraper.settings.load import dotted, worded
from scraper.settings.model import Source
from scraper.settings.table_reading import (
    FileReading,
    Record,
    json_objects,
    looks_like_json,
    looks_like_toml,
    toml_tables,
)

_KEYS: Final = (*Source.model_fields, "paused")
_LONGEST_NAME: Final = 200  # characters, as the settings have it
# Of a line as newsboat has it: the address, then tags in quotation marks, one with a tilde a title.
_QUOTED = re.compile(r'"([^"]*)"')
# Old programs hand over feeds as feed://example.org/rss or feed:https://example.org/rss.
_FEED_SCHEME = re.compile(r"^feed:(//)?(?=(https?://)?)", re.IGNORECASE)
_NAMELESS: Final = "source"  # stands for the name until one is made
# A stranger's list would have what is in our files sent to the stranger's site, or have us speak to
# a proxy in our own network.
_OURS: Final = frozenset(
    {"headers_file", "cookies_file", "password_file", "proxy", "proxy_file", "ca_file"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A source as it was read. `named` says whether it came with a name of its own."""

    place: str  # "feeds.opml:14"
    source: Source
    named: bool
    paused: bool = False


@dataclass(slots=True)
class Reading(FileReading):
    """The sources that were read, and what could not be."""

    entries: list[Entry] = field(default_factory=list)


def read_sources(body: bytes, *, name: str, notation: str | None = None) -> Reading:
    """The sources of a file; `notation` is one of READERS, None: seen from the text.

    OPML may be in any encoding, all others are UTF-8.
    """
    reading = Reading(name)
    if notation is None and re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff", body):
        notation = "opml"
    if notation == "opml":
        records = _opml(body, reading)
    else:
        text = body.decode("utf-8-sig", "replace")
        records = READERS[notation or _notation_of(text)](text, reading)
    for place, values in records:
        entry = _entry(place, values, reading)
        if entry is not None:
            reading.entries.append(entry)
    return reading


def _notation_of(text: str) -> str:
    if looks_like_json(text):
        return "json"
    return "toml" if looks_like_toml(text) else "text"


def _opml(body: bytes, reading: Reading) -> Iterator[Record]:
    try:
        outlines = opml.read(body)
    except DiscoverError as error:
        reading.problems.append((reading.name, str(error)))
        return
    reading.problems += ((reading.line(line), what) for line, what in outlines.problems)
    for one in outlines.found:
        values = {
            "url": one.url,
            "name": one.name,
            "tags": one.tags,
            "every": one.every,
            "paused": one.paused,
        }
        yield reading.line(one.line), {key: value for key, value in values.items() if value}


def _text(text: str, reading: Reading) -> Iterator[Record]:
    """An address a line; lines that begin with # do not count."""
    for number, line in enumerate(text.split("\n"), start=1):
        url, _, rest = line.strip().partition(" ")
        if not url or url.startswith("#"):
            continue
        quoted = _QUOTED.findall(rest)
        names = [word[1:] for word in quoted if word.startswith("~")]
        tags = [word for word in quoted if word.strip() and not word.startswith(("~", "!"))]
        named = {"name": names[0]} if names else {}
        yield reading.line(number), {"url": url, "tags": tags, **named}


READERS: Final[dict[str, Callable[[str, Reading], Iterator[Record]]]] = {
    "toml": partial(toml_tables, "source"),
    "json": json_objects,
    "text": _text,
}
NOTATIONS: Final = ("opml", *READERS)


def _entry(place: str, values: dict[str, Any], reading: Reading) -> Entry | None:
    paused = values.pop("paused", False)
    named = bool(str(values.get("name") or "").strip())
    values["name"] = _name(values.get("name")) if named else _NAMELESS
    if isinstance(values.get("url"), str):
        values["url"] = _FEED_SCHEME.sub(_web, values["url"].strip())
    ours = sorted(_OURS.intersection(values))
    if ours:
        what = (
            f"{ours[0]}: a list may name no files and no proxies of this machine. If you wrote it "
            "yourself, put it into the settings file, or add it by tocsin source add"
        )
        reading.problems.append((place, what))
        return None
    try:
        source = Source.model_validate(values)
    except ValidationError as error:
        for details in error.errors():
            path, message = worded(details, known=_KEYS)
            what = f"{dotted(path)}: {message}"
            reading.problems.append((place, f"{values['name']}: {what}" if named else what))
        return None
    return Entry(place=place, source=source, named=named, paused=paused is True)


def _web(found: re.Match[str]) -> str:
    return "" if found[2] else "https://"


def _name(written: object) -> str:
    """A name as the settings take it: other programs take longer ones, with anything in them."""
    name = str(written).strip()
    if printable(name) != name or any(sign in name for sign in "\t\n\r"):
        name = " ".join(printable(name).split())
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
