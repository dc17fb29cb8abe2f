"""A feed as Atom (RFC 4287)."""

import re
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from scraper.web.feeds.feed import Feed, Item

MEDIA_TYPE: Final = "application/atom+xml"
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
# All that no document may hold, not even escaped (XML 1.0, section 2.2).
_NO_CHARACTERS: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(feed: Feed) -> bytes:
    """The document, in UTF-8."""
    ET.register_namespace("", _NAMESPACE)
    root = ET.Element(_name("feed"))
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", _moment(feed.updated_at))
    _text(root, "generator", "Tocsin")
    _link(root, "self", f"{feed.address}.atom", type=MEDIA_TYPE)
    _text(_element(root, "author"), "name", "Tocsin")
    for item in feed.items:
        root.append(_entry(item))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(item: Item) -> ET.Element:
    entry = ET.Element(_name("entry"))
    if item.language and _LANGUAGE.fullmatch(item.language):
        entry.set(f"{_XML}lang", item.language)
    _text(entry, "id", item.id)
    _text(entry, "title", item.title)
    _text(entry, "updated", _moment(item.updated_at))
    if item.published_at is not None:
        _text(entry, "published", _moment(item.published_at))
    if item.link is not None:
        _link(entry, "alternate", item.link, type="text/html")
    for name in item.authors:
        _text(_element(entry, "author"), "name", name)
    for tag in item.tags:
        _element(entry, "category").set("term", _clean(tag))
    _text(entry, "summary", item.summary)
    _text(entry, "content", item.content).set("type", "html")
    return entry


def _element(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, _name(name))


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = _element(parent, name)
    element.text = _clean(text)
    return element


def _link(parent: ET.Element, relation: str, address: str, **attributes: str) -> None:
    link = _element(parent, "link")
    for name, value in {"rel": relation, "href": address, **attributes}.items():
        link.set(name, _clean(value))


def _name(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _clean(text: str) -> str:
    return _NO_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text)


def _moment(time: datetime) -> str:
    """RFC 3339, in UTC."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
