"""What is kept of an article to compare it with others on the same event: a short vector.

The packed form: VERSION (1 byte), then 3 bytes for each of the heaviest terms, the heaviest first,
big-endian: 20 bits for the term, 4 for how far it falls short of the heaviest, in thirds of a
halving. So a vector of 64 terms takes 193 bytes, and its weights are right to an eighth.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

VERSION: Final = 1
KEPT: Final = 64  # terms of an article
INDEXED: Final = 8  # of them, the heaviest, under which the article is found
ASKED: Final = 24  # of them, with which an article looks for others

_LEVELS: Final = 16
_STEPS: Final = 3  # levels to a halving
_WEIGHTS: Final = tuple(2 ** (-level / _STEPS) for level in range(_LEVELS))
_LEVEL_BITS: Final = 4
_SIZE: Final = 3  # bytes of a term

BESIDE: Final = 2.0
NUMBER_BIT: Final = 1  # set in the terms that are numbers, in no other

Vector = Mapping[int, float]  # of length 1; the heaviest term first


def packed(weights: Mapping[int, float]) -> bytes:
    """The packed vector of terms with these weights, all above 0; of equal ones the lower term."""
    heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:KEPT]
    parts = [bytes([VERSION])]
    for term in heaviest:
        halvings = math.log2(weights[heaviest[0]] / weights[term])
        level = min(_LEVELS - 1, round(_STEPS * halvings))
        parts.append((term << _LEVEL_BITS | level).to_bytes(_SIZE, "big"))
    return b"".join(parts)


# Unpacked, a vector takes some 8 kB; events come in bursts, so members come again.
@lru_cache(maxsize=2048)
def unpacked(content: bytes) -> Vector:
    """The vector in its packed form; an empty one for another version.

    Raises ValueError on bytes that are no vector.
    """
    if len(content) % _SIZE != 1:
        raise ValueError(f"{len(content)} bytes are no packed vector")
    if content[0] != VERSION:
        return {}
    weights = {}
    for place in range(1, len(content), _SIZE):
        value = int.from_bytes(content[place : place + _SIZE], "big")
        weights[value >> _LEVEL_BITS] = _WEIGHTS[value & (_LEVELS - 1)]
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()}


def heaviest(content: bytes, number: int) -> list[int]:
    """The heaviest terms of a packed vector, so many, the heaviest first."""
    return list(unpacked(content))[:number]


def likeness(one: Vector, two: Vector) -> float:
    """How much two vectors point the same way, 0 to 1: their cosine.

    But numbers tell two events apart, they do not make one: two articles that share "75" and no
    word have nothing in common. So shared numbers add no more than BESIDE times what words do.
    """
    words = numbers = 0.0
    for term in one.keys() & two.keys():
        if term & NUMBER_BIT:
            numbers += one[term] * two[term]
        else:
            words += one[term] * two[term]
    return words + min(BESIDE * words, numbers)


def shares(one: Vector, two: Vector) -> dict[int, float]:
    """How much each term that two vectors share adds to their likeness."""
    found = {term: one[term] * two[term] for term in one if term in two}
    numbers = sum(value for term, value in found.items() if term & NUMBER_BIT)
    counted = likeness(one, two) - sum(
        value for term, value in found.items() if not term & NUMBER_BIT
    )
    return {
        term: value * counted / numbers if term & NUMBER_BIT and numbers else value
        for term, value in found.items()
    }
