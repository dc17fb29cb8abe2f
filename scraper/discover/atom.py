"""Atom 1.0 (RFC 4287) and 0.3."""

from base64 import b64decode
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from scraper.discover import hubs, links, markup
from scraper.discover.discovery import Discovery
from scraper.discover.fields import MAX_ITEMS, MAX_TITLE, distinct, entry, language, plain
from storage.records import Entry, SourceKind

_OWN: Final = "atom:"  # not every feed declares it
_MAX_ENCODED: Final = 1_000_000
_NOT_THE_ARTICLE: Final = frozenset(
    {"self", "edit", "edit-media", "service.edit", "service.post", "service.feed"}
    | {"enclosure", "replies", "hub", "via", "related", "license", "icon", "shortcut", "search"}
    | {"next", "prev", "previous", "first", "last", "up"}
)


def read(root: markup.Element, url: str, now: datetime) -> Discovery:
    """The entries of an Atom feed, or of a lone entry."""
    about = markup.fields(root, _OWN)
    base = markup.base(root, url)
    home = _relation(about, "alternate", base)
    named = hubs.of_feed(about.get("link", ()), url)
    return Discovery(
        kind=SourceKind.ATOM,
        title=plain(_told(about, "title"), MAX_TITLE),
        entries=distinct(_entries(root, url, home or url, now), home),
        language=language(markup.stated_language(root) or markup.text(about, "dc:language")),
        hubs=named.hubs,
        self_url=named.topic,
        older=named.older,
    )


def _entries(root: markup.Element, url: str, home: str, now: datetime) -> Iterator[Entry | None]:
    for item in islice(markup.items(root, "entry"), MAX_ITEMS):
        found = markup.fields(item, _OWN)
        link, base = _link(item, found, url)
        yield entry(
            link,
            base,
            now=now,
            title=_told(found, "title", "media:title", "dc:title"),
            summary=_told(found, "summary", "content", "media:description")
            or _described(found.get("media:group", ())),
            published=markup.text(found, "published", "issued", "created", "dc:date", "pubdate"),
            modified=markup.text(found, "updated", "modified"),
            tag=markup.stated_language(item) or markup.text(found, "dc:language"),
            guid=markup.text(found, "id"),
            home=home,
        )


def _told(found: markup.Fields, *names: str) -> str | None:
    """The text of the first field of these names that has any, decoded where it is encoded."""
    for name in names:
        for element in found.get(name, ()):
            value = markup.content(element)
            if value and _is_encoded(element):
                value = _decoded(value) or ("" if name == "content" else value)
            if value and not value.isspace():
                return value
    return None


def _is_encoded(element: markup.Element) -> bool:
    """Whether the content is in base64: Atom 0.3 says so, in 1.0 (4.1.3.3) its type means it."""
    if not element.attrib:
        return False
    kind = (markup.attribute(element, "type") or "").strip().lower()
    if "/" in kind and not kind.startswith("text/") and not kind.endswith(("xml", "html")):
        return (markup.attribute(element, "mode") or "base64").lower() == "base64"
    return (markup.attribute(element, "mode") or "").strip().lower() == "base64"


def _decoded(value: str) -> str:
    """The text that base64 stands for; "" if it is none, but a picture, say."""
    try:
        return b64decode("".join(value[:_MAX_ENCODED].split())).decode()
    except ValueError:
        return ""


def _link(item: markup.Element, found: markup.Fields, url: str) -> tuple[str | None, str]:
    """The link of an entry as written, and what it is relative to."""
    original = markup.text(found, "feedburner:origlink")
    if original:
        return original, url
    linked = [one for one in found.get("link", ()) if _href(one)]
    best = min(linked, key=_rank, default=None)
    if best is not None and _rank(best) < _UNFIT:
        href = _href(best)
        return href, url if href and links.is_web(href) else markup.base(best, url)
    identity = (markup.text(found, "id") or "").strip()
    if links.is_web(identity):
        return identity, url
    return None, markup.base(item, url)


_UNFIT: Final = 3


def _rank(link: markup.Element) -> int:
    """How good a link is as that of the article: 0 best, `_UNFIT` not at all."""
    relation = (markup.attribute(link, "rel") or "alternate").strip().lower()
    kind = (markup.attribute(link, "type") or "text/html").lower()
    if relation.rpartition("/")[2] == "alternate":
        return 0 if "html" in kind else 1
    return _UNFIT if relation in _NOT_THE_ARTICLE or relation.startswith("http") else 2


def _href(link: markup.Element) -> str | None:
    return markup.attribute(link, "href") or markup.content(link).strip() or None


def _relation(about: markup.Fields, relation: str, base: str) -> str | None:
    """The feed's own link with one relation."""
    for link in about.get("link", ()):
        if (markup.attribute(link, "rel") or "alternate").strip().lower() == relation:
            return links.resolve(_href(link) or "", base)
    return None


def _described(groups: Iterable[markup.Element]) -> str | None:
    for group in groups:
        text = markup.text(markup.fields(group), "media:description")
        if text:
            return text
    return None
