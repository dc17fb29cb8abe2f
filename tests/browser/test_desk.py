"""What is watched and visited, in a real browser: the editor while one types, and every page."""

import pytest

from scraper.clock import SystemClock
from storage.records import ChannelSpec, Passage, SourceSpec, WatchSpec
from tests.browser.conftest import WIDTHS, grave, overflows
from tests.storage.making import add_article

HOSTILE = '"><script>alert(1)</script>'
PATHS = (
    "/watches",
    "/watches/1",
    "/watches/1/edit",
    "/watches/new",
    "/sources",
    "/sources/1",
    "/sources/new",
    "/alerts",
    "/alerts?state=failed",
    "/channels",
    "/channels/1",
    "/charts",
    "/account",
    "/accounts",
    "/log",
)


@pytest.fixture
def filled(desk):
    now = SystemClock().now()
    with desk.database.begin() as unit:
        source = unit.sources.add(SourceSpec(name="واع", url="https://s.example/rss"), now=now)
        unit.channels.add(ChannelSpec(name="desk", type="email", options={}), now=now)
        spec = WatchSpec(name="بغداد", query=f"Baghdad OR {'x' * 90}", channels=("desk",))
        watch = unit.watches.add(spec, now=now)
        article = add_article(
            unit, title=HOSTILE, body="A rocket hit Baghdad.", source_id=source.id, now=now
        )
        passage = Passage(field="title", text=HOSTILE, highlights=((0, 4),))
        unit.outbox.match(watch.id, article.id, [passage], now)
        unit.outbox.ring(
            watch_id=watch.id,
            article_id=article.id,
            story_id=article.story_id,
            passages=[passage],
            once_key="once",
            channels=["desk"],
            now=now,
        )
    return desk


def test_what_is_wrong_with_a_query_is_said_while_one_types(filled):
    page = filled.open("/watches/new")
    page.get_by_label("Query").press_sequentially("Baghdad AND (rocket")
    wrong = page.locator("#reading .wrong")
    wrong.wait_for()
    assert "Baghdad AND (rocket\n            ^" in wrong.inner_text()
    page.get_by_label("Query").press_sequentially(")")
    wrong.wait_for(state="detached")
    page.locator("#trial .sum").wait_for()
    assert "1 alert in 30 days" in page.locator("#trial .sum").inner_text()
    page.get_by_label("Name", exact=True).fill("mine")
    page.get_by_role("button", name="Add the watch").click()
    page.wait_for_url("**/watches/2?done=added")
    assert page.get_by_role("heading", name="mine").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_can_be_read_by_everybody(filled, width, scheme):
    page = filled.open("/", width=width, scheme=scheme)
    for path in PATHS:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert not overflows(page), path
        assert grave(page) == [], path
