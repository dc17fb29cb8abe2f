"""Regular expressions, wildcards and loose words, as typed: what is right with them.

What is wrong is said in words of our own, at the place in the expression that RE2 complains of.
"""

import re
from typing import Final

import re2

from scraper.errors import QueryError
from scraper.watch.patterns import expression

LONGEST_PATTERN: Final = 1_000  # characters
MOST_WILDCARDS: Final = 10  # in one word
_ESCAPED_SLASH: Final = re.compile(r"\\(.)", re.DOTALL)
_IGNORED_IN_SEARCH: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[()]", re.DOTALL)

_COUNTS: Final = re.compile(r"\{(\d+),(\d+)\}")

# By how RE2's message begins: what is wrong, and what to write. `{}`: the part it complains of.
_MESSAGES: Final = (
    ("invalid perl operator: (?", "An expression cannot look ahead or behind: {}",
     "Say what must or must not stand beside it with NEAR, AND or NOT."),
    ("invalid named capture", "{} is no group", "Write ( and ) alone."),
    ("bad repetition operator", "Two signs for a repetition in a row: {}",
     "Write one of * + ? and {{2,5}}."),
    ("no argument for repetition operator", "Nothing stands before {} that it could repeat",
     r"Write a letter or a group before it, or \{} for the sign itself."),
    ("invalid repetition size", "{} repeats too often", "Repeat at most 1,000 times in all."),
    ("invalid character class range", "{} is no range of letters",
     "Write the earlier letter first, as in [a-z]."),
    ("missing ]", "A [ is never closed in the expression",
     r"Write ] where the letters end, or \[ for the sign itself."),
    ("missing )", "A ( is never closed in the expression",
     r"Write ) where the group ends, or \( for the sign itself."),
    ("unexpected )", "A ) closes nothing in the expression",
     r"Leave it out, or write \) for the sign itself."),
    ("pattern too large", "The expression is too large", "Repeat less, or make several of it."),
    ("trailing \\", "Nothing follows the last \\ of the expression",
     "Leave it out, or write two for the sign itself."),
)  # fmt: skip


def unslashed(pattern: str) -> str:
    r"""The expression between two slashes, in which a slash was written \/."""
    return _ESCAPED_SLASH.sub(lambda match: "/" if match[1] == "/" else match[0], pattern)


def check_expression(pattern: str, position: int, *, cased: bool) -> None:
    """Raises QueryError if it is none. `position` is that of its first character in the query."""
    if len(pattern) > LONGEST_PATTERN:
        raise QueryError(
            f"The regular expression has {len(pattern):,} characters",
            position=position + LONGEST_PATTERN,
            remedy=f"Keep it below {LONGEST_PATTERN:,}; write several with OR between.",
        )
    try:
        expression(pattern, cased=cased)
    except re2.error as error:
        raw = error.args[0] if error.args else b""
        message = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
        raise _error(message, pattern, position) from None
    except UnicodeEncodeError as error:
        raise QueryError(
            "The regular expression holds half a character",
            position=position + min(error.start, len(pattern)),
            remedy="Leave it out, or write the whole character.",
        ) from None


def _worded(message: str, fragment: str) -> tuple[str, str] | None:
    """What is wrong and what to write; None: what is in none of our words."""
    if message.startswith("invalid perl operator") and fragment[2:3] not in {"=", "!", "<"}:
        return f"{fragment} has no meaning in an expression", "Leave it out, or write (?: or (."
    if message.startswith("invalid repetition size") and (counts := _COUNTS.fullmatch(fragment)):
        fewest, most = map(int, counts.groups())
        if fewest > most:
            return f"{fragment} counts from more to fewer", f"Write {{{most},{fewest}}}."
    if message.startswith("invalid character class range") and fragment[:2] in {
        "\\p", "\\P", "[:",
    }:  # fmt: skip
        return (
            f"{fragment} is no class of characters",
            r"Write \pL for letters, \pN for digits, or all in [ ], as in [a-z].",
        )
    return None


def _error(message: str, pattern: str, position: int) -> QueryError:
    fragment = message.partition(": ")[2]
    at = max(pattern.find(fragment), 0) if fragment else 0
    if message.startswith("invalid escape sequence"):
        is_back = fragment[1:2].isdigit()
        return QueryError(
            f"An expression cannot refer back to a group: {fragment}"
            if is_back
            else f"{fragment} has no meaning in an expression",
            position=position + at,
            remedy="Write out what stands there twice."
            if is_back
            else "Leave out the \\, or write two for the sign itself.",
        )
    if worded := _worded(message, fragment):
        return QueryError(worded[0], position=position + at, remedy=worded[1])
    for beginning, what, remedy in _MESSAGES:
        if message.startswith(beginning):
            if beginning in {"missing )", "unexpected )"}:
                at = _lonely(pattern)
            sign = fragment or pattern
            return QueryError(what.format(sign), position=position + at, remedy=remedy.format(sign))
    return QueryError(
        f"The regular expression is wrong: {message}",
        position=position + at,
        remedy="Write it in the syntax of RE2, or the words with OR between.",
    )


def _lonely(pattern: str) -> int:
    """Where the bracket is that has no other."""
    opened: list[int] = []
    for match in _IGNORED_IN_SEARCH.finditer(pattern):
        if match[0] == "(":
            opened.append(match.start())
        elif match[0] == ")":
            if not opened:
                return match.start()
            opened.pop()
    return opened[-1] if opened else 0


def check_wildcard(pattern: str, position: int, *, before: str = "") -> None:
    """Raises QueryError for a shape of a word that says nothing, or too much.

    `before` is the word that a hyphen or the like ties it to, as in anti-*.
    """
    if not pattern.strip("*?"):
        raise QueryError(
            f"{pattern} stands for any word",
            position=position,
            remedy=f"Write {before}*, which finds what begins so with and without a sign between."
            if before
            else "Write letters with it, as in rocket*, or leave it out; for words in between"
            ' write "rocket attack"~3.',
        )
    if pattern.count("*") + pattern.count("?") > MOST_WILDCARDS:
        raise QueryError(
            f"The word has more than {MOST_WILDCARDS} wildcards",
            position=position,
            remedy="Leave some out, or write several words with OR between.",
        )


def edits(suffix: str, position: int, word: str, *, is_word: bool) -> int:
    """How many edits `~`, `~1` or `~2` behind a word allows. Raises QueryError."""
    if not is_word:
        raise QueryError(
            "Only a single word can be matched loosely",
            position=position,
            remedy="Leave out the ~, or write the word alone with it, as in Mosul~1.",
        )
    number = suffix[1:]
    if number not in {"", "1", "2"}:
        try:
            given = float(number.replace(",", "."))
        except ValueError:
            given = -1.0
        meant = "=" if given == 0 else "~1" if 0.5 <= given < 2 else "~2"
        shown = f"{meant}{word}" if meant == "=" else f"{word}{meant}"
        raise QueryError(
            f"{suffix} is no number of letters that may differ",
            position=position,
            remedy=f"Write ~1 or ~2 behind the word, as in {shown}.",
        )
    found = int(number or 2)
    if len(word) <= found:
        raise QueryError(
            f"Every word of {len(word)} letters would match {word}{suffix}",
            position=position,
            remedy="Leave out the ~." if len(word) < 2 else f"Write {word}, or {word}*.",
        )
    return found
