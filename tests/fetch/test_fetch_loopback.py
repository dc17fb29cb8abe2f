"""The whole fetcher against real connections, on loopback."""

import asyncio
import gzip
import re
import socket
import ssl
import zlib
from contextlib import AsyncExitStack
from datetime import timedelta
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from scraper.clock import SystemClock
from scraper.errors import FetchError
from scraper.fetch import AddressRefusedError, Fetcher, FetchPolicy, Request, guarded_transport
from scraper.fetch.transport import GuardedTransport
from storage.records import Page
from tests.fetch import certificate
from tests.fetch.loopback import Server, all_closed, answer, serve

pytestmark = pytest.mark.anyio

LOOPBACK = (ip_network("127.0.0.0/8"),)
SOON = timedelta(milliseconds=50)  # a real limit, reached by what would never end


def fetcher(**kwargs: Any) -> Fetcher:
    resolve = kwargs.pop("resolve", None)
    policy = {
        "allow_networks": LOOPBACK,
        "host_pause": timedelta(0),
        "respect_robots": False,
        "connect_timeout": timedelta(seconds=30),  # a busy machine is no reason to fail
        **kwargs,
    }
    return Fetcher(FetchPolicy(**policy), clock=SystemClock(), resolve=resolve)


async def fetch(fetching: Fetcher, url: str) -> Page:
    page = await fetching.fetch(Request(url=url))
    assert isinstance(page, Page)
    return page


async def test_a_page_and_its_robots_file():
    async def talk(path: str, writer: asyncio.StreamWriter) -> None:
        if path == "/robots.txt":
            writer.write(answer(b"User-agent: tocsin\nDisallow: /closed\n"))
        else:
            writer.write(answer(b"<p>News</p>", headers=("Content-Type: text/html",)))

    async with serve(talk) as server, fetcher(respect_robots=True) as fetching:
        assert (await fetch(fetching, f"{server.url}/a")).body == b"<p>News</p>"
        with pytest.raises(FetchError, match=r"robots\.txt"):
            await fetch(fetching, f"{server.url}/closed")
        assert server.paths == ["/robots.txt", "/a"]


async def test_a_connection_is_used_again_after_pages_errors_and_redirects():
    async def talk(path: str, writer: asyncio.StreamWriter) -> None:
        if path == "/moved":
            writer.write(answer(b"moved", "301 Moved", ("Location: /a",)))
        elif path == "/same":
            writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        else:
            writer.write(answer(b"text", "404 Not Found" if path == "/none" else "200 OK"))

    async with serve(talk) as server, fetcher() as fetching:
        await fetch(fetching, f"{server.url}/moved")
        with pytest.raises(FetchError):
            await fetch(fetching, f"{server.url}/none")
        await fetching.fetch(Request(url=f"{server.url}/same", etag='"1"'))
        await fetch(fetching, f"{server.url}/a")
        assert server.connections == 1


async def stay_silent(path: str, writer: asyncio.StreamWriter) -> None:
    del path, writer
    await asyncio.Event().wait()


def idle(transport: object) -> int:
    """How many connections are kept for the next request."""
    assert isinstance(transport, GuardedTransport)
    return transport._pool.idle


async def test_a_kept_connection_that_the_server_closed_is_replaced():
    async def talk(path: str, writer: asyncio.StreamWriter) -> None:
        if path == "/lost" and server.connections == 1:
            writer.close()  # the request arrived, and yet the connection was at its end
        else:
            writer.write(answer(path.encode()))

    async with serve(talk) as server, fetcher() as fetching:
        await fetch(fetching, f"{server.url}/a")
        assert (await fetch(fetching, f"{server.url}/lost")).body == b"/lost"
        assert server.paths == ["/a", "/lost", "/lost"]


async def test_who_asks_again_because_a_kept_connection_was_lost_keeps_the_pause():
    times: list[float] = []

    async def talk(path: str, writer: asyncio.StreamWriter) -> None:
        times.append(asyncio.get_running_loop().time())
        if path == "/lost" and server.connections == 1:
            writer.close()
        else:
            writer.write(answer(path.encode()))

    pause = timedelta(seconds=0.1)
    async with serve(talk) as server, fetcher(host_pause=pause) as fetching:
        await fetch(fetching, f"{server.url}/a")
        await fetch(fetching, f"{server.url}/lost")
    assert server.paths == ["/a", "/lost", "/lost"]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.1


async def test_what_may_not_be_sent_twice_is_not():
    async def talk(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"x")) if path == "/a" else writer.close()

    transport = guarded_transport(LOOPBACK)
    async with serve(talk) as server, httpx.AsyncClient(transport=transport) as client:
        await client.get(f"{server.url}/a")
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post(f"{server.url}/hook")
        assert server.paths == ["/a", "/hook"]


async def test_a_connection_that_the_server_closed_is_not_used_again_even_for_a_post():
    ends: list[asyncio.StreamWriter] = []

    async def talk(path: str, writer: asyncio.StreamWriter) -> None:
        ends.append(writer)
        writer.write(answer(path.encode()))

    transport = guarded_transport(LOOPBACK)
    async with serve(talk) as server, httpx.AsyncClient(transport=transport) as client:
        for _ in range(3):
            assert (await client.post(f"{server.url}/hook")).text == "/hook"
            assert idle(transport) == 1
            end = ends.pop()
            end.close()
            await end.wait_closed()
        assert server.connections == 3


async def test_closing_also_closes_what_is_in_use_once_it_no_longer_is():
    async def talk(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(path.encode()))

    transport = guarded_transport(LOOPBACK)
    async with serve(talk) as server:
        response = await transport.handle_async_request(httpx.Request("GET", server.url))
        await transport.aclose()
        assert await response.aread() == b"/"
        await response.aclose()
        assert idle(transport) == 0
        await all_closed(server)


async def test_few_idle_connections_are_kept():
    transport = guarded_transport(LOOPBACK, max_connections=2)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(transport=transport))

        async def talk(path: str, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(path.encode()))

        servers = [await stack.enter_async_context(serve(talk)) for _ in range(5)]
        for server in servers:
            await client.get(server.url)
        assert idle(transport) == 2
        for server in servers[:3]:
            await all_closed(server)
        await client.get(servers[4].url)
        assert servers[4].connections == 1


class TestSlowness:
    async def test_a_body_that_drips_ends_with_the_time_limit(self):
        async def talk(path: str, writer: asyncio.StreamWriter) -> None:
            del path
            writer.write(answer(length=10**11))
            while True:
                writer.write(b"x" * 100)
                await writer.drain()
                await asyncio.sleep(0)

        async with serve(talk) as server, fetcher(timeout=SOON, max_bytes=10**12) as fetching:
            with pytest.raises(
                FetchError, match=r"within 0\.05 seconds; if it is only slow"
            ) as raised:
                await fetch(fetching, server.url)
            assert not raised.value.permanent
            await all_closed(server)
            assert idle(fetching._routes.straight) == 0

    async def test_silence_ends_with_the_time_limit_and_its_connection(self):
        async with serve(stay_silent) as server, fetcher(timeout=SOON) as fetching:
            with pytest.raises(FetchError, match=r"within 0\.05 seconds; if it is only slow"):
                await fetch(fetching, server.url)
            await all_closed(server)
            assert idle(fetching._routes.straight) == 0

    async def test_the_time_limit_is_for_all_hops_together(self):
        async def talk(path: str, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.03)
            writer.write(answer(b"", "302 Found", (f"Location: {path}x",)))

        async with serve(talk) as server, fetcher(timeout=SOON, max_redirects=50) as fetching:
            with pytest.raises(FetchError, match=r"within 0\.05 seconds; if it is only slow"):
                await fetch(fetching, server.url)
            assert len(server.requests) < 5

    async def test_headers_that_never_end_are_cut_off(self):
        async def talk(path: str, writer: asyncio.StreamWriter) -> None:
            del path
            writer.write(b"HTTP/1.1 200 OK\r\n")
            while not writer.is_closing():
                writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
                await writer.drain()

        async with serve(talk) as server, fetcher() as fetching:
            with pytest.raises(FetchError, match="marks between its chunks, without end") as raised:
                await fetch(fetching, server.url)
            assert not raised.value.permanent

    async def test_a_body_in_single_bytes_is_refused(self):
        async def talk(path: str, writer: asyncio.StreamWriter) -> None:
            del path
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                writer.write(b"1\r\nx\r\n" * 1000)
                await writer.drain()

        async with serve(talk) as server, fetcher() as fetching:
            with pytest.raises(FetchError, match="small pieces"):
                await fetch(fetching, server.url)


class TestBodies:
    async def test_one_that_is_cut_off_is_a_temporary_error(self):
        async def talk(path: str, writer: asyncio.StreamWriter) -> None:
            del path
            writer.write(answer(b"<p>Ne", length=100))
            await writer.drain()
            writer.close()

        async with serve(talk) as server, fetcher() as fetching:
            with pytest.raises(
                FetchError, match="closed the connection before the answer"
            ) as raised:
                await fetch(fetching, server.url)
            assert not raised.value.permanent

    async def test_one_whose_compressed_data_is_cut_off_is_a_temporary_error(self):
        async def talk(path: str, writer: asyncio.StreamWriter) -> None:
            del path
            packed = gzip.compress(b"<p>News</p>" * 100)
            writer.write(answer(packed[:-10], headers=("Content-Encoding: gzip",)))

        async with serve(talk) as server, fetcher() as fetching:
            with pytest.raises(FetchError, match="midst") as raised:
                await fetch(fetching, server.url)
            assert not raised.value.permanent

    async def test_a_bomb_is_not_read_to_its_end(self):
        sent = 0

        async def talk(path: str, writer: asyncio.StreamWriter) -> None:
            del path
            nonlocal sent
            block = zlib.compressobj(wbits=31)
            packed = block.compress(bytes(50_000_000)) + block.flush(zlib.Z_SYNC_FLUSH)
            head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            writer.write(head.encode())
            while not writer.is_closing() and sent < 10**9:
                piece = packed[:16_384]
                writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                await writer.drain()
                sent += len(piece)

        async with serve(talk) as server, fetcher() as fetching:
            with pytest.raises(FetchError, match="bomb") as raised:
                await fetch(fetching, server.url)
            assert raised.value.permanent
            await all_closed(server)
            assert idle(fetching._routes.straight) == 0


async def greet(path: str, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(f"hello from {path}".encode(), headers=("Connection: close",)))
    writer.close()


class TestGuard:
    """One server that may be reached, on 127.0.0.1, and one that must not be, on 127.0.0.2."""

    allowed = (ip_network("127.0.0.1/32"),)

    async def test_an_address_that_is_not_allowed_sees_no_connection(self):
        async def resolve(host: str, port: int) -> list[str]:
            del host, port
            return ["127.0.0.1"]

        async with serve(greet) as server, fetcher(allow_networks=(), resolve=resolve) as fetching:
            for host in ("127.0.0.1", "news.example"):
                with pytest.raises(FetchError, match="allow_networks") as raised:
                    await fetch(fetching, f"http://{host}:{server.port}/")
                assert raised.value.permanent
            assert server.connections == 0

    async def test_a_refused_address_is_named_as_often_as_it_is_asked_for(self):
        async def resolve(host: str, port: int) -> list[str]:
            del host, port
            return ["10.0.0.1"]

        async with fetcher(resolve=resolve, patience=timedelta(0)) as fetching:
            for _ in range(5):
                with pytest.raises(FetchError, match=r"10\.0\.0\.1 \(private\)") as raised:
                    await fetch(fetching, "http://intra.example/")
                assert raised.value.permanent

    async def test_a_name_that_was_refused_has_its_robots_file_read_once_it_may_be_reached(self):
        answers = ["10.0.0.1", "127.0.0.1"]

        async def resolve(host: str, port: int) -> list[str]:
            del host, port
            return [answers.pop(0)]

        async def talk(path: str, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(b"User-agent: *\nDisallow: /\n" if path == "/robots.txt" else b""))

        async with serve(talk) as server, fetcher(resolve=resolve, respect_robots=True) as fetching:
            link = f"http://news.example:{server.port}/"
            with pytest.raises(FetchError, match="allow_networks"):
                await fetch(fetching, link)
            with pytest.raises(FetchError, match=r"robots\.txt"):
                await fetch(fetching, link)

    async def test_nor_does_one_behind_a_redirect(self):
        async with serve(greet, "127.0.0.2") as inner:

            async def talk(path: str, writer: asyncio.StreamWriter) -> None:
                target = inner.url if path == "/address" else f"http://inner.example:{inner.port}"
                writer.write(answer(b"", "302 Found", (f"Location: {target}",)))

            async def resolve(host: str, port: int) -> list[str]:
                del host, port
                return ["127.0.0.2"]

            async with (
                serve(talk) as server,
                fetcher(allow_networks=self.allowed, resolve=resolve) as fetching,
            ):
                for path in ("/address", "/name"):
                    with pytest.raises(FetchError, match=r"127\.0\.0\.2.*allow_networks") as raised:
                        await fetch(fetching, server.url + path)
                    assert raised.value.permanent
            assert inner.connections == 0

    async def test_nor_does_one_to_which_a_name_is_rebound(self):
        answers = ["127.0.0.1", "127.0.0.2"]

        async def resolve(host: str, port: int) -> list[str]:
            del host, port
            return [answers.pop(0)]

        async with (
            serve(greet) as server,
            serve(greet, "127.0.0.2") as inner,
            fetcher(allow_networks=self.allowed, resolve=resolve) as fetching,
        ):
            link = f"http://news.example:{server.port}/"
            assert (await fetch(fetching, link)).body == b"hello from /"
            with pytest.raises(FetchError, match=r"127\.0\.0\.2 \(loopback\)"):
                await fetch(fetching, link)
            assert inner.connections == 0
            assert "Host: news.example" in server.requests[0]

    async def test_proxies_in_the_environment_are_not_used(self, monkeypatch: pytest.MonkeyPatch):
        async with serve(greet) as server, serve(greet) as proxy, fetcher() as fetching:
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url)
            await fetch(fetching, server.url)
            assert proxy.connections == 0

    async def test_other_clients_may_use_the_guarded_transport(self):
        async with (
            serve(greet) as server,
            serve(greet, "127.0.0.2") as inner,
            httpx.AsyncClient(transport=guarded_transport(self.allowed)) as client,
        ):
            assert (await client.get(f"{server.url}/hook")).text == "hello from /hook"
            for link in (inner.url, f"http://0x7f000002:{inner.port}/"):
                with pytest.raises(AddressRefusedError):
                    await client.get(link)
            assert inner.connections == 0


class TestTls:
    @staticmethod
    async def get(server: Server, host: str, **kwargs: Any) -> bytes:
        async def resolve(host: str, port: int) -> list[str]:
            del host, port
            return ["127.0.0.1"]

        transport = guarded_transport(LOOPBACK, resolve=resolve, **kwargs)
        policy = FetchPolicy(allow_networks=LOOPBACK, respect_robots=False, connect_timeout=SOON)
        async with Fetcher(policy, clock=SystemClock(), transport=transport) as fetching:
            try:
                return (await fetch(fetching, f"https://{host}:{server.port}/")).body
            finally:
                await transport.aclose()

    async def test_is_made_out_to_the_name_though_the_connection_goes_to_an_address(
        self, tmp_path: Path
    ):
        async with serve(greet, tls=certificate.for_server(tmp_path)) as server:
            trust = certificate.for_client()
            body = await self.get(server, "news.example", ssl_context=trust)
            assert body == b"hello from /"
            assert "Host: news.example" in server.requests[0]

    async def refusal(self, server: Server, host: str = "news.example", **kwargs: Any) -> str:
        with pytest.raises(FetchError) as raised:
            await self.get(server, host, **kwargs)
        assert not raised.value.permanent
        assert server.requests == []
        await all_closed(server)
        return str(raised.value)

    @pytest.mark.parametrize(
        ("shown", "trusted", "words"),
        [
            ([certificate.EXPIRED], certificate.EXPIRED, "certificate has expired"),
            ([certificate.EARLY], certificate.EARLY, "not valid yet.* machine's clock"),
            ([certificate.VALID], certificate.ISSUER, "self-signed, so .*`ca_file`"),
            ([certificate.ISSUED], certificate.VALID, "issuer is unknown, or not sent.*`ca_file`"),
            (
                [certificate.ISSUED, certificate.ISSUER],
                certificate.VALID,
                "an authority of its own that nobody vouches for.*`ca_file`",
            ),
        ],
    )
    async def test_a_certificate_that_does_not_hold_is_named(
        self, tmp_path: Path, shown: list[str], trusted: str, words: str
    ):
        async with serve(greet, tls=certificate.for_server(tmp_path, *shown)) as server:
            trust = certificate.for_client(trusted)
            assert re.search(words, await self.refusal(server, ssl_context=trust))

    @pytest.mark.parametrize(
        ("host", "words"),
        [
            ("b.example", "certificate is for other names; correct the address"),
            ("127.0.0.1", "certificate is not for this address; give the site's name"),
        ],
    )
    async def test_so_is_one_for_another_name(self, tmp_path: Path, host: str, words: str):
        async with serve(greet, tls=certificate.for_server(tmp_path)) as server:
            trust = certificate.for_client()
            assert words in await self.refusal(server, host, ssl_context=trust)

    async def test_nobody_trusts_a_certificate_by_default_that_signs_itself(self, tmp_path: Path):
        async with serve(greet, tls=certificate.for_server(tmp_path)) as server:
            assert "self-signed" in await self.refusal(server)

    async def test_a_server_without_a_certificate_is_named(self):
        async with serve(greet, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)) as server:
            assert "as one without a certificate does" in await self.refusal(server)

    @pytest.mark.parametrize(
        ("alert", "words"),
        [
            (40, "no way to encrypt that is still safe"),
            (70, "versions of TLS that are no longer safe"),
            (80, r"TLS does not come about \(tlsv1 alert internal error\)"),
            (112, "it has no site of this name"),
        ],
    )
    async def test_an_alert_is_told_in_words(self, alert: int, words: str):
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            writer.write(bytes([21, 3, 3, 0, 2, 2, alert]))  # RFC 8446, 5.1 and 6
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(connected, "127.0.0.1", 0) as listener:
            server = Server("127.0.0.1", listener.sockets[0].getsockname()[1])
            assert re.search(words, await self.refusal(server))

    async def test_a_server_that_speaks_none_is_named(self):
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            writer.write(answer(status="400 Bad Request"))
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(connected, "127.0.0.1", 0) as listener:
            server = Server("127.0.0.1", listener.sockets[0].getsockname()[1])
            assert "does not speak TLS on this port; try http://" in await self.refusal(server)

    async def test_a_server_that_hangs_up_at_the_greeting_is_named(self):
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1_000)
            writer.close()

        async with await asyncio.start_server(connected, "127.0.0.1", 0) as listener:
            server = Server("127.0.0.1", listener.sockets[0].getsockname()[1])
            assert "broke the connection off while TLS began" in await self.refusal(server)


async def test_a_name_that_does_not_resolve_is_a_temporary_error():
    async def resolve(host: str, port: int) -> list[str]:
        del host, port
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with fetcher(resolve=resolve) as fetching:
        with pytest.raises(FetchError, match=r"news\.example does not resolve: Name") as raised:
            await fetch(fetching, "http://news.example/")
        assert not raised.value.permanent


async def test_a_port_where_nobody_listens_is_a_temporary_error():
    async with serve(greet) as server:
        link = server.url
    async with fetcher() as fetching:
        with pytest.raises(FetchError, match="no connection") as raised:
            await fetch(fetching, link)
        assert not raised.value.permanent


class TestCancelling:
    async def test_closes_the_connection_and_frees_the_host(self):
        async def talk(path: str, writer: asyncio.StreamWriter) -> None:
            if path == "/hang":
                hanging.set()
                await asyncio.Event().wait()
            writer.write(answer(b"x"))

        hanging = asyncio.Event()
        async with serve(talk) as server, fetcher() as fetching:
            task = asyncio.create_task(fetch(fetching, f"{server.url}/hang"))
            await hanging.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await all_closed(server)
            assert idle(fetching._routes.straight) == 0
            assert (await fetch(fetching, f"{server.url}/a")).body == b"x"

    async def test_never_costs_a_place_among_the_connections(self):
        async def talk(path: str, writer: asyncio.StreamWriter) -> None:
            if path == "/hang":
                await asyncio.Event().wait()
            writer.write(answer(b"x"))

        transport = guarded_transport(LOOPBACK, max_connections=2)
        async with serve(talk) as server, httpx.AsyncClient(transport=transport) as client:
            for turns in range(12):
                tasks = [asyncio.create_task(client.get(f"{server.url}/hang")) for _ in range(5)]
                for _ in range(turns):
                    await asyncio.sleep(0)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            for _ in range(3):
                assert (await client.get(f"{server.url}/a", timeout=5)).text == "x"
            assert idle(transport) == 1
            await all_closed(server, but=1)

    async def test_waiting_for_a_place_has_a_limit(self):
        transport = guarded_transport(LOOPBACK, max_connections=1)
        async with serve(stay_silent) as server, httpx.AsyncClient(transport=transport) as client:
            first = asyncio.create_task(client.get(server.url))
            await asyncio.sleep(0)
            with pytest.raises(httpx.PoolTimeout):
                await client.get(server.url, timeout=httpx.Timeout(5, pool=0))
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)


async def test_sites_on_different_ports_are_paced_apart():
    async with (
        serve(greet) as one,
        serve(greet) as two,
        fetcher(host_pause=timedelta(hours=1)) as fetching,
    ):
        await fetch(fetching, one.url)
        await fetch(fetching, two.url)
