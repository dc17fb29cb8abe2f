"""The texts that an article has had, and what changed between two of them, side by side."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scraper.errors import UsageError
from scraper.text.diff import Kind, Piece
from storage.records import Article, Revision, StoredArticle

_BREAK: Final = re.compile(r"\n\s*\n")
# Thai and Lao, Myanmar, Khmer, kana, Han: written without spaces between words.
_SPACELESS: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Version:
    """A text of an article; the first that it ever had is number 1."""

    number: int
    seen_at: datetime
    text: Article | Revision


def versions(stored: StoredArticle, earlier: Sequence[Revision]) -> list[Version]:
    """The texts of an article that are kept, the first seen first; the last is the present one."""
    first = stored.revisions - len(earlier) + 1
    seen_at = stored.revised_at or stored.first_seen_at
    return [
        *(Version(number, text.seen_at, text) for number, text in enumerate(earlier, first)),
        Version(stored.revisions + 1, seen_at, stored.article),
    ]


def chosen(
    kept: Sequence[Version], article_id: int, old: int | None, new: int | None
) -> tuple[Version, Version]:
    """The two texts to compare, by their numbers; None: the last, and the one before.

    Raises UsageError where one of them is not kept.
    """
    numbers = {version.number: version for version in kept}
    last = kept[-1].number
    if last == 1:
        raise UsageError(f"article {article_id} was never edited: it has one text")
    later = last if new is None else new
    earlier = (later - 1 or 1) if old is None else old
    for number in (earlier, later):
        if number not in numbers:
            raise UsageError(
                f"article {article_id} has texts {kept[0].number} to {last}, and no text {number}"
            )
    return numbers[earlier], numbers[later]


@dataclass(frozen=True, slots=True)
class Row:
    """Paragraphs that stand beside each other; each is made of pieces."""

    before: Sequence[Sequence[Piece]]
    after: Sequence[Sequence[Piece]]

    @property
    def is_changed(self) -> bool:
        """Whether they differ."""
        every = (piece for side in (self.before, self.after) for each in side for piece in each)
        return any(piece.kind is not Kind.SAME for piece in every)


def side_by_side(found: Iterable[Piece]) -> list[Row]:
    """The pieces of two texts as rows: a new one begins where a paragraph ends in both."""
    rows: list[Row] = []
    before: list[list[Piece]] = [[]]
    after: list[list[Piece]] = [[]]
    for piece in found:
        for place, part in enumerate(_BREAK.split(piece.text)):
            if place and piece.kind is Kind.SAME:
                rows.append(_row(before, after))
                before, after = [[]], [[]]
            elif place:
                (before if piece.kind is Kind.REMOVED else after).append([])
            if not part:
                continue
            if piece.kind is not Kind.ADDED:
                _put(before[-1], Piece(piece.kind, part))
            if piece.kind is not Kind.REMOVED:
                _put(after[-1], Piece(piece.kind, part))
    rows.append(_row(before, after))
    return [row for row in rows if row.before or row.after]


def _put(paragraph: list[Piece], piece: Piece) -> None:
    """What is the same comes as the later text has it: in the earlier one a space may be missing.

    In scripts that are written without spaces none is.
    """
    if paragraph:
        last = paragraph[-1]
        ends = last.text[-1:], piece.text[:1]
        if all(each.isalnum() and not _SPACELESS.match(each) for each in ends):
            paragraph[-1] = Piece(last.kind, f"{last.text} ")
    paragraph.append(piece)


def _row(before: list[list[Piece]], after: list[list[Piece]]) -> Row:
    return Row(*([each for each in side if _has_text(each)] for side in (before, after)))


def _has_text(paragraph: Sequence[Piece]) -> bool:
    return any(piece.text.strip() for piece in paragraph)
