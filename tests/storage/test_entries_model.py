"""Whatever happens in whatever order: no entry is lost, and none is anybody's twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from storage.database import Database
from storage.records import EntryState
from tests.storage.making import HOUR, MINUTE, NOW, add_article, add_source, sighting

WORKERS = st.sampled_from(["one", "two", "three"])
HOSTS = st.sampled_from(["a", "b", "c", "d"])
ALL = 1_000


@dataclass
class Expected:
    """What the model knows of an entry."""

    host: str
    due_at: datetime | None
    claimed_by: str | None = None
    state: EntryState = EntryState.PENDING
    attempts: int = 0


class Frontier(RuleBasedStateMachine):
    """The frontier beside a model of it that fits on a page."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.transaction = database.begin()
        self.unit = self.transaction.__enter__()
        self.entries: dict[int, Expected] = {}
        self.now = NOW
        self.added = 0

    @initialize()
    def begin(self) -> None:
        self.source = add_source(self.unit)
        self.article = add_article(self.unit)

    def teardown(self) -> None:
        self.transaction.__exit__(Undo, Undo(), None)

    def claims(self, worker: str | None = None) -> list[int]:
        return [
            number
            for number, entry in self.entries.items()
            if entry.claimed_by is not None and worker in {None, entry.claimed_by}
        ]

    def is_due(self, entry: Expected) -> bool:
        return entry.claimed_by is None and entry.due_at is not None and entry.due_at <= self.now

    @rule(host=HOSTS, number=st.integers(1, 4))
    def see(self, host: str, number: int) -> None:
        seen = [sighting(f"k{self.added + n}", host) for n in range(number)]
        self.added += number
        assert self.unit.entries.add(self.source.id, seen, now=self.now).new == number
        for entry in self.unit.entries.list(EntryState.PENDING, number):
            self.entries[entry.id] = Expected(host=host, due_at=self.now)

    @rule(worker=WORKERS, hosts=st.integers(1, 3), per_host=st.integers(1, 3), busy=st.sets(HOSTS))
    def claim_some(self, worker: str, hosts: int, per_host: int, busy: set[str]) -> None:
        claimed = self._claim(worker, hosts, per_host, busy)
        by_host: dict[str, int] = {}
        for host in claimed:
            by_host[host] = by_host.get(host, 0) + 1
        assert len(by_host) <= hosts
        assert max(by_host.values(), default=0) <= per_host
        assert not by_host.keys() & busy

    @rule(worker=WORKERS)
    def claim_all(self, worker: str) -> None:
        others = {self.entries[n].host for n in self.claims() if n not in self.claims(worker)}
        self._claim(worker, ALL, ALL, set())
        left = [e for e in self.entries.values() if self.is_due(e) and e.host not in others]
        assert left == []

    def _claim(self, worker: str, hosts: int, per_host: int, busy: set[str]) -> list[str]:
        claimed = self.unit.entries.claim(
            self.now, worker=worker, hosts=hosts, per_host=per_host, exclude=busy
        )
        assert len({entry.id for entry in claimed}) == len(claimed)
        for entry in claimed:
            expected = self.entries[entry.id]
            assert self.is_due(expected)
            expected.claimed_by = worker
            expected.attempts += 1
            assert entry.attempts == expected.attempts
        return [entry.host for entry in claimed]

    @precondition(lambda self: self.claims())
    @rule(data=st.data(), worker=WORKERS, minutes=st.integers(0, 90))
    def finish(self, data: st.DataObject, worker: str, minutes: int) -> None:
        number = data.draw(st.sampled_from(self.claims()))
        how = data.draw(st.sampled_from(["done", "recheck", "retry", "fail"]))
        expected = self.entries[number]
        later = self.now + minutes * MINUTE
        unit, article = self.unit.entries, self.article.id
        finished = {
            "done": lambda: unit.done(number, worker=worker, article_id=article, recheck_at=None),
            "recheck": lambda: unit.done(
                number, worker=worker, article_id=article, recheck_at=later
            ),
            "retry": lambda: unit.retry(number, worker=worker, at=later, error="x"),
            "fail": lambda: unit.fail(number, worker=worker, error="x"),
        }[how]()
        assert finished == (expected.claimed_by == worker)
        if not finished:
            return
        expected.claimed_by = None
        expected.due_at = later if how in {"recheck", "retry"} else None
        if how in {"done", "recheck"}:
            expected.attempts = 0
        if how != "retry":
            expected.state = {
                "done": EntryState.DONE,
                "recheck": EntryState.RECHECK,
                "fail": EntryState.FAILED,
            }[how]

    @rule(worker=WORKERS)
    def release(self, worker: str) -> None:
        held = self.claims(worker)
        assert self.unit.entries.release(worker) == len(held)
        for number in held:
            self.entries[number].claimed_by = None
            self.entries[number].attempts -= 1

    @rule()
    def reap(self) -> None:
        """None of these workers is registered, so all of them are dead."""
        freed = self.unit.workers.reap(
            self.now, older_than=HOUR, host="here", alive=lambda _pid: True
        )
        assert freed == len(self.claims())
        for expected in self.entries.values():
            expected.claimed_by = None

    @rule(minutes=st.integers(1, 60))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "source"):
            expected = dict.fromkeys(EntryState, 0)
            for entry in self.entries.values():
                expected[entry.state] += 1
            assert self.unit.entries.counts() == expected


class Undo(Exception):  # noqa: N818 - no error: it only ends the transaction
    """Leaves no trace."""


def test_the_frontier_and_its_model_agree(database: Database):
    def machine() -> Frontier:
        return Frontier(database)

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
