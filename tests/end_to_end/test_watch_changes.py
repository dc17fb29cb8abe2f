"""Watches, sets and sources change while the daemon runs: what they say is in force at once."""

import pytest

from storage.database import Database
from tests.end_to_end.daemon import Daemon, tocsin, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import HookSink, LocalSite

SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="
EVERY = ("every", "witness")  # stands in every story: when it has rung, the others have, or not


class Desk:
    """People at a running daemon: they type commands, and see which watches ring."""

    def __init__(self, folder, site, hook):
        self.folder, self.hook = folder, hook
        self.outlet = Outlet(site)
        self.published = 0
        self.file = write_settings(
            folder, sources=[("outlet", self.outlet.feed)], watches=[EVERY], hook=(hook.url, SECRET)
        )

    def say(self, *arguments, stdin=None):
        """A command, which must be done."""
        done = tocsin(*arguments, folder=self.folder, stdin=stdin)
        assert done.returncode == 0, done.stderr

    def rung_by(self, mention, outlet=None):
        """The watches that ring for the next article, which mentions this.

        Only the watch for all of them has a channel. The alerts of an article are written in one
        transaction, so once it is heard of they are all there.
        """
        self.published += 1
        title = f"Night {self.published} over the bay"
        text = story(self.published, mention=mention)
        (outlet or self.outlet).publish(f"night-{self.published}", title, text)
        self.hook.wait_for(self.published)
        address = f"sqlite:///{self.folder}/tocsin.db"
        with Database.open(address) as database, database.read() as unit:
            alerts = unit.outbox.alerts(100)
        return {a.watch.name for a in alerts if a.article.article.title == title} - {EVERY[0]}


@pytest.fixture
def desk(tmp_path):
    with LocalSite() as site, HookSink(SECRET) as hook:
        desk = Desk(tmp_path, site, hook)
        with Daemon(desk.file) as daemon:
            site.wait_for("/outlet/rss.xml")
            yield desk
            assert daemon.stop() == 0
            assert "Traceback" not in daemon.log.read_text("utf-8")


def test_a_watch_is_in_force_for_the_next_article(desk):
    assert desk.rung_by("a rocket") == set()
    desk.say("watch", "add", "craft", "rocket")
    assert desk.rung_by("two rockets") == {"craft"}
    desk.say("watch", "pause", "craft")
    assert desk.rung_by("a rocket") == set()
    desk.say("watch", "resume", "craft")
    assert desk.rung_by("a rocket") == {"craft"}
    desk.say("watch", "edit", "craft", "--query", "glider", "--name", "gliders")
    assert desk.rung_by("a rocket") == set()
    assert desk.rung_by("a glider") == {"gliders"}
    desk.say("watch", "import", "-", stdin=b"glider NEAR/4 evening\nwitness AND NOT glider\n")
    assert desk.rung_by("a glider") == {"gliders", "glider NEAR/4 evening"}
    desk.say("watch", "remove", "gliders")
    assert desk.rung_by("a glider") == {"glider NEAR/4 evening"}


def test_a_set_and_a_name_are_in_force_for_the_next_article(desk):
    desk.say("set", "add", "crafts", "rocket", "hang glider")
    desk.say("watch", "add", "crafts", "set:crafts")
    desk.say("watch", "add", "capital", "place:Baghdad")
    assert desk.rung_by("a hang glider") == {"crafts"}
    assert desk.rung_by("an airship") == set()
    desk.say("watch", "names", "Baghdad", "--add", "Round City")
    assert desk.rung_by("a light above the Round City") == {"capital"}
    desk.say("set", "edit", "crafts", "airship*", "--remove", "hang glider")
    assert desk.rung_by("some airships") == {"crafts"}
    assert desk.rung_by("a hang glider") == set()


def test_the_tags_of_a_source_choose_its_watches(desk):
    tagged = Outlet(desk.outlet.site, "tagged")
    desk.say("watch", "add", "bay", "witness", "--tag", "Bay")
    desk.say("source", "add", "tagged", tagged.feed, "--every", "1s", "--tag", "bay")
    assert desk.rung_by("a rocket") == set()
    assert desk.rung_by("a rocket", tagged) == {"bay"}
    desk.say("watch", "edit", "bay", "--clear", "tags")
    assert desk.rung_by("a rocket") == {"bay"}
