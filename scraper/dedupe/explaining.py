"""What two texts have in common, for people who ask why they are of one story."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scraper.dedupe.overlap import compare
from scraper.dedupe.rarity import articles_key, weigh
from scraper.dedupe.signing import sign
from scraper.dedupe.sketch import unpack
from scraper.dedupe.terms import describe, spelled
from scraper.dedupe.vectors import shares, unpacked

_WORDS: Final = 15  # that are told

Written = tuple[str | None, str, str | None]  # title, body, language


@dataclass(frozen=True, slots=True)
class Overlapping:
    """How much of two texts stands in the other, 0 to 1.

    `here` and `there`: word for word; `covered_here` and `covered_there`: with single words that
    were changed in between.
    """

    here: float
    there: float
    covered_here: float
    covered_there: float


def overlapping(
    title: str | None, body: str, other_title: str | None, other_body: str
) -> Overlapping:
    """How much of a text, and of another, is in both."""
    one, two = (unpack(sign(*text).sketch) for text in ((title, body), (other_title, other_body)))
    shared = one.members & two.members
    found = compare(one, two, shared)
    halvings = max(one.halvings, two.halvings)
    lengths = [len(sketch.thinned(halvings)) for sketch in (one, two)]
    here, there = (
        (found.short, found.long) if lengths[0] <= lengths[1] else (found.long, found.short)
    )
    return Overlapping(
        round(here.containment, 3),
        round(there.containment, 3),
        round(here.coverage, 3),
        round(there.coverage, 3),
    )


def shared_words(one: Written, two: Written, counts: Mapping[int, int]) -> list[tuple[str, float]]:
    """The words, cut to what counts of them, by which two texts are alike: the weightiest first.

    With each, how much it adds to their likeness, 0 to 1; `counts` are those of today.
    """
    vectors = []
    for text in (one, two):
        terms = describe(*text)
        vectors.append(unpacked(weigh(terms, counts.get(articles_key(terms.language), 0), counts)))
    words = spelled(one[0], one[1])
    found = shares(*vectors)
    best = sorted(found, key=lambda term: (-found[term], term))[:_WORDS]
    return [(words[term], round(found[term], 3)) for term in best if term in words]
