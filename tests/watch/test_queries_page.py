"""Every example of docs/queries.md does what the page says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper.watch import MatchText, compile_query
from scraper.watch.fields import KNOWN_FIELDS
from scraper.watch.indexed import WIDEST
from scraper.watch.parser import DEEPEST, LONGEST_QUERY, MOST_TERMS
from scraper.watch.passages import LONGEST_PASSAGE

PAGE = (Path(__file__).parents[2] / "docs" / "queries.md").read_text(encoding="utf-8")


def rows(header: str) -> Iterator[list[str]]:
    """The cells of every row below a table head that starts so."""
    inside = False
    for line in PAGE.splitlines():
        if not line.startswith("|"):
            inside = False
        elif line.startswith(header):
            inside = True
        elif inside and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


EXAMPLES = [(row[0].strip("`"), row[1], row[2]) for row in rows("| You write |")]


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) > 40


@pytest.mark.parametrize(("query", "matching", "other"), EXAMPLES)
def test_an_example_behaves_as_stated(query: str, matching: str, other: str) -> None:
    compiled = compile_query(query)
    assert compiled.match(MatchText(body=matching)) is not None
    assert compiled.match(MatchText(body=other)) is None
    for text in matching.split(", ") if query in {"rocket", "air-strike"} else ():
        assert compiled.match(MatchText(body=text)) is not None


def test_every_field_is_on_the_page() -> None:
    assert {row[0].strip("`:") for row in rows("| Field |")} == set(KNOWN_FIELDS)


def test_the_limits_are_those_on_the_page() -> None:
    text = " ".join(PAGE.split())
    assert (
        f"at most {LONGEST_QUERY:,} characters, {MOST_TERMS:,} terms, and {DEEPEST} parent" in text
    )
    assert f"from 1 to {WIDEST} words" in text
    assert f"cut to {LONGEST_PASSAGE} characters" in text


def test_every_query_written_in_the_prose_compiles_or_is_named_as_refused() -> None:
    lines = (line for line in PAGE.splitlines() if not line.startswith(("|", "#", "```", "tocsin")))
    quoted = " ".join(lines).split("`")[1::2]
    written = [query for query in quoted if re.search("[a-z]{3}.* ", query)]
    refused = {"NOT football", "rocket OR NOT football"}
    compiled = [query for query in written if query not in refused]
    assert len(compiled) > 5
    for query in compiled:
        assert compile_query(query)
