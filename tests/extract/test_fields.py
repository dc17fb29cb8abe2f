"""Titles, authors, pictures, links and the smaller fields, each on a scrap of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extract import extract, links
from scraper.extract.fields import count_words
from scraper.extract.people import people_in
from scraper.extract.titles import SiteNames, without_site

SITES = SiteNames(("Gulf Lantern",), "www.gulflantern.example")
LINE = "The minister said that the talks would go on; nobody should expect a deal soon."
BODY = f"<p>{LINE}</p>" * 3


def article(
    head: str = "", body: str = "", url: str = "https://www.gulflantern.example/news/talks"
):
    html = f"<html><head>{head}</head><body>{body}<article>{BODY}</article></body></html>"
    return extract(html.encode(), url).article


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Talks go on | Gulf Lantern", "Talks go on"),
        ("Talks go on - Gulf Lantern", "Talks go on"),
        ("Talks go on – Politics – Gulf Lantern", "Talks go on"),
        ("Gulf Lantern: Talks go on", "Gulf Lantern: Talks go on"),
        ("Gulf Lantern | Talks go on", "Talks go on"),
        ("Talks go on | gulflantern.example", "Talks go on"),
        ("Talks - what comes next", "Talks - what comes next"),
        ("Talks go on -- for another week", "Talks go on -- for another week"),
        ("Talks go on | Gulf Lantern | Founded 1907", "Talks go on"),
        ("Talks go on:Gulf Lantern", "Talks go on"),
        ("Talks go on |", "Talks go on"),
        ("会谈将继续一周-国际-Gulf Lantern", "会谈将继续一周"),
        ("Gulf Lantern » Blog Archive » Talks go on", "Talks go on"),
        ("Gulf Lantern", "Gulf Lantern"),
    ],
)
def test_a_title_loses_the_name_of_the_site(title: str, expected: str):
    assert without_site(title, SITES) == expected


@given(st.text(max_size=80) | st.text("ab -|·»:：—_ Gulf Lantern", max_size=60))
def test_what_is_left_of_a_title_is_part_of_it(title: str):
    left = without_site(title, SITES)
    assert left in title
    assert bool(left) == bool(title.strip())


LOGO = '<a href="/"><img src="/img/logo.png" alt="Quay Mirror logo"></a>'


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Quay Mirror - Talks go on for another week", "Talks go on for another week"),
        ("Talks go on for another week | Quay Mirror", "Talks go on for another week"),
        ("Quay Mirror sold - what comes next", "Quay Mirror sold - what comes next"),
        # A picture of a headline is named so too: what is left would be shorter than it.
        ("Quay Mirror - News", "Quay Mirror - News"),
    ],
)
def test_a_title_loses_what_the_logo_says(title: str, expected: str):
    assert article(head=f"<title>{title}</title>", body=LOGO).title == expected


def test_only_a_logo_names_the_site():
    picture = '<img src="/img/fleet.png" alt="Quay Mirror">'
    title = "<title>Quay Mirror - Talks go on for another week</title>"
    assert article(head=title, body=picture).title == "Quay Mirror - Talks go on for another week"


LINKED = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Talks go on",
    "image": {"@type": "ImageObject", "url": "/img/talks-800x600.jpg",
    "caption": "The delegates &amp; their hosts"}}</script>"""


def test_a_caption_that_is_only_declared_is_taken():
    assert article(head=LINKED).image_caption == "The delegates & their hosts"


def test_a_caption_that_is_shown_is_preferred():
    shown = '<figure><img src="/img/talks.jpg"><figcaption>At the table</figcaption></figure>'
    assert article(head=LINKED, body=shown).image_caption == "At the table"


def test_a_caption_declared_for_another_picture_is_not_taken():
    shown = '<figure><img src="/img/harbour.jpg" width="800"></figure>'
    found = article(head=LINKED, body=shown)
    assert found.image_url == "https://www.gulflantern.example/img/harbour.jpg"
    assert found.image_caption is None


def test_a_folder_that_is_called_default_holds_pictures():
    declared = '<meta property="og:image" content="/sites/default/files/talks.jpg">'
    expected = "https://www.gulflantern.example/sites/default/files/talks.jpg"
    assert article(head=declared).image_url == expected
    declared = '<meta property="og:image" content="/img/default.jpg">'
    assert article(head=declared).image_url is None


def test_the_heading_that_the_page_declares_is_the_title():
    found = article(
        head="<title>Talks go on for a week | Gulf Lantern</title>"
        '<meta property="og:title" content="Talks go on for a week">',
        body="<h1>Gulf Lantern</h1><h1>Log in</h1><h1>Talks go on for a week</h1>",
    )
    assert found.title == "Talks go on for a week"


def test_a_heading_loses_the_name_of_the_site_too():
    body = "<h1>Talks go on for a week | Gulf Lantern</h1>"
    head = '<meta property="og:site_name" content="Gulf Lantern"><title>Talks go on</title>'
    assert article(head, body).title == "Talks go on for a week"


def test_a_dash_that_a_headline_begins_with_stays():
    body = "<h1>- Samtalene fortsetter i en uke</h1>"
    assert article(body=body).title == "- Samtalene fortsetter i en uke"


BLOG = "<h1>The Complete Audio Desktop</h1><h2>{}</h2>"
BLOG_TITLE = "<title>The Complete Audio Desktop: {}</title>"


def test_the_heading_below_the_name_of_a_blog_is_the_title():
    line = "Metaprogramming with advice and a macro"
    found = article(BLOG_TITLE.format(line), BLOG.format(line))
    assert found.title == line
    # A short one is a section; and what declares its headline has it.
    assert article(BLOG_TITLE.format("News"), BLOG.format("News")).title != "News"
    declared = '<meta property="og:title" content="The Complete Audio Desktop">'
    found = article(declared + BLOG_TITLE.format(line), BLOG.format(line))
    assert found.title == "The Complete Audio Desktop"


def test_a_picture_stands_in_a_figure_that_is_called_a_widget():
    shown = '<figure class="widget picture"><img src="/img/talks.webp" width="900"></figure>'
    declared = '<meta property="og:image" content="/img/talks-square.jpg">'
    assert article(declared, shown).image_url == "https://www.gulflantern.example/img/talks.webp"


def test_what_the_names_around_the_text_say_is_not_held_against_a_picture():
    html = (
        f'<html><body class="single with-sidebar"><h1>Talks go on</h1>'
        f'<figure><img src="/img/talks.jpg" width="900"></figure>{BODY}</body></html>'
    )
    found = extract(html.encode(), "https://www.gulflantern.example/news/talks").article
    assert found.image_url == "https://www.gulflantern.example/img/talks.jpg"


def test_the_face_of_an_author_is_no_lead_picture():
    shown = '<picture><img src="/static/autor/5890.jpg"></picture>'
    assert article(body=shown).image_url is None


def test_a_declared_caption_has_its_credit():
    credited = LINKED.replace('hosts"', 'hosts", "creditText": "Said Haddad/Northern Wire"')
    expected = "The delegates & their hosts (Said Haddad/Northern Wire)"
    assert article(head=credited).image_caption == expected


TRAIL = """<script type="application/ld+json">{"@type": "BreadcrumbList", "itemListElement": [
    {"@type": "ListItem", "position": 1, "name": "Home"},
    {"@type": "ListItem", "position": 2, "item": {"@id": "/world", "name": "World"}},
    {"@type": "ListItem", "position": 3, "name": "Talks go on for a week"}]}</script>"""


def test_breadcrumbs_tell_the_section_where_nothing_else_does():
    assert article(head=TRAIL).section == "World"
    declared = '<meta property="article:section" content="Diplomacy">'
    assert article(head=TRAIL + declared).section == "Diplomacy"
    trail = TRAIL.replace("World", "Talks go on for a week")
    assert article(trail, "<h1>Talks go on for a week</h1>").section is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Copyright 2003 - 2019 by Gulf Lantern Press", "Gulf Lantern Press"),
        ("© 2026 Gulf Lantern Press. All rights reserved.", "Gulf Lantern Press"),
        ("134888293273302", None),
        ("https://social.example/lantern", None),
    ],
)
def test_a_line_of_copyright_names_the_publisher(value: str, expected: str | None):
    assert article(head=f'<meta name="copyright" content="{value}">').publisher == expected


def test_a_kicker_in_the_heading_is_left_out():
    found = article(
        head='<meta property="og:title" content="The talks go on for another week">',
        body="<h1><span>Politics</span> <span>The talks go on for another week</span></h1>",
    )
    assert found.title == "The talks go on for another week"


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("By Mara Quint", ["Mara Quint"]),
        ("By MARA QUINT and SAID HADDAD", ["Mara Quint", "Said Haddad"]),
        ("Von Anneke Harms, dpa", ["Anneke Harms"]),
        ("Par Léa d'Aubigny et Jean-Luc Roy", ["Léa d'Aubigny", "Jean-Luc Roy"]),
        ("بقلم: ليلى الموسوي", ["ليلى الموسوي"]),
        ("记者 王小明", ["王小明"]),
        ("김민수 기자", ["김민수"]),
        ("Mara Quint | Senior reporter", ["Mara Quint"]),
        ("Ludwig van der Berg", ["Ludwig van der Berg"]),
        ("By Reuters", []),
        ("Gulf Lantern", []),
        ("Staff writer", []),
        ("newsdesk@gulflantern.example", []),
        ("https://social.example/maraquint", []),
        ("@maraquint", []),
        ("Associated Press", []),
        ("admin", []),
        ("9 June 2020", []),
        ("", []),
    ],
)
def test_authors_are_people(byline: str, expected: list[str]):
    assert list(people_in(byline, SITES)) == expected


def test_an_organisation_in_linked_data_is_no_author():
    head = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x",
        "author": [{"@type": "Organization", "name": "Mara Quint Ensemble"}]}</script>"""
    assert article(head=head).authors == ()


def test_a_line_under_the_headline_names_the_author():
    assert article(body="<h1>Talks go on</h1><div>By Mara Quint</div>").authors == ("Mara Quint",)


def test_a_link_to_an_authors_page_names_the_author():
    body = '<h1>Talks go on</h1><div><a href="/authors/mara-quint">Mara Quint</a></div>'
    assert article(body=body).authors == ("Mara Quint",)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a.jpg", "https://gulflantern.example/a.jpg"),
        ("//cdn.example/a b.jpg", "https://cdn.example/a%20b.jpg"),
        ("http://[bad", None),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,xx", None),
        ("https://nodots/", None),
        ("mailto:a@b.example", None),
        ("", None),
        (None, None),
    ],
)
def test_links_are_absolute_or_nothing(link: str | None, expected: str | None):
    assert links.absolute(link, "https://gulflantern.example/news/") == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/news/talks", "https://www.gulflantern.example/news/talks"),
        ("https://www.gulflantern.example/", None),
        ("https://www.gulflantern.example/index.html", None),
        ("ftp://files.example/x", None),
    ],
)
def test_a_home_page_is_no_canonical_address(href: str, expected: str | None):
    assert article(head=f'<link rel="canonical" href="{href}">').canonical_url == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("false", True),
        ('"False"', True),
        ('"http://schema.org/False"', True),
        ("true", False),
        ("null", None),
        ("[]", None),
    ],
)
def test_the_paywall_is_what_the_page_declares(value: str, *, expected: bool | None):
    head = f"""<script type="application/ld+json">
        {{"@type": "NewsArticle", "headline": "x", "isAccessibleForFree": {value}}}</script>"""
    assert article(head=head).paywalled is expected


def test_a_broken_script_is_mended_where_it_can_be():
    head = """<script type="application/ld+json"><!-- {"@type": "NewsArticle",
        "headline": "Talks\n go on",
        "author": {"name": "Mara Quint",},}; --></script>"""
    found = article(head=head)
    assert (found.title, found.authors) == ("Talks go on", ("Mara Quint",))


def test_logos_are_no_lead_picture():
    assert article(head='<meta property="og:image" content="/static/logo.png">').image_url is None


def test_what_is_escaped_twice_is_undone():
    line = "The delegates&amp;rsquo; hosts &amp;amp; their guests stay for a week"
    found = article(
        head=f'<meta property="og:title" content="{line}">'
        f'<meta property="og:description" content="{line}, and more may come">'
        '<meta name="keywords" content="Talks &amp;amp; deals, Gulf">'
    )
    assert found.title == "The delegates’ hosts & their guests stay for a week"
    assert found.standfirst == f"{found.title}, and more may come"
    assert found.tags == ("Talks & deals", "Gulf")


def test_a_description_that_only_repeats_the_text_is_no_standfirst():
    head = f'<meta property="og:description" content="{LINE[:60]}…">'
    assert article(head=head).standfirst is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Two words", 2),
        ("一枚火箭弹", 5),
        ("ラケット", 4),
        ("장관은 말했다", 2),
        ("รัฐมนตรี", 2),
        ("AFP 通讯社", 4),
    ],
)
def test_words_are_counted_in_every_script(text: str, words: int):
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("The minister said so", 4),
        ("Der Minister sagte „ja“ – und ging", 7),
        ("部长说会谈将继续", 8),
        ("รัฐมนตรี กล่าว", 3),
    ],
)
def test_the_words_of_a_long_text_are_those_of_its_lines(line: str, words: int):
    assert count_words("\n\n".join([line] * 400)) == pytest.approx(400 * words, rel=0.15)


@pytest.mark.parametrize("declared", ["da", "no"])
def test_what_the_page_declares_decides_between_languages_that_are_close(declared: str):
    html = f"<html lang={declared}><title>By</title><h1>By</h1><p>Det er en by med en havn.</p>"
    assert extract(html.encode(), "https://news.example/a").article.language == declared
