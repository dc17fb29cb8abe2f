"""What matches words by their letters: wildcards, fuzzy words, regular expressions.

All run in time linear in the text: wildcards and regular expressions on RE2, whose automata never
go back; fuzzy words by a comparison that gives up once there are too many differences.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final

import re2

from scraper.text.folding import fold, fold_keeping_case
from scraper.text.words import is_unspaced
from scraper.watch.indexed import IndexedText
from scraper.watch.paragraphs import Span

_MOST_MATCHES: Final = 1_000  # of an expression over several words, in one paragraph
_SPACE: Final = re.compile(r" |\\[sWtn]|\\x20|\\[pP]\{?Z|\[:space:\]|\[:blank:\]")
_STARS: Final = re.compile(r"\*{2,}")
_START: Final = re.compile(r"[^*?]*")


@lru_cache(maxsize=1 << 14)
def wildcard(pattern: str) -> tuple[str, Callable[[str], Any] | None]:
    """How the words begin that the pattern stands for, and whether one of them does: None, any.

    `*` stands for any characters, `?` for just one.
    """
    pattern = _STARS.sub("*", pattern)
    start = _START.match(pattern)[0]  # type: ignore[index]  # it matches the empty string, too
    if pattern == f"{start}*":
        return start, None
    parts = ("(?s:.*)" if c == "*" else "(?s:.)" if c == "?" else re2.escape(c) for c in pattern)
    return start, re2.compile("".join(parts), _options(cased=True)).fullmatch


def _options(*, cased: bool) -> Any:
    options = re2.Options()
    options.case_sensitive = cased
    options.log_errors = False
    options.max_mem = 1 << 22
    return options


@lru_cache(maxsize=1 << 12)
def expression(pattern: str, *, cased: bool) -> Any:
    """The compiled expression, its letters folded as words are. Raises re2.error."""
    return re2.compile(folded(pattern, cased=cased), _options(cased=cased))


@lru_cache(maxsize=1 << 12)
def _expression_of_a_line(pattern: str, *, cased: bool) -> Any:
    options = _options(cased=cased)
    options.never_nl = True
    return re2.compile(f"(?m)^(?:{folded(pattern, cased=cased)})$", options)


@lru_cache(maxsize=1 << 12)
def _expression_between_spaces(pattern: str, *, cased: bool) -> Any:
    return re2.compile(f" (?:{folded(pattern, cased=cased)}) ", _options(cased=cased))


def folded(pattern: str, *, cased: bool) -> str:
    """An expression without accents: words are compared without. Each character stays one."""
    if pattern.isascii():
        return pattern
    return "".join(_folded_character(character, cased=cased) for character in pattern)


def _folded_character(character: str, *, cased: bool) -> str:
    if character.isascii():  # it may be part of an escape: \W is not \w
        return character
    plain = fold_keeping_case(character) if cased else fold(character)
    return plain if len(plain) == 1 and plain.isalnum() else character


def spans_several(pattern: str) -> bool:
    """Whether an expression is for several words in a row: it names a space, one way or another."""
    return _SPACE.search(pattern.replace(r"\\", "")) is not None


def expression_spans(
    text: IndexedText, pattern: str, field: str | None, *, cased: bool
) -> Sequence[Span]:
    """Where the expression matches, in the field (None: in the default ones), in order."""
    asked = ("expression", pattern, cased, field)
    if (found := text.memo.get(asked)) is None:
        start, end = text.layout.bounds(field)
        find = _in_rows if spans_several(pattern) else _in_words
        found = text.memo[asked] = sorted(set(find(text, pattern, start, end, cased=cased)))
    spans: Sequence[Span] = found
    return spans


def _in_words(
    text: IndexedText, pattern: str, start: int, end: int, *, cased: bool
) -> Iterator[Span]:
    words, lines = _lines(text, start, end, cased=cased)
    matching = {match[0] for match in _expression_of_a_line(pattern, cased=cased).finditer(lines)}
    if matching:
        for position, word in enumerate(words, start):
            if word in matching:
                yield position, position
    compiled = expression(pattern, cased=cased)
    for spans in text.layout.compounds.items():
        yield from _in_compound(text, compiled, spans, (start, end), cased=cased)
    asked = ("runs", start, end)
    if (runs := text.memo.get(asked)) is None:
        runs = text.memo[asked] = list(_runs(text, start, end))
    for run in runs:
        yield from _in_run(compiled, run, text.layout.words)


def _lines(text: IndexedText, start: int, end: int, *, cased: bool) -> tuple[Sequence[str], str]:
    """The words there, and all different ones as lines.

    One search over the lines is a hundred times faster than one in each word.
    """
    asked = ("lines", start, end, cased)
    if (found := text.memo.get(asked)) is None:
        words = _spelled(text, start, end, cased=cased)
        found = text.memo[asked] = (words, "\n".join(filter(None, set(words))))
    return found


def _in_compound(
    text: IndexedText,
    compiled: Any,
    compound: tuple[str, list[Span]],
    bounds: Span,
    *,
    cased: bool,
) -> Iterator[Span]:
    joined, spans = compound
    for first, last in spans:
        if bounds[0] <= first < bounds[1]:
            spelled = "".join(_spelled(text, first, last + 1, cased=True)) if cased else joined
            if compiled.fullmatch(spelled):
                yield first, last


def _spelled(text: IndexedText, start: int, end: int, *, cased: bool) -> Sequence[str]:
    if not cased:
        return text.layout.words[start:end]
    return [text.cased(position) for position in range(start, end)]


def _runs(text: IndexedText, start: int, end: int) -> Iterator[list[int]]:
    """The positions of characters of scripts without spaces, with nothing between them."""
    run: list[int] = []
    words, glued = text.layout.words, text.layout.glued
    for position in sorted(at for at in glued if start <= at < end):
        if not (is_unspaced(words[position]) and is_unspaced(words[position - 1])):
            continue
        if run and run[-1] != position - 1:
            yield run
            run = []
        run += [position] if run else [position - 1, position]
    if run:
        yield run


def _in_run(compiled: Any, run: Sequence[int], words: Sequence[str]) -> Iterator[Span]:
    spelled = [words[position] for position in run]
    ends = list(accumulate(map(len, spelled)))
    for match in compiled.finditer("".join(spelled)):
        if match.end() > match.start():
            first = bisect_right(ends, match.start())
            last = bisect_right(ends, match.end() - 1)
            yield run[first], run[last]


def _in_rows(
    text: IndexedText, pattern: str, start: int, end: int, *, cased: bool
) -> Iterator[Span]:
    compiled = _expression_between_spaces(pattern, cased=cased)
    words = _spelled(text, start, end, cased=cased)
    row: list[str] = []
    for position, word in enumerate((*words, ""), start):
        if word:
            row.append(word)
        elif row:
            yield from _in_row(compiled, row, position - len(row))
            row = []


def _in_row(compiled: Any, row: Sequence[str], start: int) -> Iterator[Span]:
    spaced = f" {' '.join(row)} "
    # By where the space before a word is, the number of the word.
    offsets = [0, *accumulate(len(word) + 1 for word in row)]
    at = 0
    for _ in range(_MOST_MATCHES):
        match = compiled.search(spaced, at)
        if match is None:
            return
        first = bisect_right(offsets, match.start()) - 1
        last = bisect_right(offsets, match.end() - 1) - 2
        yield start + first, start + last
        at = match.end() - 1


def is_within(word: str, other: str, edits: int) -> bool:
    """Whether at most so many edits (0 to 2) make one word of the other.

    An edit puts in, takes out or changes a letter, or swaps two neighbours; no part of a word is
    edited twice ("optimal string alignment", the restricted Damerau–Levenshtein distance).
    """
    if abs(len(word) - len(other)) > edits:
        return False
    if word == other:
        return True
    start = 0
    shorter = min(len(word), len(other))
    while start < shorter and word[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and word[-1 - end] == other[-1 - end]:
        end += 1
    # A swap or a repeated letter at the border may need what is the same on both sides.
    start, end = max(0, start - 1), max(0, end - 1)
    return _distance(word[start : len(word) - end], other[start : len(other) - end], edits) <= edits


def _distance(word: str, other: str, most: int) -> int:
    """The distance, or more than `most` if it is more than that."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        row, before, above = [most + 1] * (len(other) + 1), row, before
        row[0] = i
        best = i
        # Farther from the diagonal than `most`, the difference in length alone is too much.
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other[j - 1]))
            if i > 1 < j and letter == other[j - 2] and word[i - 2] == other[j - 1]:
                cost = min(cost, above[j - 2] + 1)
            row[j] = cost
            best = min(best, cost)
        if best > most:
            return most + 1
    return row[len(other)]


def deletions(word: str, edits: int) -> set[str]:
    """The word with up to so many letters taken out: two words so close share one of these.

    The symmetric deletions of Garbe's SymSpell (2012).
    """
    found = {word}
    latest = found
    for _ in range(edits):
        latest = {each[:at] + each[at + 1 :] for each in latest for at in range(len(each))}
        found |= latest
    return found
