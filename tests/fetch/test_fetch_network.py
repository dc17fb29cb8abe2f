import asyncio
import socket
import ssl
from collections.abc import Iterable
from ipaddress import ip_network
from typing import Any

import httpcore
import pytest

from scraper.fetch.guard import AddressRefusedError
from scraper.fetch.network import GuardedBackend, NameNotFoundError, SystemResolver
from scraper.fetch.proxy import ProxyNetwork
from scraper.proxies import parse_proxy

pytestmark = pytest.mark.anyio


class FakeStream(httpcore.AsyncNetworkStream):
    def __init__(self, peer: str) -> None:
        self.peer = peer
        self.closed = False

    async def aclose(self) -> None:
        self.closed = True

    async def start_tls(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        await asyncio.Event().wait()
        return self

    def get_extra_info(self, info: str) -> Any:
        return (self.peer, 80) if info == "server_addr" else None


class FakeNetwork(httpcore.AsyncNetworkBackend):
    """A network where some addresses answer, some refuse, and the others are silent."""

    def __init__(self, answering: Iterable[str] = (), refusing: Iterable[str] = ()) -> None:
        self.answering = set(answering)
        self.refusing = set(refusing)
        self.tried: list[str] = []
        self.streams: list[FakeStream] = []
        self.under_way = 0
        self.begun = asyncio.Event()
        self.peers: dict[str, str] = {}
        self.kind = FakeStream

    async def connect_tcp(self, host: str, *_: Any, **__: Any) -> FakeStream:
        self.tried.append(host)
        self.under_way += 1
        self.begun.set()
        try:
            return await self._connect(host)
        finally:
            self.under_way -= 1

    async def _connect(self, host: str) -> FakeStream:
        await asyncio.sleep(0)
        if host in self.refusing:
            raise httpcore.ConnectError(f"{host} refuses")
        if host not in self.answering:
            await asyncio.Event().wait()
        stream = self.kind(self.peers.get(host, host))
        self.streams.append(stream)
        return stream


class Names:
    """A name server whose answers may change from one question to the next."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        del port
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def test_the_connection_goes_to_the_address_that_was_judged():
    network, names = FakeNetwork(["8.8.8.8"]), Names(["8.8.8.8"], ["127.0.0.1"])
    await GuardedBackend(names, network=network).connect_tcp("a.example", 80)
    assert network.tried == ["8.8.8.8"]
    assert names.asked == ["a.example"]


async def test_a_name_that_changes_its_address_is_judged_at_every_connection():
    network, names = FakeNetwork(["8.8.8.8", "127.0.0.1"]), Names(["8.8.8.8"], ["127.0.0.1"])
    backend = GuardedBackend(names, network=network)
    await backend.connect_tcp("a.example", 80)
    with pytest.raises(AddressRefusedError, match="loopback"):
        await backend.connect_tcp("a.example", 80)
    assert network.tried == ["8.8.8.8"]


async def test_addresses_that_are_refused_are_never_tried_beside_those_that_are_not():
    network = FakeNetwork(["8.8.8.8", "10.0.0.1"])
    names = Names(["10.0.0.1", "::1", "8.8.8.8"])
    await GuardedBackend(names, network=network).connect_tcp("a.example", 80)
    assert network.tried == ["8.8.8.8"]


async def test_a_literal_address_is_judged_without_a_name_server():
    network, names = FakeNetwork(["8.8.8.8"]), Names(["8.8.8.8"])
    backend = GuardedBackend(names, network=network)
    await backend.connect_tcp("8.8.8.8", 80)
    for host in ("127.0.0.1", "::1", "2130706433", "::ffff:127.0.0.1"):
        with pytest.raises(AddressRefusedError):
            await backend.connect_tcp(host, 80)
    assert names.asked == []
    assert network.tried == ["8.8.8.8"]


async def test_an_allowed_network_may_be_reached():
    network = FakeNetwork(["127.0.0.1"])
    backend = GuardedBackend(Names(["127.0.0.1"]), [ip_network("127.0.0.0/8")], network)
    await backend.connect_tcp("localhost", 80)
    assert network.tried == ["127.0.0.1"]


async def test_a_connection_that_ends_elsewhere_is_closed():
    network = FakeNetwork(["8.8.8.8"])
    network.peers["8.8.8.8"] = "127.0.0.1"
    with pytest.raises(AddressRefusedError, match=r"ended at 127\.0\.0\.1"):
        await GuardedBackend(Names(["8.8.8.8"]), network=network).connect_tcp("a.example", 80)
    assert network.streams[0].closed


async def test_the_next_address_is_tried_when_one_refuses():
    network = FakeNetwork(["9.9.9.9"], refusing=["8.8.8.8"])
    names = Names(["8.8.8.8", "9.9.9.9"])
    stream = await GuardedBackend(names, network=network).connect_tcp("a.example", 80)
    assert stream.get_extra_info("server_addr") == ("9.9.9.9", 80)


async def test_when_all_refuse_the_first_says_why():
    network = FakeNetwork(refusing=["8.8.8.8", "9.9.9.9"])
    names = Names(["8.8.8.8", "9.9.9.9"])
    with pytest.raises(httpcore.ConnectError, match=r"8\.8\.8\.8 refuses"):
        await GuardedBackend(names, network=network).connect_tcp("a.example", 80)


async def test_families_take_turns_and_few_addresses_are_tried():
    v6 = [f"2606:4700::{number}" for number in range(1, 8)]
    network = FakeNetwork(refusing=[*v6, "8.8.8.8", "9.9.9.9"])
    names = Names([*v6, "8.8.8.8", "9.9.9.9"])
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(names, network=network).connect_tcp("a.example", 80)
    assert network.tried == [v6[0], "8.8.8.8", v6[1], "9.9.9.9", v6[2], v6[3]]


async def test_a_silent_address_does_not_hold_up_the_next():
    network = FakeNetwork(["9.9.9.9"])
    names = Names(["2606:4700::1", "9.9.9.9"])
    stream = await GuardedBackend(names, network=network, head_start=0).connect_tcp("a.example", 80)
    assert stream.get_extra_info("server_addr") == ("9.9.9.9", 80)
    assert network.under_way == 0


async def test_connections_that_came_too_late_are_closed():
    network = FakeNetwork(["8.8.8.8", "9.9.9.9"])
    names = Names(["8.8.8.8", "9.9.9.9"])
    kept = await GuardedBackend(names, network=network, head_start=0).connect_tcp("a.example", 80)
    peer = kept.get_extra_info("server_addr")
    assert network.streams
    assert [stream.closed for stream in network.streams] == [
        stream.peer != peer[0] for stream in network.streams
    ]


async def test_cancelling_leaves_nothing_behind():
    network = FakeNetwork()
    backend = GuardedBackend(Names(["8.8.8.8", "9.9.9.9"]), network=network)
    connecting = asyncio.create_task(backend.connect_tcp("a.example", 80))
    await network.begun.wait()
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    assert network.under_way == 0


async def test_the_time_limit_covers_the_name_too():
    async def silent(host: str, port: int) -> list[str]:
        del host, port
        await asyncio.Event().wait()
        return []

    with pytest.raises(httpcore.ConnectTimeout, match=r"a\.example"):
        await GuardedBackend(silent, network=FakeNetwork()).connect_tcp("a.example", 80, timeout=0)


class TestNames:
    async def test_one_that_does_not_resolve_is_named_with_the_reason(self):
        async def unknown(host: str, port: int) -> list[str]:
            del host, port
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        with pytest.raises(NameNotFoundError, match=r"a\.example does not resolve: Name or"):
            await GuardedBackend(unknown, network=FakeNetwork()).connect_tcp("a.example", 80)

    async def test_one_without_an_address_does_not_resolve(self):
        with pytest.raises(NameNotFoundError):
            await GuardedBackend(Names([]), network=FakeNetwork()).connect_tcp("a.example", 80)

    async def test_the_system_resolves_without_repeating_itself(self):
        resolver = SystemResolver()
        try:
            found = await resolver("127.0.0.1", 80)
        finally:
            resolver.close()
        assert found == ["127.0.0.1"]

    @pytest.mark.parametrize("host", ["a..example", "a" * 64 + ".example"])
    async def test_the_system_refuses_what_is_malformed_as_unknown(self, host: str):
        resolver = SystemResolver()
        try:
            with pytest.raises(socket.gaierror):
                await resolver(host, 80)
        finally:
            resolver.close()


async def test_a_connection_whose_handshake_is_cancelled_is_closed():
    network = FakeNetwork(["8.8.8.8"])
    stream = await GuardedBackend(Names(["8.8.8.8"]), network=network).connect_tcp("a.example", 443)
    shaking_hands = asyncio.create_task(stream.start_tls(ssl.create_default_context()))
    await asyncio.sleep(0)
    shaking_hands.cancel()
    with pytest.raises(asyncio.CancelledError):
        await shaking_hands
    assert network.streams[0].closed


async def test_a_connection_through_a_proxy_with_tls_is_closed_as_well():
    class Agreed(FakeStream):
        async def start_tls(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
            network.streams.append(FakeStream(self.peer))
            return network.streams[-1]

    network = FakeNetwork(["8.8.8.8"])
    network.kind = Agreed
    way = ProxyNetwork(parse_proxy("https://8.8.8.8:3128"), Names(["8.8.8.8"]))
    way._network = GuardedBackend(Names(["8.8.8.8"]), network=network)
    stream = await way.connect_tcp("a.example", 443)
    shaking_hands = asyncio.create_task(stream.start_tls(ssl.create_default_context()))
    await asyncio.sleep(0)
    shaking_hands.cancel()
    with pytest.raises(asyncio.CancelledError):
        await shaking_hands
    assert network.streams[-1].closed


async def test_sockets_of_the_file_system_are_refused():
    with pytest.raises(AddressRefusedError):
        await GuardedBackend(Names([])).connect_unix_socket("/run/docker.sock")
