"""What is told to a source's site goes to no other."""

import pytest

from scraper.errors import FetchError
from scraper.fetch import NO_OPTIONS
from scraper.pipeline.asking import is_at_home, options_for

HOME = "https://feeds.lantern.example/rss"
OPTIONS = {
    "headers": {"X-Key": "k3y"},
    "proxy": "http://proxy.example.org:3128",
    "ca_file": "/etc/ca.pem",
    "render": "browser",
}


@pytest.mark.parametrize(
    ("url", "home", "expected"),
    [
        ("https://www.lantern.example/1", HOME, True),
        ("https://lantern.example:8443/1", HOME, True),
        ("http://www.lantern.example/1", HOME, False),
        ("http://www.lantern.example/1", HOME.replace("https", "http"), True),
        ("https://www.lantern.example/1", HOME.replace("https", "http"), True),
        ("https://lantern.example.evil.example/1", HOME, False),
        ("https://evillantern.example/1", HOME, False),
        ("https://a.co.uk/1", "https://b.co.uk/", False),
        ("https://a.substack.com/1", "https://b.substack.com/", False),
        ("http://127.0.0.1/1", "http://127.0.0.2/", False),
        ("about:blank", HOME, False),
    ],
)
def test_a_page_is_at_home_on_the_registered_domain_of_its_source(url, home, expected):
    assert is_at_home(url, home) is expected


def test_elsewhere_only_the_way_is_the_sources():
    home = options_for("https://www.lantern.example/1", HOME, OPTIONS)
    assert home.headers == (("X-Key", "k3y"),)
    away = options_for("https://elsewhere.example/1", HOME, OPTIONS)
    assert (away.headers, away.ca_file, away.identity) == ((), None, "")
    assert away.proxy == home.proxy
    assert away.render


def test_without_options_there_are_none():
    assert options_for("https://www.lantern.example/1", HOME, {}) is NO_OPTIONS


def test_a_file_that_is_missing_fails_the_request():
    with pytest.raises(FetchError, match="password_file"):
        options_for(HOME, HOME, {"username": "a", "password_file": "/nowhere/at/all"})
