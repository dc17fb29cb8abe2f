"""Starts the program as often as it is asked for, and loads it once.

To load Python and the program takes most of a second of a processor, and the tests start it some
hundreds of times. So one process loads it and forks for each start: what it gives is a process of
its own, with its own folder, environment, output and end, and it may be killed as any other. That
`python -m scraper` starts as well is for the tests of the commands.
"""

import atexit
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import IO

ROOT = Path(__file__).parents[2]
_LONGEST = 2**16  # bytes of a request: arguments and environment
# What the program loads only when it needs it, and most starts do.
_LATER = ("alembic.command", "scraper.jobs.local", "scraper.web.app")


class Started:
    """A process that was started, with what is needed of `subprocess.Popen`."""

    def __init__(self, pid: int, ended: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = ended
        self._looking = Lock()

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code. Raises TimeoutExpired after so many seconds."""
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("tocsin", timeout or 0)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):  # it ended just now
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _look(self, patience: float | None) -> int | None:
        with self._looking:
            if self.returncode is None:
                self._ended.settimeout(patience)
                try:
                    self.returncode = int(self._ended.recv(16))
                except (BlockingIOError, TimeoutError):
                    return None
                self._ended.close()
            return self.returncode


def start(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    streams: tuple[IO[bytes], IO[bytes], IO[bytes]],
) -> Started:
    """Start the program with its input, output and errors."""
    ours, theirs = socket.socketpair()
    request = {"arguments": list(arguments), "folder": str(folder), "environment": {**environment}}
    with theirs:
        line = _line()
        files = [stream.fileno() for stream in streams]
        socket.send_fds(line, [json.dumps(request).encode()], [*files, theirs.fileno()])
        return Started(int(line.recv(16)), ours)


@cache
def _line() -> socket.socket:
    """To the process that forks; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tests.end_to_end.launching", str(theirs.fileno())],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
            pass_fds=[theirs.fileno()],
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _load() -> None:
    cli = import_module("scraper.cli")
    names = {name for commands in cli.SECTIONS.values() for name in commands.values()}
    for name in sorted(names.union(_LATER)):
        import_module(name)
    gc.freeze()


class _Forking:
    """Forks when it is asked to, and tells of each process how it ended."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._woken, self._wake = socket.socketpair()
        self._running: dict[int, socket.socket] = {}
        for end in (self._woken, self._wake):
            end.settimeout(0)

    def serve(self) -> Sequence[str] | None:
        """In a new process its arguments; None when nobody is left who could ask."""
        signal.set_wakeup_fd(self._wake.fileno())
        before = signal.signal(signal.SIGCHLD, lambda *_: None)
        with selectors.DefaultSelector() as selector:
            selector.register(self._line, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._woken:
                        self._tell()
                        continue
                    message, files, _, _ = socket.recv_fds(self._line, _LONGEST, 4)
                    if not message:
                        self._close()
                        return None
                    if (pid := os.fork()) == 0:
                        signal.signal(signal.SIGCHLD, before)
                        return self._become(json.loads(message), files)
                    self._running[pid] = socket.socket(fileno=files.pop())
                    for file in files:
                        os.close(file)
                    self._line.send(str(pid).encode())

    def _tell(self) -> None:
        self._woken.recv(4096)
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            with self._running.pop(pid) as ended:
                ended.send(str(os.waitstatus_to_exitcode(status)).encode())

    def _close(self) -> None:
        signal.set_wakeup_fd(-1)
        for end in (self._line, self._woken, self._wake, *self._running.values()):
            end.close()

    def _become(self, asked: Mapping[str, object], files: Sequence[int]) -> Sequence[str]:
        self._close()
        *streams, ended = files
        for number, file in enumerate(streams):
            os.dup2(file, number)
            os.close(file)
        os.close(ended)
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        return asked["arguments"]


def main() -> int:
    """Fork until the tests are over; or, in what was forked, be the program."""
    _load()
    arguments = _Forking(socket.socket(fileno=int(sys.argv[1]))).serve()
    if arguments is None:
        return 0
    sys.argv[1:] = arguments
    return import_module("scraper.__main__").main()


if __name__ == "__main__":
    sys.exit(main())
