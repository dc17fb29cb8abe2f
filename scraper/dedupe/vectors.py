"""What is kept of an article to compare it with others on the same event: a short vector.

The packed form: VERSION (1 byte), the language (3 bytes: two or three letters, the rest zero), then
3 bytes for each of the heaviest terms, the heaviest first, big-endian: 20 bits for the term, 4 for
how far it falls short of the heaviest, in thirds of a halving. So a vector of 48 terms takes 148
bytes, and its weights are right to an eighth. Version 1 was the same without the language.
"""

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

VERSION: Final = 2
KEPT: Final = 48  # terms of an article
INDEXED: Final = 6  # of them, the heaviest, under which the article is found
ASKED: Final = 24  # of them, with which an article looks for others
# Pairs of characters: half of them straddle two words, and are rarer than any word. So where most
# terms are pairs there have to be more of them.
KEPT_PAIRS: Final = 96
MORE_PAIRS: Final = 2  # times as many are indexed, and asked for

_LEVELS: Final = 16
_STEPS: Final = 3  # levels to a halving
_WEIGHTS: Final = tuple(2 ** (-level / _STEPS) for level in range(_LEVELS))
_LEVEL_BITS: Final = 4
_SIZE: Final = 3  # bytes of a term
_WITHOUT_LANGUAGE: Final = 1  # a version
_TERMS_FROM: Final = {_WITHOUT_LANGUAGE: 1, VERSION: 4}  # the byte where they begin
_LANGUAGE: Final = slice(1, 4)
_CODE: Final = re.compile(r"[a-z]{2,3}", re.ASCII)
_NO_LANGUAGE: Final = frozenset(("mis", "mul", "und", "zxx"))  # codes of ISO 639 that name none

BESIDE: Final = 2.0
# What reports in two languages have in common is names and numbers, and those are as rare in one
# language as they are common in the other: they have to be twice as alike.
FOREIGN: Final = 0.5

# The last two bits of a term tell what it is: a word in a script with capitals, a number, a word in
# a script without, or a pair of characters.
KIND_BITS: Final = 3
WORD, NUMBER, CASELESS, PAIR = range(4)
# Without capitals names do not stand out, and of pairs half are noise: two reports of one event
# come out less alike, by so much on texts that were written in such scripts for the purpose.
_SCALE: Final = (1.0, 1.0, 1.3, 2.6)

Vector = Mapping[int, float]  # of length 1; the heaviest term first


def packed(weights: Mapping[int, float], language: str = "") -> bytes:
    """The packed vector of terms with these weights, all above 0; of equal ones the lower term.

    `language` is its code in lower case, without region or script. One that names no language, or
    is none of ISO 639, is taken for unknown.
    """
    heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:KEPT_PAIRS]
    if not _are_pairs(heaviest):
        heaviest = heaviest[:KEPT]
    known = _CODE.fullmatch(language) and language not in _NO_LANGUAGE
    parts = [bytes([VERSION]), (language.encode() if known else b"").ljust(3, b"\0")]
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
    begin = _TERMS_FROM.get(content[0])
    if begin is None:
        return {}
    weights = {}
    for place in range(begin, len(content), _SIZE):
        value = int.from_bytes(content[place : place + _SIZE], "big")
        weights[value >> _LEVEL_BITS] = _WEIGHTS[value & (_LEVELS - 1)]
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()}


def indexed(content: bytes) -> list[int]:
    """Under which of its terms an article is found, the heaviest first."""
    return _heaviest(content, INDEXED)


def asked(content: bytes) -> list[int]:
    """With which of its terms an article looks for others, the heaviest first."""
    return _heaviest(content, ASKED)


def _heaviest(content: bytes, number: int) -> list[int]:
    terms = list(unpacked(content))
    return terms[: MORE_PAIRS * number if _are_pairs(terms) else number]


def _are_pairs(terms: Sequence[int]) -> bool:
    """Whether most of these are pairs of characters."""
    return 2 * sum(term & KIND_BITS == PAIR for term in terms) > len(terms)


def similarity(one: bytes, two: bytes) -> float:
    """How alike two articles are by their packed vectors, 0 to 1: FOREIGN for two languages.

    Raises ValueError when a vector is damaged.
    """
    found = likeness(unpacked(one), unpacked(two))
    return FOREIGN * found if found and _are_foreign(one, two) else found


def _are_foreign(one: bytes, two: bytes) -> bool:
    """Whether both languages are known, and differ.

    A code of two letters and one of three may name the same language.
    """
    if one[0] != VERSION or two[0] != VERSION:
        return False
    ours, theirs = (content[_LANGUAGE].rstrip(b"\0") for content in (one, two))
    return ours != theirs and len(ours) == len(theirs)


def likeness(one: Vector, two: Vector) -> float:
    """How much two vectors point the same way, 0 to 1: their cosine, but for three things.

    Numbers tell two events apart, they do not make one: two articles that share "75" and no word
    have nothing in common. So shared numbers add no more than BESIDE times what words do. And words
    without capitals, and pairs of characters, count for more.
    """
    return min(1.0, sum(shares(one, two).values()))


def shares(one: Vector, two: Vector) -> dict[int, float]:
    """How much each term that two vectors share adds to their likeness, before that is cut to 1."""
    found: dict[int, float] = {}
    words = numbers = 0.0
    for term in one.keys() & two.keys():
        kind = term & KIND_BITS
        found[term] = value = _SCALE[kind] * one[term] * two[term]
        if kind == NUMBER:
            numbers += value
        else:
            words += value
    if numbers > BESIDE * words:
        for term in found:
            if term & KIND_BITS == NUMBER:
                found[term] *= BESIDE * words / numbers
    return found
