"""What a source has sent along goes to its site alone, and by the way that it names."""

import base64
from datetime import timedelta
from ipaddress import ip_network

import pytest

from scraper.clock import SystemClock
from scraper.errors import FetchError
from scraper.fetch import Fetcher, FetchPolicy, Request, RequestOptions, request_options
from scraper.fetch.guard import AddressRefusedError
from scraper.fetch.proxy import refuse_local
from scraper.proxies import Proxies, parse_proxy
from tests.fetch import certificate
from tests.fetch.loopback import answer, serve
from tests.fetch.proxying import proxying

pytestmark = pytest.mark.anyio

LOOPBACK = (ip_network("127.0.0.0/8"),)
BASIC = "Basic " + base64.b64encode(b"desk:opensesame").decode()
SECRETS = RequestOptions(
    headers=(("X-Key", "k3y"), ("accept", "text/plain")),
    cookies=(("consent", "yes"), ("edition", "int")),
    username="desk",
    password="opensesame",
)


async def unresolved(host, _port):
    raise AssertionError(f"{host} was resolved here")


async def here(_host, _port):
    return ["127.0.0.1"]


def fetcher(**policy):
    resolve = policy.pop("resolve", here)
    policy = {
        "host_pause": timedelta(0),
        "allow_networks": LOOPBACK,
        "respect_robots": False,
        **policy,
    }
    return Fetcher(FetchPolicy(**policy), clock=SystemClock(), resolve=resolve)


async def fetch(fetching, url, **options):
    return await fetching.fetch(Request(url=url, options=RequestOptions(**options)))


async def says_hello(_path, writer):
    writer.write(answer(b"hello", headers=("Content-Type: text/html",)))


def leads_to(target):
    async def talk(path, writer):
        if path == "/":
            writer.write(answer(status="302 Found", headers=(f"Location: {target()}",)))
        else:
            writer.write(answer(b"hello", headers=("Content-Type: text/html",)))

    return talk


class TestWhatIsSent:
    async def test_headers_cookies_and_login_are_sent(self):
        async with serve(says_hello) as server, fetcher() as fetching:
            await fetching.fetch(Request(url=server.url, options=SECRETS))
            head = server.requests[0]
        assert "X-Key: k3y\r\n" in head
        assert "Cookie: consent=yes; edition=int\r\n" in head
        assert f"Authorization: {BASIC}\r\n" in head
        assert head.lower().count("accept: ") == 1
        assert "accept: text/plain\r\n" in head.lower()

    async def test_they_follow_redirects_within_the_origin(self):
        async with serve(leads_to(lambda: "/next")) as server, fetcher() as fetching:
            await fetching.fetch(Request(url=server.url, options=SECRETS))
        assert ["X-Key: k3y" in head for head in server.requests] == [True, True]

    async def test_they_are_dropped_for_good_where_a_redirect_leaves_the_origin(self):
        async def back(_path, writer):
            writer.write(answer(status="302 Found", headers=(f"Location: {home.url}/end",)))

        async with (
            serve(back) as stranger,
            serve(leads_to(lambda: stranger.url)) as home,
            fetcher() as fetching,
        ):
            page = await fetching.fetch(Request(url=home.url, options=SECRETS))
        assert page.url == f"{home.url}/end"
        told = [*stranger.requests, home.requests[1]]
        for word in ("X-Key", "Cookie", "Authorization"):
            assert [word in head for head in told] == [False, False]
            assert word in home.requests[0]

    async def test_robots_txt_is_asked_for_without_them(self):
        async def talk(path, writer):
            text = b"User-agent: *\nDisallow: /shut\n" if path == "/robots.txt" else b"hello"
            writer.write(answer(text, headers=("Content-Type: text/html",)))

        async with serve(talk) as server, fetcher(respect_robots=True) as fetching:
            await fetching.fetch(Request(url=f"{server.url}/open", options=SECRETS))
            with pytest.raises(FetchError, match=r"robots\.txt"):
                await fetching.fetch(Request(url=f"{server.url}/shut", options=SECRETS))
        assert server.paths == ["/robots.txt", "/open"]
        assert "k3y" not in server.requests[0]
        assert "Authorization" not in server.requests[0]

    async def test_two_logins_never_share_a_connection(self):
        async with serve(says_hello) as server, fetcher() as fetching:
            for name in ("one", "two", "one"):
                await fetch(fetching, server.url, username=name, password="x")
            await fetch(fetching, server.url)
            assert server.connections == 3

    def test_secrets_are_in_no_text_of_options(self):
        shown = repr(SECRETS) + repr(Request(url="https://example.org/", options=SECRETS))
        for secret in ("k3y", "yes", "opensesame"):
            assert secret not in shown
        proxy = parse_proxy("http://name:opensesame@proxy.example.org:3128")
        assert "opensesame" not in f"{proxy} {proxy!r}"


class TestAuthorities:
    async def test_a_sources_own_authority_is_trusted_for_its_origin_alone(self, tmp_path):
        ca_file = tmp_path / "ca.pem"
        ca_file.write_text(certificate._pem("CERTIFICATE", certificate.VALID))
        tls = certificate.for_server(tmp_path)
        async with serve(says_hello, tls=tls) as server, fetcher() as fetching:
            url = f"https://news.example:{server.port}/"
            with pytest.raises(FetchError, match="certificate"):
                await fetch(fetching, url)
            page = await fetch(fetching, url, ca_file=ca_file)
            assert page.body == b"hello"

            async with serve(leads_to(lambda: url)) as stranger:
                with pytest.raises(FetchError, match="certificate"):
                    await fetch(fetching, stranger.url, ca_file=ca_file)

    async def test_authorities_that_cannot_be_read_are_named(self, tmp_path):
        (tmp_path / "empty.pem").write_text("nothing")
        async with fetcher() as fetching:
            for name in ("none.pem", "empty.pem"):
                with pytest.raises(FetchError, match=rf"ca_file: .*{name} cannot be used"):
                    await fetch(fetching, "https://news.example/", ca_file=tmp_path / name)


class TestProxies:
    async def test_https_goes_through_a_tunnel_and_tls_is_made_out_to_the_site(self, tmp_path):
        (tmp_path / "ca.pem").write_text(certificate._pem("CERTIFICATE", certificate.VALID))
        tls = certificate.for_server(tmp_path)
        async with (
            proxying() as proxy,
            serve(says_hello, tls=tls) as server,
            fetcher(resolve=here_but_only("127.0.0.1")) as fetching,
        ):
            url = f"https://news.example:{server.port}/"
            options = {"proxy": parse_proxy(proxy.url), "ca_file": tmp_path / "ca.pem"}
            page = await fetch(fetching, url, **options)
            await fetch(fetching, url, **options)
            assert page.body == b"hello"
            assert proxy.targets == [f"CONNECT news.example:{server.port}"]

            with pytest.raises(FetchError, match="certificate"):
                await fetch(fetching, url, proxy=options["proxy"])
            other = f"https://other.example:{server.port}/"
            with pytest.raises(FetchError, match="certificate"):
                await fetch(fetching, other, **options)

    async def test_http_is_forwarded_and_the_name_is_resolved_by_the_proxy(self):
        async with (
            proxying() as proxy,
            serve(says_hello) as server,
            fetcher(resolve=unresolved) as fetching,
        ):
            url = f"http://news.example:{server.port}/a?b=c"
            page = await fetch(fetching, url, proxy=parse_proxy(proxy.url))
        assert page.body == b"hello"
        assert proxy.targets == [f"GET {url}"]
        assert server.paths == ["/a?b=c"]

    async def test_a_login_goes_to_the_proxy_and_no_further(self, tmp_path):
        login = "Basic " + base64.b64encode(b"me:p@ss").decode()
        (tmp_path / "ca.pem").write_text(certificate._pem("CERTIFICATE", certificate.VALID))
        tls = certificate.for_server(tmp_path)
        async with (
            proxying(login) as proxy,
            serve(says_hello, tls=tls) as server,
            fetcher() as fetching,
        ):
            with_login = parse_proxy(f"http://me:p%40ss@127.0.0.1:{proxy.port}")
            url = f"https://news.example:{server.port}/"
            ca_file = tmp_path / "ca.pem"
            await fetch(fetching, url, proxy=with_login, ca_file=ca_file)
            assert "roxy-" not in server.requests[0]
            for wrong in (proxy.url, f"http://me:wrong@127.0.0.1:{proxy.port}"):
                for scheme in ("https", "http"):
                    with pytest.raises(FetchError, match="it wants a login") as raised:
                        await fetch(
                            fetching,
                            f"{scheme}://news.example:{server.port}/",
                            proxy=parse_proxy(wrong),
                        )
                    assert "wrong" not in str(raised.value)
                    assert not raised.value.permanent

    async def test_two_proxies_never_share_a_connection(self):
        async with (
            proxying() as one,
            proxying() as two,
            serve(says_hello) as server,
            fetcher() as fetching,
        ):
            for proxy in (one, two, one):
                await fetch(fetching, server.url, proxy=parse_proxy(proxy.url))
            await fetch(fetching, server.url)
        assert (len(one.heads), len(two.heads), one.connections) == (2, 1, 1)
        assert len(server.requests) == 4

    async def test_a_proxy_that_is_away_does_not_count_against_the_host(self):
        async with serve(says_hello) as server, fetcher() as fetching:
            for _ in range(5):
                with pytest.raises(FetchError, match=r"proxy http://127\.0\.0\.1:9 could not"):
                    await fetch(fetching, server.url, proxy=parse_proxy("http://127.0.0.1:9"))
            assert (await fetch(fetching, server.url)).body == b"hello"

    async def test_what_is_no_proxy_is_told_from_one(self):
        async def rude(_path, writer):
            writer.write(b"220 mail.example ESMTP\r\n\r\n")

        async with serve(rude) as server, fetcher() as fetching:
            with pytest.raises(FetchError, match="does not speak as an HTTP proxy does"):
                await fetch(fetching, "https://news.example/", proxy=parse_proxy(server.url))

    async def test_private_addresses_and_local_names_are_not_asked_for_through_a_proxy(self):
        async with proxying() as proxy, fetcher(allow_networks=()) as fetching:
            options = {"proxy": parse_proxy(proxy.url)}
            for host in (
                "127.0.0.1",
                "[::1]",
                "169.254.169.254",
                "10.0.0.1",
                "0x7f000001",
                "localhost",
                "foo.localhost",
                "metadata.google.internal",
                "printer.local",
                "intranet",
            ):
                for scheme in ("http", "https"):
                    with pytest.raises(FetchError) as raised:
                        await fetch(fetching, f"{scheme}://{host}/", **options)
                    assert raised.value.permanent, host
        assert proxy.heads == []

    async def test_a_redirect_through_a_proxy_is_judged_as_well(self):
        async with (
            proxying() as proxy,
            serve(leads_to(lambda: "http://localhost/")) as server,
            fetcher(allow_networks=()) as fetching,
        ):
            url = f"http://news.example:{server.port}/"
            with pytest.raises(FetchError, match="localhost is a name of a network"):
                await fetch(fetching, url, proxy=parse_proxy(proxy.url))
        assert len(proxy.heads) == 1

    async def test_robots_txt_goes_by_the_same_proxy(self):
        async with (
            proxying() as proxy,
            serve(says_hello) as server,
            fetcher(respect_robots=True, resolve=unresolved) as fetching,
        ):
            url = f"http://news.example:{server.port}/a"
            await fetch(fetching, url, proxy=parse_proxy(proxy.url))
        assert server.paths == ["/robots.txt", "/a"]
        assert len(proxy.heads) == 2

    async def test_the_policys_proxy_is_for_sources_that_name_none(self):
        async with proxying() as proxy, serve(says_hello) as server:
            through = parse_proxy(proxy.url)
            proxies = Proxies(http=through, https=through, bypass=("plain.example",))
            async with fetcher(proxies=proxies) as fetching:
                await fetch(fetching, f"http://news.example:{server.port}/")
                await fetch(fetching, f"http://www.plain.example:{server.port}/")
                await fetch(fetching, f"http://news.example:{server.port}/", direct=True)
        assert len(proxy.heads) == 1
        assert len(server.requests) == 3

    async def test_the_environments_proxies_are_not_used(self, monkeypatch):
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        async with serve(says_hello) as server, fetcher() as fetching:
            assert (await fetch(fetching, server.url)).body == b"hello"


def test_localhost_may_be_asked_for_where_loopback_is_allowed():
    refuse_local("localhost", LOOPBACK)
    with pytest.raises(AddressRefusedError):
        refuse_local("metadata.google.internal", LOOPBACK)


def here_but_only(*names):
    async def resolve(host, _port):
        assert host in names, f"{host} was resolved here"
        return ["127.0.0.1"]

    return resolve


class TestFiles:
    def test_secrets_are_read_from_their_files(self, tmp_path):
        (tmp_path / "h").write_text("# keys\nX-Key: k3y\n\nAuthorization: Bearer a:b=\n")
        (tmp_path / "c").write_text("consent=yes\n")
        (tmp_path / "p").write_text("opensesame\n")
        (tmp_path / "x").write_text("http://u:p@proxy.example.org:3128\n")
        options = request_options(
            {
                "headers_file": str(tmp_path / "h"),
                "cookies_file": str(tmp_path / "c"),
                "username": "desk",
                "password_file": str(tmp_path / "p"),
                "proxy_file": str(tmp_path / "x"),
            }
        )
        assert options.headers == (("X-Key", "k3y"), ("Authorization", "Bearer a:b="))
        assert options.cookies == (("consent", "yes"),)
        assert options.password == "opensesame"
        assert str(options.proxy) == "http://proxy.example.org:3128"

    @pytest.mark.parametrize(
        ("key", "content", "words"),
        [
            ("headers", b"X-Key k3y", "headers_file, line 1: write one on each line"),
            ("headers", b"\n\nHost: k3y", "line 1: Host is set by Tocsin"),
            ("cookies", b"a=k 3 y", "cookies_file, line 1: the value of a"),
            ("password", b"k3y\nk3y", "password_file: it has more than one line"),
            ("password", b"\xff\xfe", "it is no text in UTF-8"),
            ("proxy", b"k3y", "proxy_file: write a proxy as"),
            ("headers", b"x" * 70_000, "too large"),
            ("password", None, "No such file"),
        ],
    )
    def test_what_is_wrong_in_them_is_told_without_quoting_it(self, tmp_path, key, content, words):
        if content is not None:
            (tmp_path / "file").write_bytes(content)
        with pytest.raises(FetchError) as raised:
            request_options({f"{key}_file": str(tmp_path / "file"), "username": "desk"})
        assert words in str(raised.value)
        assert "k3y" not in str(raised.value)
