"""The tree of a query, and what each node means for a text.

    Query      = Or | And | Not | Near | AtLeast | leaf       the leaves are in terms.py

Every node tells whether it `holds` for a text, and where (`hits`). `str()` gives a query that
parses to an equal tree.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scraper.watch.anyof import AnyOf
from scraper.watch.indexed import IndexedText
from scraper.watch.paragraphs import Span
from scraper.watch.terms import (
    Fuzzy,
    Hit,
    Leaf,
    Mark,
    Mode,
    Node,
    Part,
    Phrase,
    Published,
    Regex,
    Run,
    Term,
    Wildcard,
)

__all__ = [
    "And",
    "AnyOf",
    "AtLeast",
    "Fuzzy",
    "Hit",
    "Leaf",
    "Mark",
    "Mode",
    "Near",
    "Node",
    "Not",
    "Or",
    "Part",
    "Phrase",
    "Published",
    "Regex",
    "Run",
    "Term",
    "Wildcard",
    "leaves_of",
    "looks_for_lists",
    "places",
]

_MOST_STEPS: Final = 200_000  # to find the stretches of a proximity within a proximity


def _inner(node: Node, binding: int) -> str:
    return f"({node})" if node.binding <= binding else str(node)


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of them."""

    children: tuple[Node, ...]

    def holds(self, text: IndexedText) -> bool:
        """Whether all hold."""
        for child in self.children:  # noqa: SIM110 - all() over a generator takes twice as long
            if not child.holds(text):
                return False
        return True

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
        for child in self.children:  # noqa: SIM110 - any() over a generator takes twice as long
            if child.holds(text):
                return True
        return False

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
    """Each operand near the next, at most so many positions from the end of one to the other.

    An operand is a leaf that stands somewhere, an Or of these, or a Near, which stands from its
    first word to its last. `distances` and `ordered` are one shorter than `operands`; where it is
    ordered, the next operand comes after.
    """

    operands: tuple[Node, ...]
    distances: tuple[int, ...]
    ordered: tuple[bool, ...]

    def holds(self, text: IndexedText) -> bool:
        """Whether there is such a chain of places."""
        for operand in self.operands:
            if not operand.holds(text):
                return False
        return bool(self._forward(text)[-1])

    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """All places that belong to some chain."""
        if negated:
            return []
        chain = self._forward(text)
        for index in range(len(chain) - 2, -1, -1):
            distance, ordered = self.distances[index], self.ordered[index]
            chain[index] = _close_to(
                chain[index], chain[index + 1], distance, before=True, after=not ordered
            )
        return [
            hit
            for operand, spans in zip(self.operands, chain, strict=True)
            for hit in _hits_at(operand, spans, text)
        ]

    @property
    def binding(self) -> int:
        """Tighter than NOT."""
        return 4

    def __str__(self) -> str:
        parts = [_inner(self.operands[0], 4)]
        links = zip(self.distances, self.ordered, self.operands[1:], strict=True)
        for distance, ordered, operand in links:
            parts.append(f"{'ONEAR' if ordered else 'NEAR'}/{distance} {_inner(operand, 4)}")
        return " ".join(parts)

    def spans(self, text: IndexedText) -> Sequence[Span]:
        """From the first to the last word of each chain."""
        asked = ("near", id(self))
        if (found := text.memo.get(asked)) is None:
            found = text.memo[asked] = self._stretches(text)
        spans: Sequence[Span] = found
        return spans

    def _stretches(self, text: IndexedText) -> list[Span]:
        # By the stretch so far, the places of its latest operand.
        chains: dict[tuple[Span, Span], None] = {
            (span, span): None for span in places(self.operands[0], text)
        }
        for operand, distance, ordered in zip(
            self.operands[1:], self.distances, self.ordered, strict=True
        ):
            following = places(operand, text)
            longest = max((last - first for first, last in following), default=0)
            longer: dict[tuple[Span, Span], None] = {}
            steps = 0
            for stretch, latest in chains:
                reach = distance if ordered else distance + longest
                low = bisect_left(following, (latest[1] + 1 if ordered else latest[0] - reach,))
                high = bisect_left(following, (latest[1] + distance + 1,))
                for span in following[low:high]:
                    if _is_beside(span, latest, distance, ordered=ordered):
                        joined = (min(stretch[0], span[0]), max(stretch[1], span[1]))
                        longer[joined, span] = None
                steps += high - low + 1
                if steps > _MOST_STEPS:
                    break
            chains = longer
        return sorted({stretch for stretch, _ in chains})

    def _forward(self, text: IndexedText) -> list[Sequence[Span]]:
        """Of each operand the places that a chain from the first operand reaches."""
        chain = [places(self.operands[0], text)]
        for operand, distance, ordered in zip(
            self.operands[1:], self.distances, self.ordered, strict=True
        ):
            found = places(operand, text) if chain[-1] else ()
            chain.append(_close_to(found, chain[-1], distance, before=not ordered, after=True))
        return chain


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """Something that a Near could have as operand, in so many different places."""

    count: int
    child: Node

    def holds(self, text: IndexedText) -> bool:
        """Whether so many places begin at different words."""
        if not self.child.holds(text):
            return False
        return len({first for first, _ in places(self.child, text)}) >= self.count

    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """All places of the child."""
        return [] if negated else self.child.hits(text)

    @property
    def binding(self) -> int:
        """As tight as a word's."""
        return 8

    def __str__(self) -> str:
        return f"ATLEAST/{self.count} {_inner(self.child, 8)}"


def places(operand: Node, text: IndexedText) -> Sequence[Span]:
    """Where an operand of a proximity stands."""
    if isinstance(operand, Leaf):
        return operand.spans(text, operand.within)
    if isinstance(operand, Near):
        return operand.spans(text)
    assert isinstance(operand, Or), "the parser lets no other through"
    return sorted({span for child in operand.children for span in places(child, text)})


def leaves_of(root: Node) -> Iterator[Leaf]:
    """The leaves of a tree, from the last to the first; a phrase and a list count as one."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, And | Or):
            pending += node.children
        elif isinstance(node, Near):
            pending += node.operands
        elif isinstance(node, Not | AtLeast):
            pending.append(node.child)
        else:
            assert isinstance(node, Leaf), "the kinds of nodes are these"
            yield node


def looks_for_lists(root: Node) -> bool:
    """Whether a query depends on saved sets, or on the names of places or countries."""
    return any(isinstance(leaf, AnyOf) for leaf in leaves_of(root))


def _hits_at(operand: Node, spans: Sequence[Span], text: IndexedText) -> list[Hit]:
    """The hits of an operand at these of its places."""
    chosen = set(spans)
    if isinstance(operand, Near):
        inside = {position for first, last in chosen for position in range(first, last + 1)}
        return [hit for hit in operand.hits(text) if hit.first in inside and hit.last in inside]
    if isinstance(operand, Or):
        return [hit for child in operand.children for hit in _hits_at(child, spans, text)]
    return [hit for hit in operand.hits(text) if hit[:2] in chosen]


def _close_to(
    spans: Sequence[Span], others: Sequence[Span], distance: int, *, before: bool, after: bool
) -> Sequence[Span]:
    """Those of `spans` with one of `others` beside it, apart from it, at most so far away.

    `before`: a span may come before the other; `after`: after it.
    """
    firsts = sorted(first for first, _ in others)
    lasts = sorted(last for _, last in others)
    return [
        span
        for span in spans
        if (after and _any_between(lasts, span[0] - distance, span[0] - 1))
        or (before and _any_between(firsts, span[1] + 1, span[1] + distance))
    ]


def _any_between(ascending: Sequence[int], low: int, high: int) -> bool:
    index = bisect_left(ascending, low)
    return index < len(ascending) and ascending[index] <= high


def _is_beside(span: Span, latest: Span, distance: int, *, ordered: bool) -> bool:
    """Whether a place may follow the latest one in a chain."""
    if span[0] > latest[1]:
        return span[0] - latest[1] <= distance
    return not ordered and span[1] < latest[0] and latest[0] - span[1] <= distance
