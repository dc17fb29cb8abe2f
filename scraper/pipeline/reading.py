"""What is done to a page in the sandbox: extracted, completed, signed. Pure functions."""

import re
from dataclasses import dataclass, replace

from scraper.dedupe import sign
from scraper.extract import Extraction, Site, Sites, extract
from scraper.pipeline.packing import pack, unpack
from storage.records import Article, FrontierEntry, PackedPage, Page, Signature

# What is kept of a text, in characters: some 35,000 words, more than any live blog. Pages may be a
# hundred times as long, and everything after this costs time or room by their length.
LONGEST_TITLE = 1_000  # characters; it is shown in subjects and lists
LONGEST_TEXT = 200_000

# A site's name and what parts it from a headline; at most one on each side.
_NAME_BEFORE = re.compile(r"(?:[^-–—|:·»]{2,40}\s+[-–—|:·»]+\s+)?")
_NAME_AFTER = re.compile(r"(?:\s+[-–—|:·«]+\s+[^-–—|:·«]{2,40})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A page as read in the sandbox."""

    article: Article
    signature: Signature
    packed: PackedPage | None = None  # the page itself, to be kept
    rule: str | None = None  # the site's own rule, and what of it the page had and had not
    matched: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


def read_page(
    page: Page, entry: FrontierEntry, site: Site | None = None, *, keep: bool = False
) -> Reading:
    """Extract, complete with what the source knows, and sign; pure, for the sandbox.

    `site` are the rules for the page's site, which are small enough to come with each page. `keep`:
    pack the page, too. Here it costs no more than the processor's time.
    """
    extraction = _extract(page, site)
    reading = _sign(complete(extraction.article, entry))
    return replace(
        reading,
        packed=pack(page) if keep else None,
        rule=extraction.rule,
        matched=extraction.matched,
        missed=extraction.missed,
    )


def read_again(packed: PackedPage, entry: FrontierEntry, site: Site | None = None) -> Reading:
    """As `read_page`, of a page that was kept; ExtractError where it cannot be read any more."""
    return read_page(kept_page(packed, entry.url), entry, site)


def read_earlier(
    packed: PackedPage, entry: FrontierEntry, stored: Article, site: Site | None = None
) -> Reading:
    """As `read_again`, to compare it with a later page of the article that is `stored`.

    What the source tells may be another by now than it was then. So where the page has no headline
    or time of its own, they are those that are stored.
    """
    then = replace(entry, title=None, published_at=stored.published_at or entry.published_at)
    article = complete(_extract(kept_page(packed, entry.url), site).article, then)
    return _sign(replace(article, title=_headline_then(article.title, entry.title, stored.title)))


def _headline_then(title: str | None, told: str | None, stored: str | None) -> str | None:
    """The headline as it was completed when the source may have told another than `told`."""
    if not title:
        return stored
    if told and told not in title:
        told = stored
    return headline(title, told)


def is_told(article: Article, entry: FrontierEntry) -> bool:
    """Whether the article's headline may be the source's word alone, and not in its page."""
    return bool(entry.title) and article.title == _short(entry.title)


def kept_page(packed: PackedPage, requested_url: str) -> Page:
    """The page as it came; ExtractError where it is damaged."""
    return Page(
        url=packed.url,
        requested_url=requested_url,
        status=200,
        headers=packed.headers,
        body=unpack(packed),
        fetched_at=packed.fetched_at,
    )


def _extract(page: Page, site: Site | None) -> Extraction:
    return extract(
        page.body, page.url, page.headers, now=page.fetched_at, sites=Sites(everywhere=site)
    )


def complete(article: Article, entry: FrontierEntry) -> Article:
    """The article, with what only its source told: headline, time, and a summary for no text.

    A text that is too long is cut.
    """
    textless = not article.body.strip() and article.standfirst is None
    return replace(
        article,
        title=_short(headline(article.title, entry.title)),
        published_at=article.published_at or entry.published_at,
        standfirst=entry.summary and shortened(entry.summary) if textless else article.standfirst,
        language=article.language or entry.language,
        body=shortened(article.body),
    )


def _short(title: str | None) -> str | None:
    return title[:LONGEST_TITLE] if title else title


def shortened(text: str) -> str:
    """The text up to a paragraph's end within the longest length; up to a word's, if there is none.

    Of a text without either, such as one without spaces, exactly that much.
    """
    if len(text) <= LONGEST_TEXT:
        return text
    for end in ("\n\n", "\n", " "):
        cut = text.rfind(end, LONGEST_TEXT // 2, LONGEST_TEXT + len(end))
        if cut > 0:
            return text[:cut].rstrip()
    return text[:LONGEST_TEXT]


def headline(title: str | None, told: str | None) -> str | None:
    """The page's title, or the source's where it is the same but for a name around it.

    "The Bay Times - Rocket rises" is the headline "Rocket rises" if the source says so.
    """
    if not title or not told:
        return title or told
    before, found, after = title.partition(told)
    only_a_name = _NAME_BEFORE.fullmatch(before) and _NAME_AFTER.fullmatch(after)
    return told if found and only_a_name else title


def read_entry(entry: FrontierEntry) -> Reading:
    """The article as its source tells it, for a page that cannot be had; pure."""
    summary = shortened(entry.summary or "")
    return _sign(
        Article(
            url=entry.url,
            title=entry.title,
            published_at=entry.published_at,
            modified_at=entry.modified_at,
            body=summary,
            language=entry.language,
            word_count=len(summary.split()),
        )
    )


def _sign(article: Article) -> Reading:
    return Reading(article=article, signature=sign(article.title, article.body, article.language))
