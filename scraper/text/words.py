"""The words of a text, folded, with their place in the original.

What is a word:

- letters, their marks, and digits: `rocket`, `हमला`, `F16`, `2nd`. Soft hyphens and marks of
  direction inside it are passed over, and so are the zero-width space, which pages put where a long
  word may break, and the zero-width non-joiner, except after an Arabic letter, where these part
  words as a space would;
- an apostrophe parts words (`l'Irak` → l, irak); a possessive 's is none (`Baghdad's` → baghdad);
- a hyphen, a slash, an underscore, a dot parts words: `US-Iraqi` → us, iraqi; `COVID-19` → covid,
  19. So the words of an address are those within it: `war@news.example` → war, news, example;
- single letters with dots are one word: `U.S.` → us;
- a number with separators is one word, written the one way: `13,000`, `13.000`, `13'000` and 13 000
  with a no-break space → 13000; `3.5`, `3,5` → 3.5. So 3.500 is three and a half thousand;
- between Hebrew letters a quotation mark is a gershayim: one word;
- scripts written without spaces (Han, kana, Thai, Lao, Khmer, Myanmar), and Hangul, where particles
  hang on the noun: every character with its marks is a word, so that whoever compares can look for
  runs of them. Conjoining jamo make one syllable; variants of Chinese characters stay apart.

What is none: punctuation, symbols, emoji, superscripts (footnote marks).
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from scraper.text.folding import APOSTROPHES, IGNORED, fold


class Word(NamedTuple):
    """A folded word and where it stands: `original[start:end]`."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of `text` in their order, in time linear in its length."""
    return _words_of_ascii(text.lower()) if text.isascii() else _words_of_any(text)


def texts(text: str) -> list[str]:
    """The words of `text` without their places, at a third of the cost.

    No word, and nothing that settles one, reaches over a space, the end of a line or an ideograph
    without a mark. So plain words and ideographs are split there and folded, in runs of them; only
    the rest is gone through match by match.
    """
    found: list[str] = []
    for match in _RUNS.finditer(text):
        run = match[0]
        kind = match.lastindex
        if kind == _PLAIN:
            run = run.replace("\n", " ").replace(", ", " ").replace(". ", " ")
            if run.isascii():
                found += run.lower().split()
            else:
                found += filter(None, map(_fold_cached, run.split(" ")))
        elif kind == _CHARACTER:
            found += map(_fold_cached, run)
        else:
            found += _rest_cached(run) if len(run) <= _LONGEST_KEPT else _rest(run)
    return found


def _rest(text: str) -> list[str]:
    if text.isascii():
        lower = text.lower()
        return [
            lower[slice(*match.span(kind))]
            if (kind := match.lastindex or _PLAIN) <= _CHARACTER
            else _normalise(match[kind], kind)
            for match in _ASCII.finditer(lower)
        ]
    folded = (
        _fold(match[kind])
        if (kind := match.lastindex or _PLAIN) <= _CHARACTER
        else _normalise(match[kind], kind)
        for match in _ANY.finditer(text)
    )
    return [word for word in folded if word]


_rest_cached = lru_cache(maxsize=1 << 14)(_rest)


def is_unspaced(word: str) -> bool:
    """Whether a folded word is one character of a script written without spaces."""
    return _UNSPACED.match(word) is not None


_LONGEST_KEPT: Final = 40  # characters of a word that the cache holds

# The groups of the two patterns. Up to _CHARACTER, no more is needed than folding.
_PLAIN, _CHARACTER, _ABBREVIATION, _NUMBER, _WORD = 1, 2, 3, 4, 5


def _words_of_ascii(lower: str) -> list[Word]:
    found = []
    new = tuple.__new__  # a third faster than the class's own constructor
    for match in _ASCII.finditer(lower):
        kind = match.lastindex or _PLAIN
        start, end = match.span(kind)
        word = lower[start:end]
        if kind > _CHARACTER:
            word = _normalise(word, kind)
        found.append(new(Word, (word, start, end)))
    return found


def _words_of_any(text: str) -> list[Word]:
    found = []
    new = tuple.__new__
    for match in _ANY.finditer(text):
        kind = match.lastindex or _PLAIN
        start, end = match.span(kind)
        word = text[start:end]
        word = _fold(word) if kind <= _CHARACTER else _normalise(word, kind)
        if word:  # an accent astray folds to nothing
            found.append(new(Word, (word, start, end)))
    return found


def _fold(word: str) -> str:
    # A very long word is hardly met twice, and a cache full of them would weigh.
    return _fold_cached(word) if len(word) <= _LONGEST_KEPT else _fold_anew(word)


def _fold_anew(word: str) -> str:
    return fold(word.replace(_ZERO_SPACE, ""))


_fold_cached = lru_cache(maxsize=1 << 16)(_fold_anew)


def _normalise(written: str, kind: int) -> str:
    folded = _fold(written)
    if kind == _NUMBER:
        return _number(folded)
    if kind == _ABBREVIATION:
        return folded.replace(".", "")
    return folded.replace('"', "").replace("'", "")  # gershayim and geresh


_THOUSANDS = re.compile(r"(?!0)\d{1,3}([.,' ])\d{3}(?:\1\d{3})*(?:(?!\1)[.,]\d+)?")
_LAKHS = re.compile(r"(?!0)\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")


def _number(folded: str) -> str:
    if match := _THOUSANDS.fullmatch(folded):
        return folded.replace(match[1], "").replace(",", ".")
    if _LAKHS.fullmatch(folded):
        return folded.replace(",", "")
    return folded.replace(",", ".")


# Scripts whose every character is a word of its own (Unicode Scripts.txt, Line_Break=SA and the
# ideographs); of these ranges only letters and marks count.
_UNSPACED_RANGES = (
    (0x0E01, 0x0EDF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17DD), (0x1950, 0x19DF),
    (0x1A20, 0x1AAD), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x302F), (0x3031, 0x3035),
    (0x3038, 0x303C), (0x3041, 0x31FF), (0xA960, 0xA97F), (0xA9E0, 0xA9FF), (0xAA60, 0xAADF),
    (0xD7B0, 0xD7FB), (0xF900, 0xFAFF), (0xFF66, 0xFFDC),
)  # fmt: skip

# The tens of thousands of Han and Hangul need no look at each: this module is to be imported fast.
_KNOWN_CHARACTERS = "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
_KANA = "\u3041-\u3096\u30a1-\u30fa"
_TO_CLASSIFY = (range(0x3400), range(0xA000, 0xAC00), range(0xD7A4, 0xD800), range(0xF900, 0x10000))

# Above the first 65,536 characters, whole blocks: `re` looks those below up in a table, but tries
# the ranges above one by one for every character that is in none of them.
_HIGH_SPACED = "\U00010000-\U00016fdf\U0001d400-\U0001d7ff\U0001df00-\U0001efff"
_HIGH_MARKS = "\U000e0100-\U000e01ef"
_HIGH_CHARACTERS = "\U00016fe0-\U0001b2ff\U00020000-\U000323af"

# Vowel and final jamo, halfwidth voicing marks and the zero-width space go with what is before.
_TRAILING = "\u1160-\u11ff\ud7b0-\ud7fb\uff9e\uff9f\ufe00-\ufe0f\u200b" + IGNORED


class _Classes(NamedTuple):
    """Insides of character classes."""

    letter: str  # of scripts with spaces
    spaced: str  # what their words are made of: letters, digits, marks
    character: str  # of scripts without spaces
    trailing: str  # what goes with the character before it


def _classes() -> _Classes:
    apart = {*map(ord, APOSTROPHES), *map(ord, IGNORED)}
    unspaced = {code for first, last in _UNSPACED_RANGES for code in range(first, last + 1)}
    letters: list[int] = []
    spaced: list[int] = []
    characters: list[int] = []
    marks: list[int] = []
    for code in (code for codes in _TO_CLASSIFY for code in codes if code not in apart):
        category = unicodedata.category(chr(code))
        if category[0] not in "LMN" or category == "No":
            continue
        if code in unspaced and category != "Nd":
            (marks if category[0] == "M" else characters).append(code)
            continue
        spaced.append(code)
        if category[0] == "L":
            letters.append(code)
    return _Classes(
        letter=_ranges(letters) + _HIGH_SPACED,
        spaced=_ranges(spaced) + _HIGH_SPACED + _HIGH_MARKS,
        character=_ranges(characters) + _KNOWN_CHARACTERS + _HIGH_CHARACTERS,
        trailing=_ranges(marks) + _TRAILING,
    )


def _ranges(codes: list[int]) -> str:
    """Ascending code points as the ranges of a character class."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_CLASSES = _classes()
_APOSTROPHE = f"[{APOSTROPHES}]"
_HEBREW = "\u05d0-\u05ea"
_GERSHAYIM = "\"'\u05f3\u05f4\u201d\u2019"  # geresh and gershayim, and what is typed for them
_ARABIC = "\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
_NON_JOINER = "\u200c"
_ZERO_SPACE = "\u200b"
_GROUP = "\u00a0\u2009\u202f'\u2019"  # between thousands, beside dot and comma
_SARA_AM = "\u0e4d\u0e32|\u0ecd\u0eb2"  # Thai and Lao AM in two pieces: a character of its own

# In these patterns groups are not repeated possessively: Python 3.11.2 loses their place.
_ASCII = re.compile(
    r"([a-z0-9]++)(?=[ \n]|[.,][ \n])"  # most words, so tried first
    r"|((?!))"  # no such characters
    r"|([a-z](?:\.[a-z])+)(?![a-z0-9])(?:\.?['`]s(?![a-z0-9]))?"
    r"|(\d{1,3}(?:'\d{3}(?!\d))+(?:[.,]\d++)?|\d++(?:[.,]\d++)+)"
    r"|([a-z0-9]+)(?:['`]s(?![a-z0-9]))?"
)


def _pattern() -> re.Pattern[str]:
    letter, spaced, character, trailing = _CLASSES
    possessive = rf"{_APOSTROPHE}[sS](?![{spaced}])"
    inside = (
        rf"(?:[{IGNORED.replace(_NON_JOINER, '')}]|(?<![{_ARABIC}])[{_NON_JOINER}{_ZERO_SPACE}]"
        rf"|(?<=[{_HEBREW}])[{_GERSHAYIM}](?=[{_HEBREW}]))"
    )
    more = rf"(?:(?=[{_ZERO_SPACE}{IGNORED}{_GERSHAYIM}]){inside}+[{spaced}]++)*"
    return re.compile(
        rf"([{spaced}]++)(?=[ \n]|[.,][ \n])"
        rf"|((?:{_SARA_AM}|[{character}])(?:(?!{_SARA_AM})[{trailing}])*)"
        rf"|([{letter}](?:\.[{letter}])+)(?![{spaced}])(?:\.?{possessive})?"
        rf"|(\d{{1,3}}(?:[{_GROUP}]\d{{3}}(?!\d))+(?:[.,]\d++)?|\d++(?:[.,\u066b\u066c]\d++)+)"
        rf"|([{spaced}]++{more})(?:{possessive})?"
    )


_ANY = _pattern()


def _runs() -> re.Pattern[str]:
    """Runs of plain words with the spaces after them, of ideographs, and of what is neither."""
    word = rf"[{_CLASSES.spaced}]{{1,{_LONGEST_KEPT}}}+[.,]?[ \n]"
    sign, mark = f"[{_KNOWN_CHARACTERS}{_KANA}]", f"[{_CLASSES.trailing}]"
    rest = rf"(?:[^ \n{sign[1:-1]}]++|{sign}(?={mark}))+[ \n]?|[ \n]"
    return re.compile(rf"((?:{word})+)|((?:{sign}(?!{mark}))+)|{rest}")


_RUNS = _runs()
_UNSPACED = re.compile(f"[{_CLASSES.character}]")
