"""What a query may say, and yet is hardly meant: warnings, with place and remedy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Final

from scraper.watch.characters import plain
from scraper.watch.checks import leaves
from scraper.watch.lexer import Kind
from scraper.watch.lists import Lists
from scraper.watch.nodes import (
    And,
    AtLeast,
    Leaf,
    Mark,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Published,
    Term,
    Wildcard,
)
from scraper.watch.parser import Parsed, parse_closely
from scraper.watch.suspicions import EVERYWHERE, Said, of_leaf

_WIDE: Final = 50  # words: farther apart than most sentences are long
_MOST: Final = 20  # warnings of one query
_MOST_COMPARED: Final = 20_000  # pairs of a wildcard and a branch beside it
_STRICTNESS: Final = {Mode.PLAIN: 0, Mode.NAME: 1, Mode.EXACT: 2, Mode.CASED: 3}
_TERMS: Final = frozenset({Kind.WORD, Kind.PHRASE, Kind.REGEX, Kind.CLOSE})
_OPENING: Final = frozenset(
    {Kind.WORD, Kind.PHRASE, Kind.REGEX, Kind.OPEN, Kind.FIELD, Kind.MODE, Kind.MINUS}
)

# The operators of people who think in another language.
_FOREIGN: Final = {
    "AND": "UND ET Y E EN I ZI VE OG OCH JA SI SAMT И ТА І Й ORAZ و",
    "OR": "ODER OU O OF ELLER VEYA LUB ALBO NEBO SAU VAGY TAI ИЛИ АБО ЧИ ИЛЬ أو او یا או",
    "NOT": "NICHT OHNE SAUF PAS NIET NIE NON NAO NÃO INTE IKKE DEGIL DEĞIL НЕ НІ БЕЗ",
    "NEAR/30": "SAME",
}
# Those of them that are hardly a word of a query when they stand between two, in small letters.
_SMALL: Final = """
    und et y e i ve og och oraz и та і й oder ou o eller veya lub albo или або чи nicht ohne не ні
    без
"""
_IN_SMALL_LETTERS: Final = frozenset(_SMALL.split())
_FOREIGN_OPERATORS: Final = {
    word: operator for operator, words in _FOREIGN.items() for word in words.split()
}


@dataclass(frozen=True, slots=True)
class QueryWarning:
    """Something in a query that is allowed and hardly meant.

    `position` is the offset, in characters from 0, of where it is; `remedy` says what to write.
    """

    message: str
    position: int
    remedy: str = ""


def warnings_of(
    query: str, lists: Lists, *, now: datetime | None = None
) -> tuple[QueryWarning, ...]:
    """The warnings of a query that compiles, in its order, twenty at most.

    With `now`, in UTC, also what is said of dates. Raises QueryError if it does not compile.
    """
    parsed = parse_closely(query, lists)
    places = {
        id(leaf): place for leaf, place in zip(leaves(parsed.root), parsed.places, strict=True)
    }
    found = {QueryWarning(*said) for said in _said(query, parsed, places, lists, now)}
    return tuple(sorted(found, key=lambda each: (each.position, each.message))[:_MOST])


def _said(
    query: str, parsed: Parsed, places: dict[int, int], lists: Lists, now: datetime | None
) -> Iterator[Said]:
    for at in parsed.mixed[:1]:
        yield Said(
            "AND binds more tightly than OR",
            at,
            "Write the parentheses that you mean: (this OR that) AND more, or this OR (that AND"
            " more).",
        )
    foreign = [*_foreign_operators(query, parsed)]
    yield from foreign
    explained = {said.position for said in foreign}
    for leaf in leaves(parsed.root):
        if (at := places[id(leaf)]) not in explained:
            yield from of_leaf(leaf, at, lists, now)
    yield from _everywhere(parsed.root, places)
    for node in _inner_nodes(parsed.root):
        yield from _of_node(node, places)
    if (marked := _only_marks(parsed.root)) is not None:
        yield Said(
            f"{marked.within}: looks at no word: every such article would ring",
            places[id(marked)],
            "Add a word that must be there.",
        )


def _foreign_operators(query: str, parsed: Parsed) -> Iterator[Said]:
    meant = plain(query)
    for index in range(1, len(parsed.pieces) - 1):
        before, piece, after = parsed.pieces[index - 1 : index + 2]
        if (
            piece.kind is Kind.WORD
            and (operator := _foreign_operator(piece.text))
            and before.kind in _TERMS
            and after.kind in _OPENING
        ):
            yield Said(
                f"{piece.text} is looked for as a word",
                meant.at(piece.position),
                f'Write {operator} for the operator, or "{piece.text}" in quotes for the word.',
            )


def _foreign_operator(word: str) -> str | None:
    typed = word.upper() if word.lower() in _IN_SMALL_LETTERS else word
    return _FOREIGN_OPERATORS.get(typed)


def _inner_nodes(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        match node:
            case And(children) | Or(children) | Near(children):
                pending += children[::-1]
            case Not(child) | AtLeast(_, child):
                pending.append(child)
            case _:
                pass


def _of_node(node: Node, places: dict[int, int]) -> Iterator[Said]:
    match node:
        case And(children):
            yield from _twice(children, places, "AND")
            yield from _contradictions(children, places)
        case Or(children):
            yield from _twice(children, places, "OR")
            yield from _covered(children, places)
        case Near(operands, distances):
            for operand, distance in zip(operands[1:], distances, strict=True):
                if distance > _WIDE:
                    yield Said(
                        f"{distance} words are more than a paragraph has: hardly near",
                        _place(operand, places),
                        "Write a smaller number, or AND.",
                    )
        case _:
            pass


def _place(node: Node, places: dict[int, int]) -> int:
    return places[id(next(leaves(node)))]


def _twice(children: Sequence[Node], places: dict[int, int], operator: str) -> Iterator[Said]:
    seen: set[Node] = set()
    for child in children:
        if child in seen:
            yield Said(
                f"The same stands twice between {operator}: {child}",
                _place(child, places),
                "Leave it out once; for a word that must come several times write ATLEAST/2.",
            )
        seen.add(child)


def _contradictions(children: Sequence[Node], places: dict[int, int]) -> Iterator[Said]:
    wanted = {child for child in children if not isinstance(child, Not)}
    for child in children:
        if isinstance(child, Not):
            inner = child.child
            excluded = inner.children if isinstance(inner, Or) else (inner,)
            for each in excluded:
                if each in wanted:
                    yield Said(
                        f"{each} is wanted and excluded: nothing would ever match",
                        _place(each, places),
                        "Leave one of the two out.",
                    )
    for one, other in pairwise(_sorted_marks(children)):
        if one.within == other.within and one.value != other.value:
            yield Said(
                f"An article has one {one.within} only: {one} AND {other} never match",
                places[id(other)],
                f"Write OR between: ({one} OR {other}).",
            )
    dates = [child for child in children if isinstance(child, Published)]
    since = max((date.since for date in dates if date.since), default=None)
    before = min((date.before for date in dates if date.before), default=None)
    if since is not None and before is not None and since >= before:
        yield Said("No date is in all of these ranges", places[id(dates[-1])], "Write one of them.")


def _sorted_marks(children: Sequence[Node]) -> list[Mark]:
    marks = (child for child in children if isinstance(child, Mark) and child.within != "site")
    return sorted(marks, key=lambda mark: mark.within)


def _covered(children: Sequence[Node], places: dict[int, int]) -> Iterator[Said]:
    """Branches of an OR that another one finds anyway: rocket OR "rocket attack"."""
    loosest: dict[tuple[str, str | None], Term] = {}
    for child in children:
        if isinstance(child, Term):
            key = (child.token, child.within)
            other = loosest.setdefault(key, child)
            if _STRICTNESS[child.mode] < _STRICTNESS[other.mode]:
                loosest[key] = child
    shapes = [child for child in children if isinstance(child, Wildcard)]
    if len(shapes) * len(children) > _MOST_COMPARED:
        shapes = []
    for child in children:
        for term in _needed(child):
            found = loosest.get((term.token, term.within))
            if (
                found is not None
                and found is not child
                and _STRICTNESS[term.mode] >= _STRICTNESS[found.mode]
                and found != child
            ):
                yield _needless(child, found, places)
                break
            shape = next((each for each in shapes if _has_shape(term, each)), None)
            if shape is not None:
                yield _needless(child, shape, places)
                break


def _has_shape(term: Term, shape: Wildcard) -> bool:
    return shape.within == term.within and fnmatchcase(term.token, shape.pattern)


def _needless(child: Node, other: Node, places: dict[int, int]) -> Said:
    return Said(
        f"{child} adds nothing: {other} finds it anyway",
        _place(child, places),
        "Leave one of the two out, or write AND between.",
    )


def _needed(node: Node) -> Iterator[Term]:
    """Terms that a text must have where the node holds, each with the field of the node."""
    match node:
        case Term():
            yield node
        case Phrase(parts, None, _, within):
            for part in parts:
                if isinstance(part, Term):
                    yield Term(part.token, part.mode, part.spelling, within)
        case And(children) | Near(children):
            for child in children:
                yield from _needed(child)
        case _:
            pass


def _everywhere(root: Node, places: dict[int, int]) -> Iterator[Said]:
    """Words that nearly every article has, where they decide alone."""
    pending: list[tuple[Node, bool]] = [(root, False)]
    while pending:
        node, negated = pending.pop()
        match node:
            case Not(child):
                pending.append((child, not negated))
            case Or(children):
                pending += [(child, negated) for child in children]
            case And(children):
                wanted = [child for child in children if not isinstance(child, Not)]
                if all(map(_is_everywhere, wanted)):
                    pending += [(child, negated) for child in wanted[:1]]
                pending += [(child, negated) for child in children if isinstance(child, Not | Or)]
            case Term() if _is_everywhere(node) and not node.written.isupper():
                yield Said(
                    f"{node.written} is in nearly every article of its language: "
                    + ("nearly all are excluded" if negated else "nearly all would ring"),
                    places[id(node)],
                    "Leave it out, or write it in a phrase with what stands beside it.",
                )
            case _:
                pass


def _is_everywhere(node: Node) -> bool:
    return (
        isinstance(node, Term)
        and node.mode is not Mode.CASED
        and node.within in {None, "body"}
        and node.token in EVERYWHERE
    )


def _only_marks(root: Node) -> Leaf | None:
    """A leaf of a query that asks for a language, a kind or a time and for nothing else."""
    wanted = root.children if isinstance(root, And | Or) else (root,)
    told = [child for child in wanted if not isinstance(child, Not)]
    if isinstance(root, Or) or all(map(_is_broad, told)):
        return next((child for child in told if isinstance(child, Leaf) and _is_broad(child)), None)
    return None


def _is_broad(node: Node) -> bool:
    if isinstance(node, Or):
        return any(map(_is_broad, node.children))
    return isinstance(node, Published) or (
        isinstance(node, Mark) and node.within in {"lang", "kind"}
    )


__all__ = ["QueryWarning", "warnings_of"]
