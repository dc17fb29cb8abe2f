"""Lithuanian and Latvian: cases and numbers of nouns and adjectives.

The key is the stem without its vowels, and with the consonant it has in the first form (Lithuanian
žodžio → zod; Latvian latvieša → latviet, on the text's side).
"""

from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, Inflection, Tails

_CONSONANTS = "bcdfghjklmnprstvz"

_LITHUANIAN = Inflection(
    sure=Endings(
        Ending("as o ui a u e ai ams us ais uose ame amam amame amaji", _CONSONANTS),
        Ending("is ys io iui i iu yje iai iams ius iais iuose iuo ies imi imis ims yse", _CONSONANTS),
        Ending("aus umi uje ums umis uos", _CONSONANTS),
        Ending("os oje oms omis ose", _CONSONANTS),
        Ending("es ei eje ems emis ese iu iose ios ioje ia iai iomis ioms", _CONSONANTS),
        Ending("asis ojo ajam aji ajame ieji uju uosius iesiems aisiais oji osios", _CONSONANTS),
        Ending("ojoje aja osiose osioms osiomis iems uosiuose ies", _CONSONANTS),
        Ending("uo eniu enio eni enys ens enims", _CONSONANTS),
    ),
    tail=Tails({"dz": "d", "c": "t"}),
    whole=frozenset("nato euro jav baku oslo tokijas kongo".split()),
)

_LATVIAN = Inflection(
    sure=Endings(
        Ending("s a am u i us iem os is im e es ei em as ai", _CONSONANTS),
        Ending("ais aja ajam ajai ajiem ajos ajas ajam o ie", _CONSONANTS),
    ),
    maybe=Endings(
        Ending("am iem", _CONSONANTS, least=3),
        Ending("a am u i us iem os", "s", "t", least=2),
        Ending("sa sam su si sus siem sos", becomes="t"),
        Ending("za zam zu zi zus ziem zos", becomes="d"),
    ),
    whole=frozenset("nato eiro asv baku oslo tokija kongo".split()),
)

LANGUAGES = {"lt": Rules(_LITHUANIAN.keys), "lv": Rules(_LATVIAN.keys)}
