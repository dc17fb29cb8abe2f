"""`tocsin article export` and `tocsin alert export` write the files that the API gives."""

import csv
import json

import pyarrow.parquet as pq
import pytest

from tests.storage.making import add_article, ring

pytestmark = pytest.mark.usefixtures("settings")


@pytest.fixture
def articles(database):
    with database.begin() as unit:
        return [add_article(unit, f"a{n}", title="=1+1").id for n in range(3)][::-1]


def test_articles_are_written_to_standard_output(tocsin, articles):
    done = tocsin("article", "export")
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == articles


def test_articles_are_written_to_a_file(tocsin, articles, tmp_path):
    assert tocsin("article", "export", "--format", "csv", "-o", "out.csv").code == 0
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(int(row["id"]), row["title"]) for row in rows] == [(n, "'=1+1") for n in articles]
    assert tocsin("article", "export", "--format", "parquet", "-o", "out.parquet").code == 0
    assert pq.read_table(tmp_path / "out.parquet").column("id").to_pylist() == articles


def test_alerts_are_written(tocsin, database):
    with database.begin() as unit:
        rang = ring(unit, "once")
    done = tocsin("alert", "export", "--watch", "Baghdad")
    assert json.loads(done.out)["id"] == rang


def test_what_is_not_there_is_said(tocsin):
    assert tocsin("article", "export", "--source", "none").code != 0
    assert tocsin("alert", "export", "--watch", "none").code != 0
    assert tocsin("article", "export", "--search", "x", "--language", "en").code != 0
