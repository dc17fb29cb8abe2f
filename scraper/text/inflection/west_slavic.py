"""Polish, Czech and Slovak: cases and numbers of nouns and adjectives, the usual forms of verbs.

The key is the stem without its vowel. Folding has made ó o, ł l and ř r already; other changes of
the stem's last consonant are undone on the text's side (Bagdadzie → bagdadzi, bagdad; Praze →
praz, prah). Endings that are as often a stem's own (-em, -ach: system, zamach) are taken off on
the text's side alone, in addition. Vowels that come and go are left out (zamek, zamku → zamk).
"""

from scraper.text.inflection.endings import words
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, Inflection, Naming, Tails

_CONSONANTS = "bcdfghjklmnprstwvxz"
_VOWELS = "aeiouy"


def _fleeting(pairs: str, before: str = _CONSONANTS) -> dict[str, str]:
    """A tail without its vowel for every consonant before it: "ek en" → {"bek": "bk", …}."""
    return {c + pair: c + pair[1:] for c in before for pair in pairs.split()}


_POLISH = Naming(
    Inflection(
        sure=Endings(
            Ending("a e i o u y", _CONSONANTS),
            Ending("ia ie ii iu io", _CONSONANTS),
            Ending("ami iami", _CONSONANTS, least=3),
            Ending("ego emu iego iemu ych ymi imi", _CONSONANTS),
            Ending("ska", becomes="ski"),
            Ending("cka", becomes="cki"),
            Ending("anie ania aniu aniem anii aniom aniach aniami", becomes="ani"),
            Ending("enie enia eniu eniem enii eniom eniach eniami", becomes="eni"),
            Ending("nej nym", _CONSONANTS + _VOWELS, "n", least=3),
            Ending("owej owym", becomes="ow", least=3),
            Ending("um", "e"),
            Ending("a ow om ami ach", "e"),
        ),
        maybe=Endings(
            Ending("em iem om iom ach iach ej iej ym im ich owi iowi owie ez", _CONSONANTS),
            Ending("cie ci", _CONSONANTS + _VOWELS, "t"),
            Ending("dzie dzi", becomes="d"),
            Ending("rze rzy", _CONSONANTS + _VOWELS, "r"),
            Ending("ce cy", _VOWELS + "lns", "k"),
            Ending("sce scy", becomes="ski"),
            Ending("ccy", becomes="cki"),
            Ending("en", _CONSONANTS, "eni", least=3),
            Ending("an", _CONSONANTS, "ani", least=3),
            Ending("dze dzy", becomes="g"),
            Ending("sze si", _VOWELS, "ch"),
            Ending("zech", "cr"),  # Niemczech, of Niemcy
            Ending("szech", _VOWELS, "ch"),
            Ending("al ala alo ali aly aja", becomes="ac", least=3),
            Ending("il ila ilo ili ily a", _CONSONANTS, "ic", least=3),
            Ending("yl yla ylo yli yly y a", _CONSONANTS, "yc", least=3),
            Ending("uje uja ujemy", becomes="owac", least=2),
        ),
        tail=Tails(
            _fleeting("ek ec")
            | {c + "iec": c + "c" for c in _CONSONANTS}
            | {c + "iek": c + "iek" for c in "wl"}
            | {"anin": "an"}
            | {"inister": "inistr", "posel": "posl", "pawel": "pawl", "ogien": "ogn", "dzien": "dn"}
            | {"wrzesien": "wrzesn", "kwiecien": "kwietn", "sander": "sandr", "ojec": "ojc"},
            least=0,
        ),
        maybe_tails=(
            Tails({"iest": "iast", "iet": "iat", "ied": "iad"}),
            Tails(
                _fleeting("en er el ew em")
                | {c + "ie" + last: c + last for c in _CONSONANTS for last in "nr"}
            ),
        ),
        only=Endings(
            Ending("ski skie skiego skiemu skich skim skiej skimi", becomes="ski"),
            Ending("cki ckie ckiego ckiemu ckich ckim ckiej ckimi", becomes="cki"),
        ),
        whole=words(
            "nato euro ue usa onz biuro radio tsunami miami baku tbilisi oslo tokio kongo mali peru"
            " chile to jest byl byla ta te ten"
        ),
    ),
    Endings(Ending("ow iow", _CONSONANTS, least=3)),
    feminine=Endings(
        Ending("a e y i o ia ie ii io", _CONSONANTS),
        Ending("cie", _CONSONANTS + _VOWELS, "t"),
        Ending("dzie", becomes="d"),
        Ending("rze", _CONSONANTS + _VOWELS, "r"),
        Ending("ce", _VOWELS + "lns", "k"),
        Ending("dze", becomes="g"),
        Ending("sze", _VOWELS, "ch"),
    ),
)

_CZECH = Inflection(
    sure=Endings(
        Ending("a e i o u y", _CONSONANTS),
        Ending("ou", _CONSONANTS),
        Ending("ami emi", _CONSONANTS, least=3),
        Ending("eho emu iho imu ych ymi imi ovi", _CONSONANTS, least=3),
        Ending("ska", becomes="sky"),
        Ending("cka", becomes="cky"),
        Ending("eni enim enich enimi", becomes="eni"),
        Ending("ani anim anich animi", becomes="ani"),
        Ending("um a u em e i ich", "ei"),
        Ending("trum", becomes="tr"),
    ),
    maybe=Endings(
        Ending("em om um am im ym ech ach ich ove", _CONSONANTS),
        Ending("ce ci cich", _VOWELS + "lnrs", "k"),
        Ending("ze zi zich", _VOWELS + "r", "h"),
        Ending("ze zi zich", _VOWELS + "rn", "g"),
        Ending("se si sich", _VOWELS, "ch"),
        Ending("sti", becomes="sky"),
        Ending("cti", becomes="cky"),
        Ending("skem sku", becomes="sky"),
        Ending("ckem cku", becomes="cky"),
        Ending("al ala alo ali aly aji", becomes="at", least=3),
        Ending("il ila ilo ili ily i", _CONSONANTS, "it", least=3),
        Ending("el ela elo eli ely eji", _CONSONANTS, "et", least=3),
        Ending("uje uji ujeme", becomes="ovat"),
    ),
    tail=Tails(
        _fleeting("ek ec")
        | {
            "anec": "anc",
            "pavel": "pavl",
            "posel": "posl",
            "ohen": "ohn",
            "den": "dn",
            "zen": "zn",
            "ismus": "ism",
        },
        least=0,
    ),
    maybe_tails=(Tails(_fleeting("en er el eb ev em")),),
    only=Endings(
        Ending("isky", becomes="isk"),
        Ending("skyj sky ske skou skeho skemu skych skym skymi", becomes="sky"),
        Ending("cky cke ckou ckeho ckemu ckych ckym ckymi", becomes="cky"),
    ),
    whole=words("nato euro eu usa osn radio tsunami miami baku oslo tokio kongo mali to"),
)

_SLOVAK = Naming(
    Inflection(
        sure=Endings(
            Ending("a e i o u y", _CONSONANTS),
            Ending("ia ie ii iu", _CONSONANTS),
            Ending("ou", _CONSONANTS),
            Ending("ami iami", _CONSONANTS, least=3),
            Ending("eho ieho emu iemu ych ymi imi ovi", _CONSONANTS, least=3),
            Ending("ska", becomes="sky"),
            Ending("cka", becomes="cky"),
            Ending("enie enia eniu enim eniach eniam eniami", becomes="eni"),
            Ending("anie ania aniu anim aniach aniam aniami", becomes="ani"),
            Ending("um a u om i iam iach", "ei"),
            Ending("trum", becomes="tr"),
        ),
        maybe=Endings(
            Ending("om em am iam im ym och ach iach ich ej iou ovia mi", _CONSONANTS),
            Ending("iho imu", _CONSONANTS, least=3),
            Ending("ci", _VOWELS + "lnrs", "k"),
            Ending("sku skom", becomes="sky"),
            Ending("cku ckom", becomes="cky"),
            Ending("eni", becomes="eni"),
            Ending("ani", becomes="ani"),
            Ending("si", _VOWELS, "ch"),
            Ending("al ala alo ali aju", becomes="at", least=3),
            Ending("il ila ilo ili ia", _CONSONANTS, "it", least=3),
            Ending("uje uju ujeme", becomes="ovat"),
        ),
        tail=Tails(
            _fleeting("ek ec ok")
            | {c + "iec": c + "c" for c in _CONSONANTS}
            | {
                "inister": "inistr",
                "anok": "ank",
                "pavol": "pavl",
                "posol": "posl",
                "ohen": "ohn",
                "den": "dn",
                "izmus": "izm",
            }
            | {"utok": "utok", "potok": "potok", "rok": "rok", "blok": "blok", "krok": "krok"},
            least=0,
        ),
        maybe_tails=(
            Tails(
                _fleeting("en er el ov on")
                | {c + "ie" + last: c + last for c in _CONSONANTS for last in "bknrl"}
            ),
        ),
        only=Endings(
            Ending("isky", becomes="isk"),
            Ending("skyj sky ske ski skou skeho skemu skej skych skym skymi", becomes="sky"),
            Ending("cky cke cki ckou ckeho ckemu ckej ckych ckym ckymi", becomes="cky"),
        ),
        whole=words("nato euro eu usa osn radio tsunami miami baku oslo tokio kongo mali to"),
    ),
    Endings(Ending("ov", _CONSONANTS, least=3)),
    feminine=Endings(Ending("a e y u o ou i ia ie ii iu iou", _CONSONANTS)),
)

LANGUAGES = {
    "pl": Rules(_POLISH.keys, _POLISH.name_key),
    "cs": Rules(_CZECH.keys),
    "sk": Rules(_SLOVAK.keys, _SLOVAK.name_key),
}
