"""Swedish, Danish and Norwegian: number, definiteness, genitive, adjectives, regular verbs.

The article hangs on the noun (raketen, raketerna), and the genitive on that (raketens). A query's
word stands for itself; a text's answers to what it may be a form of, and to its plural.
"""

from typing import NamedTuple

from scraper.text.inflection.endings import Keys, Readings, irregular, replacements, words
from scraper.text.inflection.english_words import NAMES
from scraper.text.inflection.rules import Rules

_SHORTEST = 4
_NO_GENITIVE = ("ss", "us", "is", "das", "las", "mas", "os")


class _Grammar(NamedTuple):
    """A language of the family.

    `stems` gives what a noun or adjective may be a form of, `plurals` the plural of a dictionary
    form, `verbs` infinitives. `definite` are those endings by which a query's word, too, is read:
    raketerna → raket. `fixed` words have no forms, but for the genitive of those that are `names`.
    """

    names: frozenset[str]
    fixed: frozenset[str]
    forms: dict[str, Keys]
    stems: Readings
    plurals: Readings
    verbs: Readings
    definite: Readings

    def keys(self, word: str) -> Keys:
        if (irregular := self.forms.get(word)) is not None:
            return tuple(dict.fromkeys((*irregular, word)))
        if len(word) < _SHORTEST - 1 or word in self.fixed:
            return (word,)
        if len(word) < _SHORTEST:
            return (word, *self.plurals.first_of(word))
        found = [*self.definite.first_of(word), word, *self.plurals.first_of(word)]
        bases = [word]
        if word.endswith("s") and not word.endswith(_NO_GENITIVE):
            bases.append(word[:-1])  # the genitive
        for base in bases[1:] or bases:
            found += [base, *self.stems.first_of(base)]
        found += self.verbs.first_of(word)
        kept = [one for one in found if one not in self.fixed]
        if word[:-1] in self.names and word.endswith("s") and word[-2] != "s":
            kept.insert(0, word[:-1])  # Iraks
        return tuple(dict.fromkeys(kept))


def _and(keys: Keys, grammar: _Grammar, *plurals: str) -> Keys:
    known = (plural for plural in plurals if plural not in grammar.forms)
    return tuple(dict.fromkeys((*keys, *known)))


def _takes_none(word: str, grammar: _Grammar) -> bool:
    """Whether a word is no dictionary form that a plural ending is put to."""
    told = word in grammar.fixed or word in grammar.forms or len(word) < _SHORTEST - 1
    return told or word.endswith(("a", "e", "er", "ar", "or", "en", "s", "het", "hed", "ing", "el"))


def _doubled(word: str) -> str:
    """How a stem is written before a vowel where its last consonant is doubled: raket → rakett."""
    return word + word[-1] if word[-1] in "bdfgklmnprst" and word[-2] in "aeiouy" else word


def _undoubled(keys: Keys, letters: str) -> Keys:
    """The same, and after each key that ends in a doubled consonant, it with a single one."""
    found: list[str] = []
    for one in keys:
        doubled = len(one) > 3 and one[-1] == one[-2] and one[-1] in letters
        found += (
            [one[:-1], one] if doubled and not found else [one, *([one[:-1]] if doubled else [])]
        )
    return tuple(dict.fromkeys(found))


_ADJECTIVES = (
    "skt>sk iskt>isk ngt>ng kt>k vt>v rt>r mt>m ligt>lig igt>ig ivt>iv ellt>ell alt>al art>ar "
    "samt>sam bart>bar olt>ol ort>or "
)

_SWEDISH_NAMES = (
    words(
        """
        malmo uppsala finland norge sverige danmark bryssel aten paris hamas texas lagos kansas iran
        jemen libanon israel london berlin lisboa libyen syrien indien italien spanien agypten polen
        ungern turkiet andersson hansen jansen larsen nilsen olsen petersen anders lars jens jonas
        lukas nils thomas johannes johan jan karin carin marie anna anne jones peters tore arne
        bjarne lund
        """
    )
    | NAMES
)
_SWEDISH = _Grammar(
    names=_SWEDISH_NAMES,
    fixed=_SWEDISH_NAMES
    | words(
        """
        alla aldrig allt annan annars annat andra att bakom bara bland blev blir bli borde bort bra
        da dag dagens de deras dess dessa det dem den denna detta dit dock du efter eftersom egen
        egna eller en enda endast enligt er ett fall fem fler flera flest for fran framfor fyra
        ganska genom gor ha hade han hans har hela henne hennes hit hon honom hur hos i ibland icke
        igen inga ingen inget innan inne inom inte in ingenting ja jag just kan kanske kommer kunde
        lite lika man med mellan men mer mera mest min mina mitt mot mycket nar nara nagon nagot
        nagra nan ned nej ner ni nio nog nu nya och ocksa ofta om oss pa redan runt sa sade samma
        samt sedan ser sig sin sina sist sitt sju ska skall skulle som strax stor tack tag tio till
        tills trots tre tva under upp ur utan ute vad var vara varandra varje varfor vart vem vi vid
        vidare vilka vilken vilket vill vissa visst vore a an aven ar ara are arton over arets ovan
        bortom forst hast anda enn norr norra
        """
    ),
    forms=irregular(
        """
        man man, mannen man, mans man, mannens man, stader stad, staderna stad stader, lander land,
        landerna land lander, hander hand, handerna hand, bocker bok, bockerna bok, fotter fot,
        tander tand, nater natt, natter natt, strander strand, soner son, broder bror, broderna
        bror, dottrar dotter, modrar moder, fader far, ogon oga, oron ora, ar vara ar, var vara,
        varit vara, hade ha, haft ha, har ha, blev bli, blivit bli, blir bli, gick ga, gatt ga, gar
        ga, sade saga, sagt saga, sager saga, skot skjuta, skots skjuta, skjutit skjuta, skjutits
        skjuta, skjuts skjuta, dog do, dott do, dor do, dog do, foll falla, fallit falla, tog ta,
        tagit ta, tar ta, kom komma, kommit komma, kommer komma, gav ge, gett ge, ger ge, angrep
        angripa, angripit angripa, angreps angripa, slog sla, slagit sla, slar sla, flydde fly,
        flytt fly, flyr fly, lag ligga, stod sta, statt sta, star sta, fick fa, fatt fa, far fa,
        holl halla, hallit halla, vann vinna, vunnit vinna, stor stor stora, stora stor, stort stor,
        politiker politiker, politikern politiker, politikerna politiker, tekniker tekniker,
        kritiker kritiker, musiker musiker, akademiker akademiker, vapnen vapen, ministrar minister,
        ministrarna minister, brot bryta, brutit bryta, drog dra, dragit dra, skrev skriva, skrivit
        skriva, sprang springa
        """
    ),
    stems=Readings(
        replacements(
            """
            arna>-,e,ar,are erna>-,er orna>a,or ena>e lar>l,el,le aren>are ar>-,e er>- or>a en>-,e
            et>-,e an>a ade>a n>- a>- heten>het heter>het heterna>het erns>er eln>el erna>-,er
            ium>ium iet>ium ier>ium eet>eum eer>eum
            """
            + _ADJECTIVES
        )
    ),
    definite=Readings(
        replacements(
            "an>a ade>a ades>a erar>era erat>era erats>era arna>- erna>- orna>a en>- et>- het>het"
            " ens>- ets>- arnas>- ernas>- ornas>a"
        ),
        4,
    ),
    plurals=Readings(
        replacements(
            "a>or e>ar,n are>are er>er el>lar het>heter ing>ingar sk>ska,skt,skar lig>liga,ligt"
            " ns>nser is>iser"
        )
    ),
    verbs=Readings(
        replacements(
            "ar>a ade>a ades>a at>a ats>a as>a er>a te>a tes>a de>a des>a it>a its>a erar>era"
            " erade>era erades>era erat>era erats>era ande>a"
        )
    ),
)


def swedish(word: str) -> Keys:
    """The word, and what it is a plural, a definite, an adjective's or a verb's form of."""
    keys = _SWEDISH.keys(word)
    return keys if _takes_none(word, _SWEDISH) else _and(keys, _SWEDISH, word + "er", word + "ar")


_DANISH_NAMES = (
    words(
        """
        bruxelles athen paris hamas texas lagos kansas iran jemen yemen libanon israel london berlin
        libyen syrien indien italien spanien egypten agypten polen ungarn tyrkiet norge sverige
        danmark finland oslo bergen andersen hansen jansen jensen larsen nielsen nilsen olsen
        pedersen petersen sorensen anders lars jens jonas lukas niels nils thomas johannes anne
        marie jones peters tore arne bjarne holmes bremen essen munchen dresden aalborg horsens
        randers assens esbjerg halden skien drammen
        """
    )
    | NAMES
)
_DANISH_FIXED = _DANISH_NAMES | words(
    """
    ad af aldrig alle allerede alligevel alt altid altsa anden andet andre at bag bare begge blandt
    blev blive bliver bort burde da de del dem den denne der deres derfor det dette dig din dine
    disse dit dog du efter egen egne eller en end endnu enten er et fa far fem fik fire flere for
    foran fordi forst fra frem ganske gang gennem gerne gjorde gor ham han hans har havde have hele
    hen hende hendes her hos hun hvad hvem hver hvilken hvis hvor hvordan hvorfor hvornar i igen
    ikke imod imellem ind inden ingen intet ja jeg jer jo kan kom kommer kun kunne lidt lige man
    mange med mellem men mens mere mest mig min mine mit mod nar ned nej ni noget nogen nogle nok nu
    ny nye og ogsa om omkring op os over pa rundt sa sadan samme samt se sej seks selv senere ser
    ses sig sige sin sine sit skal skulle som stadig syv tak ti til to tre ud uden under var ved vel
    vi vil ville vor vores vaere vaeret aer ar aret aerlig
    """
)


_DANISH = _Grammar(
    names=_DANISH_NAMES,
    fixed=_DANISH_FIXED,
    forms=irregular(
        """
        mand mand maend, maend maend mand, maendene mand maend, boger bog, bogerne bog, haender hand
        haand, born barn, bornene barn born, borns barn, fodder fod, taender tand, naetter nat,
        sonner son, brodre bror, dotre datter, ojne oje, er vaere, var vaere, vaeret vaere, har
        have, havde have, haft have, blev blive, blevet blive, bliver blive, gik ga, gaet ga, gar
        ga, sagde sige, sagt sige, siger sige, skod skyde, skudt skyde, dode do dod dode, dor do,
        faldt falde, faldet falde, tog tage, taget tage, kom komme, kommet komme, gav give, givet
        give, angreb angreb angribe, angrebet angreb angribe, angrebne angribe, slog sla, slaet sla,
        flygtede flygte, la ligge, stod sta, staet sta, fik fa, faet fa, holdt holde, vandt vinde,
        vundet vinde, brod bryde, skrev skrive, skrevet skrive, hus hus huse, huse hus huse, uge uge
        uger, uger uge uger, uge uge uger, draebt draebe, politiker politiker, politikere politiker,
        politikeren politiker, politikerne politiker, kriger kriger, krigere kriger, krigeren
        kriger, kritiker kritiker, tekniker tekniker, musiker musiker, vabnene vaben, ministre
        minister, ministrene minister, ministeren minister, by by byer, byer byer by, byen by,
        byerne by byer, lande land lande, landene land lande
        """
    ),
    stems=Readings(
        replacements(
            """
            erne>-,e,er ene>-,e en>-,e et>-,e er>-,e e>- ler>l,le,el eren>er rne>r ernes>er ium>ium
            iet>ium ier>ium iske>isk eet>eum eer>eum ede>ed,et
            """
            + _ADJECTIVES
        )
    ),
    definite=Readings(
        replacements(
            "erede>ere eret>ere erne>- ene>- en>- et>- het>het hed>hed ens>- ets>- ernes>- enes>-"
        ),
        4,
    ),
    plurals=Readings(
        replacements(
            "e>er er>ere,e el>ler hed>heder ion>ioner ing>inger ning>ninge,ninger ling>linge,linger"
        )
    ),
    verbs=Readings(
        replacements("er>e ede>e edes>e et>e ets>e te>e tes>e es>e erede>ere eret>ere ende>e t>e")
    ),
)


def danish(word: str) -> Keys:
    """The word, and what it is a plural, a definite, an adjective's or a verb's form of."""
    keys = _undoubled(_DANISH.keys(word), "bdfgklmnprst")
    if _takes_none(word, _DANISH):
        return keys
    return _and(keys, _DANISH, word + "er", word + "e", _doubled(word) + "er")


_NORWEGIAN = _Grammar(
    names=_DANISH_NAMES,
    fixed=_DANISH_FIXED
    | words("noe noen vaert hvilke etter mellom bare ble etterpa aar fjor gjennom selv ogsaa"),
    forms=irregular(
        """
        mann mann menn, menn menn mann, mennene mann menn, boker bok, bokene bok, hender hand,
        hendene hand, fotter fot, tenner tann, netter natt, brodre bror, dotre datter, oyne oye, er
        vaere, var vaere, vaert vaere, har ha, hadde ha, hatt ha, ble bli, blitt bli, blir bli, gikk
        ga, gatt ga, gar ga, sa si sa, sagt si, sier si, skjot skyte, skutt skyte, dode do dod dode,
        dor do, falt falle, tok ta, tatt ta, tar ta, kom komme, kommet komme, ga gi, gitt gi, gir
        gi, angrep angrep angripe, angrepet angrep angripe, slo sla, slatt sla, sto sta, statt sta,
        fikk fa, fatt fa, far fa, holdt holde, vant vinne, vunnet vinne, brot bryte, brutt bryte,
        skrev skrive, skrevet skrive, uke uke uker, uker uke uker, drept drepe, byer by, byen by,
        byene by
        """
    ),
    stems=Readings(
        replacements(
            """
            ene>-,e,er erne>-,er en>-,e et>-,e er>-,e e>- ler>l,le,el a>-,e eren>er rne>r ium>ium
            iet>ium ier>ium iske>isk eet>eum eer>eum ede>ed,et
            """
            + _ADJECTIVES
        )
    ),
    definite=Readings(
        replacements("erte>ere erer>ere ene>- en>- et>- het>het hed>hed ens>- ets>- enes>-"), 4
    ),
    plurals=Readings(
        replacements("e>er er>ere el>ler sk>ske ig>ige het>heter sjon>sjoner ing>inger")
    ),
    verbs=Readings(
        replacements("er>e ede>e et>e te>e de>e es>e erte>ere ert>ere erer>ere ende>e t>e")
    ),
)


def norwegian(word: str) -> Keys:
    """The word, and what it is a plural, a definite, an adjective's or a verb's form of."""
    keys = _undoubled(_NORWEGIAN.keys(word), "m")
    if _takes_none(word, _NORWEGIAN):
        return keys
    doubled = _doubled(word) if word.endswith("m") else word
    return _and(keys, _NORWEGIAN, word + "er", doubled + "er")


def nordic_name(word: str) -> str:
    """A name has no article: Mogensen is not Mogens."""
    return word


LANGUAGES = {
    "sv": Rules(swedish, nordic_name),
    "da": Rules(danish, nordic_name),
    "no": Rules(norwegian, nordic_name),
}
