"""The mutations of pages, and what is told of them."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from bench import fuzz
from bench.fuzz_mutations import (
    MOST_BYTES,
    MUTATIONS,
    declared,
    inflate,
    mutated,
    references,
)
from scraper.errors import ExtractError

ENGLISH = """<html><head><meta charset=utf-8><title>Talks go on</title></head>
<body class="page" id="top"><h1 class="head">Talks go on</h1><p class="date">2020-06-09</p>
<p class="text">The minister said so. <a href="/more">More</a></p></body>"""
ARABIC = "<html lang=ar><body><h1>خبر</h1><p>قال الوزير ذلك</p></body></html>"
PAGES = [ENGLISH.encode(), ARABIC.encode()]


def page(number: int) -> bytes:
    return PAGES[number]


def test_a_seed_is_always_the_same_page():
    assert [mutated(seed, 2, page) for seed in range(30)] == [
        mutated(seed, 2, page) for seed in range(30)
    ]


def test_seeds_are_different_pages():
    assert len({mutated(seed, 2, page).html for seed in range(50)}) > 40


@pytest.mark.parametrize(
    "mutation", [each for each, _ in MUTATIONS], ids=lambda each: each.__name__
)
def test_every_mutation_takes_any_page_and_changes_most(mutation):
    changed = 0
    for seed in range(20):
        rng = random.Random(seed)
        made = mutation(rng, PAGES[0], PAGES[1])
        changed += made != PAGES[0]
        assert isinstance(mutation(rng, b"", b""), bytes)
    assert changed > 0


def test_references_may_be_anything_and_names_have_lines():
    numbers = [references(random.Random(seed))["author"]["@id"] for seed in range(100)]
    assert {list, dict} <= set(map(type, numbers))
    assert any(b'="a\npaywall"' in declared(random.Random(seed), b"", b"") for seed in range(900))


def test_a_page_that_is_made_big_is_as_big_as_pages_may_be():
    assert len(inflate(random.Random(1), *PAGES)) == MOST_BYTES


def test_a_replay_is_of_the_page_that_was_found(tmp_path: Path):
    for number, html in enumerate(PAGES):
        (tmp_path / f"{number}.html").write_bytes(html)
    kept = tmp_path / "kept"
    command = ["-m", "bench.fuzz", "--data", str(tmp_path), "--replay", "3", "--keep", str(kept)]
    # In a process of its own, as it is for users: its memory is judged.
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, *command], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "seed 3" in done.stdout
    assert kept.read_bytes() == fuzz.case_of(3, fuzz.pages_in(tmp_path)).html


def case(html: bytes = PAGES[0]):
    return fuzz.Case(html, "https://outlet.example/a", {}, None, ())


def test_what_is_wrong_is_told(monkeypatch):
    def fail(*_args, **_named):
        raise IndexError("no such block")

    monkeypatch.setattr(fuzz, "extract", fail)
    assert fuzz.attempt(case())["wrong"] == "IndexError: no such block"


def test_a_page_that_holds_nothing_is_no_finding(monkeypatch):
    def refuse(*_args, **_named):
        raise ExtractError("The page holds no text at all.", permanent=True)

    monkeypatch.setattr(fuzz, "extract", refuse)
    monkeypatch.setattr(fuzz, "peak_memory", lambda: 1)  # this process holds other tests, too
    found = fuzz.attempt(case())
    assert (found["outcome"], found["wrong"]) == ("refused", None)


def test_what_costs_too_much_is_told(monkeypatch):
    monkeypatch.setattr(fuzz, "SECONDS", -1.0)
    assert "s of CPU" in fuzz.attempt(case())["wrong"]
    monkeypatch.setattr(fuzz, "SECONDS", 60.0)
    monkeypatch.setattr(fuzz, "MEMORY", 1)
    assert "MB" in fuzz.attempt(case())["wrong"]


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_text_that_no_database_takes_is_told(text: str):
    assert fuzz.unstorable(text)


def test_a_process_that_crashes_is_a_finding_and_the_run_goes_on(tmp_path: Path):
    (tmp_path / "0.html").write_bytes(PAGES[0])
    run = fuzz.Run(iter(range(3)), 3, tmp_path / "out", fuzz.pages_in(tmp_path))
    crashing = "import os, sys; print('{}', flush=True); sys.stdin.readline(); os._exit(3)"
    fuzz.drive(run, [fuzz.sys.executable, "-c", crashing])
    assert (run.done, run.findings) == (3, 3)
    assert sorted(path.name for path in (tmp_path / "out").glob("*.json")) == [
        "0.json",
        "1.json",
        "2.json",
    ]


def test_a_run_counts_what_it_did(tmp_path: Path):
    (tmp_path / "0.html").write_bytes(PAGES[0])
    pages = fuzz.pages_in(tmp_path)
    run = fuzz.Run(iter(range(4)), 4, tmp_path / "out", pages)
    fuzz.drive(run, [fuzz.sys.executable, "-m", "bench.fuzz", "--worker", "--data", str(tmp_path)])
    assert (run.done, run.findings) == (4, 0)
    assert fuzz.summary(run).startswith("4 pages")
    assert not (tmp_path / "out").exists()
