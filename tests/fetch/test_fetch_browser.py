"""A real Chromium shows pages, and reaches nothing that a link could not."""

import asyncio
import os
import shutil
import signal
import socket
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest

from scraper.clock import SystemClock
from scraper.errors import FetchError
from scraper.fetch import Fetcher, FetchPolicy, Request, RequestOptions
from scraper.fetch.browser import Renderer, RenderRequest, find_chromium
from scraper.fetch.browser.chromium import _members
from scraper.proxies import parse_proxy
from tests.fetch.loopback import answer, serve
from tests.fetch.proxying import proxying

HERE = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(HERE is None, reason="no Chromium here: apt-get install chromium"),
]
HTML = ("Content-Type: text/html",)
PUBLIC = (ip_network("127.0.0.1/32"),)  # stands in for the public internet
RENDER = RequestOptions(render=True)


async def resolve(host, _port):
    """The test's own names: a stranger's leads to an address that is private."""
    return ["127.0.0.2"] if host.startswith("inside") else ["127.0.0.1"]


@asynccontextmanager
async def rendering(**limits):
    renderer = Renderer(resolve=resolve, allow_networks=PUBLIC, **limits)
    try:
        yield renderer
    finally:
        await renderer.aclose()


def fetcher(**policy):
    policy = {
        "host_pause": timedelta(0),
        "allow_networks": PUBLIC,
        "respect_robots": False,
        "timeout": timedelta(seconds=60),
        **policy,
    }
    return Fetcher(FetchPolicy(**policy), clock=SystemClock(), resolve=resolve)


def wanted(url, **changes):
    changes = {"limit": 10**7, "patience": 20.0, **changes}
    return RenderRequest(url=httpx.URL(url), user_agent="Tocsin/0 (+desk@example.org)", **changes)


def site(**pages):
    """Pages by the first word of their path; a function of the path, or the body."""

    async def talk(path, writer):
        page = pages.get(path.strip("/").partition("/")[0] or "index", b"nothing")
        writer.write(page if page.startswith(b"HTTP/") else answer(page, headers=HTML))

    return talk


BUILT = b"""<!DOCTYPE html><html><head><title>The Lantern</title></head><body><main></main><script>
  fetch('/data').then(data => data.text()).then(text => {
    document.querySelector('main').innerHTML = '<h1>Rocket rises over ' + text + '</h1>';
  });
</script></body></html>"""


class TestPages:
    async def test_a_page_that_its_script_builds_is_read(self):
        async with serve(site(index=BUILT, data=b"Baghdad")) as server, fetcher() as fetching:
            page = await fetching.fetch(Request(url=server.url, options=RENDER))
        assert b"<h1>Rocket rises over Baghdad</h1>" in page.body
        assert page.body.startswith(b"<!DOCTYPE html>")
        assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert server.paths == ["/", "/data"]

    async def test_it_says_who_asks_and_sends_what_the_source_has_sent(self):
        options = RequestOptions(
            render=True, headers=(("X-Key", "k3y"),), cookies=(("consent", "yes"),), username="desk"
        )
        elsewhere = b"<script>fetch('http://elsewhere.example:%d/far').catch(() => 0)</script>"
        async with serve(site()) as stranger:
            page = elsewhere % stranger.port
            async with (
                serve(site(index=page)) as server,
                fetcher(contact="a@b.example") as fetching,
            ):
                await fetching.fetch(Request(url=server.url, options=options))
        head = server.requests[0]
        for line in ("X-Key: k3y", "consent=yes", "Authorization: Basic", "(+a@b.example)"):
            assert line in head
        assert "proxy" not in head.lower()
        (far,) = stranger.requests
        for secret in ("k3y", "consent", "Authorization"):
            assert secret not in far

    async def test_a_feed_comes_as_it_is(self):
        feed = b"<rss><channel><title>\xe4</title></channel></rss>"
        sent = answer(feed, headers=("Content-Type: application/rss+xml", 'ETag: "1"'))
        async with serve(site(index=sent)) as server, fetcher() as fetching:
            page = await fetching.fetch(Request(url=server.url, options=RENDER))
        assert page.body == feed
        assert page.headers["content-type"] == "application/rss+xml"

    async def test_redirects_are_the_fetchers_those_of_scripts_as_well(self):
        there = answer(status="302 Found", headers=("Location: /script",))
        script = b"<script>location.href = '/end'</script>"
        pages = site(index=there, script=script, end=b"<p>The end</p>")
        async with serve(pages) as server, fetcher() as fetching:
            page = await fetching.fetch(Request(url=server.url, options=RENDER))
        assert page.url == f"{server.url}/end"
        assert b"The end" in page.body

    @pytest.mark.parametrize(
        ("status", "permanent"), [("404 Not Found", False), ("451 Unavailable", True)]
    )
    async def test_a_status_is_judged_as_any(self, status, permanent):
        async with serve(site(index=answer(b"no", status))) as server, fetcher() as fetching:
            with pytest.raises(FetchError, match=f"answered {status[:3]}") as raised:
                await fetching.fetch(Request(url=server.url, options=RENDER))
        assert raised.value.permanent is permanent

    async def test_robots_txt_and_the_hosts_pace_hold(self):
        sleeps = []

        class Counting(SystemClock):
            async def sleep(self, seconds):
                sleeps.append(seconds)

        rules = {"robots.txt": b"User-agent: *\nDisallow: /shut\n", "open": b"<p>Open</p>"}
        policy = FetchPolicy(allow_networks=PUBLIC, host_pause=timedelta(milliseconds=50))
        clock = Counting()
        async with (
            serve(site(**rules)) as server,
            Fetcher(policy, clock=clock, resolve=resolve) as fetching,
        ):
            await fetching.fetch(Request(url=f"{server.url}/open", options=RENDER))
            with pytest.raises(FetchError, match=r"robots\.txt"):
                await fetching.fetch(Request(url=f"{server.url}/shut", options=RENDER))
        assert server.paths == ["/robots.txt", "/open"]
        assert sleeps

    async def test_a_sources_proxy_is_the_browsers_as_well(self):
        async with serve(site(index=BUILT, data=b"Baghdad")) as server, proxying() as proxy:
            options = RequestOptions(render=True, proxy=parse_proxy(proxy.url))
            async with fetcher() as fetching:
                url = f"http://news.example:{server.port}/"
                page = await fetching.fetch(Request(url=url, options=options))
        assert b"over Baghdad" in page.body
        assert proxy.targets == [f"GET {url}", f"GET {url}data"]

    async def test_what_it_loads_besides_is_no_picture_font_or_film(self):
        page = b"""<img src="/a.png"><video src="/b.mp4"></video><audio src="/c.mp3"></audio>
          <style>@font-face { font-family: f; src: url(/d.woff) } p { font-family: f }</style><p>x
          <link rel="manifest" href="/e"><script src="/script.js"></script>"""
        async with serve(site(index=page)) as server, fetcher() as fetching:
            await fetching.fetch(Request(url=server.url, options=RENDER))
        assert server.paths == ["/", "/script.js"]

    async def test_without_chromium_the_remedy_is_told(self, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(FetchError, match="apt-get install chromium"):
            find_chromium()
        with pytest.raises(FetchError, match="no program that can be run"):
            find_chromium(tmp_path / "chromium")
        async with fetcher(browser=Path("/bin/true")) as fetching:
            with pytest.raises(FetchError, match="/bin/true does not start as a browser"):
                await fetching.fetch(Request(url="http://news.example/", options=RENDER))


@asynccontextmanager
async def forbidden(*hosts):
    """Servers that must not be reached, on addresses that are not public."""
    async with serve(site(), hosts[0]) as first:
        yield first


# Ways in which a page asks for something at an address.
WAYS = [
    "<iframe src='http://{}/x'></iframe>",
    "<script>fetch('http://{}/x', {mode: 'no-cors'})</script>",
    "<script src='http://{}/x'></script>",
    "<link rel=stylesheet href='http://{}/x'>",
    "<img src='http://{}/x'><object data='http://{}/x'></object><embed src='http://{}/x'>",
    "<script>new WebSocket('ws://{}/x')</script>",
    "<script>new EventSource('http://{}/x')</script>",
    "<script>new Worker(URL.createObjectURL(new Blob([\"fetch('http://{}/x')\"])))</script>",
    "<script>window.open('http://{}/x')</script>",
    "<script>navigator.sendBeacon('http://{}/x', 'x')</script>",
    "<link rel=prefetch href='http://{}/x'><link rel=preconnect href='http://{}'>",
    "<form id=f target=_blank action='http://{}/x'></form><script>f.submit()</script>",
    "<script src='/away'></script>",
]


class TestTheFence:
    @pytest.mark.parametrize("host", ["127.0.0.2", "inside.example"])
    async def test_no_part_of_a_page_reaches_a_private_address(self, host):
        async with forbidden("127.0.0.2") as closed, rendering(at_once=1) as renderer:
            target = f"{host}:{closed.port}"
            pages = {
                str(number): f"{way.replace('{}', target)}<p>News".encode()
                for number, way in enumerate(WAYS)
            }
            away = answer(status="302 Found", headers=(f"Location: http://{target}/x",))
            async with serve(site(away=away, **pages)) as server:
                for number in pages:
                    shown = await renderer.render(wanted(f"{server.url}/{number}"))
                    assert b"<p>News" in shown.body, WAYS[int(number)]
                    assert (closed.connections, closed.requests) == (0, []), WAYS[int(number)]

    async def test_what_is_refused_is_logged(self, caplog):
        caplog.set_level("INFO")
        body = b"<iframe src='http://169.254.169.254/latest/meta-data/'></iframe>"
        async with serve(site(index=body)) as server, rendering() as renderer:
            await renderer.render(wanted(server.url))
        (record,) = [r for r in caplog.records if getattr(r, "action", "").endswith("_refused")]
        assert "169.254.169.254 (link-local)" in record.getMessage()

    @pytest.mark.parametrize("how", ["302", "script", "meta"])
    async def test_a_page_that_goes_to_a_private_address_itself_is_refused(self, how):
        async with forbidden("127.0.0.2") as closed, fetcher() as fetching:
            url = f"http://inside.example:{closed.port}/"
            body = {
                "302": answer(status="302 Found", headers=(f"Location: {url}",)),
                "script": f"<script>location = '{url}'</script>".encode(),
                "meta": f"<meta http-equiv=refresh content='0;url={url}'>".encode(),
            }[how]
            async with serve(site(index=body)) as server:
                with pytest.raises(FetchError, match=r"127\.0\.0\.2 \(loopback\)"):
                    await fetching.fetch(Request(url=server.url, options=RENDER))
            assert closed.connections == 0

    async def test_a_name_that_changes_its_address_is_judged_each_time(self):
        asked = []

        async def rebinding(host, _port):
            asked.append(host)
            return ["127.0.0.1"] if len(asked) < 2 else ["127.0.0.2"]

        body = b"""<p>News<script>setTimeout(() => fetch('/data').then(d => d.text()).then(
          t => document.body.append('got ' + t), () => 0), 10)</script>"""
        talk = site(index=body, data=b"secret")
        async with serve(talk) as server, forbidden("127.0.0.2") as closed:
            renderer = Renderer(resolve=rebinding, allow_networks=PUBLIC)
            shown = await renderer.render(wanted(f"http://news.example:{server.port}/"))
            await renderer.aclose()
        assert len(asked) == 2
        assert b"got secret" not in shown.body
        assert closed.connections == 0

    async def test_nothing_is_sent_by_udp(self):
        """WebRTC, QUIC and WebTransport would go past a proxy."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", 0))
            udp.settimeout(0.0)
            port = udp.getsockname()[1]
            body = f"""<p>News<iframe id=i srcdoc="<p>inner"></iframe><script>
              for (const w of [window, i.contentWindow]) {{
                try {{
                  const iceServers = [{{urls: 'stun:127.0.0.1:{port}'}}];
                  const pc = new w.RTCPeerConnection({{iceServers}});
                  pc.createDataChannel('x');
                  pc.createOffer().then(o => pc.setLocalDescription(o));
                }} catch {{}}
                try {{ new w.WebTransport('https://127.0.0.1:{port}/'); }} catch {{}}
              }}
            </script>""".encode()
            async with serve(site(index=body)) as server, rendering() as renderer:
                await renderer.render(wanted(server.url))
            with pytest.raises(BlockingIOError):
                udp.recv(1)

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "chrome://version", "view-source:x"])
    async def test_other_schemes_lead_nowhere(self, url):
        body = f"<p>News<iframe src='{url}'></iframe><script>location='{url}'</script>".encode()
        async with serve(site(index=body)) as server, rendering() as renderer:
            shown = await renderer.render(wanted(server.url))
        assert b"News" in shown.body
        assert b"root:" not in shown.body

    async def test_the_gate_lets_nobody_else_through(self):
        async with serve(site()) as server, rendering() as renderer:
            await renderer.render(wanted(server.url))
            asked = len(server.requests)
            proxy = f"http://127.0.0.1:{renderer._port}"
            async with httpx.AsyncClient(proxy=proxy, trust_env=False) as client:
                assert (await client.get(server.url)).status_code == 407
            assert len(server.requests) == asked

    async def test_no_cookie_outlives_its_page(self):
        body = b"<script>document.cookie = 'a=1'; localStorage.a = 1</script>"
        async with serve(site(index=body)) as server, rendering() as renderer:
            for _ in range(2):
                await renderer.render(wanted(server.url))
        assert ["ookie" in head for head in server.requests] == [False, False]

    async def test_service_workers_windows_and_dialogs_come_to_nothing(self):
        body = b"""<p>News<script>
          window.open('/popup'); alert('a'); confirm('b');
          document.body.append(navigator.serviceWorker ? 'worker' : 'none');
          window.onbeforeunload = () => 'stay';</script>"""
        async with serve(site(index=body)) as server, rendering() as renderer:
            shown = await renderer.render(wanted(server.url))
        assert b"none" in shown.body


class TestLimits:
    async def test_a_page_without_end_is_cut(self):
        body = b"""<p>News<script>setInterval(() => {
          document.body.append('more'); fetch('/data?' + Math.random()); }, 20)</script>"""
        async with serve(site(index=body, data=b"x")) as server, rendering() as renderer:
            shown = await renderer.render(wanted(server.url, patience=2.0))
        assert b"News" in shown.body
        assert b"more" in shown.body
        assert len(server.requests) <= 100

    async def test_a_script_that_never_ends_costs_its_page_alone(self, monkeypatch):
        monkeypatch.setattr("scraper.fetch.browser.renderer._GRACE", 1.0)
        pages = site(index=b"<script>for (;;);</script>", fine=b"<p>Fine")
        async with serve(pages) as server, rendering() as renderer:
            with pytest.raises(FetchError, match="too busy") as raised:
                await renderer.render(wanted(server.url, patience=1.0))
            assert not raised.value.permanent
            assert b"Fine" in (await renderer.render(wanted(f"{server.url}/fine"))).body

    async def test_a_page_that_takes_too_much_memory_is_ended(self):
        greedy = b"""<script>const kept = []; for (;;)
          if (kept.length < 40) kept.push(new Uint8Array(50_000_000).fill(1));</script>"""
        async with serve(site(index=greedy)) as server, rendering(memory=800 << 20) as renderer:
            with pytest.raises(FetchError, match="more than 800 MiB of memory"):
                await renderer.render(wanted(server.url, patience=60.0))

    async def test_a_page_has_so_many_bytes_and_no_more(self):
        body = b"<p>News<script src='/big'></script><script>document.title='after'</script>"
        async with (
            serve(site(index=body, big=b"/*" + b"x" * 10**6)) as server,
            rendering(most_bytes=200_000) as renderer,
        ):
            assert b"News" in (await renderer.render(wanted(server.url))).body

    async def test_a_document_that_is_too_large_is_refused_for_good(self):
        body = b"<script>document.body.append('x'.repeat(100_000))</script><p>"
        async with serve(site(index=b"<body>" + body)) as server, rendering() as renderer:
            with pytest.raises(FetchError, match="larger than 50000 bytes") as raised:
                await renderer.render(wanted(server.url, limit=50_000))
        assert raised.value.permanent

    async def test_a_crash_is_the_failure_of_one_page(self):
        async def talk(path, writer):
            if path == "/crash":
                (browser,) = renderer._busy
                os.kill(browser._process.pid, signal.SIGKILL)
                return
            writer.write(answer(b"<p>Fine", headers=HTML))

        async with serve(talk) as server, rendering() as renderer:
            with pytest.raises(FetchError, match="the browser failed") as raised:
                await renderer.render(wanted(f"{server.url}/crash"))
            assert not raised.value.permanent
            assert b"Fine" in (await renderer.render(wanted(server.url))).body

    async def test_twenty_pages_leave_no_process_and_no_file_behind(self, monkeypatch, tmp_path):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        groups = set()
        async with (
            serve(site(index=b"<p>Fine")) as server,
            rendering(pages=7, at_once=1) as renderer,
        ):
            for _ in range(20):
                await renderer.render(wanted(server.url))
                groups |= {browser._process.pid for browser in renderer._idle}
            running = {group for group in groups if _members(group)}
            assert len(running) == 1  # the third; the others had their seven pages
        assert len(groups) == 3
        assert [group for group in groups if _members(group)] == []
        assert list(tmp_path.iterdir()) == []

    async def test_a_browser_that_nobody_needs_is_ended(self):
        async with serve(site(index=b"<p>Fine")) as server, rendering(idle=0.0) as renderer:
            await renderer.render(wanted(server.url))
            ending = renderer._ending
            assert ending is not None
            await ending
            assert renderer._idle == []

    async def test_a_fetch_that_is_cancelled_ends_its_browser(self):
        reached = asyncio.Event()

        async def talk(_path, _writer):
            reached.set()
            await asyncio.Event().wait()

        async with serve(talk) as server, rendering() as renderer:
            task = asyncio.ensure_future(renderer.render(wanted(server.url)))
            await reached.wait()
            (browser,) = renderer._busy
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert _members(browser._process.pid) == []
