"""A body read as it comes, within limits on what is sent, what it decodes to, and how."""

import asyncio
import re
from collections.abc import AsyncIterable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager

from scraper.errors import FetchError
from scraper.fetch.address import shorten
from scraper.fetch.decoding import DecodingError, decoders, drain, pour

_MAX_RATIO = 250  # decoded to raw bytes; markup reaches 20, padding and tables now and then 100
_RATIO_FROM = 1024 * 1024  # decoded bytes from which the ratio counts
_MIN_PIECE = 16  # bytes that a piece must have on average …
_PIECES_FREE = 4096  # … once there were this many: parsing a piece costs far more than its bytes
_PIECES_PER_TURN = 64  # after which other tasks have their turn


_HEAD = 5_000  # bytes in which a sitemap says that it is one
_SITEMAP = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:urlset|sitemapindex)[\s>]")
_LARGEST_SITEMAP = 50 * 1024 * 1024  # bytes (https://www.sitemaps.org/protocol.html)
_LARGE_AT_ONCE = 4


class TooLargeError(FetchError):
    """The body is larger than allowed, or a decompression bomb."""


class Sitemaps:
    """Room for sitemaps, which may be larger than pages; few of that size are read at once."""

    def __init__(self, limit: int = _LARGEST_SITEMAP, at_once: int = _LARGE_AT_ONCE) -> None:
        self.limit = limit
        self.turns = asyncio.Semaphore(at_once)


async def read(
    chunks: AsyncIterable[bytes],
    headers: Mapping[str, str],
    *,
    url: str,
    limit: int,
    cut: bool = False,
    sitemaps: Sitemaps | None = None,
) -> bytes:
    """The decoded body, at most `limit` bytes; of a sitemap, those of `sitemaps`.

    `chunks` are the raw bytes; `headers` have lower-case names. A larger body raises a permanent
    TooLargeError, or, with `cut`, is cut off at the limit. Other faults of the body are temporary
    FetchErrors; what reading `chunks` raises passes through.
    """
    most = limit if sitemaps is None or cut else max(limit, sitemaps.limit)
    reader = _Reader(headers, url=url, limit=limit, most=most, cut=cut)
    async with AsyncExitStack() as stack:
        large = False
        async for chunk in chunks:
            if reader.take(chunk):
                break
            if sitemaps is not None and reader.has_grown and not large:
                await stack.enter_async_context(sitemaps.turns)
                large = True
            if reader.pieces % _PIECES_PER_TURN == 0:
                await asyncio.sleep(0)
        else:
            reader.finish()
        return bytes(reader.body)


async def skip(chunks: AsyncIterable[bytes], limit: int = 16 * 1024) -> None:
    """Read a body of no interest to its end, so that its connection can be used again.

    Beyond `limit` raw bytes it costs less to open another.
    """
    seen = 0
    async for chunk in chunks:
        seen += len(chunk) + _MIN_PIECE
        if seen > limit:
            return


class _Reader:
    """What was read so far, and whether it may go on."""

    def __init__(
        self, headers: Mapping[str, str], *, url: str, limit: int, most: int, cut: bool
    ) -> None:
        self.has_grown = False
        self.body = bytearray()
        self.pieces = 0
        self._raw = 0
        self._url = url
        self._limit = limit
        self._most = most  # of a sitemap
        self._cut = cut
        length = headers.get("content-length", "")
        if not cut and length.isascii() and length.isdigit() and int(length[:18]) > most:
            raise self._too_large()
        with _explained(url):
            self._chain = decoders(headers.get("content-encoding", ""))

    def take(self, chunk: bytes) -> bool:
        """Add raw bytes; True once the body was cut off."""
        self.pieces += 1
        self._raw += len(chunk)
        if self.pieces > _PIECES_FREE and self._raw < self.pieces * _MIN_PIECE:
            raise FetchError(f"{shorten(self._url)} is sent in absurdly small pieces")
        with _explained(self._url):
            was_cut = self._add(pour(self._chain, chunk))
        # Though padding, say, decodes to nothing.
        sent_too_much = self._raw > self._limit and not self._grows()
        if sent_too_much and not self._cut:
            raise self._too_large()
        return was_cut or sent_too_much

    def finish(self) -> None:
        """Add what the decoders held back; raises FetchError if the body ended too early."""
        with _explained(self._url):
            self._add(drain(self._chain))

    def _add(self, pieces: Iterator[bytes]) -> bool:
        for piece in pieces:
            self.body += piece
            if len(self.body) > self._limit and not self._grows():
                if not self._cut:
                    raise self._too_large()
                del self.body[self._limit :]
                return True
            if len(self.body) > _RATIO_FROM and len(self.body) > self._raw * _MAX_RATIO:
                raise TooLargeError(
                    f"{shorten(self._url)} unpacks to more than {_MAX_RATIO} times what was sent: "
                    "a decompression bomb",
                    permanent=True,
                )
        return False

    def _grows(self) -> bool:
        """Whether it is a sitemap, for which there is more room."""
        if self._most == self._limit or not _SITEMAP.search(self.body[:_HEAD]):
            return False
        self._limit = self._most
        self.has_grown = True
        return max(len(self.body), self._raw) <= self._limit

    def _too_large(self) -> TooLargeError:
        return TooLargeError(
            f"{shorten(self._url)} is larger than {self._limit} bytes. If it is meant to be, raise "
            "fetch.max_size in the settings.",
            permanent=True,
        )


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Raise a DecodingError as a temporary FetchError that names the page."""
    try:
        yield
    except DecodingError as error:
        raise FetchError(f"the body of {shorten(url)} is broken: {error}") from error
