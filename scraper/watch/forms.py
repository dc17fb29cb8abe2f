"""Other spellings under which a word of a text is found.

- Compounds: `air-strike` is also found as `airstrike`, `F-16` as `F16`, `Sana'a` as `Sanaa`.
- Arabic and Hebrew write conjunction, preposition and article on to the next word: وبغداد "and
  Baghdad", ببغداد "in Baghdad", للعراق "for (the) Iraq"; בבגדד "in Baghdad". Such a word is
  also found without them.

The prefixes of Arabic come in one order: a conjunction (و ف), then a preposition (ب ك ل), then the
article (ال; after ل it is written لل). Each may be absent; at least three letters must remain, for
in shorter words the same letters are mostly the root's own. That is the prefix part of "light10"
(Larkey, Ballesteros, Connell, 2007), with every combination the grammar knows; suffixes are not
touched, so that a watch for one word does not ring for another. Hebrew likewise: ו, then ש, then
one of ב כ ל מ, then ה. Other languages in these scripts (Persian, Urdu, Yiddish …) are left alone
as far as the language of the text is known.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from scraper.text.folding import APOSTROPHES, fold_keeping_case
from scraper.text.words import Word, is_unspaced

_FEWEST_LETTERS = 3  # that remain when prefixes are taken away
_MOST_PARTS = 4  # of a compound; longer chains are names of files and addresses

_ARABIC_WORD = re.compile("[\u0621-\u064a]+")
_HEBREW_WORD = re.compile("[\u05d0-\u05ea]+")
_OTHER_LANGUAGES = frozenset({"fa", "ur", "ps", "ku", "ckb", "ug", "sd", "yi"})

_APOSTROPHE = f"[{APOSTROPHES}]"
_HYPHEN = "[-\u2010\u2011\u2013\u2212\u05be\u00b7]"  # and the interpunct of Catalan
_CONNECTOR = re.compile(rf"(?<=\w)(?:({_APOSTROPHE})|{_HYPHEN})(?=\w)")


class Compound(NamedTuple):
    """Words `first` to `last` (indexes, inclusive), written as one."""

    joined: str
    first: int
    last: int


# Within a word as written, but not of its spelling: U.S., Sana'a, צה"ל.
_NOT_SPELLED = str.maketrans(dict.fromkeys(".,'\"", None))


def cased(written: str) -> str:
    """How a word is spelled that is compared with its capitals: without accents, dots and such."""
    return fold_keeping_case(written).translate(_NOT_SPELLED)


def is_without_prefixes(language: str) -> bool:
    """Whether a language is written in Arabic or Hebrew letters and has no such prefixes."""
    return language in _OTHER_LANGUAGES


def without_prefixes(word: str, language: str | None) -> tuple[str, ...]:
    """What else a folded Arabic or Hebrew word may be, a prefix or more taken away."""
    if language in _OTHER_LANGUAGES or len(word) <= _FEWEST_LETTERS or word.isascii():
        return ()
    return _without_prefixes(word)


@lru_cache(maxsize=1 << 15)
def _without_prefixes(word: str) -> tuple[str, ...]:
    if _ARABIC_WORD.fullmatch(word):
        found = _strip_arabic(word)
    elif _HEBREW_WORD.fullmatch(word):
        found = _strip_hebrew(word)
    else:
        return ()
    return tuple(sorted(rest for rest in found if len(rest) >= _FEWEST_LETTERS and rest != word))


def _strip_arabic(word: str) -> set[str]:
    found = {word} | _strip({word}, "وف")
    found |= {"ا" + rest[1:] for rest in found if rest.startswith("لل")}  # للعراق is ل + العراق
    found |= _strip(found, "بكل")
    return found | {rest[2:] for rest in found if rest.startswith("ال")}


def _strip_hebrew(word: str) -> set[str]:
    found = {word}
    for prefixes in ("ו", "ש", "בכלמ", "ה"):
        found |= _strip(found, prefixes)
    return found


def _strip(words: set[str], prefixes: str) -> set[str]:
    return {word[1:] for word in words if word[0] in prefixes and len(word) > _FEWEST_LETTERS}


def compounds(text: str, words: Sequence[Word]) -> Iterator[Compound]:
    """The words of `text` that hyphens and apostrophes hold together, as one word each.

    Of `Sana'a-based` both `sanaabased` and `sanaa`. Numbers are not joined: 2023-24 is no 202324.
    """
    chain: list[int] = []  # indexes of words, each held to the next
    apostrophes: list[bool] = []  # whether an apostrophe holds it to the next
    for connector in _CONNECTOR.finditer(text):
        after = bisect_left(words, connector.end(), key=_start)
        if not 0 < after < len(words) or words[after].start != connector.end():
            continue
        if words[after - 1].end != connector.start():
            continue
        if not chain or chain[-1] != after - 1:
            yield from _joined(words, chain, apostrophes)
            chain, apostrophes = [after - 1], []
        chain.append(after)
        apostrophes.append(connector[1] is not None)
    yield from _joined(words, chain, apostrophes)


def _start(word: Word) -> int:
    return word.start


def _joined(
    words: Sequence[Word], chain: Sequence[int], apostrophes: Sequence[bool]
) -> Iterator[Compound]:
    if not 1 < len(chain) <= _MOST_PARTS:
        return
    yield from _compound(words, chain[0], chain[-1])
    if all(apostrophes):
        return
    for before, (first, held) in enumerate(zip(chain, apostrophes, strict=False)):
        if held and (before == 0 or not apostrophes[before - 1]):
            length = (*apostrophes[before:], False).index(False)
            yield from _compound(words, first, first + length)


def _compound(words: Sequence[Word], first: int, last: int) -> Iterator[Compound]:
    parts = [word.text for word in words[first : last + 1]]
    if not all(part[0].isdigit() for part in parts) and not any(map(is_unspaced, parts)):
        yield Compound("".join(parts), first, last)
