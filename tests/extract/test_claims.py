"""All that a page says of a field is listed, with where; nothing it holds makes that list long."""

import pytest

from scraper.extract import extract
from scraper.extract.claims import LONGEST, MOST, Claim, claims

PAGE = b"""<!doctype html><html lang="en-GB"><head>
<title>Rocket rises - The Bay Times</title>
<meta property="og:title" content="Rocket rises over the bay">
<meta property="article:published_time" content="2026-03-01T08:00:00Z">
<meta name="keywords" content="space, bay">
<meta property="og:site_name" content="The Bay Times">
<link rel="canonical" href="https://bay.example/rocket">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Rocket rises",
 "author": [{"name": "Ann Lee"}], "datePublished": "2026-03-01T07:00:00Z",
 "keywords": ["space", "rockets"], "image": {"url": "https://bay.example/r.jpg"},
 "isAccessibleForFree": false, "inLanguage": "en"}</script>
</head><body><h1>Rocket rises</h1><p class="byline">By Bob Ray</p>
<p>%s</p></body></html>""" % (b"The rocket rose over the bay on Sunday, and many watched. " * 9)
URL = "https://bay.example/2026/03/02/rocket"


def said(page, url=URL):
    return claims(extract(page, url), page, {})


def test_every_place_that_says_something_of_a_field_is_named():
    found = said(PAGE)
    assert found["title"] == [
        Claim("json-ld headline", "Rocket rises"),
        Claim("og:title", "Rocket rises over the bay"),
        Claim("title", "Rocket rises - The Bay Times"),
        Claim("h1", "Rocket rises"),
    ]
    assert found["authors"][:2] == [
        Claim("json-ld author", "Ann Lee"),
        Claim("byline", "By Bob Ray"),
    ]
    assert found["published_at"] == [
        Claim("json-ld datePublished", "2026-03-01T07:00:00+00:00"),
        Claim("meta article:published_time", "2026-03-01T08:00:00+00:00"),
        Claim("address", "2026-03-02"),
    ]
    assert found["tags"] == [
        Claim("json-ld keywords", "space, rockets"),
        Claim("meta keywords", "space, bay"),
    ]
    assert found["image_url"] == [Claim("json-ld image", "https://bay.example/r.jpg")]
    assert found["canonical_url"] == [Claim("link canonical", "https://bay.example/rocket")]
    assert found["paywalled"] == [Claim("json-ld isAccessibleForFree", "false")]
    assert found["language"] == [Claim("json-ld inLanguage", "en"), Claim("html lang", "en-GB")]


@pytest.mark.parametrize("field", ["title", "authors", "published_at", "tags", "canonical_url"])
def test_what_was_taken_is_among_it(field):
    extraction = extract(PAGE, URL)
    places = [claim.place for claim in claims(extraction, PAGE, {})[field]]
    assert any(extraction.evidence[field].startswith(place) for place in places)


def test_a_page_that_says_a_thousand_things_is_cut_short():
    metas = b"".join(
        b'<meta property="og:title" content="%d %s">' % (n, b"long " * 5_000) for n in range(1_000)
    )
    found = said(PAGE.replace(b"<title>", metas + b"<title>"))
    assert len(found["title"]) == MOST
    assert max(len(claim.text) for each in found.values() for claim in each) == LONGEST


def test_a_page_that_says_nothing_has_no_claims():
    assert said(b"<p>" + b"Words that nobody declared. " * 9, "https://bay.example/") == {}
