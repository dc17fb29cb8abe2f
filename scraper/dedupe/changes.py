"""What a later text of an article changed: whether that is a revision, and what it added.

Pure, and the same for whoever asks: admission, a backtest, a person who looks.
docs/decisions/revisions.md says why it is so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final, Protocol

from scraper.dedupe.furniture import lines_of
from scraper.text.diff import Token, runs, tokens
from scraper.text.languages import identify
from scraper.text.sentences import sentences
from scraper.text.sequences import Run
from scraper.text.words import is_unspaced

FIELDS: Final = ("title", "standfirst", "body")  # what a reader reads, in this order

_SHORTEST_RESPELLED: Final = 5  # letters: of shorter words too many differ by one
_MOST_RESPELLED: Final = 20  # words in a row; where more are new, others were written
_SHORTEST_TOLD: Final = 3  # letters of a word that tells anything in a headline
_SHORT_FORM: Final = 5  # letters; of words so short one letter more must be the same
_SAME_BEGINNING: Final = 0.6  # of the longer of two words that are forms of one


class Text(Protocol):
    """A text of an article: an article itself, or an earlier revision of one."""

    @property
    def title(self) -> str | None:
        """Its headline."""

    @property
    def standfirst(self) -> str | None:
        """The sentence under it."""

    @property
    def body(self) -> str:
        """Plain text, paragraphs parted by a blank line."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A sentence that no earlier text had: `text` is `field[start:end]`, in one line."""

    field: str  # one of FIELDS
    start: int
    end: int
    text: str


def is_material(before: Text, after: Text, language: str | None) -> bool:
    """Whether the later text says anything else than the earlier one.

    Typography, capitals, white space, stamps ("updated 5 minutes ago"), counters and promotions are
    trifles. What the later text does not have at all (None, or nothing but furniture) counts as not
    read, not as taken away. `language` is an ISO 639-1 code, perhaps with a region; None: guessed.
    """
    return any(
        _differ(getattr(before, field) or "", getattr(after, field), language)
        for field in FIELDS
        if getattr(after, field) is not None
    )


def _differ(before: str, after: str, language: str | None) -> bool:
    if before == after:
        return False
    language = language or identify(after)
    old, new = _lines(before, language), _lines(after, language)
    if old and not new:
        return False
    low = sum(1 for _ in _equal(old, new))
    old, new = old[low:], new[low:]
    high = sum(1 for _ in _equal(old[::-1], new[::-1]))
    return _keys("\n".join(old[: len(old) - high])) != _keys("\n".join(new[: len(new) - high]))


def _lines(text: str, language: str | None) -> list[str]:
    return [text[start:end] for start, end in lines_of(text, language)]


def _equal(old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    """The lines that both begin with."""
    for before, after in zip(old, new, strict=False):
        if before != after:
            return
        yield before


def _keys(text: str) -> list[str]:
    return [token.key for token in tokens(text)]


def added(after: Text, earlier: Sequence[Text], language: str | None) -> tuple[Addition, ...]:
    """The sentences of a later text that say what none of the earlier ones did, in their order.

    `earlier` are all earlier texts, the last one first. A sentence that moved, or was taken out and
    put back, is none; nor is one of which the spelling alone was mended. A headline counts if it
    has a word that the article never had, for headlines are turned round all day.
    """
    if not earlier:
        return ()
    language = language or identify(after.body)
    known = _Known(earlier)
    return tuple(
        Addition(field, start, end, " ".join(value[start:end].split()))
        for field in FIELDS
        if (value := getattr(after, field))
        for start, end in _new_sentences(
            value, getattr(earlier[0], field) or "", known, language, is_title=field == "title"
        )
    )


def untold(additions: Sequence[Addition], told: Sequence[Text]) -> tuple[Addition, ...]:
    """The additions without those that some other texts said before, word for word."""
    if not additions or not told:
        return tuple(additions)
    known = _Known(told)
    return tuple(each for each in additions if not known.says(_keys(each.text)))


class _Known:
    """What was read in some texts."""

    def __init__(self, earlier: Iterable[Text]) -> None:
        self.sentences: set[tuple[str, ...]] = set()
        self.pairs: set[tuple[str, str]] = set()
        self.words: set[str] = set()
        for value in {getattr(text, field) or "" for text in earlier for field in FIELDS}:
            found = tokens(value)
            keys = [token.key for token in found]
            self.words.update(keys)
            self.pairs.update(pairwise(keys))
            self.sentences.update(
                tuple(token.key for token in part) for _, part in _parted(found, sentences(value))
            )

    def says(self, keys: Sequence[str]) -> bool:
        """Whether a sentence was there: itself, or all of it within others."""
        return tuple(keys) in self.sentences or (
            len(keys) > 1 and self.pairs.issuperset(pairwise(keys))
        )

    def has_words(self, keys: Iterable[str]) -> bool:
        """Whether all words were there, be it in another form."""
        return all(
            key in self.words
            or _is_particle(key)
            or any(_is_form(key, word) for word in self.words)
            for key in keys
        )


def _new_sentences(
    value: str, before: str, known: _Known, language: str | None, *, is_title: bool
) -> Iterator[tuple[int, int]]:
    old, new = tokens(before), tokens(value)
    fresh = _fresh(old, new, runs(before, old, value, new))
    bounds = chain.from_iterable(
        ((start + first, start + last) for first, last in sentences(value[start:end]))
        for start, end in lines_of(value, language)
    )
    numbers = {token.start: number for number, token in enumerate(new)}
    for span, part in _parted(new, list(bounds)):
        keys = [token.key for token in part]
        if fresh.isdisjoint(numbers[token.start] for token in part) or known.says(keys):
            continue
        if not (is_title and known.has_words(keys)):
            yield span


def _parted(
    found: Sequence[Token], bounds: Iterable[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], Sequence[Token]]]:
    """Spans of a text, ascending, each with the words in it; without those that have none."""
    first = 0
    for start, end in bounds:
        while first < len(found) and found[first].end <= start:
            first += 1
        last = first
        while last < len(found) and found[last].start < end:
            last += 1
        if last > first:
            yield (start, end), found[first:last]
        first = last


def _fresh(old: Sequence[Token], new: Sequence[Token], same: Sequence[Run]) -> set[int]:
    """The numbers of the words that are new where they stand, and no better spelling of others."""
    found: set[int] = set()
    at_old = at_new = 0
    for run in (*same, Run(len(old), len(new), 0)):
        were = [token.key for token in old[at_old : run.before]]
        if max(len(were), run.after - at_new) > _MOST_RESPELLED:
            were = []
        found.update(
            number
            for number in range(at_new, run.after)
            if not any(is_respelled(word, new[number].key) for word in were)
        )
        at_old, at_new = run.before + run.length, run.after + run.length
    return found


def is_respelled(one: str, two: str) -> bool:
    """Whether two words are one, a letter of it left out, doubled or swapped with the next.

    A letter changed for another is no matter of spelling: see Iran and Iraq, million and billion.
    """
    short, long = sorted((one, two), key=len)
    if len(long) < _SHORTEST_RESPELLED or one[0] != two[0] or not (one + two).isalpha():
        return False
    place = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(long) == len(short) + 1:
        return short[place:] == long[place + 1 :]
    swapped = short[:place] + short[place : place + 2][::-1] + short[place + 2 :]
    return len(long) == len(short) and swapped == long


def _is_particle(word: str) -> bool:
    return len(word) < _SHORTEST_TOLD and word.isalpha() and not is_unspaced(word)


def _is_form(one: str, two: str) -> bool:
    """Whether two words may be forms of one: most of them is the same, from the beginning."""
    longer = max(len(one), len(two))
    same = round(longer * _SAME_BEGINNING) + (longer <= _SHORT_FORM)
    return len(one) >= _SHORTEST_TOLD and one.isalpha() and one[:same] == two[:same]
