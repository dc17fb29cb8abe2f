"""What can be wrong with a query whose pieces are right: operators and what they stand between."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from scraper.errors import QueryError
from scraper.watch.leaves import out_of_range
from scraper.watch.lexer import Kind, Piece
from scraper.watch.matchtext import DEFAULT_FIELDS
from scraper.watch.nodes import And, AtLeast, Leaf, Mark, Near, Node, Not, Or, Published

MOST_TIMES: Final = 100  # of ATLEAST
MOST_NEAR: Final = 20  # operands of NEARs within one another
DEEPEST_NEAR: Final = 3


def check_number(piece: Piece) -> None:
    """Raises QueryError for NEAR/0 and the like."""
    at = piece.position + piece.written.index("/") + 1
    if piece.kind is Kind.ATLEAST:
        if not 1 <= piece.number <= MOST_TIMES:
            raise QueryError(
                f"{piece.number} times is out of range",
                position=at,
                remedy=f"Write a number from 1 to {MOST_TIMES}.",
            )
    elif not 1 <= piece.number <= MOST_TIMES:
        raise out_of_range(piece.number, at)


def check_near(operands: Sequence[Node], links: Sequence[Piece]) -> None:
    """Raises QueryError for what can be near nothing."""
    for (left, right), link in zip(pairwise(operands), links, strict=True):
        for operand in (left, right):
            if not _is_place(operand):
                raise QueryError(
                    f"{link.written} stands between words, phrases, or groups of these with OR",
                    position=link.position,
                    remedy="Take AND, NOT, ATLEAST and what is no text out of the group beside it;"
                    f" exclude with NOT (rocket {link.written} Baghdad).",
                )
        if not _fields(left) & _fields(right):
            raise QueryError(
                f"What is in different fields is never near: {link.written} could not match",
                position=link.position,
                remedy="Give both sides the same field, or write AND.",
            )


def check_extent(near: Near, links: Sequence[Piece]) -> None:
    """Raises QueryError for more proximities within one another than can be tried."""
    if (count := _operands(near)) > MOST_NEAR:
        raise QueryError(
            f"{count} words or groups are to be near one another",
            position=links[-1].position,
            remedy=f"Keep to {MOST_NEAR}, in nested groups, too; join the others with AND.",
        )
    if (depth := _depth(near)) > DEEPEST_NEAR:
        raise QueryError(
            f"NEAR is nested {depth} deep",
            position=links[-1].position,
            remedy=f"Keep to {DEEPEST_NEAR}; write a chain without the parentheses, or AND.",
        )


def _operands(node: Node) -> int:
    if isinstance(node, Near):
        return sum(max(1, _operands(operand)) for operand in node.operands)
    return sum(map(_operands, node.children)) if isinstance(node, Or) else 0


def _depth(node: Node) -> int:
    if isinstance(node, Near):
        return 1 + max(map(_depth, node.operands))
    return max(map(_depth, node.children)) if isinstance(node, Or) else 0


def check_at_least(piece: Piece, operand: Node) -> None:
    """Raises QueryError for what has no places that could be counted."""
    if not _is_place(operand):
        raise QueryError(
            f"{piece.written} counts the places of a word, a phrase, a group of these with OR, or"
            " of NEAR",
            position=piece.position,
            remedy="Take AND, NOT and what is no text out of what follows it, as in"
            f" {piece.written} (rocket OR missile).",
        )


def _is_place(node: Node) -> bool:
    if isinstance(node, Or):
        return all(map(_is_place, node.children))
    if isinstance(node, Near):
        return True  # what it is made of was looked at when it was made
    return isinstance(node, Leaf) and not isinstance(node, Mark | Published)


def _fields(node: Node) -> set[str]:
    if isinstance(node, Or):
        return {name for child in node.children for name in _fields(child)}
    if isinstance(node, Near):
        return set.intersection(*map(_fields, node.operands))
    assert isinstance(node, Leaf), "checked before"
    return {node.within} if node.within else {*DEFAULT_FIELDS}


def first_unbounded(root: Node) -> int | None:
    """The number of the leaf where a query begins to hold for a text without anything in it.

    None: it does not, so it says somewhere what must be there.
    """
    if not _holds_for_nothing(root):
        return None
    number = 0
    node = root
    while True:
        match node:
            case Or(children):
                for child in children:
                    if _holds_for_nothing(child):
                        node = child
                        break
                    number += sum(1 for _ in leaves(child))
            case And(children):
                node = children[0]
            case _:
                return number


def _holds_for_nothing(node: Node) -> bool:
    match node:
        case Not(child):
            return not _holds_for_nothing(child)
        case And(children):
            return all(map(_holds_for_nothing, children))
        case Or(children):
            return any(map(_holds_for_nothing, children))
        case _:
            return False


def leaves(node: Node) -> Iterator[Leaf]:
    """The leaves of a tree, in their order."""
    pending = [node]
    while pending:
        each = pending.pop()
        match each:
            case And(children) | Or(children) | Near(children):
                pending += children[::-1]
            case Not(child) | AtLeast(_, child):
                pending.append(child)
            case Leaf():
                yield each


def misplaced_operator(before: Piece, piece: Piece) -> QueryError:
    """An operator, a ) or the end where what `title:` governs was to come."""
    follows = piece.kind in {Kind.NOT, Kind.MINUS, Kind.ATLEAST}
    shown = f"{piece.written}{' ' * (piece.kind is not Kind.MINUS)}{before.written}rocket"
    return QueryError(
        f"Nothing follows {before.written}",
        position=before.position,
        remedy=f"Write {piece.written} before it, as in {shown}."
        if follows
        else f"Write a word, a phrase or ( straight after it, as in {before.written}rocket.",
    )


def missing_operand(piece: Piece, last: Piece | None) -> QueryError:
    """An operator, a ) or the end where a term was to come."""
    shown = piece.written
    if last is None:
        return _nothing_before(piece)
    if last.kind is Kind.OPEN and piece.kind is Kind.CLOSE:
        return QueryError(
            "There is nothing between ( and )",
            position=last.position,
            remedy="Write a word in them, or leave them out.",
        )
    if last.kind is Kind.OPEN and piece.kind is Kind.END:
        return QueryError(
            "This ( is never closed",
            position=last.position,
            remedy="Write a word and ) after it, or leave it out.",
        )
    if last.kind is Kind.NOT and piece.kind is Kind.NEAR:
        return QueryError(
            f"NOT {shown} is no operator",
            position=last.position,
            remedy=f"Write NOT (rocket {shown} Baghdad), with both words in the group.",
        )
    if last.kind is Kind.OPEN:
        return QueryError(
            f"Nothing stands before {shown}",
            position=piece.position,
            remedy=f'Write a word before it, or "{shown}" in quotes for the word itself.',
        )
    return QueryError(
        f"Nothing follows {last.written}",
        position=last.position,
        remedy=f'Write a word there, or "{last.written}" in quotes for the word itself.',
    )


def _nothing_before(piece: Piece) -> QueryError:
    shown = piece.written
    if piece.kind is Kind.END:
        message, remedy = "The query is empty", "Write a word, such as Baghdad."
    elif piece.kind is Kind.CLOSE:
        message, remedy = "This ) closes nothing", "Leave it out."
    else:
        message = f"Nothing stands before {shown}"
        remedy = f'Write a word before it, or "{shown}" in quotes for the word itself.'
    return QueryError(message, position=piece.position, remedy=remedy)
