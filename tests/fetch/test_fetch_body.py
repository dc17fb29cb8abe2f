import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable

import anyio
import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import FetchError
from scraper.fetch import body, decoding

LIMIT = 4 * 1024 * 1024
TEXT = "".join(f"<p>Line {n} of the morning's news.</p>\n" for n in range(3000)).encode()


def bare_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


def brotli_quickly(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=4))


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "bare deflate": bare_deflate,
    "br": brotli_quickly,
    "zstd": zstandard.compress,
}
each_encoding = pytest.mark.parametrize("name", ENCODERS)


def header(name: str) -> str:
    return name.removeprefix("bare ")


def decode(data: bytes, encoding: str, step: int = 1000) -> bytes:
    chain = decoding.decoders(encoding)
    pieces = [
        piece
        for start in range(0, len(data), step)
        for piece in decoding.pour(chain, data[start : start + step])
    ]
    return b"".join([*pieces, *decoding.drain(chain)])


async def chunks(data: bytes, step: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), step):
        yield data[start : start + step]


async def read(data: bytes, encoding: str = "", *, step: int = 1000, **kwargs: object) -> bytes:
    headers = {"content-encoding": encoding, "content-length": str(len(data))}
    options: dict[str, object] = {"url": "http://example.org/", "limit": LIMIT, **kwargs}
    return await body.read(chunks(data, step), headers, **options)  # type: ignore[arg-type]  # a test's


class TestDecoding:
    @each_encoding
    @pytest.mark.parametrize("step", [1, 7, 100_000])
    def test_gives_back_what_was_encoded_however_it_arrives(self, name: str, step: int):
        text = TEXT[:5000] if step == 1 else TEXT
        assert decode(ENCODERS[name](text), header(name), step) == text

    @each_encoding
    def test_nothing_is_left_behind_where_pieces_end(self, name: str):
        for size in (65_535, 65_536, 65_537, 65_700, 65_900, 66_050):
            assert decode(ENCODERS[name](bytes(size)), header(name), 1_000_000) == bytes(size)

    @each_encoding
    def test_no_body_is_no_error(self, name: str):
        assert decode(b"", header(name)) == b""

    @each_encoding
    def test_a_truncated_body_is_an_error(self, name: str):
        data = ENCODERS[name](TEXT)
        with pytest.raises(decoding.DecodingError, match="midst"):
            decode(data[: len(data) // 2], header(name))

    @pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
    def test_a_body_that_lacks_its_last_byte_is_an_error(self, name: str):
        with pytest.raises(decoding.DecodingError, match="midst"):
            decode(ENCODERS[name](TEXT)[:-1], header(name))

    @pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
    def test_a_broken_body_is_an_error(self, name: str):
        data = ENCODERS[name](TEXT)
        middle = len(data) // 2
        with pytest.raises(decoding.DecodingError):
            decode(data[:middle] + b"\xff" * 200 + data[middle + 200 :], name)

    def test_encodings_one_over_the_other(self):
        assert decode(brotli.compress(gzip.compress(TEXT)), "gzip, br") == TEXT

    def test_a_pile_of_encodings_is_refused(self):
        with pytest.raises(decoding.DecodingError, match="4 encodings"):
            decode(b"", "gzip, gzip, gzip, gzip")

    @pytest.mark.parametrize("name", ["identity", "", "utf-8", "none", "text/html", "8bit, UTF-8"])
    def test_what_is_no_encoding_is_passed_over(self, name: str):
        assert decode(TEXT, name) == TEXT

    def test_an_encoding_that_was_not_offered_is_named(self):
        with pytest.raises(decoding.DecodingError, match="compress"):
            decode(TEXT, "Compress")

    @pytest.mark.parametrize("text", [b"<rss/>", b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x07 no gzip"])
    def test_a_body_called_gzip_that_is_none_is_taken_as_it_is(self, text: bytes):
        assert decode(text, "gzip", 1) == text

    def test_a_gzip_file_that_is_not_called_so_is_unpacked(self):
        assert decode(gzip.compress(TEXT), "") == TEXT
        assert decode(gzip.compress(gzip.compress(TEXT)), "gzip") == TEXT

    def test_gzip_members_are_joined_and_padding_is_dropped(self):
        data = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 100 + b"padding"
        assert decode(data, "gzip", 3) == b"one two"

    def test_zstd_frames_are_joined(self):
        assert (
            decode(zstandard.compress(b"one ") + zstandard.compress(b"two"), "zstd") == b"one two"
        )

    @pytest.mark.parametrize("name", ["gzip", "zstd"])
    def test_countless_empty_members_are_refused(self, name: str):
        with pytest.raises(decoding.DecodingError, match="more than 1000"):
            decode(ENCODERS[name](b"") * 1001, name)

    def test_a_zstd_body_that_wants_much_memory_is_refused(self):
        wide = zstandard.ZstdCompressionParameters(window_log=27)
        frame = zstandard.ZstdCompressor(compression_params=wide).compressobj()
        with pytest.raises(decoding.DecodingError, match="memory"):
            decode(frame.compress(TEXT) + frame.flush(), "zstd")

    @each_encoding
    def test_pieces_are_small_even_of_a_bomb(self, name: str):
        data = ENCODERS[name](bytes(20_000_000))
        chain = decoding.decoders(header(name))
        largest = max(len(piece) for piece in decoding.pour(chain, data))
        assert largest <= 2 * 1024 * 1024

    @given(
        st.binary(max_size=300),
        st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br"]),
        st.integers(1, 50),
    )
    def test_any_bytes_decode_or_are_an_error(self, data: bytes, encoding: str, step: int):
        try:
            decoded = decode(data, encoding, step)
        except decoding.DecodingError:
            return
        assert isinstance(decoded, bytes)

    @given(st.binary(max_size=5000), st.sampled_from(sorted(ENCODERS)), st.integers(1, 6000))
    def test_any_bytes_come_back(self, data: bytes, name: str, step: int):
        packed = ENCODERS[name](data)
        unpacked_twice = data.startswith(b"\x1f\x8b\x08")  # then it is a gzip file itself
        if not unpacked_twice:
            assert decode(packed, header(name), step) == data


@pytest.mark.anyio
class TestReading:
    @each_encoding
    async def test_gives_the_decoded_body(self, name: str):
        assert await read(ENCODERS[name](TEXT), header(name)) == TEXT

    @each_encoding
    async def test_stops_a_bomb_for_good(self, name: str):
        data = ENCODERS[name](bytes(40_000_000))
        with pytest.raises(FetchError) as raised:
            await read(data, header(name))
        assert raised.value.permanent

    async def test_stops_a_bomb_before_the_limit_by_its_ratio(self):
        with pytest.raises(FetchError, match="bomb") as raised:
            await read(gzip.compress(bytes(2_000_000)), "gzip")
        assert raised.value.permanent

    async def test_stops_a_bomb_inside_a_bomb(self):
        data = gzip.compress(gzip.compress(bytes(40_000_000)))
        with pytest.raises(FetchError):
            await read(data, "gzip, gzip")

    async def test_takes_a_body_as_large_as_allowed_and_no_larger(self):
        assert len(await read(bytes(1000), limit=1000)) == 1000
        with pytest.raises(FetchError, match=r"fetch\.max_size") as raised:
            await read(bytes(1001), limit=1000)
        assert raised.value.permanent

    async def test_refuses_a_large_body_by_its_length_alone(self):
        async def untouchable() -> AsyncIterator[bytes]:
            raise AssertionError("the body was read")
            yield b""

        for length in ("1001", "9" * 5000):
            with pytest.raises(FetchError, match="larger than 1000"):
                await body.read(
                    untouchable(), {"content-length": length}, url="http://a.example/", limit=1000
                )

    async def test_counts_what_is_sent_even_if_it_decodes_to_nothing(self):
        padded = gzip.compress(TEXT[:500]) + bytes(5000)
        with pytest.raises(FetchError, match="larger than 1000"):
            await body.read(
                chunks(padded), {"content-encoding": "gzip"}, url="http://a.example/", limit=1000
            )
        source = chunks(padded)
        headers = {"content-encoding": "gzip"}
        read_until = await body.read(source, headers, url="u", limit=1000, cut=True)
        assert read_until == TEXT[:500]
        assert len([chunk async for chunk in source]) > 1

    async def test_lets_others_have_their_turn(self):
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        task = asyncio.create_task(other())
        await read(bytes(100_000), step=100)
        task.cancel()
        assert turns >= 10

    async def test_cuts_where_it_is_told_to(self):
        assert await read(bytes(5000), limit=1000, cut=True) == bytes(1000)
        assert await read(gzip.compress(TEXT), "gzip", limit=999, cut=True) == TEXT[:999]

    async def test_a_fault_of_the_body_is_temporary_and_named(self):
        with pytest.raises(FetchError, match=r"example\.org.*midst") as raised:
            await read(gzip.compress(TEXT)[:-20], "gzip")
        assert not raised.value.permanent

    async def test_refuses_absurdly_small_pieces(self):
        with pytest.raises(FetchError, match="small pieces"):
            await read(bytes(10_000), step=1)
        assert len(await read(bytes(4000), step=1)) == 4000

    async def test_skipping_reads_to_the_end_of_what_is_short(self):
        source = chunks(bytes(2000))
        await body.skip(source)
        assert [chunk async for chunk in source] == []

    async def test_skipping_does_not_read_what_is_long(self):
        source = chunks(bytes(1_000_000))
        await body.skip(source)
        left = [chunk async for chunk in source]
        assert len(left) > 900


def sitemap(size: int) -> bytes:
    urls = b"<url><loc>https://news.example/a</loc></url>"
    return b'<?xml version="1.0"?>\n<sm:urlset>' + urls * (size // len(urls)) + b"</sm:urlset>"


@pytest.mark.anyio
class TestSitemaps:
    """They may be larger than pages (https://www.sitemaps.org/protocol.html)."""

    @pytest.mark.parametrize("encoding", ["", "gzip"])
    async def test_a_sitemap_has_more_room(self, encoding: str):
        room = body.Sitemaps(limit=200_000)
        sent = sitemap(100_000)
        data = gzip.compress(sent) if encoding else sent
        found = await read(data, encoding, limit=10_000, sitemaps=room)
        assert found == sent
        assert not room.turns.locked()

    @pytest.mark.parametrize("start", [b"<html>", b"<rss>" + b" " * 6_000 + b"<urlset>"])
    async def test_another_list_has_not(self, start: bytes):
        with pytest.raises(body.TooLargeError, match="larger than 10000 bytes"):
            await read(start + sitemap(100_000)[40:], limit=10_000, sitemaps=body.Sitemaps())

    async def test_more_room_has_an_end(self):
        room = body.Sitemaps(limit=50_000)
        for sent in (sitemap(100_000), sitemap(50_001)):
            with pytest.raises(body.TooLargeError, match="larger than"):
                await read(sent, limit=10_000, sitemaps=room)
            with pytest.raises(body.TooLargeError, match="larger than 50000 bytes"):
                await read(gzip.compress(sent), "gzip", limit=10_000, sitemaps=room)
        assert not room.turns.locked()

    async def test_few_are_read_at_once(self):
        room = body.Sitemaps(limit=100_000, at_once=1)
        held = asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            sent = sitemap(50_000)
            yield sent[:20_000]
            await held.wait()
            yield sent[20_000:]

        first, second = (
            asyncio.create_task(
                body.read(slowly(), {}, url="http://a.example/", limit=10_000, sitemaps=room)
            )
            for _ in range(2)
        )
        await anyio.wait_all_tasks_blocked()
        assert room.turns.locked()
        second.cancel()
        held.set()
        assert await first == sitemap(50_000)
        assert not room.turns.locked()
