"""Text from outside, without what could steer a terminal or reorder the line it stands in."""

import re
import unicodedata

# The C0 and C1 control characters but tab and line feed, and the characters that make a terminal
# show a line in another order than it has: https://www.unicode.org/reports/tr9/.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_MOST_BEFORE, _MOST_AFTER = 60, 30  # characters on either side of a place that is pointed at


def printable(text: str) -> str:
    """The text without control characters, and with what UTF-8 cannot hold replaced."""
    return _encodable(_CONTROL.sub("", text))


def printable_json(text: str) -> str:
    """JSON with its control characters written as escapes: the same value, safe to show."""
    return _encodable(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def has_control(text: str) -> bool:
    """Whether there is something in the text to leave out, or a tab or line feed."""
    return printable(text) != text or "\t" in text or "\n" in text


def columns(text: str) -> int:
    """The columns that a text takes on a terminal: wide characters take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if _is_unseen(character) else 2 if _is_wide(character) else 1 for character in text
    )


def _is_unseen(character: str) -> bool:
    """Whether it takes no column: marks that go with a letter, joiners and marks of direction."""
    # Not all marks have a combining class: the vowel signs of Thai above a letter have none.
    return (
        unicodedata.category(character) in {"Mn", "Me", "Cf"} or "\u1160" <= character <= "\u11ff"
    )


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def pointed_at(text: str, position: int, *, indent: str = "  ") -> str:
    """The line of the text that holds a position, and a caret below the character there.

    Of a long line only what is near is shown.
    """
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    before, after = text[start:position], text[position : end if end >= 0 else len(text)]
    if len(before) > _MOST_BEFORE:
        before = f"…{before[-_MOST_BEFORE:]}"
    if len(after) > _MOST_AFTER:
        after = f"{after[:_MOST_AFTER]}…"
    before, after = (printable(part).replace("\t", " ") for part in (before, after))
    return f"{indent}{before}{after}\n{indent}{' ' * columns(before)}^"


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
