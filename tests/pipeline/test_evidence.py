"""Of each field it is told where it came from, and where it is stored otherwise."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scraper.errors import ExtractError
from scraper.extract import extract
from scraper.extract.claims import Claim
from scraper.extract.sites import Pick, Site, Version
from scraper.pipeline.evidence import LARGEST, Origin, gather, origin_of
from scraper.pipeline.packing import pack
from scraper.pipeline.reading import complete
from storage.records import Article, EntryState, FrontierEntry, Page

FETCHED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
URL = "https://bay.example/2026/03/01/rocket"
BODY = b"The rocket rose over the bay on Sunday, and many watched. " * 9
PAGE = b"""<!doctype html><html lang="en"><head><title>Rocket rises - The Bay Times</title>
<meta property="og:title" content="Rocket rises over the bay">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Rocket rises",
 "author": [{"name": "Ann Lee"}], "datePublished": "2026-03-01T07:00:00Z"}</script>
</head><body><h1>Rocket rises</h1><p>%s</p><p>%s</p></body></html>""" % (BODY, BODY)


def packed(body=PAGE):
    return pack(
        Page(
            url=URL,
            requested_url=URL,
            status=200,
            headers={"content-type": "text/html"},
            body=body,
            fetched_at=FETCHED,
        )
    )


def entry(**fields):
    known = {"id": 1, "source_id": 1, "url": URL, "host": "bay.example", "attempts": 1}
    known |= {"state": EntryState.DONE, "seen_at": FETCHED, "rechecks": 0}
    unknown = dict.fromkeys(FrontierEntry.__dataclass_fields__)
    return FrontierEntry(**(unknown | known | fields))


def read(told=None, stored=None, body=PAGE, site=None):
    if stored is None:
        stored = extract(body, URL, now=FETCHED).article
        stored = stored if told is None else complete(stored, told)
    return gather(packed(body), told, stored, site)


def field(evidence, name):
    return next(each for each in evidence.fields if each.name == name)


def test_a_field_has_its_place_its_words_and_what_lost():
    evidence = read()
    title = field(evidence, "title")
    assert (title.value, title.origin, title.place) == ("Rocket rises", Origin.MARKUP, "h1")
    assert title.agreeing == ("json-ld headline",)
    assert title.others == (
        Claim("og:title", "Rocket rises over the bay"),
        Claim("title", "Rocket rises - The Bay Times"),
    )
    published = field(evidence, "published_at")
    assert (published.origin, published.written) == (Origin.LINKED, "2026-03-01T07:00:00+00:00")
    body = field(evidence, "body")
    assert (body.origin, body.value) == (Origin.TEXT, "198 words")
    assert (evidence.taken, evidence.total, evidence.is_told) == (2, 3, False)
    assert evidence.differing == ()


def test_what_only_the_source_told_is_said_to_be_its_word():
    page = PAGE.replace(b"h1>", b"p>").replace(b"<title>Rocket rises - The Bay Times</title>", b"")
    page = page.replace(b'"headline": "Rocket rises",', b"").replace(b"og:title", b"x")
    evidence = read(entry(title="Told"), body=page)
    title = field(evidence, "title")
    assert (title.value, title.origin, title.place) == ("Told", Origin.TOLD, "entry of the source")
    assert evidence.is_told
    assert evidence.differing == ()


def test_a_headline_that_the_source_shortened_keeps_the_longer_one_in_sight():
    page = PAGE.replace(b"<h1>Rocket rises</h1>", b"").replace(b'"headline": "Rocket rises",', b"")
    page = page.replace(b"Rocket rises over the bay", b"The Bay - Rocket rises")
    title = field(read(entry(title="Rocket rises"), body=page), "title")
    assert title.value == "Rocket rises"
    assert title.origin in {Origin.TOLD, Origin.META, Origin.MARKUP}
    assert any("The Bay" in claim.text for claim in title.others)


def test_what_is_stored_otherwise_is_said():
    stored = replace(extract(PAGE, URL, now=FETCHED).article, title="Rocket", authors=())
    evidence = read(stored=stored)
    assert [each.name for each in evidence.differing] == ["title", "authors"]
    assert field(evidence, "title").stored == "Rocket"
    assert field(evidence, "authors").stored == ""


def test_the_rule_of_the_site_is_named():
    version = Version(picks={"title": (Pick("h1"),), "section": (Pick(".section"),)})
    site = Site(name="bay", hosts=("bay.example",), versions=(version,))
    page = PAGE.replace(b"<h1>Rocket rises</h1>", b"<h1>Rocket rises at last</h1>")
    evidence = read(body=page, site=site, stored=Article(url=URL))
    assert (evidence.rule, evidence.matched, evidence.missed) == ("bay", ("title",), ("section",))
    title = field(evidence, "title")
    assert (title.value, title.origin) == ("Rocket rises at last", Origin.RULE)
    assert Claim("og:title", "Rocket rises over the bay") in title.others


@pytest.mark.parametrize(
    ("place", "origin"),
    [
        ("json-ld headline", Origin.LINKED),
        ("meta article:published_time: 2026-03-01", Origin.META),
        ("og:title, kicker left out", Origin.META),
        ("description", Origin.META),
        ("h2, rest of the title", Origin.MARKUP),
        ("<time>: 2026-03-01", Origin.MARKUP),
        ("rel=author", Origin.MARKUP),
        ("link canonical", Origin.MARKUP),
        ("html lang", Origin.MARKUP),
        ("picture above the text", Origin.MARKUP),
        ("blocks 3 to 6 of 7", Origin.TEXT),
        ("byline", Origin.TEXT),
        ("text", Origin.TEXT),
        ('end of the text: "Subscribe"', Origin.TEXT),
        ("line beside the headline", Origin.TEXT),
        ("address", Origin.ADDRESS),
        ("bay: .headline", Origin.RULE),
        ("nothing says otherwise", Origin.NOTHING),
        ("", Origin.NOTHING),
    ],
)
def test_a_place_is_of_some_sort(place, origin):
    assert origin_of(place, "bay") is origin


def test_what_comes_out_is_bounded_whatever_the_page_holds():
    block = b"<p><a href=/1>%s</a></p><p>%s</p>" % (b"x" * 900, BODY)
    evidence = read(body=PAGE.replace(b"<body>", b"<body>" + 2_000 * block))
    assert len(pickle.dumps(evidence)) < 500_000
    assert evidence.total > 2_000


def test_a_page_that_is_too_large_or_damaged_is_not_read():
    with pytest.raises(ExtractError, match="too large"):
        gather(replace(packed(), size=LARGEST + 1), None, Article(url=URL))
    with pytest.raises(ExtractError, match="damaged"):
        gather(replace(packed(), digest=b"x"), None, Article(url=URL))
    with pytest.raises(ExtractError, match="by a later version"):
        gather(replace(packed(), codec="zstd2"), None, Article(url=URL))
