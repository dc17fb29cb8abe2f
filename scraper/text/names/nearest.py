"""What is meant by a name that is not known: "did you mean …?"."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from scraper.text.names.countries import Countries
from scraper.text.names.naming import squeezed
from scraper.text.names.places import Places

_MOST: Final = 3
_LONGEST: Final = 40  # characters of a name that is worth a look
_ALPHABETS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "αβγδεζηθικλμνξοπρσςτυφχψω",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويءپچژگ",
    "אבגדהוזחטיכלמנסעפצקרשתםןףץך",
)


def nearest_country(countries: Countries, name: str) -> list[str]:
    """The English names of countries whose name is one slip away, or much alike."""
    key = squeezed(name)[:_LONGEST]
    codes = [code for near in _one_slip_from(key) if (code := countries.code_of(near))]
    found = [countries.names(code).english for code in codes]
    near = dict.fromkeys([*_parted(countries, name), *found])
    return (list(near) or _alike(name, countries.english))[:_MOST]


def _parted(countries: Countries, name: str) -> list[str]:
    """The countries that share a name, the one of most people first: Korea."""
    wanted = name.strip().casefold()
    found = [
        names
        for english in countries.english
        if wanted in english.casefold().split() and (code := countries.code_of(squeezed(english)))
        for names in [countries.names(code)]
    ]
    found.sort(key=lambda names: names.population or 0, reverse=True)
    return [names.english for names in found]


def nearest_place(places: Places, name: str) -> list[str]:
    """The English names of places whose name is one slip away, the largest first, or much alike."""
    key = squeezed(name)[:_LONGEST]
    found = [names for near in _one_slip_from(key) for names in places.find_by_key(near)]
    found.sort(key=lambda names: names.population or 0, reverse=True)
    near = list(dict.fromkeys(names.english for names in found))
    return (near or _alike(name, places.gazetteer.large))[:_MOST]


def _one_slip_from(key: str) -> Iterator[str]:
    """All spellings that differ by a letter too few, too many, wrong, or two swapped.

    As in P. Norvig, "How to Write a Spelling Corrector" (2007).
    """
    letters = next((alphabet for alphabet in _ALPHABETS if set(key) & set(alphabet)), "")
    splits = [(key[:at], key[at:]) for at in range(len(key) + 1)]
    near: dict[str, None] = {}
    for before, after in splits:
        if after:
            near[before + after[1:]] = None
        if len(after) > 1:
            near[before + after[1] + after[0] + after[2:]] = None
        for letter in letters:
            near[before + letter + after] = None
            if after:
                near[before + letter + after[1:]] = None
    near.pop("", None)
    near.pop(key, None)
    yield from near


def _alike(name: str, names: list[str]) -> list[str]:
    by_key = {squeezed(known): known for known in names}
    return [by_key[key] for key in get_close_matches(squeezed(name), by_key, _MOST, 0.75)]
