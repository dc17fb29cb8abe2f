"""A text as hashed runs of neighbouring words.

A shingle (Broder, "On the resemblance and containment of documents", 1997) is a run of neighbouring
words. Two widths are used: pairs of words measure how much two texts share, runs of four words find
the texts that may share something. In scripts written without spaces a word is one character, so a
width is a weight rather than a count: a run goes on until its words weigh enough.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple
from zlib import crc32

WORD_WEIGHT: Final = 4
PAIR_WEIGHT: Final = 2 * WORD_WEIGHT

# A written word of Chinese, Japanese or Korean takes about two characters, one of Thai, Lao, Khmer
# or Burmese about four. Ranges are inclusive and in order.
_FIRST_NARROW: Final = "\u0e00"
_NARROW: Final = (
    ("\u0e00", "\u0eff", 1),  # Thai, Lao
    ("\u1000", "\u109f", 1),  # Myanmar
    ("\u1100", "\u11ff", 2),  # Hangul jamo
    ("\u1780", "\u17ff", 1),  # Khmer
    ("\u1950", "\u19df", 1),  # Tai Le, New Tai Lue
    ("\u1a20", "\u1aaf", 1),  # Tai Tham
    ("\u2e80", "\u9fff", 2),  # radicals, kana, bopomofo, Han
    ("\ua9e0", "\ua9ff", 1),  # Myanmar, extended
    ("\uaa60", "\uaadf", 1),  # Myanmar, extended; Tai Viet
    ("\uac00", "\ud7ff", 2),  # Hangul syllables
    ("\uf900", "\ufaff", 2),  # Han, compatibility forms
    ("\U00020000", "\U0003ffff", 2),  # Han, supplementary planes
)

_MAYBE_NARROW: Final = re.compile(f"[{_FIRST_NARROW}-\U0010ffff]")
_MASK_32: Final = 0xFFFF_FFFF
_MASK_64: Final = 0xFFFF_FFFF_FFFF_FFFF
_GOLDEN_32: Final = 0x9E37_79B1  # 2**32 and 2**64 over the golden ratio, made odd:
_GOLDEN_64: Final = 0x9E37_79B9_7F4A_7C15  # Knuth's multiplicative hashing, TAOCP 3, 6.4
_SIGN_64: Final = 1 << 63


class Shingles(NamedTuple):
    """The hashes of a text's runs of words, in the order of the text, repeats included.

    `pairs` are unsigned 32-bit, `quads` signed 64-bit integers.
    """

    pairs: list[int]
    quads: list[int]


def shingle(tokens: Sequence[str]) -> Shingles:
    """The runs of two and of four words of a folded text, each word one token."""
    encoded = [token.encode("utf-8", "surrogatepass") + b" " for token in tokens]
    if not _MAYBE_NARROW.search(" ".join(tokens)):
        pairs = [
            crc32(first + second) * _GOLDEN_32 & _MASK_32 for first, second in pairwise(encoded)
        ]
        return Shingles(pairs, _quads(zip(pairs, pairs[2:], strict=False)))
    return _weighted(encoded, [_weight(token) for token in tokens])


def _weighted(encoded: Sequence[bytes], weights: Sequence[int]) -> Shingles:
    """As `shingle`, of words of unequal weight."""
    pairs: list[int] = []
    ends: list[int] = []  # for each pair, the index of the first token after it
    for start in range(len(encoded)):
        weight = digest = 0
        end = start
        while weight < PAIR_WEIGHT and end < len(encoded):
            digest = crc32(encoded[end], digest)
            weight += weights[end]
            end += 1
        if weight < PAIR_WEIGHT:
            break
        pairs.append(digest * _GOLDEN_32 & _MASK_32)
        ends.append(end)
    following = (
        (pair, pairs[end]) for pair, end in zip(pairs, ends, strict=True) if end < len(pairs)
    )
    return Shingles(pairs, _quads(following))


def _quads(following: Iterable[tuple[int, int]]) -> list[int]:
    """One signed 64-bit hash for each two pairs that follow one another.

    In one expression, without a call for each: an article has a thousand.
    """
    return [
        value - ((value & _SIGN_64) << 1)
        for first, second in following
        for mixed in (((first << 32 | second) * _GOLDEN_64) & _MASK_64,)
        for value in (((mixed ^ mixed >> 32) * _GOLDEN_64) & _MASK_64,)
    ]


def _weight(token: str) -> int:
    if token < _FIRST_NARROW:
        return WORD_WEIGHT
    first = token[0]
    for low, high, weight in _NARROW:
        if first <= high:
            return weight if first >= low else WORD_WEIGHT
    return WORD_WEIGHT
