"""What stands in a page's head: meta elements, links, the title, JSON-LD."""

from typing import Final

from selectolax.lexbor import LexborHTMLParser

from scraper.extract import jsonld

_MAX_VALUE: Final = 20_000  # characters of one meta element


class Head:
    """The declarations of a page, by lower-case name; the first with a name counts."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.meta: dict[str, str] = {}
        self.metas: list[tuple[str, str]] = []
        for node in tree.css("meta[content]"):
            attributes = node.attributes
            content = attributes.get("content")
            if not content:
                continue
            for key in ("property", "name", "itemprop", "http-equiv"):
                name = attributes.get(key)
                if name:
                    name = name.strip().lower()
                    value = " ".join(content[:_MAX_VALUE].split())
                    if value:
                        self.meta.setdefault(name, value)
                        self.metas.append((name, value))
        self.links: dict[str, str] = {}
        for node in tree.css(
            "link[rel~=canonical i], link[rel~=amphtml i], link[rel~=image_src i]"
        ):
            attributes = node.attributes
            href = (attributes.get("href") or "").strip()
            for rel in (attributes.get("rel") or "").lower().split():
                if href:
                    self.links.setdefault(rel, href)
        title = tree.css_first("title")
        self.title = " ".join(title.text()[:_MAX_VALUE].split()) if title is not None else ""
        root = tree.css_first("html")
        self.language = (
            (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root else ""
        )
        self.data = jsonld.read(node.text() for node in tree.css('script[type*="ld+json" i]'))

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
