"""`tocsin match` and `tocsin cluster`."""

import io
import json
import sys

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


def test_a_wrong_query_is_pointed_at_with_a_remedy(tocsin, tmp_path):
    (tmp_path / "text").write_text("x", "utf-8")
    done = tocsin("match", "Baghdad AND (rocket", "text")
    assert done.code == 2
    assert "Baghdad AND (rocket" in done.err
    assert "^" in done.err


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
