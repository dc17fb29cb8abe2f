"""The daemon's ticks: they ask for what is due, and survive a clock that jumps."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from scraper.alerts import Deliverer
from scraper.app import App
from scraper.composition import open_app
from scraper.jobs import TASKS
from scraper.jobs.local import JUMP, WATCH_EVERY, run_local
from scraper.settings import parse
from storage.errors import DatabaseBusy
from storage.records import SourceSpec
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class JumpingClock(FakeClock):
    """A clock whose wall time can be set without time passing."""

    shift = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.shift


@pytest.fixture
async def app(tmp_path):
    loaded = parse("", file=tmp_path / "tocsin.toml", environ={})
    clock = JumpingClock(NOW)
    async with open_app(loaded, clock=clock) as made:
        yield made


async def _watching(app):
    """Until the daemon has looked at the clock for the first time."""
    for _ in range(10_000):
        if WATCH_EVERY in app.clock.sleeps:
            return
        await asyncio.sleep(0)
    raise AssertionError("nobody watches the clock")


async def test_a_clock_set_back_does_not_stop_the_service(app):
    with app.database.begin() as unit:
        unit.sources.add(SourceSpec(name="s", url="http://127.0.0.1:1/"), now=NOW)
        source = unit.sources.claim_due(NOW, worker=app.worker, limit=1)[0]
        unit.sources.visited(
            source.id,
            worker=app.worker,
            now=NOW,
            kind=None,
            etag=None,
            last_modified=None,
            interval=timedelta(minutes=10),
            next_visit_at=NOW + timedelta(minutes=10),
            new=False,
            error=None,
        )
    stop = asyncio.Event()
    daemon = asyncio.create_task(run_local(app, stop))
    await _watching(app)
    app.clock.shift = timedelta(hours=-2)
    for _ in range(1_000):  # the other jobs write, too; and it is not two hours
        await app.clock.sleep(WATCH_EVERY)
        due = (await app.database.query(lambda unit: unit.sources.list()))[0].next_visit_at
        if due < NOW:
            break
    stop.set()
    await daemon
    assert due < NOW


async def test_a_daemon_that_is_told_to_stop_at_once_does_so(app):
    stop = asyncio.Event()
    stop.set()
    await run_local(app, stop)


async def test_tasks_do_what_they_say(app):
    for task in TASKS:
        await task.run(app)
    assert len({task.name for task in TASKS}) == len(TASKS)


async def test_a_worker_that_was_taken_for_dead_comes_back(app):
    with app.database.begin() as unit:
        unit.workers.reap(
            NOW + timedelta(hours=1), older_than=timedelta(0), host="", alive=lambda _: False
        )
        assert unit.workers.list() == []
    await app.beat()
    with app.database.read() as unit:
        assert [worker.id for worker in unit.workers.list()] == [app.worker]


async def test_a_clock_set_back_is_told_again_when_the_database_could_not_be_told(app, monkeypatch):
    told, done = [], asyncio.Event()

    async def clock_went_back(_, by):
        told.append(by)
        if len(told) < 3:
            raise DatabaseBusy
        done.set()

    monkeypatch.setattr(App, "clock_went_back", clock_went_back)
    stop = asyncio.Event()
    daemon = asyncio.create_task(run_local(app, stop))
    await _watching(app)
    app.clock.shift = timedelta(hours=-2)
    await asyncio.wait_for(done.wait(), 30)
    stop.set()
    assert await daemon
    assert told == [told[0]] * 3
    assert abs(told[0] - timedelta(hours=2)) < JUMP


@pytest.mark.parametrize("error", [ZeroDivisionError("no such luck"), None])
async def test_a_part_that_ends_ends_the_daemon_in_words(app, monkeypatch, caplog, error):
    async def run(_):
        if error is not None:
            raise error

    monkeypatch.setattr(Deliverer, "run", run)
    assert not await run_local(app, asyncio.Event())
    (record,) = [record for record in caplog.records if record.levelname == "CRITICAL"]
    assert record.getMessage() == "deliveries ended unexpectedly, so the daemon ends, too"


async def test_a_daemon_that_is_told_to_stop_says_that_all_is_well(app):
    stop = asyncio.Event()
    stop.set()
    assert await run_local(app, stop)


async def test_its_end_waits_for_no_part_that_does_not_end(app, monkeypatch, caplog):
    async def hang(*_):
        await asyncio.Event().wait()

    monkeypatch.setattr("scraper.jobs.local.GRACE", 0.0)
    monkeypatch.setattr("scraper.jobs.local._MARGIN", 0.01)
    monkeypatch.setattr(Deliverer, "stop", hang)
    caplog.set_level("INFO")
    stop = asyncio.Event()
    stop.set()
    await asyncio.wait_for(run_local(app, stop), 10)
    assert "not everything could be finished" in caplog.text


async def test_a_job_that_the_end_cuts_off_is_no_failure(app, caplog, monkeypatch):
    begun = asyncio.Event()

    async def index(_app):
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(App, "index", index)
    stop = asyncio.Event()
    daemon = asyncio.create_task(run_local(app, stop))
    await begun.wait()
    stop.set()
    assert await daemon
    await asyncio.sleep(0)
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_job_that_finds_no_database_says_so_in_a_line(app, caplog, monkeypatch):
    stop = asyncio.Event()

    async def beat(_: App) -> None:
        stop.set()
        raise DatabaseBusy("The database is locked.")

    monkeypatch.setattr(App, "beat", beat)
    assert await run_local(app, stop)
    (said,) = [record for record in caplog.records if record.message.startswith("heartbeat")]
    assert said.message == "heartbeat: put off: The database is locked."
    assert said.exc_info is None
