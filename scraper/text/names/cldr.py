"""What the Unicode CLDR, which Babel carries, calls countries and the cities of time zones.

The cities are some 400: nearly all capitals, and more than one in large countries. Both come in
every language with a written press; what is said of either is checked by people who speak it.
"""

import pickle
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from babel import localedata
from babel.core import get_global

from scraper.text.names.tables import in_order


class Cldr(NamedTuple):
    """Names, a line each, by ISO 3166-1 code, and by the id of a time zone."""

    territories: dict[str, str]
    cities: dict[str, str]


@cache
def read() -> Cldr:
    """All names, in the order of data/locales.txt; a fifth of a second at first."""
    territories: dict[str, dict[str, None]] = {}
    cities: dict[str, dict[str, None]] = {}
    for locale in in_order("locales.txt"):
        data = _locale(locale)
        both = _both(data)
        for code, name in data.get("territories", {}).items():
            if len(code) == 2:
                territories.setdefault(code, {}).update(dict.fromkeys(_spelled_out(name, both)))
        for zone, facts in data.get("time_zones", {}).items():
            if "city" in facts:
                cities.setdefault(zone, {})[facts["city"]] = None
    return Cldr(_joined(territories), _joined(cities))


def _locale(name: str) -> Mapping[str, Any]:
    # Babel's own reader keeps all it reads: 100 MB for names that are one hundredth of that.
    with open(localedata.resolve_locale_filename(name), "rb") as file:  # noqa: PTH123 - as Babel does
        data: Mapping[str, Any] = pickle.load(file)  # noqa: S301 - part of an installed package
    return data


def _both(data: Mapping[str, Any]) -> str:
    """How a language says "A and B"."""
    pattern: str = data.get("list_patterns", {}).get("standard", {}).get("2", "{0} & {1}")
    return pattern


def _spelled_out(name: str, both: str) -> Iterator[str]:
    """How newspapers print what CLDR calls Bosnia & Herzegovina, or Myanmar (Burma)."""
    if " & " in name:
        first, second = name.split(" & ", 1)
        name = both.format(first, second)
    before, bracket, _ = name.replace("（", "(").replace("）", ")").partition("(")
    if not bracket or before.strip():
        yield before.strip() if bracket else name


def _joined(table: dict[str, dict[str, None]]) -> dict[str, str]:
    return {key: "\n".join(names) for key, names in table.items()}


def country_of_zone(zone: str) -> str | None:
    """The country of a time zone, whatever the zone is called by now."""
    territories: Mapping[str, str] = get_global("zone_territories")
    return territories.get(zone) or territories.get(get_global("zone_aliases").get(zone, ""))
