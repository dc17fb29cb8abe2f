"""What befalls the machine of the daemon: a locked database, a full disk, a paused channel."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Self

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tests.end_to_end.chaos.receivers import Journal
from tests.end_to_end.daemon import tocsin

_LOCK = (1.0, 5.0)  # seconds for which the database is locked, at least and at most
_LONGEST_LOCK = 0.1  # share of them that last the longest
_FULL = (1.0, 4.0)  # seconds for which the disk is full
_CHUNK = bytes(2**16)


class Troubles:
    """Threads that make trouble, each again and again, until the block ends.

    Every `pause` seconds, or a little more or less, comes the next of a kind.
    """

    def __init__(self, journal: Journal, random: Random) -> None:
        self._journal = journal
        self._random = random
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._errors: list[Exception] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Make no more, and take back what was made."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def every(self, pause: float, work: Callable[[], None]) -> None:
        """Begin a kind of trouble."""

        def run() -> None:
            while not self._over.wait(self._random.uniform(0.5, 1.5) * pause):
                try:
                    work()
                except Exception as error:  # noqa: BLE001 - raised again at the end of the block
                    self._errors.append(error)
                    return

        thread = threading.Thread(target=run, name=getattr(work, "__name__", "trouble"))
        thread.start()
        self._threads.append(thread)

    def lock(self, engine: Engine, longest: float) -> Callable[[], None]:
        """Lock the database, as another process that writes would, some times for the longest."""

        def lock() -> None:
            is_long = self._random.random() < _LONGEST_LOCK
            seconds = longest if is_long else self._random.uniform(*_LOCK)
            with suppress(sa.exc.OperationalError), closing(engine.connect()) as connection:
                if engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                else:
                    connection.exec_driver_sql("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
                self._journal.did("trouble: database locked")
                self._over.wait(seconds)

        return lock

    def fill(self, disk: Path) -> Callable[[], None]:
        """Fill the disk to the last byte for a while."""
        ballast = disk / "ballast"

        def fill() -> None:
            try:
                with suppress(OSError), ballast.open("wb", buffering=0) as file:
                    while True:
                        file.write(_CHUNK)
                self._journal.did("trouble: disk full")
                self._over.wait(self._random.uniform(*_FULL))
            finally:
                ballast.unlink(missing_ok=True)

        return fill

    def resume(self, folder: Path, paused: Callable[[], list[str]]) -> Callable[[], None]:
        """Let the channels go on that were paused, by the command that a person would use."""

        def resume() -> None:
            for name in paused():
                done = tocsin("channel", "resume", name, folder=folder, patience=90)
                self._journal.did("channel resumed" if done.returncode == 0 else "not resumed")

        return resume


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path | None]:
    """A file system of so many bytes in memory; None where that is not allowed."""
    folder.mkdir()
    options = f"size={size}"
    mounted = subprocess.run(  # noqa: S603 - our own words
        ["mount", "-t", "tmpfs", "-o", options, "tocsin-chaos", str(folder)],  # noqa: S607 - the system's
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        yield None
        return
    try:
        yield folder
    finally:
        for _ in range(50):  # whoever used it ends at this moment
            gone = subprocess.run(["umount", str(folder)], capture_output=True, check=False)  # noqa: S603, S607 - as above
            if gone.returncode == 0:
                break
            time.sleep(0.1)
