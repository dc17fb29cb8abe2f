"""What is urgent waits for what is under way, and for nothing else."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError

import pytest

from storage.threads import Threads

_PATIENCE = 10.0  # seconds, for what takes none


class Held:
    """One thread that is busy until it is let go, and what was done after that."""

    def __init__(self) -> None:
        self.threads = Threads(1, name="held")
        self.done: list[str] = []
        self._go_on = threading.Event()
        begun = threading.Event()

        def hold() -> bool:
            begun.set()
            return self._go_on.wait(_PATIENCE)

        self.first = self.threads.submit(hold)
        assert begun.wait(_PATIENCE)

    def work(self, name: str) -> Callable[[], None]:
        return lambda: self.done.append(name)

    def let_go(self) -> None:
        self._go_on.set()


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.let_go()
    held.threads.shutdown()


def test_the_urgent_goes_before_the_others_each_in_their_order(held: Held):
    for name in ("one", "two"):
        held.threads.submit(held.work(name))
    for name in ("urgent one", "urgent two"):
        held.threads.submit(held.work(name), urgent=True)
    held.let_go()
    held.threads.shutdown()
    assert held.done == ["urgent one", "urgent two", "one", "two"]


def test_what_has_not_begun_is_cancelled_at_the_end(held: Held):
    waiting = [held.threads.submit(held.work("one"), urgent=urgent) for urgent in (False, True)]
    held.threads.shutdown(wait=False, cancel_futures=True)
    for future in waiting:
        with pytest.raises(CancelledError):
            future.result(_PATIENCE)
    held.let_go()
    assert held.first.result(_PATIENCE)
    assert held.done == []
    with pytest.raises(RuntimeError):
        held.threads.submit(held.work("late"))


def test_what_was_cancelled_by_its_caller_is_left_out(held: Held):
    cancelled = held.threads.submit(held.work("one"))
    last = held.threads.submit(held.work("two"))
    assert cancelled.cancel()
    held.let_go()
    assert last.result(_PATIENCE) is None
    assert held.done == ["two"]


def test_what_goes_wrong_is_told_to_who_asked_and_the_thread_goes_on(held: Held):
    def fail() -> None:
        raise ZeroDivisionError

    failed, after = held.threads.submit(fail), held.threads.submit(held.work("after"))
    held.let_go()
    with pytest.raises(ZeroDivisionError):
        failed.result(_PATIENCE)
    assert after.result(_PATIENCE) is None
