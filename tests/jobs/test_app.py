"""What the app does by itself: its upkeep, and `once` where the database fails."""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import pytest

from scraper import composition
from scraper.app import App
from scraper.composition import Hooks, open_app
from scraper.fetch import Request
from scraper.fetch.address import host_of
from scraper.jobs.tasks import TASKS
from scraper.machine import machine
from scraper.pipeline.read import Reader
from scraper.pipeline.visit import Visitor
from scraper.settings import parse
from storage.errors import ConflictError, DatabaseBusy
from storage.records import Article, HostBackOff, PackedPage, Signature, SourceSpec
from tests.end_to_end.outlets import Outlet, story
from tests.fakes import FakeClock
from tests.servers import LocalSite

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def opened(tmp_path, text=""):
    loaded = parse(text, file=tmp_path / "tocsin.toml", environ={})
    return open_app(loaded, clock=FakeClock(NOW))


def store(app: App, name: str, age: timedelta) -> int:
    """An article first seen so long ago, and edited at once."""
    signed = [Signature(exact=f"{name} {n}", keys=(n,), sketch=b"") for n in (1, 2)]
    with app.database.begin() as unit:
        article = unit.articles.add(
            Article(url=f"https://news.example/{name}", title=name),
            keys=[name],
            source_id=None,
            story_id=None,
            copy_of=None,
            signature=signed[0],
            now=NOW - age,
        )
        unit.articles.revise(article.id, article.article, signature=signed[1], now=NOW - age)
    return article.id


async def test_signatures_are_kept_as_long_as_copies_are_looked_for(tmp_path):
    async with opened(tmp_path, '[copies]\nwindow = "10d"') as app:
        old, recent = store(app, "old", 12 * DAY), store(app, "recent", 10 * DAY)
        assert (await app.prune())["signatures"] == 1
        with app.database.read() as unit:
            assert unit.articles.signed(old) is None
            assert unit.articles.signed(recent) is not None


@pytest.mark.parametrize(("settings", "kept"), [("", 1), ('[service]\nkeep = "90d"', 0)])
async def test_what_is_kept_no_longer_is_deleted(tmp_path, settings, kept):
    async with opened(tmp_path, settings) as app:
        old, recent = store(app, "old", 100 * DAY), store(app, "recent", 30 * DAY)
        pruned = await app.prune()
        assert (pruned["revisions"], pruned["signatures"]) == (1 - kept, 1)
        assert set((await app.prune()).values()) == {0}
        with app.database.read() as unit:
            assert [len(unit.articles.revisions(found)) for found in (old, recent)] == [kept, 1]
            assert unit.articles.signed(old) is None
            assert unit.articles.signed(recent) is not None


def keep_page(app: App, article_id: int, age: timedelta) -> None:
    """A page of a hundred bytes, fetched so long ago."""
    page = PackedPage(
        url="https://news.example/",
        headers={},
        fetched_at=NOW - age,
        digest=b"digest",
        size=900,
        codec="zstd",
        content=b"x" * 100,
    )
    with app.database.begin() as unit:
        unit.pages.keep(article_id, page, entry_id=None, another_text=True)


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ("", 2),
        ('keep_pages = "90d"', 3),
        ('keep_pages = "90d"\nkeep_pages_size = "250B"', 2),
        ('keep_pages_size = "100B"', 1),
        ('keep_pages = "never"', 0),
        ("keep_pages = 0", 0),
    ],
)
async def test_pages_are_kept_as_long_as_the_settings_say(tmp_path, settings, left):
    async with opened(tmp_path, f"[service]\n{settings}") as app:
        ages = [DAY, 2 * DAY, 60 * DAY]
        ids = [store(app, f"{number}", age) for number, age in enumerate(ages)]
        for article_id, age in zip(ids, ages, strict=True):
            keep_page(app, article_id, age)
        assert await app.prune_pages() == 3 - left
        assert await app.prune_pages() == 0
        with app.database.read() as unit:
            kept = [unit.pages.latest(article_id) is not None for article_id in ids]
        assert kept == [number < left for number in range(3)]


async def test_the_upkeep_logs_how_many_pages_went(tmp_path, caplog):
    caplog.set_level("INFO", "scraper")
    (task,) = [task for task in TASKS if "pages" in task.name]
    async with opened(tmp_path, '[service]\nkeep_pages = "never"') as app:
        await task.run(app)
        keep_page(app, store(app, "old", DAY), DAY)
        await task.run(app)
    actions = [
        record for record in caplog.records if getattr(record, "action", "") == "prune.pages"
    ]
    assert [record.pages for record in actions] == [1]


async def test_a_worker_is_known_by_its_process(tmp_path):
    async with opened(tmp_path) as app:
        with app.database.read() as unit:
            (worker,) = unit.workers.list()
        assert (worker.host, worker.pid) == (machine(), os.getpid())


@pytest.mark.parametrize("stage", [Visitor, Reader])
async def test_a_database_that_fails_ends_once_with_its_own_error(tmp_path, monkeypatch, stage):
    async def claim(*_, **__):
        raise DatabaseBusy

    monkeypatch.setattr(stage, "claim", claim)
    async with opened(tmp_path) as app:
        with pytest.raises(DatabaseBusy):
            await app.once()


async def test_once_ends_though_work_cannot_be_given_back(tmp_path, monkeypatch):
    async def fail(*_, **__):
        raise DatabaseBusy

    monkeypatch.setattr(Visitor, "visit", fail)
    monkeypatch.setattr(Visitor, "abandon", fail)
    async with opened(tmp_path) as app:
        with app.database.begin() as unit:
            unit.sources.add(SourceSpec(name="s", url="http://127.0.0.1:1/"), now=NOW)
        await app.once()
        database = app.database.path
    async with opened(tmp_path) as app:  # unregistering freed it
        assert app.database.path == database
        with app.database.begin() as unit:
            assert len(unit.sources.claim_due(NOW + DAY, worker=app.worker, limit=9)) == 1


async def test_a_host_that_asked_to_be_left_alone_is_so_after_a_restart(tmp_path):
    with LocalSite() as site:
        busy = site.add("/rss.xml", b"", status=429, headers={"Retry-After": "3600"})
        source = f'[[source]]\nname = "s"\nurl = "{busy}"\nevery = "1s"'
        settings = f'[fetch]\nallow_networks = ["127.0.0.0/8"]\nrespect_robots = false\n{source}'
        async with opened(tmp_path, settings) as app:
            await app.once()
            await app.keep_back_offs()
        asked = len(site.requests)
        async with opened(tmp_path, settings) as app:
            with app.database.read() as unit:
                (left_alone,) = unit.hosts.list(NOW)
            assert left_alone.until == NOW + timedelta(hours=1)
            summary = await app.once()
            with app.database.read() as unit:
                shown = unit.sources.get("s")
        assert (summary.sources_failed, len(site.requests)) == (1, asked)
        assert "asked to be left alone" in shown.last_error


async def test_a_worker_learns_while_it_runs_which_hosts_asked_another_to_be_left_alone(tmp_path):
    with LocalSite() as site:
        feed = site.add("/rss.xml", b"", status=500)
        settings = (
            '[fetch]\nallow_networks = ["127.0.0.0/8"]\nrespect_robots = false\nhost_pause = "1s"\n'
            f'[[source]]\nname = "s"\nurl = "{feed}"\nevery = "1s"'
        )
        async with opened(tmp_path, settings) as app:
            await app.once()
            asked = len(site.requests)
            back_off = HostBackOff(
                key=host_of(feed), until=NOW + timedelta(hours=1), refusals=1, silences=0
            )
            with app.database.begin() as unit:  # as another worker does
                unit.hosts.put([back_off], now=NOW)
            await app.keep_back_offs()
            await app.once()
        assert len(site.requests) == asked


async def test_a_database_whose_file_is_gone_is_told_of(tmp_path, caplog):
    async with opened(tmp_path) as app:
        await app.beat()
        assert app.trouble() is None
        path = app.database.path
        path.rename(tmp_path / "moved.db")
        await app.beat()
        assert f"{path} was deleted or replaced" in app.trouble()
        assert [record.action for record in caplog.records] == ["database.lost"]
        (tmp_path / "moved.db").rename(path)
        assert app.trouble() is None
        app.sandbox._trouble = "no process can be had"
        assert app.trouble() == "no process can be had"


async def test_two_that_start_at_once_both_start(tmp_path, monkeypatch):
    from_settings, calls = composition.sync_settings, []

    def sync_settings(unit, settings, clock):
        calls.append(unit)
        if len(calls) == 1:  # the other one has added the source since we looked
            raise ConflictError
        from_settings(unit, settings, clock)

    monkeypatch.setattr(composition, "sync_settings", sync_settings)
    source = '[[source]]\nname = "s"\nurl = "http://127.0.0.1:1/"'
    async with opened(tmp_path, source) as app:
        with app.database.read() as unit:
            assert [source.name for source in unit.sources.list()] == ["s"]


async def test_what_a_visit_finds_is_read_without_waiting_for_a_tick(tmp_path):
    read = asyncio.Event()
    local = parse('[fetch]\nallow_networks = ["127.0.0.0/8"]', file=tmp_path / "a.toml", environ={})
    hooks = Hooks(on_admission=lambda _: read.set())
    with LocalSite() as site:
        outlet = Outlet(site)
        outlet.publish("a-night", "A night over the bay", story(1))
        async with open_app(local, clock=FakeClock(NOW), hooks=hooks) as app:
            with app.database.begin() as unit:
                unit.sources.add(SourceSpec(name="outlet", url=outlet.feed), now=NOW)
            pumps = [asyncio.create_task(pump.run()) for pump in (app.visits, app.reading)]
            app.visits.tick()
            await asyncio.wait_for(read.wait(), 30)
            await app.stop(1)
            await asyncio.gather(*pumps)


async def test_the_dates_of_answers_tell_that_the_clock_is_wrong(tmp_path):
    with LocalSite() as site:
        site.add("/", "<p>x</p>", headers={"date": "Sun, 01 Mar 2026 10:00:00 GMT"})
        async with opened(tmp_path, "[fetch]\nallow_networks = ['127.0.0.0/8']") as app:
            await app.fetcher.fetch(Request(url=site.url("/")))
            for number in range(4):  # it is the fifth site, and five are asked at least
                seen = {"date": "Sun, 01 Mar 2026 10:00:00 GMT"}
                app.machine_health.answered(f"site{number}.example", seen)
            await app.look_after_machine()
            with app.database.read() as unit:
                kinds = {notice.kind for notice in unit.notices.list()}
            assert "clock.wrong" in kinds
