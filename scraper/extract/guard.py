"""Markup made to hurt a parser, tamed before it is parsed.

Lexbor's time grows with the square of two things: how deep blocks are nested (every start tag of a
block looks up the whole stack of open elements for a paragraph to close), and how many attributes
one tag has (each is compared with all before it). 100,000 nested <div> take it 22 s. Pages that
could hold such a thing are looked through here; all others cost two counts.
"""

import re
from typing import Final

MAX_BYTES: Final = 20_000_000  # what is beyond is cut off
MAX_DEPTH: Final = 400  # of nested elements: browsers stop at 512
MAX_TAG: Final = 60_000  # bytes of one tag with more than a few attributes
_SUSPECT_TAGS: Final = 8_000  # fewer tags than these cannot be nested so deep that it matters
_TAG: Final = re.compile(rb"<(/?)([a-zA-Z][^\s/>]{0,30})([^<>]*)>?")
_LONG_TAG: Final = re.compile(rb"<([a-zA-Z][^\s/>]{0,30})[^<>]{%d,}>?" % MAX_TAG)
_VOID: Final = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li td tr th dd dt option "
    b"script style".split()
)


def tame(html: bytes) -> bytes:
    """The same page, without what would make parsing it slow."""
    if len(html) > MAX_BYTES:
        html = html[:MAX_BYTES]
    if len(html) > MAX_TAG and _has_gap(html):
        html = _LONG_TAG.sub(_shortened, html)
    if html.count(b"<") > _SUSPECT_TAGS and _depth(html) > MAX_DEPTH:
        html = _flattened(html)
    return html


def _has_gap(html: bytes) -> bool:
    """Whether some stretch as long as MAX_TAG / 2 holds no end of a tag."""
    step = MAX_TAG // 2
    return any(html.find(b">", at, at + step) < 0 for at in range(0, len(html) - step, step))


def _shortened(match: re.Match[bytes]) -> bytes:
    """A long tag without its attributes, if it has many; one long picture in one is left alone."""
    tag = match[0]
    return b"<" + match[1] + b">" if len(tag.split(None, 1000)) > 1000 else tag


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
