"""Every example of docs/queries.md does what the page says."""

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from scraper.watch import MatchText, QueryError, compile_query
from scraper.watch.checks import DEEPEST_NEAR, MOST_NEAR, MOST_TIMES
from scraper.watch.entries import MOST_SHAPES_OF_SET
from scraper.watch.expressions import LONGEST_PATTERN, MOST_WILDCARDS
from scraper.watch.fields import KNOWN_FIELDS
from scraper.watch.indexed import WIDEST
from scraper.watch.leaves import LONGEST_LOOSE, LONGEST_PHRASE
from scraper.watch.lists import Lists
from scraper.watch.parser import DEEPEST, LONGEST_QUERY, MOST_SHAPES, MOST_TERMS
from scraper.watch.passages import LONGEST_PASSAGE, MOST_PASSAGES
from storage.records import ArticleKind

PAGE = (Path(__file__).parents[2] / "docs" / "queries.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def rows(header: str) -> Iterator[list[str]]:
    r"""The cells of every row below a table head that is so; `\|` is a | within a cell."""
    inside = False
    for line in PAGE.splitlines():
        if not line.startswith("|"):
            inside = False
        elif line == header:
            inside = True
        elif inside and not line.startswith("|---"):
            cells = re.split(r"(?<!\\)\|", line.strip("|"))
            yield [cell.strip().replace(r"\|", "|") for cell in cells]


def code(cell: str) -> str:
    assert re.fullmatch("`[^`]+`", cell), cell
    return cell[1:-1]


def block(language: str) -> str:
    return next(str(text) for name, text in FENCED.findall(PAGE) if name == language)


LISTS = Lists({row["name"]: row["terms"] for row in tomllib.loads(block("toml"))["set"]})
_VALUES: dict[str, Any] = {
    "author": ("authors", lambda value: (value,)),
    "tag": ("tags", lambda value: (value,)),
    "lang": ("language", str),
    "published": ("published_at", datetime.fromisoformat),
}


def text(cell: str, language: str | None = None) -> MatchText:
    """A cell is the body of an article, or has its parts after their names in bold."""
    parts = re.split(r"\*\*(\w+)\*\* ", cell)
    if len(parts) == 1:
        return MatchText(body=cell, language=language)
    fields: dict[str, Any] = {}
    for name, value in zip(parts[1::2], parts[2::2], strict=True):
        field, read = _VALUES.get(name, (name, str))
        fields[field] = read(value.strip())
    return MatchText(**fields)


EXAMPLES = [
    *((None, *row) for row in rows("| You write | It matches | It does not match |")),
    *map(tuple, rows("| Language | You write | It matches | It does not match |")),
]
REFUSED = list(rows("| You write | What is said | Write |"))
WARNED = list(rows("| You write | What is said | Better |"))


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) > 120
    assert len(REFUSED) > 15
    assert len(WARNED) > 10


@pytest.mark.parametrize(("language", "query", "matching", "other"), EXAMPLES)
def test_an_example_behaves_as_stated(
    language: str | None, query: str, matching: str, other: str
) -> None:
    compiled = compile_query(code(query), lists=LISTS)
    assert compiled.match(text(matching, language)) is not None
    assert compiled.match(text(other, language)) is None
    for each in matching.split(", ") if query in {"`air-strike`", "`İstanbul`"} else ():
        assert compiled.match(text(each, language)) is not None


@pytest.mark.parametrize(("query", "message", "instead"), REFUSED)
def test_what_is_refused_is_refused_so_and_the_remedy_is_none(
    query: str, message: str, instead: str
) -> None:
    with pytest.raises(QueryError) as refused:
        compile_query(code(query), lists=LISTS)
    assert str(refused.value) == message
    assert refused.value.remedy
    compile_query(code(instead), lists=LISTS)


@pytest.mark.parametrize(("query", "message", "better"), WARNED)
def test_what_is_warned_of_is_warned_of_so_and_the_better_is_not(
    query: str, message: str, better: str
) -> None:
    warnings = compile_query(code(query), lists=LISTS).warnings
    assert message in [warning.message for warning in warnings]
    assert compile_query(code(better), lists=LISTS).warnings == ()


def test_every_query_on_the_one_page_compiles() -> None:
    """Queries and what is said of them stand in columns; several are parted by wide gaps."""
    sheet = next(content for content in FENCED.findall(PAGE) if "ATLEAST/3" in content[1])[1]
    compiled = 0
    for line in sheet.splitlines():
        first, *rest = re.split(r"\s{2,}", line.strip())
        queries = [first, *(each.removeprefix("also: ") for each in rest if _is_query(each))]
        for query in queries:
            compile_query(query, lists=LISTS)
            compiled += 1
    assert compiled > 25


def _is_query(column: str) -> bool:
    return column.startswith(("also: ", "title:", "published:", "wom?n"))


def test_every_field_is_on_the_page() -> None:
    assert {row[0].strip("`:") for row in rows("| Field | What it looks at |")} == {*KNOWN_FIELDS}


def test_every_kind_is_on_the_page() -> None:
    shown = next(row[1] for row in rows("| Field | What it looks at |") if row[0] == "`kind:`")
    assert re.findall("`(.*?)`", shown) == [kind.value for kind in ArticleKind]


@pytest.mark.parametrize(
    "operator",
    ["AND", "OR", "NOT", "NEAR/", "ONEAR/", "ATLEAST/", "&&", "`!`", "`-`", "`+`", "`=`"],
)
def test_every_operator_is_on_the_page(operator: str) -> None:
    assert operator in PAGE


def test_the_limits_are_those_on_the_page() -> None:
    prose = " ".join(PAGE.split())
    for limit in (
        f"at most {LONGEST_QUERY:,} characters, {MOST_TERMS:,} terms, and {DEEPEST} parentheses",
        f"from 1 to {WIDEST} words",
        f"cut to {LONGEST_PASSAGE} characters",
        f"up to {MOST_TIMES} times",
        f"at most {LONGEST_PATTERN:,} characters",
        f"at most {MOST_WILDCARDS} wildcards",
        f"at most {MOST_SHAPES} words with `*`, `?` or `~`",
        f"a set has at most {MOST_SHAPES_OF_SET} of them",
        f"at most {MOST_NEAR} words or groups",
        f"nested at most {DEEPEST_NEAR} deep",
        f"at most {LONGEST_PHRASE} words, and with `~` at most {LONGEST_LOOSE}",
    ):
        assert limit in prose
    assert "up to three passages" in prose
    assert MOST_PASSAGES == 3


def test_the_tree_on_the_page_is_what_explain_shows() -> None:
    shown = next(content for _, content in FENCED.findall(PAGE) if "yes  AND" in content)
    command, _, tree = shown.partition("\n")
    query = command.split("'")[1]
    assert (
        compile_query(query).explain(MatchText(body="Two rockets struck Baghdad.")) == tree.strip()
    )


def test_every_query_written_in_the_prose_compiles_or_is_named_as_refused() -> None:
    unfenced = FENCED.sub("", PAGE)
    lines = (line for line in unfenced.splitlines() if not line.startswith(("|", "#")))
    quoted = " ".join(lines).split("`")[1::2]
    written = [query for query in quoted if re.search('[^\\W\\d_]{2}.*[ :="~*]', query)]
    queries = [query for query in written if not query.startswith("tocsin ")]
    compiled = 0
    for query in queries:
        if query.endswith((":", "=")) or query in _NO_QUERIES:
            continue
        compile_query(query, lists=LISTS)
        compiled += 1
    assert compiled > 10


_NO_QUERIES = {"NOT football"}
