"""A name for a source, of what its feed or its page calls itself. Pure."""

import re
from collections.abc import Collection, Iterable
from itertools import count
from typing import Final
from urllib.parse import urlsplit

from scraper.printable import printable

MAX_NAME: Final = 200  # characters, as the settings have it
_LONGEST: Final = 80  # of which a title is taken as it is

_PARTS = re.compile(r"\s+[|»·–—:-]+\s+|\s*[|»]\s*")
_FEED_WORDS = re.compile(
    r"\s*[-–—|:»·(\[]*\s*\b(?:(?:rss|atom|xml|json)(?:[ -]?(?:feeds?|2\.0|1\.0))?|(?:news )?feeds?)"
    r"\b[)\]]*\s*$",
    re.IGNORECASE,
)
_SAYS_NOTHING: Final = frozenset(
    """
    all articles blog content entries feed home homepage index latest main news newsfeed posts rss
    sitemap start startseite stories titel untitled updates welcome
    """.split()  # noqa: SIM905 - a list in quotation marks is no easier to read
)


def source_name(titles: Iterable[str | None], url: str, taken: Collection[str]) -> str:
    """The first of the titles that says something, cleaned; else the host; unlike those `taken`."""
    cleaned = (_clean(title) for title in titles if title)
    name = next((title for title in cleaned if title), None) or _host(url)
    return unique(name, taken)


def unique(name: str, taken: Collection[str], *, first: int = 2) -> str:
    """The name, or with a number behind it that makes it another: "News", "News 2"."""
    name = " ".join(printable(name).split())[:MAX_NAME].rstrip() or "source"
    if name not in taken:
        return name
    return next(
        numbered
        for number in count(first)
        if (numbered := f"{name[: MAX_NAME - 1 - len(str(number))]} {number}") not in taken
    )


def _clean(title: str) -> str | None:
    """A title without what all feeds say of themselves; None if it says nothing else."""
    text = " ".join(printable(title).split())
    bare = _FEED_WORDS.sub("", text).strip(" -–—|:»·") or text
    if len(bare) > _LONGEST:
        bare = _PARTS.split(bare, maxsplit=1)[0]
    words = re.findall(r"\w+", bare.lower())
    if not words or _SAYS_NOTHING.issuperset(words):
        return None
    return bare if len(bare) <= _LONGEST else bare[: _LONGEST - 1].rstrip() + "…"


def _host(url: str) -> str:
    return (urlsplit(url).hostname or url).removeprefix("www.")
