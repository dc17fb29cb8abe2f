"""What makes two links one, and what must never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discover.links import MAX_LENGTH, host, key_or_itself, normalise, resolve
from scraper.discover.sites import registrable

SAME = [
    ("http://e.example/a", "https://e.example/a"),
    ("HTTPS://E.Example/a", "https://e.example/a"),
    ("https://www.e.example/a", "https://e.example/a"),
    ("https://www.e.example./a", "https://e.example/a"),
    ("https://e.example:443/a", "https://e.example/a"),
    ("http://e.example:80/a", "https://e.example/a"),
    ("http://e.example:08080/a", "https://e.example:8080/a"),
    ("http://e.example:/a", "https://e.example/a"),
    ("https://m.e.example/a", "https://e.example/a"),
    ("https://mobile.e.co.uk/a", "https://e.co.uk/a"),
    ("https://www.m.e.example/a", "https://e.example/a"),
    ("https://amp.e.example/a", "https://e.example/a"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://BÜCHER.example/a", "https://xn--bcher-kva.example/a"),
    ("https://e。example/a", "https://e.example/a"),
    ("https://[2001:DB8:0:0::1]/a", "https://[2001:db8::1]/a"),
    ("https://e.example", "https://e.example/"),
    ("https://e.example?p=5", "https://e.example/?p=5"),
    ("https://e.example/a/", "https://e.example/a"),
    ("https://e.example/a//b", "https://e.example/a/b"),
    ("https://e.example/x/../a/./b", "https://e.example/a/b"),
    ("https://e.example/%2e%2E/a", "https://e.example/a"),
    ("https://e.example/../../a", "https://e.example/a"),
    ("https://e.example/a/index.html", "https://e.example/a"),
    ("https://e.example/a/INDEX.PHP?p=5", "https://e.example/a?p=5"),
    ("https://e.example/index.html", "https://e.example/"),
    ("https://e.example/%7Eann/%e4%bd%a0", "https://e.example/~ann/%E4%BD%A0"),
    ("https://e.example/你", "https://e.example/%E4%BD%A0"),
    ('https://e.example/"a"|b', "https://e.example/%22a%22%7Cb"),
    ("https://e.example/100%", "https://e.example/100%25"),
    ("https://e.example/a#part", "https://e.example/a"),
    ("https://e.example/a#!", "https://e.example/a"),
    ("https://e.example/a?", "https://e.example/a"),
    ("https://e.example/a?&&", "https://e.example/a"),
    ("https://e.example/a?b=2&a=1", "https://e.example/a?a=1&b=2"),
    ("https://e.example/a?x=1&amp;y=2", "https://e.example/a?x=1&y=2"),
    ("https://e.example/a?utm_source=x&UTM_Medium=y&id=3", "https://e.example/a?id=3"),
    ("https://e.example/a?fbclid=1&gclid=2&mc_cid=3", "https://e.example/a"),
    ("https://e.example/a?at_medium=RSS&ns_mchannel=rss&cmpid=7", "https://e.example/a"),
    ("https://e.example/a?source=rss&ref=twitter&from=newsletter", "https://e.example/a"),
    ("https://e.example/a;jsessionid=0F3A?id=1", "https://e.example/a?id=1"),
    ("https://e.example/a?PHPSESSID=0f3a&id=1", "https://e.example/a?id=1"),
    ("https://e.example/(S(abcdefghijklmnopqrstuvwx))/a.aspx", "https://e.example/a.aspx"),
    ("https://e.example/2024/03/ferry-back-again/amp/", "https://e.example/2024/03/ferry-back-again"),
    ("https://e.example/amp/ferry-back-again", "https://e.example/ferry-back-again"),
    ("https://e.example/ferry-12345.amp", "https://e.example/ferry-12345"),
    ("https://e.example/ferry-back-again.amp.html", "https://e.example/ferry-back-again.html"),
    ("https://e.example/a?amp=1&outputType=amp", "https://e.example/a"),
    ("https://www.google.com/amp/s/e.example/a-b-c/amp/", "https://e.example/a-b-c"),
    ("https://e-example.cdn.ampproject.org/c/s/www.e.example/a?id=1", "https://e.example/a?id=1"),
    ("  https://e.example/a\n", "https://e.example/a"),
]  # fmt: skip

DIFFERENT = [
    ("https://e.example/a", "https://e.example/A"),
    ("https://e.example/a", "https://f.example/a"),
    ("https://e.example/a", "https://e.example:8443/a"),
    ("https://news.e.example/a", "https://e.example/a"),
    ("https://en.m.e.example/a", "https://en.e.example/a"),
    ("https://m.co.uk/a", "https://co.uk/a"),
    ("https://amp.dev/a", "https://dev/a"),
    ("https://ann.substack.com/p/a", "https://substack.com/p/a"),
    ("https://www.substack.com/p/a", "https://substack.com/p/a"),
    ("https://faß.example/a", "https://fass.example/a"),
    ("https://e.example/a?id=1", "https://e.example/a?id=2"),
    ("https://e.example/a?id=1", "https://e.example/a"),
    ("https://e.example/a?page=2", "https://e.example/a"),
    ("https://e.example/a?ref=17", "https://e.example/a"),
    ("https://e.example/a?source=reuters", "https://e.example/a"),
    ("https://e.example/a?sid=17", "https://e.example/a?sid=18"),
    ("https://e.example/a?x=1&x=2", "https://e.example/a?x=2&x=1"),
    ("https://e.example/a%2Fb", "https://e.example/a/b"),
    ("https://e.example/?q=a%26b", "https://e.example/?q=a&b"),
    ("https://e.example/a%3Fid=1", "https://e.example/a?id=1"),
    ("https://e.example/guitar/amp", "https://e.example/guitar"),
    ("https://e.example/amp/guitar", "https://e.example/guitar"),
    ("https://e.example/tag/amp", "https://e.example/tag"),
    ("https://e.example/bootcamp", "https://e.example/bootc"),
    ("https://e.example/a/index-of-prices.html", "https://e.example/a"),
    ("https://e.example/a.html", "https://e.example/a"),
    ("https://e.example/#!/story/1", "https://e.example/#!/story/2"),
    ("https://e.example/a?mode=dark", "https://e.example/a"),
    ("https://google.evil.example/amp/s/e.example/a", "https://e.example/a"),
    ("https://www.google.com/amp/s/guide", "https://guide/"),
    ("https://e.example/a;id=1", "https://e.example/a;id=2"),
]


@pytest.mark.parametrize(("link", "key"), SAME)
def test_two_spellings_of_one_link(link, key):
    assert normalise(link) == key
    assert normalise(key) == key


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_links_stay_apart(one, other):
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("", "http"),
        ("e.example/a", "http"),
        ("ftp://e.example/", "http"),
        ("javascript:alert(1)", "http"),
        ("mailto:a@e.example", "http"),
        ("https:/e.example/", "http"),
        ("https://", "no host"),
        ("https:///a", "no host"),
        ("https://:80/", "no host"),
        ("https://./", "no host"),
        ("https://e.example:port/", "port"),
        ("https://e.example:0/", "port"),
        ("https://e.example:65536/", "port"),
        ("https://e.example:-1/", "port"),
        ("https://e.example:٨٠/", "port"),
        ("https://ann@e.example/", "user name"),
        ("https://ann:pw@e.example/", "user name"),
        ("https://good.example\\@evil.example/", "user name"),
        ("https://good.example\\.evil.example/", "host"),
        ("https://e.example/a b", "space"),
        ("https://e.example/a\x00b", "control"),
        ("https://e.example/a\nb", "control"),
        ("https://e.example/a\u3000b", "space"),
        ("https://e.example/\ud800", "control"),
        ("https://e..example/", "host"),
        ("https://-e.example/", "host"),
        ("https://ex%61mple.example/", "host"),
        ("https://℀.example/", "host"),
        ("https://e\u202eexample/", "character"),
        (f"https://{'a' * 64}.example/", "host"),
        (f"https://{'a.' * 130}example/", "host"),
        ("https://1.2.3/", "address"),
        ("https://0x7f000001/", "address"),
        ("https://2130706433/", "address"),
        ("https://256.1.1.1/", "address"),
        ("https://[::1/", "port"),
        ("https://[fe80::1%25eth0]/", "address"),
        (f"https://e.example/{'a' * 5_000}", "longer"),
    ],
)
def test_what_is_no_link_is_refused_in_words(link, reason):
    with pytest.raises(ValueError, match=reason):
        normalise(link)


def test_what_is_no_link_is_its_own_key():
    assert key_or_itself("HTTP://www.Example.org/a/") == "https://example.org/a"
    assert key_or_itself("mailto:desk@example.org") == "mailto:desk@example.org"


def test_host():
    assert host("HTTP://WWW.Bücher.example:80/a") == "www.xn--bcher-kva.example"
    assert host("http://127.0.0.1:8080/") == "127.0.0.1:8080"
    assert host("https://[::1]:8443/") == "[::1]:8443"
    with pytest.raises(ValueError, match="http"):
        host("news")


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("bbc.co.uk", "bbc.co.uk"),
        ("co.uk", "co.uk"),
        ("edition.cnn.com", "cnn.com"),
        ("a.b.com.au", "b.com.au"),
        ("www.asahi.co.jp", "asahi.co.jp"),
        ("www.web.de", "web.de"),
        ("ann.github.io", "ann.github.io"),
        ("x.ann.github.io", "ann.github.io"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
    ],
)
def test_registrable(name, site):
    assert registrable(name) == site


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("a", "https://e.example/dir/a"),
        ("/a", "https://e.example/a"),
        ("?p=5", "https://e.example/dir/page?p=5"),
        ("../a", "https://e.example/a"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("http://www.other.example/A/?utm_source=x", "http://www.other.example/A/?utm_source=x"),
        ("https://E.example:443/a", "https://e.example/a"),
        ("www.other.example/a", "https://www.other.example/a"),
        (" /a\n", "https://e.example/a"),
        ("/a\nb\tc", "https://e.example/abc"),
        ("/a b", "https://e.example/a%20b"),
        ("/ä?ö", "https://e.example/%C3%A4?%C3%B6"),
        ("/100%", "https://e.example/100%25"),
        ("http:\\\\e.example\\a?b\\c", "http://e.example/a?b%5Cc"),
        ("\\a\\b", "https://e.example/a/b"),
        ("/a?x=1&amp;amp;y=2", "https://e.example/a?x=1&y=2"),
        ("/a#x", "https://e.example/a"),
        ("/a#!x", "https://e.example/a#!x"),
        ("https://bücher.example", "https://xn--bcher-kva.example/"),
        ("#x", "https://e.example/dir/page"),
        ("", None),
        ("javascript:void(0)", None),
        ("data:text/html,x", None),
        ("https://ann:pw@e.example/", None),
        ("https://ann:pw@bücher.example/", None),
        ("https://[/", None),
        ("//[/", None),
        ("/" + "a" * MAX_LENGTH, None),
        ("/" + "ä" * 500, None),
    ],
)
def test_resolve(link, url):
    assert resolve(link, "https://e.example/dir/page") == url


AMP_PIECES = ["amp", "a-b-c-1", "x-1-y.amp.html", "s", "c", "www.google.com", "www.x.example"]
PATH_PIECES = [
    "index.html",
    "..",
    ".",
    "",
    ";jsessionid=1",
    "%41",
    "%2e",
    "%2f",
    "%",
    "%zz",
    "2024",
]
ODD_PIECES = ["é", "你", "a b", "#", "#!/x", "?utm_source=1", "?b=1&a=2&amp;amp;c", "\\", "@", "{}"]
PIECES = st.sampled_from([*AMP_PIECES, *PATH_PIECES, *ODD_PIECES, ":80", "[::1]", "(S(abc))"])
PLAIN_HOSTS = ["www.e.example", "E.EXAMPLE.", "bücher.example", "xn--a", "a_b.example", "a:0080"]
PREFIXED_HOSTS = [
    "m.www.e.example",
    "www.m.e.example",
    "www.www.co.uk",
    "m.co.uk",
    "amp.amp.example",
]
ODD_HOSTS = ["google.com", "www.google.co.uk", "x.cdn.ampproject.org", "1.2.3.4", "[::1]:80"]
HOSTS = st.sampled_from([*PLAIN_HOSTS, *PREFIXED_HOSTS, *ODD_HOSTS])
LINKS = st.one_of(
    st.builds(
        lambda scheme, name, parts: scheme + name + "/" + "/".join(parts),
        st.sampled_from(["http://", "HTTPS://"]),
        HOSTS,
        st.lists(PIECES, max_size=8),
    ),
    st.builds(str.__add__, st.sampled_from(["http://", "https://e.example/", ""]), st.text()),
)


@given(LINKS)
def test_normalise_is_idempotent_and_raises_only_in_words(link):
    try:
        key = normalise(link)
    except ValueError as error:
        reason = str(error)
        key = None
    else:
        reason = ""
    assert (key is None) == reason.endswith(".")
    if key is not None:
        assert normalise(key) == key
        assert key.isascii()
        assert key.startswith("https://")


@given(LINKS, st.sampled_from(["https://e.example/a/b", "http://[::1]:8000/"]))
def test_what_resolve_gives_has_a_key_and_resolves_to_itself(link, base):
    url = resolve(link, base)
    if url is not None:
        assert len(url) <= MAX_LENGTH
        assert normalise(url)
        assert host(url)
        assert resolve(url, "https://other.example/") == url
