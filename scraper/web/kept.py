"""Kept pages, to look at: nothing in them runs, loads, leads anywhere or asks for anything."""

from html import escape
from typing import Final

import nh3

from scraper.errors import ExtractError
from scraper.pipeline.packing import unpack
from scraper.text.charset import decode
from storage.records import PackedPage

# What a browser makes of the page besides: nothing of ours, no scripts, nothing from elsewhere.
HEADERS: Final = {
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
}
LARGEST: Final = 8 * 2**20  # bytes of a page that is shown
_HTML: Final = ("text/html", "application/xhtml+xml")
_TAGS: Final = (nh3.ALLOWED_TAGS | {"main", "section", "style"}) - {"area", "map"}
_ATTRIBUTES: Final = {
    "*": {"class", "dir", "id", "lang", "style", "title"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_WITH_CONTENT: Final = {"script", "title", "template", "noscript", "iframe", "object", "select"}


def shown(packed: PackedPage) -> str:
    """The page as it may be shown. Raises ExtractError for what is no page, or is damaged."""
    kind = packed.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if kind not in _HTML:
        raise ExtractError(f"What was kept is no page, but {kind}.", permanent=True)
    if packed.size > LARGEST:
        raise ExtractError("The kept page is too large to be shown.", permanent=True)
    return sanitised(decode(unpack(packed), packed.headers))


def told(words: str) -> str:
    """A page that says why there is none to be shown."""
    return _page(f"<p>{escape(words)}</p>")


def sanitised(markup: str) -> str:
    """A page of the markup, without scripts, links, forms, frames, and pictures elsewhere."""
    clean = nh3.clean(
        markup,
        tags=set(_TAGS),
        clean_content_tags=set(_WITH_CONTENT),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_only_pictures_within,
        url_schemes={"data"},
        link_rel=None,
    )
    return _page(clean)


def _page(clean: str) -> str:
    return f'<!doctype html><meta charset="utf-8"><title>Kept page</title>{clean}'


def _only_pictures_within(tag: str, name: str, value: str) -> str | None:
    """An attribute's value, or None for a picture that is not within the page itself."""
    del tag
    return None if name == "src" and not value.strip().startswith("data:image/") else value
