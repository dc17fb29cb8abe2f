"""What is said of a place or a country: the value that look-ups give."""

import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from scraper.text.folding import APOSTROPHES, fold
from scraper.text.words import words

_CASED: Final = "case:"
# What parts the words of a name or is left out of it at will: St. John's, ジョージ・タウン.
_UNSPACED: Final = "\u0e00"  # where scripts begin whose every character is a word (Thai, Han …)
_PARTING: Final = frozenset(APOSTROPHES)  # some of them count as letters
_APART: Final = dict.fromkeys(map(ord, "\t\n\r !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~·・‧"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A place or a country with its names.

    `names` are what to look for, the English one first, no two alike once folded; each is plain
    words, or one term of the query language: `case:US` where the name is an ordinary word, too.
    """

    kind: str  # "place" or "country"
    key: str  # stays the same: a GeoNames id, "region:crimea", or ISO 3166-1 for a country
    english: str
    names: tuple[str, ...]
    country: str | None = None  # ISO 3166-1; None of a region in several countries
    population: int | None = None
    others: tuple[str, ...] = ()  # places of the same name: "Moscow, Idaho"
    left_out: tuple[str, ...] = ()  # names that are too ordinary as words: "Island" for Iceland
    ours: tuple[str, ...] = ()  # those of `names` that stand in tables of ours

    def edited(self, added: tuple[str, ...], removed: tuple[str, ...]) -> tuple[str, ...]:
        """The names after a person's changes."""
        gone = {as_words(plain(name)) for name in removed}
        instead = {as_words(plain(name)) for name in added}
        stay = (
            name
            for name in self.names
            if not (name.startswith(_CASED) and as_words(plain(name)) in instead)
        )
        return distinct(name for name in (*stay, *added) if as_words(plain(name)) not in gone)


def plain(name: str) -> str:
    """A name without the sign that its capitals count."""
    return name.removeprefix(_CASED).strip('"')


def cased(name: str) -> str:
    """A name as a term whose capitals count."""
    if name.startswith(_CASED):
        return name
    return f'{_CASED}"{name}"' if len(words(name)) > 1 else _CASED + name


@lru_cache(maxsize=2_048)
def squeezed(name: str) -> str:
    """The spelling by which a name is looked up: folded, its words run together."""
    return fold(name).translate(_APART)


def all_squeezed(names: Sequence[str]) -> list[str]:
    """The same of many names, in a tenth of the time.

    Where no mark follows a letter, folding it needs no look at its neighbours.
    """
    letters = set().union(*names)
    marks = {letter for letter in letters if _joins(letter) or letter == "\n"}
    table = {ord(letter): fold(letter).translate(_APART) for letter in letters - marks}
    table[ord("\n")] = "\n"
    simple = [name for name in names if marks.isdisjoint(name)]
    found = iter("\n".join(simple).translate(table).split("\n") if simple else [])
    return [next(found) if marks.isdisjoint(name) else squeezed(name) for name in names]


def _joins(letter: str) -> bool:
    """Whether a character may become one with the one before it."""
    plain_letter = unicodedata.normalize("NFKD", letter)
    return unicodedata.category(plain_letter[0])[0] in "MC" or "\u1100" <= letter <= "\u11ff"


def as_words(name: str) -> tuple[str, ...]:
    """The folded words of a name, by which two are told apart where they are looked for."""
    if name.isalpha() and max(name) < _UNSPACED and _PARTING.isdisjoint(name):  # as half of all are
        return (squeezed(name),)
    return tuple(word.text for word in words(name))


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """The names in their order, without those that another one of them finds already.

    That is what has the same words, or has another name within: "Baghdad City" beside "Baghdad".
    The first name stays in any case, and so does its other form if its capitals count (case:CHINA).
    """
    kept: dict[tuple[str, ...], list[str]] = {}
    first: tuple[str, ...] = ()
    for name in names:
        found = as_words(plain(name))
        if found:
            first = first or found
            same = kept.setdefault(found, [])
            if not same or (found == first and _adds_a_case(name, same)):
                same.append(name)
    loose = {found for found, same in kept.items() if not same[0].startswith(_CASED)}
    return tuple(
        name
        for found, same in kept.items()
        for name in same
        if found == first or not _holds(found, loose)
    )


def _adds_a_case(name: str, same: Sequence[str]) -> bool:
    return name.startswith(_CASED) and same[0].startswith(_CASED) and name not in same


def _holds(found: tuple[str, ...], others: Container[tuple[str, ...]]) -> bool:
    """Whether a shorter name is among the words, in a row."""
    size = len(found)
    return any(
        found[start:end] in others
        for start in range(size)
        for end in range(start + 1, size + 1)
        if end - start < size
    )
