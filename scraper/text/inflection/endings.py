"""What the languages have in common whose inflection is told by endings: tables, and their reading.

A word of a text answers to more than one key where its ending has more than one reading: Spanish
`mata` is a bush or a form of `matar`, and is found by a query for either. What a query word is
taken for is the first key: the noun, unless only verbs end that way (`mataron` → matar).

Readings are endings and what to put in their place: "as>a ar" (mesas → mesa, mesar). They are tried
on every ending of the word that the table has, the longest first, as long as enough remains.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

Keys = tuple[str, ...]
Replacements = dict[str, tuple[str, ...]]


def words(text: str) -> frozenset[str]:
    """The words of a text: lists of words read best as texts."""
    return frozenset(text.split())


def replacements(table: str) -> Replacements:
    """A table such as "aron>ar ces>z,ce": endings, and what may stand instead (-: nothing)."""
    found: dict[str, dict[str, None]] = {}
    for row in table.split():
        ending, _, instead = row.partition(">")
        found.setdefault(ending, {}).update((one.strip("-"), None) for one in instead.split(","))
    return {ending: tuple(instead) for ending, instead in found.items()}


def o_and_a(rests: str) -> str:
    """The table by which adjectives in -o are also read in -a, and the reverse, after these."""
    return " ".join(f"{rest}o>{rest}a {rest}a>{rest}o" for rest in rests.split())


def irregular(text: str) -> dict[str, tuple[str, ...]]:
    """A table such as "muerto morir muerto, fue ser ir": a form, and what it may be a form of."""
    rows = (row.split() for row in text.split(","))
    return {form: tuple(lemmas) for form, *lemmas in rows}


def in_es(text: str) -> dict[str, Keys]:
    """Adjectives in -és (a list), folded: not plurals, as nearly all other words in -es are."""
    return {word: (word, word + "a") for word in text.split()}


def genders(text: str, feminine: Callable[[str], str]) -> dict[str, str]:
    """Adjectives of the one gender (a list, as a text) and of the other, each with its mate."""
    pairs = {word: feminine(word) for word in text.split()}
    return pairs | {mate: word for word, mate in pairs.items()}


class Readings(NamedTuple):
    """Endings of one kind. At least `shortest` letters must remain before the ending."""

    endings: Replacements
    shortest: int = 3

    def of(self, word: str) -> list[str]:
        """What the word may be a form of, by its longest ending first; [] for no form."""
        longest = min(_LONGEST_ENDING, len(word) - self.shortest)
        return [
            word[:-size] + instead
            for size in range(longest, 0, -1)
            for instead in self.endings.get(word[-size:], ())
        ]

    def first_of(self, word: str) -> list[str]:
        """Those of the longest ending alone."""
        longest = min(_LONGEST_ENDING, len(word) - self.shortest)
        for size in range(longest, 0, -1):
            if (instead := self.endings.get(word[-size:])) is not None:
                return [word[:-size] + one for one in instead]
        return []


_LONGEST_ENDING = 8


class Grammar(NamedTuple):
    """A language told by its endings.

    `fixed`: words that have a number at most, their ending being their own.
    `forms`: irregular forms. `pairs`: adjectives with those of the other gender.
    `numbers`: the singulars; the longest ending decides. `mates`: the same word in another gender.
    `verbs`: the dictionary form of a verb, from any ending; `only_verbs`: from those no noun has.
    `spelling`: other ways to write a verb's stem.
    `names`: names that are plurals besides; typed as a name, a query's word is then no plural.
    """

    fixed: frozenset[str]
    forms: dict[str, Keys]
    numbers: Readings
    mates: Readings
    pairs: dict[str, str]
    verbs: Readings
    only_verbs: Readings
    spelling: Callable[[str], Iterable[str]] = lambda verb: (verb,)
    names: frozenset[str] = frozenset()
    shortest: int = 4

    def keys(self, word: str) -> Keys:
        """The keys of a folded word: a query's, then a text's others."""
        if (irregular := self.forms.get(word)) is not None:
            return tuple(dict.fromkeys((*irregular, word)))
        if len(word) < self.shortest or word in self.fixed:
            return (word,)
        found = [one for verb in self.only_verbs.first_of(word) for one in self.spelling(verb)]
        singulars = self.numbers.first_of(word) or [word]
        if not self.fixed.isdisjoint(singulars):
            return tuple(dict.fromkeys((*singulars, word)))
        found += singulars
        for singular in singulars:
            found += self.gender(singular)
        found += [one for verb in self.verbs.of(word) for one in self.spelling(verb)]
        return tuple(dict.fromkeys((*found, word)))

    def gender(self, singular: str) -> list[str]:
        """The same word in another gender, as far as its ending or the list tells."""
        mate = self.pairs.get(singular)
        return self.mates.first_of(singular) if mate is None else [mate]

    def name_key(self, word: str) -> str:
        """The key of a query word that was typed as a name."""
        return word if word in self.names else self.keys(word)[0]
