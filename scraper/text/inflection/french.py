"""French: number, gender of adjectives, regular verbs."""

from scraper.text.inflection.endings import (
    Grammar,
    Readings,
    genders,
    irregular,
    replacements,
    words,
)
from scraper.text.inflection.rules import Rules

# Folded, -é and -e are one: attaque is attaque and attaqué.
_NUMBERS = replacements(
    """
    s>- ss>ss us>us ais>ais ois>ois is>is aux>al,au eaux>eau eux>eux oux>ou oies>oie as>as cs>c ds>d
    ees>ee ies>ie iers>ier eurs>eur teurs>teur ous>ou tus>tu lus>lu rus>ru nus>nu clus>clu
    """
)
_MATES = replacements(
    """
    ien>ienne ienne>ien euse>eux,eur eux>euse if>ive ive>if al>ale ale>al el>elle elle>el ais>aise
    aise>ais ois>oise oise>ois ier>iere iere>ier ant>ante ante>ant ent>ente ente>ent ain>aine
    aine>ain iste>iste ble>ble ique>ique que>que ee>e eure>eur ieur>ieure eur>euse ite>it duite>duit
    rite>rit aite>ait ert>erte erte>ert uite>uit ic>ique rd>rde rde>rd lu>lue lue>lu tu>tue tue>tu
    """
)
_ADJECTIVES = """
    grand petit vert fort court lourd haut chaud froid mort saint plein vain mauvais gris prochain
    premier dernier etranger leger cher fier entier prive secret complet inquiet discret concret
    blanc franc public turc grec sec frais doux roux faux long ancien bon breton gros gras bas las
    neuf bref vif actif nouveau beau vieux fou mou seul nul gentil noir dur sur pur clair kurde
    arabe hongrois suedois afghan ottoman musulman chretien juif catalan persan interdit ecrit dit
    fait detruit construit conduit produit reduit ouvert couvert offert decouvert souffert prevu vu
    connu inconnu perdu vendu tendu rendu attendu entendu elu abattu battu detenu tenu venu retenu
    obtenu soutenu disparu paru recu voulu couru absolu pendu defendu repandu pris compris surpris
    repris appris mis soumis promis remis commis assis acquis conquis fini uni puni banni subi trahi
    choisi reuni garanti saisi blesse urbain americain africain europeen coreen iraqien latin marin
    masculin feminin clandestin argentin philippin voisin fin divin malin exact direct indirect
    correct suspect strict distinct eteint atteint plaint craint joint militant constant allemand
    marchand second profond rond blond geant lent recent cent muet net coquet sujet idiot droit
    etroit adroit delicat ingrat plat
    """


def _feminine(word: str) -> str:
    if word in _OWN_FEMININES:
        return _OWN_FEMININES[word]
    for ending, instead in (
        ("er", "ere"),
        ("f", "ve"),
        ("eux", "euse"),
        ("ien", "ienne"),
        ("een", "eenne"),
    ):
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    return word + "e"


_OWN_FEMININES = {
    "blanc": "blanche", "franc": "franche", "public": "publique", "turc": "turque",
    "grec": "grecque", "sec": "seche", "frais": "fraiche", "doux": "douce", "roux": "rousse",
    "faux": "fausse", "long": "longue", "bon": "bonne", "breton": "bretonne", "gros": "grosse",
    "gras": "grasse", "bas": "basse", "las": "lasse", "nouveau": "nouvelle", "beau": "belle",
    "vieux": "vieille", "fou": "folle", "mou": "molle", "nul": "nulle", "gentil": "gentille",
    "net": "nette", "muet": "muette", "coquet": "coquette", "malin": "maligne",
}  # fmt: skip

_VERBS = replacements(
    """
    e>er es>er ent>er ee>er ees>er a>er erent>er ait>er,ir,re aient>er,ir,re ant>er,ir,re
    ons>er,ir,re ez>er,ir,re era>er eront>er erait>er eraient>er erez>er erons>er asse>er i>ir is>ir
    it>ir ie>ir ies>ir issent>ir issait>ir issaient>ir issant>ir issons>ir irent>ir,re ira>ir
    iront>ir irait>ir iraient>ir u>re,ir ue>re us>re ues>re ent>re,ir ra>re ront>re rait>re
    raient>re geait>ger geaient>ger geant>ger geons>ger gea>ger cait>cer caient>cer cant>cer ca>cer
    """
)
_ONLY_VERBS = replacements(
    """
    erent>er aient>er erait>er eraient>er eront>er geaient>ger geait>ger gerent>ger issent>ir
    issaient>ir issait>ir iront>ir iraient>ir irent>ir issant>ir geant>ger
    """
)

_FIXED = words(
    """
    abus acces accueil ailleurs alors anglais apres assez assis aupres aussi autres avis avions-s
    bas bois bras brebis bus campus cas cependant ces ceux chaos chez choix colis concours corps
    cours courroux creux croix dans debats-s deces decors-s dedans dehors depens depuis des dessous
    dessus deux dos divers encore enfin envers epoux exces express faux feux-s fils flux fois fonds
    frais francais fracas gars gaz gens gros hors houx ici index irak jadis jaloux jamais jus laos
    las lors lynx mais malgre matelas mauvais mepris mieux moins mois moeurs nez noix nous obus os
    oasis paix palais parcours paris pas pays perdrix permis plus plusieurs poids pois pouls pres
    printemps prix proces processus progres propos puis pus puits radis ras rebours recours refus
    relais remords repas repos rhinoceros rubis sans secours sens souris sous stress succes suis
    surplus sursis talus tapis tas taux temps toujours tous tournevis toux tres trepas trois univers
    velours verglas vers virus vis voix vous cette cet elle elles entre contre outre notre votre
    leur leurs cent comment souvent vent argent moment parent agent client talent ment dent serpent
    couvent evenement gouvernement armement mouvement element document parlement departement
    logement armee annee journee soiree matinee idee musee lycee vallee allee duree pensee arrivee
    assemblee fusee entree rangee trophee europe tournee chaussee mosquee epee poignee londres
    athenes bruxelles cannes nantes rennes lourdes tours arras calais reims orleans versailles
    marseille limoges bourges nimes arles caen dallas texas kansas honduras bahamas hamas lagos
    caracas damas tunis moscou naples algerie tunisie jesus judas thomas lucas nicolas charles
    jacques gilles yves georges jules denis louis francois hermes maldives angers homs carlos aires
    collins richards santos campos seychelles etats maurice andes alpes vosges ardennes pyrenees
    cyprus laurent vincent clement florent
    """
) - {"avions-s", "debats-s", "decors-s", "feux-s"}

_FORMS = irregular(
    """
    yeux oeil, cieux ciel, messieurs monsieur, mesdames madame, travaux travail, vitraux vitrail,
    baux bail, coraux corail, emaux email, soupiraux soupirail, journaux journal, hopitaux hopital,
    tribunaux tribunal, generaux general, animaux animal, chevaux cheval, canaux canal, bateaux
    bateau, reseaux reseau, bureaux bureau, drapeaux drapeau, eaux eau, chateaux chateau, noyaux
    noyau, tuyaux tuyau, joyaux joyau, feux feu, jeux jeu, lieux lieu, enjeux enjeu, aveux aveu,
    neveux neveu, cheveux cheveu, voeux voeu, adieux adieu, dieux dieu, pneus pneu, bleus bleu,
    bijoux bijou, genoux genou, cailloux caillou, choux chou, hiboux hibou, lois loi, rois roi,
    emplois emploi, tournois tournoi, convois convoi, envois envoi, parois paroi, renvois renvoi,
    effrois effroi, essais essai, delais delai, balais balai, vrais vrai, gais gai, geais geai,
    etais etai etre, mars mars, amis ami, ennemis ennemi, partis parti partir, abris abri, defis
    defi, cris cri, appuis appui, profits profit, oublis oubli, kurdis kurdi, iraquis iraqui,
    houthis houthi, saoudis saoudi, taxis taxi, skis ski, alibis alibi, maquis maquis, outils outil,
    tissus tissu, elus elu, individus individu, revenus revenu, menus menu, detenus detenu, inconnus
    inconnu, tribus tribu, contenus contenu, statuts statut, clous clou, trous trou, fous fou,
    verrous verrou, sous sous, cous cou, voyous voyou, agendas agenda, cameras camera, operas opera,
    visas visa, dramas drama, mafias mafia, pandas panda, medias media, opiniatres opiniatre, etats
    etat, combats combat, attentats attentat, tue tue tuer, tues tue tuer, tuee tue tuer, tuees tue
    tuer, tuent tuer, tuait tuer, tuaient tuer, tua tuer, tuerent tuer, tuant tuer, tuera tuer,
    tueront tuer, est etre, sont etre, etait etre, etaient etre, fut etre, furent etre, ete ete
    etre, etant etre, sera etre, seront etre, serait etre, seraient etre, soit etre, soient etre,
    ont avoir, avait avoir, avaient avoir, eut avoir, eurent avoir, aura avoir, auront avoir, va
    aller, vont aller, alle aller, ira aller, iront aller, font faire, fait faire fait, faisait
    faire, faisaient faire, fit faire, firent faire, fera faire, feront faire, dit dire dit, disent
    dire, disait dire, peut pouvoir, peuvent pouvoir, pouvait pouvoir, pouvaient pouvoir, pourra
    pouvoir, pourront pouvoir, veut vouloir, veulent vouloir, voulait vouloir, doit devoir, doivent
    devoir, devait devoir, prend prendre, prennent prendre, prit prendre, prirent prendre, pris pris
    prendre, prise prise pris prendre, prises prise pris prendre, met mettre, mettent mettre, mit
    mettre, mirent mettre, mis mis mettre, tient tenir, tiennent tenir, tenu tenu tenir, vient
    venir, viennent venir, venu venu venir, voit voir, voient voir, vu vu voir, vue vue vu voir,
    mort mort mourir, morts mort mourir, morte mort mourir, meurt mourir, meurent mourir, mourut
    mourir, ouvre ouvrir, ouvrent ouvrir, ouvert ouvert ouvrir
    """
)

_GRAMMAR = Grammar(
    fixed=_FIXED,
    forms=_FORMS,
    numbers=Readings(_NUMBERS, shortest=2),
    mates=Readings(_MATES),
    pairs=genders(_ADJECTIVES, _feminine),
    verbs=Readings(_VERBS),
    only_verbs=Readings(_ONLY_VERBS),
)


def french(word: str) -> tuple[str, ...]:
    """The singulars and infinitives that a folded word may be a form of, and its other gender."""
    return _GRAMMAR.keys(word)


LANGUAGES = {"fr": Rules(french)}
