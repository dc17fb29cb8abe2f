"""Catalan: number, gender of adjectives, regular verbs."""

from scraper.text.inflection.endings import (
    Grammar,
    Readings,
    genders,
    irregular,
    replacements,
    words,
)
from scraper.text.inflection.rules import Rules

# The middle dot of l·l parts words before they come here.
_NUMBERS = replacements(
    """
    s>- ss>ss es>a,e ques>ca,que gues>ga,gue ces>ca,ce ges>ja,ge itges>itge gues>gua,ga ns>-,n
    rns>rn ans>a,an ens>e,en ins>i,in ons>o,on uns>u,un ants>ant ents>ent onts>ont os>os sos>s,so
    ssos>s,sso cos>c,co tos>t,to gos>g,go dos>d,do xos>ix,x,xo aus>au eus>eu ius>iu ous>ou ius>iu
    us>us is>i,is as>as
    """
)
_MATES = replacements(
    """
    at>ada ada>at it>ida ida>it ut>uda uda>ut os>osa osa>os iu>iva iva>iu ic>ica ica>ic al>ala
    ant>anta ent>enta enta>ent ari>aria aria>ari or>ora ora>or es>esa esa>es ana>a ena>e ina>i
    er>era era>er ist>ista eu>ea ea>eu ect>ecta ecta>ect act>acta acta>act ert>erta erta>ert ur>ura
    ura>ur ist>ista
    """
)
_ADJECTIVES = "petit mort alt baix nou bo roig negre blanc llarg curt ple rus xines turc kurd"
_OWN_FEMININES = {
    "nou": "nova", "bo": "bona", "roig": "roja", "negre": "negra", "llarg": "llarga",
    "ple": "plena", "xines": "xinesa", "blanc": "blanca",
}  # fmt: skip

_VERBS = replacements(
    """
    em>ar,re,er,ir eu>ar,re,er,ir es>ar is>ar,re,ir in>ar,re,ir i>ar,re im>ir iu>ir ixen>ir
    aves>ar avem>ar aveu>ar ies>er,re,ir iem>er,re,ir ieu>er,re,ir ares>ar arem>ar areu>ar are>ar
    aras>ar eras>er eres>er ire>ir iras>ir irem>ir ireu>ir arien>ar aries>ar ariem>ar ariau>ar
    essis>ar,re essin>ar,re essim>ar essiu>ar essiu>ar issis>ir issin>ir eixo>ir eixes>ir eixi>ir
    eixin>ir eixis>ir ra>re ran>re rem>re reu>re ras>re ria>re rien>re ries>re riem>re riu>re
    aria>ar iria>ir irien>ir iries>ir ai>ar arem>ar
        a>ar en>ar,re,er,ir e>ar o>ar at>ar ats>ar ada>ar ades>ar ut>re,er uda>re,er uts>re,er
    udes>re,er it>ir ida>ir its>ir ides>ir ava>ar aven>ar ia>er,re,ir ien>er,re,ir ant>ar ent>er,re
    int>ir ara>ar aran>ar era>er iran>ir ira>ir aria>ar arien>ar iria>ir irien>ir eix>ir eixen>ir
    aren>ar iren>ir quen>car ques>car
    """
)
_ONLY_VERBS = replacements("ava>ar aven>ar aran>ar iran>ir arien>ar irien>ir eixen>ir")

_FIXED = words(
    """
    abans aixi alguns altres amb aquest aquesta aquell ara cap cas caos com contra crisi cada dels
    despres dins dos dues durant els encara entre enten fins fora gens gracies mai malgrat menys
    mentre mes molt nomes nosaltres pais per pero perque que quan quant res segons sense sempre
    sobre sota tal tambe tant tots tres tesi virus vosaltres ens temps cos bus gas pols pes paris
    londres atenes brusselles caracas honduras bahames hamas lagos texas kansas dallas lleida girona
    tarragona barcelona carles lluis marcus lucas nicolas andreu jordi
    """
)
_FORMS = irregular(
    """
    frances frances francesa, francesos frances, llengues llengua, ostatges ostatge, missatges
    missatge, viatges viatge, personatges personatge, trens tren, tren tren, ulls ull, anys any,
    mans ma, homes home, joves jove, paisos pais, casos cas, cossos cos, temps temps, mesos mes,
    peus peu, morts mort morir, morta mort morir, mort mort morir, fet fet fer, feta fet fer, fets
    fet fer, dit dir dit, vist veure, vista vista veure, es ser, son ser, era ser era, eren ser, fou
    ser, foren ser, estat estat ser estar, sera ser, seran ser, te tenir, tenen tenir, tenia tenir,
    ha haver, han haver, havia haver, va anar, van anar, fa fer, fan fer, feia fer, diu dir, diuen
    dir, pot poder, poden poder, vol voler, volen voler
    """
)

_CATALAN = Grammar(
    fixed=_FIXED,
    forms=_FORMS,
    numbers=Readings(_NUMBERS, shortest=2),
    mates=Readings(_MATES),
    pairs=genders(_ADJECTIVES, lambda word: _OWN_FEMININES.get(word, word + "a")),
    verbs=Readings(_VERBS),
    only_verbs=Readings(_ONLY_VERBS),
)


def catalan(word: str) -> tuple[str, ...]:
    """The singulars and infinitives that a folded word may be a form of, and its other gender."""
    return _CATALAN.keys(word)


LANGUAGES = {"ca": Rules(catalan)}
