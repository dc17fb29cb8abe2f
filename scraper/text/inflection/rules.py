"""What the rules of a language are, and which scripts it is written in."""

from collections.abc import Callable
from typing import NamedTuple


class Rules(NamedTuple):
    """The regular inflection of a language.

    `keys` gives what a folded word may be a form of: its likeliest key first, which is also the key
    of a query word, then those of other readings. A key is a stem, not a word to show, and is met
    by equality alone. `name_key` is the key of a query word typed as a name, where that is to be
    stricter: it must be one of `keys` of the same word. Both are pure, total (any string, also none
    of the language) and linear in the word's length. `scripts` are those the language is written
    in: names as in `script_of`.
    """

    keys: Callable[[str], tuple[str, ...]]
    name_key: Callable[[str], str] | None = None
    scripts: tuple[str, ...] = ("latin",)


# First and last code point of the blocks of each script with rules or neighbours to tell apart
# (Unicode Blocks.txt). Folded words have no presentation forms, no fullwidth letters.
_BLOCKS = (
    ("latin", 0x0041, 0x02AF), ("latin", 0x1E00, 0x1EFF),
    ("greek", 0x0370, 0x03FF), ("greek", 0x1F00, 0x1FFF),
    ("cyrillic", 0x0400, 0x052F), ("cyrillic", 0x1C80, 0x1C8F), ("cyrillic", 0x2DE0, 0x2DFF),
    ("armenian", 0x0530, 0x058F), ("hebrew", 0x0590, 0x05FF),
    ("arabic", 0x0600, 0x06FF), ("arabic", 0x0750, 0x077F), ("arabic", 0x08A0, 0x08FF),
    ("devanagari", 0x0900, 0x097F), ("bengali", 0x0980, 0x09FF), ("gurmukhi", 0x0A00, 0x0A7F),
    ("gujarati", 0x0A80, 0x0AFF), ("oriya", 0x0B00, 0x0B7F), ("tamil", 0x0B80, 0x0BFF),
    ("telugu", 0x0C00, 0x0C7F), ("kannada", 0x0C80, 0x0CFF), ("malayalam", 0x0D00, 0x0D7F),
    ("sinhala", 0x0D80, 0x0DFF), ("georgian", 0x10A0, 0x10FF), ("ethiopic", 0x1200, 0x137F),
)  # fmt: skip


def script_of(word: str) -> str | None:
    """The script of a word's first letter, None where it has none of the known ones."""
    letter = next((character for character in word if character.isalpha()), "")
    if not letter:
        return None
    code = ord(letter)
    return next((script for script, first, last in _BLOCKS if first <= code <= last), None)
