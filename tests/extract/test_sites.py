"""A site's own rules go before the general reading, which fills what they miss."""

import pickle
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import ExtractError
from scraper.extract import NO_SITES, Extraction, Site, Sites, extract
from scraper.extract.sites import FIELDS, Pick, Rule, Version
from storage.records import ArticleKind

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
URL = "https://www.baytimes.example/2026/03/01/harbour"
NAME = "config/sites/baytimes.toml"

FIRST = "The harbour reopened on Monday, the port office said, after the storm had passed."
SECOND = "Two ferries that had waited off the coast since Friday came in before noon, it said."
THIRD = "The council will hear on Thursday what the repairs of the long pier are to cost."


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(article: str, *, head: str = "", rest: str = "") -> bytes:
    return (
        f"<!doctype html><html lang=en><head><title>Harbour reopens</title>{head}</head>"
        f"<body><main>{article}</main>{rest}</body></html>"
    ).encode()


PAGE = page(
    f"""<article class="main"><p class="kicker">Port</p><h1>Harbour <em>reopens</em></h1>
    <p class="lead">Ferries run again.</p>
    <div class="names">By <a href="/ann">Ann Lee</a> and <a href="/bo">Bo Dahl</a></div>
    <span class="when" data-time="2026-03-01T07:30:00+01:00">yesterday</span>
    <figure><img src="/pier.jpg" width="900" height="600"><figcaption>The pier.</figcaption>
    </figure><div class="text">{paragraphs(FIRST, SECOND, THIRD)}</div>
    <ul class="topics"><li>Ports</li><li>Storms</li></ul></article>"""
)


def rules(*hosts: str, name: str = NAME, versions: tuple[Version, ...] = (), **keys) -> Site:
    return Site(
        name=name,
        hosts=hosts or ("baytimes.example",),
        versions=versions or (version(**keys),),
    )


def version(
    *,
    since: date | None = None,
    remove: tuple[str, ...] = (),
    container: tuple[str, ...] = (),
    **keys: str | tuple[str, ...],
) -> Version:
    def picks(value: str | tuple[str, ...]) -> tuple[Pick, ...]:
        return tuple(map(Pick.parse, (value,) if isinstance(value, str) else value))

    return Version(
        since=since,
        remove=remove,
        container=picks(container),
        picks={name: picks(value) for name, value in keys.items()},
    )


def read(html: bytes, site: Site, url: str = URL, now: datetime | None = NOW) -> Extraction:
    return extract(html, url, now=now, sites=Sites([site]))


class TestFields:
    def test_every_field_can_be_told_where_it_stands(self):
        found = read(
            PAGE,
            rules(
                title="article h1",
                standfirst=".lead",
                authors=".names a",
                published_at=".when@data-time",
                body=".text p",
                section=".kicker",
                tags=".topics li",
                image_url="figure img",
                image_caption="figcaption",
            ),
        )
        article = found.article
        assert article.title == "Harbour reopens"
        assert article.standfirst == "Ferries run again."
        assert article.authors == ("Ann Lee", "Bo Dahl")
        assert article.published_at == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
        assert article.body == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
        assert article.word_count == len(article.body.split())
        assert article.section == "Port"
        assert article.tags == ("Ports", "Storms")
        assert article.image_url == "https://www.baytimes.example/pier.jpg"
        assert article.image_caption == "The pier."
        assert found.rule == NAME
        assert set(found.matched) == set(FIELDS) - {"modified_at"}
        assert found.missed == ()

    def test_evidence_names_the_file_and_the_selector(self):
        evidence = read(PAGE, rules(title="article h1", published_at=".when@data-time")).evidence
        assert evidence["title"] == f"{NAME}: article h1"
        assert evidence["published_at"] == f"{NAME}: .when@data-time: 2026-03-01T07:30:00+01:00"
        assert "blocks" in evidence["body"]

    def test_of_a_list_the_first_that_finds_something_counts(self):
        found = read(PAGE, rules(title=(".headline", "img", "h1", ".lead")))
        assert found.article.title == "Harbour reopens"
        assert found.evidence["title"] == f"{NAME}: h1"

    def test_what_people_write_is_understood_as_everywhere(self):
        html = page(
            f"""<h1>Harbour reopens</h1><i class=by>By Ann Lee, Reuters</i>
            <i class=on>1 March 2026, 07:30</i><i class=tags>Ports, Storms; ports</i>
            {paragraphs(FIRST, SECOND)}"""
        )
        article = read(html, rules(authors=".by", modified_at=".on", tags=".tags")).article
        assert article.authors == ("Ann Lee",)
        assert article.modified_at == datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
        assert article.tags == ("Ports", "Storms")

    @pytest.mark.parametrize(
        ("declared", "hour"), [("17:30:00+03:00", 14), ("17:30:00Z", 17), ("17:30:00", 17)]
    )
    def test_a_time_without_a_zone_has_that_of_the_page(self, declared, hour):
        html = page(
            f"<h1>Harbour reopens</h1><i class=on>1 March 2026 17:30</i>{paragraphs(FIRST)}",
            head=f'<meta property="article:published_time" content="2026-03-01T{declared}">',
        )
        found = read(html, rules(published_at=".on", modified_at=".on"))
        assert found.matched == ("published_at", "modified_at")
        assert found.article.published_at == datetime(2026, 3, 1, hour, 30, tzinfo=UTC)
        assert found.article.modified_at == found.article.published_at

    def test_a_time_with_a_zone_keeps_it(self):
        head = '<meta property="article:published_time" content="2026-03-01T12:00:00-05:00">'
        html = PAGE.replace(b"</head>", f"{head}</head>".encode())
        found = read(html, rules(published_at=".when@data-time"))
        assert found.article.published_at == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)

    def test_the_kind_goes_by_the_text_that_the_rule_found(self):
        head = '<meta property="og:type" content="video.other">'
        html = page(
            f"<h1>Harbour reopens</h1><nav id=text>{paragraphs(*[FIRST, SECOND, THIRD] * 4)}</nav>",
            head=head,
        )
        assert extract(html, URL).article.kind is ArticleKind.VIDEO
        found = read(html, rules(body="#text"))
        assert found.article.word_count > 120
        assert found.article.kind is ArticleKind.ARTICLE

    def test_an_agency_in_a_byline_is_no_author_and_no_miss(self):
        html = page(f"<h1>Harbour reopens</h1><i class=by>Reuters</i>{paragraphs(FIRST)}")
        found = read(html, rules(authors=".by"))
        assert (found.article.authors, found.missed) == ((), ())

    @pytest.mark.parametrize("written", ["tomorrow", "1 March 1907", "5 March 2031", ""])
    def test_what_is_no_date_of_news_is_missed(self, written):
        html = page(f"<h1>Harbour reopens</h1><i class=on>{written}</i>{paragraphs(FIRST)}")
        found = read(html, rules(published_at=".on"))
        assert found.missed == ("published_at",)

    def test_the_text_of_a_body_keeps_its_order_and_nothing_twice(self):
        html = page(
            f"""<h1>Harbour reopens</h1><div class=text><div class=text><p>{FIRST}</p></div>
            <h2>Costs</h2><ul><li>Pier<li>Lamps</ul><figure><figcaption>The pier.</figcaption>
            </figure><script>var text = 1;</script><p>{SECOND}</p></div>"""
        )
        whole = read(html, rules(body=".text")).article.body
        assert whole == f"{FIRST}\n\nCosts\n\nPier\nLamps\n\n{SECOND}"
        assert read(html, rules(body=".text p, .text h2, .text li")).article.body == whole
        assert read(html, rules(body="div.text, .text p, .text")).article.body == whole


class TestFallingBack:
    def test_what_matches_nothing_is_read_as_everywhere_and_said(self):
        general = extract(PAGE, URL, now=NOW).article
        found = read(PAGE, rules(title=".headline", body=".story", tags=".nothing", section="i"))
        assert found.article == general
        assert found.missed == ("title", "body", "section", "tags")
        assert found.matched == ()

    def test_an_empty_element_is_a_miss(self):
        html = page(f"<h1>Harbour reopens</h1><b class=x> </b>{paragraphs(FIRST, SECOND)}")
        found = read(html, rules(section=".x", body=".x", image_url=".x"))
        assert set(found.missed) == {"section", "body", "image_url"}

    def test_a_body_far_shorter_than_the_general_reading_is_a_miss(self):
        html = page(
            f"<h1>Harbour reopens</h1><p class=teaser>{FIRST[:40]}</p>"
            f"{paragraphs(*[FIRST, SECOND, THIRD] * 5)}"
        )
        found = read(html, rules(body=".teaser"))
        assert found.missed == ("body",)
        assert SECOND in found.article.body

    def test_a_container_far_emptier_than_the_page_is_a_miss(self):
        text = paragraphs(*[FIRST, SECOND, THIRD] * 5)
        html = page(f"<h1>Harbour reopens</h1><section>{text}</section><aside>No.</aside>")
        found = read(html, rules(container=("aside",)))
        assert found.missed == ("container",)
        assert THIRD in found.article.body

    def test_a_page_without_any_text_has_no_article_by_rule_either(self):
        with pytest.raises(ExtractError):
            read(b"<html><body></body></html>", rules(title="h1"))

    def test_a_rule_that_removes_everything_leaves_nothing_to_read(self):
        with pytest.raises(ExtractError):
            read(b"<p>Text.</p>", rules(remove=("body > *",)))

    @pytest.mark.parametrize("selector", [":root", "html", "head", "body", "html:has(p), body"])
    def test_the_page_itself_cannot_be_removed(self, selector):
        found = read(PAGE, rules(remove=(selector,)))
        assert found.article == extract(PAGE, URL, now=NOW).article
        assert (found.matched, found.missed) == ((), ("remove",))


class TestTheWholePage:
    def test_what_is_to_be_removed_is_gone_before_anything_is_read(self):
        html = page(
            f"""<h1>Harbour reopens</h1><div class=ad><div class=ad>Ad</div></div>
            <div class=text>{paragraphs(FIRST, SECOND, THIRD)}</div>""",
            head='<meta name="author" content="Web Desk Robot"><meta name=x content=y>',
        )
        found = read(html, rules(remove=(".ad", "meta[name=author]", ".nothing")))
        assert "Ad" not in found.article.body
        assert found.article.authors == ()
        assert (found.matched, found.missed) == (("remove",), ())

    def test_what_two_selectors_of_a_list_match_is_removed_once(self):
        html = page(f"<h1>Harbour reopens</h1><p class=ad>Ad</p>{paragraphs(FIRST, SECOND)}")
        site = rules(remove=("p.ad, .ad, .ad:first-of-type", ".ad"))
        assert read(html, site).article.body == f"{FIRST}\n\n{SECOND}"

        class Node:
            tag, mem_id, removed = "p", 1, 0

            def decompose(self):
                self.removed += 1

        class Tree:
            """As Lexbor answers: the node once for each selector of the list that it matches."""

            node = Node()

            def css(self, selector):
                return [self.node] * len(selector.split(",")) if not self.node.removed else []

        tree = Tree()
        Rule(site, site.versions[0], tree, URL, NOW).remove()
        assert tree.node.removed == 1

    def test_it_is_said_where_there_was_nothing_to_remove(self):
        found = read(PAGE, rules(remove=(".ad", ".nothing")))
        assert (found.matched, found.missed) == ((), ("remove",))
        assert found.article == extract(PAGE, URL, now=NOW).article

    def test_nothing_outside_of_its_container_is_read(self):
        other = "A cat was found on the roof of the town hall, and nobody knows how it came there."
        html = page(
            f"""<article class=main><h1>Harbour reopens</h1>
            {paragraphs(FIRST, SECOND, THIRD)}</article>
            <section class=more>{paragraphs(*[other] * 4)}</section>"""
        )
        found = read(html, rules(container=("article.main",)))
        assert found.article.body == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
        assert found.matched == ("container",)
        assert found.evidence["body"].startswith(f"{NAME}: article.main: blocks")

    def test_fields_of_the_rule_are_laid_over_the_container(self):
        found = read(PAGE, rules(container=("article.main",), section=".kicker"))
        assert found.article.section == "Port"
        assert set(found.matched) == {"container", "section"}


class TestHosts:
    def test_a_file_is_for_its_hosts_and_all_below(self):
        sites = Sites([rules("baytimes.example", title="h1")])
        for url in (URL, "http://baytimes.example/", "https://live.BayTimes.example:8443/x"):
            assert sites.find(url) is not None
        for url in ("https://example/", "https://notbaytimes.example/", "about:blank", "http://["):
            assert sites.find(url) is None

    def test_the_nearest_host_counts(self):
        sites = Sites([rules(name="all"), rules("live.baytimes.example", name="live")])
        assert sites.find("https://live.baytimes.example/x").name == "live"
        assert sites.find(URL).name == "all"

    def test_of_two_for_one_host_the_later_counts(self):
        sites = Sites([rules("a.example", "b.example", name="old"), rules("a.example", name="own")])
        assert sites.find("https://a.example/").name == "own"
        assert sites.find("https://b.example/").name == "old"
        assert [site.name for site in sites.all()] == ["old", "own"]

    def test_a_page_of_another_host_is_read_as_everywhere(self):
        found = extract(PAGE, "https://other.example/x", sites=Sites([rules(title="b")]))
        assert (found.rule, found.matched, found.missed) == (None, (), ())
        assert found == extract(PAGE, "https://other.example/x", sites=NO_SITES)

    def test_rules_are_small_enough_to_go_with_a_page_to_another_process(self):
        site = rules(title="h1", body=(".text p", "article p"), published_at=".when@data-time")
        packed = pickle.dumps(site)
        assert len(packed) < 1000
        assert pickle.loads(packed) == site  # noqa: S301 - we packed it ourselves


class TestVersions:
    SITE = rules(
        versions=(
            version(since=date(2026, 2, 1), title="h1"),
            version(since=date(2025, 6, 1), title="h2"),
            version(title="h3"),
        )
    )
    HEADS = "<h1>New</h1><h2>Middle</h2><h3>Old</h3>" + paragraphs(FIRST, SECOND)

    @pytest.mark.parametrize(
        ("head", "url", "now", "title"),
        [
            ("", "https://baytimes.example/x", NOW, "New"),
            ("", "https://baytimes.example/x", datetime(2025, 12, 1, tzinfo=UTC), "Middle"),
            ("", "https://baytimes.example/x", datetime(2020, 1, 1, tzinfo=UTC), "Old"),
            ("", "https://baytimes.example/x", None, "New"),
            ("", "https://baytimes.example/2025/06/01/x", NOW, "Middle"),
            ("", "https://baytimes.example/2025/5/31/x", NOW, "Old"),
            ("", "https://baytimes.example/2031/02/30/x", NOW, "New"),
            (
                '<meta property="article:published_time" content="2025-08-09T10:00Z">',
                "https://baytimes.example/x",
                NOW,
                "Middle",
            ),
            (
                '<script type="application/ld+json">{"datePublished": "2019-01-01"}</script>',
                "https://baytimes.example/x",
                NOW,
                "Old",
            ),
            (
                '<meta property="article:published_time" content="2099-01-01">',
                "https://baytimes.example/x",
                datetime(2025, 12, 1, tzinfo=UTC),
                "Middle",
            ),
        ],
    )
    def test_the_newest_that_was_valid_when_the_article_came_out(self, head, url, now, title):
        found = read(page(self.HEADS, head=head), self.SITE, url, now)
        assert found.article.title == title
        assert found.rule == NAME

    def test_a_page_from_before_them_all_is_read_as_everywhere(self):
        site = rules(versions=(version(since=date(2026, 2, 1), title="h2"),))
        url = "https://baytimes.example/2026/01/31/x"
        found = read(page(self.HEADS), site, url)
        assert found == extract(page(self.HEADS), url, now=NOW)
        assert read(page(self.HEADS), site, "https://baytimes.example/x").matched == ("title",)

    def test_evidence_names_the_version(self):
        found = read(page(self.HEADS), self.SITE, "https://baytimes.example/x")
        assert found.evidence["title"] == f"{NAME} since 2026-02-01: h1"

    def test_an_archive_that_was_redrawn_is_read_by_the_version_that_fits(self):
        html = page("<h1>New</h1>" + paragraphs(FIRST, SECOND))
        found = read(html, self.SITE, "https://baytimes.example/2020/01/01/x")
        assert (found.article.title, found.missed) == ("New", ())

    def test_where_none_fits_the_one_of_that_day_is_missed(self):
        html = page("<h4>Other</h4>" + paragraphs(FIRST, SECOND))
        found = read(html, self.SITE, "https://baytimes.example/x")
        assert found.missed == ("title",)


class TestPicks:
    @pytest.mark.parametrize(
        ("text", "selector", "attribute"),
        [
            ("article h1", "article h1", None),
            ("time[datetime]@datetime", "time[datetime]", "datetime"),
            (' a[href*="@x"] ', 'a[href*="@x"]', None),
            ('a[href*="@x"]@data-id', 'a[href*="@x"]', "data-id"),
            ("p:has(> b):not(.ad), h2 i", "p:has(> b):not(.ad), h2 i", None),
        ],
    )
    def test_a_selector_and_perhaps_an_attribute(self, text, selector, attribute):
        assert Pick.parse(text) == Pick(selector, attribute)
        assert Pick.parse(str(Pick.parse(text))) == Pick(selector, attribute)

    @pytest.mark.parametrize("text", ["", " ", "h1[", "p,", "div >", "$x", "@datetime", "p:::x"])
    def test_what_cannot_be_read_is_refused_with_a_remedy(self, text):
        with pytest.raises(ValueError, match="write one such as"):
            Pick.parse(text)

    @given(st.text(max_size=40))
    def test_any_text_is_read_or_refused(self, text):
        try:
            pick = Pick.parse(text)
        except ValueError:
            return
        assert read(PAGE, rules(versions=(Version(picks={"title": (pick,)}),))).article.body
