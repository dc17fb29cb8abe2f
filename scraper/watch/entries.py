"""From what `set:`, `place:` and `country:` name to any of many leaves.

An entry of a set is what one could write as one term in a query, but that plain words may stand in
a row: `Muqtada al-Sadr`, `"exact"`, `=word`, `case:UN`, `rocket*`.
"""

import re
from collections.abc import Iterator
from typing import Final

from scraper.errors import QueryError
from scraper.text.words import words
from scraper.watch.characters import plain
from scraper.watch.leaves import Context, check_case_of_shape, leaf, plain_signs, row, shapes
from scraper.watch.lexer import Kind, Piece, pieces
from scraper.watch.lists import ListKind, Lists
from scraper.watch.nodes import AnyOf, Leaf, Mode

_SIGNS: Final = re.compile(
    r"(?:^|\s)(?:[-+!=/\u2212\u2012-\u2015]|(?:AND|OR|NOT|O?NEAR/\d+|ATLEAST/\d+)(?:\s|$))"
    r'|["*?~\\()\[\]{}|^:<>,;\u060c\u061b\u3001]|&&'
)
MOST_SHAPES_OF_SET: Final = 500  # wildcards, loose words and expressions
_MOST_SHOWN: Final = 60  # characters of an entry in a message


def any_of(piece: Piece, kind: ListKind, within: str | None, lists: Lists) -> AnyOf:
    """Any term of a set, or any name of a place or country. Raises QueryError."""
    if piece.kind is Kind.REGEX:
        raise QueryError(
            f"{kind}: takes no regular expression",
            position=piece.position,
            remedy=f"Write the name, as in {kind}:{_EXAMPLES[kind]}.",
        )
    if piece.suffix:
        raise QueryError(
            f"Nothing goes behind a name: {piece.suffix}",
            position=piece.position + len(piece.written) - len(piece.suffix),
            remedy="Leave it out.",
        )
    name = " ".join(piece.text.split())
    known = lists.set_name(name) if kind == "set" else name
    terms = None
    if known is not None:
        terms = lists.terms(known) if kind == "set" else lists.names(kind, known)
    if known is None or terms is None:
        raise _unknown(piece, kind, name, lists)

    def make() -> tuple[Leaf, ...]:
        return _set_leaves(known, terms) if kind == "set" else _name_leaves(terms)

    try:
        leaves = lists.leaves(kind, known, make)
    except QueryError as error:
        raise QueryError(str(error), position=piece.position, remedy=error.remedy) from None
    tables = lists.tables(kind, known)
    return AnyOf(kind, known, leaves, within, f"{kind}:{piece.written}", tables)


_EXAMPLES: Final = {"set": "officials", "place": "Baghdad", "country": "Iraq"}


def _unknown(piece: Piece, kind: ListKind, name: str, lists: Lists) -> QueryError:
    close = lists.nearest(kind, name)
    if close:
        remedy = f"Did you mean {' or '.join(close)}?"
    elif kind == "set" and lists.known_sets:
        remedy = f"The sets are {', '.join(lists.known_sets[:10])}."
    elif kind == "set":
        remedy = "No sets are known here: name one in the settings, or write its terms with OR."
    else:
        remedy = "Write its name as in an atlas, or its names as words with OR between."
    return QueryError(f'There is no {kind} "{name}"', position=piece.position, remedy=remedy)


def _set_leaves(name: str, terms: tuple[str, ...]) -> tuple[Leaf, ...]:
    found: dict[Leaf, None] = {}
    for number, term in enumerate(terms, 1):
        try:
            found[entry(term)] = None
        except QueryError as error:
            shown = term if len(term) <= _MOST_SHOWN else f"{term[:_MOST_SHOWN]}…"
            raise QueryError(
                f'Entry {number} of the set "{name}", {shown!r}, is no term: {error}',
                position=error.position,
                remedy=f"In the set: {error.remedy}",
            ) from None
    if (count := sum(map(shapes, found))) > MOST_SHAPES_OF_SET:
        raise QueryError(
            f'The set "{name}" has {count:,} entries with *, ? or ~ and expressions',
            position=0,
            remedy=f"Keep to {MOST_SHAPES_OF_SET} of these, or make several sets; plain words may"
            " be many more, and their forms are found anyway.",
        )
    return tuple(found)


def _name_leaves(names: tuple[str, ...]) -> tuple[Leaf, ...]:
    return tuple(dict.fromkeys(_of_names(names)))


def _of_names(names: tuple[str, ...]) -> Iterator[Leaf]:
    """What is plain words is one, whatever signs are among them: St. John's, Washington, D.C."""
    for name in names:
        if name.startswith(("case:", "=", '"')) or "*" in name:
            yield entry(name)
        elif words(name):
            yield row(name, 0, None, None, name)


def entry(term: str) -> Leaf:
    """What an entry of a set looks up. Raises QueryError, with the position in the entry."""
    if _SIGNS.search(term) is None and term.isascii():
        return row(term, 0, None, None, term)
    meant = plain(term)
    if _SIGNS.search(meant.text) is None:
        return row(meant.text, 0, None, None, term)
    try:
        found, error = pieces(meant)
        if error is not None:
            raise error
        return _entry_with_signs(meant.text, found)
    except QueryError as error:
        raise QueryError(
            str(error), position=meant.at(error.position), remedy=error.remedy
        ) from None


def _entry_with_signs(text: str, found: list[Piece]) -> Leaf:
    mode: Mode | None = None
    rest = found[:-1]
    while rest and rest[0].kind is Kind.MODE:
        mode = Mode.CASED if rest[0].text == "case" or mode is Mode.CASED else Mode.EXACT
        rest = rest[1:]
    if not rest:
        raise QueryError(
            "There is no word in it", position=0, remedy="Write a word, or leave the entry out."
        )
    if len(rest) == 1 and rest[0].kind in {Kind.WORD, Kind.PHRASE, Kind.REGEX}:
        return leaf(rest[0], Context(mode=mode))
    for piece in rest:
        if piece.kind is not Kind.WORD or "~" in piece.text:
            raise QueryError(
                f"{piece.written} does not go with other words in an entry",
                position=piece.position,
                remedy="Write plain words in a row, or one term; make an entry of each term.",
            )
    start = rest[0].position
    words_in_row = plain_signs(text[start:], start)
    check_case_of_shape(words_in_row, start, mode)
    return row(words_in_row, start, None, mode, text)
