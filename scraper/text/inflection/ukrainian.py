"""Ukrainian: cases and numbers of nouns and adjectives, the usual forms of verbs.

Keys are those of Russian's rules: a noun's stem, with a soft sign where it is soft, an adjective's
first form, a verb's infinitive less its и. The vowels that come and go (ніч, ночі; Київ, Києва) are
one in a key: Харків, Харкова → харків. Names are told apart as in Russian: Газа is not газ.
"""

from scraper.text.inflection.endings import words
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, Inflection, Tails, unique

_VOWELS = "аеиіоуюяїє"
_CONSONANTS = "бвгґджзклмнпрстфхцчшщ"
_LETTERS = _VOWELS + _CONSONANTS + "ьй"
_SOFT = "дзлнст"

_ADJECTIVES = (
    Ending("ий ого ому ої ими их", _CONSONANTS, "ий"),
    Ending("ього ьому ьої ьою іми іх", "н", "ій"),
    Ending("ська ське ській ську ські ським ською", becomes="ський"),
    Ending("цька цьке цькій цьку цькі цьким цькою", becomes="цький"),
)
_PERHAPS_ADJECTIVES = (
    Ending("а е у і ій ою им", _CONSONANTS, "ий", least=3),
    Ending("я є ю ім", "н", "ій", least=3),
)
_NOUNS = (
    Ending("а у и і о е ами ові ою", _CONSONANTS),
    Ending("я ю ь ями еві ею", _SOFT, "ь"),
    Ending("ях ям", _SOFT, "ь", least=3),
    Ending("я ю ь ем ям ями ях еві ею", "рц"),
    Ending("я ю є ї ям ями ях єві єю", _VOWELS, "й"),
    Ending("ю", "бвпмфжчшщ"),
    Ending("я ям ями ях", "жчшщ"),
    Ending("чю", "ч"),
    Ending("еві ею", "жчшщ"),
    Ending("ості остю істю остей остям остями остях", becomes="ість", least=3),
)
_PERHAPS_NOUNS = (
    Ending("ам ах ом", _CONSONANTS),
    Ending("ем ей", "жчшщц"),
    Ending("ем ей і е", _SOFT, "ь"),
    Ending("єм", _VOWELS, "й"),
    Ending("им", "вн"),  # Зеленським is an adjective, Шевченковим a name
    Ending("ці", becomes="к"),
    Ending("зі", becomes="г"),
    Ending("сі", becomes="х"),
    Ending("ллю", becomes="ль"),
    Ending("ттю", becomes="ть"),
    Ending("нню", becomes="нь"),
    Ending("ддю", becomes="дь"),
    Ending("нь", _VOWELS, becomes="ннь"),  # навчань, of навчання
    Ending("ль", _VOWELS, becomes="лль"),
    Ending("ть", _VOWELS, becomes="тть"),
)
_GENITIVE_PLURAL = (
    Ending("ів", _CONSONANTS),
    Ending("ів", _SOFT, "ь"),
    Ending("їв", _VOWELS, "й"),
)
_TO_GENITIVE_PLURAL = (Ending("и ам ах ами", _CONSONANTS, "ів"),)

_FEMININE = Endings(
    Ending("а и і у о ою", _CONSONANTS),
    Ending("ею", "жчшщц"),
    Ending("я і ю е ею", _SOFT, "ь"),
    Ending("я і ю е ею", "рц"),
    Ending("я ї ю є єю", _VOWELS, "й"),
    Ending("ці", becomes="к"),
    Ending("зі", becomes="г"),
    Ending("сі", becomes="х"),
)

_FLEETING = Tails(
    {before + c + "ок": before + c + "к" for c in _CONSONANTS for before in _LETTERS}
    | {"ьок": "ьк", "йок": "йк"}
    | {c + "ец": c + "ц" for c in _CONSONANTS}
    | {v + end: v + "йц" for v in _VOWELS for end in ("ец", "єц")}
    | {"лец": "льц"}
    | {c + "ень": c + "нь" for c in _CONSONANTS}
    | {"янин": "ян", "чанин": "чан", "жанин": "жан"},
    least=0,
)
# і is о or е in an open syllable: схід, сходу; Київ, Києва; камінь, каменя.
_ALTERNATING = Tails(
    {"о" + c: "і" + c for c in _CONSONANTS}
    | {"оль": "іль", "онь": "інь", "оть": "іть", "єв": "їв", "ев": "ів", "ень": "інь"}
    | {"ель": "іль", "льод": "лід", "льот": "літ"},
)
_BARE_TAIL = Tails({c + v + last: c + last for c in _CONSONANTS for v in "ое" for last in "нлрмк"})

_WHOLE = words("нато сша євро метро кафе шосе авто депо бюро радіо відео баку тбілісі")
_IRREGULAR = {
    "вогонь": "вогнь", "посол": "посл", "лев": "льв", "єгипет": "єгипт", "орел": "орл",
    "корабель": "корабль",
    "тиждень": "тижнь", "котел": "котл", "вітер": "вітр", "цукор": "цукр", "пес": "пс",
}  # fmt: skip

_SHORT_STEM = 3  # letters: as in Russian

_REGULAR = Inflection(Endings(*_ADJECTIVES, *_NOUNS), Endings(*_PERHAPS_NOUNS), whole=_WHOLE)
_PERHAPS_OTHERS = Endings(*_PERHAPS_ADJECTIVES)
_PLURAL = Endings(*_GENITIVE_PLURAL)
_OTHER_PLURAL = Endings(*_TO_GENITIVE_PLURAL)
_VERBS = Endings(
    Ending("в ла ло ли", "аяиіуї", "т", least=3),
    Ending("ує ують уємо", becomes="уват"),
    Ending("ює юють юємо", becomes="юват"),
    Ending("ає ають аємо", becomes="ат", least=3),
    Ending("яє яють яємо", becomes="ят", least=3),
    Ending("ить ять ать", _CONSONANTS, "ит", least=3),
)


def ukrainian(word: str) -> tuple[str, ...]:
    """The keys of a folded word: of its readings as noun, adjective and verb, and as a name."""
    if not word:
        return ("",)
    if word in _WHOLE:
        return (word, word + "'")
    word = word[:-2] if word.endswith(("ся", "сь")) and len(word) > 6 else word
    bare = _BARE_TAIL.replaced(word)
    stems = unique(map(_stem, (*_REGULAR.keys(word), *([bare] if bare else ()))))
    others = (_PERHAPS_OTHERS, _PLURAL, _OTHER_PLURAL, _VERBS)
    more = (_stem(stem) for endings in others for stem in endings.stems(word))
    feminine = (stem + "'а" for stem in map(_stem, _FEMININE.stems(word)))
    return unique((*stems, *more, *(stem + "'" for stem in stems), *feminine))


def ukrainian_name(word: str) -> str:
    """The key of a query word typed as a name: of a plural (Карпати) the common one."""
    common = ukrainian(word)[0]
    if not word or word.endswith(("и", "ї")):
        return common
    if word.endswith(("а", "я")) and (len(common) <= _SHORT_STEM or common.endswith("ій")):
        declined = map(_stem, _FEMININE.stems(word))
        return common + "'а" if common in declined else common + "'"
    return common + "'"


def _stem(stem: str) -> str:
    return _IRREGULAR.get(stem) or _ALTERNATING(_FLEETING(stem))


LANGUAGES = {"uk": Rules(ukrainian, ukrainian_name, ("cyrillic",))}
