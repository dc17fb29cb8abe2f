"""Commands run in this process: faster than one each, and their output is at hand."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scraper.cli import main
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def tocsin(capfd, tmp_path, monkeypatch, sqlite_address):  # noqa: ARG001 - made beforehand
    """Runs commands in a folder with a migrated database: to migrate one takes them the longest."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    def run(*arguments: object) -> Done:
        capfd.readouterr()
        handlers = logging.getLogger().handlers[:]
        code = main([str(argument) for argument in arguments])
        # What a command logs to is closed with its test, and would be in the way of later ones.
        logging.getLogger().handlers[:] = handlers
        captured = capfd.readouterr()
        assert "Traceback" not in captured.err
        return Done(code, captured.out, captured.err)

    return run


@pytest.fixture
def settings(tmp_path):
    file = tmp_path / "tocsin.toml"
    file.write_text("[fetch]\nallow_networks = ['127.0.0.0/8']\nhost_pause = '0s'\n", "utf-8")
    return file


@pytest.fixture
def no_database(sqlite_address):
    """As when a command is the first: it makes its database itself."""
    Path(sqlite_address.removeprefix("sqlite:///")).unlink()


@pytest.fixture
def database(sqlite_address):
    with Database.open(sqlite_address) as opened:
        yield opened
