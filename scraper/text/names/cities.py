"""Cities of which we know names to be right."""

from typing import NamedTuple

from scraper.text.names.tables import rows


class Known(NamedTuple):
    """Names that are known to be right of the city that is found by `english` in `country`."""

    english: str
    country: str
    names: tuple[str, ...]


def known() -> list[Known]:
    """The cities of our table."""
    return [Known(*row) for row in rows("cities.txt")]
