"""What is kept of a text to compare it: its hashed word pairs, packed.

Up to `CAPACITY` pairs all are kept, in the order of the text. Of a longer text those are kept whose
hash is below a bound that halves until few enough are left: FracMinHash (Irber et al., "Lightweight
compositional analysis of metagenomes with FracMinHash and minimum metagenome covers", 2022), an
heir of Broder's sketches "modulo m". Such samples stay comparable whatever the two lengths: thinned
to the lower of the two bounds, they tell without bias how much of one text stands in the other.

The packed form, little-endian: version (1 byte), halvings (1 byte), number of figures (2 bytes),
the figures and then the pairs (4 bytes each).
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

VERSION: Final = 1
CAPACITY: Final = 1000  # pairs kept of one text: 4 kB; a text of 600 words takes 2.4 kB
FIGURES: Final = 32  # hashes of numbers kept of one text
_HEADER: Final = struct.Struct("<BBH")


@dataclass(frozen=True, slots=True)
class Sketch:
    """The unpacked form.

    `pairs` are distinct unsigned 32-bit hashes in the order of the text, all below
    2**(32 - halvings); `members` is the same as a set. `figures` are hashes of the numbers in it.
    """

    halvings: int
    pairs: tuple[int, ...]
    members: frozenset[int]
    figures: frozenset[int]

    def thinned(self, halvings: int) -> Sequence[int]:
        """The pairs that are kept, in their order, of a text whose bound is halved so often."""
        return self.pairs if halvings <= self.halvings else _below(halvings, self.pairs)


EMPTY: Final = Sketch(0, (), frozenset(), frozenset())


def pack(pairs: Iterable[int], figures: Iterable[int] = ()) -> bytes:
    """The sketch of a text with these word pairs (unsigned 32-bit, repeats allowed) and numbers."""
    kept: Sequence[int] = list(dict.fromkeys(pairs))
    halvings = 0
    while len(kept) > CAPACITY:
        halvings += 1
        kept = _below(halvings, kept)
    told = sorted(set(figures))[:FIGURES]
    values = struct.pack(f"<{len(told) + len(kept)}I", *told, *kept)
    return _HEADER.pack(VERSION, halvings, len(told)) + values


# Unpacked, a sketch of a thousand pairs takes some 110 kB, a usual one 40: 512 of them, ten times
# the candidates of one article, are 20 to 55 MB. Copies come in bursts, so sketches come again.
@lru_cache(maxsize=512)
def unpack(packed: bytes) -> Sketch:
    """The sketch in its packed form; `EMPTY` for one of another version.

    Raises ValueError on bytes that are no sketch.
    """
    if len(packed) < _HEADER.size:
        raise ValueError(f"a sketch has at least {_HEADER.size} bytes, not {len(packed)}")
    version, halvings, told = _HEADER.unpack_from(packed)
    if version != VERSION:
        return EMPTY
    count, rest = divmod(len(packed) - _HEADER.size, 4)
    if rest or told > count:
        raise ValueError(f"a sketch of {len(packed)} bytes cannot hold {told} figures")
    values = struct.unpack_from(f"<{count}I", packed, _HEADER.size)
    pairs = values[told:]
    return Sketch(halvings, pairs, frozenset(pairs), frozenset(values[:told]))


def _below(halvings: int, pairs: Iterable[int]) -> list[int]:
    bound = (1 << 32) >> halvings
    return [pair for pair in pairs if pair < bound]
