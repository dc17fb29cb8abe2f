"""Pages are kept as the daemon reads them, and read again while it goes on."""

from dataclasses import replace

import pytest

from storage.database import Database
from storage.records import Signature
from tests.end_to_end.daemon import Daemon, tocsin, tocsin_json, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import HookSink, LocalSite

SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="
WRONG = Signature(exact="wrong", keys=(1,), sketch=b"")


@pytest.fixture
def site():
    with LocalSite() as site:
        yield site


def spoil(folder) -> list[str]:
    """As if all had been read by rules that took the menu for the text; the right titles."""
    with Database.open(f"sqlite:///{folder}/tocsin.db") as database, database.begin() as unit:
        found = unit.articles.list()
        for stored in found:
            wrong = replace(stored.article, title="Menu", body="Home. Sport.", word_count=2)
            assert unit.articles.repair(stored.id, wrong, was=stored.article, signature=WRONG)
        return [stored.article.title or "" for stored in found]


def test_history_is_repaired_while_the_daemon_runs(tmp_path, site):
    outlet = Outlet(site)
    with HookSink(SECRET) as hook:
        file = write_settings(tmp_path, sources=[("outlet", outlet.feed)], hook=(hook.url, SECRET))
        for number in range(30):
            outlet.publish(f"{number}", f"Headline {number}", story(number))
        with Daemon(file) as daemon:
            outlet.publish("last", "A rocket is launched", story(99))
            hook.wait_for(1)
            right = spoil(tmp_path)
            assert len(right) > 1
            done = tocsin("article", "reextract", "--all", folder=tmp_path)
            assert done.returncode == 0, done.stderr
            assert done.stderr.endswith(f" read again, {len(right)} repaired\n")
            # It goes on as before, and rings for what is new only.
            outlet.publish("more", "One more rocket", story(100))
            hook.wait_for(2)
            assert daemon.stop() == 0
        assert "Traceback" not in daemon.log.read_text("utf-8")
        assert len(hook.accepted) == 2
    articles = tocsin_json("article", "list", folder=tmp_path)
    assert "Menu" not in {article["title"] for article in articles}
    assert all(article["revisions"] == 0 and len(article["body"]) > 99 for article in articles)
    stats = tocsin_json("db", "show", folder=tmp_path)
    assert stats["pages"] == stats["articles"] == len(articles)
    assert tocsin("db", "check", folder=tmp_path).returncode == 0
    (hit,) = tocsin_json("article", "list", "--search", "rocket launched", folder=tmp_path)
    assert hit["title"] == "A rocket is launched"
    assert tocsin_json("article", "list", "--search", "Menu", folder=tmp_path) == []
    page = tocsin("article", "show", str(hit["id"]), "--page", folder=tmp_path)
    assert "<h1>A rocket is launched</h1>" in page.stdout


@pytest.mark.parametrize("never", ["never", "0"])
def test_where_none_are_to_be_kept_none_are(tmp_path, site, never):
    outlet = Outlet(site)
    file = write_settings(tmp_path, sources=[("outlet", outlet.feed)])
    text = file.read_text("utf-8").replace("[fetch]", f'keep_pages = "{never}"\n\n[fetch]')
    file.write_text(text, "utf-8")
    outlet.publish("one", "A rocket is launched", story(1))
    assert tocsin("once", folder=tmp_path).returncode == 0
    stats = tocsin_json("db", "show", folder=tmp_path)
    assert (stats["articles"], stats["pages"]) == (1, 0)
