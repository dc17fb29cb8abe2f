"""`tocsin site`: rules tried on pages, and how extraction goes on each site."""

from datetime import UTC, datetime

import pytest

from scraper.cli import fetching
from scraper.pipeline.packing import pack
from storage.database import Database
from storage.records import Article, Page, Series, Signature, SiteHealth
from tests.end_to_end.outlets import story
from tests.servers import LocalSite, article_html

pytestmark = pytest.mark.usefixtures("settings")

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RULE = """
hosts = ["news.example"]

[[version]]
title = "h1"
body  = ".article-body p"
"""


@pytest.fixture
def rule(tmp_path):
    file = tmp_path / "news.toml"
    file.write_text(RULE, "utf-8")
    return file


@pytest.fixture
def page(tmp_path):
    file = tmp_path / "page.html"
    file.write_bytes(article_html("Harbour reopens", story(1), NOW))
    return file


@pytest.fixture
def database(sqlite_address):
    with Database.open(sqlite_address) as opened:
        yield opened


def keep(unit, url, html):
    """An article and its page."""
    stored = unit.articles.add(
        Article(url=url, title="T", body="x"),
        keys=[url],
        source_id=None,
        story_id=None,
        copy_of=None,
        signature=Signature(exact=url, keys=(1,), sketch=b""),
        now=NOW,
    )
    kept = Page(url=url, requested_url=url, status=200, headers={}, body=html, fetched_at=NOW)
    unit.pages.keep(stored.id, pack(kept), entry_id=None, another_text=True)


class TestCheck:
    def test_a_rule_that_fits_says_so(self, tocsin, rule, page):
        done = tocsin("site", "check", rule, page)
        assert done.code == 0
        assert "matches" in done.out
        assert "Harbour reopens" in done.out
        found = tocsin("site", "check", rule, page, "--json").json
        assert [(each["field"], each["state"]) for each in found] == [
            ("title", "matches"),
            ("body", "matches"),
        ]

    def test_what_the_general_reading_finds_otherwise_is_shown_beside_it(self, tocsin, rule, page):
        rule.write_text(RULE.replace('"h1"', '"footer p"'), "utf-8")
        done = tocsin("site", "check", rule, page)
        assert done.code == 0
        assert "differs" in done.out
        assert "≠ Harbour reopens" in done.out
        title = tocsin("site", "check", rule, page, "--json").json[0]
        assert (title["value"], title["general"]) == (
            "Follow us to stay connected",
            "Harbour reopens",
        )

    def test_what_is_not_there_is_a_failure(self, tocsin, rule, page):
        rule.write_text(f'{RULE}section = ".kicker"\ncontainer = "#story"\n', "utf-8")
        done = tocsin("site", "check", rule, page, "--json")
        assert done.code == 1
        states = {each["field"]: each["state"] for each in done.json}
        assert states == {
            "container": "no match",
            "title": "matches",
            "body": "matches",
            "section": "no match",
        }
        assert tocsin("site", "check", rule, page).code == 1

    def test_what_is_to_be_removed_need_only_stand_on_one_of_the_pages(
        self, tocsin, rule, page, tmp_path
    ):
        rule.write_text(f'{RULE}remove = ["nav", ".ad", ".nowhere"]\n', "utf-8")
        other = tmp_path / "other.html"
        other.write_bytes(page.read_bytes().replace(b"<nav>", b"<p class=ad>Ad</p><nav>"))
        found = tocsin("site", "check", rule, page, other, "--json").json
        unused = [each["general"] for each in found if each["field"] == "remove"]
        assert unused == [".nowhere"]

    def test_a_page_from_before_the_first_version_is_told_and_no_failure(self, tocsin, rule, page):
        rule.write_text(RULE.replace("[[version]]", "[[version]]\nsince = 2026-03-02"), "utf-8")
        found = tocsin("site", "check", rule, page, "--json")
        assert found.code == 0
        assert [each["state"] for each in found.json] == ["no version"]
        assert "before the first `since`" in tocsin("site", "check", rule, page).out

    def test_pages_may_be_addresses(self, tocsin, rule):
        with LocalSite() as site:
            site.add("/a", article_html("Harbour reopens", story(1), NOW))
            done = tocsin("site", "check", rule, site.url("/a"), "--json")
        assert done.code == 0
        assert {each["page"] for each in done.json} == {site.url("/a")}

    def test_without_any_the_kept_pages_of_its_hosts_are_taken(self, tocsin, rule, page, database):
        with database.begin() as unit:
            for number, host in enumerate(("www.news.example", "other.example")):
                keep(unit, f"https://{host}/{number}", page.read_bytes())
        done = tocsin("site", "check", rule, "--json")
        assert done.code == 0
        assert {each["page"] for each in done.json} == {"https://www.news.example/0"}

    def test_a_kept_page_that_is_damaged_is_one_of_many(self, tocsin, rule, page, database):
        with database.begin() as unit:
            for number in range(3):
                keep(unit, f"https://news.example/{number}", page.read_bytes())
            unit.connection.exec_driver_sql("UPDATE pages SET content = x'00' WHERE id = 2")
        done = tocsin("site", "check", rule, "--json")
        assert done.code == 1
        states = {(each["page"][-1], each["state"]) for each in done.json}
        assert states == {("0", "matches"), ("1", "unreadable"), ("2", "matches")}

    def test_addresses_are_fetched_by_one_fetcher_and_the_settings_read_once(
        self, tocsin, rule, monkeypatch
    ):
        made, read = [], []
        fetcher, settings_of = fetching.Fetcher, fetching.read_settings
        monkeypatch.setattr(
            fetching, "Fetcher", lambda *args, **named: made.append(1) or fetcher(*args, **named)
        )
        monkeypatch.setattr(
            fetching, "read_settings", lambda file: read.append(1) or settings_of(file)
        )
        with LocalSite() as site:
            for path in ("/a", "/b", "/c"):
                site.add(path, article_html("Harbour reopens", story(1), NOW))
            addresses = [site.url(path) for path in ("/a", "/b", "/c")]
            done = tocsin("site", "check", rule, *addresses, "--json")
        assert done.code == 0
        assert {each["page"] for each in done.json} == set(addresses)
        assert (len(made), len(read)) == (1, 1)

    @pytest.mark.usefixtures("database")
    def test_with_no_page_at_all_it_says_what_to_name(self, tocsin, rule):
        done = tocsin("site", "check", rule)
        assert done.code == 2
        assert "no page of news.example is kept" in done.err

    def test_a_rule_that_is_wrong_is_told_with_its_line(self, tocsin, rule, page):
        rule.write_text(RULE.replace('"h1"', '"h1["'), "utf-8")
        done = tocsin("site", "check", rule, page)
        assert done.code == 2
        assert "news.toml:5: version[0].title" in done.err
        assert "write one such as" in done.err

    def test_a_page_without_an_article_is_a_failure(self, tocsin, rule, tmp_path):
        empty = tmp_path / "empty.html"
        empty.write_bytes(b"<html></html>")
        done = tocsin("site", "check", rule, empty, "--json")
        assert done.code == 1
        assert [each["state"] for each in done.json] == ["unreadable"]


class TestList:
    def test_sites_with_articles_and_sites_with_rules_are_listed(
        self, tocsin, database, settings, rule, tmp_path
    ):
        folder = tmp_path / "sites"
        folder.mkdir()
        rule.rename(folder / "news.toml")
        settings.write_text('[extract]\nsites = "sites"\n', "utf-8")
        with database.begin() as unit:
            unit.sites.put(
                SiteHealth(
                    host="broken.example",
                    articles=50,
                    series={"body": Series(recent=(False, True, True))},
                    broken=("body", "rule.title"),
                    updated_at=NOW,
                )
            )
            unit.sites.put(
                SiteHealth(host="busy.example", articles=90, length=6.0, lengths=30, updated_at=NOW)
            )
        listed = tocsin("site", "list", "--json").json
        assert [each["site"] for each in listed[:2]] == ["broken.example", "busy.example"]
        broken, busy = listed[:2]
        assert (broken["health"], broken["broken"]) == ("broken", ["body", "title"])
        assert (broken["textless"], broken["latest"]) == (2, 3)
        assert (busy["health"], busy["usual_words"]) == ("fine", 403)
        (news,) = [each for each in listed if each["site"] == "news.example"]
        assert (news["rule"], news["articles"], news["health"]) == ("sites/news.toml", 0, "new")
        table = tocsin("site", "list").out
        assert "broken: body, title" in table
        assert "2 of 3" in table
        assert len(tocsin("site", "list", "--limit", "1", "--json").json) == 1


class TestAccept:
    @pytest.mark.parametrize(("known", "told"), [(True, True), (True, False), (False, True)])
    def test_what_is_known_and_what_is_told_of_a_site_ends(self, tocsin, database, known, told):
        with database.begin() as unit:
            if known:
                unit.sites.put(SiteHealth(host="news.example", broken=("body",), updated_at=NOW))
            if told:
                unit.notices.open("site.broken", "news.example", "No text.", now=NOW)
        assert tocsin("site", "accept", "www.News.example").code == 0
        with database.read() as unit:
            assert unit.sites.list() == unit.notices.list() == []

    @pytest.mark.usefixtures("database")
    def test_a_site_that_nothing_is_known_of_is_refused(self, tocsin):
        done = tocsin("site", "accept", "news.example")
        assert done.code == 2
        assert "tocsin site list" in done.err


class TestExtract:
    def test_the_settings_rules_are_used(self, tocsin, settings, page, tmp_path):
        folder = tmp_path / "sites"
        folder.mkdir()
        (folder / "own.toml").write_text(RULE.replace('"h1"', '"footer p"'), "utf-8")
        url = "https://news.example/a"
        assert tocsin("extract", page, "--url", url, "--json").json["title"] == "Harbour reopens"
        settings.write_text('[extract]\nsites = "sites"\n', "utf-8")
        ruled = tocsin("extract", page, "--url", url, "--json").json
        assert ruled["title"] == "Follow us to stay connected"
        explained = tocsin("extract", page, "--url", url, "--explain").out
        assert "sites/own.toml: footer p" in explained

    def test_rules_that_are_wrong_are_refused(self, tocsin, settings, page):
        settings.write_text('[extract]\nsites = "nowhere"\n', "utf-8")
        done = tocsin("extract", page)
        assert done.code == 2
        assert "no such folder" in done.err
