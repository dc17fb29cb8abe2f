"""One Chromium: started, steered over a pipe, watched, and ended with all that it started."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from scraper.errors import FetchError
from scraper.fetch.browser.devtools import BrowserGoneError, CommandError, Devtools

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_LAUNCH = Path(__file__).with_name("launch.py")
_START = 20.0  # seconds in which it must answer
_GOING = 0.02  # seconds between two looks whether they are
_END = 5.0  # seconds in which its processes must be gone, once they were killed

_FEATURES = (
    "AutofillServerCommunication",
    "CertificateTransparencyComponentUpdater",
    "DialMediaRouteProvider",
    "IsolateOrigins",
    "MediaRouter",
    "OptimizationHints",
    "Translate",
    "WebTransport",
    "site-per-process",
)
# What a page could otherwise do beside its requests, and what Chromium does of its own accord.
_ARGUMENTS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-popup-blocking",  # they are closed here, and cannot be waited for by a page
    "--disable-prompt-on-repost",
    "--disable-quic",
    "--disable-site-isolation-trials",  # frames of other sites are seen with the page's own
    "--disable-speech-api",
    "--disable-sync",
    "--disable-translate",
    "--disable-features=" + ",".join(_FEATURES),
    "--disable-blink-features=WebTransport",
    "--dns-prefetch-disable",
    "--blink-settings=imagesEnabled=false",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--js-flags=--max-old-space-size=256",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-pings",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
    # Nothing is resolved but by the gate, and nothing goes past it, loopback least of all.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--proxy-bypass-list=<-loopback>",
)
_MISSING = (
    'Chromium is not here, and render = "browser" needs it: install it (on Debian: apt-get install '
    "chromium), or name it in fetch.browser in the settings"
)


def find_chromium(named: Path | None = None) -> Path:
    """The browser to use: the one named, else one that is installed; FetchError where none is."""
    if named is not None:
        if named.is_file() and os.access(named, os.X_OK):
            return named
        raise FetchError(f"fetch.browser: {named} is no program that can be run")
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise FetchError(_MISSING)


class Chromium:
    """A running browser. `pages` counts those that it has shown."""

    def __init__(
        self, process: asyncio.subprocess.Process, devtools: Devtools, folder: str
    ) -> None:
        self._process = process
        self._folder = folder
        self.devtools = devtools
        self.pages = 0

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.returncode is None

    def memory(self) -> int:
        """The bytes that it and what it started hold for themselves; 0 where nobody tells."""
        return sum(_anonymous(pid) for pid in _members(self._process.pid))

    async def aclose(self) -> None:
        """End it and all that it started, however busy it is; killed even if this is cut short."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self.devtools.aclose()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END):
                await self._process.wait()
                # Killed, and on their way out; the system tells nobody but their parents.
                while _members(self._process.pid):  # noqa: ASYNC110 - nobody sets an event
                    await asyncio.sleep(_GOING)
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)


async def start(program: Path, *, proxy_port: int, arguments: Sequence[str] = ()) -> Chromium:
    """Start a browser that reaches the network by the proxy on `proxy_port` of loopback alone.

    Raises FetchError, with what Chromium said, if it does not start.
    """
    launching = asyncio.ensure_future(_launch(program, proxy_port, arguments))
    try:
        chromium = await asyncio.shield(launching)
    except asyncio.CancelledError:
        # Cut off half-way, its process, pipes and folder would be nobody's.
        with suppress(FetchError):
            await (await launching).aclose()
        raise
    try:
        async with asyncio.timeout(_START):
            await chromium.devtools.send("Browser.getVersion")
    except (BrowserGoneError, CommandError, TimeoutError) as error:
        await chromium.aclose()
        raise FetchError(
            f"{program} does not start as a browser. Try it by hand: {program} --headless "
            "--dump-dom about:blank; in a container it needs user namespaces, or chromium-sandbox"
        ) from error
    except BaseException:
        await chromium.aclose()
        raise
    return chromium


async def _launch(program: Path, proxy_port: int, arguments: Sequence[str]) -> Chromium:
    """Its process, of which nobody knows yet whether it becomes a browser."""
    folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="tocsin-browser-")
    to_read, to_write = os.pipe(), os.pipe()
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()  # as root it has none
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-IS",
            str(_LAUNCH),
            str(to_write[0]),
            str(to_read[1]),
            str(program),
            *_ARGUMENTS,
            f"--proxy-server=http://127.0.0.1:{proxy_port}",
            f"--user-data-dir={folder}",
            *sandbox,
            *arguments,
            "about:blank",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=(to_write[0], to_read[1]),
            start_new_session=True,
            env=_environment(folder),
        )
    except OSError as error:
        for end in (*to_read, *to_write):
            os.close(end)
        shutil.rmtree(folder, ignore_errors=True)
        raise FetchError(f"{program} cannot be started: {error.strerror}") from error
    os.close(to_write[0])
    os.close(to_read[1])
    devtools = Devtools(await _reader(to_read[0]), await _writer(to_write[1]))
    return Chromium(process, devtools, folder)


async def try_chromium(program: Path) -> None:
    """Start it and end it; FetchError says why it does not start."""
    chromium = await start(program, proxy_port=9)  # where nobody answers
    await chromium.aclose()


def _environment(folder: str) -> dict[str, str]:
    """What Chromium is told: no proxies, no secrets, and a home of its own."""
    kept = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "TZ")
    known = {name: os.environ[name] for name in kept if name in os.environ}
    return known | {"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder}


async def _reader(descriptor: int) -> asyncio.StreamReader:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1024 * 1024)
    pipe = os.fdopen(descriptor, "rb", buffering=0)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


async def _writer(descriptor: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    pipe = os.fdopen(descriptor, "wb", buffering=0)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, pipe)
    return asyncio.StreamWriter(transport, protocol, None, loop)


def _members(group: int) -> list[int]:
    """The processes of a group that have not ended, by Linux's /proc."""
    members = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            fields = entry.read_text("ascii", "replace").rpartition(")")[2].split()
            if int(fields[2]) == group and fields[0] != "Z":  # state and pgrp: proc(5)
                members.append(int(entry.parent.name))
    return members


def _anonymous(pid: int) -> int:
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    return 0
