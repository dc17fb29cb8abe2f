"""A page is kept smaller than it came, and comes back as it came."""

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import ExtractError
from scraper.pipeline.packing import LARGEST, LONGEST_HEADER, pack, unpack
from storage.records import PackedPage, Page
from tests.end_to_end.outlets import story
from tests.servers import article_html

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def page(body: bytes, **headers: str) -> Page:
    return Page(
        url="https://news.example/after",
        requested_url="https://news.example/before",
        status=200,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=body,
        fetched_at=NOW,
    )


def packed(body: bytes, **headers: str) -> PackedPage:
    found = pack(page(body, **headers))
    assert found is not None
    return found


@given(st.binary(max_size=2_000))
def test_whatever_came_comes_back(body: bytes):
    kept = packed(body)
    assert kept.size == len(body)
    assert unpack(kept) == body


def test_what_tells_how_to_read_a_page_is_kept_with_it():
    kept = packed(
        b"<p>x",
        content_type="text/html; charset=koi8-r",
        set_cookie="session=secret",
        link="<" + "x" * 5_000 + ">; rel=canonical",
    )
    assert (kept.url, kept.fetched_at) == ("https://news.example/after", NOW)
    assert kept.headers["content-type"] == "text/html; charset=koi8-r"
    assert set(kept.headers) == {"content-type", "link"}
    assert len(kept.headers["link"]) == LONGEST_HEADER


def test_a_page_takes_less_room_than_it_came_with():
    body = article_html("Rocket rises", story(1) * 40, NOW)
    assert len(packed(body).content) < len(body) / 4


def test_a_page_that_stays_too_large_is_not_kept():
    assert pack(page(os.urandom(LARGEST + 1))) is None
    assert pack(page(b"a long page " * LARGEST)) is not None


def test_the_same_bytes_have_the_same_digest_and_others_another():
    assert packed(b"one").digest == packed(b"one").digest != packed(b"two").digest


@pytest.mark.parametrize(
    "damage",
    [
        {"content": b"not packed at all"},
        {"content": b""},
        {"codec": "brotli"},
        {"size": 7},
        {"digest": b"another"},
    ],
    ids=lambda damage: next(iter(damage)),
)
def test_a_page_that_is_damaged_is_an_error_that_stays(damage):
    kept = replace(packed(b"<p>A page of some length.</p>" * 9), **damage)
    with pytest.raises(ExtractError) as caught:
        unpack(kept)
    assert caught.value.permanent


def test_a_page_cut_short_is_damaged():
    kept = packed(b"<p>A page of some length.</p>" * 9)
    with pytest.raises(ExtractError, match="damaged"):
        unpack(replace(kept, content=kept.content[:-3]))
