"""Lists of terms: as the settings name them, and as a file holds them, a term a line."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from scraper.printable import has_control

MOST_TERMS = 50_000  # in one set: what the matcher is built for
LONGEST_TERM = 500  # characters; the longest names of organisations have some two hundred
_MOST_BYTES = 4 * MOST_TERMS * LONGEST_TERM  # UTF-8 takes four bytes a character at most
_COMMENT = "#"

Wrong = tuple[int, str]  # the line, counted from 1, and what is wrong with it; line 0: the whole


def term(text: str) -> str:
    """A term without what surrounds it; ValueError says what is wrong with it."""
    text = text.strip()
    if not text:
        raise ValueError("the term is empty")
    if has_control(text):
        raise ValueError("leave control characters out of the term")
    if len(text) > LONGEST_TERM:
        raise ValueError(f"the term is longer than {LONGEST_TERM} characters")
    if f" {_COMMENT}" in text and not text.endswith('"'):
        raise ValueError('a comment needs a line of its own; a term with " #" in it needs quotes')
    return text


def distinct(terms: Iterable[str]) -> tuple[str, ...]:
    """The terms, each once; ValueError where there are too many or none."""
    once = tuple(dict.fromkeys(terms))
    if not once:
        raise ValueError("a set needs a term at least")
    if len(once) > MOST_TERMS:
        raise ValueError(f"{len(once):,} terms are more than the {MOST_TERMS:,} of one set")
    return once


def read_terms(raw: bytes) -> tuple[tuple[str, ...], list[Wrong]]:
    """The terms of a file, and what is wrong with its lines.

    UTF-8, a term a line; blank lines and those that begin with # do not count.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return (), [(raw.count(b"\n", 0, error.start) + 1, "not UTF-8: save the file as UTF-8")]
    terms: list[str] = []
    wrong: list[Wrong] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.lstrip().startswith(_COMMENT):
            continue
        try:
            terms.append(term(line))
        except ValueError as error:
            wrong.append((number, str(error)))
    return tuple(dict.fromkeys(terms)), wrong


def read_terms_file(path: Path) -> tuple[tuple[str, ...], list[Wrong]]:
    """As `read_terms`, from a file."""
    try:
        if path.exists() and not path.is_file():
            return (), [(0, "is no file of terms")]
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        return (), [(0, f"cannot be read: {error.strerror}")]
    if len(raw) > _MOST_BYTES:
        return (), [(0, f"is larger than {MOST_TERMS:,} terms can be")]
    return read_terms(raw)


def worded_lines(name: str, wrong: Sequence[Wrong]) -> list[tuple[str, str]]:
    """Where it is wrong, and what is, for each."""
    return [(f"{name}:{line}" if line else name, message) for line, message in wrong]
