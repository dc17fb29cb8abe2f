"""Text from outside, without what could steer a terminal or reorder the line it stands in."""

import re

# The C0 and C1 control characters but tab and line feed, and the characters that make a terminal
# show a line in another order than it has: https://www.unicode.org/reports/tr9/.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text without control characters, and with what UTF-8 cannot hold replaced."""
    return _encodable(_CONTROL.sub("", text))


def printable_json(text: str) -> str:
    """JSON with its control characters written as escapes: the same value, safe to show."""
    return _encodable(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def has_control(text: str) -> bool:
    """Whether there is something in the text to leave out, or a tab or line feed."""
    return printable(text) != text or "\t" in text or "\n" in text


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
