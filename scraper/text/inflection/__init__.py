"""The regular inflections of a word: number, gender, case, verb endings; never derivation.

A query for `rocket` is to find `rockets`, `Rakete` to find `Raketen`, and neither `rocketry`.
Every language has a function that gives the keys of a folded word: stems that its forms have in
common. The query's side has one key, the text's side may answer to more, where an ending has more
than one reading: a query word q finds a text word t when key(q) is in keys(t), both in the
language of the text. So a dictionary form in a query, the usual case, is met with all its forms,
and a reading that is wrong costs only that one text word.

The script decides before the language: `ракеты` in an English article is read as Russian, `rockets`
in a Japanese one as English. A language without rules leaves words of its own script as they are.
How the rules were chosen, and how well they do: docs/decisions/inflection.md.
"""

from scraper.text.inflection import (
    arabic,
    baltic,
    bulgarian,
    english,
    germanic,
    greek,
    hebrew,
    indic,
    iranian,
    malay,
    romance,
    russian,
    south_slavic,
    turkic,
    ukrainian,
    uralic,
    west_slavic,
)
from scraper.text.inflection.rules import Rules, script_of

__all__ = ["DEFAULT_BY_SCRIPT", "LANGUAGES", "canonical", "is_known", "key", "keys"]

_RULES: dict[str, Rules] = {
    **arabic.LANGUAGES,
    **baltic.LANGUAGES,
    **bulgarian.LANGUAGES,
    **english.LANGUAGES,
    **germanic.LANGUAGES,
    **greek.LANGUAGES,
    **hebrew.LANGUAGES,
    **indic.LANGUAGES,
    **iranian.LANGUAGES,
    **malay.LANGUAGES,
    **romance.LANGUAGES,
    **russian.LANGUAGES,
    **south_slavic.LANGUAGES,
    **turkic.LANGUAGES,
    **ukrainian.LANGUAGES,
    **uralic.LANGUAGES,
    **west_slavic.LANGUAGES,
}

# Other codes under which texts are marked: older ones, and those of a macrolanguage.
_ALIASES = {"nb": "no", "nn": "no", "sh": "sr", "cnr": "sr", "iw": "he", "in": "id", "mo": "ro"}
_RULES |= {alias: _RULES[code] for alias, code in _ALIASES.items()}

LANGUAGES = frozenset(_RULES)

# Of a word in a text whose language is unknown, or written in another script.
DEFAULT_BY_SCRIPT = {
    "latin": "en",
    "cyrillic": "ru",
    "greek": "el",
    "arabic": "ar",
    "hebrew": "he",
    "devanagari": "hi",
    "bengali": "bn",
}

# Languages without rules here and not in Latin letters. Of all others, Latin words are their own.
_SCRIPTS_OF_OTHERS = {
    **dict.fromkeys(("be", "kk", "ky", "mn", "tg", "tt"), "cyrillic"),
    **dict.fromkeys(("ckb", "ps", "sd", "ug"), "arabic"),
    **dict.fromkeys(("mr", "ne", "sa"), "devanagari"),
    **dict.fromkeys(("as", "bn"), "bengali"),
    **dict.fromkeys(("ja", "km", "ko", "lo", "my", "th", "zh"), "unspaced"),
    "am": "ethiopic", "gu": "gujarati", "hy": "armenian", "ka": "georgian",
    "kn": "kannada", "ml": "malayalam", "or": "oriya", "pa": "gurmukhi", "si": "sinhala",
    "ta": "tamil", "te": "telugu", "yi": "hebrew", "ti": "ethiopic",
}  # fmt: skip


def canonical(language: str) -> str:
    """The code that is used here for a language that has several: no for nb, he for iw."""
    return _ALIASES.get(language, language)


def is_known(language: str) -> bool:
    """Whether anything is known of a language, by its code; all others are read alike."""
    return language in LANGUAGES or language in _SCRIPTS_OF_OTHERS


def key(word: str, language: str | None, *, name: bool = False) -> str:
    """What the regular inflections of a folded query word have in common, in this language.

    `language` is that of the text looked at (ISO 639-1, perhaps with a region; None: unknown).
    `name` says that the word was typed as a name, for which some languages have fewer forms.
    """
    rules = _rules(word, language)
    if rules is None:
        return word
    if name and rules.name_key is not None:
        return rules.name_key(word)
    return rules.keys(word)[0]


def keys(word: str, language: str | None) -> tuple[str, ...]:
    """The keys that a folded word of a text answers to, its likeliest first."""
    rules = _rules(word, language)
    return (word,) if rules is None else rules.keys(word)


def _rules(word: str, language: str | None) -> Rules | None:
    """The rules by which a word is read in a text of this language, if there are any."""
    script = "latin" if word.isascii() else script_of(word)
    if script is None or not word:
        return None
    if language is not None:
        code = language.lower().partition("-")[0]
        rules = _RULES.get(code)
        if rules is not None and script in rules.scripts:
            return rules
        own = rules.scripts if rules is not None else (_SCRIPTS_OF_OTHERS.get(code, "latin"),)
        if script in own:
            return None
    return _RULES.get(DEFAULT_BY_SCRIPT.get(script, ""))
