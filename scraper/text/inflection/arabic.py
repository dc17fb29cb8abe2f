"""Arabic: plurals, duals, feminines, pronouns written on to a noun; the news' broken plurals.

The key is the word's first form (انفجارات → انفجار, سيارتها → سياره). Prefixes are not of this
module. Feminines in ه (from ة) keep it, for a word without it is mostly another: a school is no
teacher. They are read as adjectives' feminines on the text's side alone, unless known for nouns.
Relative adjectives are words of their own: عراقي is not عراق. Broken plurals have no rule that
would not join other words: those that news is full of are in a table.
"""

from collections.abc import Iterator

from scraper.text.folding import fold
from scraper.text.inflection.arabic_words import BROKEN_PLURALS, FEMININE_NOUNS, WHOLE
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, unique


def _singulars() -> dict[str, str]:
    """The first form of each broken plural of the table, folded."""
    rows = (fold(row).split() for row in BROKEN_PLURALS.strip().splitlines())
    return {plural: singular for singular, *plurals in rows for plural in plurals}


_SINGULARS = _singulars()
_WHOLE = frozenset(fold(WHOLE).split())
_FEMININE_NOUNS = frozenset(fold(FEMININE_NOUNS).split())

_SOUND_PLURAL = Endings(Ending("ون ين", least=4))
_FEMININE_PLURAL = Endings(Ending("ات", becomes="ه", least=2))
_OTHERS = Endings(
    Ending("ون ين", least=3),
    Ending("ان", least=4),
    Ending("تين تان", becomes="ه"),
    Ending("ات", least=3),
    Ending("ا", "بتثجحخدذرزسشصضطظعغفقكلمني", least=3),
    Ending("اء", becomes="ا", least=3),
)
_PRONOUNS = Endings(
    Ending("ها هم هما", least=3),
    Ending("نا كم", least=4),
)
_OF_FEMININES = Endings(Ending("تها تهم تهما تنا تكم ته", becomes="ه"))
_OF_PLURALS = Endings(Ending("اتها اتهم اته اتنا", becomes="ه"), Ending("اتها اتهم اته اتنا"))
_HIS = Endings(Ending("ه", least=3))


def arabic(word: str) -> tuple[str, ...]:
    """The keys of a folded word without its prefixes, its first form before others."""
    if word in _WHOLE:
        return (word,)
    return unique(_readings(word))


def _readings(word: str) -> Iterator[str]:
    first = _first(word)
    yield first
    yield word
    for endings in (_OTHERS, _FEMININE_PLURAL, _OF_FEMININES, _OF_PLURALS):
        yield from endings.stems(word)
    if word not in _FEMININE_NOUNS:
        yield from _HIS.stems(word)
    for stem in _PRONOUNS.stems(word):
        yield _first(stem)
        yield stem


def _first(word: str) -> str:
    """What a query's word is taken for."""
    if word in _SINGULARS:
        return _SINGULARS[word]
    if word in _WHOLE:
        return word
    if word.endswith(("ون", "ين")) and _is_agent(word[:-2]):
        return word[:-2]
    if word.endswith("ات") and len(word) > 4:
        return word[:-2] if _is_masculine(word[:-2]) else word[:-2] + "ه"
    return word


def _is_agent(stem: str) -> bool:
    """Whether a stem is of the shapes that have the sound plural: مسلح, عراقي."""
    return len(stem) > 3 and (stem.endswith("ي") or (stem[0] == "م" and stem[2] != "ا"))


def _is_masculine(stem: str) -> bool:
    """Whether a stem is an infinitive of a derived form: انفجار, تصريح, or begins with م."""
    return len(stem) > 4 and (
        (stem[0] == "ا" and stem[-2] == "ا") or (stem[0] == "ت" and stem[-2] == "ي")
    )


LANGUAGES = {"ar": Rules(arabic, None, ("arabic",))}
