import json
from datetime import UTC, datetime

import pytest

from scraper.errors import DiscoverError
from storage.records import SourceKind


def feed(*items: object, **about: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **about})


def test_whole_feed(read):
    found = read(
        feed(
            {
                "id": 7,
                "url": "https://e.example/1",
                "title": "One &amp; two",
                "content_html": "<p>Text</p>",
                "date_published": "2024-03-05T10:00:00-05:00",
                "date_modified": "2024-03-05T16:00:00Z",
                "language": "es-MX",
            },
            title="Notes",
            language="en-US",
            feed_url="https://e.example/feed.json",
            hubs=[
                {"type": "rssCloud", "url": "https://no.example"},
                {"type": "WebSub", "url": "https://hub.example/"},
            ],
        )
    )
    (entry,) = found.entries
    assert (found.kind, found.title, found.language) == (SourceKind.JSON_FEED, "Notes", "en")
    assert (found.hub, found.self_url) == ("https://hub.example/", "https://e.example/feed.json")
    assert (entry.title, entry.summary, entry.guid) == ("One & two", "Text", "7")
    assert entry.language == "es"
    assert entry.published_at == datetime(2024, 3, 5, 15, tzinfo=UTC)
    assert entry.modified_at == datetime(2024, 3, 5, 16, tzinfo=UTC)


def test_version_1_with_a_byte_order_mark(read):
    body = "\ufeff" + feed({"id": "https://e.example/1"}).replace("/1.1", "/1")
    assert read(body).entries[0].url == "https://e.example/1"


def test_external_url_only_as_the_last_resort(read):
    own, foreign = read(
        feed(
            {"id": "1", "url": "https://e.example/1", "external_url": "https://o.example/"},
            {"id": "2", "external_url": "https://o.example/2"},
        )
    ).entries
    assert (own.url, foreign.url) == ("https://e.example/1", "https://o.example/2")


def test_values_of_the_wrong_type_are_passed_over(read):
    found = read(
        feed(
            None,
            [],
            "text",
            {"url": 5},
            {"url": ["https://e.example/"]},
            {"url": "https://e.example/1", "title": {"a": 1}, "date_published": 1e400, "id": True},
            title=[],
            hubs={"url": 1},
            language=4,
        )
    )
    (entry,) = found.entries
    assert (entry.title, entry.published_at, entry.guid) == (None, None, None)
    assert (found.title, found.hub) == (None, None)


def test_half_surrogates_and_nul_do_not_get_through(read):
    body = '{"version":"https://jsonfeed.org/version/1","items":[{"url":"https://e.example/1","title":"a\\ud800b\\u0000c"},{"url":"https://e.example/\\udfff"}]}'
    (entry,) = read(body).entries
    assert entry.title == "abc"


@pytest.mark.parametrize(
    "body",
    [
        '{"version": "https://jsonfeed.org/version/1", "items": [',
        '{"error": "not found"}',
        '{"items": "none", "version": "https://jsonfeed.org/version/1"}',
        '{"items": []}',
        '{"version": "2.0", "items": [{"url": "https://e.example/"}]}',
        "[1, 2]",
        "{",
        "[" * 100_000,
        '{"a": ' + "9" * 5_000 + "}",
    ],
)
def test_other_json_is_refused_in_words(read, body):
    with pytest.raises(DiscoverError, match="JSON"):
        read(body)


def test_a_feed_that_does_not_say_so(read):
    assert len(read('{"items": [{"url": "https://e.example/1"}]}').entries) == 1
