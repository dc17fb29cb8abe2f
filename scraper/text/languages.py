"""Which language a text is written in, from its script and its commonest words.

A script that one language alone writes news in settles it (Greek, Thai, Hangul …). Where several
share a script, the words that hold sentences together are counted: each language has a few dozen,
and a word that fewer languages share counts for more. Letters that only some of them have (ß, ñ, ş,
ї, پ …) add to that. A text of some 900 characters is sampled, so the cost does not grow with it.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import Final

_SAMPLE: Final = 300  # characters taken at each of three places
_FEWEST: Final = 3.0  # points below which nothing is said
_NO_LETTERS: Final = bytes(set(range(128)) - set(b"abcdefghijklmnopqrstuvwxyz"))
_LETTERS: Final = re.compile(r"[^\W\d_]")
# A word goes on over vowel signs, accents that stand alone, apostrophes and the joiners of Persian.
_WORD: Final = re.compile(
    r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0962\u0963\u200c'’])*"
)
# The same where no sign stands alone; twice as fast.
_PLAIN_WORD: Final = re.compile(r"[^\W\d_][\w'’]*")
_PLAIN_SCRIPTS: Final = frozenset(("latin", "cyrillic"))
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_APOSTROPHE: Final = re.compile("['’]")
_FEW: Final = 60  # words, of which two languages may have nearly as many
_CLOSE: Final = 0.7  # of the best language's points
_NOISE: Final = re.compile(r"https?://\S+|\S+@\S+|[@#]\w+")

# Scripts by their first and last letter; what they tell when most of a text is in them.
_SCRIPTS: Final = (
    ("latin", 0x0041, 0x024F), ("latin", 0x1E00, 0x1EFF), ("greek", 0x0370, 0x03FF),
    ("greek", 0x1F00, 0x1FFF), ("cyrillic", 0x0400, 0x052F), ("armenian", 0x0531, 0x058F),
    ("hebrew", 0x0590, 0x05FF), ("arabic", 0x0600, 0x077F), ("arabic", 0xFB50, 0xFEFC),
    ("thaana", 0x0780, 0x07BF), ("devanagari", 0x0900, 0x097F), ("bengali", 0x0980, 0x09FF),
    ("gurmukhi", 0x0A00, 0x0A7F), ("gujarati", 0x0A80, 0x0AFF), ("odia", 0x0B00, 0x0B7F),
    ("tamil", 0x0B80, 0x0BFF), ("telugu", 0x0C00, 0x0C7F), ("kannada", 0x0C80, 0x0CFF),
    ("malayalam", 0x0D00, 0x0D7F), ("sinhala", 0x0D80, 0x0DFF), ("thai", 0x0E00, 0x0E7F),
    ("lao", 0x0E80, 0x0EFF), ("tibetan", 0x0F00, 0x0FFF), ("burmese", 0x1000, 0x109F),
    ("georgian", 0x10A0, 0x10FF), ("ethiopic", 0x1200, 0x139F), ("khmer", 0x1780, 0x17FF),
    ("kana", 0x3040, 0x30FF), ("han", 0x3400, 0x4DBF), ("han", 0x4E00, 0x9FFF),
    ("hangul", 0x1100, 0x11FF), ("hangul", 0xAC00, 0xD7AF),
)  # fmt: skip
_ONE_LANGUAGE: Final = {
    "greek": "el", "armenian": "hy", "hebrew": "he", "thaana": "dv", "bengali": "bn",
    "gurmukhi": "pa", "gujarati": "gu", "odia": "or", "tamil": "ta", "telugu": "te",
    "kannada": "kn", "malayalam": "ml", "sinhala": "si", "thai": "th", "lao": "lo",
    "tibetan": "bo", "burmese": "my", "georgian": "ka", "ethiopic": "am", "khmer": "km",
    "kana": "ja", "hangul": "ko",
}  # fmt: skip

_WORDS: Final[dict[str, dict[str, str]]] = {
    "latin": {
        "en": """the of and to in that is was for on with as his he at by from it an be this which
            are not have had has were their they been who will would said after more about its""",
        "de": """der die und das den dem des ein eine einer eines einen nicht mit auf ist im sich
            auch es für von zu sind wird bei nach aus wie als dass wurde werden hat haben noch
            über vor zum zur oder aber""",
        "fr": """de a l' d' qu' n' s' était avait sans fait ont le la les des et est une un du en
            dans que qui pour pas par sur plus au avec son sont ce cette il elle été mais aux ses
            leur nous vous être aussi comme après selon entre d'un""",
        "es": """el la los las de que y en un una del por con para se no su al es lo más como pero
            sus fue ha este esta entre ser sobre también hasta desde años cuando según está han
            muy""",
        "pt": """o a os as de que e em um uma do da dos das no na nos nas para com não por mais se
            como foi ao à pelo pela são também ou mas ele ela sua seu anos após já está entre
            segundo isso""",
        "it": """l' dell' all' nell' un' c' il lo la gli le di che e è un una del della dei delle
            nel nella con per non si da sono al alla ha anche come più dal dalla questo questa stato
            essere ma ci suo sua hanno dopo anni""",
        "ca": """a va l' d' el la els les de que i en un una del dels per amb no és al als ha més
            com però seva aquest aquesta són també han fins entre segons dia anys quan ja ser
            sobre""",
        "gl": """o a os as de que e en un unha do da dos das no na non por para con máis como foi
            ao polo pola son tamén ou pero esta este anos xa está entre segundo unhas""",
        "nl": """de het een en van in is dat op te zijn met voor niet aan er om ook als bij door
            maar naar uit dan nog wordt worden heeft hebben werd over tot geen deze die was
            volgens jaar""",
        "af": """die en van in is het dat 'n vir nie op te met sy aan was hy om ook as by word
            maar deur wat kan hulle nog sal oor uit tot wees""",
        "da": """og i at det er en til på af den der de for med som ikke har et han var fra om vil
            men sig blev bliver efter også kan skal ved siger være havde mod år nu hvor blevet""",
        "no": """og i at det er en til på av den som de for med ikke har et han var fra om vil men
            seg ble blir etter også kan skal ved sier være hadde mot år nå hvor blitt""",
        "sv": """och i att det är en till på av den som de för med inte har ett han var från om
            vill men sig blev blir efter också kan ska vid säger vara hade mot år nu där
            blivit""",
        "is": """og í að það er á til sem um með ekki var við hann fyrir en af hefur eru verið
            segir þá eftir frá úr hafa verður því þess þar""",
        "fi": """ja on ei että se hän oli myös ovat mutta kun kuin joka sen ole mukaan vuoden jo
            tai sekä olla ollut niin vain jos nyt ovat kertoo jotka hänen kanssa""",
        "et": """ja on ei et see ta oli ka kui mis ning aga oma kes seda või selle pärast tema on
            kõik välja veel juba üle aasta eest ütles nii siis""",
        "lv": """un ir no ka ar par uz tas kas arī bija lai kā pēc nav tā bet vai vēl gan tiek pie
            viņš līdz gada gadā šo""",
        "lt": """ir yra kad į iš su tai bet kaip jis buvo už dėl apie nuo po ar ne taip pat kurie
            metų metais jau dar tik bus prie""",
        "pl": """i w na z do nie że się jest to o jak po przez ale od za tym dla są został jego co
            oraz ze który która które także przed roku może już tylko był było ma""",
        "cs": """a v na se je že z do to s o i za ale jako k podle po pro jsou od by jeho které
            který která byl bylo při když také jen už roku však ve není budou ještě bude
            jsme dnes řekl řekla""",
        "sk": """a v na sa je že z do to s o aj za ale ako k podľa po pre sú od by jeho ktoré
            ktorý ktorá bol bolo pri keď tiež len už roku však vo nie budú ešte bude sme
            dnes povedal povedala""",
        "sl": """in v na se je da z za so pa ki ne tudi po kot bi pri še ali bil bila bo bodo do
            ter od ob le že leta med iz povedal povedala""",
        "hr": """i u na se je da za su od s koji koja koje što nije o iz kao ali bi će do po te
            sve kako samo godine tijekom bio nakon prije također uz""",
        "bs": """i u na se je da za su od s koji koja koje što nije o iz kao ali bi će do po te
            sve kako samo godine tokom bio nakon prije takođe uz""",
        "sr": """i u na se je da za su od sa koji koja koje što nije o iz kao ali bi će do po te
            sve kako samo godine tokom bio nakon pre takođe uz""",
        "hu": """a az és hogy nem is egy van volt meg ez de mint már csak el ki azt ha még után
            szerint vagy lehet ezt sem lesz között aki amely pedig majd""",
        "ro": """și de în a la cu pe nu o care din că un este să pentru mai sunt au fost prin
            după ce dar sau al ale lui fi acest această între anul către""",
        "sq": """e të në i dhe për që me një nga si është se u ka nuk më do por janë ky kjo tek
            pas duke ishte edhe kanë""",
        "tr": """ve bir bu için da de ile olarak olan ne gibi daha çok en var sonra kadar ise
            değil olduğu dedi yeni ancak tarafından üzerine oldu göre iki""",
        "az": """və bir bu üçün da də ilə olan kimi daha çox ən var sonra qədər isə deyil olduğu
            edib olub görə azərbaycan tərəfindən ki bildirib""",
        "uz": """va bir bu uchun ham bilan bo'yicha deb emas yil o'z uning qildi edi keyin esa
            kerak lekin bo'lgan ushbu""",
        "id": """yang dan di itu dengan untuk tidak ini dari dalam akan pada juga ke karena bisa
            ada oleh saat mereka telah sudah kata tersebut atau lebih saya menjadi bahwa""",
        "ms": """yang dan di itu dengan untuk tidak ini daripada dalam akan pada juga ke kerana
            boleh ada oleh ketika mereka telah sudah kata tersebut atau lebih beliau menjadi
            bahawa""",
        "tl": """ang ng sa na mga ay si ni para at hindi ito kung may niya siya ko nang dahil ayon
            lang din rin isang kanilang naman""",
        "vi": """và của là có được trong cho không các một với người đã này đến để những khi tại
            về từ ra nhiều cũng năm theo""",
        "sw": """na ya wa kwa ni katika za la kuwa cha hiyo huo yake vya hii alisema baada pia
            kama watu lakini huku hata hivyo ili""",
        "so": """oo iyo ka ku u in ay waa la ah soo waxa uu waxaa si kale ee ayaa kasoo laga loo
            kuwa dalka aan inuu""",
        "ku": """û di de ji bo li ku ew bi ve ya yê jî wek her hat kir ser xwe an kurdistanê gel
            dike ne""",
        "ha": """da a na ta ya ba shi ne cewa ga su kuma wannan daga sun an wani wanda domin kan
            ce ake""",
        "yo": """ní ti àti sí náà wọn fún ó tí pé lọ bá kan jẹ́ kí nínú""",
        "zu": """ukuthi futhi nge kanti uma noma kodwa kwi ngoba lapho kakhulu ukuze yena lokhu
            abantu""",
        "eu": """eta da ez du bat egin izan dira dute ere baina hori zen hau dela baino bere duela
            beste""",
        "cy": """y yr yn a i o ar bod ei wedi mae gan am sydd fod oedd ac hyn ond ni eu""",
        "ga": """an na agus ar go i a le is do ní sé atá bhí ag sin dúirt chun ach faoi""",
        "mt": """il li ta u ma f' din fuq minn biex dan kien għal bħala qal ġew""",
        "eo": """la kaj de en estas al ne ke kun por oni ĝi li pri sed ili kiu""",
        "mg": """ny sy dia amin'ny izany fa ho tsy ao no eo efa tao ireo aza""",
    },
    "cyrillic": {
        "ru": """и в на не что с по как из за для это от но к его он было все о у так же был до
            или который года при только также после более уже еще они сообщает лет если""",
        "uk": """і в на не що з та до за як від про для це у й він є було але його або який які
            року при також після більше вже ще вони під час через щодо""",
        "bg": """и на в да за се от с не че са по е като до това който които ще при но след има
            беше през още само така бе към или може година""",
        "sr": """и у на се је да за су од са који која које што није о из као али би ће до по те
            све како само године после пре""",
        "mk": """и на во се да за од со не дека е што ќе по ги како кој која кои до но при има
            беше според исто само година""",
        "be": """і ў на не што з па як з'яўляецца за для гэта ад але да яго ён было аб у таксама
            які якія пасля года больш ужо яшчэ""",
        "kk": """және бір бұл үшін мен да де бен деп болып жылы қазақстан ол оның бойынша еді емес
            туралы сондай кейін""",
        "ky": """жана бир бул үчүн менен да деп болуп жылы кыргызстан ал анын боюнча эле эмес
            тууралуу кийин""",
        "tg": """ва дар ба аз ки ин бо барои аст буд соли мешавад онҳо ҳам ё тоҷикистон гуфт""",
        "mn": """нь юм байна болон энэ монгол улсын гэж байгаа оны тухай дээр байсан бол хийх""",
        "tt": """һәм бу белән дә өчен бер дип ул булган да татарстан ел турында""",
    },
    "arabic": {
        "ar": """في من على أن إلى عن مع هذا هذه التي الذي ما لا كان أو بعد قد بين كما ذلك خلال
            وقال إن قبل حتى لم كل أي وفي عام قال منذ غير""",
        "fa": """و در به از که این را با است برای آن یک خود تا بر هم نیز شده شد کرد می‌شود بود ها
            های کرده باید وی اما گفت دو می کند""",
        "ur": """کے کی میں ہے اور سے کا کو پر نے ہیں کہ یہ اس بھی کر ایک نہیں تھا ان گیا تو ہو جو
            لیے بعد کیا رہا""",
        "ps": """د په او چې کې له دي سره یې ته دا به هم نه کړي شي وي وه وروسته څخه ده پر لپاره""",
        "ckb": """لە و بە کە بۆ ئەو لەگەڵ ئەم هەر یان دەکات بوو کرد لەسەر پێش دوای ئەوەی هەرێمی
            کوردستان""",
        "sd": """جي ۾ آهي جو ۽ کي تي سان به ته ان هڪ نه کان هي ڪري جا""",
        "ug": """ۋە بۇ بىر بىلەن ئۇ دەپ ئۈچۈن ئۇيغۇر قىلىش خىتاي بولغان""",
    },
    "devanagari": {
        "hi": """के में की है और से का को पर ने हैं कि यह इस भी कर एक नहीं था गया तो हो जो लिए बाद
            किया रहा ही थी""",
        "mr": """आणि आहे या व च्या होते मध्ये केली ते हे आहेत करण्यात असे तर येथे साठी त्यांनी
            झाली यांनी म्हणाले""",
        "ne": """र छ को मा का ले लाई गरेको भएको छन् पनि हुने गर्ने यो भने तथा गरी नेपाल रहेको थियो""",
    },
}  # fmt: skip

# Letters that only some languages of a script have: two points for each occurrence, ten at most.
_LETTERS_OF: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "latin": (
        ("ß", "de"), ("ñ", "es"), ("ãõ", "pt"), ("ąęśźż", "pl"), ("řůě", "cs"), ("ľĺŕô", "sk"),
        ("őű", "hu"), ("șțşţ", "ro"), ("ğı", "tr"), ("ə", "az"), ("ơưđạảấầẩẫậắằặẹẻ", "vi"),
        ("ẽếềểễệọỏốồổỗộớờ", "vi"),
        ("ởỡợụủứừửữự", "vi"),
        ("ðþ", "is"), ("øæ", "da no"), ("ģķļņ", "lv"), ("ėįųū", "lt"), ("đ", "hr bs sr"),
        ("ĉĝĵŝŭ", "eo"), ("ħġċż", "mt"), ("ẹọṣ", "yo"), ("õ", "et"), ("êîû", "ku"), ("ëç", "sq"),
    ),
    "cyrillic": (
        ("їєґ", "uk"), ("ў", "be"), ("ыэё", "ru be"), ("ђћ", "sr"), ("ѓќѕ", "mk"), ("ъ", "bg"),
        ("әғқұһ", "kk"), ("ҷҳӣӯ", "tg"), ("ңөү", "ky mn kk"), ("җ", "tt"), ("љњџј", "sr mk"),
    ),
    "arabic": (
        ("پچژگ", "fa"), ("ٹڈڑںےھ", "ur"), ("ۆێڵڕەڤ", "ckb"), ("ټډړږښګڼۍې", "ps"), ("ةىأإ", "ar"),
        ("ٻڀٺڃڄڪ", "sd"), ("ۇۈېۋ", "ug"),
    ),
    "devanagari": (("ळ", "mr"),),
}  # fmt: skip
_SAID: Final = {"ckb": "ku"}  # ISO 639-1 has one code for all Kurdish


def _points() -> dict[str, dict[str, tuple[tuple[str, float], ...]]]:
    """For each script: a word, and the points that it gives to each language that has it."""
    table: dict[str, dict[str, tuple[tuple[str, float], ...]]] = {}
    for script, languages in _WORDS.items():
        owners: dict[str, list[str]] = {}
        for language, words in languages.items():
            for word in dict.fromkeys(words.split()):
                owners.setdefault(word, []).append(language)
        table[script] = {
            word: tuple((language, 1.0 + 2.0 / len(those)) for language in those)
            for word, those in owners.items()
        }
    return table


_POINTS: Final = _points()
_HINTS: Final = {
    script: {letter: languages.split() for letters, languages in rows for letter in letters}
    for script, rows in _LETTERS_OF.items()
}


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(
        word.casefold()
        for languages in _WORDS.values()
        for listed in languages.values()
        for word in listed.split()
    )


def is_common(word: str) -> bool:
    """Whether it is one of the commonest words of some language, which nearly every text has."""
    return word.casefold() in _common()


def identify(text: str, declared: str | None = None) -> str | None:
    """The language of a text as ISO 639-1, None when unsure.

    Where a few words leave it open between several, `declared` (ISO 639-1), if it is one of them.
    """
    sample = _sample(text).lower()
    if "@" in sample or "#" in sample or "://" in sample:
        sample = _NOISE.sub(" ", sample)
    script = _script(sample)
    if script is None:
        return None
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    if script == "han":
        return "zh"
    found = _by_words(sample, script, declared)
    return _SAID.get(found, found) if found else None


def _sample(text: str) -> str:
    """Three pieces of a long text: its beginning may be in another language, or a byline."""
    length = len(text)
    if length <= 3 * _SAMPLE:
        return text
    middle = length // 2
    late = length - length // 5
    pieces = (text[:_SAMPLE], text[middle : middle + _SAMPLE], text[late : late + _SAMPLE])
    return " ".join(pieces)


def _script(sample: str) -> str | None:
    """The script that most letters are in; Japanese is told from Chinese by its kana."""
    plain = len(sample.encode("ascii", "ignore").translate(None, _NO_LETTERS))
    if plain > 20 and plain * 2 > len(sample):
        return "latin"
    counts: Counter[str] = Counter()
    for letter, count in Counter(sample).items():
        script = _script_of(letter)
        if script is not None:
            counts[script] += count
    if not counts:
        return None
    counts["kana"] += counts["han"] if counts["kana"] * 12 > counts["han"] else 0
    # A letter of a wide script stands for a syllable or a word.
    for wide in ("han", "kana", "hangul"):
        counts[wide] *= 3
    script, count = counts.most_common(1)[0]
    return script if count >= 6 else None


@lru_cache(maxsize=4_096)
def _script_of(letter: str) -> str | None:
    code = ord(letter)
    if code < 0x80:
        return "latin" if "a" <= letter <= "z" else None
    for script, first, last in _SCRIPTS:
        if first <= code <= last:
            return script if _LETTERS.match(letter) else None
    return None


def _by_words(sample: str, script: str, declared: str | None) -> str | None:
    """The language whose words and letters the sample has most of, if it is well ahead."""
    scores: dict[str, float] = {}
    points = _POINTS[script]
    plain = script in _PLAIN_SCRIPTS and not _ACCENTS.search(sample)
    words = (_PLAIN_WORD if plain else _WORD).findall(sample)
    for word, count in Counter(words).items():
        known = points.get(word)
        if known is None:
            apostrophe = _APOSTROPHE.search(word)
            known = points.get(f"{word[: apostrophe.start()]}'", ()) if apostrophe else ()
        for language, gain in known:
            scores[language] = scores.get(language, 0.0) + gain * count
    for letter, languages in _HINTS[script].items():
        if letter in sample:
            gain = min(10.0, 2.0 * sample.count(letter)) / len(languages)
            for language in languages:
                scores[language] = scores.get(language, 0.0) + gain
    if not scores:
        return None
    best = max(scores, key=scores.__getitem__)
    if declared in scores and len(words) < _FEW and scores[declared] > _CLOSE * scores[best]:
        best = declared
    return best if scores[best] >= max(_FEWEST, 0.12 * len(words)) else None
