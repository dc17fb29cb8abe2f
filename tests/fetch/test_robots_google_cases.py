"""The facts of google/robotstxt's published cases (robots_test.cc), in words of our own.

One line a verdict, in the order of the cases there. Those on which we differ stand apart, each with
its reason; see docs/decisions/robots.md.
"""

import pytest

from scraper.fetch import robots

FILES = {
    "nothing": "",
    "closed": "user-agent: ours\ndisallow: /\n",
    "other names": "agent: ours\nclosed: /\n",
    "no colons": "user-agent ours\ndisallow /\n",
    "groups": (
        "allow: /early/\n\nuser-agent: ours\ndisallow: /\nallow: /one/\n"
        "user-agent: second\ndisallow: /\nallow: /two/\n\n\nallow: /more/\n"
        "user-agent: third\n\nuser-agent: ours\nallow: /three/\ndisallow: /\n"
    ),
    "a sitemap between": (
        "User-agent: second\nSitemap: https://example.org/map\nUser-agent: *\nDisallow: /\n"
    ),
    "unknown between": "User-agent: ours\nWhatever: it is\nUser-agent: *\nDisallow: /\n",
    "capitals": "USER-AGENT: ours\nALLOW: /in/\nDISALLOW: /\n",
    "small letters": "user-agent: ours\nallow: /in/\ndisallow: /\n",
    "mixed letters": "uSEr-aGENt: ours\naLLoW: /in/\ndISallOW: /\n",
    "agent in capitals": "User-Agent: OURS TOO\nAllow: /in/\nDisallow: /\n",
    "agent in small letters": "User-Agent: ours too\nAllow: /in/\nDisallow: /\n",
    "agent in mixed letters": "User-Agent: oUrS tOo\nAllow: /in/\nDisallow: /\n",
    "agent of two words": (
        "User-Agent: *\nDisallow: /\nUser-Agent: Ours Too\nAllow: /in/\nDisallow: /\n"
    ),
    "for all, and one": "user-agent: *\nallow: /\nuser-agent: ours\ndisallow: /\n",
    "only named": (
        "user-agent: ours\nallow: /\nuser-agent: second\ndisallow: /\n"
        "user-agent: third\ndisallow: /\n"
    ),
    "small path": "user-agent: ours\ndisallow: /in/\n",
    "capital path": "user-agent: ours\ndisallow: /IN/\n",
    "longer closes": "user-agent: ours\ndisallow: /in/one.html\nallow: /in/\n",
    "longer opens": "user-agent: ours\nallow: /in/one.html\ndisallow: /in/\n",
    "both empty": "user-agent: ours\ndisallow: \nallow: \n",
    "both all": "user-agent: ours\ndisallow: /\nallow: /\n",
    "slash is longer": "user-agent: ours\ndisallow: /in\nallow: /in/\n",
    "both one page": "user-agent: ours\ndisallow: /in/one.html\nallow: /in/one.html\n",
    "wildcard is longer": "user-agent: ours\nallow: /news\ndisallow: /*.html\n",
    "wildcard is shorter": "user-agent: ours\nallow: /in/one.\ndisallow: /*.html\n",
    "own group only": "User-agent: *\nDisallow: /in/\nUser-agent: ours\nDisallow: /out/\n",
    "a link in the query": (
        "User-agent: ours\nDisallow: /\nAllow: /a/b?c=d&back=http://example.org?x&y\n"
    ),
    "beyond ASCII": "User-agent: ours\nDisallow: /\nAllow: /a/б\n",
    "beyond ASCII, escaped": "User-agent: ours\nDisallow: /\nAllow: /a/%D0%B1\n",
    "escaped letters": "User-agent: ours\nDisallow: /\nAllow: /a/%6E%65%77\n",
    "star": "User-agent: ours\nDisallow: /a/b/c\nAllow: /a/*/d\n",
    "dollar": "User-agent: ours\nDisallow: /a/b$\nAllow: /a/b/d\n",
    "hash": "User-agent: ours\n# Disallow: /\nDisallow: /a/c#d\nAllow: /\n",
    "index": "User-Agent: *\nAllow: /dir/index.html\nDisallow: /\n",
    "long line closes": f"user-agent: ours\ndisallow: /in/{'a' * 16700}/one\n",
    "long lines open": (
        f"user-agent: ours\ndisallow: /\nallow: /in/{'a' * 16700}/one\n"
        f"allow: /in/{'b' * 16700}/one\n"
    ),
    "prefix": "user-agent: ours\ndisallow: /\nallow: /news\n",
    "prefix and star": "user-agent: ours\ndisallow: /\nallow: /news*\n",
    "folder": "user-agent: ours\ndisallow: /\nallow: /news/\n",
    "ending within": "user-agent: ours\ndisallow: /\nallow: /*.php\n",
    "ending": "user-agent: ours\ndisallow: /\nallow: /*.php$\n",
    "prefix and ending": "user-agent: ours\ndisallow: /\nallow: /news*.php\n",
    "one letter": "user-agent: ours\nallow: /p\ndisallow: /\n",
    "same folder": "user-agent: ours\nallow: /folder\ndisallow: /folder\n",
    "page and ending": "user-agent: ours\nallow: /page\ndisallow: /*.htm\n",
    "front page alone": "user-agent: ours\nallow: /$\ndisallow: /\n",
}

# file, agent, path, allowed
CASES = [
    ("nothing", "ours", "/", True),
    ("closed", "", "/", True),
    ("closed", "ours", "/", False),
    ("nothing", "", "/", True),
    ("closed", "ours", "/in/it", False),
    ("other names", "ours", "/in/it", True),
    ("no colons", "ours", "/in/it", False),
    ("groups", "ours", "/one/b", True),
    ("groups", "ours", "/three/d", True),
    ("groups", "ours", "/two/c", False),
    ("groups", "second", "/two/c", True),
    ("groups", "second", "/more/a", True),
    ("groups", "second", "/three/d", False),
    ("groups", "third", "/three/d", True),
    ("groups", "ours", "/early/", False),
    ("groups", "second", "/early/", False),
    ("groups", "third", "/early/", False),
    ("a sitemap between", "ours", "/", False),
    ("a sitemap between", "second", "/", False),
    ("unknown between", "ours", "/", False),
    ("unknown between", "second", "/", False),
    ("capitals", "ours", "/in/it", True),
    ("small letters", "ours", "/in/it", True),
    ("mixed letters", "ours", "/in/it", True),
    ("capitals", "ours", "/a/b", False),
    ("small letters", "ours", "/a/b", False),
    ("mixed letters", "ours", "/a/b", False),
    ("agent in capitals", "Ours", "/in/it", True),
    ("agent in small letters", "Ours", "/in/it", True),
    ("agent in mixed letters", "Ours", "/in/it", True),
    ("agent in capitals", "Ours", "/a/b", False),
    ("agent in small letters", "Ours", "/a/b", False),
    ("agent in mixed letters", "Ours", "/a/b", False),
    ("agent in capitals", "ours", "/in/it", True),
    ("agent in small letters", "ours", "/in/it", True),
    ("agent in mixed letters", "ours", "/in/it", True),
    ("agent in capitals", "ours", "/a/b", False),
    ("agent in small letters", "ours", "/a/b", False),
    ("agent in mixed letters", "ours", "/a/b", False),
    ("agent of two words", "Ours", "/in/it", True),
    ("agent of two words", "Ours Too", "/in/it", False),
    ("nothing", "ours", "/in/it", True),
    ("for all, and one", "ours", "/in/it", False),
    ("for all, and one", "second", "/in/it", True),
    ("only named", "fourth", "/in/it", True),
    ("small path", "ours", "/in/it", False),
    ("capital path", "ours", "/in/it", True),
    ("longer closes", "ours", "/in/one.html", False),
    ("longer opens", "ours", "/in/one.html", True),
    ("longer opens", "ours", "/in/", False),
    ("both empty", "ours", "/in/one.html", True),
    ("both all", "ours", "/in/one.html", True),
    ("slash is longer", "ours", "/in", False),
    ("slash is longer", "ours", "/in/", True),
    ("both one page", "ours", "/in/one.html", True),
    ("wildcard is longer", "ours", "/news.html", False),
    ("wildcard is longer", "ours", "/news", True),
    ("wildcard is shorter", "ours", "/in/one.html", True),
    ("wildcard is shorter", "ours", "/in/y.html", False),
    ("own group only", "ours", "/in/one", True),
    ("own group only", "ours", "/out/one", False),
    ("a link in the query", "ours", "/a/b?c=d&back=http://example.org?x&y", True),
    ("beyond ASCII", "ours", "/a/%D0%B1", True),
    ("beyond ASCII, escaped", "ours", "/a/%D0%B1", True),
    ("escaped letters", "ours", "/a/%6E%65%77", True),
    ("star", "ours", "/a/b/c", False),
    ("star", "ours", "/a/c", True),
    ("star", "ours", "/a//c", True),
    ("star", "ours", "/a/e/c", True),
    ("dollar", "ours", "/a/b", False),
    ("dollar", "ours", "/a/b/d", True),
    ("dollar", "ours", "/a/b/", True),
    ("dollar", "ours", "/a/b/e", True),
    ("hash", "ours", "/a/b", True),
    ("hash", "ours", "/a/c", False),
    ("index", "ours", "/dir/index.htm", False),
    ("index", "ours", "/dir/index.html", True),
    ("index", "ours", "/other", False),
    ("long line closes", "ours", "/fux", True),
    ("long lines open", "ours", "/", False),
    ("long lines open", "ours", f"/in/{'a' * 16700}/one", True),
    ("prefix", "ours", "/bar", False),
    ("prefix", "ours", "/news", True),
    ("prefix", "ours", "/news.html", True),
    ("prefix", "ours", "/news/local.html", True),
    ("prefix", "ours", "/newsroom", True),
    ("prefix", "ours", "/newsroom/late.html", True),
    ("prefix", "ours", "/news.html?id=any", True),
    ("prefix", "ours", "/News.asp", False),
    ("prefix", "ours", "/oldnews", False),
    ("prefix", "ours", "/?id=news", False),
    ("prefix and star", "ours", "/bar", False),
    ("prefix and star", "ours", "/news", True),
    ("prefix and star", "ours", "/news.html", True),
    ("prefix and star", "ours", "/news/local.html", True),
    ("prefix and star", "ours", "/newsroom", True),
    ("prefix and star", "ours", "/newsroom/late.html", True),
    ("prefix and star", "ours", "/news.html?id=any", True),
    ("prefix and star", "ours", "/News.bar", False),
    ("prefix and star", "ours", "/oldnews", False),
    ("prefix and star", "ours", "/?id=news", False),
    ("folder", "ours", "/bar", False),
    ("folder", "ours", "/news/", True),
    ("folder", "ours", "/news/local", True),
    ("folder", "ours", "/news/?local", True),
    ("folder", "ours", "/news/local.html", True),
    ("folder", "ours", "/news/?id=any", True),
    ("folder", "ours", "/news", False),
    ("folder", "ours", "/news.html", False),
    ("folder", "ours", "/News/Local.html", False),
    ("ending within", "ours", "/bar", False),
    ("ending within", "ours", "/name.php", True),
    ("ending within", "ours", "/folder/name.php", True),
    ("ending within", "ours", "/folder/name.php?more", True),
    ("ending within", "ours", "//folder/any.php.page.html", True),
    ("ending within", "ours", "/name.php/", True),
    ("ending within", "ours", "/index?f=name.php/", True),
    ("ending within", "ours", "/php/", False),
    ("ending within", "ours", "/index?php", False),
    ("ending within", "ours", "/name.PHP", False),
    ("ending", "ours", "/bar", False),
    ("ending", "ours", "/name.php", True),
    ("ending", "ours", "/folder/name.php", True),
    ("ending", "ours", "/name.php?more", False),
    ("ending", "ours", "/name.php/", False),
    ("ending", "ours", "/name.php5", False),
    ("ending", "ours", "/php/", False),
    ("ending", "ours", "/name?php", False),
    ("ending", "ours", "/aaphpaa", False),
    ("ending", "ours", "//name.PHP", False),
    ("prefix and ending", "ours", "/bar", False),
    ("prefix and ending", "ours", "/news.php", True),
    ("prefix and ending", "ours", "/newsroom/latenews.php?more", True),
    ("prefix and ending", "ours", "/News.PHP", False),
    ("one letter", "ours", "/page", True),
    ("same folder", "ours", "/folder/page", True),
    ("page and ending", "ours", "/page.htm", False),
    ("front page alone", "ours", "/", True),
    ("front page alone", "ours", "/page.html", False),
]

# file, agent, path, what Google says: above each, why we say otherwise
DIFFERENT = [
    # Its caller must escape a path; ours is always escaped before it is compared (RFC 9309, 2.2.2).
    ("beyond ASCII", "ours", "/a/б", False),
    ("beyond ASCII, escaped", "ours", "/a/б", False),
    # The RFC's own table (2.2.2) has escaped letters equal to the letters.
    ("escaped letters", "ours", "/a/new", False),
    # Only for Google is /dir/index.html also /dir/: the RFC's longest match closes it.
    ("index", "ours", "/dir/", True),
    # Google cuts a line at 16,664 octets, so that the rest of the pattern is lost; we read it all.
    ("long line closes", "ours", f"/in/{'a' * 16700}/fux", False),
    ("long lines open", "ours", f"/in/{'b' * 16700}/fux", True),
]


def allows(file: str, agent: str, path: str) -> bool:
    return robots.parse(FILES[file].encode(), agent).allows(path)


@pytest.mark.parametrize(("file", "agent", "path", "allowed"), CASES)
def test_as_google_reads_it(file: str, agent: str, path: str, *, allowed: bool):
    assert allows(file, agent, path) is allowed


@pytest.mark.parametrize(("file", "agent", "path", "google"), DIFFERENT)
def test_otherwise_than_google_for_a_reason(file: str, agent: str, path: str, *, google: bool):
    assert allows(file, agent, path) is not google


def test_all_145_verdicts_are_here():
    assert (len(CASES), len(DIFFERENT)) == (139, 6)


@pytest.mark.parametrize(
    ("start", "is_read"),
    [
        (b"\xef\xbb\xbf", True),
        (b"\xef\xbb", True),
        (b"\xef", True),
        (b"\xef\x11\xbf", False),
        (b"a: b\n\xef\xbb\xbf", False),
    ],
)
def test_a_byte_order_mark_counts_at_the_beginning_whole_or_not(start: bytes, *, is_read: bool):
    rules = robots.parse(start + b"User-Agent: ours\nDisallow: /in\n", "ours")
    assert rules.allows("/in") is not is_read


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_three_ways_the_last_also_without(end: str):
    text = end.join(["User-Agent: ours", "Allow: /in/one", "", "", "Disallow: /in"])
    rules = robots.parse(text.encode(), "ours")
    assert [rules.allows(path) for path in ("/in/one", "/in/two")] == [True, False]
