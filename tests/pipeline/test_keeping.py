"""Which pages are kept: those that an article's stored text can be read from again."""

import os

import pytest

from scraper.pipeline.packing import LARGEST
from storage.database import Database
from tests.end_to_end.outlets import story
from tests.pipeline.kept import URL, Desk
from tests.pipeline.room import NOW
from tests.servers import article_html

pytestmark = pytest.mark.anyio


@pytest.fixture
def desk(sqlite_address):
    with Database.open(sqlite_address) as database:
        yield Desk(database)


def html(number: int, *, around: str = "", title: str = "Rocket rises") -> bytes:
    page = article_html(title, story(number), NOW)
    return page.replace(b"</body>", f"<!-- {around} --></body>".encode())


async def test_a_new_article_keeps_its_page_and_the_entry_that_led_to_it(desk):
    assert await desk.look(html(1)) == "new"
    assert desk.kept() == [html(1)]
    with desk.database.read() as unit:
        page = unit.pages.latest(1)
        assert page is not None
        assert unit.entries.get(page.entry_id).url == URL
        assert page.page.fetched_at == NOW


async def test_what_changed_around_the_text_takes_the_place_of_the_last(desk):
    await desk.look(html(1, around="one"))
    assert await desk.look(html(1, around="two")) == "unchanged"
    assert desk.kept() == [html(1, around="two")]


async def test_another_text_is_kept_beside_the_first(desk):
    await desk.look(html(1))
    assert await desk.look(html(2)) == "revision"
    assert desk.kept() == [html(1), html(2)]


async def test_a_page_without_text_does_not_take_the_place_of_one_with_it(desk):
    await desk.look(html(1))
    wall = b"<html><head><title>Before you go on</title></head><body><h1>Rocket rises</h1></body>"
    assert await desk.look(wall) == "unchanged"
    assert desk.kept() == [html(1)]


async def test_none_is_kept_where_none_is_to_be(desk):
    desk.read_on(keep=False)
    assert await desk.look(html(1)) == "new"
    assert desk.kept() == []


async def test_the_page_of_an_earlier_text_is_no_page_of_the_present_one(desk):
    """Read again, it would bring the earlier text back."""
    await desk.look(html(1))
    large = html(2).replace(b"</body>", b"<!--" + os.urandom(LARGEST).hex().encode() * 2 + b"-->")
    assert await desk.look(large) == "revision"
    assert desk.kept() == []
    desk.read_on(keep=False)
    assert await desk.look(large) == "unchanged"


async def test_a_page_is_kept_once_though_it_is_looked_at_again(desk):
    for _ in range(3):
        await desk.look(html(1))
    assert desk.kept() == [html(1)]
