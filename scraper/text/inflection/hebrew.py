"""Hebrew: plurals, the construct state, the pronouns written on to a noun.

The key is the word's first form, its last letter in its final shape (טילים → טיל, סכינים → סכין).
Feminines keep their ה, for a word without it is mostly another (משטרה police, משטר regime); those
of relative adjectives (ישראלית) and of some usual adjectives are read as the masculine, too.
Prefixes are not of this module.
"""

from collections.abc import Iterator

from scraper.text.inflection.endings import words
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, unique

_FINAL = {"כ": "ך", "מ": "ם", "נ": "ן", "פ": "ף", "צ": "ץ"}

_PLURAL = Endings(
    Ending("ויות", becomes="ות", least=2),
    Ending("ויות", becomes="ה", least=2),
    Ending("יות", becomes="ית", least=2),
    Ending("ים", least=2),
    Ending("ות", becomes="ה", least=2),
)
_OTHERS = Endings(
    Ending("ים ות ת", becomes="ה", least=2),
    Ending("ות ו", least=3),
    Ending("י יו יה יהם יהן ינו הם נו ם ן", least=3),
    Ending("יות", becomes="יה", least=2),
    Ending("יים", becomes="י", least=2),
    Ending("ית", becomes="י", least=3),
    Ending("יות", becomes="י", least=3),
    Ending("תו תה תם תן תנו תי ותיו ותיה ותיהם ותינו", becomes="ה", least=2),
)
_ADJECTIVES = words(
    "חדש גדול קטן קשה בכיר צבאי ראשון אחרון חזק חלש ארוך קצר גבוה נמוך טוב רע חשוב מסוכן פצוע הרוג"
    " חטוף אסור מותר סגור פתוח מוקדם מאוחר כבד קל חם קר לבן שחור אדום כחול ירוק משותף רשמי"
)
_WHOLE = words(
    "ירושלים חיים מצרים אפרים מים שמים מכרים בנימין נתניהו ישראל עזה חיפה קהיר ביירות חברון פנים"
    " יומיים שנתיים שבועיים חודשיים אלפיים מאתיים ידיים רגליים עיניים אוזניים שיניים צהריים"
    " כנרת אילת רמת בית בת אות מות דת עת צוות כוח מוסקבה שלום יום רחוב ארגון שלטון ממון נשיא"
    " היום אתמול לפני אחרי שרת אמת קרית פתח רות עירית דגניה אמריקה רוסיה סוריה"
)
# They have no plural, and are nobody's: ישראלי, ישראלים and איראנית are their people, adjectives.
_PLACES = words(
    "ישראל ערב איראן עיראק לבנון ירדן מצרים תימן סודן הודו סין יפן פולין יוון ברזיל פקיסטן אפגניסטן"
    " אזרביג'ן קטר כווית עומאן מרוקו אלג'יר אוקראינה פלסטין כורדיסטן סוריה רוסיה גרמניה צרפת"
    " אנגליה איטליה ספרד הולנד טורקיה תורכיה אסיה אירופה אמריקה אפריקה קנדה אוסטריה בלגיה"
    " בחריין סעודיה לוב טוניס אתיופיה ארמניה גאורגיה קזחסטן אוזבקיסטן טג'יקיסטן טורקמניסטן"
    " בגדד טהרן דמשק ביירות קהיר עמאן ריאד מוסול בצרה חלב חומס אנקרה איסטנבול קאבול דובאי"
    " עזה חברון שכם רמאללה ג'נין יריחו חיפה אילת באר אשדוד אשקלון נצרת"
    " לונדון פריז ברלין רומא מוסקבה קייב וושינגטון בריסל"
)
_IRREGULAR = {
    "נשים": "אישה", "אנשים": "איש", "ערים": "עיר", "ילדים": "ילד", "בתים": "בית", "ימים": "יום",
    "בנות": "בת", "אחים": "אח", "דיווחים": "דיווח", "כוחות": "כוח", "מקומות": "מקום",
    "רחובות": "רחוב", "גבולות": "גבול", "ארגונות": "ארגון", "שולחנות": "שולחן", "קולות": "קול",
    "רצונות": "רצון", "אסונות": "אסון", "שרידים": "שריד", "נשיאים": "נשיא", "צוותים": "צוות",
    "זירות": "זירה", "חשבונות": "חשבון", "עיתונות": "עיתונות", "רעיונות": "רעיון", "דורות": "דור",
    "אבות": "אב", "מטוסים": "מטוס", "לילות": "לילה", "שבועות": "שבוע", "כיסאות": "כיסא",
}  # fmt: skip


def hebrew(word: str) -> tuple[str, ...]:
    """The keys of a folded word without its prefixes, its first form before others."""
    if word in _WHOLE:
        return (word,)
    found = unique(map(_with_final, _readings(word)))
    return tuple(one for one in found if one == word or one not in _PLACES)


def _readings(word: str) -> Iterator[str]:
    if word in _IRREGULAR:
        yield _IRREGULAR[word]
    elif len(word) > 4 and (plural := _PLURAL.stem(word)):
        yield plural
    yield word
    yield from _PLURAL.stems(word)
    yield from _OTHERS.stems(word)
    if word.endswith("ה") and _with_final(word[:-1]) in _ADJECTIVES:
        yield word[:-1]


def _with_final(word: str) -> str:
    return word[:-1] + _FINAL.get(word[-1], word[-1]) if word else word


LANGUAGES = {"he": Rules(hebrew, None, ("hebrew",))}
