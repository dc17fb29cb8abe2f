"""Sources are called what they call themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.actions.checked import checked_section
from scraper.pipeline.naming import source_name, unique
from scraper.settings.model import Source


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (("Harbour Gazette",), "Harbour Gazette"),
        (("Harbour Gazette - RSS Feed",), "Harbour Gazette"),
        (("Harbour Gazette » Feed",), "Harbour Gazette"),
        (("Harbour Gazette (RSS 2.0)",), "Harbour Gazette"),
        (("World | Harbour Gazette",), "World | Harbour Gazette"),
        (("RSS", "Harbour Gazette"), "Harbour Gazette"),
        (("Latest News", None), "news.example"),
        ((None, "\x1b[31m \u202e"), "[31m"),
        (("Feed the World",), "Feed the World"),
        ((f"Harbour Gazette | {'All the news of the coast, ' * 5}",), "Harbour Gazette"),
        ((), "news.example"),
    ],
)
def test_a_title_is_cleaned(titles, expected):
    assert source_name(titles, "https://www.news.example/rss", ()) == expected


def test_names_are_unlike_those_that_are_taken():
    assert unique("A", {"A", "A 2"}) == "A 3"
    assert len(unique("A" * 300, {"A" * 200})) == 200


@given(st.lists(st.none() | st.text(max_size=300), max_size=3), st.sets(st.text(max_size=3)))
def test_a_name_is_always_one_that_the_settings_take(titles, taken):
    name = source_name(titles, "https://a.example/", taken)
    assert name not in taken
    assert checked_section(Source, {"name": name, "url": "https://a.example/"}).name == name
