"""Bulgarian and Macedonian: number, the article at the word's end, adjectives' genders.

The key is the stem without its vowel (ракета, ракетите → ракет), the vowels that come and go left
out (министър, министри → министр). Nouns and adjectives of one stem are one: they share most of
their endings. Surnames in -ов keep it.
"""

from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, Inflection, Tails

_CONSONANTS = "бвгджзклмнпрстфхцчшщѓќљњџѕ"
_VOWELS = "аеиоуъюя"

_FLEETING = {
    c + vowel + last: c + last
    for c in _CONSONANTS
    for vowel, lasts in (("ъ", "кртлм"), ("е", "цн"))
    for last in lasts
}
# Of plurals in -и: войници, езици; археолози; успехи, успеси.
_PALATALISED = Tails(
    {
        v + changed: v + plain
        for v in _VOWELS
        for changed, plain in (("ц", "к"), ("з", "г"), ("с", "х"))
    }
    | {"рс": "рх", "ьц": "ьк"}
)
_BULGARIAN_TAIL = Tails(
    _FLEETING
    | {v + "ец": v + "йц" for v in _VOWELS}
    | {v + "ен": v + "йн" for v in "аои"}
    | {"анин": "ан", "янин": "ян"},
)
_BULGARIAN = Inflection(
    sure=Endings(
        Ending("а о и е я", _CONSONANTS),
        Ending("ът ят ата ото ите ият", _CONSONANTS, least=3),
        Ending("ето ята ете", _CONSONANTS),
        Ending("ове овете ови", _CONSONANTS, least=2),
        Ending("еве евете", _VOWELS, "й"),
        Ending("я ят ята", "аеоу", "й"),
        Ending("и ите", "аеоу", "й"),
        Ending("я ята и ите е ето", "и"),
        Ending("я ята", "ь"),
        Ending("та", "тщ"),
        Ending("тта", becomes="т"),
        Ending("вта", becomes="в"),
        Ending("ския ският", becomes="ск"),
        Ending("зма", "и", "зъм"),
    ),
    maybe=Endings(
        Ending("ия", _CONSONANTS, least=3),
        Ending("ове овете", "аеоу", "й"),
        Ending("ета етата ена ената", _CONSONANTS),
        Ending("та то", "лнржшдкй", least=3),
        Ending("ият", "ц", "и"),
        Ending("уват уваме увам уваха увал увала ували уваше увайки", becomes="ув"),
        Ending("ват ваме вам ваха вал вала вали ваше вайки", _CONSONANTS, "в", least=3),
        Ending("ят ят им иха ил ила или еше", _CONSONANTS, least=3),
        Ending("ат ам аха ал ала али аше", _CONSONANTS, least=3),
        Ending("ят", "аеоу"),
    ),
    tail=_BULGARIAN_TAIL,
    maybe_tails=(_PALATALISED,),
    whole=frozenset({"нато", "евро", "бюро", "радио", "сащ", "осло", "това", "ето", "кои"}),
)

_MACEDONIAN = Inflection(
    sure=Endings(
        Ending("а о и е у", _CONSONANTS),
        Ending("от ата ото ите иот", _CONSONANTS, least=3),
        Ending("ето", _CONSONANTS),
        Ending("ови овите", _CONSONANTS),
        Ending("еви евите", _VOWELS, "ј"),
        Ending("еви евите", "шжчњљќѓ"),
        Ending("ја и јата ите", "и"),
        Ending("ија ијата ии иите", _CONSONANTS, "и"),
        Ending("та", "тшќ"),
        Ending("а ата и ите от", "ј"),
        Ending("и ите", "еао", "ј"),
        Ending("скиот", becomes="ск"),
        Ending("змот", "и", "зам"),
    ),
    maybe=Endings(
        Ending("та", "лнржвсзк", least=3),
        Ending("аат ал ала але аше аа ам", _CONSONANTS, least=3),
        Ending("ат ел ела еле еше еа ам", _CONSONANTS, least=3),
        Ending("ил ила иле ија", _CONSONANTS, least=3),
    ),
    tail=Tails(
        {
            c + vowel + last: c + last
            for c in _CONSONANTS
            for vowel, lasts in (("а", "р"), ("о", "кт"), ("е", "цн"))
            for last in lasts
            if vowel + last not in {"ар", "от"} or c + vowel + last in {"тар", "кот"}
        }
        | {v + "ец": v + "јц" for v in _VOWELS}
        | {"анин": "ан", "тер": "тр"}
    ),
    maybe_tails=(_PALATALISED,),
    whole=frozenset({"нато", "евро", "биро", "радио", "сад", "осло", "ова", "тоа", "ето"}),
)

# Their stems are words of their own: газ, куб, хам, сан.
_BULGARIAN_NAMES = frozenset({"газа", "куба", "хама", "сана", "индия", "германия"})


def bulgarian(word: str) -> tuple[str, ...]:
    """The keys of a folded word, its common one first."""
    found = _BULGARIAN.keys(word)
    return (*found, word + "'") if word in _BULGARIAN_NAMES else found


def bulgarian_name(word: str) -> str:
    """The key of a query word typed as a name: of one whose stem is another word, its own."""
    return word + "'" if word in _BULGARIAN_NAMES else _BULGARIAN.keys(word)[0]


LANGUAGES = {
    "bg": Rules(bulgarian, bulgarian_name, ("cyrillic",)),
    "mk": Rules(_MACEDONIAN.keys, None, ("cyrillic",)),
}
