"""Fits text into the room that a service gives, in its own markup.

Text is cut before it is written in markup, so a cut never stands inside an escape or a tag.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scraper.alerts.clean import ELLIPSIS
from scraper.alerts.message import Segment

# Where a sentence ends, in any script: its mark, closing quotes and brackets, and a space (or none
# after marks that are never inside a word).
_SENTENCE_END = re.compile(r"[.!?…؟۔।]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』）]*")
_ENDING = frozenset(".!?…؟۔।。！？")
_CLOSING = "\"'”’»)]」』）"
_JOINER = "\N{ZERO WIDTH JOINER}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """How a service writes text.

    `escape` works on each character alone. `hit` stands before and after what the query asked for.
    `size` measures what is written, in the unit that the service counts.
    """

    escape: Callable[[str], str] = str
    hit: tuple[str, str] = ("", "")
    size: Callable[[str], int] = len

    def write(self, segments: Iterable[Segment]) -> str:
        """The segments in this markup, whole."""
        before, after = self.hit
        return "".join(
            f"{before}{self.escape(each.text)}{after}" if each.hit else self.escape(each.text)
            for each in segments
        )

    def fit(self, text: str | Sequence[Segment], room: int) -> str:
        """The text in this markup, of at most `room`; see `fitted`."""
        segments = (Segment(text, hit=False),) if isinstance(text, str) else text
        return self.write(fitted(segments, room, lambda some: self.size(self.write(some))))


def fitted(
    segments: Sequence[Segment], room: int, size: Callable[[Sequence[Segment]], int]
) -> tuple[Segment, ...]:
    """As many of the segments' characters as have room, with an ellipsis where some are left out.

    It ends with a sentence where one ends in the second half of what has room, else with a word
    if one does; and never between a letter and what belongs to it. Nothing when nothing has room.
    """
    if size(segments) <= room:
        return tuple(segments)
    text = "".join(each.text for each in segments)
    low, high = 0, len(text)
    while low < high:  # the most characters that have room with the ellipsis
        middle = (low + high + 1) // 2
        if size(_ended(segments, text, middle)) <= room:
            low = middle
        else:
            high = middle - 1
    end = _good_end(text, low)
    cut = _ended(segments, text, end)
    # An end before `low` is shorter, but may stand before a highlight's end or get a space more.
    return cut if end and size(cut) <= room else ()


def _ended(segments: Sequence[Segment], text: str, end: int) -> tuple[Segment, ...]:
    kept = text[:end].rstrip()
    sentence = kept.rstrip(_CLOSING)[-1:] in _ENDING if kept else False
    tail = f" {ELLIPSIS}" if sentence else ELLIPSIS
    return (*_taken(segments, len(kept)), Segment(tail, hit=False))


def _taken(segments: Sequence[Segment], length: int) -> Iterable[Segment]:
    for each in segments:
        if length <= 0:
            return
        yield Segment(each.text[:length], hit=each.hit)
        length -= len(each.text)


def _good_end(text: str, most: int) -> int:
    """The best place to end among the first `most` characters."""
    ends = [each.end() for each in _SENTENCE_END.finditer(text, 0, most + 1) if each.end() <= most]
    if ends and ends[-1] > most // 2:
        return ends[-1]
    space = text.rfind(" ", 0, most + 1)
    if space > most * 2 // 3:
        return space
    while 0 < most < len(text) and (
        unicodedata.combining(text[most])
        or unicodedata.category(text[most]) in {"Mn", "Me", "Mc", "Cf"}
        or text[most - 1] == _JOINER
    ):
        most -= 1
    return most


def utf16_units(text: str) -> int:
    """How long the text is in UTF-16, as Telegram and Discord count."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf8_bytes(text: str) -> int:
    """How many bytes the text has in UTF-8."""
    return len(text.encode("utf-8"))
