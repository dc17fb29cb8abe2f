"""Queries and texts of news desks in many languages: what must match, and what must not.

The cases are in cases/*.toml. `text` is the body; other fields have the names of MatchText. What is
expected and not met is in gaps.toml, so that it is known, and not forgotten when it is mended.
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper.cli import main
from scraper.watch import MatchText, WatchSet, compile_query
from scraper.watch.indexed import IndexedText
from scraper.watch.lists import Lists
from storage.records import Watch, WatchSpec


@dataclass(frozen=True, slots=True)
class Case:
    file: str
    query: str
    text: MatchText
    matches: bool
    why: str
    only_body: bool

    @property
    def label(self) -> str:
        return f"{self.file}:{self.text.language}:{self.query}: {self.why}"


def _case(file: str, row: dict[str, Any]) -> Case:
    asked = {"query", "matches", "why"}
    fields: dict[str, Any] = {
        "body" if name == "text" else name: tuple(value) if isinstance(value, list) else value
        for name, value in row.items()
        if name not in asked
    }
    only_body = fields.keys() == {"language", "body"}
    return Case(
        file, row["query"], MatchText(**fields), row["matches"], row["why"], only_body=only_body
    )


_FILES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml"))
}
CASES = [_case(file, row) for file, content in _FILES.items() for row in content["cases"]]
GAPS = [
    _case("gaps", row)
    for row in tomllib.loads(Path(__file__).with_name("gaps.toml").read_text("utf-8"))["cases"]
]
SETS = {
    name: terms for content in _FILES.values() for name, terms in content.get("sets", {}).items()
}
LISTS = Lists(SETS)
QUERIES = list(dict.fromkeys(case.query for case in CASES))


def _watch(number: int, query: str) -> Watch:
    return Watch(
        id=number,
        spec=WatchSpec(name=str(number), query=query),
        origin="settings",
        paused=False,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def every_query_at_once() -> WatchSet:
    watches = WatchSet(map(_watch, range(len(QUERIES)), QUERIES), lists=LISTS)
    assert not watches.broken
    return watches


def test_there_are_enough_cases_and_both_kinds() -> None:
    languages = {case.text.language for case in CASES}
    wrong = sum(not case.matches for case in CASES)
    assert len(CASES) >= 600
    assert len(languages) >= 30
    assert wrong >= 0.38 * len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_a_query_matches_as_people_expect(case: Case) -> None:
    query = compile_query(case.query, lists=LISTS)
    assert (query.match(case.text) is not None) is case.matches, case.why


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_so_it_does_among_all_others(case: Case, every_query_at_once: WatchSet) -> None:
    matching = every_query_at_once.matching(case.text)
    assert (QUERIES.index(case.query) in matching) is case.matches


def test_every_query_on_every_text_is_answered_alike_alone_and_among_others(
    every_query_at_once: WatchSet,
) -> None:
    compiled = [compile_query(query, lists=LISTS) for query in QUERIES]
    for case in CASES:
        indexed = IndexedText(case.text)
        alone = [number for number, query in enumerate(compiled) if query.root.holds(indexed)]
        assert every_query_at_once.matching(case.text) == alone, case.text


@pytest.mark.parametrize("case", GAPS, ids=lambda case: case.label)
def test_a_gap_is_still_one(case: Case) -> None:
    found = compile_query(case.query, lists=LISTS).match(case.text) is not None
    assert found is not case.matches, "It is closed: move it from gaps.toml to its file in cases/."


def _sample() -> list[Case]:
    """Of each language the first that matches and the first that does not, as a command takes."""
    found: dict[tuple[str | None, bool], Case] = {}
    for case in CASES:
        if case.only_body and "set:" not in case.query:
            found.setdefault((case.text.language, case.matches), case)
    return list(found.values())


@pytest.mark.parametrize("case", _sample(), ids=lambda case: case.label)
def test_the_command_says_the_same(case: Case, tmp_path: Path, capfd: Any) -> None:
    file = tmp_path / "article.txt"
    file.write_text(case.text.body, encoding="utf-8")
    code = main(["match", "--lang", str(case.text.language), "--", case.query, str(file)])
    assert code == (0 if case.matches else 1), capfd.readouterr()
