"""What an overlap says of two articles.

The thresholds were chosen on one half of a set of edited articles and checked on the other: see
docs/decisions/copies.md. A false merge keeps an alert from ringing, a missed copy rings twice:
where in doubt, it is no copy.
"""

from typing import Final, Literal, NamedTuple

from scraper.dedupe.overlap import Overlap
from scraper.dedupe.sketch import Sketch

Kind = Literal["copy", "rewrite"]

LEAST_SHARED: Final = 8  # pairs: a phrase or two that both use is no evidence

# Of the shorter text, what must stand in the other word for word, and with the holes filled.
COPY_CONTAINMENT: Final = 0.35
COPY_COVERAGE: Final = 0.55
# And of the longer one. More of it when all that is shared is one solid block: that may be a
# paragraph quoted whole, an item of a roundup, or an outlet's boilerplate.
COPY_LONG_COVERAGE: Final = 0.25
SOLID_LONG_COVERAGE: Final = 0.4
SOLID: Final = 0.85  # of the shared pairs, in the largest block
# A text cut short has nothing but the beginning of the longer one, however little that is of it.
CUT_COVERAGE: Final = 0.7
CUT_BEGINS: Final = 0.2  # within this part of the longer text

# Brief items made from one template differ in a few words here and there, which is all there is to
# them: so a brief copy has to have nearly all of the text.
BRIEF: Final = 80  # pairs in the longer text
BRIEF_CONTAINMENT: Final = 0.65
BRIEF_COVERAGE: Final = 0.9
SHORT: Final = 200  # pairs in the longer text: up to here, its numbers tell one event from another
LEAST_FIGURES: Final = 2
FIGURES_AGREE: Final = 0.5  # of the numbers of the one that has fewer

# The whole text, boilerplate and all, with hardly more than single words changed.
WHOLE_CONTAINMENT: Final = 0.85
WHOLE_COVERAGE: Final = 0.95

REWRITE_SHARED: Final = 16
REWRITE_CONTAINMENT: Final = 0.2
REWRITE_LONG_COVERAGE: Final = 0.25


class Verdict(NamedTuple):
    """What the second article is to the first. `score` is the mean of both coverages, 0 to 1."""

    kind: Kind
    score: float


def judge(overlap: Overlap, one: Sketch, two: Sketch) -> Verdict | None:
    """Whether the texts with these sketches are copies, or one a rewrite of the other; else None.

    Which text came first makes no difference.
    """
    if overlap.short.shared < LEAST_SHARED or _figures_part(overlap, one, two):
        return None
    if _is_copy(overlap):
        return Verdict("copy", _score(overlap))
    if _is_rewrite(overlap):
        return Verdict("rewrite", _score(overlap))
    return None


def judge_whole(overlap: Overlap, one: Sketch, two: Sketch) -> Verdict | None:
    """As `judge`, of texts whose every sentence other stories have too: the same whole, or nothing.

    A wire story ends up here when its first copies were too different to be known as such.
    """
    if overlap.short.shared < LEAST_SHARED or _figures_part(overlap, one, two):
        return None
    short, long = overlap.short, overlap.long
    same = short.containment >= WHOLE_CONTAINMENT and long.coverage >= WHOLE_COVERAGE
    return Verdict("copy", _score(overlap)) if same else None


def _score(overlap: Overlap) -> float:
    return (overlap.short.coverage + overlap.long.coverage) / 2


def _is_copy(overlap: Overlap) -> bool:
    short, long = overlap.short, overlap.long
    if short.containment < COPY_CONTAINMENT:
        return False
    if long.length < BRIEF and (
        short.containment < BRIEF_CONTAINMENT or short.coverage < BRIEF_COVERAGE
    ):
        return False
    if short.coverage >= CUT_COVERAGE and long.first <= CUT_BEGINS * long.length:
        return True
    enough = SOLID_LONG_COVERAGE if _is_solid(overlap) else COPY_LONG_COVERAGE
    return short.coverage >= COPY_COVERAGE and long.coverage >= enough


def _is_rewrite(overlap: Overlap) -> bool:
    short, long = overlap.short, overlap.long
    return (
        short.shared >= REWRITE_SHARED
        and long.length >= BRIEF
        and short.containment >= REWRITE_CONTAINMENT
        and long.coverage >= REWRITE_LONG_COVERAGE
        and not _is_solid(overlap)
    )


def _is_solid(overlap: Overlap) -> bool:
    return overlap.short.largest >= SOLID * overlap.short.shared


def _figures_part(overlap: Overlap, one: Sketch, two: Sketch) -> bool:
    """Whether the numbers in two short texts say that they tell of two events."""
    if overlap.long.length >= SHORT:
        return False
    fewer = min(len(one.figures), len(two.figures))
    common = len(one.figures & two.figures)
    return fewer >= LEAST_FIGURES and common < FIGURES_AGREE * fewer
