"""The tree of a query with what each part of it found, for people.

yes  AND
yes  ├─ Baghdad   title, body (3): “… struck near [Baghdad] on Monday …”
yes  └─ OR
yes     ├─ rocket*   body: “Two [rockets] struck near …”
no      └─ missile
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from scraper.watch.indexed import IndexedText
from scraper.watch.nodes import And, AtLeast, Leaf, Near, Node, Not, Or
from scraper.watch.passages import passages

_AROUND = 30  # characters of the text shown on either side


def explain(root: Node, text: IndexedText) -> str:
    """A line for each node: whether it holds, and where it was found."""
    return "\n".join(_lines(root, text, "", ""))


def _lines(node: Node, text: IndexedText, first: str, rest: str) -> Iterator[str]:
    answer = "yes" if node.holds(text) else "no"
    label, children = _shown(node)
    yield f"{answer:<5}{first}{label}{_where(node, text)}"
    for index, child in enumerate(children, 1):
        last = index == len(children)
        branch, below = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield from _lines(child, text, rest + branch, rest + below)


def _shown(node: Node) -> tuple[str, Sequence[Node]]:
    match node:
        case And(children):
            return "AND", children
        case Or(children):
            return "OR", children
        case Not(child):
            return "NOT", (child,)
        case Near(operands, distances, ordered):
            links = zip(distances, ordered, strict=True)
            names = (f"{'O' * is_ordered}NEAR/{distance}" for distance, is_ordered in links)
            return ", ".join(names), operands
        case AtLeast(count, child):
            return f"ATLEAST/{count}", (child,)
        case _:
            return str(node), ()


def _where(node: Node, text: IndexedText) -> str:
    if not isinstance(node, Leaf):
        return ""
    hits = node.hits(text)
    if not hits:
        return ""
    counts = Counter(text.field_at(hit.first) for hit in hits)
    fields = ", ".join(f"{name} ({n})" if n > 1 else name for name, n in counts.items())
    shown = passages(text, hits)
    return f"   {fields}" + (
        f": {_quoted(shown[0].text, *shown[0].highlights[0])}" if shown else ""
    )


def _quoted(passage: str, start: int, end: int) -> str:
    low, high = max(0, start - _AROUND), min(len(passage), end + _AROUND)
    if low:
        low = passage.find(" ", low, start) + 1 or low
    if high < len(passage):
        high = max(passage.rfind(" ", end, high), end)
    before, after = "…" * bool(low), "…" * (high < len(passage))
    inside = f"{passage[low:start]}[{passage[start:end]}]{passage[end:high]}"
    return f"“{before}{inside}{after}”"
