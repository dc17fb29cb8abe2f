"""The processes in which extractors are asked, page by page; one that fails ends no run."""

import json
import select
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".venv-bench" / "bin" / "python"
STARTING = 120.0  # seconds: some import half a gigabyte
READING = 60.0  # seconds for one page; what takes longer has failed on it
MOST_DEATHS = 10


class LinesError(Exception):
    """A process cannot be started, has ended, or does not answer; the message says which."""


class Lines:
    """A process that says a line when it is ready, and then answers each line with one; all JSON.

    After a LinesError it is ended; `start` makes another.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed in close()

    @property
    def running(self) -> bool:
        """Whether it can be asked."""
        return self._process is not None

    def start(self, seconds: float = STARTING) -> dict[str, Any]:
        """Start it; what it says when it is ready."""
        self._said.seek(0)
        self._said.truncate()
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                cwd=ROOT,
                encoding="utf-8",
            )
        except OSError as error:
            raise LinesError(str(error)) from error
        return self._answer(seconds)

    def ask(self, question: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Its answer, within so many seconds of the clock."""
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise LinesError(self._end_with_last_words()) from error
        return self._answer(seconds)

    def close(self) -> None:
        """End it."""
        self._end()
        self._said.close()

    def _answer(self, seconds: float) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        # An answer is one line, written at once; what has begun to come will end.
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            self._end()
            raise LinesError(f"no answer within {seconds:.0f} s")
        line = self._process.stdout.readline()
        if not line:
            raise LinesError(self._end_with_last_words())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _end_with_last_words(self) -> str:
        code = self._end()
        self._said.seek(0)
        lines = self._said.read().strip().splitlines()
        return lines[-1][:200] if lines else f"its process ended with {code}"

    def _end(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        code = process.poll()
        process.kill()
        process.communicate()
        return code


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
        self._deaths = 0
        self._lines = Lines([str(python), "-m", "bench.peers", name])

    def __enter__(self) -> Self:
        """Start it; where that fails, `failure` says why."""
        try:
            self.version = self._lines.start()["version"]
        except LinesError as error:
            self.failure = f"cannot be run: {error}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self._lines.close()

    def ask(self, page: Path, url: str) -> tuple[dict[str, Any], float | None]:
        """What it reads off a page, and the seconds of CPU; nothing, and None, where it failed."""
        if self.failure is not None:
            return {}, None
        try:
            if not self._lines.running:
                self._lines.start()
            found = self._lines.ask({"path": str(page), "url": url}, READING)
        except LinesError as error:
            self._died(page, str(error))
            return {}, None
        self.peak = max(self.peak, found["peak"])
        if "error" in found:
            self.errors[page.name] = found["error"]
        return found.get("prediction") or {}, found["seconds"]

    def _died(self, page: Path, reason: str) -> None:
        self.errors[page.name] = reason
        self._deaths += 1
        if self._deaths == MOST_DEATHS:
            self.failure = f"given up after {MOST_DEATHS} pages that ended its process: {reason}"


def python_for(name: str, ours: str) -> Path:
    """The interpreter of an extractor: ours is run by the one that runs the measurement."""
    return PEERS if name != ours and PEERS.exists() else Path(sys.executable)
