"""Threads that do the urgent first: what takes its turn does not wait behind all that came before.

    submit ──► urgent  ─┐
           └─► ordinary ┴─► the next thread that is free takes the first of the urgent, else the
                            first of the others

What is under way is never interrupted, so the urgent waits for one piece of work at most. Its
caller sees to it that it is little, for the others wait for as long as there is any.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

_Work = tuple["Future[Any]", Callable[[], Any]]


class Threads:
    """So many threads, begun when they are needed."""

    def __init__(self, count: int, *, name: str) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._lock = Lock()  # so that there are as many calls of `_do_next` as pieces that wait
        self._urgent: deque[_Work] = deque()
        self._ordinary: deque[_Work] = deque()

    def submit(self, work: Callable[[], T], *, urgent: bool = False) -> "Future[T]":
        """Have `work` done in its turn. Raises RuntimeError after `shutdown`."""
        future: Future[T] = Future()
        with self._lock:
            self._pool.submit(self._do_next)
            (self._urgent if urgent else self._ordinary).append((future, work))
        return future

    def shutdown(self, *, wait: bool = True, cancel_futures: bool = False) -> None:
        """Take nothing more, and wait for the rest, or cancel what has not begun."""
        with self._lock:
            self._pool.shutdown(wait=False, cancel_futures=cancel_futures)
            left = (*self._urgent, *self._ordinary) if cancel_futures else ()
        for future, _ in left:
            future.cancel()
        if wait:
            self._pool.shutdown()

    def _do_next(self) -> None:
        with self._lock:
            future, work = (self._urgent or self._ordinary).popleft()
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - it is raised where the future is awaited
            future.set_exception(error)
        else:
            future.set_result(result)
