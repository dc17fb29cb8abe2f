"""What a page is, by its content; what the header calls it is not looked at.

Feeds arrive as text/html and error pages as application/rss+xml, after blank lines, comments and
warnings of PHP; so the first element that is known decides.
"""

import re
from enum import StrEnum
from typing import Final

MAX_PREAMBLE: Final = 100_000
"""How many characters may stand before a feed's first element."""


class Form(StrEnum):
    """The form of a page, before it is read."""

    RSS = "rss"
    ATOM = "atom"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap_index"
    LINES = "lines"  # a plain-text sitemap
    JSON = "json"
    HTML = "html"
    OPML = "opml"
    XML = "xml"
    TEXT = "text"
    BINARY = "binary"
    EMPTY = "empty"


_ROOTS: Final = {
    "rss": Form.RSS,
    "rdf": Form.RSS,
    "channel": Form.RSS,
    "feed": Form.ATOM,
    "entry": Form.ATOM,
    "urlset": Form.SITEMAP,
    "sitemapindex": Form.SITEMAP_INDEX,
    "opml": Form.OPML,
    "html": Form.HTML,
    "head": Form.HTML,
    "body": Form.HTML,
}

_SKIPPED = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_DOCTYPE_HTML = re.compile(r"<!doctype\s+html\b", re.IGNORECASE)
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([a-z][\w.-]*)(?=[\s/>]|\Z)", re.IGNORECASE)
_LINK_LINE = re.compile(r"https?://\S+", re.IGNORECASE)
_XML = re.compile(r"\s*<\?xml\b", re.IGNORECASE)
_MOST_ELEMENTS: Final = 200
_LINES_LOOKED_AT: Final = 50


def sniff(text: str) -> Form:
    """The form of a page's text."""
    start = text.lstrip("\ufeff \t\r\n\x00\x0b\x0c\u200b")[:MAX_PREAMBLE]
    if not start:
        return Form.EMPTY
    if start[0] in "{[":
        return Form.JSON
    return _by_elements(start) or (Form.LINES if _is_lines(start) else _unknown(start))


def _unknown(start: str) -> Form:
    """The form of what no reader knows; anything with tags passes for HTML, as in browsers."""
    if "\x00" in start or start.count("\ufffd") > len(start) // 20:
        return Form.BINARY
    if _XML.match(start):
        return Form.XML
    return Form.HTML if re.search(r"<[a-z!]", start, re.IGNORECASE) else Form.TEXT


def _by_elements(start: str) -> Form | None:
    """The form that the first known element gives away."""
    bare = _SKIPPED.sub("", start)
    html = _DOCTYPE_HTML.search(bare)
    for number, found in enumerate(_ELEMENT.finditer(bare)):
        if number > _MOST_ELEMENTS or (html and found.start() > html.start()):
            break
        form = _ROOTS.get(found[1].lower())
        if form:
            return form
    return Form.HTML if html else None


def _is_lines(start: str) -> bool:
    """Whether nearly all lines are links."""
    lines = [line.strip() for line in start.splitlines()[:_LINES_LOOKED_AT] if line.strip()]
    matching = sum(1 for line in lines if _LINK_LINE.fullmatch(line))
    return bool(lines) and matching >= max(1, round(0.9 * len(lines)))
