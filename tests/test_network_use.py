"""No way to the network but the guarded one: what each module imports and calls."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# With these a module can reach the network, or make something that does.
NETWORK = {
    "aiohttp",
    "aiosmtplib",
    "apprise",
    "ftplib",
    "http.client",
    "httpcore",
    "httpx.AsyncClient",  # called as httpx.AsyncClient(…) it is looked at below
    "httpx.Client",
    "imaplib",
    "poplib",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "websockets",
    "xmlrpc.client",
}
ALLOWED = {
    "scraper/fetch": "the guarded way itself, and what is built on it",
    "scraper/alerts/email/smtp.py": "the mail server that the operator's settings name",
    "scraper/alerts/email/connections.py": "the same mail server",
    "scraper/alerts/email/failures.py": "tells errors of aiosmtplib apart, and connects to none",
    "scraper/alerts/email/steps.py": "a client of the same mail server that says what it did",
    "scraper/alerts/apprise/child.py": "a process whose every connection the guard looks at",
    "scraper/alerts/causes.py": "tells errors apart, and connects to none",
    "scraper/web": "listens, and never connects",
    "scraper/demo": "listens on loopback",
    "scraper/cli/show_demo.py": "listens on loopback",
    "storage/engines.py": "shuts the database's connection down",
}
# Of asyncio: whatever connects.
CONNECTS = {"create_connection", "open_connection", "open_unix_connection", "sock_connect"}
CLIENTS = {"Client", "AsyncClient"}
AT_ONCE = {"delete", "get", "head", "options", "patch", "post", "put", "request", "stream"}

SOURCES = sorted([*(ROOT / "scraper").rglob("*.py"), *(ROOT / "storage").rglob("*.py")])


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reaches_network(name: str) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in NETWORK)


def is_allowed(place: str) -> bool:
    return any(place == each or place.startswith(f"{each}/") for each in ALLOWED)


def calls(tree: ast.AST) -> Iterator[tuple[str, str, ast.Call]]:
    """What is called as `owner.name(…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield (owner.id if isinstance(owner, ast.Name) else "", node.func.attr, node)


def wrongs(place: str, source: str) -> list[str]:
    """What is wrong with a module, in words."""
    tree = ast.parse(source)
    found = [] if is_allowed(place) else [name for name in imported(tree) if reaches_network(name)]
    for owner, name, call in calls(tree):
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if name in CONNECTS:
            found.append(f"{name}(…)")
        if owner == "httpx" and name in AT_ONCE:
            found.append(f"httpx.{name}(…)")
        if owner == "httpx" and name in CLIENTS:
            trusts = given.get("trust_env")
            if not (isinstance(trusts, ast.Constant) and trusts.value is False):
                found.append("a client that trusts the environment")
            if "transport" not in given:
                found.append("a client without a transport given to it")
        if owner == "httpx" and name in {"AsyncHTTPTransport", "HTTPTransport"}:
            found.append(f"httpx.{name}(…), which is not guarded")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_goes_the_guarded_way_or_none(path: Path):
    assert wrongs(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) == []


def test_every_exception_is_still_needed():
    used = {
        place
        for path in SOURCES
        for place in ALLOWED
        if path == ROOT / place or (ROOT / place) in path.parents
        if any(map(reaches_network, imported(ast.parse(path.read_text("utf-8")))))
    }
    assert used == set(ALLOWED)


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("scraper/pipeline/x.py", "import socket"),
        ("scraper/pipeline/x.py", "from urllib import request"),
        ("scraper/pipeline/x.py", "import urllib.request as r"),
        ("scraper/pipeline/x.py", "from httpx import AsyncClient"),
        ("scraper/fetch/x.py", "httpx.get('http://a/')"),
        ("scraper/fetch/x.py", "httpx.AsyncClient(trust_env=False)"),
        ("scraper/fetch/x.py", "httpx.AsyncClient(transport=t)"),
        ("scraper/fetch/x.py", "httpx.AsyncClient(transport=t, trust_env=True)"),
        ("scraper/fetch/x.py", "asyncio.open_connection('a', 80)"),
        ("scraper/fetch/x.py", "asyncio.get_running_loop().create_connection(p)"),
        ("scraper/fetch/x.py", "httpx.AsyncHTTPTransport()"),
    ],
)
def test_another_way_is_noticed(place: str, source: str):
    assert wrongs(place, source)


def test_the_guarded_way_is_not():
    assert not wrongs("scraper/fetch/x.py", "httpx.AsyncClient(transport=t, trust_env=False)")
