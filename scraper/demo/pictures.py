"""The pictures of the demo, drawn by code: real files, a few hundred bytes each."""

import struct
import zlib
from html import escape

WIDTH, HEIGHT = 240, 135  # pixels; 16:9, and wide enough not to be taken for an icon

_TRUECOLOUR = 2
_NO_FILTER = b"\x00"


def png(name: str) -> bytes:
    """A PNG (W3C PNG, 3rd edition) of a sky over a ground, its colours drawn from `name`."""
    tint = zlib.crc32(name.encode())
    sky = (tint & 0xFF, tint >> 8 & 0xFF, 0xC0)
    ground = (tint >> 16 & 0x7F, 0x60, tint >> 24 & 0x7F)
    horizon = HEIGHT * 2 // 3
    rows = b"".join(
        _NO_FILTER + bytes(sky if row < horizon else ground) * WIDTH for row in range(HEIGHT)
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, _TRUECOLOUR, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def logo(name: str) -> bytes:
    """An SVG with the outlet's name on a plain field."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="60" viewBox="0 0 320 60">'
        '<rect width="320" height="60" fill="#1d2b3a"/>'
        '<text x="16" y="40" font-family="serif" font-size="26" fill="#f4efe2">'
        f"{escape(name)}</text></svg>"
    ).encode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
