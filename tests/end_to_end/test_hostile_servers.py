"""A crowd of hostile servers beside a few healthy ones, all of them sources of one daemon."""

import re
import sqlite3
from collections import Counter
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path

from tests.end_to_end.daemon import Daemon, tocsin_json, write_settings
from tests.end_to_end.hostile import SERVERS, HostileServers
from tests.end_to_end.outlets import Outlet, story
from tests.servers import LocalSite

TIMEOUT = 5  # seconds
SLACK = 3.0  # seconds, on a machine that is busy
LIMITS = f'host_pause = "0.2s"\ntimeout = "{TIMEOUT}s"\nmax_size = "4MB"\n'
LOOKS = 4  # visits of a healthy source, a second apart, between two looks at the hostile ones
MOST_LOOKS = 240
POURING = {"farm of links", "feed that is new each time"}  # visited again and again
LATEST = 8.0  # seconds between two visits that are due a second apart, on a machine that is busy
MOST_MEMORY = 500 * 2**20  # bytes, of the daemon itself
UNVISITED = "SELECT name FROM sources WHERE last_visit_at IS NULL"
# Those that fail; the others are being read as long as it takes.
MEANT = {name for name, server in SERVERS.items() if server.words is not None}
TAKEN = "SELECT sources.name FROM entries JOIN sources ON sources.id = entries.source_id"
# Links that may come of those that pour them out; the farm, visited every three seconds, has sixty
# others each time.
MOST_TAKEN = {
    "farm of links": 120,
    "feed that is new each time": 6000,
    "page of 30 000 links": 1000,
    "sitemap of 50 000 links": 5000,
}
# On a busy machine too much takes too long to read.
HARMLESS = r"\AWell\Z|took longer than 10 s to read|within 5 seconds; if it is only slow"
# What no operator should have to read.
JARGON = re.compile(r"Traceback|bytearray|_ssl\.c|\w+Error\b|Exception|\[SSL|0x[0-9a-f]{8,}>")


def peak_memory(pid: int) -> int:
    """The most bytes that a process held at one time."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    assert found is not None
    return int(found[1]) * 1024


def ask(folder: Path, query: str) -> list[str]:
    with closing(sqlite3.connect(folder / "tocsin.db")) as database:
        return [name for (name,) in database.execute(query)]


def settings(folder: Path, outlets: list[Outlet], hostile: HostileServers) -> Path:
    """Each hostile source is visited once, those that pour out links again and again."""
    sources = [(f"healthy {number}", outlet.feed) for number, outlet in enumerate(outlets)]
    file = write_settings(folder, sources=sources)
    text = file.read_text("utf-8").replace('host_pause = "0s"\n', LIMITS)
    for name, url in hostile.sources.items():
        every = "3s" if name in POURING else "1h"
        text += f'\n[[source]]\nname = "{name}"\nurl = "{url}"\nevery = "{every}"\n'
    file.write_text(text, "utf-8")
    return file


def test_each_fails_alone_with_its_reason_while_the_healthy_keep_their_schedule(tmp_path):
    with ExitStack() as stack:
        sites = [stack.enter_context(LocalSite()) for _ in range(3)]
        hostile = stack.enter_context(HostileServers(tmp_path))
        outlets = [Outlet(site) for site in sites]
        file = settings(tmp_path, outlets, hostile)
        with Daemon(file) as daemon:
            seen = 0
            while seen == 0 or (
                MEANT.intersection(ask(tmp_path, UNVISITED))
                or not POURING.issubset(ask(tmp_path, TAKEN))
            ):
                seen += LOOKS
                assert seen <= MOST_LOOKS
                sites[0].wait_for("/outlet/rss.xml", seen)
            for number, outlet in enumerate(outlets):
                outlet.publish("late", f"Late news {number}", story(number))
            for site in sites:
                site.wait_for("/outlet/2026/03/late")
            memory = peak_memory(daemon.process.pid)
            assert daemon.stop() == 0
        visits = {site: [hit.at for hit in site.hits("/outlet/rss.xml")] for site in sites}
    told = {source["name"]: source for source in tocsin_json("source", "list", folder=tmp_path)}
    astray = {
        name: told[name]["last_error"]
        for name, server in SERVERS.items()
        if not re.search(server.words or HARMLESS, told[name]["last_error"] or "Well")
    }
    assert astray == {}
    taken = Counter(ask(tmp_path, TAKEN))
    assert taken.keys() >= POURING
    assert {name: taken[name] for name, most in MOST_TAKEN.items() if taken[name] > most} == {}
    errors = [source["last_error"] for source in told.values() if source["last_error"]]
    assert [error for error in errors if JARGON.search(error)] == []
    assert "Traceback" not in daemon.log.read_text("utf-8")
    assert [told[f"healthy {number}"]["failures"] for number in range(len(outlets))] == [0, 0, 0]
    for times in visits.values():
        assert max(later - earlier for earlier, later in pairwise(times)) < LATEST
    assert {name: spent for name, spent in hostile.longest.items() if spent > TIMEOUT + SLACK} == {}
    assert memory < MOST_MEMORY
