import asyncio
import socket
import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scraper.alerts import EmailOptions, SmtpSettings
from scraper.alerts.email.smtp import EmailChannel
from scraper.alerts.message import AlertMessage
from scraper.alerts.transport import Receipt
from scraper.errors import DeliveryError, SettingsError
from tests.alerts.email.mailserver import LOOPBACK, MailServer, mail_server, make_certificate
from tests.alerts.fakes import StillClock
from tests.alerts.samples import NOW, alert, delivery, message
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def channel(
    server: MailServer | None = None, *, to: tuple[str, ...] = ("a@example.org",), **smtp: Any
) -> EmailChannel:
    plain = {"host": LOOPBACK, "port": server.port if server else 1, "sender": "t@example.org"}
    options = EmailOptions.model_validate({"to": to})
    return EmailChannel(options, SmtpSettings(**(plain | smtp)), FakeClock(NOW))


async def failure(sender: EmailChannel, sent: AlertMessage | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await sender.send(sent or message("d-1"))
    return caught.value


async def test_a_message_goes_to_all_recipients_at_once():
    async with mail_server() as server:
        sender = channel(server, to=("a@example.org", "B <b@example.org>"))
        receipt = await sender.send(message("d-1"))
        assert receipt == Receipt(detail="2.0.0 OK queued as 4711")
        [(recipients, mail)] = server.taken
        assert recipients == ("a@example.org", "b@example.org")
        assert mail["Message-ID"] == "<d-1@example.org>"
        assert (
            mail["Subject"] == "[Baghdad attacks] Rockets land near Baghdad airport — The Example"
        )
        assert server.ehlo == "example.org"


async def test_lines_that_begin_with_a_dot_come_through():
    async with mail_server() as server:
        await channel(server).send(message(standfirst=".\r\n. QUIT"))
        [(_, mail)] = server.taken
        body = mail.get_body(("plain",))
        assert body is not None
        assert ". . QUIT" in body.get_content()


async def test_no_server_is_a_failure_for_now():
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
    error = await failure(channel(port=port))
    assert not error.permanent
    assert not error.only_this
    assert str(error).startswith(f"the mail server 127.0.0.1:{port} cannot be used: ")


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("451 4.3.0 try again later", False),
        ("452 4.2.2 mailbox full", False),
        ("421 4.3.2 closing", False),
        ("550 5.1.1 no such user", True),
        ("554 no thanks", True),
        ("550 5.7.1 relaying denied", False),
        ("530 5.7.0 authentication required", False),
        ("535 authentication failed", False),
    ],
)
async def test_what_a_refused_recipient_means(answer: str, permanent: bool):  # noqa: FBT001 - a case
    async with mail_server() as server:
        server.rcpt = lambda _: answer
        error = await failure(channel(server))
        assert error.permanent is permanent
        assert not error.only_this
        assert answer in str(error)
        assert "a@example.org" in str(error)


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("451 4.3.0 try again later", False),
        ("550 5.7.1 looks like spam", True),
        ("552 5.3.4 too big", True),
        ("530 5.7.0 authentication required", False),
    ],
)
async def test_what_a_refused_message_means(answer: str, permanent: bool):  # noqa: FBT001 - a case
    async with mail_server() as server:
        server.data = lambda: answer
        error = await failure(channel(server))
        assert error.permanent is permanent
        assert "refuses the message" in str(error)
        assert answer in str(error)


@pytest.mark.parametrize("answer", ["550 5.7.1 sender rejected", "451 who are you"])
async def test_a_refused_sender_is_a_matter_of_settings_and_tried_again(answer: str):
    async with mail_server() as server:
        server.mail = lambda _: answer
        error = await failure(channel(server))
        assert not error.permanent
        assert "check smtp.sender" in str(error)


@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
async def test_a_server_that_dies_in_the_middle_is_tried_again(moment: str):
    async with mail_server() as server:
        server.hang_up_at = moment
        error = await failure(channel(server))
        assert not error.permanent
        server.hang_up_at = ""
        await channel(server).send(message("d-1"))
        assert len(server.taken) == 1


async def test_a_server_that_greets_with_a_refusal_is_tried_again():
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        writer.write(b"554 5.3.2 no service\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, LOOPBACK, 0)
    async with server:
        error = await failure(channel(port=server.sockets[0].getsockname()[1]))
    assert not error.permanent
    assert "554" in str(error)


async def test_a_server_that_speaks_no_smtp_is_tried_again():
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\x1b[31m\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, LOOPBACK, 0)
    async with server:
        error = await failure(channel(port=server.sockets[0].getsockname()[1]))
    assert not error.permanent
    assert "\x1b" not in str(error)


class TestPartly:
    TO = ("a@example.org", "b@example.org", "c@example.org")

    async def test_recipients_refused_for_good_are_reported_and_the_rest_is_done(self):
        async with mail_server() as server:
            server.rcpt = lambda address: "550 5.1.1 unknown" if address[0] == "b" else None
            receipt = await channel(server, to=self.TO).send(message())
            assert receipt.refused == {"b@example.org": "550 5.1.1 unknown"}
            assert [recipients for recipients, _ in server.taken] == [
                ("a@example.org", "c@example.org")
            ]

    async def test_recipients_refused_for_now_are_tried_again_and_no_one_else(self):
        async with mail_server() as server:
            sender, sent = channel(server, to=self.TO), message("d-1")
            server.rcpt = lambda address: "450 greylisted" if address[0] == "b" else None
            error = await failure(sender, sent)
            assert not error.permanent
            assert error.only_this
            assert "b@example.org: 450 greylisted" in str(error)
            server.rcpt = lambda _: None
            receipt = await sender.send(sent)
            assert receipt.refused == {}
            assert [recipients for recipients, _ in server.taken] == [
                ("a@example.org", "c@example.org"),
                ("b@example.org",),
            ]
            ids = {mail["Message-ID"] for _, mail in server.taken}
            assert ids == {"<d-1@example.org>"}

    async def test_another_message_is_not_mixed_up_with_it(self):
        async with mail_server() as server:
            sender, sent = channel(server, to=self.TO), message("d-1")
            server.rcpt = lambda address: "450 later" if address[0] == "b" else None
            await failure(sender, sent)
            server.rcpt = lambda _: None
            await sender.send(message("d-2"))
            assert server.taken[-1][0] == self.TO

    async def test_one_for_good_one_for_now_and_one_taken_come_to_a_good_end(self):
        async with mail_server() as server:
            sender, sent = channel(server, to=self.TO), message("d-1")
            answers = {"a": "550 unknown", "b": "450 later"}
            server.rcpt = lambda address: answers.get(address[0])
            await failure(sender, sent)
            answers["b"] = "550 5.2.1 disabled"
            receipt = await sender.send(sent)
            assert receipt.refused == {
                "a@example.org": "550 unknown",
                "b@example.org": "550 5.2.1 disabled",
            }
            assert [recipients for recipients, _ in server.taken] == [("c@example.org",)]

    async def test_all_refused_one_after_another_is_a_failure_for_good(self):
        async with mail_server() as server:
            sender, sent = channel(server, to=self.TO[:2]), message("d-1")
            answers = {"a": "550 unknown", "b": "450 later"}
            server.rcpt = lambda address: answers.get(address[0])
            first = await failure(sender, sent)
            assert not first.permanent
            assert not first.only_this  # nobody got it: perhaps nothing works here
            answers["b"] = "550 unknown"
            assert (await failure(sender, sent)).permanent

    async def test_who_got_it_by_another_process_does_not_get_it_again(self):
        async with mail_server() as server:
            server.rcpt = lambda address: "450 later" if address[0] == "b" else None
            sent = message("d-1")
            await failure(channel(server, to=self.TO), sent)
            assert sent.settled == {"a@example.org": None, "c@example.org": None}
            server.rcpt = lambda _: None
            read_anew = AlertMessage.of(alert(), delivery("d-1", settled=sent.settled))
            await channel(server, to=self.TO).send(read_anew)
            assert server.taken[-1][0] == ("b@example.org",)


class TestSecurity:
    async def test_starttls_encrypts_before_anything_is_said(
        self, certificate: tuple[ssl.SSLContext, Path]
    ):
        context, authority = certificate
        async with mail_server(starttls=context, require_starttls=True) as server:
            await channel(server, security="starttls", ca_file=authority).send(message())
            assert server.encrypted
            assert len(server.taken) == 1

    async def test_tls_from_the_start(self, certificate: tuple[ssl.SSLContext, Path]):
        context, authority = certificate
        async with mail_server(tls=context) as server:
            await channel(server, security="tls", ca_file=authority).send(message())
            assert len(server.taken) == 1

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    async def test_a_certificate_that_nobody_vouches_for_is_refused(
        self, certificate: tuple[ssl.SSLContext, Path], security: str
    ):
        context, _ = certificate
        kind = "tls" if security == "tls" else "starttls"
        async with mail_server(**{kind: context}) as server:
            error = await failure(channel(server, security=security))
            assert not error.permanent
            assert "its certificate is self-signed" in str(error)
            assert "set smtp.ca_file" in str(error)
            assert server.taken == []

    async def test_a_certificate_for_another_host_is_refused(self, tmp_path: Path):
        context, authority = make_certificate(tmp_path, name="127.0.0.9")
        async with mail_server(starttls=context) as server:
            error = await failure(channel(server, security="starttls", ca_file=authority))
            assert "its certificate is not for this address" in str(error)
            assert "set smtp.host to a name that its certificate holds" in str(error)
            assert server.taken == []

    async def test_a_server_whose_starttls_was_taken_out_gets_nothing(self):
        async with mail_server() as server:
            sender = channel(server, security="starttls", username="tocsin", password="right")
            error = await failure(sender)
            assert not error.permanent
            assert "STARTTLS" in str(error)
            assert "whether something on the way takes encryption out" in str(error)
            assert server.taken == []
            assert server.logins == []
            assert server.commands == []

    async def test_it_logs_in(self, certificate: tuple[ssl.SSLContext, Path]):
        context, authority = certificate
        async with mail_server(starttls=context, auth_required=True) as server:
            sender = channel(
                server,
                security="starttls",
                ca_file=authority,
                username="tocsin",
                password="right",
            )
            await sender.send(message())
            assert server.logins == [("tocsin", "right")]
            assert len(server.taken) == 1

    async def test_it_encrypts_and_logs_in_once_for_many_messages(
        self, certificate: tuple[ssl.SSLContext, Path]
    ):
        context, authority = certificate
        async with mail_server(starttls=context, auth_required=True) as server:
            sender = EmailChannel(
                EmailOptions.model_validate({"to": ["a@example.org"]}),
                SmtpSettings(
                    host=LOOPBACK,
                    port=server.port,
                    sender="t@example.org",
                    security="starttls",
                    ca_file=authority,
                    username="tocsin",
                    password="right",
                ),
                StillClock(NOW),
            )
            for number in range(3):
                await sender.send(message(f"d-{number}"))
            await sender.aclose()
            assert server.logins == [("tocsin", "right")]
            assert (server.connections, len(server.taken)) == (1, 3)

    async def test_a_wrong_password_is_mended_one_day_so_it_is_tried_again(self):
        async with mail_server() as server:
            sender = channel(server, username="tocsin", password="wrong")
            error = await failure(sender)
            assert not error.permanent
            assert "refuses the login (535" in str(error)
            assert "check smtp.username and smtp.password" in str(error)
            assert "wrong" not in str(error)


async def test_what_is_cut_off_leaves_no_connection_behind():
    async with mail_server() as server:
        server.silent = True
        task = asyncio.create_task(channel(server).send(message()))
        await server.asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.left.wait()
        assert server.taken == []


class TestSettings:
    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"host": ""}, "smtp.host: '' is no host"),
            ({"host": "mail\r\nx"}, "smtp.host: "),
            ({"port": 0}, "smtp.port: 0 is no port"),
            ({"timeout": timedelta(0)}, "smtp.timeout: "),
            ({"sender": "tocsin"}, 'smtp.sender: "tocsin" is no e-mail address'),
            ({"username": "me"}, "smtp.password: it is missing"),
            (
                {"username": "me", "password": "pw", "host": "mail.example.org"},
                "smtp.security: the password would cross the network in the clear: write ",
            ),
        ],
    )
    def test_what_cannot_work_is_refused_with_a_remedy(self, values: dict[str, Any], words: str):
        with pytest.raises(SettingsError) as caught:
            SmtpSettings(**values)
        assert str(caught.value).startswith(words)

    def test_a_password_stays_out_of_what_is_printed(self):
        settings = SmtpSettings(username="me", password="pa55", host="localhost")
        assert "pa55" not in repr(settings)
        assert "pa55" not in str(replace(settings, port=26))

    def test_a_file_without_certificates_is_refused(self, tmp_path: Path):
        (tmp_path / "ca.pem").write_text("nothing")
        for name in ("ca.pem", "none.pem"):
            settings = SmtpSettings(security="tls", ca_file=tmp_path / name)
            with pytest.raises(SettingsError, match=r"smtp\.ca_file: .* holds no certificates"):
                settings.tls_context()
