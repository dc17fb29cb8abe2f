"""Afrikaans: plurals, adjectives in -e, regular participles.

Its stems change before a vowel as those of Dutch do (raket, rakette; groot, grote), but f becomes
w, and g falls out (brief, briewe; dag, dae; oorlog, oorloë).
"""

import re

from scraper.text.inflection.endings import irregular, words
from scraper.text.inflection.english_words import NAMES
from scraper.text.inflection.rules import Rules

_SHORTEST = 4
_LONG = re.compile(r"([aeou])\1([bcdfgklmnprst])$")
_CLOSED = re.compile(r"(?:^|[^aeiouy])([aeiou])([bdfgklmnprst])$")
_DOUBLED = re.compile(r"([bdfgklmnprst])\1$")
_OPEN = re.compile(r"(?:^|[^aeiouy])([aeou])[bcdfgklmnprstw]$")
# aangeval → aanval, gebombardeer → bombardeer
_PARTICIPLE = re.compile(
    r"(aan|agter|af|by|deur|in|mee|na|neer|om|op|oor|teen|terug|toe|uit|vas|voor|weg)?ge(\w{3,})"
)

_FIXED = (
    words(
        """
    agter alle alles altyd ander andere anders baie behalwe beide binne bowe buite daar daarom deur
    dieselfde dink eerste elke enige geen gaan gewees gister graag hierdie hoekom hulle iemand iets
    jare julle later maar meer meeste mense moet moes nadat namens nege niks nooit nuus omdat onder
    ons oor self selfs sedert sommige soos steeds teen terwyl toe tussen twee vandag vanaf verder
    vier vyf volgens voor waar waarom wanneer want weer welke wees wie word ywer rondom reeds parys
    londen brussel athene hamas lagos texas kansas dallas wales jones thomas johannes moses jonas
    lucas pieters hendriks jacobs johannesburg jemen iran israel libanon pretoria tswane
    """
    )
    | NAMES
)
_FORMS = irregular(
    """
    stad stad stede, stede stad stede, skip skip skepe, skepe skip skepe, kind kind kinders, kinders
    kind kinders, man man mans manne, mans man mans, manne man, vrou vrou vroue, lid lid lede, lede
    lid lede, gebied gebied gebiede, nuwe nuut, nuut nuut nuwe, goeie goed, dae dag dae, dag dag
    dae, dooie dood dooies, dooies dooie, is wees, was wees, het he het, gesterf sterf, dood dood,
    eiers eier, voete voet, koeie koei, lugte lug, nagte nag, nag nag nagte, regte reg, reg reg
    regte
    """
)


def afrikaans(word: str) -> tuple[str, ...]:
    """The word, and what it is a plural, an adjective's form or a participle of."""
    if (forms := _FORMS.get(word)) is not None:
        return tuple(dict.fromkeys((*forms, word)))
    if len(word) < _SHORTEST - 1 or word in _FIXED:
        return (word,)
    found = [word, *_plurals(word)]
    if len(word) >= _SHORTEST:
        found += _stems(word)
        if participle := _PARTICIPLE.fullmatch(word):
            found.append((participle[1] or "") + participle[2])
    return tuple(dict.fromkeys(one for one in found if one not in _FIXED))


def _plurals(word: str) -> list[str]:
    """The plurals a dictionary form may have; those in -e are an adjective's forms as well."""
    if word.endswith("heid"):
        return [word[:-2] + "de"]
    if word.endswith("man"):
        return [word + "ne"]
    plurals = [word + "s"] if not word.endswith("s") else []
    if word.endswith("is") and word[-3:-2] not in set("aeiou"):
        return [word + "te", word + "se"]  # terroris, terroriste
    if word.endswith("e"):
        return plurals
    if word.endswith("g"):
        plurals.append(word[:-1] + "e")
    if _LONG.search(word):
        stem = word[:-2] + word[-1]
    else:
        stem = word + word[-1] if _CLOSED.search(word) else word
    stem = stem[:-1] + "w" if stem[-1] == "f" and not stem.endswith("ff") else stem
    return [*plurals, stem + "e", word + "e"]


def _stems(word: str) -> list[str]:
    """What a word in -s, -e or -de, -te is the form of."""
    if word.endswith("hede"):
        return [word[:-3] + "eid"]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "as", "os")):
        return [word[:-1]]
    if not word.endswith("e"):
        return []
    stem = word[:-1]
    found = [stem, stem + "g"]
    if _DOUBLED.search(stem):
        found.append(stem[:-1])
    if stem.endswith("w"):
        found.append(stem[:-1] + "f")
    if _OPEN.search(stem):
        found.append(stem[:-1] + stem[-2] + stem[-1])
    if stem.endswith(("ist", "rd", "ft", "kt", "pt", "gd", "md", "nd")):
        found.append(stem[:-1])  # terroriste, vermoorde, ontplofte
    return found


LANGUAGES = {"af": Rules(afrikaans)}
