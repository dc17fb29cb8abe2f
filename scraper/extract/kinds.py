"""What sort of page it is: an article, a live blog, a film, a gallery, a list, an opinion, paid."""

import re
from typing import Final

from scraper.extract import jsonld
from scraper.extract.head import Head
from storage.records import ArticleKind

_PATHS: Final = (
    (
        re.compile(
            r"/(?:live(?:-?(?:blog|updates?|news|ticker|coverage|reporting))?|en-direct|directo|"
            r"en-vivo|minuto-a-minuto|diretta|ao-vivo|na-zywo)(?:/|$)|"
            r"/(?:liveblog|live-blog|live-updates|liveticker|live-ticker)-"
        ),
        ArticleKind.LIVE_BLOG,
    ),
    (
        re.compile(
            r"/(?:sponsored|sponsored-content|partner-content|advertorials?|paid-content|paidpost|"
            r"brandstudio|branded-content|brandvoice|anzeigen?)(?:/|-|$)"
        ),
        ArticleKind.PAID,
    ),
    (
        re.compile(
            r"/(?:opinions?|commentisfree|comment|editorials?|op-?eds?|columnists?|columns?|meinung|"
            r"kommentare?|opinion(?:es)?|opini[aã]o|tribunes?|idees|commentary|"
            r"leitartikel|chroniques?|columnas?|editoriali|opinie|mening|ledare|kronikk|mneniya)(?:/|$)"
        ),
        ArticleKind.OPINION,
    ),
    (
        re.compile(
            r"/(?:gallery|galleries|fotos|photos|pictures|in-pictures|bilder|galerie|fotogalerie|"
            r"bildergalerie|photo-gallery|fotogaleria|galeria|diaporama|slideshow)(?:/|-|$)"
        ),
        ArticleKind.GALLERY,
    ),
)
_VIDEO_PATH: Final = re.compile(r"/(?:videos?|watch|mediathek)(?:/|$)")
_INDEX_PATH: Final = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|sections?|authors?|thema|themen|rubriken?|schlagworte?|"
    r"etiquetas?|temas?|mots-cles|archives?)/[^/]*/?$"
)
_HOME: Final = re.compile(r"https?://[^/?]+/?(?:index\.\w+)?$")
# The sections and types under which papers keep opinion and what is paid for, in whole.
_OPINION: Final = re.compile(
    r"(?:guest |news )?(?:opinions?|op-?eds?|editorials?|commentary|columns?|columnists?|"
    r"comment is free|letters)(?: (?:&|and) \w+)?|meinung(?:en)?|kommentare?|leitartikel|"
    r"gastbeitr[aä]ge?|колонки|колумнисты|"
    r"opini[oó]n(?:es)?|columnas?|opini[aã]o|tribunes?|d[ée]bats|id[ée]es|chroniques?|opinioni|"
    r"editoriali|commenti|opinie|felietony?|ledare?|kronikk?|debatt|мнени[яе]|думки|"
    r"رأي|آراء|مقالات الرأي|دیدگاه|评论|評論|社論|社论|社説|오피니언|사설|칼럼|görüş|yazarlar",
    re.IGNORECASE,
)
_PAID: Final = re.compile(
    r"sponsored(?: (?:content|post))?|advertorials?|paid (?:content|post|partnership)|anzeigen?|"
    r"partner content|brand(?:ed)? (?:content|voice|studio|room)|publireportage|publirreportaje|"
    r"contenu partenaire|werbung",
    re.IGNORECASE,
)
_LIVE_TITLE: Final = re.compile(
    r"^\W*live\s*(?:[:|–—]|blog|ticker|updates?:)|\blive ?(?:blog|ticker)\b|"
    r"[-–—|:]\s*(?:live(?: updates)?|as it happened)\W*$|^(?:en direct|en directo|en vivo|"
    r"minuto a minuto|diretta|ao vivo)\s*[:|–—,]",
    re.IGNORECASE,
)
_LITTLE_TEXT: Final = 120  # words: a page with a film and no more than these is about the film


def find_kind(head: Head, url: str, words: int, title: str | None) -> tuple[ArticleKind, str]:
    """What sort of page it is, and what of it tells: types, section, address, headline, films."""
    return (
        _by_type(head)
        or _by_section(head)
        or _by_address(head, url.lower(), words)
        or _by_headline(title)
        or _by_media(head, words)
        or (ArticleKind.ARTICLE, "nothing says otherwise")
    )


def _by_type(head: Head) -> tuple[ArticleKind, str] | None:
    types = jsonld.types_of(head.data.article)
    if "liveblogposting" in types or any(True for _ in head.data.of_type("liveblogposting")):
        return ArticleKind.LIVE_BLOG, "json-ld type"
    if "advertisercontentarticle" in types:
        return ArticleKind.PAID, "json-ld type"
    if "opinionnewsarticle" in types:
        return ArticleKind.OPINION, "json-ld type"
    return None


def _by_section(head: Head) -> tuple[ArticleKind, str] | None:
    sections = [
        (text, "json-ld articleSection")
        for value in head.data.all(head.data.article.get("articleSection"))
        if (text := jsonld.plain(value))
    ]
    declared = head.first("article:section", "parsely-section", "section")
    for text, source in (*sections, *((declared,) if declared else ())):
        if _PAID.fullmatch(text):
            return ArticleKind.PAID, source
        if _OPINION.fullmatch(text):
            return ArticleKind.OPINION, source
    return None


def _by_address(head: Head, url: str, words: int) -> tuple[ArticleKind, str] | None:
    path = url.split("?", 1)[0]
    for pattern, kind in _PATHS:
        if pattern.search(path):
            return kind, "address"
    short = words < _LITTLE_TEXT
    if short and _VIDEO_PATH.search(path):
        return ArticleKind.VIDEO, "address"
    # An article is described as one; the page of a topic, or the first of a site, is not.
    if head.data.article or head.meta.get("og:type", "").lower() == "article":
        return None
    if _HOME.match(url) or (short and _INDEX_PATH.search(path)):
        return ArticleKind.INDEX, "address"
    return None


def _by_headline(title: str | None) -> tuple[ArticleKind, str] | None:
    if title and _LIVE_TITLE.search(title):
        return ArticleKind.LIVE_BLOG, "headline"
    return None


def _by_media(head: Head, words: int) -> tuple[ArticleKind, str] | None:
    """A film or pictures that are all there is, or a list of other pages."""
    if head.data.article:
        return None
    if any(True for _ in head.data.of_type("imagegallery", "mediagallery")):
        return ArticleKind.GALLERY, "json-ld type"
    if words >= _LITTLE_TEXT:
        return None
    if head.meta.get("og:type", "").lower().startswith("video") or any(
        True for _ in head.data.of_type("videoobject")
    ):
        return ArticleKind.VIDEO, "a film and little text"
    if any(True for _ in head.data.of_type("collectionpage")):
        return ArticleKind.INDEX, "json-ld type"
    return None
