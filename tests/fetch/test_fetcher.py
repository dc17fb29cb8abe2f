import asyncio
import gzip
import pickle
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from scraper.errors import FetchError
from scraper.fetch import Fetcher, FetchPolicy, NotModified, Request
from storage.records import Page
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

URL = "https://example.org/news"
HTML = {"Content-Type": "text/html; charset=utf-8"}


class Web:
    """A web of mocked sites, with a fetcher that sees nothing else."""

    def __init__(self, **policy: Any) -> None:
        self.sites = respx.MockRouter(assert_all_called=False)
        self.clock = FakeClock()
        policy.setdefault("respect_robots", False)
        self.fetcher = Fetcher(
            FetchPolicy(**policy),
            clock=self.clock,
            transport=httpx.MockTransport(self.sites.async_handler),
        )

    def page(self, url: str, body: str = "<p>News</p>", **kwargs: Any) -> respx.Route:
        return self.answer(url, 200, headers=HTML, text=body, **kwargs)

    def answer(self, url: str, status: int, **kwargs: Any) -> respx.Route:
        return self.sites.get(url).mock(return_value=httpx.Response(status, **kwargs))

    def redirect(self, url: str, to: str, status: int = 302) -> respx.Route:
        return self.answer(url, status, headers={"Location": to})

    def robots(self, text: str, origin: str = "https://example.org") -> respx.Route:
        return self.answer(f"{origin}/robots.txt", 200, text=text)

    async def fetch(self, url: str = URL, **kwargs: Any) -> Page:
        page = await self.fetcher.fetch(Request(url=url, **kwargs))
        assert isinstance(page, Page)
        return page

    async def fail(self, url: str = URL, **kwargs: Any) -> FetchError:
        with pytest.raises(FetchError) as raised:
            await self.fetcher.fetch(Request(url=url, **kwargs))
        return raised.value

    @property
    def asked(self) -> list[str]:
        return [str(call.request.url) for call in self.sites.calls]


class TestPages:
    async def test_a_page_comes_back_as_it_is(self):
        web = Web()
        web.answer(
            URL, 200, headers={"Content-Type": "text/plain", "X-A": "1"}, content=b"\xe4\x00"
        )
        page = await web.fetch()
        assert page == Page(
            url=URL,
            requested_url=URL,
            status=200,
            headers={"content-type": "text/plain", "x-a": "1", "content-length": "2"},
            body=b"\xe4\x00",
            fetched_at=web.clock.now(),
        )
        assert pickle.loads(pickle.dumps(page)) == page  # noqa: S301 it is our own

    async def test_the_request_says_who_asks_and_what_for(self):
        web = Web(contact="newsroom@example.org")
        route = web.page(URL)
        await web.fetch(accept="feed")
        headers = route.calls.last.request.headers
        assert headers["user-agent"] == "Tocsin/0.1.0 (+newsroom@example.org)"
        assert "application/rss+xml" in headers["accept"]
        assert headers["accept-encoding"] == "gzip, deflate, br, zstd"
        assert headers["host"] == "example.org"

    async def test_the_fragment_stays_here(self):
        web = Web()
        web.page(URL)
        page = await web.fetch(f"{URL}#part")
        assert web.asked == [URL]
        assert page.requested_url == f"{URL}#part"

    async def test_the_body_is_decoded(self):
        web = Web()
        headers = {**HTML, "Content-Encoding": "gzip"}
        web.answer(URL, 200, headers=headers, content=gzip.compress(b"<p>News</p>"))
        assert (await web.fetch()).body == b"<p>News</p>"

    async def test_a_wrong_content_type_is_passed_on(self):
        web = Web()
        web.answer(URL, 200, headers={"Content-Type": "application/octet-stream"}, text="<rss/>")
        assert (await web.fetch()).body == b"<rss/>"

    async def test_a_binary_type_is_refused_unread(self):
        async def untouchable() -> AsyncIterator[bytes]:
            raise AssertionError("the body was read")
            yield b""

        web = Web()
        headers = {"Content-Type": "video/mp4"}
        web.answer(URL, 200, headers=headers, stream=_Stream(untouchable()))
        error = await web.fail()
        assert error.permanent
        assert "video/mp4" in str(error)

    async def test_what_is_too_large_is_refused_for_good(self):
        web = Web(max_bytes=100)
        web.page(URL, "x" * 101)
        error = await web.fail()
        assert error.permanent
        assert "fetch.max_size" in str(error)

    async def test_a_flood_of_headers_is_refused(self):
        web = Web()
        web.answer(URL, 200, headers=[(f"X-{n}", "x") for n in range(300)])
        assert "headers" in str(await web.fail())
        web.answer(f"{URL}2", 200, headers={"X": "x" * 70_000})
        assert "headers" in str(await web.fail(f"{URL}2"))

    async def test_no_cookie_is_kept_or_sent(self):
        web = Web(host_pause=timedelta(0))
        web.answer(URL, 200, headers={**HTML, "Set-Cookie": "id=1"}, text="x")
        page = await web.fetch()
        await web.fetch()
        assert "set-cookie" not in page.headers
        assert "cookie" not in web.sites.calls.last.request.headers


class _Stream(httpx.AsyncByteStream):
    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            yield chunk

    async def aclose(self) -> None:
        self.closed = True


class TestConditionalRequests:
    async def test_an_unchanged_page_is_not_sent_again(self):
        web = Web()
        route = web.answer(URL, 304, headers={"ETag": '"2"'})
        result = await web.fetcher.fetch(Request(url=URL, etag='"1"', last_modified="yesterday"))
        assert result == NotModified(
            url=URL, etag='"2"', last_modified="yesterday", fetched_at=web.clock.now()
        )
        headers = route.calls.last.request.headers
        assert headers["if-none-match"] == '"1"'
        assert headers["if-modified-since"] == "yesterday"

    async def test_the_validators_of_a_page_are_in_its_headers(self):
        web = Web()
        web.answer(URL, 200, headers={"ETag": 'W/"1"', "Last-Modified": "today"}, text="x")
        page = await web.fetch()
        assert page.headers["etag"] == 'W/"1"'
        assert page.headers["last-modified"] == "today"

    async def test_validators_outlast_redirects(self):
        web = Web()
        web.redirect(URL, "https://other.example/")
        web.answer("https://other.example/", 304)
        result = await web.fetcher.fetch(Request(url=URL, etag='"1"'))
        assert isinstance(result, NotModified)
        assert result.url == "https://other.example/"

    @pytest.mark.parametrize("etag", ['"a\r\nX-Evil: 1"', '"ä"', "x" * 2000, ""])
    async def test_one_that_cannot_stand_in_a_header_is_left_out(self, etag: str):
        web = Web()
        route = web.page(URL)
        await web.fetch(etag=etag)
        assert "if-none-match" not in route.calls.last.request.headers

    async def test_not_modified_without_a_copy_is_an_error(self):
        web = Web()
        web.answer(URL, 304)
        assert not (await web.fail()).permanent


class TestStatuses:
    @pytest.mark.parametrize(
        ("status", "permanent"),
        [(404, False), (410, True), (403, False), (500, False), (204, False)],
    )
    async def test_what_is_no_page_is_an_error(self, status: int, *, permanent: bool):
        web = Web()
        web.answer(URL, status)
        error = await web.fail()
        assert error.permanent is permanent
        assert str(status) in str(error)

    @pytest.mark.parametrize("status", [429, 503])
    async def test_a_host_that_asks_for_rest_gets_it_from_everyone(self, status: int):
        web = Web()
        web.answer(URL, status, headers={"Retry-After": "600"})
        other = web.page("https://www.example.org/other")
        elsewhere = web.page("https://elsewhere.example/")
        assert (await web.fail()).retry_after == timedelta(minutes=10)

        error = await web.fail("https://www.example.org/other")
        assert error.retry_after == timedelta(minutes=10)
        assert not other.called
        await web.fetch("https://elsewhere.example/")
        assert elsewhere.called

        web.clock.advance(timedelta(minutes=10))
        await web.fetch("https://www.example.org/other")

    async def test_refusals_without_a_time_grow(self):
        web = Web()
        web.answer(URL, 429)
        pauses = []
        for _ in range(3):
            error = await web.fail()
            assert error.retry_after is not None
            pauses.append(error.retry_after.total_seconds())
            web.clock.advance(error.retry_after)
        assert pauses == [15, 30, 60]


class TestFailures:
    @pytest.mark.parametrize(
        "error", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x")]
    )
    async def test_what_fails_on_the_way_is_temporary(self, error: Exception):
        web = Web()
        web.sites.get(URL).mock(side_effect=error)
        failure = await web.fail()
        assert not failure.permanent
        assert failure.__cause__ is error

    async def test_a_host_that_does_not_answer_is_left_alone_in_the_end(self):
        web = Web(patience=timedelta(seconds=1))
        route = web.sites.get(URL).mock(side_effect=httpx.ConnectTimeout("x"))
        for _ in range(3):
            await web.fail()
        error = await web.fail()
        assert "did not answer lately" in str(error)
        assert error.retry_after is not None
        assert route.call_count == 3

    async def test_a_response_is_closed_whatever_its_body_does(self):
        async def breaks() -> AsyncIterator[bytes]:
            yield b"half"
            raise httpx.ReadError("reset")

        web = Web()
        stream = _Stream(breaks())
        web.answer(URL, 200, stream=stream)
        assert "the connection broke (reset)" in str(await web.fail())
        assert stream.closed

    async def test_cancelling_closes_the_response_and_ends_the_turn(self):
        begun = asyncio.Event()

        async def hangs() -> AsyncIterator[bytes]:
            begun.set()
            await asyncio.Event().wait()
            yield b""

        web = Web(host_pause=timedelta(0))
        stream = _Stream(hangs())
        web.answer(URL, 200, stream=stream)
        web.page(f"{URL}/other")
        fetching = asyncio.create_task(web.fetch())
        await begun.wait()
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
        assert stream.closed
        await web.fetch(f"{URL}/other")


class TestRedirects:
    async def test_are_followed_and_the_page_says_where_to(self):
        web = Web()
        web.redirect("http://example.org/a", "/b#part", 301)
        web.redirect("http://example.org/b", "https://example.org/c", 308)
        web.page("https://example.org/c")
        page = await web.fetch("http://example.org/a")
        assert page.url == "https://example.org/c"
        assert page.requested_url == "http://example.org/a"
        assert page.permanent_redirect

    @pytest.mark.parametrize("status", [302, 303, 307])
    async def test_one_temporary_hop_makes_the_way_temporary(self, status: int):
        web = Web()
        web.redirect("http://example.org/a", "/b", 301)
        web.redirect("http://example.org/b", "/c", status)
        web.page("http://example.org/c")
        assert not (await web.fetch("http://example.org/a")).permanent_redirect

    async def test_no_redirect_is_no_permanent_one(self):
        web = Web()
        web.page(URL)
        assert not (await web.fetch()).permanent_redirect

    async def test_in_a_circle_end_at_once(self):
        web = Web()
        web.redirect(URL, "/b")
        web.redirect("https://example.org/b", URL)
        error = await web.fail()
        assert "circle" in str(error)
        assert not error.permanent
        assert len(web.asked) == 2

    async def test_have_a_limit(self):
        web = Web(max_redirects=5)
        for number in range(10):
            web.redirect(f"https://example.org/{number}", f"/{number + 1}")
        web.page("https://example.org/10")
        assert "too many" in str(await web.fail("https://example.org/0"))
        assert len(web.asked) == 6
        await web.fetch("https://example.org/5")

    @pytest.mark.parametrize(
        "target",
        [
            "http://127.0.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::ffff:10.0.0.1]/",
            "http://0x7f.1/",
            "file:///etc/passwd",
            "ftp://example.org/",
            "http://user:secret@example.org/",
            "http://example.org:25/",
        ],
    )
    async def test_to_where_we_do_not_go_are_refused_for_good(self, target: str):
        web = Web()
        web.redirect(URL, target)
        error = await web.fail()
        assert error.permanent
        assert "secret" not in str(error)
        assert web.asked == [URL]

    @pytest.mark.parametrize("location", ["", "http://[::1/", "https://\ud800.example/"])
    async def test_to_nowhere_are_temporary_errors(self, location: str):
        web = Web()
        headers = [(b"Location", location.encode("utf-8", "surrogatepass"))]
        web.answer(URL, 302, headers=headers)
        assert isinstance(await web.fail(), FetchError)

    async def test_take_nothing_of_the_first_site_along(self):
        web = Web(contact="x@example.org")
        web.answer(URL, 302, headers={"Location": "https://b.example/", "Set-Cookie": "id=1"})
        target = web.page("https://b.example/")
        await web.fetch()
        sent = target.calls.last.request.headers
        assert not {"cookie", "authorization", "referer"} & set(sent)
        assert sent["host"] == "b.example"

    async def test_each_host_on_the_way_is_paced(self):
        web = Web(host_pause=timedelta(seconds=5))
        web.redirect("https://a.example/", "https://b.example/")
        web.redirect("https://b.example/", "https://a.example/end")
        web.page("https://a.example/end")
        await web.fetch("https://a.example/")
        assert web.clock.monotonic() == 5
        await web.fetch("https://a.example/end")
        assert web.clock.monotonic() == 10

    async def test_from_https_to_http_are_noted(self, caplog: pytest.LogCaptureFixture):
        web = Web()
        web.redirect(URL, "http://example.org/plain")
        web.page("http://example.org/plain")
        with caplog.at_level("INFO", logger="scraper.fetch"):
            await web.fetch()
        assert [getattr(record, "action", "") for record in caplog.records] == ["fetch.downgraded"]


class TestRobots:
    async def test_are_asked_before_the_first_page_and_then_no_more(self):
        web = Web(respect_robots=True)
        web.robots("User-agent: *\nDisallow: /closed\n")
        web.page(URL)
        await web.fetch()
        await web.fetch()
        assert web.asked == ["https://example.org/robots.txt", URL, URL]

    async def test_what_they_close_is_not_fetched(self):
        web = Web(respect_robots=True)
        web.robots("User-agent: Tocsin\nDisallow: /*?print=\n")
        error = await web.fail(f"{URL}?print=1")
        assert error.permanent
        assert "robots.txt" in str(error)
        assert len(web.asked) == 1

    async def test_hold_on_every_hop(self):
        web = Web(respect_robots=True)
        web.robots("")
        web.redirect(URL, "https://b.example/closed")
        web.robots("User-agent: *\nDisallow: /closed\n", "https://b.example")
        assert (await web.fail()).permanent
        assert web.asked[-1] == "https://b.example/robots.txt"

    async def test_their_request_is_paced_like_any_other(self):
        web = Web(respect_robots=True, host_pause=timedelta(seconds=3))
        web.robots("")
        web.page(URL)
        await web.fetch()
        assert web.clock.sleeps == [3]

    @pytest.mark.parametrize(("asked", "kept"), [("7", 7), ("3600", 60), ("0.1", 1), ("1e300", 60)])
    async def test_crawl_delay_is_kept_within_reason(self, asked: str, kept: int):
        web = Web(respect_robots=True)
        web.robots(f"User-agent: *\nCrawl-delay: {asked}\nDisallow:\n")
        web.page(URL)
        await web.fetch()
        before = web.clock.monotonic()
        await web.fetch()
        assert web.clock.monotonic() - before == kept

    async def test_redirects_of_the_file_are_followed(self):
        web = Web(respect_robots=True)
        web.redirect("https://example.org/robots.txt", "https://www.example.org/robots.txt", 301)
        web.robots("User-agent: *\nDisallow: /\n", "https://www.example.org")
        assert (await web.fail()).permanent

    @pytest.mark.parametrize(
        "target", ["/robots.txt", "http://127.0.0.1/robots.txt", "ftp://a/", ""]
    )
    async def test_a_file_that_redirects_into_a_dead_end_is_no_file(self, target: str):
        web = Web(respect_robots=True)
        web.redirect("https://example.org/robots.txt", target)
        web.page(URL)
        await web.fetch()

    async def test_without_an_answer_nothing_is_fetched_for_now(self):
        web = Web(respect_robots=True)
        web.sites.get("https://example.org/robots.txt").mock(side_effect=httpx.ConnectError("down"))
        error = await web.fail()
        assert not error.permanent
        assert "robots.txt" in str(error)
        assert "down" in str(error)
        assert error.retry_after is not None

    async def test_a_large_file_is_cut_not_refused(self):
        web = Web(respect_robots=True, max_bytes=1000)
        web.robots("User-agent: *\nDisallow: /closed\n" + "#" * 600_000)
        web.page(URL)
        await web.fetch()
        assert (await web.fail("https://example.org/closed")).permanent

    async def test_may_be_left_unasked(self):
        web = Web(respect_robots=False)
        web.page(URL)
        await web.fetch()
        assert web.asked == [URL]


async def test_a_link_that_makes_no_sense_is_refused_before_anything_is_sent():
    web = Web(respect_robots=True)
    assert (await web.fail("http://127.0.0.1:8080/admin")).permanent
    assert (await web.fail("not a link")).permanent
    assert web.asked == []


async def test_respx_as_a_decorator_sees_the_guarded_transport_too():
    with respx.mock(base_url="https://example.org") as sites:
        sites.get("/news").respond(200, text="mocked")
        policy = FetchPolicy(respect_robots=False)
        async with Fetcher(policy, clock=FakeClock()) as fetcher:
            page = await fetcher.fetch(Request(url=URL))
    assert isinstance(page, Page)
    assert page.body == b"mocked"


class TestPolicy:
    def test_introduces_itself_with_or_without_a_contact(self):
        assert FetchPolicy().user_agent == "Tocsin/0.1.0"
        assert FetchPolicy(contact="a@b.example").user_agent == "Tocsin/0.1.0 (+a@b.example)"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"contact": "a@b.example\r\nX-Evil: 1"},
            {"contact": "büro@example.org"},
            {"host_pause": timedelta(seconds=-1)},
            {"timeout": timedelta(0)},
            {"connect_timeout": timedelta(0)},
            {"max_bytes": 0},
            {"max_redirects": -1},
        ],
    )
    def test_refuses_what_makes_no_sense(self, wrong: dict[str, Any]):
        with pytest.raises(ValueError, match="write"):
            FetchPolicy(**wrong)
