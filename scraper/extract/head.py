"""What stands in a page's head: meta elements, links, the title, JSON-LD."""

from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from scraper.extract import jsonld
from scraper.extract.lists import words
from scraper.extract.outline import Attributes, Outline

_MAX_VALUE: Final = 20_000  # characters of one meta element
_MOST_ELEMENTS: Final = 5_000  # of a head that are looked at
_RELATIONS: Final = frozenset(words("canonical amphtml image_src"))
_NAMES: Final = ("property", "name", "itemprop", "http-equiv")
_DATA: Final = 'script[type*="ld+json" i]'


class Head:
    """The declarations of a page, by lower-case name; the first with a name counts.

    Those in the head are read, and those in the body as far as the outline met them. A page that
    has its declarations nowhere there is searched as a whole: one element that does not belong in
    a head ends it for the parser, and all that follows is in the body.
    """

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.meta: dict[str, str] = {}
        self.metas: list[tuple[str, str]] = []
        self.links: dict[str, str] = {}
        self.title = ""
        self.language = _language(tree.root)
        self._tree = tree
        self._scripts = self._read_head(tree.head)
        if not self.meta:
            for node in tree.css("meta[content]"):
                self._add_meta(node.attributes)
        if not self.links:
            for node in tree.css("link[rel][href]"):
                self._add_link(node.attributes)
        if not self.title:
            title = tree.css_first("title")
            self._add_title(title.text() if title is not None else "")
        self.data = jsonld.read(self._scripts)

    def add(self, outline: Outline) -> None:
        """Read what the walk over the body met as well; all of it where the rest says nothing."""
        for attributes in outline.metas:
            self._add_meta(attributes)
        if outline.scripts:
            self._scripts += [node.text() for node in outline.scripts]
            self.data = jsonld.read(self._scripts)
        if not self.data.article:
            self.data = jsonld.read(node.text() for node in self._tree.css(_DATA))

    def _read_head(self, head: Any) -> list[str]:
        """Read the elements of the head; the texts of its scripts with data."""
        scripts: list[str] = []
        node = head.first_child if head is not None else None
        for _ in range(_MOST_ELEMENTS):
            if node is None:
                break
            tag = node.tag
            if tag == "meta":
                self._add_meta(node.attributes)
            elif tag == "link":
                self._add_link(node.attributes)
            elif tag == "title" and not self.title:
                self._add_title(node.text())
            elif tag == "script" and jsonld.is_data(node):
                scripts.append(node.text())
            node = node.next
        return scripts

    def _add_meta(self, attributes: Attributes) -> None:
        content = attributes.get("content")
        if not content:
            return
        for key in _NAMES:
            name = attributes.get(key)
            if name:
                value = " ".join(content[:_MAX_VALUE].split())
                if value:
                    name = name.strip().lower()
                    self.meta.setdefault(name, value)
                    self.metas.append((name, value))

    def _add_link(self, attributes: Attributes) -> None:
        relations = (attributes.get("rel") or "").lower().split()
        href = (attributes.get("href") or "").strip()
        for relation in relations:
            if href and relation in _RELATIONS:
                self.links.setdefault(relation, href)

    def _add_title(self, text: str) -> None:
        self.title = " ".join(text[:_MAX_VALUE].split())

    def first(self, *names: str) -> tuple[str, str] | None:
        """The value of the first of these meta elements that is there, with its name."""
        for name in names:
            value = self.meta.get(name)
            if value:
                return value, name
        return None

    def all(self, *names: str) -> list[str]:
        """The values of all meta elements of these names, in the order of the page."""
        return [value for name, value in self.metas if name in names]


def _language(root: Any) -> str:
    """What the markup says of its language."""
    if root is None:
        return ""
    attributes = root.attributes
    return attributes.get("lang") or attributes.get("xml:lang") or ""
