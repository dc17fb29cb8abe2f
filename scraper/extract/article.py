"""From a page to an article: the order of the readings, and what each is told of the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from selectolax.lexbor import (
    LexborDocumentOptions,
    LexborHTMLParser,
    LexborNode,
    SelectolaxError,
)

from scraper.errors import ExtractError
from scraper.extract import (
    authors,
    body,
    fields,
    guard,
    kinds,
    links,
    paywall,
    pictures,
    published,
    titles,
)
from scraper.extract.head import Head
from scraper.extract.outline import Outline, outline
from scraper.extract.regions import Page
from scraper.extract.sites import Rule, Sites
from scraper.extract.votes import MOST_HEADINGS, find_region
from scraper.text import languages
from scraper.text.charset import to_utf8
from storage.records import Article, ArticleKind

_OPTIONS: Final = int(LexborDocumentOptions.WO_EVENTS)
_NEXT_TO_NOTHING: Final = 300  # characters
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """An article, and for each of its fields where on the page it was found.

    `rule`: the site's own rule that was applied, `matched` what it names and the page has,
    `missed` what the page lacks. `offset`: that from UTC which the page's times bear.
    """

    article: Article
    evidence: Mapping[str, str]
    rule: str | None = None
    matched: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    offset: timedelta | None = None


@dataclass(frozen=True, slots=True)
class _Given:
    """What all fields are read from.

    What the page declares, the texts of its first headings, its outline and its address; and now.
    """

    head: Head
    shown: list[str]
    outline: Outline
    url: str
    now: datetime | None


class _Fields:
    """The fields found so far: their evidence, and the offset of their times from UTC."""

    def __init__(self) -> None:
        self.evidence: dict[str, str] = {}
        self.offset: timedelta | None = None

    def note(self, name: str, found: tuple[_Value, str] | None) -> _Value | None:
        if found is None:
            return None
        value, source = found
        self.evidence[name] = source
        return value


def read(
    html: bytes, url: str, headers: Mapping[str, str], now: datetime | None, sites: Sites
) -> Extraction:
    """The article on a page; see `scraper.extract.extract`."""
    tree = parse(html, headers)
    rule = sites.rule_for(tree, url, now)
    head, shown, found = survey(tree)
    if not (found.blocks or head.meta or head.title):
        raise ExtractError("The page holds no text at all.", permanent=True)
    given = _Given(head, shown, found, url, now)
    general = _assemble(given)
    return general if rule is None else _ruled(rule, general, given)


def parse(html: bytes, headers: Mapping[str, str]) -> LexborHTMLParser:
    """The tree of a page as all readings have it: in its charset, and tamed.

    Raises ExtractError where there is none.
    """
    source = guard.tame(to_utf8(html, headers))
    try:
        return LexborHTMLParser(source, options=_OPTIONS)
    except (SelectolaxError, ValueError) as error:
        message = f"The page cannot be parsed: {error}"
        raise ExtractError(message, permanent=True) from error


def survey(tree: LexborHTMLParser) -> tuple[Head, list[str], Outline]:
    """What a parsed page declares, the texts of its first headings, and its outline."""
    head = Head(tree)
    region = find_region(tree)
    if not published.is_declared(head):
        region.everything = True  # the date may stand anywhere, and much else with it
    found = outline(tree.body, region) if tree.body is not None else Outline()
    head.add(found)
    return (
        head,
        [titles.heading_text(node.text()) for node in region.headings[:MOST_HEADINGS]],
        found,
    )


def page_of(head: Head, title: str) -> Page:
    """What the reading of the body is told of the page: its headline, and what it declares."""
    return Page(head.title, title, head.meta.get("og:description", ""), head.data.body())


def _ruled(rule: Rule, general: Extraction, given: _Given) -> Extraction:
    """What the site's own rule finds, over the general reading."""

    def read_inside(box: LexborNode) -> tuple[Article, Mapping[str, str]]:
        inside = _assemble(replace(given, outline=outline(box)))
        return inside.article, inside.evidence

    ruled = rule.apply(general.article, general.evidence, read_inside, general.offset)
    article, evidence = ruled.article, dict(ruled.evidence)
    if "body" in ruled.matched:  # how long it is tells of the kind, too
        kind, evidence["kind"] = kinds.find_kind(
            given.head, given.url, article.word_count, article.title
        )
        article = replace(article, kind=kind)
    return Extraction(
        article=article,
        evidence=evidence,
        rule=ruled.rule,
        matched=ruled.matched,
        missed=ruled.missed,
        offset=general.offset,
    )


def _assemble(given: _Given) -> Extraction:
    """The body and its times first: where the text begins and ends tells the other fields apart."""
    noted = _Fields()
    article, sites, chosen = _text_and_times(given, noted)
    note, head, found = noted.note, given.head, given.outline
    first, last, title = chosen.first, chosen.last, article.title
    picture = note("image_url", pictures.find_picture(head, found, given.url, first, last))
    article = replace(
        article,
        canonical_url=note("canonical_url", links.canonical(head, given.url)),
        standfirst=note(
            "standfirst",
            fields.find_standfirst(head, found, title, article.body, first, chosen.standfirst),
        ),
        authors=tuple(note("authors", authors.find_authors(head, found, sites, first, last)) or ()),
        section=note("section", fields.find_section(head, title)),
        tags=note("tags", fields.find_tags(head)) or (),
        image_url=picture,
        image_caption=note(
            "image_caption", pictures.find_caption(head, found, picture, first, last)
        ),
        paywalled=note("paywalled", paywall.find_paywall(head, found, last, article.word_count)),
        kind=note("kind", kinds.find_kind(head, given.url, article.word_count, title))
        or ArticleKind.ARTICLE,
    )
    return Extraction(article=article, evidence=noted.evidence, offset=noted.offset)


def _text_and_times(given: _Given, noted: _Fields) -> tuple[Article, titles.SiteNames, body.Body]:
    """The article as far as its names, body and times; the site's names, and the body's blocks."""
    head, found, url, note = given.head, given.outline, given.url, noted.note
    site_name = note("site_name", fields.find_site_name(head))
    publisher = note("publisher", fields.find_publisher(head))
    sites = titles.SiteNames(
        (site_name, publisher, head.meta.get("application-name")),
        links.host_of(url),
        titles.names_of_logos(found),
    )
    title = note("title", titles.find_title(head, given.shown, sites, found))
    page = page_of(head, title or "")
    chosen = body.find_body(found, page)
    text, source = body_text(chosen, page.declared, len(found.blocks))
    language = note("language", _language(text or title or "", head))
    if text:
        noted.evidence["body"] = source
    times = _times(given, noted, _locale(head, language), chosen.first)
    published_at, modified_at = times.moments()
    article = Article(
        url=url,
        title=title,
        published_at=published_at,
        modified_at=modified_at,
        body=text,
        language=language,
        site_name=site_name,
        publisher=publisher,
        word_count=fields.count_words(text),
    )
    return article, sites, chosen


def _times(given: _Given, noted: _Fields, locale: str | None, first: int) -> published.Times:
    """When the article was published and modified, with the evidence as the page has it written."""
    times = published.find_times(
        given.head, given.outline, given.url, language=locale, first=first, now=given.now
    )
    for name, stamp in (("published_at", times.published), ("modified_at", times.modified)):
        if stamp is not None:
            noted.evidence[name] = f"{stamp[1]}: {stamp[0].written}"
    noted.offset = times.offset()
    return times


def body_text(chosen: body.Body, declared: str, count: int) -> tuple[str, str]:
    """The body as the page shows it; as JSON-LD has it where the page shows next to nothing."""
    shown = chosen.text()
    if len(shown) < _NEXT_TO_NOTHING and len(declared) > 3 * len(shown) + _NEXT_TO_NOTHING:
        return declared, "json-ld articleBody"
    return shown, f"blocks {chosen.first} to {chosen.last} of {count}"


def _language(text: str, head: Head) -> tuple[str, str] | None:
    """The language of the text; that of the markup only where the text is too short to tell."""
    declared = head.language.split("-")[0].split("_")[0].lower()
    found = languages.identify(text, declared)
    if found:
        return found, "text"
    if len(declared) == 2 and declared.isalpha() and text:
        return declared, "html lang"
    return None


def _locale(head: Head, language: str | None) -> str | None:
    """The language, with its country where the markup adds one: for the order of day and month."""
    declared = head.language.replace("_", "-").lower()
    locale = head.meta.get("og:locale", "").replace("_", "-").lower()
    for each in (declared, locale):
        if language and each.startswith(f"{language}-"):
            return each
    return language
