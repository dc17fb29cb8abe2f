"""Portuguese: number, gender of adjectives, regular verbs."""

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
    as>a os>o es>e is>is us>us ss>ss oes>ao aes>ao aos>ao eis>el,il ais>al ois>ol uis>ul ns>m
    res>r,re zes>z,ze ses>s,se ares>ar ores>or eres>er,ere ires>ir eses>es,ese ases>as,ase
    oses>os,ose ises>is,ise uses>us,use tres>tre dres>dre bres>bre gres>gre pres>pre vres>vre
    lis>lil bs>b cs>c ds>d fs>f gs>g ks>k ls>l ms>m ps>p rs>r ts>t eias>eia leis>lei reis>rei
    """
)
_MATES = replacements(
    o_and_a(
        """
    ad id ud os iv ic fic an en un ari ori eir ent und ei ct iet ert ism ist agr ult oriz
    ust ens ur it rt
    """
    )
    + " or>ora ora>or es>esa esa>es ol>ola ola>ol eu>eia eia>eu"
)
_ADJECTIVES = """
    novo velho alto baixo vermelho preto negro branco amarelo longo curto cheio russo turco curdo
    sueco polaco grego checo croata cubano proprio outro muito pouco todo tanto mesmo ultimo unico
    publico justo duro puro raro caro barato largo estreito rapido pleno limpo fresco frio seco belo
    feio louco doente rico falso certo distinto vasto lento intimo maximo minimo proximo legitimo
    maritimo esquerdo direito gordo surdo mudo cego tonto morto ferido preso catolico latino
    masculino feminino clandestino marinho vizinho serio feito dito medio judeu
    """

_VERBS = replacements(
    """
    em>ar am>er,ir ei>ar amos>ar aste>ar este>er iste>ir avas>ar avamos>ar ias>er,ir iamos>er,ir
    aras>ar eras>er iras>ir aremos>ar eremos>er iremos>ir ariamos>ar eriamos>er iriamos>ir arias>ar
    erias>er irias>ir asses>ar esses>er isses>ir assemos>ar armos>ar ermos>er irmos>ir ares>ar
    eres>er arei>ar erei>er irei>ir arem>ar erem>er irem>ir a>ar am>ar ou>ar eu>er iu>ir e>er,ir
    em>er,ir as>ar es>er,ir amos>ar emos>er imos>ir ado>ar ada>ar ados>ar adas>ar ido>er,ir
    ida>er,ir idos>er,ir idas>er,ir ava>ar avam>ar ia>er,ir iam>er,ir aram>ar eram>er iram>ir
    ando>ar endo>er indo>ir ara>ar arao>ar era>er erao>er ira>ir irao>ir aria>ar ariam>ar eria>er
    eriam>er iria>ir iriam>ir asse>ar assem>ar esse>er essem>er isse>ir issem>ir arem>ar erem>er
    irem>ir
    """
)
_ONLY_VERBS = replacements(
    """
    ou>ar am>ar avam>ar aram>ar eram>er iram>ir ando>ar endo>er indo>ir iam>er,ir arao>ar erao>er
    irao>ir ariam>ar eriam>er iriam>ir assem>ar essem>er issem>ir arem>ar
    """
)

_FIXED = words(
    """
    agora ainda alem alguem algum ambos ante antes apenas apos aquela aquele aquilo assim ate atras
    atraves bem cada caos com como contra crise depois desde deus dois duas durante ela ele entao
    entre essa esse esta este fora hoje homem imagem isso isto jovem lapis longe mais margem mas
    menos muito nada nem ninguem nuvem nunca onde ontem onibus ordem origem outrem para perante
    pires pois porem porque quais qual quando quase que quem sem sempre sob sobre talvez tambem
    tanto tras tres tudo vantagem viagem virgem virus voce mando bando comando contrabando segundo
    mundo fundo profundo lindo oriundo dividendo amanda miranda armando fernando orlando hernando
    rolando acores alpes andes atenas bahamas bruxelas caracas cannes carlos dallas damasco elias
    filipinas goias hamas honduras israel jonas judas kansas lagos lisboa londres lucas maldivas
    malvinas manaus marcos moscou campinas moises nicolas paris pelotas texas tomas
    """
)
_NAMES = words(
    """
    aguas barreiras canoas claros dourados esmeraldas lagoas montes alves antilhas campinas campos
    dias dores emirados estados fernandes gerais gomes goncalves guimaraes lopes mendes minas moraes
    nacoes neves nunes palmas pires ramos reis rodrigues salinas santos soares tavares torres unidos
    vargas paises
    """
)

_FORMS = in_es(
    """
    frances ingles portugues japones chines irlandes holandes escoces noruegues finlandes
    islandes libanes sudanes congoles senegales marques burgues genoves milanes tailandes maltes
    ruandes neozelandes taiwanes gales polones
    """
) | irregular(
    """
    morto morto morrer matar, morta morto morrer, mortos morto morrer, mortas morto morrer, feito
    feito fazer, feita feito fazer, dito dito dizer, visto ver, vista vista ver, escrito escrito
    escrever, posto posto por, aberto aberto abrir, coberto coberto cobrir, preso preso prender, sao
    ser, era ser era, eram ser, foram ser ir, sido ser, sendo ser, sera ser, serao ser, seria ser,
    seja ser, sejam ser, vai ir, vao ir, ido ir, indo ir, esta estar esta, estao estar, estava
    estar, estavam estar, esteve estar, estiveram estar, havia haver, houve haver, ha haver, tem
    ter, tinha ter, tinham ter, teve ter, tiveram ter, tera ter, terao ter, faz fazer, fazem fazer,
    fez fazer, fizeram fazer, fara fazer, farao fazer, diz dizer, dizem dizer, disse dizer, disseram
    dizer, dira dizer, pode poder, podem poder, podia poder, puderam poder, podera poder, poderao
    poder, querem querer, quis querer, poe por, poem por, pos por, puseram por, sabe saber, sabem
    saber, soube saber, vem vir, veio vir, vieram vir, vira vir virar, da dar, dao dar, deu dar,
    deram dar, ve ver, veem ver, viu ver, viram ver, siria siria sirio, sirias sirio, libia libia
    libio, bosnia bosnia bosnio, servia servia servio, palestina palestina palestino, palestinas
    palestino, argentina argentina argentino, argentinas argentino, india india indio, nossas nosso,
    nossos nosso, suas seu, sua seu, seus seu, quer querer, maos mao, mao mao, irmaos irmao,
    cidadaos cidadao, orgaos orgao, orfaos orfao, cristaos cristao, bencaos bencao, sotaos sotao,
    paes pao, caes cao, alemaes alemao, capitaes capitao, paises pais, pais pais pai, fosseis
    fossil, misseis missil, repteis reptil, faceis facil, dificeis dificil, uteis util, inuteis
    inutil, projeteis projetil, frageis fragil, texteis textil, volateis volatil, moveis movel,
    imoveis imovel, niveis nivel, tuneis tunel, quarteis quartel, papeis papel, hoteis hotel,
    coroneis coronel, bens bem, homens homem, ordens ordem, jovens jovem, meses mes, mes mes, lei
    lei, leis lei, rei rei, reis rei, ingleses ingles, franceses frances, bases base, fases fase,
    frases frase, crises crise, teses tese, doses dose, classes classe, males mal, consules consul,
    mas mas, quaisquer qualquer, boa bom boa, boas bom, bons bom, ma mau, maus mau, crista cristao,
    alema alemao, irma irma irmao
    """
)


def spelling(verb: str) -> Iterator[str]:
    """A verb's stem as it is written before the a of its infinitive: ataquei → atacar."""
    yield verb
    if verb.endswith(("quar", "guar")):
        yield verb[:-4] + ("car" if verb[-4] == "q" else "gar")


_GRAMMAR = Grammar(
    fixed=_FIXED,
    forms=_FORMS,
    numbers=Readings(_NUMBERS, shortest=1),
    mates=Readings(_MATES),
    pairs=genders(_ADJECTIVES, lambda word: word[:-1] + "a"),
    verbs=Readings(_VERBS),
    only_verbs=Readings(_ONLY_VERBS),
    spelling=spelling,
    names=_NAMES,
)


def portuguese(word: str) -> tuple[str, ...]:
    """The singulars and infinitives that a folded word may be a form of, and its other gender."""
    return _GRAMMAR.keys(word)


LANGUAGES = {"pt": Rules(portuguese, _GRAMMAR.name_key)}
