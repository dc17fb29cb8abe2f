"""A text as queries read it: which words it has, and where; found once for all queries.

What queries ask first is whether a word is there at all, so that is known at once, for the fields
that a word without a field is looked for in. Where words stand is laid out when it is first asked;
so are the other fields, and the places of words in the text as written, which only passages need.

Words are numbered through all fields, with gaps: one position between paragraphs, so that no phrase
runs over the end of one, and more between fields than a proximity can span.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from scraper.text.languages import identify
from scraper.watch.forms import cased
from scraper.watch.matchtext import (
    AS_WRITTEN,
    DEFAULT_FIELDS,
    FIELDS,
    OTHER_FIELDS,
    MatchText,
    marks_of,
    primary_language,
    readable,
)
from scraper.watch.paragraphs import Located, Paragraph, Span, pieces_of
from scraper.watch.reading import Piece, Reader, reader_of

WIDEST: Final = 100  # the most that two positions may be apart in a proximity

_GAP: Final = ""
_FIELD_GAP: Final = [_GAP] * (WIDEST + 2)

_PARAGRAPH: Final = re.compile(r"\n[^\S\n]*\n")
_WORDS, _EXACT, _PLAIN, _SEVERAL = map(itemgetter, range(4))  # of a Piece


class IndexedText:
    """The words of a text. `language` counts where the text names none; else it is guessed.

    `exact` has the spellings of the words of the default fields, `plain` the keys of their
    inflections (see reading.py); `marks` is what is known of the article as a whole; `alike`, of
    some patterns (pattern_keys.py), all spellings in `exact` that they match, if there are any.
    """

    __slots__ = (
        "_fields",
        "_laid_out",
        "_paragraphs",
        "_pieces",
        "alike",
        "exact",
        "key_of_name",
        "key_of_term",
        "language",
        "marks",
        "memo",
        "original",
        "plain",
        "reader",
    )

    def __init__(self, text: MatchText, *, language: str | None = None) -> None:
        self.original = text = readable(text)
        self.language = primary_language(text.language or language)
        if self.language is None:
            self.language = identify(f"{text.title or ''} {text.standfirst or ''} {text.body}")
        self.reader: Reader = reader_of(self.language)
        self.key_of_term, self.key_of_name = self.reader.key_of_term, self.reader.key_of_name
        self._pieces: dict[str, list[list[str]]] = {}
        self.exact, self.plain = self._spellings(DEFAULT_FIELDS)
        self.marks = marks_of(text, self.language)
        self.alike: Mapping[str, Sequence[str]] = {}
        self.memo: dict[Any, Any] = {}  # what was worked out of this text, by what asked
        self._fields: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._laid_out: _Layout | None = None
        self._paragraphs: list[Paragraph] | None = None

    def _split(self, field: str) -> list[list[str]]:
        """What stands between spaces in a field, paragraph by paragraph."""
        if (found := self._pieces.get(field)) is None:
            value = self.original.value(field)
            paragraphs = _PARAGRAPH.split(value) if "\n" in value else (value,)
            found = self._pieces[field] = [pieces_of(paragraph) for paragraph in paragraphs]
        return found

    def _spellings(self, fields: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
        different = set().union(*chain.from_iterable(map(self._split, fields)))
        read = list(map(self.reader.__getitem__, different))
        return frozenset().union(*map(_EXACT, read)), frozenset().union(*map(_PLAIN, read))

    def spellings(self, field: str) -> tuple[frozenset[str], frozenset[str]]:
        """The `exact` and the `plain` of one field."""
        if (found := self._fields.get(field)) is None:
            exact, plain = self._spellings((field,))
            found = self._fields[field] = (exact, exact if field in AS_WRITTEN else plain)
        return found

    # Where words stand.

    @property
    def layout(self) -> "_Layout":
        """The words by position, and the positions by word."""
        if self._laid_out is None:
            self._laid_out = _Layout(self._split, self.reader)
        return self._laid_out

    def spans(self, spelling: str, field: str | None) -> Sequence[Span]:
        """Where the word so spelled stands in the field (None: the default ones), in order."""
        return self._within(("exact", spelling), field, lambda: self._spans((spelling,)))

    def plain_spans(self, key: str, field: str | None) -> Sequence[Span]:
        """Where a word that answers to the key stands in the field, in order."""
        if field in AS_WRITTEN:
            return self.spans(key, field)
        return self._within(("plain", key), field, lambda: self._spans(self.by_key.get(key, ())))

    def is_known(self, pattern: str | None) -> bool:
        """Whether words of the default fields are known that the pattern of this key matches."""
        return pattern in self.alike

    def known_spans(self, pattern: str | None, field: str | None) -> Sequence[Span] | None:
        """Where the words stand that are known to match a pattern; None: they must be sought."""
        if pattern is None or (field is not None and field not in DEFAULT_FIELDS):
            return None
        if (spellings := self.alike.get(pattern)) is None:
            return None
        return self._within(("alike", pattern), field, lambda: self._spans(spellings))

    def spans_of(
        self,
        asked: object,
        field: str | None,
        chosen: Callable[[str], Any] | None,
        *,
        start: str = "",
    ) -> Sequence[Span]:
        """Where any word stands that begins with `start` and is `chosen` (None: any).

        It is remembered under `asked`.
        """

        def find() -> list[Span]:
            spellings = self._beginning(start) if start else self.layout.spellings
            return self._spans([*filter(chosen, spellings)] if chosen else spellings)

        return self._within(asked, field, find)

    def _beginning(self, start: str) -> Sequence[str]:
        if (ordered := self.memo.get("ordered")) is None:
            ordered = self.memo["ordered"] = sorted(self.layout.spellings)
        first = bisect_left(ordered, start)
        last = bisect_left(ordered, start + "\U0010ffff", first)
        found: Sequence[str] = ordered[first:last]
        return found

    @property
    def by_key(self) -> Mapping[str, Sequence[str]]:
        """By the key of inflections, the spellings in the text that answer to it."""
        if (found := self.memo.get("by_key")) is None:
            found = defaultdict(list)
            keys_of_word = self.reader.keys_of_word
            for spelling in self.layout.spellings:
                for key in keys_of_word[spelling]:
                    found[key].append(spelling)
            self.memo["by_key"] = found
        by_key: Mapping[str, Sequence[str]] = found
        return by_key

    def _spans(self, spellings: Iterable[str]) -> list[Span]:
        positions, compounds = self.layout.positions, self.layout.compounds
        found: set[Span] = set()
        for spelling in spellings:
            found.update([(position, position) for position in positions.get(spelling, ())])
            if spelling in compounds:
                found.update(compounds[spelling])
        return sorted(found)

    def _within(
        self, asked: object, field: str | None, find: Callable[[], list[Span]]
    ) -> Sequence[Span]:
        memo = self.memo
        if (everywhere := memo.get(asked)) is None:
            everywhere = memo[asked] = find()
        start, end = self.layout.bounds(field)
        if everywhere and (everywhere[0][0] < start or everywhere[-1][0] >= end):
            everywhere = everywhere[
                bisect_left(everywhere, (start,)) : bisect_left(everywhere, (end,))
            ]
        result: Sequence[Span] = everywhere
        return result

    def field_at(self, position: int) -> str:
        """The field that the word at `position` is in."""
        return self.layout.field_at(position)

    # The text as written.

    def paragraph(self, position: int) -> Paragraph:
        """The paragraph that the word at `position` is in."""
        if self._paragraphs is None:
            self._paragraphs = list(self._find_paragraphs())
        return self._paragraphs[bisect_right(self.layout.paragraphs, position) - 1]

    def located(self, first: int, last: int) -> Located:
        """Where the words from position `first` to `last` stand in the text as written."""
        if (found := self.memo.get((first, last))) is None:
            begin = end = self.paragraph(first)
            if last not in begin:  # a loose phrase may go on in the next one
                end = self.paragraph(last)
            start, after = begin.place(first)[0], end.place(last)[1]
            found = self.memo[first, last] = Located(begin, end, start, after)
        located: Located = found
        return located

    def _find_paragraphs(self) -> Iterable[Paragraph]:
        firsts = iter(self.layout.paragraphs)
        for field in FIELDS:
            value = self.original.value(field)
            start = 0
            for end, after in (*_breaks(value), (len(value), len(value))):
                yield Paragraph(field, value[start:end], start, next(firsts), self.reader)
                start = after

    def written(self, position: int) -> str:
        """The word at `position` as it stands in the text."""
        paragraph = self.paragraph(position)
        start, end = paragraph.place(position)
        return self.original.value(paragraph.field)[start:end]

    def cased(self, position: int) -> str:
        """The word at `position` as it is compared with its capitals."""
        if (found := self.memo.get(("cased", position))) is None:
            written = self.written(position) if self.layout.words[position] else ""
            found = self.memo["cased", position] = cased(written)
        spelled: str = found
        return spelled


def _breaks(value: str) -> Iterable[Span]:
    return (match.span() for match in _PARAGRAPH.finditer(value))


class _Layout:
    """The words of all fields by position, and their positions."""

    __slots__ = (
        "_default_end",
        "compounds",
        "fields",
        "glued",
        "paragraphs",
        "positions",
        "words",
    )

    def __init__(self, split: Callable[[str], list[list[str]]], reader: Reader) -> None:
        self.words: list[str] = []
        self.fields: dict[str, Span] = {}  # from the first position to beyond the last
        self.compounds: defaultdict[str, list[Span]] = defaultdict(list)
        self.paragraphs: list[int] = []  # the position of the first word of each, empty ones too
        self.glued: set[int] = set()  # positions of words with nothing between them and the last
        for name in FIELDS:
            if name == OTHER_FIELDS[0]:
                self._default_end = len(self.words)
            start = len(self.words)
            for paragraph in split(name):
                self._lay(
                    list(map(reader.__getitem__, paragraph)), is_first=len(self.words) == start
                )
            self.fields[name] = (start, len(self.words))
            self.words += _FIELD_GAP
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for start, end in self.fields.values():
            for position, word in enumerate(self.words[start:end], start):
                positions[word].append(position)
        positions.pop(_GAP, None)
        self.positions: Mapping[str, list[int]] = positions

    def _lay(self, paragraph: list[Piece], *, is_first: bool) -> None:
        words = list(chain.from_iterable(map(_WORDS, paragraph)))
        if words and not is_first:
            self.words.append(_GAP)
        start = len(self.words)
        self.paragraphs.append(start)
        self.words += words
        if not any(map(_SEVERAL, paragraph)):
            return
        for piece in paragraph:
            if piece.several:
                for joined, first, last in piece.compounds:
                    self.compounds[joined].append((start + first, start + last))
                self.glued.update(start + at for at in piece.glued)
            start += len(piece.words)

    @property
    def spellings(self) -> Iterable[str]:
        """Every word and every joined compound, each once."""
        return {**self.positions, **self.compounds}

    def field_at(self, position: int) -> str:
        """The field that the word at `position` is in."""
        for name, (start, end) in self.fields.items():
            if position < end:
                if position >= start:
                    return name
                break
        raise IndexError(position)

    def bounds(self, field: str | None) -> Span:
        """From the first position of the field (None: of the default ones) to beyond the last."""
        return (0, self._default_end) if field is None else self.fields[field]
