"""A text as hashed runs of neighbouring words.

A shingle (Broder, "On the resemblance and containment of documents", 1997) is a run of neighbouring
words. Two widths are used: pairs of words measure how much two texts share, runs of four words find
the texts that may share something. In scripts written without spaces a word is one character, so a
width is a weight rather than a count: a run goes on until its words weigh enough.
"""

import re
import struct
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain, repeat
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
_GOLDEN_32: Final = 0x9E37_79B1  # 2**32 and 2**64 over the golden ratio, made odd:
_GOLDEN_64: Final = 0x9E37_79B9_7F4A_7C15  # Knuth's multiplicative hashing, TAOCP 3, 6.4


class Shingles(NamedTuple):
    """The hashes of a text's runs of words, in the order of the text, repeats included.

    `pairs` are unsigned 32-bit, `quads` signed 64-bit integers.
    """

    pairs: list[int]
    quads: list[int]


def shingle(tokens: Sequence[str]) -> Shingles:
    """The runs of two and of four words of a folded text, each word one token."""
    text = " \n".join((*tokens, ""))  # a space goes with each word, and no word has a line's end
    encoded = text.encode("utf-8", "surrogatepass").split(b"\n")[:-1]
    if text.isascii() or not _MAYBE_NARROW.search(text):
        # A checksum goes on from that of the word before.
        sums = map(crc32, encoded[1:], map(crc32, encoded))
        pairs = [each * _GOLDEN_32 & _MASK_32 for each in sums]
        return Shingles(pairs, _quads(pairs[:-2], pairs[2:]))
    weights = {token: _weight(token) for token in set(tokens)}
    return _weighted(encoded, [weights[token] for token in tokens])


def _weighted(encoded: Sequence[bytes], weights: Sequence[int]) -> Shingles:
    """As `shingle`, of words of unequal weight."""
    count = len(encoded)
    weighed = [0, *accumulate(weights)]  # at the beginning of each token, and at the end
    reached = [0, *chain.from_iterable(map(repeat, range(1, count + 1), weights))]
    places = [0, *accumulate(map(len, encoded))]
    joined = b"".join(encoded)
    # For each run that is whole, the index of the first token after it.
    whole = weighed[: bisect_right(weighed, weighed[-1] - PAIR_WEIGHT)]
    ends = [reached[weight + PAIR_WEIGHT] for weight in whole]
    pairs = [
        crc32(joined[start : places[end]]) * _GOLDEN_32 & _MASK_32
        for start, end in zip(places, ends, strict=False)
    ]
    following = [pairs[end] for end in ends if end < len(pairs)]
    return Shingles(pairs, _quads(pairs[: len(following)], following))


def _quads(first: Sequence[int], second: Sequence[int]) -> list[int]:
    """One signed 64-bit hash for each two pairs that follow one another.

    Of each: mixed = (first << 32 | second) * golden; (mixed ^ mixed >> 32) * golden, modulo 2**64.
    All stand in one long integer, 128 bits for each, so that one multiplication is that of all:
    half the cost of one by one.
    """
    count = len(first)
    words = [0] * (4 * count)
    words[::4], words[1::4] = second, first
    mask = int.from_bytes((b"\xff" * 8 + b"\x00" * 8) * count, "little")
    mixed = int.from_bytes(struct.pack(f"<{4 * count}I", *words), "little") * _GOLDEN_64 & mask
    hashes = ((mixed ^ mixed >> 32) & mask) * _GOLDEN_64
    return [*struct.unpack(f"<{2 * count}q", hashes.to_bytes(16 * count, "little"))[::2]]


def _weight(token: str) -> int:
    if token < _FIRST_NARROW:
        return WORD_WEIGHT
    first = token[0]
    for low, high, weight in _NARROW:
        if first <= high:
            return weight if first >= low else WORD_WEIGHT
    return WORD_WEIGHT
