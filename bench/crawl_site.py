"""A site of many hosts on loopback, in a process of its own, for crawlers to be measured on.

    python -m bench.crawl_site --hosts 200 --articles 4000 --pages FOLDER --log FILE

Each host is an address of its own, 127.0.1.1 and up, all on one port. `/rss.xml` lists a host's
articles. The pages are those of FOLDER (`*.html.gz`, looked for below it, too), each with every
third word exchanged for another of the same page, so that no two are copies of each other; without
a folder they are made up. They are sent as gzip, over connections that stay open. The first line of
the output is the port; when the input ends, a line of JSON says what was asked: answers, the most
requests that one host had at once, and the shortest pause in seconds between two of them.
"""

import argparse
import asyncio
import gzip
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from time import monotonic

_WORD = re.compile(rb"[A-Za-z]{3,}")
_TEXT = re.compile(rb"(?<=>)[^<>]{60,}(?=<)")
_BODY = re.compile(rb"<body", re.IGNORECASE)
_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so")
_MADE_UP_WORDS = 400  # of an article


@dataclass(slots=True)
class Host:
    """What one host has to give, and what it was asked."""

    feed: bytes = b""
    pages: dict[str, bytes] = field(default_factory=dict)
    busy: int = 0
    most_busy: int = 0
    last_end: float | None = None
    shortest_pause: float | None = None

    def begins(self, now: float) -> None:
        """A request came in."""
        if self.busy == 0 and self.last_end is not None:
            pause = now - self.last_end
            if self.shortest_pause is None or pause < self.shortest_pause:
                self.shortest_pause = pause
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)

    def ends(self, now: float) -> None:
        """It was answered."""
        self.busy -= 1
        self.last_end = now


class Connection(asyncio.Protocol):
    """One connection, whose requests are answered at once."""

    answers = 0

    def __init__(self, hosts: dict[str, Host]) -> None:
        self._hosts = hosts
        self._held = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody came."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._host = self._hosts[transport.get_extra_info("sockname")[0]]

    def data_received(self, data: bytes) -> None:
        """Answer what is a whole request."""
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            path = self._held[:end].split(b" ", 2)[1].decode("latin-1")
            self._held = self._held[end + 4 :]
            self._host.begins(monotonic())
            self._answer(path)
            self._host.ends(monotonic())

    def _answer(self, path: str) -> None:
        assert self._transport is not None
        Connection.answers += 1
        if path == "/rss.xml":
            body, kind = self._host.feed, "application/rss+xml"
        else:
            body, kind = self._host.pages.get(path, b""), "text/html; charset=utf-8"
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Encoding: gzip\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
            if body
            else "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        )
        self._transport.write(head.encode() + body)


def real_pages(folder: Path) -> list[bytes]:
    """The pages below a folder, as UTF-8 where they say so."""
    return [gzip.decompress(file.read_bytes()) for file in sorted(folder.rglob("*.html.gz"))]


def varied(page: bytes, random: Random) -> bytes:
    """The page with every third word of its longer texts exchanged for another of its words."""
    start = found.start() if (found := _BODY.search(page)) else 0
    words = _WORD.findall(b" ".join(_TEXT.findall(page, start))) or [b"word"]
    numbers = count()

    def exchange(match: re.Match[bytes]) -> bytes:
        return random.choice(words) if next(numbers) % 3 == 0 else match[0]

    def text(match: re.Match[bytes]) -> bytes:
        return _WORD.sub(exchange, match[0])

    return page[:start] + _TEXT.sub(text, page[start:])


def made_up(number: int) -> bytes:
    """An article of the usual length in a plain page."""
    random = Random(number)

    def words(amount: int) -> str:
        return " ".join(
            "".join(random.choices(_SYLLABLES, k=random.randint(1, 4))) for _ in range(amount)
        )

    paragraphs = "".join(f"<p>{words(45).capitalize()}.</p>" for _ in range(_MADE_UP_WORDS // 45))
    title = words(7).capitalize()
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body>"
        f"<nav><a href=/>Home</a></nav><article><h1>{title}</h1>{paragraphs}</article>"
        "<footer>All rights reserved</footer></body></html>"
    ).encode()


def pages_for(folder: Path | None, articles: int) -> Iterator[bytes]:
    """So many pages, each with a text of its own."""
    if folder is None:
        yield from map(made_up, range(articles))
        return
    pages = real_pages(folder)
    for number in range(articles):
        yield varied(pages[number % len(pages)], Random(number))


def fill(hosts: Sequence[Host], addresses: Sequence[str], articles: Iterator[bytes]) -> None:
    """Deal the articles out, and write the feeds."""
    for number, page in enumerate(articles):
        host = hosts[number % len(hosts)]
        host.pages[f"/news/2026/story-{number}-of-the-day"] = gzip.compress(page, 1)
    for host, address in zip(hosts, addresses, strict=True):
        items = "".join(
            f"<item><title>Story {number}</title><link>http://{address}{path}</link></item>"
            for number, path in enumerate(host.pages)
        )
        feed = f"<rss version='2.0'><channel><title>Host</title>{items}</channel></rss>"
        host.feed = gzip.compress(feed.encode(), 1)


async def serve(chosen: argparse.Namespace) -> None:
    """Serve until the input ends; then say what was asked."""
    names = [f"127.0.{1 + number // 250}.{1 + number % 250}" for number in range(chosen.hosts)]
    hosts = {name: Host() for name in names}
    loop = asyncio.get_running_loop()
    port = chosen.port
    for name in names:
        server = await loop.create_server(lambda: Connection(hosts), name, port, backlog=1000)
        port = server.sockets[0].getsockname()[1]
    addresses = [f"{name}:{port}" for name in names]
    fill(list(hosts.values()), addresses, pages_for(chosen.pages, chosen.articles))
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    pauses = [host.shortest_pause for host in hosts.values() if host.shortest_pause is not None]
    report = {
        "answers": Connection.answers,
        "at_once": max(host.most_busy for host in hosts.values()),
        "shortest_pause": min(pauses, default=None),
    }
    print(json.dumps(report), flush=True)


def main() -> None:
    """Make the pages, then serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--articles", type=int, default=4_000)
    parser.add_argument("--pages", type=Path, metavar="FOLDER")
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
