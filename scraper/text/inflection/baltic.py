"""Lithuanian and Latvian: cases and numbers of nouns and adjectives.

The key is the stem without its vowels. In Lithuanian a soft stem has an i, so that lietuvis and
lietuvio are not forms of Lietuva; its consonant is that of the first form (žodžio → zodi).
Latvian's is put back on the text's side (latvieša → latvies, latviet).
"""

from scraper.text.inflection.endings import words
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, Inflection, Tails

_CONSONANTS = "bcdfghjklmnprstvz"

_LITHUANIAN = Inflection(
    sure=Endings(
        Ending("as o ui a u e ai ams us ais uose ame amam amame", _CONSONANTS),
        Ending("aus umi uje ums umis uos", _CONSONANTS),
        Ending("os oje oms omis ose es ei eje ems emis ese", _CONSONANTS),
        Ending(
            "is ys io iui i iu yje iai iams ius iais iuose iuo imi imis ims yse", _CONSONANTS, "i"
        ),
        Ending("iaus iumi iuje ies iose ios ioje ia iomis ioms", _CONSONANTS, "i"),
        Ending("asis ojo ajam aji ajame ieji uju uosius iesiems aisiais oji osios", _CONSONANTS),
        Ending("ojoje aja osiose osioms osiomis iems uosiuose", _CONSONANTS),
        Ending("uo eniu enio eni enys ens enims", _CONSONANTS),
    ),
    maybe=Endings(
        Ending("iu", _CONSONANTS),  # vyriausybiu, of vyriausybe
        Ending("ciu", becomes="t"),
        Ending("dziu", becomes="d"),
        Ending("i ios iai ia ioje iomis ioms", _CONSONANTS, least=3),  # of adjectives in -us
        Ending("ies", _CONSONANTS, least=3),
    ),
    tail=Tails({"dzi": "di", "ci": "ti"}),
    whole=words("nato euro jav baku oslo tokijas kongo"),
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
    whole=words("nato eiro asv baku oslo tokija kongo"),
)

LANGUAGES = {"lt": Rules(_LITHUANIAN.keys), "lv": Rules(_LATVIAN.keys)}
