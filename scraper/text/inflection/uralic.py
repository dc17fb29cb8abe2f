"""Finnish, Estonian and Hungarian: number, case and possession of nouns and adjectives.

A query's word is taken for a first form. A word of a text is each first form that it may have: less
an ending that fits, with the consonants and vowels that the endings change put back: Finnish
raketin → raketi → raketti, Lahdessa → lahde → lahti, suomalaisten → suomalainen. Most of what is
tried so is no word at all, and then no query asks for it.
"""

from collections.abc import Iterator

from scraper.text.inflection.endings import words
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, Tails, unique

_VOWELS = "aeiou"
_CONSONANTS = "bcdfghjklmnprstvwxz"

# Finnish ------------------------------------------------------------------------------------------

_FINNISH_VOWELS = _VOWELS + "y"
_FINNISH_SINGULAR = Endings(
    Ending(
        "n ssa sta lla lta lle na ksi t ssaan staan llaan ltaan lleen kseen naan", _FINNISH_VOWELS
    ),
    Ending("nsa ssansa stansa llansa ltansa mme ni", _FINNISH_VOWELS, least=3),
    Ending("seen", "eaiouy", least=3),
    *(Ending(v + "n", v) for v in _FINNISH_VOWELS),
    *(Ending("h" + v + "n", v) for v in _FINNISH_VOWELS),
    Ending("a", "aeiouy"),
    Ending("ta tta", "aeiouy"),
)
_FINNISH_PLURAL = Endings(  # what is before the plural's i
    Ending("issa ista illa ilta ille ina iksi ita itta iin ihin isiin ien iden itten itaan"),
    Ending("ia ja jen"),
    Ending("issaan istaan illaan iltaan illeen iensa iaan", least=3),
)
_FINNISH_CONSONANT = Endings(  # endings after a consonant: suomalaista, kansanedustajien
    Ending("ta ten", "snrl", least=3),
)
_STRENGTHENED = Tails(
    {
        weak + vowel: strong + vowel
        for vowel in _FINNISH_VOWELS
        for weak, strong in (
            ("t", "tt"), ("p", "pp"), ("k", "kk"), ("d", "t"), ("v", "p"), ("ng", "nk"),
            ("mm", "mp"), ("ll", "lt"), ("nn", "nt"), ("rr", "rt"), ("rj", "rk"), ("lj", "lk"),
        )
    }
)  # fmt: skip
_FINNISH_FIRST = (
    Tails({"ise": "inen", "kse": "s", "ude": "us", "yde": "ys", "ime": "in", "ttoma": "ton"}),
    Tails(  # first forms in -e and -as, whose other forms have the strong grade
        {
            strong + vowels: weak + first
            for vowels, first in (("ee", "e"), ("aa", "as"), ("ii", "is"))
            for strong, weak in (("tt", "t"), ("kk", "k"), ("pp", "p"), ("t", "d"), ("p", "v"))
        }
    ),
    Tails({"ee": "e", "aa": "as", "ii": "is", "uu": "us", "e": "i", "te": "ti"}),
    Tails({"nee": "nut", "ue": "ut", "de": "si", "ukse": "us", "ykse": "ys", "ikse": "is"}),
    Tails({c + "i": c for c in _CONSONANTS} | {"uu": "uus", "yy": "yys"}),
)
_FINNISH_PLURAL_FIRST = (
    Tails({"is": "inen", "ks": "s", "uks": "us", "ime": "in", "ttom": "ton"}),
    Tails({c: c + "a" for c in _CONSONANTS + "i"} | {"o": "a", "e": "i"}),
    Tails({c: c + "i" for c in _CONSONANTS} | {"a": "as", "e": "a", "i": "is"}),
    Tails({"ks": "us", "uuks": "uus", "s": "nen", "n": "nyt", "ne": "nut"}),
)
_FINNISH_WHOLE = words(
    "nato eu usa yk euro on ei ja se ne han he vaan mutta kun niin nyt viela ennen kuin sitten"
    " lasten"
)


def finnish(word: str) -> tuple[str, ...]:
    """The keys of a folded word: itself, less a plural's -t, then each first form it may have."""
    if word in _FINNISH_WHOLE or len(word) < 4:
        return (word,)
    readings = tuple(_finnish_readings(word))
    if word[-1] == "t" and word[-2] in _FINNISH_VOWELS and len(word) > 5:
        return unique((_finnish_singular(word[:-1]), word, *readings))
    return unique((word, *readings))


def _finnish_singular(stem: str) -> str:
    """What a plural in -t is most probably the plural of; a participle and internet are none."""
    if stem.endswith(("nu", "ny", "ne", "llu", "lly", "rru", "rry", "ssu", "ssy")):
        return stem + "t"
    if (first := _FINNISH_FIRST[0].replaced(stem)) is not None:
        return first
    return stem[:-1] if stem.endswith("ee") else _STRENGTHENED(stem)


def _finnish_readings(word: str) -> Iterator[str]:
    for stem in _FINNISH_SINGULAR.stems(word):
        yield from _with_tails(stem, _FINNISH_FIRST)
    for stem in _FINNISH_PLURAL.stems(word):
        yield from _with_tails(stem, _FINNISH_PLURAL_FIRST)
    for stem in _FINNISH_CONSONANT.stems(word):
        yield stem
        if stem[-1] == "s":
            yield stem[:-1] + "nen"


def _with_tails(stem: str, tails: tuple[Tails, ...]) -> Iterator[str]:
    strong = _STRENGTHENED(stem)
    for base in unique((stem, strong)):
        yield base
        for each in tails:
            if (first := each.replaced(base)) is not None:
                yield first


# Estonian -----------------------------------------------------------------------------------------

_ESTONIAN_CASES = ["le", "l", "lt", "ga", "ks", "sse", "s", "st", "ni", "na", "ta"]
_ESTONIAN_ENDINGS = Endings(
    Ending(" ".join(_ESTONIAN_CASES) + " d t", _VOWELS),
    Ending(" ".join("de" + case for case in ("", *_ESTONIAN_CASES)), _VOWELS + "mnrlv"),
    Ending(" ".join("te" + case for case in ("", *_ESTONIAN_CASES)), _VOWELS + "sltrn", least=3),
    Ending("i id isse is ist il ilt ile iks", least=3),
    *(Ending(v + "te" + case, least=3) for v in "iau" for case in ("", *_ESTONIAN_CASES)),
)
_ESTONIAN_STRONG = Tails(
    {
        weak + vowel: strong + vowel
        for vowel in _VOWELS
        for weak, strong in (
            ("t", "tt"), ("p", "pp"), ("k", "kk"), ("d", "t"), ("b", "p"), ("g", "k"),
            ("nn", "nd"), ("mm", "mb"), ("ll", "ld"), ("rr", "rd"),
        )
    }
)  # fmt: skip
_ESTONIAN_FIRST = (
    Tails({"ase": "ane", "ise": "ine", "use": "us", "mise": "mine", "kse": "s", "ste": "ne"}),
    Tails({c + v: c for c in _CONSONANTS for v in _VOWELS}),
    Tails({"as": "ane", "is": "ine", "us": "us"}),
)


def estonian(word: str) -> tuple[str, ...]:
    """The keys of a folded word: itself, then each first form it may have."""
    if len(word) < 4:
        return (word,)
    return unique((word, *_estonian_readings(word)))


def _estonian_readings(word: str) -> Iterator[str]:
    for stem in (word, *_ESTONIAN_ENDINGS.stems(word)):
        yield stem
        strong = _ESTONIAN_STRONG(stem)
        yield strong
        for tails in _ESTONIAN_FIRST:
            yield tails(stem)
            yield tails(strong)


# Hungarian ----------------------------------------------------------------------------------------

_FINAL_CONSONANTS = _CONSONANTS + "y"
_CASES = "ban ben ba be bol nak nek ra re rol tol hoz hez nal nel ert ig kent"


def _hungarian_endings() -> Endings:
    """Plural or possession, then a case: after a consonant and after a vowel."""
    cases = _CASES.split()
    of_plurals = ("", *cases, "at", "et", "on", "en", "kal", "kel")
    own_after_consonants = ("a", "e", "ja", "je", "uk", "juk", "unk", "ai", "ei", "jai", "jei")
    own_after_vowels = ("ja", "je", "juk", "nk", "ik", "ink")
    of_own = ("", *cases, "t", "val", "vel", "n", "at", "et", "on", "en", "kal", "kel")
    after_consonants = {*cases, "t", "at", "et", "ot", "on", "en", "an", "al", "el"}
    after_consonants |= {v + "k" + case for v in "aeo" for case in of_plurals}
    after_consonants |= {own + case for own in own_after_consonants for case in of_own}
    after_vowels = {*cases, "t", "n", "val", "vel"} | {"k" + case for case in of_plurals}
    after_vowels |= {own + case for own in own_after_vowels for case in of_own}
    after_vowels |= {"i" + case for case in of_own if case}  # rakétáiban; -i alone derives
    return Endings(
        Ending(" ".join(sorted(after_consonants)), _FINAL_CONSONANTS, least=3),
        Ending(" ".join(sorted(after_vowels)), _VOWELS, least=3),
        *(Ending(c + v + "l", c, least=2) for c in _FINAL_CONSONANTS for v in "ae"),
        Ending(" ".join(case for case in cases if len(case) == 3), least=2),
    )


_HUNGARIAN = _hungarian_endings()
_FRONT = "e"
# What a query's word is the plural of: where a stem in -k would be a rare one.
_PLURALS = Endings(
    Ending("k", "a", least=5),
    Ending("ok", "stpbgc", least=4),
)
_NO_PLURALS = ("szlovak", "osztrak", "novak", "titok", "gyerek", "zadek", "becsek")
# A vowel that is lost before endings in vowels: terem, termek; and digraphs doubled before -val.
_LENGTHENED = Tails(
    {"ssz": "sz", "ggy": "gy", "nny": "ny", "zzs": "zs", "lly": "ly", "tty": "ty"}
    | {"elm": "elem", "erm": "erem", "alm": "alom", "bajn": "bajnok", "ikr": "iker", "okr": "okor"}
)
_HUNGARIAN_WHOLE = words("nato eu usa ensz euro irak de meg nem ez az ezt azt volt lesz van")


def hungarian(word: str) -> tuple[str, ...]:
    """The keys of a folded word: itself, then each first form that an ending leaves."""
    if word in _HUNGARIAN_WHOLE or len(word) < 4:
        return (word,)
    first = () if word.endswith(_NO_PLURALS) else _PLURALS.stems(word)
    return unique((*first, word, *_hungarian_readings(word)))


def _hungarian_readings(word: str) -> Iterator[str]:
    for stem in _HUNGARIAN.stems(word):
        if _agree(stem, word[len(stem) :]):
            yield stem
            yield _LENGTHENED(stem)


def _agree(stem: str, ending: str) -> bool:
    """Whether an ending in e or a may follow the stem's last vowel, as far as folding tells."""
    last = next((letter for letter in reversed(stem[-5:]) if letter in _VOWELS), None)
    return last != "a" or ending[0] != _FRONT or ending.startswith("ert")


LANGUAGES = {"fi": Rules(finnish), "et": Rules(estonian), "hu": Rules(hungarian)}
