"""The real program, in a process of its own, on settings made for local servers."""

import json
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Self

from tests.end_to_end.launching import ROOT, Started, start

PATIENCE = 30.0  # seconds; a command that takes longer hangs


def write_settings(
    folder: Path,
    *,
    sources: Sequence[tuple[str, str]] = (),
    watches: Sequence[tuple[str, str]] = (("Baghdad", "Baghdad"), ("rocket", "rocket")),
    mail_port: int | None = None,
    hook: tuple[str, str] | None = None,
    every: str = "1s",
    more: str = "",
) -> Path:
    """A settings file as the documentation has it; `hook` is address and secret."""
    channels = []
    text = f"""
[service]
database = "sqlite:///tocsin.db"
listen = "127.0.0.1:0"

[fetch]
contact = "newsroom@example.org"
host_pause = "0s"
allow_networks = ["127.0.0.0/8"]
{more}
[smtp]
host = "127.0.0.1"
port = {mail_port or 25}
sender = "tocsin@example.org"
"""
    for name, url in sources:
        text += f'\n[[source]]\nname = "{name}"\nurl = "{url}"\nevery = "{every}"\n'
    if mail_port is not None:
        channels.append("desk")
        text += '\n[[channel]]\nname = "desk"\ntype = "email"\nto = ["desk@example.org"]\n'
    if hook is not None:
        channels.append("soc")
        url, secret = hook
        text += (
            f'\n[[channel]]\nname = "soc"\ntype = "webhook"\nurl = "{url}"\nsecret = "{secret}"\n'
        )
    for name, query in watches:
        text += f"\n[[watch]]\nname = \"{name}\"\nquery = '{query}'\n"
        text += f"channels = {json.dumps(channels)}\n"
    file = folder / "tocsin.toml"
    file.write_text(text, "utf-8")
    return file


def environment(home: Path) -> dict[str, str]:
    """No settings from the environment or the home directory of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN")}
    return kept | {"HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}


def tocsin(
    *arguments: str | Path, folder: Path, stdin: bytes | None = None, patience: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin or b"")
        given.seek(0)
        command = [str(argument) for argument in arguments]
        process = start(
            command, folder=folder, environment=environment(folder), streams=(given, out, err)
        )
        try:
            code = process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, code, out.read().decode(), err.read().decode())


def tocsin_json(*arguments: str | Path, folder: Path) -> Any:
    """What a command prints with --json."""
    done = tocsin(*arguments, "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Daemon:
    """`tocsin run`, or `tocsin worker`, killed at the end of the block if it still runs."""

    def __init__(self, settings: Path, command: str = "run") -> None:
        self._command = command
        self.log = settings.parent / "daemon.log"
        self._settings = settings
        self._process: Started | None = None

    def __enter__(self) -> Self:
        folder = self._settings.parent
        with self.log.open("ab") as log, Path(os.devnull).open("rb") as nothing:
            self._process = start(
                [self._command, "-c", str(self._settings)],
                folder=folder,
                environment=environment(folder),
                streams=(nothing, log, log),
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()

    @property
    def process(self) -> Started:
        """The process."""
        assert self._process is not None
        return self._process

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self, patience: float = 10.0) -> int:
        """SIGTERM, and the exit code; TimeoutExpired when it takes longer than it may."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(patience)
