"""How well regular inflections are told from other words, beside Snowball and beside nothing.

    python -m bench.inflection [--unimorph DIR] [--languages en de …] [--lemmas 5000]

Pairs: tests/text/inflection/*.tsv, words that must find one another and words that must not, names
among both. They were written with the rules, and the rules mended until all pairs were right: what
they say is that nothing fell back, and how others do on them.

With DIR, lists in the form of UniMorph (lines of lemma, form and features; a file for each
language, DIR/deu or DIR/deu/deu), which are not part of the project. For a sample of lemmas:

- found: of all other forms of a lemma, those that a query for the lemma finds;
- back: of all other forms, those that as a query find the lemma;
- merged: lemmas that, as a query, find at least one word that is only of other lemmas;
- noise: such words found by a query for a lemma, on average;
- random: of random pairs of words of different lemmas, those that find one another, in a million.

Snowball stems what was written, and what it gives is folded as ours is; without PyStemmer (it is in
the environment of the benchmarks) its lines are left out.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from scraper.text.folding import fold
from scraper.text.inflection import LANGUAGES, key, keys

try:
    import Stemmer
except ImportError:
    Stemmer = None

PAIRS = Path(__file__).resolve().parent.parent / "tests" / "text" / "inflection"
_SEED = 1

# ISO 639-3, as UniMorph names its files, and the name of Snowball's algorithm.
_CODES = {
    "af": ("afr", None), "ar": ("ara", "arabic"), "az": ("aze", None), "bg": ("bul", None),
    "ca": ("cat", "catalan"), "cs": ("ces", "czech"), "da": ("dan", "danish"),
    "de": ("deu", "german"), "el": ("ell", "greek"), "en": ("eng", "english"),
    "es": ("spa", "spanish"), "et": ("est", "estonian"), "fa": ("fas", "persian"),
    "fi": ("fin", "finnish"), "fr": ("fra", "french"), "gl": ("glg", None), "he": ("heb", None),
    "hi": ("hin", "hindi"), "hr": ("hbs", "serbian"), "hu": ("hun", "hungarian"),
    "id": ("ind", "indonesian"), "it": ("ita", "italian"), "lt": ("lit", "lithuanian"),
    "lv": ("lav", None), "mk": ("mkd", None), "nl": ("nld", "dutch"), "no": ("nob", "norwegian"),
    "pl": ("pol", "polish"), "pt": ("por", "portuguese"), "ro": ("ron", "romanian"),
    "ru": ("rus", "russian"), "sk": ("slk", None), "sl": ("slv", None), "sr": ("srp", "serbian"),
    "sv": ("swe", "swedish"), "tr": ("tur", "turkish"), "uk": ("ukr", None), "ur": ("urd", None),
}  # fmt: skip


class System(NamedTuple):
    """A way to compare: the key of a query's word and the keys of a text's, both as written."""

    name: str
    key: Callable[[str], str]
    keys: Callable[[str], tuple[str, ...]]


def systems(language: str) -> Iterator[System]:
    """Nothing but folding, Snowball where it has the language, and ours."""
    yield System("none", fold, lambda word: (fold(word),))
    _, algorithm = _CODES.get(language, (None, None))
    if Stemmer is not None and algorithm in Stemmer.algorithms():
        stem = Stemmer.Stemmer(algorithm).stemWord

        def stemmed(word: str) -> str:
            return fold(stem(word.lower()))

        yield System("snowball", stemmed, lambda word: (stemmed(word),))

    def ours(word: str) -> str:
        name = word[:1].isupper() and not word.isupper()
        return key(fold(word), language, name=name)

    yield System("ours", ours, lambda word: keys(fold(word), language))


def measure_pairs(languages: list[str]) -> None:
    """A line for each language and system: right pairs found, wrong ones kept apart."""
    print(f"{'':4}{'':10}{'pairs':>7}{'right found':>13}{'wrong apart':>13}")
    for language in languages:
        path = PAIRS / f"{language}.tsv"
        if not path.exists():
            continue
        rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
        for system in systems(language):
            right = [system.key(one) in system.keys(two) for one, two, sign in rows if sign == "="]
            wrong = [system.key(one) in system.keys(two) for one, two, sign in rows if sign == "!"]
            apart = 1 - sum(wrong) / len(wrong)
            print(
                f"{language:4}{system.name:10}{len(rows):7}"
                f"{sum(right) / len(right):13.1%}{apart:13.1%}"
            )


def read(path: Path) -> dict[str, set[str]]:
    """The forms of each lemma, itself among them; single words only."""
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for line in path.read_text("utf-8").splitlines():
        lemma, form, *_ = [*line.split("\t"), "", ""]
        if lemma.isalpha() and form.isalpha():
            forms[lemma] |= {lemma, form}
    return dict(forms)


class Figures(NamedTuple):
    """What is measured on a list, as the module tells."""

    found: float
    back: float
    merged: float
    noise: float
    random: float


def measure(system: System, forms: dict[str, set[str]], lemmas: list[str]) -> Figures:
    """Queries for `lemmas` (and for their forms) against all words of the list."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for lemma, its in forms.items():
        for form in its:
            owners[fold(form)].add(fold(lemma))
    by_key: defaultdict[str, set[str]] = defaultdict(set)
    for word in {form for its in forms.values() for form in its}:
        for one in system.keys(word):
            by_key[one].add(fold(word))
    found = back = total = merged = noise = 0
    for lemma in lemmas:
        own_key, own_keys = system.key(lemma), system.keys(lemma)
        others = {form for form in forms[lemma] if fold(form) != fold(lemma)}
        total += len(others)
        found += sum(own_key in system.keys(form) for form in others)
        back += sum(system.key(form) in own_keys for form in others)
        mine = owners[fold(lemma)] | {fold(lemma)}
        wrong = [word for word in by_key[own_key] if not owners[word] & mine]
        merged += bool(wrong)
        noise += len(wrong)
    count = len(lemmas)
    return Figures(
        found / total, back / total, merged / count, noise / count, _random(system, forms, lemmas)
    )


def _random(system: System, forms: dict[str, set[str]], lemmas: list[str]) -> float:
    chance = random.Random(_SEED)
    pairs = 300_000
    hits = 0
    keyed = {lemma: system.key(lemma) for lemma in lemmas}
    texts = [(lemma, system.keys(form)) for lemma in lemmas for form in sorted(forms[lemma])[:8]]
    for _ in range(pairs):
        lemma = chance.choice(lemmas)
        other, text_keys = chance.choice(texts)
        hits += lemma != other and keyed[lemma] in text_keys
    return hits / pairs * 1e6


def measure_lists(folder: Path, languages: list[str], most: int) -> None:
    """A line for each language that has a list, and each system."""
    print(
        f"\n{'':4}{'':10}{'lemmas':>8}{'found':>8}{'back':>8}{'merged':>8}{'noise':>8}{'random':>8}"
    )
    for language in languages:
        code, _ = _CODES.get(language, (None, None))
        places = [folder / str(code), folder / str(code) / str(code)]
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            continue
        forms = read(path)
        lemmas = sorted(lemma for lemma, its in forms.items() if len(its) > 1)
        lemmas = random.Random(_SEED).sample(lemmas, min(most, len(lemmas)))
        for system in systems(language):
            told = measure(system, forms, lemmas)
            print(
                f"{language:4}{system.name:10}{len(lemmas):8}{told.found:8.1%}{told.back:8.1%}"
                f"{told.merged:8.1%}{told.noise:8.2f}{told.random:8.0f}",
                flush=True,
            )


def main() -> None:
    """Both tables, for the languages asked for."""
    parser = argparse.ArgumentParser(prog="bench.inflection", description=__doc__)
    parser.add_argument("--unimorph", type=Path, metavar="DIR")
    parser.add_argument("--languages", nargs="*", default=sorted(LANGUAGES))
    parser.add_argument("--lemmas", type=int, default=5000, help="at most, of each list")
    chosen = parser.parse_args()
    measure_pairs(chosen.languages)
    if chosen.unimorph is not None:
        measure_lists(chosen.unimorph, chosen.languages, chosen.lemmas)


if __name__ == "__main__":
    main()
