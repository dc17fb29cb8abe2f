"""Month names, half-day marks and time zones as feeds write them."""

from collections import defaultdict
from datetime import timedelta
from typing import Final

_MONTHS_BY_LANGUAGE: Final = {
    "en": "january february march april may june july august september october november december",
    "en short": "jan feb mar apr may jun jul aug sep oct nov dec",
    "en other": "- - - - - - - - sept - - -",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "de short": "jän feber mär apr mai jun jul aug sep okt nov dez",
    "de other": "jänner febr maerz - - - - - - - - -",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "fr short": "janv févr mars avr mai juin juil août sept oct nov déc",
    "fr other": "- fevrier - - - - - aout - - - decembre",
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ),
    "es short": "ene feb mar abr may jun jul ago set oct nov dic",
    "pt": (
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
    ),
    "pt short": "jan fev mar abr mai jun jul ago set out nov dez",
    "it": (
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
        " dicembre"
    ),
    "it short": "gen feb mar apr mag giu lug ago set ott nov dic",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "nl short": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "no short": "jan feb mars apr mai juni juli aug sep okt nov des",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "fi": (
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta"
        " syyskuuta lokakuuta marraskuuta joulukuuta"
    ),
    "pl": (
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada"
        " grudnia"
    ),
    "pl other": (
        "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad"
        " grudzień"
    ),
    "pl short": "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "hr": (
        "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga"
        " prosinca"
    ),
    "hr short": "sij velj ožu tra svi lip srp kol ruj lis stu pro",
    "hu": (
        "január február március április május június július augusztus szeptember október november"
        " december"
    ),
    "ro": (
        "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie"
        " decembrie"
    ),
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "tr short": "oca şub mar nis may haz tem ağu eyl eki kas ara",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ru other": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "ru short": "янв фев мар апр май июн июл авг сен окт ноя дек",
    "ru third": "- февр - - - - - - сент - нояб -",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "uk short": "січ лют бер кві тра чер лип сер вер жов лис гру",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "sr": "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "el": (
        "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου"
        " οκτωβρίου νοεμβρίου δεκεμβρίου"
    ),
    "el short": "ιαν φεβ μαρ απρ μαϊ ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
    "el other": "- - μάρ - μάι ιούν ιούλ αύγ - - - -",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "ar other": "- - - ابريل - - - اغسطس - اكتوبر - -",
    "ar levant": "- شباط آذار نيسان أيار حزيران تموز آب أيلول - - -",
    "ar maghreb": "جانفي فيفري - أفريل ماي جوان جويلية أوت - - - -",
    "he": "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "he in": "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "hi other": "- फरवरी - - - - - - सितम्बर - नवम्बर दिसम्बर",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "id short": "jan feb mar apr mei jun jul agu sep okt nov des",
}


def _unambiguous() -> dict[str, int]:
    """Month names by month, 1 to 12.

    A word that names different months in different languages (`listopada` is November in Polish,
    October in Croatian) is left out: an unknown time beats one a month off.
    """
    months: defaultdict[str, set[int]] = defaultdict(set)
    for names in _MONTHS_BY_LANGUAGE.values():
        for number, name in enumerate(names.split(), 1):
            months[name].add(number)
    return {name: numbers.pop() for name, numbers in months.items() if len(numbers) == 1}


MONTHS: Final = _unambiguous()

AFTERNOON: Final = frozenset({"pm", "p.m", "下午", "오후", "午後", "م", "μμ"})
MORNING: Final = frozenset({"am", "a.m", "上午", "오전", "午前", "ص", "πμ"})


def _zones() -> dict[str, timedelta]:
    """Zone abbreviations, upper-case, by their distance from UTC.

    An abbreviation with several meanings has the one of the largest
    news market that writes it in feeds: IST is India's, BST Britain's, CST and AST America's.
    """
    hours = {
        0: "UT UTC GMT Z WET",
        -5: "EST CDT PET COT ECT",
        -4: "EDT AST CLT BOT VET",
        -6: "CST MDT",
        -7: "MST PDT",
        -8: "PST AKDT",
        -9: "AKST",
        -10: "HST",
        -3: "ADT ART BRT UYT CLST",
        -2: "BRST",
        -2.5: "NDT",
        -3.5: "NST",
        1: "BST CET MET MEZ WEST WAT",
        2: "CEST MEST MESZ EET SAST CAT",
        3: "EEST MSK EAT TRT IDT",
        3.5: "IRST",
        4: "GST AZT SAMT",
        4.5: "AFT",
        5: "PKT UZT YEKT",
        5.5: "IST SLST",
        5.75: "NPT",
        6: "OMST",
        6.5: "MMT",
        7: "ICT WIB KRAT",
        8: "HKT SGT MYT PHT WITA AWST IRKT",
        9: "JST KST WIT YAKT",
        9.5: "ACST",
        10: "AEST VLAT",
        10.5: "ACDT",
        11: "AEDT MAGT",
        12: "NZST",
        13: "NZDT",
    }
    return {
        name: timedelta(hours=distance)
        for distance, names in hours.items()
        for name in names.split()
    }


ZONES: Final = _zones()
