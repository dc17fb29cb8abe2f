"""Which links of an HTML page are articles, where there is no feed.

Each link is judged by its address (`article_links`), by the text it shows (headlines are long), by
where it stands (in a heading, in the main part, or in navigation and footer), by a time beside it,
and by company: links in the same structure share their fate, and where a page's articles are
numbered or dated, what is not has to say more for itself. What other links of the page lie below is
a section, not an article. How well that does is measured by `bench/index_pages.py`.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from scraper.discover import article_links, hubs, index_links, links
from scraper.discover.discovery import Discovery
from scraper.discover.fields import MAX_TITLE, distinct, entry, language, plain
from scraper.discover.html_stream import stream
from scraper.discover.index_links import Anchor, PageLinks, Place
from scraper.discover.sites import registrable
from scraper.errors import DiscoverError
from storage.records import Entry, SourceKind

MAX_INDEX_ENTRIES: Final = 1_000

THRESHOLD: Final = 4.0
"""What a link has to score. A dated address with a headline has 7, a section in a heading 3."""

_LOOKED_AT: Final = 5_000  # tags and texts, to see whether a page says anything
_FEW_WORDS: Final = 100  # a page that says no more is made by its scripts, if it has any
_SURE_SHAPE: Final = 1.5  # an address that alone speaks for an article
_ARTICLE_SHAPE: Final = 3.0  # an address that is an article's though others lie below it
_SHORT: Final = 12  # the length below which a text is a section's name
_HEADLINE: Final = 25  # the length from which a text is a headline, in letters
_COMPANY: Final = 3  # so many promising links in one structure make a list of articles
_LIST: Final = 5  # so many headlines in one structure, below one address, make one without more
_CUSTOM: Final = 10  # so many articles show how a site builds their addresses
_UNCUSTOMARY: Final = 2.0  # what an address loses that is not built so
_MOSTLY: Final = 0.7
_NEARLY_ALL: Final = 0.8
_PLACE_WORTH: Final = {
    Place.NAVIGATION: -3.0,
    Place.FOOTER: -3.0,
    Place.HEADER: -2.0,
    Place.ASIDE: -0.5,
    Place.MAIN: 0.5,
    Place.ARTICLE: 1.0,
}

_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BULLETS: Final = " •·●◦▪■►▶»›◎*–|"
_GENERIC = re.compile(
    r"(?:(?:read|see|view|show|load|find out|learn)\s+(?:more|full|all|article|story|on)\b.{0,20}"
    r"|more(?: (?:articles|news|posts|stories))?|continue(?: reading)?.{0,20}|full story|share"
    r"|(?:\d+ )?(?:comments?|kommentare?|coment[aá]rios|commentaires?|комментари\w+|yorum)"
    r":?(?: \d+)?"
    r"|watch(?: now)?|listen"
    r"|weiterlesen|mehr(?: lesen)?|mehr erfahren|lire (?:la suite|plus|l.article)|leer más|ver más"
    r"|seguir leyendo|leia mais|saiba mais|leggi(?: tutto| di più)?"
    r"|lees (?:meer|verder)|czytaj.{0,12}"
    r"|читать.{0,20}|подробнее|далее|devamını oku|اقرأ.{0,15}|المزيد"
    r"|続きを読む|더보기|阅读全文|更多)"
    r"[\s.…»›>→:]*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Candidate:
    """A link that may be an article, with all that the page says of it."""

    url: str
    place: Place
    title: str | None = None
    text: str | None = None  # the longest that a link to it shows outside of headings
    in_heading: bool = False
    shapes: set[int] = field(default_factory=set)
    time: str | None = None
    score: float = 0.0


def read(text: str, url: str, now: datetime) -> Discovery:
    """The articles that a page links to. DiscoverError if there are none."""
    found = index_links.read(text, url, _judge(url))
    feeds = tuple(dict.fromkeys(feed for feed in found.feeds if feed != url))
    entries = _entries(_candidates(found), now)
    title = plain(found.title, MAX_TITLE)
    if not entries:
        raise DiscoverError(_nothing(title, feeds, made_by_script=_is_made_by_script(text)))
    named = hubs.gathered(found.related)
    return Discovery(
        kind=SourceKind.INDEX_PAGE,
        title=title,
        entries=entries,
        feeds=feeds,
        language=language(found.language),
        hubs=named.hubs,
        self_url=named.topic,
        older=named.older,
    )


def _judge(url: str) -> Callable[[str], bool]:
    """Says of a link, as `links.resolve` gives it, whether it may be an article of the site."""
    hosts = {_authority(url): True}
    site, own = registrable(links.hostname(url)), _bare(url)

    def belongs(link: str) -> bool:
        host = links.hostname(link)
        return registrable(host) == site and not article_links.is_service(host, site)

    def is_candidate(link: str) -> bool:
        authority = _authority(link)
        if authority not in hosts:
            hosts[authority] = belongs(link)
        return hosts[authority] and article_links.is_possible(link) and _bare(link) != own

    return is_candidate


def _authority(url: str) -> str:
    return url.split("/", 3)[2]


def _bare(url: str) -> str:
    """A link without what two links to one page differ by most often."""
    return url.partition("#")[0].partition("://")[2].removeprefix("www.").rstrip("/")


def _is_made_by_script(text: str) -> bool:
    """Whether hardly anything is on the page before its scripts have run."""
    if "<script" not in text.lower():
        return False
    shown = "".join(each for each in islice(stream(text), _LOOKED_AT) if isinstance(each, str))
    return len(shown.split()) < _FEW_WORDS


def _nothing(title: str | None, feeds: tuple[str, ...], *, made_by_script: bool) -> str:
    called = f" titled “{title[:80]}”" if title else ""
    what = f"The page is an HTML page{called} with no article links."
    if feeds:
        return f"{what} It advertises these feeds; give one of them: {', '.join(feeds[:5])}"
    if made_by_script:
        what += ' Its scripts seem to make it: render = "browser" shows it in Chromium.'
    return f"{what} Give the address of a feed, a sitemap, or a page that lists articles."


def _candidates(found: PageLinks) -> list[_Candidate]:
    """The links that may be articles, in the order of the page, every link once."""
    candidates: dict[str, _Candidate] = {}
    for anchor in found.anchors:
        known = candidates.get(anchor.url)
        if known is None:
            known = candidates[anchor.url] = _Candidate(url=anchor.url, place=anchor.place)
        _join(known, anchor)
    for url, candidate in candidates.items():
        candidate.time = found.times.get(url)
        if candidate.title is None or len(candidate.title) < _SHORT:
            candidate.title = _text(found.headings.get(url, "")) or candidate.title
    return list(candidates.values())


def _join(known: _Candidate, anchor: Anchor) -> None:
    """Add one more link to the same article: of picture, headline and “more” the headline wins."""
    known.shapes.add(anchor.shape)
    known.place = _better(known.place, anchor.place)
    heading, text, label = _text(anchor.heading), _text(anchor.text), _text(anchor.label)
    if heading and not known.in_heading:
        known.title, known.in_heading = heading, True
    elif not known.in_heading and text and len(text) > len(known.text or ""):
        known.title = known.text = text
    elif label and not known.title:
        known.title = label


def _better(one: Place, other: Place) -> Place:
    """Of two places of one link, the one that speaks for it."""
    return max(one, other, key=_place_score)


def _text(written: str) -> str | None:
    """A text as a title; None for an empty one and for “read more”."""
    text = (plain(written, MAX_TITLE) or "").lstrip(_BULLETS)
    return None if not text or _GENERIC.fullmatch(text) else text


def _entries(candidates: list[_Candidate], now: datetime) -> tuple[Entry, ...]:
    """The candidates that are articles, in their order."""
    chosen = _chosen(candidates, frozenset())
    if len(chosen) < _LIST:
        chosen = _chosen(candidates, _lists(candidates))
    return distinct(
        entry(one.url, one.url, now=now, title=one.title, published=one.time)
        for one in chosen[:MAX_INDEX_ENTRIES]
    )


def _chosen(candidates: list[_Candidate], lists: frozenset[int]) -> list[_Candidate]:
    """The candidates that score enough, where the structures in `lists` are lists of articles."""
    navigation_tells = _navigation_tells(candidates)
    for candidate in candidates:
        listed = not lists.isdisjoint(candidate.shapes)
        candidate.score = _score(candidate, listed=listed, navigation_tells=navigation_tells)
    _count_company(candidates, navigation_tells=navigation_tells)
    _follow_custom(candidates)
    sections = _sections(candidates)
    return [one for one in candidates if one.score >= THRESHOLD and one.url not in sections]


def _navigation_tells(candidates: list[_Candidate]) -> bool:
    """Whether standing in navigation means anything here.

    Some sites wrap the whole page into an element that calls itself navigation.
    """
    headlines = [one for one in candidates if _length(one.title) >= _HEADLINE]
    inside = sum(Place.NAVIGATION in one.place for one in headlines)
    return inside <= _MOSTLY * len(headlines)


def _lists(candidates: list[_Candidate]) -> frozenset[int]:
    """The structures in which most links show headlines, and nearly all lie below one address.

    Where a page has hardly any other article they are its list, though an address such as
    `/blog/gofix` does not say so.
    """
    members: dict[int, list[_Candidate]] = {}
    for candidate in candidates:
        if not candidate.place & (Place.NAVIGATION | Place.FOOTER | Place.HEADER):
            for shape in candidate.shapes:
                members.setdefault(shape, []).append(candidate)
    return frozenset(shape for shape, group in members.items() if _is_list(group))


def _is_list(group: list[_Candidate]) -> bool:
    headlines = sum(_length(one.title) >= _HEADLINE for one in group)
    folders = Counter(one.url.rstrip("/").rpartition("/")[0] for one in group)
    together = max(folders.values())
    return headlines >= max(_LIST, len(group) / 2) and together >= _NEARLY_ALL * len(group)


def _score(candidate: _Candidate, *, listed: bool, navigation_tells: bool) -> float:
    length = _length(candidate.title)
    announced = candidate.in_heading or candidate.time is not None
    said = (announced and length >= _HEADLINE) or (listed and length >= _SHORT)
    if article_links.score(candidate.url) < _SURE_SHAPE and not said:
        return 0.0
    return _total(candidate, navigation_tells=navigation_tells) + 2.0 * listed


def _total(candidate: _Candidate, *, navigation_tells: bool) -> float:
    place = candidate.place if navigation_tells else candidate.place & ~Place.NAVIGATION
    total = article_links.score(candidate.url) + _title_score(_length(candidate.title))
    total += _place_score(place)
    return total + 2.0 * candidate.in_heading + 1.0 * (candidate.time is not None)


def _title_score(length: float) -> float:
    if length >= _HEADLINE:
        return 2.0
    if length >= _SHORT:
        return 0.5
    return -1.5 if length else 0.0


def _place_score(place: Place) -> float:
    total = 0.0
    for part, worth in _PLACE_WORTH.items():
        if part in place:
            total += worth
    return total


def _length(title: str | None) -> float:
    """The length of a title in letters; an ideograph or a syllable says as much as some three."""
    return len(title) + 2 * len(_EAST_ASIAN.findall(title)) if title else 0


def _count_company(candidates: list[_Candidate], *, navigation_tells: bool) -> None:
    """Lift what stands in one structure with other promising links.

    Such company announces a headline whose address says little, as a heading does.
    """
    promising = Counter(
        shape
        for candidate in candidates
        if candidate.score >= THRESHOLD - 1 and _length(candidate.title) >= _HEADLINE
        for shape in candidate.shapes
    )
    for candidate in candidates:
        if any(promising[shape] >= _COMPANY for shape in candidate.shapes):
            if not candidate.score and _length(candidate.title) >= _HEADLINE:
                candidate.score = _total(candidate, navigation_tells=navigation_tells)
            candidate.score += 1.0


def _follow_custom(candidates: list[_Candidate]) -> None:
    """Doubt addresses without number or date on a page where nearly all articles have one."""
    articles = [
        one for one in candidates if one.score >= THRESHOLD and _length(one.title) >= _HEADLINE
    ]
    identified = sum(article_links.identified(one.url) for one in articles)
    if len(articles) < _CUSTOM or identified < _NEARLY_ALL * len(articles):
        return
    for candidate in candidates:
        if candidate.score and not article_links.identified(candidate.url):
            candidate.score -= _UNCUSTOMARY


def _sections(candidates: list[_Candidate]) -> set[str]:
    """The links below which several others lie, unless they look like articles themselves."""
    below: Counter[str] = Counter()
    paths: dict[str, str] = {}
    for candidate in candidates:
        parts = [_authority(candidate.url), *article_links.segments(candidate.url)]
        paths[candidate.url] = "/".join(parts)
        below.update("/".join(parts[:depth]) for depth in range(2, len(parts)))
    return {
        url
        for url, path in paths.items()
        if below[path] >= _COMPANY and article_links.score(url) < _ARTICLE_SHAPE
    }
