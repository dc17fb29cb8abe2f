"""Pages of ours, mutated: each is an article that can be stored, or refused, and soon."""

import time
from pathlib import Path

import pytest

from bench.fuzz import SECONDS, attempt, case_of, forget_mutation, pages_in
from bench.fuzz_mutations import Case
from bench.peers import peak_memory
from scraper.extract import extract

PAGES = pages_in(Path(__file__).parent / "pages")


def is_sound(found) -> bool:
    """Memory is that of the process, which holds other tests as well; and machines may be slow."""
    return (found["wrong"] or " MB").endswith((" s of CPU", " MB"))


@pytest.mark.parametrize("start", range(0, 240, 20))
def test_whatever_happened_to_a_page_it_is_read_or_refused(start: int):
    for seed in range(start, start + 20):
        case = case_of(seed, PAGES)
        found = attempt(case)
        assert is_sound(found), (seed, case.steps, found)
        assert found["seconds"] < 2 * SECONDS, (seed, case.steps)


LINE = "<p>The minister said that the talks would go on, and that nobody hurried.</p>"


@pytest.mark.parametrize(
    "tag",
    [
        "<td src=a.jpg>",
        "<body class=a>",
        "<form action=b>",
        "</x a=b>",
        "<FRAME src='a'>",
    ],
)
def test_text_between_tags_that_are_ignored_is_not_copied_again_and_again(tag: str):
    html = f"<html><body><h1>Talks go on</h1>{LINE * 3}<p>{f'{tag}A harbour' * 17_000}".encode()
    case = Case(html, "https://outlet.example/a", {}, None, ())
    forget_mutation()
    before = peak_memory()
    found = attempt(case)
    assert found["outcome"] == "article"
    assert found["peak"] - before < 150_000_000


@pytest.mark.parametrize("escape", [r"\ud83d", r"\uDE00", r"\u0000", r"\ude00\ud83d"])
def test_linked_data_gives_only_text_that_can_be_stored(escape: str):
    things = (
        '{"@type": "NewsArticle", "headline": "Talks @ go on", "author": {"name": "Jane @ Doe"},'
        '"url": "https://outlet.example/@a", "keywords": ["a @ b"], "articleSection": "World @",'
        '"image": "https://outlet.example/@.jpg", "publisher": {"name": "The @ Outlet"},'
        '"articleBody": "Words @ without end"}'
    )
    data = things.replace("@ ", f"{escape} ").replace("/@", f"/{escape}")
    html = f"<script type='application/ld+json'>{data}</script><h1>Talks go on</h1>{LINE}"
    case = Case(html.encode(), "https://outlet.example/a", {}, None, ())
    assert is_sound(attempt(case))


def test_linked_data_may_escape_characters_and_backslashes():
    data = (
        r'{"@type": "NewsArticle", "headline": "Talks \ud83d\ude00 go on \\ud83d", "author": "A"}'
    )
    html = f"<script type='application/ld+json'>{data}</script>{LINE}"
    title = extract(html.encode(), "https://outlet.example/a").article.title
    assert title == "Talks \U0001f600 go on \\ud83d"


def test_digits_that_are_no_numbers_are_survived():
    html = (
        "<html><head><meta property='article:published_time' content='²³²³²³²³²³'></head>"
        "<h1>Talks go on</h1><p class='date'>9 ³ 2020</p><p>9/³/2020</p><p>2020年³月9日</p>"
        "<figure><img src='a.jpg' width='²' height='³'>"
        f"<img src=b.jpg width='{'9' * 5000}'></figure>{LINE * 4}"
    )
    found = extract(html.encode(), "https://outlet.example/²³/a").article
    assert "nobody hurried" in found.body


@pytest.mark.parametrize("unit", ["a ", "中", "word, "])
def test_ten_megabytes_without_a_tag_take_little_memory(unit: str):
    html = f"{LINE}<p>{unit * (10_000_000 // len(unit.encode()))}".encode()
    forget_mutation()
    before = peak_memory()
    found = attempt(Case(html, "", {}, None, ()))
    assert found["outcome"] == "article"
    assert found["peak"] - before < 230_000_000


def test_a_page_of_nothing_but_pictures_is_read():
    html = LINE.encode() + b"<img src=a.jpg class=photo>" * 200_000
    found = attempt(Case(html, "", {}, None, ()))
    assert found["outcome"] == "article"
    assert found["seconds"] < SECONDS


def test_a_page_without_a_body_has_what_its_head_declares():
    html = b"<html><head><title>Talks go on</title></head><frameset><frame src=a></frameset></html>"
    found = extract(html, "https://outlet.example/a").article
    assert (found.title, found.body) == ("Talks go on", "")


@pytest.mark.parametrize(
    "unit",
    [
        "<div></x>",
        "<section>a</article>",
        "<span><div></span>",
        "<div><table><td></div>",
    ],
)
def test_end_tags_that_close_nothing_hide_no_depth(unit: str):
    started = time.process_time()
    extract(f"{unit * 60_000}{LINE}".encode(), "https://outlet.example/a")
    assert time.process_time() - started < SECONDS


def test_dates_in_elements_that_hold_half_the_page_take_no_time():
    html = "<span class=date>" * 300 + "word " * 200_000 + LINE
    started = time.process_time()
    extract(html.encode(), "https://outlet.example/a")
    assert time.process_time() - started < SECONDS


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
    html = f"<html><h1>Talks go on</h1><p class='date'>{text}</p><article>{LINE * 5}</article>"
    assert extract(html.encode(), "https://outlet.example/a").article.published_at is None
    assert time.process_time() - started < SECONDS
