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

MAX_TAGS: Final = 100_000
"""What comes after so many tags and comments is not read; long front pages have some 10,000."""

MAX_ATTRIBUTES: Final = 64

_START = re.compile(
    r"<([a-zA-Z][^\s/>]*+)"
    r"((?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?+)*+)>?"
)
_OPENING = re.compile(r"<(?=/?[a-zA-Z]|[!?])")
_END = re.compile(r"</([a-zA-Z][^\s/>]*+)[^>]*+>?")
_ATTRIBUTE = re.compile(
    r"([^\s=>/\"']+)(?:\s*=\s*(?:\"([^\"]*)|'([^']*)|([^\s>\"'][^\s>]*)))?", re.DOTALL
)
_REFERENCE = re.compile(r"&#?\w{1,32};", re.ASCII)
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
        opening = _OPENING.search(text, position)
        start = opening.start() if opening else len(text)
        if start > position:
            yield text[position:start]
        if opening is None:
            return
        tags += 1
        tag, position = _tag(text, start)
        if tag:
            yield tag
            if not tag.closing and tag.name in _RAW_END:
                position, raw = _raw(text, position, tag.name)
                yield raw


def tags_at(text: str, *, most: int) -> Iterator[tuple[Tag, int]]:
    """The tags alone, each with where it begins; what comes after so many is not read."""
    position = 0
    for _ in range(most):
        opening = _OPENING.search(text, position)
        if opening is None:
            return
        tag, position = _tag(text, opening.start())
        if tag:
            yield tag, opening.start()


def _tag(text: str, start: int) -> tuple[Tag | None, int]:
    """The tag that begins at `start`, or None for a comment and the like; and where it ends."""
    following = text[start + 1]
    if following in "!?":
        if text.startswith("<!--", start):
            # `<!-->` is a whole comment; so the search begins inside of the opening mark.
            return None, _after(text, "-->", start + 2)
        return None, _after(text, ">", start)
    closing = following == "/"
    found = (_END if closing else _START).match(text, start)
    assert found is not None, "_OPENING finds only what these match"
    name = found[1][:40].lower()
    return Tag(name, "" if closing else found[2], closing), found.end()


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
        # Without its semicolon `&sect` in a link is a parameter's name, not a sign.
        values.setdefault(found[1].lower(), _REFERENCE.sub(_decoded, value))
    return values


def _decoded(found: re.Match[str]) -> str:
    return html.unescape(found[0])
