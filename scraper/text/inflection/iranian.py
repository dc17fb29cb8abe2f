"""Persian: plurals, with what follows them; and Urdu: numbers and cases of nouns.

A plural behind a non-joiner is a word of its own already; here are those written on to the noun
(موشکها). Keys are first forms. An ending that names have as well (ایران, تهران) is taken off on the
text's side alone, in addition, and not from countries in -ستان.
"""

from scraper.text.folding import fold
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, unique

_PERSIAN = Endings(
    Ending(fold("ها های هایی هایش هایشان هایم هایمان هایت هایتان هائی"), least=2),
    Ending(fold("گان"), becomes=fold("ه"), least=3),
)
_PERSIAN_OTHERS = Endings(
    Ending(fold("ان"), least=4),
    Ending(fold("یان"), least=3),
    Ending(fold("یان"), becomes=fold("ی"), least=3),
    Ending(fold("ات"), least=4),
    Ending(fold("ات"), becomes=fold("ه"), least=3),
    Ending(fold("جات"), becomes=fold("ه"), least=3),
)
_PERSIAN_WHOLE = frozenset(
    fold(
        "تنها بها رها آنها اینها ایران تهران لبنان عمان یونان آلمان خراسان اصفهان آبادان گیلان"
        " کرمان همدان مازندران سمنان زنجان سودان پاکستان افغانستان سلیمان عثمان رمضان ایشان انسان"
        " زندان میدان طوفان باران درمان پایان جریان زمان سازمان فرمان جهان بحران تابستان زمستان"
        " بیمارستان شهرستان استان کردستان خوزستان عربستان بلوچستان سیستان گرگان رایگان"
        " بازرگان ارزان آسان امکان فلسطین برلین چین پوتین زمین حسین یاسین اطلاعات حیات"
    ).split()
)
_PERSIAN_BROKEN = {
    fold(plural): fold(singular)
    for plural, singular in (
        ("زنان", "زن"), ("مردان", "مرد"), ("مناطق", "منطقه"),
        ("حوادث", "حادثه"), ("مقامات", "مقام"), ("عوامل", "عامل"),
        ("شهدا", "شهید"), ("وزرا", "وزیر"), ("سفرا", "سفیر"), ("علما", "عالم"),
        ("افراد", "فرد"), ("اخبار", "خبر"), ("قوانین", "قانون"), ("مراکز", "مرکز"),
        ("منابع", "منبع"), ("اهداف", "هدف"), ("احزاب", "حزب"), ("اعضا", "عضو"),
        ("روسا", "رییس"), ("جوامع", "جامعه"), ("دول", "دولت"), ("مساجد", "مسجد"),
        ("مدارس", "مدرسه"), ("حملات", "حمله"), ("تظاهرات", "تظاهرات"), ("انتخابات", "انتخابات"),
    )
}  # fmt: skip

_URDU = Endings(
    Ending(fold("یاں یوں"), becomes=fold("ی"), least=2),
    Ending(fold("وں یں"), least=2),
)
_URDU_OTHERS = Endings(
    Ending(fold("ے وں"), becomes=fold("ہ"), least=2),
    Ending(fold("ے وں"), becomes=fold("ا"), least=2),
    Ending(fold("ؤں"), becomes=fold("ا"), least=2),
    Ending(fold("ات"), least=4),
    Ending(fold("ات"), becomes=fold("ہ"), least=3),
)
_URDU_WHOLE = frozenset(
    fold("میں نہیں ہیں یہاں وہاں کہاں جہاں ہاں ماں دونوں لیے سے نے کے کیے ہوئے دیے اطلاعات").split()
)


def persian(word: str) -> tuple[str, ...]:
    """The keys of a folded word, its first form before others."""
    if word in _PERSIAN_WHOLE:
        return (word,)
    if (singular := _PERSIAN_BROKEN.get(word)) is not None:
        return unique((singular, word))
    of_land = word.endswith("ستان") and not word.endswith("يستان")
    others = () if of_land else _PERSIAN_OTHERS.stems(word)
    named = (one for one in others if one not in _PERSIAN_WHOLE)  # ایرانیان are no ایران
    return unique((_PERSIAN.stem(word) or word, word, *named))


def urdu(word: str) -> tuple[str, ...]:
    """The keys of a folded word, its first form before others."""
    if word in _URDU_WHOLE:
        return (word,)
    return unique((_URDU.stem(word) or word, word, *_URDU_OTHERS.stems(word)))


LANGUAGES = {
    "fa": Rules(persian, None, ("arabic",)),
    "ur": Rules(urdu, None, ("arabic",)),
}
