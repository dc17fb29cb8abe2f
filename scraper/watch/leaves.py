"""From a word, a phrase or an expression as typed to what is looked up."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from scraper.errors import QueryError
from scraper.text.words import Word, is_unspaced, words
from scraper.watch.dates import published
from scraper.watch.expressions import check_expression, check_wildcard, edits, unslashed
from scraper.watch.fields import mark
from scraper.watch.forms import cased, compounds
from scraper.watch.indexed import WIDEST
from scraper.watch.lexer import Kind, Piece
from scraper.watch.matchtext import AS_WRITTEN
from scraper.watch.nodes import Fuzzy, Leaf, Mode, Part, Phrase, Regex, Run, Term, Wildcard

# Letters of no language, which stand for * and ? while words are parted: with them a word is one.
_STARS, _MARKS = "\U00016fd0", "\U00016fd1"
_TO_LETTERS: Final = str.maketrans({"*": _STARS, "?": _MARKS, _STARS: " ", _MARKS: " "})
_TO_SIGNS: Final = str.maketrans({_STARS: "*", _MARKS: "?"})
_REPEATED: Final = re.compile(r"[*?]{2,}")

# An escaped sign is no operator, only what parts words: this has no meaning in a query.
_PLAIN_SIGN: Final = "\u00a7"
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_UNSEEN: Final = "\u2060"  # in place of the backslash, so that what follows stays where it is
_OPERATOR_SIGNS: Final = frozenset('*?~^|,;[]{}<>"\\()')

_COMMAS: Final = ",;\u060c\u061b\u3001\u104a"
# What means something in other query languages and would be passed over in silence in this one.
_SUSPECT: Final = re.compile(rf"[\[\]{{}}|^<>{_COMMAS}]|\\\Z")
_REFUSED: Final = (
    (
        re.compile(r"[\[\]{}]"),
        "Only ( and ) make groups",
        "Write ( and ), or quote the words; a range of dates follows published:.",
    ),
    (re.compile(r"\|"), "A single | is no operator", "Write OR."),
    (re.compile(r"\^"), "Words cannot be weighted", "Leave out ^ and what follows."),
    (
        re.compile(r"[<>]"),
        "Only dates are compared",
        "Leave out < and >, or write a date, as in published:>=2026-01-31.",
    ),
    (
        re.compile(rf"(?<!\d)[{_COMMAS}]|[{_COMMAS}](?!\d)"),
        "A comma joins nothing",
        "Write OR for any of the words, AND for all of them.",
    ),
    (re.compile(r"\\\Z"), "Nothing follows \\", "Leave it out, or write \\\\ for the sign itself."),
)


LONGEST_PHRASE: Final = 200  # words
LONGEST_LOOSE: Final = 50  # words of a phrase with slack


class Context(NamedTuple):
    """What stands before a term: a field that has text; another field; `=` or `case:`."""

    within: str | None = None
    special: str | None = None
    mode: Mode | None = None


def leaf(piece: Piece, context: Context) -> Leaf:
    """What a word, a phrase or an expression looks up. Raises QueryError."""
    within, special, mode = context
    if special is not None:
        if piece.kind is Kind.REGEX:
            raise QueryError(
                f"{special}: takes no regular expression",
                position=piece.position,
                remedy=f'Write the value itself, as in {special}:"…", in quotes if it has a slash.',
            )
        return published(piece) if special == "published" else mark(piece, special)
    if piece.kind is Kind.WORD:
        return _word(piece, within, mode)
    return (
        _phrase(piece, within, mode) if piece.kind is Kind.PHRASE else _regex(piece, within, mode)
    )


def _word(piece: Piece, within: str | None, mode: Mode | None) -> Leaf:
    text, written = piece.text, piece.written
    if mode is not None:
        written = f"{'case:' if mode is Mode.CASED else '='}{written}"
    elif within in AS_WRITTEN:
        mode = Mode.EXACT
    if text.isascii() and text.isalnum():  # most words, so without further ado
        return _term(text, text.lower(), within, mode, written)
    if within == "url":
        # An address has signs of its own: only * has its meaning.
        return row(text.replace("?", " "), piece.position, within, mode, written)
    text = plain_signs(text, piece.position)
    if "~" in text:
        return _fuzzy(text, piece, within, mode, written)
    check_case_of_shape(text, piece.position, mode)
    return row(text, piece.position, within, mode, written, joins=piece.text == written)


def _term(text: str, token: str, within: str | None, mode: Mode | None, written: str = "") -> Term:
    if mode is None:
        named = text[0].isupper() and not text.isupper()
        return Term(token, Mode.NAME if named else Mode.PLAIN, "", within, written)
    return Term(token, mode, cased(text) if mode is Mode.CASED else "", within, written)


def plain_signs(text: str, position: int) -> str:
    """The text with what is escaped made harmless, as long as before. Raises QueryError."""
    text = _harmless(text)
    if _SUSPECT.search(text):
        for pattern, message, remedy in _REFUSED:
            if match := pattern.search(text):
                raise QueryError(message, position=position + match.start(), remedy=remedy)
    return text


def _harmless(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda match: _UNSEEN + (_PLAIN_SIGN if match[1] in _OPERATOR_SIGNS else match[1]), text
    )


def check_case_of_shape(text: str, position: int, mode: Mode | None) -> None:
    """Refuse wildcards where capitals count: the words they are compared with have none."""
    at = min((index for sign in "*?" if (index := text.find(sign)) >= 0), default=-1)
    if mode is Mode.CASED and at >= 0:
        raise QueryError(
            f"{text[at]} stands for letters of either case: case: does not go with it",
            position=position + at,
            remedy="Leave out case:, or write a regular expression, as in case:/US[A-Z]*/.",
        )


def _fuzzy(text: str, piece: Piece, within: str | None, mode: Mode | None, written: str) -> Leaf:
    at = text.index("~")
    base, suffix, position = text[:at], text[at:], piece.position + at
    if not base:
        raise QueryError(
            "Nothing stands before ~",
            position=position,
            remedy="Write it straight behind the word, as in Mosul~1.",
        )
    if mode is Mode.CASED:
        raise QueryError(
            "~ lets letters differ: case: does not go with it",
            position=position,
            remedy="Leave out case:, or leave out ~.",
        )
    parts = _parts(base, piece.position, Mode.EXACT)
    first = parts[0]
    is_word = len(parts) == 1 and isinstance(first, Term) and not is_unspaced(first.token)
    token = first.token if isinstance(first, Term) else base
    return Fuzzy(token, edits(suffix, position, base, is_word=is_word), within, written)


def _phrase(piece: Piece, within: str | None, mode: Mode | None) -> Leaf:
    inside = piece.position + 1
    text = _harmless(piece.text)
    if within == "url":
        text = text.replace("?", " ")
    check_case_of_shape(text, inside, mode)
    written = f"case:{piece.written}" if mode is Mode.CASED else piece.written
    slop = _slop(piece)
    parts = _parts(text, inside, Mode.CASED if mode is Mode.CASED else Mode.EXACT)
    if len(parts) == 1:  # one word has nothing in between
        return _with_place(parts[0], within, written)
    _check_length(parts, inside, LONGEST_LOOSE if slop else LONGEST_PHRASE)
    return Phrase(parts, None, slop or None, within, written)


def _check_length(parts: Sequence[Part], position: int, most: int) -> None:
    if len(parts) > most:
        slack = " with ~" if most == LONGEST_LOOSE else ""
        raise QueryError(
            f"The phrase has {len(parts)} words",
            position=position,
            remedy=f"A phrase{slack} has at most {most}: shorten it, or write AND between several.",
        )


def shapes(leaf: Leaf) -> int:
    """How many wildcards, loose words and expressions a term has: each is tried on many words."""
    if isinstance(leaf, Phrase):
        return sum(isinstance(part, Wildcard) for part in leaf.parts)
    return isinstance(leaf, Wildcard | Fuzzy | Regex)


def _slop(piece: Piece) -> int | None:
    suffix, number = piece.suffix, piece.suffix[1:]
    if not suffix:
        return None
    position = piece.position + len(piece.written) - len(suffix)
    if suffix[0] == "^":
        raise QueryError(
            "Phrases cannot be weighted", position=position, remedy="Leave out ^ and what follows."
        )
    if suffix[0] == "*":
        raise QueryError(
            "A * behind the quotes stands for nothing",
            position=position,
            remedy='Write it straight behind the last word within them, as in "rocket attack*".',
        )
    if not number.isdecimal():
        raise QueryError(
            "It does not say how far apart the words of the phrase may be",
            position=position,
            remedy='Write a whole number straight behind ~, as in "rocket Baghdad"~5.',
        )
    slop = int(number[:9])
    if slop > WIDEST:
        raise out_of_range(slop, position + 1, lowest=0)
    return slop


def out_of_range(number: int, position: int, *, lowest: int = 1) -> QueryError:
    """What is wrong with a proximity of no words or too many."""
    return QueryError(
        f"A distance of {number} words is out of range",
        position=position,
        remedy=f"Write a number from {lowest} to {WIDEST}.",
    )


def _regex(piece: Piece, within: str | None, mode: Mode | None) -> Leaf:
    pattern = unslashed(piece.text)
    is_cased = mode is Mode.CASED
    check_expression(pattern, piece.position + 1, cased=is_cased)
    written = f"case:{piece.written}" if is_cased else piece.written
    return Regex(pattern, is_cased, within, written)


def row(
    text: str,
    position: int,
    within: str | None,
    mode: Mode | None,
    written: str,
    *,
    joins: bool = True,
) -> Leaf:
    """The words of `text` in a row; a single one as what it is.

    Without a `mode`, each word is plain or a name, as it is typed. With `joins` a compound is also
    found written as one.
    """
    found = _parts(text, position, mode)
    if len(found) == 1:
        return _with_place(found[0], within, written)
    _check_length(found, position, LONGEST_PHRASE)
    joined = _joined(text, found, mode) if joins else None
    return Phrase(found, joined, None, within, written)


def _with_place(part: Part, within: str | None, written: str) -> Leaf:
    if isinstance(part, Term):
        return Term(part.token, part.mode, part.spelling, within, written)
    if isinstance(part, Wildcard):
        return Wildcard(part.pattern, within, written)
    return Run(part.tokens, within, written)


def _parts(text: str, position: int, mode: Mode | None) -> tuple[Part, ...]:
    """The words of `text`, which starts at `position` of the query."""
    has_shape = "*" in text or "?" in text
    source = text.translate(_TO_LETTERS) if has_shape else text
    found = words(source)
    if not found:
        raise QueryError(
            f"There is no word in {text!r}" if text.strip() else "There is nothing in the quotes",
            position=position,
            remedy="Write a word with letters or digits, or leave it out.",
        )
    if has_shape:
        found = _without_idle_signs(found, position)
    parts: list[Part] = []
    run: list[str] = []  # characters of a script without spaces, with nothing between
    end = -1
    for token, start, word_end in found:
        unspaced = not token.isascii() and is_unspaced(token)
        if run and not (unspaced and start == end):
            parts.append(_of_run(run))
            run = []
        if unspaced:
            run.append(token)
        elif has_shape and (_STARS in token or _MARKS in token):
            tied = 0 < end < start and not source[end:start].isspace()
            last = parts[-1] if tied else None
            before = last.token if isinstance(last, Term) else ""
            parts.append(_shape(token, position + start, before))
        else:
            parts.append(_term(source[start:word_end], token, None, mode))
        end = word_end
    if run:
        parts.append(_of_run(run))
    return tuple(parts)


def _of_run(tokens: Sequence[str]) -> Part:
    return Run(tuple(tokens)) if len(tokens) > 1 else Term(tokens[0], Mode.EXACT)


def _shape(token: str, position: int, before: str) -> Wildcard:
    pattern = _REPEATED.sub(
        lambda signs: "?" * signs[0].count("?") + "*" * ("*" in signs[0]),
        token.translate(_TO_SIGNS),
    )
    check_wildcard(pattern, position, before=before)
    return Wildcard(pattern)


def _without_idle_signs(found: Sequence[Word], position: int) -> list[Word]:
    """Without a * straight beside a character of a script without spaces: it adds nothing there."""
    starts, ends = set(), set()
    for word in found:
        if is_unspaced(word.text):
            starts.add(word.start)
            ends.add(word.end)
    kept = []
    for word in found:
        if word.text.strip(_STARS) or not (word.start in ends or word.end in starts):
            kept.append(word)
        elif word.start in ends and word.end in starts:
            raise QueryError(
                "A * does not go between characters of a script without spaces",
                position=position + word.start,
                remedy="Write a space and ONEAR/5 in its place, as in 火 ONEAR/5 箭.",
            )
    return kept


def _joined(text: str, parts: Sequence[Part], mode: Mode | None) -> Term | Wildcard | None:
    """How a compound is written as one word: air-strike, airstrike; air-str*, airstr*."""
    *others, last = parts
    if not all(isinstance(part, Term) for part in others):
        return None
    found = words(text)
    for compound in compounds(text, found):
        if (compound.first, compound.last) != (0, len(parts) - 1):
            continue
        if isinstance(last, Term):
            return _term(text.strip(), compound.joined, None, mode)
        if isinstance(last, Wildcard) and last.pattern == f"{found[-1].text}*":
            return Wildcard(f"{compound.joined}*")
    return None
