"""What every request passes through: known names, headers that fence pages in."""

from collections.abc import Collection
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scraper.alerts.email.unsubscribing import PATH as UNSUBSCRIBE
from scraper.pipeline.websub import PATH as WEBSUB
from scraper.web.feeds.feed import PATH as FEEDS

# Scripts and styles are files of ours; nothing is inline, and nothing comes from elsewhere. The
# framework's signs are pictures within its style ("data:").
_HEADERS: Final = {
    b"content-security-policy": b"default-src 'none'; script-src 'self'; style-src 'self'; "
    b"img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; "
    b"form-action 'self'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    # Other sites learn nothing. With less, browsers do not even tell us where a form comes from.
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"cache-control": b"no-store",
}
_OUTSIDE: Final = (WEBSUB, UNSUBSCRIBE, FEEDS)  # what is answered under service.public_url


class SecurityHeaders:
    """Adds headers that keep a page from running scripts, being framed, or telling where it is.

    A page that brings one of them keeps its own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                ours = [header for header in _HEADERS.items() if header[0] not in given]
                message["headers"] = [*message["headers"], *ours]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class KnownHosts:
    """Refuses requests to names that are not known to be this machine's.

    A page in a browser could otherwise read the dashboard through a name of its own that it points
    at this machine (DNS rebinding). An IP address is no such name, nor is localhost.
    """

    def __init__(self, app: ASGIApp, *, names: Collection[str], outside: str | None = None) -> None:
        self._app = app
        self._names = {"localhost", *map(str.lower, names)}
        self._outside = outside  # by this name hubs and readers of e-mails know us, nobody else

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and not self._lets_in(scope):
            refusal = PlainTextResponse(
                "Unknown host name; service.hostnames lists those that may be used.\n", 400
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _lets_in(self, scope: Scope) -> bool:
        host = Headers(scope=scope).get("host", "")
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
            if name in self._names:
                return True
            if name == self._outside:
                return str(scope["path"]).startswith(_OUTSIDE)
            return bool(ip_address(name))
        except ValueError:
            return False
