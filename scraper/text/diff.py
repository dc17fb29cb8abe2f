"""What differs between two texts, word by word.

Words are compared folded, so quotation marks, capitals, hyphens and white space make no difference;
signs of money and per cent do. Scripts written without spaces are compared by the character.

Sentences that both texts have are found first, then the words in what is left between them
(sequences.py says how). Last, words that are alike by chance amid others are taken for changed
(Neil Fraser, "Diff Strategies", 2006): people read phrases, not scattered words.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from scraper.text.sentences import sentences
from scraper.text.sequences import Budget, Run, common, end_of, joined, numbered
from scraper.text.words import words

# Currency signs, per cent and per mille: "$12" corrected to "€12" is another sum.
_SIGNS: Final = "%\u2030\u066a\uff05" + "".join(
    chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) == "Sc"
)
_SIGN: Final = re.compile(f"[{re.escape(_SIGNS)}]")


class Token(NamedTuple):
    """A word, with what stands between it and the next: `original[start:end]`.

    `key` is what is compared. The first token begins where the text does, the last ends with it.
    """

    key: str
    start: int
    end: int


class Kind(StrEnum):
    """Which of two texts a piece stands in."""

    SAME = "same"  # in both
    REMOVED = "removed"  # in the earlier one alone
    ADDED = "added"  # in the later one alone


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, with the space after it."""

    kind: Kind
    text: str


def tokens(text: str) -> list[Token]:
    """The words of a text in their order, in time linear in its length."""
    found = words(text)
    if not found:
        return []
    starts = [0, *(word.start for word in found[1:]), len(text)]
    signed = _SIGN.search(text) is not None
    return [
        Token(word.text + _signs(text, word, start, end) if signed else word.text, start, end)
        for word, start, end in zip(found, starts, starts[1:], strict=False)
    ]


def _signs(text: str, word: tuple[str, int, int], start: int, end: int) -> str:
    """Of the first word also those before it: all others go with the word before."""
    _, first, last = word
    return "".join(_SIGN.findall(text, start, first) + _SIGN.findall(text, last, end))


def pieces(before: str, after: str) -> list[Piece]:
    """The later text, with what was taken out of the earlier one where it stood.

    What is the same and what was added are, put together, the later text.
    """
    old, new = tokens(before), tokens(after)
    if not new:
        return [Piece(Kind.REMOVED, before)] * bool(old) + [Piece(Kind.SAME, after)] * bool(after)
    found: list[Piece] = []
    at_old = at_new = 0
    for run in (*runs(before, old, after, new), Run(len(old), len(new), 0)):
        _put(found, Kind.REMOVED, before, old[at_old : run.before])
        _put(found, Kind.ADDED, after, new[at_new : run.after])
        at_old, at_new = run.before + run.length, run.after + run.length
        _put(found, Kind.SAME, after, new[run.after : at_new])
    return found


def _put(found: list[Piece], kind: Kind, text: str, part: Sequence[Token]) -> None:
    if part:
        found.append(Piece(kind, text[part[0].start : part[-1].end]))


def runs(before: str, old: Sequence[Token], after: str, new: Sequence[Token]) -> list[Run]:
    """The runs of words that two texts have in common; `old` and `new` are their tokens."""
    budget = Budget()
    keys = numbered((token.key for token in old), (token.key for token in new))
    by_sentence = [_by_sentence(before, old, keys[0]), _by_sentence(after, new, keys[1])]
    found: list[Run] = []
    at_old = at_new = 0
    for run in (*_same_sentences(by_sentence, budget), Run(len(old), len(new), 0)):
        inner = common(keys[0][at_old : run.before], keys[1][at_new : run.after], budget)
        shifted = (Run(each.before + at_old, each.after + at_new, each.length) for each in inner)
        found += _readable(shifted, (at_old, at_new), (run.before, run.after))
        found.append(run)
        at_old, at_new = run.before + run.length, run.after + run.length
    return joined(run for run in found if run.length)


class _Sentence(NamedTuple):
    keys: tuple[int, ...]
    first: int  # the number of its first word


def _by_sentence(text: str, found: Sequence[Token], keys: Sequence[int]) -> list[_Sentence]:
    """Its sentences with the keys of their words, all words in one of them."""
    grouped: list[_Sentence] = []
    first = 0
    for _, end in sentences(text):
        last = first
        while last < len(found) and found[last].start < end:
            last += 1
        if last > first:
            grouped.append(_Sentence(tuple(keys[first:last]), first))
        first = last
    return grouped


def _same_sentences(both: Sequence[Sequence[_Sentence]], budget: Budget) -> Iterator[Run]:
    """The runs of words that are sentences of both."""
    old, new = both
    numbers = numbered(*((sentence.keys for sentence in each) for each in both))
    for run in common(numbers[0], numbers[1], budget):
        for index in range(run.length):
            sentence = old[run.before + index]
            yield Run(sentence.first, new[run.after + index].first, len(sentence.keys))


def _readable(found: Iterable[Run], start: tuple[int, int], end: tuple[int, int]) -> Iterator[Run]:
    """The runs without those that are no longer than what was changed on either side of them.

    They lie between `start` and `end`, by the words of the earlier and the later text.
    """
    kept: list[Run] = []
    for run in (*found, Run(*end, 0)):
        while kept and _is_chance(kept[-1], end_of(kept[-2]) if kept[1:] else start, run):
            kept.pop()
        kept.append(run)
    return iter(kept[:-1])


def _is_chance(run: Run, before: tuple[int, int], after: Run) -> bool:
    """Whether a run between the end of one and the beginning of another is alike by chance."""
    left = max(run.before - before[0], run.after - before[1])
    end = end_of(run)
    right = max(after.before - end[0], after.after - end[1])
    return run.length < min(left, right)
