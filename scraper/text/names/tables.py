"""The tables of our own, in data/: names that the data of others lack, and words that are none."""

from collections.abc import Iterator
from importlib.resources import files


def rows(name: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The rows of a table: two columns, and the names in the third."""
    for line in _lines(name):
        first, second, names = (part.strip() for part in line.split("|"))
        yield first, second, tuple(name.strip() for name in names.split(",") if name.strip())


def words(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(in_order(name))


def in_order(name: str) -> list[str]:
    """The words of a list in its order."""
    return [word for line in _lines(name) for word in line.split()]


def _lines(name: str) -> Iterator[str]:
    text = files("scraper.text.names").joinpath("data", name).read_text("utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))
