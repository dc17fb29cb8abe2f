"""Pages of a site that lead into its past: what a backfill reads where sitemaps are missing.

Such a page is known by its address: one that is nothing but a date (/2026/03/), one that says what
it is (/archive/, /sitemap.html), or the page after this one (?page=3); or by its link, which says
that it leads to what is older.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from scraper.discover import kind, links
from scraper.discover.discovery import Discovery
from scraper.discover.html_stream import Tag, attributes_of, stream
from scraper.discover.reading import MAX_BYTES, discover
from scraper.errors import DiscoverError
from scraper.text import charset
from storage.records import Page, SourceKind

MAX_ARCHIVES: Final = 1_000
"""More are not taken from one page: three years, day by day."""

_MONTH, _DAY = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_DATE_ALONE = re.compile(
    rf"(?:^|/|[a-z]-)(?:19|20)\d\d(?:[-_/.]{_MONTH}(?:[-_/.]{_DAY})?|(?:0[1-9]|1[0-2])(?:[0-3]\d)?)?$"
)
_DATE_VALUE = re.compile(rf"(?:19|20)\d\d(?:[-_/.]?{_MONTH}(?:[-_/.]?{_DAY})?)?")
_FILE_TYPE = re.compile(r"\.(?:[ps]?html?|php|aspx?|jsp)$")
_ARCHIVE = re.compile(
    r"/(?:[a-z]+-)?(?:archives?|archivos?|archivio|archiv|archief|arkiv|arkisto|arquivo|arsiv|arhiv"
    r"|arhiva|archiwum|hemeroteca|all-(?:news|articles|posts)|sitemap|site-map)$"
)
_PAGE_IN_PATH = re.compile(r"/(?:page|seite|pagina|p)[/-]?(\d{1,5})/?$")
_PAGE_NAMES: Final = frozenset({"page", "p", "paged", "pg", "seite", "pagina", "pageno"})
_OLDER = re.compile(
    r"(?:[«<←‹]\s*)?(?:older(?: (?:posts|entries|articles|news|stories))?"
    r"|(?:next|previous) (?:page|posts)"
    r"|earlier(?: (?:posts|news))?|ältere (?:beiträge|artikel|einträge|meldungen)|nächste seite"
    r"|(?:articles|billets) plus anciens|page suivante|entradas (?:más )?(?:antiguas|anteriores)"
    r"|página siguiente|articoli precedenti|pagina successiva|oudere berichten|volgende pagina"
    r"|äldre inlägg|nästa sida|starsze (?:wpisy|posty)|следующая страница|предыдущие записи|старше"
    r"|sonraki sayfa|eski yazılar|次のページ|下一页|الصفحة التالية)(?:\s*[»>→›])?",
    re.IGNORECASE,
)
_OLDER_CLASSES: Final = frozenset({"next", "older", "nav-previous", "nav-older", "pagination-next"})
_LONGEST_TEXT: Final = 40  # characters of a link that says where it leads


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """What a page lists, and which pages lead farther into the past.

    `found` is None where it lists nothing, and `problem` says why. `archives` are other pages of
    its host, `older` those that go on where it ends.
    """

    found: Discovery | None
    problem: str | None = None
    archives: tuple[str, ...] = ()
    older: tuple[str, ...] = ()


def look_back(page: Page) -> LookBack:
    """Read a page for a backfill. Pure and picklable; never raises for what a page holds."""
    found, problem = None, None
    try:
        found = discover(page)
    except DiscoverError as error:
        problem = str(error)
    stated = found.older if found else ()
    if found is not None and found.kind is not SourceKind.INDEX_PAGE:
        return LookBack(found=found, older=stated)
    text = charset.decode(page.body[:MAX_BYTES], page.headers)
    if kind.sniff(text)[0] is not kind.Form.HTML:
        return LookBack(found=found, problem=problem)
    older, archives = _of_page(text, page.url)
    return LookBack(
        found=found,
        problem=problem,
        archives=archives,
        older=tuple(dict.fromkeys((*stated, *older))),
    )


def is_archive(url: str) -> bool:
    """Whether an address is that of a list of a time, or of all times."""
    parts = urlsplit(url)
    path = _FILE_TYPE.sub("", parts.path.lower().rstrip("/"))
    if _DATE_ALONE.search(path) or _ARCHIVE.search(path):
        return True
    values = [value for _, value in parse_qsl(parts.query, max_num_fields=20)]
    return len(values) == 1 and _DATE_VALUE.fullmatch(values[0]) is not None


def _of_page(text: str, url: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The pages that go on where this one ends, and the archives."""
    older: dict[str, None] = {}
    archives: dict[str, None] = {}
    here, number = _numbered(url)
    for link, is_older in _links(text, url):
        if not _is_beside(link, url):
            continue
        if is_older or _numbered(link) == (here, number + 1):
            older[link] = None
        elif is_archive(link) and len(archives) < MAX_ARCHIVES:
            archives[link] = None
    return tuple(older)[:2], tuple(archives)


def _links(text: str, url: str) -> Iterator[tuple[str, bool]]:
    """Each link of a page, and whether it says of itself that it leads to what is older."""
    base, open_link, said = url, "", False
    words: list[str] = []
    for event in stream(text):
        if isinstance(event, str):
            if open_link and len(words) < _LONGEST_TEXT:
                words.append(event)
        elif event.name == "base" and not event.closing:
            base = links.resolve(attributes_of(event).get("href", ""), url) or base
        elif event.name == "a":
            if open_link:
                yield open_link, said or _says_older("".join(words))
            open_link, said = ("", False) if event.closing else _target(event, base)
            words.clear()


def _target(tag: Tag, base: str) -> tuple[str, bool]:
    values = attributes_of(tag)
    told = {*values.get("rel", "").lower().split(), *values.get("class", "").lower().split()}
    link = links.resolve(values.get("href", ""), base)
    return link or "", not told.isdisjoint(_OLDER_CLASSES)


def _says_older(text: str) -> bool:
    shown = " ".join(text.split())
    return len(shown) <= _LONGEST_TEXT and _OLDER.fullmatch(shown) is not None


def _is_beside(link: str, url: str) -> bool:
    """Whether a link leads to another page of the very host."""
    try:
        same = links.hostname(link).removeprefix("www.") == links.hostname(url).removeprefix("www.")
    except ValueError:
        return False
    return same and link.partition("#")[0] != url.partition("#")[0]


def _numbered(url: str) -> tuple[str, int]:
    """An address without the number of its page, and the number; the first page has none."""
    parts = urlsplit(url)
    if found := _PAGE_IN_PATH.search(parts.path):
        return f"{parts.netloc}{parts.path[: found.start()].rstrip('/')}?{parts.query}", int(
            found[1]
        )
    kept, number = [], 1
    for name, value in parse_qsl(parts.query, max_num_fields=20, keep_blank_values=True):
        if name.lower() in _PAGE_NAMES and value.isdigit() and len(value) < 6:
            number = int(value)
        else:
            kept.append(f"{name}={value}")
    return f"{parts.netloc}{parts.path.rstrip('/')}?{'&'.join(kept)}", number
