"""Mutual TLS and authorities of one's own, with a real server."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from scraper.alerts.transport import ChannelContext
from scraper.alerts.validity import valid_until
from scraper.alerts.webhook.http import WebhookChannel
from scraper.alerts.webhook.settings import WebhookOptions
from scraper.errors import Cause, DeliveryError, SettingsError
from scraper.fetch.transport import guarded_transport
from tests.alerts.fakes import fake_context
from tests.alerts.samples import message
from tests.fakes import FakeClock
from tests.fetch import certificate

pytestmark = pytest.mark.anyio

LOOPBACK = "127.0.0.1"
FILES = {"certificate_file": "ours.pem", "key_file": "ours.key", "ca_file": "theirs.pem"}


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)  # noqa: S603, S607 - ours


def make(folder: Path, name: str) -> None:
    """A certificate that signed itself and its key: name.pem, name.key."""
    openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{LOOPBACK}",
        "-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("theirs", "ours", "stranger"):
        make(folder, name)
    openssl(
        "ec", "-in", str(folder / "ours.key"), "-aes128", "-passout", "pass:x", "-out",
        str(folder / "locked.key"),
    )  # fmt: skip
    (folder / "nonsense.pem").write_text("nothing of the kind")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


@asynccontextmanager
async def receiver(folder: Path, *, knows: str | None) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that lets in whoever shows the certificate that it knows: address, and who came."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "theirs.pem", folder / "theirs.key")
    if knows is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(folder / f"{knows}.pem")
    came: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        shown = writer.get_extra_info("peercert") or {}
        names = [value for part in shown.get("subject", ()) for _, value in part]
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        came.append(names[0] if names else "nobody")
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, LOOPBACK, 0, ssl=context)
    async with server:
        yield f"https://{LOOPBACK}:{server.sockets[0].getsockname()[1]}/hook", came


def context(folder: Path, *networks: str) -> ChannelContext:
    allowed = [ip_network(each) for each in networks or ("127.0.0.0/8",)]
    return replace(
        fake_context(),
        folder=folder,
        http=guarded_transport(allowed),
        over_tls=lambda tls: guarded_transport(allowed, ssl_context=tls),
    )


@asynccontextmanager
async def channel(folder: Path, url: str, **options: Any) -> AsyncIterator[WebhookChannel]:
    around = context(folder)
    sender = WebhookChannel(WebhookOptions.model_validate({"url": url} | options), around)
    try:
        yield sender
    finally:
        await sender.aclose()
        await around.http.aclose()


async def failure(sender: WebhookChannel) -> str:
    with pytest.raises(DeliveryError) as caught:
        await sender.send(message())
    assert not caught.value.permanent
    return str(caught.value)


async def test_a_receiver_knows_us_by_our_certificate_and_we_it_by_its_authority(folder: Path):
    async with receiver(folder, knows="ours") as (url, came):
        async with channel(folder, url, **FILES) as sender:
            assert (await sender.send(message())).detail == "HTTP 204 No Content"
        both = folder / "both.pem"
        both.write_text((folder / "ours.pem").read_text() + (folder / "ours.key").read_text())
        async with channel(folder, url, certificate_file=both, ca_file="theirs.pem") as sender:
            await sender.send(message())
    assert came == ["ours", "ours"]


async def test_who_shows_nothing_or_another_certificate_is_not_let_in(folder: Path):
    async with receiver(folder, knows="ours") as (url, came):
        async with channel(folder, url, ca_file="theirs.pem") as sender:
            assert "cannot be reached" in await failure(sender)
        stranger = FILES | {"certificate_file": "stranger.pem", "key_file": "stranger.key"}
        async with channel(folder, url, **stranger) as sender:
            assert "cannot be reached" in await failure(sender)
    assert came == []


async def test_a_receiver_whose_authority_is_not_named_gets_nothing(folder: Path):
    async with receiver(folder, knows=None) as (url, came):
        for options in ({}, {"certificate_file": "ours.pem", "key_file": "ours.key"}):
            async with channel(folder, url, **options) as sender:
                said = await failure(sender)
                assert "self-signed" in said
                assert "the channel's `ca_file`" in said
    assert came == []


async def test_certificates_are_renewed_while_it_runs(folder: Path):
    for end in ("pem", "key"):
        shutil.copy(folder / f"stranger.{end}", folder / f"now.{end}")
    files = FILES | {"certificate_file": "now.pem", "key_file": "now.key"}
    async with (
        receiver(folder, knows="ours") as (url, came),
        channel(folder, url, **files) as sender,
    ):
        await failure(sender)
        shutil.copy(folder / "ours.pem", folder / "now.pem")
        assert "is not the key of the certificate" in await failure(sender)  # half of it
        shutil.copy(folder / "ours.key", folder / "now.key")
        await sender.send(message())
        await sender.send(message())
    assert came == ["ours", "ours"]


async def test_that_our_own_certificate_has_expired_is_said(folder: Path):
    (folder / "old.pem").write_text(certificate.pem(certificate.EXPIRED), "ascii")
    (folder / "old.key").write_text(certificate.key(), "ascii")
    files = FILES | {"certificate_file": "old.pem", "key_file": "old.key"}
    async with (
        receiver(folder, knows="old") as (url, came),
        channel(folder, url, **files) as sender,
    ):
        with pytest.raises(DeliveryError) as caught:
            await sender.send(message())
    assert "our own certificate old.pem has expired on 1 January 2021" in str(caught.value)
    assert "certificate_file" in str(caught.value)
    assert caught.value.cause is Cause.OWN_CERTIFICATE
    assert not caught.value.permanent
    assert came == []


async def test_that_it_soon_will_is_said_with_what_was_taken(folder: Path):
    end = valid_until((folder / "ours.pem").read_text())
    assert end is not None
    async with receiver(folder, knows="ours") as (url, _):
        for before, told in ((timedelta(days=15), False), (timedelta(days=13), True)):
            around = replace(context(folder), clock=FakeClock(end - before))
            sender = WebhookChannel(WebhookOptions.model_validate({"url": url} | FILES), around)
            detail = (await sender.send(message())).detail
            await sender.aclose()
            await around.http.aclose()
            assert ("our own certificate ours.pem expires on " in detail) is told


async def test_a_receiver_that_is_not_there_says_nothing_of_our_certificate(folder: Path):
    (folder / "old.pem").write_text(certificate.pem(certificate.EXPIRED), "ascii")
    (folder / "old.key").write_text(certificate.key(), "ascii")
    files = FILES | {"certificate_file": "old.pem", "key_file": "old.key"}
    async with channel(folder, f"https://{LOOPBACK}:1/", **files) as sender:
        assert "our own certificate" not in await failure(sender)


async def test_the_guard_of_addresses_is_in_force_for_them_too(folder: Path):
    around = context(folder, "10.0.0.0/8")
    async with receiver(folder, knows="ours") as (url, came):
        options = WebhookOptions.model_validate({"url": url} | FILES)
        sender = WebhookChannel(options, around)
        assert "add its network to fetch.allow_networks" in await failure(sender)
        await sender.aclose()
    await around.http.aclose()
    assert came == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"certificate_file": "none.pem"}, "certificate_file: none.pem cannot be read"),
        ({"key_file": "none.key"}, "key_file: none.key cannot be read"),
        ({"ca_file": "none.pem"}, "ca_file: none.pem cannot be read"),
        ({"ca_file": "nonsense.pem"}, "ca_file: nonsense.pem holds no certificates in PEM"),
        ({"certificate_file": "nonsense.pem"}, "nonsense.pem is no certificate in PEM"),
        ({"key_file": "stranger.key"}, "is not the key of the certificate ours.pem"),
        ({"key_file": "locked.key"}, "password: leave that out"),
        ({"key_file": None}, "holds no certificate and key in PEM"),
    ],
)
async def test_files_that_are_not_what_they_should_be_are_named(
    folder: Path, files: dict[str, str], said: str
):
    around = context(folder)
    options = WebhookOptions.model_validate({"url": "https://a.example/"} | FILES | files)
    with pytest.raises(SettingsError, match=said):
        WebhookChannel(options, around)
    await around.http.aclose()


async def test_a_key_without_a_certificate_is_refused():
    with pytest.raises(ValidationError, match="certificate_file is missing"):
        WebhookOptions.model_validate({"url": "https://a.example/", "key_file": "x"})
