"""From a word or a phrase as typed to what is looked up."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace

from scraper.errors import QueryError
from scraper.text.words import Word, is_unspaced, words
from scraper.watch.forms import compounds
from scraper.watch.indexed import WIDEST
from scraper.watch.lexer import Kind, Piece
from scraper.watch.matchtext import FIELDS, host_of, primary_language
from scraper.watch.nodes import Leaf, Mark, Mode, Part, Phrase, Run, Term, Wildcard

KNOWN_FIELDS = (*FIELDS, "lang", "site")
SHORTEST_PREFIX = 2  # letters before *

# What other tools call our fields.
_ALSO_CALLED = {
    "headline": "title", "intitle": "title", "allintitle": "title", "subject": "title",
    "summary": "standfirst", "description": "standfirst", "lead": "standfirst",
    "teaser": "standfirst", "intro": "standfirst",
    "text": "body", "content": "body", "intext": "body",
    "language": "lang", "host": "site", "domain": "site", "url": "site", "inurl": "site",
    "feed": "source", "publisher": "source", "outlet": "source",
}  # fmt: skip

# What means something in other query languages and would be passed over in silence in this one.
_REFUSED = (
    (re.compile(r"\?"), "? is no wildcard", "Leave it out, or end the word with * for any ending."),
    (re.compile(r"[\[\]{}]"), "Only ( and ) make groups", "Write ( and ), or quote the words."),
    (re.compile(r"\|"), "A single | is no operator", "Write OR."),
    (re.compile(r"^!"), "! is no operator", "Write NOT, or - before the word."),
    (re.compile(r"\^"), "Words cannot be weighted", "Leave out ^ and what follows."),
    (
        re.compile("~"),
        "Words are not matched loosely",
        'Leave out ~, or end the word with *. After a phrase, "…"~5 allows words in between.',
    ),
    (re.compile(r"\\"), "There is no escape character", "Put the words in quotes."),
    (re.compile(r"^/(?=.*/$)"), "There are no regular expressions", "Write words."),
    (
        re.compile(r"(?<!\d)[,;،؛、，；]|[,;،؛、，；](?!\d)"),
        "A comma joins nothing",
        "Write OR for any of the words, AND for all of them.",
    ),
)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*")
_HOST = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*")


def check_field(piece: Piece) -> str:
    """The name of the field that the piece opens. Raises QueryError for one unknown."""
    if piece.text in KNOWN_FIELDS:
        return piece.text
    close = difflib.get_close_matches(piece.text, KNOWN_FIELDS, n=1, cutoff=0.6)
    meant = _ALSO_CALLED.get(piece.text) or (close[0] if close else None)
    raise QueryError(
        f'There is no field "{piece.text}"',
        position=piece.position,
        remedy=(f"Did you mean {meant}:? " if meant else "")
        + f"The fields are {', '.join(KNOWN_FIELDS)}. A colon that is no field's goes in quotes.",
    )


def leaf(piece: Piece, field: str | None) -> Leaf:
    """What a word or a phrase looks up in `field`. Raises QueryError."""
    if field == "lang":
        return _language(piece)
    if field == "site":
        return _site(piece)
    if piece.kind is Kind.WORD:
        return _word(piece, field)
    return _phrase(piece, field)


def _word(piece: Piece, field: str | None) -> Leaf:
    text = piece.text
    if text.isascii() and text.isalnum():  # most words, so without further ado
        return Term(text.lower(), within=field, written=piece.written)
    for pattern, message, remedy in _REFUSED:
        if match := pattern.search(text):
            raise QueryError(message, position=piece.position + match.start(), remedy=remedy)
    parts = _parts(text, piece.position, Mode.PLAIN)
    if len(parts) == 1:
        return replace(parts[0], within=field, written=piece.written)
    return Phrase(parts, _joined(text, parts), None, field, piece.written)


def _phrase(piece: Piece, field: str | None) -> Leaf:
    parts = _parts(piece.text, piece.position + 1, Mode.EXACT)
    slop = piece.number
    if slop is not None and (slop > WIDEST or slop < 1):
        raise too_wide(slop, piece.position + len(piece.written) - len(str(slop)))
    if len(parts) == 1:  # one word has nothing in between
        return replace(parts[0], within=field, written=piece.written)
    return Phrase(parts, None, slop, field, piece.written)


def too_wide(number: int, position: int) -> QueryError:
    """What is wrong with a proximity of no words or too many."""
    return QueryError(
        f"A distance of {number} words is out of range",
        position=position,
        remedy=f"Write a number from 1 to {WIDEST}.",
    )


def _parts(text: str, position: int, mode: Mode) -> tuple[Part, ...]:
    """The words of `text`, which starts at `position` of the query, for a phrase."""
    found = words(text)
    if not found:
        raise QueryError(
            f"There is no word in {text!r}" if text.strip() else "There is nothing in the quotes",
            position=position,
            remedy="Write a word with letters or digits, or leave it out.",
        )
    _check_stars(text, found, position)
    parts: list[Part] = []
    end = -1
    for word in found:
        unspaced = is_unspaced(word.text)
        if unspaced and word.start == end:
            before = parts[-1]
            tokens = before.tokens if isinstance(before, Run) else (before.token,)
            parts[-1] = Run((*tokens, word.text))
        else:
            prefix = text[word.end : word.end + 1] == "*" and not unspaced
            parts.append(Wildcard(word.text + "*") if prefix else Term(word.text, mode))
        end = word.end if unspaced else -1
    return tuple(parts)


def _check_stars(text: str, found: Sequence[Word], position: int) -> None:
    by_end = {word.end: word for word in found}
    for at in (index for index, character in enumerate(text) if character == "*"):
        word = by_end.get(at)
        if word is None or text[at + 1 : at + 2].isalnum():
            raise QueryError(
                "A * stands where no word ends",
                position=position + at,
                remedy="Put it straight after the first letters of a word, as in rocket*.",
            )
        if len(word.text) < SHORTEST_PREFIX and not is_unspaced(word.text):
            raise QueryError(
                f"{text[word.start : at]}* would match far too much",
                position=position + word.start,
                remedy=f"Write at least {SHORTEST_PREFIX} letters before *.",
            )


def _joined(text: str, parts: Sequence[Part]) -> Term | None:
    """How a compound is written as one word: air-strike, airstrike."""
    found = words(text)
    for compound in compounds(text, found):
        if (compound.first, compound.last) == (0, len(parts) - 1):
            return Term(compound.joined)
    return None


def _language(piece: Piece) -> Leaf:
    value = piece.text.strip()
    primary = primary_language(value)
    if primary is None or not _LANGUAGE.fullmatch(value):
        raise QueryError(
            f"{piece.text!r} is no language code",
            position=piece.position,
            remedy="Write the two letters of ISO 639-1, as in lang:en or lang:ar.",
        )
    return Mark("lang", primary, piece.written)


def _site(piece: Piece) -> Leaf:
    host = host_of(piece.text.strip())
    if host is None or not _HOST.fullmatch(host):
        raise QueryError(
            f"{piece.text!r} is no host name",
            position=piece.position,
            remedy="Write the host alone, as in site:news.example.org.",
        )
    return Mark("site", host.removeprefix("www."), piece.written)
