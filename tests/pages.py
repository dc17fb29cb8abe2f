"""Makes feeds, sitemaps and pages for tests that serve them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a feed or a sitemap says of an article."""

    url: str
    title: str
    published: datetime | None = None
    updated: datetime | None = None
    summary: str | None = None


def rss(items: Iterable[Item], *, title: str = "Local News", language: str = "en") -> bytes:
    """An RSS 2.0 feed."""
    entries = "".join(
        "<item>"
        + _tag("title", item.title)
        + _tag("link", item.url)
        + _tag("guid", item.url)
        + _tag("description", item.summary)
        + _tag("pubDate", _rfc2822(item.published))
        + _tag("atom:updated", _iso(item.updated))
        + "</item>"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"{_tag('title', title)}{_tag('language', language)}{entries}</channel></rss>"
    ).encode()


def atom(items: Iterable[Item], *, title: str = "Local News") -> bytes:
    """An Atom 1.0 feed."""
    entries = "".join(
        "<entry>"
        + _tag("id", item.url)
        + _tag("title", item.title)
        + f'<link rel="alternate" href="{escape(item.url)}"/>'
        + _tag("summary", item.summary)
        + _tag("published", _iso(item.published))
        + _tag("updated", _iso(item.updated))
        + "</entry>"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"{_tag('title', title)}{entries}</feed>"
    ).encode()


def news_sitemap(items: Iterable[Item], *, name: str = "Local News", language: str = "en") -> bytes:
    """A sitemap with the news extension."""
    entries = "".join(
        "<url>"
        + _tag("loc", item.url)
        + _tag("lastmod", _iso(item.updated))
        + "<news:news><news:publication>"
        + _tag("news:name", name)
        + _tag("news:language", language)
        + "</news:publication>"
        + _tag("news:publication_date", _iso(item.published))
        + _tag("news:title", item.title)
        + "</news:news></url>"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{entries}</urlset>'
    ).encode()


def sitemap_index(urls: Iterable[str]) -> bytes:
    """A sitemap that names other sitemaps."""
    entries = "".join(f"<sitemap>{_tag('loc', url)}</sitemap>" for url in urls)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'
    ).encode()


def index_html(
    items: Iterable[Item], *, title: str = "Local News", feed: str | None = None
) -> bytes:
    """A front page that links to articles; it advertises `feed` when that is given."""
    advertised = (
        f'<link rel="alternate" type="application/rss+xml" href="{escape(feed)}">' if feed else ""
    )
    teasers = "".join(
        f'<article><h2><a href="{escape(item.url)}">{escape(item.title)}</a></h2>'
        + _tag("p", item.summary)
        + "</article>"
        for item in items
    )
    return _html(
        "en",
        f"{_tag('title', title)}{advertised}",
        '<nav><a href="/">Home</a> <a href="/about">About us</a></nav>'
        f"<main><h1>{escape(title)}</h1>{teasers}</main>",
    )


def article_html(
    title: str,
    paragraphs: Sequence[str],
    published: datetime | None = None,
    *,
    modified: datetime | None = None,
    url: str | None = None,
    standfirst: str | None = None,
    authors: Sequence[str] = (),
    caption: str | None = None,
    section: str | None = None,
    tags: Sequence[str] = (),
    site_name: str = "Local News",
    language: str = "en",
) -> bytes:
    """The page of an article: JSON-LD and OpenGraph, a menu, the text, links to more, a footer."""
    metadata: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "description": standfirst,
        "datePublished": _iso(published),
        "dateModified": _iso(modified),
        "author": [{"@type": "Person", "name": author} for author in authors],
        "publisher": {"@type": "Organization", "name": site_name},
        "articleSection": section,
        "keywords": list(tags),
        "inLanguage": language,
    }
    known = {name: value for name, value in metadata.items() if value}
    # In a script, markup is escaped the way of JSON, not of HTML.
    script = json.dumps(known, ensure_ascii=False).replace("<", "\\u003c")
    canonical = f'<link rel="canonical" href="{escape(url)}">' if url else ""
    figure = (
        f'<figure><img src="/lead.jpg" alt=""><figcaption>{escape(caption)}</figcaption></figure>'
        if caption
        else ""
    )
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return _html(
        language,
        f"<title>{escape(title)} | {escape(site_name)}</title>{canonical}"
        f'<meta property="og:title" content="{escape(title)}">'
        f'<meta property="og:site_name" content="{escape(site_name)}">'
        f'<script type="application/ld+json">{script}</script>',
        '<nav><a href="/">Home</a> <a href="/world">World</a> <a href="/sport">Sport</a></nav>'
        f"<main><article><h1>{escape(title)}</h1>{_tag('h2', standfirst)}{figure}"
        f'<div class="article-body">{body}</div></article></main>'
        "<footer><p>Follow us to stay connected</p></footer>",
    )


def _html(language: str, head: str, body: str) -> bytes:
    return (
        f'<!DOCTYPE html><html lang="{escape(language)}"><head><meta charset="utf-8">{head}</head>'
        f"<body>{body}</body></html>"
    ).encode()


def _tag(name: str, text: str | None) -> str:
    """An element, or nothing where there is nothing to say."""
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _rfc2822(time: datetime | None) -> str | None:
    return format_datetime(time, usegmt=True) if time else None
