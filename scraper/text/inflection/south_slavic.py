"""Serbian, Croatian and Bosnian, in both alphabets, and Slovene: cases and numbers.

The key is the stem without its vowel, in Latin letters, the vowels that come and go left out
(ministar, ministra → ministr). Endings that are as often a stem's own (-om, -im, -ama: aerodrom,
Ibrahim, Obama) are taken off on the text's side alone, in addition.
"""

from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, Inflection, Tails

_CONSONANTS = "bcdfghjklmnprstvz"
_VOWELS = "aeiou"

_LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "d", "е": "e", "ж": "z", "з": "z",
        "и": "i", "ј": "j", "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o",
        "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "у": "u", "ф": "f", "х": "h", "ц": "c",
        "ч": "c", "џ": "dz", "ш": "s",
    }
)  # fmt: skip

_PALATALISED = (
    Ending("ci cima ce", _VOWELS + "rs", "k"),
    Ending("zi zima", _VOWELS, "g"),
    Ending("si sima", _VOWELS, "h"),
)
_SERBIAN = Inflection(
    sure=Endings(
        Ending("a e i o u", _CONSONANTS + "aeu"),
        Ending("ovi ovima evi evima", _CONSONANTS, least=3),
        Ending("skog skoga skom skome skomu skoj skih skim skima", becomes="sk"),
        Ending("ckog ckoga ckom ckome ckomu ckoj ckih ckim ckima", becomes="ck"),
        Ending("nog noga nomu nome nih", _CONSONANTS + "aiou", "n", least=3),
    ),
    maybe=Endings(
        Ending("om em ama ima og oga ome omu oj im ih ove ova eva eve", _CONSONANTS),
        Ending("oj ih og", "j"),
        Ending("eg ega em emu", "cnzsj"),
        Ending("ju", "cjz"),
        Ending("scu", becomes="st"),
        Ending("ao ala alo ali ale aju", becomes="at", least=3),
        Ending("io ila ilo ili ile", becomes="it", least=3),
        Ending("uje uju", becomes="ovat", least=3),
        *_PALATALISED,
    ),
    tail=Tails(
        {c + "ac": c + "c" for c in _CONSONANTS}
        | {c + "ak": c + "k" for c in _CONSONANTS}
        | {c + "an": c + "n" for c in _CONSONANTS}
        | {v + "lac": v + "oc" for v in _VOWELS}
        | {v + "lc": v + "oc" for v in _VOWELS}
        | {"tar": "tr", "bar": "br", "anin": "an", "janin": "jan"}
    ),
    maybe_tails=(  # of genitive plurals: zrtava, of zrtva
        Tails({c + "a" + last: c + last for c in _CONSONANTS for last in "vmlg"}),
    ),
    whole=frozenset({"nato", "evro", "euro", "biro", "oslo", "sad", "bih", "eu"}),
)

_SLOVENE = Inflection(
    sure=Endings(
        Ending("a e i o u", _CONSONANTS + "aeu"),
        Ending("ami", _CONSONANTS, least=3),
        Ending("skega skemu skem skih skim skimi", becomes="sk"),
        Ending("nega nemu nih nimi", _CONSONANTS + "aiou", "n", least=3),
        Ending("jo", "tzcsnd"),
    ),
    maybe=Endings(
        Ending("om em ih ah ema oma ama am ov ev", _CONSONANTS),
        Ending("ega emu em im ih imi ima", _CONSONANTS),
        Ending("mi", "t"),
        Ending("al ala alo ali ale ajo", becomes="at", least=3),
        Ending("il ila ilo ili ile ijo", becomes="it", least=3),
        Ending("uje ujejo", becomes="ovat", least=3),
    ),
    tail=Tails(
        {c + "ec": c + "c" for c in _CONSONANTS}
        | {c + "ek": c + "k" for c in _CONSONANTS}
        | {c + "en": c + "n" for c in _CONSONANTS}
        | {c + "er": c + "r" for c in "tdbgkp"}
        | {c + "el": c + "l" for c in "sbtgk"}
        | {"tev": "tv", "kev": "kv", "rj": "r", "ljec": "ljc", "njec": "njc"}
    ),
    maybe_tails=(Tails({"ij": "j", "elj": "lj", "enj": "nj"}),),
    whole=frozenset({"nato", "evro", "biro", "oslo", "eu"}),
)


def serbian(word: str) -> tuple[str, ...]:
    """The keys of a folded word in either alphabet."""
    return _SERBIAN.keys(word.translate(_LATIN))


LANGUAGES = {
    **dict.fromkeys(("sr", "hr", "bs"), Rules(serbian, None, ("latin", "cyrillic"))),
    "sl": Rules(_SLOVENE.keys),
}
