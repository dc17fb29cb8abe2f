"""Parsers run in processes of their own, which may be killed.

A parser that hangs is killed after `timeout`, one that crashes or eats memory takes only its own
process along; both are errors of that one page.
"""

import asyncio
import ctypes
import multiprocessing
import resource
import signal
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

P = ParamSpec("P")
T = TypeVar("T")

MEMORY = 2 * 2**30  # bytes of address space for one process
PRELOADED = ("scraper.discover", "scraper.pipeline.reading")
TASKS = 2_000  # pages a process reads before it is replaced, so that a leak stays small


class SandboxError(Exception):
    """The parser was killed: it hung, crashed or used too much memory."""


_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def _confine() -> None:
    """Limit this process, and let it end with the daemon, however that ends.

    A terminal's Ctrl-C is for the daemon, which ends its processes itself.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


class Sandbox:
    """A pool of processes for pure functions."""

    def __init__(self, processes: int, *, timeout: float = 20.0) -> None:
        self._timeout = timeout
        # Each process is a copy of one that has the parsers loaded: it starts in milliseconds, and
        # shares their memory.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(PRELOADED))
        self._pool = ProcessPool(
            max_workers=processes,
            max_tasks=TASKS,
            initializer=_confine,
            context=context,
        )
        self._pool.schedule(abs, args=(0,))  # so that loading begins now, not at the first page

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a picklable function; SandboxError when its process had to be given up."""
        future = self._pool.schedule(function, args=args, kwargs=kwargs, timeout=self._timeout)
        try:
            result: T = await asyncio.wrap_future(future)
        except TimeoutError:
            raise SandboxError(f"it took longer than {self._timeout:g} s to read") from None
        except ProcessExpired as error:
            raise SandboxError(f"reading it crashed (exit code {error.exitcode})") from None
        except MemoryError:
            raise SandboxError("it needs too much memory to read") from None
        return result

    def close(self) -> None:
        """End the processes, whatever they are at."""
        self._pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it unannotated
        self._pool.join()
