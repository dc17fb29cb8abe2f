"""What rings comes by itself, and moves nothing while one reads; pages are fit for everybody."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from storage.records import Article
from tests.browser.conftest import WIDTHS, grave, overflows
from tests.storage.making import PASSAGE, add_article, add_source, add_watch, signature

HEADLINES = {
    "en": 'Rockets hit "><img src=x onerror=alert(1)> airport',
    "ar": "سقوط ثلاثة صواريخ قرب مطار بغداد الدولي",
}


def ring(desk, key, title, *, language="en"):
    """An article comes, and rings."""
    now = datetime.now(UTC)
    with desk.database.begin() as unit:
        source = unit.sources.get("wire") or add_source(unit)
        watch = unit.watches.get("Baghdad") or add_watch(unit)
        stored = add_article(
            unit,
            key,
            title=title,
            body=f"{PASSAGE.text}\n\nMore soon.",
            language=language,
            source_id=source.id,
            signed=signature(exact=key),
            now=now,
        )
        unit.outbox.match(watch.id, stored.id, [PASSAGE], now)
        unit.outbox.ring(
            watch_id=watch.id,
            article_id=stored.id,
            story_id=stored.story_id,
            passages=[PASSAGE],
            once_key=key,
            now=now,
        )
        return stored


def edit(desk, stored):
    article = Article(url=stored.article.url, title="Another headline", body="Another text.")
    with desk.database.begin() as unit:
        unit.articles.revise(
            stored.id, article, signature=signature(exact="edited"), now=datetime.now(UTC)
        )


def test_what_rings_appears_by_itself_and_is_said(desk):
    page = desk.open("/")
    expect(page.locator("#state")).to_have_text("Live")
    expect(page.get_by_text("No alert has rung yet.")).to_be_visible()
    page.mouse.move(5, 5)
    ring(desk, "a", HEADLINES["en"])
    card = page.locator("#rings article")
    expect(card).to_have_count(1)
    expect(card.locator("h3")).to_have_text(HEADLINES["en"])
    expect(page.locator("#announced")).to_contain_text("Rockets hit")
    expect(page.get_by_text("No alert has rung yet.")).to_have_count(0)
    ring(desk, "b", HEADLINES["ar"], language="ar")
    expect(card).to_have_count(2)
    expect(card.first.locator("h3")).to_have_attribute("dir", "rtl")


def test_nothing_moves_while_one_reads(desk):
    ring(desk, "a", "The first")
    page = desk.open("/")
    expect(page.locator("#state")).to_have_text("Live")
    page.locator("#rings article h3").hover()
    before = page.locator("#rings article").bounding_box()
    ring(desk, "b", "The second")
    button = page.get_by_role("button", name="1 story rang: show it")
    expect(button).to_be_visible()
    expect(page).to_have_title("(1) Tocsin")
    expect(page.locator("#rings article")).to_have_count(1)
    expect(page.locator("#announced")).to_contain_text("The second")
    assert page.locator("#rings article").bounding_box()["x"] == before["x"]
    button.click()
    expect(page.locator("#rings article h3").first).to_have_text("The second")
    expect(page.locator("#rings-heading")).to_be_focused()
    expect(page).to_have_title("Tocsin")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_and_have_nothing_grave_against_them(desk, width, scheme):
    stored = ring(desk, "a", HEADLINES["en"])
    ring(desk, "b", HEADLINES["ar"], language="ar")
    edit(desk, stored)
    for path in (
        "/",
        "/stories",
        f"/stories/{stored.story_id}",
        "/articles",
        "/articles?q=Baghdad+AND+(",
        f"/articles/{stored.id}",
        f"/articles/{stored.id}/changes",
        f"/articles/{stored.id}/why",
    ):
        page = desk.open(path, width=width, scheme=scheme)
        assert (path, grave(page)) == (path, [])
        assert not overflows(page), path
