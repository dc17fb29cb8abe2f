"""German: number and case of nouns, adjectives, regular verbs and the usual strong participles.

Folding has taken the umlaut away, so Stadt and Städte share their stem, as do many words that
have nothing to do with one another: what may be taken away is told by what remains. -er is taken
from adjectives and from the closed class of nouns with such a plural (Häuser), never from those
who do something (Arbeiter, Täter, Kämpfer). Nothing tells whether a word in -e is a plural
(Angriffe) or not (Rakete): a query's noun stands for itself, and a text's noun answers to its
plural as well.
"""

import re

from scraper.text.inflection.endings import Readings, irregular, replacements, words
from scraper.text.inflection.english_words import NAMES
from scraper.text.inflection.rules import Rules

_SHORTEST = 4
_SHORTEST_STEM = 3

# Plurals in -er, by the end of the singular, so that compounds are read too.
_PLURALS_IN_ER = (
    "amt", "bad", "band", "bild", "blatt", "brett", "buch", "dach", "denkmal", "ding", "dorf",
    "fach", "fass", "feld", "geist", "geld", "geschlecht", "gesicht", "gespenst", "gewand", "glas",
    "glied", "gott", "grab", "gras", "gut", "haupt", "haus", "hemd", "holz", "horn", "huhn", "kalb",
    "kind", "kleid", "korn", "kraut", "lamm", "land", "leib", "licht", "lid", "lied", "loch",
    "mahl", "mann", "maul", "nest", "rad", "rand", "regiment", "reichtum", "rind", "schild",
    "schloss", "schwert", "spital", "strauch", "tal", "tuch", "tum", "volk", "vormund", "wald",
    "weib", "wort", "wurm",
)  # fmt: skip

# With -er, these are persons.
_INHABITED = (
    "ausland", "inland", "england", "schottland", "holland", "irland", "island", "finland",
    "gronland", "neuseeland", "thailand", "rheinland", "niederland", "saarland", "friesland",
    "estland", "lettland", "osterreich", "frankreich", "schaft", "eigentum",
)  # fmt: skip

_PLURALS = Readings(
    replacements(
        """
        e>en el>eln er>ern in>innen,ine nis>nisse,nissen ium>ien ung>ungen heit>heiten keit>keiten
        schaft>schaften ion>ionen tat>taten au>auen,aus en>en em>em es>es a>as i>is o>os u>us y>ys
        """
    ),
    shortest=1,
)
_SINGULARS = Readings(
    replacements("innen>in nisse>nis nissen>nis nisses>nis ien>ie,ium ern>er eln>el"), shortest=1
)

_NO_ADJECTIVES = (*_INHABITED, "verhaft")

# Ends of adjectives and participles, which take -e -en -em -er -es.
_ADJECTIVE_ENDS = (
    "isch", "lich", "ig", "bar", "sam", "haft", "los", "voll", "iv", "ell", "end", "iert", "abel",
    "frei", "reich", "wert", "deutsch", "arm", "jahrig", "weit", "fertig", "ianisch",
)  # fmt: skip
_ADJECTIVES = words(
    """
    alt arm bekannt bereit besonder blau blind bos braun breit bunt deutsch dicht dick dritt dumm
    dunn dunkl echt eng ernst erst falsch faul fein fern fest feucht flach frech frei fremd frisch
    froh fruh ganz gar geheim gelb genau gering gesamt geschlossen gesund getotet gewiss glatt
    gleich grau grob gross grun gut halb hart heiss hell hoch hoh hubsch jung kahl kalt klar klein
    klug knapp krank kurz lahm lang laut leer leicht leis letzt lieb link locker mild mittler modern
    mud nachst nah nass nett neu nieder ober orang privat radikal rasch rau recht reich reif rein
    rot rund ruhig sanft satt sauber scharf schlank schlecht schlimm schmal schnell schon schrag
    schwach schwarz schwer sicher spat spitz stark steil still stolz streng stumm stumpf suss teuer
    tief tot total trocken trub ubel unter verletzt viert voll wach wahr warm weich weiss weit wert
    wichtig wild zahm zart zivil zweit central zentral national international regional lokal sozial
    liberal illegal legal global brutal fatal normal final formal federal nuklear militar humanitar
    extrem konkret komplett korrekt direkt perfekt exakt intakt verdeckt bewaffnet vermisst
    verurteilt verhaftet verwundet beteiligt zerstort besetzt gesucht gezielt geplant gefahrlich
    interessant relevant prominent intelligent konsequent transparent permanent dezent
    """
)
_ADJECTIVE_ENDINGS = ("em", "en", "er", "es", "e")

# Participles of strong verbs, by their end, and their infinitives; prefixes stay in front.
_STRONG = dict(
    pair.split(":")
    for pair in """
    gegriffen:greifen geschossen:schiessen gestorben:sterben geflohen:fliehen gefallen:fallen
    geworfen:werfen genommen:nehmen gegeben:geben gesprochen:sprechen gebrochen:brechen
    getroffen:treffen gestochen:stechen geschlagen:schlagen getragen:tragen gefahren:fahren
    geladen:laden gehalten:halten gelassen:lassen geraten:raten gerufen:rufen gelaufen:laufen
    gestossen:stossen geblieben:bleiben geschrieben:schreiben getrieben:treiben gestiegen:steigen
    geschwiegen:schweigen gewiesen:weisen gerissen:reissen gestritten:streiten gelitten:leiden
    geschnitten:schneiden getreten:treten gelesen:lesen gesehen:sehen gegessen:essen gesessen:sitzen
    gebeten:bitten gelegen:liegen gekommen:kommen gestohlen:stehlen geholfen:helfen gefunden:finden
    gebunden:binden gesunken:sinken gesprungen:springen gezwungen:zwingen gedrungen:dringen
    gewonnen:gewinnen begonnen:beginnen geflogen:fliegen gezogen:ziehen gebogen:biegen
    geschoben:schieben geboten:bieten gegangen:gehen gestanden:stehen gefangen:fangen gewesen:sein
    geworden:werden gehangen:hangen verloren:verlieren geschlossen:schliessen gegossen:giessen
    gebracht:bringen gedacht:denken gekannt:kennen genannt:nennen gebrannt:brennen gerannt:rennen
    gesandt:senden gewandt:wenden gewusst:wissen getan:tun gehoben:heben geschworen:schworen
    entschieden:entscheiden unterschieden:unterscheiden verschwunden:verschwinden
    """.split()  # noqa: SIM905 - a table reads best as a text
)

# ausgesetzt and auszusetzen → aussetzen, ausgebildet → ausbilden
_SEPARABLE = re.compile(
    r"(ab|an|auf|aus|bei|ein|fest|fort|frei|her(?:aus|ein)?|hin(?:aus|ein)?|los|mit|nach|nieder|um|vor"
    r"|vorbei|weg|weiter|wieder|zu|zuruck|zusammen)(?:ge(\w{2,}?)e?t|zu(\w{2,}en))"
)

# erschossen → erschiessen
_PREFIXED = re.compile(r"(be|durch|ent|er|miss|uber|um|unter|ver|wider|zer)(\w+)")
# tötet, tötete, fordert, forderte, gefordert: an e stands after d and t only
_REGULAR = re.compile(r"(\w*?[dt](?=et)|\w{3,}?)(?:e?t|e?te[nt]?)")

_SHORT_INFINITIVE = re.compile(r"[^i]e[lr]$")  # fordern, handeln, but bombardieren

_DECLINED = re.compile(r"(?<=en)e[mnrs]?$")  # geschlossenes

# They have no ending but the genitive's s.
_PLAIN_NAMES = (
    words(
        """
    aachen baden bremen dresden emden essen giessen gottingen hannover hessen kempten munchen
    munster polen preussen sachsen siegen solingen schweden solothurn tubingen verden norwegen dubai
    agypten indien syrien spanien italien rumanien belgien albanien kroatien serbien bosnien libyen
    iran israel libanon irak jemen tunesien algerien jordanien armenien georgien slowenien
    indonesien australien brasilien argentinien kolumbien bolivien katalonien bayern luzern bern
    paris hamas texas kansas dallas honduras bahamas cannes athen rom lagos mars ares hermes moses
    jens hans klaus lars thomas jonas lukas markus niklas tobias andreas matthias elias nils andrea
    anna anne ann frank georg george jan jane jean jones steve steven tim times johannes peters
    petersen hansen jansen merkel scholz seehofer steinmeier schroder schroeder schulz kohl adenauer
    weber muller fischer wagner becker schneider meyer meier bauer koch
    """
    )
    | NAMES
)
_FIXED = _PLAIN_NAMES | words(
    """
    aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes
    auch auf aus bei beide beiden beim bereits bis da dabei daher dann darauf das dass davon dazu
    dein deine dem den denen denn der deren des dessen dich die dies diese diesem diesen dieser
    dieses doch dort durch eben ehe ein eine einem einen einer eines einige einigen entlang er erst
    es etwa etwas euch euer eure fast fur ganz gegen genau gerade gern hatte hatten habe haben hat
    her heute hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im immer in innen
    ins ist jede jedem jeden jeder jedes jener jetzt kann kaum kein keine keinem keinen keiner lange
    links man manche mehr mein meine mich mir mit morgen muss nach nachdem neben nein nicht nichts
    nie noch nun nur ob oben oder ohne oft rechts samt schon sehr seid sein seine seinem seinen
    seiner seines seit seite selbst sich sie sind so sobald sogar solche soll sollen sollte sondern
    sonst sowie statt stets trotz uber uberall um und uns unser unsere unten unter viel viele vielen
    vom von vor wahrend wann war warum westen osten norden suden binnen drin acht was weder wegen
    weil weise welche welcher wem wen wenig wenige wenn wer werden wie wieder will wir wird wo wohl
    worden wurde wurden zu zum zur zwar zwei drei vier funf sechs sieben neun zehn zwischen
    """
) - {"seite", "weise", "lange"}
# Adjectives that are persons as well: as a name typed, they are those (Tote), and decline.
_PERSONS = words(
    """
    tot verletzt vermisst verurteilt verhaftet verwundet beteiligt getotet krank deutsch bewaffnet
    """
)

# Nouns in -e, or with a plural in -en, whose stem is another word; they do not lose their -e.
_KEEP_E = words(
    """
    bande seite weise kohle ware wache reihe reife stelle liebe frage lage sage rate karte decke
    ecke ehe ende erde ebene nahe ruhe mitte note kasse masse rasse klasse rolle halle tasse truppe
    gruppe kette route miete minute wette watte ratte platte hutte messe presse adresse wende winde
    wunde runde stunde sekunde hunde kunde linde rinde binde blende legende spende flanke flotte
    grenze kirche leiche sache sprache woche rache suche kuche buche dusche tasche asche flasche
    masche marsche welle quelle zelle stille hulle mulle rille wille villa leine biene miene schiene
    mine mane bohne sahne fahne zone krone kanone bluse hose rose dose nase base vase phase wiese
    wiege waage hilfe waffe affe pfeife seife taufe schleife strafe sorge folge felge klage plage
    anlage zulage auflage ablage beilage einlage grundlage ausgabe angabe abgabe aufgabe gabe habe
    probe grube stube taube haube traube breite weite seide weide scheide heide freude gebaude
    gemeinde achse hexe taxe borse ferse verse tonne sonne wanne kanne herde pferde beschwerde
    gebarde barde garde marke werke starke maske flocke glocke brucke lucke mucke socke locke zecke
    strecke hecke rente ente tante kante summe stimme flamme dame name samen reklame aufnahme
    ausnahme massnahme einnahme teilnahme festnahme annahme schule spule kehle seele aktie linie
    familie serie partie hohe grosse lange tiefe kalte hitze spitze stutze pfutze mutze katze tatze
    fratze
    """
) - words("hunde verse werke villa pferde mitte samen gebaude")

_FORMS = irregular(
    """
    zentren zentrum, museen museum, daten daten datum, themen thema, firmen firma, konten konto,
    dramen drama, viren virus, busse bus busse, bussen bus busse, risiken risiko, kommata komma,
    atlanten atlas, globen globus, kakteen kaktus, pizzen pizza, villen villa, fakten fakt,
    materialien material, mineralien mineral, reptilien reptil, prinzipien prinzip, fossilien
    fossil, leute leute, leuten leute, herren herr, herrn herr, menschen mensch, menschens mensch,
    ist sein, sind sein, war sein, waren sein, gewesen sein, wird werden, wurde werden, wurden
    werden, hat haben, hatte haben, hatten haben, gehabt haben, kann konnen, konnte konnen, konnten
    konnen, will wollen, wollte wollen, wollten wollen, muss mussen, musste mussen, mussten mussen,
    starb sterben, starben sterben, stirbt sterben, schoss schiessen, schossen schiessen, floh
    fliehen, flohen fliehen, griffen griff griffe greifen, sprach sprechen, sprachen sprache
    sprechen, traf treffen, trafen treffen, fiel fallen, fielen fallen, nahm nehmen, nahmen nehmen,
    nimmt nehmen, gab geben, gaben geben gabe, gibt geben, kam kommen, kamen kommen, ging gehen,
    gingen gehen, stand stand stehen, standen stehen, sah sehen, sahen sehen, sieht sehen, liess
    lassen, liessen lassen, lasst lassen, hielt halten, hielten halten, half helfen, halfen helfen,
    hilft helfen, verlor verlieren, verloren verlieren verloren, gewann gewinnen, gewannen gewinnen,
    begann beginnen, begannen beginnen, schlug schlagen, schlugen schlagen, schlagt schlagen, trug
    tragen, trugen tragen, fuhr fahren, fuhren fahren, brach brechen, brachen brechen, bricht
    brechen, warf werfen, warfen werfen, wirft werfen, zog ziehen, zogen ziehen, flog fliegen,
    flogen fliegen, blieb bleiben, blieben bleiben, schrieb schreiben, schrieben schreiben, rief
    rufen, riefen rufen, brachte bringen, brachten bringen, dachte denken, nannte nennen, nannten
    nennen, haft haft, planeten planet, warten warten, fahrten fahrt, leichten leicht leichte,
    markte markte markt, markten markt markte, waren waren ware sein, angriff angriff angriffe,
    angriffe angriffe angriff, angriffen angriff angriffe angreifen
    """
)


def german(word: str) -> tuple[str, ...]:
    """The word, and what it is a plural, a case, an adjective's or a verb's form of."""
    if (forms := _FORMS.get(word)) is not None:
        return tuple(dict.fromkeys((*forms, word)))
    if len(word) < _SHORTEST_STEM or word in _FIXED:
        return (word,)
    found = [*_participle(word), word, *_plurals(word)]
    if len(word) >= _SHORTEST:
        adjective = _adjective(word)
        found += [*adjective, *_noun(word), *_verb(word)]
        if adjective and (word[-1] in "mrs" or adjective[0].endswith(_ADJECTIVE_ENDS)):
            found.insert(0, adjective[0])  # no noun or verb ends so
    kept = [one for one in found if len(one) >= _SHORTEST_STEM and one not in _FIXED]
    if word[:-1] in _PLAIN_NAMES and word.endswith("s") and word[-2] != "s":
        kept.insert(0, word[:-1])  # Iraks
    return tuple(dict.fromkeys(kept))


def _plurals(word: str) -> list[str]:
    """The plurals that a dictionary form may have."""
    if told := _PLURALS.first_of(word):
        return told
    plurals = [] if word + "e" in _KEEP_E else [word + "e", word + "en"]
    in_er = word.endswith(_PLURALS_IN_ER) and not word.endswith(_INHABITED)
    return [*plurals, word + "er"] if in_er else plurals


def _adjective(word: str) -> list[str]:
    """The stem of a declined adjective or participle, and its form in -e."""
    for ending in _ADJECTIVE_ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or stem.endswith(_NO_ADJECTIVES):
            continue
        if stem in _ADJECTIVES or stem.endswith(_ADJECTIVE_ENDS):
            return [stem, stem + "e"]
    return []


def _noun(word: str) -> list[str]:
    """The singulars that a noun's ending leaves."""
    if told := _SINGULARS.first_of(word):
        return [*told, *_without_er(word[:-1])]
    if word.endswith("en"):
        return [word[:-1]] if word[:-1] in _KEEP_E else [word[:-1], word[:-2]]
    if word.endswith("e"):
        return [] if word in _KEEP_E else [word[:-1]]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return [word[:-1], word[:-2]] if word.endswith("es") else [word[:-1]]
    return _without_er(word)


def _without_er(word: str) -> list[str]:
    if not word.endswith("er"):
        return []
    singular = word[:-2]
    plural = singular.endswith(_PLURALS_IN_ER) and not singular.endswith(_INHABITED)
    return [singular] if plural else []


def _participle(word: str) -> list[str]:
    """The infinitive of a strong participle, declined or not."""
    word = _DECLINED.sub("", word)
    for size in range(min(len(word), 12), 5, -1):
        if (infinitive := _STRONG.get(word[-size:])) is not None:
            return [word[:-size] + infinitive]
    if (prefixed := _PREFIXED.fullmatch(word)) and "ge" + prefixed[2] in _STRONG:
        return [prefixed[1] + _STRONG["ge" + prefixed[2]]]
    return []


def _verb(word: str) -> list[str]:
    """The infinitives of a regular verb's present, past and participle."""
    if separable := _SEPARABLE.fullmatch(word):
        prefix, stem, infinitive = separable.groups()
        return [prefix + infinitive] if infinitive else [prefix + stem + "en"]
    regular = _REGULAR.fullmatch(word)
    if regular is None:
        return []
    stems = [regular[1]]
    if stems[0].startswith("ge") and len(stems[0]) > 4:
        stems.append(stems[0][2:])
    return [stem + ("n" if _SHORT_INFINITIVE.search(stem) else "en") for stem in stems]


def german_name(word: str) -> str:
    """A word typed with a capital: Neuer is a name as well as new, so it stands for itself.

    Toter is no name: it is found by, and finds, its other forms.
    """
    stem = german(word)[0]
    if stem in _PERSONS and word != stem:
        return stem + "e"
    return word if stem in _ADJECTIVES else stem


LANGUAGES = {"de": Rules(german, german_name)}
