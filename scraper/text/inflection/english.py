"""English: plurals, the verb's -s, -ed and -ing, and the usual irregular forms.

The key is the dictionary form, as far as spelling tells it: `bombing` → bomb, `firing` → fire.
Where it does not, a word of a text answers to both: `viruses` → virus, viruse. Besides, every
word of a text answers to itself, so that a name in a query, whose verb endings are not taken away
(Reading, Browning), finds itself. Degrees (big, bigger) are left alone. A text's F-16s is F-16.
"""

import re

from scraper.text.inflection.english_words import (
    DOUBLE_CONSONANT,
    ENDING_IN_CHE,
    ENDING_IN_EE,
    ENDING_IN_IE,
    ENDING_IN_LL,
    ENDING_IN_MEN,
    ENDING_IN_OE,
    ENDING_IN_SE,
    IRREGULAR,
    IRREGULAR_NOUNS,
    NAMES,
    NAMES_IN_PLURAL,
    OPEN_WITH_E,
    PLURALS_IN_IS_OR_US,
    UNINFLECTED,
    WITH_E,
    WITHOUT_E,
)
from scraper.text.inflection.rules import Rules

_FIXED = UNINFLECTED | NAMES
_SHORTEST_STEM = 3  # before -ed and -ing; shorter ones (used, going) are listed
_SHORTEST = 4  # letters of a word whose ending may be taken away
_VOWEL = re.compile("[aeiouy]")
_PLAIN = re.compile("[a-z]+")
_TYPE = re.compile(r"[a-z]+\d+s")  # of weapons, mostly: f16s, t72s
_NUMBERED = re.compile(r"\d{1,3}s")  # the end of F-16s; years have four digits


def english(word: str) -> tuple[str, ...]:
    """The dictionary forms that a folded word may be a form of, and itself."""
    if (irregular := IRREGULAR.get(word)) is not None:
        return tuple(dict.fromkeys((*irregular, word)))
    if word[-1:] == "s" and word[-2:-1].isdigit():
        return _of_type(word)
    if len(word) < _SHORTEST or word in _FIXED or not _PLAIN.fullmatch(word):
        return (word,)
    if word.endswith("men") and word not in ENDING_IN_MEN:
        return (word[:-2] + "an", word)  # gunmen
    if not word.endswith("s"):
        return tuple(dict.fromkeys((*_verbs(word), word)))
    forms = _singulars(word)
    if forms[0].endswith("ing") and forms[0] not in _FIXED:
        forms = (*_verbs(forms[0]), *forms)  # bombings → bomb, bombing
    return tuple(dict.fromkeys((*forms, word)))


def english_name(word: str) -> str:
    """The singular of a word typed as a name: Kurds → kurd, but Reading → reading."""
    if word in IRREGULAR_NOUNS:
        return IRREGULAR_NOUNS[word][0]
    if _TYPE.fullmatch(word):
        return word[:-1]
    fixed = word in _FIXED or word in NAMES_IN_PLURAL or word in IRREGULAR
    if fixed or len(word) < _SHORTEST or not word.endswith("s") or not _PLAIN.fullmatch(word):
        return word
    return _singulars(word)[0]


def _of_type(word: str) -> tuple[str, ...]:
    """What a word of digits and an s is the plural of: F-16s, but neither the 1990s nor s3s4s."""
    if _TYPE.fullmatch(word):
        return (word[:-1], word)
    return (word, word[:-1]) if _NUMBERED.fullmatch(word) else (word,)


def _singulars(word: str) -> tuple[str, ...]:
    """What a word in -s is the plural, or the third person, of; itself where it is none."""
    if word.endswith(("ss", "us", "is")):
        return (word[:-1] if word in PLURALS_IN_IS_OR_US else word,)
    if word.endswith("ies"):
        short = len(word) == _SHORTEST  # dies, lies
        return (word[:-1] if short or word[:-1] in ENDING_IN_IE else word[:-3] + "y",)
    if not word.endswith("es") or len(word) == _SHORTEST:
        return (word[:-1],)
    return _without_es(word)


def _without_es(word: str) -> tuple[str, ...]:
    stem, with_e = word[:-2], word[:-1]
    if stem.endswith(("sh", "x", "ss", "zz", "tz")):
        return (with_e if with_e in ENDING_IN_SE else stem,)
    if stem.endswith("ch"):
        return (with_e if with_e in ENDING_IN_CHE else stem,)
    if stem.endswith("o"):
        return (with_e if with_e in ENDING_IN_OE else stem,)
    if stem.endswith("us") and not stem.endswith(("ous", "aus")) and with_e not in ENDING_IN_SE:
        return (stem, with_e)  # viruses
    return (with_e,)


def _verbs(word: str) -> tuple[str, ...]:
    """What a word in -ed or -ing is a form of; itself where it is none."""
    if word.endswith("ing"):
        stem = word[:-3]
        if stem.endswith("e"):
            return (stem,)  # seeing
    elif word.endswith("ied"):
        return (word[:-1] if len(word) == _SHORTEST else word[:-3] + "y",)
    elif word.endswith("eed"):
        return (word[:-1] if word[:-1] in ENDING_IN_EE else word,)
    elif word.endswith("ed"):
        stem = word[:-2]
    else:
        return (word,)
    if len(stem) < _SHORTEST_STEM or not _VOWEL.search(stem):
        return (word,)
    return _infinitives(stem)


def _infinitives(stem: str) -> tuple[str, ...]:
    """Verbs whose -ed and -ing leave `stem`: one without its doubled consonant, or with an e."""
    last = stem[-1]
    if last == stem[-2] and last not in "aeiouyszf":
        single = stem[:-1]
        if last == "l":
            return (stem,) if _is_short(stem) or stem in ENDING_IN_LL else (single, stem)
        return (stem,) if stem in DOUBLE_CONSONANT else (single,)
    if last in "wxyhioa" or stem.endswith(("ss", "ff", "zz", "tz")):
        return (stem + "e",) if stem in WITH_E else (stem,)
    with_e = stem + "e"
    likeliest = with_e if _wants_e(stem) else stem
    if _is_short(stem):
        return (likeliest,)
    return (likeliest, stem if likeliest == with_e else with_e)


_ONE_VOWEL = re.compile(r"(?:[^aeiouy]|qu|^y)*(?:[aeio]u|[aeo][aeiy]|oo|ie|ui|[aeiouy])[^aeiouy]*")


def _is_short(stem: str) -> bool:
    """Whether it has one syllable: then a single consonant after a single vowel misses its e."""
    return len(stem) <= 8 and _ONE_VOWEL.fullmatch(stem) is not None


# A single vowel (not part of two, though u after q is no vowel) and a single consonant.
_OPEN = re.compile(r"(?:^|[^aeiou]|qu|[iu](?=a))([aeiouy])([bdklmnprt])$")
_ALWAYS_E = re.compile(r"(?:[vuc]|[aeiouynrlpw]s|[^t]z|[dlraeiou]g|[bcdfgkptz]l|[bct]r)$")


def _wants_e(stem: str) -> bool:
    if stem in WITH_E or stem in WITHOUT_E:
        return stem in WITH_E
    if _ALWAYS_E.search(stem[-2:]) or stem.endswith(("eng", "ung")):
        return True
    return _OPEN.search(stem[-4:]) is not None and (_is_short(stem) or stem[-2:] in OPEN_WITH_E)


LANGUAGES = {"en": Rules(english, english_name)}
