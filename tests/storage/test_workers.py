from datetime import timedelta

from storage.database import Database
from storage.unit import UnitOfWork
from tests.storage.making import DAY, HOUR, MINUTE, NOW, SECOND, add_entries, claim, ring

DEAD_AFTER = timedelta(minutes=2)


def register(unit: UnitOfWork, *, host: str = "here", pid: int = 1) -> str:
    return unit.workers.register(name="tocsin 0.1", host=host, pid=pid, now=NOW)


def reap(
    unit: UnitOfWork, *, after: timedelta = SECOND, alive: tuple[int, ...] = (), host: str = "here"
) -> int:
    return unit.workers.reap(
        NOW + after, older_than=DEAD_AFTER, host=host, alive=lambda pid: pid in alive
    )


def claim_one_of_each(unit: UnitOfWork, worker: str) -> None:
    add_entries(unit, ["a"])
    ring(unit)
    assert len(claim(unit, worker=worker)) == 1
    assert len(unit.sources.claim_due(NOW, worker=worker, limit=1)) == 1
    assert len(unit.outbox.claim_due(NOW, worker=worker, limit=1)) == 1


def test_a_worker_is_known_by_an_id_of_its_own(database: Database):
    with database.begin() as unit:
        first, second = register(unit, pid=7), register(unit, pid=8)
        assert first != second
        workers = {worker.id: worker for worker in unit.workers.list()}
    assert workers.keys() == {first, second}
    assert (workers[first].name, workers[first].host, workers[first].pid) == (
        "tocsin 0.1",
        "here",
        7,
    )


def test_two_containers_with_one_name_leave_each_other_alone(database: Database):
    with database.begin() as unit:
        first = register(unit, host="desk boot/1", pid=1)
        claim_one_of_each(unit, first)
        second = register(unit, host="desk boot/2", pid=1)
        assert reap(unit, alive=(), host="desk boot/3") == 0
        for worker in (first, second):
            assert unit.workers.heartbeat(worker, NOW + SECOND)


def test_a_process_takes_over_from_the_earlier_one_of_its_number(database: Database):
    with database.begin() as unit:
        before = register(unit, pid=1)
        claim_one_of_each(unit, before)
        after = register(unit, pid=1)
        assert reap(unit, alive=(1,)) == 3
        assert [worker.id for worker in unit.workers.list()] == [after]


def test_one_that_was_taken_for_dead_can_come_back_under_its_id(database: Database):
    with database.begin() as unit:
        worker = register(unit)
        reap(unit, after=HOUR)
        assert not unit.workers.heartbeat(worker, NOW + HOUR)
        again = unit.workers.register(
            name="tocsin", host="here", pid=1, now=NOW + HOUR, worker_id=worker
        )
        assert again == worker
        assert unit.workers.heartbeat(worker, NOW + HOUR)


def test_one_that_ends_gives_everything_back_untried(database: Database):
    with database.begin() as unit:
        worker = register(unit)
        claim_one_of_each(unit, worker)
        assert unit.workers.unregister(worker) == 3
        assert unit.workers.list() == []
        (entry,) = claim(unit)
        (delivery,) = unit.outbox.claim_due(NOW, worker="other", limit=1)
        assert (entry.attempts, delivery.attempts) == (1, 1)
        assert len(unit.sources.claim_due(NOW, worker="other", limit=1)) == 1


def test_the_claims_of_a_dead_process_on_this_machine_are_freed_at_once(database: Database):
    with database.begin() as unit:
        dead, living = register(unit, pid=1), register(unit, pid=2)
        claim_one_of_each(unit, dead)
        assert reap(unit, alive=(1, 2)) == 0
        assert reap(unit, alive=(2,)) == 3
        assert [worker.id for worker in unit.workers.list()] == [living]
        (entry,) = claim(unit)
        assert entry.attempts == 2  # it may be what killed the worker


def test_a_process_on_another_machine_is_dead_when_it_is_silent(database: Database):
    with database.begin() as unit:
        there = register(unit, host="there", pid=1)
        claim_one_of_each(unit, there)
        assert reap(unit, after=DEAD_AFTER) == 0
        assert unit.workers.heartbeat(there, NOW + MINUTE)
        assert reap(unit, after=DEAD_AFTER + MINUTE) == 0
        assert unit.workers.last_heartbeat() == NOW + MINUTE
        assert reap(unit, after=DEAD_AFTER + MINUTE + SECOND) == 3
        assert not unit.workers.heartbeat(there, NOW + HOUR)
        assert unit.workers.last_heartbeat() is None


def test_a_claim_of_nobody_is_freed(database: Database):
    with database.begin() as unit:
        register(unit, pid=1)
        claim_one_of_each(unit, "was never registered")
        assert reap(unit, alive=(1,)) == 3


def test_after_the_clock_was_set_back_everything_is_as_far_away_as_before(database: Database):
    with database.begin() as unit:
        add_entries(unit, ["a", "b"])
        ring(unit)
        a, b = claim(unit)
        unit.entries.retry(a.id, worker="worker", at=NOW + 2 * MINUTE, error="x")
        unit.entries.fail(b.id, worker="worker", error="x")
        set_back = NOW - DAY
        assert unit.workers.bring_forward(set_back, by=DAY) == 3
        assert unit.entries.next_due_at() == set_back + 2 * MINUTE
        assert unit.sources.next_due_at() == set_back
        assert unit.outbox.next_due_at() == set_back
        assert unit.workers.bring_forward(set_back + HOUR, by=DAY) == 0


def test_a_probe_leaves_no_trace(database: Database):
    with database.begin() as unit:
        unit.workers.probe()
        assert unit.workers.list() == []
