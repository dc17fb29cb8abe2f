"""Rules change, and pages are looked at again: what the publisher did not edit rings for nobody."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape

import pytest

from storage.database import Database
from tests.end_to_end.daemon import tocsin, tocsin_json, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import HookSink, LocalSite

SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="
CUT = 'hosts = ["127.0.0.1"]\n[[version]]\nbody = ".lead p"\n'
WHOLE = 'hosts = ["127.0.0.1"]\n[[version]]\nbody = ".lead p, .rest p"\n'
ADDED = "The harbour was closed for the night."
ARTICLES = 6


class Newsroom:
    """An outlet, and the rules by which its pages are read; each text tells of a rocket, late."""

    def __init__(self, folder, site, hook):
        self.folder, self.site = folder, site
        self.outlet = Outlet(site)
        self.moment = datetime.now(UTC) - timedelta(hours=1)
        (folder / "sites").mkdir()
        write_settings(
            folder,
            sources=[("outlet", self.outlet.feed)],
            watches=[("rocket", "rocket"), ("harbour", "harbour")],
            hook=(hook.url, SECRET),
            more='\n[extract]\nsites = "sites"\n',
        )

    def rule(self, text):
        (self.folder / "sites" / "outlet.toml").write_text(text, "utf-8")

    def publish(self, number, *, around="", more=()):
        """An article, or the same once more, with other things around it."""
        self.moment += timedelta(minutes=1)  # all at once, the feed would not be believed
        text = story(number, mention="a rocket")
        title = f"Night {number} over the bay"
        url = self.outlet.publish(f"{number}", title, text, updated=self.moment)
        lead, rest = (
            "".join(f"<p>{escape(paragraph)}</p>" for paragraph in part)
            for part in (text[:2], [*text[2:], *more])
        )
        html = (
            "<html lang=en><meta property='article:published_time' content='2026-03-01T06:00:00Z'>"
            f"<title>{title}</title><article><h1>{title}</h1>"
            f"<div class=lead>{lead}</div><aside>{around}</aside><div class=rest>{rest}</div>"
            "</article></html>"
        )
        # Without an ETag: a page that is not sent again is not read again either.
        self.site.add(url.removeprefix(self.site.url("")), html, validators=False)

    def once(self):
        """Visit and read; the summary."""
        return tocsin_json("once", folder=self.folder)

    def articles(self):
        """The stored articles by their titles, each with its earlier texts."""
        with Database.open(f"sqlite:///{self.folder}/tocsin.db") as database, database.read() as u:
            return {
                stored.article.title: (
                    stored,
                    [revision.body for revision in u.articles.revisions(stored.id)],
                )
                for stored in u.articles.list()
            }


@pytest.fixture
def newsroom(tmp_path):
    with LocalSite() as site, HookSink(SECRET) as hook:
        yield Newsroom(tmp_path, site, hook)


def test_only_what_the_publisher_edited_is_a_revision(newsroom, tmp_path):
    newsroom.rule(CUT)
    for number in range(ARTICLES):
        newsroom.publish(number)
    first = newsroom.once()
    assert (first["articles"], first["alerts"]) == (ARTICLES, 0)
    before = newsroom.articles()
    assert all("rocket" not in stored.article.body for stored, _ in before.values())

    newsroom.rule(WHOLE)
    newsroom.publish(0)  # the very same page
    for number in range(1, ARTICLES - 1):
        newsroom.publish(number, around=f"Advertisement {number}")
    newsroom.publish(ARTICLES - 1, more=[ADDED])
    second = newsroom.once()
    # One was edited, and it tells of a rocket and of a harbour, for neither of which it rang.
    assert (second["articles"], second["revisions"], second["alerts"]) == (0, 1, 2)

    after = newsroom.articles()
    last = f"Night {ARTICLES - 1} over the bay"
    for number in range(ARTICLES):
        title = f"Night {number} over the bay"
        whole = "\n\n".join(story(number, mention="a rocket"))
        (was, _), (stored, earlier) = before[title], after[title]
        if title == last:
            assert (stored.article.body, earlier) == (f"{whole}\n\n{ADDED}", [whole])
        else:
            article = replace(was.article, body=whole, word_count=len(whole.split()))
            assert (stored, earlier) == (replace(was, article=article), [])
    found = tocsin_json("article", "list", "--search", "rocket", folder=tmp_path)
    assert len(found) == ARTICLES
    assert tocsin("db", "check", folder=tmp_path).returncode == 0

    # All is as if today's rules had read it from the start.
    done = tocsin("article", "reextract", "--all", "--dry-run", "--json", folder=tmp_path)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
