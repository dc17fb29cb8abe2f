"""The links of an HTML page, each with what surrounds it: the material for `index_page`.

One pass over the tags keeps a stack of open elements. Each element knows which article links it
holds: none, one, or many. An element that holds one is that article's card, and a heading or a time
in it, linked or not, is the article's; an element that holds many lends them nothing.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Final

from scraper.discover import hubs, links
from scraper.discover.html_head import Head
from scraper.discover.html_stream import Tag, attributes_of, stream

MAX_DEPTH: Final = 256
MAX_ANCHORS: Final = 10_000
"""What comes after so many links is not read; long front pages have some 1,000."""

MAX_TEXT: Final = 2_000  # characters kept of a link's or a heading's text


class Place(IntFlag):
    """Where on the page a link stands."""

    NAVIGATION = 1
    FOOTER = 2
    HEADER = 4
    ASIDE = 8
    MAIN = 16
    ARTICLE = 32


@dataclass(slots=True)
class Anchor:
    """A link and its surroundings. Texts are as written, with entities."""

    url: str
    place: Place
    shape: int  # the same for links in the same structure
    text: str = ""
    heading: str = ""  # the heading that the link is in, or that is in the link
    label: str = ""  # what it says where it shows a picture only


@dataclass(slots=True)
class PageLinks:
    """What the pass found: candidates; by link, the times and headings of their cards."""

    anchors: list[Anchor] = field(default_factory=list)
    times: dict[str, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    feeds: list[str] = field(default_factory=list)
    related: list[tuple[frozenset[str], str]] = field(default_factory=list)
    """By <link> in the head: hub, topic, or both at once, and the address."""
    title: str = ""
    language: str | None = None


_MANY: Final = "many"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAG_PLACES: Final = {
    "nav": Place.NAVIGATION,
    "menu": Place.NAVIGATION,
    "footer": Place.FOOTER,
    "aside": Place.ASIDE,
    "main": Place.MAIN,
    "article": Place.ARTICLE,
}
_ROLES: Final = {
    "navigation": Place.NAVIGATION,
    "menu": Place.NAVIGATION,
    "menubar": Place.NAVIGATION,
    "contentinfo": Place.FOOTER,
    "banner": Place.HEADER,
    "complementary": Place.ASIDE,
    "main": Place.MAIN,
    "article": Place.ARTICLE,
}
_CLASS_PLACES: Final = {
    **dict.fromkeys(
        _words(
            "nav navbar navigation menu menubar submenu megamenu dropdown breadcrumb breadcrumbs"
            " pagination pager toolbar social share sharing login cookie cookies consent skip"
        ),
        Place.NAVIGATION,
    ),
    "footer": Place.FOOTER,
    "sidebar": Place.ASIDE,
}
_CLASS_WORDS = re.compile(r"[a-z]+")

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HEAD: Final = frozenset({"html", "base", "title", "link"})
_TELLING: Final = ("class", "id=", "role")
_VOID: Final = _words("area base br col embed hr img input link meta param source track wbr")
_INLINE: Final = _words(
    "abbr b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small span strike"
    " strong sub sup svg path g use tt u var"
)
_CLOSES: Final = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "tr": frozenset({"tr", "td", "th"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "option": frozenset({"option"}),
    "a": frozenset({"a"}),
    **dict.fromkeys(
        _words(
            "address article aside blockquote div dl fieldset figure footer form h1 h2 h3 h4 h5 h6"
            " header hr main nav ol p pre section table ul"
        ),
        frozenset({"p"}),
    ),
}
_FEED_TYPES = re.compile(
    r"(?:application/(?:(?:rss|atom|rdf)\+xml|feed\+json)|text/xml)", re.IGNORECASE
)


@dataclass(slots=True)
class _Open:
    """An open element. What is inside of it is handed to the element around it when it closes."""

    name: str
    place: Place
    shape: int
    holds: str | None = None  # a candidate's link, _MANY, or none
    time: str | None = None
    heading: str | None = None
    anchor: Anchor | None = None  # of <a>
    texts: list[str] | None = None  # of <a>, headings and <time>


def read(text: str, url: str, is_candidate: Callable[[str], bool]) -> PageLinks:
    """The links of a page at `url`; cards are made for those that `is_candidate`. Never raises."""
    reader = _Reader(url, is_candidate)
    head = Head()
    for event in stream(text):
        reader.in_head = head.open and head.holds(event)
        if isinstance(event, str):
            reader.text(event)
        elif event.closing:
            reader.end(event.name)
        else:
            reader.start(event)
        if reader.full:
            break
    reader.finish()
    return reader.found


class _Reader:
    """The state of one pass."""

    def __init__(self, url: str, is_candidate: Callable[[str], bool]) -> None:
        self.found = PageLinks()
        self.in_head = True  # of what comes next
        self._url = self._base = url
        self._is_candidate = is_candidate
        self._verdicts: dict[str, bool] = {}
        self._stack = [_Open("", Place(0), 0)]
        self._names: Counter[str] = Counter()  # of the open elements
        self._beyond: Counter[str] = Counter()  # of those too deep to be kept
        self._collectors: list[list[str]] = []  # texts of the open elements that want them
        self._at_title = False
        self._anchors = 0

    @property
    def full(self) -> bool:
        """Whether there have been as many links as are read."""
        return self._anchors >= MAX_ANCHORS

    def text(self, text: str) -> None:
        """A text, or the raw text of <title>."""
        if self._at_title:
            self._at_title = False
            self.found.title = self.found.title or text[:MAX_TEXT]
        if self._collectors:
            self._collect(text[:MAX_TEXT])

    def _collect(self, text: str) -> None:
        """Add to the texts of the innermost elements that want it; a time is no part of a title."""
        innermost = 1 if self._names["time"] else 3
        for texts in self._collectors[-innermost:]:
            texts.append(text)

    def start(self, tag: Tag) -> None:
        name = tag.name
        if name in _HEAD:
            self._head(name, attributes_of(tag))
        elif name == "img" and self._names["a"]:
            self._picture(attributes_of(tag))
        if name in _VOID or name in _INLINE:
            if name in {"br", "hr"}:
                self.text(" ")
            return
        self._close_implied(name)
        if len(self._stack) >= MAX_DEPTH:
            self._beyond[name] += 1
            return
        self._push(tag)

    def end(self, name: str) -> None:
        if self._beyond[name]:
            self._beyond[name] -= 1
        elif self._names[name]:
            while self._pop() != name:
                pass

    def finish(self) -> None:
        """Close what the page left open."""
        while len(self._stack) > 1:
            self._pop()

    def _head(self, name: str, values: Mapping[str, str]) -> None:
        if name == "html":
            self.found.language = self.found.language or values.get("lang")
        elif name == "base":
            self._base = links.resolve(values.get("href", ""), self._url) or self._base
        elif name == "title":
            self._at_title = not self._names["svg"]
        elif name == "link":
            self._link(values)

    def _link(self, values: Mapping[str, str]) -> None:
        relations = values.get("rel", "").lower().split()
        href = links.resolve(values.get("href", ""), self._base)
        if href is None:
            return
        if "alternate" in relations and _FEED_TYPES.fullmatch(values.get("type", "").strip()):
            self.found.feeds.append(href)
        if self.in_head and not hubs.RELATIONS.isdisjoint(relations):
            self.found.related.append((hubs.RELATIONS.intersection(relations), href))

    def _picture(self, values: Mapping[str, str]) -> None:
        for element in reversed(self._stack):
            if element.anchor:
                element.anchor.label = element.anchor.label or values.get("alt", "")[:MAX_TEXT]
                return

    def _close_implied(self, name: str) -> None:
        """End the elements that the start of another ends, such as a link by a link."""
        if name == "a" and self._names["a"]:
            self.end("a")
        closes = _CLOSES.get(name, frozenset())
        while self._stack[-1].name in closes:
            self._pop()

    def _push(self, tag: Tag) -> None:
        around, name = self._stack[-1], tag.name
        wanted = name in {"a", "time"} or any(mark in tag.attributes for mark in _TELLING)
        values = attributes_of(tag) if wanted else {}
        first_class = (_CLASS_WORDS.findall(values.get("class", "").lower()) or [""])[0]
        element = _Open(
            name,
            around.place | self._place(name, values, around),
            hash((around.shape, name, first_class)),
        )
        if name == "a":
            self._anchors += 1
            element.anchor = self._anchor(values, element)
        elif name == "time":
            element.time = values.get("datetime")
        if name in _HEADINGS or name in {"a", "time"}:
            element.texts = []
        self._collect(" ")
        if element.texts is not None:
            self._collectors.append(element.texts)
        self._stack.append(element)
        self._names[name] += 1

    def _place(self, name: str, values: Mapping[str, str], around: _Open) -> Place:
        if name in {"html", "body"}:
            return Place(0)
        place = _TAG_PLACES.get(name, Place(0)) | _ROLES.get(values.get("role", ""), Place(0))
        inside = around.place & (Place.MAIN | Place.ARTICLE) or self._names["li"]
        if name == "header" and not inside and not self._names["section"]:
            place |= Place.HEADER
        for token in f"{values.get('class', '')} {values.get('id', '')}".lower().split():
            words = _CLASS_WORDS.findall(token)
            if words:
                place |= _CLASS_PLACES.get(words[0], Place(0))
                place |= _CLASS_PLACES.get(words[-1], Place(0))
        return place

    def _anchor(self, values: Mapping[str, str], element: _Open) -> Anchor | None:
        href = values.get("href", "")
        url = links.resolve(href, self._base) if href and href[0] != "#" else None
        if url is None:
            return None
        label = (values.get("aria-label") or values.get("title") or "")[:MAX_TEXT]
        return Anchor(url=url, place=element.place, shape=element.shape, label=label)

    def _pop(self) -> str:
        """Close the innermost element: what it holds goes to its link, or to what is around it."""
        element = self._stack.pop()
        self._names[element.name] -= 1
        self._collect(" ")
        if element.texts is not None:
            self._collectors.pop()
            text = "".join(element.texts)[:MAX_TEXT].strip()
            self._with_text(element, text)
        if element.holds and element.holds != _MANY:
            if element.time:
                self.found.times.setdefault(element.holds, element.time)
            if element.heading:
                self.found.headings.setdefault(element.holds, element.heading)
        if not element.holds:
            self._lend(element)
        around = self._stack[-1]
        if element.holds and around.holds != element.holds:
            around.holds = _MANY if around.holds else element.holds
        return element.name

    def _with_text(self, element: _Open, text: str) -> None:
        """Give a link, a heading or a time the text that it had inside."""
        if element.name == "time":
            element.time = element.time or text[:100] or None
        elif element.name in _HEADINGS:
            element.heading = text or None
        elif element.anchor:
            anchor = element.anchor
            in_heading = any(self._names[name] for name in _HEADINGS)
            anchor.text, anchor.heading = text, element.heading or (text if in_heading else "")
            if anchor.url not in self._verdicts:
                self._verdicts[anchor.url] = self._is_candidate(anchor.url)
            if self._verdicts[anchor.url]:
                self.found.anchors.append(anchor)
                element.holds = anchor.url

    def _lend(self, element: _Open) -> None:
        """An element without a link gives its time and its heading to what is around it."""
        around = self._stack[-1]
        around.time = around.time or element.time
        around.heading = around.heading or element.heading
