"""`tocsin source backfill`, with a real site on loopback."""

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.end_to_end.daemon import environment, tocsin, tocsin_json, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import Item, LocalSite, article_html, news_sitemap, rss, sitemap_index

SINCE = ("--since", "2025-11-01", "--until", "2026-02-01", "--pause", "0s")


class Archive:
    """A site with a page a day, in monthly sitemaps that an index names."""

    def __init__(self, site: LocalSite, months: int = 5, each: int = 4) -> None:
        self.site = site
        self.urls: dict[str, list[str]] = {}
        for month in range(months):
            first = datetime(2025, 9, 1, 8, tzinfo=UTC) + timedelta(days=31 * month)
            self._publish(first, each)
        names = [self.site.url(f"/sitemap-{name}.xml.gz") for name in self.urls]
        site.add("/maps.xml", sitemap_index(names), "application/xml")
        site.add(
            "/robots.txt", f"User-agent: *\nDisallow: /closed/\nSitemap: {site.url('/maps.xml')}"
        )
        site.add("/rss.xml", rss([]), "application/rss+xml")

    def _publish(self, first: datetime, each: int) -> None:
        name, items = f"{first:%Y-%m}", []
        for number in range(each):
            when = first + timedelta(hours=number)
            path = f"/{when:%Y/%m/%d}/story-{number}"
            title = f"Story {name} {number}"
            text = story(len(self.urls) * 100 + number, mention="a rocket")
            self.site.add(path, article_html(title, text, when))
            items.append(Item(url=self.site.url(path), title=title, published=when))
        self.urls[name] = [item.url for item in items]
        body = gzip.compress(news_sitemap(items))
        self.site.add(f"/sitemap-{name}.xml.gz", body, "application/gzip")


@pytest.fixture
def site():
    with LocalSite() as made:
        yield made


def settings_of(tmp_path, site, path="/rss.xml"):
    return write_settings(tmp_path, sources=[("bay", site.url(path))])


def backfill(tmp_path, *more):
    done = tocsin("source", "backfill", "bay", *more, "--json", folder=tmp_path)
    assert "Traceback" not in done.stderr
    return done, json.loads(done.stdout) if done.stdout else None


def urls(tmp_path):
    return {article["url"] for article in tocsin_json("article", "list", folder=tmp_path)}


def test_the_months_of_a_range_are_read_and_nothing_rings(tmp_path, site):
    archive = Archive(site)
    settings_of(tmp_path, site)
    done, progress = backfill(tmp_path, *SINCE)
    assert done.returncode == 0, done.stderr
    expected = {url for name in ("2025-11", "2025-12", "2026-01") for url in archive.urls[name]}
    assert urls(tmp_path) == expected
    assert (progress["stored"], progress["waiting"]) == (len(expected), 0)
    assert site.hits("/sitemap-2025-09.xml.gz") == []
    assert tocsin_json("alert", "list", folder=tmp_path) == []
    shown = tocsin("source", "backfill", "bay", "--status", folder=tmp_path)
    assert "done" in shown.stdout
    before = len(site.requests)
    again, _ = backfill(tmp_path)
    assert again.returncode == 0
    assert len(site.requests) == before


def test_what_robots_close_is_not_asked_for(tmp_path, site):
    Archive(site)
    items = [
        Item(url=site.url(f"/{folder}/a"), title="A", published=datetime(2025, 12, 1, tzinfo=UTC))
        for folder in ("closed", "open")
    ]
    site.add("/open/a", article_html("A", story(77), items[1].published))
    site.add("/rss.xml", rss(items), "application/rss+xml")
    settings_of(tmp_path, site)
    _, progress = backfill(tmp_path, *SINCE)
    assert site.hits("/closed/a") == []
    assert len(site.hits("/open/a")) == 1
    assert progress["stored"] + progress["failed"] == 14


def test_the_pages_of_a_feed_are_turned_until_there_are_no_more(tmp_path, site):
    outlet = [
        Item(
            url=site.url(f"/post-{number}"),
            title=f"Post {number}",
            published=datetime(2026, 1, 20, tzinfo=UTC) - timedelta(days=number),
        )
        for number in range(9)
    ]
    for number, item in enumerate(outlet):
        site.add(f"/post-{number}", article_html(item.title, story(number + 500), item.published))
    for page in range(3):
        query = f"?paged={page + 1}" if page else ""
        link = f'<channel><atom:link rel="next" href="/feed?paged={page + 2}"/>'.encode()
        feed = rss(outlet[page * 3 : page * 3 + 3]).replace(b"<channel>", link)
        site.add(f"/feed{query}", feed, "application/rss+xml")
    site.add("/feed?paged=4", b"Not found", status=404)
    settings_of(tmp_path, site, "/feed")
    done, progress = backfill(tmp_path, *SINCE)
    assert done.returncode == 0, done.stderr
    assert (progress["stored"], progress["lists_failed"]) == (9, 0)


def test_a_backfill_that_is_killed_goes_on_where_it_was(tmp_path, site):
    archive = Archive(site, each=6)
    settings_of(tmp_path, site)
    command = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "scraper", "source", "backfill", "bay", *SINCE],
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    site.wait_for("/2025/12/03/story-5")  # the newest month is read, the next has begun
    command.kill()
    command.wait()
    assert len(urls(tmp_path)) < 18
    done, progress = backfill(tmp_path)
    assert done.returncode == 0, done.stderr
    expected = {url for name in ("2025-11", "2025-12", "2026-01") for url in archive.urls[name]}
    assert urls(tmp_path) == expected
    assert progress["waiting"] == progress["lists_waiting"] == 0
    maps = [one for one in site.requests if one.path.startswith("/sitemap-")]
    assert len(maps) <= 4  # at most the one that was under way was asked for again


def test_nothing_of_that_time_is_said_and_fails(tmp_path, site):
    Outlet(site)
    settings_of(tmp_path, site, "/outlet/rss.xml")
    done, _ = backfill(tmp_path, *SINCE)
    assert done.returncode == 1
    assert "nothing of that time" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody", "--since", "2026-01-01"), 'no source "nobody"'),
        (("bay", "--since", "soon"), "--since"),
        (("bay",), "--since"),
        (("bay", "--since", "2026-01-01", "--pause", "soon"), "--pause"),
        (("bay", "--since", "2026-02-01", "--until", "2026-01-01"), "--since"),
        (("bay", "--status"), "no backfill"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(tmp_path, site, arguments, said):
    settings_of(tmp_path, site)
    done = tocsin("source", "backfill", *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
