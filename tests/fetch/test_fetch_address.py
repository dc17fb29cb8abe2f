from ipaddress import ip_network

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import FetchError
from scraper.fetch import host_of
from scraper.fetch.address import origin_of, parse, shorten


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://Example.ORG", "https://example.org"),
        (" http://example.org:80/a#part ", "http://example.org/a"),
        ("http://example.org./a", "http://example.org/a"),
        ("https://example.org:8443/a?b=c", "https://example.org:8443/a?b=c"),
        ("http://bücher.example/ä?ü", "http://xn--bcher-kva.example/%C3%A4?%C3%BC"),
        ("http://8.8.8.8./", "http://8.8.8.8/"),
        ("http://[2606:4700:4700::1111]/", "http://[2606:4700:4700::1111]/"),
        ("http://under_score.example/", "http://under_score.example/"),
    ],
)
def test_the_canonical_form(link: str, canonical: str):
    assert httpx.URL(canonical) == parse(link)
    assert str(parse(link)).rstrip("/") == canonical.rstrip("/")


@pytest.mark.parametrize(
    "link",
    [
        "",
        "example.org",
        "//example.org/",
        "/path",
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http://exa mple.org/",
        "http://example.org\n.evil.example/",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:25/",
        "http://example.org:x/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.0.0.1./",
        "http://１２７.0.0.1/",
        "http://127。0。0。1/",
        "http://%31%32%37.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://①②⑦.⓪.⓪.①/",
        "http://١٢٧.٠.٠.١/",
        "http://1\u00ad27.0.0.1/",
        "http://127.000.000.001/",
        "http://127%2e0%2e0%2e1/",
        "http://127.0.0.1%00.example.org/",
        "http://127.0.0.1\t.example.org/",
        "http://0/",
        "http://[127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[0:0:0:0:0:ffff:127.0.0.1]/",
        "http://[::1]example.org/",
        "http://[::1%25]/",
        "http:\\\\example.org/",
        "http:/example.org/",
        "http:example.org",
        "ht\ttp://example.org/",
        "http+unix://%2Frun%2Fdocker.sock/",
        "unix:/run/docker.sock",
        "gopher://example.org:70/",
        "dict://example.org:2628/",
        "data:text/html,news",
        "http://" + "a" * 254 + "/",
        "http://example.org/" + "a" * 8000,
        "http://xn--/😀.example/\ud800",
    ],
)
def test_what_must_not_or_cannot_be_fetched_is_refused_for_good(link: str):
    with pytest.raises(FetchError) as raised:
        parse(link)
    assert raised.value.permanent
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize(
    "link",
    [
        "http://user:hunter2@example.org/",
        "http://a.example\\@b.example",
        "http://example.org:80@127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
    ],
)
def test_a_link_with_credentials_is_refused_without_quoting_them(link: str):
    with pytest.raises(FetchError, match="user name or password") as raised:
        parse(link)
    assert raised.value.permanent
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    "link", ["http://example.org#@127.0.0.1/", "http://example.org?@127.0.0.1/"]
)
def test_the_host_ends_where_a_query_or_a_fragment_begins(link: str):
    assert parse(link).host == "example.org"


def test_an_allowed_network_is_allowed():
    link = "http://127.0.0.1:8000/"
    assert str(parse(link, [ip_network("127.0.0.0/8")])) == link
    with pytest.raises(FetchError, match="allow_networks"):
        parse(link)


@given(st.text(max_size=60) | st.text(max_size=40).map("http://{}".format))
def test_any_text_is_either_a_link_or_refused(text: str):
    try:
        parsed = parse(text)
    except FetchError:
        return
    assert parse(str(parsed)) == parsed
    assert parsed.scheme in {"http", "https"}
    assert host_of(parsed)


@pytest.mark.parametrize(
    ("link", "key"),
    [
        ("http://example.org/a", "example.org"),
        ("https://www.Example.org:443/b", "example.org"),
        ("http://example.org./", "example.org"),
        ("https://news.example.org/", "news.example.org"),
        ("http://www.com/", "www.com"),
        ("http://example.org:8080/", "example.org:8080"),
        ("http://127.0.0.1:8001/", "127.0.0.1:8001"),
        ("http://[::1]:8001/", "[::1]:8001"),
    ],
)
def test_the_key_of_a_host(link: str, key: str):
    assert host_of(link) == key


@pytest.mark.parametrize("link", ["", "/path", "http://", "http://[::1/"])
def test_what_names_no_host_has_no_key(link: str):
    with pytest.raises(ValueError, match=r".+"):
        host_of(link)


def test_an_origin_has_its_scheme_and_port():
    assert origin_of(httpx.URL("https://example.org:443/a?b")) == "https://example.org"
    assert origin_of(httpx.URL("http://[::1]:81/a")) == "http://[::1]:81"


def test_a_long_link_is_shown_short():
    assert len(shorten("http://example.org/" + "a" * 500)) == 200


def test_a_link_is_shown_on_one_line_that_any_log_can_write():
    assert shorten("http://a\nb\x1b[0m\ud800") == "http://a\ufffdb\ufffd[0m\ufffd"


@pytest.mark.parametrize(
    "link",
    [
        "http://desk:s3cret@[::1/x",
        "ftp://desk:s3cret@example.org/",
        "//desk:s3cret@example.org/",
        "http://desk:s3cret\x00@example.org/",
        "gopher:\\\\desk:s3cret@example.org/",
        f"ftp://desk:{'s3cret' * 100}@example.org/",
        "http://desk:s3cret@example.org:99999/",
    ],
)
def test_no_message_quotes_a_login(link: str):
    with pytest.raises(FetchError) as caught:
        parse(link)
    assert "s3cret" not in str(caught.value)


def test_an_at_sign_of_a_path_is_shown():
    assert shorten("https://example.org/@desk?to=a@b") == "https://example.org/@desk?to=a@b"
