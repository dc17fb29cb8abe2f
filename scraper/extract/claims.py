"""All that a page says of each field, whichever of it the extraction took.

The extraction notes where it found what it took (`Extraction.evidence`). Here the page is asked
once more for everything that it says of that field, as it has it written: what was taken is among
it, with what lost. Nothing here decides anything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from scraper.extract import authors, body, jsonld, published
from scraper.extract.article import Extraction, page_of, parse, survey
from scraper.extract.head import Head
from scraper.extract.outline import Outline
from scraper.extract.shown import Place, find_shown

MOST: Final = 12  # claims of one field; a page may have thousands
LONGEST: Final = 500  # characters of one
_SHOWN: Final = 5  # times that the page shows, the likeliest first

_METAS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "title": ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title"),
        "standfirst": ("og:description", "description", "twitter:description", "dc.description"),
        "section": ("article:section", "parsely-section", "section", "og:article:section"),
        "site_name": ("og:site_name", "application-name", "apple-mobile-web-app-title"),
        "publisher": ("dc.publisher", "dcterms.publisher", "publisher", "copyright"),
        "image_url": ("og:image:secure_url", "og:image", "twitter:image", "twitter:image:src"),
        "canonical_url": ("og:url",),
        "language": ("og:locale", "content-language", "dc.language"),
        "kind": ("og:type",),
    }
)
_LINKED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "title": ("headline", "name", "alternativeHeadline"),
        "standfirst": ("description",),
        "section": ("articleSection",),
        "publisher": ("publisher", "sourceOrganization"),
        "image_url": ("image",),
        "canonical_url": ("url", "mainEntityOfPage"),
        "language": ("inLanguage",),
        "paywalled": ("isAccessibleForFree",),
        "kind": ("@type",),
    }
)
_TAGS: Final = (  # meta elements, and what find_tags calls them
    ("article:tag", "article:tag"),
    ("news_keywords", "meta news_keywords"),
    ("parsely-tags", "meta tags"),
    ("sailthru.tags", "meta tags"),
    ("keywords", "meta keywords"),
)
_LINKS: Final = MappingProxyType({"canonical_url": "canonical", "image_url": "image_src"})
_ADDRESSES: Final = ("url", "@id", "contentUrl")  # of a thing that stands for a picture or a page
_FIELDS: Final = ("title", "authors", "published_at", "modified_at", "tags", *_METAS, "paywalled")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a page says of a field: where, named as in `Extraction.evidence`, and in which words."""

    place: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A page, as its fields were read from it."""

    head: Head
    headings: list[str]
    outline: Outline
    extraction: Extraction
    first: int  # the block its body begins at …
    last: int  # … and ends at
    now: datetime | None


def claims(
    extraction: Extraction, html: bytes, headers: Mapping[str, str], *, now: datetime | None = None
) -> dict[str, list[Claim]]:
    """For each field that the page says anything of, the claims in the order they are trusted.

    `html`, `headers` and `now` are those that `extraction` was read from. At most `MOST` of a
    field, each cut to `LONGEST` characters.
    """
    tree = parse(html, headers)
    head, headings, found = survey(tree)
    chosen = body.find_body(found, page_of(head, extraction.article.title or ""))
    asked = _Asked(
        head=head,
        headings=headings,
        outline=found,
        extraction=extraction,
        first=chosen.first,
        last=chosen.last,
        now=now,
    )
    every = ((name, _few(_of(name, asked))) for name in dict.fromkeys(_FIELDS))
    return {name: few for name, few in every if few}


def _few(found: Iterable[Claim]) -> list[Claim]:
    """The first few of them, each once."""
    few: dict[Claim, None] = {}
    for claim in islice(found, 10 * MOST):
        text = " ".join(claim.text[: 4 * LONGEST].split())[:LONGEST]
        if text:
            few.setdefault(Claim(claim.place[:LONGEST], text))
    return list(few)[:MOST]


def _of(name: str, asked: _Asked) -> Iterator[Claim]:
    special = _SPECIAL.get(name)
    if special is not None:
        yield from special(asked)
        return
    yield from _linked(name, asked.head)
    yield from _metas(name, asked.head)
    yield from _elsewhere(name, asked)


def _linked(name: str, head: Head) -> Iterator[Claim]:
    """What JSON-LD says of the article."""
    for key in _LINKED.get(name, ()):
        for value in head.data.all(head.data.article.get(key)):
            for text in _texts(value):
                yield Claim(f"json-ld {key.lstrip('@')}", text)


def _texts(value: Any) -> Iterator[str]:
    """The words of a value of JSON-LD's: its text, its name, or its address."""
    if isinstance(value, bool):
        yield "true" if value else "false"
        return
    text = jsonld.plain(value)
    if text is None and isinstance(value, dict):
        text = next((at for key in _ADDRESSES if isinstance(at := value.get(key), str)), None)
    if text:
        yield text


def _metas(name: str, head: Head) -> Iterator[Claim]:
    for meta in _METAS.get(name, ()):
        for text in head.all(meta):
            yield Claim(meta, text)


def _elsewhere(name: str, asked: _Asked) -> Iterator[Claim]:
    """What links, the title, the headings and the markup say."""
    head = asked.head
    relation = _LINKS.get(name)
    if relation is not None and relation in head.links:
        yield Claim(f"link {relation}", head.links[relation])
    if name == "title":
        yield Claim("title", head.title)
        for heading in asked.headings:
            yield Claim("h1", heading)
    if name == "language":
        yield Claim("html lang", head.language)


def _tags(asked: _Asked) -> Iterator[Claim]:
    """Each list of tags as one claim: a page takes all of one list, and none of the others."""
    head = asked.head
    keywords = head.data.all(head.data.article.get("keywords"))
    linked = (text for value in keywords for text in _texts(value))
    yield Claim("json-ld keywords", ", ".join(islice(linked, 10 * MOST)))
    for meta, place in _TAGS:
        yield Claim(place, ", ".join(islice(head.all(meta), 10 * MOST)))


def _authors(asked: _Asked) -> Iterator[Claim]:
    for values, place in authors.sources(asked.head, asked.outline, asked.first, asked.last):
        yield Claim(place, "; ".join(islice(dict.fromkeys(values), MOST)))


def _published(asked: _Asked) -> Iterator[Claim]:
    language = asked.extraction.article.language
    for stamp, place in published.declared_all(asked.head, language):
        yield Claim(place, stamp.written)
    for stamp, place in published.declared_otherwise(asked.head, language):
        yield Claim(place, stamp.written)
    yield from _times(asked, updated=False)
    day = published.in_url(asked.extraction.article.url)
    if day is not None:
        yield Claim("address", day.isoformat())


def _modified(asked: _Asked) -> Iterator[Claim]:
    for stamp, place in published.modified_all(asked.head):
        yield Claim(place, stamp.written)
    yield from _times(asked, updated=True)


def _times(asked: _Asked, *, updated: bool) -> Iterator[Claim]:
    """The times that the page shows near its headline."""
    place = Place(asked.outline, asked.first, asked.extraction.article.language, asked.now)
    shown = (each for each in find_shown(place) if each.updated == updated)
    for each in islice(shown, _SHOWN):
        yield Claim(each.source, each.stamp.written)


_SPECIAL: Final[Mapping[str, Callable[[_Asked], Iterator[Claim]]]] = MappingProxyType(
    {
        "tags": _tags,
        "authors": _authors,
        "published_at": _published,
        "modified_at": _modified,
    }
)
