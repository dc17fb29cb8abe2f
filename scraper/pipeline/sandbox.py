"""Parsers run in processes of their own, which may be killed.

A parser that hangs is killed after `timeout`, one that crashes or eats memory takes only its own
process along; both are errors of that one page. A pool whose processes are gone for another reason
(the kernel was out of memory, the server that forks them was killed) is replaced by a new one.
"""

import asyncio
import ctypes
import logging
import multiprocessing
import resource
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from scraper.collector import settle

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)

MEMORY = 768 * 2**20  # bytes of address space for one process
TIMEOUT = 10.0  # seconds for a page, so that slow ones do not keep the others waiting
PRELOADED = ("scraper.discover", "scraper.pipeline.reading")
TASKS = 2_000  # pages a process reads before it is replaced, so that a leak stays small
FIRST_IN_A_ROW = 4  # sources that are read before pages that wait, and then a page
_LOADING = 2.0  # seconds that the first process has to be there before it is ended
_LOOK_AGAIN = 1.0  # seconds; a pool that breaks may forget what it was asked


class SandboxError(Exception):
    """The parser was killed: it hung, crashed or used too much memory.

    `ending` says so of whatever ran there, where it was no parser.
    """

    def __init__(self, message: str, *, ending: str | None = None) -> None:
        super().__init__(message)
        self.ending = ending or message


class SandboxBrokenError(SandboxError):
    """There is no process to read the page in. The page has no part in it: try it again later."""


class _PoolBrokenError(Exception):
    """The pool can do nothing more."""


_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def _confine() -> None:
    """Limit this process, and let it end with the daemon, however that ends.

    A terminal's Ctrl-C is for the daemon, which ends its processes itself.
    """
    settle()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


class Turns:
    """At most `number` at once; who waits comes in order, but some before the others.

    Of those that come first, no more than `FIRST_IN_A_ROW` do while another waits: sources that are
    slow to read must not keep all pages from being read.
    """

    def __init__(self, number: int) -> None:
        self._free = number
        self._in_a_row = 0
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, *, first: bool = False) -> AsyncIterator[None]:
        """Wait for a turn, and hold it."""
        if self._free:
            self._free -= 1
        else:
            line = self._first if first else self._others
            called = asyncio.get_running_loop().create_future()
            line.append(called)
            try:
                await called
            except asyncio.CancelledError:
                if called.done() and not called.cancelled():  # just as it was called
                    self._pass_on()
                elif called in line:
                    line.remove(called)
                raise
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        lines = [self._first, self._others]
        if self._in_a_row >= FIRST_IN_A_ROW:
            lines.reverse()
        for line in lines:
            while line:
                called = line.popleft()
                if not called.done():
                    self._in_a_row = self._in_a_row + 1 if line is self._first else 0
                    called.set_result(None)
                    return
        self._free += 1


class Sandbox:
    """A pool of processes for pure functions."""

    def __init__(self, processes: int, *, timeout: float = TIMEOUT) -> None:
        self._processes = processes
        self._timeout = timeout
        # One in each process, and one for each that is ready when it ends.
        self._turns = Turns(2 * processes)
        self._renewing = asyncio.Lock()
        self._closed = False
        self._trouble: str | None = None
        self._pool = self._make_pool()

    @property
    def trouble(self) -> str | None:
        """Why nothing can be read, since the last try; None: it can."""
        return self._trouble

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a picklable function; SandboxError when its process had to be given up.

        SandboxBrokenError when no process can be had, not even in a new pool.
        """
        async with self._turns.turn():
            return await self._run(function, args, kwargs)

    async def run_first(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run`, before what waits there: what a source says must not wait for its pages."""
        async with self._turns.turn(first=True):
            return await self._run(function, args, kwargs)

    async def _run(self, function: Callable[..., T], args: Any, kwargs: Any) -> T:
        try:
            return await self._run_in_any(function, args, kwargs)
        except SandboxBrokenError as error:
            self._trouble = str(error)
            raise

    async def _run_in_any(self, function: Callable[..., T], args: Any, kwargs: Any) -> T:
        pool = self._pool
        try:
            return await self._run_in(pool, function, args, kwargs)
        except _PoolBrokenError as error:
            await self._replace(pool, error)
        try:
            return await self._run_in(self._pool, function, args, kwargs)
        except _PoolBrokenError as error:
            raise SandboxBrokenError(f"no process can be had to read it in ({error})") from error

    def close(self) -> None:
        """End the processes, whatever they are at."""
        self._closed = True
        # What ends while its processes are being forked leaves them complaining.
        wait([self._loaded], _LOADING)
        _end(self._pool)

    def _make_pool(self) -> ProcessPool:
        # Each process is a copy of one that has the parsers loaded: it starts in milliseconds, and
        # shares their memory.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(PRELOADED))
        pool = ProcessPool(
            max_workers=self._processes,
            max_tasks=TASKS,
            initializer=_confine,
            context=context,
        )
        self._loaded = pool.schedule(abs, args=(0,))  # loading begins now, not at the first page
        return pool

    async def _run_in(
        self, pool: ProcessPool, function: Callable[..., T], args: Any, kwargs: Any
    ) -> T:
        try:
            scheduled = pool.schedule(function, args=args, kwargs=kwargs, timeout=self._timeout)
        except RuntimeError as error:  # pebble's word for: it is broken, or was stopped
            raise _PoolBrokenError(str(error)) from None
        future = asyncio.wrap_future(scheduled)
        try:
            while not (await asyncio.wait({future}, timeout=_LOOK_AGAIN))[0]:
                if not pool.active:
                    raise _PoolBrokenError("the pool stopped")
            result: T = future.result()
        except TimeoutError:
            words = f"it took longer than {self._timeout:g} s"
            raise SandboxError(f"{words} to read", ending=words) from None
        except ProcessExpired as error:
            code = error.exitcode
            raise SandboxError(
                f"reading it crashed (exit code {code})", ending=f"it crashed (exit code {code})"
            ) from None
        except MemoryError:
            words = "it needs too much memory"
            raise SandboxError(f"{words} to read", ending=words) from None
        except BrokenProcessPool as error:
            raise _PoolBrokenError(str(error)) from None
        finally:
            future.cancel()
        self._trouble = None
        return result

    async def _replace(self, broken: ProcessPool, reason: Exception) -> None:
        """Have a new pool in the place of a broken one; who comes second finds it there."""
        async with self._renewing:
            if self._closed:
                raise SandboxBrokenError("the sandbox is closed")
            if self._pool is not broken:
                return
            _log.error(
                "the processes that read pages are gone (%s); starting new ones",
                reason,
                extra={"action": "sandbox.replaced"},
            )
            try:
                # In a thread: the first process of a pool is waited for until it has the parsers.
                made = await asyncio.to_thread(self._make_pool)
            except (OSError, RuntimeError, EOFError) as error:
                raise SandboxBrokenError(
                    f"no process can be had to read it in ({error})"
                ) from error
            self._pool = made
            if self._closed:
                _end(made)
        await asyncio.to_thread(_end, broken)


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it unannotated
    pool.join()
