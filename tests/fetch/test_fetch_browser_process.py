"""What is left of a browser that is cut short; without one, for it is the process that matters."""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path

import httpx
import pytest

from scraper.errors import FetchError
from scraper.fetch.browser import RenderRequest, visit
from scraper.fetch.browser.chromium import Chromium, start
from scraper.fetch.browser.devtools import Devtools
from scraper.fetch.browser.gate import Pass

pytestmark = pytest.mark.anyio


class Writer:
    """Stands in for our end of a pipe that nobody reads."""

    def write(self, data: bytes) -> None:
        self.written = data

    def close(self) -> None:
        self.written = b""


async def test_one_whose_start_is_cancelled_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    starting = asyncio.create_task(start(Path(sys.executable), proxy_port=9))
    while not any(tmp_path.iterdir()):  # noqa: ASYNC110 - until its folder is made, a turn or two
        await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not any(tmp_path.iterdir())


async def test_one_is_killed_even_if_its_end_is_cut_short(tmp_path):
    process = await asyncio.create_subprocess_exec("sleep", "600", start_new_session=True)
    try:
        browser = Chromium(process, Devtools(asyncio.StreamReader(), Writer()), str(tmp_path))
        ending = asyncio.create_task(browser.aclose())
        await asyncio.sleep(0)
        ending.cancel()
        await asyncio.gather(ending, return_exceptions=True)
        await browser.devtools.aclose()
        async with asyncio.timeout(60):
            assert await process.wait() == -signal.SIGKILL
    finally:
        if process.returncode is None:
            process.kill()


class BlankPage:
    """Steers a browser whose blank page has loaded, and whose real one never comes."""

    on_event = None

    async def send(self, method, session=None, **_):
        if method == "Page.enable":
            self.on_event("Page.loadEventFired", {}, session)
        return {
            "browserContextId": "context",
            "targetId": "target",
            "sessionId": "session",
            "frameTree": {"frame": {"id": "frame"}},
        }

    def post(self, _method, _session=None, **_):
        return asyncio.get_running_loop().create_future()


async def test_a_page_is_waited_for_although_the_blank_one_before_it_has_loaded(monkeypatch):
    monkeypatch.setattr(visit, "QUIET", 0.001)
    request = RenderRequest(
        url=httpx.URL("https://slow.example/"), user_agent="Tocsin/1", limit=1000, patience=0.05
    )
    shown = visit.Visit(BlankPage(), request, Pass(bytes_left=1000, connections_left=1))
    with pytest.raises(FetchError, match="did not answer in the browser"):
        await shown.show()
