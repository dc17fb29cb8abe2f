"""Reading a page in the command's own process, for no longer than it may take.

The daemon reads pages in processes that it kills. A command reads what a person named, often many
pages in a row, and has Python interrupt what takes too long or too much memory: that page is an
error, the next one is read.
"""

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from scraper.errors import ExtractError
from scraper.pipeline.sandbox import MEMORY, TIMEOUT


class _TooLongError(BaseException):
    """Not an Exception: nothing between here and the page may take it for one of its own."""


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _TooLongError


@contextmanager
def bounded() -> Iterator[None]:
    """Within, what takes longer or more memory than a page may is an ExtractError."""
    if threading.current_thread() is not threading.main_thread():  # signals go to the main one
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, TIMEOUT)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    except _TooLongError:
        message = f"It took longer than {TIMEOUT:g} s to read."
        raise ExtractError(message, permanent=True) from None
    except MemoryError:
        raise ExtractError("It needs too much memory to read.", permanent=True) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
