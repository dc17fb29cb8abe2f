"""Several workers on one PostgreSQL database: nothing is lost, and nothing done twice."""

import subprocess
import sys
import time
from collections import Counter

import pytest

from scraper.composition import pace_file
from scraper.settings import load
from tests.end_to_end.daemon import Daemon, environment, tocsin_json, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import HookSink, LocalSite, MailSink

SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="
ARTICLES = 60
EVERY = 5  # of them, one tells of a rocket
PATIENCE = 90.0  # seconds for `once`


@pytest.fixture
def servers():
    with LocalSite() as site, MailSink() as mail, HookSink(SECRET) as hook:
        yield site, mail, hook


def once_twice(folder):
    """Two processes of `tocsin once` at the same time; their logs."""
    logs = [folder / "first.log", folder / "second.log"]
    running = []
    for log in logs:
        with log.open("wb") as stderr:
            running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "scraper", "once"],
                    cwd=folder,
                    env=environment(folder),
                    stdout=subprocess.DEVNULL,
                    stderr=stderr,
                )
            )
    try:
        codes = [process.wait(PATIENCE) for process in running]
    finally:
        for process in running:
            process.kill()
    texts = [log.read_text("utf-8") for log in logs]
    assert codes == [0, 0], texts
    return texts


def test_two_at_once_share_the_work_and_a_daemon_goes_on(
    tmp_path, request, servers, postgres_address
):
    site, mail, hook = servers
    outlets = [Outlet(site, name) for name in "abcd"]
    file = write_settings(
        tmp_path,
        sources=[(outlet.name, outlet.feed) for outlet in outlets],
        mail_port=mail.port,
        hook=(hook.url, SECRET),
    )
    text = file.read_text("utf-8")
    file.write_text(text.replace("sqlite:///tocsin.db", postgres_address), "utf-8")
    request.addfinalizer(pace_file(load(file)).unlink)  # it is not below tmp_path
    for number in range(ARTICLES):
        mention = "a rocket" if number % EVERY == 0 else ""
        outlets[number % 4].publish(f"s{number}", f"Title {number}", story(number, mention=mention))
    outlets[1].publish("copy", "Another headline entirely", story(0, mention="a rocket"))

    assert [log for log in once_twice(tmp_path) if "Traceback" in log] == []
    articles = tocsin_json("article", "list", "--limit", "1000", folder=tmp_path)
    assert Counter(article["url"] for article in articles).most_common(1)[0][1] == 1
    assert len(articles) == ARTICLES + 1
    assert len([article for article in articles if article["copy_of"]]) == 1
    rang = ARTICLES // EVERY  # the copy is of a story that rang
    assert len(mail.messages) == len(hook.accepted) == rang
    assert len({call.id for call in hook.accepted}) == rang

    with Daemon(file) as daemon, Daemon(file, "worker") as worker:
        outlets[2].publish("late", "Late news", story(1000, mention="a rocket"))
        hook.wait_for(rang + 1)
        mail.wait_for(rang + 1)
        started = time.monotonic()
        assert daemon.stop(patience=10) == 0
        assert worker.stop(patience=10) == 0
        assert time.monotonic() - started < 20  # ten each
    assert "Traceback" not in daemon.log.read_text("utf-8")
    assert len(hook.accepted) == len(mail.messages) == rang + 1
