"""How good an address is as a source, by what is there. Pure; `finding` brings the contents.

A source is to bring all that is new, soon, with its time, and little else. So what counts is how
many entries there are and how fresh they are, whether they have full times, and whether they are
what the address that was given shows: its own article links, or what lies below its section.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from scraper.discover import links
from scraper.discover.contents import Contents
from scraper.pipeline.words import span
from storage.records import SourceKind

_NEWEST: Final = 30  # entries of which is asked whether they are what was wanted
_FEW: Final = 3  # article links of a page that tell what it is about
_HALF: Final = 0.5
_WHOLE: Final = 0.9
_FRESH: Final = timedelta(days=30)
_AGES: Final = (
    (timedelta(days=2), 2.0),
    (timedelta(days=7), 1.5),
    (timedelta(days=30), 0.5),
    (timedelta(days=90), -1.0),
    (timedelta(days=365), -3.0),
)
_ANCIENT: Final = -5.0
_OVERLAP: Final = 3.0


class Sort(StrEnum):
    """What a person may ask for."""

    FEED = "feed"
    SITEMAP = "sitemap"
    INDEX = "index"


def sort_of(kind: SourceKind) -> Sort:
    """The sort that a kind of source belongs to."""
    if kind is SourceKind.INDEX_PAGE:
        return Sort.INDEX
    sitemap = kind in {SourceKind.SITEMAP, SourceKind.SITEMAP_INDEX}
    return Sort.SITEMAP if sitemap else Sort.FEED


def is_same(one: Contents, other: Contents) -> bool:
    """Whether two addresses show one list: the same page, or the same links."""
    if links.key_or_itself(one.url) == links.key_or_itself(other.url):
        return True
    return bool(one.keys) and one.kind is other.kind and one.keys == other.keys


def site_of(url: str) -> str:
    """The host in a link's key; "" for what has none."""
    try:
        return links.normalise(url).removeprefix("https://").partition("/")[0]
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the address that was given shows. `section` is its path, "" for a whole site."""

    links: frozenset[str] = frozenset()  # keys of the article links on it
    section: str = ""  # the beginning of the keys that lie below it: "https://host/world/"
    article: bool = False  # it is an article's own address


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How good it is: the more the better. `share` is None where nothing tells what is wanted."""

    score: float
    share: float | None  # of its newest entries that are what was wanted
    reasons: tuple[str, ...]


def judge(contents: Contents, wanted: Wanted, *, now: datetime) -> Verdict:
    """How good contents with a kind are as a source of what is wanted."""
    assert contents.kind is not None
    sort = sort_of(contents.kind)
    share = _share(contents, wanted, sort)
    points = [_base(contents, sort, now), _number(contents), _age(contents, sort, now)]
    points.append(contents.dated / contents.entries if contents.entries else 0.0)
    points.append(_OVERLAP * (_HALF if share is None else share))
    if wanted.section and share is not None and sort is not Sort.INDEX:
        points.append(-4.0 * (1.0 - share))
    points.append(0.3 * contents.hub - 5.0 * contents.podcast)
    if sort is Sort.INDEX and wanted.article:
        points.append(-4.0)
    return Verdict(
        score=round(sum(points), 2),
        share=share,
        reasons=tuple(_reasons(contents, wanted, share, now)),
    )


def fits(contents: Contents, verdict: Verdict, wanted: Wanted, *, now: datetime) -> bool:
    """Whether it is so good that nothing better need be looked for."""
    if not contents.entries or contents.podcast:
        return False
    if contents.latest_at is not None and now - contents.latest_at > _FRESH:
        return False
    return not wanted.section or verdict.share is None or verdict.share >= _HALF


def _base(contents: Contents, sort: Sort, now: datetime) -> float:
    if sort is Sort.FEED:
        return 4.0
    if sort is Sort.INDEX:
        return 2.0
    if is_news_sitemap(contents):
        return 3.0
    # Without times, and without what looks like articles, all that ever was would count as new.
    recent = contents.latest_at is not None and now - contents.latest_at <= _FRESH
    telling = recent and contents.articles >= _HALF * min(len(contents.keys), contents.entries)
    return 2.0 if telling else -1.0


def is_news_sitemap(contents: Contents) -> bool:
    """Whether its entries have titles and times, as only Google's news extension gives them."""
    return (
        contents.entries > 0 and min(contents.titled, contents.dated) >= _WHOLE * contents.entries
    )


def _number(contents: Contents) -> float:
    return min(contents.entries, 10) / 10 if contents.entries else -6.0


def _age(contents: Contents, sort: Sort, now: datetime) -> float:
    if contents.latest_at is None:
        return 0.0 if sort is Sort.INDEX else -0.5
    age = now - contents.latest_at
    return next((worth for limit, worth in _AGES if age <= limit), _ANCIENT)


def _share(contents: Contents, wanted: Wanted, sort: Sort) -> float | None:
    """The share of the newest entries that are wanted; of a sitemap, or of what is on the page."""
    if len(wanted.links) < _FEW and not wanted.section:
        return None
    newest = contents.keys[:_NEWEST]
    if not newest:
        return None
    meant = sum(key in wanted.links or _is_below(key, wanted.section) for key in newest)
    share = meant / len(newest)
    if sort is Sort.SITEMAP and not wanted.section and wanted.links:
        share = max(share, len(wanted.links.intersection(contents.keys)) / len(wanted.links))
    return share


def _is_below(key: str, section: str) -> bool:
    return bool(section) and key.startswith(section)


def _reasons(
    contents: Contents, wanted: Wanted, share: float | None, now: datetime
) -> Iterator[str]:
    if not contents.entries:
        yield "it lists nothing at the moment"
        return
    if contents.latest_at is None:
        yield "its entries have no times"
    else:
        age = max(now - contents.latest_at, timedelta(0))
        stale = " only" if age > _FRESH else ""
        yield f"its latest entry is{stale} {_ago(age)}"
        if contents.dated >= _WHOLE * contents.entries:
            yield "all are dated" if contents.dated == contents.entries else "nearly all are dated"
    section = urlsplit(wanted.section).path
    is_itself = bool(section) and section.rstrip("/") == urlsplit(contents.url).path.rstrip("/")
    if share is not None and contents.kind is not SourceKind.INDEX_PAGE and not is_itself:
        what = f"belong to {section}" if section else "are on the page"
        yield f"{share:.0%} of the newest {what}"
    if contents.podcast:
        yield "it is a podcast"
    if contents.hub:
        yield "it tells of news at once (WebSub)"


def _ago(age: timedelta) -> str:
    return "a moment old" if age < timedelta(minutes=1) else f"{span(age)} old"


def with_child(index: Contents, child: Contents) -> Contents:
    """A sitemap index, judged by what one of its sitemaps lists."""
    return replace(
        child, url=index.url, kind=index.kind, moved=index.moved, children=index.children
    )
