"""Text as the full-text index takes it: words in small letters without accents, parted by spaces.

It is done here, not in the databases, for two reasons: PostgreSQL's 'simple' configuration keeps
accents, and neither database finds words in the scripts that write none apart. Of those each
character is made a word, and what is searched becomes a phrase of them.

SQLite's index forgets a text only when it is given the same words again: whoever changes what
`fold` gives must have a migration build the index anew.
"""

import re
import unicodedata
from collections.abc import Sequence

# Scripts without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han, and their extensions.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
# The vowel signs of Indian scripts are marks, but as much a part of the word as its letters.
_SIGNS = frozenset(
    chr(code)
    for code in range(0x0900, 0x1D00)
    if unicodedata.category(chr(code)) in {"Mn", "Mc"} and unicodedata.combining(chr(code)) < 10
)
_UNSPACED_CHARACTER = re.compile(f"([{_UNSPACED}])")
_ACCENT = 10  # combining classes from here on are points and accents; below are letters' parts
_MANY = 100  # different characters

MAX_CHARACTERS = 100_000  # of a text that are indexed; a tsvector holds 1 MiB at most


def fold(text: str | None) -> str:
    """The words of `text`, folded."""
    if not text:
        return ""
    text = text[:MAX_CHARACTERS].casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        accents = [char for char in set(decomposed) if unicodedata.combining(char) >= _ACCENT]
        text = unicodedata.normalize("NFC", _each_replaced(decomposed, accents, ""))
        if _UNSPACED_CHARACTER.search("".join(set(text))):
            text = _UNSPACED_CHARACTER.sub(r" \1 ", text)
    no_word = [char for char in set(text) if not (char.isalnum() or char in _SIGNS)]
    text = _each_replaced(text, no_word, " ")
    most = MAX_CHARACTERS - text.startswith(" ")  # the space before the first word counts
    return " ".join(text.split())[:most].rstrip()


def _each_replaced(text: str, characters: Sequence[str], other: str) -> str:
    """A text has few different characters, and each is found faster than all are looked at."""
    if len(characters) > _MANY:
        return text.translate(dict.fromkeys(map(ord, characters), other))
    for character in characters:
        text = text.replace(character, other)
    return text


def phrases(query: str) -> list[str]:
    """What a query asks for, folded: its "quoted phrases" and its words; all of them must occur.

    Nothing in a query is an error: what is no word is left out.
    """
    parts: list[str] = []
    for number, quoted in enumerate(query.split('"')):
        parts.extend([quoted] if number % 2 else quoted.split())
    return [folded for part in parts if (folded := fold(part))]
