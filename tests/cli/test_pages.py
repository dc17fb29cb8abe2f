"""`tocsin extract`."""

import gzip
import io
import json
import sys
from datetime import UTC, datetime

import pytest

from tests.end_to_end.outlets import story
from tests.servers import LocalSite, article_html

PUBLISHED = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
HTML = article_html(
    "Rocket rises over the bay",
    story(1),
    PUBLISHED,
    standfirst="The second attempt went well.",
    caption="The launch pad at dawn",
)
FIELDS = [
    "url",
    "canonical_url",
    "title",
    "standfirst",
    "authors",
    "published_at",
    "modified_at",
    "body",
    "language",
    "section",
    "tags",
    "image_url",
    "image_caption",
    "site_name",
    "publisher",
    "paywalled",
    "word_count",
    "kind",
]


@pytest.fixture
def page(tmp_path):
    file = tmp_path / "page.html"
    file.write_bytes(HTML)
    return file


def test_a_file_gives_the_documented_fields(tocsin, page):
    done = tocsin("extract", page, "--url", "https://bay.example/1", "--json")
    assert done.code == 0
    assert list(done.json) == FIELDS
    assert done.json["title"] == "Rocket rises over the bay"
    assert done.json["published_at"] == "2026-03-01T06:30:00Z"
    assert done.json["body"] == "\n\n".join(story(1))
    assert done.json["kind"] == "article"


def test_people_get_it_readable_with_the_evidence_on_request(tocsin, page):
    assert "Rocket rises over the bay" in tocsin("extract", page).out
    assert "←" in tocsin("extract", page, "--explain").out
    assert "evidence" in tocsin("extract", page, "--explain", "--json").json


def test_standard_input_is_read(tocsin, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HTML), "utf-8"))
    assert tocsin("extract", "-", "--json").json["title"] == "Rocket rises over the bay"


def test_an_address_is_fetched_even_on_this_machine_when_a_person_names_it(tocsin):
    with LocalSite() as site:
        url = site.add("/1", HTML)
        done = tocsin("extract", url, "--json")
    assert done.code == 0, done.err
    assert done.json["url"] == url


def test_a_redirect_into_a_private_network_is_refused(tocsin):
    with LocalSite() as site:
        url = site.redirect("/1", "http://10.0.0.1/")
        done = tocsin("extract", url)
    assert done.code == 1
    assert "allow_networks" in done.err


@pytest.mark.usefixtures("page")
def test_a_batch_goes_line_by_line(tocsin, tmp_path):
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(HTML))
    lines = [
        {"id": "a", "url": "https://bay.example/1", "path": "page.html"},
        {"id": "b", "url": "https://bay.example/2", "path": str(tmp_path / "page.html.gz")},
        {"id": "c", "url": "https://bay.example/3", "path": "missing.html"},
    ]
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    batch = tmp_path / "in.jsonl"
    batch.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    done = tocsin("extract", "--batch", batch)
    a, b, c = (json.loads(line) for line in done.out.splitlines())
    assert [a["id"], b["id"], c["id"]] == ["a", "b", "c"]
    assert list(a) == ["id", *FIELDS]
    assert a["title"] == b["title"] == "Rocket rises over the bay"
    assert c["title"] is None
    assert "missing.html" in c["error"]
    assert done.code == 1


@pytest.mark.parametrize(
    "arguments",
    [(), ("a", "--batch", "b"), ("nowhere.html",), ("page.html", "--url", "bay.example/1")],
)
@pytest.mark.usefixtures("page")
def test_wrong_usage_is_two(tocsin, arguments):
    assert tocsin("extract", *arguments).code == 2


def test_an_address_that_is_not_known_is_null(tocsin, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<title>Ferry</title><h1>Ferry</h1><p>It sails again.</p>", "utf-8")
    assert tocsin("extract", page, "--json").json["url"] is None
    assert tocsin("extract", page, "--explain", "--json").json["url"] is None
    assert "about:blank" not in tocsin("extract", page).out
    lines = tmp_path / "in.jsonl"
    lines.write_text(json.dumps({"id": 1, "path": str(page)}) + "\n", "utf-8")
    assert json.loads(tocsin("extract", "--batch", lines).out)["url"] is None
