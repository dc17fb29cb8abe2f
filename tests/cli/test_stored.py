"""The commands on what is stored: sources, watches, channels, articles, stories, alerts, db."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from storage.database import Database
from storage.records import Article, Entry, Signature, SourceSpec
from tests.end_to_end.daemon import environment
from tests.end_to_end.outlets import Outlet, story
from tests.servers import HookSink, LocalSite, Reply

pytestmark = pytest.mark.usefixtures("settings")

FAMILIES = ["source", "watch", "channel", "article", "story", "alert"]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("family", [*FAMILIES, "entry"])
def test_every_listing_prints_a_json_list(tocsin, family):
    done = tocsin(family, "list", "--json")
    assert (done.code, done.json) == (0, [])
    assert tocsin(family, "list").out


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_not_there_is_said_so(tocsin, family):
    done = tocsin(family, "show", "1234")
    assert done.code == 2
    assert "1234" in done.err


def test_no_settings_file_says_how_to_write_one(tocsin, settings):
    settings.unlink()
    done = tocsin("source", "list")
    assert done.code == 2
    assert "tocsin init" in done.err


def test_a_source_from_add_to_remove(tocsin):
    assert tocsin("source", "add", "A", "https://a.example/rss", "--every", "10m").code == 0
    (listed,) = tocsin("source", "list", "--json").json
    assert (listed["name"], listed["every"], listed["origin"]) == ("A", "10m", "command")
    again = tocsin("source", "add", "A", "https://a.example/rss")
    assert again.code == 1
    assert "already" in again.err
    assert tocsin("source", "pause", "A").code == 0
    assert tocsin("source", "show", "A", "--json").json["paused"] is True
    assert str(datetime.now(UTC).year) not in tocsin("source", "list").out  # no visit is to come
    assert tocsin("source", "resume", "A").code == 0
    assert tocsin("source", "remove", "A").code == 0
    assert tocsin("source", "list", "--json").json == []
    assert tocsin("source", "remove", "A").code == 2


def test_how_a_source_fares_is_shown(tocsin):
    with LocalSite() as site:
        outlet = Outlet(site)
        outlet.publish("one", "A rocket is launched", story(1))
        assert tocsin("source", "add", "A", outlet.feed).code == 0
        before = tocsin("source", "show", "A").out
        assert "not visited yet: due at once" in before
        assert tocsin("once").code == 0
    shown = tocsin("source", "show", "A", "--json").json
    assert (shown["health"], shown["paced_by"], shown["moved_to"]) == ("healthy", "learned", None)
    (seen,) = shown["visits"]
    assert (seen["outcome"], seen["new"]) == ("+", 1)
    assert shown["options"] == {}
    words = tocsin("source", "show", "A").out
    assert "learned: " in words
    assert "+ something new" in words
    (listed,) = tocsin("source", "list", "--json").json
    assert listed["health"] == "healthy"
    assert "healthy" in tocsin("source", "list").out


@pytest.mark.parametrize(
    "arguments", [("A", "ftp://a.example/"), ("A", "https://a.example/", "--every", "1ms")]
)
def test_a_source_that_makes_no_sense_is_refused(tocsin, arguments):
    assert tocsin("source", "add", *arguments).code == 2


def test_what_of_a_sources_list_was_not_taken_is_shown(tocsin, database):
    assert tocsin("source", "add", "A", "https://a.example/rss").code == 0
    with database.begin() as unit:
        state = {"not_taken": {"held": 1200}, "over": "2026-03-01"}
        unit.link_lists.remember(unit.sources.get("A").id, state)
    shown = tocsin("source", "show", "A", "--json").json
    assert shown["links_not_taken"] == {"held": 1200}
    assert shown["more_links_than_a_day_has"] == "2026-03-01"
    words = tocsin("source", "show", "A").out
    assert "1,200 wait until they are seen again" in words
    assert "on 2026-03-01 there were more" in words


def test_what_a_source_is_told_is_never_shown(tocsin, tmp_path):
    options = {
        "headers": {"X-Key": "s3cret"},
        "cookies": {"consent": "s3cret"},
        "username": "desk",
        "password": "s3cret",
        "proxy": "http://me:s3cret@p.example:3128",
    }
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as database, database.begin() as unit:
        spec = SourceSpec(name="A", url="https://a.example/rss", options=options)
        unit.sources.add(spec, now=NOW)
    shown = tocsin("source", "show", "A").out
    assert "X-Key" in shown
    assert "http://p.example:3128" in shown
    listed = [tocsin("source", "list", *how).out for how in ((), ("--json",))]
    for text in (shown, *listed, tocsin("source", "show", "A", "--json").out):
        assert "s3cret" not in text


def test_a_source_is_added_with_how_it_wants_to_be_visited(tocsin, tmp_path):
    (tmp_path / "pw").write_text("opensesame")
    login = ("--user", "desk", "--password-file", "pw")
    sent = ("--header", "X-Key: k3y", "--cookie", "consent=yes")
    with LocalSite() as site:
        site.add("/rss", b"<rss><channel><title>A</title></channel></rss>", "application/rss+xml")
        done = tocsin("source", "add", "A", site.url("/rss"), *login, *sent, "--proxy", "direct")
        asked = next(request for request in site.requests if request.path == "/rss")
    assert done.code == 0, done.err
    assert asked.headers["x-key"] == "k3y"
    assert asked.headers["authorization"].startswith("Basic ")
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as database, database.read() as unit:
        (added,) = unit.sources.list()
    assert added.options == {
        "headers": {"X-Key": "k3y"},
        "cookies": {"consent": "yes"},
        "username": "desk",
        "password_file": str(tmp_path / "pw"),
        "proxy": "direct",
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--header", "X-Key"), "write --header"),
        (("--header", "Host: a"), "Host is set by Tocsin"),
        (("--proxy", "http://me:s3cret@p.example:1"), "--proxy-file"),
    ],
)
def test_what_cannot_be_sent_along_is_refused(tocsin, arguments, words):
    done = tocsin("source", "add", "A", "https://a.example/rss", *arguments)
    assert done.code == 2
    assert words in done.err
    assert "s3cret" not in done.err


def test_a_watch_from_add_to_remove(tocsin):
    assert tocsin("watch", "add", "W", "rocket AND").code == 2
    unknown = tocsin("watch", "add", "W", "rocket", "--channel", "desk")
    assert unknown.code == 2
    assert 'no channel "desk"' in unknown.err
    assert tocsin("watch", "add", "W", "rocket").code == 0
    shown = tocsin("watch", "show", "W", "--json").json
    assert shown["spec"]["query"] == "rocket"
    assert tocsin("watch", "test", "W", "--json").json["articles"] == 0
    assert tocsin("watch", "remove", "W").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("watch", "add", "W", "rocket", "--language", "English"), '"en"'),
        (("watch", "add", " ", "rocket"), "name"),
        (("watch", "add", "a\x1b[31m", "rocket"), "control characters"),
        (("watch", "add", "W", "rocket\0"), "control characters"),
        (("source", "add", "", "https://b.example/"), "name"),
        (("source", "add", "a\0b", "https://b.example/"), "control characters"),
        (("source", "add", "B", "https://a.example/rss"), 'the source "A"'),
        (("channel", "add", "", "webhook", "url=https://soc.example/"), "name"),
        (("channel", "add", "a\nb", "webhook", "url=https://soc.example/"), "control characters"),
    ],
)
def test_commands_are_as_strict_as_the_settings(tocsin, arguments, words):
    assert tocsin("source", "add", "A", "https://a.example/rss").code == 0
    done = tocsin(*arguments)
    assert done.code == 2
    assert words in done.err


def test_a_watch_without_channels_is_added_with_a_warning(tocsin):
    done = tocsin("watch", "add", "W", "rocket")
    assert done.code == 0
    assert "log and on the dashboard only" in done.err


def test_the_address_of_a_webhook_is_shown_without_what_may_be_secret(tocsin):
    address = "https://hooks.example/services/T0/hush?key=hush"
    assert tocsin("channel", "add", "soc", "webhook", f"url={address}").code == 0
    for arguments in (("list",), ("list", "--json"), ("show", "soc"), ("show", "soc", "--json")):
        out = tocsin("channel", *arguments).out
        assert "https://hooks.example/…" in out
        assert "hush" not in out


def test_what_the_settings_name_is_removed_there(tocsin, settings):
    text = "[[source]]\nname = 'S'\nurl = 'https://s.example/'\n"
    settings.write_text(text, "utf-8")
    done = tocsin("source", "remove", "S")
    assert done.code == 1
    assert "settings file" in done.err


def test_a_channel_is_added_tried_and_shown_without_its_secret(tocsin, tmp_path):
    (tmp_path / "secret").write_text("whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE=", "utf-8")
    with HookSink("whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE=") as hook:
        done = tocsin(
            "channel", "add", "soc", "webhook", f"url={hook.url}", f"secret_file={tmp_path}/secret"
        )
        assert done.code == 0, done.err
        tried = tocsin("channel", "test", "soc")
        assert tried.code == 0, tried.err
        (call,) = hook.accepted
        assert call.payload["type"] != "article.matched"
        told = tocsin("channel", "test", "soc", "--json").json
        assert (told["taken"], told["cause"], told["error"]) == (True, None, None)
        assert told["steps"] == ["connected", "sent", "answered"]
    failed = tocsin("channel", "test", "soc")
    assert failed.code == 1
    assert "nothing listens there" in failed.err
    told = tocsin("channel", "test", "soc", "--json")
    assert (told.code, told.json["taken"], told.json["cause"]) == (1, False, "connection_refused")
    (tmp_path / "secret").unlink()
    assert tocsin("channel", "test", "soc").code == 2
    assert tocsin("channel", "test", "nobody").code != 0
    assert tocsin("channel", "add", "x", "webhook", "url=nonsense").code == 2
    assert tocsin("channel", "add", "x", "webhook", "url=https://x.example/", "secret=s").code == 2


def test_a_source_is_tried_without_storing_anything(tocsin):
    with LocalSite() as site:
        outlet = Outlet(site)
        outlet.publish("one", "A rocket is launched", story(1))
        done = tocsin("source", "test", outlet.feed, "--json")
        assert [entry["title"] for entry in done.json] == ["A rocket is launched"]
        (asked,) = (seen for seen in site.requests if seen.target.endswith("rss.xml"))
        assert "rss" in asked.headers["accept"]
    assert tocsin("article", "list", "--json").json == []


def test_what_a_run_found_can_be_listed_searched_and_shown(tocsin, tmp_path):
    with LocalSite() as site:
        outlet = Outlet(site)
        outlet.publish("one", "A rocket is launched", story(1, mention="a rocket"))
        outlet.publish("two", "A bakery reopens", story(2))
        tocsin("source", "add", "A", outlet.feed)
        tocsin("watch", "add", "W", "rocket")
        assert tocsin("once").code == 0
    articles = tocsin("article", "list", "--json").json
    assert {article["title"] for article in articles} == {
        "A rocket is launched",
        "A bakery reopens",
    }
    (found,) = tocsin("article", "list", "--search", "bakery", "--json").json
    assert found["title"] == "A bakery reopens"
    assert tocsin("article", "list", "--search", "bakery", "--source", "A").out.count("bakery")
    shown = tocsin("article", "show", found["id"], "--json").json
    assert shown["body"] == "\n\n".join(story(2))
    (alert,) = tocsin("alert", "list", "--json").json
    assert alert["watch"] == "W"
    assert alert["passages"]
    assert tocsin("alert", "show", alert["id"]).code == 0
    assert "No alert is like that." in tocsin("alert", "list", "--state", "failed").out
    assert tocsin("alert", "list", "--channel", "nowhere").code == 2
    assert len(tocsin("story", "list", "--json").json) == 2
    assert tocsin("story", "show", alert["story_id"], "--json").json["articles"]
    (would,) = tocsin("watch", "test", "W", "--json").json["latest"]
    assert would["title"] == "A rocket is launched"
    assert tocsin("article", "list", "--limit", "1", "--json").json == articles[:1]
    assert tocsin("db", "check").code == 0
    assert tocsin("db", "show", "--json").json["articles"] == 2
    assert tocsin("db", "backup", tmp_path / "copy.db").code == 0
    assert (tmp_path / "copy.db").stat().st_size > 0


def give_up(unit, source_id, name):
    """An entry of the source on a host of its own, given up because nobody answers there."""
    host = f"{name}.example"
    unit.entries.add(source_id, [(name, host, Entry(url=f"https://{host}/1"))], now=NOW)
    (claimed,) = unit.entries.claim(NOW, worker="w", hosts=1, per_host=1)
    assert unit.entries.fail(claimed.id, worker="w", error="no route\x1b[31m to host")


def test_what_was_given_up_is_listed_with_its_reason_and_tried_again(tocsin, database):
    with database.begin() as unit:
        for name in ("A", "B"):
            url = f"https://{name}.example/rss"
            source = unit.sources.add(SourceSpec(name=name, url=url), now=NOW)
            give_up(unit, source.id, name.lower())
        unit.entries.add(source.id, [("c", "c.example", Entry(url="https://c.example/"))], now=NOW)
    failed = tocsin("entry", "list", "--failed", "--json").json
    assert [(entry["source"], entry["state"]) for entry in failed] == [
        ("B", "failed"),
        ("A", "failed"),
    ]
    assert "no route[31m to host" in tocsin("entry", "list", "--failed").out
    assert len(tocsin("entry", "list", "--json").json) == 3
    assert len(tocsin("entry", "list", "--limit", "2", "--json").json) == 2

    assert tocsin("entry", "retry", "--source", "nobody").code == 2
    assert tocsin("entry", "retry", "--source", "A").out.startswith("1 entries")
    assert [e["source"] for e in tocsin("entry", "list", "--failed", "--json").json] == ["B"]
    assert tocsin("entry", "retry").out.startswith("1 entries")
    assert tocsin("entry", "list", "--failed", "--json").json == []
    with database.begin() as unit:
        later = datetime.now(UTC) + timedelta(seconds=1)
        claimed = unit.entries.claim(later, worker="w", hosts=9, per_host=9)
    assert sorted(entry.host for entry in claimed) == ["a.example", "b.example", "c.example"]


def test_what_is_old_is_pruned_but_not_what_copies_are_found_by(tocsin, database, monkeypatch):
    signature = Signature(exact="x", keys=(1,), sketch=b"")
    with database.begin() as unit:
        stored = unit.articles.add(
            Article(url="https://a.example/1", title="One", body="A rocket."),
            keys=["k"],
            source_id=None,
            story_id=None,
            copy_of=None,
            signature=signature,
            now=NOW - timedelta(days=2000),
        )
        unit.articles.revise(
            stored.id,
            Article(url="https://a.example/1", title="One", body="Two rockets."),
            signature=signature,
            now=NOW - timedelta(days=2000),
        )
    monkeypatch.setenv("TOCSIN__COPIES__WINDOW", "40d")
    assert "41d" in tocsin("db", "prune", "--before", "35d").err
    monkeypatch.delenv("TOCSIN__COPIES__WINDOW")
    for wrong in ("soon", "7d"):
        assert tocsin("db", "prune", "--before", wrong).code == 2
    assert tocsin("db", "prune", "--before", "3000d", "--json").json["revisions"] == 0
    assert tocsin("db", "prune", "--before", "90d", "--json").json["revisions"] == 1
    assert tocsin("db", "prune", "--before", "90d").code == 0
    shown = tocsin("article", "show", stored.id, "--revisions", "--json").json
    assert (shown["body"], shown["earlier"]) == ("Two rockets.", [])


def test_a_database_that_cannot_be_opened_is_an_error_with_a_remedy(tocsin, settings):
    settings.write_text("[service]\ndatabase = 'sqlite:////nowhere/at/all.db'\n", "utf-8")
    done = tocsin("article", "list")
    assert done.code in {1, 2}
    assert "/nowhere/at" in done.err


def test_help_groups_the_commands(tocsin):
    out = tocsin("--help").out
    assert "Service:" in out
    assert "…" not in out
    assert "..." not in out.partition("Service:")[2]
    for name in (
        *FAMILIES,
        "entry",
        "run",
        "once",
        "check",
        "extract",
        "match",
        "cluster",
        "db",
        "demo",
    ):
        assert f"\n  {name}" in out


def test_a_second_worker_needs_postgresql(tocsin):
    done = tocsin("worker")
    assert done.code == 2
    assert "postgresql://" in done.err


def test_a_reader_that_has_enough_is_no_failure(tocsin, settings):
    for number in range(40):
        assert tocsin("watch", "add", f"watch {number}", "rocket " * 90).code == 0
    command = f"{sys.executable} -m scraper watch list --json -c {settings}"
    done = subprocess.run(  # noqa: S603 - our own program
        ["/bin/bash", "-c", f"{command} | head -1; exit ${{PIPESTATUS[0]}}"],
        env=environment(settings.parent),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_command_leaves_a_running_daemon_with_its_settings(tocsin, settings, tmp_path):
    settings.write_text("[[source]]\nname = 'S'\nurl = 'https://s.example/'\n", "utf-8")
    assert [source["name"] for source in tocsin("source", "list", "--json").json] == ["S"]
    settings.write_text("[[source]]\nname = 'T'\nurl = 'https://t.example/'\n", "utf-8")
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as database, database.begin() as unit:
        worker = unit.workers.register(name="t", host="h", pid=1, now=datetime.now(UTC))
    assert [source["name"] for source in tocsin("source", "list", "--json").json] == ["S"]
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as database, database.begin() as unit:
        unit.workers.unregister(worker)
    assert [source["name"] for source in tocsin("source", "list", "--json").json] == ["T"]


def test_a_backup_overwrites_nothing(tocsin, tmp_path):
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    assert tocsin("db", "backup", tmp_path / "notes.txt").code == 2
    assert (tmp_path / "notes.txt").read_text("utf-8") == "mine"


@pytest.mark.usefixtures("no_database")
def test_the_database_is_for_its_owner_only(tocsin, tmp_path):
    assert tocsin("db", "backup", tmp_path / "copy.db").code == 0
    for name in ("tocsin.db", "copy.db"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_a_chat_s_secret_is_taken_from_a_file_alone_and_never_shown(tocsin, tmp_path):
    refused = tocsin("channel", "add", "tg", "telegram", "token=s3cr3t", "chat_id=1")
    assert refused.code == 2
    assert "use token_file=PATH" in refused.err
    file = tmp_path / "token"
    file.write_text("s3cr3t")
    assert tocsin("channel", "add", "tg", "telegram", f"token_file={file}", "chat_id=-7").code == 0
    shown = tocsin("channel", "show", "tg")
    assert "-7" in shown.out
    assert "s3cr3t" not in shown.out


def test_addresses_of_apprise_are_looked_at_and_never_shown(tocsin, settings, tmp_path):
    file = tmp_path / "addresses"
    file.write_text("tgram://s3cr3t/1\n")
    refused = tocsin("channel", "add", "a", "apprise", f"url_file={file}")
    assert refused.code == 2
    assert "Telegram" in refused.err
    told = tocsin("channel", "add", "a", "apprise", "url=json://localhost/s3cr3t")
    assert "use url_file=PATH" in told.err
    with LocalSite() as site:
        site.otherwise(lambda _: Reply(status=200))
        file.write_text(site.url("/s3cr3t").replace("http", "json"))
        assert tocsin("channel", "add", "a", "apprise", f"url_file={file}").code == 0
        tried = tocsin("channel", "test", "a", "--json")
        assert tried.json["detail"] == "JSON", tried.json
        assert [hit.path for hit in site.requests] == ["/s3cr3t"]
        written = f"[[channel]]\nname = 'b'\ntype = 'apprise'\nurl = '{file.read_text()}'\n"
    settings.write_text(settings.read_text() + written, "utf-8")
    assert tocsin("check").code == 0
    shown = (
        tocsin("channel", "show", "a"),
        tocsin("channel", "list"),
        tocsin("channel", "show", "b"),
    )
    assert all("s3cr3t" not in done.out + done.err for done in (*shown, tried, refused))


def test_the_schema_of_webhooks_is_printed_as_it_is(tocsin):
    printed = tocsin("channel", "schema").out
    assert json.loads(printed)["$id"] == "urn:tocsin:webhook:1"
    assert printed.endswith("}\n")
