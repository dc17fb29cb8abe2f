"""Stems and their tails, in tables: what the languages share that know many cases.

A word is taken apart into a stem and an ending that may stand after the stem's last letter; then
the stem's last letters are made one for all its forms (Polish Warszawie: Warszawi, Warszaw).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple


class Ending(NamedTuple):
    """Endings of a kind, parted by spaces, and what must stand before them.

    `after`: the stem's last letter is one of these (empty: any). `becomes`: what the stem has in
    place of the ending. `least`: the fewest letters of the stem, without `becomes`.
    """

    texts: str
    after: str = ""
    becomes: str = ""
    least: int = 2


class Endings:
    """Endings to take off a word: longer ones first, of equal ones that which was given first."""

    def __init__(self, *kinds: Ending) -> None:
        """All `kinds`, looked up by their text."""
        table: dict[str, list[Ending]] = {}
        for kind in kinds:
            for text in kind.texts.split():
                table.setdefault(text, []).append(kind)
        # By the last letter: most words end in none of these, and are done with at once.
        self._by_last: dict[str, list[tuple[str, tuple[Ending, ...]]]] = {}
        for text in sorted(table, key=len, reverse=True):
            self._by_last.setdefault(text[-1], []).append((text, tuple(table[text])))

    def stems(self, word: str) -> list[str]:
        """What `word` is without each ending that fits it."""
        found = []
        length = len(word)
        for text, kinds in self._by_last.get(word[-1:], ()):
            if word.endswith(text) and (rest := length - len(text)):
                for _, after, becomes, least in kinds:
                    if rest >= least and (not after or word[rest - 1] in after):
                        found.append(word[:rest] + becomes)
        return found

    def stem(self, word: str) -> str | None:
        """What `word` is without the longest ending that fits it, None where none does."""
        found = self.stems(word)
        return found[0] if found else None


class Tails:
    """What the last letters of a stem become: the longest that fits is replaced, once."""

    def __init__(self, table: dict[str, str], *, least: int = 1) -> None:
        """`table`: from last letters to new ones; `least`: letters that must stand before them."""
        self._table = table
        self._least = least
        # By the last letter how long tails are that end so, the longest first.
        self._sizes: dict[str, list[int]] = {}
        for tail in sorted(table, key=len, reverse=True):
            sizes = self._sizes.setdefault(tail[-1], [])
            if len(tail) not in sizes:
                sizes.append(len(tail))

    def replaced(self, stem: str) -> str | None:
        """The stem with its new last letters, None where no tail fits."""
        for size in self._sizes.get(stem[-1:], ()):
            if len(stem) >= size + self._least:
                new = self._table.get(stem[-size:])
                if new is not None:
                    return stem[:-size] + new
        return None

    def __call__(self, stem: str) -> str:
        """The stem with its new last letters, or as it is."""
        replaced = self.replaced(stem)
        return stem if replaced is None else replaced


def unique(found: Iterable[str]) -> tuple[str, ...]:
    """Each of `found` once, in the order of its first coming."""
    return tuple(dict.fromkeys(found))


class Inflection(NamedTuple):
    """Rules of a language that can be told by tables alone.

    A word loses one of the `sure` endings, the longest that fits, and its stem's tail becomes one
    for all forms (`tail`): that is its common key. On the text's side it may also be a form with
    another ending, `sure` or `maybe`, and the stem may have had another tail (`maybe_tails`).
    A word with one of the endings of `only` has no other reading. `whole` says which words are left
    as they are.
    """

    sure: Endings
    maybe: Endings = Endings()
    tail: Callable[[str], str] = str
    maybe_tails: tuple[Tails, ...] = ()
    only: Endings = Endings()
    whole: frozenset[str] = frozenset()

    def keys(self, word: str) -> tuple[str, ...]:
        """The keys of a folded word, its common one first."""
        if word in self.whole:
            return (word,)
        if (alone := self.only.stem(word)) is not None:
            return (alone,)
        sure = self.sure.stems(word)
        stems = (*(sure or (word,)), *self.maybe.stems(word))
        return unique(self.tail(stem) for stem in (*stems, *self.others(stems)))

    def others(self, stems: Iterable[str]) -> Iterator[str]:
        """What the stems may have been with other tails."""
        for stem in stems:
            for tails in self.maybe_tails:
                if (other := tails.replaced(stem)) is not None:
                    yield other


_SHORT_STEM = 3


class Naming(NamedTuple):
    """Rules by which a word typed as a name has fewer forms than a common noun.

    A name in -a whose stem has no more than three letters, and is often a word of its own, has only
    the endings of `feminine`: Gaza is not gaz.

    `plural` has the endings that are as often those of surnames and of towns: `teroristów` is a
    form of terorysta, Iwanow none of Iwan. They are read on the text's side, except for names: the
    keys of names are marked by an apostrophe, which no folded word has.
    """

    regular: Inflection
    plural: Endings
    feminine: Endings = Endings()

    def keys(self, word: str) -> tuple[str, ...]:
        """The keys of a folded word, its common one first, those that names have last."""
        found = self.regular.keys(word)
        stems = tuple(self.plural.stems(word))
        plurals = (self.regular.tail(stem) for stem in (*stems, *self.regular.others(stems)))
        feminine = (self.regular.tail(stem) + "'a" for stem in self.feminine.stems(word))
        return unique((*found, *plurals, *(stem + "'" for stem in found), *feminine))

    def name_key(self, word: str) -> str:
        """The key of a query word typed as a name."""
        common = self.regular.keys(word)[0]
        if word.endswith("a") and len(common) <= _SHORT_STEM:
            declined = map(self.regular.tail, self.feminine.stems(word))
            return common + "'a" if common in declined else common + "'"
        return common + "'"
