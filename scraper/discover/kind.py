"""What a page is, by its content; what the header calls it is not looked at.

Feeds arrive as text/html and error pages as application/rss+xml, after blank lines, comments and
warnings of PHP; so the first element that is known decides.
"""

import re
from enum import StrEnum
from itertools import islice
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
_USUAL = re.compile(
    r"(?:<\?xml\b[^<>]{0,200}\?>\s*)?(<(?:[\w.-]+:)?(rss|feed|rdf|urlset|sitemapindex)(?=[\s/>]))",
    re.IGNORECASE | re.ASCII,
)
_DOCTYPE_HTML = re.compile(r"<!doctype\s+html\b", re.IGNORECASE)
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([a-z][\w.-]*)(?=[\s/>]|\Z)", re.IGNORECASE)
_LINK_LINE = re.compile(r"https?://\S+", re.IGNORECASE)
_XML = re.compile(r"\s*<\?xml\b", re.IGNORECASE)
_BLANK: Final = "\ufeff \t\r\n\x00\x0b\x0c\u200b"
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")
_MOST_ELEMENTS: Final = 200
_LINES_LOOKED_AT: Final = 50


def sniff(text: str) -> tuple[Form, int]:
    """The form of a page's text, and where its first known element begins; 0 where none does."""
    body = text.lstrip(_BLANK)
    skipped = len(text) - len(body)
    start = body[:MAX_PREAMBLE]
    if not start:
        return Form.EMPTY, 0
    if start[0] in "{[":
        return Form.JSON, 0
    found = by_first_element(start) or by_elements(start)
    if found:
        return found[0], found[1] + skipped
    return (Form.LINES if _is_lines(start) else _unknown(start)), 0


def by_first_element(start: str) -> tuple[Form, int] | None:
    """What `by_elements` finds, at once, where nothing but an XML declaration comes first."""
    found = _USUAL.match(start)
    return (_ROOTS[found[2].lower()], found.start(1)) if found else None


def by_elements(start: str) -> tuple[Form, int] | None:
    """The form that the first known element gives away, and where that element begins.

    After HTML's document type the first element of all has to be a feed's to be taken for one.
    """
    bare = _SKIPPED.sub(lambda found: " " * len(found[0]), start)
    doctype = _DOCTYPE_HTML.search(bare)
    for found in islice(_ELEMENT.finditer(bare), _MOST_ELEMENTS):
        form = _ROOTS.get(found[1].lower())
        if form:
            return form, found.start()
        if doctype and found.start() > doctype.start():
            break
    return (Form.HTML, doctype.start()) if doctype else None


def _unknown(start: str) -> Form:
    """The form of what no reader knows; anything with tags passes for HTML, as in browsers."""
    if len(_NO_TEXT.findall(start)) > len(start) // 20:
        return Form.BINARY
    if _XML.match(start):
        return Form.XML
    return Form.HTML if re.search(r"<[a-z!]", start, re.IGNORECASE) else Form.TEXT


def _is_lines(start: str) -> bool:
    """Whether nearly all lines are links."""
    lines = [line.strip() for line in start.splitlines()[:_LINES_LOOKED_AT] if line.strip()]
    matching = sum(1 for line in lines if _LINK_LINE.fullmatch(line))
    return bool(lines) and matching >= max(1, round(0.9 * len(lines)))
