"""HTML as a stream of tags and texts, in time that grows with its length and nothing else.

The parsers at hand build trees, and on hostile pages they take minutes: a tag of a million
attributes, or two million nested elements, is quadratic work for lexbor and libxml2. To list links
takes no tree. Tags, quotes, comments and raw text follow the tokenizer of the HTML standard
(https://html.spec.whatwg.org/multipage/parsing.html#tokenization); what cannot be closed ends with
the page.
"""

import html
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

MAX_TAGS: Final = 150_000
"""What comes after so many tags is not read; the longest front pages have a tenth of that."""

MAX_ATTRIBUTES: Final = 64

_START = re.compile(
    r"<([a-zA-Z][^\s/>]*+)"
    r"((?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?+)*+)>?"
)
_END = re.compile(r"</([a-zA-Z][^\s/>]*+)[^>]*+>?")
_ATTRIBUTE = re.compile(
    r"([^\s=>/\"']+)(?:\s*=\s*(?:\"([^\"]*)|'([^']*)|([^\s>\"'][^\s>]*)))?", re.DOTALL
)
_RAW_END: Final = {
    name: re.compile(rf"</{name}(?=[\s/>]|\Z)", re.IGNORECASE)
    for name in ("script", "style", "iframe", "noembed", "noframes", "textarea", "title", "xmp")
}


class Tag(NamedTuple):
    """A start or an end tag. `attributes` is as written; see `attributes_of`."""

    name: str
    attributes: str
    closing: bool


def stream(text: str) -> Iterator[Tag | str]:
    """The tags and the texts between them, in order; what is in scripts and styles left out.

    Texts are as written, entities and all. Never raises.
    """
    position, tags = 0, 0
    while tags < MAX_TAGS:
        start = text.find("<", position)
        if start < 0:
            start = len(text)
        if start > position:
            yield text[position:start]
        if start >= len(text) - 1:
            return
        tag, position = _tag(text, start)
        if isinstance(tag, Tag):
            tags += 1
            yield tag
            if not tag.closing and tag.name in _RAW_END:
                position, raw = _raw(text, position, tag.name)
                yield raw
        elif tag:
            yield tag


def _tag(text: str, start: int) -> tuple[Tag | str | None, int]:
    """The tag that begins at `start` and where it ends; a text if it is none, None if a comment."""
    following = text[start + 1]
    if following in "!?":
        if text.startswith("<!--", start):
            # `<!-->` is a whole comment; so the search begins inside of the opening mark.
            return None, _after(text, "-->", start + 2)
        return None, _after(text, ">", start)
    found = (_END if following == "/" else _START).match(text, start)
    if not found:
        return "<", start + 1
    name = found[1][:40].lower()
    if following == "/":
        return Tag(name, "", closing=True), found.end()
    return Tag(name, found[2], closing=False), found.end()


def _after(text: str, mark: str, start: int) -> int:
    end = text.find(mark, start)
    return end + len(mark) if end >= 0 else len(text)


def _raw(text: str, position: int, name: str) -> tuple[int, str]:
    """Where raw text ends; and the text, if it is one that is shown: a page's title."""
    found = _RAW_END[name].search(text, position)
    end = found.start() if found else len(text)
    return end, text[position:end] if name == "title" else ""


def attributes_of(tag: Tag) -> dict[str, str]:
    """The attributes by lower-case name, entities decoded; of two with one name the first."""
    values: dict[str, str] = {}
    for found in islice(_ATTRIBUTE.finditer(tag.attributes), MAX_ATTRIBUTES):
        value = found[2] or found[3] or found[4] or ""
        values.setdefault(found[1].lower(), html.unescape(value) if "&" in value else value)
    return values
