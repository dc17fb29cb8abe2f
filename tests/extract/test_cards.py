"""Cards that lead to other pages are no text of a short article beside them."""

import pytest

from scraper.extract import extract

LINE = "The lights are back on in the old town after a digger had cut a cable in Rope Lane."
TEASERS = (
    ("Ferry timetable changes in May", "From May the ferry leaves half an hour earlier, it said."),
    (
        "A bakery closes",
        "After ninety years the oven is cold, and the keys go to the city, it said.",
    ),
    ("Swans return to the moat", "For the first time since it was drained two pairs nest there."),
    (
        "Harbour master retires",
        "She brought in eleven thousand ships, and lost none of them, ever.",
    ),
)


def page(card: str, article: str = "article", *, inside: bool = False) -> str:
    cards = "".join(card.format(title=title, text=text * 2) for title, text in TEASERS)
    within, beside = (cards, "") if inside else ("", f"<div class=side>{cards}</div>")
    return (
        f"<title>Power cut ends</title><div class=cols><{article}><h1>Power cut ends</h1>"
        f"<p>{LINE}</p><p>{LINE[:50]}.</p>{within}</{article}>{beside}</div>"
    )


def body(html: str) -> str:
    return extract(html.encode(), "https://news.example/a").article.body


@pytest.mark.parametrize("article", ["article", "div"])
@pytest.mark.parametrize(
    "card",
    [
        "<div class=item><h3><a href=/a>{title}</a></h3><p>{text}</p></div>",
        "<li><h4><a href=/a>{title}</a></h4><time>2 May</time><p>{text}</p></li>",
    ],
)
def test_cards_beside_a_short_article_are_left_out(card: str, article: str):
    found = body(page(card, article))
    assert LINE in found
    assert all(text not in found for _, text in TEASERS)


def test_sections_of_the_article_itself_stay():
    card = "<div class=item><h3><a href=/a>{title}</a></h3><p>{text}</p></div>"
    found = body(page(card, inside=True))
    assert all(text in found for _, text in TEASERS)


def test_a_series_of_two_is_none():
    html = page("<div class=item><h3><a href=/a>{title}</a></h3><p>{text}</p></div>")
    two = html[: html.index("<div class=item><h3><a href=/a>Swans")] + "</div></div>"
    assert LINE in body(two)
