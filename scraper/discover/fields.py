"""The values of an entry, cleaned: plain text, languages, pauses; and entries put together."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from scraper.discover import dates, links, pageless
from storage.records import Entry

MAX_LOCATIONS: Final = 50_000
"""The most links taken from one sitemap: as many as it may hold (sitemaps.org)."""

MAX_ITEMS: Final = 20_000
"""The most items taken from one feed, the first ones: feeds begin with the newest.

The longest feeds in use have some thousands; more would let a hostile one fill the frontier.
"""

MAX_TITLE: Final = 500
MAX_SUMMARY: Final = 2_000
MAX_GUID: Final = 1_000
_MARKUP_FACTOR: Final = 4  # so much longer than its text a summary's markup may be

_FEW_AT_HOME: Final = 2  # so many different entries with the link of the home page are not it
_FEW: Final = 3
_FEW_UNNAMED: Final = 5

_LONGEST_TTL: Final = timedelta(days=7)

_BLOCKS: Final = (
    "address article aside audio blockquote br center dd div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr iframe img li main nav ol p picture pre section table"
    " tbody td tfoot th thead tr ul video"
)
BLOCKS: Final = frozenset(_BLOCKS.split())
"""The elements of HTML that part words."""

_INLINE: Final = (
    "a abbr acronym b bdi bdo big cite code del dfn em embed font i ins kbd mark nobr object path q"
    " s samp small source span strike strong sub sup svg time tt u var wbr"
)
_TAGS: Final = {**dict.fromkeys(BLOCKS, " "), **dict.fromkeys(_INLINE.split(), "")}
"""What stands for a tag in plain text; other names in angle brackets are text."""

_PLAIN_LINK = re.compile(r"(https?://[a-z0-9.-]+)/[A-Za-z0-9._~/?=&,:@+$!*()'-]*", re.ASCII)

_MOST_ESCAPED: Final = 2  # how often a text may have been escaped
_DROPPED = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>|<(script|style)\b.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"</?([a-z]+[1-6]?)\b[^<>]*(?:>|\Z)", re.IGNORECASE)
_REFERENCE = re.compile(r"&[#A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff\ufffe\uffff\ud800-\udfff]")
_C1 = re.compile(r"[\x80-\x9f]")

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9-_]*)?", re.IGNORECASE | re.ASCII)
_TWO_LETTERS: Final = {
    "ara": "ar", "ben": "bn", "bul": "bg", "ces": "cs", "chi": "zh", "cze": "cs", "dan": "da",
    "deu": "de", "dut": "nl", "ell": "el", "eng": "en", "est": "et", "fas": "fa", "fin": "fi",
    "fra": "fr", "fre": "fr", "ger": "de", "gre": "el", "heb": "he", "hin": "hi", "hrv": "hr",
    "hun": "hu", "in": "id", "ind": "id", "ita": "it", "iw": "he", "ji": "yi", "jpn": "ja",
    "kor": "ko", "lav": "lv", "lit": "lt", "nld": "nl", "nor": "no", "per": "fa", "pol": "pl",
    "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl",
    "spa": "es", "srp": "sr", "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur",
    "vie": "vi", "zho": "zh",
}  # fmt: skip
_NO_LANGUAGE: Final = frozenset({"mul", "und", "zxx", "xx", "xxx"})


def plain(text: str | None, limit: int) -> str | None:
    """`text` as plain text on one line, at most `limit` characters; None if nothing is left.

    Markup goes, entities are decoded, both twice, for many feeds escape twice. Only tags that HTML
    has are markup: `List<String>` and `a < b` stay. A text too long ends with an ellipsis between
    two words.
    """
    if not text:
        return None
    text = text[: limit * _MARKUP_FACTOR]
    if "<" in text or "&" in text:
        for _ in range(_MOST_ESCAPED):
            text = _without_markup(text)
            if "&" not in text or not _REFERENCE.search(text):
                break
            text = html.unescape(text)
        text = _without_markup(text)
    text = _on_one_line(text)
    if len(text) > limit:
        cut = text.rfind(" ", limit // 2, limit - 1)
        text = text[: cut if cut > 0 else limit - 1].rstrip() + "…"
    return text or None


def _on_one_line(text: str) -> str:
    """The text without control characters, its words parted by single spaces.

    Nearly all texts are of what is printable and usual blanks; the rest costs ten times as much.
    """
    if not text.isprintable():
        text = text.replace("\n", " ").replace("\r", " ").replace("\t", " ").replace("\xa0", " ")
        if not text.isprintable():
            text = _CONTROL.sub("", _C1.sub(_from_windows, text))
            return " ".join(text.split())
    if text[:1] == " " or text[-1:] == " ":
        text = text.strip()
    return " ".join(text.split()) if "  " in text else text


def _without_markup(text: str) -> str:
    if "<" not in text and "]]>" not in text:
        return text
    if "<!" in text or "]]>" in text or "<s" in text or "<S" in text:
        text = _DROPPED.sub("", text)
    return _TAG.sub(_for_tag, text)


def _for_tag(found: re.Match[str]) -> str:
    return _TAGS.get(found[1].lower(), found[0])


def _from_windows(found: re.Match[str]) -> str:
    """The character that a C1 control was meant to be: `&#150;` is a dash in windows-1252."""
    return found[0].encode("latin-1").decode("cp1252", "ignore")


def language(tag: str | None) -> str | None:
    """The ISO 639 code of a language tag, of two letters where there is one: "en" of "en-US"."""
    found = _LANGUAGE.fullmatch(tag.strip()) if tag and len(tag) < 40 else None
    code = found[1].lower() if found else None
    return _TWO_LETTERS.get(code, code) if code and code not in _NO_LANGUAGE else None


def pause(minutes: float) -> timedelta | None:
    """A source's own pause between visits; None if it makes no sense."""
    return timedelta(minutes=minutes) if 0 < minutes <= _LONGEST_TTL.total_seconds() / 60 else None


def entry(
    link: str | None,
    base: str,
    *,
    now: datetime,
    title: str | None = None,
    summary: str | None = None,
    published: str | None = None,
    modified: str | None = None,
    tag: str | None = None,
    guid: str | None = None,
    home: str | None = None,
) -> Entry | None:
    """An entry of the values as written; None if `link` leads to no page.

    `tag` is the language tag. `base` is what a relative link is relative to. With `home`, the page
    that the entry belongs to, an entry without a link that says anything else is one all the same.
    """
    url = resolved(link, base) if link else None
    if url is None and home is None:
        return None
    found = Entry(
        url=url or home or "",
        title=plain(title, MAX_TITLE),
        published_at=dates.parse(published, now=now),
        modified_at=dates.parse(modified, now=now),
        summary=plain(summary, MAX_SUMMARY),
        language=language(tag),
        guid=plain(guid, MAX_GUID),
    )
    if url is not None:
        return found
    told = (found.guid, found.title, found.summary, found.published_at, found.modified_at)
    return _without_page(found) if any(told) else None


def resolved(link: str, base: str) -> str | None:
    """What `links.resolve` says, at once for links that stay as they are written: most do."""
    found = _PLAIN_LINK.fullmatch(link)
    if found and "/." not in link and len(link) < links.MAX_LENGTH and _is_settled(found[1]):
        return link
    return links.resolve(link, base)


@lru_cache(maxsize=1_024)
def home_page(stated: str | None, base: str) -> str | None:
    """The page that a feed names as its own, at every visit."""
    return links.resolve(stated, base) if stated else None


@lru_cache(maxsize=1_024)
def _is_settled(origin: str) -> bool:
    """Whether `links.resolve` leaves this scheme and host as they are."""
    front = f"{origin}/"
    return links.resolve(front, front) == front


def _without_page(found: Entry, *, named: bool = True) -> Entry:
    """The entry under an address of its own at the page that it belongs to, or claims to be.

    It is known again by its guid, unless that does not name it; else by what it says.
    """
    identity: tuple[str | None, ...] = (found.guid,)
    if not (found.guid and named):
        time = found.published_at or found.modified_at
        unnamed = not (found.title or found.summary) and time
        identity = ("", found.title, found.summary, time.isoformat() if unnamed and time else None)
    return replace(found, url=pageless.address(found.url, *identity))


def distinct(entries: Iterable[Entry | None], home: str | None = None) -> tuple[Entry, ...]:
    """The entries, each link once, in their order.

    Of several with one link the latest wins (a feed that lists an update beside the first text),
    unless they tell so many different things that it is a link to all of them: a ticker, a list of
    alerts. `home` is the page that a feed names as its own.
    """
    listed = [one for one in entries if one]
    if len({one.url for one in listed}) == len(listed):
        return tuple(listed)
    shared = _shared(listed, home)
    found: dict[str, Entry] = {}
    for written in listed:
        one = written
        if written.url in shared:
            one = _without_page(written, named=pageless.has_page(written.url))
        earlier = found.get(one.url)
        if earlier is None or _later(one, earlier):
            found[one.url] = one
    return tuple(found.values())


def _shared(listed: Iterable[Entry], home: str | None) -> frozenset[str]:
    """The links, or guids instead of links, that different entries have in common."""
    by_link: dict[str, list[Entry]] = {}
    for one in listed:
        by_link.setdefault(one.url, []).append(one)
    return frozenset(
        link for link, group in by_link.items() if _tell_apart(group, at_home=link == home)
    )


def _tell_apart(group: Sequence[Entry], *, at_home: bool) -> bool:
    """Whether entries with one link are that many different ones, by their words and identities.

    Where nothing but the words tells them apart, a few may be states of one article.
    """
    if len(group) == 1:
        return False
    words = {one.title or one.summary for one in group} - {None}
    if not pageless.has_page(group[0].url):
        return len(words) > 1
    guids = {one.guid for one in group}
    unnamed = guids == {None}
    least = _FEW_AT_HOME if at_home else (_FEW_UNNAMED if unnamed else _FEW)
    return len(words) >= least and (unnamed or len(guids) >= least)


def _later(one: Entry, other: Entry) -> bool:
    """Whether `one` states a later time than `other`; an entry without a time is no later."""
    mine = one.modified_at or one.published_at
    theirs = other.modified_at or other.published_at
    return mine is not None and (theirs is None or mine > theirs)
