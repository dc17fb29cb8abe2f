"""Pages that we wrote, each with what must be read off it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper.extract import extract

PAGES = Path(__file__).parent / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.html"))
NOW = datetime(2021, 6, 1, tzinfo=UTC)


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", NAMES)
def test_a_page_yields_what_stands_beside_it(name: str):
    expected = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    found = extract((PAGES / f"{name}.html").read_bytes(), expected["url"], now=NOW)
    fields = {key: plain(value) for key, value in asdict(found.article).items()}
    assert {key: fields[key] for key in expected["article"]} == expected["article"]
    if "body" in expected:
        assert fields["body"].split("\n\n") == expected["body"]
    for part in expected.get("holds", ()):
        assert part in fields["body"]
    for part in expected.get("lacks", ()):
        assert part not in fields["body"]


@pytest.mark.parametrize("name", NAMES)
def test_each_known_field_says_where_it_was_found(name: str):
    expected = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    found = extract((PAGES / f"{name}.html").read_bytes(), expected["url"], now=NOW)
    known = {
        key
        for key, value in asdict(found.article).items()
        if value not in (None, (), "") and key not in {"url", "word_count"}
    }
    assert known == set(found.evidence)


def test_every_page_has_its_expectation():
    assert len(NAMES) >= 7
    assert sorted(path.stem for path in PAGES.glob("*.json")) == NAMES
