"""Sets of ids, a bit for each id there may be: a million articles take 125 kB."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IdSet:
    """Ids from `low` on; bit 0 of `bits` is `low` itself. Only sets of one `low` go together."""

    low: int
    bits: int = 0

    @classmethod
    def of(cls, ids: Iterable[int], *, low: int, high: int) -> "IdSet":
        """Those of `ids` that are within `low` and `high`, both included, in whatever order."""
        packed = bytearray((max(0, high - low) >> 3) + 1)
        for number in ids:
            if low <= number <= high:
                place = number - low
                packed[place >> 3] |= 1 << (place & 7)
        return cls(low, int.from_bytes(packed, "little"))

    def __and__(self, other: "IdSet") -> "IdSet":
        """Those in both."""
        assert self.low == other.low
        return IdSet(self.low, self.bits & other.bits)

    def __or__(self, other: "IdSet") -> "IdSet":
        """Those in one or the other."""
        assert self.low == other.low
        return IdSet(self.low, self.bits | other.bits)

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __iter__(self) -> Iterator[int]:
        """The ids, the highest first."""
        packed = self.bits.to_bytes((self.bits.bit_length() + 7) >> 3, "little")
        for index in range(len(packed) - 1, -1, -1):
            if byte := packed[index]:
                for bit in range(7, -1, -1):
                    if byte >> bit & 1:
                        yield self.low + (index << 3) + bit
