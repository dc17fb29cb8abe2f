"""The tree of a query, and what each node means for a text.

    Query      = Or | And | Not | Near | leaf
    leaf       = Term | Phrase | Mark

Every node tells whether it `holds` for a text, and where (`hits`). `str()` gives a query that
parses to an equal tree.
"""

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scraper.watch.indexed import IndexedText
from scraper.watch.runs import Part, runs, windows


class Hit(NamedTuple):
    """Where a leaf holds: from the word at position `first` to that at `last`, inclusive."""

    first: int
    last: int
    leaf: "Leaf"


class Node(ABC):
    """A query, or a part of one."""

    __slots__ = ()

    @abstractmethod
    def holds(self, text: IndexedText) -> bool:
        """Whether the text satisfies it."""

    @abstractmethod
    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """What in the text makes it hold; with `negated`, what makes it not hold.

        The caller knows that it does. Nothing is shown for what is absent.
        """

    @property
    @abstractmethod
    def binding(self) -> int:
        """How tightly its operator binds, for parentheses."""


def _inner(node: Node, binding: int) -> str:
    return f"({node})" if node.binding <= binding else str(node)


class Leaf(Node):
    """What is looked up in the text."""

    __slots__ = ()
    within: str | None  # the field it is looked for in; None: the default ones
    written: str  # as a person typed it, without the field

    @abstractmethod
    def spans(self, text: IndexedText) -> list[Hit]:
        """Everywhere it holds, in the order of the text."""

    def holds(self, text: IndexedText) -> bool:
        """Whether it is anywhere."""
        return bool(self.spans(text))

    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """Everywhere it is."""
        return [] if negated else self.spans(text)

    @property
    def binding(self) -> int:
        """Tighter than every operator."""
        return 9

    def __str__(self) -> str:
        return f"{self.within}:{self.written}" if self.within else self.written


@dataclass(frozen=True, slots=True)
class Term(Leaf):
    """One word, or with `prefix` any word that starts so."""

    token: str
    prefix: bool = False
    within: str | None = None
    written: str = field(default="", compare=False)

    def holds(self, text: IndexedText) -> bool:
        """Whether it is anywhere."""
        if self.prefix:
            return bool(text.positions(self.token, self.within, prefix=True))
        return text.has(self.token, self.within)

    def spans(self, text: IndexedText) -> list[Hit]:
        """Everywhere it is."""
        found = text.positions(self.token, self.within, prefix=self.prefix)
        if text.compounds.keys().isdisjoint(found):
            return [Hit(position, position, self) for position in found]
        return list(self._spans_of_compounds(text, found))

    def _spans_of_compounds(self, text: IndexedText, positions: Sequence[int]) -> Iterator[Hit]:
        """The same, with air-strike, which stands at both its words, as the one place it is."""
        found = set(positions)
        passed = -1
        for position in positions:
            if position > passed:
                spelled_out = text.words[position].text.startswith(self.token)
                lasts = () if spelled_out else text.compounds.get(position, ())
                passed = max(found.intersection(lasts), default=position)
                yield Hit(position, passed, self)


@dataclass(frozen=True, slots=True)
class Phrase(Leaf):
    """Words next to one another, in this order; with `slop`, in any order, that many among them.

    `joined` is the other spelling of an unquoted compound: air-strike, airstrike.
    """

    parts: tuple[Part, ...]
    joined: str | None = None
    slop: int | None = None
    within: str | None = None
    written: str = field(default="", compare=False)

    def spans(self, text: IndexedText) -> list[Hit]:
        """Everywhere it is; with slop, the smallest stretches that hold all words."""
        if self.slop is not None:
            return [
                Hit(first, last, self)
                for first, last, _ in windows(self.parts, self.slop, text, self.within)
            ]
        length = sum(len(part.tokens) for part in self.parts)
        found = [Hit(start, start + length - 1, self) for start in self._starts(text)]
        if self.joined is not None:
            one = Term(self.joined, self.parts[-1].prefix, self.within)
            found += [Hit(hit.first, hit.last, self) for hit in one.spans(text)]
            found.sort(key=lambda hit: hit[:2])
        return found

    def holds(self, text: IndexedText) -> bool:
        """Whether it is anywhere."""
        if self.joined is None and not self._may_hold(text):
            return False
        return bool(self.spans(text))

    def _may_hold(self, text: IndexedText) -> bool:
        """Whether all its words are there at all: mostly they are not, and this is soon seen."""
        return all(
            part.prefix or token in text.postings for part in self.parts for token in part.tokens
        )

    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """Where it is; with slop, word by word."""
        if negated or self.slop is None:
            return [] if negated else self.spans(text)
        found = {
            member
            for _, _, members in windows(self.parts, self.slop, text, self.within)
            for member in members
        }
        return [Hit(first, last, self) for first, last in sorted(found)]

    def _starts(self, text: IndexedText) -> list[int]:
        places, glued = [], []
        for part in self.parts:
            for index, token in enumerate(part.tokens):
                places.append(text.positions(token, self.within, prefix=part.prefix))
                glued.append(index > 0)
        return runs(text, places, glued)


@dataclass(frozen=True, slots=True)
class Mark(Leaf):
    """What is known of the article as a whole: `lang:` its language, `site:` its host's name."""

    within: str
    value: str
    written: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """As it stands in IndexedText.marks."""
        return f":{self.within}:{self.value}"

    def holds(self, text: IndexedText) -> bool:
        """Whether the article is so marked."""
        return self.key in text.marks

    def spans(self, text: IndexedText) -> list[Hit]:  # noqa: ARG002 - the same for every text
        """Nowhere: it is true of the article, not of a place in it."""
        return []


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of them."""

    children: tuple[Node, ...]

    def holds(self, text: IndexedText) -> bool:
        """Whether all hold."""
        return all(child.holds(text) for child in self.children)

    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """Those of all; negated, of those that fail."""
        return _hits_of(self.children, text, negated=negated)

    @property
    def binding(self) -> int:
        """Tighter than OR."""
        return 2

    def __str__(self) -> str:
        return " AND ".join(_inner(child, 2) for child in self.children)


@dataclass(frozen=True, slots=True)
class Or(Node):
    """At least one of them."""

    children: tuple[Node, ...]

    def holds(self, text: IndexedText) -> bool:
        """Whether one holds."""
        return any(child.holds(text) for child in self.children)

    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """Those of all that hold."""
        return _hits_of(self.children, text, negated=negated)

    @property
    def binding(self) -> int:
        """Loosest of all."""
        return 1

    def __str__(self) -> str:
        return " OR ".join(_inner(child, 1) for child in self.children)


def _hits_of(children: Iterable[Node], text: IndexedText, *, negated: bool) -> list[Hit]:
    telling = (child for child in children if child.holds(text) is not negated)
    return [hit for child in telling for hit in child.hits(text, negated=negated)]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """What must not be."""

    child: Node

    def holds(self, text: IndexedText) -> bool:
        """Whether the child does not."""
        return not self.child.holds(text)

    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """Nothing, but for what is denied twice."""
        return self.child.hits(text, negated=not negated)

    @property
    def binding(self) -> int:
        """Tighter than AND, looser than NEAR."""
        return 3

    def __str__(self) -> str:
        return f"NOT {_inner(self.child, 2)}"


@dataclass(frozen=True, slots=True)
class Near(Node):
    """Each operand near the next, in either order: at most so many words between them.

    An operand is a term, a phrase, or an Or of these. `distances` is one shorter than `operands`.
    """

    operands: tuple[Node, ...]
    distances: tuple[int, ...]

    def holds(self, text: IndexedText) -> bool:
        """Whether there is such a chain of places."""
        return all(operand.holds(text) for operand in self.operands) and bool(
            self._forward(text)[-1]
        )

    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """All places that belong to some chain."""
        if negated:
            return []
        chain = self._forward(text)
        for index in range(len(chain) - 2, -1, -1):
            chain[index] = _close_to(chain[index], chain[index + 1], self.distances[index])
        return [hit for hits in chain for hit in hits]

    @property
    def binding(self) -> int:
        """Tighter than NOT."""
        return 4

    def __str__(self) -> str:
        parts = [_inner(self.operands[0], 4)]
        for distance, operand in zip(self.distances, self.operands[1:], strict=True):
            parts.append(f"NEAR/{distance} {_inner(operand, 4)}")
        return " ".join(parts)

    def _forward(self, text: IndexedText) -> list[list[Hit]]:
        """Of each operand the places that a chain from the first operand reaches."""
        chain = [_places(self.operands[0], text)]
        for operand, distance in zip(self.operands[1:], self.distances, strict=True):
            places = _places(operand, text) if chain[-1] else []
            chain.append(_close_to(places, chain[-1], distance))
        return chain


def _places(operand: Node, text: IndexedText) -> list[Hit]:
    if isinstance(operand, Leaf):
        return operand.spans(text)
    assert isinstance(operand, Or), "the parser lets no other through"
    return [hit for child in operand.children for hit in _places(child, text)]


def _close_to(hits: Iterable[Hit], others: Sequence[Hit], distance: int) -> list[Hit]:
    """Those of `hits` with one of `others` beside it, apart from it, so many words away."""
    firsts = sorted(other.first for other in others)
    lasts = sorted(other.last for other in others)
    return [
        hit
        for hit in hits
        if _any_between(lasts, hit.first - 1 - distance, hit.first - 1)
        or _any_between(firsts, hit.last + 1, hit.last + 1 + distance)
    ]


def _any_between(ascending: Sequence[int], low: int, high: int) -> bool:
    index = bisect_left(ascending, low)
    return index < len(ascending) and ascending[index] <= high
