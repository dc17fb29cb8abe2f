"""Real servers on loopback for tests from end to end, each on a thread of its own.

    with LocalSite() as site, MailSink() as mail, HookSink() as hook:
        site.add("/rss.xml", rss([Item(url=site.url("/1"), title="One")]), "application/rss+xml")
        site.add("/1", article_html("One", ["It happened.", "Then it was over."]))
        ...
        mail.wait_for(1)

A site answers what it was told to answer, however rude: errors, redirects, silence, bodies that
drip, connections that are reset (see Reply). Everything here may be called while it runs, and the
`wait` functions suspend where the `wait_for` functions block.
"""

import asyncio
import gzip
import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from standardwebhooks import Webhook, WebhookVerificationError

from tests.pages import Item, article_html, atom, index_html, news_sitemap, rss, sitemap_index
from tests.serving import (
    LOOPBACK,
    PATIENCE,
    Answer,
    HttpServer,
    Log,
    LoopThread,
    Reply,
    Request,
)

__all__ = [
    "Hook",
    "HookSink",
    "Item",
    "LocalSite",
    "Mail",
    "MailSink",
    "Reply",
    "Request",
    "article_html",
    "atom",
    "index_html",
    "news_sitemap",
    "rss",
    "sitemap_index",
]

_HTML = "text/html; charset=utf-8"


class LocalSite(HttpServer):
    """A site that is told what to answer, path by path; 404 for what it does not know.

    A path is looked up with its query first, then without it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._handlers: dict[str, Answer] = {}
        self._failures: dict[str, list[Reply]] = {}
        self._otherwise: Answer = lambda _: Reply(status=404, body=b"There is no such page.")
        self._lock = threading.Lock()

    def url(self, path: str = "/") -> str:
        return self.base + path

    def add(
        self,
        path: str,
        body: bytes | str,
        content_type: str = _HTML,
        headers: Mapping[str, str] | None = None,
        status: int = 200,
        *,
        compressed: bool = False,
        validators: bool = True,
        modified: datetime | None = None,
    ) -> str:
        """Put a body at a path, in place of what was there; its URL.

        With `validators` it has an ETag and a Last-Modified, and a client that knows it gets 304.
        """
        content = body.encode() if isinstance(body, str) else body
        own = {"content-type": content_type, **(headers or {})}
        if validators and status == 200:
            own["etag"] = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
            own["last-modified"] = format_datetime(modified or datetime.now(UTC), usegmt=True)
        if compressed:
            own["content-encoding"] = "gzip"
            content = gzip.compress(content)
        reply = Reply(status=status, body=content, headers=own)
        return self.handle(path, lambda request: _unless_known(request, reply))

    def handle(self, path: str, answer: Answer | Reply) -> str:
        """Answer a path by a function, which runs on the server's thread, or always alike."""
        self._handlers[path] = (lambda _: answer) if isinstance(answer, Reply) else answer
        return self.url(path)

    def otherwise(self, answer: Answer) -> None:
        """Answer every path that nothing else was said of."""
        self._otherwise = answer

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        """Send who comes to a path elsewhere."""
        return self.handle(path, Reply(status=status, headers={"location": to}))

    def remove(self, path: str) -> None:
        """Take a path away: 404 from now on."""
        del self._handlers[path]

    def hang(self, path: str) -> str:
        """Take the request and say nothing, until the client goes."""
        return self.handle(path, Reply(hang=True))

    def drip(self, path: str, body: bytes, *, size: int = 1, pause: float = 0.05) -> str:
        """Send a body a few bytes at a time, with so many seconds between."""
        return self.handle(
            path, Reply(body=body, headers={"content-type": _HTML}, drip=(size, pause))
        )

    def reset(self, path: str, body: bytes = b"", *, after: int = 0) -> str:
        """Reset the connection after the headers and so many bytes of the body."""
        return self.handle(path, Reply(body=body, length=len(body) + 1, reset_after=after))

    def fail_first(self, path: str, times: int, reply: Reply | None = None) -> None:
        """Answer the next requests for a path with an error (503) before what it has."""
        with self._lock:
            self._failures[path] = [reply or Reply(status=503)] * times

    def hits(self, path: str) -> list[Request]:
        """The requests for a path, with or without a query."""
        return [request for request in self.requests if path in {request.path, request.target}]

    def wait_for(self, path: str, count: int = 1, timeout: float = PATIENCE) -> list[Request]:
        """Block until a path was asked for so many times."""
        return self._requests.wait_for(
            count, timeout, lambda request: path in {request.path, request.target}
        )

    async def wait(self, path: str, count: int = 1, timeout: float = PATIENCE) -> list[Request]:  # noqa: ASYNC109 - the thread that waits cannot be cancelled, so it must know
        """Suspend until a path was asked for so many times."""
        return await asyncio.to_thread(self.wait_for, path, count, timeout)

    def answer(self, request: Request) -> Reply:
        with self._lock:
            for key in (request.target, request.path):
                if self._failures.get(key):
                    return self._failures[key].pop()
        handler = self._handlers.get(request.target) or self._handlers.get(request.path)
        return (handler or self._otherwise)(request)


def _unless_known(request: Request, reply: Reply) -> Reply:
    """304 when the client has this very body already."""
    tags = request.headers.get("if-none-match")
    since = request.headers.get("if-modified-since")
    if "etag" not in reply.headers or (tags is None and since is None):
        return reply
    if tags is not None:
        is_known = reply.headers["etag"] in tags
    else:
        changed = parsedate_to_datetime(reply.headers["last-modified"])
        is_known = changed <= parsedate_to_datetime(since or "")
    return Reply(status=304, headers=reply.headers) if is_known else reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook that arrived, and what it was told. `verified` is None without a secret."""

    headers: Mapping[str, str]
    body: bytes
    at: float
    status: int
    verified: bool | None

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def payload(self) -> Any:
        return json.loads(self.body)


class HookSink(HttpServer):
    """Takes webhooks on any path: 204, or 401 when a secret is set and the signature is wrong."""

    def __init__(self, secret: str | None = None) -> None:
        super().__init__()
        self._webhook = Webhook(secret) if secret else None
        self._failures: list[Reply] = []
        self._hooks: Log[Hook] = Log()

    @property
    def url(self) -> str:
        return f"{self.base}/hooks/news"

    @property
    def received(self) -> list[Hook]:
        """All that arrived, those that were refused too."""
        return self._hooks.all()

    @property
    def accepted(self) -> list[Hook]:
        """Those that were answered with success."""
        return [hook for hook in self.received if hook.status < 300]

    def fail_first(self, times: int, reply: Reply | None = None) -> None:
        """Refuse the next ones (503), whatever they hold."""
        self._failures[:] = [reply or Reply(status=503)] * times

    def wait_for(self, count: int, timeout: float = PATIENCE) -> list[Hook]:
        """Block until so many were accepted."""
        return self._hooks.wait_for(count, timeout, lambda hook: hook.status < 300)

    async def wait(self, count: int, timeout: float = PATIENCE) -> list[Hook]:  # noqa: ASYNC109 - as in LocalSite.wait
        """Suspend until so many were accepted."""
        return await asyncio.to_thread(self.wait_for, count, timeout)

    def answer(self, request: Request) -> Reply:
        verified = None if self._webhook is None else self._is_signed(self._webhook, request)
        reply = Reply(status=401 if verified is False else 204)
        if self._failures:
            reply = self._failures.pop()
        hook = Hook(
            headers=request.headers,
            body=request.body,
            at=request.at,
            status=reply.status,
            verified=verified,
        )
        self._hooks.add(hook)
        return reply

    @staticmethod
    def _is_signed(webhook: Webhook, request: Request) -> bool:
        try:
            webhook.verify(request.body, dict(request.headers))
        except WebhookVerificationError:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that arrived, with the addresses of its envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes

    def text(self, subtype: str = "plain") -> str:
        """Its part of this subtype ("plain", "html")."""
        part = self.message.get_body(preferencelist=(subtype,))
        assert part is not None, f"the mail has no {subtype} part"
        content = part.get_content()
        assert isinstance(content, str)
        return content


class MailSink:
    """An SMTP server that keeps what it gets; with `credentials`, only from who logs in."""

    def __init__(self, credentials: tuple[str, str] | None = None) -> None:
        self.host = LOOPBACK
        self.port = 0
        self._credentials = credentials
        self._mails: Log[Mail] = Log()
        self._protocols: list[SMTP] = []
        self._refusals: dict[str, list[str]] = {"RCPT": [], "DATA": []}
        self._delay = 0.0

    def __enter__(self) -> Self:
        self._thread = LoopThread("MailSink")
        self._server = self._thread.run(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._thread.run(self._close())
        self._thread.stop()

    @property
    def messages(self) -> list[Mail]:
        """All that was accepted, in order."""
        return self._mails.all()

    def refuse(
        self, reply: str = "451 4.3.0 Try again later", *, times: int, at: str = "DATA"
    ) -> None:
        """Answer the next mails with this, at the command RCPT or DATA."""
        self._refusals[at] = [reply] * times

    def delay(self, seconds: float) -> None:
        """Take so long to accept a mail from now on."""
        self._delay = seconds

    def wait_for(self, count: int, timeout: float = PATIENCE) -> list[Mail]:
        """Block until so many were accepted."""
        return self._mails.wait_for(count, timeout, lambda _: True)

    async def wait(self, count: int, timeout: float = PATIENCE) -> list[Mail]:  # noqa: ASYNC109 - as in LocalSite.wait
        """Suspend until so many were accepted."""
        return await asyncio.to_thread(self.wait_for, count, timeout)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks its hooks up by the command's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        del server, options
        if self._refusals["RCPT"]:
            return self._refusals["RCPT"].pop()
        if self._credentials and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - see above
        del server, session
        await asyncio.sleep(self._delay)
        if self._refusals["DATA"]:
            return self._refusals["DATA"].pop()
        raw = envelope.content
        assert isinstance(raw, bytes)
        message = message_from_bytes(raw, policy=policy.default)
        recipients = tuple(envelope.rcpt_tos)
        sender = envelope.mail_from or ""
        self._mails.add(Mail(sender=sender, recipients=recipients, message=message, raw=raw))
        return "250 2.0.0 OK"

    def _protocol(self) -> SMTP:
        protocol = SMTP(
            self,
            hostname="mail.test",
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )
        self._protocols.append(protocol)
        return protocol

    def _authenticate(self, *about: Any) -> AuthResult:
        data: LoginPassword = about[-1]  # server, session, envelope, mechanism come first
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._credentials, handled=False)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(self._protocol, self.host, 0)

    async def _close(self) -> None:
        self._server.close()
        for protocol in self._protocols:
            if isinstance(protocol.transport, asyncio.WriteTransport):
                protocol.transport.abort()
