"""One spelling for what a reader takes for the same letters.

`fold` is made for comparing, never for showing. What it does to a text:

- case: full Unicode case folding (Straße → strasse, final sigma), Turkish dotless i → i;
- width, ligatures, presentation forms: their plain letters (NFKC), and æ → ae, ø → o, ł → l …;
- accents of Latin, Greek and Cyrillic, Arabic harakat, Hebrew niqqud, variation selectors:
  dropped. Marks that are letters stay: the vowel signs of Indic scripts and Thai, the Japanese
  voicing marks, Cyrillic й, ї and ў (ё becomes е, as Russian itself prints it);
- Arabic: the seats of hamza and the kinds of alef → alef, waw, yeh, but → waw before a waw, where
  countries differ (مسؤول, مسئول "official"); teh marbuta → heh; alef maqsura and Persian yeh → yeh;
  keheh → kaf; the kinds of heh → heh; tatweel dropped;
- Devanagari: nukta dropped and chandrabindu → anusvara, which newspapers use at will;
- digits of every script → 0-9; typographic apostrophes → ', hyphens and dashes → -;
- soft hyphens, joiners and marks of direction: dropped; the zero-width space → a space.

The Arabic rules follow "light10" (Larkey, Ballesteros, Connell, 2007) and the usual Persian ones;
the Devanagari rules follow Pingali and Varma, "Hindi Telugu Oromo at CLEF" (2006).
"""

import re
import unicodedata
from unicodedata import normalize

APOSTROPHES = "'\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02c8\u2032\u0060\u00b4\uff07\ua78b\ua78c"
HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u05be\ufe58\ufe63\uff0d"

# Seen as nothing: soft hyphen, joiners, marks of direction, word joiner and the operators beside
# it, byte order mark; and the half rings that transliterate ayn and hamza.
IGNORED = (
    "\u00ad\u034f\u061c\u180b\u180c\u180d\u180e\u200c\u200d\u200e\u200f\u02be\u02bf"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufeff"
)

_OWN_LETTERS = frozenset("йїў")  # not и, і, у with an accent

_SPECIAL = {
    **dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(HYPHENS, "-"), **dict.fromkeys(IGNORED, ""),
    "ı": "i", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "þ": "th",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "ɨ": "i", "ʉ": "u",
    "ة": "ه", "ى": "ي", "ی": "ي", "ٱ": "ا", "ک": "ك", "ە": "ه", "ہ": "ه", "ھ": "ه",
    "ـ": "", "ँ": "ं", "़": "",
    "٫": ".", "٬": ",",
    "׳": "'", "״": '"',
    "\u200b": " ",
}  # fmt: skip

# Blocks whose non-spacing marks are accents, points or harakat, not letters (Unicode Blocks.txt).
_ACCENT_BLOCKS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x0711, 0x0711), (0x0730, 0x074A), (0x0898, 0x089F),
    (0x08CA, 0x08FF), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0x2DE0, 0x2DFF),
    (0xA66F, 0xA67D), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF),
)  # fmt: skip


# No language piles up more marks on a letter: the bound of UAX #15's Stream-Safe Text Format.
_MOST_MARKS = 30
_PERHAPS_TOO_MANY = re.compile(rf"[^\w\s!-~]{{{_MOST_MARKS + 1}}}")


# With the vowel signs and the tatweel that may stand between.
_HAMZA_BEFORE_WAW = re.compile("[ئء](?=[\u0640\u064b-\u065f\u0670]{0,4}[وؤ])")


def fold(text: str) -> str:
    """The spelling by which `text` is compared. Folding twice changes nothing more."""
    if text.isascii():
        return text.lower().replace("`", "'")
    # A dropped accent can bring together two characters that compose, hence the second look.
    while (folded := _composed(_composed(text).translate(_TABLE))) != text:
        text = folded
    return text


def fold_keeping_case(text: str) -> str:
    """As `fold`, but capitals stay capitals: US is not us, Été is Ete, ẞ is SS.

    `fold` of the result is `fold` of the text, and folding so twice changes nothing more.
    """
    if text.isascii():
        return text.replace("`", "'")
    while (folded := _composed(_composed(text).translate(_TABLE_KEEPING_CASE))) != text:
        text = folded
    return text


def _composed(text: str) -> str:
    # `normalize` sorts a run of marks by insertion: hostile text could make that take hours.
    if _PERHAPS_TOO_MANY.search(text):
        text = _with_fewer_marks(text)
    text = normalize("NFC", text)
    return _HAMZA_BEFORE_WAW.sub("ؤ", text) if "ئ" in text or "ء" in text else text


def _with_fewer_marks(text: str) -> str:
    kept = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def is_accent(character: str) -> bool:
    """Whether a combining mark is dropped: an accent or a point, not a letter's own sign."""
    code = ord(character)
    return any(first <= code <= last for first, last in _ACCENT_BLOCKS) and (
        unicodedata.category(character).startswith("M")
    )


class _FoldingTable(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character) in {"Cn", "Co", "Cs"}:
            return character  # not kept: hostile text could fill the memory with a million of them
        folded = self[code] = _fold_character(character)
        return folded


class _FoldingTableKeepingCase(dict[int, str]):
    """The same, with what becomes of a capital in capitals."""

    def __missing__(self, code: int) -> str:
        folded = _TABLE[code]
        character = chr(code)
        if character.isupper():
            folded = folded.upper()
        elif unicodedata.category(character) == "Lt":  # ǅ: the first of two letters is a capital
            folded = folded[:1].upper() + folded[1:]
        elif folded == character:
            return character  # most of all there is; the unassigned are not kept, as above
        self[code] = folded
        return folded


_TABLE = _FoldingTable()
_TABLE_KEEPING_CASE = _FoldingTableKeepingCase()


def _fold_character(character: str) -> str:
    lower = character.casefold()
    if (special := _SPECIAL.get(character)) is not None:
        return special
    if is_accent(character):
        return ""
    if lower in _OWN_LETTERS:
        return lower
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    parts = normalize("NFKD", lower)
    return parts if parts == character else "".join(map(_fold_character, parts))
