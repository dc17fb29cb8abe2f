"""What is known of single sites: where on their pages the fields of an article stand.

A `Site` is declared by a file (scraper.settings.sites reads them), with a version for each time the
site changed its markup. Where a version's selectors match, what they find counts before the general
reading; where they do not, the general reading stands, and the result says what was missed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.extract import dates, links, pictures
from scraper.extract.body import Body
from scraper.extract.fields import count_words
from scraper.extract.outline import outline
from scraper.extract.people import people_in, unique
from scraper.extract.regions import FIGURE
from scraper.extract.selectors import check_selector
from scraper.extract.titles import SiteNames
from scraper.text import languages
from storage.records import Article

REMOVE: Final = "remove"
CONTAINER: Final = "container"
FIELDS: Final = (
    "title", "standfirst", "authors", "published_at", "modified_at", "body", "section", "tags",
    "image_url", "image_caption",
)  # fmt: skip

# A reading by rule that has less than this share of the general reading's text has lost some of it,
# as far as the latter is an article's worth. The general one may well be several times too long:
# the next articles of an endless page are why such rules are written.
LEAST_SHARE: Final = 1 / 5
_ARTICLE_WORTH: Final = 500  # characters
_MOST_MATCHES: Final = 2_000  # elements of a page that one selector is asked for
_MOST_VALUES: Final = 30  # authors or tags
_LONGEST: Final = 2_000  # characters of a value that is not the body
_WHOLE: Final = frozenset({"html", "head", "body"})  # no part of a page
_PICK: Final = re.compile(r"(.*?)(?:@([A-Za-z][\w:.-]*))?", re.DOTALL)
_COMMAS: Final = re.compile(r"[,;،、，|]")
_DECLARED_DATE: Final = re.compile(r'"datePublished"\s*:\s*"\s*(\d{4}-\d\d-\d\d)')
_DATED_META: Final = 'meta[property="article:published_time"], meta[itemprop="datePublished"]'
_DATE: Final = re.compile(r"\s*(\d{4}-\d\d-\d\d)")
_DATED_PATH: Final = re.compile(r"/(20\d\d)[/-](0?[1-9]|1[0-2])[/-](3[01]|[12]\d|0?[1-9])(?!\d)")


@dataclass(frozen=True, slots=True)
class Pick:
    """Where a value stands: elements by a CSS selector, and their attribute, or else their text."""

    selector: str
    attribute: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Pick":
        """From `selector` or `selector@attribute`; ValueError for what Lexbor cannot read."""
        found = _PICK.fullmatch(text.strip())
        assert found is not None  # the pattern takes any text
        pick = cls(found[1].strip(), found[2])
        check_selector(pick.selector)
        return pick

    def __str__(self) -> str:
        return self.selector if self.attribute is None else f"{self.selector}@{self.attribute}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Where the fields stand from a day on; `since` None: from ever."""

    since: date | None = None
    remove: tuple[str, ...] = ()
    container: tuple[Pick, ...] = ()
    picks: Mapping[str, tuple[Pick, ...]] = field(default_factory=dict)

    def matches(self, tree: LexborHTMLParser) -> bool:
        """Whether the page has what bears the text, or, if no rule is made for that, any of it."""
        bearing = [*self.container, *self.picks.get("body", ())]
        bearing = bearing or [pick for picks in self.picks.values() for pick in picks]
        return any(tree.css_first(pick.selector) is not None for pick in bearing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The rules for some hosts and all below them; `versions` are in order, the newest first."""

    name: str  # the file, as evidence names it
    hosts: tuple[str, ...]
    versions: tuple[Version, ...]

    def version_on(self, day: date | None) -> Version | None:
        """The newest version that was valid that day; None before them all."""
        for version in self.versions:
            if day is None or version.since is None or version.since <= day:
                return version
        return None

    def version_for(self, tree: LexborHTMLParser, url: str, now: datetime | None) -> Version | None:
        """The version for a page: by its date, else by the time of its fetch.

        Sites may also redraw old articles, or be slow to change: where nothing of that version
        matches, another that does is taken, the newest first.
        """
        if len(self.versions) == 1 and self.versions[0].since is None:
            return self.versions[0]
        wanted = self.version_on(_day_of(tree, url, now))
        if wanted is None:
            return None
        for version in (wanted, *self.versions):
            if version.matches(tree):
                return version
        return wanted


class Sites:
    """All that is known of sites, by host. Small enough to be handed to a process once."""

    def __init__(self, sites: Iterable[Site] = (), *, everywhere: Site | None = None) -> None:
        """Of two sites for one host the later counts; `everywhere` is tried on any other page."""
        self._by_host = {host: site for site in sites for host in site.hosts}
        self._everywhere = everywhere

    def find(self, url: str) -> Site | None:
        """The site of a page: that of its host, else of the nearest host above it."""
        host = links.host_of(url).rstrip(".")
        while host:
            if found := self._by_host.get(host):
                return found
            host = host.partition(".")[2]
        return self._everywhere

    def all(self) -> Sequence[Site]:
        """The sites that count for at least one host, in the order of their names."""
        return sorted({site.name: site for site in self._by_host.values()}.values(), key=_name)

    def __len__(self) -> int:
        return len(self.all())

    def rule_for(self, tree: LexborHTMLParser, url: str, now: datetime | None) -> "Rule | None":
        """The rule for a page, which has then lost what the rule says to remove."""
        site = self.find(url) if self._by_host or self._everywhere else None
        version = None if site is None else site.version_for(tree, url, now)
        if site is None or version is None:
            return None
        rule = Rule(site, version, tree, url, now)
        rule.remove()
        return rule


def _name(site: Site) -> str:
    return site.name


NO_SITES: Final = Sites()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """An article as a rule left it: what it read where, and which of its fields it missed."""

    article: Article
    evidence: Mapping[str, str]
    rule: str
    matched: tuple[str, ...]
    missed: tuple[str, ...]


class Rule:
    """A version of a site's rules at work on one page."""

    def __init__(
        self, site: Site, version: Version, tree: LexborHTMLParser, url: str, now: datetime | None
    ) -> None:
        self.version = version
        self.site = site
        self.name = site.name  # as evidence has it
        if version.since is not None and len(site.versions) > 1:
            self.name += f" since {version.since}"
        self._tree = tree
        self._url = url
        self._now = now
        self._removed = False
        self._offset: timedelta | None = None
        self._evidence: dict[str, str] = {}
        self._matched: list[str] = []
        self._missed: list[str] = []

    def remove(self) -> None:
        """Take out of the page what is none of the article, and never the page itself."""
        for selector in self.version.remove:
            for node in _once(self._tree.css(selector)):
                if node.tag not in _WHOLE:
                    node.decompose()
                    self._removed = True

    def apply(
        self,
        article: Article,
        evidence: Mapping[str, str],
        read_inside: Callable[[LexborNode], tuple[Article, Mapping[str, str]]],
        offset: timedelta | None = None,
    ) -> Ruled:
        """Lay what the rule finds over the general reading, which fills what it misses. Once.

        `read_inside` gives the general reading of one element of the page; `offset` is that from
        UTC which the page's own times bear, for those that lack one.
        """
        self._offset = offset
        if self.version.remove:
            (self._matched if self._removed else self._missed).append(REMOVE)
        self._evidence = dict(evidence)
        article = self._contain(article, read_inside)
        found: dict[str, Any] = {}
        for name in FIELDS:
            picks = self.version.picks.get(name)
            if picks is None:
                continue
            value = self._read(name, picks, article)
            if value is None:
                self._missed.append(name)
            else:
                self._matched.append(name)
                found[name] = value
        if "body" in found:
            text = found["body"]
            language = languages.identify(text) or article.language
            found |= {"word_count": count_words(text), "language": language}
        return Ruled(
            article=replace(article, **found),
            evidence=self._evidence,
            rule=self.site.name,
            matched=tuple(self._matched),
            missed=tuple(self._missed),
        )

    def _contain(
        self,
        article: Article,
        read_inside: Callable[[LexborNode], tuple[Article, Mapping[str, str]]],
    ) -> Article:
        """The general reading of the container alone, if there is one with a text in it."""
        if not self.version.container:
            return article
        for pick in self.version.container:
            node = self._tree.css_first(pick.selector)
            if node is None:
                continue
            inside, evidence = read_inside(node)
            if _is_text(inside.body, article.body):
                self._evidence = dict(evidence)
                where = f"{self.name}: {pick}"
                self._evidence["body"] = f"{where}: {evidence.get('body', 'nothing')}"
                self._matched.append(CONTAINER)
                return inside
        self._missed.append(CONTAINER)
        return article

    def _read(self, name: str, picks: Sequence[Pick], article: Article) -> Any:
        for pick in picks:
            nodes = self._tree.css(pick.selector)[:_MOST_MATCHES]
            value = self._value(name, pick, nodes, article) if nodes else None
            if value is None:
                continue
            self._evidence[name] = f"{self.name}: {pick}"
            if isinstance(value, dates.Stamp):
                self._evidence[name] += f": {value.written}"
                return value.at(self._offset)
            return value
        return None

    def _value(self, name: str, pick: Pick, nodes: Sequence[LexborNode], article: Article) -> Any:
        """What the elements say of a field; None where that is nothing."""
        if name == "body":
            text = _body(nodes)
            return text if _is_text(text, article.body) else None
        chosen = nodes[:_MOST_VALUES]
        if pick.attribute is None:
            chosen = _outermost(chosen)  # what stands in one of them is in its text already
        values = filter(None, (self._text(name, pick, node) for node in chosen))
        if name in {"authors", "tags"}:
            listed = list(values)
            return self._listed(name, listed, article) if listed else None
        meanings = (self._meaning(name, value, article) for value in values)
        return next((meaning for meaning in meanings if meaning is not None), None)

    def _listed(self, name: str, values: Sequence[str], article: Article) -> tuple[str, ...] | None:
        """The people, or the tags, in the texts of some elements."""
        if name == "tags":
            return _tags(values)
        names = SiteNames((article.site_name, article.publisher), links.host_of(self._url))
        return tuple(unique(who for value in values for who in people_in(value, names)))

    def _meaning(self, name: str, value: str, article: Article) -> Any:
        """What the text of an element, or of its attribute, means for a field."""
        if name in {"published_at", "modified_at"}:
            return self._stamp(value, article.language)
        return links.absolute(value, self._url) if name == "image_url" else value

    def _text(self, name: str, pick: Pick, node: LexborNode) -> str:
        if pick.attribute is not None:
            value = node.attributes.get(pick.attribute)
        elif name == "image_url":
            value = pictures.source_of(node.attributes)
        else:
            value = " ".join(block.text for block in outline(node).blocks)
        return " ".join((value or "").split())[:_LONGEST]

    def _stamp(self, value: str, language: str | None) -> dates.Stamp | None:
        found = dates.read_machine(value) or dates.read(value, language=language, now=self._now)
        return found if found is not None and dates.plausible(found.day, self._now) else None


def _day_of(tree: LexborHTMLParser, url: str, now: datetime | None) -> date | None:
    """The day that the page says it was published, else that of its fetch; never one to come."""
    fetched = None if now is None else now.date()
    for written in _written_days(tree, url):
        try:
            day = date.fromisoformat(written)
        except ValueError:
            continue
        return day if fetched is None else min(day, fetched)
    return fetched


def _written_days(tree: LexborHTMLParser, url: str) -> Iterable[str]:
    for node in tree.css('script[type*="ld+json" i]'):
        if found := _DECLARED_DATE.search(node.text()):
            yield found[1]
    for node in tree.css(_DATED_META):
        if found := _DATE.match(node.attributes.get("content") or ""):
            yield found[1]
    if found := _DATED_PATH.search(url):
        yield f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"


def _is_text(text: str, general: str) -> bool:
    """Whether a reading by rule is one, held against the general reading."""
    if not text:
        return False
    return len(general) < _ARTICLE_WORTH or len(text) >= LEAST_SHARE * len(general)


def _body(nodes: Sequence[LexborNode]) -> str:
    """The text of the elements, captions left out; what stands in one of them counts once."""
    parts: list[str] = []
    last: LexborNode | None = None
    for node in _outermost(nodes):
        blocks = [block for block in outline(node).blocks if not block.box.places & FIGURE]
        if blocks:
            is_next_item = (
                last is not None
                and node.tag == last.tag == "li"
                and node.parent is not None
                and last.parent is not None
                and node.parent.mem_id == last.parent.mem_id
            )
            parts += ["\n" if is_next_item else "\n\n", Body(blocks).text()]
        last = node
    return "".join(parts[1:])


def _outermost(nodes: Sequence[LexborNode]) -> list[LexborNode]:
    """Those of the elements, given in the order of the page, that stand in none of the others."""
    found: list[LexborNode] = []
    for node in _once(nodes):
        if not found or not _is_inside(node, found[-1]):
            found.append(node)
    return found


def _once(nodes: Iterable[LexborNode]) -> Iterable[LexborNode]:
    """The elements without repeats: Lexbor gives one again for each selector that it matches."""
    return {node.mem_id: node for node in nodes}.values()


def _is_inside(node: LexborNode, other: LexborNode) -> bool:
    above = node.parent
    while above is not None:
        if above.mem_id == other.mem_id:
            return True
        above = above.parent
    return False


def _tags(values: Sequence[str]) -> tuple[str, ...] | None:
    parts = _COMMAS.split(values[0]) if len(values) == 1 else values
    found: dict[str, str] = {}
    for part in parts:
        if tag := part.strip(" #\"'"):
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:_MOST_VALUES] or None
