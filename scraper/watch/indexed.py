"""A text as queries read it: its words and their positions, found once for all queries.

Words are numbered through all fields, with gaps: one position between paragraphs, so that no phrase
runs over the end of one, and more between fields than a proximity can span.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from scraper.text.words import Word, is_unspaced, words
from scraper.watch.forms import Compound, compounds, without_prefixes
from scraper.watch.sentences import sentences

DEFAULT_FIELDS = ("title", "standfirst", "body")  # where a word without a field is looked for
FIELDS = (*DEFAULT_FIELDS, "caption", "source")
WIDEST = 100  # the most words that a proximity may allow in between

_GAP = Word("", -1, -1)
_FIELD_GAP = [_GAP] * (WIDEST + 2)
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchText:
    """What there is of an article to match.

    `language` is an ISO 639-1 code, perhaps with a region; `source` the name of the source; `url`
    the article's address, which `site:` looks at. None, or empty: not known.
    """

    title: str | None = None
    standfirst: str | None = None
    body: str = ""
    caption: str | None = None
    language: str | None = None
    source: str | None = None
    url: str | None = None


class IndexedText:
    """The words of a text by their spelling. `language` counts where the text names none."""

    __slots__ = (
        "_default_end",
        "_fields",
        "_keys",
        "_pairs",
        "_prefixed",
        "_sentences",
        "compounds",
        "language",
        "marks",
        "original",
        "postings",
        "words",
    )

    def __init__(self, text: MatchText, *, language: str | None = None) -> None:
        self.original = text
        self.language = primary_language(text.language or language)
        self.words: list[Word] = []  # by position; gaps have no text
        self.compounds: dict[int, set[int]] = {}  # where one starts, and where it ends
        self.marks = frozenset(_marks(self.language, text.url))
        self._fields: dict[str, tuple[int, int]] = {}
        self._keys: list[str] | None = None
        self._pairs: frozenset[str] | None = None
        self._prefixed: dict[str, list[int]] = {}
        self._sentences: dict[str, list[tuple[int, int]]] = {}
        self._default_end = 0
        postings: defaultdict[str, list[int]] = defaultdict(list)
        others: list[tuple[str, int]] = []  # further spellings and their positions
        for name in FIELDS:
            start = len(self.words)
            if value := getattr(text, name):
                spaced, joined = _spaced(value, start)
                for position, word in enumerate(spaced, start):
                    postings[word[0]].append(position)
                for spelling, first, last in joined:
                    # At both ends, so that what comes before and what comes after is next to it.
                    others += (spelling, first), (spelling, last)
                    self.compounds.setdefault(first, set()).add(last)
                self.words += spaced
                self.words += _FIELD_GAP
                self._fields[name] = (start, start + len(spaced))
            else:
                self._fields[name] = (start, start)
            if name == DEFAULT_FIELDS[-1]:
                self._default_end = len(self.words)
        postings.pop(_GAP.text, None)
        _add_spellings(postings, others, self.language)
        self.postings: Mapping[str, list[int]] = dict(postings)

    def has(self, token: str, field: str | None) -> bool:
        """Whether `token` is a word of the field; of the default fields when that is None."""
        found = self.postings.get(token)
        if found is None:
            return False
        return found[0] < self._default_end if field is None else bool(self._within(found, field))

    def positions(self, token: str, field: str | None, *, prefix: bool = False) -> list[int]:
        """Where `token`, or with `prefix` any word that starts with it, stands; ascending."""
        found = self._starting_with(token) if prefix else self.postings.get(token)
        return self._within(found, field) if found else []

    def field_at(self, position: int) -> str:
        """The field that the word at `position` is in."""
        for name, (start, end) in self._fields.items():
            if start <= position < end:
                return name
        raise IndexError(position)

    def sentences(self, field: str) -> list[tuple[int, int]]:
        """The sentences of a field as (start, end) of its text."""
        if (found := self._sentences.get(field)) is None:
            found = self._sentences[field] = sentences(getattr(self.original, field))
        return found

    def are_glued(self, position: int) -> bool:
        """Whether nothing stands between the words at `position` and before it."""
        return self.words[position - 1].end == self.words[position].start

    @property
    def pairs(self) -> frozenset[str]:
        """Pairs of neighbouring characters of the scripts without spaces, with a space between."""
        if self._pairs is None:
            self._pairs = frozenset(
                _pairs(self.words) if any(map(_unspaced, self.postings)) else ()
            )
        return self._pairs

    def _within(self, positions: list[int], field: str | None) -> list[int]:
        if field is None:
            if positions[-1] < self._default_end:
                return positions
            return positions[: bisect_left(positions, self._default_end)]
        start, end = self._fields[field]
        return positions[bisect_left(positions, start) : bisect_left(positions, end)]

    def _starting_with(self, prefix: str) -> list[int]:
        if (found := self._prefixed.get(prefix)) is None:
            if self._keys is None:
                self._keys = sorted(self.postings)
            first = bisect_left(self._keys, prefix)
            last = bisect_right(self._keys, prefix + "\U0010ffff")
            places = (self.postings[key] for key in self._keys[first:last])
            found = self._prefixed[prefix] = sorted({place for some in places for place in some})
        return found


def primary_language(language: str | None) -> str | None:
    """`en` of `en-GB` or `EN_us`."""
    return re.split("[-_]", language.casefold(), maxsplit=1)[0] or None if language else None


def host_of(url: str) -> str | None:
    """The host of an address, or of a bare host name, in lower case."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:  # such as a broken IPv6 address
        return None
    return host.rstrip(".") if host else None


def _marks(language: str | None, url: str | None) -> Iterable[str]:
    if language:
        yield f":lang:{language}"
    labels = (host_of(url) or "").split(".") if url else []
    for first in range(len(labels)):
        yield ":site:" + ".".join(labels[first:])


def _spaced(text: str, start: int) -> tuple[list[Word], list[Compound]]:
    """The words of `text` with a gap between paragraphs, and its compounds by position.

    `start` is the position of the first word.
    """
    found = words(text)
    breaks: list[int] = []  # indexes of words that open a paragraph
    for blank in _PARAGRAPH.finditer(text):
        index = bisect_left(found, blank.end(), key=_start)
        if 0 < index < len(found) and (not breaks or breaks[-1] != index):
            breaks.append(index)
    joined = [
        Compound(
            compound.joined,
            start + compound.first + bisect_right(breaks, compound.first),
            start + compound.last + bisect_right(breaks, compound.last),
        )
        for compound in compounds(text, found)
    ]
    for index in reversed(breaks):
        found.insert(index, _GAP)
    return found, joined


def _start(word: Word) -> int:
    return word.start


def _add_spellings(
    postings: defaultdict[str, list[int]], others: list[tuple[str, int]], language: str | None
) -> None:
    for written in [key for key in postings if not key.isascii()]:
        for other in without_prefixes(written, language):
            others += [(other, position) for position in postings[written]]
    for other, position in others:
        postings[other].append(position)
    for other in {other for other, _ in others}:
        postings[other] = sorted(set(postings[other]))


def _unspaced(word: str) -> bool:
    return not word.isascii() and is_unspaced(word)


def _pairs(found: list[Word]) -> Iterable[str]:
    for before, after in pairwise(found):
        if before.end == after.start and _unspaced(before.text) and _unspaced(after.text):
            yield f"{before.text} {after.text}"
