"""Spanish: number, gender of adjectives, regular verbs."""

from collections.abc import Iterator

from scraper.text.inflection.endings import (
    Grammar,
    Readings,
    genders,
    in_es,
    irregular,
    o_and_a,
    replacements,
    words,
)
from scraper.text.inflection.rules import Rules

_NUMBERS = replacements(
    """
    as>a os>o is>is us>us ss>ss es>e ies>i,ie ces>z,ce nces>nce rces>rce ales>al,ale eles>el,ele
    iles>il,ile oles>ol,ole ules>ul,ule lles>lle ares>ar,are eres>er,ere ires>ir,ire ores>or,ore
    ures>ur,ure aires>aire anes>an,ane enes>en,ene ines>in,ine ones>on,one unes>un,une ades>ad,ade
    edes>ed,ede ides>id,ide odes>ode,od udes>ud,ude ases>ase,as eses>es,ese ises>is,ise oses>os,ose
    uses>us,use yes>y,ye bs>b cs>c ds>d fs>f gs>g ks>k ls>l ms>m ns>n ps>p rs>r ts>t
    """
)

# Adjectives: -o and -a where the rest tells an adjective. Other nouns in -o and -a stay apart.
_GENDERS = o_and_a(
    """
    ad id ud os iv iz ic fic an en un ari ori er ent und e iet ct uert iert uest ism agr
    egr ult ur ert ens uj ust
    """
)
MATES = replacements(_GENDERS + " or>ora ora>or es>esa esa>es an>ana ana>an,ano ol>ola ola>ol")
_ADJECTIVES = """
    nuevo viejo alto bajo bueno malo rojo negro blanco amarillo largo corto lleno ruso turco kurdo
    judio suizo sueco polaco griego checo croato cubano propio serio medio sucio necio obvio previo
    vario sabio tibio amplio otro mucho poco todo tanto mismo solo ultimo unico publico justo duro
    puro raro caro barato ancho estrecho rapido pleno limpio fresco frio seco bello feo loco sano
    enfermo rico falso cierto distinto vasto lento joven intimo maximo minimo proximo legitimo
    maritimo izquierdo gordo sordo mudo ciego tonto latino masculino femenino clandestino marino
    vecino bizantino granadino iraqui gitano moro vasco vivo herido preso catolico
    """

VERBS = replacements(
    """
    en>ar an>er,ir aras>ar eras>er iras>ir aste>ar iste>er,ir asteis>ar isteis>er,ir abas>ar
    abamos>ar ias>er,ir iamos>er,ir aremos>ar eremos>er iremos>ir ariamos>ar eriamos>er iriamos>ir
    arias>ar erias>er irias>ir ieras>er,ir aramos>ar ieramos>er,ir asemos>ar asteis>ar areis>ar
    ereis>er ireis>ir ais>ar eis>er arme>ar arte>ar arnos>ar erme>er irme>ir erte>er irte>ir
    ernos>er irnos>ir andome>ar andote>ar andole>ar andolos>ar andolas>ar iendome>er,ir
    iendolo>er,ir iendola>er,ir iendolos>er,ir iendole>er,ir andonos>ar a>ar an>ar o>ar io>er,ir
    e>er,ir en>er,ir as>ar es>er,ir amos>ar emos>er,ar imos>ir ado>ar ada>ar ados>ar adas>ar
    ido>er,ir ida>er,ir idos>er,ir idas>er,ir aba>ar aban>ar ia>er,ir ian>er,ir aste>ar iste>er,ir
    ara>ar aran>ar era>er ira>ir eran>er iran>ir are>ar ere>er ire>ir aria>ar arian>ar eria>er
    eran>er irian>ir erian>er iria>ir ase>ar asen>ar iese>er,ir iesen>er,ir iera>er,ir ieran>er,ir
    arse>ar erse>er irse>ir arlo>ar arla>ar arlos>ar arlas>ar arle>ar arles>ar erlo>er erla>er
    erlos>er erlas>er erle>er erles>er irlo>ir irla>ir irlos>ir irlas>ir irle>ir
    """
)
ONLY_VERBS = replacements(
    """
    aron>ar ando>ar aban>ar abamos>ar andose>ar andolo>ar andola>ar iendo>er,ir ieron>er,ir
    iendose>er,ir yeron>er,ir yendo>er,ir aran>ar arian>ar erian>er irian>ir ieran>er,ir iesen>er,ir
    aremos>ar eremos>er iremos>ir arse>ar erse>er irse>ir arlo>ar arla>ar arlos>ar arlas>ar arle>ar
    arles>ar erlo>er erla>er erlos>er erlas>er erle>er erles>er irlo>ir irla>ir irlos>ir irlas>ir
    irle>ir
    """
)

IN_ES = in_es(
    """
    frances ingles portugues japones irlandes holandes escoces danes finlandes islandes libanes
    sudanes congoles senegales marques burgues cordobes aragones leones genoves milanes vienes
    nepales tailandes maltes ruandes neozelandes taiwanes gales polones camerunes ghanes togoles
    interes estres
    """
)
_FIXED = words(
    """
    ambos ante antes apenas atras aunque adonde bajo cada caos caracas como contra crisis cual
    cuando ademas desde despues detras dios donde dos durante ella ellas ellos ese esos esas eso
    esta este esto estos estas fuera gas gracias hacia hasta jamas jesus jueves lejos luego lunes
    martes mas menos mientras miercoles nada nunca para pero porque quienes quizas segun sobre solo
    tal tesis tras tres viernes virus entre entonces alpes andes angeles asturias atenas bahamas
    baleares barcelona bruselas buenos canarias cannes carlos damasco dallas elias estados filipinas
    hamas honduras iran jonas judas kansas lagos londres lucas maldivas malvinas marcos matias
    moises nicolas paris texas tomas tunes sudan japon milan teheran afganistan pakistan maria ana
    eva carmen venezuela
    """
) - {"estados"}
_NAMES = words(
    """
    aires corrientes montes minas palmas vegas posadas esmeraldas aguas antillas campos canales
    casas castillos cortes cuevas emiratos estados flores fuentes iglesias mercedes dolores morales
    naciones nieves palos puentes ramos reyes rios robles rojas rosales salinas santos torres unidos
    vargas villas paises bajos
    """
)

_FORMS = IN_ES | irregular(
    """
    muerto muerto morir, muerta muerto morir, muertos muerto morir, muertas muerto morir, hecho
    hecho hacer, hecha hecho hacer, hechos hecho hacer, hechas hecho hacer, dicho decir, visto ver,
    vista vista ver, escrito escrito escribir, roto roto romper, puesto puesto poner, abierto
    abierto abrir, cubierto cubierto cubrir, descubierto descubierto descubrir, vuelto volver,
    devuelto devolver, resuelto resolver, preso preso prender, es ser, son ser, era ser era, eran
    ser, fue ser ir, fueron ser ir, sido ser, siendo ser, sera ser, seran ser, sea ser, sean ser, va
    ir, van ir, iba ir, iban ir, ido ir, yendo ir, vaya ir, vayan ir, esta estar esta, estan estar,
    estaba estar, estaban estar, estuvo estar, estuvieron estar, ha haber, han haber, habia haber,
    habian haber, hubo haber, hay haber, haya haber, habra haber, tiene tener, tienen tener, tuvo
    tener, tuvieron tener, tenia tener, tenian tener, tendra tener, hace hacer, hacen hacer, hizo
    hacer, hicieron hacer, hara hacer, haran hacer, hacia hacia hacer, dice decir, dicen decir, dijo
    decir, dijeron decir, diciendo decir, dira decir, diran decir, puede poder, pueden poder, pudo
    poder, pudieron poder, podra poder, podran poder, podria poder, podrian poder, quiere querer,
    quieren querer, quiso querer, quisieron querer, pone poner, ponen poner, puso poner, pusieron
    poner, pondra poner, sabe saber, saben saber, supo saber, supieron saber, viene venir, vienen
    venir, vino vino venir, vinieron venir, vendra venir, da dar, dan dar, dio dar, dieron dar, ve
    ver, ven ver, vio ver, vieron ver, murio morir, murieron morir, muere morir, mueren morir,
    muriendo morir, pidio pedir, pidieron pedir, pide pedir, piden pedir, sigue seguir, siguen
    seguir, siguio seguir, siguieron seguir, siguiendo seguir, siguiente siguiente, hirio herir,
    hirieron herir, hiere herir, hieren herir, trae traer, traen traer, trajo traer, trajeron traer,
    cae caer, caen caer, cayo caer, cayeron caer, huye huir, huyen huir, huyo huir, huyeron huir,
    sale salir, salen salir, saldra salir, jovenes joven, gases gas, relojes reloj, luces luz,
    lapices lapiz, cines cine, veces vez, voces voz, cruces cruz, bases base, clases clase, fases
    fase, frases frase, nubes nube, avances avance, alcances alcance, enlaces enlace, dulces dulce,
    principes principe, siria siria sirio, sirias sirio, libia libia libio, libias libio, bosnia
    bosnia bosnio, serbia serbia serbio, palestina palestina palestino, palestinas palestino,
    argentina argentina argentino, argentinas argentino, china china chino, chinas chino, india
    india indio, sedes sede, series serie, especies especie, superficies superficie, planicies
    planicie, clubes club, detalles detalle, intereses interes
    """
)


def spelling(verb: str) -> Iterator[str]:
    """A stem as written before its other vowels (ataque → atacar), and without its diphthong."""
    yield verb
    stem, end = verb[:-2], verb[-2:]
    if end == "ar":
        for written, usual in (("qu", "c"), ("gu", "g"), ("c", "z")):
            if stem.endswith(written):
                stem = stem[: -len(written)] + usual
                yield stem + end
                break
    for diphthong, vowel in (("ie", "e"), ("ue", "o")):
        before, found, after = stem.rpartition(diphthong)
        if found and before and not before.endswith(("q", "g")) and not set(after) & set("aeiou"):
            yield before + vowel + after + end


_GRAMMAR = Grammar(
    fixed=_FIXED,
    forms=_FORMS,
    numbers=Readings(_NUMBERS, shortest=1),
    mates=Readings(MATES),
    pairs=genders(_ADJECTIVES, lambda word: word[:-1] + "a"),
    verbs=Readings(VERBS),
    only_verbs=Readings(ONLY_VERBS),
    spelling=spelling,
    names=_NAMES,
)


def spanish(word: str) -> tuple[str, ...]:
    """The singulars and infinitives that a folded word may be a form of, and its other gender."""
    return _GRAMMAR.keys(word)


LANGUAGES = {"es": Rules(spanish, _GRAMMAR.name_key)}
