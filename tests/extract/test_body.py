"""The edges of the text: what stands before its first paragraph, between them, after the last."""

import pytest

from scraper.extract import extract

LONG = "The quay stays closed until noon, since the crane that fell there has not been cleared away"

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


STANDFIRST = "Engineers ask for another summer, and the treasurer says that there is no money."
HEADLINE = "Council puts off the vote on the bridge"


def page(markup: str, head: str = ""):
    html = (
        f"<html><head><title>{HEADLINE}</title>{head}</head><body>"
        f"<h1>{HEADLINE}</h1>{markup}{''.join(f'<p>{line}</p>' for line in LINES)}</body></html>"
    )
    return extract(html.encode(), "https://www.gulflantern.example/news/bridge").article


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{STANDFIRST}</p><p>2 min read</p><p>09 June, 2020</p>",
        f"<h2>{STANDFIRST}</h2><time datetime='2020-06-09'></time>",
        f"<h2>{STANDFIRST}</h2><div class='c-2'><div>09 June, 2020</div><div>Share</div></div>",
        f"<div class='standfirst'><p>{STANDFIRST}</p></div><p>9 June 2020</p>",
    ],
)
def test_what_the_date_parts_from_the_text_is_its_standfirst(markup: str):
    found = page(markup)
    assert found.standfirst == STANDFIRST
    assert found.body.split("\n\n") == LINES
    assert found.published_at is not None
    assert found.published_at.date().isoformat() == "2020-06-09"


def test_a_first_paragraph_below_the_date_is_text():
    found = page(f"<p>09 June, 2020</p><p>{STANDFIRST}</p>")
    assert found.standfirst is None
    assert found.body.split("\n\n") == [STANDFIRST, *LINES]


def test_a_first_paragraph_without_a_date_below_is_text():
    assert page(f"<p>{STANDFIRST}</p>").body.split("\n\n") == [STANDFIRST, *LINES]


def test_no_text_is_lost_where_it_is_too_long_for_a_standfirst():
    long = " ".join([STANDFIRST] * 10)
    found = page(f"<div class='standfirst'>{long}</div><p>9 June 2020</p>")
    assert long in found.body


@pytest.mark.parametrize(
    "markup",
    [
        "<p><img src='/hall.jpg'><br><em>{}</em></p>",
        "<div class='c-7'><div><img src='/hall.jpg'></div><div class='c-8'>{}</div></div>",
    ],
)
def test_the_words_in_a_box_with_the_picture_are_its_caption(markup: str):
    caption = "The council in its hall before the vote [Gulf Lantern]"
    found = page(markup.format(caption))
    assert found.image_caption == caption
    assert found.body.split("\n\n") == LINES


def test_a_paragraph_in_a_box_with_a_picture_is_text():
    found = page(f"<p><img src='/hall.jpg'>{STANDFIRST}</p>")
    assert found.body.split("\n\n") == [STANDFIRST, *LINES]


def test_a_byline_with_its_date_parts_a_standfirst_from_the_text():
    found = page(
        f"<div class='c-1'>{STANDFIRST}</div>"
        "<div class='c-2'>By the Harbour Desk · 9 June 2020 · 2 min read</div>"
    )
    assert found.standfirst == STANDFIRST
    assert found.body.split("\n\n") == LINES


def test_a_text_that_stands_on_the_page_twice_is_taken_once():
    twice = "".join(f"<p>{line}</p>" for line in LINES)
    html = (
        f"<html><head><title>{HEADLINE}</title></head><body><div class='story'>"
        f"<div class='wide'>{twice}</div><div class='narrow'>{twice}</div></div></body></html>"
    )
    found = extract(html.encode(), "https://www.gulflantern.example/news/bridge")
    assert found.article.body.split("\n\n") == LINES


def test_words_that_are_only_read_aloud_are_no_text():
    hidden = '<span style="clip:rect(0 0 0 0);position:absolute">, opens new tab</span>'
    found = body(LINES[0] + f'<a href="/minutes"> Its minutes{hidden}</a> are public.', *LINES[1:])
    assert found[0].endswith("Its minutes are public.")


def test_class_names_of_components_are_no_consent():
    inside = "".join(f"<div class='cmp-text'><p>{line}</p></div>" for line in LINES)
    html = f"<html><body><div class='cmp-container'>{inside}</div></body></html>"
    found = extract(html.encode(), "https://www.gulflantern.example/news/bridge")
    assert found.article.body.split("\n\n") == LINES


@pytest.mark.parametrize(
    "byline",
    [
        "<p class=byline>By Jane Roe</p>",
        "<p>By Jane Roe, Reuters</p>",
        "<p>Von Jana Roth und Jan Sommer</p>",
    ],
)
def test_a_byline_above_the_text_is_none_of_it(byline: str):
    paragraphs = "".join(f"<p>{LONG} {number}.</p>" for number in range(4))
    html = (
        f"<title>Quay stays closed</title><article><h1>Quay stays closed</h1>{byline}{paragraphs}"
    )
    assert extract(html.encode(), "https://news.example/a").article.body.startswith(LONG)


def test_a_first_sentence_that_begins_like_a_byline_is_text():
    first = "<p>By Monday the quay will be open again, Jane Roe of the harbour office said.</p>"
    html = f"<title>Quay</title><article><h1>Quay</h1>{first}<p>{LONG}.</p><p>{LONG}!</p>"
    assert extract(html.encode(), "https://news.example/a").article.body.startswith("By Monday")
