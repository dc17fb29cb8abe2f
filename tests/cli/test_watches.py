"""`tocsin watch`: what is added, edited and shown. Files of watches: test_watch_files.py."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.records import Article, Passage, Signature

pytestmark = pytest.mark.usefixtures("settings")

THEIRS = "[[watch]]\nname = 'theirs'\nquery = 'rocket'\n"


@pytest.fixture
def known(tocsin, settings):  # noqa: ARG001 - they must be there
    """A channel and two sources to name."""
    assert tocsin("channel", "add", "desk", "email", "to=desk@example.org").code == 0
    assert tocsin("channel", "add", "soc", "email", "to=soc@example.org").code == 0
    for name in ("wire", "blog"):
        assert tocsin("source", "add", name, f"https://{name}.example/", "--tag", "news").code == 0


@pytest.mark.usefixtures("known")
def test_everything_that_a_watch_can_have_is_given_and_edited(tocsin):
    done = tocsin(
        *("watch", "add", "W", "rocket", "--channel", "desk", "--channel", "soc"),
        *("--language", "en", "--source", "wire", "--tag", "war", "--tag", "Nahost"),
        *("--policy", "every", "--max-age", "3d", "--priority", "high"),
        *("--on", "soc.send=daily at 07:00 Europe/Berlin", "--on", "soc.escalate_after=20m"),
    )
    assert (done.code, done.err) == (0, "")
    spec = tocsin("watch", "show", "W", "--json").json["spec"]
    assert spec == {
        "name": "W",
        "query": "rocket",
        "channels": ["desk", "soc"],
        "languages": ["en"],
        "sources": ["wire"],
        "tags": ["war", "Nahost"],
        "policy": "every",
        "outlets": 1,
        "max_age": "3d",
        "priority": "high",
        "plans": {"soc": {"send": "daily at 07:00 Europe/Berlin", "escalate_after": 1200.0}},
    }
    done = tocsin("watch", "edit", "W", "--query", "missile", "--source", "blog", "--name", "V")
    assert (done.code, done.err) == (0, "")
    done = tocsin("watch", "edit", "V", "--clear", "tags", "--clear", "max-age", "--channel", "soc")
    assert (done.code, done.err) == (0, "")
    assert tocsin("watch", "show", "W").code == 2
    edited = {"name": "V", "query": "missile", "sources": ["blog"], "channels": ["soc"]}
    edited |= {"tags": [], "max_age": None}
    assert tocsin("watch", "show", "V", "--json").json["spec"] == spec | edited
    done = tocsin("watch", "edit", "V", "--outlets", "5")
    assert done.code == 2
    assert 'outlets = 5 goes with policy = "first"' in done.err
    assert tocsin("watch", "edit", "V", "--policy", "first", "--outlets", "5").code == 0
    shown = tocsin("watch", "show", "V").out
    assert "once for a story that 5 outlets have" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "say what is to be changed"),
        (("--query", "rocket AND"), "^"),
        (("--query", "set:officals"), "There is no set"),
        (("--channel", "dsk"), 'no channel "dsk"'),
        (("--source", "x"), 'no source "x"'),
        (("--max-age", "soon"), "max_age: "),
        (("--tag", " "), "tags[0]: "),
        (("--name", ""), "name: "),
        (("--tag", "x", "--clear", "tags"), "--clear tags"),
        (("--on", "soc.send=hourly"), 'does not go to the channel "soc"'),
        (("--on", "hourly"), "write CHANNEL.KEY=VALUE"),
        (("--channel", "soc", "--on", "soc.send=sometimes"), "is no timetable"),
        (("--channel", "soc", "--on", "soc.quiet=22:00-07:00 Europe/Atlantis"), "no time zone"),
        (("--channel", "soc", "--on", "soc.throttle=many"), "is no rate"),
        (("--clear", "query"), "'query' is not one of"),
    ],
)
def test_a_watch_is_not_edited_to_something_wrong(tocsin, arguments, words):
    assert tocsin("watch", "add", "W", "rocket").code == 0
    before = tocsin("watch", "show", "W", "--json").json
    done = tocsin("watch", "edit", "W", *arguments)
    assert done.code == 2
    assert words in done.err
    assert tocsin("watch", "show", "W", "--json").json == before


def test_a_watch_keeps_to_its_own_name(tocsin):
    assert tocsin("watch", "add", "a", "x").code == tocsin("watch", "add", "b", "x").code == 0
    done = tocsin("watch", "edit", "a", "--name", "b")
    assert done.code == 1
    assert "There is a watch named 'b' already" in done.err
    assert tocsin("watch", "remove", "b").code == 0
    assert tocsin("watch", "edit", "a", "--name", "b").code == 0
    assert tocsin("watch", "edit", "none", "--query", "x").code == 2


def test_a_watch_of_the_settings_is_edited_there(tocsin, settings):
    settings.write_text(THEIRS, "utf-8")
    done = tocsin("watch", "edit", "theirs", "--query", "missile")
    assert done.code == 1
    assert "comes from the settings file. Edit it there" in done.err
    assert tocsin("watch", "pause", "theirs").code == 0
    assert tocsin("watch", "show", "theirs", "--json").json["paused"] is True


def test_a_wrong_query_is_pointed_at_in_its_line(tocsin):
    done = tocsin("watch", "add", "W", "巴格达 OR\n\tрокет AND")
    assert done.code == 2
    lines = done.err.splitlines()
    (caret,) = [number for number, line in enumerate(lines) if line.strip() == "^"]
    assert lines[caret - 1].strip() == "рокет AND"


def test_what_is_suspicious_is_told_and_not_refused(tocsin):
    done = tocsin("watch", "add", "W", "a*")
    assert done.code == 0
    assert "warning: " in done.err
    shown = tocsin("watch", "show", "W")
    assert "warning: " in shown.err
    assert tocsin("watch", "show", "W", "--json").json["warnings"][0]["message"]


def test_what_a_watch_stands_for_is_shown(tocsin):
    assert tocsin("set", "add", "officials", "Muqtada al-Sadr", "case:UN").code == 0
    query = "(set:officials AND NOT title:film) OR (place:Baghdad NEAR/3 country:Iraq)"
    assert tocsin("watch", "add", "W", query).code == 0
    shown = tocsin("watch", "show", "W", "--json").json
    counted = {(named["kind"], named["name"]): named["terms"] for named in shown["lists"]}
    assert counted.keys() == {("set", "officials"), ("place", "Baghdad"), ("country", "Iraq")}
    assert counted["set", "officials"] == 2
    assert counted["place", "Baghdad"] > 10
    assert shown["normal_form"]
    assert "set:officials (2 terms)" in tocsin("watch", "show", "W").out


def test_how_often_a_watch_matched_is_shown(tocsin, database):
    assert tocsin("watch", "add", "W", "rocket").code == 0
    assert "none yet" in tocsin("watch", "show", "W").out
    now = datetime.now(UTC)
    with database.begin() as unit:
        watch = unit.watches.get("W")
        for days in (1, 2, 29, 31):
            article = unit.articles.add(
                Article(url=f"https://a.example/{days}"),
                keys=[str(days)],
                source_id=None,
                story_id=None,
                copy_of=None,
                signature=Signature(exact=str(days), keys=(days,), sketch=b""),
                now=now,
            )
            passage = Passage(field="title", text="x", highlights=())
            unit.outbox.match(watch.id, article.id, [passage], now - timedelta(days=days))
    shown = tocsin("watch", "show", "W", "--json").json
    assert shown["matches_in_30_days"] == 3
    assert datetime.fromisoformat(shown["last_match_at"]) == now - timedelta(days=1)
    assert "3 in 30 days" in tocsin("watch", "show", "W").out


def test_a_watch_that_cannot_ring_says_so(tocsin, settings):
    settings.write_text("[[set]]\nname = 's'\nterms = ['rocket']\n", "utf-8")
    assert tocsin("watch", "add", "W", "set:s").code == 0
    settings.write_text("", "utf-8")  # the set is gone
    (listed,) = tocsin("watch", "list", "--json").json
    assert "set" in listed["problem"]
    assert "broken: " in tocsin("watch", "list").out
    shown = tocsin("watch", "show", "W", "--json").json
    assert shown["problem"]
    assert (shown["normal_form"], shown["lists"]) == (None, [])
    assert "broken: " in tocsin("watch", "show", "W").out
    assert tocsin("watch", "edit", "W", "--query", "rocket").code == 0
    assert tocsin("watch", "list", "--json").json[0]["problem"] is None


def test_tags_of_a_source_are_kept(tocsin):
    assert tocsin("source", "add", "A", "https://a.example/", "--tag", "x", "--tag", "y").code == 0
    assert tocsin("source", "show", "A", "--json").json["tags"] == ["x", "y"]
    assert "x, y" in tocsin("source", "show", "A").out
    wrong = tocsin("source", "add", "B", "https://b.example/", "--tag", "a\nb")
    assert wrong.code == 2
    assert "control characters" in wrong.err


@pytest.mark.usefixtures("no_database")
def test_the_settings_may_name_a_set_of_the_database(tocsin, settings):
    settings.write_text("[[watch]]\nname = 'W'\nquery = 'set:officials'\n", "utf-8")
    before = tocsin("check")
    assert before.code == 2
    assert "There is no set" in before.err
    assert not (settings.parent / "tocsin.db").exists()
    assert tocsin("set", "add", "officials", "rocket").code == 0
    after = tocsin("check")
    assert after.code == 0
    assert "set" not in after.err
    assert tocsin("watch", "show", "W", "--json").json["lists"][0]["terms"] == 1
    settings.write_text("[[watch]]\nname = 'W'\nquery = 'set:officals'\n", "utf-8")
    typo = tocsin("check")
    assert typo.code == 2
    assert "set:officials" in typo.err


def test_the_feed_of_a_watch_has_an_address_that_can_be_changed_and_taken_away(tocsin):
    tocsin("watch", "add", "W", "rocket")
    first = tocsin("watch", "feed", "W")
    atom, document = first.out.split()
    assert atom.startswith("http://127.0.0.1:8080/feeds/")
    assert atom.removesuffix(".atom") == document.removesuffix(".json")
    assert "service.public_url" in first.err
    shown = tocsin("watch", "feed", "W", "--json").json
    assert shown == {"watch": "W", "atom": atom, "json": document}
    changed = tocsin("watch", "feed", "W", "--rotate").out.split()
    assert len(changed) == 2
    assert atom not in changed
    assert tocsin("watch", "feed", "W", "--off").out == "W: has no feed\n"
    assert tocsin("watch", "feed", "nobody").code == 2
    assert tocsin("watch", "feed", "W", "--off", "--rotate").code == 2
