import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.fetch import robots
from scraper.fetch.robots import MAX_BYTES, Rules


def read(text: str) -> Rules:
    return robots.parse(text.encode(), "tocsin")


def allows(text: str, path: str) -> bool:
    return read(text).allows(path)


class TestGroups:
    def test_an_empty_file_allows_everything(self):
        assert allows("", "/anything")

    def test_its_own_group_wins_over_the_one_for_all(self):
        text = "User-agent: *\nDisallow: /\n\nUser-agent: Tocsin\nDisallow: /private\n"
        assert allows(text, "/news")
        assert not allows(text, "/private/x")

    def test_the_group_for_all_applies_when_none_is_its_own(self):
        text = "User-agent: otherbot\nAllow: /\n\nUser-agent: *\nDisallow: /\n"
        assert not allows(text, "/news")

    def test_a_group_of_its_own_without_rules_allows_everything(self):
        assert allows("User-agent: *\nDisallow: /\nUser-agent: tocsin\n", "/news")
        assert allows("User-agent: *\nDisallow: /\nUser-agent: tocsin\nDisallow:\n", "/news")

    @pytest.mark.parametrize(
        "token", ["tocsin", "TOCSIN", "Tocsin/0.1.0", "Tocsin 2", "tocsin # us"]
    )
    def test_the_product_token_is_compared_without_case_and_version(self, token: str):
        assert not allows(f"User-agent: {token}\nDisallow: /\n", "/news")

    @pytest.mark.parametrize("token", ["tocsinbot", "toc", "my-tocsin", "", "*bot"])
    def test_another_token_is_somebody_else(self, token: str):
        assert allows(f"User-agent: {token}\nDisallow: /\n", "/news")

    def test_one_group_may_be_for_several_agents(self):
        text = "User-agent: a\nUser-agent: tocsin\nUser-agent: b\nDisallow: /x\n"
        assert not allows(text, "/x")

    def test_groups_for_one_agent_are_joined(self):
        text = (
            "User-agent: tocsin\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\n"
            "User-agent: tocsin\nDisallow: /c\n"
        )
        assert [allows(text, path) for path in ("/a", "/b", "/c")] == [False, True, False]

    def test_lines_of_other_kinds_end_no_group(self):
        text = (
            "User-agent: x\nSitemap: https://example.org/s.xml\nUser-agent: tocsin\n"
            "Host: y\nDisallow: /a\nSitemap: /t\nDisallow: /b\n"
        )
        assert not allows(text, "/a")
        assert not allows(text, "/b")

    def test_an_agent_after_a_rule_begins_a_new_group(self):
        text = "User-agent: tocsin\nDisallow: /a\nUser-agent: x\nDisallow: /b\n"
        assert allows(text, "/b")

    def test_rules_before_any_agent_are_for_nobody(self):
        assert allows("Disallow: /\nUser-agent: *\nDisallow: /a\n", "/b")


class TestLines:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_every_line_end_is_one(self, end: str):
        assert not allows(f"user-agent: *{end}disallow: /a{end}", "/a")

    def test_byte_order_mark_comments_case_and_blanks_are_no_matter(self):
        text = "\ufeff # all\n\tUSER-AGENT :  * # us\n\n  DisAllow :\t/a#b\n"
        assert not allows(text, "/ab")

    def test_lines_that_make_no_sense_are_skipped(self):
        text = "<html>\nUser-agent: *\nwhat is this\n: /\nDisallow: /a\n\x00\xff\n"
        assert not allows(text, "/a")
        assert allows(text, "/b")

    @pytest.mark.parametrize(
        "text",
        [
            "User-agent: *\nDisallow /a\n",
            "useragent: *\nDissallow: /a\n",
            "User agent: *\ndisalow : /a\n",
            "User-agent: * (all of you)\nDisallow: /a\n",
        ],
    )
    def test_slips_of_the_pen_close_what_they_were_meant_to(self, text: str):
        assert [allows(text, path) for path in ("/a", "/b")] == [False, True]

    def test_words_without_a_colon_are_no_rule_when_there_are_more_than_two(self):
        assert allows("User-agent: *\nDisallow /a and /b\n", "/a")

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_a_byte_order_mark_tells_its_encoding(self, encoding: str):
        rules = robots.parse("User-agent: *\nDisallow: /ж\n".encode(encoding), "tocsin")
        assert [rules.allows(path) for path in ("/%D0%B6", "/b")] == [False, True]

    def test_a_path_in_another_encoding_is_the_octets_of_its_links(self):
        rules = robots.parse("User-agent: *\nDisallow: /café\n".encode("latin-1"), "tocsin")
        assert [rules.allows(path) for path in ("/caf%E9", "/caf%C3%A9")] == [False, True]

    def test_an_octet_that_is_a_blank_elsewhere_is_kept(self):
        assert not allows("User-agent: *\nDisallow: /à\n", "/%C3%A0")
        assert allows("User-agent: *\nDisallow: /à\n", "/%C3")

    def test_a_page_of_html_allows_everything(self):
        assert allows("<!doctype html><p>Not found: sorry</p>", "/a")

    def test_what_lies_beyond_the_limit_is_ignored(self):
        head = b"User-agent: *\nDisallow: /a\n"
        filler = b"#" * (MAX_BYTES - len(head) - 1) + b"\n"
        rules = robots.parse(head + filler + b"Disallow: /b\n", "tocsin")
        assert not rules.allows("/a")
        assert rules.allows("/b")


# What Google documents of its matching, line by line: pattern, paths that match, paths that do not.
PATTERNS = [
    ("/", ["/", "/a", "/a/b?c"], []),
    ("/*", ["/", "/a"], []),
    ("/$", ["/"], ["/a"]),
    ("/fish", ["/fish", "/fish.html", "/fish/salmon", "/fishheads", "/fish.php?id=1"], ["/Fish"]),
    ("/fish*", ["/fish", "/fish.html", "/fishheads/yummy.html"], ["/Fish.asp", "/catfish"]),
    ("/fish/", ["/fish/", "/fish/salmon.htm"], ["/fish", "/fish.html", "/animals/fish/"]),
    ("/*.php", ["/index.php", "/folder/file.php?x", "/a.php/", "/.php"], ["/", "/windows.PHP"]),
    ("/*.php$", ["/a.php", "/folder/a.php"], ["/a.php?x", "/a.php/", "/a.php5", "/windows.PHP"]),
    ("/fish*.php", ["/fish.php", "/fishheads/catfish.php?p=1"], ["/Fish.PHP"]),
    ("/a$b", ["/a$b", "/a%24b"], ["/a"]),
    ("fish", [], ["/fish", "/"]),
    ("*fish", ["/fish", "/a/fish"], ["/"]),
    ("/a**b", ["/ab", "/axxb"], ["/a"]),
    ("/*a*a$", ["/aa", "/a/a", "/aaa"], ["/a", "/aab"]),
]


@pytest.mark.parametrize(("pattern", "matching", "others"), PATTERNS)
def test_patterns(pattern: str, matching: list[str], others: list[str]):
    rules = read(f"User-agent: *\nDisallow: {pattern}\n")
    assert [path for path in matching if rules.allows(path)] == []
    assert [path for path in others if not rules.allows(path)] == []


class TestPrecedence:
    @pytest.mark.parametrize(
        ("allow", "disallow", "path", "allowed"),
        [
            ("/p", "/", "/page", True),
            ("/folder", "/folder", "/folder/page", True),
            ("/page", "/*.htm", "/page.htm", False),
            ("/page", "/*.ph", "/page.php5", True),
            ("/$", "/", "/", True),
            ("/$", "/", "/page.htm", False),
            (
                "/example/page/",
                "/example/page/disallowed.gif",
                "/example/page/disallowed.gif",
                False,
            ),
            ("/a*", "/a**", "/ab", False),  # octets as they are written
        ],
    )
    def test_the_longest_wins_and_of_equals_the_one_that_allows(
        self, allow: str, disallow: str, path: str, *, allowed: bool
    ):
        lines = [f"Allow: {allow}", f"Disallow: {disallow}"]
        for order in (lines, lines[::-1]):
            assert allows("User-agent: *\n" + "\n".join(order), path) is allowed

    def test_the_file_itself_may_always_be_read(self):
        assert allows("User-agent: *\nDisallow: /\n", "/robots.txt")


class TestEscapes:
    @pytest.mark.parametrize(
        ("pattern", "path"),
        [
            ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
            ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
            ("/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84"),
            ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
            ("/a%3cd.html", "/a%3Cd.html"),
            ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html"),
            ("/path/foo-%24", "/path/foo-$"),
            ("/with space", "/with%20space"),
        ],
    )
    def test_equal_however_they_are_escaped(self, pattern: str, path: str):
        assert not allows(f"User-agent: *\nDisallow: {pattern}\n", path)

    def test_an_escaped_slash_is_not_a_slash(self):
        assert allows("User-agent: *\nDisallow: /a%2Fb\n", "/a/b")

    def test_an_escaped_star_is_no_wildcard(self):
        assert allows("User-agent: *\nDisallow: /a%2Ab\n", "/axb")


class TestCrawlDelay:
    def test_is_that_of_the_group_that_applies(self):
        text = "User-agent: *\nCrawl-delay: 9\nUser-agent: tocsin\nCrawl-delay: 2.5\nDisallow: /a\n"
        assert read("User-agent: *\nCrawl-delay: 9\nDisallow:\n").crawl_delay == 9
        assert read(text.replace("9\n", "9\nDisallow:\n")).crawl_delay == 2.5

    @pytest.mark.parametrize("value", ["", "soon", "-1", "0", "nan", "inf", "1e999"])
    def test_nonsense_is_no_delay(self, value: str):
        assert read(f"User-agent: *\nCrawl-delay: {value}\n").crawl_delay is None


@given(st.binary(max_size=2000), st.text(max_size=50))
def test_no_file_and_no_path_breaks_it(content: bytes, path: str):
    assert robots.parse(content, "tocsin").allows("/" + path) in {True, False}


piece = st.text(alphabet="ab/*$", max_size=8)


@given(piece, piece)
def test_matching_agrees_with_the_pattern_written_as_a_regular_expression(pattern: str, path: str):
    pattern, path = "/" + pattern, "/" + path
    body, end = (pattern[:-1], r"\Z") if pattern.endswith("$") else (pattern, "")
    expected = re.match(".*".join(map(re.escape, body.split("*"))) + end, path)
    assert allows(f"User-agent: *\nDisallow: {pattern}\n", path) is (expected is None)


def test_many_wildcards_cost_little():
    path = "/" + "a" * 5000
    pattern = "/" + "*a" * 2000 + "*b"
    assert allows(f"User-agent: *\nDisallow: {pattern}\n", path)
