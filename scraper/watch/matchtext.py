"""What there is of an article to match, and its fields by name."""

import html
import re
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from scraper.text.inflection import canonical

DEFAULT_FIELDS: Final = (
    "title",
    "standfirst",
    "body",
)  # where a word without a field is looked for
OTHER_FIELDS: Final = ("caption", "author", "source", "section", "tag", "url")
FIELDS: Final = (*DEFAULT_FIELDS, *OTHER_FIELDS)
AS_WRITTEN: Final = frozenset(("author", "source", "url"))  # names: their words are not inflected

_ENTITY: Final = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
# Between the thousands of a number these are part of it; elsewhere they are space.
_SPACE_IN_NUMBER: Final = re.compile("(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchText:
    """What there is of an article to match.

    `language` is an ISO 639-1 code, perhaps with a region; `source` the name of the source; `url`
    the article's address, which `site:` and `url:` look at; `kind` one of ArticleKind. None, or
    empty: not known.
    """

    title: str | None = None
    standfirst: str | None = None
    body: str = ""
    caption: str | None = None
    language: str | None = None
    source: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    kind: str | None = None
    published_at: datetime | None = None

    def value(self, field: str) -> str:
        """The text of one of FIELDS; several authors or tags as paragraphs."""
        if field == "author":
            return "\n\n".join(self.authors)
        if field == "tag":
            return "\n\n".join(self.tags)
        if field == "url":
            return unquote(self.url) if self.url else ""
        return getattr(self, field) or ""


_TEXTS: Final = tuple(
    field.name for field in fields(MatchText) if field.name in {*DEFAULT_FIELDS, "caption"}
)


def readable(text: MatchText) -> MatchText:
    """The text with the characters that entities left over in it stand for.

    Numbers have an apostrophe for the no-break spaces in them, which does not part their digits.
    """
    changed: dict[str, Any] = {}
    for name in _TEXTS:
        value = getattr(text, name)
        if not value:
            continue
        better = _ENTITY.sub(_character, value) if "&" in value else value
        if not better.isascii():
            better = _SPACE_IN_NUMBER.sub("'", better)
        if better is not value and better != value:
            changed[name] = better
    return replace(text, **changed) if changed else text


def _character(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def primary_language(language: str | None) -> str | None:
    """`en` of `en-GB` or `EN_us`; of a language with several codes always the same one."""
    if not language:
        return None
    code = re.split("[-_]", language.casefold(), maxsplit=1)[0]
    return canonical(code) or None


def host_of(url: str) -> str | None:
    """The host of an address, or of a bare host name, in lower case."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:  # such as a broken IPv6 address
        return None
    return host.rstrip(".") if host else None


def marks_of(text: MatchText, language: str | None) -> frozenset[str]:
    """What is known of the article as a whole: `:lang:en`, `:site:example.org`, `:kind:article`."""
    marks = set()
    if language:
        marks.add(f":lang:{language}")
    if text.kind:
        marks.add(f":kind:{text.kind}")
    labels = (host_of(text.url) or "").split(".") if text.url else []
    marks.update(":site:" + ".".join(labels[first:]) for first in range(len(labels)))
    return frozenset(marks)
