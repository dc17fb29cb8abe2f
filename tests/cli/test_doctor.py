"""The commands on the settings and what they lead to: init, check, doctor."""

import shutil
from datetime import UTC, datetime

import pytest

from scraper.cli.check import shown_address
from scraper.web import DASHBOARD_TITLE
from storage.database import Database
from storage.records import FLOODING, Health, WatchSpec
from tests.servers import LocalSite

pytestmark = pytest.mark.usefixtures("settings")

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def finding(done, name):
    (found,) = (found for found in done.json if found["check"] == name)
    return found


def test_init_writes_settings_once_and_check_reads_them(tocsin, settings):
    settings.unlink()
    assert tocsin("init").code == 0
    assert tocsin("init").code == 2
    done = tocsin("check")
    assert done.code == 0
    assert "2 watches" in done.out


def test_check_names_file_line_and_remedy(tocsin, settings):
    settings.write_text("[fetch]\nhost_pause = 'soon'\n", "utf-8")
    done = tocsin("check")
    assert done.code == 2
    assert "tocsin.toml:2: fetch.host_pause: " in done.err


def test_doctor_looks_at_everything(tocsin, settings):
    settings.write_text("[service]\nlisten = '127.0.0.1:0'\n", "utf-8")
    done = tocsin("doctor", "--json")
    assert done.code == 0, done.out
    assert {"Python", "settings", "SQLite", "sandbox", "database"} <= {
        finding["check"] for finding in done.json
    }


def test_doctor_says_what_is_wrong(tocsin, settings):
    settings.write_text("[service]\ndatabase = 'sqlite:////nowhere/at/all.db'\n", "utf-8")
    done = tocsin("doctor", "--json")
    assert done.code == 1
    (finding,) = (found for found in done.json if not found["ok"])
    assert finding["check"] == "database"


def test_doctor_does_not_show_the_databases_password(tocsin, settings):
    address = "postgresql://me:hush@127.0.0.1:1/news?passfile=hush"
    settings.write_text(f"[service]\ndatabase = '{address}'\n", "utf-8")
    done = tocsin("doctor", "--json")
    assert finding(done, "database")["ok"] is False
    assert "server" in finding(done, "disk")["finding"]
    assert "hush" not in done.out + done.err


def test_an_address_is_shown_without_its_password():
    address = "postgresql://me:hush@db.example/news?sslpassword=hush"
    assert shown_address(address) == "postgresql://me:***@db.example/news"
    assert shown_address("sqlite:///tocsin.db") == "sqlite:///tocsin.db"


def test_doctor_measures_the_disk_of_the_database(tocsin, settings, tmp_path):
    (tmp_path / "data").mkdir()
    settings.write_text("[service]\ndatabase = 'sqlite:///data/tocsin.db'\n", "utf-8")
    done = tocsin("doctor", "--json")
    assert finding(done, "disk")["finding"].endswith(f"in {tmp_path}/data")


def test_doctor_wants_as_much_free_as_the_daemon_does(tocsin, settings, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: (100 * 10**9, 98 * 10**9, 2 * 10**9))
    for least, fine in (("1GB", True), ("3GB", False), ("100GB", False)):
        settings.write_text(f"[operator]\nleast_space = '{least}'\n", "utf-8")
        found = finding(tocsin("doctor", "--json"), "disk")
        assert found["ok"] is fine
        assert fine or "operator.least_space" in found["finding"]


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b", "x" * 70])
def test_a_host_that_is_not_there_is_said_so(tocsin, settings, host):
    settings.write_text(f"[service]\nlisten = '{host}:8080'\n", "utf-8")
    found = finding(tocsin("doctor", "--json"), "dashboard")
    assert not found["ok"]
    assert f'there is no host "{host}"' in found["finding"]
    assert "Errno" not in found["finding"]
    assert "daemon" not in found["finding"]


def test_a_port_that_is_taken_may_be_our_own(tocsin, settings):
    with LocalSite() as taken:
        listen = taken.url("/").removeprefix("http://").rstrip("/")
        settings.write_text(f"[service]\nlisten = '{listen}'\n", "utf-8")
        found = finding(tocsin("doctor", "--json"), "dashboard")
    assert "daemon running already" in found["finding"]


@pytest.mark.parametrize(
    ("status", "said", "words"),
    [
        (200, '{"status":"ok"}', "and is well"),
        (503, '{"status":"failing"}', "/healthz says why"),
        (200, "[1]", "daemon running already"),
    ],
)
def test_a_daemon_that_runs_is_asked_how_it_is(tocsin, settings, status, said, words):
    with LocalSite() as daemon:
        daemon.add("/healthz", said.encode(), "application/json", status=status)
        listen = daemon.url("/").removeprefix("http://").rstrip("/")
        settings.write_text(f"[service]\nlisten = '{listen}'\n", "utf-8")
        found = finding(tocsin("doctor", "--json"), "dashboard")
    assert words in found["finding"]
    assert found["ok"] is (words == "and is well")


def test_a_watch_that_can_never_ring_is_pointed_at(tocsin, settings, database):
    settings.write_text("[service]\nlisten = '127.0.0.1:0'\n", "utf-8")
    with database.begin() as unit:
        unit.watches.add(WatchSpec(name="sound", query="rocket"), now=NOW)
    assert finding(tocsin("doctor", "--json"), "watches")["ok"]
    with database.begin() as unit:
        unit.watches.add(WatchSpec(name="worn", query="rocket AND"), now=NOW)
    assert "broken" in tocsin("watch", "list").out
    assert "broken" in tocsin("watch", "show", "worn").out
    problems = {w["spec"]["name"]: w["problem"] for w in tocsin("watch", "list", "--json").json}
    assert problems["sound"] is None
    assert problems["worn"]
    found = finding(tocsin("doctor", "--json"), "watches")
    assert not found["ok"]
    assert '"worn"' in found["finding"]
    assert '"sound"' not in found["finding"]


def test_doctor_tells_of_sources_in_trouble(tocsin, settings, tmp_path):
    settings.write_text("[service]\nlisten = '127.0.0.1:0'\n", "utf-8")
    assert finding(tocsin("doctor", "--json"), "sources")["finding"] == "0, none of them in trouble"
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as database, database.begin() as unit:
        unit.notices.open(Health.MOVED.notice, "A", "A moved", now=NOW)
        for number in range(7):
            name = f"wire {number}"
            unit.notices.open(Health.SILENT.notice, name, f"{name} is silent.", now=NOW)
    done = tocsin("doctor", "--json")
    assert done.code == 1
    told = finding(done, "sources")["finding"]
    assert "wire 6 is silent." in told
    assert "And 2 more: tocsin source list" in told
    assert "moved" not in told


def test_doctor_tells_of_sources_that_flood(tocsin, settings, tmp_path):
    settings.write_text("[service]\nlisten = '127.0.0.1:0'\n", "utf-8")
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as database, database.begin() as unit:
        unit.notices.open(FLOODING, "A", "A lists more new links than are taken.", now=NOW)
    assert "A lists more new links" in finding(tocsin("doctor", "--json"), "sources")["finding"]


@pytest.mark.skipif(
    shutil.which("chromium") is None, reason="no Chromium: apt-get install chromium"
)
def test_doctor_tries_the_browser_that_a_source_asks_for(tocsin, settings):
    def found():
        return {each["check"]: each for each in tocsin("doctor", "--json").json}["browser"]

    assert found() == {"check": "browser", "ok": True, "finding": "no source asks for one"}
    source = '\n[[source]]\nname = "A"\nurl = "https://a.example/"\nrender = "browser"\n'
    settings.write_text(settings.read_text("utf-8") + source, "utf-8")
    works = found()
    assert works["ok"]
    assert "chromium works" in works["finding"]


def test_doctor_says_how_to_get_a_browser(tocsin, settings, monkeypatch, tmp_path):
    source = '\n[[source]]\nname = "A"\nurl = "https://a.example/"\nrender = "browser"\n'
    settings.write_text(settings.read_text("utf-8") + source, "utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    done = tocsin("doctor", "--json")
    (browser,) = [each for each in done.json if each["check"] == "browser"]
    assert not browser["ok"]
    assert "apt-get install chromium" in browser["finding"]


@pytest.mark.parametrize(
    ("service", "ok", "words"),
    [
        ("", True, "with service.public_url"),
        ("public_url = 'https://127.0.0.1:9'", True, "0 of 0 subscriptions are live"),
        ("public_url = 'http://127.0.0.1:9'", False, "in the clear"),
    ],
)
def test_whether_hubs_can_push_is_told(tocsin, settings, service, ok, words):
    settings.write_text(f"[service]\nlisten = '127.0.0.1:0'\n{service}\n", "utf-8")
    found = finding(tocsin("doctor", "--json"), "push")
    assert found["ok"] is ok
    assert words in found["finding"]


@pytest.mark.parametrize("shown", [True, False])
def test_an_address_for_hubs_that_shows_the_dashboard_is_told(tocsin, settings, shown):
    dashboard = f"{DASHBOARD_TITLE.decode()}</title>"
    with LocalSite() as proxy:
        proxy.add("/", dashboard if shown else "<title>Our own site</title>")
        settings.write_text(
            "[service]\nlisten = '127.0.0.1:0'\n"
            f"public_url = '{proxy.url('/').rstrip('/')}'\n"
            "[fetch]\nallow_networks = ['127.0.0.0/8']\n",
            "utf-8",
        )
        found = finding(tocsin("doctor", "--json"), "push")
    assert ("everybody the dashboard" in found["finding"]) is shown
    assert ("in the clear" in found["finding"]) is not shown
