"""Dutch: plurals, adjectives in -e, regular verbs.

A stem is written otherwise before a vowel: raket, raketten; staat, staten; huis, huizen; brief,
brieven. A query's word stands for itself; a text's answers to what it may be a form of, and to its
plural.
"""

import re

from scraper.text.inflection.endings import irregular, words
from scraper.text.inflection.english_words import NAMES
from scraper.text.inflection.rules import Rules

_SHORTEST = 4
_DOUBLED = re.compile(r"([bdfgklmnprst])\1$")
_OPEN = re.compile(r"(?:^|[^aeiouy])([aeou])[bcdfgklmnprstvz]$")
_CLOSED = re.compile(r"(?:^|[^aeiouy])([aeiou])([bdfgklmnprst])$")
_LONG = re.compile(r"([aeou])\1([bcdfgklmnprst])$")
# afgezet → afzetten, uitgevoerd → uitvoeren
_SEPARABLE = re.compile(
    r"(aan|achter|af|bij|door|in|mee|na|neer|om|op|over|tegen|terug|toe|uit|vast|voor|weg)"
    r"ge(\w{2,}?)(?:[td]e?)"
)
_PLURAL_IN_S = re.compile(r"(?:[^e]e[lmnr]|ie|je|[aiouy])$")
# Words of one syllable whose short vowel becomes long (dag, dagen); all others double a consonant
# (bom, bommen). So does kom, of the verb komen.
_ONE_SHORT = re.compile(r"[^aeiouy]*[aeiou][bdfgklmnprst]|\w*bom")
_LENGTHENED = words(
    """
    bad blad brak dag dak dal gaf gat gen glas god graf grof hof hol kom kwam lag las lof lot nam
    pad rad schot slag slot spel sprak staf stak trad tred vat weg zag zat
    """
)
_VOICED = {"z": "s", "v": "f"}
_VOICELESS = {"s": "z", "f": "v"}


def _closed(stem: str) -> list[str]:
    """Words that are written `stem` before a vowel: rakett → raket, stat → staat and stat."""
    if _DOUBLED.search(stem):
        return [stem[:-1]]
    end = stem[:-1] + _VOICED.get(stem[-1], stem[-1])
    if _OPEN.search(stem):
        return [end[:-1] + end[-2] + end[-1], *([] if _doubles(end) else [end])]
    return [end]


def _opened(word: str) -> list[str]:
    """How a word may be written before a vowel: raket → rakett, staat → stat, brief → briev."""
    if _LONG.search(word):
        return [word[:-2] + _VOICELESS.get(word[-1], word[-1])]
    if _CLOSED.search(word):
        return [word + word[-1], *([] if _doubles(word) else [word])]
    return list(dict.fromkeys([word[:-1] + _VOICELESS.get(word[-1], word[-1]), word]))


def _doubles(word: str) -> bool:
    """Whether a word's last consonant, after a short vowel, is doubled before any other vowel."""
    return _ONE_SHORT.fullmatch(word) is not None and word not in _LENGTHENED


# They have no ending but the genitive's s.
_PLAIN_NAMES = (
    words(
        """
    aalten assen baarle bergen delft drachten dublin dresden emmen essen bremen munchen leiden
    leuven mechelen noorwegen polen zweden vlaanderen antwerpen brussel hessen saksen heerlen putten
    rhenen veenendaal zutphen rotterdam amsterdam wales athene hamas texas paris kansas honduras
    bahamas lagos cannes jansen hansen andersen petersen peters jones willems hendriks jacobs thomas
    jonas lucas johannes moses nicolas rutte wilders balkenende thijs hans kees parijs jemen iran
    sudan libanon israel lotte anne marie gent
    """
    )
    | NAMES
)
_FIXED = _PLAIN_NAMES | words(
    """
    aan aangezien achter af al alle allen alleen alles als altijd ander andere anderen beide beiden
    behalve beneden bij binnen boven buiten daar daarom dan dat de deze dezelfde die dit door dus
    echter een eens eerder eigen elk elke en enkele er even gaan geen haar had hadden heb hebben
    heeft hem hen het hier hij hoe hun iedere iemand iets ik in is ja je jij jouw jullie kan kunnen
    later maar meer meest men met mijn minder misschien moet moeten na naar nadat namens natuurlijk
    nee niet niets nog nu of om omdat onder ons onze ook op over reeds rond samen sinds slechts
    sommige soms steeds straks tegen ten ter terwijl tevens thans tijdens toch toen tot tussen uit
    van vanaf vandaag vaak veel vele verder via vier vijf volgens voor vooral voordat waar waarom
    wanneer want waren was wat we weer wel welke werd werden wie wij worden wordt zal zelf zelfs zes
    zeven zich zij zijn zo zonder zou zouden zowel zulke tien negen acht twee drie nieuws langs
    wegens trouwens rechts links zuiden noorden oosten westen iedereen einde gaat tweede
    """
)
_FORMS = irregular(
    """
    steden steden stad, stad stad steden, schepen schepen schip, schip schip schepen, leden leden
    lid, lid lid leden, kinderen kinderen kind, kind kind kinderen, eieren ei, volkeren volk,
    goederen goed, bladeren blad, lieden lieden, lui lui, koeien koe, musea museum, politici
    politicus, critici criticus, historici historicus, academici academicus, medici medicus, crises
    crisis, bases basis, frans frans franse, is zijn, was zijn, waren zijn, geweest zijn, heeft
    hebben, had hebben, hadden hebben, gehad hebben, wordt worden, werd worden, werden worden,
    geworden worden, kon kunnen, konden kunnen, kan kunnen, wil willen, wilde willen, wilden willen,
    moest moeten, moesten moeten, zal zullen, zou zullen, zouden zullen, schoot schieten, schoten
    schieten schot, geschoten schieten, doodgeschoten doodschieten, stierf sterven, stierven
    sterven, gestorven sterven, vluchtten vluchten, viel vallen, vielen vallen, gevallen vallen
    geval, aangevallen aanvallen, omgekomen omkomen, kwam komen, kwamen komen, gekomen komen, ging
    gaan, gingen gaan, gegaan gaan, nam nemen, namen nemen naam, genomen nemen, gaf geven, gaven
    geven gave, gegeven geven gegeven, zei zeggen, zeiden zeggen, gezegd zeggen, bracht brengen,
    brachten brengen, gebracht brengen, dacht denken, dachten denken, gedacht denken, vond vinden,
    vonden vinden, gevonden vinden, hield houden, hielden houden, gehouden houden, sloeg slaan,
    sloegen slaan, geslagen slaan, trof treffen, troffen treffen, getroffen treffen, won winnen,
    wonnen winnen, gewonnen winnen, verloor verliezen, verloren verliezen, begon beginnen, begonnen
    beginnen, sprak spreken, spraken spreken, gesproken spreken, zag zien, zagen zien, gezien zien,
    stond staan, stonden staan, gestaan staan, deed doen, deden doen, gedaan doen, riep roepen,
    riepen roepen, schreef schrijven, schreven schrijven, geschreven schrijven, bleef blijven,
    bleven blijven, gebleven blijven, reed rijden, reden rijden reden, gereden rijden, liep lopen,
    liepen lopen, gelopen lopen, droeg dragen, droegen dragen, gedragen dragen, trok trekken,
    trokken trekken, getrokken trekken
    """
)


def dutch(word: str) -> tuple[str, ...]:
    """The word, and what it is a plural, an adjective's or a verb's form of."""
    if (forms := _FORMS.get(word)) is not None:
        return tuple(dict.fromkeys((*forms, word)))
    if len(word) < _SHORTEST - 1 or word in _FIXED:
        return (word,)
    found = [word, *_plurals(word)]
    if len(word) >= _SHORTEST:
        found += _singulars(word) + _infinitives(word)
    kept = [one for one in found if len(one) > 2 and one not in _FIXED]
    if word[:-1] in _PLAIN_NAMES and word.endswith("s") and word[-2] != "s":
        kept.insert(0, word[:-1])  # Israëls
    return tuple(dict.fromkeys(kept))


def _plurals(word: str) -> list[str]:
    """The plurals a dictionary form may have."""
    if _PLURAL_IN_S.search(word):
        more = {"ie": [word + "n"], "el": [word + "len"]}.get(word[-2:], [])
        return [word + "s", *more]
    if word.endswith("e"):
        return [word + "n", word + "s"]
    if word.endswith("heid"):
        return [word[:-2] + "den"]
    if word.endswith(("isch", "ig", "lijk", "end", "loos", "baar", "zaam")):
        return [stem + end for stem in _opened(word) for end in ("e", "en")]
    plurals = [stem + "en" for stem in _opened(word)]
    return plurals if word.endswith("land") else [*plurals, word + "s"]


def _singulars(word: str) -> list[str]:
    """What a plural or an adjective in -e is the form of."""
    if word.endswith("heden"):
        return [word[:-4] + "eid"]
    if word.endswith("en"):
        return [word[:-1], *_closed(word[:-2])]
    if word.endswith("e"):
        return _closed(word[:-1])
    if word.endswith("s") and not word.endswith(
        ("ss", "us", "is", "as", "os", "aas", "ees", "lands", "aans")
    ):
        return [word[:-1]]
    return []


def _infinitives(word: str) -> list[str]:
    """The infinitives of a regular verb's present, past and participle."""
    if separable := _SEPARABLE.fullmatch(word):
        prefix, stem = separable.groups()
        return [prefix + verb for verb in _verbs(stem)]
    if word.endswith(("den", "ten")) and len(word) > 6:
        return _verbs(word[:-3])
    if word.endswith(("de", "te")) and len(word) > 4:
        return _verbs(word[:-2])
    if word.endswith(("t", "d")):
        stem = word[:-1]
        if stem.startswith("ge") and len(stem) > 4:
            return [*_verbs(stem[2:]), *_verbs(word[2:]), *_verbs(stem)]
        return _verbs(stem)
    return []


def _verbs(stem: str) -> list[str]:
    return [opened + "en" for opened in _opened(stem)]


LANGUAGES = {"nl": Rules(dutch)}
