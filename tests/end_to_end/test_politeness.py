"""No host is asked by two at once or sooner than its pause: from the hosts' own logs."""

from collections import Counter
from pathlib import Path

import pytest

from tests.end_to_end.daemon import Daemon, tocsin, write_settings
from tests.end_to_end.polite import FAULTS, REST, Asked, PoliteHosts, pace

PAUSE = 0.2  # seconds
DELAY = 0.7  # seconds, the Crawl-delay of the first host
TIMEOUT = 1.0  # seconds
ENOUGH = 30  # requests of the hosts without a Crawl-delay, so that each fault came


def settings(folder: Path, hosts: PoliteHosts) -> Path:
    """Several sources for each host, each due every second, and articles that are read again."""
    file = write_settings(folder, sources=hosts.sources)
    limits = f'host_pause = "{PAUSE}s"\ntimeout = "{TIMEOUT}s"\nrecheck = ["2s", "4s"]\n'
    file.write_text(file.read_text("utf-8").replace('host_pause = "0s"\n', limits), "utf-8")
    return file


def test_a_daemon_under_load_and_faults_keeps_to_each_hosts_pace(tmp_path):
    with PoliteHosts(3, TIMEOUT, delays=[DELAY]) as hosts:
        with Daemon(settings(tmp_path, hosts)) as daemon:
            for host in (1, 2):
                hosts.log.wait_for(ENOUGH, 60, lambda asked, host=host: asked.host == host)
            assert daemon.stop() == 0
        paces = [
            pace(hosts.of(0), DELAY),
            pace(hosts.of(1), PAUSE),
            pace(hosts.of(2), PAUSE),
        ]
        faults = Counter(asked.fault for asked in hosts.log.all())
    assert [each.at_once for each in paces] == [1, 1, 1]
    assert [each.spare for each in paces if each.spare < 0] == []
    assert faults.keys() == set(FAULTS)
    assert "Traceback" not in daemon.log.read_text("utf-8")


def test_commands_beside_a_daemon_keep_to_its_pace(tmp_path):
    with PoliteHosts(1, TIMEOUT, faults=["ok"]) as hosts:
        file = settings(tmp_path, hosts)
        with Daemon(file) as daemon:
            hosts.log.wait_for(5, 60, lambda _: True)
            name, url = hosts.sources[0]
            before = len(hosts.of(0))
            done = [
                tocsin("source", "test", url, folder=tmp_path),
                tocsin(
                    *("source", "backfill", name, "--since", "2026-01-01", "--until", "2026-02-01"),
                    folder=tmp_path,
                ),
            ]
            asked_meanwhile = [each.path for each in hosts.of(0)[before:]]
            assert daemon.stop() == 0
        log = pace(hosts.of(0), PAUSE)
    assert "4 entries" in done[0].stdout, done[0].stderr
    assert {"/sitemap.xml", "/news-sitemap.xml"} <= set(asked_meanwhile)
    assert any(path.startswith("/2026/03/") for path in asked_meanwhile)  # the daemon's
    assert (log.at_once, log.spare >= 0) == (1, True)


def asked(began: float, ended: float, rest: float = 0.0) -> Asked:
    return Asked(host=0, path="/", fault="ok", began=began, ended=ended, rest=rest)


@pytest.mark.parametrize(
    ("log", "gap", "spare", "at_once"),
    [
        ([asked(0, 1), asked(1.5, 2)], 0.5, 0.3, 1),
        ([asked(0, 1), asked(1.1, 2)], 0.1, -0.1, 1),
        ([asked(0, 1, REST), asked(1.5, 2)], 0.5, -0.5, 1),
        ([asked(0, 1), asked(0.5, 2), asked(0.6, 0.7)], -1.4, -1.6, 3),
    ],
)
def test_a_breach_would_be_seen(log: list[Asked], gap: float, spare: float, at_once: int):
    seen = pace(log, PAUSE)
    assert seen.gap == pytest.approx(gap)
    assert seen.spare == pytest.approx(spare)
    assert seen.at_once == at_once
