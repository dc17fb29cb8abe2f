"""Names of places that are words, too: what rings for them is mostly about something else."""

from collections.abc import Iterable, Iterator
from typing import Final

from scraper.text.names.naming import cased, distinct, plain, squeezed
from scraper.text.names.tables import words

_WORDS: Final = frozenset(map(squeezed, words("words.txt")))
_HOMONYMS: Final = frozenset(map(squeezed, words("homonyms.txt")))
_BYNAMES: Final = frozenset(map(squeezed, words("bynames.txt")))
_SHORT: Final = 2  # letters of a word from which no prefix is taken off
_ARABIC_LETTERS: Final = ("\u0621", "\u064a")
_ARABIC_PREPOSITIONS: Final = frozenset(("في", "من"))
_ARABIC_PREFIXES: Final = ("ب", "و", "ل", "وب", "ول")  # in, and, to, and in, and to


def is_word(name: str) -> bool:
    """Whether a name is an ordinary word, too."""
    key = squeezed(name)
    return key in _WORDS or key in _HOMONYMS


def is_byname(name: str) -> bool:
    """Whether it is what a city is called at times, or was once."""
    return squeezed(name) in _BYNAMES


def chosen(names: Iterable[str], english: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What to look for, and the names that are too ordinary for it; the English one always stays.

    Names of one or two letters cannot be told from abbreviations, and are too ordinary, too.
    """
    main = squeezed(english)
    terms: list[str] = []
    left_out: dict[str, None] = {}
    for name in names:
        key = squeezed(plain(name))
        if name != plain(name):
            terms.append(name)
        elif key != main and (key in _HOMONYMS or _is_tiny(key)):
            left_out[name] = None
        elif _is_abbreviation(name) or key in _WORDS or key in _HOMONYMS:
            terms.append(cased(name) if name.lower() != name.upper() else name)
            if key == main and name == english:
                terms.append(cased(name.upper()))  # as in a headline
        else:
            terms.append(name)
    terms += [form for name in terms for form in _with_prefixes(name)]
    return distinct(terms), tuple(left_out)


def _is_abbreviation(name: str) -> bool:
    """Such as USA, which without its capitals is a word of Spanish."""
    return name.isupper() and name.isalpha() and len(name) <= 5


def _with_prefixes(name: str) -> Iterator[str]:
    """In, and, to تل أبيب: what is written onto a word of two letters is not parted from it."""
    first, space, _ = name.partition(" ")
    alef, yeh = _ARABIC_LETTERS
    if first in _ARABIC_PREPOSITIONS or not space:
        return
    if len(first) == _SHORT and all(alef <= sign <= yeh for sign in first):
        yield from (prefix + name for prefix in _ARABIC_PREFIXES)


def _is_tiny(key: str) -> bool:
    return len(key) <= 2 and key < "\u0590"  # Latin, Greek, Cyrillic, Armenian
