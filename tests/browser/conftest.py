"""A real Chromium looks at the real application, served on loopback."""

import asyncio
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scraper.clock import SystemClock
from scraper.web.app import make_app
from storage.database import Database

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS = {"phone": 360, "tablet": 800, "desk": 1400}
_PATIENCE = 10.0  # seconds
_GRAVE = {"serious", "critical"}  # what axe-core may not find


@dataclass  # without slots: the browser's library notes on it what listens
class Desk:
    """The dashboard of a database, and a browser to look at it."""

    database: Database
    address: str
    browser: Browser
    troubles: list[str] = field(default_factory=list)  # what the browser complained of
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, path: str = "/", *, width: str = "desk", scheme: str = "light") -> Page:
        """A page in a browser of its own: no cookies but its own."""
        context = self.browser.new_context(
            viewport={"width": WIDTHS[width], "height": 900},
            color_scheme=scheme,
            base_url=self.address,
        )
        context.set_default_timeout(_PATIENCE * 1000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._listen)
        page.on("request", self._watch)
        page.goto(path)
        return page

    def _listen(self, message) -> None:
        refused = "Failed to load resource"  # a status that the test itself looks at
        if message.type == "error" and refused not in message.text:
            self.troubles.append(message.text)

    def _watch(self, request) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.troubles.append(f"it asks elsewhere: {request.url}")

    def close(self) -> None:
        """Close what was opened."""
        for context in self._contexts:
            context.close()


@pytest.fixture(scope="module")  # no longer: its loop would be in the way of other tests' loops
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield started
        started.close()


@pytest.fixture
def desk(tmp_path: Path, browser: Browser) -> Iterator[Desk]:
    """The dashboard of an empty database; a test that made the browser complain fails."""
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as database, served(database) as address:
        shown = Desk(database, address, browser)
        yield shown
        shown.close()
        assert shown.troubles == []


@contextmanager
def served(database: Database) -> Iterator[str]:
    """Serve the application on loopback, in a thread of its own; gives the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = make_app(database, SystemClock(), hosts=[])
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listening])), name="dashboard"
        )
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)


def grave(page: Page) -> list[str]:
    """What axe-core finds that keeps people out: rule, and the first element."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in _GRAVE
    ]


def overflows(page: Page) -> bool:
    """Whether the page is wider than the window, so that one must scroll sideways."""
    wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return bool(wider)
