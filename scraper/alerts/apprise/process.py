"""Starts the process in which Apprise runs, talks with it, and ends it.

A process for each message: it takes a second to start, leaves nothing behind, and can be ended at
any moment, which a thread cannot. It gets an environment of its own, so that neither proxies nor
credentials of ours are taken from it.
"""

import asyncio
import json
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import scraper
from scraper.errors import SettingsError

_CHILD: Final = Path(__file__).with_name("child.py")
_ROOT: Final = Path(scraper.__file__).parents[1]
_LONGEST_ANSWER: Final = 1_000_000  # bytes
_LONGEST_LOOK: Final = 60  # seconds
_NOT_INSTALLED: Final = 'Apprise is not installed: pip install "tocsin[apprise]"'


class BrokenError(Exception):
    """The process ended without an answer."""


class Dialogue:
    """One run of the process; both questions are asked once, in this order."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def services(
        self, addresses: Sequence[str], networks: Sequence[str]
    ) -> Sequence[Mapping[str, Any]]:
        """Of each address what its service takes, or what is `wrong` with it."""
        answer = await self._ask({"addresses": list(addresses), "networks": list(networks)})
        services: Sequence[Mapping[str, Any]] = answer["services"]
        return services

    async def outcomes(self, messages: Sequence[Mapping[str, str]]) -> Sequence[Mapping[str, Any]]:
        """What came of each message: was it `taken`, and what was `said`."""
        answer = await self._ask({"messages": list(messages)})
        outcomes: Sequence[Mapping[str, Any]] = answer["outcomes"]
        return outcomes

    async def _ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            await self._process.stdin.drain()
            line = await self._process.stdout.readline()
        except (OSError, ValueError) as error:  # the latter for an answer without an end
            raise BrokenError from error
        return _read(line)


@asynccontextmanager
async def dialogue(ca_file: Path | None) -> AsyncIterator[Dialogue]:
    """A run of the process, which is over afterwards, whatever it was doing.

    Raises SettingsError when Apprise is not installed.
    """
    check_installed()
    process = await asyncio.create_subprocess_exec(
        *_command(ca_file),
        stdin=PIPE,
        stdout=PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(ca_file),
        cwd="/",
        limit=_LONGEST_ANSWER,
    )
    try:
        yield Dialogue(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def look(addresses: Sequence[str], ca_file: Path | None) -> Sequence[Mapping[str, Any]]:
    """Of each address what its service takes, or what is `wrong` with it; nothing is sent.

    Raises SettingsError when Apprise is not installed, or does not answer.
    """
    check_installed()
    question = json.dumps({"addresses": list(addresses), "networks": []}) + "\n"
    try:
        done = subprocess.run(  # noqa: S603 - all of it is written here
            _command(ca_file),
            input=question.encode(),
            capture_output=True,
            env=_environment(ca_file),
            cwd="/",
            timeout=_LONGEST_LOOK,
            check=False,
        )
        services: Sequence[Mapping[str, Any]] = _read(done.stdout.partition(b"\n")[0])["services"]
    except (subprocess.TimeoutExpired, BrokenError):
        raise SettingsError("Apprise cannot be asked: look whether it is installed whole") from None
    return services


def check_installed() -> None:
    """Raise SettingsError, which says how to, unless Apprise is installed."""
    if find_spec("apprise") is None:
        raise SettingsError(_NOT_INSTALLED)


def _command(ca_file: Path | None) -> Sequence[str]:
    # -P: no module is taken from its own folder; -B, -s: nothing is written, or taken from a home.
    bundle = [str(ca_file)] if ca_file else []
    return [sys.executable, "-P", "-B", "-s", str(_CHILD), *bundle]


def _environment(ca_file: Path | None) -> Mapping[str, str]:
    own = {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "HOME": "/nonexistent", "LANG": "C.UTF-8"}
    if ca_file is None:
        return own
    return own | {"REQUESTS_CA_BUNDLE": str(ca_file), "SSL_CERT_FILE": str(ca_file)}


def _read(line: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(line)
    except ValueError:
        raise BrokenError from None
    if not isinstance(answer, dict) or "broken" in answer:
        raise BrokenError
    return answer
