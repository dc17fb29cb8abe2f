"""The daemon and a hub, over real connections: what is pushed rings without a visit."""

import hashlib
import hmac
import socket
import threading
import urllib.request
from urllib.parse import parse_qsl, urlencode

import pytest

from tests.end_to_end.daemon import Daemon, tocsin_json, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import HookSink, LocalSite, Reply

SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="
PATIENCE = 20.0


class Hub:
    """A hub that verifies each request on a thread of its own, and pushes when it is told to."""

    def __init__(self, site: LocalSite) -> None:
        self.verified = threading.Event()
        self.form: dict[str, str] = {}
        self.url = site.handle("/hub", self._asked)

    def _asked(self, request) -> Reply:
        self.form = dict(parse_qsl(request.body.decode()))
        threading.Thread(target=self._verify, daemon=True).start()
        return Reply(status=202)

    def _verify(self) -> None:
        asked = {"hub.mode": "subscribe", "hub.topic": self.form["hub.topic"]}
        asked |= {"hub.challenge": "8f2c", "hub.lease_seconds": "86400"}
        url = f"{self.form['hub.callback']}?{urlencode(asked)}"
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310 - loopback
            if answer.read() == b"8f2c":
                self.verified.set()

    def push(self, body: bytes) -> int:
        digest = hmac.new(self.form["hub.secret"].encode(), body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(  # noqa: S310 - loopback
            self.form["hub.callback"],
            data=body,
            headers={"x-hub-signature": f"sha256={digest}", "content-type": "application/rss+xml"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - loopback
            return answer.status


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


def test_what_a_hub_pushes_rings_though_nobody_visits(tmp_path, port):
    with LocalSite() as site, HookSink(SECRET) as hook:
        hub, outlet = Hub(site), Outlet(site)
        named = (
            f'<atom:link rel="hub" href="{hub.url}"/><atom:link rel="self" href="{outlet.feed}"/>'
        )

        def feed() -> bytes:
            with urllib.request.urlopen(outlet.feed, timeout=PATIENCE) as answer:  # noqa: S310 - loopback
                told = answer.read().decode()
            told = told.replace("<rss ", '<rss xmlns:atom="http://www.w3.org/2005/Atom" ', 1)
            return told.replace("<channel>", f"<channel>{named}", 1).encode()

        site.add("/rss.xml", feed(), "application/rss+xml")
        file = write_settings(
            tmp_path,
            sources=[("outlet", site.url("/rss.xml"))],
            hook=(hook.url, SECRET),
            every="1h",
        )
        text = file.read_text("utf-8").replace(
            'listen = "127.0.0.1:0"',
            f'listen = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"',
        )
        file.write_text(text, "utf-8")
        with Daemon(file) as daemon:
            assert hub.verified.wait(PATIENCE)
            outlet.publish("one", "A rocket is launched", story(1))
            assert hub.push(feed()) == 202
            (call,) = hook.wait_for(1)
            assert call.verified
            shown = tocsin_json("source", "show", "outlet", folder=tmp_path)
            (subscription,) = shown["subscriptions"]
            assert (subscription["state"], subscription["hub"]) == ("active", hub.url)
            assert "secret" not in subscription
            assert daemon.stop() == 0
        visits = [request for request in site.requests if request.path == "/rss.xml"]
        assert len(visits) == 1  # an hour has not passed
        assert "Traceback" not in daemon.log.read_text("utf-8")
