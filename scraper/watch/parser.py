"""From a query as typed to its tree.

    query   = any
    any     = all ("OR" all)*
    all     = not (["AND"] not)*            two terms side by side: both are wanted
    not     = ("NOT" | "-" | "!") not | near
    near    = unit (("NEAR/n" | "ONEAR/n") unit)*
    unit    = "ATLEAST/n" unit | before* (word | phrase | regex | range | "(" any ")")
    before  = field ":" | "case:" | "=" | "+"

Operators are kept on a stack of our own (Dijkstra's shunting yard), so that no query, however deep,
exhausts the interpreter's.
"""

from typing import Final, NamedTuple

from scraper.errors import QueryError
from scraper.watch.characters import plain
from scraper.watch.checks import (
    check_at_least,
    check_extent,
    check_near,
    check_number,
    first_unbounded,
    misplaced_operator,
    missing_operand,
)
from scraper.watch.entries import any_of
from scraper.watch.fields import NAME_FIELDS, TEXT_FIELDS, check_field
from scraper.watch.leaves import Context, leaf, shapes
from scraper.watch.lexer import Kind, Piece, pieces
from scraper.watch.lists import NO_LISTS, ListKind, Lists
from scraper.watch.nodes import And, AtLeast, Leaf, Mode, Near, Node, Not, Or

LONGEST_QUERY: Final = 50_000  # characters
MOST_TERMS: Final = 5_000
MOST_SHAPES: Final = 200  # wildcards, loose words and expressions
DEEPEST: Final = 100  # parentheses, NOTs and ATLEASTs within one another

_BINDING: Final = {
    Kind.OR: 1,
    Kind.AND: 2,
    Kind.NOT: 3,
    Kind.NEAR: 4,
    Kind.MINUS: 5,
    Kind.ATLEAST: 6,
}
_BINARY: Final = frozenset({Kind.AND, Kind.OR, Kind.NEAR})
_TERMS: Final = frozenset({Kind.WORD, Kind.PHRASE, Kind.REGEX, Kind.RANGE})
_PREFIXES: Final = frozenset({Kind.NOT, Kind.MINUS, Kind.ATLEAST})
_LIKE_OPERATORS: Final = frozenset(
    {"and", "or", "not", "near", "onear", "And", "Or", "Not", "Near", "Onear", "ONear", "ONEar"}
)
_NO_CONTEXT: Final = Context()


class Parsed(NamedTuple):
    """The tree of a query with what its warnings look at.

    `places` has the position of each leaf, in their order; `mixed` where AND and OR stand side by
    side without parentheses.
    """

    root: Node
    places: list[int]
    mixed: list[int]
    pieces: list[Piece]


def parse(query: str, lists: Lists = NO_LISTS) -> Node:
    """The tree of `query`. Raises QueryError."""
    return parse_closely(query, lists).root


def parse_closely(query: str, lists: Lists = NO_LISTS) -> Parsed:
    """The tree of `query`, and where its leaves are. Raises QueryError."""
    if len(query) > LONGEST_QUERY:
        raise QueryError(
            f"The query has {len(query):,} characters",
            position=LONGEST_QUERY,
            remedy=f"Keep it below {LONGEST_QUERY:,}; make several watches of it, or a set: of"
            " its terms.",
        )
    meant = plain(query)
    try:
        parsed = _Parser(lists).parse(*pieces(meant))
    except QueryError as error:
        if meant.offsets is None:
            raise
        raise QueryError(
            str(error), position=meant.at(error.position), remedy=error.remedy
        ) from None
    if meant.offsets is None:
        return parsed
    return parsed._replace(
        places=[*map(meant.at, parsed.places)], mixed=[*map(meant.at, parsed.mixed)]
    )


class _Pending(NamedTuple):
    """An operator, or a parenthesis with the context outside of it."""

    piece: Piece
    outer: Context = _NO_CONTEXT


class _Parser:
    __slots__ = (
        "_before",
        "_group",
        "_lists",
        "_mixed",
        "_negations",
        "_nested",
        "_next",
        "_operands",
        "_pending",
        "_pieces",
        "_places",
        "_shapes",
    )

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._operands: list[Node] = []
        self._pending: list[_Pending] = []
        self._group = _NO_CONTEXT  # of the parentheses we are in
        self._next = _NO_CONTEXT  # of the term to come
        self._before: list[Piece] = []  # `title:`, `case:` … just read, for the term to come
        self._places: list[int] = []
        self._negations: dict[int, int] = {}  # by the number of leaves before: where a NOT stands
        self._mixed: list[int] = []
        self._nested = 0  # parentheses, NOTs and ATLEASTs pending
        self._pieces: list[Piece] = []
        self._shapes = 0

    def parse(self, found: list[Piece], error: QueryError | None) -> Parsed:
        self._pieces = found
        last: Piece | None = None  # the operator or parenthesis that waits for an operand
        wants_operand = True
        for index, piece in enumerate(found):
            if piece.kind is Kind.WRONG and error is not None:
                raise error
            if wants_operand:
                wants_operand = self._before_operand(piece, last, index)
            else:
                wants_operand = self._after_operand(piece, index)
            last = piece
        assert len(self._operands) == 1, "the checks above leave one tree"
        root = self._operands[0]
        if (number := first_unbounded(root)) is not None:
            raise QueryError(
                "The query would match almost every article: it only says what must not be there",
                position=self._negations.get(number, self._places[number]),
                remedy="Say also what must be there, as in rocket NOT football;"
                " on both sides of an OR.",
            )
        return Parsed(root, self._places, self._mixed, found)

    def _before_operand(self, piece: Piece, last: Piece | None, index: int) -> bool:
        """Take what may start an operand. Gives whether one is still wanted."""
        kind = piece.kind
        if kind in _TERMS:
            if piece.text in _LIKE_OPERATORS and kind is Kind.WORD:
                self._check_not(piece, index)
            self._leaf(piece)
            return False
        if kind is Kind.FIELD:
            self._field(piece)
        elif kind is Kind.MODE:
            self._mode(piece)
        elif kind is Kind.OPEN:
            self._open(piece)
        elif self._before:
            raise misplaced_operator(self._before[-1], piece)
        elif kind in _PREFIXES:
            self._prefix(piece)
        else:
            raise missing_operand(piece, last)
        return True

    def _after_operand(self, piece: Piece, index: int) -> bool:
        """Take what may follow an operand. Gives whether an operand is wanted next."""
        kind = piece.kind
        if kind in _BINARY:
            self._binary(piece)
            return True
        if kind is Kind.CLOSE:
            self._close(piece)
            return False
        if kind is Kind.END:
            self._end()
            return False
        if kind is Kind.WORD and piece.text in _LIKE_OPERATORS:
            raise _in_lower_case(piece)
        self._binary(Piece(Kind.AND, piece.position, ""))
        return self._before_operand(piece, None, index)

    def _check_not(self, piece: Piece, index: int) -> None:
        """Refuse a `not` before a term, where it can only be meant as the operator."""
        follows = self._pieces[index + 1].kind not in {Kind.END, Kind.CLOSE, *_BINARY}
        if piece.text.lower() == "not" and follows and not self._before:
            raise _in_lower_case(piece)

    def _leaf(self, piece: Piece) -> None:
        if len(self._places) >= MOST_TERMS:
            raise QueryError(
                f"The query has more than {MOST_TERMS:,} terms",
                position=piece.position,
                remedy="Make several watches of it, or a set: of its terms.",
            )
        context = self._next if self._before else self._group
        self._places.append(self._before[0].position if self._before else piece.position)
        self._before = []
        found = _looked_up(piece, context, self._lists)
        self._shapes += shapes(found)
        if self._shapes > MOST_SHAPES:
            raise QueryError(
                f"The query has more than {MOST_SHAPES} words with *, ? or ~ and expressions",
                position=piece.position,
                remedy="Write plain words, whose forms are found anyway; or make several watches.",
            )
        self._operands.append(found)

    def _field(self, piece: Piece) -> None:
        name = check_field(piece)
        context = self._next if self._before else self._group
        if context.special is not None or (context.within is not None and name not in NAME_FIELDS):
            raise self._two_fields(piece, context.special or context.within)
        if name not in TEXT_FIELDS and context.mode is not None:
            raise QueryError(
                f"{self._mode_sign(context)} does not go with {name}:",
                position=piece.position,
                remedy=f"Leave it out, or write {name}: outside of the group it governs.",
            )
        self._before.append(piece)
        if name in TEXT_FIELDS:
            self._next = context._replace(within=name)
        else:
            self._next = context._replace(special=name)

    def _two_fields(self, piece: Piece, other: str | None) -> QueryError:
        if self._before:
            return QueryError(
                f"Both {other}: and {piece.written} stand before one term",
                position=piece.position,
                remedy=f"Leave one out, or write AND: {other}:rocket AND {piece.written}rocket.",
            )
        return QueryError(
            f"{piece.written} stands within {other}:( )",
            position=piece.position,
            remedy="Close the parenthesis before it.",
        )

    @staticmethod
    def _mode_sign(context: Context) -> str:
        return "case:" if context.mode is Mode.CASED else "="

    def _mode(self, piece: Piece) -> None:
        context = self._next if self._before else self._group
        if context.special is not None:
            raise QueryError(
                f"{piece.written} does not go with {context.special}:",
                position=piece.position,
                remedy="Leave it out.",
            )
        is_cased = piece.text == "case" or context.mode is Mode.CASED
        self._before.append(piece)
        self._next = context._replace(mode=Mode.CASED if is_cased else Mode.EXACT)

    def _nest(self, piece: Piece) -> None:
        self._nested += 1
        if self._nested > DEEPEST:
            raise QueryError(
                f"The query is nested more than {DEEPEST} deep",
                position=piece.position,
                remedy="Leave out parentheses that change nothing.",
            )

    def _open(self, piece: Piece) -> None:
        self._nest(piece)
        self._pending.append(_Pending(piece, self._group))
        if self._before:
            self._group = self._next
            self._before = []

    def _prefix(self, piece: Piece) -> None:
        self._nest(piece)
        if piece.kind is Kind.ATLEAST:
            check_number(piece)
        else:
            self._negations.setdefault(len(self._places), piece.position)
        self._pending.append(_Pending(piece))

    def _binary(self, piece: Piece) -> None:
        if piece.kind is Kind.NEAR:
            check_number(piece)
        binding = _BINDING[piece.kind]
        self._reduce(binding, piece)
        pending = self._pending
        if pending and piece.kind is Kind.AND and pending[-1].piece.kind is Kind.OR:
            self._mixed.append(piece.position)
        pending.append(_Pending(piece))

    def _close(self, piece: Piece) -> None:
        self._reduce(0, piece)
        if not self._pending:
            raise QueryError(
                "This ) closes nothing",
                position=piece.position,
                remedy="Leave it out, or write ( where the group starts.",
            )
        self._group = self._pending.pop().outer
        self._nested -= 1

    def _end(self) -> None:
        self._reduce(0, self._pieces[-1])
        if self._pending:
            raise QueryError(
                "This ( is never closed",
                position=self._pending[-1].piece.position,
                remedy="Write ) where the group ends, or leave out the (.",
            )

    def _reduce(self, binding: int, by: Piece) -> None:
        """Apply the operators on the stack that bind more tightly; those of one kind at once."""
        pending = self._pending
        while pending:
            piece = pending[-1].piece
            kind = piece.kind
            if kind is Kind.OPEN or _BINDING[kind] <= binding:
                return
            if kind in _PREFIXES:
                pending.pop()
                self._nested -= 1
                self._apply(piece)
                continue
            if kind is Kind.AND and by.kind is Kind.OR:
                self._mixed.append(by.position)
            links = []
            while pending and pending[-1].piece.kind is kind:
                links.append(pending.pop().piece)
            self._join(links[::-1])

    def _apply(self, piece: Piece) -> None:
        operand = self._operands.pop()
        if piece.kind is Kind.ATLEAST:
            check_at_least(piece, operand)
            self._operands.append(AtLeast(piece.number, operand))
        else:
            self._operands.append(operand.child if isinstance(operand, Not) else Not(operand))

    def _join(self, links: list[Piece]) -> None:
        """Put the last operands together, one more than there are links between them."""
        operands = self._operands[-len(links) - 1 :]
        del self._operands[-len(links) - 1 :]
        kind = links[0].kind
        if kind is Kind.NEAR:
            check_near(operands, links)
            distances = tuple(link.number for link in links)
            ordered = tuple(link.text == "ONEAR" for link in links)
            near = Near(tuple(operands), distances, ordered)
            check_extent(near, links)
            self._operands.append(near)
            return
        joined = And if kind is Kind.AND else Or
        children: list[Node] = []
        for operand in operands:
            if isinstance(operand, joined):
                children += operand.children
            else:
                children.append(operand)
        self._operands.append(joined(tuple(children)))


def _looked_up(piece: Piece, context: Context, lists: Lists) -> Leaf:
    special = context.special
    if special in NAME_FIELDS:
        kinds: dict[str, ListKind] = {"set": "set", "place": "place", "country": "country"}
        return any_of(piece, kinds[special], context.within, lists)
    return leaf(piece, context)


def _in_lower_case(piece: Piece) -> QueryError:
    upper = piece.text.upper()
    if upper in {"NEAR", "ONEAR"}:
        upper += "/5"
    return QueryError(
        f"{piece.text} is an operator in upper case only",
        position=piece.position,
        remedy=f'Write {upper}, or "{piece.text}" in quotes for the word; a phrase with it wholly'
        " in quotes.",
    )
