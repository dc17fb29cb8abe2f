"""Words that the rules of English would read wrongly: its irregular forms, and what looks like one.

Written by hand, and completed from what the rules missed and merged on lists of English forms
(docs/decisions/inflection.md). Lists of words are texts here, to be read and added to easily.
"""

from scraper.text.inflection.endings import irregular, words

# Plurals, and words in -s that are also a verb's form.
IRREGULAR_NOUNS: dict[str, tuple[str, ...]] = irregular(
    """
    men man, women woman, children child, feet foot, teeth tooth, geese goose, mice mouse, lice
    louse, oxen ox, dice die, brethren brother, came come, sat sit, got get, gotten get, putting
    put, putts putt, wives wife, knives knife, lives life live, thieves thief thieve, halves half
    halve, wolves wolf, shelves shelf shelve, calves calf calve, loaves loaf, hooves hoof, scarves
    scarf, elves elf, selves self, leaves leaf leave, dwarves dwarf, wharves wharf, sheaves sheaf,
    housewives housewife, midwives midwife, bookshelves bookshelf, penknives penknife, beliefs
    belief, staves staff stave, themselves themselves, ourselves ourselves, yourselves yourselves,
    crises crisis, analyses analysis analyse, bases base basis, theses thesis, hypotheses
    hypothesis, diagnoses diagnosis diagnose, emphases emphasis, oases oasis, parentheses
    parenthesis, synopses synopsis, axes axe axis, psychoses psychosis, neuroses neurosis, prognoses
    prognosis, metastases metastasis, paralyses paralysis paralyse, syntheses synthesis, antitheses
    antithesis, nemeses nemesis, catharses catharsis, ellipses ellipsis ellipse, testes testis,
    phenomena phenomenon, criteria criterion, automata automaton, bacteria bacterium, curricula
    curriculum, memoranda memorandum, referenda referendum, addenda addendum, millennia millennium,
    strata stratum, ova ovum, errata erratum, symposia symposium, stadia stadium, consortia
    consortium, alumni alumnus, cacti cactus, fungi fungus, nuclei nucleus, radii radius, stimuli
    stimulus, syllabi syllabus, foci focus, loci locus, bacilli bacillus, larvae larva, formulae
    formula, vertebrae vertebra, antennae antenna, alumnae alumna, algae alga, indices index,
    appendices appendix, matrices matrix, vertices vertex, vortices vortex, plateaux plateau,
    bureaux bureau, chateaux chateau, tableaux tableau, gateaux gateau, beaux beau, gases gas gase,
    lenses lens, biases bias, canvases canvas, atlases atlas, aliases alias, irises iris, trellises
    trellis, metropolises metropolis, penises penis, pancreases pancreas, quizzes quiz, quizzed
    quiz, quizzing quiz, gassed gas, gassing gas, buses bus, busses bus bus, passersby passerby,
    maxima maximum, minima minimum, kibbutzim kibbutz, mujahideen mujahid, mps mp, pms pm, tvs tv,
    pcs pc, ads ad, cvs cv, vps vp, gps gp, dvds dvd, rpgs rpg, ufos ufo, eyes eye, byes bye, ayes
    aye
    """
)

# A form, and what it may be a form of, the likeliest first.
IRREGULAR = IRREGULAR_NOUNS | irregular(
    """
    am be, is be, are be, was be, were be, been be, being be, has have, had have, having have, does
    do, did do, done do, doing do, goes go, went go, gone go, going go, says say, said say, dying
    die, lying lie, tying tie, vying vie, using use, used use, aging age, aged age, owing owe, owed
    owe, icing ice, iced ice, axing axe, axed axe, eyed eye, eyeing eye, aided aid, aiding aid, dyed
    dye, dyeing dye, ached ache, aching ache, ailing ail, aimed aim, aiming aim, added add, adding
    add, acted act, acting act, asked ask, asking ask, armed arm, arming arm, ended end, ending end,
    eating eat, ate eat, eaten eat, earned earn, oiled oil, opted opt, opting opt, erred err, erring
    err, awed awe, outed out, upped up, skied ski, arose arise, arisen arise, awoke awake, awoken
    awake, bore bear, borne bear, beaten beat, became become, began begin, begun begin, bent bend,
    bitten bite, bled bleed, blew blow, blown blow, bred breed, broke break, broken break, brought
    bring, built build, bought buy, caught catch, chose choose, chosen choose, clung cling, crept
    creep, dealt deal, dug dig, drew draw, drawn draw, drank drink, drunk drink, drove drive, driven
    drive, dwelt dwell, fell fall, fallen fall, fed feed, felt feel, fought fight, fled flee, flew
    fly, flown fly, flung fling, forbade forbid, forbidden forbid, forgot forget, forgotten forget,
    foresaw foresee, forgave forgive, forgiven forgive, froze freeze, frozen freeze, gave give,
    given give, grew grow, grown grow, hung hang, hanged hang, hid hide, hidden hide, heard hear,
    held hold, kept keep, knelt kneel, knew know, known know, laid lay, lain lie, led lead, leapt
    leap, learnt learn, lent lend, lit light, lost lose, made make, meant mean, met meet, mistook
    mistake, mistaken mistake, misled mislead, misunderstood misunderstand, overcame overcome,
    overthrew overthrow, overthrown overthrow, overran overrun, oversaw oversee, overseen oversee,
    paid pay, proven prove, ran run, rang ring, rung ring, rebuilt rebuild, repaid repay, rode ride,
    ridden ride, risen rise, sang sing, sung sing, sank sink, sunk sink, sawn saw, saw see saw, seen
    see, sought seek, sold sell, sent send, sewn sew, shaken shake, shook shake, shone shine, shot
    shoot, shown show, shrank shrink, shrunk shrink, slain slay, slew slay, slept sleep, slid slide,
    smelt smell, snuck sneak, sped speed, spent spend, spilt spill, spoke speak, spoken speak,
    sprang spring, sprung spring, spun spin, stank stink, stole steal, stolen steal, stood stand,
    strove strive, stricken strike, struck strike, strung string, stuck stick, stung sting, swam
    swim, swum swim, swept sweep, swollen swell, swore swear, sworn swear, swung swing, taken take,
    took take, taught teach, tore tear, torn tear, thrown throw, threw throw, thought think, told
    tell, undertook undertake, undertaken undertake, undergone undergo, underwent undergo,
    understood understand, undid undo, undone undo, upheld uphold, wept weep, withdrew withdraw,
    withdrawn withdraw, withheld withhold, withstood withstand, woke wake, woken wake, won win, wore
    wear, worn wear, wove weave, woven weave, written write, wrote write, rewritten rewrite, rewrote
    rewrite, wrung wring, leaving leave, left left leave, found find found, rose rise rose, lay lay
    lie, bound bound bind, ground ground grind, wound wound wind, lied lie, died die, tied tie, vied
    vie, bit bit bite, kidnapped kidnap, kidnapping kidnap, kidnaped kidnap, worshipped worship,
    worshipping worship, programmed program programme, programming program programme, programmes
    program programme, focussed focus, focussing focus, trafficked traffic, trafficking traffic,
    panicked panic, panicking panic, mimicked mimic, mimicking mimic, picnicking picnic, politicking
    politick, frolicking frolic, united unite, underlying underlie, belying belie, burnt burn,
    unionised unionise, outdid outdo, overdid overdo, busing bus, bussed bus, bussing bus, dyes dye
    """
)

# Not forms of a shorter word, though they look like it; or of one that means something else.
UNINFLECTED = words(
    """
    alas alms always amends amidst barracks besides billiards binoculars canvas chaos clothes corps
    customs cosmos downstairs downwards doldrums electronics ethos gallows goods gymnastics herpes
    hers indoors jeans kudos lens linguistics logistics mathematics measles molasses mumps news ours
    outdoors outskirts overseas pancreas pathos perhaps physics politics geopolitics rabies rickets
    series shambles shingles sometimes species suds theirs towards tropics upstairs upwards whereas
    whereabouts yours athletics aerobics acoustics aeronautics ballistics economics ethics genetics
    hydraulics obstetrics olympics paediatrics paralympics pediatrics robotics semantics
    thermodynamics afterwards backwards forwards inwards onwards eastwards westwards northwards
    southwards homewards atlas alias pyjamas pajamas arrears asbestos rhinoceros thermos christmas
    diabetes spectacles bias mercedes proceeds belongings hatred hundred infrared kindred naked
    rugged sacred wicked wretched crooked biped moped anything everything nothing something morning
    evening during ceiling darling earring herring offspring pudding shilling sibling upbringing
    viking wedding duckling gosling hamstring underling starling sapling dumpling fledgling yearling
    awning inning lightning engineering housing clothing banking marketing spring string bring cling
    fling sling sting swing wring
    """
)

# Names that end like inflected words, and are none.
NAMES = words(
    """
    abbas achilles adams addis aires algiers alves amos andes andreas andrews angeles antilles
    arkansas arras athens azores bahamas barbados barnes brussels burgos cairns calais cannes
    caracas cardenas carlos cayes charles chartres chaves collins contreras cortes dallas davies
    denis dolores douglas dumas edmonds edwards elias engels evans fergus fes forbes fuentes
    galapagos ganges georges gilles hamas haynes hermes hercules hodges homs honduras hughes jacobs
    jacques james jeffreys jenkins jesus johns jones judas kearns kitts lagos laos leonidas los loos
    lourdes lucas lyons madras manaus marcos mathias matthews matthias mendes meyers midas minas
    mons moines moses myers nantes naples nicholas nicolas niles nogales nunes orleans pericles
    perkins phillips pinellas piraeus pocahontas prados pyrenees rennes reims reyes reynolds rhodes
    rios roberts rodrigues rogers rojas salinas samos santos saunders seychelles silas simmons
    simons socrates staines stephens stevens stokes texas thebes thomas tobias tomas torres troyes
    vargas vegas versailles wales mars vilas walters watkins watts welles wilkes williams xerxes
    yates yonkers ahmed alfred fred hamed hammed jared javed khaled majed manfred mildred mohamed
    mohammed muhammed rashed saeed sayed waleed wilfred winifred zayed beijing boeing chongqing
    irving richards helens andres campos neves lukas luis louis palmas frances montes browning
    downing golding harding keating kansas euphrates kunming lansing nanjing spalding stirling
    wyoming xining hastings sanders
    """
)

# Names as well as plurals, which stay what they are where they were typed as names.
NAMES_IN_PLURAL = words(
    """
    banks bates billings bridges brooks brookes browns burns caves chambers coles combs corners
    emirates estates falls fields flores flowers forks gates graves grenadines groves hills hobbs
    holmes homes hoppers houses hunters ines islands ives jobs kings lakes lens maldives marks
    marlins marshes martins mills mines moors nations netherlands nobles oaks owens palms parks
    parsons peters philippines pines plains powers prairies pringles queens rapids rivers robins
    rocks rollins rollers romans sands saints shields skinners solis sparks springs stars states
    stones summers suns surfers taylors territories times tours towers turks vines walls waters
    wells wings winters wolves woods words worms
    """
)

# Of words in -is and -us, which are mostly singular.
PLURALS_IN_IS_OR_US = words(
    """
    alibis azeris bahrainis bangladeshis bengalis bikinis bonsais chillis corgis delis emiratis
    etsis genis gujaratis hadithis hifis houthis huthis iraqis israelis jacuzzis jihadis kashmiris
    kiwis kuwaitis maoris martinis nazis nepalis omanis pakistanis paparazzis parsis punjabis
    qataris rabbis safaris salafis saudis shiis sindhis skis somalis sufis sunnis taxis tsunamis
    wahhabis wikis yazidis yemenis yetis yogis zaidis afghanis guis apis emus gnus gurus menus
    plateaus bureaus chateaus tableaus tutus bayous yous caribous haikus zebus snafus
    """
)

ENDING_IN_IE = words(
    """
    aussie birdie bookie boogie bogie brownie budgie calorie caddie collie cookie cutie eerie foodie
    freebie genie goalie groupie hippie hoodie hottie indie junkie kiddie laddie lassie magpie movie
    newbie oldie pixie pinkie prairie quickie rookie roomie selfie smoothie sortie talkie techie
    townie untie veggie walkie yuppie zombie boonie cabbie eyrie sweetie necktie belie underlie
    beanie bourgeoisie camaraderie lingerie menagerie reverie
    """
)
ENDING_IN_EE = frozenset(
    {"agree", "decree", "disagree", "free", "guarantee", "knee", "oversee", "referee", "tee"}
)
ENDING_IN_CHE = words(
    """
    ache headache toothache heartache backache avalanche cache niche creche psyche tranche douche
    moustache mustache quiche cliche porsche brioche pastiche
    """
)
ENDING_IN_OE = words(
    """
    shoe horseshoe snowshoe toe tiptoe mistletoe foe woe canoe hoe roe oboe floe throe aloe sloe
    """
)
ENDING_IN_SE = words(
    """
    abuse accuse amuse bemuse confuse defuse diffuse disuse enthuse excuse fuse hypotenuse infuse
    masseuse misuse muse overuse peruse recluse recuse refuse reuse ruse suffuse transfuse use
    crevasse finesse impasse mousse posse deluxe
    """
)

# Stems before -ed and -ing that keep a double consonant; of those in -ll, that have a prefix.
DOUBLE_CONSONANT = frozenset({"add", "ebb", "egg", "err", "purr", "butt", "odd", "matt"})
ENDING_IN_LL = words(
    """
    install reinstall forestall recall enroll unroll scroll outsell resell fulfill refill overfill
    retell foretell misspell stonewall upskill redrill befall distill instill enthrall overkill
    """
)
ENDING_IN_MEN = words(
    """
    abdomen acumen amen bitumen carmen cyclamen hymen lumen omen ramen regimen semen specimen stamen
    turkmen yemen bremen
    """
)

# Whether a stem before -ed and -ing misses an e, where its last letters do not tell.
WITH_E = words(
    """
    chang rang arrang rearrang exchang estrang spong hing cring infring imping bing whing breath
    bath cloth loath sooth seeth sheath teeth writh swath wreath past wast tast hast bast creat
    recreat guid misguid dy ey hors cit excit incit invit unit reunit ignit recit expedit extradit
    overwrit rewrit underwrit compet complet delet deplet secret promot devot denot demot connot
    misquot outvot explor ignor restor ador deplor implor outscor interfer adher coher persever
    rever interven conven reconven contraven postpon condon dethron aton telephon inhal exhal consol
    cajol welcom becom overcom renam nicknam defam inflam telescop interlop provok invok evok revok
    blasphem
    """
)
WITHOUT_E = words(
    """
    bias focus refocus canvas chorus gas bus caucus catalog dialog combat format debut input output
    invalid murmur augur altar pillar collar sugar mortar ruin open bargain pencil fossil peril
    imperil imprison sermon summon bang clang gang hang bring ring long belong prolong wrong throng
    sin veto clean bask happen even
    """
)
# The last two letters of stems of more than one syllable that miss an e.
OPEN_WITH_E = frozenset(
    "at ut id ad ed od ud ur ir ar in un il ul yl um ap yp ab eb ib ob ub ak ok ik".split()  # noqa: SIM905 - likewise
)
