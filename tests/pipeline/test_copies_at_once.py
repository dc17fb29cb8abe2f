"""Several workers that admit the same wire story at the same instant, each a process of its own."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from storage.database import Database
from storage.records import Entry, SourceSpec, WatchSpec
from tests.end_to_end.outlets import story

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORKERS, OUTLETS = 3, 4  # each worker has so many copies to admit
TELLING = "\n\n".join(story(1, mention="a rocket"))

WORKER = """
import sys
from scraper.dedupe import sign
from scraper.pipeline.admit import Admitter, Candidate
from storage.database import Database
from storage.records import Article
from tests.fakes import FakeClock
from tests.pipeline.test_copies_at_once import NOON, OUTLETS, TELLING

address, worker = sys.argv[1:]
with Database.open(address) as database:
    admitter = Admitter(FakeClock(NOON))
    with database.begin() as unit:
        entries = unit.entries.claim(NOON, worker=worker, hosts=OUTLETS, per_host=1)
    print("ready", flush=True)
    sys.stdin.readline()  # all begin at once
    for entry in entries:
        body = f"{TELLING}\\n\\nMore from {entry.host} in our letter of the evening."
        candidate = Candidate(
            article=Article(url=entry.url, title=entry.host, body=body),
            signature=sign(entry.host, body, None),
            entry=entry,
            source_name="wire",
        )
        with database.begin() as unit:
            admitter.admit(unit, candidate)
"""


def test_copies_admitted_at_once_are_one_story_and_one_alert(
    address: str, pytestconfig: pytest.Config
):
    with Database.open(address) as database, database.begin() as unit:
        source = unit.sources.add(SourceSpec(name="wire", url="https://wire.example/"), now=NOON)
        hosts = [f"outlet{number}.example" for number in range(WORKERS * OUTLETS)]
        seen = [(f"https://{host}/1", host, Entry(url=f"https://{host}/1")) for host in hosts]
        unit.entries.add(source.id, seen, now=NOON)
        unit.watches.add(WatchSpec(name="rocket", query="rocket", channels=("desk",)), now=NOON)
    processes = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", WORKER, address, f"worker {number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=pytestconfig.rootpath,
        )
        for number in range(WORKERS)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0] * WORKERS
    with Database.open(address) as database, database.read() as unit:
        articles = unit.articles.list(99)
        assert len(articles) == WORKERS * OUTLETS
        assert len({article.story_id for article in articles}) == 1
        first = min(article.id for article in articles)
        assert {article.copy_of for article in articles} == {None, first}
        assert len(unit.outbox.alerts()) == 1
