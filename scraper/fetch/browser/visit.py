"""One page in one browser: what it may ask for, and the document that comes of it."""

import asyncio
import base64
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from scraper.errors import FetchError
from scraper.fetch import failures
from scraper.fetch.address import origin_of, shorten
from scraper.fetch.body import TooLargeError
from scraper.fetch.browser.devtools import BrowserGoneError, CommandError, Devtools, Params
from scraper.fetch.browser.gate import Pass

logger = logging.getLogger(__name__)

MOST_REQUESTS = 100  # of one page, all in all
SLOW = 3.0  # seconds after which a request that has no answer is not waited for
QUIET = 0.5  # seconds without a request after which a page that has loaded is taken to be whole
REDIRECTS = frozenset({301, 302, 303, 307, 308})

# What no article is made of, by the protocol's Network.ResourceType.
_LEFT_OUT = frozenset(
    """
    CSPViolationReport EventSource Font Image Manifest Media Other Ping Prefetch SignedExchange
    TextTrack
    """.split()  # noqa: SIM905 - a list in quotation marks is no easier to read
)
_SCHEMES = frozenset({"http", "https"})
_DOCUMENTS = ("text/html", "application/xhtml+xml")
# Besides what Chromium was started without: ways out that a page has no use for here.
_BEFORE_SCRIPTS = """(() => {
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel",
                      "WebTransport", "SharedWorker"]) { try { delete window[name]; } catch {} }
  try { delete Navigator.prototype.serviceWorker; } catch {}
  try { Navigator.prototype.sendBeacon = () => true; } catch {}
})()"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderRequest:
    """A page that is to be shown.

    `headers` go with requests to its own origin alone, `cookies` as cookies do. `patience` are the
    seconds after which it is taken as it is; `limit` is what its document may have, in bytes.
    """

    url: httpx.URL
    user_agent: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    limit: int
    patience: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What came of it: the answer to the page's own request, and the document in place of a body.

    A redirect, of the server's or the page's own, is not followed: `status` is one of a redirect,
    and `headers` have its Location.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Visit:
    """A page that is being shown, in a context of its own that nothing outlives."""

    def __init__(self, devtools: Devtools, request: RenderRequest, shown: Pass) -> None:
        self._devtools = devtools
        self._request = request
        self._pass = shown
        self._origin = origin_of(request.url)
        self._session = ""
        self._context = self._target = ""
        self._frame = ""
        self._requests = 0
        self._pending: dict[str, float] = {}  # requests, and when they were asked for
        self._loaded = False
        self._changed = asyncio.Event()
        self._answer: Rendered | None = None  # to the page's own request
        self._result: asyncio.Future[Rendered] = asyncio.get_running_loop().create_future()
        self._tasks: set[asyncio.Task[None]] = set()

    async def show(self) -> Rendered:
        """The page, once its scripts have come to rest or its time is up.

        Raises FetchError, BrowserGoneError, CommandError.
        """
        self._devtools.on_event = self._event
        created = await self._devtools.send("Target.createBrowserContext", disposeOnDetach=True)
        self._context = created["browserContextId"]
        working = asyncio.ensure_future(self._work())
        try:
            waiting: set[asyncio.Future[Rendered]] = {working, self._result}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return self._result.result() if self._result.done() else working.result()
        finally:
            for task in (working, *self._tasks):
                task.cancel()
            await asyncio.gather(working, *self._tasks, return_exceptions=True)
            self._devtools.on_event = None
            with suppress(BrowserGoneError):
                self._devtools.post("Target.disposeBrowserContext", browserContextId=self._context)

    async def _work(self) -> Rendered:
        await self._open()
        await self._settle()
        return await self._document()

    async def _open(self) -> None:
        devtools, request, context = self._devtools, self._request, self._context
        await devtools.send(
            "Browser.setDownloadBehavior", behavior="deny", browserContextId=context
        )
        self._target = (
            await devtools.send("Target.createTarget", url="about:blank", browserContextId=context)
        )["targetId"]
        await devtools.send("Target.setDiscoverTargets", discover=True)
        self._session = (
            await devtools.send("Target.attachToTarget", targetId=self._target, flatten=True)
        )["sessionId"]
        for method, params in self._setting_up():
            await devtools.send(method, self._session, **params)
        tree = await devtools.send("Page.getFrameTree", self._session)
        self._frame = tree["frameTree"]["frame"]["id"]
        for name, value in request.cookies:
            await devtools.send(
                "Network.setCookie", self._session, name=name, value=value, url=str(request.url)
            )
        going = devtools.post("Page.navigate", self._session, url=str(request.url))
        going.add_done_callback(self._went)

    def _setting_up(self) -> list[tuple[str, Params]]:
        return [
            ("Page.enable", {}),
            ("Network.enable", {}),
            ("Network.setCacheDisabled", {"cacheDisabled": True}),
            ("Network.setBypassServiceWorker", {"bypass": True}),
            ("Network.setUserAgentOverride", {"userAgent": self._request.user_agent}),
            ("Page.addScriptToEvaluateOnNewDocument", {"source": _BEFORE_SCRIPTS}),
            ("Emulation.setDeviceMetricsOverride", _SCREEN),
            (
                "Fetch.enable",
                {
                    "handleAuthRequests": True,
                    "patterns": [
                        {"urlPattern": "*", "requestStage": "Request"},
                        {
                            "urlPattern": "*",
                            "requestStage": "Response",
                            "resourceType": "Document",
                        },
                    ],
                },
            ),
        ]

    def _went(self, going: "asyncio.Future[Params]") -> None:
        """The page could not be gone to, and nobody has said yet why not."""
        if going.cancelled() or self._result.done() or self._answer is not None:
            return
        error = going.exception()
        said = str(error) if error is not None else going.result().get("errorText", "")
        if said:
            self._fail(self._why_not(said))

    def _why_not(self, said: str) -> FetchError:
        url = shorten(self._request.url)
        if self._pass.refused:
            return FetchError(f"{url} could not be fetched: {self._pass.refused[-1][1]}")
        plain = said.removeprefix("net::").replace("_", " ").lower()
        return FetchError(f"{url} could not be shown in the browser ({plain})")

    def _fail(self, error: Exception) -> None:
        if not self._result.done():
            self._result.set_exception(error)
            self._result.exception()  # it may come too late for anybody to look

    def _give(self, rendered: Rendered) -> None:
        if not self._result.done():
            self._result.set_result(rendered)

    # What Chromium tells while the page comes.

    def _event(self, name: str, params: Params, session: str | None) -> None:
        if session not in {None, self._session}:
            return  # of a page that was shown before
        self._changed.set()
        if name == "gone":
            self._fail(BrowserGoneError(params["reason"]))
        elif name == "Fetch.requestPaused":
            self._spawn(self._paused(params))
        elif name == "Fetch.authRequired":
            self._authenticate(params)
        elif name in {"Network.loadingFinished", "Network.loadingFailed"}:
            self._pending.pop(params["requestId"], None)
        elif name == "Page.loadEventFired":
            self._loaded = True
        elif name == "Page.javascriptDialogOpening":
            self._post("Page.handleJavaScriptDialog", accept=False)
        elif name == "Target.targetCreated":
            self._close_if_other(params["targetInfo"])
        elif name in {"Inspector.targetCrashed", "Inspector.detached"}:
            self._fail(BrowserGoneError("the page's process is gone"))

    def _close_if_other(self, info: Params) -> None:
        """Windows that the page opens are closed before they are anything."""
        is_ours = info.get("browserContextId") == self._context and info["type"] == "page"
        if is_ours and self._target not in {"", info["targetId"]}:
            self._devtools.post("Target.closeTarget", targetId=info["targetId"])

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _post(self, method: str, **params: Any) -> None:
        self._devtools.post(method, self._session, **params)

    def _authenticate(self, params: Params) -> None:
        is_gate = params["authChallenge"].get("source") == "Proxy"
        answer: Params = {"response": "CancelAuth"}
        if is_gate:
            answer = {
                "response": "ProvideCredentials",
                "username": self._pass.username,
                "password": self._pass.password,
            }
        self._post(
            "Fetch.continueWithAuth", requestId=params["requestId"], authChallengeResponse=answer
        )

    async def _paused(self, params: Params) -> None:
        try:
            if "responseStatusCode" in params or "responseErrorReason" in params:
                await self._answered(params)
            else:
                self._asked(params)
        except (BrowserGoneError, CommandError, FetchError) as error:
            if self._is_main(params):
                self._fail(error)

    def _is_main(self, params: Params) -> bool:
        is_main: bool = params["resourceType"] == "Document" and params["frameId"] == self._frame
        return is_main

    def _asked(self, params: Params) -> None:
        """Decide on a request before it is sent."""
        url = params["request"]["url"]
        scheme = url.partition(":")[0].lower()
        if scheme not in _SCHEMES:
            return self._refuse(params, "data" if scheme in {"data", "blob"} else scheme)
        if self._is_main(params) and self._answer is not None:
            # The page goes elsewhere by itself: as much a redirect as one of the server's.
            self._refuse(params, scheme)
            self._give(Rendered(status=302, headers={"location": url}))
            return None
        self._requests += 1
        if self._requests > MOST_REQUESTS or params["resourceType"] in _LEFT_OUT:
            return self._refuse(params, scheme)
        number = str(params.get("networkId", params["requestId"]))
        self._pending[number] = asyncio.get_running_loop().time()
        added = {}
        if _origin(url) == self._origin:
            known = params["request"]["headers"]
            added["headers"] = [
                {"name": name, "value": value}
                for name, value in _with(known, self._request.headers).items()
            ]
        self._post("Fetch.continueRequest", requestId=params["requestId"], **added)
        return None

    def _refuse(self, params: Params, scheme: str) -> None:
        if scheme == "data":
            self._post("Fetch.continueRequest", requestId=params["requestId"])
            return
        self._post(
            "Fetch.failRequest", requestId=params["requestId"], errorReason="BlockedByClient"
        )

    async def _answered(self, params: Params) -> None:
        """Look at the answer to a document's request; that of the page itself is the answer."""
        if not self._is_main(params) or "responseStatusCode" not in params:
            self._post("Fetch.continueRequest", requestId=params["requestId"])
            return
        status = params["responseStatusCode"]
        headers = _headers(params.get("responseHeaders", []))
        kind = headers.get("content-type", "text/html").partition(";")[0].strip().lower()
        if self._pass.refused and status == 403 and not headers.get("content-type"):
            refused = self._pass.refused[-1][1]
            raise FetchError(f"{shorten(self._request.url)} could not be fetched: {refused}")
        failures.refuse_binary(self._request.url, headers)
        self._answer = Rendered(status=status, headers=headers)
        if status in REDIRECTS or not 200 <= status < 300:
            self._give(self._answer)
        elif kind not in _DOCUMENTS:
            self._give(await self._as_it_is(params["requestId"]))
        else:
            self._post("Fetch.continueRequest", requestId=params["requestId"])

    async def _as_it_is(self, request_id: str) -> Rendered:
        """A feed, or text: there is nothing to show, so it is taken as it came."""
        assert self._answer is not None
        got = await self._devtools.send(
            "Fetch.getResponseBody", self._session, requestId=request_id
        )
        text = got["body"]
        body = base64.b64decode(text) if got["base64Encoded"] else text.encode()
        return self._bounded(self._answer, body)

    # The end.

    async def _settle(self) -> None:
        """Wait until the page has loaded and is quiet, or until its time is up."""
        try:
            async with asyncio.timeout(self._request.patience):
                while await self._stirs() or not self._is_whole() or self._waits():
                    pass
        except TimeoutError:
            if self._answer is None:
                raise FetchError(
                    f"{shorten(self._request.url)} did not answer in the browser within "
                    f"{self._request.patience:g} seconds"
                ) from None

    def _is_whole(self) -> bool:
        """Whether the page has loaded: it, and not the blank one that was there before."""
        return self._loaded and self._answer is not None

    async def _stirs(self) -> bool:
        """Whether anything happens within the time that is taken for quiet."""
        self._changed.clear()
        waiting = asyncio.ensure_future(self._changed.wait())
        done, _ = await asyncio.wait({waiting}, timeout=QUIET)
        waiting.cancel()
        return bool(done)

    def _waits(self) -> bool:
        """Whether the page waits for an answer that may come soon."""
        now = asyncio.get_running_loop().time()
        return any(now - asked < SLOW for asked in self._pending.values())

    async def _document(self) -> Rendered:
        """The document as it stands; asked of the browser, so that no script has a say in it."""
        assert self._answer is not None
        root = await self._devtools.send("DOM.getDocument", self._session, depth=0)
        got = await self._devtools.send(
            "DOM.getOuterHTML", self._session, nodeId=root["root"]["nodeId"]
        )
        body = got["outerHTML"].encode("utf-8", "replace")
        # The body is another than was sent: what told how to read that one is no longer true.
        told = {"content-encoding", "content-length", "content-type", "etag", "last-modified"}
        headers = {name: value for name, value in self._answer.headers.items() if name not in told}
        headers["content-type"] = "text/html; charset=utf-8"
        return self._bounded(Rendered(status=self._answer.status, headers=headers), body)

    def _bounded(self, answer: Rendered, body: bytes) -> Rendered:
        if len(body) > self._request.limit:
            raise TooLargeError(
                f"{shorten(self._request.url)} is larger than {self._request.limit} bytes in the "
                "browser. If it is meant to be, raise fetch.max_size in the settings.",
                permanent=True,
            )
        left_out = {"content-encoding", "content-length"}
        headers = {name: value for name, value in answer.headers.items() if name not in left_out}
        return Rendered(status=answer.status, headers=headers, body=body)


_SCREEN: Params = {"width": 1280, "height": 2000, "deviceScaleFactor": 1, "mobile": False}


def _headers(raw: list[dict[str, str]]) -> dict[str, str]:
    """Names in lower case, those of one name joined; a Set-Cookie is nobody's business."""
    headers: dict[str, str] = {}
    for each in raw:
        name = each["name"].lower()
        if name not in {"set-cookie", "set-cookie2"}:
            headers[name] = (
                f"{headers[name]}, {each['value']}" if name in headers else each["value"]
            )
    return headers


def _with(known: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    ours = {name.lower() for name in added}
    return {name: value for name, value in known.items() if name.lower() not in ours} | dict(added)


def _origin(url: str) -> str:
    try:
        return origin_of(httpx.URL(url))
    except (httpx.InvalidURL, UnicodeError):
        return ""
