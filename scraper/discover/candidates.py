"""Where news may be found, given an address: what its page names, its form tells, and is usual.

All of it is pure. `scraper.pipeline.finding` asks for these addresses and judges what is there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, islice
from typing import Final
from urllib.parse import parse_qs, urlsplit

from scraper.discover import article_links, link_header, links
from scraper.discover.fields import MAX_TITLE, plain
from scraper.discover.html_stream import Tag, attributes_of, stream

MAX_NAMED: Final = 200
"""So many feeds that a page names are looked at; hostile pages name thousands."""

MAX_SITEMAPS: Final = 100
"""So many sitemaps of a robots.txt file are looked at."""

MAX_REASONABLE_PATH: Final = 4  # segments of a section's path


class Origin(StrEnum):
    """How a candidate came up, in words."""

    ADDRESS = "the address itself"
    FORM = "by the form of the address"
    NAMED = "named by the page"
    LINKED = "linked on the page"
    LISTED = "on a page that lists feeds"
    COMMON = "at a common place"
    ROBOTS = "named by robots.txt"
    INDEX = "named by a sitemap index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address at which there may be news. `title` is what its page calls it."""

    url: str
    origin: Origin
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a page says of where its news can be had."""

    feeds: tuple[Candidate, ...] = ()  # by <link> and by Link header, in the order of the page
    links: tuple[Candidate, ...] = ()  # that a reader may click
    sitemaps: tuple[Candidate, ...] = ()
    site_name: str | None = None


_FEED_TYPE = re.compile(
    r"(?:application/(?:(?:rss|atom|rdf)\+xml|(?:feed\+)?json|xml)|text/xml)\s*(?:;.*)?",
    re.IGNORECASE,
)
_FEED_LINK = re.compile(
    r"(?:^|/)(?:feeds?|rss2?|atom|rss[-_]?feeds?|feedburner)(?:/[^/]*)?/?$"
    r"|\.(?:rss|atom|rdf)$|(?:^|[/_-])(?:rss|atom|feed)[\w-]*\.(?:xml|json)$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed|format|type|output)=(?:rss2?|atom|feed)", re.IGNORECASE)
_NO_NEWS = re.compile(r"/(?:wp-json|oembed|xmlrpc|opensearch|manifest)\b", re.IGNORECASE)
_COMMENTS = re.compile(
    r"/comments?/(?:feed|rss|atom|default)|/feeds?/comments?\b|[?&]feed=comments-"
    r"|comments?[-_.]?(?:rss|atom|feed)",
    re.IGNORECASE,
)
_COMMENTS_TITLE = re.compile(
    r"\bcomments? (?:on|for|feed|rss)\b|\bcomments? *$|^(?:kommentare? (?:zu|für)"
    r"|comentarios? (?:en|de|sobre)|commentaires? (?:sur|pour)|commenti (?:su|a)\b)"
    r"|kommentar-feed|flux des commentaires",
    re.IGNORECASE,
)
_SITE_NAMES: Final = ("og:site_name", "application-name", "twitter:app:name:iphone")


def named(text: str, url: str, headers: Mapping[str, str]) -> Named:
    """What an HTML page at `url` names, each address once. Never raises.

    At most MAX_NAMED of each are given, however many there are.
    """
    reader = _Reader(url)
    for event in stream(text):
        reader.take(event)
        if reader.full:
            break
    reader.end_link()
    return Named(
        feeds=_once(chain(reader.feeds, _of_header(url, headers))),
        links=_once(reader.links),
        sitemaps=_once(reader.sitemaps),
        site_name=plain(reader.site_name, MAX_TITLE),
    )


@dataclass(slots=True)
class _Reader:
    """The state of one pass over a page."""

    url: str
    base: str = ""
    feeds: list[Candidate] = field(default_factory=list)
    links: list[Candidate] = field(default_factory=list)
    sitemaps: list[Candidate] = field(default_factory=list)
    site_name: str | None = None
    open_link: str | None = None  # the feed that the open <a> leads to
    texts: list[str] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether there have been as many as are looked at."""
        return len(self.feeds) >= MAX_NAMED

    def take(self, event: Tag | str) -> None:
        """The next tag or text."""
        if isinstance(event, str):
            if self.open_link and len(self.texts) < 20:
                self.texts.append(event[:MAX_TITLE])
        elif event.closing:
            if event.name == "a":
                self.end_link()
        elif event.name in {"base", "link", "meta", "a"}:
            self.start(event.name, attributes_of(event))

    def start(self, name: str, values: Mapping[str, str]) -> None:
        if name == "base":
            self.base = self.base or links.resolve(values.get("href", ""), self.url) or ""
        elif name == "meta":
            self.meta(values)
        elif name == "link":
            self.link(values)
        else:
            self.end_link()
            self.anchor(values)

    def meta(self, values: Mapping[str, str]) -> None:
        key = (values.get("property") or values.get("name") or "").strip().lower()
        if key in _SITE_NAMES and values.get("content"):
            self.site_name = self.site_name or values["content"]

    def link(self, values: Mapping[str, str]) -> None:
        relations = values.get("rel", "").lower().split()
        href = links.resolve(values.get("href", ""), self.base or self.url)
        if href is None:
            return
        title = plain(values.get("title"), MAX_TITLE)
        kind = values.get("type", "").strip()
        if is_feed_link(relations, kind, href):
            self.feeds.append(Candidate(url=href, origin=Origin.NAMED, title=title))
        elif "sitemap" in relations:
            self.sitemaps.append(Candidate(url=href, origin=Origin.NAMED, title=title))

    def anchor(self, values: Mapping[str, str]) -> None:
        written = values.get("href", "")
        if len(self.links) >= MAX_NAMED or not _looks_like_feed(written.removeprefix("feed:")):
            return
        self.open_link = links.resolve(written.removeprefix("feed:"), self.base or self.url)
        self.texts = [values["title"]] if values.get("title") else []

    def end_link(self) -> None:
        """The link that was open, if any, ends here."""
        if self.open_link:
            title = plain(" ".join(self.texts), MAX_TITLE)
            self.links.append(Candidate(url=self.open_link, origin=Origin.LINKED, title=title))
        self.open_link = None


def is_feed_link(relations: Iterable[str], kind: str, url: str) -> bool:
    """Whether a link with these relations and that media type names a feed of the page."""
    relations = set(relations)
    if _NO_NEWS.search(url):
        return False
    if "feed" in relations and "alternate" not in relations:
        return True
    return "alternate" in relations and bool(_FEED_TYPE.fullmatch(kind))


def _looks_like_feed(link: str) -> bool:
    try:
        parts = urlsplit(link[: links.MAX_LENGTH])
    except ValueError:
        return False
    return bool(_FEED_LINK.search(parts.path) or _FEED_QUERY.search(parts.query))


def _of_header(url: str, headers: Mapping[str, str]) -> Iterator[Candidate]:
    """The feeds that a `Link` header names (RFC 8288)."""
    for link, href in link_header.read(headers.get("link", ""), url):
        if is_feed_link(link.relations, link.parameters.get("type", "").strip(), href):
            title = plain(link.parameters.get("title"), MAX_TITLE)
            yield Candidate(url=href, origin=Origin.NAMED, title=title)


def _once(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates, each address once, the first of each."""
    found: dict[str, Candidate] = {}
    for one in candidates:
        found.setdefault(one.url, one)
    return tuple(found.values())


def are_comments(url: str, title: str | None) -> bool:
    """Whether a feed of that address and title has what readers say of articles."""
    return bool(_COMMENTS.search(url) or _COMMENTS_TITLE.search(title or ""))


def section_of(url: str) -> str:
    """The path of the section that an address names, "/world/"; "" for a front page or an article.

    An address that looks like an article's names none: whoever gives it means its site.
    """
    parts = article_links.segments(url)
    if parts and re.fullmatch(r"(?:index|default)\.\w{2,5}", parts[-1], re.IGNORECASE):
        parts = parts[:-1]
    if not parts or len(parts) > MAX_REASONABLE_PATH or is_article(url):
        return ""
    return urlsplit(url).path.rstrip("/").removesuffix("/index.html") + "/"


def is_article(url: str) -> bool:
    """Whether an address looks like that of a single article."""
    return article_links.is_possible(url) and article_links.score(url) >= 3.0


_Form = tuple[re.Pattern[str], re.Pattern[str], tuple[str, ...]]


def _form(host: str, path: str, *feeds: str) -> _Form:
    return re.compile(host, re.IGNORECASE), re.compile(path), feeds


_FORMS: Final[tuple[_Form, ...]] = (
    _form(
        r"(?:www\.|m\.)?youtube\.com",
        r"/channel/(UC[\w-]{22})(?:/.*)?",
        "https://www.youtube.com/feeds/videos.xml?channel_id={0}",
    ),
    _form(
        r"(?:www\.|old\.|new\.)?reddit\.com",
        r"(/(?:r|user)/[\w-]+(?:/(?:new|top|hot))?)/?",
        "https://www.reddit.com{0}/.rss",
    ),
    _form(r"(?:www\.)?medium\.com", r"/(@?[\w.-]+)/?.*", "https://medium.com/feed/{0}"),
    _form(
        r"github\.com",
        r"(/[\w.-]+/[\w.-]+?)(?:/(?:releases|commits|tags).*)?/?",
        "https://github.com{0}/releases.atom",
        "https://github.com{0}/commits.atom",
    ),
    _form(
        r"gitlab\.com",
        r"(/[\w.-]+(?:/[\w.-]+)+?)(?:/-/.*)?/?",
        "https://gitlab.com{0}/-/tags?format=atom",
    ),
    _form(r"bsky\.app", r"(/profile/[\w.:-]+)/?", "https://bsky.app{0}/rss"),
    _form(
        r"news\.google\.com",
        r"(/(?:topics|publications|search)\b.*)",
        "https://news.google.com/rss{0}",
    ),
    _form(r"(?:[\w-]+\.)?tumblr\.com", r".*", "{origin}/rss"),
    _form(r"[\w-]+\.blogspot\.[a-z.]{2,6}", r".*", "{origin}/feeds/posts/default"),
    _form(
        r"[\w-]+\.(?:substack|medium|wordpress)\.com|[\w-]+\.(?:bearblog\.dev|hashnode\.dev)",
        r".*",
        "{origin}/feed",
    ),
    _form(r"[\w-]+\.(?:ghost\.io|beehiiv\.com)", r".*", "{origin}/rss/"),
    # The fediverse has no names of hosts to know it by; these are none of it.
    _form(
        r"(?!(?:.+\.)?(?:youtube|tiktok|threads|x)\.\w+$).+",
        r"(/@[\w.]+(?:@[\w.-]+)?)/?",
        "{origin}{0}.rss",
    ),
)


def by_form(url: str) -> tuple[Candidate, ...]:
    """The feeds that sites of many publishers have for an address of this form."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if re.fullmatch(r"(?:www\.|m\.)?youtube\.com", parts.hostname or ""):
        playlist = parse_qs(parts.query).get("list", [""])[0]
        if re.fullmatch(r"[\w-]{10,60}", playlist):
            feed = f"https://www.youtube.com/feeds/videos.xml?playlist_id={playlist}"
            return (Candidate(url=feed, origin=Origin.FORM),)
    for host, path, feeds in _FORMS:
        found = path.fullmatch(parts.path) if host.fullmatch(parts.hostname or "") else None
        if found:
            written = (feed.format(*found.groups(), origin=origin) for feed in feeds)
            return tuple(Candidate(url=feed, origin=Origin.FORM) for feed in written)
    return ()


_IN_SECTION: Final = ("feed/", "rss", "rss.xml")
_AT_ROOT: Final = ("feed", "rss.xml", "rss", "atom.xml", "feed.xml", "index.xml", "feed.json")
_SITEMAPS: Final = ("sitemap_news.xml", "news-sitemap.xml", "sitemap.xml")


def common(url: str, *, section: str = "") -> tuple[Candidate, ...]:
    """The places at which sites put their feeds; those of a section where one is named."""
    base = _origin(url) + (section or "/")
    names = _IN_SECTION if section else _AT_ROOT
    return tuple(Candidate(url=base + name, origin=Origin.COMMON) for name in names)


def robots_of(url: str) -> str:
    """The address of the robots.txt file that speaks for a page."""
    return f"{_origin(url)}/robots.txt"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


_SITEMAP_LINE = re.compile(r"^[ \t]*site-?map[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
NEWS_IN_NAME: Final = re.compile(
    r"(?<![a-z])(?:google-?news|news|latest|recent|today|breaking)(?![a-z])", re.IGNORECASE
)
_NOT_NEWS: Final = re.compile(
    r"(?<![a-z])(?:images?|videos?|tags?|authors?|categor(?:y|ies)|topics?|pages?|products?|static)"
    r"(?![a-z])",
    re.IGNORECASE,
)


def sitemaps(url: str, robots: str) -> tuple[Candidate, ...]:
    """The sitemaps that a robots.txt file names and those at usual places, news sitemaps first."""
    stated = (
        links.resolve(found[1], url)
        for found in islice(_SITEMAP_LINE.finditer(robots), MAX_SITEMAPS)
    )
    named_there = [Candidate(url=one, origin=Origin.ROBOTS) for one in stated if one]
    usual = [Candidate(url=f"{_origin(url)}/{name}", origin=Origin.COMMON) for name in _SITEMAPS]
    return _once(newest_first([*named_there, *usual]))


def newest_first(found: Iterable[Candidate]) -> list[Candidate]:
    """Sitemaps in the order in which news is to be expected in them, by what they are called."""
    return sorted(found, key=_newsworthiness, reverse=True)


def _newsworthiness(sitemap: Candidate) -> int:
    name = urlsplit(sitemap.url).path
    stated = 2 if sitemap.origin is not Origin.COMMON else 0
    if NEWS_IN_NAME.search(name):
        return 2 * stated + 1
    return stated - 3 * bool(_NOT_NEWS.search(name))
