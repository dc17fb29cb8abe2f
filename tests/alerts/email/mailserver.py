"""A mail server on loopback, in the test's own event loop, that misbehaves when it is told to."""

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

LOOPBACK = "127.0.0.1"


@dataclass
class MailServer:
    """Keeps what it takes; `rcpt` and `data` answer in place of "250 OK" when they say anything."""

    port: int = 0
    taken: list[tuple[tuple[str, ...], EmailMessage]] = field(default_factory=list)
    ehlo: str = ""
    logins: list[tuple[str, str]] = field(default_factory=list)
    encrypted: bool = False
    rcpt: Callable[[str], str | None] = lambda _: None
    mail: Callable[[str], str | None] = lambda _: None
    data: Callable[[], str | None] = lambda: None
    hang_up_at: str = ""  # "RCPT" or "DATA"
    connections: int = 0  # that were opened
    commands: list[str] = field(default_factory=list)  # their names, on all connections
    rset: Callable[[], str | None] = lambda: None
    hang_up: Callable[[], None] = lambda: None  # on the connection opened last
    silent: bool = False  # says nothing more once a recipient was named
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # a recipient was named
    left: asyncio.Event = field(default_factory=asyncio.Event)  # a client is gone

    async def handle_EHLO(  # noqa: N802 - aiosmtpd looks its hooks up by the command's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        del server, envelope
        self.ehlo = hostname
        session.host_name = hostname
        self.encrypted = session.ssl is not None
        return responses

    async def handle_MAIL(  # noqa: N802 - see above
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        del server, session
        self.commands.append("MAIL")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.mail(address) or "250 OK"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - see above
        del server, session, envelope
        self.commands.append("RSET")
        return self.rset() or "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - see above
        del server, session, envelope
        self.commands.append("QUIT")
        return "221 Bye"

    async def handle_RCPT(  # noqa: N802 - see above
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        del session, options
        self.commands.append("RCPT")
        if self.hang_up_at == "RCPT":
            _hang_up(server)
        self.asked.set()
        if self.silent:
            await asyncio.Event().wait()
        answer = self.rcpt(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - see above
        del session
        if self.hang_up_at == "DATA":
            _hang_up(server)
            return "451 too late"
        if (answer := self.data()) is not None:
            return answer
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((tuple(envelope.rcpt_tos), message))
        return "250 2.0.0 OK queued as 4711"

    def authenticate(self, *about: Any) -> AuthResult:
        data: LoginPassword = about[-1]  # server, session, envelope, mechanism come first
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"right", handled=False)


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


@contextlib.asynccontextmanager
async def mail_server(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[MailServer]:
    """A server that is up within the block; further options are those of aiosmtpd's SMTP."""
    sink = MailServer()
    protocols: list[SMTP] = []

    class Watched(SMTP):
        def connection_lost(self, error: Exception | None) -> None:
            sink.left.set()
            super().connection_lost(error)

    def connected() -> SMTP:
        protocol = Watched(
            sink,
            hostname="mail.test",
            tls_context=starttls,
            authenticator=sink.authenticate,
            auth_require_tls=starttls is not None,
            loop=asyncio.get_running_loop(),
            **options,
        )
        protocols.append(protocol)
        sink.connections += 1
        sink.hang_up = lambda: _hang_up(protocol)
        return protocol

    server = await asyncio.get_running_loop().create_server(connected, LOOPBACK, 0, ssl=tls)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        handlers = [one._handler_coroutine for one in protocols if one._handler_coroutine]
        for protocol in protocols:
            transport = protocol.transport  # (closing TLS cannot be aborted in 3.11.2)
            if isinstance(transport, asyncio.WriteTransport) and not transport.is_closing():
                transport.abort()
        for handler in handlers:
            handler.cancel()
        await server.wait_closed()
        await asyncio.gather(*handlers, return_exceptions=True)


def make_certificate(folder: Path, name: str = LOOPBACK) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate that signed itself; the file that vouches for it."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(  # noqa: S603 - the arguments are ours
        [  # noqa: S607 - whichever openssl the machine has
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", "/CN=mail.test",
            "-addext", f"subjectAltName=IP:{name}", "-keyout", str(key), "-out", str(certificate),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate
