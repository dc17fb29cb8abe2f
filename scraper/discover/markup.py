"""XML as it is found in the wild, parsed without any of the dangers of XML.

Before libxml2 sees it, the text is put into a state from which its recovery loses nothing: what
stands before the root element is cut off (junk, and the document type with every entity, external
or exploding, that it declares; only those that stand for a few plain characters are remembered),
entities and bare ampersands become what they were meant to be (recovery would drop them, and with
them the parameters of links), characters that XML forbids go, and a text that breaks off is cut at
its last whole tag.
Afterwards the parser may neither resolve entities nor load anything, and its limits on depth and
length of names stay on.
"""

import html
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import islice
from typing import Final

from lxml import etree

from scraper.discover import links
from scraper.discover.fields import BLOCKS
from scraper.errors import DiscoverError

MAX_TAGS: Final = 1_000_000
"""What comes after so many `<` is not read: it bounds the memory of the tree to some 150 MB.

A feed of the largest size that is fetched has a tenth of that.
"""

MAX_REPAIRS: Final = 500_000
"""What comes after so many wrong ampersands is not read."""

MAX_FIELDS: Final = 1_000
"""How many fields of one item are looked at."""

MAX_ELEMENTS: Final = 5_000
"""How many elements of markup inside of one field are looked at."""

_OTHER: Final = "other:"
_NAMESPACES: Final = {
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap/0.84": "",
    "http://www.w3.org/2005/atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/elements/1.0/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://search.yahoo.com/mrss": "media:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.google.com/schemas/sitemap-news/0.9": "news:",
    "http://www.google.com/schemas/sitemap-image/1.1": "image:",
    "http://www.google.com/schemas/sitemap-video/1.1": "video:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
}

_GOOD_REFERENCE: Final = (
    "amp;|lt;|gt;|quot;|apos;"
    r"|#(?:[1-9]\d{1,3}|[1-4]\d{4}|1[0-2]\d{4}|x[0-9a-fA-F]{2,3}|x0?[1-9a-cA-C][0-9a-fA-F]{3});"
)
_BAD_REFERENCE = re.compile(rf"&(?!{_GOOD_REFERENCE})(#?\w{{1,32}};)?", re.ASCII)
_DECLARED_ENTITY = re.compile(
    r"""<!ENTITY\s{1,20}([\w.-]{1,32})\s{1,20}(?:"([^"&%<]{0,100})"|'([^'&%<]{0,100})')""", re.ASCII
)
_OPENED = re.compile(r"<([\w:.-]+)")
_TAIL: Final = 10_000  # characters: scripts and comments that follow a feed
_MOST_ENTITIES: Final = 100
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_APART = re.compile(r"<!\[CDATA\[|<!--")
_CLOSINGS: Final = {"<![CDATA[": "]]>", "<!--": "-->"}
_CONTROL_REFERENCE = re.compile(r"&#(?:1[0-9]|2[0-9]|3[01]|[xX]0?[01][0-9a-fA-F]);")
_TEXT_FIELDS: Final = frozenset({"title", "description", "content:encoded"})
_FIELDS: Final = frozenset(
    {"link", "guid", "pubdate", "description", "category", "date", "creator", "author", "encoded"}
    | {"enclosure", "comments", "item", "entry"}
)
_ITEMS: Final = frozenset({"item", "entry"})
_UNSEEN: Final = frozenset({"script", "style"})
_BASES: Final = 4
_XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_XML_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"

Element = etree._Element  # noqa: SLF001 - lxml has no public name for the type of its elements
Fields = dict[str, list[Element]]


def parse(text: str, start: int = 0) -> Element:
    """The root element, which begins at `start`. DiscoverError if not even recovery finds one.

    What is well-formed is parsed as it is: there is nothing in it to repair.
    """
    body = text[start:]
    root = _root(body, recover=False) if body.count("<") <= MAX_TAGS else None
    if root is None:
        root = recovered(body, _entities(text[:start]))
    if root is None:
        raise DiscoverError("The page breaks off, or is broken, before its first entry.")
    return root


def recovered(body: str, declared: Mapping[str, str]) -> Element | None:
    """The root of a text that is repaired first; `declared` are the entities of its own."""
    return _root(_prepare(body, declared), recover=True)


def _root(text: str, *, recover: bool) -> Element | None:
    parser = etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        return None


def is_whole(text: str, start: int) -> bool:
    """Whether the element that begins at `start` is closed near the end of the text."""
    opened = _OPENED.match(text, start)
    return opened is not None and f"</{opened[1]}".lower() in text[-_TAIL:].lower()


def _entities(preamble: str) -> Mapping[str, str]:
    """The entities that a document type declares as plain text, which can neither grow nor load."""
    if "<!ENTITY" not in preamble:
        return {}
    declared = islice(_DECLARED_ENTITY.finditer(preamble), _MOST_ENTITIES)
    return {found[1]: found[2] or found[3] or "" for found in declared}


def _prepare(text: str, declared: Mapping[str, str]) -> str:
    text = _FORBIDDEN.sub("", text)
    if text.count("<") > MAX_TAGS:
        beyond = next(islice(re.finditer("<", text), MAX_TAGS, None))
        text = text[: beyond.start()]
    if not text.rstrip().endswith(">"):
        text = text[: max(text.rfind("<"), 0)]
    return "".join(_mended(text, declared))


def _mended(text: str, declared: Mapping[str, str]) -> Iterator[str]:
    """The pieces of the text without its comments, and with all references put right.

    Not those in CDATA, where `&` means itself.
    """

    def mend(found: re.Match[str]) -> str:
        meant = declared.get(found[1][:-1]) if found[1] else None
        return _mend(found) if meant is None else html.escape(_FORBIDDEN.sub("", meant))

    position, repairs = 0, 0
    while position < len(text):
        opened = _APART.search(text, position)
        start = opened.start() if opened else len(text)
        mended, count = _BAD_REFERENCE.subn(mend, text[position:start], count=MAX_REPAIRS - repairs)
        yield _CONTROL_REFERENCE.sub(" ", mended)
        repairs += count
        closing = _CLOSINGS[opened[0]] if opened else ""
        end = text.find(closing, start) if opened else -1
        if end < 0 or repairs >= MAX_REPAIRS:
            return
        position = end + len(closing)
        if closing == "]]>":
            yield text[start:position]


def _mend(found: re.Match[str]) -> str:
    """`&nbsp;` as its character, `&#55357;` as none that is, and a bare `&` as `&amp;`."""
    name = found[1]
    if not name:
        return "&amp;"
    meant = html.unescape(f"&{name}")
    if meant == f"&{name}" or meant.endswith(";"):
        return f"&amp;{name}"
    return html.escape(_FORBIDDEN.sub("", meant))


@lru_cache(maxsize=4_096)
def _name(tag: str) -> str:
    namespace, brace, local = tag.rpartition("}")
    if not brace:
        return tag.lower()  # without a namespace, or with the prefix of an undeclared one
    return _NAMESPACES.get(namespace[1:].lower(), _OTHER) + local.lower()


def _namespace(element: Element) -> str:
    return str(element.tag).rpartition("}")[0]


def name(element: Element) -> str:
    """The name of an element in lower case, with the usual prefix of its namespace: "dc:date".

    RSS and sitemap elements have no prefix; a prefix nobody declared counts as declared.
    """
    return _name(str(element.tag))


def local_name(element: Element) -> str:
    """The name of an element in lower case, whatever its namespace."""
    return name(element).rpartition(":")[2]


def content(element: Element) -> str:
    """The text in an element, without the markup between and the fields that it swallowed."""
    if len(element) == 0:
        return str(element.text or "")
    parts: list[str] = []
    _gather(element, parts, [MAX_ELEMENTS])
    return "".join(parts)


def _gather(element: Element, parts: list[str], left: list[int]) -> None:
    """Add the texts in an element to `parts`, until as many elements as are `left` were seen."""
    parts.append(str(element.text or ""))
    for child in element:
        left[0] -= 1
        kind = local_name(child)
        if left[0] < 0 or kind in _FIELDS:
            return  # what follows a swallowed field is no part of the text either
        apart = " " if kind in BLOCKS else ""
        parts.append(apart)
        if kind not in _UNSEEN:
            _gather(child, parts, left)
        parts.append(apart + str(child.tail or ""))


def text(found: Fields, *names: str) -> str | None:
    """The text of the first field, of these names in this order, that has any."""
    for wanted in names:
        if wanted not in found:
            continue
        for element in found[wanted]:
            value = content(element)
            if value and not value.isspace():
                return value
    return None


def attribute(element: Element, wanted: str) -> str | None:
    """An attribute by its lower-case local name."""
    written = element.get(wanted)
    if written is not None:
        return str(written)
    for key, value in element.items():
        if str(key).rpartition("}")[2].lower() == wanted:
            return str(value)
    return None


def stated_language(element: Element) -> str | None:
    """The `xml:lang` of an element."""
    if not element.keys():
        return None
    value = element.get(_XML_LANGUAGE) or element.get("xml:lang")
    return str(value) if value else None


@cache
def _spellings(wanted: str) -> tuple[str, ...]:
    return tuple(f"{{*}}{name}" for name in (wanted, wanted.capitalize(), wanted.upper()))


def items(root: Element, wanted: str) -> Iterator[Element]:
    """All elements of a local name, at any depth: broken markup nests them into each other."""
    return root.iter(*_spellings(wanted))


def fields(item: Element, own: str = "") -> Fields:
    """The fields of an item by name, in their order; those with the prefix `own` without it.

    A field in the namespace of its item is the format's own, whatever that namespace is.
    HTML that stands bare in a text field and is not closed (`<description>one<br>two`) swallows the
    fields after it; those come last here. An item swallowed by another keeps its own.
    """
    found: Fields = {}
    swallowed: list[Element] = []
    for child in item if len(item) <= MAX_FIELDS else islice(item, MAX_FIELDS):
        key = _name(str(child.tag))
        if own and key.startswith(own):
            key = key.removeprefix(own)
        elif key.startswith(_OTHER) and _namespace(child) == _namespace(item):
            key = key.removeprefix(_OTHER)
        if key in found:
            found[key].append(child)
        else:
            found[key] = [child]
        if key in _TEXT_FIELDS and len(child):
            swallowed.extend(islice(_inside(child), MAX_FIELDS))
    for element in swallowed:
        found.setdefault(_name(str(element.tag)).removeprefix(own), []).append(element)
    return found


def _inside(element: Element) -> Iterator[Element]:
    """All elements inside, but for items and what is in them. The parser bounds the depth."""
    for child in element:
        if local_name(child) not in _ITEMS:
            yield child
            yield from _inside(child)


def base(element: Element, url: str) -> str:
    """What links in an element are relative to: the page's `url`, unless `xml:base` changes it.

    It is looked for on the element and the three around it: link, entry, feed, and what wraps it.
    """
    stated = []
    one: Element | None = element
    for _ in range(_BASES):
        if one is None:
            break
        own = one.get(_XML_BASE)
        if own:
            stated.append(str(own))
        one = one.getparent()
    for own in reversed(stated):
        url = _joined(own, url)
    return url


@lru_cache(maxsize=256)
def _joined(stated: str, url: str) -> str:
    return links.resolve(stated, url) or url
