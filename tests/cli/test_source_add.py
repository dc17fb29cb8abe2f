"""`tocsin source add`: an address is enough."""

import sys

import pytest

from storage.database import Database
from tests.servers import Item, LocalSite, Reply, index_html, rss

pytestmark = pytest.mark.usefixtures("settings")

TITLES = [
    f"A {what} is seen from the old harbour at dawn"
    for what in ("rocket", "comet", "whale", "balloon", "rainbow", "storm", "ferry")
]
_RSS = "application/rss+xml"


def items(site):
    return [Item(url=site.url(f"/news/{t.lower().replace(' ', '-')}"), title=t) for t in TITLES]


@pytest.fixture
def site():
    with LocalSite() as site:
        site.add("/", index_html(items(site), title="Front page", feed="/rss.xml"))
        site.add("/rss.xml", rss(items(site), title="Harbour Gazette RSS feed"), _RSS)
        yield site


@pytest.fixture
def terminal(monkeypatch):
    """Let standard input be a terminal on which somebody types."""

    def types(text):
        answers = iter([text])
        monkeypatch.setattr(sys, "stdin", _Terminal())
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: next(answers))

    return types


class _Terminal:
    def isatty(self):
        return True


def names(tocsin):
    return {source["name"]: source["url"] for source in tocsin("source", "list", "--json").json}


def test_an_address_is_enough(tocsin, site):
    done = tocsin("source", "add", site.url("/"))
    assert done.code == 0, done.err
    assert names(tocsin) == {"Harbour Gazette": site.url("/rss.xml")}
    assert "an RSS feed, named by the page" in done.out
    assert "7 entries" in done.out
    assert all(title in done.out for title in TITLES[:5])
    assert all(item.url in done.out for item in items(site)[:5])
    assert TITLES[5] not in done.out
    assert f"asking {site.url('/')}" in done.err


def test_a_name_may_stand_before_the_address_or_be_an_option(tocsin, site):
    assert tocsin("source", "add", "One", site.url("/")).code == 0
    assert names(tocsin) == {"One": site.url("/rss.xml")}
    assert tocsin("source", "remove", "One").code == 0
    done = tocsin("source", "add", site.url("/"), "--name", "Two", "--every", "5m", "--tag", "bay")
    assert done.code == 0, done.err
    shown = tocsin("source", "show", "Two", "--json").json
    assert (shown["every"], shown["tags"]) == ("5m", ["bay"])
    assert tocsin("source", "add", "A", site.url("/"), "--name", "B").code == 2


def test_an_address_without_its_scheme_will_do(tocsin, site, settings):
    # What speaks no TLS is given no longer than that to say something.
    settings.write_text(settings.read_text("utf-8") + "timeout = '500ms'\n", "utf-8")
    done = tocsin("source", "add", site.url("/").removeprefix("http://"))
    assert done.code == 0, done.err
    assert names(tocsin) == {"Harbour Gazette": site.url("/rss.xml")}


def test_names_are_made_unique(tocsin, site):
    assert tocsin("source", "add", "Harbour Gazette", "https://a.example/", "--exact").code == 0
    assert tocsin("source", "add", site.url("/")).code == 0
    assert "Harbour Gazette 2" in names(tocsin)


def test_a_dry_run_saves_nothing(tocsin, site):
    done = tocsin("source", "add", site.url("/"), "--dry-run")
    assert done.code == 0
    assert "nothing was added" in done.out
    assert names(tocsin) == {}


def test_another_of_those_found_may_be_chosen(tocsin, site):
    done = tocsin("source", "add", site.url("/"), "--choose", "2", "--name", "page")
    assert done.code == 0, done.err
    assert names(tocsin)["page"] == site.url("/")
    done = tocsin("source", "add", site.url("/rss.xml"), "--choose", "2")
    assert done.code == 2
    assert "only 1" in done.err


def test_the_page_itself_may_be_asked_for(tocsin, site):
    assert tocsin("source", "add", site.url("/"), "--as", "index").code == 0
    assert names(tocsin) == {"Front page": site.url("/")}
    assert site.hits("/rss.xml") == []


def test_a_page_without_a_feed_is_said_to_have_none(tocsin, site):
    site.remove("/rss.xml")
    done = tocsin("source", "add", site.url("/"))
    assert done.code == 0
    assert "a page with links to articles, the address itself" in done.out
    assert "there is no feed" in done.out
    assert f"{site.url('/rss.xml')} (named by the page): answered 404 (Not Found)" in done.out


def test_exactly_that_address_is_added_without_a_look(tocsin, site):
    assert tocsin("source", "add", site.url("/"), "--exact").code == 0
    assert names(tocsin) == {"127.0.0.1": site.url("/")}
    assert site.requests == []


def test_the_choice_as_json(tocsin, site):
    done = tocsin("source", "add", site.url("/"), "--json", "--yes")
    assert done.json["added"] is True
    assert done.json["source"]["name"] == "Harbour Gazette"
    assert done.json["chosen"]["kind"] == "rss"
    assert [entry["title"] for entry in done.json["chosen"]["latest"]] == TITLES[:5]
    assert [other["url"] for other in done.json["others"]] == [site.url("/")]
    assert done.json["requests"] == len([r for r in site.requests if r.path != "/robots.txt"])


@pytest.mark.parametrize(("answer", "added"), [("", True), ("y", True), ("n", False)])
def test_on_a_terminal_it_asks_first(tocsin, site, terminal, answer, added):
    terminal(answer)
    done = tocsin("source", "add", site.url("/"))
    assert done.code == 0
    assert bool(names(tocsin)) is added


def test_what_is_watched_already_is_said(tocsin, site):
    assert tocsin("source", "add", site.url("/")).code == 0
    seen = len(site.requests)
    again = tocsin("source", "add", site.url("/rss.xml?utm_source=mail"))
    assert again.code == 2
    assert 'the source "Harbour Gazette"' in again.err
    assert len(site.requests) == seen
    by_page = tocsin("source", "add", site.url("/"))
    assert by_page.code == 2
    assert 'the source "Harbour Gazette"; --choose N' in by_page.err
    site.redirect("/old", site.url("/rss.xml"), status=301)
    by_redirect = tocsin("source", "add", site.url("/old"))
    assert by_redirect.code == 2
    assert 'the source "Harbour Gazette"; --exact' in by_redirect.err
    assert "belong to" not in by_redirect.out
    assert list(names(tocsin)) == ["Harbour Gazette"]


def test_where_nothing_is_found_nothing_is_added_and_why_is_told(tocsin, site):
    site.add("/empty", "<p>Nothing here.</p>")
    for path in ("/rss.xml", "/"):
        site.remove(path)
    done = tocsin("source", "add", site.url("/empty"))
    assert done.code == 1
    assert "no article links" in done.err
    assert "/feed, /rss.xml" in done.err
    assert "--exact" in done.err
    assert names(tocsin) == {}


def test_what_wants_a_login_is_told_how_to_get_one(tocsin, site):
    site.handle("/locked.xml", Reply(status=401))
    done = tocsin("source", "add", site.url("/locked.xml"), "--dry-run")
    assert "--user" in done.out
    assert "--password-file" in done.out


@pytest.mark.parametrize("status", [404, 503])
def test_with_a_name_the_wish_is_kept_though_nothing_is_there_yet(tocsin, site, status):
    site.remove("/rss.xml")
    site.otherwise(lambda _: Reply(status=status))
    done = tocsin("source", "add", "later", site.url("/soon"))
    assert done.code == 0
    assert str(status) in done.err
    assert "added as it is" in done.err
    assert names(tocsin) == {"later": site.url("/soon")}


@pytest.mark.parametrize(
    "address",
    ["ftp://a.example/", "nonsense", "http://", "https://u:p@a.example/", "http://a b.example/"],
)
def test_a_bad_address_is_wrong_usage(tocsin, address):
    done = tocsin("source", "add", address)
    assert done.code == 2
    assert done.err
    assert names(tocsin) == {}


def test_a_private_address_needs_leave(tocsin, settings, site):
    settings.write_text("[fetch]\nhost_pause = '0s'\n", "utf-8")
    done = tocsin("source", "add", site.url("/"))
    assert done.code == 1
    assert "allow_networks" in done.err
    assert site.requests == []


def test_titles_do_not_steer_the_terminal(tocsin, site):
    hostile = [Item(url=site.url("/a"), title="A \x9b2J rocket \u202e")]
    site.add("/rss.xml", rss(hostile, title="Gaz\x9bette \u202e"), _RSS)
    done = tocsin("source", "add", site.url("/rss.xml"))
    assert done.code == 0, done.err
    for sign in ("\x9b", "\u202e"):
        assert sign not in done.out
        assert all(sign not in name for name in names(tocsin))


def test_a_source_is_edited_and_the_rest_stays(tocsin):
    tocsin("source", "add", "A", "https://a.example/rss", "--exact", "--every", "5m", "--tag", "x")
    assert tocsin("watch", "add", "W", "rocket", "--source", "A").code == 0
    done = tocsin("source", "edit", "A", "--name", "B", "--url", "https://b.example/rss")
    assert done.code == 0, done.err
    shown = tocsin("source", "show", "B", "--json").json
    assert (shown["url"], shown["every"], shown["tags"]) == ("https://b.example/rss", "5m", ["x"])
    assert tocsin("watch", "show", "W", "--json").json["spec"]["sources"] == ["B"]
    assert tocsin("source", "edit", "B", "--clear", "every", "--tag", "y", "--tag", "z").code == 0
    shown = tocsin("source", "show", "B", "--json").json
    assert (shown["every"], shown["tags"]) == (None, ["y", "z"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("A",), "say what is to be changed"),
        (("X", "--every", "5m"), 'no source "X"'),
        (("A", "--every", "soon"), "every"),
        (("A", "--every", "5m", "--clear", "every"), "--clear every"),
        (("A", "--url", "http://www.b.example/"), 'the source "B"'),
        (("A", "--url", "b.example"), "http://"),
        (("A", "--header", "X: y", "--clear", "headers"), "--clear headers"),
        (("A", "--header", "X y"), "has no ':'"),
        (("A", "--password-file", "secret"), "no username"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(tocsin, arguments, words):
    tocsin("source", "add", "A", "https://a.example/", "--exact")
    tocsin("source", "add", "B", "https://b.example/", "--exact")
    done = tocsin("source", "edit", *arguments)
    assert done.code == 2
    assert words in done.err
    assert set(names(tocsin)) == {"A", "B"}


def visited():
    with Database.open("sqlite:///tocsin.db") as database, database.read() as unit:
        return unit.sources.get("A").options


def test_how_a_source_is_visited_is_edited(tocsin):
    tocsin("source", "add", "A", "https://a.example/", "--exact", "--header", "X-Key: secret")
    login = ("--user", "desk", "--password-file", "one")
    assert tocsin("source", "edit", "A", "--cookie", "a=b", "--proxy", "direct", *login).code == 0
    options = visited()
    one = options.pop("password_file")
    assert one.endswith("/one")
    assert options == {
        "headers": {"X-Key": "secret"},
        "cookies": {"a": "b"},
        "proxy": "direct",
        "username": "desk",
    }
    replaced = ("--header", "X-Other: y", "--password-file", "two", "--proxy-file", "proxy")
    assert tocsin("source", "edit", "A", *replaced, "--render", "browser").code == 0
    options = visited()
    assert options["headers"] == {"X-Other": "y"}
    assert options["username"] == "desk"
    assert options["password_file"].endswith("/two")
    assert "proxy" not in options
    every = ("headers", "cookies", "login", "proxy", "render")
    cleared = [word for what in every for word in ("--clear", what)]
    assert tocsin("source", "edit", "A", *cleared).code == 0
    assert visited() == {}


def test_an_edit_takes_no_secrets_to_another_site(tocsin):
    tocsin("source", "add", "A", "https://a.example/", "--exact", "--header", "X-Key: secret")
    done = tocsin("source", "edit", "A", "--url", "https://b.example/")
    assert (done.code, "are for https://a.example/" in done.err) == (2, True)
    assert tocsin("source", "edit", "A", "--url", "https://www.a.example/rss").code == 0
    assert names(tocsin) == {"A": "https://www.a.example/rss"}
    anew = ("--url", "https://b.example/", "--header", "X-Key: another")
    assert tocsin("source", "edit", "A", *anew).code == 0
    assert visited() == {"headers": {"X-Key": "another"}}


@pytest.mark.parametrize("status", [301, 302])
def test_what_is_for_one_site_is_told_to_no_other_that_it_leads_to(tocsin, site, status):
    with LocalSite() as home:
        home.redirect("/", site.url("/"), status=status)
        asked = home.url("/").replace("127.0.0.1", "localhost")
        done = tocsin("source", "add", "A", asked, "--header", "X-Key: secret", "--cookie", "a=b")
    assert done.code == 0, done.err
    assert names(tocsin) == {"A": site.url("/rss.xml")}
    assert [request.headers.get("x-key") for request in home.hits("/")] == ["secret"]
    assert site.hits("/rss.xml")
    assert not [one for one in site.requests if {"x-key", "cookie"} & one.headers.keys()]
    assert f"cookies, headers left out: they were given for {asked}" in done.err
    assert "headers" not in tocsin("source", "show", "A").out


def test_an_edit_does_not_take_a_name_or_undo_the_settings(tocsin, settings):
    settings.write_text(
        "[[source]]\nname = 'S'\nurl = 'https://s.example/'\n"
        "[[watch]]\nname = 'W'\nquery = 'rocket'\nsources = ['S']\n",
        "utf-8",
    )
    tocsin("source", "add", "A", "https://a.example/", "--exact")
    taken = tocsin("source", "edit", "A", "--name", "S")
    assert (taken.code, "already" in taken.err) == (1, True)
    of_settings = tocsin("source", "edit", "S", "--every", "5m")
    assert (of_settings.code, "settings file" in of_settings.err) == (1, True)
