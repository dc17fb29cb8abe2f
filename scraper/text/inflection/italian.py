"""Italian: number, gender of adjectives, regular verbs."""

from collections.abc import Iterator

from scraper.text.inflection.endings import (
    Grammar,
    Readings,
    genders,
    irregular,
    o_and_a,
    replacements,
    words,
)
from scraper.text.inflection.rules import Rules

# The singulars a plural may have, and the plurals of a singular.
_SINGULARS = Readings(
    replacements(
        """
        i>o,e ii>io chi>co,che ghi>go,ghe ci>cio,co,ce gi>gio,go,ge gli>glio,glia ssi>sso,sse
        isti>ista,isto emi>ema,emo ammi>amma,ammo oti>ota,oto iti>ito,ite,ita eti>eta,eto,ete
        ri>ro,re,rio ni>no,ne,nio si>so,se,sio zi>zo,ze,zio di>do,de,dio li>lo,le,lio vi>vo,ve,vio
        bi>bo,be,bio pi>po,pe,pio mi>mo,me,mio ti>to,te,tio che>ca ghe>ga ce>cia,ce ge>gia,ge e>a
        """
    ),
    shortest=1,
)
_PLURALS = Readings(
    replacements(
        """
        o>i e>i io>i co>chi,ci go>ghi,gi a>e ca>che,chi ga>ghe,ghi cia>ce,cie gia>ge,gie
        ista>isti,iste ota>oti,ote eta>eti,ete ema>emi,eme amma>ammi,amme ita>iti,ite
        """
    ),
    shortest=1,
)
# Nouns and adjectives in -e, as bombe is none: it is the plural of bomba.
_SINGULAR_IN_E = (
    "ione", "tore", "sore", "iere", "ale", "ile", "mente", "ante", "ente", "ese", "are", "ere",
    "ire", "abile", "ibile",
)  # fmt: skip

_MATES = replacements(
    o_and_a(
        """
    at it ut os iv ic an ari ori ent uert ert ett est ism er egr iut agr ult zzat cr iat uat
    eric itic atic ism ust und
    """
    )
)
_ADJECTIVES = """
    nuovo vecchio alto basso buono rosso nero bianco giallo verde lungo corto pieno russo cinese
    turco curdo ebreo svizzero svedese polacco greco ceco croato cubano siriano proprio altro molto
    poco tutto stesso solo ultimo unico giusto duro puro raro caro largo stretto rapido freddo caldo
    secco bello brutto pazzo sano ricco falso certo vasto lento giovane primo secondo terzo quarto
    massimo minimo prossimo legittimo sinistro destro cieco sordo muto morto ferito libico iracheno
    argentino palestino latino filippino clandestino vicino marino bizantino ucraino cattolico
    estremo sereno terreno grosso magro grasso serio medio vivo aperto chiuso
    """

_VERBS = replacements(
    """
    avo>are avi>are avamo>are avate>are evo>ere evi>ere evamo>ere evate>ere ivo>ire ivi>ire
    ivamo>ire ivate>ire ero>are,ere iro>ire erai>are,ere irai>ire eremo>are,ere iremo>ire
    erete>are,ere irete>ire erei>are,ere irei>ire eresti>are,ere iresti>ire eremmo>are,ere immo>ire
    asti>are aste>are ammo>are esti>ere isti>ire emmo>ere assi>are assimo>are essi>ere issi>ire
    ete>ere iate>are,ere,ire iamoci>are atevi>are armi>are arti>are arci>are ermi>ere ersi>ere
    irmi>ire ando>are andolo>are andola>are andosi>are endosi>ere isci>ire isco>ire iscano>ire
    isca>ire ano>ere,ire a>are ano>are o>are e>ere,ire ono>ere,ire ato>are ata>are ati>are ate>are
    uto>ere uta>ere uti>ere ute>ere ito>ire ita>ire iti>ire ite>ire ava>are avano>are eva>ere
    evano>ere iva>ire ivano>ire ando>are endo>ere,ire arono>are erono>ere irono>ire era>are,ere
    eranno>are,ere ira>ire iranno>ire erebbe>are,ere erebbero>are,ere irebbe>ire asse>are assero>are
    esse>ere essero>ere isse>ire issero>ire iamo>are,ere,ire ino>are isce>ire iscono>ire arsi>are
    ersi>ere irsi>ire arlo>are arla>are arli>are arle>are
    """
)
_ONLY_VERBS = replacements(
    """
    avano>are evano>ere ivano>ire ando>are endo>ere,ire arono>are erono>ere irono>ire eranno>are,ere
    iranno>ire erebbe>are,ere erebbero>are,ere irebbe>ire irebbero>ire assero>are essero>ere
    issero>ire iscono>ire arsi>are ersi>ere irsi>ire
    """
)

_FIXED = words(
    """
    ancora allora anche anzi avanti bene cioe circa come contro cosa cosi crisi davanti dentro
    dietro dopo dove dunque entrambi ecco esempio fa fino forse fuori gia ieri infatti insieme
    invece lontano loro lui mai male meno mentre molto nella nelle nello negli nostri nulla oggi
    ogni oltre ora ormai per pero perche piu poco poi prima presso proprio pure qua qualche quale
    quali quando quanto quasi quattro quello quelli quella quelle questo questi questa queste qui
    quindi quindici quinci sara sempre senza sei sette otto nove dieci undici dodici tredici venti
    trenta siamo sono sopra soprattutto sotto spesso stato subito suo tanto tesi basi analisi
    ipotesi oasi sintesi diagnosi enfasi tra troppo tutti tuttavia verso via vicino virus gas bus
    rimini assisi napoli brindisi chieti terni forli rieti asti trapani bari parigi tunisi algeri
    londra atene bruxelles firenze varese udine lecce cannes hamas lagos texas kansas dallas rossi
    bianchi verdi ferrari russo conte renzi salvini meloni berlusconi monti gentiloni draghi letta
    houthi iraq iran mali haiti chili fiji israele libano cipro palestina siria libia georgia george
    marta marte lucia luce italia francia spagna germania russia cina india turchia grecia svizzera
    polonia capri sanremo emirati unite maldive filippine andrea luca nicola mattia giovanni luigi
    """
) - words("quinci proprio molto poco tanto tutti vicino quello unite troppo russo")

_FORMS = irregular(
    """
    uomini uomo, uova uovo, dita dito, mani mano, mano mano mani, arma arma armi, ala ala ali, uomo
    uomo uomini, legge legge leggi leggere, ali ala, armi arma, dei dio, buoi bue, templi tempio,
    braccia braccio, ginocchia ginocchio, labbra labbro, migliaia migliaio, centinaia centinaio,
    paia paio, mura muro, ossa osso, ciglia ciglio, belgi belga, tesi tesi, leggi legge leggere,
    torri torre, morti morto morte, serie serie, specie specie, superficie superficie, moglie
    moglie, mogli moglie, fame fame, sale sala salire sale, arte arte, parte parte partire, madri
    madre, padri padre, mari mare, citta citta, universita universita, febbri febbre, sangue sangue,
    e essere, sono essere, era essere era, erano essere, fu essere, furono essere, sara essere,
    saranno essere, sia essere, siano essere, stata stato stare, stato stato stare, ha avere, hanno
    avere, aveva avere, avevano avere, ebbe avere, avra avere, avranno avere, va andare, vanno
    andare, fa fare, fanno fare, fatto fatto fare, fece fare, fecero fare, faceva fare, facevano
    fare, dice dire, dicono dire, detto detto dire, disse dire, dissero dire, puo potere, possono
    potere, vuole volere, vogliono volere, deve dovere, devono dovere, viene venire, vengono venire,
    venne venire, vennero venire, venuto venire, preso preso prendere, presa presa preso prendere,
    messo messo mettere, mise mettere, misero mettere misero, visto vedere, vista vista vedere,
    ucciso ucciso uccidere, uccisi ucciso uccidere, uccisa ucciso uccidere, uccise ucciso uccidere,
    uccisero uccidere, morto morto morire, morta morto morire, morirono morire, muore morire,
    muoiono morire, chiesto chiedere, chiese chiesa chiedere, aperto aperto aprire, chiuso chiuso
    chiudere, scritto scritto scrivere, colpi colpo colpire, crisi crisi, partito partito partiti
    partire, partiti partiti partito partire, partita partita partite partire, partite partite
    partita partire
    """
)


def spelling(verb: str) -> Iterator[str]:
    """A verb's stem as it is written before the a of its infinitive: attacchi → attaccare."""
    yield verb
    if verb.endswith("are") and verb[-4:-3] == "h":
        yield verb[:-4] + "are"


_GRAMMAR = Grammar(
    fixed=_FIXED,
    forms=_FORMS,
    numbers=Readings({}),
    mates=Readings(_MATES),
    pairs=genders(_ADJECTIVES, lambda word: word[:-1] + "a"),
    verbs=Readings(_VERBS),
    only_verbs=Readings(_ONLY_VERBS),
    spelling=spelling,
)


def italian(word: str) -> tuple[str, ...]:
    """What a folded word stands for, and its singulars, plurals, other gender and infinitives.

    Nothing tells whether giorni is of giorno or giorne, nor whether a word in -e is a singular
    (missile) or a plural (bombe). So a query's noun stands for itself, and a text's noun answers
    to its plural as well as to its singular.
    """
    found = list(_GRAMMAR.keys(word))
    if len(word) >= _GRAMMAR.shortest and word not in _FIXED and word not in _FORMS:
        if word.endswith(("o", "a", "e")):
            found += _PLURALS.first_of(word)
        if word.endswith("i") or (word.endswith("e") and not word.endswith(_SINGULAR_IN_E)):
            singulars = _SINGULARS.first_of(word)
            found += singulars
            found += [mate for singular in singulars for mate in _GRAMMAR.gender(singular)]
    return tuple(dict.fromkeys(one for one in found if one == word or one not in _FIXED))


LANGUAGES = {"it": Rules(italian)}
