"""Servers that do what servers must not, each on a port of its own, so that it is a host.

A server is a talk over a raw connection. `words` says what the operator must be told of it, or is
None where all that matters is that it does no harm. What floods may run into the time limit first,
on a machine that is busy.
"""

import asyncio
import gzip
import random
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count, pairwise
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import brotli
import zstandard

from tests.fetch import certificate
from tests.serving import LOOPBACK, LoopThread

SOON = 0.05  # seconds between the drops of what drips
_PIECE = b"x" * 65536


@dataclass(frozen=True, slots=True)
class Talk:
    """One request, and the connection to misuse. `base` is the server's own address."""

    path: str
    base: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.writer.write(piece)
        await self.writer.drain()

    async def for_ever(self, piece: bytes, pause: float = 0.0) -> None:
        while True:
            await self.say(piece)
            await asyncio.sleep(pause)

    async def silence(self) -> None:
        await asyncio.get_running_loop().create_future()

    def reset(self) -> None:
        sock = cast("socket.socket", self.writer.get_extra_info("socket"))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def page(self, body: bytes, kind: str = "text/html", *headers: str) -> None:
        await self.say(
            head(f"Content-Length: {len(body)}", f"Content-Type: {kind}", *headers), body
        )


Hostility = Callable[[Talk], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A hostility, and how it comes to it.

    `robots`: it answers for robots.txt, too; else that is 404. `tls`: it speaks TLS, or pretends
    to: "self-signed", "none", "hang".
    """

    talk: Hostility
    words: str | None
    robots: bool = False
    tls: str = ""


def head(*headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode("latin-1")


SERVERS: dict[str, Server] = {}


def hostile(
    words: str | None, *, robots: bool = False, tls: str = ""
) -> Callable[[Hostility], Hostility]:
    """Enter a talk under its own name."""

    def enter(talk: Hostility) -> Hostility:
        name = talk.__name__.replace("_", " ").strip()
        SERVERS[name] = Server(talk=talk, words=words, robots=robots, tls=tls)
        return talk

    return enter


# --- Silence and slowness


@hostile("did not answer within 5 seconds; if it is only slow, raise fetch.timeout")
async def says_nothing(talk: Talk) -> None:
    await talk.silence()


@hostile("did not answer within 5 seconds")
async def headers_drip(talk: Talk) -> None:
    await talk.say(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    await talk.for_ever(b"a", SOON)


@hostile("was not whole within 5 seconds")
async def body_drips(talk: Talk) -> None:
    await talk.say(head("Content-Length: 100000", "Content-Type: text/html"))
    await talk.for_ever(b"a", SOON)


@hostile("larger than 4000000 bytes|was not whole within 5 seconds")
async def body_without_end(talk: Talk) -> None:
    await talk.say(head("Transfer-Encoding: chunked"))
    await talk.for_ever(b"10000\r\n" + _PIECE + b"\r\n")


@hostile("absurdly small pieces|was not whole within 5 seconds")
async def chunks_of_a_byte(talk: Talk) -> None:
    await talk.say(head("Transfer-Encoding: chunked"))
    await talk.for_ever(b"1\r\nx\r\n" * 1000)


# --- Bombs


def _brotli(data: bytes) -> bytes:
    return cast("bytes", brotli.compress(data, quality=1))


_CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)),
    "br": _brotli,
    "zstd": zstandard.ZstdCompressor(level=3, write_content_size=False).compress,
    "deflate": zlib.compress,
}


@cache
def _zeros(coding: str) -> bytes:
    """Made when it is asked for: whoever collects the tests need not wait for it."""
    return _CODERS[coding](bytes(67_000_000))


async def _bomb(talk: Talk, coding: str) -> None:
    await talk.page(_zeros(coding), "application/rss+xml", f"Content-Encoding: {coding}")


@hostile("is larger than 4000000 bytes|decompression bomb")
async def gzip_bomb(talk: Talk) -> None:
    await _bomb(talk, "gzip")


@hostile("decompression bomb")
async def gzip_bomb_in_gzip(talk: Talk) -> None:
    await _bomb(talk, "gzip, gzip")


@hostile("decompression bomb")
async def brotli_bomb(talk: Talk) -> None:
    await _bomb(talk, "br")


@hostile("decompression bomb")
async def zstd_bomb(talk: Talk) -> None:
    await _bomb(talk, "zstd")


@hostile("is larger than 4000000 bytes|decompression bomb")
async def deflate_bomb(talk: Talk) -> None:
    await _bomb(talk, "deflate")


@hostile("encodings, one over the other")
async def pile_of_codings(talk: Talk) -> None:
    await talk.page(b"x", "text/html", "Content-Encoding: " + "gzip, " * 50 + "gzip")


@hostile("ends in the midst of its compressed data")
async def gzip_cut_off(talk: Talk) -> None:
    await talk.page(_zeros("gzip")[:1000], "text/html", "Content-Encoding: gzip")


# --- Lengths that lie


@hostile("closed the connection before the answer's end")
async def length_too_long(talk: Talk) -> None:
    await talk.say(head("Content-Length: 100000"), b"<html>")


@hostile("no article links")
async def length_too_short(talk: Talk) -> None:
    await talk.say(head("Content-Length: 5", "Content-Type: text/html"), b"<html>" * 1000)


@hostile("proper HTTP \\(bad Content-Length\\)")
async def length_negative(talk: Talk) -> None:
    await talk.say(head("Content-Length: -1"), b"<html>")


@hostile("proper HTTP \\(conflicting Content-Length headers\\)")
async def two_lengths(talk: Talk) -> None:
    await talk.say(head("Content-Length: 5", "Content-Length: 6"), b"<html>")


@hostile("is larger than 4000000 bytes")
async def length_of_a_galaxy(talk: Talk) -> None:
    await talk.say(head(f"Content-Length: {10**19}"), b"<html>")


# --- Redirects


async def _redirect(talk: Talk, location: str, *headers: str) -> None:
    moved = head(f"Location: {location}", "Content-Length: 0", *headers, status="302 Found")
    await talk.say(moved)


@hostile("redirects in a circle")
async def redirect_in_a_circle(talk: Talk) -> None:
    await _redirect(talk, "/b" if talk.path == "/feed" else "/feed")


@hostile("redirect number 6: too many")
async def redirect_on_and_on(talk: Talk) -> None:
    await _redirect(talk, talk.path + "a")


@hostile("redirects in a circle, as sites do that insist on a cookie")
async def redirect_until_a_cookie_comes(talk: Talk) -> None:
    await _redirect(talk, talk.path, "Set-Cookie: wanted=1")


@hostile("redirects to where we do not go: file:/etc/passwd cannot be fetched: only http")
async def redirect_to_a_file(talk: Talk) -> None:
    await _redirect(talk, "file:///etc/passwd")


@hostile("redirects to where we do not go: gopher:.* only http")
async def redirect_to_gopher(talk: Talk) -> None:
    await _redirect(talk, "gopher://127.0.0.1:6379/_FLUSHALL")


@hostile("redirects to where we do not go: 10.0.0.1 \\(private\\) is not an address of the public")
async def redirect_to_a_private_address(talk: Talk) -> None:
    await _redirect(talk, "http://10.0.0.1/admin")


@hostile("redirects to where we do not go: 169.254.169.254 \\(link-local\\) is not")
async def redirect_to_cloud_metadata(talk: Talk) -> None:
    await _redirect(talk, "http://169.254.169.254/latest/meta-data/")


@hostile("redirects to where we do not go: 0x7f000001 is an address in an unusual spelling")
async def redirect_to_a_number(talk: Talk) -> None:
    await _redirect(talk, "http://0x7f000001/")


@hostile("redirects to where we do not go: a link to 10.0.0.1 .* user name or password")
async def redirect_behind_an_at(talk: Talk) -> None:
    await _redirect(talk, "http://news.example@10.0.0.1/")


@hostile("redirects to where we do not go: .* port 22 is not one for web pages")
async def redirect_to_a_mail_server(talk: Talk) -> None:
    await _redirect(talk, "http://127.0.0.1:22/")


@hostile("redirects without saying where to")
async def redirect_to_nowhere(talk: Talk) -> None:
    await talk.say(head("Content-Length: 0", status="301 Moved Permanently"))


# --- What is no feed and no page


@hostile("is video/mp4, neither a page nor a feed")
async def video(talk: Talk) -> None:
    await talk.say(head("Content-Type: video/mp4", "Transfer-Encoding: chunked"))
    await talk.for_ever(b"10000\r\n" + _PIECE + b"\r\n")


@hostile("is application/pdf, neither a page nor a feed")
async def pdf(talk: Talk) -> None:
    await talk.page(b"%PDF-1.7" + bytes(1000), "application/pdf")


@hostile("is not text")
async def noise_as_html(talk: Talk) -> None:
    await talk.page(random.Random(5).randbytes(300_000), "text/html")


@hostile("The page is empty")
async def nothing_at_all(talk: Talk) -> None:
    await talk.page(b"", "application/rss+xml")


@hostile("plain text without links")
async def utf_7(talk: Talk) -> None:
    await talk.page(b"+ADw-rss version=+ACI-2.0+ACIAPg-" * 1000, "text/xml; charset=utf-7")


@hostile("no article links")
async def deep_html(talk: Talk) -> None:
    await talk.page(b"<div><b>" * 100_000)


@hostile(None)
async def deep_xml(talk: Talk) -> None:
    await talk.page(b"<rss><channel>" + b"<item>" * 200_000, "application/rss+xml")


@hostile(None)
async def laughing_xml(talk: Talk) -> None:
    names = "abcdefghij"
    entities = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names)
    )
    xml = f'<!DOCTYPE rss [<!ENTITY a "ha">{entities}]><rss><channel><title>&j;</title></channel>'
    await talk.page(xml.encode(), "application/rss+xml")


@hostile("answered 304 although nothing was at hand")
async def not_modified_since_never(talk: Talk) -> None:
    await talk.say(head(status="304 Not Modified"))


# --- HTTP as nobody speaks it


@hostile("headers, or marks between its chunks, without end|did not answer within 5 seconds")
async def header_of_a_megabyte(talk: Talk) -> None:
    await talk.say(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n")


@hostile("headers, or marks between its chunks, without end|did not answer within 5 seconds")
async def a_million_headers(talk: Talk) -> None:
    await talk.say(b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n" * 10_000] * 100, b"\r\n")


@hostile("sent 501 headers of 7905 bytes: too many")
async def cookies_by_the_hundred(talk: Talk) -> None:
    cookies = [f"Set-Cookie: c{number}=1" for number in range(500)]
    await talk.say(head("Content-Length: 0", *cookies))


@hostile("proper HTTP \\(illegal header line: 'this is no header'\\)")
async def header_without_a_colon(talk: Talk) -> None:
    await talk.say(head("this is no header", "Content-Length: 0"))


@hostile("proper HTTP \\(illegal status line")
async def status_of_nonsense(talk: Talk) -> None:
    await talk.say(b"\x00\x01 hello there\r\n\r\n")


@hostile("closed the connection without an answer in HTTP")
async def http_of_1991(talk: Talk) -> None:
    await talk.say(b"<html>It is a page, without any headers.</html>\r\n")


@hostile("did not answer within 5 seconds|without end")
async def patience_asked_for_again_and_again(talk: Talk) -> None:
    await talk.for_ever(b"HTTP/1.1 102 Processing\r\n\r\n" * 100, 0.001)


@hostile("closed the connection before the answer's end")
async def chunks_cut_off(talk: Talk) -> None:
    await talk.say(head("Transfer-Encoding: chunked"), b"1000\r\n<html>")


@hostile("proper HTTP \\(illegal chunk header")
async def chunk_larger_than_memory(talk: Talk) -> None:
    await talk.say(head("Transfer-Encoding: chunked"), b"f" * 40 + b"\r\n<html>")


@hostile("without end|was not whole within 5 seconds")
async def chunk_extension_without_end(talk: Talk) -> None:
    await talk.say(head("Transfer-Encoding: chunked"), b"5;a=")
    await talk.for_ever(b"a" * 10_000, 0.001)


@hostile("without end|was not whole within 5 seconds")
async def trailers_without_end(talk: Talk) -> None:
    await talk.say(head("Transfer-Encoding: chunked"), b"1\r\nx\r\n0\r\n")
    await talk.for_ever(b"X: y\r\n" * 1000, 0.001)


@hostile("no article links")
async def a_second_answer_unasked(talk: Talk) -> None:
    page = b"<p>Nothing."
    await talk.say(*[head(f"Content-Length: {len(page)}", "Content-Type: text/html") + page] * 2)


# --- Connections that break


@hostile("the connection broke")
async def reset_before_the_headers(talk: Talk) -> None:
    talk.reset()


@hostile("the connection broke")
async def reset_in_the_headers(talk: Talk) -> None:
    await talk.say(b"HTTP/1.1 200 OK\r\nContent-")
    talk.reset()


@hostile("the connection broke")
async def reset_in_the_body(talk: Talk) -> None:
    await talk.say(head("Content-Length: 100000"), b"<html>")
    await asyncio.sleep(SOON)
    talk.reset()


@hostile("closed the connection without an answer in HTTP")
async def hangs_up(talk: Talk) -> None:
    await talk.say()


# --- TLS


@hostile("certificate is self-signed, so that nobody vouches for it", tls="self-signed")
async def certificate_by_itself(talk: Talk) -> None:
    await talk.page(b"<html>")


@hostile("does not speak TLS on this port; try http://", tls="none")
async def no_tls_where_tls_is_due(talk: Talk) -> None:
    await talk.page(b"<html>")


@hostile("did not answer within 5 seconds", tls="hang")
async def handshake_that_hangs(talk: Talk) -> None:
    await talk.silence()


# --- Refusals


@hostile("429 \\(Too Many Requests\\): we are asked to come less often")
async def wait_for_a_century(talk: Talk) -> None:
    wait = head(f"Retry-After: {10**30}", "Content-Length: 0", status="429 Too Many Requests")
    await talk.say(wait)


@hostile("503 \\(Service Unavailable\\): the server is overloaded")
async def wait_until_yesterday(talk: Talk) -> None:
    past = "Retry-After: Mon, 01 Jan 1990 00:00:00 GMT"
    await talk.say(head(past, "Content-Length: 0", status="503 Service Unavailable"))


@hostile("answered 999")
async def status_of_its_own(talk: Talk) -> None:
    await talk.say(head("Content-Length: 0", status="999 Request denied"))


# --- robots.txt


@hostile("robots.txt did not answer within 5 seconds", robots=True)
async def robots_hang(talk: Talk) -> None:
    await talk.silence()


@hostile("no article links", robots=True)
async def robots_without_end(talk: Talk) -> None:
    if talk.path != "/robots.txt":
        await talk.page(b"<p>Nothing.")
        return
    await talk.say(head("Transfer-Encoding: chunked"))
    line = b"User-agent: *\nDisallow: /*a*b*c*d*e\n" * 1000
    await talk.for_ever(f"{len(line):x}\r\n".encode() + line + b"\r\n")


@hostile("no article links", robots=True)
async def robots_in_a_circle(talk: Talk) -> None:
    if talk.path == "/robots.txt":
        await _redirect(talk, "/robots.txt")
    else:
        await talk.page(b"<p>Nothing.")


@hostile("robots.txt cannot be read \\(it answered 500\\)", robots=True)
async def robots_broken(talk: Talk) -> None:
    await talk.say(head("Content-Length: 0", status="500 Internal Server Error"))


@hostile("closed to us by the site's robots.txt", robots=True)
async def robots_closed(talk: Talk) -> None:
    await talk.page(b"User-agent: *\nDisallow: /\n", "text/plain")


# --- More than anybody can read. Their links lead to more of the same.

_NUMBERS = count()


def _links(number: int) -> str:
    words = "the council met again on the harbour and its plans for spring"
    return "".join(
        f'<li><a href="/2026/03/{next(_NUMBERS)}-story.html">Number {index}: {words}</a></li>'
        for index in range(number)
    )


@hostile(None)
async def farm_of_links(talk: Talk) -> None:
    await talk.page(f"<html><body><ul>{_links(60)}</ul></body></html>".encode())


@hostile("no article links")
async def calendar_without_end(talk: Talk) -> None:
    days = "".join(f'<td><a href="/calendar/{next(_NUMBERS)}">{day}</a></td>' for day in range(31))
    await talk.page(f"<html><body><table><tr>{days}</tr></table></body></html>".encode())


@hostile(None)
async def page_of_30_000_links(talk: Talk) -> None:
    await talk.page(f"<html><body><ul>{_links(30_000)}</ul></body></html>".encode())


@hostile(None)
async def feed_that_is_new_each_time(talk: Talk) -> None:
    if talk.path != "/feed":
        await talk.page(b"<html><body><p>Short.</p></body></html>")
        return
    items = "".join(
        f"<item><title>Item</title><link>{talk.base}/{next(_NUMBERS)}</link></item>"
        for _ in range(1000)
    )
    xml = f'<rss version="2.0"><channel><title>New</title>{items}</channel></rss>'
    await talk.page(xml.encode(), "application/rss+xml")


_INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'


@hostile(None)
async def sitemap_that_names_itself(talk: Talk) -> None:
    children = f"<sitemap><loc>{talk.base}/feed</loc></sitemap>"
    await talk.page(_INDEX.format(children).encode(), "application/xml")


@hostile(None)
async def sitemaps_in_a_circle(talk: Talk) -> None:
    other = "/other" if talk.path == "/feed" else "/feed"
    children = f"<sitemap><loc>{talk.base}{other}</loc></sitemap>"
    await talk.page(_INDEX.format(children).encode(), "application/xml")


@hostile(None)
async def sitemap_of_50_000_links(talk: Talk) -> None:
    if talk.path != "/feed":
        await talk.page(b"<html><body><p>Short.</p></body></html>")
        return
    links = "".join(f"<url><loc>{talk.base}/{number}</loc></url>" for number in range(50_000))
    xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{links}</urlset>'
    await talk.page(xml.encode(), "application/xml")


@dataclass
class HostileServers:
    """All of them, on a thread of their own, while the block of `with` runs."""

    folder: Path
    ports: dict[str, int] = field(default_factory=dict)
    longest: dict[str, float] = field(default_factory=dict)  # connection of each, in seconds
    _talking: set["asyncio.Task[None]"] = field(default_factory=set)  # nobody else keeps them

    def __enter__(self) -> Self:
        self._thread = LoopThread("HostileServers")
        self._listeners = self._thread.run(self._listen())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for listener in self._listeners:
            self._thread.run(_close(listener))
        self._thread.stop()

    @property
    def sources(self) -> Mapping[str, str]:
        """Names and addresses."""
        return {
            name: f"{'https' if server.tls else 'http'}://{LOOPBACK}:{self.ports[name]}/feed"
            for name, server in SERVERS.items()
        }

    async def _listen(self) -> list[asyncio.Server]:
        tls = certificate.for_server(self.folder)
        listeners = []
        for name, server in SERVERS.items():
            context = tls if server.tls == "self-signed" else None
            listener = await asyncio.start_server(
                self._connected(name, server), LOOPBACK, 0, ssl=context
            )
            self.ports[name] = listener.sockets[0].getsockname()[1]
            self.longest[name] = 0.0
            listeners.append(listener)
        return listeners

    def _connected(
        self, name: str, server: Server
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._talking.add(task)
            loop = asyncio.get_running_loop()
            began = loop.time()
            try:
                talk = Talk("", f"http://{LOOPBACK}:{self.ports[name]}", reader, writer)
                await _answer(server, talk)
            except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                return  # the other side had enough, or the test is over
            finally:
                self.longest[name] = max(self.longest[name], loop.time() - began)
                self._talking.discard(task)
                writer.close()

        return connected


async def _answer(server: Server, talk: Talk) -> None:
    """Answer one request, until the other side is gone."""
    if server.tls == "none":
        await talk.reader.read(1)
        await talk.say(head(status="400 Bad Request"))
        return
    if server.tls != "hang":
        asked = await talk.reader.readuntil(b"\r\n\r\n")
        talk = replace(talk, path=asked.split(b" ")[1].decode("latin-1"))
        if talk.path == "/robots.txt" and not server.robots:
            await talk.say(head("Content-Length: 0", "Connection: close", status="404 No"))
            return
    talking = asyncio.ensure_future(server.talk(talk))
    listening = asyncio.ensure_future(talk.reader.read())  # until the other side closes
    try:
        await asyncio.wait({talking, listening}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        talking.cancel()
        listening.cancel()
        await asyncio.gather(talking, listening, return_exceptions=True)


async def _close(listener: asyncio.Server) -> None:
    listener.close()
