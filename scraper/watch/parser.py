"""From a query as typed to its tree.

    query = any
    any   = all ("OR" all)*
    all   = not (["AND"] not)*            two terms side by side: both are wanted
    not   = ("NOT" | "-") not | near
    near  = unit ("NEAR/n" unit)*
    unit  = word | phrase | "(" any ")" | field ":" unit

Operators are kept on a stack of our own (Dijkstra's shunting yard), so that no query, however deep,
exhausts the interpreter's.
"""

from dataclasses import dataclass, field

from scraper.errors import QueryError
from scraper.watch.indexed import WIDEST, IndexedText
from scraper.watch.leaves import check_field, leaf, too_wide
from scraper.watch.lexer import Kind, Piece, pieces
from scraper.watch.matchtext import MatchText
from scraper.watch.nodes import And, Leaf, Near, Node, Not, Or

LONGEST_QUERY = 10_000  # characters
MOST_TERMS = 1_000
DEEPEST = 100  # parentheses and NOTs within one another

_BINDING = {Kind.OR: 1, Kind.AND: 2, Kind.NOT: 3, Kind.NEAR: 4, Kind.MINUS: 5}
_BINARY = frozenset({Kind.AND, Kind.OR, Kind.NEAR})
_NOTHING = IndexedText(MatchText())


def parse(query: str) -> Node:
    """The tree of `query`. Raises QueryError."""
    if len(query) > LONGEST_QUERY:
        raise QueryError(
            f"The query has {len(query):,} characters",
            position=LONGEST_QUERY,
            remedy=f"Keep it below {LONGEST_QUERY:,}; make several watches of it.",
        )
    root = _Parser().parse(query)
    if root.holds(_NOTHING):
        raise QueryError(
            "The query would match almost every article: it only says what must not be there",
            position=_first_exclusion(query),
            remedy="Say also what must be there, as in rocket NOT football;"
            " on both sides of an OR.",
        )
    return root


def _first_exclusion(query: str) -> int:
    return next(piece.position for piece in pieces(query) if piece.kind in {Kind.NOT, Kind.MINUS})


@dataclass(slots=True)
class _Pending:
    """An operator, or a parenthesis with the field it was opened under."""

    piece: Piece
    outer_field: str | None = None


@dataclass(slots=True)
class _Parser:
    operands: list[Node] = field(default_factory=list)
    pending: list[_Pending] = field(default_factory=list)
    group_field: str | None = None  # of the parentheses we are in
    field_piece: Piece | None = None  # `title:` just read, what it governs is to come
    terms: int = 0
    nested: int = 0  # parentheses and NOTs pending

    def parse(self, query: str) -> Node:
        last: Piece | None = None  # the operator or parenthesis that waits for an operand
        wants_operand = True
        for piece in pieces(query):
            if wants_operand:
                wants_operand = self._before_operand(piece, last)
            else:
                wants_operand = self._after_operand(piece)
            last = piece
        assert len(self.operands) == 1, "the checks above leave one tree"
        return self.operands[0]

    def _before_operand(self, piece: Piece, last: Piece | None) -> bool:
        """Take what may start an operand. Gives whether one is still wanted."""
        if self.field_piece and piece.kind not in {Kind.WORD, Kind.PHRASE, Kind.OPEN}:
            raise QueryError(
                f"Nothing follows {self.field_piece.written}",
                position=self.field_piece.position,
                remedy=f"Write a word, a phrase or ( straight after it,"
                f" as in {self.field_piece.written}rocket; NOT and - go before it.",
            )
        if piece.kind in {Kind.WORD, Kind.PHRASE}:
            self._leaf(piece)
            return False
        if piece.kind is Kind.FIELD:
            self._field(piece)
        elif piece.kind is Kind.OPEN:
            self._open(piece)
        elif piece.kind in {Kind.NOT, Kind.MINUS}:
            self._nest(piece)
            self.pending.append(_Pending(piece))
        else:
            raise _missing_operand(piece, last)
        return True

    def _after_operand(self, piece: Piece) -> bool:
        """Take what may follow an operand. Gives whether an operand is wanted next."""
        if piece.kind in _BINARY:
            self._binary(piece)
            return True
        if piece.kind is Kind.CLOSE:
            self._close(piece)
            return False
        if piece.kind is Kind.END:
            self._end()
            return False
        self._binary(Piece(Kind.AND, piece.position, ""))
        return self._before_operand(piece, None)

    def _leaf(self, piece: Piece) -> None:
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise QueryError(
                f"The query has more than {MOST_TERMS:,} terms",
                position=piece.position,
                remedy="Make several watches of it.",
            )
        within = self.field_piece.text if self.field_piece else self.group_field
        self.field_piece = None
        self.operands.append(leaf(piece, within))

    def _field(self, piece: Piece) -> None:
        check_field(piece)
        if self.group_field:
            raise QueryError(
                f"{piece.written} stands within {self.group_field}:( )",
                position=piece.position,
                remedy="Close the parenthesis before it.",
            )
        self.field_piece = piece

    def _open(self, piece: Piece) -> None:
        self._nest(piece)
        self.pending.append(_Pending(piece, self.group_field))
        if self.field_piece:
            self.group_field = self.field_piece.text
            self.field_piece = None

    def _nest(self, piece: Piece) -> None:
        self.nested += 1
        if self.nested > DEEPEST:
            raise QueryError(
                f"The query is nested more than {DEEPEST} deep",
                position=piece.position,
                remedy="Leave out parentheses that change nothing.",
            )

    def _binary(self, piece: Piece) -> None:
        if piece.number is not None and not 1 <= piece.number <= WIDEST:
            raise too_wide(piece.number, piece.position + len("NEAR/"))
        self._reduce(_BINDING[piece.kind])
        self.pending.append(_Pending(piece))

    def _close(self, piece: Piece) -> None:
        self._reduce(0)
        if not self.pending:
            raise QueryError(
                "This ) closes nothing",
                position=piece.position,
                remedy="Leave it out, or write ( where the group starts.",
            )
        self.group_field = self.pending.pop().outer_field
        self.nested -= 1

    def _end(self) -> None:
        self._reduce(0)
        if self.pending:
            raise QueryError(
                "This ( is never closed",
                position=self.pending[-1].piece.position,
                remedy="Write ) where the group ends, or leave out the (.",
            )

    def _reduce(self, binding: int) -> None:
        """Apply the operators on the stack that bind at least so tightly."""
        while self.pending and self.pending[-1].piece.kind is not Kind.OPEN:
            piece = self.pending[-1].piece
            if _BINDING[piece.kind] < binding:
                break
            self.pending.pop()
            self._apply(piece)

    def _apply(self, piece: Piece) -> None:
        right = self.operands.pop()
        if piece.kind in {Kind.NOT, Kind.MINUS}:
            self.nested -= 1
            self.operands.append(right.child if isinstance(right, Not) else Not(right))
            return
        left = self.operands.pop()
        if piece.kind is Kind.NEAR:
            self.operands.append(_near(left, right, piece))
        elif piece.kind is Kind.AND:
            self.operands.append(And((*_alternatives(left, And), *_alternatives(right, And))))
        else:
            self.operands.append(Or((*_alternatives(left, Or), *_alternatives(right, Or))))


def _alternatives(node: Node, kind: type[And] | type[Or]) -> tuple[Node, ...]:
    return node.children if isinstance(node, kind) else (node,)


def _near(left: Node, right: Node, piece: Piece) -> Near:
    assert piece.number is not None, "the lexer gives every NEAR its number"
    chain = (
        (left.operands, left.distances, left.ordered)
        if isinstance(left, Near)
        else ((left,), (), ())
    )
    for operand in (chain[0][-1], right):
        if not _is_place(operand):
            raise QueryError(
                f"{piece.written} stands between words, phrases, or groups of these with OR",
                position=piece.position,
                remedy="Take AND, NOT and other NEARs out of the group beside it; exclude with"
                " NOT (rocket NEAR/5 Baghdad).",
            )
    if not _fields(chain[0][-1]) & _fields(right):
        raise QueryError(
            f"What is in different fields is never near: {piece.written} could not match",
            position=piece.position,
            remedy="Give both sides the same field, or write AND.",
        )
    return Near((*chain[0], right), (*chain[1], piece.number), (*chain[2], False))


def _is_place(node: Node) -> bool:
    if isinstance(node, Or):
        return all(map(_is_place, node.children))
    return isinstance(node, Leaf) and node.within not in {"lang", "site"}


def _fields(node: Node) -> set[str]:
    if isinstance(node, Or):
        return {name for child in node.children for name in _fields(child)}
    assert isinstance(node, Leaf), "checked before"
    return {node.within} if node.within else {"title", "standfirst", "body"}


def _missing_operand(piece: Piece, last: Piece | None) -> QueryError:
    """An operator, a ) or the end where a term was to come."""
    shown = piece.written
    if last is None:
        if piece.kind is Kind.END:
            message, remedy = "The query is empty", "Write a word, such as Baghdad."
        elif piece.kind is Kind.CLOSE:
            message, remedy = "This ) closes nothing", "Leave it out."
        else:
            message, remedy = (
                f"Nothing stands before {shown}",
                (f'Write a word before it, or "{shown}" in quotes for the word itself.'),
            )
        return QueryError(message, position=piece.position, remedy=remedy)
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
    if last.kind is Kind.OPEN:
        last = piece
        message = f"Nothing stands before {shown}"
    else:
        message = f"Nothing follows {last.written}"
    return QueryError(
        message,
        position=last.position,
        remedy=f'Write a word there, or "{last.written}" in quotes for the word itself.',
    )
