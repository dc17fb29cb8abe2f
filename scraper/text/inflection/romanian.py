"""Romanian: number, case and article of nouns and adjectives, regular verbs.

The article hangs on the noun (atacul, atacurile, rachetelor), and folding has taken the accents
that would tell racheta from rachetă. A query's word stands for itself, or without its article where
only an article ends so; a text's answers to what it may be a form of, and to its plural.
"""

from scraper.text.inflection.endings import Readings, irregular, replacements, words
from scraper.text.inflection.rules import Rules

_SHORTEST = 4

_SINGULARS = Readings(
    replacements(
        """
        urilor>- urile>- uri>- ului>-,u ul>-,u oanelor>on oanele>on oane>on oarelor>or
        oarele>or,oare oare>or iilor>ie iile>ie iei>ie iilor>ie ia>ie ii>-,ie,e,iu,u
        ilor>-,a,e,u elor>a,-,e ele>a,-,e ile>e,a,- elui>e ei>a,e ea>e i>-,e,a,u e>a,- a>-
        ari>ar,are ali>al,ale ori>or,oare zi>d,z,zi zii>d,zie zilor>d azi>ada,ad esti>esc
        easca>esc ilor>-,a,e,u iul>iu iului>iu iile>ie iul>iu eii>eu ei>a,e,eu eilor>eu eul>eu
        eului>eu
        """
    )
)
_PLURALS = Readings(
    replacements(
        """
        a>e,i ada>azi,ade e>i ie>ii u>i,e,uri iu>ii eu>ei on>oane,oni or>ori,oare d>zi,de,duri
        esc>esti t>ti,te,turi c>ci,ce,curi l>li,le,luri r>ri,re,ruri n>ni,ne,nuri m>mi,me,muri
        p>pi,pe,puri b>bi,be,buri f>fi,fe,furi g>gi,ge,guri s>si,se,suri j>ji,je,juri
        v>vi,ve,vuri z>zi,ze,zuri
        """
    )
)
_ARTICLES = Readings(
    replacements("urilor>- urile>- ului>- ul>- elor>a iilor>ie iile>ie eului>eu iului>iu"),
    shortest=3,
)
_VERBS = Readings(
    replacements(
        """
        eaza>a eze>a ezi>a ez>a eam>a,i,e eai>a,i,e eati>a,i,e eau>a,i,e ea>i,e am>a ai>a
        ati>a,i,e im>i iti>i em>e eti>e ise>i isera>i asem>a asei>a aseram>a asesi>a isem>i
        isei>i iram>i irati>i aram>a arati>a ari>a iri>i asti>i easca>i esti>i este>i usem>e
        usera>e ura>e,ea ui>e,ea use>e,ea indu>i andu>a eaza>a at>a ata>a ati>a ate>a and>a au>a
        ase>a asera>a ara>a it>i ita>i iti>i ite>i ind>i ira>i este>i esc>i ut>e,ea uta>e,ea
        uti>e,ea ute>e,ea
        """
    )
)

_FIXED = words(
    """
    aceasta aceea aceia acela acelasi acele acelea acest acesta aceste acestea acestei acestor
    acestui acum adica afara aici alt alta alte altele altul am an ani apoi are asa asta astazi
    astfel asupra atat atunci avea avut azi ca cand care caruia catre ce cea cei cel cele celor
    chiar cinci cine cum cu da daca dar de deci decat deja deoarece desi despre din dintre doar doi
    doua dupa ea ei el ele era erau este eu exact face fara fata fi fie fiecare fost foarte iar ieri
    in inainte inca insa intre intr la le li lor lui mai mare mari mea mei mele meu mult multa multe
    multi ne nici nimic niste noi nostru nou noua nu numai ori orice pana patru pe pentru peste
    poate prea prin printre putin sa sase sai sale sau se si sub sunt tale tot toata toate toti
    totusi trei tu un una unde unei unele unor unui unii unul va vor voi zece paris hamas texas
    lagos londra atena bucuresti iasi ploiesti pitesti galati constanta arad sibiu iran irak israel
    siria libia rusia china india turcia grecia italia franta spania germania polonia ungaria
    bulgaria serbia moldova ucraina austria elvetia belgia suedia norvegia danemarca georgia armenia
    ion ionescu popescu basescu iohannis ponta dragnea ciolos nastase iliescu maria ana ioana andrei
    alexandru mihai george vasile nicolae stefan
    """
)
_FORMS = irregular(
    """
    oameni om, oamenii om, oamenilor om, omul om, omului om, om om oameni, barbati barbat, femei
    femeie, femeile femeie, femeilor femeie, copii copil, copiii copil, copiilor copil, copil copil
    copii, frati frate, surori sora, mana mana, maini mana, case casa, carti carte, orase oras,
    orasul oras, orasele oras, oraselor oras, orasului oras, state stat, statele stat, statelor
    stat, statul stat, morti mort, mortii mort moarte, morti mort, moarte moarte, mort mort muri,
    ucis ucide ucis, ucisi ucide ucis, ucisa ucide ucis, atacul atac, zile zi, zilele zi, zilelor
    zi, ziua zi, zi zi zile, razboi razboi razboaie, razboaie razboi razboaie, razboaiele razboi,
    razboiul razboi, razboiului razboi, bani ban, banii ban, banilor ban, lume lume, lumea lume,
    lumii lume, parte parte, partea parte
    """
)


def romanian(word: str) -> tuple[str, ...]:
    """The word, or it without its article; its singulars, its plurals, its infinitives."""
    if (forms := _FORMS.get(word)) is not None:
        return tuple(dict.fromkeys((*forms, word)))
    if len(word) < _SHORTEST or word in _FIXED:
        return (word,)
    found = [*_ARTICLES.first_of(word), word]
    found += [*_SINGULARS.first_of(word), *_PLURALS.first_of(word), *_VERBS.first_of(word)]
    return tuple(dict.fromkeys(one for one in found if one not in _FIXED))


def romanian_name(word: str) -> str:
    """A word typed as a name keeps what looks like an article."""
    return romanian(word)[0] if word in _FORMS else word


LANGUAGES = {"ro": Rules(romanian, romanian_name)}
