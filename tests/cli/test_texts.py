"""`tocsin match` and `tocsin cluster`."""

import io
import json
import subprocess
import sys
import time

import pytest

from tests.end_to_end.outlets import story


@pytest.fixture
def stdin(monkeypatch):
    def feed(raw: bytes):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))

    return feed


@pytest.mark.parametrize(
    ("query", "text", "code"),
    [
        ("rocket", "A Rocket rose.", 0),
        ("rocket", "Davy Crockett skyrocketed on a sprocket.", 1),
        ("Baghdad AND (rocket OR missile)", "A missile fell near Baghdad.", 0),
        ("Baghdad AND (rocket OR missile)", "A drone fell near Baghdad.", 1),
        ('"occupying forces"', 'its "occupying forces" left', 0),
        ("بغداد", "انفجار في بغداد", 0),
        ("Baghdad AND", "x", 2),
        ("(a", "x", 2),
    ],
)
def test_the_exit_code_says_whether_it_matches(tocsin, tmp_path, query, text, code):
    (tmp_path / "text").write_text(text, "utf-8")
    assert tocsin("match", query, "text").code == code


def test_text_comes_from_standard_input_too(tocsin, stdin):
    stdin(b"A rocket rose.")
    done = tocsin("match", "rocket", "-")
    assert done.code == 0
    assert "*rocket*" in done.out


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("Baghdad AND (rocket", 12),
        ("火箭 AND （ロケ", 9),
        ("กรุงเทพ ที่ (ee", 9),
        ("e\u0301te\u0301 (ee", 4),
        ("بَغْدَاد (ee", 6),
        ("\u200fبغداد\u200f (ee", 6),
        ("नई दिल्ली (ee", 9),
    ],
)
def test_a_wrong_query_is_pointed_at_below_the_very_character(tocsin, tmp_path, query, columns):
    (tmp_path / "text").write_text("x", "utf-8")
    done = tocsin("match", query, "text")
    assert done.code == 2
    shown, caret = done.err.splitlines()[1:3]
    assert shown == f"  {query}"
    assert caret == "  " + " " * columns + "^"
    assert "leave out the (" in done.err


def test_what_is_hardly_meant_is_told_and_still_matches(tocsin, tmp_path):
    (tmp_path / "text").write_text("A rocket rose.", "utf-8")
    done = tocsin("match", "rocket OR missile Baghdad", "text")
    assert done.code == 0
    assert done.err.splitlines()[0] == "warning: AND binds more tightly than OR"
    assert done.err.splitlines()[2].index("^") == len("  rocket OR missile ")
    told = tocsin("match", "rocket OR missile Baghdad", "text", "--json")
    assert told.err == ""
    assert told.json["match"] is True
    assert [warning["position"] for warning in told.json["warnings"]] == [18]
    assert told.json["passages"][0]["highlights"] == [[2, 8]]


def test_dates_that_are_past_are_told(tocsin, tmp_path):
    (tmp_path / "text").write_text("A rocket rose.", "utf-8")
    done = tocsin("match", "rocket published:2001", "text")
    assert done.code == 1
    assert "past" in done.err


def test_the_text_has_a_headline_a_language_and_a_source_if_they_are_given(tocsin, tmp_path):
    (tmp_path / "text").write_text("Nothing.", "utf-8")
    query = 'title:rocket AND lang:en AND source:"The Wire"'
    given = ("--title", "Rocket over Basra", "--lang", "en", "--source", "The Wire")
    assert tocsin("match", query, "text", *given).code == 0
    assert tocsin("match", query, "text").code == 1


def test_a_set_is_read_from_a_file(tocsin, tmp_path):
    (tmp_path / "text").write_text("Muqtada al-Sadr spoke to the UN.", "utf-8")
    (tmp_path / "names").write_text("# officials\nMuqtada al-Sadr\n\ncase:UN\n", "utf-8")
    done = tocsin("match", "set:officials", "text", "--set", "officials=names")
    assert done.code == 0
    assert "*Muqtada al-Sadr*" in done.out
    assert "*UN*" in done.out
    assert tocsin("match", "set:others", "text", "--set", "officials=names").code == 2


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("officials", "NAME=FILE"),
        ("=names", "NAME=FILE"),
        ("officials=nowhere", "nowhere"),
        ("officials=wrong", "Entry 2"),
    ],
)
def test_a_set_that_cannot_be_read_is_named(tocsin, tmp_path, option, told):
    (tmp_path / "text").write_text("x", "utf-8")
    (tmp_path / "wrong").write_text("aa\nbb OR cc\n", "utf-8")
    done = tocsin("match", "set:officials", "text", "--set", option)
    assert done.code == 2
    assert told in done.err


@pytest.mark.usefixtures("no_database")
def test_sets_of_the_settings_and_of_the_database_are_known(tocsin, tmp_path):
    (tmp_path / "text").write_text("One rocket, one missile.", "utf-8")
    (tmp_path / "tocsin.toml").write_text(
        '[[set]]\nname = "weapons"\nterms = ["missile"]\n', "utf-8"
    )
    assert tocsin("match", "set:weapons", "text").code == 0
    assert not (tmp_path / "tocsin.db").exists()
    assert tocsin("match", "set:weapon", "text").code == 2
    assert tocsin("set", "add", "flying", "rocket").code == 0
    both = tocsin("match", "set:flying AND set:weapons", "text")
    assert both.code == 0
    (tmp_path / "own").write_text("drone", "utf-8")
    assert tocsin("match", "set:flying", "text", "--set", "flying=own").code == 1


def test_a_database_that_cannot_be_opened_does_not_keep_from_matching(tocsin, tmp_path):
    (tmp_path / "text").write_text("One rocket.", "utf-8")
    (tmp_path / "tocsin.db").write_text("no database")
    (tmp_path / "tocsin.toml").write_text('[[set]]\nname = "w"\nterms = ["rocket"]\n', "utf-8")
    done = tocsin("match", "set:w", "text")
    assert done.code == 0
    assert "left out" in done.err


def test_explain_shows_what_was_found_of_the_query(tocsin, tmp_path):
    (tmp_path / "text").write_text("A missile fell near Baghdad.", "utf-8")
    done = tocsin("match", "Baghdad AND (rocket OR missile)", "text", "--explain")
    assert done.code == 0
    assert all(word in done.out for word in ("Baghdad", "rocket", "missile"))


def test_a_file_that_is_not_there_is_named(tocsin):
    done = tocsin("match", "rocket", "nowhere.txt")
    assert done.code == 2
    assert "nowhere.txt" in done.err


def test_a_batch_prints_the_ids_that_match(tocsin, tmp_path):
    lines = [
        {"id": "a", "title": "Rocket over Basra", "text": "", "lang": "en"},
        {"id": 2, "title": "Nothing", "text": "sprocket"},
        {"id": "c", "title": None, "text": "one rocket", "source": "s"},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    done = tocsin("match", "rocket", "--batch", "in.jsonl")
    assert (done.code, done.out.split()) == (0, ["a", "c"])


def test_a_bad_line_of_a_batch_is_named_and_the_rest_is_read(tocsin, tmp_path):
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "rocket"}\n{broken\n[]\n{"text": "x"}\n')
    done = tocsin("match", "rocket", "--batch", "in.jsonl")
    assert done.code == 1
    assert done.out.split() == ["1"]
    assert all(f"in.jsonl:{number}: " in done.err for number in (2, 3, 4))


def test_a_source_can_be_asked_for_in_a_batch(tocsin, tmp_path):
    lines = [{"id": 1, "text": "rocket", "source": "A"}, {"id": 2, "text": "rocket", "source": "B"}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert tocsin("match", "rocket AND source:A", "--batch", "in.jsonl").out.split() == ["1"]


@pytest.mark.parametrize(
    "query",
    [
        "standfirst:quiet",
        'author:"Aa Bb"',
        "author:Cc",
        "section:world",
        "tag:rockets",
        "kind:opinion",
        "url:world",
        "site:news.example",
        "published:2026-11-22",
        "caption:crater",
        "lang:en",
    ],
)
def test_the_lines_of_a_batch_may_have_all_fields_of_an_article(tocsin, tmp_path, query):
    line = {
        "id": "whole",
        "title": "Rocket over Basra",
        "text": "",
        "standfirst": "A quiet night ends",
        "authors": ["Aa Bb", "Cc", None, 5],
        "section": "World",
        "tags": ["rockets"],
        "kind": "opinion",
        "url": "https://www.news.example/world/1",
        "published_at": "2026-11-22T23:00:00-00:30",
        "caption": "A crater",
        "lang": "en",
    }
    bare = {"id": "bare", "authors": 5, "tags": {}, "published_at": None}
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, [line, bare])), "utf-8")
    done = tocsin("match", query, "--batch", "in.jsonl")
    assert (done.code, done.out.split()) == (0, ["whole"])


def test_a_time_that_is_none_makes_a_line_bad(tocsin, tmp_path):
    lines = [{"id": 1, "text": "rocket", "published_at": "noon"}, {"id": 2, "text": "rocket"}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    done = tocsin("match", "rocket", "--batch", "in.jsonl")
    assert (done.code, done.out.split()) == (1, ["2"])
    assert "in.jsonl:1: published_at is no time" in done.err


def test_a_batch_tells_passages_as_json(tocsin, tmp_path):
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "One rocket."}\n{"id": 2}\n')
    done = tocsin("match", "rocket", "--batch", "in.jsonl", "--json")
    (line,) = map(json.loads, done.out.splitlines())
    assert line["id"] == 1
    assert line["passages"][0]["text"] == "One rocket."


def test_matching_needs_neither_settings_nor_a_database():
    said = "import sys, scraper.cli.texts; print({'pydantic', 'sqlalchemy'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout.strip() == "set()"


def test_a_large_text_is_matched_within_seconds(tocsin, tmp_path):
    (tmp_path / "text").write_text("One missile fell near the airport. " * 30_000 + "A rocket.")
    started = time.process_time()
    assert tocsin("match", 'rocket AND "missile fell"~3 AND m?ss*', "text").code == 0
    assert time.process_time() - started < 10


def test_copies_are_clustered(tocsin, tmp_path):
    texts = [story(1), story(2), [*story(1), "The editors thank their readers."]]
    lines = [
        {"id": name, "title": f"Headline {name}", "text": "\n\n".join(text), "lang": "en"}
        for name, text in zip("abc", texts, strict=True)
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    done = tocsin("cluster", "in.jsonl")
    a, b, c = (json.loads(line) for line in done.out.splitlines())
    assert done.code == 0
    assert [line["id"] for line in (a, b, c)] == ["a", "b", "c"]
    assert (a["copy_of"], b["copy_of"], c["copy_of"]) == (None, None, "a")
    assert a["story"] == c["story"] != b["story"]
