"""Russian: cases and numbers of nouns and adjectives, the usual forms of verbs.

Keys are: a noun's stem, with a soft sign where the stem is soft (король → король, короля →
король; Сирия, Сирии → сирий); an adjective's first form (иракского → иракский), so that it is not
taken for its noun; a verb's infinitive (атаковал, атакует → атаковать). Vowels that come and go are
left out of a stem where that is regular: рынок, рынка → рынк; боец, бойца → бойц.

The genitive plural in -ов is the end of most surnames, and of cities: a text's `террористов` is
also read as a form of террорист, yet a query's Ростов stays what it is, and a word typed as a name
does not meet that reading: Иван is not in Иванов. For that, name keys are marked by an apostrophe.
A name in -а or -я whose bare stem is a word of its own (Газа, газ; Германия, германий) has the key
of its declension, stem'а, which neither that word nor its own cases answer to.
"""

from scraper.text.inflection.endings import words
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, Inflection, Tails, unique

_VOWELS = "аеиоуыэюя"
_CONSONANTS = "бвгджзклмнпрстфхцчшщ"
_HARD = "кгхжчшщц"  # consonants that have no soft sign in the middle of a paradigm
_SOFT = "бвдзлмнпрстф"
_OF_SOFT_ADJECTIVES = "нжчшщ"
_OF_HARD_ADJECTIVES = "бвдзлмнпрстфц"
_BEFORE_I = "кгхжчшщ"  # adjectives whose first form is -ий

# Adjectives in -ой whose stem ends as that of many nouns, which have -ой in the instrumental.
_OTHER_STRESSED = (
    "свят", "золот", "крут", "молод", "худ", "сед", "втор", "прям", "голуб", "слеп", "кос",
)  # fmt: skip

_ADJECTIVES = (
    Ending("ый ого ому ыми ых ая ую ое ые", _OF_HARD_ADJECTIVES, "ый"),
    Ending("ого ому ая ую ое ие ими их", _BEFORE_I, "ий"),
    Ending("его ему ее яя юю ими их", _OF_SOFT_ADJECTIVES, "ий"),
    Ending("ской ским ском", becomes="ский"),
    Ending("цкой цким цком", becomes="цкий"),
    Ending("ой", "нв", "ый", least=3),
    Ending("ой", "жшщч", "ий", least=3),
    Ending("стой", becomes="стый"),
    Ending("ным", becomes="ный"),
    *(Ending(c + "ой", becomes=c + "ый") for c in _OTHER_STRESSED),
    *(Ending(c + "ой", becomes=c + "ий") for c in ("друг", "дорог", "плох", "сух")),
)
_PERHAPS_ADJECTIVES = (
    Ending("ой ом ым", _OF_HARD_ADJECTIVES, "ый"),
    Ending("ой ом им", _BEFORE_I, "ий"),
    Ending("ем им ей", _OF_SOFT_ADJECTIVES, "ий"),
)
_NOUNS = (
    Ending("а у ы е о ами", _CONSONANTS),
    Ending("и", _HARD),
    Ending("и я ю ь ью ями", _SOFT, "ь"),
    Ending("и я ю е ями ях", _VOWELS, "й"),
    Ending("и я ю е ями ях", "ь"),
    Ending("ях ям", _SOFT, "ь", least=3),
    Ending("ь ью", "жчшщ"),
    Ending("ьми", "дт", "ь"),  # людьми, детьми
    Ending("ени енем", "м", "ь", least=1),  # время, имя
)
_PERHAPS_NOUNS = (
    Ending("ам ах ом ой", _CONSONANTS),
    Ending("ем ей", "жчшщц"),
    Ending("ем ей е", _SOFT, "ь"),
    Ending("ям ем ей", _VOWELS, "й"),
    Ending("ям ем ей", "ь"),
    Ending("ым", "нв"),  # Путиным, Ивановым
)
_GENITIVE_PLURAL = (
    Ending("ов", _CONSONANTS),
    Ending("ев", "ц"),
    Ending("ев", _VOWELS, "й"),
    Ending("ев", "ь"),
)
# A query's `террористов` is not taken for a surname's own form where other plurals stand.
_TO_GENITIVE_PLURAL = (
    Ending("ы ам ах ами", _CONSONANTS, "ов"),
    Ending("и", "кгх", "ов"),
    Ending("ы ам ах ами", "ц", "ев"),
)

_FEMININE = Endings(
    Ending("а ы е у ой ою", _CONSONANTS),
    Ending("и", _HARD),
    Ending("ей ею", "жчшщц"),
    Ending("я и е ю ей ею", _SOFT, "ь"),
    Ending("я и е ю ей ею", "ь"),
    Ending("я и е ю ей ею", _VOWELS, "й"),
)

_STEM_TAIL = Tails(
    {c + "ок": c + "к" for c in _CONSONANTS}
    | {c + "ек": c + "к" for c in "жчш"}
    | {c + "ец": c + "ц" for c in _CONSONANTS}
    | {c + "ец": c + "йц" for c in _VOWELS}
    | {"лец": "льц", "ьец": "ьц"}
    | {c + "ень": c + "нь" for c in _CONSONANTS}
    | {"жанин": "жан", "чанин": "чан", "данин": "дан", "шанин": "шан"}
    | {c + "янин": c + "ян" for c in "лнртвьи"},
    least=0,
)
# Of a genitive plural without ending: окон, писем, сестер; песен.
_BARE_TAIL = Tails({c + v + last: c + last for c in _CONSONANTS for v in "ое" for last in "нлрм"})
_BARE_SOFT_TAIL = Tails({c + "ен": c + "нь" for c in _CONSONANTS} | {"сем": "сьм", "лец": "льц"})
_BY_THEIR_FIRST_FORM = {"поле": "поль", "море": "морь", "горе": "горь"}

# Vowels that come and go, of words in the news that no rule tells from others.
_IRREGULAR = {
    "посол": "посл", "огонь": "огнь", "угол": "угл", "павел": "павл", "ветер": "ветр",
    "орел": "орл", "узел": "узл", "пепел": "пепл", "котел": "котл", "лев": "льв", "лед": "льд",
    "костер": "костр", "шатер": "шатр", "ковер": "ковр", "хребет": "хребт", "рот": "рт",
    "египет": "египт", "ров": "рв", "пес": "пс", "сон": "сн", "заем": "займ", "наем": "найм",
    "осел": "осл", "церковь": "церквь", "любовь": "любвь", "земель": "земль",
    "дочерь": "дочь", "матерь": "мать",
}  # fmt: skip

# They have no forms, or look as if they had an ending.
_WHOLE = words(
    "нато сша евро метро кафе шоссе авто депо бюро пальто радио видео кино фото баку тбилиси"
    " сочи мали чили перу токио киото осло хельсинки конго того дели кали нагасаки цунами"
    " майями конвой ханой алма алматы сомали бали гаити батуми поти сухуми чикаго торонто"
    " монако мехико сми оон снг мид мвд фсб это эти его ее их они мы вы был была были было"
)

_REGULAR = Inflection(
    sure=Endings(*_ADJECTIVES, *_NOUNS),
    maybe=Endings(*_PERHAPS_ADJECTIVES, *_PERHAPS_NOUNS),
    whole=_WHOLE,
)
_PLURAL = Endings(*_GENITIVE_PLURAL)
_OTHER_PLURAL = Endings(*_TO_GENITIVE_PLURAL)

# Masculine stems of persons from which no surname in -ов is made, so that names have it, too.
_PERSONS = ("ист", "ант", "ент", "тор", "щик", "граф", "олог", "ессор")

_VERB_NOUNS = (
    "печать", "кровать", "тетрадь", "мать", "сеть", "рать", "знать", "стать", "память", "пять",
    "девять", "десять", "рукоять", "зять", "нить", "плеть", "треть", "четверть", "гладь", "прыть",
    "суть", "путь", "нефть", "власть", "часть", "область", "скорость", "кисть",
)  # fmt: skip
_INFINITIVES = ("ать", "ять", "ить", "еть", "уть", "ыть")
_VERB_ENDINGS = Endings(
    Ending("л ла ло ли", "аяиеуы", "ть", least=3),
    Ending("ует уют уем", becomes="овать", least=2),
    Ending("ает ают аем", becomes="ать", least=3),
    Ending("яет яют яем", becomes="ять", least=3),
    Ending("еет еют", becomes="еть", least=3),
    Ending("ит ят ат им", _CONSONANTS, "ить", least=3),
    Ending("ла ло ли", "бгзксх", "нуть", least=3),  # погибли
    Ending("нет нут", _CONSONANTS, "нуть", least=3),
)
# Of verbs in -нуть, the past without ending: погиб, возник.
_BARE_PASTS = ("гиб", "озник", "роник", "чез", "стиг", "верг")

# Up to so many letters a bare stem is often a word; longer ones in -а as often the genitive of a
# man's name (визит Трампа), which is to find its other cases.
_SHORT_STEM = 3


def russian(word: str) -> tuple[str, ...]:
    """The keys of a folded word: of its readings as noun, adjective and verb, and as a name."""
    if not word:
        return ("",)
    if word in _WHOLE:
        return (word, word + "'")
    if len(word) > 4 and _infinitive(word):
        return (_not_reflexive(word), _not_reflexive(word) + "'")
    stems = _stems(word)
    plurals = tuple(map(_stem, _PLURAL.stems(word)))
    of_persons = tuple(stem for stem in plurals if stem.endswith(_PERSONS))
    names = (stem + "'" for stem in (*stems, *of_persons))
    feminine = (stem + "'а" for stem in map(_stem, _FEMININE.stems(word)))
    others = (*_OTHER_PLURAL.stems(word), *_verbs(word))
    return unique((*stems, *plurals, *others, *names, *feminine))


def russian_name(word: str) -> str:
    """The key of a query word typed as a name: of a plural (Филиппины) the common one."""
    common = russian(word)[0]
    if not word or word.endswith(("ы", "и")):
        return common
    if word.endswith(("а", "я")) and (len(common) <= _SHORT_STEM or common.endswith("ий")):
        declined = map(_stem, _FEMININE.stems(word))
        return common + "'а" if common in declined else common + "'"
    return common + "'"


def _stems(word: str) -> tuple[str, ...]:
    bare = (other for tails in (_BARE_TAIL, _BARE_SOFT_TAIL) if (other := tails.replaced(word)))
    first = (_BY_THEIR_FIRST_FORM[word],) if word in _BY_THEIR_FIRST_FORM else ()
    return unique((*first, *map(_stem, (*_REGULAR.keys(word), *bare))))


def _stem(stem: str) -> str:
    return _IRREGULAR.get(stem) or _STEM_TAIL(stem)


def _infinitive(word: str) -> bool:
    return _not_reflexive(word).endswith(_INFINITIVES) and not word.endswith(_VERB_NOUNS)


def _not_reflexive(word: str) -> str:
    return word[:-2] if word.endswith(("ся", "сь")) else word


def _verbs(word: str) -> tuple[str, ...]:
    bare = (word + "нуть",) if word.endswith(_BARE_PASTS) else ()
    return (*_VERB_ENDINGS.stems(_not_reflexive(word)), *bare)


LANGUAGES = {"ru": Rules(russian, russian_name, ("cyrillic",))}
