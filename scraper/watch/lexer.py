"""The pieces of a query as typed: words, phrases, expressions, operators, parentheses."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from scraper.errors import QueryError
from scraper.watch.characters import Plain
from scraper.watch.lookalikes import check_glued, check_operator, check_slash, check_word


class Kind(Enum):
    """What a piece is."""

    WORD = auto()
    PHRASE = auto()
    REGEX = auto()
    RANGE = auto()  # `[… TO …]`, `>=…`: what `published:` is followed by
    FIELD = auto()  # `title:`, what it governs follows
    MODE = auto()  # `case:` or `=`
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    MINUS = auto()  # `-` or `!` before what is excluded
    NEAR = auto()  # `NEAR/5` or `ONEAR/5`
    ATLEAST = auto()
    WRONG = auto()  # what is no piece at all; nothing is read behind it
    END = auto()


class Piece(NamedTuple):
    """A piece of a query. `position` is its offset; `written` is all of it, `text` the inside.

    `suffix` is what a phrase ends with behind its quotes; `number` that of NEAR/5 and ATLEAST/3.
    Positions are those in the plain text (see characters.py).
    """

    kind: Kind
    position: int
    written: str
    text: str = ""
    suffix: str = ""
    number: int = 0


_HEBREW = "\u05d0-\u05ea"
_GERSHAYIM = rf'(?<=[{_HEBREW}])"(?=[{_HEBREW}])'  # within a word: it opens nothing
_THOUSANDS = r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))"  # a space within a number
_DASHES = "-\u2212\u2012-\u2015"
# Groups are not repeated possessively: Python 3.11.2 loses their place.
_PIECE = re.compile(
    rf"(?P<space>\s+)|(?P<simple>[^\W_]++)(?=[\s)]|\Z)(?!{_THOUSANDS})"
    r"|(?P<open>\()|(?P<close>\))|(?P<and>&&|\u2227)|(?P<or>\|\||[\u2228\u2016])"
    rf'|"(?P<phrase>(?:[^"\\]|\\.|{_GERSHAYIM})*)(?P<shut>"?)(?P<suffix>[~^*][^\s()"]*)?'
    r'|/(?P<regex>(?:[^/\\]|\\.)*)(?P<end>/?)(?P<behind>[^\s()"]*)'
    rf"|(?P<plus>\+)(?=[^\s)+])|(?P<minus>[{_DASHES}](?=[^{_DASHES}\s)])|!(?=[^\s)]))"
    r"|(?P<exact>=)(?=[^\s)=])|(?P<field>[^\W\d_]\w*+:)"
    r"|(?P<word>(?:(?!&&|\|\||[\u2228\u2016\u2227])"
    rf'[^\s()"\\]|\\.|\\\Z|{_THOUSANDS}|{_GERSHAYIM})+)',
    re.DOTALL,
)
_NAMES_LIKE_OPERATORS = frozenset({"near", "onear", "atleast"})  # NEAR:5
_OPERATOR = re.compile(r"(O?NEAR|ATLEAST)/(\d+)")
_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
_SYMBOLS = {
    "open": Kind.OPEN,
    "close": Kind.CLOSE,
    "and": Kind.AND,
    "or": Kind.OR,
    "minus": Kind.MINUS,
    "exact": Kind.MODE,
}

# Fields whose values have signs of their own: an address, a time.
_RAW = frozenset({"site", "url", "published"})
_RAW_WORD = re.compile(r'[^\s()"]+')
_RANGE = re.compile(r"[\[{][^\]}]*[\]}]?|(?:[<>]=?|=|[\u2264\u2265])\s*[^\s()\"]*")


def pieces(plain: Plain) -> tuple[list[Piece], QueryError | None]:
    """The pieces of a query in their order, then an END; or a WRONG, and what is wrong.

    The error comes beside them, for before its place there may be another, which the parser sees.
    Positions are those in `plain.text`.
    """
    found: list[Piece] = []
    try:
        for piece in _pieces(plain.text):
            found.append(piece)  # noqa: PERF402 - what came before an error is needed, too
    except QueryError as error:
        found.append(Piece(Kind.WRONG, error.position, ""))
        return found, error
    return found, None


def _pieces(text: str) -> Iterator[Piece]:
    position = 0
    raw: str | None = None  # the field just read, if its value has signs of its own
    groups: list[str | None] = [None]  # the same for the parentheses that are open
    match_piece = _PIECE.match
    while position < len(text):
        match = match_piece(text, position)
        assert match, "the pattern takes every character"
        name = match.lastgroup
        if name == "space":
            position = match.end()
            continue
        if name == "plus":  # what must be there, must be there without it
            position += 1
            continue
        governing = raw or groups[-1]
        piece = _raw_value(match, governing) if governing and name not in _SYMBOLS else None
        if piece is None:
            piece = _piece(match, name)
        position += len(piece.written)
        if piece.kind is Kind.FIELD:
            raw = piece.text if piece.text in _RAW else None
        elif piece.kind is Kind.MODE:
            pass  # url:case:US
        elif piece.kind is Kind.OPEN:
            groups.append(governing)
            raw = None
        else:
            raw = None
            if piece.kind is Kind.CLOSE and len(groups) > 1:
                groups.pop()
            elif piece.kind is Kind.WORD:
                check_glued(text, piece.written, piece.position)
        yield piece
    yield Piece(Kind.END, len(text), "")


def _piece(match: re.Match[str], name: str | None) -> Piece:
    written, position = match[0], match.start()
    if name == "simple":
        if written in _OPERATORS:
            return Piece(_OPERATORS[written], position, written)
        check_word(written, position)
        return Piece(Kind.WORD, position, written, written)
    if name in _SYMBOLS:
        return Piece(_SYMBOLS[name], position, written, written)
    return {"word": _word, "field": _field, "behind": _regex}.get(name or "", _phrase)(match)


def _field(match: re.Match[str]) -> Piece:
    written, position = match[0], match.start()
    name = written[:-1].casefold()
    if name in _NAMES_LIKE_OPERATORS and (whole := _RAW_WORD.match(match.string, position)):
        check_operator(match.string, whole[0], position)
    return Piece(Kind.MODE if name == "case" else Kind.FIELD, position, written, name)


def _phrase(match: re.Match[str]) -> Piece:
    position = match.start()
    if not match["shut"]:
        raise QueryError(
            "The quotation mark is never closed",
            position=position,
            remedy='End the phrase with ", or leave the mark out.',
        )
    return Piece(Kind.PHRASE, position, match[0], match["phrase"], match["suffix"] or "")


def _regex(match: re.Match[str]) -> Piece:
    position, pattern = match.start(), match["regex"]
    check_slash(match[0], position)
    if not match["end"]:
        raise QueryError(
            "The regular expression is never closed",
            position=position,
            remedy="End it with /, or put the slash in quotes with the words beside it.",
        )
    if match["behind"]:
        raise QueryError(
            f"Something stands straight behind the expression: {match['behind']}",
            position=match.start("behind"),
            remedy="Leave it out, or write a space before it; capitals make no difference"
            r" without case:, and a slash within is written \/.",
        )
    return Piece(Kind.REGEX, position, match[0], pattern)


def _word(match: re.Match[str]) -> Piece:
    written, position = match[0], match.start()
    if written in _OPERATORS:  # straight before a parenthesis, a quote or &&
        return Piece(_OPERATORS[written], position, written)
    if operator := _OPERATOR.fullmatch(written):
        kind = Kind.ATLEAST if operator[1] == "ATLEAST" else Kind.NEAR
        return Piece(kind, position, written, operator[1], number=int(operator[2][:9]))
    check_operator(match.string, written, position)
    return Piece(Kind.WORD, position, written, written)


def _raw_value(match: re.Match[str], field: str) -> Piece | None:
    """The value of a field as it stands; None for what is no value but an operator or a phrase."""
    text, position, name = match.string, match.start(), match.lastgroup
    if field == "published" and (found := _RANGE.match(text, position)):
        return Piece(Kind.RANGE, position, found[0], found[0])
    if name not in {"simple", "word", "behind", "field"}:
        return None
    if field == "url":
        if name == "behind" and match["end"] and not match["behind"]:
            return None  # a regular expression; other addresses begin with a slash, too
        if name == "field" and match[0].casefold() == "case:":
            return None
    found = _RAW_WORD.match(text, position)
    assert found, "it was a word"
    written = found[0]
    if written in _OPERATORS or _OPERATOR.fullmatch(written):
        return None
    return Piece(Kind.WORD, position, written, written)
