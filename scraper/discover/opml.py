"""OPML 2.0 (https://opml.org/spec2.opml): lists of feeds, as programs that read feeds pass them on.

Read by the tokenizer that reads pages, not by an XML parser: there are no entities to expand,
nothing is loaded, nesting costs nothing, and a file with a bare ampersand or a tag that is not
closed is read like any other. What has no place in OPML is kept in attributes of our own, which
others pass over; so what is written here is read back as it was.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from scraper.discover.html_stream import Tag, attributes_of, tags_at
from scraper.discover.kind import Form, sniff
from scraper.errors import DiscoverError
from scraper.text import charset

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_TAGS: Final = 1_000_000
MAX_FOLDERS: Final = (
    20  # around one outline that become its tags; what is deeper has the outer ones
)
_LONGEST_TAG: Final = 100  # characters, as the settings have it
_NAMESPACE: Final = "urn:tocsin:opml"
_FEED_TYPES: Final = frozenset({"rss", "rss1", "rss2", "atom", "rdf", "feed", "json", "pie"})
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One source of a list. `line` counts from 1; it is 0 for what is to be written."""

    url: str
    name: str | None = None
    tags: tuple[str, ...] = ()
    every: str | None = None
    paused: bool | None = None  # None: nothing is said of that
    kind: str = "rss"
    line: int = 0


@dataclass(slots=True)
class Outlines:
    """What a list has, and what in it is wrong: its line, and a sentence."""

    found: list[Outline] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def read(body: bytes) -> Outlines:
    """The sources of a list, with the folders around them as tags. DiscoverError if it is none."""
    if len(body) > MAX_BYTES:
        raise DiscoverError(f"The list is larger than {MAX_BYTES // 2**20} MB.")
    text = charset.decode(body, {})
    form, _ = sniff(text)
    if form is not Form.OPML:
        raise DiscoverError("This is no OPML: it has no <opml> around it.")
    return _Reader(text).read()


@dataclass(slots=True)
class _Open:
    """An open outline: a folder, or a source, which is none."""

    folder: str | None
    wrong: str | None  # what it lacks if it turns out to be no folder
    line: int
    is_empty: bool = True


class _Reader:
    """The state of one pass."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found = Outlines()
        self._open: list[_Open] = []
        self._line, self._counted = 1, 0

    def read(self) -> Outlines:
        tags = 0
        for tag, start in tags_at(self._text, most=MAX_TAGS):
            tags += 1
            if tag.name == "outline":
                self._outline(tag, start)
        for left_open in reversed(self._open):
            self._close(left_open)
        if tags >= MAX_TAGS:
            self._found.problems.append((self._line, "what follows is too much, and was not read"))
        return self._found

    def _outline(self, tag: Tag, start: int) -> None:
        if tag.closing:
            if self._open:
                self._close(self._open.pop())
            return
        self._line += self._text.count("\n", self._counted, start)
        self._counted = start
        if self._open:
            self._open[-1].is_empty = False
        values = attributes_of(tag)
        name = (values.get("text") or values.get("title") or "").strip() or None
        url = values.get("xmlurl", "").strip()
        if url:
            self._found.found.append(self._source(url, name, values))
        what = None if url else _wrong(values)
        opened = _Open(
            folder=None if url else name,
            wrong=what and f"{name or 'an outline'}: {what}",
            line=self._line,
        )
        if tag.attributes.rstrip().endswith("/"):
            self._close(opened)
        else:
            self._open.append(opened)

    def _close(self, outline: _Open) -> None:
        if outline.wrong and outline.is_empty:
            self._found.problems.append((outline.line, outline.wrong))

    def _source(self, url: str, name: str | None, values: dict[str, str]) -> Outline:
        folders = [each.folder for each in self._open[:MAX_FOLDERS] if each.folder]
        tags = _own_tags(values.get("tocsin:tags")) or _tags(folders, values.get("category", ""))
        paused = values.get("tocsin:paused")
        return Outline(
            url=url,
            name=name,
            tags=tags,
            every=values.get("tocsin:every") or None,
            paused=None if paused is None else paused.lower() == "true",
            kind=values.get("type", "rss"),
            line=self._line,
        )


def _wrong(values: dict[str, str]) -> str | None:
    """What is wrong with an outline that has no feed; None for a folder."""
    kind = values.get("type", "").strip().lower()
    if kind in {"include", "link"}:
        return "it names another list or a page, which is not followed"
    if kind in _FEED_TYPES or values.get("htmlurl") or "xmlurl" in values:
        return "it has no xmlUrl, the address of its feed"
    return None


def _own_tags(written: str | None) -> tuple[str, ...]:
    try:
        tags = json.loads(written) if written else None
    except (ValueError, RecursionError):
        return ()
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return ()
    return tuple(tags)


def _tags(folders: Iterable[str], category: str) -> tuple[str, ...]:
    """The folders and the categories ("/Boston/Weather,/News") as tags, each once."""
    named = [*folders, *re.split(r"[,/]", category)]
    cleaned = (" ".join(tag.split())[:_LONGEST_TAG].strip() for tag in named)
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))


def write(outlines: Sequence[Outline], *, title: str) -> str:
    """A list of these, in folders by the first tag of each; `read` gives the same outlines."""
    return "\n".join(_lines(outlines, title)) + "\n"


def _lines(outlines: Sequence[Outline], title: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<opml version="2.0" xmlns:tocsin="{_NAMESPACE}">'
    yield f"  <head><title>{_escaped(title)}</title></head>"
    yield "  <body>"
    folders: dict[str, list[Outline]] = {}
    for one in outlines:
        folders.setdefault(one.tags[0] if one.tags else "", []).append(one)
    for one in folders.pop("", []):
        yield f"    {_element(one, ())}"
    for folder, inside in folders.items():
        yield f"    <outline{_attributes({'text': folder, 'title': folder})}>"
        for one in inside:
            yield f"      {_element(one, (folder,))}"
        yield "    </outline>"
    yield "  </body>"
    yield "</opml>"


def _element(one: Outline, folders: tuple[str, ...]) -> str:
    category = ",".join(one.tags[1:])
    values = {
        "type": one.kind,
        "text": one.name or one.url,
        "title": one.name or one.url,
        "xmlUrl": one.url,
        "category": category,
        "tocsin:every": one.every or "",
        "tocsin:paused": "true" if one.paused else "",
    }
    if _tags([folder.strip() for folder in folders], category) != one.tags:
        values["tocsin:tags"] = json.dumps(one.tags, ensure_ascii=False)
    return f"<outline{_attributes(values)}/>"


def _attributes(values: dict[str, str]) -> str:
    return "".join(f' {name}="{_escaped(value)}"' for name, value in values.items() if value)


def _escaped(text: str) -> str:
    """As text of XML, which cannot have all characters."""
    return escape(_NOT_IN_XML.sub("\ufffd", text))
