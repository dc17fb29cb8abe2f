"""What a text is about: its words, weighed by how they stand in it.

Two outlets that report one event in their own words share hardly a sentence, but they share names,
numbers and dates, and name them early. So a word counts for more where it is written with a capital
within a sentence, where it stands near the beginning, and where it is a number; a year most of all,
which tells this election from the last one. There is no list of words and no grammar of any
language: of a word its beginning counts, which serves where inflection is at the end, and scripts
without spaces are read by pairs of characters. Where there are no capitals, no word gains by them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from scraper.dedupe.vectors import CASELESS, KIND_BITS, PAIR, WORD
from scraper.dedupe.vectors import NUMBER as NUMBER_TERM
from scraper.text.words import is_unspaced, words

MAX_CHARACTERS: Final = 20_000  # that are read: what is told after 3,000 words is background
STEM: Final = 5  # characters of a word that count (truncation; McNamee and Mayfield, 2004)
LEAD: Final = 60  # words: the headline and a paragraph or two
IN_LEAD: Final = 3.0
NAME: Final = 3.0
NUMBER: Final = 4.0
YEAR: Final = 6.0
DAMPING: Final = 0.7  # a word that comes ten times tells five times as much
# Of a shorter text nothing can be told: "Watch the video here" is about no event.
LEAST_TERMS: Final = 8

TERM_BITS: Final = 20  # of the number that stands for a word: of two texts one in 250 is wrong once
_MASK: Final = (1 << TERM_BITS) - 1

_SENTENCE_ENDS: Final = re.compile(r'[.!?:;"“”„«»。！？…\n]')
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Terms:
    """The words of a text, each a number of TERM_BITS bits, and what each weighs in it."""

    language: str  # its code without region or script, in lower case; "" if unknown
    weights: dict[int, float]


def describe(title: str | None, body: str, language: str | None = None) -> Terms:
    """What a text is about, before it is known how rare its words are.

    A text of fewer than LEAST_TERMS different words has no terms. Time: linear in the length, and
    no more than MAX_CHARACTERS are read.
    """
    counts: dict[str, float] = {}
    for term, weight in _weighed(_read(title, body)):
        counts[term] = counts.get(term, 0.0) + weight
    weights: dict[int, float] = {}
    if len(counts) >= LEAST_TERMS:
        for term, count in counts.items():
            number = _number(term)
            weights[number] = weights.get(number, 0.0) + _kind(term) * count**DAMPING
    return Terms((language or "").partition("-")[0].lower(), weights)


def spelled(title: str | None, body: str) -> dict[int, str]:
    """Each term of a text, and the word that it first stands for there, cut to what counts."""
    found: dict[int, str] = {}
    for term, _ in _weighed(_read(title, body)):
        found.setdefault(_number(term), term)
    return found


def _read(title: str | None, body: str) -> str:
    return f"{title}\n{body[:MAX_CHARACTERS]}" if title else body[:MAX_CHARACTERS]


def _weighed(text: str) -> Iterator[tuple[str, float]]:
    """The terms of a text in their order, and what each place of one weighs."""
    end, place = 0, 0.0
    former = ""  # the character before, in a script without spaces
    for word, start, stop in words(text):
        between = text[end:start]
        early = IN_LEAD if place < LEAD else 1.0
        if is_unspaced(word):
            if former and not between:
                yield former + word, early
            former = word
            place += 0.5
        else:
            begins = end == 0 or _SENTENCE_ENDS.search(between) is not None
            name = NAME if text[start].isupper() and not begins else 1.0
            yield word if word[0].isdecimal() else word[:STEM], early * name
            former = ""
            place += 1
        end = stop


def _number(term: str) -> int:
    """What stands for a term; its last bits tell its kind."""
    number = crc32(term.encode("utf-8", "surrogatepass")) & _MASK & ~KIND_BITS
    if term[0].isdecimal():
        return number | NUMBER_TERM
    if is_unspaced(term):
        return number | PAIR
    return number | (WORD if term.upper() != term else CASELESS)


def _kind(term: str) -> float:
    if not term[0].isdecimal():
        return 1.0
    return YEAR if _YEAR.fullmatch(term) else NUMBER
