"""Files of rows: each is read back by the format's own reader."""

import csv
import io
import json
import sys
import tracemalloc
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import NotInstalledError
from scraper.exports import Column, Format, Kind, encoder
from scraper.exports.formats import harmless

COLUMNS = (
    Column("id", Kind.NUMBER),
    Column("title"),
    Column("authors", Kind.TEXTS),
    Column("at", Kind.TIME),
    Column("paywalled", Kind.FLAG),
)
AT = datetime(2026, 3, 1, 6, 0, 0, 123456, tzinfo=UTC)
ROWS = [
    (1, 'A "rocket",\nsaid صحيفة', ("Ann", "Bob"), AT, True),
    (-2, None, (), None, None),
    (3, "", ("=1+1",), AT, False),
]


def written(file_format, *pages):
    made = encoder(file_format, COLUMNS)
    return made.begin() + b"".join(made.rows(page) for page in pages) + made.end()


def test_csv_is_read_back():
    data = written(Format.CSV, ROWS[:2], ROWS[2:])
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert read == [
        ["id", "title", "authors", "at", "paywalled"],
        ["1", 'A "rocket",\nsaid صحيفة', "Ann; Bob", "2026-03-01T06:00:00.123456+00:00", "true"],
        ["-2", "", "", "", ""],
        ["3", "", "'=1+1", "2026-03-01T06:00:00.123456+00:00", "false"],
    ]


def test_json_lines_are_read_back():
    read = [json.loads(line) for line in written(Format.JSONL, ROWS).decode().splitlines()]
    assert read[0]["title"] == ROWS[0][1]
    assert read[0]["authors"] == ["Ann", "Bob"]
    assert read[1] == {"id": -2, "title": None, "authors": [], "at": None, "paywalled": None}


def test_parquet_is_read_back():
    read = pq.read_table(io.BytesIO(written(Format.PARQUET, ROWS[:2], ROWS[2:]))).to_pylist()
    assert [tuple(row.values()) for row in read] == [
        (number, title, list(authors), at, flag) for number, title, authors, at, flag in ROWS
    ]


@pytest.mark.parametrize("file_format", Format)
def test_a_file_without_rows_is_one(file_format):
    data = written(file_format)
    if file_format is Format.PARQUET:
        assert pq.read_table(io.BytesIO(data)).num_rows == 0
    assert (data == b"") == (file_format is Format.JSONL)


def test_without_pyarrow_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(NotInstalledError, match=r"tocsin\[parquet\]"):
        encoder(Format.PARQUET, COLUMNS)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "\0=1", "\u00a0=1"],
)
def test_no_text_is_a_formula(text):
    assert harmless(text).startswith("'")


@given(st.text())
def test_a_text_is_kept_but_for_what_makes_it_harmless(text):
    made = harmless(text)
    assert made.removeprefix("'") == text.replace("\0", "").removeprefix("'")
    assert made[:1] not in set("=+-@\t\r\n")


@given(st.lists(st.text(), max_size=5))
def test_whatever_the_texts_are_each_format_can_be_read(texts):
    rows = [(number, text, tuple(texts), AT, None) for number, text in enumerate(texts)]
    decoded = written(Format.CSV, rows).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(decoded, newline="")))) == len(rows) + 1
    lines = written(Format.JSONL, rows).decode().split("\n")[:-1]
    assert [json.loads(line)["title"] for line in lines] == texts
    table = pq.read_table(io.BytesIO(written(Format.PARQUET, rows)))
    assert table.column("title").to_pylist() == texts


@pytest.mark.parametrize("file_format", Format)
def test_what_is_written_is_not_kept(file_format):
    page = [(number, f"title {number} " * 20, ("Ann",), AT, None) for number in range(200)]
    made = encoder(file_format, COLUMNS)
    made.begin()
    made.rows(page)
    tracemalloc.start()
    try:
        for _ in range(20):
            made.rows(page)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    made.end()
    assert kept < 200_000
