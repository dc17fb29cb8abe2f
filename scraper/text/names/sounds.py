"""How a name sounds, roughly, in whatever script it is written.

A name becomes the row of its consonants, each as one letter for a family that languages write
for one another (Soundex's idea, R. C. Russell, 1918, with families for names across languages):

    B  b f p v w      T  t d       R  r l: one letter in Japanese and Korean
    K  k g q x        S  s z       M  m n
    J  c ch j sh zh: heard as K here and as S there, so it passes for both

Vowels, h and y are nothing. Letters of other scripts are known by their Unicode names: BEH, BET, BE
and HANGUL CHOSEONG PIEUP all begin with their sound. Chinese characters have none that is known.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from scraper.text.folding import fold

_FAMILIES: Final = {
    **dict.fromkeys("bfpvw", "B"), **dict.fromkeys("kgqx", "K"), **dict.fromkeys("cj", "J"),
    **dict.fromkeys("td", "T"), **dict.fromkeys("sz", "S"), **dict.fromkeys("rl", "R"),
    **dict.fromkeys("mn", "M"),
}  # fmt: skip
# Rows of Latin letters that are one sound.
_ROWS: Final = re.compile(r"tsch|sch|tch|dzh|dsch|sz|cz|zh|sh|ch|th|ph|dj|dz|ts|ck|ks|[a-z]")
_SOUND_OF_ROW: Final = {
    **dict.fromkeys(("tsch", "sch", "tch", "dzh", "dsch", "sz", "cz", "zh", "sh", "ch", "dj"), "J"),
    "th": "T", "ph": "B", "dz": "S", "ts": "S", "ck": "K", "ks": "K",
}  # fmt: skip
_LETTER: Final = re.compile(
    r"(LATIN|[A-Z]+)(?: SMALL| CAPITAL)?(?: LETTER| SYLLABLE| CHARACTER| CHOSEONG| JONGSEONG)+"
    r"(?: SMALL| FINAL| SHORT)* ([A-Z]+)"
)
# Names that do not begin with their letter's sound.
_AS_NAMED: Final = {
    **dict.fromkeys(("CYRILLIC EL", "CYRILLIC ER"), "R"),
    **dict.fromkeys(("CYRILLIC EM", "CYRILLIC EN"), "M"),
    "CYRILLIC HA": "K", "CYRILLIC BYELORUSSIAN": "", "GREEK CHI": "K",
    "CYRILLIC ES": "S", "CYRILLIC EF": "B", "CYRILLIC SOFT": "", "CYRILLIC HARD": "",
    "CYRILLIC TSE": "S", "CYRILLIC CHE": "J", "CYRILLIC SHA": "J", "CYRILLIC SHCHA": "J",
    "CYRILLIC ZHE": "J", "GREEK THETA": "T", "GREEK XI": "K", "GREEK PSI": "B",
    "ARABIC SHEEN": "J", "ARABIC TCHEH": "J", "ARABIC JEEM": "J", "ARABIC JEH": "J",
    "ARABIC GHAIN": "K", "ARABIC KHAH": "K", "ARABIC WAW": "", "ARABIC VE": "B", "ARABIC NG": "M",
    "ARABIC OE": "", "ARABIC YU": "", "ARABIC U": "", "ARABIC KIRGHIZ": "",
    "HEBREW SHIN": "J", "HEBREW VAV": "", "HEBREW TSADI": "S", "HEBREW QOF": "K",
    "HANGUL IEUNG": "", "HANGUL CIEUC": "J", "HANGUL CHIEUCH": "J", "KATAKANA N": "M",
    "THAI SARA": "", "THAI MAI": "", "LAO SIGN": "", "LAO VOWEL": "", "LAO SEMIVOWEL": "",
    "ARMENIAN VO": "", "ARMENIAN SHA": "J", "ARMENIAN CHA": "J", "ARMENIAN CHEH": "J",
    "ARMENIAN ZHE": "J", "ARMENIAN JA": "S", "ARMENIAN CA": "S", "ARMENIAN CO": "S",
    "GEORGIAN SHIN": "J", "GEORGIAN ZHAR": "J", "GEORGIAN CHIN": "J", "GEORGIAN CAN": "S",
    "GEORGIAN CIL": "S", "GEORGIAN XAN": "K", "GEORGIAN PHAR": "B",
}  # fmt: skip
_DOUBLE: Final = re.compile(r"([^\W\d_])\1")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_ARABIC_THE: Final = "ال"
_ANUSVARA: Final = re.compile(r"[A-Z]+ SIGN ANUSVARA")


@lru_cache(maxsize=1_024)
def sounds(name: str) -> str:
    """The consonants of a name; nothing where no letter is known to sound."""
    folded = _DOUBLE.sub(r"\1", fold(name))
    if folded.isascii():
        return _of_latin(folded)
    return "".join(map(_sound, _HANGUL.sub(_in_letters, folded.removeprefix(_ARABIC_THE))))


def _in_letters(syllable: re.Match[str]) -> str:
    return unicodedata.normalize("NFD", syllable[0])


_KANA: Final = dict.fromkeys(("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"), "KANA")


def script(name: str) -> str:
    """The script of a name's letters: LATIN, CYRILLIC, CJK …; MIXED if there are several."""
    if name.isascii():
        return "LATIN"
    found = set(map(_script_of, name))
    found.discard("")
    if found == {"CJK", "KANA"}:
        return "KANA"
    return found.pop() if len(found) == 1 else "MIXED"


@lru_cache(maxsize=4_096)
def _script_of(character: str) -> str:
    if not character.isalpha():
        return ""
    first = unicodedata.name(character, "").split(" ", 1)[0]
    return _KANA.get(first, first if first != "MODIFIER" else "")


def alike(one: str, other: str) -> bool:
    """Whether two rows of consonants may be one name: of four, one may differ, of seven, two."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    allowed = (len(longer) + 2) // 3 if len(shorter) > 2 else 0
    allowed = min(allowed, 1 + len(shorter) // 6)
    return len(longer) - len(shorter) <= allowed and _distance(one, other) <= allowed


def like_any(one: str, others: Iterable[str]) -> bool:
    """Whether a row of consonants is like one of the others."""
    return any(alike(one, other) for other in others)


def _of_latin(folded: str) -> str:
    rows = _ROWS.findall(re.sub(r"c(?=[eiy])", "s", folded))
    return "".join(_SOUND_OF_ROW.get(row) or _FAMILIES.get(row[0], "") for row in rows)


@lru_cache(maxsize=4_096)
def _sound(character: str) -> str:
    name = unicodedata.name(character, "")
    if _ANUSVARA.match(name):
        return "M"
    if not character.isalpha() or "VOWEL" in name:
        return ""
    match = _LETTER.match(name)
    if match is None:
        return ""
    known = f"{match[1]} {match[2]}"
    if known in _AS_NAMED:
        return _AS_NAMED[known]
    return _FAMILIES.get(match[2][0].lower(), "")


def _distance(one: str, other: str) -> int:
    """Levenshtein's; J for K or S is no change."""
    previous = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        current = [row]
        for column, right in enumerate(other, 1):
            same = left == right or {left, right} in _NEAR
            current.append(
                min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (not same))
            )
        previous = current
    return previous[-1]


_NEAR: Final = ({"J", "K"}, {"J", "S"})
