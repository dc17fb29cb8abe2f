"""Galician: number, gender of adjectives, regular verbs; its verbs end as those of Spanish do."""

from scraper.text.inflection.endings import (
    Grammar,
    Readings,
    genders,
    irregular,
    replacements,
    words,
)
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.spanish import IN_ES, MATES, ONLY_VERBS, VERBS, spelling

_NUMBERS = replacements(
    """
    as>a os>o es>e is>is us>us ss>ss ais>al eis>el,il ois>ol uis>ul ns>n ces>z,ce res>r,re ares>ar
    ores>or eres>er eses>es ases>ase yes>y bs>b cs>c ds>d fs>f gs>g ks>k ls>l ms>m ps>p rs>r ts>t
    tres>tre dres>dre bres>bre nomes>nome homes>home
    """
)
_ADJECTIVES = """
    novo vello alto baixo malo vermello negro branco longo curto cheo ruso turco kurdo sueco polaco
    grego checo croata cubano propio outro moito pouco todo mesmo ultimo unico publico xusto duro
    puro raro caro ancho rapido limpo frio seco belo feo tolo rico falso certo lento proximo ferido
    preso armado catolico
    """
_FIXED = words(
    """
    agora ainda alguen algun antes apenas aquel aquela ata atras cada caos como contra crise dende
    desde despois deus dous duas durante ela eles entre enton era ese esa este esta eu fora hoxe
    isto iso lapis lonxe mais menos nada ninguen nos nunca onde onte outro para pero pois porque que
    quen sempre senon sobre tamen tanto tras tres unha virus xa gas luns martes mercores xoves
    venres paris londres bruxelas atenas caracas honduras bahamas filipinas hamas lagos texas dallas
    kansas vigo lugo ourense pontevedra ferrol corunha carlos marcos lucas moises nicolas tomas
    elias
    """
)
_FORMS = IN_ES | irregular(
    """
    morto morto morrer, morta morto morrer, mortos morto morrer, mortas morto morrer, feito feito
    facer, dito dicir, visto ver, aberto aberto abrir, e ser, son ser, foi ser ir, foron ser ir, era
    ser era, eran ser, sera ser, seran ser, vai ir, van ir, ten ter, tenen ter, tina ter, tivo ter,
    ha haber, houbo haber, fai facer, fan facer, fixo facer, di dicir, dixo dicir, pode poder, poden
    poder, puido poder, quere querer, queren querer, misiles misil, misil misil, paises pais, pais
    pais, meses mes, leis lei, reis rei, mans man, cans can, siria siria sirio, libia libia libio,
    palestina palestina palestino
    """
)
_GRAMMAR = Grammar(
    fixed=_FIXED,
    forms=_FORMS,
    numbers=Readings(_NUMBERS, shortest=1),
    mates=Readings(MATES),
    pairs=genders(_ADJECTIVES, lambda word: word[:-1] + "a"),
    verbs=Readings(VERBS | replacements("ou>ar iu>er,ir eu>er iron>ir eron>er")),
    only_verbs=Readings(ONLY_VERBS),
    spelling=spelling,
)


def galician(word: str) -> tuple[str, ...]:
    """The singulars and infinitives that a folded word may be a form of, and its other gender."""
    return _GRAMMAR.keys(word)


LANGUAGES = {"gl": Rules(galician)}
