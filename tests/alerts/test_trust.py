"""Chats on servers of one's own, whose certificate only a `ca_file` vouches for."""

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from scraper.alerts.channels import CHANNEL_TYPES, build_channel
from scraper.alerts.transport import Channel, ChannelContext, close
from scraper.clock import SystemClock
from scraper.errors import Cause, DeliveryError, SettingsError
from scraper.fetch.transport import guarded_transport
from storage.records import ChannelSpec
from tests.alerts.fakes import fake_context
from tests.alerts.samples import message
from tests.fetch import certificate

pytestmark = pytest.mark.anyio

LOOPBACK = "127.0.0.1"
ALLOWED = [ip_network("127.0.0.0/8")]
YES = b'{"ok": true, "event_id": "$1", "result": {"message_id": 1}, "ts": "1.2"}'
OPTIONS: dict[str, Any] = {
    "slack": lambda base: {"url": f"{base}/hooks/x"},
    "slack bot": lambda base: {"server": base, "token": "t", "channel": "#news"},
    "telegram": lambda base: {"server": base, "token": "123:abc", "chat_id": "1"},
    "matrix": lambda base: {"server": base, "room": "!r:example.org", "token": "t"},
    "ntfy": lambda base: {"server": base, "topic": "news"},
}


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A chat at news.example that takes everything: its address, and the requests that came."""
    came: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        came.append(head)
        length_of_yes = str(len(YES)).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: " + length_of_yes)
        writer.write(b"\r\n\r\n" + YES)
        writer.close()

    tls = certificate.for_server(folder)
    opened = await asyncio.start_server(answer, LOOPBACK, 0, ssl=tls)
    async with opened:
        yield f"https://news.example:{opened.sockets[0].getsockname()[1]}", came


async def here(host: str, port: int) -> list[str]:
    del host, port
    return [LOOPBACK]


@asynccontextmanager
async def channel(kind: str, base: str, folder: Path, **more: Any) -> AsyncIterator[Channel]:
    def over_tls(tls: ssl.SSLContext) -> Any:
        return guarded_transport(ALLOWED, resolve=here, ssl_context=tls)

    async with guarded_transport(ALLOWED, resolve=here) as http:
        context = ChannelContext(clock=SystemClock(), http=http, over_tls=over_tls, folder=folder)
        options = OPTIONS[kind](base) | more
        sender = build_channel(
            ChannelSpec(name="desk", type=kind.split(maxsplit=1)[0], options=options), context
        )
        try:
            yield sender
        finally:
            await close(sender)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ours.pem").write_text(certificate.pem(certificate.VALID), "ascii")
    (tmp_path / "other.pem").write_text(certificate.pem(certificate.ISSUER), "ascii")
    (tmp_path / "nonsense.pem").write_text("nothing of the kind", "ascii")
    return tmp_path


@pytest.mark.parametrize("kind", OPTIONS)
async def test_a_server_of_ones_own_is_trusted_by_its_authority(kind: str, folder: Path):
    async with server(folder) as (base, came):
        async with channel(kind, base, folder) as sender:
            with pytest.raises(DeliveryError, match="name it in the channel's `ca_file`") as caught:
                await sender.send(message())
        assert caught.value.cause is Cause.CERTIFICATE_SELF_SIGNED
        async with channel(kind, base, folder, ca_file="other.pem") as sender:
            with pytest.raises(DeliveryError):
                await sender.send(message())
        assert came == []
        async with channel(kind, base, folder, ca_file="ours.pem") as sender:
            await sender.send(message())
        assert len(came) == 1


async def test_an_authority_is_renewed_while_it_runs(folder: Path):
    shutil.copy(folder / "other.pem", folder / "now.pem")
    async with (
        server(folder) as (base, came),
        channel("ntfy", base, folder, ca_file="now.pem") as sender,
    ):
        with pytest.raises(DeliveryError):
            await sender.send(message())
        shutil.copy(folder / "nonsense.pem", folder / "now.pem")
        with pytest.raises(DeliveryError, match="holds no certificates") as caught:
            await sender.send(message())
        assert caught.value.cause is Cause.SETTINGS
        shutil.copy(folder / "ours.pem", folder / "now.pem")
        await sender.send(message())
        assert len(came) == 1


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize(
    ("file", "said"), [("none.pem", "cannot be read"), ("nonsense.pem", "holds no certificates")]
)
async def test_a_file_that_is_none_is_refused_as_it_is_set(
    kind: str, folder: Path, file: str, said: str
):
    with pytest.raises(SettingsError, match=f"ca_file: .*{said}"):
        async with channel(kind, "https://news.example", folder, ca_file=str(folder / file)):
            pass


@pytest.mark.parametrize("kind", ["discord", "teams"])
def test_services_that_nobody_hosts_have_no_authority_to_name(kind: str):
    assert "ca_file" not in CHANNEL_TYPES[kind].options.model_fields
    spec = ChannelSpec(name="d", type=kind, options={"url": "https://a.example/", "ca_file": "x"})
    with pytest.raises(SettingsError, match="ca_file: there is no such key"):
        build_channel(spec, fake_context())
