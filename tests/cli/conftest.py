"""Commands run in this process: faster than one each, and their output is at hand."""

import json
import logging
from dataclasses import dataclass
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
def tocsin(capfd, tmp_path, monkeypatch):
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
def database(tmp_path):
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as opened:
        yield opened
