"""The servers that the tests from end to end rely on."""

import base64
import smtplib
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import httpx
import pytest
from lxml import etree
from standardwebhooks import Webhook

from tests.servers import (
    HookSink,
    Item,
    LocalSite,
    MailSink,
    Reply,
    Request,
    article_html,
    atom,
    index_html,
    news_sitemap,
    rss,
)

_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestLocalSite:
    def test_serves_what_was_added_and_nothing_else(self):
        with LocalSite() as site:
            url = site.add("/a", "hällo", "text/plain; charset=utf-8", {"x-a": "1"})
            got, missing = httpx.get(url), httpx.get(site.url("/b"))
        assert (got.status_code, got.text, got.headers["x-a"]) == (200, "hällo", "1")
        assert missing.status_code == 404

    def test_a_query_picks_its_own_answer_first(self):
        with LocalSite() as site:
            site.add("/a", "any")
            site.add("/a?id=1", "one")
            texts = [httpx.get(site.url(f"/a{query}")).text for query in ("", "?id=1", "?id=2")]
        assert texts == ["any", "one", "any"]

    def test_answers_304_to_a_client_that_knows_the_body(self):
        with LocalSite() as site:
            url = site.add("/a", "text", modified=_NOON)
            first = httpx.get(url)
            by_tag = httpx.get(url, headers={"if-none-match": first.headers["etag"]})
            by_time = httpx.get(url, headers={"if-modified-since": first.headers["last-modified"]})
            site.add("/a", "another text", modified=_NOON + timedelta(hours=1))
            stale = httpx.get(url, headers={"if-none-match": first.headers["etag"]})
        assert [by_tag.status_code, by_time.status_code, stale.status_code] == [304, 304, 200]
        assert by_tag.content == b""

    def test_logs_requests_and_reuses_connections(self):
        with LocalSite() as site, httpx.Client(headers={"user-agent": "tests"}) as client:
            for number in range(3):
                client.get(site.url(f"/{number}?x=1"))
            asked = site.requests
        assert [request.path for request in asked] == ["/0", "/1", "/2"]
        assert {request.connection for request in asked} == {1}
        assert asked[0].headers["user-agent"] == "tests"
        assert asked[0].at <= asked[1].at <= asked[2].at

    def test_head_has_the_length_but_no_body(self):
        with LocalSite() as site:
            reply = httpx.head(site.add("/a", "12345"))
        assert (reply.headers["content-length"], reply.content) == ("5", b"")

    def test_compresses(self):
        with LocalSite() as site:
            reply = httpx.get(site.add("/a", "a" * 1000, compressed=True))
        assert reply.text == "a" * 1000
        assert int(reply.headers["content-length"]) < 100

    def test_redirects_fails_first_and_forgets(self):
        with LocalSite() as site:
            site.add("/new", "here")
            moved = httpx.get(site.redirect("/old", "/new", 301), follow_redirects=True)
            site.fail_first("/new", 2, Reply(status=429, headers={"retry-after": "7"}))
            codes = [httpx.get(site.url("/new")).status_code for _ in range(3)]
            site.remove("/new")
            gone = httpx.get(site.url("/new"))
        assert (moved.text, codes, gone.status_code) == ("here", [429, 429, 200], 404)

    def test_a_handler_sees_the_request(self):
        with LocalSite() as site:
            url = site.handle("/echo", lambda request: Reply(body=request.body))
            assert httpx.post(url, content=b"x" * 100_000).content == b"x" * 100_000

    def test_a_handler_that_raises_fails_the_test(self):
        def broken(request: Request) -> Reply:
            raise LookupError(request.path)

        with pytest.RaisesGroup(LookupError), LocalSite() as site:
            assert httpx.get(site.handle("/a", broken)).status_code == 500

    def test_hangs_until_the_client_goes(self):
        with LocalSite() as site:
            with pytest.raises(httpx.ReadTimeout):
                httpx.get(site.hang("/a"), timeout=0.05)
            assert len(site.wait_for("/a")) == 1

    def test_ends_while_a_client_still_waits(self):
        with httpx.Client() as client, LocalSite() as site, pytest.raises(httpx.ReadTimeout):
            client.get(site.hang("/a"), timeout=0.05)

    def test_drips(self):
        with (
            LocalSite() as site,
            httpx.stream("GET", site.drip("/a", b"abcdef", size=2, pause=0.01)) as reply,
        ):
            assert b"".join(reply.iter_raw()) == b"abcdef"

    def test_resets(self):
        with LocalSite() as site, pytest.raises(httpx.ReadError):
            httpx.get(site.reset("/a", b"abc", after=2))

    def test_says_anything_raw(self):
        with LocalSite() as site, pytest.raises(httpx.RemoteProtocolError):
            httpx.get(site.handle("/a", Reply(raw=b"HTTP/1.1 twohundred\r\n\r\n")))

    def test_waiting_for_what_does_not_come_fails(self):
        with LocalSite() as site, pytest.raises(AssertionError, match="0 of 1 came"):
            site.wait_for("/a", timeout=0.01)


class TestHookSink:
    secret = "whsec_" + base64.b64encode(b"k" * 24).decode()

    def post(self, hook: HookSink, secret: str | None = None) -> httpx.Response:
        body = b'{"type": "test"}'
        now = datetime.now(UTC)
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret or self.secret).sign("msg_1", now, body.decode()),
        }
        return httpx.post(hook.url, content=body, headers=headers)

    def test_keeps_what_is_signed(self):
        with HookSink(self.secret) as hook:
            assert self.post(hook).status_code == 204
            (got,) = hook.wait_for(1)
        assert (got.id, got.payload, got.verified) == ("msg_1", {"type": "test"}, True)

    def test_refuses_what_is_signed_by_somebody_else(self):
        other = "whsec_" + base64.b64encode(b"x" * 24).decode()
        with HookSink(self.secret) as hook:
            assert self.post(hook, secret=other).status_code == 401
            assert [got.verified for got in hook.received] == [False]
            assert hook.accepted == []

    def test_fails_the_first(self):
        with HookSink() as hook:
            hook.fail_first(2)
            codes = [self.post(hook).status_code for _ in range(3)]
            assert codes == [503, 503, 204]
            assert (len(hook.received), len(hook.accepted)) == (3, 1)


class TestMailSink:
    def send(self, sink: MailSink, user: tuple[str, str] | None = None) -> None:
        mail = EmailMessage()
        mail["Subject"] = "Glocke läutet"
        mail["From"] = "tocsin@example.org"
        mail["To"] = "desk@example.org"
        mail.set_content("plain text")
        mail.add_alternative("<p>html text</p>", subtype="html")
        with smtplib.SMTP(sink.host, sink.port) as client:
            if user:
                client.login(*user)
            client.send_message(mail)

    def test_keeps_what_it_gets(self):
        with MailSink() as sink:
            self.send(sink)
            (mail,) = sink.wait_for(1)
        assert (mail.sender, mail.recipients) == ("tocsin@example.org", ("desk@example.org",))
        assert mail.message["subject"] == "Glocke läutet"
        assert (mail.text().strip(), mail.text("html").strip()) == (
            "plain text",
            "<p>html text</p>",
        )

    def test_refuses_then_takes(self):
        with MailSink() as sink:
            sink.refuse("550 5.7.1 No", times=1, at="RCPT")
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                self.send(sink)
            sink.refuse(times=1)
            with pytest.raises(smtplib.SMTPDataError):
                self.send(sink)
            self.send(sink)
            assert len(sink.messages) == 1

    def test_delays(self):
        with MailSink() as sink:
            sink.delay(0.05)
            start = time.monotonic()
            self.send(sink)
            assert time.monotonic() - start >= 0.05

    def test_asks_for_a_login(self):
        with MailSink(("desk", "secret")) as sink:
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                self.send(sink)
            with pytest.raises(smtplib.SMTPAuthenticationError):
                self.send(sink, ("desk", "wrong"))
            self.send(sink, ("desk", "secret"))
            assert len(sink.messages) == 1


class TestPages:
    items = (Item(url="http://x/?a=1&b=2", title="A <b> & c", published=_NOON, summary="Short"),)

    @pytest.mark.parametrize("make", [rss, atom, news_sitemap])
    def test_feeds_are_well_formed_and_escaped(self, make: Callable[[Iterable[Item]], bytes]):
        root = etree.fromstring(make(self.items))
        said = set(root.itertext()) | {
            value for node in root.iter() for value in node.attrib.values()
        }
        assert {"A <b> & c", "http://x/?a=1&b=2"} <= said

    def test_pages_are_escaped(self):
        page = article_html("A <b> & c", ["</script><p>x"], _NOON, standfirst="</script>")
        assert page.count(b"</script>") == 1
        assert b"A &lt;b&gt; &amp; c" in page
        assert b'href="http://x/?a=1&amp;b=2"' in index_html(self.items)
