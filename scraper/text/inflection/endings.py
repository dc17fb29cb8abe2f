"""What the languages have in common whose inflection is told by endings: tables, and their reading.

A word of a text answers to more than one key where its ending has more than one reading: Spanish
`mata` is a bush, or a form of `matar`, and is found by a query for either. What a query word is
taken for is the first key: the noun, unless only verbs end that way (`mataron` → matar).

Readings are endings and what to put in their place: "as>a ar" (mesas → mesa, mesar). They are tried
on every ending of the word that the table has, the longest first, as long as enough remains.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

Replacements = dict[str, tuple[str, ...]]


def words(text: str) -> frozenset[str]:
    """The words of a text: lists of words read best as texts."""
    return frozenset(text.split())


def replacements(table: str) -> Replacements:
    """A table such as "aron>ar ces>z,ce": an ending, and what may stand in its place (- nothing)."""
    found: dict[str, tuple[str, ...]] = {}
    for row in table.split():
        ending, _, instead = row.partition(">")
        found[ending] = tuple(one.strip("-") for one in instead.split(","))
    return found


def irregular(text: str) -> dict[str, tuple[str, ...]]:
    """A table such as "muerto morir muerto, fue ser ir": a form, and what it may be a form of."""
    rows = (row.split() for row in text.split(","))
    return {form: tuple(lemmas) for form, *lemmas in rows}


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
        found = []
        longest = min(_LONGEST_ENDING, len(word) - self.shortest)
        for size in range(longest, 0, -1):
            for instead in self.endings.get(word[-size:], ()):
                found.append(word[:-size] + instead)
        return found

    def first_of(self, word: str) -> list[str]:
        """Those of the longest ending alone."""
        longest = min(_LONGEST_ENDING, len(word) - self.shortest)
        for size in range(longest, 0, -1):
            if (instead := self.endings.get(word[-size:])) is not None:
                return [word[:-size] + one for one in instead]
        return []


_LONGEST_ENDING = 8
Keys = tuple[str, ...]


class Grammar(NamedTuple):
    """A language told by its endings.

    `fixed` are words and names that have a number at most, their ending being their own. `forms` are
    irregular ones. `numbers` gives the singular (its longest ending only), `mates` the same word in
    another gender, `verbs` the dictionary form of a verb from any ending, `only_verbs` from those
    endings that no noun has. `spelling` gives other ways to write a verb's stem. `names` are those that are plurals besides:
    a query word typed as a name is then no plural.
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
