"""Content encodings undone piece by piece, so that no input makes us hold more than a little.

Each decoder takes raw bytes and yields decoded pieces of a bounded size; whoever reads them stops
when it has enough. That is what stops a decompression bomb: what is not asked for is not unpacked.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import brotli
import zstandard

OFFERED = "gzip, deflate, br, zstd"  # for Accept-Encoding

_PIECE = 64 * 1024  # bytes decoded at one step
_MAX_MEMBERS = 1000  # gzip members or zstd frames in one body; each costs time, even an empty one
_MAX_ENCODINGS = 3  # one over the other; two are met in the wild, a pile of them is an attack
_GZIP_MAGIC = b"\x1f\x8b\x08"  # RFC 1952, 2.3.1, with deflate as the method
_ZSTD_WINDOW = 8 * 1024 * 1024  # bytes; RFC 9659: the most that a zstd body may ask for
# A zstd block is at least 4 bytes and decodes to at most 128 KiB (RFC 8878, 3.1.1.2): a slice of
# this many bytes decodes to at most 2 MiB.
_ZSTD_SLICE = 64


class DecodingError(Exception):
    """The body is not in the encoding that it claims."""


class Decoder(Protocol):
    """Undoes one encoding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` decodes to, in pieces; raises DecodingError."""
        ...

    def finish(self) -> Iterator[bytes]:
        """What was held back; raises DecodingError if the body ended too early."""
        ...


class _Inflater(Protocol):
    """What zlib and zstandard's stream decoders have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


class GzipDecoder:
    """gzip (RFC 1952), of any number of members.

    What does not begin like gzip is passed on as it is: servers that name the encoding of a body
    that they have not encoded are common, and so are feeds that are gzip files (`sitemap.xml.gz`)
    without being called so. What follows the last member is padding, and dropped.
    """

    def __init__(self) -> None:
        self._held = b""
        self._plain = False
        self._ended = False
        self._members = 0
        self._inflater: zlib._Decompress | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` decodes to, in pieces; raises DecodingError."""
        if self._plain:
            yield data
            return
        self._held += data
        while self._held and not self._ended:
            if self._inflater is None and not self._begin():
                break
            if self._plain:
                data, self._held = self._held, b""
                yield data
                return
            yield from self._inflate()

    def _begin(self) -> bool:
        """Decide what the held bytes begin; False when there are too few to tell."""
        if self._held.startswith(_GZIP_MAGIC):
            self._members += 1
            if self._members > _MAX_MEMBERS:
                raise DecodingError(f"its gzip has more than {_MAX_MEMBERS} members")
            self._inflater = zlib.decompressobj(wbits=31)
        elif _GZIP_MAGIC.startswith(self._held):
            return False
        elif self._members:
            self._ended = True
        else:
            self._plain = True
        return not self._ended

    def _inflate(self) -> Iterator[bytes]:
        inflater = self._inflater
        assert inflater is not None
        data, self._held = self._held, b""
        yield from _inflate(inflater, data)
        if inflater.eof:
            self._held = inflater.unused_data
            self._inflater = None

    def finish(self) -> Iterator[bytes]:
        """What was held back; raises DecodingError if the body ended too early."""
        if self._inflater is not None:
            raise DecodingError("it ends in the midst of its compressed data")
        if self._held and not self._members:
            yield self._held
        self._held = b""


class DeflateDecoder:
    """deflate: the zlib format that the standard means (RFC 1950), or bare (RFC 1951) as some send.

    What follows its end is dropped.
    """

    def __init__(self) -> None:
        self._held = b""
        self._inflater: zlib._Decompress | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` decodes to, in pieces; raises DecodingError."""
        if self._inflater is None:
            self._held += data
            if len(self._held) < 2:
                return
            data, self._held = self._held, b""
            self._inflater = zlib.decompressobj(wbits=15 if _is_zlib(data) else -15)
        if not self._inflater.eof:
            yield from _inflate(self._inflater, data)

    def finish(self) -> Iterator[bytes]:
        """Nothing; raises DecodingError if the body ended too early."""
        if self._held or not (self._inflater is None or self._inflater.eof):
            raise DecodingError("it ends in the midst of its compressed data")
        yield from ()


def _is_zlib(data: bytes) -> bool:
    """Whether the first two bytes are a zlib header: RFC 1950, 2.2."""
    return data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0


def _inflate(inflater: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    full = True
    while (data or full) and not inflater.eof:
        try:
            piece = inflater.decompress(data, _PIECE)
        except zlib.error as error:
            raise DecodingError(f"it does not decode ({error})") from error
        data = inflater.unconsumed_tail
        full = len(piece) == _PIECE  # then more may wait inside, even with no input left
        if piece:
            yield piece


class BrotliDecoder:
    """br (RFC 7932). What follows its end is dropped."""

    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` decodes to, in pieces; raises DecodingError."""
        if not data or self._decompressor.is_finished():
            return
        self._begun = True
        try:
            piece = self._decompressor.process(data, output_buffer_limit=_PIECE)
            # Output may wait inside even when all input was taken, so ask until there is none.
            while piece or not self._decompressor.can_accept_more_data():
                yield piece
                piece = self._decompressor.process(b"", output_buffer_limit=_PIECE)
        except brotli.error as error:
            raise DecodingError(f"it does not decode ({error})") from error

    def finish(self) -> Iterator[bytes]:
        """Nothing; raises DecodingError if the body ended too early."""
        if self._begun and not self._decompressor.is_finished():
            raise DecodingError("it ends in the midst of its compressed data")
        yield from ()


class ZstdDecoder:
    """zstd (RFC 8878), of any number of frames."""

    def __init__(self) -> None:
        self._context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._frame: _Inflater | None = None
        self._frames = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` decodes to, in pieces; raises DecodingError."""
        for start in range(0, len(data), _ZSTD_SLICE):
            rest = data[start : start + _ZSTD_SLICE]
            while rest:
                frame = self._current_frame()
                try:
                    piece = frame.decompress(rest)
                except zstandard.ZstdError as error:
                    raise DecodingError(f"it does not decode ({error})") from error
                rest = frame.unused_data if frame.eof else b""
                if frame.eof:
                    self._frame = None
                if piece:
                    yield piece

    def _current_frame(self) -> _Inflater:
        if self._frame is None:
            self._frames += 1
            if self._frames > _MAX_MEMBERS:
                raise DecodingError(f"its zstd has more than {_MAX_MEMBERS} frames")
            self._frame = self._context.decompressobj()
        return self._frame

    def finish(self) -> Iterator[bytes]:
        """Nothing; raises DecodingError if the body ended too early."""
        if self._frame is not None:
            raise DecodingError("it ends in the midst of its compressed data")
        yield from ()


_DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": GzipDecoder,
    "x-gzip": GzipDecoder,
    "deflate": DeflateDecoder,
    "br": BrotliDecoder,
    "zstd": ZstdDecoder,
}
# Registered encodings that were not offered. Any other name (`utf-8`, `none`, `text/html` …) is a
# mistake of a server that has encoded nothing, and is passed over, as browsers do.
_UNREADABLE = frozenset(
    ["aes128gcm", "compress", "dcb", "dcz", "exi", "pack200-gzip", "x-compress"]
)


def decoders(content_encoding: str) -> list[Decoder]:
    """What undoes a Content-Encoding header, in the order in which to apply it.

    A gzip decoder is always last, for bodies that are gzip files themselves. Raises DecodingError.
    """
    names = [name.strip().lower() for name in content_encoding.split(",")]
    unreadable = sorted(_UNREADABLE.intersection(names))
    if unreadable:
        raise DecodingError(f"it is encoded as {unreadable[0]}, which was not offered")
    chosen = [_DECODERS[name]() for name in reversed(names) if name in _DECODERS]
    if len(chosen) > _MAX_ENCODINGS:
        raise DecodingError(f"it has {len(chosen)} encodings, one over the other")
    return [*chosen, GzipDecoder()]


def pour(chain: Sequence[Decoder], data: bytes) -> Iterator[bytes]:
    """`data` through every decoder in turn; empty pieces are left out."""
    if not chain:
        if data:
            yield data
        return
    for piece in chain[0].feed(data):
        yield from pour(chain[1:], piece)


def drain(chain: Sequence[Decoder]) -> Iterator[bytes]:
    """What the decoders still hold, once all data went in; raises DecodingError."""
    for index, decoder in enumerate(chain):
        for piece in decoder.finish():
            yield from pour(chain[index + 1 :], piece)
