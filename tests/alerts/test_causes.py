"""Every way in which a message is not taken, with real servers: the cause, and words that help."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from scraper.alerts.causes import Side, cause_of, remedy
from scraper.alerts.channels import build_channel
from scraper.alerts.email.failures import failure
from scraper.alerts.email.settings import SmtpSettings
from scraper.alerts.transport import ChannelContext, close
from scraper.clock import SystemClock
from scraper.errors import Cause, DeliveryError, SettingsError
from scraper.fetch.transport import guarded_transport
from storage.records import ChannelSpec
from tests.alerts.email.mailserver import LOOPBACK, MailServer, mail_server, make_certificate
from tests.alerts.samples import message
from tests.fetch import certificate
from tests.servers import LocalSite, Reply

pytestmark = pytest.mark.anyio

Server: TypeAlias = Callable[[Path], AbstractAsyncContextManager[str]]

# What each type needs to send to a server at `base`.
TYPES: dict[str, Callable[[str], dict[str, Any]]] = {
    "webhook": lambda base: {"url": f"{base}/hook"},
    "slack": lambda base: {"url": f"{base}/hook"},
    "discord": lambda base: {"url": f"{base}/hook"},
    "teams": lambda base: {"url": f"{base}/hook"},
    "telegram": lambda base: {"server": base, "token": "123:abc", "chat_id": "1"},
    "matrix": lambda base: {"server": base, "token": "abc", "room": "!r:example.org"},
    "ntfy": lambda base: {"server": base, "topic": "news"},
}


async def tried(
    kind: str,
    options: dict[str, Any],
    *,
    smtp: SmtpSettings | None = None,
    allowed: str = "127.0.0.0/8",
    folder: Path = Path(),
) -> tuple[DeliveryError, list[str]]:
    """The error of sending, and how far the message came."""
    steps: list[str] = []
    async with guarded_transport([ip_network(allowed)]) as http:
        context = ChannelContext(
            clock=SystemClock(), http=http, smtp=smtp, on_step=steps.append, folder=folder
        )
        sender = build_channel(ChannelSpec(name="desk", type=kind, options=options), context)
        try:
            with pytest.raises(DeliveryError) as caught:
                await sender.send(message())
        finally:
            await close(sender)
    return caught.value, steps


@asynccontextmanager
async def listening(answer: bytes | None, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A port that says this to whatever comes, and hangs up; or, told nothing, never does."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await (reader.read() if answer is None else reader.read(1))
        writer.write(answer or b"")
        writer.close()

    server = await asyncio.start_server(talk, LOOPBACK, 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def nobody(_: Path) -> AsyncIterator[str]:
    yield f"http://{LOOPBACK}:{closed_port()}"


@asynccontextmanager
async def nameless(_: Path) -> AsyncIterator[str]:
    yield "http://nowhere.invalid"


def answering(answer: bytes | None, *, scheme: str = "http") -> Server:
    @asynccontextmanager
    async def server(_: Path) -> AsyncIterator[str]:
        async with listening(answer) as port:
            yield f"{scheme}://{LOOPBACK}:{port}"

    return server


def showing(*shown: str, scheme: str = "https") -> Server:
    @asynccontextmanager
    async def server(folder: Path) -> AsyncIterator[str]:
        tls = certificate.for_server(folder, *shown) if shown else make_certificate(folder)[0]
        async with listening(b"", tls) as port:
            yield f"{scheme}://{LOOPBACK}:{port}"

    return server


def replying(status: int, body: bytes = b"", **headers: str) -> Server:
    @asynccontextmanager
    async def server(_: Path) -> AsyncIterator[str]:
        with LocalSite() as site:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            site.otherwise(lambda _: Reply(status=status, body=body, headers=named))
            yield site.base

    return server


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        return int(taken.getsockname()[1])


MET: tuple[tuple[Server, Cause, str, list[str]], ...] = (
    (nameless, Cause.NAME, "look at the host in its address", []),
    (nobody, Cause.CONNECTION, "at the port in its address", []),
    (answering(None), Cause.TIMEOUT, "raise `timeout`", ["connected", "sent"]),
    (answering(b""), Cause.BROKEN_OFF, "write https:// in its address", ["connected", "sent"]),
    (
        answering(b"HTTP/1.1 400 Bad\r\n\r\n", scheme="https"),
        Cause.NO_TLS,
        "write http:// in its address",
        ["connected"],
    ),
    (showing(), Cause.CERTIFICATE_SELF_SIGNED, "operator must mend that", ["connected"]),
    (
        showing(certificate.ISSUED),
        Cause.CERTIFICATE_UNKNOWN_ISSUER,
        "operator must mend that",
        ["connected"],
    ),
    (showing(scheme="http"), Cause.BROKEN_OFF, "write https://", ["connected", "sent"]),
    (replying(302, location="/x"), Cause.REDIRECT, "write the address that it leads to", []),
    (replying(404), Cause.MISSING, "look at its address", []),
    (replying(410), Cause.GONE, "make a new one there", []),
    (replying(413), Cause.TOO_LARGE, "smaller messages only", []),
    (replying(429, retry_after="90"), Cause.BUSY, "a pause of 90 s", []),
    (replying(500, b"out of order"), Cause.UNEXPECTED, "500 Internal Server Error: out of", []),
)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(("server", "cause", "words", "steps"), MET)
async def test_what_befalls_a_message_over_http_is_told(
    tmp_path: Path, kind: str, server: Server, cause: Cause, words: str, steps: list[str]
):
    async with server(tmp_path) as base:
        options = TYPES[kind](base) | {"timeout": timedelta(milliseconds=300)}
        error, went = await tried(kind, options)
    assert (error.cause, words in str(error)) == (cause, True), str(error)
    assert went == (steps or went)
    assert "/hook" not in str(error)
    assert "abc" not in str(error)
    if cause is Cause.BUSY:
        assert error.retry_after == timedelta(seconds=90)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(("status", "cause"), [(401, Cause.LOGIN), (403, Cause.FORBIDDEN)])
async def test_a_refused_login_says_where_to_look(kind: str, status: int, cause: Cause):
    async with replying(status)(Path()) as base:
        error, steps = await tried(kind, TYPES[kind](base))
    assert error.cause is cause
    assert steps == ["connected", "sent", "answered"]
    assert ("secret and headers" if kind == "webhook" else "look") in str(error)


@pytest.mark.parametrize("kind", TYPES)
async def test_a_private_address_names_the_setting_that_allows_it(kind: str):
    error, steps = await tried(kind, TYPES[kind](f"http://{LOOPBACK}:1"), allowed="10.0.0.0/8")
    assert error.cause is Cause.ADDRESS_GUARD
    assert "fetch.allow_networks" in str(error)
    assert steps == []


@pytest.mark.parametrize(
    ("shown", "cause", "words"),
    [
        (certificate.EXPIRED, Cause.CERTIFICATE_EXPIRED, "has expired; its operator"),
        (certificate.EARLY, Cause.CERTIFICATE_EARLY, "this machine's clock"),
    ],
)
async def test_a_certificate_out_of_its_time_is_told(
    tmp_path: Path, shown: str, cause: Cause, words: str
):
    (tmp_path / "trusted.pem").write_text(certificate._pem("CERTIFICATE", shown))
    tls = certificate.for_server(tmp_path, shown)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "trusted.pem"))

    async def here(host: str, port: int) -> list[str]:
        del host, port
        return [LOOPBACK]

    async with listening(b"", tls) as port:
        allowed = [ip_network("127.0.0.0/8")]
        async with guarded_transport(allowed, resolve=here, ssl_context=trusting) as http:
            context = ChannelContext(clock=SystemClock(), http=http)
            options = TYPES["webhook"](f"https://news.example:{port}")
            spec = ChannelSpec(name="desk", type="webhook", options=options)
            with pytest.raises(DeliveryError) as caught:
                await build_channel(spec, context).send(message())
            assert caught.value.cause is cause
            assert words in str(caught.value)
        with pytest.raises(ssl.SSLError) as refused:
            await asyncio.open_connection(
                LOOPBACK, port, ssl=trusting, server_hostname="news.example"
            )
    mailing = failure("the mail server", refused.value)
    assert mailing.cause is cause
    assert words in str(mailing)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("webhook", "secret_file"),
        ("slack", "url_file"),
        ("discord", "url_file"),
        ("teams", "url_file"),
        ("telegram", "token_file"),
        ("matrix", "token_file"),
        ("ntfy", "token_file"),
    ],
)
async def test_a_secret_that_is_not_there_names_its_file(tmp_path: Path, kind: str, key: str):
    options = TYPES[kind]("http://127.0.0.1:1") | {key: "missing"}
    if kind != "webhook":
        options.pop(key.removesuffix("_file"), None)
    with pytest.raises(SettingsError, match=f"{key}: missing cannot be read"):
        await tried(kind, options, folder=tmp_path)


async def mailed(smtp: SmtpSettings) -> tuple[DeliveryError, list[str]]:
    smtp = replace(smtp, sender="t@example.org", timeout=timedelta(milliseconds=400))
    return await tried("email", {"to": ["a@example.org"]}, smtp=smtp)


async def test_a_mail_server_that_cannot_be_reached_is_told(tmp_path: Path):
    error, steps = await mailed(SmtpSettings(host="nowhere.invalid"))
    assert (error.cause, steps) == (Cause.NAME, [])
    assert "look at smtp.host" in str(error)
    error, steps = await mailed(SmtpSettings(host=LOOPBACK, port=closed_port()))
    assert (error.cause, steps) == (Cause.CONNECTION, [])
    assert "smtp.host and smtp.port" in str(error)
    async with listening(None) as port:
        error, steps = await mailed(SmtpSettings(host=LOOPBACK, port=port))
        assert (error.cause, steps) == (Cause.TIMEOUT, [])
        assert 'wants smtp.security = "tls"' in str(error)
    tls, authority = make_certificate(tmp_path)
    async with mail_server(tls=tls) as server:
        here = SmtpSettings(host=LOOPBACK, port=server.port)
        error, _ = await mailed(here)  # plain words to a port of TLS
        assert error.cause in {Cause.TIMEOUT, Cause.BROKEN_OFF}
        assert "smtp.security" in str(error)
        error, _ = await mailed(replace(here, security="tls"))
        assert error.cause is Cause.CERTIFICATE_SELF_SIGNED
        assert "set smtp.ca_file" in str(error)
        named = replace(here, security="tls", ca_file=authority, host="localhost")
        error, _ = await mailed(named)
        assert error.cause is Cause.CERTIFICATE_OTHER_NAME
        assert "set smtp.host to a name that its certificate holds" in str(error)
    async with listening(b"220 mail.test ESMTP\r\n") as port:  # TLS to a port of plain words
        error, _ = await mailed(SmtpSettings(host=LOOPBACK, port=port, security="tls"))
        assert error.cause is Cause.NO_TLS
        assert "587 mostly wants" in str(error)
    async with mail_server() as server:
        here = SmtpSettings(host=LOOPBACK, port=server.port, security="starttls")
        error, steps = await mailed(here)
        assert (error.cause, steps) == (Cause.NO_TLS, ["connected"])
        assert "neither message nor password" in str(error)


@pytest.mark.parametrize(
    ("refuse", "cause", "words", "last"),
    [
        (("mail", "553 5.7.1 no"), Cause.SENDER, "check smtp.sender", "connected"),
        (("rcpt", "550 5.1.1 no"), Cause.RECIPIENT, "check the addresses in", "sender taken"),
        (("rcpt", "554 5.7.1 no"), Cause.RECIPIENT, "asks for a login", "sender taken"),
        (("data", "552 5.3.4 big"), Cause.TOO_LARGE, "552 5.3.4 big", "recipient taken"),
        (("data", "550 5.7.1 spam"), Cause.MESSAGE, "550 5.7.1 spam", "recipient taken"),
    ],
)
async def test_what_a_mail_server_refuses_is_told(
    refuse: tuple[str, str], cause: Cause, words: str, last: str
):
    def refusing(*_: object) -> str:
        return refuse[1]

    async with mail_server() as server:
        setattr(server, refuse[0], refusing)
        error, steps = await mailed(SmtpSettings(host=LOOPBACK, port=server.port))
    assert error.cause is cause
    assert words in str(error)
    assert steps[-1] == last


async def test_a_refused_login_at_a_mail_server_is_told_without_the_password(tmp_path: Path):
    tls, authority = make_certificate(tmp_path)
    server: MailServer
    async with mail_server(starttls=tls) as server:
        smtp = SmtpSettings(
            host=LOOPBACK,
            port=server.port,
            security="starttls",
            ca_file=authority,
            username="u",
            password="hush",
        )
        error, steps = await mailed(smtp)
    assert (error.cause, steps) == (Cause.LOGIN, ["connected", "encrypted"])
    assert "535" in str(error)
    assert "check smtp.username and smtp.password" in str(error)
    assert "hush" not in str(error)


def test_what_is_unforeseen_has_a_cause_as_well():
    assert cause_of(ValueError("?")) is Cause.OTHER
    assert cause_of(OSError("?")) is Cause.OTHER
    assert remedy(Cause.OTHER, Side.CHAT) is None
