"""The daemon: it watches, rings, and stops when it is told to."""

import json
import socket
import sqlite3
import urllib.request

import pytest

from scraper.web import DASHBOARD_TITLE
from tests.end_to_end.daemon import Daemon, tocsin, tocsin_json, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import HookSink, LocalSite, MailSink, Reply

SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="


@pytest.fixture
def servers():
    with LocalSite() as site, MailSink() as mail, HookSink(SECRET) as hook:
        yield site, mail, hook


def test_what_is_published_while_it_runs_rings(tmp_path, servers):
    site, mail, hook = servers
    outlet = Outlet(site)
    file = write_settings(
        tmp_path,
        sources=[("outlet", outlet.feed)],
        mail_port=mail.port,
        hook=(hook.url, SECRET),
    )
    with Daemon(file) as daemon:
        site.wait_for("/outlet/rss.xml")
        outlet.publish("one", "A rocket is launched", story(1))
        (call,) = hook.wait_for(1)
        mail.wait_for(1)
        assert call.verified
        assert daemon.stop() == 0
    log = daemon.log.read_text("utf-8")
    assert "Traceback" not in log
    for channel in ("desk", "soc"):  # an attempt is one line
        assert len([line for line in log.splitlines() if channel in line]) == 1, log
    (alert,) = tocsin_json("alert", "list", folder=tmp_path)
    assert {d["state"] for d in alert["deliveries"]} == {"delivered"}


def test_it_stops_within_ten_seconds_whatever_hangs(tmp_path, servers):
    site, mail, hook = servers
    outlet = Outlet(site)
    outlet.publish("one", "A rocket is launched", story(2))
    site.hang("/outlet/2026/03/one")
    with LocalSite() as other:
        silent = other.hang("/rss.xml")
        file = write_settings(
            tmp_path,
            sources=[("outlet", outlet.feed), ("silent", silent)],
            mail_port=mail.port,
            hook=(hook.url, SECRET),
        )
        with Daemon(file) as daemon:
            other.wait_for("/rss.xml")
            site.wait_for("/outlet/2026/03/one")
            assert daemon.stop(patience=10) == 0
    with sqlite3.connect(tmp_path / "tocsin.db") as database:
        claimed = database.execute("SELECT count(*) FROM entries WHERE claimed_by IS NOT NULL")
        assert claimed.fetchone() == (0,)
    database.close()


def test_it_stops_within_ten_seconds_though_the_database_does_not_answer(tmp_path, servers):
    site, _, _ = servers
    outlet = Outlet(site)
    file = write_settings(tmp_path, sources=[("outlet", outlet.feed)])
    with Daemon(file) as daemon:
        site.wait_for("/outlet/rss.xml")
        other = sqlite3.connect(tmp_path / "tocsin.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            outlet.publish("one", "A rocket is launched", story(5))
            assert daemon.stop(patience=10) == 0
        finally:
            other.close()
    assert "the next worker will take it over" in daemon.log.read_text("utf-8")


def test_a_source_added_by_command_is_visited_by_the_running_daemon(tmp_path, servers):
    site, mail, hook = servers
    outlet, late = Outlet(site), Outlet(site, "late")
    file = write_settings(
        tmp_path, sources=[("outlet", outlet.feed)], mail_port=mail.port, hook=(hook.url, SECRET)
    )
    late.publish("one", "A rocket is launched", story(3))
    with Daemon(file):
        site.wait_for("/outlet/rss.xml")
        added = tocsin("source", "add", "late", late.feed, folder=tmp_path)
        assert added.returncode == 0, added.stderr
        hook.wait_for(1)


def test_its_health_and_dashboard_are_served(tmp_path, servers):
    site, _, _ = servers
    outlet = Outlet(site)
    outlet.publish("one", "A <b>rocket</b> & more", story(4))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    file = write_settings(tmp_path, sources=[("outlet", outlet.feed)])
    file.write_text(file.read_text("utf-8").replace("127.0.0.1:0", f"127.0.0.1:{port}"), "utf-8")
    with Daemon(file) as daemon:
        site.wait_for("/outlet/2026/03/one")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert json.load(answer)["status"] == "ok"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
            page = answer.read().decode()
        assert daemon.stop() == 0
    assert DASHBOARD_TITLE.decode() in page
    assert "<b>rocket</b>" not in page


def test_a_port_that_is_taken_is_said_so(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        file = write_settings(tmp_path)
        text = file.read_text("utf-8").replace("127.0.0.1:0", f"127.0.0.1:{port}")
        file.write_text(text, "utf-8")
        done = tocsin("run", folder=tmp_path)
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_once_tells_by_its_exit_code_that_a_delivery_failed_for_good(tmp_path, servers):
    site, mail, _ = servers
    outlet = Outlet(site)
    write_settings(tmp_path, sources=[("outlet", outlet.feed)], mail_port=mail.port)
    outlet.publish("one", "A rocket is launched", story(6))
    mail.refuse("554 5.7.1 Not taken here", times=1)
    done = tocsin("once", folder=tmp_path)
    assert "0 done, 1 failed" in done.stdout, done.stderr
    assert done.returncode == 1


def test_once_tells_that_a_channel_was_paused_and_the_operator_at_once(tmp_path, servers):
    site, mail, hook = servers
    outlet = Outlet(site)
    more = '[operator]\nchannels = ["desk"]\n'
    write_settings(
        tmp_path,
        sources=[("outlet", outlet.feed)],
        hook=(hook.url, SECRET),
        mail_port=mail.port,
        more=more,
    )
    outlet.publish("one", "A rocket is launched", story(6))
    hook.fail_first(1, Reply(status=410))
    done = tocsin("once", folder=tmp_path)
    assert "1 waiting\nchannels    paused: soc; " in done.stdout, done.stderr
    assert done.returncode == 1
    assert any("soc" in str(each.message["subject"]) for each in mail.messages)
