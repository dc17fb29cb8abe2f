"""Apprise for real: a process for each message, and receivers on loopback."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scraper.alerts.apprise import process
from scraper.alerts.channels import build_channel, check_options
from scraper.alerts.message import AlertMessage
from scraper.clock import SystemClock
from scraper.errors import Cause, DeliveryError, SettingsError
from storage.records import ChannelSpec
from tests.alerts.chats import Channels, answer, body_of, failure
from tests.alerts.email.mailserver import LOOPBACK, mail_server, make_certificate
from tests.alerts.fakes import fake_context
from tests.alerts.samples import alert, delivery, message
from tests.servers import LocalSite

pytestmark = pytest.mark.anyio
SECRET = "s3cr3tPath"


@pytest.fixture
def site() -> Iterator[LocalSite]:
    with LocalSite() as site:
        yield site


def address(site: LocalSite, path: str = f"/{SECRET}", service: str = "json") -> str:
    return site.url(path).replace("http", service, 1)


def spec(**options: Any) -> ChannelSpec:
    return ChannelSpec(name="desk", type="apprise", options=options)


def children() -> set[str]:
    """The processes that this one has started, and that are not gone."""
    return set(Path("/proc/thread-self/children").read_text("ascii").split()) | {
        child
        for task in Path("/proc/self/task").iterdir()
        for child in (task / "children").read_text("ascii").split()
    }


async def test_a_message_is_taken_as_title_and_text(channel: Channels, site: LocalSite):
    site.handle(f"/{SECRET}", answer(200))
    receipt = await channel("apprise", url=address(site)).send(message())
    assert receipt.detail == "JSON"
    sent = body_of(site, f"/{SECRET}")
    assert "Baghdad" in sent["title"]
    assert sent["message"].count("\n\n") >= 2
    assert "https://tocsin.example.org/alerts/" in sent["message"]
    assert sent["attachments"] == []


async def test_a_refusal_is_temporary_and_tells_no_secret(
    channel: Channels, site: LocalSite, caplog
):
    caplog.set_level(logging.DEBUG)
    site.handle(f"/{SECRET}", answer(500, {"error": SECRET}))
    error = await failure(channel("apprise", url=address(site)))
    assert not error.permanent
    assert not error.only_this
    assert str(error).startswith("JSON did not take it: ")
    assert "500" in str(error)
    assert SECRET not in str(error) + caplog.text


async def test_an_address_that_is_not_allowed_is_not_connected_to(site: LocalSite):
    site.otherwise(lambda _: answer(200))
    for url in (address(site), address(site).replace("127.0.0.1", "localhost")):
        context = replace(fake_context(), clock=SystemClock())
        error = await failure(build_channel(spec(url=url), context))
        assert error.cause is Cause.ADDRESS_GUARD
        assert "(loopback)" in str(error)
        assert "fetch.allow_networks" in str(error)
    assert site.requests == []


async def test_redirects_are_not_followed_whatever_the_address_says(
    channel: Channels, site: LocalSite
):
    site.redirect("/from", site.url("/to"), status=307)
    site.handle("/to", answer(200))
    error = await failure(channel("apprise", url=address(site, "/from?redirect=yes")))
    assert "307" in str(error)
    assert site.hits("/to") == []


async def test_a_file_is_not_read_for_an_address(
    channel: Channels, site: LocalSite, tmp_path: Path
):
    site.otherwise(lambda _: answer(200))
    template = tmp_path / "card.json"
    template.write_text('{"text": "{{app_body}}"}', "utf-8")
    url = address(site, f"/workflow01/signature1/?template={template}", "workflow")
    error = await failure(channel("apprise", url=url))
    assert "no file is read from here" in str(error)
    assert error.cause is not Cause.ADDRESS_GUARD
    assert site.requests == []


async def test_of_several_only_those_that_did_not_take_it_are_asked_again(
    channel: Channels, site: LocalSite
):
    site.handle(f"/{SECRET}", answer(200))
    site.handle("/two", answer(503))
    urls = [address(site), address(site, "/two")]
    sent = message("d-1")
    with pytest.raises(DeliveryError) as caught:
        await channel("apprise", urls=urls).send(sent)
    assert caught.value.only_this
    assert list(sent.settled.values()) == [None]
    assert SECRET not in str(sent.settled)
    site.handle("/two", answer(200))
    again = AlertMessage.of(alert(), delivery("d-1", settled=sent.settled))
    await channel("apprise", urls=urls).send(again)
    assert len(site.hits(f"/{SECRET}")) == 1
    assert len(site.hits("/two")) == 2
    await channel("apprise", urls=urls).send(message("d-2"))
    assert len(site.hits(f"/{SECRET}")) == 2


async def test_one_that_never_answers_is_ended_with_its_process(channel: Channels, site: LocalSite):
    site.hang(f"/{SECRET}")
    before = children()
    error = await failure(channel("apprise", url=address(site, f"/{SECRET}?rto=50"), timeout="3s"))
    assert error.cause is Cause.TIMEOUT
    assert children() <= before


async def test_a_server_of_ones_own_is_trusted_by_its_authority_alone(
    channel: Channels, tmp_path: Path
):
    came: list[bytes] = []

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    tls, authority = make_certificate(tmp_path)
    async with await asyncio.start_server(answered, LOOPBACK, 0, ssl=tls) as server:
        url = f"jsons://{LOOPBACK}:{server.sockets[0].getsockname()[1]}/{SECRET}"
        error = await failure(channel("apprise", url=url))
        assert "certificate verify failed" in str(error)
        assert came == []
        await channel("apprise", url=url, ca_file=str(authority)).send(message())
        assert came[0].startswith(f"POST /{SECRET}".encode())


async def test_e_mail_goes_by_the_same_guarded_way(channel: Channels):
    async with mail_server() as server:
        url = f"mailto://{LOOPBACK}:{server.port}/?from=t@example.org&to=desk@example.org"
        await channel("apprise", url=url).send(message())
        ((recipients, _),) = server.taken
        assert recipients == ("desk@example.org",)


async def test_neither_proxies_nor_logins_are_taken_from_our_environment(
    channel: Channels, site: LocalSite, tmp_path: Path, monkeypatch
):
    (tmp_path / ".netrc").write_text(f"machine {LOOPBACK} login u password {SECRET}2", "ascii")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{LOOPBACK}:9")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    site.handle(f"/{SECRET}", answer(200))
    await channel("apprise", url=address(site)).send(message())
    assert "authorization" not in site.hits(f"/{SECRET}")[0].headers


def test_what_apprise_cannot_use_is_refused_as_it_is_set(tmp_path: Path):
    bad = [
        "nosuchservice://x/s3cr3t",
        "syslog://",
        "tgram://s3cr3t",
        "json://localhost/?verify=no",
        "https://example.org/s3cr3t",
    ]
    with pytest.raises(SettingsError) as caught:
        check_options(spec(urls=[*bad, "json://localhost/s3cr3t"]))
    words = str(caught.value)
    assert words.startswith(
        'channel "desk": url: address 1: Apprise knows no service nosuchservice://'
    )
    assert "address 2: syslog:// is of this machine alone" in words
    assert "address 3: Unparseable Telegram URL" in words
    assert "address 4: verify=no: certificates are always checked" in words
    assert "address 5: " in words
    assert "address 6" not in words
    assert "s3cr3t" not in words
    file = tmp_path / "addresses"
    file.write_text("# ours\njson://localhost/a\n\njson://localhost/b\n", "utf-8")
    check_options(spec(urls_file=str(file)))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "write either url, or urls for several"),
        ({"url": "json://a", "urls": ["json://b"]}, "write either url, or urls"),
        ({"url": "json://a", "url_file": "b"}, "url and url_file are both set"),
        ({"urls": []}, "urls: "),
        ({"urls": ["json://s3cr3t"] * 21}, "urls: "),
        ({"url": "s3cr3t"}, "url: write an address as Apprise has it"),
        ({"url": "json://a s3cr3t"}, "url: write an address"),
        ({"url": "json://" + "s3cr3t" * 400}, "url: write an address"),
        ({"url_file": "/nowhere/at/all"}, "url_file: /nowhere/at/all cannot be read"),
        ({"url": "json://a", "ca_file": "/nowhere/at/all"}, "ca_file: /nowhere/at/all cannot"),
        ({"url": "json://a", "title": "x"}, "title: there is no such key"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(options: dict[str, Any], words: str):
    with pytest.raises(SettingsError) as caught:
        check_options(spec(**options))
    assert words in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


async def test_without_apprise_it_is_said_what_to_install(monkeypatch, channel: Channels):
    monkeypatch.setattr(process, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r'pip install "tocsin\[apprise\]"'):
        check_options(spec(url="json://localhost"))
    error = await failure(channel("apprise", url="json://localhost"))
    assert error.cause is Cause.SETTINGS
    assert 'pip install "tocsin[apprise]"' in str(error)
