"""The pieces of a query as typed: words, phrases, operators, parentheses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from scraper.errors import QueryError

QUOTES = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02\u300c\u300d\u300e\u300f'


class Kind(Enum):
    """What a piece is."""

    WORD = auto()
    PHRASE = auto()
    FIELD = auto()  # `title:`, what it governs follows
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    MINUS = auto()  # `-` before what is excluded
    NEAR = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a query. `position` is its offset; `written` is all of it, `text` the inside."""

    kind: Kind
    position: int
    written: str
    text: str = ""
    number: int | None = None  # of NEAR/5, and of "a phrase"~5


# Input methods and web pages bring these; each is read as the plain character, offsets unchanged.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e", " "),
        **dict.fromkeys("\u2066\u2067\u2068\u2069\ufeff\u061c", " "),
        "\uff08": "(",
        "\uff09": ")",
        "\uff1a": ":",
        "\uff0a": "*",
        "\uff5e": "~",
    }
)

_HEBREW = "\u05d0-\u05ea"
_GERSHAYIM = rf"(?<=[{_HEBREW}])[{QUOTES}](?=[{_HEBREW}])"  # within a word: it opens nothing
_PIECE = re.compile(
    rf"(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<and>&&)|(?P<or>\|\|)"
    rf"|(?P<phrase>[{QUOTES}](?P<inside>(?:[^{QUOTES}]|{_GERSHAYIM})*)(?P<shut>[{QUOTES}]?)"
    r"(?:~(?P<slop>\d*))?)"
    rf"|(?P<word>(?:(?!&&|\|\|)[^\s(){QUOTES}]|{_GERSHAYIM})+)"
)
_FIELD = re.compile(r"([^\W\d_]\w*):")
_MINUS = re.compile("[-\u2212\u2012-\u2015](?=[^\\W_]|\\Z)")
_PLUS = re.compile(r"\+(?=[^\s)+])")
_SINGLE_QUOTED = re.compile(
    rf"['\u2018][^'\u2018\u2019(){QUOTES}]*\s[^'\u2018\u2019(){QUOTES}]*['\u2019](?=[\s)]|\Z)"
)
_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
_NEAR = re.compile(r"NEAR/(\d+)")
_LIKE_NEAR = re.compile(r"NEAR\d*|(?i:(?:near|w|pre|n|adj)/\d*|adj\d+)")


def pieces(query: str) -> Iterator[Piece]:
    """The pieces of `query` in their order, then an END. Raises QueryError."""
    plain = query.translate(_PLAIN)
    position = 0
    raw_value = False  # after `site:` an address may stand, whose colon makes no field
    while position < len(plain):
        match = _PIECE.match(plain, position)
        assert match, "the pattern takes every character"
        if match["space"]:
            position = match.end()
            continue
        if _PLUS.match(plain, position):  # what must be there: so it must without the sign
            position += 1
            continue
        piece = _piece(match, raw_value=raw_value)
        raw_value = piece.kind is Kind.FIELD and piece.text == "site"
        position += len(piece.written)
        yield piece
    yield Piece(Kind.END, len(plain), "")


def _piece(match: re.Match[str], *, raw_value: bool) -> Piece:
    written, position = match[0], match.start()
    for name, kind in (
        ("open", Kind.OPEN),
        ("close", Kind.CLOSE),
        ("and", Kind.AND),
        ("or", Kind.OR),
    ):
        if match[name]:
            return Piece(kind, position, written)
    if match["phrase"]:
        return _phrase(match)
    if field := None if raw_value else _FIELD.match(written):
        return Piece(Kind.FIELD, position, field[0], field[1].casefold())
    return _word(match)


def _phrase(match: re.Match[str]) -> Piece:
    position = match.start()
    if not match["shut"]:
        raise QueryError(
            "The quotation mark is never closed",
            position=position,
            remedy='End the phrase with ", or leave the mark out.',
        )
    if match["slop"] == "":
        raise QueryError(
            "It does not say how far apart the words of the phrase may be",
            position=match.end() - 1,
            remedy='Write a number after ~, as in "rocket Baghdad"~5.',
        )
    number = int(match["slop"][:9]) if match["slop"] else None
    return Piece(Kind.PHRASE, position, match[0], match["inside"], number)


def _word(match: re.Match[str]) -> Piece:
    written, position = match[0], match.start()
    if operator := _OPERATORS.get(written):
        return Piece(operator, position, written)
    if near := _NEAR.fullmatch(written):
        return Piece(Kind.NEAR, position, written, number=int(near[1][:9]))
    if _LIKE_NEAR.fullmatch(written):
        raise QueryError(
            f"{written} is no operator here",
            position=position,
            remedy="Write NEAR/5 for at most five words in between, in upper case, "
            f'or "{written}" in quotes for the word.',
        )
    if _is_minus(match):
        return Piece(Kind.MINUS, position, written[0])
    if _SINGLE_QUOTED.match(match.string, position):
        raise QueryError(
            "Single quotes make no phrase",
            position=position,
            remedy='Write the phrase in double quotes, as in "rocket attack".',
        )
    return Piece(Kind.WORD, position, written, written)


def _is_minus(match: re.Match[str]) -> bool:
    if minus := _MINUS.match(match[0]):
        following = match.string[match.start() + minus.end() : match.start() + minus.end() + 1]
        return bool(following) and not following.isspace() and following != ")"
    return False
