"""What sources, watches and channels have in common: they are paused, resumed and removed."""

from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from scraper.errors import MissingError
from storage.database import UnitOfWork
from storage.records import Actor

Kind: TypeAlias = Literal["source", "watch", "channel"]


class Family(Protocol):
    """Named things in the database."""

    def pause(self, name: str, paused: bool = True) -> bool: ...  # noqa: FBT001, FBT002, D102 - storage's signature
    def remove(self, name: str) -> bool: ...  # noqa: D102 - storage's signature


def pause(unit: UnitOfWork, kind: Kind, name: str, *, by: Actor, now: datetime) -> None:
    """Let it rest until it is resumed."""
    _done(_family(unit, kind).pause(name), kind, name)
    unit.audit.note(by, f"{kind}.pause", name, now=now)


def resume(unit: UnitOfWork, kind: Kind, name: str, *, by: Actor, now: datetime) -> None:
    """Let it go on."""
    _done(_family(unit, kind).pause(name, False), kind, name)  # noqa: FBT003 - as a command says it
    unit.audit.note(by, f"{kind}.resume", name, now=now)


def remove(unit: UnitOfWork, kind: Kind, name: str, *, by: Actor, now: datetime) -> None:
    """Take it out. ConflictError for what the settings name: it would be back at the next start."""
    _done(_family(unit, kind).remove(name), kind, name)
    unit.audit.note(by, f"{kind}.remove", name, now=now)


def _family(unit: UnitOfWork, kind: Kind) -> Family:
    families: dict[str, Family] = {
        "source": unit.sources,
        "watch": unit.watches,
        "channel": unit.channels,
    }
    return families[kind]


def _done(was_there: bool, kind: Kind, name: str) -> None:  # noqa: FBT001 - what storage answered
    if not was_there:
        raise MissingError(f'there is no {kind} "{name}"; `tocsin {kind} list` shows all')
