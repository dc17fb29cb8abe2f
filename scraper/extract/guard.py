"""Markup made to hurt a parser, tamed before it is parsed.

Lexbor's time grows with the square of two things: how deep blocks are nested (every start tag of a
block looks up the whole stack of open elements for a paragraph to close), and how many attributes
one tag has (each is compared with all before it). 100,000 nested <div> take it 22 s. Pages that
could hold such a thing are looked through here; all others cost two counts and a few searches.

Its memory grows with the square of the text that is interrupted by tags which it reads and ignores
(a cell outside a table, a form in a form): what such a tag's attributes take up lies in the way of
the text, which is copied to grow. 0.4 MB take it 500 MB.
"""

import re
from typing import Final

from scraper.extract import formatting

MAX_BYTES: Final = 20_000_000  # what is beyond is cut off
MAX_TAGS: Final = (
    250_000  # what is beyond is cut off: no article has as many, and each takes memory
)
_STEP: Final = 65_536  # bytes
MAX_DEPTH: Final = 400  # of nested elements: browsers stop at 512
_STRETCH: Final = 2_048  # bytes; a tag that lies in two of them has 1,000 attributes at most
_FEW_STRETCHES: Final = 24  # with the attributes of one tag, these take a quarter of a second
_BEFORE_VALUE: Final = frozenset(b"= \t\n\v\f\r")  # where a quote opens one
_LONGEST_SPACE: Final = 20  # bytes between "=" and a quote; with more, it may open a value
_SUSPECT_TAGS: Final = 16_000  # nested as deep as they can be, these take half a second
_TAG: Final = re.compile(rb"<(/?)([a-zA-Z][^\s/>]{0,30})([^<>]*)>?")
# An attribute as a parser reads it, and a tag with all of them. Possessive: nothing is read twice.
_ATTRIBUTE: Final = re.compile(
    rb"[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>]++|(?=>)))?"
)
_WHOLE_TAG: Final = re.compile(
    rb"(</?[a-zA-Z][^\s/>]*+)(?:" + _ATTRIBUTE.pattern + rb")*+[\s/]*+>?+"
)
_MOST_ATTRIBUTES: Final = 250  # of one tag
_MOST_AGAIN: Final = 5_000_000  # bytes of long tags that are looked at a second time: half a second
_IGNORED: Final = re.compile(
    rb"<(/[a-z][^\s/>]*|html|head|body|form|frame(?:set)?|t[dhr]|tbody|thead|tfoot|caption"
    rb"|col(?:group)?)[\s/][^<>]*",
    re.IGNORECASE,
)
_SUSPECT_COPIES: Final = 800_000_000  # tags times bytes
_MOST_COPIES: Final = 400_000_000  # ignored tags times bytes
_VOID: Final = frozenset(
    b"area base br col embed hr img input link meta param source track wbr "
    b"p li td tr th dd dt option script style".split()
)
# Elements that no end tag of another closes, and those that none of inline markup does.
_BARRIERS: Final = frozenset(b"table template object marquee applet select svg math".split())
_BLOCKS: Final = _BARRIERS | frozenset(
    b"address article aside blockquote body button center details dialog dir div dl fieldset "
    b"figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup html iframe listing "
    b"main menu nav noembed noframes noscript ol pre search section summary ul".split()
)


def tame(html: bytes) -> bytes:
    """The same page, without what would make parsing it slow."""
    if len(html) > MAX_BYTES:
        html = html[:MAX_BYTES]
    html = _without_long_tags(html)
    tags = html.count(b"<")
    if tags > MAX_TAGS:
        html = _shortened_to(html, MAX_TAGS)
    if tags * len(html) > _SUSPECT_COPIES:
        count = sum(1 for _ in _IGNORED.finditer(html))
        if count * len(html) > _MOST_COPIES:
            html = _IGNORED.sub(rb"<\1", html)
    html = formatting.calm(html, tags)
    if tags > _SUSPECT_TAGS and _depth(html) > MAX_DEPTH:
        html = _flattened(html)
    return html


def _shortened_to(html: bytes, tags: int) -> bytes:
    """The page as far as it has no more than so many tags."""
    end = 0
    while end < len(html):
        tags -= html.count(b"<", end, end + _STEP)
        if tags < 0:
            break
        end += _STEP
    return html[:end]


def _without_long_tags(html: bytes) -> bytes:
    """The page without the attributes of tags that have too many."""
    if len(html) <= _FEW_STRETCHES * _STRETCH or not _may_hold_long_tags(html):
        return html
    parts: list[bytes] = []
    at = done = 0
    left = _MOST_AGAIN
    while (match := _WHOLE_TAG.search(html, at)) is not None:
        start, at = match.span()
        length = at - start
        if length < _MOST_ATTRIBUTES:
            continue
        if left > 0 and _attributes(match) <= _MOST_ATTRIBUTES:
            if length > _STRETCH:  # it may be in a comment, with quotes to hide a tag behind it
                left -= length
                at = start + 2
            continue
        # What only looks like a tag, in a script ("i<n"), may have the end of the script in it.
        end = html.find(b"</", start + 2, at) if left > 0 else -1
        left -= length
        at = at if end < 0 else end
        # What only looks like one in a comment ends the comment; a tag may end so, too.
        ending = b" -->" if match[0].endswith(b"-->") else b">"
        parts += (html[done:start], match[1] + ending)
        done = at
    return b"".join(parts) + html[done:]


def _attributes(tag: re.Match[bytes]) -> int:
    return sum(1 for _ in _ATTRIBUTE.finditer(tag.string, tag.end(1), tag.end()))


def _may_hold_long_tags(html: bytes) -> bool:
    """Whether there are more than a few stretches of the page in which no tag ends for certain.

    A ">" ends whatever tag is open there, unless it is in quotes: then the last quote before it
    follows a "=". Where no tag is open, as in the data of a script, none has to end.
    """
    double = single = 0  # the last quotes before `seen`
    seen = 0
    is_open = False  # whether a tag may be
    left = _FEW_STRETCHES
    for at in range(0, len(html), _STRETCH):
        until = at + _STRETCH
        end = html.rfind(b">", at, until)
        if end >= 0:
            double = max(double, html.rfind(b'"', seen, end))
            single = max(single, html.rfind(b"'", seen, end))
            seen = end
            if not (
                (double and html[double - 1] in _BEFORE_VALUE and _opens(html, double))
                or (single and html[single - 1] in _BEFORE_VALUE and _opens(html, single))
            ):
                is_open = html.find(b"<", end, until) >= 0
                continue
        left -= is_open
        is_open = is_open or html.find(b"<", at, until) >= 0
        if left < 0:
            return True
    return False


def _opens(html: bytes, quote: int) -> bool:
    """Whether the quote at this place may open the value of an attribute."""
    before = html[max(0, quote - _LONGEST_SPACE) : quote].rstrip()
    return not before or before.endswith(b"=")


class _Open:
    """The elements that are open at a place of the page, nearly as a parser keeps them.

    Every second page leaves some unclosed or closes what it never opened. An end tag closes what
    it names and all that was opened since, but nothing beyond a table; one of inline markup closes
    nothing around a block. Where this is wrong, it takes more to be open than is.
    """

    def __init__(self) -> None:
        self.names: list[bytes] = []
        self._places: dict[bytes, list[int]] = {}  # of each name in `names`, the last at the end
        self._blocks: list[int] = []  # the places that no end tag of inline markup reaches beyond
        self._barriers: list[int] = []  # those that no end tag does

    def close(self, name: bytes) -> bool:
        """Whether an end tag closes anything. What it costs, the start tags have paid for."""
        places = self._places.get(name)
        if not places:
            return False
        at = places[-1]
        walls = self._barriers if name in _BLOCKS else self._blocks
        if walls and walls[-1] > at:
            return False
        for closed in self.names[at:]:
            self._places[closed].pop()
        del self.names[at:]
        for walls in (self._blocks, self._barriers):
            while walls and walls[-1] >= at:
                walls.pop()
        return True

    def open(self, name: bytes) -> None:
        """A start tag."""
        at = len(self.names)
        self.names.append(name)
        self._places.setdefault(name, []).append(at)
        if name in _BLOCKS:
            self._blocks.append(at)
        if name in _BARRIERS:
            self._barriers.append(at)


def _depth(html: bytes) -> int:
    """The greatest depth that the tags could be nested to."""
    opened = _Open()
    deepest = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _VOID:
            continue
        if match[1]:
            opened.close(name)
        else:
            opened.open(name)
            deepest = max(deepest, len(opened.names))
            if deepest > MAX_DEPTH:
                break
    return deepest


def _flattened(html: bytes) -> bytes:
    """The page without the tags that are nested too deep."""
    opened = _Open()

    def keep(match: re.Match[bytes]) -> bytes:
        name = match[2].lower()
        if name in _VOID:
            return match[0]
        if match[1]:
            closed = opened.close(name)
            return match[0] if closed and len(opened.names) < MAX_DEPTH else b" "
        opened.open(name)
        return match[0] if len(opened.names) <= MAX_DEPTH else b" "

    return _TAG.sub(keep, html)
