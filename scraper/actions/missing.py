"""What an action is about must be there."""

from typing import TypeVar

from scraper.errors import MissingError

T = TypeVar("T")


def known(value: T | None, kind: str, name: object) -> T:
    """The value. MissingError where there is none: it says how to see what there is."""
    if value is None:
        raise MissingError(f'there is no {kind} "{name}"; `tocsin {kind} list` shows all')
    return value
