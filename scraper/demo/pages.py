"""Prints articles: every page, feed and sitemap of an outlet, as bytes ready to be served."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from scraper.demo import pictures
from scraper.demo.content import DISALLOWED, DemoArticle, Outlet

HTML = "text/html"
_Values = dict[str, Any]
# The names by language; strftime would speak the language of the machine. The Arabic months are
# those in use between the two rivers.
_MONTHS = {
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
    "ar": "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|"
    "تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول",
}
_WEEKDAYS = {
    "en": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "ar": "الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One file of a site: where it is, what it is, and its bytes."""

    path: str
    content_type: str
    body: bytes


def article_sheets(
    outlet: Outlet, base: str, article: DemoArticle, recent: Sequence[DemoArticle]
) -> Iterator[Sheet]:
    """The page of an article and its picture. `recent` are the articles that it links to."""
    values: _Values = {"article": article, "recent": recent, "graph": _graph(outlet, base, article)}
    yield _page(outlet, base, article.path, "article.html", values)
    if article.picture:
        yield Sheet(
            path=f"/images/{article.picture.file}",
            content_type="image/png",
            body=pictures.png(article.picture.file),
        )


def list_sheets(outlet: Outlet, base: str, articles: Sequence[DemoArticle]) -> Iterator[Sheet]:
    """All that lists articles, newest first: the source, the front page and the sections."""
    newest_first = articles[::-1]
    values: _Values
    if outlet.source_path.endswith(".xml"):
        values = {"articles": [each for each in newest_first if not _is_closed(each)]}
        yield _sheet(outlet, base, outlet.source_path, "source.xml", "application/xml", values)
    for path, heading in _fronts(outlet):
        values = {"heading": heading, "articles": newest_first}
        yield _page(outlet, base, path, "list.html", values)
    for section in outlet.sections:
        values = {
            "heading": section,
            "articles": [each for each in newest_first if each.section == section],
        }
        yield _page(outlet, base, _section_path(outlet, section), "list.html", values)
    for tag in sorted({tag for article in articles for tag in article.tags}):
        values = {"heading": tag, "articles": [each for each in newest_first if tag in each.tags]}
        yield _page(outlet, base, f"/tag/{_slug(tag)}", "list.html", values)


def standing_sheets(outlet: Outlet, base: str) -> Iterator[Sheet]:
    """What does not change while the show runs: robots.txt, the logo, the page about the site."""
    values: _Values = {"disallowed": DISALLOWED}
    yield _sheet(outlet, base, "/robots.txt", "../robots.txt", "text/plain", values)
    yield Sheet(
        path="/images/logo.svg", content_type="image/svg+xml", body=pictures.logo(outlet.name)
    )
    for path in ("/about", "/contact.html", DISALLOWED):
        values = {"heading": f"About {outlet.name}", "articles": ()}
        yield _page(outlet, base, path, "list.html", values)


def _fronts(outlet: Outlet) -> Iterator[tuple[str, str]]:
    yield "/", "Latest news"
    if outlet.source_path.endswith(".html"):
        yield outlet.source_path, "Latest news"


def _section_path(outlet: Outlet, section: str) -> str:
    form = {"lantern": "/section/{}", "northquay": "/{}/", "gazette": "/list.php?s={}"}
    return form[outlet.key].format(_slug(section))


def _is_closed(article: DemoArticle) -> bool:
    return article.path.startswith(DISALLOWED)


def _page(outlet: Outlet, base: str, path: str, template: str, values: _Values) -> Sheet:
    values = {**values, "disallowed": DISALLOWED}
    return _sheet(outlet, base, path, template, HTML, values)


def _sheet(
    outlet: Outlet, base: str, path: str, template: str, kind: str, values: _Values
) -> Sheet:
    name = (
        template.removeprefix("../") if template.startswith("../") else f"{outlet.key}/{template}"
    )
    text = _templates.get_template(name).render(outlet=outlet, base=base, **values)
    # An old site names its charset in the page alone, and a careful one in the header too.
    if kind == HTML and outlet.charset != "utf-8":
        body, content_type = text.encode(outlet.charset, "xmlcharrefreplace"), kind
    else:
        body, content_type = text.encode(), f"{kind}; charset=utf-8"
    return Sheet(path=path, content_type=content_type, body=body)


def _graph(outlet: Outlet, base: str, article: DemoArticle) -> _Values:
    """The article as schema.org has it, in one graph with the site that it belongs to."""
    url = base + article.path
    site, publisher, page = f"{base}/#site", f"{base}/#publisher", f"{url}#page"
    news: _Values = {
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "isPartOf": {"@id": page},
        "headline": article.headline,
        "description": article.standfirst,
        "datePublished": _iso(article.published_at),
        "dateModified": _iso(article.changed_at),
        "author": [{"@type": "Organization", "name": article.byline}],
        "publisher": {"@id": publisher},
        "articleSection": [article.section],
        "keywords": list(article.tags),
        "inLanguage": article.language,
        "isAccessibleForFree": True,
    }
    if article.picture:
        news["image"] = {
            "@type": "ImageObject",
            "url": f"{base}/images/{article.picture.file}",
            "caption": article.picture.caption,
            "width": pictures.WIDTH,
            "height": pictures.HEIGHT,
        }
    crumbs: list[_Values] = [
        {"@type": "ListItem", "position": 1, "name": "Home", "item": f"{base}/"},
        {"@type": "ListItem", "position": 2, "name": article.section},
    ]
    return {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "@id": site, "name": outlet.name, "url": f"{base}/"},
            {"@type": "NewsMediaOrganization", "@id": publisher, "name": outlet.name},
            {"@type": "WebPage", "@id": page, "url": url, "isPartOf": {"@id": site}},
            {"@type": "BreadcrumbList", "itemListElement": crumbs},
            news,
        ],
    }


def _slug(text: str) -> str:
    return "-".join(text.lower().split())


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="seconds")


def _rfc2822(time: datetime) -> str:
    return format_datetime(time, usegmt=True)


def _long_date(time: datetime) -> str:
    """As in "09 June, 2020"."""
    return f"{time.day:02} {_month(time, 'en')}, {time.year}"


def _month(time: datetime, language: str) -> str:
    return _MONTHS[language].split("|")[time.month - 1]


def _hour(time: datetime) -> str:
    return f"{time:%H:%M}"


def _weekday_date(time: datetime, language: str) -> str:
    weekday = _WEEKDAYS[language].split("|")[time.weekday()]
    return f"{weekday} {time.day} {_month(time, language)} {time.year}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("scraper.demo"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "slug": _slug,
        "iso": _iso,
        "rfc2822": _rfc2822,
        "long_date": _long_date,
        "hour": _hour,
        "weekday_date": _weekday_date,
    }
    return environment


_templates = _environment()
