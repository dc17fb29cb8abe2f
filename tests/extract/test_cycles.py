"""Reading a page leaves nothing to the garbage collector: its memory is free at once."""

import gc
from pathlib import Path

import pytest

from scraper.extract import extract

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_cycle_is_left(page):
    html = page.read_bytes()
    extract(html, "https://news.example/a")  # fills the caches
    gc.collect()
    gc.disable()
    try:
        extract(html, "https://news.example/a")
        assert gc.collect() == 0
    finally:
        gc.enable()
