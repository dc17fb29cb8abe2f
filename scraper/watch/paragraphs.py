"""Paragraphs of a text, read piece by piece, and where their words stand in it as written."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from scraper.text.sentences import sentences
from scraper.text.words import Word, words
from scraper.watch.reading import Reader

Span = tuple[int, int]  # positions of the first and the last word, or characters

_PIECE: Final = re.compile(r"\S+")  # as str.split has them


class Paragraph:
    """A paragraph of a field, whose first word has the position `first`."""

    __slots__ = (
        "_ends",
        "_places",
        "_reader",
        "_sentences",
        "_starts",
        "_text",
        "field",
        "first",
        "start",
    )

    def __init__(self, field: str, text: str, start: int, first: int, reader: Reader) -> None:
        self.field, self.start, self.first = field, start, first
        self._text, self._reader = text, reader
        self._starts: list[int] = []  # of what stands between spaces
        self._ends: list[int] = []  # how many words there are up to the end of each
        self._places: dict[int, Sequence[Word]] = {}  # the words of some of them
        self._sentences: list[Span] | None = None

    def _count(self) -> list[int]:
        if not self._ends and self._text:
            # Pieces are looked up as they were read (see pieces_of).
            text = self._text.lower() if self._text.isascii() else self._text
            count = 0
            for match in _PIECE.finditer(text):
                piece = match[0]
                if piece[-1] in ".,":
                    piece = piece[:-1]
                if piece:
                    count += len(self._reader[piece].words)
                self._starts.append(match.start())
                self._ends.append(count)
        return self._ends

    def place(self, position: int) -> Span:
        """Where the word at `position` starts and ends in its field."""
        at = position - self.first
        ends = self._count()
        index = bisect_right(ends, at)
        if (found := self._places.get(index)) is None:
            piece = _PIECE.match(self._text, self._starts[index])
            found = self._places[index] = words(piece[0] if piece else "")
        _, start, end = found[at - (ends[index - 1] if index else 0)]
        shift = self.start + self._starts[index]
        return start + shift, end + shift

    def __contains__(self, position: int) -> bool:
        """Whether the word at `position` is one of its own."""
        ends = self._count()
        return bool(ends) and self.first <= position < self.first + ends[-1]

    @property
    def sentences(self) -> Sequence[Span]:
        """Its sentences as (start, end) of the text of its field."""
        if self._sentences is None:
            at = self.start
            self._sentences = [(start + at, end + at) for start, end in sentences(self._text)]
        return self._sentences


class Located(NamedTuple):
    """Words by the paragraphs of the first and the last, and from where to where in their field."""

    begin: Paragraph
    end: Paragraph
    start: int
    after: int


def pieces_of(paragraph: str) -> list[str]:
    """What stands between spaces, the more alike the better: each is read once.

    Neither capitals nor signs at the end of a piece make other words of it. What is not ASCII stays
    as it is, for its small letters may be more than its capitals.
    """
    if paragraph.isascii():
        paragraph = paragraph.lower()
    return paragraph.replace(", ", " ").replace(". ", " ").split()
