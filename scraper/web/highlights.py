"""What watches found, marked in the whole text that it stands in."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from scraper.web.cards import apart, joined
from storage.records import Passage

_SPACE: Final = re.compile(r"\s")
_CUT: Final = "…"  # where a passage was cut out of a longer sentence
_MOST: Final = 200  # passages that are looked for: an article may be matched by every watch


def marks(field: str, text: str, passages: Iterable[Passage]) -> tuple[tuple[int, int], ...]:
    """Where in the text of a field its passages mark something: (start, end), in order, apart.

    A passage of an earlier text of the article marks nothing where that is no longer there.
    """
    shown = _SPACE.sub(" ", text)  # as passages have it, character for character
    found: set[tuple[int, int]] = set()
    for passage in islice(joined(each for each in passages if each.field == field), _MOST):
        found.update(_placed(shown, passage))
    return apart(found)


def paragraphs(body: str, passages: Iterable[Passage]) -> Iterator[Passage]:
    """The paragraphs of a body, each with what is marked in it."""
    found = marks("body", body, passages)
    begin = 0
    for paragraph in body.split("\n\n"):
        end = begin + len(paragraph)
        if paragraph.strip():
            inside = tuple(
                (max(first, begin) - begin, min(last, end) - begin)
                for first, last in found
                if first < end and last > begin
            )
            yield Passage(field="body", text=paragraph, highlights=inside)
        begin = end + 2


def _placed(text: str, passage: Passage) -> Iterator[tuple[int, int]]:
    """What a passage marks, by its place in the text; nothing if it is not there."""
    begin, end = 0, len(passage.text)
    at = text.find(passage.text)
    if at < 0:
        begin += passage.text.startswith(_CUT)
        end -= passage.text.endswith(_CUT)
        at = text.find(passage.text[begin:end]) if begin < end else -1
    if at < 0:
        return
    for first, last in passage.highlights:
        if begin <= first < last <= end:
            yield at + first - begin, at + last - begin
