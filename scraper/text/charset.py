"""Bytes to text: which encoding a page is really in.

In order of trust: a byte order mark; the bytes being UTF-8 beyond doubt; the `Content-Type` header;
the XML declaration or `<meta>` in the first 4,096 bytes; UTF-8 with a few broken bytes; a
statistical guess among the legacy encodings that news is still published in. Labels mean what the
WHATWG Encoding Standard (https://encoding.spec.whatwg.org/#names-and-labels) says they mean, so
`latin1` is windows-1252. Nothing here raises, whatever the bytes.

A declaration is believed unless the bytes refute it: text that is valid UTF-8 and not mere ASCII
almost never is anything else, so UTF-8 wins over a single-byte label, and over a multi-byte label
that does not decode or that would have to be an accident many characters long.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from scraper.text.charset_guess import guess
from scraper.text.charset_labels import CODECS

DECLARATION_BYTES: Final = 4_096
"""How far into a page its own declaration is looked for; browsers look at 1,024 bytes."""

ACCIDENT: Final = 6
"""So many UTF-8 sequences in a row are no accident in a text of a multi-byte legacy encoding."""

DAMAGE: Final = 0.05
"""The share of a text's non-ASCII characters that may be broken before its label is disbelieved."""

FOREIGN_WORDS: Final = 20
"""So many words of nothing but letters with accents are in no Western language."""

_UTF8: Final = "utf-8"
_WESTERN: Final = frozenset({"cp1252", "iso8859_15"})
_FOREIGN_WORD = re.compile(rb"[\xc0-\xff]{4,}")
_HIGH = re.compile(rb"[\xc0-\xff]")
_SAMPLE_BYTES: Final = 500_000
_BOMS: Final = (
    (b"\xef\xbb\xbf", _UTF8),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MULTI_BYTE: Final = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"})
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
# On lower-case bytes: a literal beginning is found at once, one regardless of case is not.
_XML = re.compile(rb"<\?xml\b[^>]*?\bencoding\s*=\s*[\"']\s*([\w.:-]+)")
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)")
_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")


def decode(body: bytes, headers: Mapping[str, str]) -> str:
    """The text of a page, without its byte order mark. Broken bytes become U+FFFD; never raises.

    `headers` has lower-case names, as `Page.headers` does; only `content-type` is read.
    """
    text, _ = _decode(body, headers)
    return text


def to_utf8(body: bytes, headers: Mapping[str, str]) -> bytes:
    """The page in UTF-8, without a byte order mark. What the page declares of itself is left as is.

    A body that is UTF-8 already comes back as the same object.
    """
    text, codec = _decode(body, headers)
    if codec == _UTF8 and "\ufffd" not in text and not body.startswith(_BOMS[0][0]):
        return body
    # "replace" is for the lone surrogates that a hostile UTF-32 may hold.
    return text.encode(_UTF8, "replace")


def _decode(body: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
    """The text, and the name of the Python codec that gave it."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace"), codec
    if body.isascii() and b"\x1b" not in body and b"\x00" not in body[:4]:
        return body.decode("ascii"), _UTF8
    wide = _without_mark(body)
    if wide:
        return body.decode(wide, "replace"), wide
    return _decode_by_evidence(body, headers)


def _decode_by_evidence(body: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
    utf8 = _strict(body, _UTF8)
    damaged: tuple[str, str] | None = None
    for codec in _declared(body, headers):
        if utf8 is not None and not _outweighs_utf8(body, codec):
            continue
        if codec in _WESTERN and utf8 is None and _is_of_other_letters(body):
            continue
        text = utf8 if codec == _UTF8 else _strict(body, codec)
        if text is not None:
            return text, codec
        if utf8 is None and damaged is None:
            damaged = _mended(body, codec)
    if utf8 is not None:
        return utf8, _UTF8
    mended = damaged or _mended(body, _UTF8)
    if mended:
        return mended
    codec = guess(body)
    return body.decode(codec, "replace"), codec


def _declared(body: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    """The codecs that the header and then the page itself name, best first."""
    header = _HEADER.search(headers.get("content-type", "")[:1_000])
    if header:
        codec = CODECS.get(header[1].lower())
        if codec:
            yield codec
    start = _COMMENT.sub(b"", body[:DECLARATION_BYTES].lower())
    for pattern in (_XML, _META):
        found = pattern.search(start)
        codec = CODECS.get(found[1].decode("ascii", "replace")) if found else None
        if codec:
            # Markup that can be read as ASCII is not UTF-16, whatever it says (HTML standard).
            yield _UTF8 if codec.startswith("utf-16") else codec


def _strict(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        return None


def _is_of_other_letters(body: bytes) -> bool:
    """Whether whole words are of bytes that Western encodings have for letters with accents."""
    found = _FOREIGN_WORD.findall(body, 0, _SAMPLE_BYTES)
    return len(found) >= FOREIGN_WORDS and 2 * sum(map(len, found)) > len(
        _HIGH.findall(body, 0, _SAMPLE_BYTES)
    )


def _outweighs_utf8(body: bytes, codec: str) -> bool:
    """Whether a label that decodes without error is to be believed although UTF-8 does as well."""
    if codec == _UTF8 or body.isascii():
        return True
    if codec not in _MULTI_BYTE:
        return False
    sequences = _SEQUENCE.finditer(body)
    return sum(1 for _ in zip(sequences, range(ACCIDENT), strict=False)) < ACCIDENT


def _mended(body: bytes, codec: str) -> tuple[str, str] | None:
    """The text if only a few of its characters are broken: one cut off, one wrong quotation."""
    text = body.decode(codec, "replace")
    broken = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return (text, codec) if broken <= max(1, foreign * DAMAGE) and foreign > broken else None


def _without_mark(body: bytes) -> str | None:
    """UTF-16 that lacks its mark: the NUL bytes beside the first characters give it away."""
    start = body[:4]
    if len(start) < 4 or len(body) % 2:
        return None
    if start[1] == start[3] == 0 and start[0] and start[2]:
        return "utf-16-le"
    if start[0] == start[2] == 0 and start[1] and start[3]:
        return "utf-16-be"
    return None
