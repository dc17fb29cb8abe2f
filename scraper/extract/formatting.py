"""Formatting that is never closed, tamed before it is parsed.

A parser opens anew, in every paragraph, each formatting element (<font>, <b> …) that was open in
the one before: up to three of those that are alike, all of those that differ in an attribute. The
elements so made grow with the square of the page: 50 kB of `<p><font a=1>x<p><font a=2>x…` become
9 million elements, 1.7 GB. Without attributes, no more than three of a kind are opened anew; and
where there are thousands, none is left.
"""

import re
from typing import Final

_FEW_TAGS: Final = 2_500  # with fewer, the elements made take a second and 300 MB at most
_MOST: Final = (
    200  # formatting elements with attributes; pages that do no harm have up to a hundred
)
_FORMATTING: Final = re.compile(
    rb"<(font|b|big|code|em|i|nobr|s|small|strike|strong|tt|u)[\s/][^<>]*", re.IGNORECASE
)
_VERY_MANY_TAGS: Final = 16_000
_MOST_AT_ALL: Final = 4_000  # formatting elements, of pages with very many tags
_ANY: Final = re.compile(
    rb"</?(?:font|b|big|code|em|i|nobr|s|small|strike|strong|tt|u)(?:[\s/][^<>]*)?>", re.IGNORECASE
)
# Opened anew with all that they say: 100 kB of it in a link, in thousands of paragraphs.
# (Not possessive: the place gets lost in Python 3.11.2. So bounded: each time takes 100 bytes.)
_WHOLE: Final = re.compile(
    rb"<(a|font|b|big|code|em|i|nobr|s|small|strike|strong|tt|u)(?=[\s/])"
    rb"((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+'){0,50000})>?",
    re.IGNORECASE,
)
_TALKATIVE: Final = 2_000  # bytes of one tag
_SUSPECT_COPIES: Final = 5_000_000_000  # tags times bytes
_BEGINNING: Final = re.compile(
    rb"<(?:font|b|big|code|em|i|nobr|s|small|strike|strong|tt|u)[\s/]", re.IGNORECASE
)


def calm(html: bytes, tags: int) -> bytes:
    """The same page; formatting without its attributes where there is very much of it.

    `tags`: how many "<" the page has. Whether an element is closed is not asked: an end tag that
    closes nothing looks like one that does.
    """
    if tags < _FEW_TAGS:
        return html
    if tags * len(html) > _SUSPECT_COPIES:
        html = _WHOLE.sub(_shortened, html)
    if len(_BEGINNING.findall(html)) > _MOST:
        html = _FORMATTING.sub(rb"<\1", html)
    if tags > _VERY_MANY_TAGS and sum(1 for _ in _ANY.finditer(html)) > _MOST_AT_ALL:
        html = _ANY.sub(b"", html)
    return html


def _shortened(match: re.Match[bytes]) -> bytes:
    return b"<" + match[1] + b">" if len(match[2]) > _TALKATIVE else match[0]
