"""Pages of ours, mutated: each is an article that can be stored, or refused, and soon."""

import time
from pathlib import Path

import pytest

from bench.fuzz import SECONDS, attempt, case_of, pages_in
from scraper.extract import extract

PAGES = pages_in(Path(__file__).parent / "pages")


@pytest.mark.parametrize("start", range(0, 240, 20))
def test_whatever_happened_to_a_page_it_is_read_or_refused(start: int):
    for seed in range(start, start + 20):
        case = case_of(seed, PAGES)
        found = attempt(case)
        # Memory is that of the process, which holds the tests as well; and machines may be slow.
        costly = (found["wrong"] or "").endswith((" s of CPU", " MB"))
        assert costly or found["wrong"] is None, (seed, case.steps, found)
        assert found["seconds"] < 2 * SECONDS, (seed, case.steps)


@pytest.mark.parametrize(
    "text",
    [
        "9 " + "ก" * 60 + "!",
        "9 " + "कि" * 60 + "!",
        "Published 9 " + "க்" * 60,
    ],
)
def test_a_date_may_be_followed_by_a_long_word_of_any_script(text: str):
    started = time.process_time()
    line = "<p>The minister said that the talks would go on, and that nobody hurried.</p>"
    html = f"<html><h1>Talks go on</h1><p class='date'>{text}</p><article>{line * 5}</article>"
    assert extract(html.encode(), "https://outlet.example/a").article.published_at is None
    assert time.process_time() - started < SECONDS
