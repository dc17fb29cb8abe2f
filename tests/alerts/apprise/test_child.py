"""What the process in which Apprise runs is kept from, and what it tells of addresses."""

import os
import socket
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.alerts.apprise.child import BarredError, Rail, readable, struck

LOOPBACK = ip_network("127.0.0.0/8")
ANY = object()


@pytest.fixture
def rail() -> Rail:
    return Rail([LOOPBACK], readable())


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("socket.connect", (ANY, ("127.0.0.1", 80))),
        ("socket.connect", (ANY, ("93.184.215.14", 443))),
        ("socket.connect", (ANY, ("2606:2800:21f::1", 443, 0, 0))),
        ("socket.sendmsg", (ANY, None)),
        ("open", (os.__file__, "r", 0)),
        ("open", (b"/dev/null", "wb", 0)),
        ("open", (3, "w", 0)),
        ("open", ("/usr/share/zoneinfo/Europe/Berlin", None, os.O_RDONLY | os.O_CLOEXEC)),
        ("import", ("json",)),
    ],
)
def test_what_sending_needs_is_let_pass(rail: Rail, event: str, arguments: tuple[object, ...]):
    rail(event, arguments)
    assert rail.refused == []


@pytest.mark.parametrize(
    ("event", "arguments", "words"),
    [
        ("socket.connect", (ANY, ("10.0.0.1", 80)), "10.0.0.1 (private)"),
        ("socket.connect", (ANY, ("169.254.169.254", 80)), "link-local"),
        ("socket.connect", (ANY, ("::1", 80, 0, 0)), "::1 (loopback)"),
        ("socket.connect", (ANY, ("::ffff:10.0.0.1", 80, 0, 0)), "private"),
        ("socket.connect", (ANY, ("fe80::1%eth0", 80, 0, 2)), "one link only"),
        ("socket.connect", (ANY, ("2130706433", 80)), "unusual spelling"),
        ("socket.connect", (ANY, ("example.org", 80)), "write its address"),
        ("socket.connect", (ANY, "/run/docker.sock"), "on this machine"),
        ("socket.sendto", (ANY, ("10.0.0.1", 514)), "private"),
        ("socket.sendmsg", (ANY, b"\0abstract"), "on this machine"),
    ],
)
def test_addresses_are_looked_at_when_they_are_connected_to(
    rail: Rail, event: str, arguments: tuple[object, ...], words: str
):
    with pytest.raises(BarredError):
        rail(event, arguments)
    (refused,) = rail.refused
    assert words in refused.words
    assert refused.guarded


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("open", ("/etc/passwd", "r", 0)),
        ("open", ("/etc/ssl/../passwd", "r", 0)),
        ("open", (os.__file__ + "/../../../../etc/passwd", "rb", 0)),
        ("open", ("tocsin.toml", "r", 0)),
        ("open", ("/tmp/x", "w", 0)),
        ("open", (os.__file__, "r+", 0)),
        ("open", (os.__file__, None, os.O_RDWR)),
        ("open", ("/tmp/x", None, os.O_WRONLY | os.O_CREAT)),
        ("os.remove", ("/tmp/x", -1)),
        ("os.system", (b"true",)),
        ("os.posix_spawn", ("/bin/true", [], {})),
        ("subprocess.Popen", ("/bin/true", [], None, None)),
        ("syslog.syslog", (6, "x")),
    ],
)
def test_programs_and_files_are_barred(rail: Rail, event: str, arguments: tuple[object, ...]):
    with pytest.raises(BarredError):
        rail(event, arguments)
    assert not rail.refused[0].guarded


def test_the_project_around_the_package_is_not_readable(rail: Rail):
    root = Path(__file__).parents[3]
    rail("open", (str(root / "scraper/__init__.py"), "r", 0))
    with pytest.raises(BarredError):
        rail("open", (str(root / "pyproject.toml"), "r", 0))


def test_the_events_are_those_of_this_python():
    """What is watched for does happen: a name that changed would let all pass."""
    seen: set[str] = set()
    is_on = True

    def hook(event: str, _: object) -> None:
        if is_on:
            seen.add(event)

    sys.addaudithook(hook)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"", ("127.0.0.1", 9))
        one.sendmsg([b""], [], 0, ("127.0.0.1", 9))
    with socket.socket() as other:
        other.connect_ex(("127.0.0.1", 9))
    Path(__file__).read_bytes()
    os.close(os.open(__file__, os.O_RDONLY))
    is_on = False
    assert {"socket.connect", "socket.sendto", "socket.sendmsg", "open"} <= seen


secrets = st.text(st.sampled_from("abcXYZ0189-_."), min_size=6, max_size=20).map("k".__add__)


@given(secrets, secrets, secrets, secrets)
def test_nothing_secret_of_an_address_is_told(user: str, password: str, path: str, query: str):
    address = f"slack://{user}:{password}@api.example.org:8080/{path}/?token={query}&format=text"
    said = f"no: {address} {path!r} {user}:{password} at api.example.org as text by slack: {query}"
    told = struck(said, address)
    for secret in (user, password, path, query):
        assert secret not in told or secret in "api.example.org"
    assert "api.example.org as text by slack" in told


@pytest.mark.parametrize(
    ("address", "said", "told"),
    [
        ("tgram://123456:tokenX/-100", "cannot reach 123456:tokenX", "cannot reach ***:***"),
        ("pover://userX@tokenY", "invalid tokenY", "invalid ***"),
        ("json://a%20b%3Acd:pw@host.example/", "as a b:cd", "as a b:cd".replace("a b:cd", "***")),
        ("json://localhost/secret", "to localhost", "to localhost"),
    ],
)
def test_parts_of_addresses(address: str, said: str, told: str):
    assert struck(said, address) == told
