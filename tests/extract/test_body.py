"""The edges of the text: what stands before its first paragraph, between them, after the last."""

import pytest

from scraper.extract import extract

LINES = [
    "The council met until midnight and put off the vote on the bridge until the autumn.",
    "Engineers want another summer of measurements, which the treasurer has no money for.",
    "Nobody spoke against the bridge itself, and its friends left the hall in good cheer.",
    "The next meeting is in June, and the public may come to it for the first time.",
]


def body(*paragraphs: str) -> list[str]:
    inside = "".join(f"<p>{each}</p>" for each in paragraphs)
    html = (
        "<html><head><title>Council puts off the vote on the bridge</title></head>"
        f"<body><div class='story'>{inside}</div></body></html>"
    )
    found = extract(html.encode(), "https://www.gulflantern.example/news/bridge")
    return found.article.body.split("\n\n")


@pytest.mark.parametrize(
    "closing",
    [
        "Follow us on FacebookTwitter and Instagram to stay connected",
        "Print this page | Write to us",
        "Share this article with those who were not there",
        "Sign up to our weekly newsletter for more of this",
        "تابعونا على فيسبوك وتويتر",
    ],
)
def test_a_closing_line_is_no_text_even_without_a_link(closing: str):
    assert body(*LINES, closing) == LINES


def test_words_of_closing_lines_may_stand_in_the_text():
    line = "Follow us on the bridge, the banner said, and a thousand people did so on Sunday."
    assert body(LINES[0], line, *LINES[1:]) == [LINES[0], line, *LINES[1:]]


@pytest.mark.parametrize(
    "opening",
    [
        "Council puts off the vote on the bridge",
        "Council puts off the vote on the bridge<br>Tuesday 9 June 2020",
        "2 min read",
        "Lesezeit: 3 Minuten",
        "Tiempo de lectura: 4 min.",
    ],
)
def test_an_opening_line_is_no_text(opening: str):
    assert body(opening, *LINES) == LINES


def test_a_sentence_that_begins_like_the_headline_is_text():
    line = "Council puts off the vote on the bridge, and its members go home."
    assert body(line, *LINES) == [line, *LINES]


def test_a_run_of_links_is_no_text():
    run = "More: " + "<br>".join(
        f'<a href="/n/{number}">A headline of another day, number {number}</a>'
        for number in range(4)
    )
    assert body(*LINES[:2], run, *LINES[2:]) == LINES


def test_sources_and_linked_sentences_are_text():
    sources = (
        '<a href="https://a.example/1">https://a.example/1</a> '
        '<a href="https://a.example/2">https://a.example/2</a>'
    )
    linked = '<a href="/1">The minutes of the meeting</a> <a href="/2">tell of it in full.</a>'
    found = body(*LINES[:2], linked, *LINES[2:3], sources, LINES[3])
    assert "The minutes of the meeting tell of it in full." in found
    assert "https://a.example/1 https://a.example/2" in found
