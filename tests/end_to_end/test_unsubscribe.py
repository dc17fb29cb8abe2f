"""The daemon's own link: a click takes one reader off one watch, and a command puts them back."""

import socket
import urllib.error
import urllib.parse
import urllib.request

from tests.end_to_end.daemon import Daemon, tocsin, tocsin_json, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import LocalSite, MailSink

PATIENCE = 20.0
TO = ["ann@example.org", "bo@example.org"]


def test_a_click_takes_one_reader_off_and_a_command_puts_them_back(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with LocalSite() as site, MailSink() as mail:
        outlet = Outlet(site)
        file = write_settings(
            tmp_path,
            sources=[("outlet", outlet.feed)],
            watches=[("rocket", "rocket")],
            mail_port=mail.port,
        )
        text = file.read_text("utf-8").replace('to = ["desk@example.org"]', f"to = {TO}")
        listen = f'listen = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"'
        file.write_text(text.replace('listen = "127.0.0.1:0"', listen), "utf-8")
        with Daemon(file) as daemon:
            site.wait_for("/outlet/rss.xml")
            outlet.publish("one", "A rocket is launched", story(1))
            first = mail.wait_for(2)
            links = {one.recipients[0]: one.message["List-Unsubscribe"][1:-1] for one in first}
            assert set(links) == set(TO)
            with urllib.request.urlopen(links[TO[0]], timeout=PATIENCE) as page:  # noqa: S310 - loopback
                assert TO[0] in page.read().decode()
            assert tocsin_json("channel", "unsubscribed", "desk", folder=tmp_path) == []
            click = urllib.request.Request(  # noqa: S310 - loopback
                links[TO[0]], data=first[0].message["List-Unsubscribe-Post"].encode()
            )
            with urllib.request.urlopen(click, timeout=PATIENCE) as done:  # noqa: S310 - loopback
                assert done.status == 200
            (gone,) = tocsin_json("channel", "unsubscribed", "desk", folder=tmp_path)
            assert (gone["address"], gone["watch"]) == (TO[0], "rocket")
            outlet.publish("two", "Another rocket in another town", story(2))
            assert [one.recipients for one in mail.wait_for(3)[2:]] == [(TO[1],)]
            again = tocsin("channel", "resubscribe", "desk", TO[0], folder=tmp_path)
            assert (again.returncode, again.stdout) == (
                0,
                "ann@example.org: gets e-mails of 1 watch again\n",
            )
            outlet.publish("three", "A third rocket, far from the others", story(3))
            last = mail.wait_for(5)[3:]
            assert sorted(one.recipients[0] for one in last) == TO
            assert daemon.stop() == 0
        twice = tocsin("channel", "resubscribe", "desk", TO[0], folder=tmp_path)
        assert twice.returncode == 2
        assert "tocsin channel unsubscribed desk" in twice.stderr
        assert "Traceback" not in daemon.log.read_text("utf-8")
