"""Turkish and Azerbaijani: number, possession and case of nouns, in their one order.

A query's word is a stem, but for its plural: roketler is roket. A word of a text is every stem that
it has by a chain of endings that fits: its vowels are in harmony with the stem's last one, a vowel
and a consonant meet as they must. Folding has made ı i, ü u, ş s: the harmony checked is what is
left of it. Endings behind an apostrophe are words of their own already.
"""

from collections.abc import Iterator

from scraper.text.inflection.endings import words
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import unique

_VOWELS = frozenset("aeiouə")
_LEAST = 3  # letters of a stem; two before endings of more than a letter (evde, evler)

# What follows a low vowel of endings (a) and a high one (i), by the stem's last vowel.
_LOW = {"a": "a", "e": "eə", "ə": "eə", "i": "aeə", "o": "aeə", "u": "aeə"}
_HIGH = {"a": "i", "e": "i", "ə": "i", "i": "i", "o": "u", "u": "u"}

# Endings in the harmony of a stem in a: A a low vowel, I a high one.
_CASES_AFTER_CONSONANTS = "I A In dA tA dAn tAn lA dAkI tAkI IylA"
_CASES_AFTER_VOWELS = "yI nI yA nIn dA dAn ylA dAkI"
_CASES_OF_POSSESSION = "nI nA nIn ndA ndAn ylA ndAkI"
_OWN_AFTER_CONSONANTS = "Im In ImIz InIz"
_OWN_AFTER_VOWELS = "m n mIz nIz"


def _endings() -> tuple[frozenset[str], frozenset[str]]:
    """The chains of endings after a consonant, and after a vowel."""
    after_consonants = {*_CASES_AFTER_CONSONANTS.split(), "dIr", "tIr"}
    after_vowels = {*_CASES_AFTER_VOWELS.split(), "dIr"}
    for case in ("", *_CASES_OF_POSSESSION.split()):
        after_consonants.add("I" + case)
        after_vowels.add("sI" + case)
    cases = ("", *_CASES_AFTER_CONSONANTS.split())
    for case in cases:
        after_consonants |= {own + case for own in _OWN_AFTER_CONSONANTS.split()}
        after_vowels |= {own + case for own in _OWN_AFTER_VOWELS.split()}
    plurals = {"lAr" + ending for ending in ("", *after_consonants)}
    return frozenset(after_consonants | plurals), frozenset(after_vowels | plurals)


_AFTER_CONSONANTS, _AFTER_VOWELS = _endings()
_LONGEST = max(map(len, _AFTER_CONSONANTS | _AFTER_VOWELS))

_SHAPES = str.maketrans({"a": "A", "e": "A", "ə": "A", "i": "I", "u": "I"})

# Places whose first form looks like another word's case: Bursa is not burs'a.
_WHOLE = words(
    "adana ankara bursa konya antalya manisa mersin hakkari ordu samsun aydin artvin edirne mugla"
    " isparta kutahya malatya sakarya amasya antakya mardin batman van agri bitlis rusya suriye"
    " turkiye almanya ispanya italya libya kenya malta cin iran iraq irak lubnan"
    " filistin ukrayna londra avrupa asya afrika hatay putin lenin stalin altin yakin uzun kadin"
    " gundem butun vatan insan zaman karsi vana gece gune buna bunda simdi kendi baki gəncə"
    " naxcivan"
)
# Stems whose second vowel is lost before endings in vowels.
_SHORTENED = {
    "sehr": "sehir", "nehr": "nehir", "ism": "isim", "resm": "resim", "fikr": "fikir",
    "hukm": "hukum", "zulm": "zulum", "gogs": "gogus", "ogl": "ogul", "aln": "alin", "agz": "agiz",
    "burn": "burun", "vakt": "vakit", "kism": "kisim", "asr": "asir", "omr": "omur",
    "akl": "akil", "kayb": "kayip", "nesl": "nesil", "sekl": "sekil", "haps": "hapis",
    "kabr": "kabir", "metn": "metin", "emr": "emir", "cism": "cisim", "beyn": "beyin",
    "boyn": "boyun", "koyn": "koyun", "karn": "karin", "gonl": "gonul", "tavr": "tavir",
}  # fmt: skip


def turkish(word: str) -> tuple[str, ...]:
    """The keys of a folded word: the stem without a plural, then every other one that fits."""
    return _keys(word, {"b": "p", "d": "t", "g": "k"})


def azerbaijani(word: str) -> tuple[str, ...]:
    """The keys of a folded word: the stem without a plural, then every other one that fits."""
    return _keys(word, {"b": "p", "d": "t", "g": "q", "y": "k"})


def _keys(word: str, hardened: dict[str, str]) -> tuple[str, ...]:
    if word in _WHOLE:
        return (word,)
    found = tuple(_stems(word))
    first = next((stem for stem, ending in found if _is_plural(stem, ending)), word)
    softened = (
        other
        for stem, ending in found
        if ending[0] in "AI"
        for other in (
            stem[:-1] + hardened[stem[-1]] if stem[-1] in hardened else stem,
            _SHORTENED.get(stem, stem),
        )
    )
    return unique((first, word, *(stem for stem, _ in found), *softened))


def _is_plural(stem: str, ending: str) -> bool:
    return ending.startswith("lAr") and len(stem) >= _LEAST


def _stems(word: str) -> Iterator[tuple[str, str]]:
    """Each stem that `word` may have, the shortest first, and its ending's shape."""
    for size in range(min(_LONGEST, len(word) - _LEAST + 1), 0, -1):
        if size == 1 and len(word) == _LEAST:
            continue
        stem, ending = word[:-size], word[-size:]
        shape = ending.translate(_SHAPES)
        fitting = _AFTER_VOWELS if stem[-1] in _VOWELS else _AFTER_CONSONANTS
        if shape in fitting and _in_harmony(stem, ending):
            yield stem, shape


def _in_harmony(stem: str, ending: str) -> bool:
    last = next((letter for letter in reversed(stem[-4:]) if letter in _VOWELS), None)
    for vowel in ending:
        if vowel not in _VOWELS:
            continue
        if last is not None and vowel not in (_HIGH if vowel in "iu" else _LOW)[last]:
            return False
        last = vowel
    return True


LANGUAGES = {"tr": Rules(turkish), "az": Rules(azerbaijani)}
