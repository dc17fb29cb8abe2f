"""Text in a header, encoded and folded so that it comes out as it went in.

The standard library's own folding drops and doubles spaces where encoded and plain words meet, and
decodes what looks like an encoded word. Here a text goes plain when it can, and otherwise as
encoded words from end to end: white space between two of those is not part of the text
(RFC 2047, section 6.2), so folding changes nothing.
"""

import base64
import string

_LONGEST_LINE = 76  # RFC 2047, section 2: for lines that hold encoded words
_LONGEST_WORD = 75  # likewise: for an encoded word
_PLAIN = frozenset(string.ascii_letters + string.digits + string.punctuation + " ")
# What stands for itself in the "Q" encoding wherever a word may stand (RFC 2047, section 5, 3).
_SAFE_IN_Q = frozenset((string.ascii_letters + string.digits + "!*+-/").encode())
_BREAK = "\r\n "


def folded(name: str, text: str) -> str:
    """The value of the header `name`: ASCII, in lines of at most 76 characters.

    `text` is one line, as `clean.header_text` makes it.
    """
    first = _LONGEST_LINE - len(name) - len(": ")
    return _plain(text, first) or _encoded(text, first)


def _plain(text: str, first: int) -> str | None:
    """Folded at its spaces; None when it must be encoded."""
    words = text.split(" ")
    if not _PLAIN.issuperset(text) or "=?" in text or "" in words:
        return None
    if max(map(len, words)) > first:
        return None
    lines = [words[0]]
    room = first
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
            room = _LONGEST_LINE - 1
    return _BREAK.join(lines)


def _encoded(text: str, first: int) -> str:
    data = text.encode("utf-8")
    encode = min(_q_word, _b_word, key=lambda encode: len(encode(data)))
    words: list[str] = []
    piece = b""
    for char in text:
        room = min(_LONGEST_WORD, _LONGEST_LINE - 1 if words else first)
        longer = piece + char.encode("utf-8")
        if piece and len(encode(longer)) > room:
            words.append(encode(piece))
            longer = char.encode("utf-8")
        piece = longer
    words.append(encode(piece))
    return _BREAK.join(words)


def _b_word(data: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(data).decode('ascii')}?="


def _q_word(data: bytes) -> str:
    return f"=?utf-8?q?{''.join(map(_q_byte, data))}?="


def _q_byte(byte: int) -> str:
    if byte == ord(" "):
        return "_"
    return chr(byte) if byte in _SAFE_IN_Q else f"={byte:02X}"
