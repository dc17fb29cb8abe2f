"""Bylines of all shapes: who wrote it, and who only seems to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract import extract
from scraper.extract.people import people_in
from scraper.extract.titles import SiteNames

SITES = SiteNames(("Gulf Lantern",), "www.gulflantern.example")
LINE = "The minister said that the talks would go on; nobody should expect a deal soon."
BODY = f"<p>{LINE}</p>" * 3
URL = "https://www.gulflantern.example/news/talks"


def found(head: str = "", byline: str = "", end: str = ""):
    html = (
        f"<html><head>{head}</head><body><article><h1>Talks go on for a week</h1>{byline}"
        f"{BODY}{end}</article></body></html>"
    )
    return extract(html.encode(), URL)


def authors(head: str = "", byline: str = "", end: str = "") -> tuple[str, ...]:
    return found(head, byline, end).article.authors


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        # Months are names, too.
        ("By April Harrow", ["April Harrow"]),
        ("By June Castell, Political Editor", ["June Castell"]),
        # Occasions of the byline, in several languages.
        ("Interview: Jule Lander", ["Jule Lander"]),
        ("Ein Gastbeitrag von Jule Lander", ["Jule Lander"]),
        ("Eingestellt von Jule Lander", ["Jule Lander"]),
        ("Escrito por José Segura Vargas", ["José Segura Vargas"]),
        ("Written by mara quint", ["mara quint"]),
        ("Words: Mara Quint", ["Mara Quint"]),
        ("ByMara Quint", ["Mara Quint"]),
        ("Byron Hale", ["Byron Hale"]),
        # Places, dates, agencies and roles are cut off.
        ("Von Mara Quint, Berlin", ["Mara Quint"]),
        ("Mara Quint in Baghdad", ["Mara Quint"]),
        ("By Mara Quint Thursday, November 9, 2023 4:41AM", ["Mara Quint"]),
        ("Mara Quint und Jule Lander", ["Mara Quint", "Jule Lander"]),
        ("Mara Quint/Jule Lander", ["Mara Quint", "Jule Lander"]),
        ("王小明和李大伟", ["王小明", "李大伟"]),
        ("ليلى الموسوي و كريم حداد", ["ليلى الموسوي", "كريم حداد"]),
        ("[田中宏昌]", ["田中宏昌"]),
        ("Mara Quint 3", ["Mara Quint"]),
        # What only looks like a name.
        ("Lantern Publishing GmbH, Munich, Germany", []),
        ("Bundesministerium für Wirtschaft und Klimaschutz", []),
        ("Photograph by Said Haddad, Redonda Restoration", []),
        ("Foto: Said Haddad", []),
        ("CC BY 4.0", []),
        ("von", []),
        ("AFX", []),
        ("Publicado: Jueves, 21 Abril 2022 04:45", []),
        ("新华网", []),
        ("把民资置于完全垄断的领域", []),
    ],
)
def test_people_are_told_from_what_surrounds_them(byline: str, expected: list[str]):
    assert list(people_in(byline, SITES)) == expected


def test_what_begins_with_the_sites_own_name_is_no_person():
    sites = SiteNames((), "www.mdr.example")
    assert list(people_in("MDR Thüringen", sites)) == []


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        (
            '<div class="article-byline"><span>Jule Lander</span> <span>Anna Fink</span></div>',
            ("Jule Lander", "Anna Fink"),
        ),
        (
            '<div class="byline"><span>Jule</span> <span>Lander</span></div>',
            ("Jule Lander",),
        ),
        (
            '<div class="author"><div>Jule Lander</div><div>Writer</div><div>Share</div></div>',
            ("Jule Lander",),
        ),
        ('<div class="byline">By <b>Jule Lander</b> <i>London</i></div>', ("Jule Lander",)),
        ('<div class="byline">Photograph by <b>Said Haddad</b></div>', ()),
        ("<div><p>Written by</p><p>Jule Lander</p></div>", ("Jule Lander",)),
        ("<p>Jule Lander | Senior Writer | July 2, 2025</p>", ("Jule Lander",)),
        ("<p>December 15, 2025 · 30 min · Jule Lander</p>", ("Jule Lander",)),
        # A line of offers has signs between its parts as well.
        ("<p>Use Code Lucky | Surprise Discount | Save Now</p>", ()),
    ],
)
def test_a_byline_of_several_elements_is_read(byline: str, expected: tuple[str, ...]):
    assert authors(byline=byline) == expected


def test_who_is_said_to_write_comes_before_whose_page_is_linked():
    byline = (
        "<div>By Jule Lander ⋅ Senior Analyst</div><div>With help from "
        '<a href="/author/said-haddad">Said Haddad</a></div>'
    )
    assert authors(byline=byline) == ("Jule Lander",)


def test_the_author_can_be_named_below_the_text():
    end = '<section class="author-block">Authors: Jule Lander and Anna Fink, educators</section>'
    assert authors(end=end) == ("Jule Lander", "Anna Fink")


CARD = (
    '<meta name="twitter:label1" content="Verfasst von">'
    '<meta name="twitter:data1" content="Jule Lander">'
)


def test_the_card_names_the_author_where_nothing_else_does():
    result = found(CARD)
    assert result.article.authors == ("Jule Lander",)
    assert result.evidence["authors"] == "meta twitter:data1"
    assert authors(CARD.replace("Verfasst von", "Lesezeit")) == ()


def test_the_account_on_the_card_is_no_author_where_an_agency_is():
    declared = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x",
        "author": {"@type": "Person", "name": "Gulf Lantern Newsroom"}}</script>"""
    result = found(declared + CARD)
    assert result.article.authors == ()
    assert "authors" not in result.evidence


def test_authors_are_found_by_reference_in_a_graph():
    head = """<script type="application/ld+json">{"@graph": [
        {"@type": "NewsArticle", "headline": "Talks go on for a week",
         "author": [{"@id": "#/person/1"}, {"@id": "#/agency"}]},
        {"@type": "Person", "@id": "#/person/1", "name": "Jule Lander"},
        {"@type": "Organization", "@id": "#/agency", "name": "Northern Wire"}]}</script>"""
    assert authors(head) == ("Jule Lander",)


@given(
    st.text(max_size=120) | st.text("By von,;|/&()[]@ 记者：王 Mara\u00a0\u200b.-'1", max_size=60)
)
def test_any_byline_yields_names_or_nothing(text: str):
    for name in people_in(text, SITES):
        assert 2 <= len(name) <= 50
        assert name == name.strip()
