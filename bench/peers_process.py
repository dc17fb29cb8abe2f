"""The processes in which extractors are asked, page by page; one that fails ends no run."""

import json
import select
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".venv-bench" / "bin" / "python"
STARTING = 120.0  # seconds: some import half a gigabyte
READING = 60.0  # seconds for one page; what takes longer has failed on it
MOST_DEATHS = 10


class PeerError(Exception):
    """A process cannot be started, or has ended."""


class Peer:
    """One extractor. After `failure` is set it is asked no more.

    `peak` is the most memory that one of its processes has held so far, in bytes; `errors` are
    the pages it failed on, with the reason.
    """

    def __init__(self, name: str, python: Path) -> None:
        self.name = name
        self.version = ""
        self.failure: str | None = None
        self.errors: dict[str, str] = {}
        self.peak = 0
        self._python = python
        self._deaths = 0
        self._process: subprocess.Popen[str] | None = None
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed in close()

    def __enter__(self) -> Self:
        """Start it; where that fails, `failure` says why."""
        try:
            self._start()
        except PeerError as error:
            self.failure = str(error)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self._end()
        self._said.close()

    def ask(self, page: Path, url: str) -> tuple[dict[str, Any], float | None]:
        """What it reads off a page, and the seconds of CPU; nothing, and None, where it failed."""
        if self.failure is not None:
            return {}, None
        try:
            if self._process is None:
                self._start()
            found = self._exchange({"path": str(page), "url": url}, READING)
        except PeerError as error:
            self._died(page, str(error))
            return {}, None
        self.peak = max(self.peak, found["peak"])
        if "error" in found:
            self.errors[page.name] = found["error"]
        return found.get("prediction") or {}, found["seconds"]

    def _died(self, page: Path, reason: str) -> None:
        self._end()
        self.errors[page.name] = reason
        self._deaths += 1
        if self._deaths == MOST_DEATHS:
            self.failure = f"given up after {MOST_DEATHS} pages that ended its process: {reason}"

    def _start(self) -> None:
        self._said.seek(0)
        self._said.truncate()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [str(self._python), "-m", "bench.peers", self.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                cwd=ROOT,
                encoding="utf-8",
            )
        except OSError as error:
            raise PeerError(str(error)) from error
        self.version = self._exchange(None, STARTING)["version"]

    def _exchange(self, question: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if question is not None:
                process.stdin.write(json.dumps(question) + "\n")
                process.stdin.flush()
        except OSError as error:
            raise PeerError(self._last_words()) from error
        # An answer is one line, written at once; what has begun to come will end.
        if not select.select([process.stdout], [], [], seconds)[0]:
            raise PeerError(f"no answer within {seconds:.0f} s")
        line = process.stdout.readline()
        if not line:
            raise PeerError(self._last_words())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_words(self) -> str:
        self._said.seek(0)
        lines = self._said.read().strip().splitlines()
        return lines[-1][:200] if lines else "its process ended"

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def python_for(name: str, ours: str) -> Path:
    """The interpreter of an extractor: ours is run by the one that runs the measurement."""
    return PEERS if name != ours and PEERS.exists() else Path(sys.executable)
