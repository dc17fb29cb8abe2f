"""Many at once: threads in one process, and processes on one database."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from storage.database import Database
from storage.errors import ConflictError
from storage.records import EntryState, Watch
from storage.unit import UnitOfWork
from tests.storage.making import (
    DAY,
    NOW,
    add_article,
    add_entries,
    add_source,
    add_watch,
    claim,
    ring,
    sighting,
    signature,
)

WORKERS = 4


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do all of these at the same moment; what each gave, or the error it raised."""
    barrier = Barrier(len(works))

    def start(work: Callable[[], object]) -> object:
        barrier.wait(10)
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - it is what the test asks for
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(start, works))


def test_no_entry_is_claimed_twice_and_no_host_has_two_workers(database: Database):
    with database.begin() as unit:
        for host in "abcdef":
            add_entries(unit, [f"{host}{n}" for n in range(20)], host=host)
    holds: dict[str, str] = {}

    def work(worker: str) -> list[int]:
        done: list[int] = []
        for _ in range(200):
            with database.begin() as unit:
                mine = claim(unit, worker=worker, hosts=1, per_host=3)
            if not mine:
                return done
            assert holds.setdefault(mine[0].host, worker) == worker
            del holds[mine[0].host]
            with database.begin() as unit:
                for entry in mine:
                    assert unit.entries.fail(entry.id, worker=worker, error="x")
            done += [entry.id for entry in mine]
        raise AssertionError("there is no end to what can be claimed")

    results = at_once(*(lambda w=w: work(f"worker {w}") for w in range(WORKERS)))
    for result in results:
        assert isinstance(result, list), result
    claimed = [entry_id for result in results for entry_id in result]  # type: ignore[union-attr]  # asserted above
    assert sorted(claimed) == list(range(1, 121))


def test_no_source_and_no_delivery_is_claimed_twice(database: Database):
    with database.begin() as unit:
        for number in range(30):
            add_source(unit, f"s{number}")
            ring(unit, f"r{number}", channels=["desk", "soc"])

    def work(worker: str) -> list[object]:
        claimed: list[object] = []
        for _ in range(10):
            with database.begin() as unit:
                sources = unit.sources.claim_due(NOW, worker=worker, limit=4)
                deliveries = unit.outbox.claim_due(NOW, worker=worker, limit=7)
            claimed += [source.name for source in sources] + [d.id for d in deliveries]
        return claimed

    results = at_once(*(lambda w=w: work(f"worker {w}") for w in range(WORKERS)))
    claimed = Counter(name for result in results for name in result)  # type: ignore[attr-defined]  # lists, or the test fails
    assert len(claimed) == 30 + 60
    assert set(claimed.values()) == {1}


def test_one_article_is_admitted_once_whoever_is_faster(database: Database):
    def admit() -> int | None:
        """As the pipeline does: look, then store; begin again after a conflict."""
        for _ in range(WORKERS):
            try:
                with database.begin() as unit:
                    if unit.articles.find(["the link"]) is None:
                        return add_article(unit, "x", keys=["the link"]).id
                    return None
            except ConflictError:
                continue
        raise AssertionError("a conflict must not come again and again")

    results = at_once(*[admit] * WORKERS)
    assert len([result for result in results if isinstance(result, int)]) == 1
    assert [result for result in results if isinstance(result, Exception)] == []
    with database.read() as unit:
        assert len(unit.articles.list()) == len(unit.stories.list()) == 1


def test_two_copies_that_arrive_at_once_lead_one_story(database: Database):
    def admit(key: str) -> None:
        with database.begin() as unit:
            near = unit.articles.candidates(signature(1, 2, 3), since=NOW - DAY, limit=5)
            add_article(
                unit,
                key,
                signed=signature(1, 2, 3),
                story_id=near[0].story_id if near else None,
                copy_of=near[0].article_id if near else None,
            )

    results = at_once(*(lambda n=n: admit(f"copy {n}") for n in range(WORKERS)))
    assert results == [None] * WORKERS
    with database.read() as unit:
        (story,) = unit.stories.list()
        assert story.article_count == WORKERS


def test_a_key_rings_once_whoever_is_faster(database: Database):
    with database.begin() as unit:
        ring(unit, "before")

    def ring_it() -> str | None:
        with database.begin() as unit:
            return ring(unit, "the same")

    rang = at_once(*[ring_it] * WORKERS)
    assert len([alert for alert in rang if isinstance(alert, str)]) == 1
    assert rang.count(None) == WORKERS - 1
    with database.read() as unit:
        assert len(unit.outbox.deliveries()) == 2


def test_sources_that_name_the_same_links_at_once_add_each_once(database: Database):
    keys = [f"k{number}" for number in range(200)]
    with database.begin() as unit:
        ids = [add_source(unit, f"s{number}").id for number in range(WORKERS)]

    def visit(number: int) -> int:
        """Each names them in another order, as feeds do."""
        turned = keys[number * 50 :] + keys[: number * 50]
        with database.begin() as unit:
            seen = [sighting(key) for key in turned]
            return unit.entries.add(ids[number], seen, now=NOW).new

    new = at_once(*(lambda n=n: visit(n) for n in range(WORKERS)))
    assert [number for number in new if not isinstance(number, int)] == []
    assert sum(new) == len(keys)  # type: ignore[arg-type]  # numbers: asserted above
    with database.read() as unit:
        assert unit.entries.counts()[EntryState.PENDING] == len(keys)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_databases_first_workers_may_start_at_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
):
    address = f"sqlite:///{tmp_path}/new.db"
    if kind == "postgresql":
        address = request.getfixturevalue("postgres_empty")

    def start() -> int:
        with Database.open(address) as database, database.begin() as unit:
            return unit.watches.version()

    assert at_once(*[start] * WORKERS) == [0] * WORKERS


PROCESS = """
import json, sys
from storage.database import Database
from tests.storage.making import claim

worker, claimed = sys.argv[2], []
with Database.open(sys.argv[1]) as database:
    sys.stdin.readline()  # all begin at once
    for _ in range(500):
        with database.begin() as unit:
            mine = claim(unit, worker=worker, hosts=2, per_host=5)
            for entry in mine:
                assert unit.entries.fail(entry.id, worker=worker, error="x")
        if not mine:
            break
        claimed += [entry.id for entry in mine]
print(json.dumps(claimed))
"""


def test_processes_share_one_database(address: str, pytestconfig: pytest.Config):
    with Database.open(address) as database, database.begin() as unit:
        for host in "abcdefgh":
            add_entries(unit, [f"{host}{n}" for n in range(25)], host=host)
    processes = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", PROCESS, address, f"worker {number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=pytestconfig.rootpath,
        )
        for number in range(2)
    ]
    told = [process.communicate("go\n", timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(entry for text in told for entry in json.loads(text)) == list(range(1, 201))


def test_a_worker_that_is_frozen_does_not_freeze_the_others(
    postgres_address: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("storage.engines._POSTGRES_SESSION", ("SET lock_timeout = '50ms'",))
    with (
        Database.open(postgres_address) as frozen,
        Database.open(postgres_address) as other,
        frozen.begin() as unit,
    ):
        claim(unit)
        with pytest.raises(ConflictError, match="at the same moment"), other.begin() as waiting:
            claim(waiting)


def count_readers(unit: UnitOfWork) -> int:
    return len(unit.sources.list())


@pytest.mark.anyio
async def test_readers_go_on_while_a_writer_writes(database: Database):
    with database.begin() as unit:
        add_source(unit)
        assert await database.query(count_readers) == 0
    assert await database.query(count_readers) == 1


def test_who_follows_the_changes_of_watches_misses_none(database: Database):
    """Though many change them at once, and a change is seen only when it is committed."""
    with database.begin() as unit:
        for worker in range(WORKERS):
            add_watch(unit, f"watch {worker}")
    writing = [True] * WORKERS
    known: dict[int, Watch] = {}

    def write(worker: int) -> None:
        name = f"watch {worker}"
        try:
            for turn in range(12):
                with database.begin() as unit:
                    add_watch(unit, f"{name}, {turn}")
                    unit.watches.pause(name, turn % 2 == 0)
                with database.begin() as unit:
                    unit.watches.remove(f"{name}, {turn - 3}")
        finally:
            writing[worker] = False

    def follow() -> int:
        version = looks = 0
        while True:
            last = not any(writing)
            with database.read() as unit:
                changes = unit.watches.changes(version)
            assert changes.version >= version
            version = changes.version
            known.update((watch.id, watch) for watch in changes.active)
            for watch_id in changes.gone:
                known.pop(watch_id, None)
            looks += 1
            if last:
                return looks

    results = at_once(follow, *(lambda w=w: write(w) for w in range(WORKERS)))
    assert results[1:] == [None] * WORKERS
    assert isinstance(results[0], int), results[0]
    with database.read() as unit:
        assert known == {watch.id: watch for watch in unit.watches.list(include_paused=False)}
