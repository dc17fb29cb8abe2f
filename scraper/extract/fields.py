"""The smaller fields of an article: standfirst, section, tags, site, publisher, count of words."""

import re
from typing import Final

from scraper.extract import jsonld
from scraper.extract import traits as names
from scraper.extract.head import Head
from scraper.extract.outline import Block, Outline
from scraper.extract.titles import squeeze

Found = tuple[str, str] | None

_LONGEST_STANDFIRST: Final = 700
_SHORTEST_STANDFIRST: Final = 25
_LONGEST_SECTION: Final = 60  # characters
_MOST_STEPS: Final = 3  # of a trail of breadcrumbs
_COPYRIGHT: Final = re.compile(
    r"(?:copyright|©|\(c\)|all rights reserved\.?|\b(?:19|20)\d\d\b(?:\s*[-–]\s*(?:19|20)?\d\d\b)?)"
    r"[\s,.:–-]*",
    re.IGNORECASE,
)
_MOST_TAGS: Final = 30
_CUT: Final = ("...", "…", "[…]", "[...]", "..")
_BEGINNING: Final = 200  # characters of the text with which a description is compared
_SAME: Final = 60  # letters that tell that it was cut off the text
_NO_STANDFIRST: Final = re.compile(r"https?://|\bmin(?:ute)?s?\s+read\b|©", re.IGNORECASE)
_WIDE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WIDE_RUN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_UNSPACED_RUN: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_NOT_SPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_SAMPLE: Final = 300  # characters
_WORD: Final = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


def find_standfirst(
    head: Head, outline: Outline, title: str | None, body: str, first: int, leading: Block | None
) -> Found:
    """The lines under the headline: as shown there, else as declared, unless cut off the body.

    `leading` is the block that the reading of the body took for a standfirst and left out there.
    """
    title_key = squeeze(title or "")
    if leading is not None and _is_standfirst(leading.text, title_key):
        return leading.text, "text between the headline and the body"
    for block in outline.blocks[max(0, first - 12) : first + 2]:
        own = block.box.traits | (block.box.parent.traits if block.box.parent else 0)
        if own & names.STANDFIRST and not block.box.above & (
            names.ASIDE | names.COMMENTS | names.CAPTION
        ):
            text = block.text
            if _is_standfirst(text, title_key) and block.linked < len(text) / 2:
                return text, "text under the headline"
    candidates = (
        head.first("og:description"),
        (head.data.text("description") or "", "json-ld description"),
        head.first("description", "twitter:description", "sailthru.description", "dc.description"),
    )
    body_key = squeeze(body[:_BEGINNING])
    for found in candidates:
        declared = jsonld.plain(found[0]) if found else None
        if found and declared and _is_standfirst(declared, title_key):
            key = squeeze(declared)
            if not declared.endswith(_CUT) and not body_key.startswith(key[:_SAME]):
                return declared, found[1]
    return None


def _is_standfirst(text: str, title_key: str) -> bool:
    # A character of Chinese or Japanese tells more than a letter.
    if len(text) < _SHORTEST_STANDFIRST and (
        2 * len(text) < _SHORTEST_STANDFIRST or not _WIDE.search(text)
    ):
        return False
    return (
        len(text) <= _LONGEST_STANDFIRST
        and squeeze(text) != title_key
        and not _NO_STANDFIRST.search(text)
    )


def find_section(head: Head, title: str | None = None) -> Found:
    """The section of the paper that the article stands in, as declared."""
    for value in head.data.all(head.data.article.get("articleSection")):
        text = jsonld.plain(value)
        if text and len(text) <= _LONGEST_SECTION:
            return text, "json-ld articleSection"
    found = head.first(
        "article:section", "parsely-section", "cxenseparse:section", "section",
        "og:article:section", "category", "dc.subject.section",
    )  # fmt: skip
    if found and len(found[0]) <= _LONGEST_SECTION and "://" not in found[0]:
        return found
    return _in_breadcrumbs(head, title)


def _in_breadcrumbs(head: Head, title: str | None) -> Found:
    """The first step below the home page on the way to the article, as JSON-LD has it."""
    for trail in head.data.of_type("breadcrumblist"):
        steps = [
            jsonld.plain(step.get("name") or step.get("item"))
            for step in head.data.all(trail.get("itemListElement"))
            if isinstance(step, dict)
        ]
        names = [name for name in steps if name]
        # Of two the first is the home page and the second the article, or the section alone.
        for name in names[1 if len(names) > 1 else 0 : _MOST_STEPS]:
            if len(name) <= _LONGEST_SECTION and squeeze(name) not in {
                squeeze(title or ""),
                "home",
            }:
                return name, "json-ld breadcrumbs"
    return None


def find_tags(head: Head) -> tuple[tuple[str, ...], str] | None:
    """What the article is filed under."""
    linked = [
        text
        for value in head.data.all(head.data.article.get("keywords"))
        if (text := jsonld.plain(value))
    ]
    sources = (
        (head.all("article:tag"), "article:tag"),
        (linked, "json-ld keywords"),
        (head.all("news_keywords"), "meta news_keywords"),
        (head.all("parsely-tags", "sailthru.tags"), "meta tags"),
        (head.all("keywords"), "meta keywords"),
    )
    for values, source in sources:
        tags = _split_tags(values)
        if tags:
            return tags, source
    return None


def _split_tags(values: list[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for value in filter(None, map(jsonld.plain, values)):
        for part in re.split(r"[,;،、，|]", value) if len(values) < 4 else [value]:
            tag = part.strip(" #\"'")
            if tag and len(tag) <= 80:
                found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:_MOST_TAGS]


def find_site_name(head: Head) -> Found:
    """The name of the site."""
    found = head.first(
        "og:site_name", "application-name", "al:android:app_name", "apple-mobile-web-app-title"
    )
    if found and len(found[0]) <= 80 and "://" not in found[0]:
        return found
    for thing in head.data.of_type("website"):
        name = jsonld.plain(thing.get("name"))
        if name and len(name) <= 80:
            return name, "json-ld website"
    return None


def find_publisher(head: Head) -> Found:
    """Who publishes the article."""
    for key in ("publisher", "sourceOrganization"):
        for value in head.data.all(head.data.article.get(key)):
            name = jsonld.plain(
                value
                if isinstance(value, str)
                else value.get("name")
                if isinstance(value, dict)
                else None
            )
            if name and len(name) <= 120 and "://" not in name:
                return name, f"json-ld {key}"
    for thing in head.data.of_type("newsmediaorganization"):
        name = jsonld.plain(thing.get("name"))
        if name:
            return name, "json-ld organisation"
    found = head.first(
        "dc.publisher", "dcterms.publisher", "publisher", "article:publisher", "copyright"
    )
    if not found or "://" in found[0]:
        return None
    name = _COPYRIGHT.sub("", found[0]).strip(" ,.:–-").removeprefix("by ")
    return (name, found[1]) if len(name) <= 80 and any(map(str.isalpha, name)) else None


def count_words(text: str) -> int:
    """Words of a text; a Han character or kana counts as one, five letters of Thai as one.

    The first is what word processors do; the second is near the mean length of a Thai word. Of a
    long text three places are looked at for scripts without spaces: where they are in none, single
    words of theirs elsewhere do not matter. The text is one as `Body.text` sets it: single spaces,
    one or two line breaks.
    """
    if not text:
        return 0
    words = 1 + text.count(" ") + text.count("\n") - text.count("\n\n")
    if text.isascii() or not any(map(_NOT_SPACED.search, _samples(text))):
        return words
    wide, text = _taken_out(_WIDE_RUN, text)
    unspaced, text = _taken_out(_UNSPACED_RUN, text)
    return len(_WORD.findall(text)) + wide + (unspaced + 4) // 5


def _taken_out(runs: re.Pattern[str], text: str) -> tuple[int, str]:
    """How many letters such runs have together, and the text with a space for each run.

    By runs, since two million letters one by one take 150 MB.
    """
    return sum(map(len, runs.findall(text))), runs.sub(" ", text)


def _samples(text: str) -> tuple[str, ...]:
    """A text of ordinary length as a whole, of a longer one its beginning, middle and end."""
    if len(text) <= 3 * _SAMPLE:
        return (text,)
    middle = len(text) // 2
    return text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:]
