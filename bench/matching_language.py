"""Languages made up for the measurements of matching: their words, names, and how common they are.

The words are no real ones: letters are drawn as the language's words begin, go on and end.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

_LEMMAS = {"en": 20_000, "de": 15_000, "ru": 15_000, "ar": 10_000, "zh": 12_000}
_ENTITIES = {"en": 10_000, "de": 4_000, "ru": 4_000, "ar": 2_000, "zh": 2_000}
# How common the word of a rank is: Zipf's law with Mandelbrot's shift, and a steeper one for rare
# words. Fitted to 2,000 English articles: of 500 words 263 are different, and 50 to 57 are new
# after 50,000 words, 25 to 30 after 100,000, 13 to 19 after 300,000 (made up: 264; 66, 36, 16).
_ZIPF_SHIFT = 2.7
_ZIPF = 1.12
_COMMON_WORDS = 3_000
_ZIPF_OF_RARER = 2.6
_ZIPF_OF_NAMES = 1.3
_OPERATORS = {"and", "or", "not", "near", "onear"}  # no words, unless in quotes


@dataclass(frozen=True, slots=True)
class Sounds:
    """What words of a language are put together from, and their regular endings."""

    onsets: Sequence[str]
    vowels: Sequence[str]
    codas: Sequence[str]
    endings: Sequence[str]  # of a form; "" among them
    prefixes: Sequence[str] = ("",)


# fmt: off
# ruff: noqa: E501  # lists of letters and words read best in a row
_SOUNDS = {
    "en": Sounds(
        ["b", "bl", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "fr", "g", "gl", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "pr", "qu", "r", "s", "sc", "sh", "sl", "sp", "st", "str", "t", "th", "tr", "v", "w"],
        ["a", "e", "i", "o", "u", "ai", "ea", "ee", "oa", "ou"],
        ["", "b", "ck", "ct", "d", "ft", "g", "l", "ld", "lt", "m", "mp", "n", "nd", "nt", "p", "pt", "r", "rd", "rk", "rm", "rn", "rt", "sk", "st", "t", "x"],
        ("", "", "", "", "", "", "s", "s", "ed", "ing"),
    ),
    "de": Sounds(
        ["b", "br", "d", "dr", "f", "fl", "fr", "g", "gr", "h", "k", "kl", "kr", "l", "m", "n", "pf", "pl", "r", "s", "sch", "schl", "schw", "sp", "st", "str", "t", "tr", "v", "w", "z"],
        ["a", "e", "i", "o", "u", "ä", "ö", "ü", "au", "ei", "eu", "ie"],
        ["", "b", "cht", "ck", "d", "ft", "g", "l", "ld", "lt", "m", "n", "nd", "ng", "nk", "r", "rd", "rg", "rt", "ss", "st", "t", "tz"],
        ("", "", "", "", "e", "en", "en", "er", "es"),
    ),
    "ru": Sounds(
        ["б", "бр", "в", "вр", "г", "гр", "д", "др", "ж", "з", "к", "кр", "л", "м", "н", "п", "пр", "р", "с", "св", "сл", "ст", "стр", "т", "тр", "ф", "х", "ц", "ч", "ш"],
        ["а", "е", "и", "о", "у", "я", "ю"],
        ["", "в", "д", "з", "к", "л", "м", "н", "р", "с", "ст", "т", "й", "нд", "рт"],
        ("", "", "а", "у", "ом", "е", "ы", "ов", "ам"),
    ),
    "ar": Sounds(
        ["ا", "ب", "ت", "ج", "ح", "خ", "د", "ر", "ز", "س", "ش", "ص", "ط", "ع", "غ", "ف", "ق", "ك", "ل", "م", "ن", "ه", "و"],
        ("", "", "ا", "ي", "و"),
        ("", "ب", "د", "ر", "س", "ع", "ل", "م", "ن", "ق"),
        ("", "", "", "ات", "ين"),
        ("", "", "ال", "ال", "و", "وال", "ب"),
    ),
}  # fmt: skip

_FUNCTION_WORDS = {
    "en": (
        "the of to and a in that is for on it with as was be by at are from has have he "
        "not this his which or an were they but will their one its been had who said "
        "after about two all would more when also there if out up we into other can over "
        "than some last people year she no first her new time only against could what day"
    ),
    "de": (
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als "
        "auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie "
        "einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein "
        "wurde sei"
    ),
    "ru": (
        "и в не на я что он с как это по но из у к за от о так для его до она бы же вы "
        "все мы то они было года был их со еще при или после уже только ее может также "
        "время если нет этого под быть где когда чтобы есть"
    ),
    "ar": (
        "في من على أن إلى عن مع التي الذي هذا هذه ما لا كان بعد قال كما بين قبل كل أو لم "
        "إن وقال خلال ذلك حيث منذ غير عام أكثر يوم حتى عند أمام لكن"
    ),
}
_HAN = range(0x4E00, 0x4E00 + 2_500)
_FUNCTION_HAN = "的一是不了在人有我他这个们中来上大为和国"


@dataclass(slots=True)
class Language:
    """The words and names of a language, the commonest first."""

    code: str
    lemmas: list[str]
    entities: list[tuple[str, str]]
    pairs: list[tuple[str, str]]  # words that often stand together
    weights: list[float] = field(default_factory=list)
    entity_weights: list[float] = field(default_factory=list)

    def draw(self, chance: random.Random, count: int) -> list[str]:
        """Lemmas as common as they are."""
        return chance.choices(self.lemmas, cum_weights=self.weights, k=count)

    def inflect(self, lemma: str, chance: random.Random) -> str:
        """A form of a lemma."""
        sounds = _SOUNDS.get(self.code)
        if sounds is None or lemma in _FUNCTIONS[self.code]:
            return lemma
        return chance.choice(sounds.prefixes) + lemma + chance.choice(sounds.endings)


_FUNCTIONS = {code: frozenset(words.split()) for code, words in _FUNCTION_WORDS.items()}
_FUNCTIONS["zh"] = frozenset(_FUNCTION_HAN)


def language(code: str, chance: random.Random) -> Language:
    """A language of this code, made up: the same for the same state of `chance`."""
    if code == "zh":
        characters = list(map(chr, _HAN))
        chance.shuffle(characters)
        likely = list(accumulate(1 / (rank + 30) for rank in range(len(characters))))

        def word() -> str:
            return "".join(
                chance.choices(characters, cum_weights=likely, k=chance.choice((2, 2, 2, 3)))
            )

        lemmas = [*_FUNCTION_HAN, *distinct(word, _LEMMAS[code])]
        names = distinct(lambda: "".join(chance.choices(characters, k=3)), _ENTITIES[code])
        entities = [(name, "") for name in names]
    else:
        sounds = _SOUNDS[code]
        functions = list(dict.fromkeys(_FUNCTION_WORDS[code].split()))
        taken = set(functions)
        lemmas = functions + [
            word
            for word in distinct(lambda: _word(sounds, chance), _LEMMAS[code])
            if word not in taken
        ]
        firsts = distinct(lambda: _word(sounds, chance), 400)
        lasts = distinct(lambda: _word(sounds, chance), _ENTITIES[code] * 3 // 4)
        entities = list(
            dict.fromkeys(
                (chance.choice(firsts), chance.choice(lasts)) for _ in range(_ENTITIES[code])
            )
        )
    pairs = [
        (chance.choice(lemmas[100:4_000]), chance.choice(lemmas[100:4_000])) for _ in range(3_000)
    ]
    return Language(
        code,
        lemmas,
        entities,
        pairs,
        list(accumulate(map(_frequency, range(len(lemmas))))),
        list(accumulate((rank + 20) ** -_ZIPF_OF_NAMES for rank in range(len(entities)))),
    )


def _frequency(rank: int) -> float:
    """How common a word is, but for a factor."""
    usual = (rank + _ZIPF_SHIFT) ** -_ZIPF
    if rank < _COMMON_WORDS:
        return usual
    return usual * (_COMMON_WORDS / rank) ** (_ZIPF_OF_RARER - _ZIPF)


def _word(sounds: Sounds, chance: random.Random) -> str:
    syllables = chance.choices((1, 2, 3), weights=(15, 60, 25))[0]
    if sounds is _SOUNDS["ar"]:
        syllables = chance.choice((2, 3))
    made = "".join(
        chance.choice(sounds.onsets) + chance.choice(sounds.vowels) for _ in range(syllables)
    )
    made += chance.choice(sounds.codas)
    return made if made not in _OPERATORS else _word(sounds, chance)


def distinct(make: Callable[[], str], count: int) -> list[str]:
    """So many different ones, in the order of their making."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[make()] = None
    return list(found)
