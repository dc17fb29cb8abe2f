"""What is at an address, summed up for whoever chooses between several: `look(page)`.

A sitemap may list fifty thousand links; what is said of them here is small, whatever the page.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from scraper.discover import article_links, candidates, links
from scraper.discover.candidates import Named
from scraper.discover.reading import discover
from scraper.errors import DiscoverError
from scraper.text import charset
from storage.records import Entry, Page, SourceKind

SHOWN: Final = 5
MAX_KEYS: Final = 5_000
"""So many links are told apart; of longer lists, the newest."""

_AHEAD: Final = timedelta(days=1)  # by which the latest entry may be ahead of the clock
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_MOST: Final = 0.8
_AUDIO = re.compile(rb"<enclosure\b[^<>]{0,500}\baudio/|\"mime_type\"\s*:\s*\"audio/")
_COMMENT_TITLE = re.compile(
    r"(?:(?:by|von|por|de|par):? |(?:re|comment(?:s|ed)? (?:on|by)|kommentar (?:zu|von)):? )",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A page, as far as it matters for choosing it as a source.

    `kind` None: it cannot be one, `problem` says why. `keys` are the links' keys (links.normalise),
    the newest first where times are known. `articles` counts the links whose address looks like an
    article's. `url` is where the page really is, after redirects.
    """

    url: str
    kind: SourceKind | None
    problem: str | None = None
    moved: bool = False  # for good
    title: str | None = None
    language: str | None = None
    entries: int = 0
    dated: int = 0
    titled: int = 0
    articles: int = 0
    latest_at: datetime | None = None
    latest: tuple[Entry, ...] = ()
    keys: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    hub: bool = False
    podcast: bool = False
    comments: bool = False
    named: Named | None = None


def look(page: Page) -> Contents:
    """What a page is and lists. Pure and picklable; never raises for what a page holds."""
    named = _named(page)
    try:
        found = discover(page)
    except DiscoverError as error:
        return Contents(
            url=page.url, kind=None, problem=str(error), moved=page.permanent_redirect, named=named
        )
    newest = sorted(found.entries, key=lambda one: _time(one) or _LONG_AGO, reverse=True)
    limit = page.fetched_at + _AHEAD
    return Contents(
        url=page.url,
        kind=found.kind,
        moved=page.permanent_redirect,
        title=found.title,
        language=found.language,
        entries=len(newest),
        dated=sum(one.published_at is not None for one in newest),
        titled=sum(one.title is not None for one in newest),
        articles=sum(_is_article(one.url) for one in newest[:MAX_KEYS]),
        latest_at=next((at for one in newest if (at := _time(one)) and at <= limit), None),
        latest=tuple(newest[:SHOWN]),
        keys=_keys(newest[:MAX_KEYS]),
        children=found.children[:MAX_KEYS],
        hub=found.hub is not None,
        podcast=_is_podcast(page, newest),
        comments=candidates.are_comments(page.url, found.title) or _are_comments(newest),
        named=named if found.kind is SourceKind.INDEX_PAGE else None,
    )


def sitemaps_of_robots(page: Page) -> tuple[candidates.Candidate, ...]:
    """The sitemaps of a site, from its robots.txt and at usual places. Pure and picklable."""
    return candidates.sitemaps(page.url, charset.decode(page.body, page.headers))


def _named(page: Page) -> Named | None:
    if page.body[:1] in {b"{", b"["} or page.body.startswith(b"\x1f\x8b"):
        return None
    text = charset.decode(page.body, page.headers)
    return candidates.named(text, page.url, page.headers)


def _time(entry: Entry) -> datetime | None:
    return entry.published_at or entry.modified_at


def _is_article(url: str) -> bool:
    return article_links.is_possible(url) and article_links.score(url) >= 1.5


def _keys(entries: list[Entry]) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for one in entries:
        try:
            keys[links.normalise(one.url)] = None
        except ValueError:
            continue  # what has no key is on no other list either
    return tuple(keys)


def _is_podcast(page: Page, entries: list[Entry]) -> bool:
    return bool(entries) and len(_AUDIO.findall(page.body)) >= _MOST * len(entries)


def _are_comments(entries: list[Entry]) -> bool:
    """Whether nearly all titles are those that blogs give to comments: "By: a reader"."""
    said = sum(1 for one in entries if one.title and _COMMENT_TITLE.match(one.title))
    return len(entries) >= 3 and said >= _MOST * len(entries)
