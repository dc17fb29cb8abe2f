"""How rare words are, learnt from the articles that came before.

Inverse document frequency (Spärck Jones, "A statistical interpretation of term specificity", 1972),
counted as the articles come, for each language by itself. Copies are not counted: a wire story that
two hundred outlets print is one text. The first COUNTED articles of a language all count, then one
in SAMPLED, chosen by its text: that is as good, and costs a sixteenth.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final
from zlib import crc32

from scraper.dedupe.terms import TERM_BITS, Terms
from scraper.dedupe.vectors import KIND_BITS, NUMBER, packed

COUNTED: Final = 1_000
SAMPLED: Final = 16

_MASK: Final = (1 << TERM_BITS) - 1


def count_keys(terms: Terms) -> list[int]:
    """Under which keys the articles with each of the terms are counted, in their order.

    A word that two languages share is counted in each by itself, a number in all of them together.
    """
    return [
        term if term & KIND_BITS == NUMBER else _shifted(terms.language, term)
        for term in terms.weights
    ]


def articles_key(language: str) -> int:
    """Under which key all articles of a language are counted: a negative number."""
    return -1 - _shifted(language, 0)


def is_counted(exact: str, articles: int) -> bool:
    """Whether an article with this exact text is one that counts, after so many that did."""
    return articles < COUNTED or int(exact[:8], 16) % SAMPLED == 0


def weigh(terms: Terms, articles: int, counts: Mapping[int, int]) -> bytes:
    """The packed vector of a text: its words by their weight in it, times how rare they are.

    `counts` are those of the articles that came before, under `count_keys`. The article itself is
    taken for one more, whether it is going to be counted or not. While few were read, hardly a word
    is known to be rare, so of the first articles next to nothing is said: rather that than to take
    two for alike because both have a "the".
    """
    total = math.log(articles + 1)
    weights = {}
    for (term, weight), key in zip(terms.weights.items(), count_keys(terms), strict=True):
        rare = total - math.log(counts.get(key, 0) + 1.5)
        if rare > 0:
            weights[term] = weight * rare
    return packed(weights, terms.language)


class Counts:
    """The counts in memory, by the rules of the database."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def of(self, terms: Terms) -> tuple[int, Mapping[int, int]]:
        """How many articles of its language were counted, and those with each of its terms."""
        return self._counts.get(articles_key(terms.language), 0), self._counts

    def add(self, keys: Iterable[int]) -> None:
        """Count one more article under each key."""
        for key in keys:
            self._counts[key] = self._counts.get(key, 0) + 1


def _shifted(language: str, term: int) -> int:
    return term ^ crc32(language.encode()) & _MASK & ~KIND_BITS
