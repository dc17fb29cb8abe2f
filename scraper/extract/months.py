"""The names of months, as news pages write them, and what number they are."""

import unicodedata
from collections.abc import Iterable
from typing import Final

# For each language twelve groups, January first; the forms of a month are parted by a stroke, the
# words of one form by an underscore. Accents and case do not matter. A short form is given where it
# stands for no other month.
_GREGORIAN: Final = {
    "en": """january|jan february|feb march|mar april|apr may june|jun july|jul august|aug
        september|sept|sep october|oct november|nov december|dec""",
    "de": """januar|janner|jaenner|jan februar|feber|feb marz|maerz|mar|mrz april|apr mai
        juni|jun juli|jul august|aug september|sept|sep oktober|okt november|nov
        dezember|dez""",
    "nl": """januari|jan februari|feb maart|mrt april|apr mei juni|jun juli|jul augustus|aug
        september|sep oktober|okt november|nov december|dec""",
    "da": """januar februar marts|mars april maj|mai juni juli august|augusti september oktober
        november december|desember""",
    "fr": """janvier|janv fevrier|fevr|fev mars avril|avr mai juin juillet|juil aout
        septembre|sept octobre|oct novembre|nov decembre|dec""",
    "es": """enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago
        septiembre|setiembre|sept|sep octubre|oct noviembre|nov diciembre|dic""",
    "ca": """gener|gen febrer|febr marc abril maig juny juliol agost|ag setembre|set
        octubre|oct novembre|nov desembre|des""",
    "pt": """janeiro|jan fevereiro|fev marco|mar abril|abr maio|mai junho|jun julho|jul
        agosto|ago setembro|set outubro|out novembro|nov dezembro|dez""",
    "it": """gennaio|gen febbraio|feb marzo|mar aprile|apr maggio|mag giugno|giu luglio|lug
        agosto|ago settembre|set ottobre|ott novembre|nov dicembre|dic""",
    "ro": """ianuarie|ian februarie|feb martie|mar aprilie|apr mai iunie|iun iulie|iul
        august|aug septembrie|sept octombrie|oct noiembrie|noi|nov decembrie|dec""",
    "pl": """stycznia|styczen|sty lutego|luty|lut marca|marzec|mar kwietnia|kwiecien|kwi
        maja|maj czerwca|czerwiec|cze lipca|lipiec|lip sierpnia|sierpien|sie
        wrzesnia|wrzesien|wrz pazdziernika|pazdziernik|paz listopada|listopad|lis
        grudnia|grudzien|gru""",
    "cs": """ledna|leden unora|unor brezna|brezen dubna|duben kvetna|kveten cervna|cerven
        cervence|cervenec srpna|srpen zari rijna|rijen listopadu prosince|prosinec""",
    "sk": """januara februara marca aprila maja juna jula augusta septembra oktobra novembra
        decembra""",
    "hr": """sijecnja|sijecanj veljace|veljaca ozujka|ozujak travnja|travanj svibnja|svibanj
        lipnja|lipanj srpnja|srpanj kolovoza|kolovoz rujna|rujan _
        studenoga|studenog|studeni prosinca|prosinac""",
    "sl": """januarja februarja marec aprila maja junija julija avgusta septembra oktobra
        novembra decembra""",
    "sr-Latn": """januar februar mart april maj jun jul avgust septembar oktobar novembar
        decembar""",
    "hu": """januar februar marcius aprilis majus junius julius augusztus szeptember oktober
        november december""",
    "ru": """января|январь|янв февраля|февраль|фев марта|март|мар апреля|апрель|апр мая|май
        июня|июнь|июн июля|июль|июл августа|август|авг сентября|сентябрь|сент|сен
        октября|октябрь|окт ноября|ноябрь|ноя декабря|декабрь|дек""",
    "uk": """січня|січень|січ лютого|лютии|лютий|лют березня|березень|бер
        квітня|квітень|квіт|кві травня|травень|трав|тра червня|червень|черв|чер
        липня|липень|лип серпня|серпень|серп|сер вересня|вересень|вер|верес
        жовтня|жовтень|жовт|жов листопада|листопад|лист|лис грудня|грудень|груд|гру""",
    "bg": """януари|яну февруари|фев март април маи|май юни юли август септември октомври
        ноември декември""",
    "sr": """јануар|јануара фебруар|фебруара март|марта април|априла мај|маја јун|јуна јул|јула
        август|августа септембар|септембра октобар|октобра новембар|новембра
        децембар|децембра""",
    "be": """студзеня лютага сакавіка красавіка мая|траўня чэрвеня ліпеня жніўня верасня
        кастрычніка лістапада снежня""",
    "el": """ιανουαριου|ιανουαριος|ιαν φεβρουαριου|φεβρουαριος|φεβ μαρτιου|μαρτιος|μαρ
        απριλιου|απριλιος|απρ μαιου|μαιος|μαι ιουνιου|ιουνιος|ιουν ιουλιου|ιουλιος|ιουλ
        αυγουστου|αυγουστος|αυγ σεπτεμβριου|σεπτεμβριος|σεπ|σεπτ οκτωβριου|οκτωβριος|οκτ
        νοεμβριου|νοεμβριος|νοε δεκεμβριου|δεκεμβριος|δεκ""",
    "tr": """ocak|oca subat|sub mart|mar nisan|nis mayis|may haziran|haz temmuz|tem agustos|agu
        eylul|eyl ekim|eki kasim|kas aralik|ara""",
    "fi": """tammikuuta|tammikuu helmikuuta|helmikuu maaliskuuta|maaliskuu huhtikuuta|huhtikuu
        toukokuuta|toukokuu kesakuuta|kesakuu heinakuuta|heinakuu elokuuta|elokuu
        syyskuuta|syyskuu lokakuuta|lokakuu marraskuuta|marraskuu joulukuuta|joulukuu""",
    "et": """jaanuar veebruar marts aprill mai juuni juuli august september oktoober november
        detsember""",
    "lv": """janvaris|janvari februaris|februari marts|marta aprilis|aprili maijs|maija
        junijs|junija julijs|julija augusts|augusta septembris|septembri oktobris|oktobri
        novembris|novembri decembris|decembri""",
    "lt": """sausio vasario kovo balandzio geguzes birzelio liepos rugpjucio rugsejo spalio
        lapkricio gruodzio""",
    "id": """januari|jan februari|pebruari|feb maret|mac april|apr mei juni|jun juli|julai|jul
        agustus|ogos|agt|agu september|sep oktober|okt november|nov
        desember|disember|des|dis""",
    "sw": """januari februari machi aprili mei juni julai agosti septemba oktoba novemba
        desemba""",
    "so": """janaayo|jannaayo febraayo|febaraayo maarso abriil maajo juun|juunyo luulyo|luuliyo
        agoosto|ogosto sebtembar|sebteembar oktoobar nofembar|nofeembar disembar|diseembar""",
    "ar": """يناير|جانفي فبراير|فيفري مارس|مارت ابريل|افريل|نيسان مايو|ماي|ماى يونيو|يونيه|جوان
        يوليو|يوليه|جويليه|يوليوز اغسطس|اوت|غشت سبتمبر|شتنبر اكتوبر نوفمبر|نونبر
        ديسمبر|دجنبر""",
    "ar-levant": """كانون_الثاني شباط اذار نيسان ايار حزيران تموز اب ايلول تشرين_الاول تشرين_الثاني
        كانون_الاول""",
    "fa": """ژانويه|جنوري فوريه|فروري مارس|مارچ اوريل|اپريل مه|مي|مئي ژوين|ژوئن|جون
        ژوييه|جولاي|ژوئيه اوت|اگست سپتامبر|ستمبر اكتبر|اكتوبر نوامبر|نومبر دسامبر|دسمبر""",
    "he": """ינואר|בינואר פברואר|בפברואר מרץ|במרץ אפריל|באפריל מאי|במאי יוני|ביוני יולי|ביולי
        אוגוסט|באוגוסט ספטמבר|בספטמבר אוקטובר|באוקטובר נובמבר|בנובמבר דצמבר|בדצמבר""",
    "hi": """जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर
        नवंबर|नवम्बर दिसंबर|दिसम्बर""",
    "bn": """জানুয়ারি|জানুয়ারী ফেব্রুয়ারি|ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট|আগষ্ট
        সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর""",
    "th": """มกราคม|ม.ค กุมภาพันธ์|ก.พ มีนาคม|มี.ค เมษายน|เม.ย พฤษภาคม|พ.ค มิถุนายน|มิ.ย
        กรกฎาคม|ก.ค สิงหาคม|ส.ค กันยายน|ก.ย ตุลาคม|ต.ค พฤศจิกายน|พ.ย ธันวาคม|ธ.ค""",
}
_JALALI: Final = "فروردين ارديبهشت خرداد تير مرداد شهريور مهر ابان اذر|آذر دي بهمن اسفند"
_HIJRI: Final = (
    "محرم صفر ربيع_الاول ربيع_الثاني|ربيع_الاخر جمادي_الاولي جمادي_الثانيه|جمادي_الاخره "
    "رجب شعبان رمضان شوال ذو_القعده|ذي_القعده ذو_الحجه|ذي_الحجه"
)
_LETTERS: Final = str.maketrans(
    {"ي": "ي", "ی": "ي", "ى": "ي", "ک": "ك", "أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ئ": "ئ",
     "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ʼ": "'", "ـ": None}
)  # fmt: skip


def fold(name: str) -> str:
    """A name as the tables have it: lower-case, no accents on Latin, Greek and Cyrillic letters."""
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    kept = "".join(each for each in decomposed if not "\u0300" <= each <= "\u036f")
    return unicodedata.normalize("NFC", kept).translate(_LETTERS)


def _table(lines: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        for number, forms in enumerate(line.split(), 1):
            for form in forms.split("|"):
                found.setdefault(fold(form.replace("_", " ")), number)
    return found


GREGORIAN: Final = _table(_GREGORIAN.values())
JALALI: Final = _table((_JALALI,))
HIJRI: Final = _table((_HIJRI,))
