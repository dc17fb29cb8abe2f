"""A site with rules changes its markup: nothing is lost, and the operator is told once."""

import json
from html import escape

import pytest

from tests.end_to_end.daemon import tocsin, tocsin_json, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import HookSink, LocalSite

SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="
OLD = """
[[version]]
title = "h1.headline"
body  = ".story p"
"""
NEW = """
[[version]]
title = "[data-part=headline]"
body  = "[data-part=text] p"
"""
MARKUP = {
    "old": '<h1 class="headline">{title}</h1><div class="story">{text}</div>',
    "new": '<h1 data-part="headline">{title}</h1><div data-part="text">{text}</div>',
}


class Newsroom:
    """An outlet whose markup is its own, and the daemon's folder."""

    def __init__(self, folder, site, hook):
        self.folder, self.site, self.hook = folder, site, hook
        self.outlet = Outlet(site)
        self.published = 0
        (folder / "sites").mkdir()
        file = write_settings(
            folder,
            sources=[("outlet", self.outlet.feed)],
            watches=[("rocket", "rocket")],
            hook=(hook.url, SECRET),
            more='\n[extract]\nsites = "sites"\n',
        )
        text = file.read_text("utf-8").replace("[service]", '[service]\nlog_format = "json"')
        file.write_text(text, "utf-8")

    def rule(self, versions):
        (self.folder / "sites" / "outlet.toml").write_text(f'hosts = ["127.0.0.1"]\n{versions}')

    def publish(self, count, markup, *, rockets):
        """So many articles, the first few of which a watch is waiting for."""
        for number in range(count):
            self.published += 1
            seed = self.published
            text = story(seed, mention="a rocket" if number < rockets else "")
            title = " ".join(text[0].split()[:6]).capitalize()
            url = self.outlet.publish(f"story-{seed}", title, text)
            html = MARKUP[markup].format(
                title=escape(title), text="".join(f"<p>{escape(part)}</p>" for part in text)
            )
            path = url.removeprefix(self.site.url(""))
            self.site.add(
                path, f"<html lang=en><title>{title} | Outlet</title><article>{html}</article>"
            )

    def once(self):
        """Visit and read; the summary, and the records of sites in the log."""
        done = tocsin("once", "--json", folder=self.folder)
        assert done.returncode == 0, done.stderr
        records = [json.loads(line) for line in done.stderr.splitlines()]
        told = [each for each in records if str(each.get("action")).startswith("site.")]
        return json.loads(done.stdout), told

    def doctor(self):
        done = tocsin("doctor", "--json", folder=self.folder)
        (found,) = [each for each in json.loads(done.stdout) if each["check"] == "sites"]
        return found


@pytest.fixture
def newsroom(tmp_path):
    with LocalSite() as site, HookSink(SECRET) as hook:
        yield Newsroom(tmp_path, site, hook)


def test_markup_that_changes_loses_no_alert_and_is_told_once(newsroom, tmp_path):
    newsroom.rule(OLD)
    newsroom.publish(12, "old", rockets=1)
    summary, told = newsroom.once()
    assert (summary["articles"], summary["alerts"], told) == (12, 1, [])
    assert newsroom.doctor()["ok"]

    newsroom.publish(20, "new", rockets=4)
    summary, told = newsroom.once()
    assert (summary["articles"], summary["alerts"]) == (20, 4)
    assert len(newsroom.hook.accepted) == 5
    assert [each["action"] for each in told] == ["site.broken"]
    assert told[0]["site"] == "127.0.0.1"
    assert "sites/outlet.toml does not match any more" in told[0]["message"]
    (site,) = listed(tmp_path)
    assert (site["health"], set(site["broken"])) == ("broken", {"title", "body"})
    doctor = newsroom.doctor()
    assert not doctor["ok"]
    assert "sites/outlet.toml" in doctor["finding"]

    tried = tocsin("site", "check", "sites/outlet.toml", "--json", folder=tmp_path)
    assert tried.returncode == 1
    assert "no match" in {each["state"] for each in json.loads(tried.stdout)}

    newsroom.rule(OLD + NEW.replace("[[version]]", "[[version]]\nsince = 2026-03-02"))
    newsroom.publish(14, "new", rockets=0)
    _, told = newsroom.once()
    assert [each["action"] for each in told] == ["site.recovered"]
    (site,) = listed(tmp_path)
    assert (site["health"], site["broken"]) == ("fine", [])
    assert newsroom.doctor()["ok"]


def test_a_site_can_be_taken_as_it_is_now(newsroom, tmp_path):
    newsroom.rule(OLD)
    newsroom.publish(12, "new", rockets=0)
    _, told = newsroom.once()
    assert [each["action"] for each in told] == ["site.broken"]
    (site,) = listed(tmp_path)
    assert site["health"] == "broken"
    assert tocsin("site", "accept", "127.0.0.1", folder=tmp_path).returncode == 0
    (site,) = listed(tmp_path)
    assert (site["health"], site["articles"], site["rule"]) == ("new", 0, "sites/outlet.toml")
    assert newsroom.doctor()["ok"]
    assert tocsin("site", "accept", "127.0.0.1", folder=tmp_path).returncode == 2


def listed(folder):
    """The sites that the test made, not those that only packaged rules are known of."""
    return [
        each for each in tocsin_json("site", "list", folder=folder) if each["site"] == "127.0.0.1"
    ]
