"""The keys of what matches words by their letters: the same for patterns that match the same words.

A key begins with a shape that every word has which the pattern matches, so that the pattern is
found by it (shapes.py):

    roc*        the word begins so
    *ocke*      it has these letters in a row
    mosul~1     so many edits make one of the other

Where the shape alone does not decide, the pattern follows, after a sign that no word has.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from scraper.text.folding import fold
from scraper.text.words import is_unspaced
from scraper.watch.patterns import expression, folded, spans_several, wildcard

FEWEST: Final = 2  # letters in a row that a word is found by
_LONGEST_FUZZY: Final = 48  # letters; there are too many ways to leave two of more out
_WILDCARD: Final = "\x01*"
_EXPRESSION: Final = "\x01/"


@lru_cache(maxsize=1 << 14)
def key_of_wildcard(pattern: str) -> str | None:
    """The key of a wildcard; None where no two letters in a row are certain."""
    pieces = re.split(r"[*?]+", pattern)
    if len(pieces[0]) >= FEWEST:
        shape = f"{pieces[0]}*"
    elif len(longest := max(pieces, key=len)) >= FEWEST:
        shape = f"*{longest}*"
    else:
        return None
    return shape if re.sub(r"\*+", "*", pattern) == shape else f"{shape}{_WILDCARD}{pattern}"


def key_of_fuzzy(token: str, edits: int) -> str | None:
    """The key of a word that may be edited; None for a very long one."""
    return f"{token}~{edits}" if len(token) <= _LONGEST_FUZZY else None


@lru_cache(maxsize=1 << 12)
def key_of_expression(pattern: str, *, cased: bool) -> str | None:
    """The key of a regular expression; None where no two letters in a row are certain.

    Of one for several words, or for words with their capitals, it is the shape alone.
    """
    # A number has its signs in a word, but not among capitals: 3,5 and 35.
    runs = (run for run in _certain(pattern) if not cased or run.isalpha())
    longest = max(runs, key=len, default="")
    if len(longest) < FEWEST:
        return None
    shape = f"*{longest}*"
    return shape if cased or spans_several(pattern) else f"{shape}{_EXPRESSION}{pattern}"


def shape_of(key: str) -> str:
    """The shape that a key begins with."""
    return key.partition("\x01")[0]


def decides(key: str) -> Callable[[str], Any] | None:
    """What decides whether a word that has the shape is matched; None: each is."""
    _, sign, rest = key.partition("\x01")
    if not sign:
        return None
    if rest[0] == "*":
        return wildcard(rest[1:])[1]
    decided: Callable[[str], Any] = expression(rest[1:], cased=False).fullmatch
    return decided


_COUNT: Final = re.compile(r"\{\d+(?:,\d*)?\}")
# Flags, and what stands for the start or the end of all words that are looked through.
_OF_LINES: Final = re.compile(r"\\[Az]|\(\?(?!:|P?<)")
_GROUP_END: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[()]")


def _certain(pattern: str) -> Iterator[str]:
    """Runs of letters that every word has that an expression matches; none if in doubt.

    Only what stands outside of groups and classes is looked at, and nothing of an expression with
    a choice (`|`) or an escape there. Characters of scripts without spaces are words of their own.
    """
    if _OF_LINES.search(pattern):
        return
    runs, run, at = [], "", 0
    pattern = folded(pattern, cased=False)
    while at < len(pattern):
        character = pattern[at]
        if character in "|\\":
            return
        if character.isalnum() and not is_unspaced(character):
            run += character
        else:
            if character in "*?{":
                run = run[:-1]
            runs.append(run)
            run = ""
            if (after := _skip(pattern, at)) is None:
                return
            at = after
        at += 1
    yield from map(fold, (*runs, run))


def _skip(pattern: str, at: int) -> int | None:
    """Where the group, class or count ends that begins here; None if it does not end."""
    if pattern[at] == "[":
        end = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]").match(pattern, at)
        return end.end() - 1 if end and "[:" not in end[0] else None
    if pattern[at] == "{":
        count = _COUNT.match(pattern, at)
        return count.end() - 1 if count else None
    if pattern[at] != "(":
        return at
    depth = 0
    for piece in _GROUP_END.finditer(pattern, at):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if not depth:
            return piece.end() - 1
    return None
