"""Markup made to hurt a parser, tamed before it is parsed.

Lexbor's time grows with the square of two things: how deep blocks are nested (every start tag of a
block looks up the whole stack of open elements for a paragraph to close), and how many attributes
one tag has (each is compared with all before it). 100,000 nested <div> take it 22 s. Pages that
could hold such a thing are looked through here; all others cost two counts.

Its memory grows with the square of the text that is interrupted by tags which it reads and ignores
(a cell outside a table, a form in a form): what such a tag's attributes take up lies in the way of
the text, which is copied to grow. 0.4 MB take it 500 MB.
"""

import re
from typing import Final

MAX_BYTES: Final = 20_000_000  # what is beyond is cut off
MAX_DEPTH: Final = 400  # of nested elements: browsers stop at 512
MAX_TAG: Final = 60_000  # bytes of one tag with more than a few attributes
_SUSPECT_TAGS: Final = 8_000  # fewer tags than these cannot be nested so deep that it matters
_TAG: Final = re.compile(rb"<(/?)([a-zA-Z][^\s/>]{0,30})([^<>]*)>?")
_NAME: Final = re.compile(rb"</?[a-zA-Z][^\s/>]{0,30}")
_MOST_ATTRIBUTES: Final = 1_000
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


def tame(html: bytes) -> bytes:
    """The same page, without what would make parsing it slow."""
    if len(html) > MAX_BYTES:
        html = html[:MAX_BYTES]
    html = _without_long_tags(html)
    tags = html.count(b"<")
    if tags * len(html) > _SUSPECT_COPIES:
        count = sum(1 for _ in _IGNORED.finditer(html))
        if count * len(html) > _MOST_COPIES:
            html = _IGNORED.sub(rb"<\1", html)
    if tags > _SUSPECT_TAGS and _depth(html) > MAX_DEPTH:
        html = _flattened(html)
    return html


def _without_long_tags(html: bytes) -> bytes:
    """The page without the attributes of tags that have too many.

    A stretch of MAX_TAG / 2 bytes without the end of a tag lies in such a tag, or in a script.
    """
    step = MAX_TAG // 2
    at = 0
    while at + step < len(html):
        if html.find(b">", at, at + step) < 0:
            start = html.rfind(b"<", 0, at + 1)
            if start >= 0 and html.find(b">", start, at) < 0:
                html, at = _shortened(html, start)
                continue
        at += step
    return html


def _shortened(html: bytes, start: int) -> tuple[bytes, int]:
    """The page with the tag that begins at `start` cut short, and where to go on.

    A tag that is long because one picture is written into it stays as it is.
    """
    end = html.find(b">", start)
    end = len(html) if end < 0 else end + 1
    tag = html[start:end]
    if len(tag.split(None, _MOST_ATTRIBUTES)) <= _MOST_ATTRIBUTES:
        return html, end
    name = _NAME.match(tag)
    short = name[0] + b">" if name else b""
    return html[:start] + short + html[end:], start + len(short)


def _depth(html: bytes) -> int:
    """The greatest depth that the tags could be nested to."""
    depth = deepest = 0
    for match in _TAG.finditer(html):
        if match[1]:
            depth = max(0, depth - 1)
        elif match[2].lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _flattened(html: bytes) -> bytes:
    """The page without the tags that are nested too deep."""
    depth = 0

    def keep(match: re.Match[bytes]) -> bytes:
        nonlocal depth
        if match[2].lower() in _VOID:
            return match[0]
        if match[1]:
            depth = max(0, depth - 1)
            return match[0] if depth < MAX_DEPTH else b" "
        depth += 1
        return match[0] if depth <= MAX_DEPTH else b" "

    return _TAG.sub(keep, html)
