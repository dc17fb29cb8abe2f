"""The characters of a query as they are meant.

Input methods, word processors and web pages bring full-width signs, typographic quotes, Arabic
punctuation and marks of direction. Each is read as the plain sign that it stands for.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_QUOTES = (
    "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u2033"
    "\u300c\u300d\u300e\u300f\u301d\u301e\u301f"
)
_SPACES = "\u180e\u2800\u3164\u115f\uffa0"
_FORMS = (range(0xFE10, 0xFE1A), range(0xFE30, 0xFE6C), range(0xFF01, 0xFF5F))  # tall, small, wide

# Seen by nobody and meant by nobody: soft hyphen, zero-width space, marks of direction, word
# joiner, byte order mark. Texts are read without them, too.
_UNSEEN = (
    "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufeff"
)


def _forms() -> dict[str, str]:
    characters = (chr(code) for codes in _FORMS for code in codes)
    plain = {each: unicodedata.normalize("NFKC", each) for each in characters}
    return {each: one for each, one in plain.items() if len(one) == 1 and one.isascii()}


_PLAIN = str.maketrans(
    {
        **_forms(),
        **dict.fromkeys(_QUOTES, '"'),
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys("\u3010\u3014\ufe39\ufe3b\ufe5d", "("),
        **dict.fromkeys("\u3011\u3015\ufe3a\ufe3c\ufe5e", ")"),
        **dict.fromkeys("\u2217\u204e\u066d\u2731", "*"),
        **dict.fromkeys("\u301c\u223c\u02dc", "~"),
        **dict.fromkeys("\u2044\u2215\u29f8", "/"),
        **dict.fromkeys("\u2236\ua789", ":"),
        **dict.fromkeys("\u2223\u00a6", "|"),
        "\u061f": "?",
        "\u037e": ";",
        "\u2216": "\\",
        "\u00ac": "!",
    }
)


class Plain(NamedTuple):
    """A query in plain characters, and where each stood as it was typed.

    `offsets` has one more than there are characters; None: nothing was left out.
    """

    text: str
    offsets: Sequence[int] | None

    def at(self, position: int) -> int:
        """Where the character at `position` stood."""
        return position if self.offsets is None else self.offsets[position]


def plain(query: str) -> Plain:
    """The query as meant; what is never seen is left out."""
    if query.isascii():
        return Plain(query, None)
    text = query.translate(_PLAIN)
    if not any(unseen in text for unseen in _UNSEEN):
        return Plain(text, None)
    offsets = [index for index, character in enumerate(text) if character not in _UNSEEN]
    return Plain("".join(text[index] for index in offsets), [*offsets, len(query)])
