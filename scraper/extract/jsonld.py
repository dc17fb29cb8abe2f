"""JSON-LD: what a page says of itself in schema.org's words, read with distrust.

Pages carry it broken, doubled, wrapped in comments, escaped twice, as megabytes of products, or
nested to break parsers. Whatever cannot be read is left out; nothing here raises.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from scraper.extract.lists import words

Thing: TypeAlias = Mapping[str, Any]

_MAX_CHARACTERS: Final = 2_000_000  # of one script
_MAX_THINGS: Final = 2_000  # of one page
_MOST_TYPES: Final = 20  # of one thing
_WRAPPING: Final = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>|;)\s*$")
_TRAILING_COMMA: Final = re.compile(r",(\s*[}\]])")
_TAG: Final = re.compile(r"<[^<>]{1,500}>")
# An escaped backslash, a pair of surrogates, and (in the group) what no database can store.
_ESCAPES: Final = re.compile(
    r"\\\\|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|"
    r"(\\u(?:[dD][89a-fA-F][\da-fA-F]{2}|0000))"
)

ARTICLE_TYPES: Final = frozenset(
    words(
        """newsarticle article reportagenewsarticle opinionnewsarticle analysisnewsarticle
        reviewnewsarticle backgroundnewsarticle asknewsarticle satiricalarticle
        advertisercontentarticle blogposting liveblogposting report techarticle scholarlyarticle
        medicalscholarlyarticle socialmediaposting review"""
    )
)


# What a thing has of others' making, or smaller ones of its own.
_PARTS: Final = frozenset(
    words("liveBlogUpdate comment hasPart isBasedOn citation mentions itemListElement")
)


class LinkedData:
    """The things that a page describes, and the one that is its article."""

    def __init__(self, things: list[Thing]) -> None:
        self.things = things
        self._by_id = {
            thing["@id"]: thing
            for thing in things
            if isinstance(thing.get("@id"), str) and len(thing) > 1
        }
        self.article: Thing = _best_article(things)

    def resolve(self, value: Any) -> Any:
        """The thing that a bare {"@id": …} points at; anything else as it is."""
        if isinstance(value, dict) and len(value) <= 2 and "name" not in value:
            number = value.get("@id")
            if isinstance(number, str):  # not everywhere: it may be a list or a thing
                return self._by_id.get(number, value)
        return value

    def all(self, value: Any) -> Iterator[Any]:
        """The values that a property has: one, or a list of them, references resolved."""
        for each in value if isinstance(value, list) else [value]:
            yield self.resolve(each)

    def text(self, key: str) -> str | None:
        """The first text that the article has for `key`, markup and entities undone."""
        for value in self.all(self.article.get(key)):
            found = plain(value)
            if found:
                return found
        return None

    def body(self) -> str:
        """The article's body as the page declares it, its lines as paragraphs."""
        for value in self.all(self.article.get("articleBody")):
            if isinstance(value, str):
                lines = (plain(line) for line in value.splitlines())
                return "\n\n".join(line for line in lines if line)
        return ""

    def of_type(self, *types: str) -> Iterator[Thing]:
        """The things of one of these types (lower-case)."""
        return (thing for thing in self.things if not types_of(thing).isdisjoint(types))


def is_data(script: Any) -> bool:
    """Whether a <script> element, as a node of Lexbor's, holds JSON-LD."""
    return "ld+json" in (script.attributes.get("type") or "").lower()


def types_of(thing: Thing) -> set[str]:
    """The types of a thing, lower-case, without the vocabulary's address."""
    value = thing.get("@type")
    values = value[:_MOST_TYPES] if isinstance(value, list) else [value]
    return {each.rsplit("/", 1)[-1].lower() for each in values if isinstance(each, str)}


def plain(value: Any) -> str | None:
    """A text without markup and entities; None for what is no text."""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    if not isinstance(value, str):
        return None
    if "&" in value:
        value = html.unescape(value)
        if "&" in value:
            value = html.unescape(value)
    if "<" in value:
        value = _TAG.sub(" ", value)
    return " ".join(value.split()) or None


def read(scripts: Iterable[str]) -> LinkedData:
    """What the scripts of a page, given by their texts, describe."""
    things: list[Thing] = []
    for script in scripts:
        for value in _values(script[:_MAX_CHARACTERS]):
            _collect(value, things)
            if len(things) >= _MAX_THINGS:
                return LinkedData(things)
    return LinkedData(things)


def _values(script: str) -> Iterator[Any]:
    if "\\u0000" in script or "\\ud" in script or "\\uD" in script:
        script = _ESCAPES.sub(lambda match: "\ufffd" if match[1] else match[0], script)
    try:
        yield json.loads(script, strict=False)
    except (ValueError, RecursionError):
        text = _WRAPPING.sub("", _WRAPPING.sub("", script)).strip()
        if text:
            yield from _mended(text)


def _mended(text: str) -> Iterator[Any]:
    """What can still be read of a broken script: each value in it, as far as they go."""
    decoder = json.JSONDecoder(strict=False)
    text = _TRAILING_COMMA.sub(r"\1", text)
    at = 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value
        while at < len(text) and text[at] in ",; \r\n\t":
            at += 1


def _collect(value: Any, things: list[Thing]) -> None:
    """Add to `things` every thing in `value`, breadth first, so that those on top come first."""
    waiting = [value]
    for each in waiting:
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            if "@type" in each or "@id" in each:
                things.append(each)
            waiting += [inner for inner in each.values() if isinstance(inner, (dict, list))]
        if len(things) >= _MAX_THINGS or len(waiting) > 20 * _MAX_THINGS:
            return


def _best_article(things: list[Thing]) -> Thing:
    """The thing that describes the article: the fullest of such a type.

    One that another has as a part, such as a post of a live blog, only where there is no other.
    """
    articles = [thing for thing in things if not types_of(thing).isdisjoint(ARTICLE_TYPES)]
    parts = {
        id(part)
        for thing in things
        for key in _PARTS.intersection(thing)
        for part in (thing[key] if isinstance(thing[key], list) else [thing[key]])
    }
    best: Thing = {}
    best_score = 0
    for thing in [thing for thing in articles if id(thing) not in parts] or articles:
        types = types_of(thing)
        score = sum(key in thing for key in ("headline", "datePublished", "author", "image"))
        score += 2 * ("articleBody" in thing) + 2 * ("mainEntityOfPage" in thing)
        score += not types.isdisjoint(("newsarticle", "article", "liveblogposting"))
        if score > best_score:
            best, best_score = thing, score
    return best
