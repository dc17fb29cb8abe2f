"""Which of the things that a page describes is its article."""

import json
from datetime import UTC, datetime

from scraper.extract import extract

POST = {
    "@type": "BlogPosting",
    "headline": "Background: the storm of last year",
    "datePublished": "2024-04-30T05:00:00Z",
    "author": {"@type": "Person", "name": "Ann Poster"},
    "articleBody": "It was the worst in a century.",
    "image": "https://news.example/old.jpg",
    "mainEntityOfPage": "https://news.example/old",
}


def article(data: object):
    html = (
        "<title>Live: storm in the harbour</title><h1>Live: storm in the harbour</h1><p>Waves.</p>"
        f'<script type="application/ld+json">{json.dumps(data)}</script>'
    )
    return extract(html.encode(), "https://news.example/live").article


def test_a_post_of_a_live_blog_is_not_the_article():
    found = article(
        {
            "@type": "LiveBlogPosting",
            "headline": "Live: storm in the harbour",
            "datePublished": "2024-05-02T06:00:00Z",
            "dateModified": "2024-05-02T18:00:00Z",
            "liveBlogUpdate": [POST],
        }
    )
    assert found.published_at == datetime(2024, 5, 2, 6, tzinfo=UTC)
    assert found.modified_at == datetime(2024, 5, 2, 18, tzinfo=UTC)
    assert found.authors == ()


def test_a_part_is_taken_where_nothing_else_is_an_article():
    found = article({"@type": "WebPage", "hasPart": POST})
    assert found.authors == ("Ann Poster",)


def test_a_part_given_by_itself_is_not_held_for_one():
    found = article([{"@type": "WebPage", "comment": []}, POST])
    assert found.published_at == datetime(2024, 4, 30, 5, tzinfo=UTC)
